"""The annotation widget on a bare page, by keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest
from pencil_page import ANA, CLOSE, LABELS, LI, MAY, SAID, TEXT, article, pencil_on, whole_text
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.browser


# -------------------------------------------------------------------------------- choosing by keyboard


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        ("ArrowRight", "A"),
        ("ArrowRight ArrowRight", "harbour"),
        ("ArrowRight ArrowRight ArrowLeft", "A"),
        ("ArrowRight ArrowLeft", "A"),  # the text begins there
        ("End ArrowRight", "Caption"),  # on into the next paragraph
        ("PageDown PageDown PageDown Home ArrowLeft", "pier"),
        ("ArrowRight Shift+ArrowRight", "A harbour"),
        ("ArrowRight Shift+ArrowRight Shift+ArrowRight Shift+ArrowLeft", "A harbour"),
        ("ArrowRight Shift+ArrowLeft", "A"),  # one word is the least
        ("ArrowRight ArrowRight ArrowRight Control+Shift+ArrowLeft", "harbour is"),
        ("ArrowRight ArrowRight ArrowRight Alt+Shift+ArrowLeft", "harbour is"),
        ("ArrowRight Shift+ArrowRight Shift+ArrowRight Control+Shift+ArrowRight", "harbour is"),
        ("End Shift+ArrowRight", "week"),  # a mark stays in one paragraph
        ("ArrowDown", "A harbour is closed for a week"),
        ("ArrowDown ArrowDown ArrowDown ArrowDown", "She named no reason."),
        ("ArrowDown ArrowDown ArrowDown ArrowDown ArrowUp", "The harbour may close in May, Ana Bell said."),
        ("ArrowDown ArrowDown ArrowDown ArrowDown ArrowRight", "Nobody"),
        ("PageDown PageDown PageDown Home Shift+ArrowDown", "The harbour may close in May, Ana Bell said."),
        (
            "PageDown PageDown PageDown Home Shift+ArrowDown Shift+ArrowDown",
            "The harbour may close in May, Ana Bell said. She named no reason.",
        ),
        (
            "PageDown PageDown PageDown Home Shift+ArrowDown Shift+ArrowDown Shift+ArrowUp",
            "The harbour may close in May, Ana Bell said.",
        ),
        ("PageDown PageDown PageDown Home Shift+ArrowDown Shift+ArrowUp", "The"),
        ("PageDown PageDown", "[Caption: the old pier]"),
        ("PageDown PageDown PageUp", "A harbour is closed for a week"),
        ("PageDown End", "week"),
        ("PageDown End Home", "A"),
        ("PageDown Escape", ""),
    ],
)
def test_keys_choose(browser: Browser, keys: str, chosen: str) -> None:
    """Each key chooses what the contract says; key line, frame in the text and live region agree."""
    with pencil_on(browser) as pencil:
        pencil.press(*keys.split())
        assert (pencil.chosen, pencil.framed) == (chosen, chosen)
        assert pencil.has_focus


def test_what_is_chosen_is_said(browser: Browser) -> None:
    """The live region says the words, the paragraph when it changes, and the labels on them."""
    with pencil_on(browser, marks=[ANA]) as pencil:
        pencil.press("n")
        assert pencil.said == "Paragraph 3. Ana Bell · source"
        pencil.press("ArrowRight")
        assert pencil.said == "said"


def test_what_is_chosen_comes_into_view(browser: Browser) -> None:
    """A choice outside the text's window is scrolled into it; a choice inside moves nothing."""
    long = article(*[[f"Paragraph {n} stands here.", "And it goes on."] for n in range(1, 200)])
    with pencil_on(browser, long) as pencil:
        top = "() => document.querySelector('.nd-text').scrollTop"
        pencil.press("ArrowRight", "ArrowRight", "ArrowRight")
        assert pencil.page.evaluate(top) == 0
        pencil.press(*["PageDown"] * 60)
        assert pencil.page.evaluate(top) > 500
        boxes = pencil.page.evaluate(
            "['.nd-text', '.nd-chosen'].map(s => document.querySelector(s).getBoundingClientRect().toJSON())"
        )
        assert boxes[0]["top"] <= boxes[1]["top"] and boxes[1]["bottom"] <= boxes[0]["bottom"]


# ----------------------------------------------------------------------------------- verbs by keyboard


