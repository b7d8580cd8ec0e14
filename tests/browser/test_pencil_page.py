"""The annotation widget on a bare page: every control, by mouse and by keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest
from pencil_page import ENGLISH, RELATIONS, article, mark, pencil_on, whole_text
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.browser

TEXT = article(*ENGLISH)
ANA = mark(TEXT, "source", 3, "Ana Bell", "ana")
CLOSE = mark(TEXT, "claim", 3, "The harbour may close in May", "close")
MAY = mark(TEXT, "hedge", 3, "may", "may")
LI = mark(TEXT, "source", 4, "Li Wen", "li")
SAID = {"id": "k", "relation": "attributed-to", "origin": "close", "target": "ana"}


# ------------------------------------------------------------------------------------ choosing by keyboard


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


# --------------------------------------------------------------------------------------- verbs by keyboard


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
        assert len(pencil.listed) == 1 and "said by" not in pencil.listed[0]
        pencil.press("z")
        assert pencil.said == "Undone."
        assert "said by: “Ana Bell”" in pencil.listed[0]
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
        assert pencil.said.startswith("Link mode: n, p or a click goes to a source, Enter links, Escape leaves.")
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
    with pencil_on(browser, marks=[ANA, CLOSE]) as pencil:
        pencil.press("n", "l", "s", "Delete")
        assert pencil.said.startswith("Link mode")
        pencil.press("Escape")
        assert pencil.said == "Left."
        pencil.press("n", "Enter")  # not a link now: the panel of the source
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
        assert "said by: “Ana Bell said”" in pencil.listed[0]


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


# ------------------------------------------------------------------------------------------- the key line


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


# ------------------------------------------------------------------------------------------ mouse and touch


def test_a_drag_chooses(browser: Browser) -> None:
    """A drag chooses exactly its characters, puts the focus into the key line, and a letter marks."""
    with pencil_on(browser) as pencil:
        pencil.drag("Ana Bell")
        assert (pencil.chosen, pencil.framed, pencil.has_focus) == ("Ana Bell", "Ana Bell", True)
        pencil.page.keyboard.press("s")
        pencil.drag("arbou")  # part of a word is legitimate
        assert pencil.chosen == "arbou"
        pencil.button("claim").click()
        assert pencil.marked == [("source", "Ana Bell"), ("claim", "arbou")]
        assert pencil.has_focus


def test_a_drag_inside_an_old_choice_is_a_new_choice(browser: Browser) -> None:
    """A drag that begins in selected or chosen words is not taken for dragging them away."""
    with pencil_on(browser) as pencil:
        pencil.page.evaluate(
            "window.drags = 0; document.addEventListener('dragstart', e => { if (!e.defaultPrevented) drags++; })"
        )
        pencil.drag("harbour may close")
        pencil.page.evaluate(
            "getSelection().selectAllChildren(document.querySelectorAll('.nd-words')[2])"
        )  # as a touch leaves it
        pencil.drag("may close in")
        assert (pencil.chosen, pencil.page.evaluate("drags")) == ("may close in", 0)


def test_a_drag_leaves_out_spaces_and_other_paragraphs(browser: Browser) -> None:
    """White space at the ends is left out, and a drag into the next paragraph ends with its own."""
    with pencil_on(browser) as pencil:
        pencil.drag(" Ana Bell ")
        assert pencil.chosen == "Ana Bell"
        pencil.page.mouse.move(*pencil.spot("Nobody"))
        pencil.page.mouse.down()
        pencil.page.mouse.move(*pencil.spot("ferries", 3))
        pencil.page.mouse.up()
        assert pencil.chosen == "Nobody asked."
        pencil.page.mouse.move(*pencil.spot("ferries", 3))
        pencil.page.mouse.down()
        pencil.page.mouse.move(*pencil.spot("Nobody"))
        pencil.page.mouse.up()
        assert pencil.chosen == "Two fer"


def test_clicks_choose_word_and_sentence(browser: Browser) -> None:
    """A click or a double click takes the word, a triple click the sentence, Shift and a click all between."""
    with pencil_on(browser) as pencil:
        pencil.click("named")
        assert pencil.chosen == "named"
        pencil.page.mouse.dblclick(*pencil.spot("reason", 2))
        assert pencil.chosen == "reason"
        pencil.page.mouse.click(*pencil.spot("reason", 2), click_count=3)
        assert pencil.chosen == "She named no reason."
        pencil.click("named", 0)
        pencil.page.keyboard.down("Shift")
        pencil.click("reason", 6)
        pencil.page.keyboard.up("Shift")
        assert pencil.chosen == "named no reason"


def test_clicks_go_through_the_marks_below(browser: Browser) -> None:
    """A click takes the smallest mark, the next click the larger one around it, the third the word."""
    with pencil_on(browser, marks=[CLOSE, MAY]) as pencil:
        seen = []
        for _ in range(3):
            pencil.click("may close")
            seen.append(pencil.chosen)
            pencil.page.wait_for_timeout(600)  # not a double click
        assert seen == ["may", "The harbour may close in May", "may"]


def test_a_click_links(browser: Browser) -> None:
    """In link mode a click on a source links; a click beside one changes only the choice."""
    with pencil_on(browser, marks=[ANA, CLOSE]) as pencil:
        pencil.click("harbour may")
        pencil.button("link").click()
        pencil.click("Nobody")
        assert pencil.ops == []
        pencil.click("Ana Bell")
        assert [op["verb"] for op in pencil.ops] == ["link"]
        assert pencil.said.startswith("Linked")


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        ("previous", "This is the first mark."),
        ("next", "Ana Bell · source"),
        ("remove", "Deleted claim: The harbour may close in May"),
        ("borders", "New borders: choose words"),
        ("link", "Link mode"),
        ("accept", "There is no suggestion here."),
        ("undo", "Nothing to undo."),
        ("redo", "Nothing to redo."),
        ("help", "Help is open."),
    ],
)
def test_every_button_acts(browser: Browser, tool: str, said: str) -> None:
    """Each button does what its key does, by mouse and by the keyboard on itself."""
    with pencil_on(browser, marks=[ANA, CLOSE]) as pencil:
        pencil.press("n")
        pencil.button(tool).click(force=True)  # undo and redo say themselves what is not to be undone
        assert pencil.said.startswith(said)
        assert pencil.has_focus
    with pencil_on(browser, marks=[ANA, CLOSE]) as pencil:
        pencil.press("n")
        pencil.button(tool).focus()
        pencil.page.keyboard.press("Enter")
        assert pencil.said.startswith(said)
        expect(pencil.button(tool)).to_be_focused()


def test_touch_chooses_and_marks(browser: Browser) -> None:
    """A tap takes a word; a selection made by handles is taken over and left alone; buttons mark it."""
    touch = {"has_touch": True, "viewport": {"width": 400, "height": 800}}
    with pencil_on(browser, context=touch) as pencil:
        pencil.page.touchscreen.tap(*pencil.spot("Friday", 2))
        assert pencil.chosen == "Friday"
        assert not pencil.has_focus  # no keyboard slides in
        pencil.button("date").tap()
        script = """() => {
            const node = document.querySelectorAll('.nd-words')[2].firstChild;
            getSelection().setBaseAndExtent(node, 30, node, 38);
        }"""
        pencil.page.evaluate(script)
        pencil.page.wait_for_function("document.querySelector('.nd-key').value === 'Ana Bell'")
        assert pencil.page.evaluate("String(getSelection())") == "Ana Bell"
        pencil.button("source").tap()
        assert pencil.marked == [("date", "Friday"), ("source", "Ana Bell")]


# ----------------------------------------------------------------------------------------------- languages

EMOJI = article(["Li 👩‍👩‍👧 said 👍🏽 twice."], ["A café and a cafe\u0301 opened 🚢 today."])
ARABIC = article(["قالت ليلى إن الميناء سيغلق."], ["لم تذكر سببا."], language="ar", direction="rtl")
CHINESE = article(["港口将关闭一周。", "她没有说明原因。"], ["市长否认了。"], language="zh")
FRENCH = article(["L’usine d’Arles fermera, dit-elle."], language="fr")


def test_offsets_count_code_points(browser: Browser) -> None:
    """After emoji and combining marks, offsets fit Python's text, and Python's offsets fit the page."""
    given = mark(EMOJI, "date", 2, "today", "t")
    with pencil_on(browser, EMOJI, marks=[given]) as pencil:
        assert pencil.root.locator("mark").all_text_contents() == ["today"]
        pencil.press("PageDown", "End", "u", "PageDown", "ArrowDown", "c")
        pencil.drag("opened 🚢")
        pencil.page.keyboard.press("h")
        text = whole_text(EMOJI)
        for op in pencil.ops:
            made = op["mark"]
            assert text[made["start"] : made["end"]] == made["exact"]
        assert [op["mark"]["exact"] for op in pencil.ops] == ["twice", text.split("\n\n")[1], "opened 🚢"]


@pytest.mark.parametrize(("of", "to", "whole"), [(3, 5, "👩‍👩‍👧"), (17, 18, "👍🏽")])
def test_a_choice_never_cuts_a_grapheme(browser: Browser, of: int, to: int, whole: str) -> None:
    """A selection that ends inside a family, a skin tone or an accent is widened to the whole of it."""
    with pencil_on(browser, EMOJI) as pencil:
        script = """([from, to]) => {
            const node = document.querySelector('.nd-words').firstChild;
            getSelection().setBaseAndExtent(node, from, node, to);
        }"""
        pencil.page.evaluate(script, [of, to])
        pencil.page.wait_for_function("document.querySelector('.nd-key').value !== ''")
        assert pencil.chosen == whole


def test_arabic_reads_from_the_right(browser: Browser) -> None:
    """In Arabic the left arrow goes on, and text and key line run from right to left."""
    with pencil_on(browser, ARABIC) as pencil:
        pencil.press("ArrowLeft", "ArrowLeft", "s")
        assert pencil.marked == [("source", "ليلى")]
        pencil.press("Shift+ArrowLeft")
        assert pencil.chosen == "ليلى إن"
        pencil.press("ArrowRight")
        assert pencil.chosen == "قالت"
        words = pencil.root.locator(".nd-words").first
        assert (words.get_attribute("lang"), words.get_attribute("dir")) == ("ar", "rtl")
        direction = "n => getComputedStyle(n).direction"
        assert (words.evaluate(direction), pencil.key.evaluate(direction)) == ("rtl", "rtl")
        pencil.drag("الميناء")
        assert pencil.chosen == "الميناء"


def test_chinese_has_words(browser: Browser) -> None:
    """Chinese is divided into words without spaces, and into the sentences that Python gives."""
    with pencil_on(browser, CHINESE) as pencil:
        pencil.press("ArrowRight", "s")
        assert pencil.marked == [("source", "港口")]
        pencil.press("ArrowDown", "c")
        assert pencil.marked[1] == ("claim", "她没有说明原因。")


def test_french_words(browser: Browser) -> None:
    """A word ends at spaces and full stops, and no word begins with an apostrophe."""
    with pencil_on(browser, FRENCH) as pencil:
        seen = []
        for _ in range(4):
            pencil.press("ArrowRight")
            seen.append(pencil.chosen)
        assert seen[-2:] == ["fermera", "dit"] and not any(word.startswith("’") for word in seen)


@pytest.mark.parametrize("of", [TEXT, EMOJI, CHINESE, ARABIC])
def test_words_without_a_segmenter(browser: Browser, of: dict[str, Any]) -> None:
    """A browser that cannot divide text by language still chooses and marks words that fit."""
    with pencil_on(browser, of) as pencil:
        pencil.page.evaluate("endView(); delete Intl.Segmenter")
        pencil.page.evaluate("async () => { endModel(); await widget.initialize({model}); await showAnother(); }")
        pencil.press("ArrowRight", "ArrowRight", "s", "End", "u")
        text = whole_text(of)
        assert len(pencil.ops) >= 1
        for op in pencil.ops:
            assert text[op["mark"]["start"] : op["mark"]["end"]] == op["mark"]["exact"]


# ------------------------------------------------------------------------------------------ list and filter


def test_the_list_is_text(browser: Browser) -> None:
    """Each line says label, words, paragraph, attributes, comment and whom it is linked to, in order of place."""
    close = CLOSE | {"attributes": {"modality": "hedged"}, "comment": "May be."}
    with pencil_on(browser, marks=[LI, ANA, close], links=[SAID]) as pencil:
        assert pencil.listed == [
            "claim The harbour may close in May, paragraph 3; modality: hedgedMay be.said by: “Ana Bell”",
            "source Ana Bell, paragraph 3",
            "source Li Wen, paragraph 4",
        ]
        assert pencil.root.get_by_role("heading", name="Your marks: 3").count() == 1
        assert pencil.root.get_by_role("list").first.evaluate("n => n.tagName") == "OL"


def test_the_lists_buttons(browser: Browser) -> None:
    """By keyboard: go there, edit, unlink, delete; the focus stays near, never on the page's body."""
    with pencil_on(browser, marks=[LI, ANA, CLOSE], links=[SAID]) as pencil:

        def press(name: str) -> None:
            pencil.root.get_by_role("button", name=name).focus()
            pencil.page.keyboard.press("Enter")

        press("Go there: source: Li Wen")
        assert (pencil.chosen, pencil.has_focus) == ("Li Wen", True)
        press("Edit: source: Li Wen")
        expect(pencil.root.get_by_label("source kind")).to_be_focused()
        pencil.page.keyboard.press("Escape")
        expect(pencil.root.get_by_role("button", name="Edit: source: Li Wen")).to_be_focused()
        press("Unlink, said by: “Ana Bell”")
        assert (pencil.said, pencil.ops[0]["verb"]) == ("Unlinked.", "unlink")
        assert pencil.page.evaluate("document.activeElement.closest('li')?.dataset.id") == "close"
        press("Delete: source: Ana Bell")
        expect(pencil.root.get_by_role("button", name="Delete: source: Li Wen")).to_be_focused()
        pencil.page.keyboard.press("Enter")
        pencil.page.keyboard.press("Enter")
        expect(pencil.root.get_by_role("heading", name="No marks yet")).to_be_focused()
        assert pencil.marked == []


