"""The annotation widget on a bare page, with a small model in place of Python.

The model keeps a document as Python does: it does each operation once by its id, answers with what changed
and then says that it is saved. It can answer at once, after a while, or never; refuse; or be cut off.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Locator, Page, Route

import newsdesk

FOLDER = Path(newsdesk.__file__).parent / "annotation"
ADDRESS = "http://localhost/pencil"  # answered by the test itself; the browser's storage needs an address

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Pencil</title></head>
<body><main><h1>A lesson</h1><h2>A section</h2><div id="here"></div></main></body></html>"""

# A fake model and what the tests ask the page for.
_MODEL = """
window.makeModel = ({state, answer = 'now', after = 0, saves = true, refuse = {}, ...traits}) => {
    const heard = new Map(), done = new Set(), undone = [], past = [];
    const doc = {marks: new Map(), links: new Map(), version: 0};
    for (const m of state.marks ?? []) doc.marks.set(m.id, m);
    for (const l of state.links ?? []) doc.links.set(l.id, l);
    const shot = () => ({marks: new Map(doc.marks), links: new Map(doc.links)});
    const verbs = {
        add: o => doc.marks.set(o.mark.id, o.mark),
        edit: ({op, verb, id, ...fields}) => doc.marks.set(id, {...doc.marks.get(id), ...fields}),
        remove: o => {
            doc.marks.delete(o.id);
            for (const l of [...doc.links.values()]) if (l.origin === o.id || l.target === o.id) doc.links.delete(l.id);
        },
        link: o => doc.links.set(o.link.id, o.link),
        unlink: o => doc.links.delete(o.id),
    };
    const model = {
        sent: [], listeners: 0, cut: false, answer, refuse, doc,
        get: name => name === 'state'
            ? {version: 0, can_undo: false, can_redo: false, saved: true, notes: [], ...state} : traits[name],
        on(name, f) { heard.set(name, [...(heard.get(name) ?? []), f]); model.listeners++; },
        off(name, f) {
            const kept = (heard.get(name) ?? []).filter(g => g !== f);
            model.listeners -= (heard.get(name) ?? []).length - kept.length;
            heard.set(name, kept);
        },
        set() {}, save_changes() {},
        tell: message => { for (const f of heard.get('msg:custom') ?? []) f(message, []); },
        fire: name => { for (const f of heard.get(name) ?? []) f(); },
        send(message) {
            if (model.cut) throw new Error('comm is closed');
            model.sent.push(structuredClone(message));
            if (model.answer === 'never') return;
            const act = () => model.take(structuredClone(message).ops);
            if (model.answer === 'late') setTimeout(act, after); else act();
        },
        take(ops) {
            const before = shot(), refused = [], taken = [];
            for (const op of ops) {
                if (done.has(op.op)) { taken.push(op.op); continue; }
                const no = model.refuse[op.verb];
                if (no) { refused.push({op: op.op, message: no}); continue; }
                if (op.verb === 'undo' || op.verb === 'redo') {
                    const [from, to] = op.verb === 'undo' ? [past, undone] : [undone, past];
                    if (!from.length) { refused.push({op: op.op, message: `Nothing to ${op.verb}.`}); continue; }
                    to.push(shot());
                    Object.assign(doc, from.pop());
                } else { past.push(shot()); undone.length = 0; verbs[op.verb](op); }
                done.add(op.op);
                taken.push(op.op);
            }
            doc.version++;
            const diff = kind => ({
                put: [...doc[kind].values()].filter(v => before[kind].get(v.id) !== v),
                gone: [...before[kind].keys()].filter(id => !doc[kind].has(id)),
            });
            const [m, l] = [diff('marks'), diff('links')];
            model.tell(structuredClone({
                type: 'changed', version: doc.version, done: taken, refused,
                put: {marks: m.put, links: l.put}, gone: {marks: m.gone, links: l.gone},
                can_undo: past.length > 0, can_redo: undone.length > 0,
            }));
            if (saves) setTimeout(() => model.tell({type: 'saved', version: doc.version}), 20);
        },
    };
    return model;
};
window.show = async (source, options) => {
    const address = URL.createObjectURL(new Blob([source], {type: 'text/javascript'}));
    window.widget = (await import(address)).default;
    window.model = makeModel(options);
    window.endModel = await widget.initialize({model});
    const el = document.createElement('div');
    document.getElementById('here').append(el);
    const began = performance.now();
    window.endView = await widget.render({model, el});
    // painted: a task after the next frame
    await new Promise(f => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = f;
        channel.port2.postMessage(0);
    }));
    window.mounted = performance.now() - began;
};
window.showAnother = async () => {
    const el = document.createElement('div');
    document.getElementById('here').append(el);
    return { end: await widget.render({model, el}), el };
};
"""

