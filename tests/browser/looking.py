"""Is anything drawn? Pixels of a chart, and axe's judgement of an output."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

# Count in the picture itself, whatever drew it. Flat: a pixel in the middle of a patch of one colour that
# is not the ground's: a bar, a point, a line's core, but hardly text or grid lines.
_COUNT = """async source => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const [w, h] = [image.width, image.height];
    const pen = new OffscreenCanvas(w, h).getContext('2d');
    pen.drawImage(image, 0, 0);
    const pixels = new Uint32Array(pen.getImageData(0, 0, w, h).data.buffer);
    const tally = new Map();
    for (const p of pixels) tally.set(p, (tally.get(p) ?? 0) + 1);
    const ground = [...tally].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
    let flat = 0;
    for (let y = 1; y < h - 1; y++) for (let x = 1; x < w - 1; x++) {
        const at = y * w + x, p = pixels[at];
        if (p !== ground && [at - 1, at + 1, at - w, at + w].every(i => pixels[i] === p)) flat++;
    }
    return {width: w, height: h, colours: tally.size, flat: flat / pixels.length};
}"""


@dataclass(frozen=True)
class Picture:
    """What a screenshot shows: its size in pixels, how many colours, which share is filled with marks."""

    width: int
    height: int
    colours: int
    flat: float


def picture_of(drawing: Locator) -> Picture:
    """Take a screenshot of an element and count."""
    source = "data:image/png;base64," + base64.b64encode(drawing.screenshot(animations="disabled")).decode()
    blank = drawing.page.context.new_page()  # a page of its own: Jupyter's may not load such a picture
    try:
        return Picture(**blank.evaluate(_COUNT, source))
    finally:
        blank.close()


def blank_because(output: Locator) -> str | None:
    """Say why an output area holds no drawn chart, or None when it does."""
    drawings = [d for d in output.locator("canvas, svg").all() if _is_large(d)]
    if not drawings:
        return "no canvas or svg larger than 100 by 100 pixels"
    seen = picture_of(drawings[0])
    if seen.colours < 3:
        return f"a picture of {seen.colours} colours"
    if seen.flat < 0.005:
        return f"axes at most: {seen.flat:.2%} of the picture is filled with marks"
    return None


def _is_large(drawing: Locator) -> bool:
    box = drawing.bounding_box()
    return bool(box and box["width"] > 100 and box["height"] > 100)


# pandas leaves the corner of a table empty, and lessons show tables as pandas does; JupyterLab makes links
# of the file names in an error message and does not underline them
_PLACES = {"include": [[".jp-OutputArea-output"]], "exclude": [["table.dataframe thead th:empty"], ["pre a"]]}


def axe_in_outputs(page: Page) -> dict[str, Any]:
    """Return what axe says of all outputs of the notebook: ``violations``, ``passes``, ``incomplete``.

    JupyterLab's page does not scroll as a whole and lays out what is in view only; axe takes the rest for
    hidden and skips its contrast. So body and html are set visible, and the window is made taller than the
    notebook.
    """
    page.add_style_tag(content="html, body { overflow: visible !important; }")
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": size["width"], "height": 15_000})
    page.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollTop = 0")
    page.wait_for_timeout(1000)
    options = {"resultTypes": ["violations", "incomplete", "passes"]}
    response: dict[str, Any] = Axe().run(page, context=_PLACES, options=options).response
    page.set_viewport_size(size)
    return response


def in_words(results: list[dict[str, Any]]) -> list[str]:
    """Return axe's findings, each in a line."""
    return [
        f"{result['id']}: {node['html'][:160]} {(node.get('failureSummary') or '').splitlines()[-1:]}"
        for result in results
        for node in result["nodes"]
    ]


def compared_with_ground(response: dict[str, Any]) -> list[str]:
    """Return the elements whose contrast axe measured and found sufficient, as HTML."""
    return [node["html"] for r in response["passes"] if r["id"] == "color-contrast" for node in r["nodes"]]
