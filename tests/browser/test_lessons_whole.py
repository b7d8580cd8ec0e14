"""Lessons 2, 3, 6, 8 and 10 in a real browser: run whole, drawn, readable in both themes and on a narrow page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lessons import (
    THEMES,
    assert_whole_run,
    charts_drawn_otherwise,
    charts_of,
    faulty_charts,
    hidden_at_the_side,
)
from looking import axe_in_outputs, compared_with_ground, in_words, unmeasured
from pages import Opened, Watched, end_kernel, plant, run_all, set_theme, wait_for_kernel, watched_page
from playwright.sync_api import Browser, Page
from servers import Server

pytestmark = pytest.mark.browser
LESSONS = {
    "02-who-says-so": 1,
    "03-what-is-claimed": 0,
    "06-where-it-came-from": 0,
    "08-when-did-it-happen": 0,
    "10-an-honest-timeline": 11,
}  # and how many charts each has


@pytest.fixture(scope="module", params=LESSONS)
def lesson(request: pytest.FixtureRequest, lab: Server, browser: Browser) -> Iterator[tuple[str, Opened]]:
    """Return a lesson's name, and its page in JupyterLab with all cells run; one page for all tests of a lesson."""
    name: str = request.param
    watched = watched_page(browser)
    watched.page.goto(lab.address(f"lab/workspaces/whole-{name}/tree/notebooks/{name}.ipynb", "&reset"))
    wait_for_kernel(watched.page)
    yield name, (watched, run_all(watched.page))
    end_kernel(watched.page)


def test_it_runs_whole(lesson: tuple[str, Opened]) -> None:
    """Run All runs every cell; the only errors are the deliberate ones; nobody beyond this computer is asked."""
    _, (watched, cells) = lesson
    assert_whole_run(cells)
    assert watched.strangers == []


def test_charts_are_alike_on_paper(lesson: tuple[str, Opened]) -> None:
    """The picture beside each chart, for paper and code hosts, shows the marks that the page shows."""
    name, (watched, cells) = lesson
    assert len(charts_of(cells)) == LESSONS[name]
    assert charts_drawn_otherwise(watched.page, cells) == {}


@pytest.mark.parametrize("theme", THEMES)
def test_it_can_be_read(lesson: tuple[str, Opened], theme: str, shots: Path) -> None:
    """In both themes each chart is drawn, and axe finds nothing, the contrast of each text of an output measured."""
    name, (watched, cells) = lesson
    page = watched.page
    set_theme(page, theme)
    if LESSONS[name]:
        assert faulty_charts(page, cells) == {}
    rules = () if theme == THEMES[0] else ("color-contrast",)  # all else is the same in both
    response = axe_in_outputs(page, *rules)
    page.screenshot(path=shots / f"{name}-{theme.split()[1]}.png")
    assert in_words(response["violations"]) == []
    assert in_words([r for r in response["incomplete"] if r["id"] == "color-contrast"]) == []
    assert unmeasured(page, response) == []
    assert len(compared_with_ground(response)) > 50


def make_narrow(page: Page) -> None:
    """Make the page 320 pixels wide and show the notebook alone."""
    page.set_viewport_size({"width": 320, "height": 20_000})
    for command in ("application:toggle-left-area", "application:toggle-mode"):
        page.evaluate("name => window.jupyterapp.commands.execute(name).then(() => null)", command)
    page.wait_for_timeout(1000)


def test_nothing_is_cut_off_on_a_narrow_page(lesson: tuple[str, Opened], shots: Path) -> None:
    """At 320 pixels no output hides anything at its side: it fits, or scrolls in its own box; articles fit."""
    name, (watched, _) = lesson
    page = watched.page
    make_narrow(page)
    page.screenshot(path=shots / f"{name}-narrow.png")
    assert hidden_at_the_side(page) == []


WIDE = "<table><tr>" + 20 * "<td>wide</td>" + "</tr></table>"
PLANTED = {
    "it fits": "<p>some words</p>",
    "it scrolls": WIDE,
    "cut off": f'<div style="overflow:hidden">{WIDE}</div>',
    "cut off further in": f'<div style="overflow:auto"><div style="overflow:clip; width:90px">{WIDE}</div></div>',
    "an article that scrolls": WIDE.replace("<td>", '<td lang="en">'),
    "nobody knows its ground": '<p style="background:linear-gradient(#fff,#eee)">how dark is it behind me?</p>',
}


def test_what_is_cut_off_is_caught(lab: Server, open_in_lab: Callable[..., Watched]) -> None:
    """The checks that lessons pass find a text that axe could not measure, and what is hidden at a side."""
    sources = [f"from IPython.display import HTML\nHTML({html!r})" for html in PLANTED.values()]
    page = open_in_lab(plant(lab, "cut-off.ipynb", *sources)).page
    run_all(page)
    assert [text[:2] for text in unmeasured(page, axe_in_outputs(page, "color-contrast"))] == ["<p"]
    make_narrow(page)
    caught = hidden_at_the_side(page)
    assert len(caught) == len([name for name in PLANTED if name.startswith(("cut off", "an article"))]), caught