LABELS: list[dict[str, Any]] = [
    {
        "name": "source",
        "letter": "s",
        "colour": "blue",
        "rule": "Who is said to have said it.",
        "attributes": [
            {
                "name": "source_kind",
                "codes": [
                    {"code": "named person", "rule": "A person with a name."},
                    {"code": "institution", "rule": "A body that speaks."},
                ],
            }
        ],
    },
    {"name": "cue", "letter": "u", "colour": "orange", "rule": "The word of saying.", "attributes": []},
    {
        "name": "claim",
        "letter": "c",
        "colour": "green",
        "rule": "What is said to be so.",
        "attributes": [
            {
                "name": "modality",
                "codes": [{"code": "asserted", "rule": "Plainly."}, {"code": "hedged", "rule": "With a perhaps."}],
            },
            {"name": "checkable", "codes": [{"code": "record", "rule": "One document settles it."}]},
        ],
    },
    {"name": "hedge", "letter": "h", "colour": "purple", "rule": "A word that weakens.", "attributes": []},
    {"name": "date", "letter": "d", "colour": "teal", "rule": "When.", "attributes": []},
    {"name": "furniture", "letter": "f", "colour": "grey", "rule": "Not the story.", "attributes": []},
]
RELATIONS = [{"name": "attributed-to", "origin": "claim", "target": "source", "rule": "Who said the claim."}]

ENGLISH = [
    ["A harbour is closed for a week"],
    ["[Caption: the old pier]"],
    ["The harbour may close in May, Ana Bell said.", "She named no reason.", "Nobody asked."],
    ["Two ferries wait outside 🚢 the wall.", "A clerk, Li Wen, counted 12 cars."],
    ["The mayor denied it on Friday."],
]


def article(*paragraphs: list[str], language: str = "en", direction: str = "ltr") -> dict[str, Any]:
    """Return an article as the widget gets it; each paragraph is given as its sentences."""
    made, start = [], 0
    gap = "" if language == "zh" else " "
    for number, sentences in enumerate(paragraphs, 1):
        text = gap.join(sentences)
        bounds, at = [], 0
        for sentence in sentences:
            bounds.append([at, at + len(sentence)])
            at += len(sentence) + len(gap)
        is_furniture = text.startswith("[") and text.endswith("]")
        about = {"number": number, "start": start, "is_furniture": is_furniture}
        made.append(about | {"text": text, "sentences": bounds})
        start += len(text) + 2
    return {
        "id": "xx-2020",
        "edition": "reading",
        "language": language,
        "direction": direction,
        "title": "A harbour is closed",
        "note": "Reading edition, not the outlet's words.",
        "paragraphs": made,
    }


def mark(of: dict[str, Any], label: str, para: int, quote: str, mark_id: str, **more: Any) -> dict[str, Any]:
    """Return a mark on the wire: the first occurrence of `quote` in paragraph `para` of an article."""
    at = next(p for p in of["paragraphs"] if p["number"] == para)
    start = at["start"] + at["text"].index(quote)
    about = {"id": mark_id, "label": label, "start": start, "end": start + len(quote), "exact": quote}
    return about | {"attributes": {}, "comment": ""} | more


def whole_text(of: dict[str, Any]) -> str:
    """Return the text that the offsets count in."""
    return "\n\n".join(p["text"] for p in of["paragraphs"])


TEXT = article(*ENGLISH)  # what most tests mark
ANA = mark(TEXT, "source", 3, "Ana Bell", "ana")
CLOSE = mark(TEXT, "claim", 3, "The harbour may close in May", "close")
MAY = mark(TEXT, "hedge", 3, "may", "may")
LI = mark(TEXT, "source", 4, "Li Wen", "li")
SAID = {"id": "k", "relation": "attributed-to", "origin": "close", "target": "ana"}


