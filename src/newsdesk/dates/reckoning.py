"""From an expression taken apart to a date: one rule for each kind, as `newsdesk.dates.resolve` states them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from newsdesk.dates.points import (
    WEEKDAYS,
    Anchor,
    between,
    dated,
    grain_span,
    grain_text,
    months_on,
    part_of,
    point_of,
    span_of,
    units_on,
    week_of,
)
from newsdesk.dates.words import Reading
from newsdesk.errors import DataError

_STATE = "A state has a start, an end and the day on which it was seen: resolve_span"
REASONS = {
    "season": "names a season. Which months that is depends on where and how one reckons. Give the year or a bound",
    "often": "speaks of what happens more than once, which has no one date. Date the time that is meant, or none",
    "length": "is a length of time, not a date. Look for what says when it began or ended",
    "seen long": f"is a length of time, not a date. {_STATE}",
    "seen": f"speaks of a state that goes on, not of a date. {_STATE}",
    "pointer": "points to another event. Date that one first; its day is the anchor of 'the day before' and the like",
}


@dataclass(frozen=True)
class Asked:
    """What a rule may lean on: the reading, the words as given, the anchor, and whether they look ahead."""

    reading: Reading
    words: str
    anchor: Anchor
    ahead: bool
    language: str

    def day(self) -> date:
        """Return the anchor as a day."""
        return self.anchor.at("day", self.words)


def refusal(words: str, why: str) -> DataError:
    """Build the error for an expression that gives no date."""
    return DataError(f"{words!r} {why}.")


def nearest(day: date, weekday: int, *, ahead: bool) -> date:
    """Return the nearest such weekday up to a day, or from it on; the day itself counts."""
    return day + timedelta((weekday - day.weekday()) % 7 if ahead else -((day.weekday() - weekday) % 7))


def of_day(ask: Asked) -> str:
    """A day with its month: of the year that is named, or of the one up to the anchor."""
    reading = ask.reading
    month, number = int(reading["month"]), int(reading["day"])
    if year := reading.number("year"):
        day = dated(year, month, number)
    else:
        dated(2000, month, number)  # a leap year: what it lacks, no year has
        day = _in_the_year(ask, month, number)
    weekday = reading.number("weekday")
    if weekday not in (None, day.weekday()):
        found, said = WEEKDAYS[day.weekday()], WEEKDAYS[weekday or 0]
        raise refusal(ask.words, f"contradicts itself: {day} was a {found}, no {said}. One of the two is wrong")
    return day.isoformat()


def _in_the_year(ask: Asked, month: int, number: int) -> date:
    here = ask.day()
    first, last = (here, months_on(here, 12)) if ask.ahead else (months_on(here, -12) + timedelta(1), here)
    for year in sorted({first.year, last.year}):
        try:
            day = date(year, month, number)
        except ValueError:
            continue
        if first <= day <= last:
            return day
    raise refusal(ask.words, f"names no year, and between {first} and {last} there is no such day")


def of_numeric(ask: Asked) -> str:
    """A day in figures: French writes the day first; English has two ways, unless one of them is none."""
    one, two, year = (int(ask.reading[name]) for name in ("one", "two", "year"))
    if ask.language == "en" and one != two and max(one, two) <= 12:
        ways = sorted((f"{year}-{one:02d}-{two:02d}", f"{year}-{two:02d}-{one:02d}"))
        raise refusal(
            ask.words, f"can be read in two ways, {ways[0]} and {ways[1]}. Look how the page writes other dates"
        )
    day, month = (two, one) if ask.language == "en" and two > 12 else (one, two)
    return dated(year, month, day).isoformat()


def of_month(ask: Asked) -> str:
    """A month, or its early, middle or late part."""
    month, part, year = int(ask.reading["month"]), ask.reading["part"], ask.reading.number("year")
    if not 1 <= month <= 12:
        dated(year or 2000, month, 1)
    if year is not None:
        return between(*part_of(date(year, month, 1), "month", part)) if part else f"{year:04d}-{month:02d}"
    here = ask.anchor.at("month", ask.words)
    first, last = part_of(date(here.year, month, 1), "month", part)
    if ask.ahead and last < ask.anchor.first:
        first, last = part_of(date(here.year + 1, month, 1), "month", part)
    elif not ask.ahead and first > ask.anchor.last:
        first, last = part_of(date(here.year - 1, month, 1), "month", part)
    return _cut(ask, first, last) if part else point_of(first, "month")


def _cut(ask: Asked, first: date, last: date) -> str:
    """Return a between that ends with the anchor, or ahead begins with it."""
    early, late = (max(first, ask.anchor.first), last) if ask.ahead else (first, min(last, ask.anchor.last))
    if early > late:
        tense = "past, leave ahead out" if ask.ahead else "to come, say ahead=True"
        raise refusal(ask.words, f"lies from {first} to {last}, on the other side of the anchor. If it is {tense}")
    return between(early, late)


def of_month_of_year(ask: Asked) -> str:
    """*April last year*."""
    year = ask.anchor.at("year", ask.words).year + int(ask.reading["which"])
    month, part = int(ask.reading["month"]), ask.reading["part"]
    return between(*part_of(date(year, month, 1), "month", part)) if part else f"{year:04d}-{month:02d}"


def of_which_month(ask: Asked) -> str:
    """*Last June*: the nearest before the anchor's month, or that of last year."""
    month, step = int(ask.reading["month"]), int(ask.reading["which"])
    here = ask.anchor.at("month", ask.words)
    passed = month < here.month if step < 0 else month > here.month
    one, two = f"{here.year + step * (not passed):04d}-{month:02d}", f"{here.year + step:04d}-{month:02d}"
    return one if one == two else f"[{min(one, two)}..{max(one, two)}]"


