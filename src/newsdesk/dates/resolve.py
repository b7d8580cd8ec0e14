"""Dates that say what is known: six EDTF forms, their bounds, and the words of a text resolved to them.

EDTF is ISO 8601-2:2019, annex A. The course uses six of its forms: a day ``2020-04-10``, a month
``2019-09``, a year ``2007``, on or before ``[..2020-04-10]``, on or after ``[2020-04-10..]``, between
``[2018-01-01..2018-01-15]``.

The conventions of `resolve_date`, one for each class of expressions. The anchor is the day that the words lean
on: of publication, or the one that the text has just named. A sentence is taken to tell what is past; ``ahead``
says that it speaks of what is to come.

weekday
    The last such day up to the anchor, the anchor included; ahead, the first from it on.
last, next weekday
    The nearest before (after) the anchor, or the one of the week before (after): a day where both readings agree,
    else a between that holds both. The same for *last June*. ``this Friday`` is that of the anchor's week.
weeks
    From Monday to Sunday. A week is a between; months and years have forms of their own.
this, last, next month or year; counts (*two years ago*)
    The whole unit, so many units from the anchor's. A day is counted in days.
month alone; day and month alone
    The last that had begun by the anchor (of days: within the year up to it); ahead, the first not yet over.
early, mid, late
    Wide rather than wrong: the first half; the 8th to 22nd, Tuesday to Thursday, May to August; the second half. Where
    the year is not named, nothing told as past lies after the anchor.
several, more than two, less than two
    *Several* is at least two: on or before the second unit back. *Less than two weeks ago* is between.
before, until, after, since, by
    Bounds. What is told as past does not lie after the anchor; *by* does not lie before it, unless its day is past.
recently; soon
    On or before the anchor; on or after it.
no date
    A length of time, what happens more than once, a season (where, and reckoned how?), what points to another event,
    a state (see `resolve_span`), an expression that is not listed: refusal, each with its reason. So is 30 February, a
    weekday that contradicts its date, and 04/10/2020, which is two days.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from newsdesk.dates.bounding import asked, inner_date, range_of, reckoned, refuse_later_than_anchor
from newsdesk.dates.points import POINT, edges, grain_text
from newsdesk.dates.reckoning import REASONS, at_least, refusal, shifted
from newsdesk.errors import DataError

_FORMS = re.compile(rf"(?P<point>{POINT})|\[(?P<early>{POINT})?\.\.(?P<late>{POINT})?\]")
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
        early, late = edges(edtf)
    except (ValueError, EDTFParseException):
        raise DataError(f"{edtf!r} names a day or month that no calendar has. Look at the month's length.") from None
    if early and late and early > late:
        raise DataError(f"{edtf!r} ends before it begins. The earlier day comes first.")
    return early, late


def resolve_date(expression: str, anchor: object, *, language: str = "en", ahead: bool = False) -> str:
    """Return the date that the words of a text give, in one of the six forms.

    Parameters
    ----------
    expression
        The words alone, as they stand in the text: ``"On Wednesday"``, ``"au début du mois"``.
    anchor
        The day from which they are reckoned: a day, month or year as text, a date, or None where the text gives none.
        A month or year will do for words that are no finer than it. Today is never taken in its place.
    language
        ``"en"`` or ``"fr"``.
    ahead
        Whether the sentence speaks of what is to come. Else it is taken to tell what is past.

    Returns
    -------
    str
        EDTF. Its bounds are those of the conventions at the top of this module: wide rather than wrong.

    Raises
    ------
    DataError
        When the words give no date, need an anchor that is missing or too coarse, or are not understood; the message
        says which, and what to do. Nothing is guessed.

    Examples
    --------
    >>> resolve_date("On Wednesday", "2020-04-10")
    '2020-04-08'
    >>> resolve_date("au début du mois", "2018-01-16", language="fr")
    '[2018-01-01..2018-01-15]'
    """
    found = reckoned(asked(expression, anchor, language, ahead=ahead))
    bounds(found)  # whatever was reckoned, it is one of the six forms
    return found


@dataclass(frozen=True)
class Span:
    """What a text tells of a state: when it began, when it ended, when it was last seen.

    Attributes
    ----------
    start, end
        EDTF, or empty where the text does not tell. Empty is not open: nobody said that it has no end.
    seen_on
        The day on which the text shows the state going on, or empty. Last seen is not ended.
    """

    start: str = ""
    end: str = ""
    seen_on: str = ""


def resolve_span(expression: str, anchor: object, *, language: str = "en") -> Span:
    """Return what the words of a text tell of a state: start, end, and the day it was seen.

    Parameters
    ----------
    expression, anchor, language
        As in `resolve_date`: ``"since 2007"``, ``"ongoing"``, ``"de 2014 à 2018"``.

    Raises
    ------
    DataError
        When they give no span, or end before they begin, or begin after the day on which it was seen.

    Examples
    --------
    >>> resolve_span("since 2007", "2020-04-10")
    Span(start='2007', end='', seen_on='2020-04-10')
    """
    ask = asked(expression, anchor, language)
    kind = ask.reading.kind
    if kind == "range":
        start, end = range_of(ask)
        bounds(f"[{start}..{end}]")
        return Span(start, end)
    if kind == "until":
        return Span(end=inner_date(ask))
    if kind == "seen":
        return Span(seen_on=ask.day().isoformat())
    if kind == "seen long":
        return Span(at_least(ask, -2), seen_on=ask.day().isoformat())
    if kind == "lately":
        return Span(grain_text(*shifted(ask, -int(ask.reading["n"]))), seen_on=ask.day().isoformat())
    if kind == "since":
        start = inner_date(ask)
        refuse_later_than_anchor(ask, bounds(start)[0])
        return Span(start, seen_on=ask.day().isoformat())
    raise refusal(ask.words, REASONS.get(kind, "tells of no span: it dates a point. Use resolve_date"))