def test_labels_are_filtered(browser: Browser) -> None:
    """A label switched off is neither in the list nor in the text nor visited; marking with it switches it on."""
    with pencil_on(browser, marks=[ANA, CLOSE, MAY]) as pencil:
        pencil.root.get_by_role("checkbox", name="claim").focus()
        pencil.page.keyboard.press("Space")
        assert [line.split()[0] for line in pencil.listed] == ["hedge", "source"]
        assert pencil.root.locator("mark").all_text_contents() == ["may", "Ana Bell"]
        pencil.press("n")
        assert pencil.chosen == "may"
        pencil.press("c")
        expect(pencil.root.get_by_role("checkbox", name="claim")).to_be_checked()
        assert len(pencil.listed) == 4


def test_suggestions_are_accepted_one_by_one(browser: Browser) -> None:
    """Another's marks are dashed and named; ``a`` or the button makes one's own mark of the same words."""
    theirs = [LI | {"id": "g1", "attributes": {"source_kind": "named person"}}, ANA | {"id": "g2"}, MAY | {"id": "g3"}]
    gold = {"annotator": "gold", "marks": theirs, "links": []}
    with pencil_on(browser, marks=[ANA], others=[gold]) as pencil:
        assert pencil.root.get_by_role("heading", name="Marks of gold").count() == 1
        line = pencil.root.locator("ol[data-of=gold] li", has_text="Ana Bell")
        expect(line).to_contain_text("You have it too.")
        line = pencil.root.locator("span.nd-mark", has_text="Li Wen")
        expect(line).to_have_css("border-bottom-style", "dashed")
        pencil.press("n")
        assert pencil.said == "Paragraph 3. may · hedge by gold"
        pencil.press("a")
        assert pencil.said == "Marked as hedge: may"
        pencil.root.get_by_role("button", name="Accept: source: Li Wen").focus()
        pencil.page.keyboard.press("Enter")
        added = pencil.ops[1]["mark"]
        assert {**added, "id": ""} == {**LI, "id": "", "attributes": {"source_kind": "named person"}}
        assert added["id"] != "g1"
        pencil.root.get_by_role("checkbox", name="marks of gold").uncheck()
        assert pencil.root.locator("ol[data-of=gold] li:visible").count() == 0
        assert pencil.root.locator("span.nd-mark").count() == 0


