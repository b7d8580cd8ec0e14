"""The annotation widget on a bare page: mouse, touch, buttons, list and form."""

from __future__ import annotations

import pytest
from pencil_page import ANA, CLOSE, ENGLISH, LI, MAY, SAID, article, pencil_on
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.browser


# ------------------------------------------------------------------------------------- mouse and touch


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


def test_a_drag_inside_selected_words_is_a_new_choice(browser: Browser) -> None:
    """A drag that begins in words that are selected chooses; the browser would carry them away."""
    with pencil_on(browser) as pencil:
        count = "window.drags = 0; document.addEventListener('dragstart', () => drags++, true); 0"
        pencil.page.evaluate(count)
        select = "getSelection().selectAllChildren(document.querySelectorAll('.nd-words')[2])"
        pencil.page.evaluate(select)  # as a touch or a screen reader leaves it
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


def test_a_mode_is_left_by_mouse(browser: Browser) -> None:
    """A button leaves link and border mode; it is there only then."""
    with pencil_on(browser, marks=[ANA, CLOSE]) as pencil:
        leave = pencil.button("leave")
        expect(leave).to_be_hidden()
        pencil.click("Ana Bell")
        pencil.button("borders").click()
        leave.click()
        expect(leave).to_be_hidden()
        pencil.click("Nobody")
        pencil.button("source").click()
        assert [op["verb"] for op in pencil.ops] == ["add"]


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
        ("link", "Link: click"),
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
        assert pencil.framed == ""  # the page's own selection shows it, and nothing else looks chosen
        pencil.button("source").tap()
        assert pencil.marked == [("date", "Friday"), ("source", "Ana Bell")]


# ------------------------------------------------------------------------------------- list and filter


def test_the_list_is_text(browser: Browser) -> None:
    """Each line says label, words, paragraph, attributes, comment and whom it is linked to, in order of place."""
    close = CLOSE | {"attributes": {"modality": "hedged"}, "comment": "May be."}
    with pencil_on(browser, marks=[LI, ANA, close], links=[SAID]) as pencil:
        assert pencil.listed == [
            "claim The harbour may close in May, paragraph 3; modality: hedgedMay be.attributed to: “Ana Bell”",
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
        press("Unlink, attributed to: “Ana Bell”")
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


# -------------------------------------------------------------------------------------------- the form


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


def test_a_paragraphs_number_chooses_it(browser: Browser) -> None:
    """A click on a paragraph's number chooses the whole of it, and the keys act at once."""
    with pencil_on(browser) as pencil:
        pencil.page.locator(".nd-number").nth(1).click()
        whole = pencil.page.locator(".nd-words").nth(1).inner_text()
        assert (pencil.chosen, pencil.has_focus) == (whole, True)
