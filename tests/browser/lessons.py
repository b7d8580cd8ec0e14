"""What a lesson that was run whole must show: no cell left out, no error but the deliberate ones, charts drawn."""

from __future__ import annotations

from typing import Any

from looking import blank_because, drawn_otherwise
from pages import Cell, shown_output
from playwright.sync_api import Locator, Page

MEDIA = "application/vnd.vegalite.v5+json"
THEMES = ["JupyterLab Light", "JupyterLab Dark"]

# What reaches beyond its box is hidden unless it, or the first ancestor that does not let it through, scrolls; and
# nobody should have to scroll sideways through an article.
_HIDDEN = """() => [...document.querySelectorAll('.jp-Notebook, .jp-OutputArea-output, .jp-OutputArea-output *')]
    .filter(e => e.checkVisibility() && e.clientWidth && e.scrollWidth > e.clientWidth + 1)
    .filter(e => {
        let box = e;
        while (getComputedStyle(box).overflowX === 'visible') box = box.parentElement;
        const scrolls = ['auto', 'scroll'].includes(getComputedStyle(box).overflowX);
        return !scrolls || !box.closest('.jp-OutputArea-output') || e.querySelector(':scope > table td[lang]');
    })
    .map(e => `${e.scrollWidth} in ${e.clientWidth} pixels: ${e.outerHTML.slice(0, 160)}`)"""


def not_run(cells: list[Cell]) -> list[str]:
    """Return the code cells without an execution count."""
    return [cell.id for cell in cells if cell.kind == "code" and not cell.count]


def unwanted_errors(cells: list[Cell]) -> list[str]:
    """Return the errors of cells that are not tagged ``raises-exception``."""
    return [f"{cell.id} {error}" for cell in cells for error in cell.errors if "raises-exception" not in cell.tags]


def missing_errors(cells: list[Cell]) -> list[str]:
    """Return the cells that should raise and did not."""
    return [cell.id for cell in cells if "raises-exception" in cell.tags and not cell.errors]


def assert_whole_run(cells: list[Cell]) -> None:
    """Assert that every code cell ran and that exactly the deliberate errors occurred."""
    assert (not_run(cells), unwanted_errors(cells), missing_errors(cells)) == ([], [], [])


def charts_of(cells: list[Cell]) -> dict[str, dict[str, Any]]:
    """Return what each chart of a notebook hands to the page, by media type, under its cell's id."""
    return {cell.id: output["data"] for cell in cells for output in cell.outputs if MEDIA in output.get("data", {})}


def faulty_charts(page: Page, cells: list[Cell]) -> dict[str, str]:
    """Return the charts of a notebook that are not drawn, or without their words for a screen reader."""
    charts = [cell.id for cell in cells if cell.is_chart]
    assert charts, "no cell's output is meant as a chart"
    bundles = charts_of(cells)
    return {c: fault for c in charts if (fault := _fault(shown_output(page, c), bundles.get(c, {}).get(MEDIA, {})))}


def _fault(output: Locator, spec: dict[str, Any]) -> str | None:
    reason = blank_because(output)
    if reason:
        return reason
    said = output.locator("[role=graphics-document]").get_attribute("aria-label")
    return None if said and said == spec.get("description") else f"a screen reader finds {said!r} on it"


def charts_drawn_otherwise(page: Page, cells: list[Cell]) -> dict[str, str]:
    """Return the charts whose picture, for paper and code hosts, shows other marks than the page."""
    pictures = {cell_id: data["image/svg+xml"] for cell_id, data in charts_of(cells).items()}
    return {c: how for c, picture in pictures.items() if (how := drawn_otherwise(shown_output(page, c), picture))}


def hidden_at_the_side(page: Page) -> list[str]:
    """Return what the outputs, as they are laid out now, do not show at their right, and nobody can scroll to."""
    found: list[str] = page.evaluate(_HIDDEN)
    return found