@pytest.mark.parametrize(("letter", "label"), [("s", "source"), ("u", "cue"), ("c", "claim"), ("h", "hedge")])
def test_a_letter_marks(browser: Browser, letter: str, label: str) -> None:
    """A label's letter marks what is chosen: shown at once, sent whole, said, and the focus stays."""
    with pencil_on(browser) as pencil:
        pencil.press("ArrowRight", "ArrowRight", letter)
        assert pencil.listed[0].startswith(f"{label} harbour, paragraph 1")
        assert pencil.said == f"Marked as {label}: harbour"
        assert pencil.root.locator("mark").all_text_contents() == ["harbour"]
        (op,) = pencil.ops
        assert (op["verb"], op["mark"]["label"], op["mark"]["exact"]) == ("add", label, "harbour")
        assert whole_text(TEXT)[op["mark"]["start"] : op["mark"]["end"]] == "harbour"
        assert (op["mark"]["attributes"], op["mark"]["comment"]) == ({}, "")
        assert pencil.has_focus


def test_a_letter_twice_marks_once(browser: Browser) -> None:
    """The same label on the same words again adds nothing and says so; another label is a second mark."""
    with pencil_on(browser) as pencil:
        pencil.press("ArrowRight", "s", "s")
        assert pencil.said == "Marked as source already: A"
        pencil.press("c")
        assert pencil.marked == [("source", "A"), ("claim", "A")]


def test_capitals_and_other_keyboards_mark(browser: Browser) -> None:
    """Caps lock and a Cyrillic keyboard do not matter: then the key's place counts."""
    with pencil_on(browser) as pencil:
        pencil.press("ArrowRight", "S", "ArrowRight")
        pencil.key.dispatch_event("keydown", {"key": "с", "code": "KeyC", "bubbles": True})
        assert pencil.marked == [("source", "A"), ("claim", "harbour")]


def test_nothing_chosen_nothing_marked(browser: Browser) -> None:
    """A letter without a choice is answered in words."""
    with pencil_on(browser) as pencil:
        pencil.press("s", "Delete", "Enter", "l", "b", "a", "z", "y", "n")
        assert pencil.ops == []
        pencil.press("s")
        assert pencil.said == "Choose words first, with the arrows or the mouse."


def test_marks_are_visited_in_order(browser: Browser) -> None:
    """``n`` and ``p`` go through the marks by place, and say where they end."""
    with pencil_on(browser, marks=[LI, ANA, CLOSE, MAY]) as pencil:
        seen = []
        for _ in range(4):
            pencil.press("n")
            seen.append(pencil.chosen)
        assert seen == ["The harbour may close in May", "may", "Ana Bell", "Li Wen"]
        pencil.press("n")
        assert pencil.said == "This is the last mark."
        pencil.press("p")
        assert pencil.chosen == "Ana Bell"
        pencil.press("PageUp", "p")
        assert pencil.said == "This is the first mark."


@pytest.mark.parametrize("key", ["Delete", "Backspace"])
def test_a_mark_is_deleted_with_its_links(browser: Browser, key: str) -> None:
    """Deleting says what went, its links with it, and one undo brings all back."""
    with pencil_on(browser, marks=[ANA, CLOSE], links=[SAID]) as pencil:
        pencil.press("n", "n", key)
        assert pencil.said == "Deleted source: Ana Bell, with 1 link"
        assert len(pencil.listed) == 1 and "attributed to" not in pencil.listed[0]
        pencil.press("z")
        assert pencil.said == "Undone."
        assert "attributed to: “Ana Bell”" in pencil.listed[0]
        assert pencil.has_focus


@pytest.mark.parametrize(("undo", "redo"), [("z", "y"), ("Control+z", "Control+y"), ("Control+z", "Control+Shift+Z")])
def test_undo_and_redo(browser: Browser, undo: str, redo: str) -> None:
    """Python undoes and redoes, and the page shows what it answers; with nothing left, it says so."""
    with pencil_on(browser) as pencil:
        pencil.press("ArrowRight", "s", undo)
        assert (pencil.listed, pencil.said) == ([], "Undone.")
        pencil.press(undo)
        assert pencil.said == "Nothing to undo."
        pencil.press(redo)
        assert (len(pencil.listed), pencil.said) == (1, "Redone.")
        pencil.press(redo)
        assert pencil.said == "Nothing to redo."
        assert [op["verb"] for op in pencil.ops] == ["add", "undo", "redo"]


def test_a_claim_is_linked_to_a_source(browser: Browser) -> None:
    """In link mode ``n`` goes to sources only, Enter links, and the choice is back on the claim."""
    with pencil_on(browser, marks=[ANA, CLOSE, MAY, LI]) as pencil:
        pencil.press("n", "l")
        assert pencil.said.startswith(
            "Link: click the source; or go there with n or p, and Enter links. Escape leaves."
        )
        pencil.press("n")
        assert pencil.chosen == "Ana Bell"
        pencil.press("n")
        assert pencil.chosen == "Li Wen"
        pencil.press("p", "Enter")
        assert pencil.said == "Linked: “The harbour may close in May” to “Ana Bell”"
        assert pencil.chosen == "The harbour may close in May"
        link = {**pencil.ops[0]["link"], "id": ""}
        assert link == {"id": "", "relation": "attributed-to", "origin": "close", "target": "ana"}
        pencil.press("l", "n", "Enter")
        assert pencil.said.startswith("Linked already")
        assert len(pencil.ops) == 1
        assert pencil.has_focus