def test_orphans_are_listed(browser: Browser) -> None:
    """A mark whose words are gone, or do not stand where it says, is listed apart and can be deleted."""
    lost = {
        "id": "o",
        "label": "cue",
        "start": None,
        "end": None,
        "exact": "whispered",
        "attributes": {},
        "comment": "",
    }
    wrong = {**ANA, "id": "w", "exact": "Ann Ball"}
    with pencil_on(browser, marks=[ANA, lost, wrong]) as pencil:
        expect(pencil.root.get_by_role("heading", name="No longer found in the text")).to_be_visible()
        assert pencil.root.get_by_role("heading", name="Your marks: 1").count() == 1
        assert pencil.root.locator("mark").all_text_contents() == ["Ana Bell"]
        pencil.root.get_by_role("button", name="Delete: cue: whispered").click()
        pencil.root.get_by_role("button", name="Delete: source: Ann Ball").click()
        expect(pencil.root.get_by_role("heading", name="No longer found in the text")).to_be_hidden()


def test_rules_are_at_hand(browser: Browser) -> None:
    """Each label's button is described by its rule, shows it on focus, and all stand in a list."""
    with pencil_on(browser) as pencil:
        expect(pencil.button("cue")).to_have_accessible_description("The word of saying.")
        pencil.button("cue").focus()
        expect(pencil.root.locator("> .nd-rule")).to_have_text("cue: The word of saying.")
        pencil.root.get_by_text("Rules of the labels").click()
        expect(pencil.root.get_by_role("definition").filter(has_text="The word of saying.")).to_be_visible()


