"""Tables as a page shows them: text flush left, numbers flush right."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from newsdesk.views import table_html

FACTS = pd.DataFrame(
    {
        "outlet": ["AFP", "AFP", "Global Times"],
        "year": [2018, 2019, 2024],
        "is_quoted": [True, False, True],
        "seen": pd.to_datetime(["2018-01-09", "2019-05-16", "2024-03-22"]),
        "share": [0.5, None, 1.0],
    }
)
LEFT, AS_IT_WAS = "left", "right"


def sides(frame: pd.DataFrame) -> list[list[tuple[str, str]]]:
    """Return each row's cells: what stands there, and on which side."""
    html = table_html(frame)
    assert html is not None
    return [
        [(text, LEFT if "left" in tag else AS_IT_WAS) for tag, text in re.findall(r"<t[hd](.*?)>(.*?)</t[hd]>", row)]
        for row in re.findall(r"<tr.*?</tr>", html, re.DOTALL)
    ]


def test_text_stands_to_the_left_and_numbers_to_the_right() -> None:
    """Headings stand with their columns; an index of text is text."""
    head, first, *_ = sides(FACTS)
    assert [side for _, side in head] == [AS_IT_WAS, LEFT, AS_IT_WAS, LEFT, LEFT, AS_IT_WAS]
    assert [side for _, side in first] == [side for _, side in head]
    assert [text for text, _ in first] == ["0", "AFP", "2018", "True", "2018-01-09", "0.5"]
    (counted,) = sides(FACTS.groupby("outlet")[["year"]].count())[2:3]
    assert counted == [("AFP", LEFT), ("2", AS_IT_WAS)]


def test_an_index_that_spans_rows_shifts_no_column() -> None:
    """The second row of a group lacks the group's cell; its other cells stand as the first row's do."""
    rows = sides(FACTS.set_index(["outlet", "year"])[["share", "seen"]].astype({"seen": str}))
    assert rows[2] == [("AFP", LEFT), ("2018", AS_IT_WAS), ("0.5", AS_IT_WAS), ("2018-01-09", LEFT)]
    assert rows[3] == [("2019", AS_IT_WAS), ("NaN", AS_IT_WAS), ("2019-05-16", LEFT)]


def test_nothing_else_is_changed() -> None:
    """Without the sides it is what pandas wrote, whatever stands in the cells; long tables are cut as ever."""
    planted = pd.DataFrame({"a": ["<td>x</td>", "</tr><tr>", '"th"'], "b": [1, 2, 3]})
    for frame in (FACTS, planted, FACTS.head(0), pd.concat([FACTS] * 30), FACTS.describe()):
        assert (table_html(frame) or "").replace(' style="text-align: left"', "") == frame._repr_html_()


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame([range(30)]),
        FACTS.pivot_table(index="outlet", columns=["year", "is_quoted"], values="share"),
        FACTS.groupby("outlet").agg({"share": ["min", "max"]}),
    ],
)
def test_a_table_of_another_build_is_left_to_pandas(frame: pd.DataFrame) -> None:
    """Columns left out, columns below columns: as pandas has it."""
    assert table_html(frame) == frame._repr_html_()


def test_who_wants_no_html_gets_none() -> None:
    """As pandas' own option says."""
    with pd.option_context("display.notebook_repr_html", False):
        assert table_html(FACTS) is None
