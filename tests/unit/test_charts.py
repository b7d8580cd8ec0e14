"""charts: what Jupyter gets for a chart, the theme, and setup."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import altair as alt
import pandas as pd
import pytest
from IPython.core.formatters import DisplayFormatter

import newsdesk.charts
from newsdesk.charts import render, setup, theme
from newsdesk.errors import NewsdeskError

V5 = "https://vega.github.io/schema/vega-lite/v5.json"
FRAME = pd.DataFrame({"code": ["a", "b"], "n": [3, 1]})
SPECIFICATION = "application/vnd.vegalite.v5+json"


@pytest.fixture(autouse=True)
def _altair_as_it_was() -> Iterator[None]:
    """Give Altair its theme and renderer back, and pandas its option."""
    before = alt.theme.active, alt.renderers.active
    with pd.option_context("display.max_colwidth", pd.get_option("display.max_colwidth")):
        yield
    alt.theme.enable(before[0])
    alt.renderers.enable(before[1])


def bars(**properties: Any) -> alt.Chart:
    """Return a small chart."""
    return alt.Chart(FRAME).mark_bar().encode(x="n:Q", y="code:N").properties(**properties)


CHARTS = {
    "single": lambda: bars(description="Two bars."),
    "layers": lambda: alt.layer(bars(), bars().mark_text().encode(text="n")).properties(description="Two bars."),
    "concatenation": lambda: alt.hconcat(bars(), bars()).properties(description="Two bars."),
    "facets": lambda: bars().facet("code:N").properties(description="Two bars."),
}


@pytest.mark.parametrize("kind", CHARTS)
def test_a_chart_is_specification_picture_and_words(kind: str) -> None:
    """Three types, none of which needs the network: for JupyterLab, for paper, for a screen reader."""
    setup()
    bundle = CHARTS[kind]()._repr_mimebundle_()
    bundle = bundle[0] if isinstance(bundle, tuple) else bundle
    assert set(bundle) == {SPECIFICATION, "image/svg+xml", "text/plain"}
    assert bundle["text/plain"] == "Chart: Two bars."
    assert bundle[SPECIFICATION]["$schema"] == V5
    assert bundle[SPECIFICATION]["description"] == "Two bars."
    assert json.loads(json.dumps(bundle)) == bundle


@pytest.mark.parametrize("kind", CHARTS)
def test_the_picture_is_whole_and_names_itself(kind: str) -> None:
    """Valid XML, an image with the chart's words as its name, with marks drawn, and loading nothing."""
    setup()
    svg = render(CHARTS[kind]().to_dict())["image/svg+xml"]
    root = ET.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert (root.get("role"), root.get("aria-label")) == ("img", "Two bars.")
    assert svg.count('aria-roledescription="bar"') >= 2
    assert "href=" not in svg.replace('xlink:href="#', "")
    assert "@import" not in svg


@pytest.mark.parametrize(
    "words",
    [
        'She said "no" & left <early>',
        "It's 50 % – naïve 🚧",
        r"A share of \d, \1 and \g<0>",
        "C:\\data\\new",
        "two\nlines",
    ],
)
def test_any_words_may_describe_a_chart(words: str) -> None:
    """Quotation marks, angle brackets and backslashes arrive as they were written."""
    bundle = render(bars(description=words).to_dict())
    assert bundle["text/plain"] == f"Chart: {words}"
    assert ET.fromstring(bundle["image/svg+xml"]).get("aria-label") == " ".join(words.splitlines())


@pytest.mark.parametrize("properties", [{}, {"description": ""}])
def test_a_chart_without_words_says_how_to_add_some(properties: dict[str, str]) -> None:
    """In the text and as the picture's name: an author reads it before a reader misses it."""
    bundle = render(bars(**properties).to_dict())
    for words in (bundle["text/plain"], ET.fromstring(bundle["image/svg+xml"]).get("aria-label", "")):
        assert "A chart without a description. Add one: .properties(description=" in words


def test_rendering_leaves_the_specification_alone() -> None:
    """The chart that was given keeps its own schema; the data are the same."""
    spec = bars(description="x").to_dict()
    before = json.dumps(spec)
    bundle = render(spec)
    assert json.dumps(spec) == before
    assert spec["$schema"] != V5
    assert bundle[SPECIFICATION] == spec | {"$schema": V5}


def test_renderer_options_of_altair_are_taken() -> None:
    """Altair hands options over by name; none of them stops a chart."""
    assert SPECIFICATION in render(bars(description="x").to_dict(), embed_options={"actions": False}, mode="x")


