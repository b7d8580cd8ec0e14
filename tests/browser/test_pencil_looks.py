"""How the annotation widget looks: axe, contrast, themes, forced colours, narrow pages, and what is redrawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from looking import compared_with_ground, in_words
from pencil_page import ENGLISH, Pencil, article, mark, pencil_on
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.browser

TEXT = article(*ENGLISH)
MARKS = [
    mark(TEXT, "claim", 3, "The harbour may close in May", "close", attributes={"modality": "hedged"}, comment="?"),
    mark(TEXT, "hedge", 3, "may", "may"),
    mark(TEXT, "source", 3, "Ana Bell", "ana"),
    mark(TEXT, "furniture", 2, "[Caption: the old pier]", "pier"),
    {"id": "o", "label": "cue", "start": None, "end": None, "exact": "whispered", "attributes": {}, "comment": ""},
]
FULL: dict[str, Any] = {
    "marks": MARKS,
    "links": [{"id": "k", "relation": "attributed-to", "origin": "close", "target": "ana"}],
    "others": [{"annotator": "gold", "marks": [mark(TEXT, "source", 4, "Li Wen", "g")], "links": []}],
    "notes": ["1 mark is no longer found."],
}
CONTEXTS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
    "narrow": {"viewport": {"width": 320, "height": 640}},
    "zoomed": {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2},
}


def open_all(pencil: Pencil) -> None:
    """Open all that opens, say something, complain, and choose a mark: each colour is in sight."""
    for summary in pencil.root.locator("summary").all():
        summary.click()
    pencil.press("n", "n", "z", "Enter")
    pencil.page.evaluate("model.tell({type: 'trouble', message: 'The folder is read-only.'})")
    pencil.root.get_by_role("textbox", name="Words").fill("nowhere")
    pencil.root.get_by_role("button", name="Add mark").click()


def judged(pencil: Pencil) -> dict[str, Any]:
    """Return what axe says of the whole widget; what scrolls is unrolled, or axe takes the rest for hidden."""
    unrolled = ".nd-pencil * { max-height: none !important; content-visibility: visible !important; }"
    pencil.page.add_style_tag(content=unrolled)
    options = {"resultTypes": ["violations", "incomplete", "passes"]}
    response: dict[str, Any] = Axe().run(pencil.page, options=options).response
    return response


@pytest.mark.parametrize("name", ["light", "dark", "narrow"])
def test_axe_finds_nothing(browser: Browser, name: str, shots: Path) -> None:
    """No violation with everything open, and the contrast of every text measured, not guessed."""
    with pencil_on(browser, TEXT, context=CONTEXTS[name], **FULL) as pencil:
        open_all(pencil)
        pencil.page.screenshot(path=shots / f"pencil-page-{name}.png", full_page=True)
        response = judged(pencil)
        assert in_words(response["violations"]) == []
        assert in_words([r for r in response["incomplete"] if r["id"] == "color-contrast"]) == []
        measured = "".join(compared_with_ground(response))
        for part in ["nd-words", "<mark", "nd-number", "nd-chip", "nd-rule", "nd-alert", "nd-message", "<kbd", "<dd"]:
            assert part in measured, part


def test_axe_finds_nothing_in_forced_colours(browser: Browser, shots: Path) -> None:
    """No violation where the system's colours replace ours; lines and choice are drawn there too."""
    with pencil_on(browser, TEXT, context=CONTEXTS["forced"], **FULL) as pencil:
        pencil.press("n", "n")
        pencil.page.screenshot(path=shots / "pencil-page-forced.png", full_page=True)
        expect(pencil.root.locator("mark").first).to_have_css("border-bottom", "3px solid rgb(0, 0, 0)")
        expect(pencil.root.locator(".nd-words .nd-theirs")).to_have_css("border-bottom-style", "dashed")
        outline = "n => [getComputedStyle(n).outlineStyle, getComputedStyle(n).outlineWidth]"
        assert pencil.root.locator(".nd-chosen").evaluate(outline) == ["solid", "2px"]
        open_all(pencil)
        assert in_words(judged(pencil)["violations"]) == []


@pytest.mark.parametrize(
    ("planted", "rule"),
    [
        (".nd-pencil { --nd-soft: #999 }", "color-contrast"),
        (".nd-chosen { background: #777 !important }", "color-contrast"),
        (".nd-words mark { color: #888 !important }", "color-contrast"),
    ],
)
def test_axe_catches_a_bad_colour(browser: Browser, planted: str, rule: str) -> None:
    """A colour too weak for its ground is caught: the tests above can fail."""
    with pencil_on(browser, TEXT, context=CONTEXTS["light"], **FULL) as pencil:
        open_all(pencil)
        pencil.page.add_style_tag(content=planted)
        assert rule in {result["id"] for result in judged(pencil)["violations"]}


