"""Charts that draw everywhere without the network: theme, renderer and `setup`.

JupyterLab draws ``application/vnd.vegalite.v5+json`` itself; code hosts and paper take the SVG; a
screen reader and a terminal take the chart's description. Altair's own renderers either load scripts
from the network or write a type that JupyterLab 4 does not know.
"""

from __future__ import annotations

import re
import sys
from html import escape
from importlib.metadata import version
from typing import Any

import pandas as pd

from newsdesk.errors import NewsdeskError
from newsdesk.views import table_html

_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
_NEEDED = {"altair": (6, 7), "pandas": (3, 4)}
# Okabe and Ito's colours (2008) told apart by most readers; black first, yellow left out on white
_COLOURS = ["#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00"]


def setup() -> None:
    """Make this notebook ready: chart theme, charts that need no network, readable tables, versions checked.

    Call it once, in the first cell, after the imports.

    Raises
    ------
    NewsdeskError
        When the installed pandas or Altair is one that the lessons were not written for.
    """
    if sys.modules.get("rfc3987_syntax", ...) is None:
        import altair as alt  # the block of newsdesk/__init__ ends once Altair is loaded

        del sys.modules["rfc3987_syntax"]
    else:
        import altair as alt

    for package, (lowest, below) in _NEEDED.items():
        got = version(package)
        if not lowest <= int(got.split(".")[0]) < below:
            raise NewsdeskError(
                f"The lessons need {package} {lowest}; this kernel has {package} {got}. Open the lessons with "
                "'newsdesk lab' or 'python3 start.py', which bring the right one."
            )
    pd.set_option("display.max_colwidth", 90)  # sentences in tables, not their first words only
    alt.theme.register("newsdesk", enable=True)(theme)
    alt.renderers.register("newsdesk", render)
    alt.renderers.enable("newsdesk")
    ipython = sys.modules.get("IPython")
    if ipython and (shell := ipython.get_ipython()):
        shell.colors = "nocolor"  # the colours of error messages are hardly readable on their red ground
        shell.display_formatter.formatters["text/html"].for_type(pd.DataFrame, table_html)


def theme() -> dict[str, Any]:
    """Return the kit's chart theme: white ground in every theme and print, text of at least 12 px."""
    text = {"labelFontSize": 12, "titleFontSize": 13, "labelColor": "#222222", "titleColor": "#222222"}
    return {
        "background": "white",
        "width": 480,
        "height": 280,
        "padding": 10,
        # the menu beside a chart has no name for a screen reader, and its last item leads to the network
        "usermeta": {"embedOptions": {"actions": False}},
        "config": {
            "font": "sans-serif",
            "title": {"anchor": "start", "fontSize": 15, "color": "#000000", "subtitleFontSize": 12},
            "axis": {**text, "labelLimit": 260, "labelSeparation": 4, "gridColor": "#dddddd", "domainColor": "#555555"},
            "legend": {**text, "labelLimit": 260},
            "header": text,
            "range": {"category": _COLOURS},
            "bar": {"color": _COLOURS[1]},
            "point": {"color": _COLOURS[1], "filled": True, "size": 80},
        },
    }


def render(spec: dict[str, Any], **_: object) -> dict[str, Any]:
    """Return what Jupyter shows for a chart: specification, picture, words.

    Parameters
    ----------
    spec
        A Vega-Lite specification as Altair makes it.

    Returns
    -------
    dict
        By media type. The picture is left out where vl-convert is not installed.
    """
    spec = dict(spec, **{"$schema": _SCHEMA})
    words = spec.get("description") or "A chart without a description. Add one: .properties(description='…')."
    bundle: dict[str, Any] = {"application/vnd.vegalite.v5+json": spec, "text/plain": f"Chart: {words}"}
    picture = _svg(spec, words)
    if picture:
        bundle["image/svg+xml"] = picture
    return bundle


def _svg(spec: dict[str, Any], words: str) -> str | None:
    try:
        import vl_convert  # absent in the browser-only build
    except ImportError:
        return None
    svg: str = vl_convert.vegalite_to_svg(spec)
    label = f'role="img" aria-label="{escape(words)}"'
    return re.sub(r"<svg\b", lambda _: f"<svg {label}", svg, count=1)  # words may hold backslashes