def of_year(ask: Asked) -> str:
    """A year, or its early, middle or late part, in months."""
    year, part = int(ask.reading["year"]), ask.reading["part"]
    if not part:
        span_of(f"{year:04d}")
        return f"{year:04d}"
    first, last = (point_of(day, "month") for day in part_of(date(year, 1, 1), "year", part))
    return f"[{first}..{last}]"


def of_decade(ask: Asked) -> str:
    """Ten years, or their first or second five, or the middle four."""
    year, part = int(ask.reading["decade"]), ask.reading["part"]
    first, last = {"early": (0, 4), "mid": (3, 6), "late": (5, 9)}.get(part, (0, 9))
    return f"[{year + first:04d}..{year + last:04d}]"


def of_share(ask: Asked) -> str:
    """A quarter or a half of a year."""
    months, nth = int(ask.reading["share"]), int(ask.reading["nth"])
    if months * nth > 12:
        raise refusal(ask.words, "names a part that no year has")
    year = int(ask.reading["year"])
    return f"[{year:04d}-{months * (nth - 1) + 1:02d}..{year:04d}-{months * nth:02d}]"


def of_weekday(ask: Asked) -> str:
    """The last such day up to the anchor; ahead, the first from it on."""
    return nearest(ask.day(), int(ask.reading["weekday"]), ahead=ask.ahead).isoformat()


def of_which_weekday(ask: Asked) -> str:
    """*Last Friday*: the nearest before the anchor, or that of the week before."""
    here, weekday, step = ask.day(), int(ask.reading["weekday"]), int(ask.reading["which"])
    one = nearest(here + timedelta(step), weekday, ahead=step > 0)
    two = week_of(here)[0] + timedelta(7 * step + weekday)
    return between(min(one, two), max(one, two))


def of_weekday_of_week(ask: Asked) -> str:
    """*Friday of last week*, *this Friday*."""
    weeks = ask.reading.number("which") or 0
    return (week_of(ask.day())[0] + timedelta(7 * weeks + int(ask.reading["weekday"]))).isoformat()


def of_day_word(ask: Asked) -> str:
    """*Yesterday*, *la veille*: so many days from the anchor."""
    here = ask.day()
    return between(*(here + timedelta(int(ask.reading[name])) for name in ("first", "last")))


def of_night(ask: Asked) -> str:
    """*Cette nuit*: the night before the anchor's day; ahead, the night after."""
    here = ask.day()
    return between(here, here + timedelta(1)) if ask.ahead else between(here - timedelta(1), here)


