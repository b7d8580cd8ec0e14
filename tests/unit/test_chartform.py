"""chartform: two charts that show the same are the same answer, however they are written."""

from __future__ import annotations

import json
from typing import Any

import altair as alt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.chartform import chart_form

FRAME = pd.DataFrame(
    {"year": [2018, 2020], "outlet": ["a", "b"], "n": [1.5, 2.5], "day": pd.to_datetime(["2018-01-16"] * 2)}
)
BASE = alt.Chart(FRAME)
BARS = BASE.mark_bar().encode(x="outlet", y="n")
RULE = BASE.mark_rule().encode(y=alt.datum(2))


def form(chart: Any) -> dict[str, Any]:
    """Return a chart's form; it is plain JSON."""
    made = chart_form(chart.to_dict())
    assert json.loads(json.dumps(made, allow_nan=False)) == made
    return made


def test_the_form_of_a_single_view() -> None:
    """Mark, encodings with their types, whether rows were taken out, whether it has words."""
    assert form(BARS.properties(title="Bars")) == {
        "view": {
            "mark": "bar",
            "encoding": {"x": {"field": "outlet", "type": "nominal"}, "y": {"field": "n", "type": "quantitative"}},
            "is_filtered": False,
        },
        "has_description": False,
        "has_title": True,
    }


SAME = {
    "types inferred or written": (BARS, BASE.mark_bar().encode(x="outlet:N", y="n:Q")),
    "keyword or object": (BARS, BASE.mark_bar().encode(alt.X("outlet"), alt.Y(field="n", type="quantitative"))),
    "order of encodings": (BARS, BASE.mark_bar().encode(y="n", x="outlet")),
    "mark's look": (BARS, BASE.mark_bar(color="red", opacity=0.5).encode(x="outlet", y="n")),
    "size, axis, sort": (
        BARS,
        BASE.mark_bar()
        .encode(x=alt.X("outlet", sort="-y", axis=alt.Axis(labelAngle=0)), y=alt.Y("n", title="How many"))
        .properties(width=500),
    ),
    "constant colour": (BARS, BARS.encode(color=alt.value("red"), size=alt.value(30))),
    "highlighted bar": (BARS, BARS.encode(color=alt.condition(alt.datum.n > 2, alt.value("red"), alt.value("grey")))),
    "tooltips": (BARS, BARS.encode(tooltip=["outlet", "n"])),
    "zoom": (BARS, BARS.interactive()),
    "zero written out": (BARS, BASE.mark_bar().encode(x="outlet", y=alt.Y("n").scale(zero=True))),
    "linear written out": (BARS, BASE.mark_bar().encode(x="outlet", y=alt.Y("n").scale(type="linear"))),
    "stack written out": (BARS, BASE.mark_bar().encode(x="outlet", y=alt.Y("n", stack="zero"))),
    "no stack": (BARS.encode(y=alt.Y("n", stack=None)), BARS.encode(y=alt.Y("n", stack=False))),
    "bounds as whole numbers": (
        BASE.mark_bar().encode(y=alt.Y("n").scale(domain=[0, 5])),
        BASE.mark_bar().encode(y=alt.Y("n").scale(domain=(0.0, 5.0), zero=False)),
    ),
    "a count": (BASE.mark_bar().encode(y="count()"), BASE.mark_bar().encode(y=alt.Y(aggregate="count"))),
    "a mean": (BASE.mark_bar().encode(y="mean(n)"), BASE.mark_bar().encode(y=alt.Y("n:Q", aggregate="mean"))),
    "a time unit": (
        BASE.mark_line().encode(x="year(day)"),
        BASE.mark_line().encode(x=alt.X("day:T", timeUnit="year")),
    ),
    "bins": (BASE.mark_bar().encode(x=alt.X("n", bin=True)), BASE.mark_bar().encode(x=alt.X("n").bin())),
    "wording of the title": (BARS.properties(title="One"), BARS.properties(title=alt.Title("Two", subtitle="b"))),
    "wording of the description": (BARS.properties(description="One."), BARS.properties(description="Two.")),
    "layers by + or alt.layer": (BARS + RULE, alt.layer(BARS, RULE)),
    "layers in another order": (BARS + RULE, RULE + BARS),
    "layers in layers": (BARS + (RULE + BARS.mark_text()), (BARS + RULE) + BARS.mark_text()),
    "a layer of one": (BARS, alt.layer(BARS)),
    "encodings of the layers inherited": (
        alt.layer(BASE.mark_line(), BASE.mark_point()).encode(x="year:Q", y="n:Q"),
        BASE.mark_line().encode(x="year:Q", y="n:Q") + BASE.mark_point().encode(x="year:Q", y="n:Q"),
    ),
    "an inherited encoding replaced": (
        alt.layer(BASE.mark_line(), BASE.mark_point().encode(y="year:Q")).encode(x="n:Q", y="n:Q"),
        BASE.mark_line().encode(x="n:Q", y="n:Q") + BASE.mark_point().encode(x="n:Q", y="year:Q"),
    ),
    "beside or below": (BARS | RULE, BARS & RULE),
    "alt.concat": (BARS | RULE, alt.concat(BARS, RULE, columns=2)),
    "three in a row": ((BARS | RULE) | BARS, BARS | (RULE | BARS)),
    "facet by method or channel": (BARS.facet("outlet:N", columns=2), BARS.encode(facet="outlet:N")),
    "rows by method or channel": (BARS.facet(row="outlet:N"), BARS.encode(row="outlet:N")),
    "rows and columns": (BARS.facet(row="outlet:N", column="year:O"), BARS.encode(column="year:O", row="outlet:N")),
    "filter above or in the layers": (
        (BARS + RULE).transform_filter("datum.n > 1"),
        BARS.transform_filter("datum.n > 1") + RULE.transform_filter(alt.datum.n > 2),
    ),
    "data from an address": (
        alt.Chart("a.csv").mark_bar().encode(x="a:N"),
        alt.Chart(pd.DataFrame({"a": ["b"]})).mark_bar().encode(x="a"),
    ),
}


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME.keys())
def test_equal_charts_written_differently_are_equal(pair: tuple[Any, Any]) -> None:
    """Looks, order and defaults do not count."""
    first, second = (json.dumps(form(chart), sort_keys=True) for chart in pair)
    assert first == second


