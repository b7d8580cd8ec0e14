"""The pencil in JupyterLab and in Notebook 7, with a real kernel: mark, link, edit, undo, save, load."""

from __future__ import annotations

import json
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from looking import axe_in_outputs, compared_with_ground, in_words
from pages import Watched, end_kernel, plant, run_all, set_theme, wait_for_kernel, watched_page
from playwright.sync_api import Browser, Locator, Page, expect
from servers import Server

pytestmark = pytest.mark.browser
THEMES = ["JupyterLab Light", "JupyterLab Dark"]
OPEN = "pencil = nd.annotate('gt-2020', annotator={!r}, labels=['source', 'cue', 'claim'])\npencil"
_NOTEBOOK = "window.jupyterapp.shell.currentWidget"
# Where words stand on the screen: the middle of their first and of their last character.
_WORDS = """([para, words]) => {
    const box = document.querySelectorAll('.nd-pencil .nd-words')[para - 1];
    box.scrollIntoView({block: 'center'});
    const walk = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    const places = [];
    let text = '';
    for (let node = walk.nextNode(); node; node = walk.nextNode())
        for (let i = 0; i < node.length; i++) { places.push([node, i]); text += node.data[i]; }
    const at = text.indexOf(words);
    const middle = i => {
        const range = document.createRange();
        range.setStart(places[i][0], places[i][1]);
        range.setEnd(places[i][0], places[i][1] + 1);
        const r = range.getBoundingClientRect();
        return [r.left, r.right, (r.top + r.bottom) / 2];
    };
    const first = middle(at), last = middle(at + words.length - 1);
    return [first[0] + 1, first[2], last[1] - 1, last[2]];
}"""


def drag_over(page: Page, para: int, words: str) -> None:
    """Choose words with the mouse."""
    x, y, to_x, to_y = page.evaluate(_WORDS, [para, words])
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move((x + to_x) / 2, (y + to_y) / 2)
    page.mouse.move(to_x, to_y)
    page.mouse.up()


def key_line(page: Page) -> Locator:
    """Return the pencil's key line."""
    return page.locator(".nd-pencil .nd-key")