# -------------------------------------------------------------------------------------------------- the form


def test_the_form_marks(browser: Browser) -> None:
    """Without any selection: paragraph, sentence, words, label, Add; by keyboard, the words typed loosely."""
    with pencil_on(browser) as pencil:
        pencil.root.get_by_text("Mark with a form").focus()
        pencil.page.keyboard.press("Enter")
        form = pencil.root.locator("form")
        form.get_by_label("Paragraph").select_option(label="3: " + ENGLISH[2][0] + " She n…")
        expect(form.get_by_role("textbox", name="Words")).to_have_value(ENGLISH[2][0])
        form.get_by_label("Sentence").select_option(index=2)
        expect(form.get_by_role("textbox", name="Words")).to_have_value("She named no reason.")
        form.get_by_role("textbox", name="Words").fill("NO reason")
        form.get_by_label("Label").select_option("cue")
        expect(form.get_by_label("Label")).to_have_accessible_description("The word of saying.")
        form.get_by_label("Label").focus()
        pencil.page.keyboard.press("Tab")
        pencil.page.keyboard.press("Enter")
        assert pencil.marked == [("cue", "no reason")]
        assert pencil.said == "Marked as cue: no reason"
        expect(form.get_by_role("button")).to_be_focused()


@pytest.mark.parametrize(
    ("words", "error"),
    [("reasons", "“reasons” does not stand in this sentence."), ("  ", "Write the words to be marked.")],
)
def test_the_forms_errors(browser: Browser, words: str, error: str) -> None:
    """Words that are not there are answered beside the field, which is called invalid and described by it."""
    with pencil_on(browser) as pencil:
        pencil.root.get_by_text("Mark with a form").click()
        field = pencil.root.get_by_role("textbox", name="Words")
        field.fill(words)
        field.press("Enter")
        expect(field).to_have_accessible_description(error)
        expect(field).to_have_attribute("aria-invalid", "true")
        assert pencil.ops == []
        field.fill("harbour")
        field.press("Enter")
        expect(field).to_have_attribute("aria-invalid", "false")
        assert pencil.marked == [("source", "harbour")]


