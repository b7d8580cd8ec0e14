"""Expressions that lean on another one: since, before, by, between; and the way from words to a date.

`newsdesk.dates.resolve` states the conventions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from newsdesk.dates.points import GRAINS, POINT, anchor_from, between, edges, grain_span, point_of
from newsdesk.dates.reckoning import REASONS, RULES, Asked, refusal
from newsdesk.dates.words import LANGUAGES, Reading, read
from newsdesk.errors import DataError

_ORDINAL = r"\d{1,2}(?:er|st|nd|rd|th)?"


def asked(expression: object, anchor: object, language: str, *, ahead: bool = False) -> Asked:
    """Read words and anchor.

    Raises
    ------
    DataError
        When the language is none of the kit's, or words or anchor can't be read.
    """
    if language not in LANGUAGES:
        raise DataError(f"The kit reads dates in no language {language!r}. There are: en (English), fr (French).")
    if not isinstance(expression, str):
        raise DataError(f"{expression!r} is no expression. Wanted are the words of the text, in quotation marks.")
    return Asked(read(expression, language), expression, anchor_from(anchor), ahead, language)


def reckoned(ask: Asked) -> str:
    """Return the date of an expression taken apart.

    Raises
    ------
    DataError
        With the reason why it has none.
    """
    kind = ask.reading.kind
    if kind in REASONS:
        raise refusal(ask.words, REASONS[kind])
    try:
        return (RULES | _BOUNDS)[kind](ask)
    except DataError:
        raise
    except (OverflowError, ValueError):
        since = f" from the anchor {ask.anchor.point!r}" if ask.anchor.point else ""
        raise refusal(ask.words, f"leads{since} to a year that no calendar has") from None


def inner_date(ask: Asked, name: str = "inner", *, ahead: bool | None = None) -> str:
    """Return the date of an expression inside another one."""
    words = ask.reading[name]
    ahead = ask.ahead if ahead is None else ahead
    return reckoned(replace(ask, reading=read(words, ask.language), words=words, ahead=ahead))


def refuse_later_than_anchor(ask: Asked, first: date | None) -> None:
    """Raise an error where something that is told as past begins after the anchor."""
    if ask.anchor.point and first and first > ask.anchor.last:
        raise refusal(
            ask.words,
            f"begins after the anchor {ask.anchor.point!r}, and is told as past. If it is to come, say ahead=True",
        )


def _on_or_after(ask: Asked, first: date, grain: str) -> str:
    """Return a bound; what is told as past ends with the anchor, where there is one."""
    if ask.ahead or not ask.anchor.point:
        return f"[{point_of(first, grain)}..]"
    refuse_later_than_anchor(ask, first)
    return between(first, ask.anchor.last)


def _edge(ask: Asked, edtf: str, side: int) -> date:
    """Return the first (0) or last (1) day of an inner date that has one."""
    found = edges(edtf)[side]
    if found is None:
        raise refusal(ask.words, f"leans on {edtf}, which has no {'first' if side == 0 else 'last'} day")
    return found


def _grain(edtf: str) -> str:
    return GRAINS[len(edtf)] if re.fullmatch(POINT, edtf) else "day"


def _since(ask: Asked) -> str:
    inner = inner_date(ask)
    return _on_or_after(ask, _edge(ask, inner, 0), _grain(inner))


def _from(ask: Asked) -> str:
    inner = inner_date(ask)
    return f"[{point_of(_edge(ask, inner, 0), _grain(inner))}..]"


def _after(ask: Asked) -> str:
    inner = inner_date(ask)
    return _on_or_after(ask, _edge(ask, inner, 1) + timedelta(1), _grain(inner))


def _before(ask: Asked) -> str:
    inner = inner_date(ask)
    return f"[..{point_of(_edge(ask, inner, 0) - timedelta(1), _grain(inner))}]"


def _until(ask: Asked) -> str:
    inner = inner_date(ask)
    return f"[..{point_of(_edge(ask, inner, 1), _grain(inner))}]"


def _by(ask: Asked) -> str:
    """On or before, and not before the anchor, unless the day that is named lies before it."""
    inner = inner_date(ask, ahead=bool(ask.anchor.point))
    last = _edge(ask, inner, 1)
    if not ask.anchor.point or last < ask.anchor.first:
        return f"[..{point_of(last, _grain(inner))}]"
    return between(ask.anchor.first, last)


def _by_unit(ask: Asked) -> str:
    """*By the end of the year*: from the anchor to the last day of its own."""
    unit = ask.reading["unit"]
    return between(ask.anchor.first, grain_span(ask.anchor.at(unit, ask.words), unit)[1])


def range_of(ask: Asked) -> tuple[str, str]:
    """Return the two dates of *between … and …*; the first may borrow month and year from the second."""
    reading = ask.reading
    first, second = reading["a"] or reading["c"], reading["b"]
    if re.fullmatch(_ORDINAL, first):
        first += re.sub(rf"^\D*{_ORDINAL}", "", second)
    both = replace(ask, reading=Reading("range", {"first": first, "second": second}))
    return inner_date(both, "first"), inner_date(both, "second")


def _between(ask: Asked) -> str:
    start, end = range_of(ask)
    first, last = _edge(ask, start, 0), _edge(ask, end, 1)
    return f"[{point_of(first, _grain(start))}..{point_of(last, _grain(end))}]"


_BOUNDS: dict[str, Callable[[Asked], str]] = {
    "since": _since,
    "from": _from,
    "not before": _from,
    "after": _after,
    "before": _before,
    "until": _until,
    "by": _by,
    "by unit": _by_unit,
    "range": _between,
}
