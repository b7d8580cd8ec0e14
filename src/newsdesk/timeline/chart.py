"""A timeline that shows what is not known: one mark an event, its shape says how much its date tells.

No mark reaches beyond a day that the table gives. Where a date is open on one side, an arrow of a
fixed length in pixels says so; after the day on which a lasting state was last seen nothing is drawn.
"""

from __future__ import annotations

import datetime as dt
import itertools
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace

import altair as alt
import pandas as pd

from newsdesk.timeline.events import TimedEvent, in_words, read_events
from newsdesk.timeline.marks import FAINT, INK, SYMBOLS, TimeScale, down, mark_layers, piece_rows

# kind of event or piece of a mark: how the key draws it (pieces, on days of a month) and what it means
KEY: dict[str, tuple[tuple[tuple[str, int, int], ...], str]] = {
    "day": ((("dot", 8, 8),), "Dot: it happened on this day."),
    "within": ((("box", 3, 13),), "Box: it happened on some day inside, in a month or a year; which day is not told."),
    "square": ((("square", 8, 8),), "Empty square: a box that is too short to draw at this scale."),
    "between": (
        (("line", 3, 13), ("end", 3, 3), ("end", 13, 13)),
        "Line with two ends: it happened on some day from one end to the other; which day is not told.",
    ),
    "diamond": ((("diamond", 8, 8),), "Empty diamond: a line with two ends that is too short to draw at this scale."),
    "before": (
        (("end", 13, 13), ("left", 13, 13)),
        "Arrow to the left: it happened on the day of the upright bar or before; how long before is not told.",
    ),
    "after": (
        (("end", 3, 3), ("right", 3, 3)),
        "Arrow to the right: on the day of the upright bar or after; how long after, or whether at all, is not told.",
    ),
    "lasted": ((("bar", 3, 13),), "Solid bar: it went on from one end to the other."),
    "block": ((("block", 8, 8),), "Solid square: a solid bar that is too short to draw at this scale."),
    "ongoing": (
        (("bar", 3, 13), ("ring", 13, 13)),
        "Solid bar up to a ring: it went on until it was last seen; whether it went on after that is not told.",
    ),
    "edge": ((("box", 3, 7), ("bar", 7, 13)), "Box at a solid bar: it began, or ended, on some day inside the box."),
    "open": (
        (("bar", 7, 13), ("left", 7, 7)),
        "Arrow at a solid bar: it began before, or ended after; how long is not told.",
    ),
    "seen": (
        (("ring", 8, 8), ("asks", 8, 8)),
        "Ring with question marks: it was going on when it was seen; start and end are not told.",
    ),
}
_EDGES = {"edge": {"box"}, "open": {"left", "right"}}  # at a solid bar
MOST_ROWS_A_DAY = 6  # of events on one day; more are stacked, so that a hundred still fit on a page
_ROW, _STACKED, _KEY, _LETTER = 24.0, 7.0, 150.0, 6.6  # pixels


@dataclass(frozen=True)
class _Row:
    """An event with its place from the top in pixels; `name` and `words` are what stands beside it, if anything."""

    event: TimedEvent
    y: float
    name: str
    words: str


def timeline_chart(  # noqa: PLR0913 - a column is named by who has it under another name; all but the table by keyword
    events: pd.DataFrame,
    *,
    date: str = "date",
    label: str = "label",
    start: str = "start",
    end: str = "end",
    seen_on: str = "seen_on",
    event: str = "event_id",
    title: str = "What is known of when",
    width: int = 360,
) -> alt.VConcatChart:
    """Draw events by what is known of their time, and say in words what is not.

    Parameters
    ----------
    events
        One row an event. Rows that tell of one event (the same `event`) with the same dates are one mark.
    date
        The column with the date of what happened at one time, in one of the six forms of `nd.bounds`.
    label
        The column with the names of the events.
    start, end
        The columns with the dates of what lasted. These, `seen_on` and `event` may be missing.
    seen_on
        The column with the day on which a lasting state was seen going on. It is not its end.
    event
        The column with the ids of the events; without it each row is an event.
    title
        The chart's title.
    width
        The width of the time axis in pixels; names and words stand beside it.

    Returns
    -------
    altair.VConcatChart
        The timeline, the key to its marks and a caption. Its ``description`` says all of it in words.
        Events without a date are named in the caption and not drawn.

    Raises
    ------
    NotFoundError
        When the table lacks a column.
    DataError
        When a date is impossible or in no known form, an end lies before its start, an event has two
        different dates, or no event has a date.

    Examples
    --------
    >>> import pandas as pd
    >>> votes = pd.DataFrame({"label": ["Vote", "Letter"], "date": ["2020-04-10", "[..2020-04]"]})
    >>> print(timeline_chart(votes).description)
    What is known of when. Vote: 10 April 2020. Letter: in or before April 2020.
    """
    columns = {"date": date, "start": start, "end": end, "seen_on": seen_on, "event": event, "label": label}
    found, undated = read_events(events, columns)
    sentences = [f"{each.name}: {each.words}." for each in found]
    if undated:
        sentences.append(_undated_words(undated))
    days = sorted(day for each in found for day in each.days)
    left = 10 + _LETTER * max(len(each.name) for each in found)
    right = 10 + _LETTER * max(len(each.words) for each in found)
    time = TimeScale(days[0], days[-1], left, left + width)
    placed = list(_rows(found))
    pieces = piece_rows([(row.event, row.y) for row in placed], time)
    whole = left + width + right
    parts = [
        _timeline(placed, pieces, time, whole),
        _key(found, pieces, whole),
        _caption(found, undated, pieces, whole),
    ]
    return alt.vconcat(*parts, spacing=16).properties(
        title=title, description=" ".join([f"{title}.", *sentences]), background="white"
    )


