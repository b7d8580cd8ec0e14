"""Dates that say what is known: six EDTF forms and their bounds.

EDTF is ISO 8601-2:2019, annex A. The course uses six of its forms: a day ``2020-04-10``, a month
``2019-09``, a year ``2007``, on or before ``[..2020-04-10]``, on or after ``[2020-04-10..]``, between
``[2018-01-01..2018-01-15]``.
"""

from __future__ import annotations

import calendar
import re
from datetime import date

from newsdesk.errors import DataError

_POINT = r"\d{4}(?:-\d{2}(?:-\d{2})?)?"
_FORMS = re.compile(rf"(?P<point>{_POINT})|\[(?P<early>{_POINT})?\.\.(?P<late>{_POINT})?\]")
ALLOWED = (
    "a day 2020-04-10, a month 2019-09, a year 2007, on or before [..2020-04-10], "
    "on or after [2020-04-10..], between [2018-01-01..2018-01-15]"
)


def bounds(edtf: str) -> tuple[date | None, date | None]:
    """Return the earliest and the latest day that a date string allows.

    Parameters
    ----------
    edtf
        One of the six forms above.

    Returns
    -------
    tuple
        (earliest, latest), both days included. None stands for a bound that nobody gave; it is never
        replaced by a far-off day. A month or year within a bound counts whole: ``[..2018]`` ends on
        2018-12-31.

    Raises
    ------
    DataError
        When the string has another form, names a day that no calendar has, or ends before it begins.

    Examples
    --------
    >>> bounds("2019-09")
    (datetime.date(2019, 9, 1), datetime.date(2019, 9, 30))
    >>> bounds("[..2020-04-10]")
    (None, datetime.date(2020, 4, 10))
    """
    # edtf takes a third of a second to load, which a lesson without dates need not wait for
    from edtf import parse_edtf
    from edtf.parser.edtf_exceptions import EDTFParseException

    match = _FORMS.fullmatch(edtf) if isinstance(edtf, str) else None
    if match is None or (match["point"] is None and match["early"] is None and match["late"] is None):
        raise DataError(f"{edtf!r} is none of the six date forms: {ALLOWED}.")
    try:
        for point in filter(None, match.groups()):  # whole, edtf refuses [2020-05..2020]
            parse_edtf(point)
        if match["point"]:
            return _first_day(match["point"]), _last_day(match["point"])
        early = _first_day(match["early"]) if match["early"] else None
        late = _last_day(match["late"]) if match["late"] else None
    except (ValueError, EDTFParseException):
        raise DataError(f"{edtf!r} names a day or month that no calendar has. Look at the month's length.") from None
    if early and late and early > late:
        raise DataError(f"{edtf!r} ends before it begins. The earlier day comes first.")
    return early, late


def _first_day(point: str) -> date:
    numbers = [int(part) for part in point.split("-")]
    year, month, day = (*numbers, 1, 1)[:3]
    return date(year, month, day)


def _last_day(point: str) -> date:
    first = _first_day(point)
    if len(point) == len("2020-04-10"):
        return first
    month = first.month if len(point) == len("2020-04") else 12
    return date(first.year, month, calendar.monthrange(first.year, month)[1])