def test_without_the_converter_a_chart_still_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the browser-only build there is no vl-convert: the picture is left out, no error."""
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    bundle = render(bars(description="x").to_dict())
    assert set(bundle) == {SPECIFICATION, "text/plain"}


def test_the_same_chart_is_the_same_specification_everywhere() -> None:
    """In this process twice and in another one: nbval compares it."""
    code = (
        "import newsdesk as nd\n"
        "nd.setup()\n"
        "import altair as alt, json, pandas as pd\n"
        "frame = pd.DataFrame({'code': ['a', 'b'], 'n': [3, 1]})\n"
        "chart = alt.Chart(frame).mark_bar().encode(x='n:Q', y='code:N').properties(description='Two bars.')\n"
        "bundle = chart._repr_mimebundle_()\n"
        "print(json.dumps(bundle['application/vnd.vegalite.v5+json'], sort_keys=True))\n"
    )
    setup()
    here = [json.dumps(bars(description="Two bars.")._repr_mimebundle_()[SPECIFICATION], sort_keys=True) for _ in "12"]
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert here[0] == here[1] == there.stdout.strip()


def test_setup_switches_theme_and_renderer_on() -> None:
    """Also the second time, since learners run the first cell again."""
    for _ in range(2):
        setup()
        assert (alt.theme.active, alt.renderers.active) == ("newsdesk", "newsdesk")
    spec = bars().to_dict()
    assert spec["background"] == "white"
    assert spec["config"]["axis"]["labelFontSize"] == 12


def test_no_menu_beside_a_chart_leads_to_the_network() -> None:
    """The menu has no name for a screen reader, and its last item opens a page far away."""
    setup()
    assert bars().to_dict()["usermeta"] == {"embedOptions": {"actions": False}}


def test_setup_makes_a_notebook_readable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors without colours, which are hardly readable on their red ground; text in tables flush left.

    Outside of a notebook nothing is set.
    """
    shell = SimpleNamespace(colors="linux", display_formatter=DisplayFormatter())
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    setup()
    assert shell.colors == "nocolor"
    bundle, _ = shell.display_formatter.format(pd.DataFrame({"said": ["No."]}))
    assert '<td style="text-align: left">No.</td>' in bundle["text/html"]
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    setup()


def test_setup_makes_tables_wide_enough_for_a_sentence() -> None:
    """A claim's sentence is read in the table, not its first words."""
    sentence = "The council may refuse the mast, said the one who would have to live beside it."
    assert sentence not in pd.DataFrame({"claim": [sentence]})._repr_html_()
    setup()
    assert sentence in pd.DataFrame({"claim": [sentence]})._repr_html_()


def test_text_in_a_chart_is_large_and_dark_enough() -> None:
    """At least 12 px, and at least 4.5 to 1 on the white ground."""
    found = theme()
    assert found["background"] == "white"
    parts = [found["config"][part] for part in ("title", "axis", "legend", "header")]
    sizes = [value for part in parts for key, value in part.items() if key.lower().endswith("fontsize")]
    assert len(sizes) >= 8
    assert min(sizes) >= 12
    inks = [part[key] for part in parts for key in part if key in {"color", "labelColor", "titleColor"}]
    assert inks
    assert min(_contrast_on_white(ink) for ink in inks) >= 4.5


def test_categories_have_seven_different_colours() -> None:
    """And the two that come first, and single marks, stand out from white by 3 to 1."""
    colours = theme()["config"]["range"]["category"]
    assert len(set(colours)) == len(colours) == 7
    for colour in (*colours[:3], theme()["config"]["bar"]["color"], theme()["config"]["point"]["color"]):
        assert _contrast_on_white(colour) >= 3


def _contrast_on_white(colour: str) -> float:
    """Return the contrast ratio of WCAG 2 between a colour and white."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def test_contrast_is_counted_right() -> None:
    """Black has 21 to 1, and #767676 is the lightest grey that reaches 4.5."""
    assert _contrast_on_white("#000000") == pytest.approx(21)
    assert _contrast_on_white("#767676") >= 4.5 > _contrast_on_white("#777777")


@pytest.mark.parametrize(
    ("package", "got"), [("altair", "5.5.0"), ("altair", "7.0.0"), ("pandas", "2.3.1"), ("pandas", "4.0.0rc1")]
)
def test_a_version_that_the_lessons_were_not_written_for_is_refused(
    monkeypatch: pytest.MonkeyPatch, package: str, got: str
) -> None:
    """What is needed, what is there, what to do; and theme and renderer stay as they were."""
    real = newsdesk.charts.version
    monkeypatch.setattr(newsdesk.charts, "version", lambda name: got if name == package else real(name))
    before = alt.theme.active, alt.renderers.active
    with pytest.raises(NewsdeskError, match=rf"need {package} \d; this kernel has {package} {got}.+newsdesk lab"):
        setup()
    assert (alt.theme.active, alt.renderers.active) == before


def test_the_slow_import_is_blocked_until_setup_and_free_again_after_it() -> None:
    """Jsonschema does not load rfc3987_syntax with Altair; whoever wants it later gets it."""
    code = (
        "import importlib.util, sys\n"
        "there = importlib.util.find_spec('rfc3987_syntax') is not None\n"
        "import newsdesk as nd\n"
        "assert sys.modules['rfc3987_syntax'] is None, 'not blocked'\n"
        "nd.setup()\n"
        "assert 'jsonschema' in sys.modules, 'Altair was not loaded'\n"
        "assert 'rfc3987_syntax' not in sys.modules, 'still blocked, or loaded by setup'\n"
        "if there:\n"
        "    import rfc3987_syntax\n"
        "nd.setup()\n"
        "assert ('rfc3987_syntax' in sys.modules) == there, 'a second setup took it away'\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")


def test_a_module_that_was_loaded_before_is_left_alone() -> None:
    """Whoever imported rfc3987_syntax first keeps it."""
    code = (
        "import sys, types\n"
        "mine = sys.modules['rfc3987_syntax'] = types.ModuleType('rfc3987_syntax')\n"
        "import newsdesk\n"
        "assert sys.modules['rfc3987_syntax'] is mine\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
