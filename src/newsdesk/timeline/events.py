"""What is known of the time of events: a table's rows read into marks and words.

No day appears that the table does not give.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsdesk.dates.resolve import bounds
from newsdesk.errors import DataError, unknown

if TYPE_CHECKING:
    import pandas as pd

_DATES = ("date", "start", "end", "seen_on")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_Bounds = tuple[dt.date | None, dt.date | None]
Piece = tuple[str, dt.date, dt.date]


@dataclass(frozen=True)
class TimedEvent:
    """An event with what is known of its time.

    Attributes
    ----------
    name
        Its label.
    kind
        ``day``, ``within`` (a month or year), ``between``, ``before``, ``after``, ``lasted``, ``ongoing`` (begun, and
        seen going on) or ``seen`` (seen going on, and no more).
    marks
        The pieces of its mark: (piece, first day, last day). Pieces: dot, box, line, bar, end (an upright
        bar), ring, and left, right (arrows) and asks (question marks), which have a place and no extent.
    words
        What is known, in words.
    """

    name: str
    kind: str
    marks: tuple[Piece, ...]
    words: str

    @property
    def days(self) -> list[dt.date]:
        """Return every day that the mark shows."""
        return sorted({day for _, first, last in self.marks for day in (first, last)})


def read_events(frame: pd.DataFrame, columns: dict[str, str]) -> tuple[list[TimedEvent], list[str]]:
    """Return the events of a table in the order of their first day, and the names of those without a date.

    Parameters
    ----------
    frame, columns
        The table, and its columns by what they hold: date, label, start, end, seen_on, event.

    Raises
    ------
    NotFoundError, DataError
        As in `timeline_chart`.
    """
    if not hasattr(frame, "columns") or not hasattr(frame, "to_dict"):
        raise DataError(
            f"A timeline is made of a table, one row an event; this is a {type(frame).__name__}. Hand in a DataFrame."
        )
    have = [str(column) for column in frame.columns]
    if columns["label"] not in have:
        raise unknown("column", columns["label"], have, next_step="Name the column of the events' names: label='…'.")
    if columns["date"] not in have and not {columns["start"], columns["seen_on"]} & set(have):
        raise unknown("column", columns["date"], have, next_step="Name the column of their dates: date='…'.")
    made: dict[object, tuple[str, dict[str, str]]] = {}
    for number, row in enumerate(frame.to_dict("records"), start=1):
        name = _text(row.get(columns["label"]), f"Row {number}", columns["label"])
        if not name:
            raise DataError(f"Row {number} has no name in column {columns['label']!r}. Give the event a name.")
        given = {what: _text(row.get(columns[what]), name, columns[what]) for what in _DATES}
        key = _text(row.get(columns["event"]), name, columns["event"]) or number
        if key in made and made[key][1] != given:
            was, now = (" / ".join(filter(None, dates.values())) or "no date" for dates in (made[key][1], given))
            raise DataError(
                f"{key} ({name}) stands in the table twice, with two dates: {was}, and {now}. "
                "One event has one mark: decide on one row, or write both as one date, as in [2018..2019]."
            )
        made.setdefault(key, (name, given))
    timed = [(name, _timed(name, given, columns)) for name, given in made.values()]
    found = sorted((each for _, each in timed if each), key=lambda each: (each.days[0], each.days[-1], each.kind))
    if not found:
        raise DataError(
            f"None of the {len(made)} events has a date, so nothing can be drawn. Look at column {columns['date']!r}."
        )
    return found, [name for name, each in timed if each is None]


def _text(value: Any, name: str, column: str) -> str:
    """Return a cell as text, empty where nothing stands in it; a date as its ISO form."""
    if value is None or value != value or type(value).__name__ in ("NAType", "NaTType"):  # noqa: PLR0124 - NaN
        return ""
    if isinstance(value, dt.datetime):
        if value.time() != dt.time() or value.tzinfo:
            raise DataError(
                f"{name}, column {column!r}: {value} has a time of day. One moment is two days in two places: "
                "decide on the day, by the clock of the place that you write about, and put it as 2020-04-10."
            )
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, dt.date) else str(value).strip()


def _timed(name: str, given: dict[str, str], columns: dict[str, str]) -> TimedEvent | None:
    """Return an event with its mark, or None where nothing of its time is given."""

    def span(what: str) -> _Bounds:
        try:
            return bounds(given[what])
        except DataError as error:
            raise DataError(f"{name}, column {columns[what]!r}: {error}") from None

    if given["date"]:
        others = [columns[what] for what in _DATES[1:] if given[what]]
        if others:
            raise DataError(
                f"{name} has a date ({given['date']}) and also {' and '.join(others)}. What happens at one time has "
                "a date; what lasts has a start, an end or a day on which it was seen. Decide which of them it is."
            )
        return _at_one_time(name, *span("date"), told=given["date"])
    if not any(given.values()):
        return None
    seen = None
    if given["seen_on"]:
        seen, last = span("seen_on")
        if seen is None or seen != last:
            raise DataError(
                f"{name}, column {columns['seen_on']!r}: {given['seen_on']!r} is not one day. Give the day."
            )
    if given["end"] and not given["start"]:
        raise DataError(
            f"{name} has an end and no start. Give the start as far as it is known, such as [..2018-01-16]."
        )
    if not given["start"]:
        assert seen is not None
        return TimedEvent(
            name, "seen", (("ring", seen, seen), ("asks", seen, seen)), f"seen going on, {in_words(seen)}"
        )
    if not given["end"] and seen is None:
        raise DataError(
            f"{name} has a start and neither an end nor a day on which it was seen going on. A start alone does not "
            f"tell how long: put that day, such as the article's, in {columns['seen_on']!r}."
        )
    begun, ended = span("start"), span("end") if given["end"] else (None, None)
    return _lasting(name, begun, ended, seen, has_end=bool(given["end"]))


def _at_one_time(name: str, early: dt.date | None, late: dt.date | None, *, told: str) -> TimedEvent:
    point = told.strip("[.]")
    preposition = "on" if len(point) == len("2020-04-10") else "in"
    if early is None:
        assert late is not None
        return TimedEvent(
            name, "before", (("end", late, late), ("left", late, late)), f"{preposition} or before {_as_told(point)}"
        )
    if late is None:
        return TimedEvent(
            name, "after", (("end", early, early), ("right", early, early)), f"{preposition} or after {_as_told(point)}"
        )
    if early == late:
        return TimedEvent(name, "day", (("dot", early, early),), in_words(early))
    if told.startswith("["):
        pieces = (("line", early, late), ("end", early, early), ("end", late, late))
        return TimedEvent(name, "between", pieces, f"between {_two_points(*told[1:-1].split('..'))}")
    return TimedEvent(name, "within", (("box", early, late),), f"in {_stretch(early, late)}, day not told")


def _lasting(name: str, begun: _Bounds, ended: _Bounds, seen: dt.date | None, *, has_end: bool) -> TimedEvent:
    """Return a lasting event: what surely lay within it is a bar, a doubtful start or end is a box or an arrow."""
    sure_from, sure_to = begun[1], ended[0] if has_end else seen
    if sure_from is None or sure_to is None:
        side, wanted = ("start", "latest") if sure_from is None else ("end", "earliest")
        raise DataError(
            f"{name}: the {wanted} day of its {side} is open, so no day surely lies within it. Add that day."
        )
    last = (ended[1] or max(sure_to, begun[0] or sure_to)) if has_end else sure_to
    first = begun[0] or min(sure_from, last)
    if last < first:
        ending = f"ends on {in_words(last)}" if has_end else f"is seen on {in_words(last)}"
        raise DataError(f"{name} {ending}, before it starts on {in_words(first)}. Look both dates up again.")
    if has_end and seen and seen > last:
        raise DataError(f"{name} is seen on {in_words(seen)}, after its end on {in_words(last)}. One of them is wrong.")
    since = f"on or before {in_words(sure_from)}" if begun[0] is None else _stretch(begun[0], sure_from)
    until = f"on or after {in_words(sure_to)}" if has_end and ended[1] is None else _stretch(sure_to, last)
    pieces = _lasting_pieces(begun, ended if has_end else (sure_to, sure_to), first, last)
    if has_end:
        return TimedEvent(name, "lasted", tuple(pieces), f"from {since} to {until}")
    return TimedEvent(
        name, "ongoing", (*pieces, ("ring", last, last)), f"from {since}; last seen going on {in_words(last)}"
    )


def _lasting_pieces(begun: _Bounds, ended: _Bounds, first: dt.date, last: dt.date) -> Iterator[Piece]:
    """Yield the bar of the sure days and the pieces of the unsure ones, none of them outside `first` and `last`."""
    sure_from, sure_to = min(begun[1] or last, last), max(ended[0] or first, first)
    if sure_from <= sure_to:
        yield "bar", sure_from, sure_to
        if first < sure_from:
            yield "box", first, sure_from
        if sure_to < last:
            yield "box", sure_to, last
    else:
        yield "box", first, last
    if begun[0] is None:
        yield "left", first, first
    if ended[1] is None:
        yield "right", last, last


def in_words(day: dt.date) -> str:
    """Return a day as it is read: ``10 April 2020``."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _as_told(point: str) -> str:
    """Return a day, month or year in words, no more exact than it is."""
    year, *finer = point.split("-")
    month = [_MONTHS[int(number) - 1] for number in finer[:1]]
    return " ".join([*(str(int(number)) for number in finer[1:]), *month, str(int(year))])


def _two_points(early: str, late: str) -> str:
    if early[:7] == late[:7] and len(early) == len(late) == len("2020-04-10"):
        return f"{int(early[8:])} and {_as_told(late)}"
    return f"{_as_told(early)} and {_as_told(late)}"


def _stretch(early: dt.date, late: dt.date) -> str:
    """Return what a stretch of days is called: a day, a month, a year, or both of its ends."""
    if early == late:
        return in_words(early)
    following = late + dt.timedelta(1)
    if early.day == following.day == 1 and (following.year - early.year) * 12 + following.month - early.month == 1:
        return f"{_MONTHS[early.month - 1]} {early.year}"
    if (early.month, early.day) == (1, 1) and (late.month, late.day) == (12, 31) and early.year == late.year:
        return str(early.year)
    return f"{in_words(early)} or later, by {in_words(late)}"