def test_the_form_asks_which_occurrence(browser: Browser) -> None:
    """Words that stand twice in a sentence are asked for by number."""
    with pencil_on(browser, article(["No means no, no more."])) as pencil:
        pencil.root.get_by_text("Mark with a form").click()
        which = pencil.root.get_by_label("Which occurrence")
        expect(which).to_be_hidden()
        pencil.root.get_by_role("textbox", name="Words").fill("no")
        expect(which).to_be_visible()
        which.fill("2")
        which.press("Enter")
        assert pencil.ops[0]["mark"]["start"] == 13
        which.fill("9")
        which.press("Enter")
        expect(pencil.root.locator("form .nd-alert")).to_have_text("The words occur 2 times; there is no number 9.")


# -------------------------------------------------------------------------------------------- several views


def test_views_stay_in_step(browser: Browser) -> None:
    """Two views of one model show each mark, each with a choice of its own."""
    with pencil_on(browser) as pencil:
        pencil.page.evaluate("async () => { window.second = await showAnother(); }")
        second = pencil.page.locator(".nd-pencil").nth(1)
        pencil.press("ArrowRight", "s")
        expect(second.locator("mark")).to_have_text("A")
        expect(second.locator("li[data-id]")).to_have_count(1)
        assert second.locator(".nd-key").input_value() == ""
        ids = pencil.page.evaluate("[...document.querySelectorAll('[id]')].map(n => n.id)")
        assert len(ids) == len(set(ids))


