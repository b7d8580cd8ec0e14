"""The calendar behind dates: points, weeks, months, and the anchor that an expression leans on.

A week runs from Monday to Sunday (ISO 8601). A point is a day, a month or a year as text.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from newsdesk.errors import DataError

POINT = r"\d{4}(?:-\d{2}(?:-\d{2})?)?"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAY, MONTH, YEAR = "day", "month", "year"
_PARTS = {  # wide rather than wrong: halves, and a middle that reaches into both; days of the week count from 0
    "week": {"early": (0, 2), "mid": (1, 3), "late": (3, 6), "": (0, 6)},
    MONTH: {"early": (1, 15), "mid": (8, 22), "late": (16, 31), "": (1, 31)},
    YEAR: {"early": (1, 6), "mid": (5, 8), "late": (7, 12), "": (1, 12)},
}
GRAINS = {4: YEAR, 7: MONTH, 10: DAY}  # by the length of a point


def span_of(point: str) -> tuple[date, date]:
    """Return the first and the last day of a point.

    Raises
    ------
    ValueError
        When no calendar has it.

    Examples
    --------
    >>> span_of("2020-02")
    (datetime.date(2020, 2, 1), datetime.date(2020, 2, 29))
    """
    year, month, day = (*(int(part) for part in point.split("-")), 0, 0)[:3]
    if GRAINS[len(point)] == DAY:
        return date(year, month, day), date(year, month, day)
    first, last = (month, month) if GRAINS[len(point)] == MONTH else (1, 12)
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def edges(edtf: str) -> tuple[date | None, date | None]:
    """Return the first and the last day of a date in one of the six forms; None is a bound that nobody gave.

    Raises
    ------
    ValueError
        When no calendar has it.
    """
    if ".." not in edtf:
        return span_of(edtf)
    early, late = edtf.strip("[]").split("..")
    return (span_of(early)[0] if early else None), (span_of(late)[1] if late else None)


def point_of(day: date, grain: str) -> str:
    """Return the day, month or year that holds a day."""
    return day.isoformat()[: {YEAR: 4, MONTH: 7, DAY: 10}[grain]]


def between(first: date, last: date) -> str:
    """Return the dates from one day to another as EDTF; one day stands alone."""
    return first.isoformat() if first == last else f"[{first}..{last}]"


def week_of(day: date) -> tuple[date, date]:
    """Return the Monday and the Sunday of a day's week."""
    monday = day - timedelta(day.weekday())
    return monday, monday + timedelta(6)


def months_on(day: date, months: int) -> date:
    """Return the same day so many months later, or the month's last where it has no such day.

    Examples
    --------
    >>> months_on(date(2024, 3, 31), -1)
    datetime.date(2024, 2, 29)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError("no such year")
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def units_on(day: date, number: int, unit: str) -> date:
    """Return the day that lies so many days, weeks, months or years later."""
    if unit in ("day", "week"):
        return day + timedelta(number * (7 if unit == "week" else 1))
    return months_on(day, number * (12 if unit == "year" else 1))


def grain_span(day: date, unit: str) -> tuple[date, date]:
    """Return the first and the last day of the day, week, month or year around a day."""
    return week_of(day) if unit == "week" else span_of(point_of(day, unit))


def part_of(day: date, unit: str, part: str) -> tuple[date, date]:
    """Return the first and last day of the early, mid or late part of the week, month or year around a day."""
    early, late = _PARTS[unit][part]
    first, last = grain_span(day, unit)
    if unit == "week":
        return first + timedelta(early), first + timedelta(late)
    if unit == MONTH:
        return first.replace(day=early), first.replace(day=min(late, last.day))
    return first.replace(month=early), span_of(f"{first.year:04d}-{late:02d}")[1]


def grain_text(day: date, unit: str) -> str:
    """Return the day, week, month or year around a day as EDTF; a week has no form of its own."""
    return between(*week_of(day)) if unit == "week" else point_of(day, unit)


@dataclass(frozen=True)
class Anchor:
    """The day, month or year from which an expression is reckoned; without one `point` is empty."""

    point: str

    @property
    def first(self) -> date:
        """Its first day."""
        return span_of(self._given())[0]

    @property
    def last(self) -> date:
        """Its last day."""
        return span_of(self._given())[1]

    def at(self, unit: str, expression: str) -> date:
        """Return a day in it, where it is as fine as the unit to be reckoned in.

        Raises
        ------
        DataError
            When there is no anchor, or a coarser one: a weekday can't be counted from a month.
        """
        fine = {YEAR: 4, MONTH: 7, "week": 10, DAY: 10}[unit]
        if len(self._given(expression)) < fine:
            wanted = "to the day, such as 2020-04-10" if fine == 10 else "to the month, such as 2020-04"
            raise DataError(
                f"{expression!r} can't be reckoned from the anchor {self.point!r}. It has to be known {wanted}."
            )
        return self.first

    def _given(self, expression: str = "This expression") -> str:
        if not self.point:
            what = repr(expression) if expression != "This expression" else expression
            raise DataError(
                f"{what} has no date of its own: it needs an anchor, the day from which it is reckoned. Give the "
                "day of publication, or the day that the text has just named; where neither is known, neither is this."
            )
        return self.point


def anchor_from(value: object) -> Anchor:
    """Read an anchor: a day, month or year as text, a date, or nothing.

    Raises
    ------
    DataError
        When it is anything else, or no calendar has it.
    """
    if str(value) in (
        "",
        "None",
        "nan",
        "NaT",
        "<NA>",
    ):  # the empty fields of a table, which differ even from themselves
        return Anchor("")
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return Anchor(value.isoformat())
    if not isinstance(value, str) or not re.fullmatch(POINT, value):
        raise DataError(
            f"{value!r} is no anchor. Wanted is a day, month or year as text, such as '2020-04-10': a bound or a span "
            "gives no day to count from. Look first for what dates the text."
        )
    try:
        span_of(value)
    except ValueError:
        raise DataError(f"The anchor {value!r} is a day or month that no calendar has.") from None
    return Anchor(value)


def dated(year: int, month: int, day: int) -> date:
    """Return a day of the calendar.

    Raises
    ------
    DataError
        When no calendar has it.
    """
    try:
        return date(year, month, day)
    except ValueError:
        raise DataError(
            f"{year:04d}-{month:02d}-{day:02d} is a day that no calendar has. Look at the month's length."
        ) from None
