"""Is anything drawn? The marks of a chart and the pixels of each, and axe's judgement of an output."""

from __future__ import annotations

import base64
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

_COLOURS = """async source => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const pen = new OffscreenCanvas(image.width, image.height).getContext('2d');
    pen.drawImage(image, 0, 0);
    return new Set(new Uint32Array(pen.getImageData(0, 0, image.width, image.height).data.buffer)).size;
}"""

# The view that JupyterLab holds behind an output area.
_VIEW = """const within = function* (widget) {
        yield widget;
        for (const child of widget.layout ?? []) yield* within(child);
    };
    const cell = window.jupyterapp.shell.currentWidget.content.widgets.find(w => w.node.contains(area));
    const view = [...within(cell)].find(w => w._result?.view)?._result.view;"""

# The view is asked for its marks; axes, grids, titles, keys and frames are none. Of each mark those pixels count
# that are gone when it is taken away, and there when all but it is: so it is neither covered nor as white as the
# ground, whatever its colour. A pixel is another one from 8 of 255 on, in red, green or blue.
_MARKS = f"""async area => {{
    {_VIEW}
    if (!view) return null;
    const leaves = [], frames = [];
    const gather = mark => {{
        if (mark.marktype !== 'group') return leaves.push(mark);
        frames.push(...mark.items);
        mark.items.forEach(group => group.items.forEach(gather));
    }};
    gather(view.scenegraph().root);
    const without = async marks => {{
        const unseen = [...marks.flatMap(mark => mark.items).map(item => [item, 'opacity', item.opacity]),
            ...frames.map(group => [group, 'strokeOpacity', group.strokeOpacity])];
        unseen.forEach(([item, how]) => {{ item[how] = 0; }});
        const canvas = await view.toCanvas();
        unseen.forEach(([item, how, was]) => {{ item[how] = was; }});
        return new Uint32Array(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    }};
    const [whole, ground] = [await without([]), await without(leaves)];
    const differ = (a, b) => a !== b && [0, 8, 16].some(part => Math.abs((a >> part & 255) - (b >> part & 255)) >= 8);
    const found = [];
    for (const mark of leaves.filter(leaf => leaf.role === 'mark')) {{
        const [gone, alone] = [await without([mark]), await without(leaves.filter(leaf => leaf !== mark))];
        let ink = 0;
        whole.forEach((pixel, at) => {{ ink += differ(pixel, gone[at]) && differ(alone[at], ground[at]); }});
        found.push([mark.name, ink]);
    }}
    return found;
}}"""
_PLACES_OF_MARKS = f"""async (area, picture) => {{
    {_VIEW}
    const places = svg => [...new DOMParser().parseFromString(svg, 'image/svg+xml').querySelectorAll('.role-mark > *')]
        .map(item => ['d', 'transform', 'x2', 'y2'].flatMap(name =>
            (item.getAttribute(name) ?? '').match(/-?[0-9.]+(e-?[0-9]+)?/g)?.map(Number) ?? []));
    return [places(await view.toSVG()), places(picture)];
}}"""
_UNMEASURED = """selectors => {
    const measured = new Set(selectors.map(selector => document.querySelector(selector)));
    return [...document.querySelectorAll('.jp-OutputArea-output *')]
        .filter(e => [...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && /[\\p{L}\\p{N}]/u.test(n.data)))
        .filter(e => e.checkVisibility({visibilityProperty: true, opacityProperty: true}))
        .filter(e => !e.closest('pre a, :disabled, [aria-disabled=true], style, script, svg, option'))
        .filter(e => !measured.has(e)).map(e => e.outerHTML.slice(0, 160));
}"""
_LEAST_INK = 10  # pixels of a mark: a small dot has some thirty


def colours_of(drawing: Locator) -> int:
    """Take a screenshot of an element and count its colours."""
    source = "data:image/png;base64," + base64.b64encode(drawing.screenshot(animations="disabled")).decode()
    blank = drawing.page.context.new_page()  # a page of its own: Jupyter's may not load such a picture
    try:
        return int(blank.evaluate(_COLOURS, source))
    finally:
        blank.close()


def blank_because(output: Locator) -> str | None:
    """Say why an output area holds no drawn chart, or None when each layer of marks is drawn in it."""
    drawings = [d for d in output.locator("canvas, svg").all() if _is_large(d)]
    if not drawings:
        return "no canvas or svg larger than 100 by 100 pixels"
    colours = colours_of(drawings[0])
    if colours < 3:
        return f"a picture of {colours} colours"
    marks = output.evaluate(_MARKS)
    if marks is None:
        return "a picture, and no chart that answers to the pointer"
    unseen = [f"{name} ({ink} pixels)" for name, ink in marks if ink < _LEAST_INK]
    if unseen or not marks:
        return f"axes at most: nothing is seen of {', '.join(unseen) or 'any mark'}"
    return None


def drawn_otherwise(output: Locator, picture: str) -> str | None:
    """Say which mark stands elsewhere in the SVG picture of a chart than in the view, or None."""
    view, paper = output.evaluate(_PLACES_OF_MARKS, picture)
    if len(view) != len(paper):
        return f"{len(view)} marks in the view and {len(paper)} in the picture"
    for number, (one, other) in enumerate(zip(view, paper, strict=True), start=1):
        if len(one) != len(other) or any(abs(a - b) > 0.5 for a, b in zip(one, other, strict=True)):
            return f"mark {number} of {len(view)}: {one} in the view, {other} in the picture"
    return None


def _is_large(drawing: Locator) -> bool:
    box = drawing.bounding_box()
    return bool(box and box["width"] > 100 and box["height"] > 100)


# pandas leaves the corner of a table empty, and lessons show tables as pandas does; JupyterLab makes links
# of the file names in an error message and does not underline them
_PLACES = {"include": [[".jp-OutputArea-output"]], "exclude": [["table.dataframe thead th:empty"], ["pre a"]]}

_TALL = 20_000  # pixels: taller than each lesson


def axe_in_outputs(page: Page, *rules: str) -> dict[str, Any]:
    """Return what axe says of all outputs of the notebook: ``violations``, ``passes``, ``incomplete``.

    By these rules, or by all.

    JupyterLab's page does not scroll as a whole and lays out what is in view only; axe takes the rest for
    hidden and skips its contrast. So body and html are set visible, and the window is made taller than the
    notebook.
    """
    page.add_style_tag(content="html, body { overflow: visible !important; }")
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": size["width"], "height": _TALL})
    page.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollTop = 0")
    page.wait_for_timeout(1000)
    end = page.evaluate("document.querySelector('.jp-WindowedPanel-inner').getBoundingClientRect().bottom")
    assert end <= _TALL, f"the notebook ends at {end}, below the window: its last outputs would pass unseen"
    options: dict[str, Any] = {"resultTypes": ["violations", "incomplete", "passes"]}
    if rules:
        options["runOnly"] = rules
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


def unmeasured(page: Page, response: dict[str, Any]) -> list[str]:
    """Return each text in sight of an output whose contrast axe did not measure, as HTML; signs alone it leaves out."""
    nodes = [node for r in response["passes"] if r["id"] == "color-contrast" for node in r["nodes"]]
    texts: list[str] = page.evaluate(_UNMEASURED, [node["target"][0] for node in nodes])
    return texts
