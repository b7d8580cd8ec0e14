"""A notebook in JupyterLab or Notebook 7, as the tests hold it."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Locator, Page, Request, Route
from playwright.sync_api import TimeoutError as WaitedInVain
from servers import Server

_NOTEBOOK = "window.jupyterapp.shell.currentWidget"
_IDLE = "window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
_CELLS = f"""() => Array.from({_NOTEBOOK}.content.model.cells).map(m => ({{
    id: m.id, kind: m.type, tags: m.getMetadata('tags') ?? [], count: m.executionCount ?? null,
    outputs: m.type === 'code' ? m.outputs.toJSON() : [],
}}))"""
_ALL_RAN = f"""() => {_IDLE} && Array.from({_NOTEBOOK}.content.model.cells)
    .every(m => m.type !== 'code' || m.sharedModel.getSource() === '' || m.executionCount)"""
# Cells far from the view are laid out late: scroll there, and again once the layout has settled.
_SHOW = f"""async id => {{
    const book = {_NOTEBOOK}.content;
    const at = Array.from(book.model.cells).findIndex(m => m.id === id);
    for (let again = 0; again < 2; again++) {{
        book.activeCellIndex = at;
        await book.scrollToItem(at, 'start');
        await new Promise(done => setTimeout(done, 150));
    }}
    const area = book.widgets[at].node.querySelector('.jp-Cell-outputArea');
    area?.setAttribute('data-test-cell', id);
    area?.scrollIntoView({{block: 'nearest'}});
}}"""
_STRANGER = re.compile(r"^(?!(data|blob|about):|(https?|wss?)://(127\.0\.0\.1|localhost|\[::1\])[:/])")


@dataclass
class Cell:
    """A cell as the page holds it."""

    id: str
    kind: str
    tags: list[str]
    count: int | None
    outputs: list[dict[str, Any]]

    @property
    def errors(self) -> list[str]:
        """Return the errors among its outputs, each in a line."""
        return [f"{o['ename']}: {o['evalue']}" for o in self.outputs if o["output_type"] == "error"]

    @property
    def is_chart(self) -> bool:
        """Say whether an output is meant as a chart."""
        return any("vega" in kind for o in self.outputs for kind in o.get("data", {}))


@dataclass
class Watched:
    """A page and every address it asked for that is not this computer; each was refused."""

    page: Page
    strangers: list[str] = field(default_factory=list)


Opened = tuple[Watched, list[Cell]]


def plant(lab: Server, name: str, *sources: str) -> str:
    """Write a notebook of these cells into the working copy; return its path there."""
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": s, "execution_count": None, "outputs": []}
        for n, s in enumerate(sources)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    book = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (lab.root / name).write_text(json.dumps(book))
    return name


def watched_page(browser: Browser, *, width: int = 1280, height: int = 900) -> Watched:
    """Return a new page, in a context of its own, that reaches nothing but loopback."""
    context = browser.new_context(viewport={"width": width, "height": height}, service_workers="block")
    context.set_default_timeout(30_000)
    watched = Watched(context.new_page())

    def note(url: str) -> None:
        if _STRANGER.match(url):
            watched.strangers.append(url)

    def refuse(route: Route) -> None:
        route.abort()

    def asked(request: Request) -> None:
        note(request.url)

    context.route(_STRANGER, refuse)
    context.on("request", asked)
    watched.page.on("websocket", lambda socket: note(socket.url))
    return watched


def wait_for_kernel(page: Page) -> None:
    """Wait until the open notebook's kernel is idle."""
    page.wait_for_function(_IDLE, timeout=60_000)


def run_all(page: Page) -> list[Cell]:
    """Run all cells of the open notebook; return them once each code cell ran, or none runs any more.

    The command's own promise says nothing: it ends at the first error, a deliberate one too.
    """
    clear_all(page)
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells').then(() => null)")
    with suppress(WaitedInVain):  # the cells say which did not run
        page.wait_for_function(_ALL_RAN, timeout=60_000)
    return cells_of(page)


def clear_all(page: Page) -> None:
    """Clear outputs and execution counts: a page open for two minutes saves them by itself."""
    page.evaluate("window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs').then(() => null)")


def cells_of(page: Page) -> list[Cell]:
    """Return the cells of the open notebook."""
    return [Cell(**cell) for cell in page.evaluate(_CELLS)]


def shown_output(page: Page, cell_id: str) -> Locator:
    """Scroll to a cell and return its output area."""
    page.evaluate(_SHOW, cell_id)
    return page.locator(f'[data-test-cell="{cell_id}"]')


def set_theme(page: Page, name: str) -> None:
    """Set the theme by the application's own command, and wait until it is on."""
    page.evaluate("name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})", name)
    page.wait_for_function("name => document.body.dataset.jpThemeName === name", arg=name)
    page.wait_for_timeout(300)  # the old theme's sheet is unloaded a moment later


def end_kernel(page: Page) -> None:
    """Shut the open notebook's kernel down, and close the page's context."""
    page.evaluate(f"() => {_NOTEBOOK}?.sessionContext?.shutdown()")
    page.context.close()
