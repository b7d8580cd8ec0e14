"""The annotation widget and other people's words: languages, emoji, and words that would like to be code."""

from __future__ import annotations

from typing import Any

import pytest
from pencil_page import TEXT, article, mark, pencil_on, whole_text
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


# ------------------------------------------------------------------------------------------- languages


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


@pytest.mark.parametrize(("of", "to", "whole"), [(3, 5, "👩‍👩‍👧"), (6, 11, "👩‍👩‍👧"), (17, 18, "👍🏽")])
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


# ---------------------------------------------------------------------------------------- hostile text


def test_hostile_words_stay_words(browser: Browser) -> None:
    """Markup in text, comments, labels, names, rules and messages is shown as it is and does nothing."""
    bad = "<img src=x onerror=window.hit=1><script>window.hit=1</script>"
    of = article([f"Look: {bad} here."], ["A plain one."])
    label = {"name": "so<b>urce", "letter": "s", "colour": "blue);x:url(//a", "rule": bad, "attributes": []}
    given = mark(of, "so<b>urce", 1, bad, "m1", comment=bad, attributes={bad: bad})
    other = {"annotator": bad, "marks": [{**given, "id": '"><i>'}], "links": []}
    with pencil_on(browser, of, marks=[given], labels=[label], others=[other], notes=[bad], saves=False) as pencil:
        pencil.press("n", "Enter")
        pencil.page.keyboard.press("Escape")
        pencil.press("PageDown", "s")
        pencil.page.evaluate("bad => model.tell({type: 'trouble', message: bad})", bad)
        assert pencil.complaint == bad
        assert pencil.root.locator("img, script, b, i").count() == 0
        assert pencil.page.evaluate("window.hit") is None
        assert bad in pencil.root.locator(".nd-words").first.inner_text()