def test_axe_catches_a_field_without_a_name(browser: Browser) -> None:
    """A label taken from its field is caught."""
    with pencil_on(browser, TEXT, context=CONTEXTS["light"], **FULL) as pencil:
        pencil.page.evaluate("document.querySelectorAll('.nd-pencil label').forEach(l => l.removeAttribute('for'))")
        assert "label-title-only" in {result["id"] for result in judged(pencil)["violations"]}


# The colours of lines, borders and letters, which axe does not measure: by the definition of WCAG 2.
_CONTRASTS = """root => {
    const pen = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
    const light = name => {
        const probe = document.createElement('i');
        probe.style.color = `var(--nd-${name})`;
        root.append(probe);
        pen.fillStyle = getComputedStyle(probe).color;
        probe.remove();
        pen.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3)
            .map(c => c / 255).map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const names = ['ink', 'soft', 'line', 'frame', 'alarm', 'blue', 'orange', 'green', 'purple', 'red', 'teal',
                   'brown', 'grey'];
    return Object.fromEntries(names.map(n => [n, Math.min(...['paper', 'raised', 'chosen']
        .map(ground => ratio(light(n), light(ground))))]));
}"""


@pytest.mark.parametrize("name", ["light", "dark"])
def test_every_colour_stands_out(browser: Browser, name: str) -> None:
    """Texts have 4.5 to 1 and lines 3 to 1 at least, on paper, on buttons and on what is chosen."""
    with pencil_on(browser, TEXT, context=CONTEXTS[name]) as pencil:
        found = pencil.root.evaluate(_CONTRASTS)
        weak = {n: round(r, 2) for n, r in found.items() if r < (3 if n in ("line", "frame") else 4.5)}
        assert weak == {}
        pencil.page.add_style_tag(content=".nd-pencil { --nd-teal: #40b5b5; }")  # 2.4 on white
        worse = pencil.root.evaluate(_CONTRASTS)["teal"]
        assert worse < 4.5 if name == "light" else worse != found["teal"]


@pytest.mark.parametrize(
    ("body", "system", "is_dark"),
    [
        ("", "light", False),
        ("", "dark", True),
        ('data-jp-theme-light="false"', "light", True),
        ('data-jp-theme-light="true"', "dark", False),
        ('class="vscode-dark" data-vscode-theme-kind="vscode-dark"', "light", True),
        ('class="vscode-light" data-vscode-theme-kind="vscode-light"', "dark", False),
        ('class="vscode-high-contrast"', "light", True),
        ('class="vscode-high-contrast vscode-high-contrast-light"', "dark", False),
    ],
)
def test_the_notebooks_theme_decides(browser: Browser, body: str, system: Any, is_dark: bool) -> None:
    """JupyterLab's and VS Code's own theme goes before the system's; without one, the system's counts."""
    with pencil_on(browser, TEXT, context={"color_scheme": system}) as pencil:
        script = """attributes => {
            const made = new DOMParser().parseFromString(`<body ${attributes}>`, 'text/html').body;
            for (const a of made.attributes) document.body.setAttribute(a.name, a.value);
            const style = getComputedStyle(document.querySelector('.nd-pencil'));
            return [style.backgroundColor, style.colorScheme];
        }"""
        expected = ["rgb(28, 29, 32)", "dark"] if is_dark else ["rgb(255, 255, 255)", "light"]
        assert pencil.page.evaluate(script, body) == expected


@pytest.mark.parametrize("name", ["narrow", "zoomed"])
def test_nothing_runs_out_of_a_narrow_page(browser: Browser, name: str, shots: Path) -> None:
    """At 320 pixels, and at 200 %, nothing has to be scrolled sideways, neither the page nor a part of it."""
    of = article(*ENGLISH, ["Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenfabrik said so."])
    with pencil_on(browser, of, context=CONTEXTS[name], **FULL) as pencil:
        open_all(pencil)
        pencil.page.screenshot(path=shots / f"pencil-page-{name}-all.png", full_page=True)
        wide = """() => [...document.querySelectorAll('html, .nd-pencil, .nd-pencil *:not(.nd-hidden, select, input)')]
            .filter(n => n.clientWidth && n.scrollWidth > n.clientWidth + 1)
            .map(n => [n.tagName, n.className, n.clientWidth, n.scrollWidth])"""
        assert pencil.page.evaluate(wide) == []