def test_link_mode_is_left(browser: Browser) -> None:
    """Escape leaves link mode; inside it, letters mark nothing and say why."""
    with pencil_on(browser, marks=[ANA, CLOSE, MAY]) as pencil:
        pencil.press("n", "l", "s", "Delete")
        assert pencil.said.startswith("Link: click")
        pencil.press("Home", "ArrowRight", "ArrowRight", "Enter")  # a hedge is no source
        assert pencil.said.startswith("Link: click")
        pencil.press("Escape")
        assert pencil.said == "Left."
        pencil.press("n", "n", "Enter")  # not a link now: the panel of a mark
        expect(pencil.root.locator(".nd-panel")).to_be_visible()
        assert pencil.ops == []


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        ([ANA], "A link leads from a claim to a source. Go to a claim first."),
        ([CLOSE], "There is no source yet. Mark one first."),
    ],
)
def test_a_link_that_cannot_be(browser: Browser, marks: list[dict[str, Any]], said: str) -> None:
    """A link from a source, or to no source at all, is answered with what is missing."""
    with pencil_on(browser, marks=marks) as pencil:
        pencil.press("n", "l")
        assert pencil.said == said


def test_borders_are_changed(browser: Browser) -> None:
    """``b`` holds a mark while other words are chosen; Enter gives them to it, its id and links kept."""
    with pencil_on(browser, marks=[ANA, CLOSE], links=[SAID]) as pencil:
        pencil.press("n", "n", "b", "Shift+ArrowRight", "Enter")
        assert pencil.said == "New borders of source: Ana Bell said"
        (op,) = pencil.ops
        start = whole_text(TEXT).index("Ana Bell said")
        assert (op["verb"], op["id"], op["start"], op["end"]) == ("edit", "ana", start, start + 13)
        assert op["exact"] == "Ana Bell said"
        assert "attributed to: “Ana Bell said”" in pencil.listed[0]


def test_a_mark_is_edited_by_keyboard(browser: Browser) -> None:
    """Enter opens the panel on the first attribute; rules are shown; Save sends what changed; focus goes back."""
    with pencil_on(browser, marks=[CLOSE, ANA]) as pencil:
        pencil.press("n", "Enter")
        panel = pencil.root.locator(".nd-panel")
        modality = panel.get_by_label("modality")
        expect(modality).to_be_focused()
        pencil.page.keyboard.type("hedg")
        expect(modality).to_have_accessible_description("With a perhaps.")
        pencil.page.keyboard.press("Tab")
        pencil.page.keyboard.press("Tab")
        pencil.page.keyboard.type("n z d")
        pencil.page.keyboard.press("Control+z")  # the browser's own, in a text area
        pencil.page.keyboard.type("who says?")
        pencil.page.keyboard.press("Tab")
        pencil.page.keyboard.type("Ana")  # the source to link to
        pencil.page.keyboard.press("Tab")
        pencil.page.keyboard.press("Enter")
        edit, link = pencil.ops
        assert {**edit, "op": ""} == {
            "op": "",
            "verb": "edit",
            "id": "close",
            "attributes": {"modality": "hedged"},
            "comment": "who says?",
        }
        assert (link["verb"], link["link"]["target"]) == ("link", "ana")
        assert "modality: hedged" in pencil.listed[0] and "who says?" in pencil.listed[0]
        assert pencil.has_focus
        expect(panel).to_be_hidden()


def test_editing_is_cancelled(browser: Browser) -> None:
    """Escape in any field of the panel leaves all as it was and goes back to the key line."""
    with pencil_on(browser, marks=[CLOSE]) as pencil:
        pencil.press("n", "Enter")
        pencil.page.keyboard.type("hedg")
        pencil.page.keyboard.press("Escape")
        assert (pencil.ops, pencil.has_focus) == ([], True)
        assert pencil.chosen == "The harbour may close in May"  # Escape did only one thing