def _undated_words(names: list[str]) -> str:
    return f"Without a date, and so not drawn: {'; '.join(names)}."


def _rows(found: list[TimedEvent]) -> Iterator[_Row]:
    """Yield each event with its place; more events on one day than fit in rows stand close, under one name."""
    y = _ROW / 2
    for (kind, days), group in itertools.groupby(found, key=lambda each: (each.kind, tuple(each.days))):
        events = list(group)
        is_stack = kind == "day" and len(events) > MOST_ROWS_A_DAY
        for number, event in enumerate(events):
            if not is_stack:
                yield _Row(event, y, event.name, event.words)
            elif number == len(events) // 2:
                yield _Row(_as_speck(event), y, f"{len(events)} events", in_words(days[0]))
            else:
                yield _Row(_as_speck(event), y, "", "")
            y += _STACKED if is_stack else _ROW
        y += (_ROW - _STACKED) * is_stack


def _as_speck(event: TimedEvent) -> TimedEvent:
    return replace(event, marks=(("speck", *event.marks[0][1:]),))


def _timeline(rows: list[_Row], pieces: pd.DataFrame, time: TimeScale, whole: float) -> alt.LayerChart:
    """Return names, marks and words of all rows, with the axis of time."""
    height = rows[-1].y + _ROW / 2
    years = (time.last - time.first).days / 365
    axis = alt.Axis(
        format="%Y" if years > 3 else "%b %Y" if years > 0.5 else "%-d %b %Y",
        tickCount=min(6 if years < 1 else 99, max(2, int((time.right - time.left) // 60))),
        labelOverlap=True,
        title="Time",
        gridColor=FAINT,
    )
    frame = pd.DataFrame([{"y": row.y, "name": row.name, "words": row.words} for row in rows])
    beside = alt.Chart(frame[frame["name"] != ""]).encode(y=down(height))
    guide = beside.mark_rule(color=FAINT).encode(x=alt.value(time.left), x2=alt.value(time.right))
    names = beside.mark_text(align="right", fontSize=12, color=INK)
    words = beside.mark_text(align="left", fontSize=12, color=INK)
    layers = [
        guide,
        *mark_layers(pieces, time.channel(axis), height),
        names.encode(x=alt.value(time.left - 10), text="name:N"),
        words.encode(x=alt.value(time.right + 10), text="words:N"),
    ]
    return alt.layer(*layers).properties(width=whole, height=height, view=alt.ViewBackground(stroke=None))


def _key(found: list[TimedEvent], pieces: pd.DataFrame, whole: float) -> alt.LayerChart:
    """Return the key: each kind of mark that occurs, drawn as above, with what it means."""
    occur = {each.kind for each in found} | set(pieces["piece"]) & SYMBOLS
    edges = {piece for each in found if each.kind in ("lasted", "ongoing") for piece, *_ in each.marks}
    occur |= {kind for kind, signs in _EDGES.items() if edges & signs}
    kinds = [kind for kind in KEY if kind in occur]
    height = _ROW * len(kinds)
    time = TimeScale(dt.date(2001, 1, 3), dt.date(2001, 1, 13), 0, _KEY)
    rows = []
    for number, kind in enumerate(kinds):
        marks = tuple((piece, dt.date(2001, 1, first), dt.date(2001, 1, last)) for piece, first, last in KEY[kind][0])
        rows.append((TimedEvent(kind, kind, marks, KEY[kind][1]), (number + 0.5) * _ROW))
    frame = pd.DataFrame([{"y": y, "words": example.words} for example, y in rows])
    words = alt.Chart(frame).mark_text(align="left", fontSize=12, color=INK)
    words = words.encode(x=alt.value(_KEY + 8), y=down(height), text="words:N")
    layers = [*mark_layers(piece_rows(rows, time), time.channel(None), height), words]
    return alt.layer(*layers).properties(
        title=alt.Title("How to read the marks", fontSize=13, offset=2),
        width=whole,
        height=height,
        view=alt.ViewBackground(stroke=None),
    )


def _caption(found: list[TimedEvent], undated: list[str], drawn: pd.DataFrame, whole: float) -> alt.Chart:
    """Return the sentences below the key: what the marks do not say, and what has no date."""
    pieces = {piece for each in found for piece, *_ in each.marks}
    caption = [
        "One mark is one event. Rows are in the order of the first day drawn: no proof of which came first, and "
        "none that one led to another."
    ]
    if pieces & {"left", "right"}:
        caption.append("The length of an arrow means nothing: all are equally long.")
    if "ring" in pieces:
        caption.append("Last seen is not ended: after a ring nothing is known, and nothing is drawn.")
    if undated:
        caption.append(_undated_words(undated))
    if "speck" in set(drawn["piece"]):
        caption.append("Small dots in a column are one event each; the words that come with this chart name them.")
    lines = [line for sentence in caption for line in textwrap.wrap(sentence, int(max(whole, 600) / _LETTER))]
    frame = pd.DataFrame([{"y": 17 * (number + 0.5), "words": line} for number, line in enumerate(lines)])
    height = 17 * len(lines)
    text = alt.Chart(frame).mark_text(align="left", fontSize=12, color=INK)
    return text.encode(x=alt.value(0), y=down(height), text="words:N").properties(
        width=whole, height=height, view=alt.ViewBackground(stroke=None)
    )