def tab_to_key_line(page: Page) -> None:
    """Reach the key line with the Tab key alone."""
    for _ in range(60):
        if page.evaluate("document.activeElement.classList.contains('nd-key')"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("60 presses of Tab do not reach the key line")


def own_marks(page: Page) -> list[str]:
    """Return the list of marks as a person reads it."""
    return [
        " ".join(text.split()) for text in page.locator(".nd-pencil .nd-list:not([data-of]) > li").all_inner_texts()
    ]


def saved_page(folder: Path, name: str) -> dict[str, Any]:
    """Return a file of marks."""
    page: dict[str, Any] = json.loads((folder / "annotations" / name).read_text(encoding="utf-8"))
    return page


def wait_until_saved(page: Page) -> None:
    """Wait until the pencil says that everything is saved."""
    expect(page.locator(".nd-pencil .nd-standing")).to_contain_text("All saved", timeout=10_000)


def restart(page: Page) -> None:
    """Restart the kernel, without the dialogue."""
    page.evaluate(f"{_NOTEBOOK}.sessionContext.restartKernel().then(() => null)")
    page.wait_for_timeout(500)
    wait_for_kernel(page)


@pytest.fixture(params=["lab", "notebook7"])
def open_anywhere(
    request: pytest.FixtureRequest, lab: Server, browser: Browser, open_in_lab: Callable[..., Watched]
) -> Callable[[str], Page]:
    """Return a function that opens a notebook of the working copy, once in JupyterLab and once in Notebook 7."""
    if request.param == "lab":
        return lambda name: open_in_lab(name).page
    server: Server = request.getfixturevalue("notebook7")

    def open_it(name: str) -> Page:
        page = watched_page(browser).page
        page.goto(server.address(f"notebooks/{name}"))
        wait_for_kernel(page)
        request.addfinalizer(lambda: end_kernel(page))
        return page

    return open_it


def test_mark_link_edit_undo_save_load(
    open_anywhere: Callable[[str], Page], lab: Server, request: pytest.FixtureRequest, shots: Path
) -> None:
    """One sentence by mouse, one by keyboard alone; linked, edited, undone; there again after a restart."""
    where = request.node.callspec.params["open_anywhere"]
    name = f"ana-{where}"
    page = open_anywhere(plant(lab, f"pencil-{where}.ipynb", "import newsdesk as nd", OPEN.format(name)))
    run_all(page)
    key_line(page).wait_for()

    drag_over(page, 4, "Hua Chunying")
    page.locator(".nd-pencil").get_by_role("button", name="source").first.click()
    expect(page.locator(".nd-pencil .nd-list > li")).to_have_count(1)
    expect(page.locator(".nd-pencil .nd-list > li").first).to_contain_text("Hua Chunying")

    page.evaluate("document.activeElement.blur()")
    tab_to_key_line(page)
    for key in ("PageDown", "ArrowUp", "ArrowDown", "c"):  # a sentence of the next paragraph
        page.keyboard.press(key)
    expect(page.locator(".nd-pencil .nd-list > li")).to_have_count(2)
    for key in ("l", "p", "Enter"):  # from the claim just made to the mark before it
        page.keyboard.press(key)
    expect(page.locator(".nd-pencil .nd-link")).to_have_count(1)
    expect(page.locator(".nd-pencil .nd-link")).to_contain_text("Hua Chunying")

    page.keyboard.press("n")
    page.keyboard.press("Enter")
    panel = page.locator(".nd-pencil .nd-panel")
    expect(panel).to_be_visible()
    panel.get_by_label("modality").focus()
    page.keyboard.type("hedged")
    panel.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".nd-pencil .nd-list").first).to_contain_text("hedged")
    key_line(page).focus()
    page.keyboard.press("z")
    expect(page.locator(".nd-pencil .nd-list").first).not_to_contain_text("hedged")
    page.keyboard.press("y")
    expect(page.locator(".nd-pencil .nd-list").first).to_contain_text("hedged")
    wait_until_saved(page)
    page.locator(".nd-pencil").screenshot(path=shots / f"pencil-{where}.png")

    before = own_marks(page)
    items = saved_page(lab.root, f"gt-2020.{name}.jsonld")["items"]
    assert [item["motivation"] for item in items] == ["tagging", "tagging", "linking"]
    restart(page)
    run_all(page)
    expect(page.locator(".nd-pencil .nd-list > li")).to_have_count(2)
    expect(page.locator(".nd-pencil .nd-link")).to_contain_text("Hua Chunying")
    assert own_marks(page) == before


_BOOK = f"""() => Array.from({_NOTEBOOK}.content.model.cells)
    .map(m => [m.id, m.type, m.sharedModel.getSource()])"""
_CONTROLS = (
    ".nd-pencil button, .nd-pencil input, .nd-pencil select, .nd-pencil textarea, .nd-pencil summary, "
    ".nd-pencil [tabindex]"
)


def test_letters_do_nothing_to_the_notebook(open_anywhere: Callable[[str], Page], lab: Server) -> None:
    """Every letter, typed with every control of the pencil focused, leaves the notebook's cells as they are."""
    cells = ["import newsdesk as nd", OPEN.format("letters"), "'a last cell'"]
    page = open_anywhere(plant(lab, "letters.ipynb", *cells))
    run_all(page)
    drag_over(page, 4, "Hua Chunying")
    page.keyboard.press("s")
    page.keyboard.press("Enter")  # the panel's controls too
    before = page.evaluate(_BOOK)
    assert len(before) == 3
    typed = 0
    for index in range(page.locator(_CONTROLS).count()):
        control = page.locator(_CONTROLS).nth(index)
        if not control.is_visible():
            continue
        control.focus()
        for letter in string.ascii_lowercase + "dd00":
            if page.evaluate(
                "document.activeElement === document.body || !document.activeElement.closest('.nd-pencil')"
            ):
                control.focus()
            page.keyboard.press(letter)
        typed += 1
        assert page.evaluate(_BOOK) == before, control.evaluate("node => node.outerHTML")
    assert typed > 15


