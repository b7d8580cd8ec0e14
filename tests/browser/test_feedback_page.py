"""A learner's feedback in a browser: axe, contrast, a narrow window, the keyboard, paper, and nothing that runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from looking import compared_with_ground, in_words
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from newsdesk.grading.feedback.page import Mark, Page, Part, Rubric, render
from newsdesk.grading.feedback.words import Trouble

pytestmark = pytest.mark.browser

LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrente" * 3
HOSTILE = "</pre></section><script>window.hit = 1</script><img src=x onerror='window.hit = 2'>"
ASKED = 'Which **letters**?\n\n| who | claims |\n|---|---|\n| one | 2 |\n\n- `"a"` the first\n\n> a quotation'
RUBRIC = Rubric({"evidence": {0: "none", 3: f"names {LONG}"}, "clarity": {0: "none", 3: "clear"}}, ("a number",))
PARTS = (
    Part("1", ASKED, f"letters = ['{LONG}']  # {HOSTILE}", False, False, 1.5, 3, words=f"One is missing. {LONG}"),
    Part("2", "How many?", "n = None", True, False, 2, 2, by_hand=True, comments=(f"# See\n\n{HOSTILE} `{LONG}`",)),
    Part("3", "Mark.", "", False, False, 0, 4, marks=(Mark("source", LONG, "3"), Mark("cue", "said", ""))),
    Part("4", "Mark.", "p = 1", True, False, 0, 4, marks=()),
    Part("5", "Write a note.", f"My note. {HOSTILE}\n\n{LONG}", False, True, None, 15, rubric=RUBRIC),
)
FULL = Page(
    "learner-001",
    f"Exercise 6 {LONG}",
    trouble=Trouble("The file is empty.", "Save it, and hand it in again."),
    notes=("The cell of question 2 took longer than 20 seconds. It was stopped and left out.", LONG),
    parts=PARTS,
    taken_off=0.5,
    name=f"Ana {LONG}",
)
EMPTY = Page(
    "learner-002",
    "Exercise 6",
    parts=(replace(PARTS[0], is_missing=True), replace(PARTS[1], points=0), replace(PARTS[4], is_blank=True, points=0)),
)
BROKEN = replace(FULL, parts=(), notes=(), taken_off=0)
PAGES = {
    "full": FULL,
    "empty": EMPTY,
    "broken": BROKEN,
    "done": replace(FULL, trouble=None, notes=(), parts=PARTS[:1], taken_off=0),
}
CONTEXTS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "narrow": {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
}


# What reaches beyond the window, and what hides a part of its own text.
_OUTSIDE = """all => all.filter(e => e.getBoundingClientRect().right > innerWidth + 0.5
        || (getComputedStyle(e).display !== 'inline' && e.scrollWidth > e.clientWidth + 1))
    .map(e => e.outerHTML.slice(0, 80))"""


@contextmanager
def opened(browser: Browser, content: bytes, place: Path, **context: Any) -> Iterator[tuple[Tab, list[str]]]:
    """Open a page from disk, as a learner does; yield it and the addresses asked for, its own first."""
    path = place / "page.html"
    path.write_bytes(content)
    made = browser.new_context(**context)
    try:
        tab, asked = made.new_page(), []
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(path.as_uri())
        yield tab, asked
    finally:
        made.close()


def judged(tab: Tab) -> dict[str, Any]:
    """Return what axe says of a page, by all of its rules."""
    options = {"resultTypes": ["violations", "incomplete", "passes"]}
    response: dict[str, Any] = Axe().run(tab, options=options).response
    return response


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(browser: Browser, name: str, context: str, tmp_path: Path, shots: Path) -> None:
    """No violation of any rule; the contrast of each kind of text is measured, and none is left undecided."""
    with opened(browser, render(PAGES[name]), tmp_path, **CONTEXTS[context]) as (tab, _):
        tab.screenshot(path=shots / f"feedback-{name}-{context}.png", full_page=True)
        response = judged(tab)
        assert in_words(response["violations"]) == []
        assert in_words([r for r in response["incomplete"] if r["id"] == "color-contrast"]) == []
        if name == "full" and context != "forced":
            measured = "".join(compared_with_ground(response))
            for part in ["<h1", "<h2", "<h3", "<li", "<caption", "<a ", "<pre", "<th", "<td", "<code", '"points"']:
                assert part in measured, part
            for part in ['class="words"', 'class="waits"', 'class="whose"', 'class="figure"', "<strong"]:
                assert part in measured, part


@pytest.mark.parametrize(
    ("planted", "rule"),
    [
        (":root { --soft: #999 !important }", "color-contrast"),
        ("pre { color: #999 }", "color-contrast"),
    ],
)
def test_axe_catches_a_bad_colour(browser: Browser, planted: str, rule: str, tmp_path: Path) -> None:
    """A colour too weak for its ground is caught: the test above can fail."""
    with opened(browser, render(FULL), tmp_path, color_scheme="light") as (tab, _):
        tab.evaluate(
            "css => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s]; }", planted
        )
        assert rule in {result["id"] for result in judged(tab)["violations"]}


@pytest.mark.parametrize(("taken", "rule"), [("html@lang", "html-has-lang"), ("h1", "page-has-heading-one")])
def test_axe_catches_what_is_missing(browser: Browser, taken: str, rule: str, tmp_path: Path) -> None:
    """A page without its language or its heading is caught."""
    with opened(browser, render(FULL), tmp_path) as (tab, _):
        element, _, attribute = taken.partition("@")
        tab.locator(element).evaluate("(e, a) => a ? e.removeAttribute(a) : e.remove()", attribute)
        assert rule in {result["id"] for result in judged(tab)["violations"]}


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_a_phone(browser: Browser, name: str, tmp_path: Path) -> None:
    """At 320 pixels no element reaches beyond the window, and no text is cut, the longest word included."""
    with opened(browser, render(PAGES[name]), tmp_path, **CONTEXTS["narrow"]) as (tab, _):
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320
        outside = tab.locator("main, main *").evaluate_all(_OUTSIDE)
        assert outside == []
        tab.locator("h1").evaluate("e => { e.style.overflowWrap = 'normal' }")
        assert (tab.locator("main, main *").evaluate_all(_OUTSIDE) != []) == (LONG in PAGES[name].title)


def test_the_keyboard_goes_from_question_to_question(browser: Browser, tmp_path: Path) -> None:
    """Tab reaches each link in order, where it is seen to be; Enter leads to the question, which is then marked."""
    with opened(browser, render(FULL), tmp_path) as (tab, _):
        order = []
        for _ in range(1 + len(PARTS)):
            tab.keyboard.press("Tab")
            order.append(tab.evaluate("document.activeElement.getAttribute('href')"))
            expect(tab.locator(":focus")).to_have_css("outline-style", "solid")
            expect(tab.locator(":focus")).to_have_css("outline-width", "3px")
        assert order == ["#question-5", *(f"#question-{part.number}" for part in PARTS)]
        tab.keyboard.press("Enter")
        expect(tab.locator("h2:target")).to_have_text("Question 5")
        expect(tab.locator("h2:target")).to_be_in_viewport()
        expect(tab.locator("h2:target")).to_have_css("outline-style", "solid")


def test_headings_are_in_order(browser: Browser, tmp_path: Path) -> None:
    """One first heading; below it no level is skipped, whatever a comment says."""
    with opened(browser, render(FULL), tmp_path) as (tab, _):
        levels = tab.locator("h1, h2, h3, h4, h5, h6").evaluate_all("es => es.map(e => Number(e.tagName[1]))")
        assert levels.count(1) == 1
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        assert tab.locator(".comment").inner_text().startswith("See")


def test_on_paper_it_is_black_on_white(browser: Browser, tmp_path: Path, shots: Path) -> None:
    """Printed from a dark screen, the ground is white and the text black, and axe finds nothing."""
    with opened(browser, render(FULL), tmp_path, color_scheme="dark") as (tab, _):
        tab.emulate_media(media="print", color_scheme="dark")
        expect(tab.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
        expect(tab.locator("body")).to_have_css("color", "rgb(0, 0, 0)")
        tab.screenshot(path=shots / "feedback-print.png", full_page=True)
        assert in_words(judged(tab)["violations"]) == []


def test_what_a_learner_wrote_does_nothing(browser: Browser, tmp_path: Path) -> None:
    """Markup in an answer, a note and a comment is read as text: no element, no script, no request comes of it."""
    with opened(browser, render(FULL), tmp_path) as (tab, asked):
        tab.wait_for_timeout(300)
        assert asked == [tab.url]
        assert tab.evaluate("window.hit") is None
        assert tab.locator("script, img, main [onerror]").count() == 0
        for place in ("#question-1 ~ pre", "#question-5 ~ pre", ".comment"):
            assert HOSTILE in tab.locator(place).inner_text(), place


def test_the_page_forbids_itself_scripts_and_the_network(browser: Browser, tmp_path: Path) -> None:
    """Even markup that were let through would not run and would ask for nothing."""
    slipped = b"<script>window.hit = 1</script><img src='http://127.0.0.1:9/x' onerror='window.hit = 2'></main>"
    content = render(FULL).replace(b"</main>", slipped)
    for page, is_held in ((content, True), (content.replace(b"Content-Security-Policy", b"nothing"), False)):
        with opened(browser, page, tmp_path) as (tab, asked):
            failed: list[str | None] = []
            tab.on("requestfailed", lambda request, failed=failed: failed.append(request.failure))
            tab.reload()
            tab.wait_for_timeout(300)
            assert (tab.evaluate("window.hit") is None) == is_held
            assert asked.count("http://127.0.0.1:9/x") == 2
            assert (failed == ["csp"]) == is_held  # the page's own rule stopped it, not a missing server