def test_a_removed_view_leaves_nothing(browser: Browser) -> None:
    """A removed view has no listeners left on the document, and the model none once it ends."""
    with pencil_on(browser) as pencil:
        session = pencil.page.context.new_cdp_session(pencil.page)

        def on_document() -> int:
            remote = session.send("Runtime.evaluate", {"expression": "document"})["result"]["objectId"]
            return len(session.send("DOMDebugger.getEventListeners", {"objectId": remote})["listeners"])

        one = on_document()
        assert one > 0
        pencil.page.evaluate("async () => { window.second = await showAnother(); }")
        assert on_document() == 2 * one
        pencil.page.evaluate("second.end()")
        assert on_document() == one
        assert pencil.page.locator(".nd-pencil").count() == 1
        pencil.press("ArrowRight", "s")
        assert len(pencil.listed) == 1
        pencil.page.evaluate("endView()")
        assert on_document() == 0
        assert pencil.page.evaluate("model.listeners") > 0
        pencil.page.evaluate("endModel()")
        assert pencil.page.evaluate("model.listeners") == 0


def test_news_from_python(browser: Browser) -> None:
    """Marks that Python adds, changes and takes off are shown, the choice and the focus kept."""
    with pencil_on(browser, marks=[ANA, MAY]) as pencil:
        pencil.press("n", "n")
        news = {
            "type": "changed",
            "version": 5,
            "done": [],
            "refused": [],
            "put": {"marks": [LI, {**MAY, "comment": "perhaps"}], "links": []},
            "gone": {"marks": ["ana"], "links": []},
            "can_undo": True,
            "can_redo": False,
        }
        pencil.page.evaluate("news => model.tell(news)", news)
        assert [line.split(",")[0] for line in pencil.listed] == ["hedge may", "source Li Wen"]
        assert "perhaps" in pencil.listed[0]
        assert (pencil.chosen, pencil.has_focus) == ("Ana Bell", True)
        expect(pencil.button("undo")).to_have_attribute("aria-disabled", "false")
        pencil.press("Delete")
        assert pencil.said == "There is no mark here to delete."


# ------------------------------------------------------------------------------------------ what is waiting

WAITING = "JSON.parse(localStorage.getItem('newsdesk:waiting:here/xx-2020.ana') ?? '[]').map(op => op.verb)"


def test_saved_is_said(browser: Browser) -> None:
    """A mark is 'not saved yet' until Python says that a version which holds it is saved."""
    with pencil_on(browser, saves=False) as pencil:
        expect(pencil.root.locator(".nd-standing")).to_have_text("All saved.")
        pencil.press("ArrowRight", "s")
        assert pencil.listed == ["source A, paragraph 1 not saved yet"]
        expect(pencil.root.locator(".nd-standing")).to_have_text("Not saved yet.")
        assert pencil.page.evaluate(WAITING) == []  # answered
        pencil.page.evaluate("model.tell({type: 'saved', version: 0})")
        assert "not saved yet" in pencil.listed[0]
        pencil.page.evaluate("model.tell({type: 'saved', version: 1})")
        assert pencil.listed == ["source A, paragraph 1"]
        expect(pencil.root.locator(".nd-standing")).to_have_text("All saved.")


def test_a_late_answer(browser: Browser) -> None:
    """While Python is busy, marks are shown and kept in the browser; an undo is shown when it answers."""
    with pencil_on(browser, answer="late", after=400) as pencil:
        pencil.press("ArrowRight", "s", "ArrowRight", "u", "z")
        assert len(pencil.listed) == 2
        assert pencil.page.evaluate(WAITING) == ["add", "add", "undo"]
        expect(pencil.root.locator("li[data-id]")).to_have_count(1)
        assert (pencil.said, pencil.page.evaluate(WAITING)) == ("Undone.", [])
        expect(pencil.root.locator(".nd-standing")).to_have_text("All saved.")