def test_targets_are_large_enough(browser: Browser) -> None:
    """Each button, field and disclosure is at least 24 pixels high and wide."""
    with pencil_on(browser, TEXT, **FULL) as pencil:
        open_all(pencil)
        small = """root => [...root.querySelectorAll('button, select, textarea, summary, input:not([type=checkbox])')]
            .map(n => [n.textContent, n.getBoundingClientRect()])
            .filter(([, r]) => r.width && (r.width < 24 || r.height < 24)).map(([text]) => text)"""
        assert pencil.root.evaluate(small) == []


def test_what_is_chosen_is_framed(browser: Browser) -> None:
    """The choice is seen without colours: one frame around all its pieces, and a dashed one in link mode."""
    with pencil_on(browser, TEXT, **FULL) as pencil:
        pencil.press("PageDown", "PageDown", "PageDown")
        frame = pencil.root.locator(".nd-chosen")
        expect(frame).to_have_count(1)
        expect(frame).to_have_css("outline-style", "solid")
        pencil.press("PageUp", "n", "l")
        expect(frame).to_have_css("outline-style", "dashed")


def test_letters_are_seen_but_not_copied(browser: Browser) -> None:
    """A label's letter stands at the end of its mark, and is no part of the text: nor of what is selected."""
    with pencil_on(browser, TEXT, **FULL) as pencil:
        script = "n => [getComputedStyle(n, '::after').content, n.textContent]"
        seen = pencil.root.locator("mark", has_text="Ana Bell").evaluate(script)
        assert seen == ['"s" / ""', "Ana Bell"]
        paragraph = pencil.root.locator(".nd-words").nth(2)
        pencil.page.evaluate("n => getSelection().selectAllChildren(n)", paragraph.element_handle())
        assert pencil.page.evaluate("String(getSelection())") == " ".join(ENGLISH[2])


def test_only_changed_paragraphs_are_redrawn(browser: Browser) -> None:
    """A mark redraws its paragraph, once, and Python's answer redraws nothing."""
    with pencil_on(browser, TEXT, answer="late", after=200, **FULL) as pencil:
        pencil.press("ArrowRight")
        script = """() => {
            window.drawn = [];
            const boxes = [...document.querySelectorAll('.nd-words')];
            for (const box of boxes) new MutationObserver(() => drawn.push(boxes.indexOf(box)))
                .observe(box, {childList: true});
        }"""
        pencil.page.evaluate(script)
        pencil.press("s")
        drawn = pencil.page.evaluate("drawn")
        assert set(drawn) == {0}
        expect(pencil.root.locator(".nd-standing")).to_have_text("All saved.")
        assert len(pencil.marked) == 6
        assert pencil.page.evaluate("drawn") == drawn


def test_overlapping_marks_have_lines_of_their_own(browser: Browser) -> None:
    """Each mark's line keeps its height through all its pieces; letters stand at the ends."""
    marks = [*MARKS[:2], mark(TEXT, "date", 3, "in May, Ana", "x")]
    with pencil_on(browser, TEXT, marks=marks) as pencil:
        script = """nodes => nodes.map(n => [
            n.textContent,
            [n, ...n.querySelectorAll('*')].map(m => getComputedStyle(m).paddingBottom).join(' '),
            [n, ...n.querySelectorAll('*')].map(m => m.dataset.tag ?? '').join(''),
        ])"""
        pieces = pencil.root.locator(".nd-words").nth(2).locator("mark").evaluate_all(script)
        assert pieces == [
            ["The harbour ", "0px", ""],
            ["may", "5px 0px", "h"],
            [" close ", "0px", ""],
            ["in May", "5px 0px", "c"],
            [", Ana", "5px", "d"],
        ]


def test_a_long_article_is_drawn_whole(browser: Browser) -> None:
    """What is drawn in steps is whole in the end, in order, with a mark made meanwhile in its place."""
    of = article(*[[f"Ship number {n} came in.", "It left."] for n in range(1, 301)])
    marks = [mark(of, "source", n, f"number {n}", f"m{n}") for n in range(1, 301)]
    with pencil_on(browser, of, marks=marks) as pencil:
        pencil.press("ArrowRight", "c")
        expect(pencil.root.locator("li[data-id]")).to_have_count(301)
        lines = [line.split(",")[0] for line in pencil.listed]
        assert lines == ["claim Ship", *[f"source number {n}" for n in range(1, 301)]]
        assert pencil.root.locator("mark").count() == 301