class Pencil:
    """A page with one widget, as a test holds it."""

    def __init__(self, page: Page) -> None:
        """Take a page on which `open_pencil` showed the widget."""
        self.page = page
        self.root = page.locator(".nd-pencil").first
        self.key = self.root.get_by_role("textbox", name="Keys")

    def press(self, *keys: str) -> None:
        """Press keys in the key line, and none may move the focus from there."""
        if not self.has_focus:
            self.key.focus()
        for key in keys:
            self.page.keyboard.press(key)

    @property
    def has_focus(self) -> bool:
        """Say whether the key line has the focus."""
        return bool(self.key.evaluate("node => node === document.activeElement"))

    @property
    def chosen(self) -> str:
        """Return the words in the key line."""
        return self.key.input_value()

    @property
    def framed(self) -> str:
        """Return the words that the text shows as chosen."""
        return "".join(self.root.locator(".nd-chosen").all_text_contents())

    @property
    def said(self) -> str:
        """Return what the live region says."""
        return (self.root.get_by_role("status").text_content() or "").strip()

    @property
    def complaint(self) -> str:
        """Return the error that is shown."""
        return " ".join(self.root.locator("> .nd-alert").all_text_contents())

    @property
    def listed(self) -> list[str]:
        """Return the lines of the list of marks that are shown, without their buttons."""
        script = """items => items.filter(i => !i.hidden).map(i => {
            const copy = i.cloneNode(true);
            copy.querySelectorAll('button').forEach(b => b.remove());
            return copy.textContent.replace(/\\s+/g, ' ').trim();
        })"""
        lines: list[str] = self.root.locator("li[data-id]").evaluate_all(script)
        return lines

    @property
    def marked(self) -> list[tuple[str, str]]:
        """Return label and words of each mark that Python has, in the order they came."""
        pairs = self.page.evaluate("[...model.doc.marks.values()].map(m => [m.label, m.exact])")
        return [(label, exact) for label, exact in pairs]

    @property
    def ops(self) -> list[dict[str, Any]]:
        """Return the operations sent so far."""
        sent: list[dict[str, Any]] = self.page.evaluate("model.sent.flatMap(message => message.ops)")
        return sent

    def button(self, name: str) -> Locator:
        """Return the button whose name begins so."""
        return self.root.locator(f"button[data-label='{name}'], button[data-tool='{name}']")

    def edges(self, text: str, at: int = 0) -> tuple[float, float, float]:
        """Return where character `at` of the first occurrence of `text` begins and ends, and its height."""
        script = """([text, at]) => {
            for (const box of document.querySelectorAll('.nd-words')) {
                let start = box.textContent.indexOf(text);
                if (start < 0) continue;
                box.scrollIntoView({block: 'nearest'});
                start += at;
                const walk = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
                while (walk.nextNode()) {
                    const node = walk.currentNode;
                    if (start < node.length) {
                        const range = document.createRange();
                        range.setStart(node, start);
                        range.setEnd(node, start + 1);
                        const r = range.getBoundingClientRect();
                        const ends = [r.left, r.right];
                        if (getComputedStyle(box).direction === 'rtl') ends.reverse();
                        return [...ends, r.top + r.height / 2];
                    }
                    start -= node.length;
                }
            }
        }"""
        begin, end, y = self.page.evaluate(script, [text, at])
        return begin, end, y

    def spot(self, text: str, at: int = 0) -> tuple[float, float]:
        """Return a point in the first half of a character."""
        begin, end, y = self.edges(text, at)
        return begin + (end - begin) * 0.3, y

    def click(self, text: str, at: int = 1, *, count: int = 1) -> None:
        """Click into a word."""
        self.page.mouse.click(*self.spot(text, at), click_count=count)

    def drag(self, text: str) -> None:
        """Drag from the first to the last character of some words, as a hand does."""
        self.edges(text)  # scrolled into view
        begin, _, y = self.edges(text)
        _, end, last_y = self.edges(text, len(text) - 1)
        self.page.mouse.move(begin, y)
        self.page.mouse.down()
        self.page.mouse.move(end, last_y, steps=8)
        self.page.mouse.up()


_KEPT: dict[int, Page] = {}  # by browser: a new page takes longer than most tests


@contextmanager
def pencil_on(
    browser: Browser, of: dict[str, Any] | None = None, *, context: dict[str, Any] | None = None, **options: Any
) -> Iterator[Pencil]:
    """Open a page with the widget; `options` are traits and the model's manners.

    Parameters
    ----------
    browser
        A running Chromium. A page of it is used again by the next caller that asks for no context.
    of
        The article; a short English one by default.
    context
        Of the page: viewport, colour scheme, forced colours, touch.
    options
        ``marks``, ``links``, ``others``, ``labels``, ``relations``, ``key``, ``notes``; ``answer`` ("now",
        "late", "never"), ``after`` (milliseconds), ``saves``, ``refuse`` ({verb: message}).
    """
    if context is None and id(browser) in _KEPT:
        page = _KEPT[id(browser)]
    else:
        page = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | (context or {})).new_page()
        page.set_default_timeout(10_000)
    errors: list[str] = []

    def note(error: Error) -> None:
        errors.append(str(error))

    page.on("pageerror", note)
    try:
        yield open_pencil(page, of, **options)
        assert errors == [], "the script raised"
    finally:
        page.remove_listener("pageerror", note)
        if context is None:
            page.evaluate("window.endView?.(); localStorage.clear()")
            _KEPT[id(browser)] = page
        else:
            page.context.close()


def open_pencil(page: Page, of: dict[str, Any] | None = None, *, address: str = ADDRESS, **options: Any) -> Pencil:
    """Show the widget in a page; see `pencil_on`."""

    def answer(route: Route) -> None:
        route.fulfill(content_type="text/html", body=_PAGE)

    page.unroute_all()
    page.route(address, answer)
    page.goto(address)
    page.add_style_tag(content=(FOLDER / "widget.css").read_text("utf-8"))
    page.add_script_tag(content=_MODEL)
    state = {name: options.pop(name) for name in ("marks", "links", "notes", "can_undo") if name in options}
    traits = {"labels": LABELS, "relations": RELATIONS, "annotator": "ana", "others": [], "key": "here/xx-2020.ana"}
    model = {"article": of or article(*ENGLISH), "state": state} | traits | options
    page.evaluate("([source, model]) => show(source, model)", [(FOLDER / "widget.js").read_text("utf-8"), model])
    return Pencil(page)