def test_without_an_answer_marks_wait_in_the_browser(browser: Browser) -> None:
    """A kernel that does not answer is said; a new page with the same key sends all again, in order."""
    with pencil_on(browser, answer="never") as pencil:
        pencil.press("ArrowRight", "s", "ArrowRight", "u", "Delete", "PageDown", "c")
        assert pencil.page.evaluate(WAITING) == ["add", "add", "remove", "add"]
        standing = pencil.root.locator(".nd-standing")
        expect(standing).to_contain_text("the kernel does not answer", timeout=6000)
        assert standing.inner_text().startswith("4 changes not saved yet")
        expect(pencil.root.get_by_role("button", name="Send again")).to_be_visible()
        lines = pencil.listed
        ops = pencil.ops

        pencil.page.evaluate("endView(); endModel()")
        show = """async traits => {
            window.model = makeModel(traits);
            await widget.initialize({model});
            await showAnother();
        }"""
        again: dict[str, Any] = {"article": TEXT, "state": {}, "labels": [], "relations": RELATIONS, "others": []}
        pencil.page.evaluate(show, again | {"key": "another/file", "answer": "never"})
        assert pencil.listed == []
        pencil.page.evaluate(show, again | {"key": "here/xx-2020.ana"})
        shown = pencil.page.locator(".nd-pencil").last
        expect(shown.locator("li[data-id]")).to_have_count(2)
        assert pencil.ops == ops
        assert pencil.marked == [("source", "A"), ("claim", "[Caption: the old pier]")]
        assert pencil.page.evaluate(WAITING) == []
        assert len(lines) == 2


def test_a_reloaded_page_shows_what_waits(browser: Browser) -> None:
    """Closing the tab loses nothing: the new page shows and sends what the old one kept."""
    from pencil_page import open_pencil

    with pencil_on(browser, answer="never") as pencil:
        pencil.press("ArrowRight", "s")
        again = open_pencil(pencil.page, answer="late", after=300)
        assert again.listed == ["source A, paragraph 1 not saved yet"]
        expect(again.root.locator(".nd-standing")).to_have_text("All saved.")
        assert again.marked == [("source", "A")]


@pytest.mark.parametrize("what", ["button", "kernel"])
def test_waiting_marks_are_sent_again(browser: Browser, what: str) -> None:
    """By the button, or when the kernel is back; Python does each once, though it gets it twice."""
    with pencil_on(browser, answer="never") as pencil:
        pencil.press("ArrowRight", "s")
        pencil.page.evaluate("model.answer = 'now'")
        if what == "button":
            pencil.root.get_by_role("button", name="Send again").click()
        else:
            pencil.page.evaluate("model.fire('comm_live_update')")
        expect(pencil.root.locator(".nd-standing")).to_have_text("All saved.")
        pencil.page.evaluate("model.take(model.sent[0].ops)")
        assert (len(pencil.marked), len(pencil.listed)) == (1, 1)


def test_a_closed_connection(browser: Browser) -> None:
    """Where sending fails the page says so at once, keeps the marks, and goes on taking them."""
    with pencil_on(browser) as pencil:
        pencil.page.evaluate("model.cut = true")
        pencil.press("ArrowRight", "s", "ArrowRight", "u")
        expect(pencil.root.locator(".nd-standing")).to_contain_text("the connection to the kernel is closed")
        assert (len(pencil.listed), pencil.page.evaluate(WAITING)) == (2, ["add", "add"])
        pencil.page.evaluate("model.cut = false; model.fire('comm_live_update')")
        expect(pencil.root.locator(".nd-standing")).to_have_text("All saved.")
        assert len(pencil.marked) == 2


def test_a_browser_that_keeps_nothing(browser: Browser) -> None:
    """Where the browser's storage is closed, marking goes on, and the page does not promise what it can't."""
    with pencil_on(browser, answer="never") as pencil:
        pencil.page.evaluate("Object.defineProperty(window, 'localStorage', {get() { throw new Error('denied'); }})")
        pencil.press("ArrowRight", "s")
        expect(pencil.root.locator(".nd-standing")).to_contain_text("leave this page open", timeout=6000)
        assert len(pencil.listed) == 1