DIFFERENT = {
    "mark": (BARS, BARS.mark_line()),
    "field": (BARS, BASE.mark_bar().encode(x="outlet", y="year")),
    "type": (BASE.mark_bar().encode(x="year:O"), BASE.mark_bar().encode(x="year:Q")),
    "channels exchanged": (BARS, BASE.mark_bar().encode(y="outlet", x="n")),
    "one channel more": (BARS, BARS.encode(color="outlet")),
    "colour by a field under a condition": (
        BARS,
        BARS.encode(color=alt.condition(alt.datum.n > 2, "outlet:N", alt.value("grey"))),
    ),
    "aggregate": (BASE.mark_bar().encode(y="mean(n)"), BASE.mark_bar().encode(y="sum(n)")),
    "time unit": (BASE.mark_bar().encode(x="year(day)"), BASE.mark_bar().encode(x="month(day)")),
    "bins": (BASE.mark_bar().encode(x="n:Q"), BASE.mark_bar().encode(x=alt.X("n:Q", bin=True))),
    "shares for counts": (BARS, BASE.mark_bar().encode(x="outlet", y=alt.Y("n", stack="normalize"))),
    "bars over each other": (BARS, BASE.mark_bar().encode(x="outlet", y=alt.Y("n", stack=False))),
    "a cut axis": (BARS, BASE.mark_bar().encode(x="outlet", y=alt.Y("n").scale(zero=False))),
    "bounds": (BARS, BASE.mark_bar().encode(x="outlet", y=alt.Y("n").scale(domain=[1, 3]))),
    "one bound": (BARS, BASE.mark_bar().encode(x="outlet", y=alt.Y("n").scale(domainMin=1))),
    "a logarithm": (BARS, BASE.mark_bar().encode(x="outlet", y=alt.Y("n").scale(type="log"))),
    "a constant place": (RULE, BASE.mark_rule().encode(y=alt.datum(3))),
    "a place in pixels": (BASE.mark_rule().encode(y=alt.value(3)), BASE.mark_rule().encode(y=alt.value(4))),
    "a filter": (BARS, BARS.transform_filter("datum.n > 1")),
    "a filter above the layers": (BARS + RULE, (BARS + RULE).transform_filter("datum.n > 1")),
    "a filter above the views": (BARS | RULE, (BARS | RULE).transform_filter("datum.n > 1")),
    "one layer more": (BARS + RULE, BARS + RULE + RULE),
    "layers or views": (BARS + RULE, BARS | RULE),
    "order of views": (BARS | RULE, RULE | BARS),
    "rows or columns": (BARS.encode(row="outlet:N"), BARS.encode(column="outlet:N")),
    "what the facets are": (BARS.facet("outlet:N"), BARS.facet("year:O")),
    "facets or none": (BARS + RULE, (BARS + RULE).facet("outlet:N")),
    "what is repeated": (
        BASE.mark_bar().encode(x=alt.X(alt.repeat(), type="quantitative")).repeat(["n", "year"]),
        BASE.mark_bar().encode(x=alt.X(alt.repeat(), type="quantitative")).repeat(["n"]),
    ),
    "order within details": (BARS.encode(detail=["outlet", "year"]), BARS.encode(detail=["year", "outlet"])),
}