def of_unit(ask: Asked) -> str:
    """*Last week*, *ce mois-ci*: the whole unit."""
    unit = ask.reading["unit"]
    return grain_text(units_on(ask.anchor.at(unit, ask.words), int(ask.reading["which"]), unit), unit)


def of_part_of_unit(ask: Asked) -> str:
    """*Early this month*, *à la fin de l'année*; only of the anchor's own unit is a side cut off."""
    unit, part, which = ask.reading["unit"], ask.reading["part"], ask.reading.number("which") or 0
    here = units_on(ask.anchor.at(unit, ask.words), which, unit)
    first, last = part_of(here, unit, part)
    return between(first, last) if which else _cut(ask, first, last)


def of_order(ask: Asked) -> str:
    """*Earlier this month*: up to the day before the anchor; *later*: from the day after it."""
    here = ask.day()
    first, last = grain_span(here, ask.reading["unit"])
    is_earlier = ask.reading["order"] == "-1"
    first, last = (first, here - timedelta(1)) if is_earlier else (here + timedelta(1), last)
    if first > last:
        side = "before" if is_earlier else "after"
        raise refusal(ask.words, f"leaves no day {side} the anchor {here}. Look whether that is the right anchor")
    return between(first, last)


def shifted(ask: Asked, number: int) -> tuple[date, str]:
    """Return the day so many of the reading's units away, and the unit; eight and fifteen French days are weeks."""
    unit = ask.reading["unit"]
    if ask.language == "fr" and unit == "day" and abs(number) in (8, 15):
        number, unit = (1 if abs(number) == 8 else 2) * (1 if number > 0 else -1), "week"
    return units_on(ask.anchor.at(unit, ask.words), number, unit), unit


def of_count(ask: Asked) -> str:
    """*Two years ago*: the unit that lies so many units away."""
    return grain_text(*shifted(ask, int(ask.reading["n"]) * int(ask.reading["sign"])))


def of_vague_count(ask: Asked) -> str:
    """*Several years ago*: at least two, so on or before the second one back."""
    return at_least(ask, 2 * int(ask.reading["sign"]))


def at_least(ask: Asked, number: int) -> str:
    """Return the bound that lies at least so many units away."""
    day, unit = shifted(ask, number)
    first, last = (point_of(d, unit if unit != "week" else "day") for d in grain_span(day, unit))
    return f"[..{last}]" if number < 0 else f"[{first}..]"


def of_than(ask: Asked) -> str:
    """*More than two years ago*, *less than two weeks ago*."""
    number = -int(ask.reading["n"])
    if ask.reading["than"] == "more":
        return at_least(ask, number)
    return between(units_on(ask.day(), number, ask.reading["unit"]), ask.day())


def of_lately(ask: Asked) -> str:
    """*Over the past two weeks*: from the first day of the unit so far back up to the anchor."""
    day, unit = shifted(ask, -int(ask.reading["n"]))
    return between(grain_span(day, unit)[0], ask.anchor.last)


def of_within(ask: Asked) -> str:
    """*Within two weeks*: from the anchor to so many units later."""
    return between(ask.day(), units_on(ask.day(), int(ask.reading["n"]), ask.reading["unit"]))


RULES: dict[str, Callable[[Asked], str]] = {
    "day": of_day,
    "numeric": of_numeric,
    "month": of_month,
    "month of year": of_month_of_year,
    "which month": of_which_month,
    "year": of_year,
    "decade": of_decade,
    "share": of_share,
    "weekday": of_weekday,
    "which weekday": of_which_weekday,
    "weekday of week": of_weekday_of_week,
    "day word": of_day_word,
    "night": of_night,
    "unit": of_unit,
    "part of unit": of_part_of_unit,
    "order": of_order,
    "count": of_count,
    "vague count": of_vague_count,
    "than": of_than,
    "lately": of_lately,
    "within": of_within,
    "past": lambda ask: f"[..{ask.anchor.at('year', ask.words) and ask.anchor.point}]",
    "future": lambda ask: f"[{ask.anchor.at('year', ask.words) and ask.anchor.point}..]",
}
