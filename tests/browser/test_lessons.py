"""Lessons in a real browser: opened by our command, run whole, charts drawn, readable, network closed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lessons import THEMES, assert_whole_run, charts_drawn_otherwise, charts_of, faulty_charts, not_run
from looking import axe_in_outputs, blank_because, compared_with_ground, drawn_otherwise, in_words
from network import ClosedNetwork
from pages import (
    Opened,
    Watched,
    cells_of,
    clear_all,
    plant,
    run_all,
    set_theme,
    shown_output,
    wait_for_kernel,
    watched_page,
)
from playwright.sync_api import Browser
from servers import Server

pytestmark = pytest.mark.browser


def test_lesson_0_runs_whole(lesson_0: Opened) -> None:
    """Run All runs every cell of lesson 0; the only errors are the deliberate ones."""
    assert_whole_run(lesson_0[1])


def test_lesson_1_runs_whole(lesson_1: Opened) -> None:
    """Run All runs every cell of lesson 1; the only errors are the deliberate ones."""
    assert_whole_run(lesson_1[1])


def test_nobody_is_asked_for_anything(lesson_0: Opened, lesson_1: Opened, lesson_1_in_notebook7: Opened) -> None:
    """No page asked for an address that is not this computer: no news, update check, script or font."""
    assert [w.strangers for w, _ in (lesson_0, lesson_1, lesson_1_in_notebook7)] == [[], [], []]


def test_nothing_pops_up(lesson_1: Opened) -> None:
    """JupyterLab opens without a question about news, a message or a dialogue."""
    page = lesson_1[0].page
    assert page.locator(".Toastify__toast, .jp-Dialog").all_inner_texts() == []


@pytest.mark.parametrize("theme", THEMES)
def test_charts_are_drawn(lesson_1: Opened, theme: str, shots: Path) -> None:
    """Each chart of lesson 1 is drawn, with its words for a screen reader, in the light and the dark theme."""
    watched, cells = lesson_1
    set_theme(watched.page, theme)
    faulty = faulty_charts(watched.page, cells)
    watched.page.screenshot(path=shots / f"lesson-1-{theme.split()[1]}.png")
    assert faulty == {}


def test_lesson_1_in_notebook_7(lesson_1_in_notebook7: Opened, shots: Path) -> None:
    """Notebook 7 runs lesson 1 whole and draws its charts, light and dark."""
    watched, cells = lesson_1_in_notebook7
    assert_whole_run(cells)
    for theme in THEMES:
        set_theme(watched.page, theme)
        faulty = faulty_charts(watched.page, cells)
        watched.page.screenshot(path=shots / f"notebook7-{theme.split()[1]}.png")
        assert faulty == {}


BARS = "alt.Chart(T).mark_bar().encode(x='a', y='b')"
DOTS = "alt.Chart(T).mark_point(color='black')"
OVER = "alt.value(-20), x2=alt.value(600), y=alt.value(-20), y2=alt.value(400)"
DRAWN = {
    "colour": f"nd.setup()\n{BARS}",
    "black alone": f"nd.setup()\n{DOTS}.encode(x='a', y='b')",
    "one black dot": f"nd.setup()\n{DOTS}",
    "black letters": "nd.setup()\nalt.Chart(T).mark_text(text='<- -|').encode(x='b', y='a')",
    "black frames": "nd.setup()\nalt.Chart(T).mark_bar(filled=False, color='black').encode(x='b', y='a')",
}
BLANK = {
    "altair's default renderer": f"alt.renderers.enable('html')\n{BARS}",
    "altair's mimetype renderer": f"alt.renderers.enable('mimetype')\n{BARS}",
    "a picture alone": f"nd.setup()\nfrom IPython.display import SVG\nSVG(nd.charts.render(({BARS}).to_dict())"
    "['image/svg+xml'])",
    "no rows": "nd.setup()\n" + BARS.replace("T", "T.head(0)"),
    "axes alone": "nd.setup()\n" + BARS.replace("y='b'", "y='missing:Q'"),
    "nothing": "nd.setup()\nalt.Chart(T).mark_point(opacity=0)",
    "white on white": "nd.setup()\nalt.Chart(T).mark_point(color='white', opacity=1).encode(x='a', y='b')",
    "one layer covered": f"nd.setup()\n{DOTS}.encode(x='a', y='b') + alt.Chart(T.head(1)).mark_rect(color='white')"
    f".encode(x={OVER}) + {DOTS}",
    "empty": "from IPython.display import HTML\nHTML('<div style=\"width:400px; height:300px\"></div>')",
}
TABLE = "import altair as alt, pandas as pd, newsdesk as nd\nT = pd.DataFrame({'a': ['x', 'y'], 'b': [1, 2]})\n"


def test_a_blank_chart_is_caught(lab: Server, open_in_lab: Callable[..., Watched]) -> None:
    """What is not drawn is found blank by the check that the lessons pass; what is drawn without colour is not.

    The picture of another chart is told from a chart's own.
    """
    planted = DRAWN | BLANK
    page = open_in_lab(plant(lab, "planted.ipynb", *(TABLE + source for source in planted.values()))).page
    cells = run_all(page)
    assert_whole_run(cells)
    found = {name: blank_because(shown_output(page, f"c{n}")) for n, name in enumerate(planted)}
    assert [name for name, reason in found.items() if reason is None] == list(DRAWN), found
    pictures = [bundle["image/svg+xml"] for bundle in charts_of(cells).values()]
    assert charts_drawn_otherwise(page, cells) == {}
    assert "mark 1 of 2" in str(drawn_otherwise(shown_output(page, "c0"), pictures[1]))


@pytest.mark.parametrize("theme", THEMES)
def test_outputs_are_accessible(lesson_1: Opened, theme: str) -> None:
    """Axe finds nothing to object to in the outputs of lesson 1, contrast included."""
    page = lesson_1[0].page
    set_theme(page, theme)
    response = axe_in_outputs(page)
    assert in_words(response["violations"]) == []
    assert in_words([r for r in response["incomplete"] if r["id"] == "color-contrast"]) == []
    paragraphs = page.locator(".jp-OutputArea-output td[lang]").count()
    compared = [html for html in compared_with_ground(response) if html.startswith(("<td lang=", "<em>["))]
    assert len(compared) >= paragraphs > 30


def test_a_bad_colour_is_caught(lab: Server, open_in_lab: Callable[..., Watched]) -> None:
    """Axe as we run it sees grey on white in an output."""
    source = "from IPython.display import HTML\nHTML('<p style=\"color:#999; background:#fff\">hardly to be read</p>')"
    page = open_in_lab(plant(lab, "grey.ipynb", source)).page
    run_all(page)
    assert [r["id"] for r in axe_in_outputs(page)["violations"]] == ["color-contrast"]


READING = """import newsdesk as nd
nd.show_article(nd.load_article('fr-2018'), beside=nd.load_article('fr-2018', edition='gloss'))"""


def test_articles_fit_a_narrow_screen(
    lab: Server, open_in_lab: Callable[..., Watched], notebook7: Server, browser: Browser, shots: Path
) -> None:
    """On a telephone's width an article, or two beside each other, need no scrolling sideways."""
    name = plant(lab, "narrow.ipynb", READING, "nd.show_article(nd.load_article('gt-2024'))")
    in_lab = open_in_lab(name, width=390, height=844).page
    for command in ("application:toggle-left-area", "application:toggle-mode"):
        in_lab.evaluate("name => window.jupyterapp.commands.execute(name).then(() => null)", command)
    plain = watched_page(browser, width=390, height=844).page
    plain.goto(notebook7.address(f"notebooks/{name}"))
    wait_for_kernel(plain)
    for page, where in ((in_lab, "lab"), (plain, "notebook7")):
        assert_whole_run(run_all(page))
        for cell_id in ("c0", "c1"):
            area = shown_output(page, cell_id)
            wide = area.evaluate(
                """area => [area, ...area.querySelectorAll('.jp-OutputArea-output')]
                    .map(e => e.scrollWidth - e.clientWidth)"""
            )
            page.screenshot(path=shots / f"narrow-{where}-{cell_id}.png")
            assert max(wide) <= 0, (where, cell_id, wide)
    plain.context.close()