@pytest.mark.parametrize("pair", DIFFERENT.values(), ids=DIFFERENT.keys())
def test_charts_that_show_different_things_differ(pair: tuple[Any, Any]) -> None:
    """Another mark, field, bound, part of the data, arrangement of layers and facets."""
    assert form(pair[0]) != form(pair[1])


@pytest.mark.parametrize(
    ("words", "has"), [("", False), ("  ", False), ("One", True), (["", " "], False), (["One", "two"], True)]
)
def test_empty_words_are_no_words(words: str | list[str], has: bool) -> None:
    """A title of spaces helps nobody, as text, as lines or as an object."""
    assert form(BARS.properties(title=words))["has_title"] is has
    assert form(BARS.properties(title=alt.Title(words)))["has_title"] is has
    if isinstance(words, str):
        assert form(BARS.properties(description=words))["has_description"] is has


CHANNELS = st.sampled_from(["x", "y", "color", "shape", "detail", "x2"])
CHANNEL = st.sampled_from(
    [{"field": "a", "type": "nominal"}, {"field": "b", "type": "ordinal"}, {"aggregate": "count"}]
)
ENCODINGS = st.dictionaries(CHANNELS, CHANNEL, max_size=4)
VIEWS = st.fixed_dictionaries({"mark": st.sampled_from(["bar", "point", "rule"]), "encoding": ENCODINGS})


def spec_view(spec: dict[str, Any]) -> Any:
    """Return what a specification shows."""
    return chart_form(spec)["view"]


@given(st.lists(VIEWS, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_layers_have_no_order_and_no_depth(views: list[Any], random: Any) -> None:
    """Whichever way they are put together."""
    flat = {"layer": list(views)}
    random.shuffle(views)
    deep = views[0]
    for other in views[1:]:
        deep = {"layer": [other, deep]}
    assert spec_view(flat) == spec_view(deep)


@given(st.lists(VIEWS, min_size=2, max_size=4), st.sampled_from(["hconcat", "vconcat", "concat"]))
def test_views_side_by_side_keep_their_order(views: list[Any], how: str) -> None:
    """Each is what it is alone."""
    assert spec_view({how: views}) == {"concat": [spec_view(one) for one in views]}


@given(VIEWS, VIEWS, ENCODINGS)
def test_what_stands_above_is_inherited_where_nothing_stands_below(one: Any, other: Any, above: dict[str, Any]) -> None:
    """As Vega-Lite does it: the same as if it were written in each view."""
    written = [view | {"encoding": above | view["encoding"]} for view in (one, other)]
    assert spec_view({"layer": [one, other], "encoding": above}) == spec_view({"layer": written})
    faceted = {"facet": {"field": "a"}, "spec": {"layer": [one, other], "encoding": above}}
    assert spec_view(faceted) == spec_view({"layer": written}) | {"facet": {"facet": {"field": "a"}}}
