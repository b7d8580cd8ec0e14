"""dates: six EDTF forms and their bounds."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsdesk.dates.resolve import bounds
from newsdesk.errors import DataError

DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31))


def _point(day: date, precision: int) -> str:
    """Return a day as a year (1), month (2) or day (3)."""
    return day.isoformat()[: {1: 4, 2: 7, 3: 10}[precision]]


def _span(day: date, precision: int) -> tuple[date, date]:
    """Return first and last day of that year, month or day, by the calendar module alone."""
    month = (1, 12) if precision == 1 else (day.month, day.month)
    if precision == 3:
        return day, day
    return date(day.year, month[0], 1), date(day.year, month[1], calendar.monthrange(day.year, month[1])[1])


POINTS = st.builds(lambda day, p: (_point(day, p), *_span(day, p)), DAYS, st.integers(1, 3))


@pytest.mark.parametrize(
    ("edtf", "early", "late"),
    [
        ("2020-04-10", date(2020, 4, 10), date(2020, 4, 10)),
        ("2019-09", date(2019, 9, 1), date(2019, 9, 30)),
        ("2007", date(2007, 1, 1), date(2007, 12, 31)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2019-02", date(2019, 2, 1), date(2019, 2, 28)),
        ("2000-02", date(2000, 2, 1), date(2000, 2, 29)),
        ("1900-02", date(1900, 2, 1), date(1900, 2, 28)),
        ("2020-02-29", date(2020, 2, 29), date(2020, 2, 29)),
        ("2020-12", date(2020, 12, 1), date(2020, 12, 31)),
        ("[..2020-04-10]", None, date(2020, 4, 10)),
        ("[..2018]", None, date(2018, 12, 31)),
        ("[..2020-02]", None, date(2020, 2, 29)),
        ("[2018-01-16..]", date(2018, 1, 16), None),
        ("[2018..]", date(2018, 1, 1), None),
        ("[2018-02..]", date(2018, 2, 1), None),
        ("[2018-01-01..2018-01-15]", date(2018, 1, 1), date(2018, 1, 15)),
        ("[2018-01-01..2018-01-01]", date(2018, 1, 1), date(2018, 1, 1)),
        ("[2017..2018-06]", date(2017, 1, 1), date(2018, 6, 30)),
        ("[2020-05..2020]", date(2020, 5, 1), date(2020, 12, 31)),
        ("[2020..2020]", date(2020, 1, 1), date(2020, 12, 31)),
        ("9999-12", date(9999, 12, 1), date(9999, 12, 31)),
    ],
)
def test_bounds_are_the_first_and_last_day_allowed(edtf: str, early: date | None, late: date | None) -> None:
    """A bound that nobody gave stays None; a month or year counts whole."""
    assert bounds(edtf) == (early, late)


@given(POINTS)
def test_a_point_runs_from_its_first_to_its_last_day(point: tuple[str, date, date]) -> None:
    """For every day, month and year that the calendar has."""
    edtf, first, last = point
    assert bounds(edtf) == (first, last)


@settings(max_examples=25)  # edtf takes 10 ms for an open date
@given(POINTS)
def test_an_open_side_is_never_filled_in(point: tuple[str, date, date]) -> None:
    """On or before has no first day, on or after no last: not ten years, not infinity."""
    edtf, first, last = point
    assert bounds(f"[..{edtf}]") == (None, last)
    assert bounds(f"[{edtf}..]") == (first, None)


@given(POINTS, POINTS)
def test_between_keeps_its_order_or_is_refused(one: tuple[str, date, date], two: tuple[str, date, date]) -> None:
    """The earliest day is never after the latest."""
    edtf = f"[{one[0]}..{two[0]}]"
    if one[1] > two[2]:
        with pytest.raises(DataError, match="ends before it begins"):
            bounds(edtf)
    else:
        assert bounds(edtf) == (one[1], two[2])


@settings(max_examples=25)
@given(st.integers(1, 9998), st.integers(1, 12))
def test_the_day_after_a_month_begins_the_next(year: int, month: int) -> None:
    """Months meet without gap or overlap, over year ends and leap days."""
    following = f"{year:04d}-{month + 1:02d}" if month < 12 else f"{year + 1:04d}-01"
    assert bounds(f"{year:04d}-{month:02d}")[1] + timedelta(1) == bounds(following)[0]  # type: ignore[operator]


@given(st.integers(1, 9999), st.integers(0, 99), st.integers(0, 99))
def test_a_day_is_taken_exactly_when_the_calendar_has_it(year: int, month: int, day: int) -> None:
    """2019-02-29, 2020-04-31 and 2020-13-01 are refused with a word about the calendar."""
    edtf = f"{year:04d}-{month:02d}-{day:02d}"
    try:
        right = date(year, month, day)
    except ValueError:
        with pytest.raises(DataError, match="that no calendar has"):
            bounds(edtf)
    else:
        assert bounds(edtf) == (right, right)


@pytest.mark.parametrize(
    "edtf",
    ["2021-02-29", "2020-00", "2020-13", "2020-21", "0000", "[..2021-02-30]", "[2020-04-31..]", "[2020-02-30..2021]"],
)
def test_an_impossible_day_is_refused_wherever_it_stands(edtf: str) -> None:
    """Alone or as a bound."""
    with pytest.raises(DataError, match="that no calendar has") as caught:
        bounds(edtf)
    assert repr(edtf) in str(caught.value)


@pytest.mark.parametrize(
    "edtf",
    [
        "",
        " 2020",
        "2020\n",
        "2020-1",
        "20-01-2020",
        "10 April 2020",
        "2020~",
        "2020?",
        "202X",
        "2020-XX",
        "2020/2021",
        "../2020",
        "2020/..",
        "/2024-06-25",
        "..2020",
        "2020..2021",
        "[2020]",
        "[..]",
        "[]",
        "{2019..2020}",
        "[2019,2020]",
        "2020-04-10T09:00",
        "-2020",
        "Y20200",
        "20200410",
        None,
        2020,
        2020.5,
        date(2020, 4, 10),
        float("nan"),
    ],
)
def test_any_other_form_is_refused_and_the_six_are_named(edtf: object) -> None:
    """Forms that EDTF has and the course does not, dates as people write them, and what is no text."""
    with pytest.raises(DataError) as caught:
        bounds(edtf)  # type: ignore[arg-type]
    assert repr(edtf) in str(caught.value)
    for form in ("2020-04-10", "2019-09", "2007", "[..2020-04-10]", "[2020-04-10..]", "[2018-01-01..2018-01-15]"):
        assert form in str(caught.value)


@given(st.text("0123456789-.[]/~?X ", max_size=25))
def test_whatever_is_given_comes_back_in_order_or_as_a_message(edtf: str) -> None:
    """No other error escapes, and no bound is out of order."""
    try:
        early, late = bounds(edtf)
    except DataError:
        return
    assert early is not None or late is not None
    assert early is None or late is None or early <= late