def test_keyboard_alone(lab: Server, browser: Browser) -> None:
    """From the address that the command opens: run three code cells, go to the file browser, open lesson 1."""
    page = watched_page(browser).page
    page.goto(lab.address(""))
    wait_for_kernel(page)
    assert "00-starting-line" in page.url
    clear_all(page)
    for _ in range(20):  # the prose between is stepped over by the same keys
        page.keyboard.press("Shift+Enter")
        page.wait_for_timeout(200)
        if len(not_run(code := [cell for cell in cells_of(page) if cell.kind == "code"])) == len(code) - 3:
            break
    assert not_run(code[:3]) == []
    focused = "document.activeElement.closest('.jp-DirListing-item')?.innerText ?? ''"
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if page.evaluate(focused):
            break
    for _ in range(5):  # the listing is read anew every few seconds, and may begin at its top again
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(200)
        if page.evaluate(focused).startswith("01-"):
            break
    assert page.evaluate(focused).startswith("01-")
    page.keyboard.press("Enter")
    page.wait_for_function("window.jupyterapp.shell.currentWidget?.title.label.startsWith('01-')")
    page.context.close()


def test_the_network_is_closed(closed: ClosedNetwork, lab: Server, open_in_lab: Callable[..., Watched]) -> None:
    """The whole way, server, kernel and browser, nobody even tried to reach out; and an attempt is counted."""
    before = closed.attempts()
    source = (
        "import socket\ntry:\n    socket.create_connection(('192.0.2.1', 80), 2)\nexcept OSError as e:\n    print(e)"
    )
    watched = open_in_lab(plant(lab, "reach.ipynb", source))
    cells = run_all(watched.page)
    watched.page.evaluate("fetch('http://192.0.2.1/').catch(() => null)")
    assert before == 0
    assert "unreachable" in cells[0].outputs[0]["text"]
    assert closed.attempts() > before
    assert watched.strangers == ["http://192.0.2.1/"]