def test_letters_do_something_where_the_pencil_is_not_asked(open_in_lab: Callable[..., Watched], lab: Server) -> None:
    """The same letters do change a notebook from a plain element in an output: the test above can fail."""
    source = 'from IPython.display import HTML\nHTML(\'<p id="plain" tabindex="0">plain</p>\')'
    page = open_in_lab(plant(lab, "plain.ipynb", source, "'another'")).page
    run_all(page)
    before = page.evaluate(_BOOK)
    page.locator("#plain").focus()
    page.keyboard.press("d")
    page.keyboard.press("d")
    assert page.evaluate(_BOOK) != before


def test_a_busy_kernel_makes_marks_wait(open_in_lab: Callable[..., Watched], lab: Server) -> None:
    """While the kernel computes, marks are shown, said to be not saved yet, and saved once it is free."""
    cells = ["import newsdesk as nd, time", OPEN.format("busy"), "time.sleep(4)"]
    page = open_in_lab(plant(lab, "busy.ipynb", *cells)).page
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells').then(() => null)")
    key_line(page).wait_for()
    drag_over(page, 4, "Hua Chunying")
    page.keyboard.press("s")
    expect(page.locator(".nd-pencil .nd-list > li")).to_have_count(1, timeout=1000)
    expect(page.locator(".nd-pencil .nd-list > li").first).to_contain_text("not saved yet")
    wait_until_saved(page)
    assert len(saved_page(lab.root, "gt-2020.busy.jsonld")["items"]) == 1


def test_a_restarted_kernel_gets_what_waited(open_in_lab: Callable[..., Watched], lab: Server) -> None:
    """A mark made while the kernel is gone is sent when the cell is run again."""
    page = open_in_lab(plant(lab, "gone.ipynb", "import newsdesk as nd", OPEN.format("gone"))).page
    run_all(page)
    key_line(page).wait_for()
    restart(page)
    drag_over(page, 4, "Hua Chunying")
    page.keyboard.press("s")
    expect(page.locator(".nd-pencil .nd-list > li").first).to_contain_text("not saved yet")
    run_all(page)
    wait_until_saved(page)
    assert len(own_marks(page)) == 1
    assert len(saved_page(lab.root, "gt-2020.gone.jsonld")["items"]) == 1


@pytest.mark.parametrize("theme", THEMES)
def test_the_pencil_is_accessible(open_in_lab: Callable[..., Watched], lab: Server, theme: str, shots: Path) -> None:
    """Axe finds nothing to object to in a pencil with marks, links and another's marks, contrast included."""
    source = (
        "import newsdesk as nd\npencil = nd.annotate('gt-2020', annotator='axe', beside='gold')\n"
        "s = pencil.add('source', 'Hua Chunying', para=4)\npencil.add('cue', 'said', para=5)\n"
        "c = pencil.add('claim', \"the US can't tolerate one private company from abroad\", para=5)\n"
        "pencil.link(c, s)\npencil"
    )
    page = open_in_lab(plant(lab, "axe.ipynb", source)).page
    run_all(page)
    key_line(page).wait_for()
    set_theme(page, theme)
    page.screenshot(path=shots / f"pencil-{theme.split()[1]}.png")
    # The lines under marked words are gradients below the letters; axe gives up on the ground of any gradient.
    page.add_style_tag(content=".nd-mark { background-image: none !important; }")
    response = axe_in_outputs(page)
    assert in_words(response["violations"]) == []
    assert in_words([r for r in response["incomplete"] if r["id"] == "color-contrast"]) == []
    assert sum("nd-" in html for html in compared_with_ground(response)) > 40


def test_marks_made_before_the_page_opens_are_said_to_be_saved(
    open_in_lab: Callable[..., Watched], lab: Server
) -> None:
    """Marks made by code in the cell that shows the pencil lose 'not saved yet' once they are in the file."""
    add = "pencil.add('cue', 'said', para=6)\npencil.add('cue', 'noted', para=7)"
    source = OPEN.format("early").replace("\npencil", f"\n{add}\npencil")
    page = open_in_lab(plant(lab, "early.ipynb", f"import newsdesk as nd\n{source}")).page
    run_all(page)
    key_line(page).wait_for()
    drag_over(page, 4, "Hua Chunying")
    page.keyboard.press("s")
    wait_until_saved(page)
    expect(page.locator(".nd-pencil .nd-list > li")).to_have_count(3)
    expect(page.locator(".nd-pencil .nd-list").first).not_to_contain_text("not saved yet")
