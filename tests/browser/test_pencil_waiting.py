"""The annotation widget's views stay in step, and what Python has not answered waits."""

from __future__ import annotations

from typing import Any

import pytest
from pencil_page import ANA, LI, MAY, RELATIONS, TEXT, open_pencil, pencil_on
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.browser


# --------------------------------------------------------------------------------------- several views


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


# ------------------------------------------------------------------------------------- what is waiting


WAITING = "JSON.parse(localStorage.getItem('newsdesk:waiting:here/xx-2020.ana') ?? '[]').map(op => op.verb)"


def test_saved_is_said(browser: Browser) -> None:
    """A mark is 'not saved yet' until Python says that a version which holds it is saved."""
    with pencil_on(browser, saves=False) as pencil:
        expect(pencil.root.locator(".nd-standing")).to_have_text("")  # nobody has begun
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
    with pencil_on(browser, context={}, answer="never") as pencil:
        denied = "Object.defineProperty(window, 'localStorage', {get() { throw new Error('denied'); }})"
        pencil.page.evaluate(f"() => {{ {denied} }}")
        pencil.press("ArrowRight", "s")
        expect(pencil.root.locator(".nd-standing")).to_contain_text("leave this page open", timeout=6000)
        assert len(pencil.listed) == 1


@pytest.mark.parametrize("kept", ["{", "7", '{"a": 1}', '[null, 3, {"op": 5}, {"op": "x", "verb": "constructor"}]'])
def test_garbage_in_the_browser(browser: Browser, kept: str) -> None:
    """What somebody else wrote into the browser's storage stops nothing and is not sent."""
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
    with pencil_on(browser, answer="never") as pencil:
        pencil.press("ArrowRight", "s")
        again = open_pencil(pencil.page, refuse={"add": "The text is another one now."})
        assert (again.complaint, again.listed) == ("The text is another one now.", [])


def test_trouble_stays_until_saved(browser: Browser) -> None:
    """That nothing can be saved stays on screen, through other messages, until it is saved."""
    with pencil_on(browser, saves=False) as pencil:
        pencil.page.evaluate("model.tell({type: 'trouble', message: 'The folder is read-only.'})")
        pencil.press("y")
        assert (pencil.said, pencil.complaint) == ("Nothing to redo.", "The folder is read-only.")
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
    page = browser.new_context().new_page()
    pencil = open_pencil(page, address="http://hub.example/pencil")
    assert page.evaluate("typeof crypto.randomUUID") == "undefined"
    pencil.press("ArrowRight", "s")
    made = pencil.ops[0]["mark"]["id"]
    assert len(made) == 36 and made[14] == "4" and made[19] in "89ab"
    page.context.close()