def test_a_label_is_changed(browser: Browser) -> None:
    """Another label offers its own attributes, and those it does not take are dropped."""
    with pencil_on(browser, marks=[CLOSE | {"attributes": {"modality": "hedged"}}]) as pencil:
        pencil.press("n", "Enter")
        pencil.root.get_by_label("Label").first.select_option("source")
        pencil.root.get_by_label("source kind").select_option("institution")
        pencil.root.get_by_role("button", name="Save").click()
        assert pencil.ops[0]["attributes"] == {"source_kind": "institution"}
        assert pencil.listed[0].startswith("source The harbour may close in May")


def test_help_is_told(browser: Browser) -> None:
    """``?`` opens the list of keys, and says them."""
    with pencil_on(browser) as pencil:
        pencil.press("?")
        expect(pencil.root.get_by_text("the previous, the next sentence", exact=True)).to_be_visible()
        assert "Page up, Page down: the previous, the next paragraph" in pencil.said
        pencil.press("?")
        expect(pencil.root.get_by_text("the previous, the next sentence", exact=True)).to_be_hidden()


# ---------------------------------------------------------------------------------------- the key line


def test_nothing_typed_changes_the_key_line(browser: Browser) -> None:
    """The key line is a real text field whose value is the choice, whatever is typed, pasted or composed."""
    with pencil_on(browser) as pencil:
        assert pencil.key.evaluate("n => [n.tagName, n.type, n.readOnly, n.disabled]") == [
            "INPUT",
            "text",
            False,
            False,
        ]
        pencil.press("ArrowRight", "ArrowRight")
        for key in ["q", "7", " ", "Control+a", "Control+x", "Control+Delete", "Control+Backspace"]:
            pencil.page.keyboard.press(key)
        pencil.page.keyboard.insert_text("typed")
        pencil.page.evaluate("document.execCommand('insertText', false, 'x')")
        assert pencil.chosen == "harbour"
        session = pencil.page.context.new_cdp_session(pencil.page)
        session.send("Input.imeSetComposition", {"text": "ni", "selectionStart": 2, "selectionEnd": 2})
        session.send("Input.insertText", {"text": "你"})
        assert (pencil.chosen, pencil.marked) == ("harbour", [])


def test_an_input_method_does_not_stop_letters(browser: Browser) -> None:
    """With an input method on, the browser says only "Process": the key's place counts."""
    with pencil_on(browser) as pencil:
        pencil.press("ArrowRight")
        pencil.key.dispatch_event("keydown", {"key": "Process", "code": "KeyS", "bubbles": True})
        assert pencil.marked == [("source", "A")]


def test_keys_of_others_pass(browser: Browser) -> None:
    """Keys that act here go no further; Tab, run keys, and browser's shortcuts do and keep their meaning."""
    with pencil_on(browser, marks=[ANA]) as pencil:
        pencil.page.evaluate(
            "window.seen = []; document.addEventListener('keydown', e => seen.push([e.key, e.defaultPrevented]))"
        )
        pencil.press("ArrowRight", "s", "n", "z", "Home", "?")
        assert pencil.page.evaluate("seen") == []
        pencil.press("Shift+Enter", "Control+Enter", "Control+c", "Control+s", "F6", "Tab")
        seen = [key for key, _ in pencil.page.evaluate("seen") if key not in ("Shift", "Control")]
        assert seen == ["Enter", "Enter", "c", "s", "F6", "Tab"]
        assert not any(prevented for _, prevented in pencil.page.evaluate("seen"))
        assert not pencil.has_focus


def test_everything_focusable_keeps_shortcuts_away(browser: Browser) -> None:
    """Each element that can have the focus carries the attribute that stops JupyterLab's letters."""
    other = {"annotator": "gold", "marks": [LI], "links": []}
    with pencil_on(browser, marks=[ANA, CLOSE], links=[SAID], others=[other]) as pencil:
        pencil.press("n", "Enter")
        for summary in pencil.root.locator("summary").all():
            summary.click()
        lacking = """root => [...root.querySelectorAll('*')].filter(n => n.tabIndex >= 0
            && n.dataset.lmSuppressShortcuts !== 'true').map(n => n.outerHTML)"""
        assert pencil.root.evaluate(lacking) == []
        count = "root => [...root.querySelectorAll('*')].filter(n => n.tabIndex >= 0).length"
        assert pencil.root.evaluate(count) > 30


def test_one_role_stands_instead_of_another(browser: Browser) -> None:
    """A label that stands instead of another changes the mark that is there."""
    instead = {"claim": ["source"], "source": ["claim"]}
    labels = [{**label, "instead_of": instead.get(label["name"], [])} for label in LABELS]
    with pencil_on(browser, labels=labels) as pencil:
        pencil.press("PageDown", "s", "c")
        assert [label for label, _ in pencil.marked] == ["claim"]
        pencil.press("z")
        assert [label for label, _ in pencil.marked] == ["source"]