@pytest.mark.parametrize("kept", ["{", "7", '{"a": 1}', '[null, 3, {"op": 5}, {"op": "x", "verb": "constructor"}]'])
def test_garbage_in_the_browser(browser: Browser, kept: str) -> None:
    """What somebody else wrote into the browser's storage stops nothing and is not sent."""
    from pencil_page import open_pencil

    with pencil_on(browser) as pencil:
        pencil.page.evaluate("kept => localStorage.setItem('newsdesk:waiting:here/xx-2020.ana', kept)", kept)
        again = open_pencil(pencil.page)
        assert again.ops == []
        again.press("ArrowRight", "s")
        assert len(again.marked) == 1


def test_a_refusal_is_shown_and_taken_back(browser: Browser) -> None:
    """What Python refuses goes from the page, with Python's words; what it took stays."""
    with pencil_on(browser, marks=[ANA], refuse={"add": "'A' is not a source."}) as pencil:
        pencil.press("ArrowRight", "s")
        assert pencil.complaint == "'A' is not a source."
        assert pencil.listed == ["source Ana Bell, paragraph 3"]
        assert pencil.root.locator("mark").all_text_contents() == ["Ana Bell"]
        assert pencil.page.evaluate(WAITING) == []
        pencil.press("n", "Delete")
        assert (pencil.listed, pencil.complaint) == ([], "")


def test_what_waited_and_is_refused_is_said(browser: Browser) -> None:
    """A refusal that comes before anything is drawn is shown too."""
    from pencil_page import open_pencil

    with pencil_on(browser, answer="never") as pencil:
        pencil.press("ArrowRight", "s")
        again = open_pencil(pencil.page, refuse={"add": "The text is another one now."})
        assert (again.complaint, again.listed) == ("The text is another one now.", [])


def test_trouble_stays_until_saved(browser: Browser) -> None:
    """That nothing can be saved stays on screen, through other messages, until it is saved."""
    with pencil_on(browser, saves=False) as pencil:
        pencil.page.evaluate("model.tell({type: 'trouble', message: 'The folder is read-only.'})")
        pencil.press("ArrowRight", "s")
        assert pencil.complaint == "The folder is read-only."
        pencil.page.evaluate("model.tell({type: 'saved', version: 9})")
        assert pencil.complaint == ""


def test_notes_are_shown(browser: Browser) -> None:
    """What Python noted on loading stands at the top."""
    with pencil_on(browser, notes=["1 mark is no longer found."]) as pencil:
        expect(pencil.root.locator(".nd-notes li")).to_have_text("1 mark is no longer found.")


def test_an_insecure_address_makes_ids_too(browser: Browser) -> None:
    """A hub on plain http has no crypto.randomUUID: ids are uuid4 all the same."""
    from pencil_page import open_pencil

    page = browser.new_context().new_page()
    pencil = open_pencil(page, address="http://hub.example/pencil")
    assert page.evaluate("typeof crypto.randomUUID") == "undefined"
    pencil.press("ArrowRight", "s")
    made = pencil.ops[0]["mark"]["id"]
    assert len(made) == 36 and made[14] == "4" and made[19] in "89ab"
    page.context.close()


# ----------------------------------------------------------------------------------------------- hostile text


def test_hostile_words_stay_words(browser: Browser) -> None:
    """Markup in text, comments, labels, names, rules and messages is shown as it is and does nothing."""
    bad = "<img src=x onerror=window.hit=1><script>window.hit=1</script>"
    of = article([f"Look: {bad} here."], ["A plain one."])
    label = {"name": "so<b>urce", "letter": "s", "colour": "blue);x:url(//a", "rule": bad, "attributes": []}
    given = mark(of, "so<b>urce", 1, bad, "m1", comment=bad, attributes={bad: bad})
    other = {"annotator": bad, "marks": [{**given, "id": '"><i>'}], "links": []}
    with pencil_on(browser, of, marks=[given], labels=[label], others=[other], notes=[bad]) as pencil:
        pencil.press("n", "Enter")
        pencil.page.keyboard.press("Escape")
        pencil.press("PageDown", "s")
        pencil.page.evaluate("bad => model.tell({type: 'trouble', message: bad})", bad)
        assert pencil.complaint == bad
        assert pencil.root.locator("img, script, b, i").count() == 0
        assert pencil.page.evaluate("window.hit") is None
        assert bad in pencil.root.locator(".nd-words").first.inner_text()
