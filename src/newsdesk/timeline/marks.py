"""The marks of a timeline: each piece of a mark as a layer of a chart, told apart by its shape."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from newsdesk.timeline.events import Piece, TimedEvent

INK, FAINT = "#111111", "#e3e3e3"
ARROW = 34.0  # pixels, whatever the scale
_ROOM = ARROW + 12  # pixels, left free at both ends of the scale, for arrows and question marks
_HALF = 6.0  # pixels, half the height of a mark
_LEAST = 9.0  # pixels: what is shorter on the page gets a symbol, since its shape can't be seen
_SHORT = {"within": "square", "between": "diamond", "lasted": "block"}  # kind: the symbol for a short one
SYMBOLS = frozenset(_SHORT.values())


@dataclass(frozen=True)
class TimeScale:
    """Where a day stands across the page: `first` and `last` day between `left` and `right` pixel."""

    first: dt.date
    last: dt.date
    left: float
    right: float

    def channel(self, axis: alt.Axis | None) -> alt.X:
        """Return the scale as Altair has it, by the clock of Greenwich: by another one a day could slip back by one."""
        first, last = self.first, self.last
        if first == last:  # a scale needs two days; nothing is drawn on them
            first, last = first - dt.timedelta(2), last + dt.timedelta(2)
        domain = [first.isoformat(), last.isoformat()]
        scale = alt.Scale(type="utc", domain=domain, range=[self.left, self.right], nice=False, padding=_ROOM)
        return alt.X("first:T", axis=axis, scale=scale)

    def pieces(self, event: TimedEvent) -> tuple[Piece, ...]:
        """Return the pieces of a mark; where it is too short for its shape to be seen, one symbol on its first day."""
        a_day = (self.right - self.left - 2 * _ROOM) / max(1, (self.last - self.first).days)
        first, last = event.days[0], event.days[-1]
        is_open = any(piece in ("left", "right") for piece, *_ in event.marks)
        if is_open or event.kind not in _SHORT or (last - first).days * a_day >= _LEAST:
            return event.marks
        return ((_SHORT[event.kind], first, first),)


def down(height: float, field: str = "y") -> alt.Y:
    """Return a scale in pixels from the top."""
    return alt.Y(
        f"{field}:Q", axis=None, scale=alt.Scale(domain=[0, height], range=[0, height], nice=False, zero=False)
    )


def piece_rows(placed: Iterable[tuple[TimedEvent, float]], time: TimeScale) -> pd.DataFrame:
    """Return one row a piece of a mark; its days are texts, so that no clock can move them."""
    return pd.DataFrame(
        [
            {
                "event": event.name,
                "words": f"{event.name}: {event.words}",
                "piece": piece,
                "first": first.isoformat(),
                "last": last.isoformat(),
                "y": y,
                "top": y - _HALF,
                "bottom": y + _HALF,
            }
            for event, y in placed
            for piece, first, last in time.pieces(event)
        ]
    )


def mark_layers(pieces: pd.DataFrame, x: alt.X, height: float) -> list[alt.Chart]:
    """Return the layers of each kind of piece that there is; the ink is one, shape tells them apart."""
    at = {"x": x, "y": down(height)}
    wide = at | {"x2": "last:T"}
    tall = {"x": x, "y": down(height, "top"), "y2": "bottom:Q"}
    line = {"type": "rule", "color": INK, "strokeWidth": 2}
    point = {"type": "point", "color": INK, "opacity": 1, "filled": True}
    asks = {"type": "text", "text": "?", "fontSize": 14, "fontWeight": "bold", "color": INK}
    box = {"type": "rect", "fill": "white", "stroke": INK, "strokeWidth": 1.5}
    looks: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {
        "box": [(box, tall | {"x2": "last:T"})],
        "bar": [(line | {"strokeWidth": 9}, wide)],
        "line": [(line, wide)],
        "end": [(line, tall)],
        "dot": [(point | {"shape": "circle", "size": 75}, at)],
        "speck": [(point | {"shape": "circle", "size": 26}, at)],
        "ring": [(point | {"shape": "circle", "size": 120, "fill": "white", "stroke": INK, "strokeWidth": 2.5}, at)],
        "square": [(point | {"shape": "square", "size": 90, "fill": "white", "stroke": INK, "strokeWidth": 1.5}, at)],
        "diamond": [
            (point | {"shape": "diamond", "size": 110, "fill": "white", "stroke": INK, "strokeWidth": 1.5}, at)
        ],
        "block": [(point | {"shape": "square", "size": 90}, at)],
        "asks": [(asks | {"xOffset": -15}, at), (asks | {"xOffset": 15}, at)],
    }
    for side, shape, offset in (("left", "triangle-left", -ARROW), ("right", "triangle-right", ARROW)):
        dashes = line | {"strokeWidth": 1.5, "strokeDash": [4, 3], "x2Offset": offset}
        looks[side] = [(dashes, wide), (point | {"shape": shape, "size": 60, "xOffset": offset}, at)]
    layers = []
    for piece, drawings in looks.items():
        if len(rows := pieces[pieces["piece"] == piece]):
            for mark, encoding in drawings:
                layers.append(
                    alt.Chart(rows, mark=alt.MarkDef(**mark)).encode(
                        tooltip="words:N", description="words:N", **encoding
                    )
                )
    return layers
