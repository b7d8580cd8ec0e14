"""timeline: what is known of the time of events, drawn without a day that nobody gave."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import subprocess
import sys
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import newsdesk as nd
from newsdesk.errors import DataError, NotFoundError
from newsdesk.timeline.chart import KEY, MOST_ROWS_A_DAY, timeline_chart
from newsdesk.timeline.events import TimedEvent, read_events

COLUMNS = {name: name for name in ("date", "start", "end", "seen_on", "label")} | {"event": "event_id"}
EXTENTS = {"dot", "box", "line", "bar", "end", "ring", "square", "diamond", "block", "speck"}
CASES = {  # kind: date, start, end, seen_on
    "day": ("2020-04-10", "", "", ""),
    "within": ("2019-09", "", "", ""),
    "between": ("[2018-01-01..2019-01-15]", "", "", ""),
    "before": ("[..2020-04-10]", "", "", ""),
    "after": ("[2020-04-10..]", "", "", ""),
    "lasted": ("", "2017-05-13", "2018-07-30", ""),
    "ongoing": ("", "2018", "", "2020-04-10"),
    "seen": ("", "", "", "2020-04-10"),
}


def table(*rows: tuple[str, ...]) -> pd.DataFrame:
    """Return a table of events from (date, start, end, seen_on), named from A on."""
    names = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return pd.DataFrame(
        [
            {"label": names[n], **dict(zip(("date", "start", "end", "seen_on"), r, strict=True))}
            for n, r in enumerate(rows)
        ]
    )


def read(*rows: tuple[str, ...]) -> list[TimedEvent]:
    """Return the events that such rows are read as."""
    return read_events(table(*rows), COLUMNS)[0]


def parts(chart: Any) -> tuple[dict, dict, dict]:
    """Return the timeline, the key and the caption of a chart's specification, with their data put in."""
    spec = chart.to_dict()
    for part in spec["vconcat"]:
        for layer in part.get("layer", [part]):
            layer["rows"] = spec["datasets"][(layer.get("data") or part["data"])["name"]]
    return tuple(spec["vconcat"])


def drawn(chart: Any) -> list[dict]:
    """Return the pieces drawn in the timeline, once each though a piece may be of two layers."""
    pieces = [row for layer in parts(chart)[0]["layer"] for row in layer["rows"] if "piece" in row]
    return list({tuple(sorted(row.items())): row for row in pieces}.values())


def texts(part: dict) -> list[str]:
    """Return the words of the key or of the caption."""
    return [row["words"] for layer in part.get("layer", [part]) for row in layer["rows"] if set(row) == {"y", "words"}]


def our_events() -> pd.DataFrame:
    """Return the mentions of the kit's events with their labels."""
    return nd.load_gold("event_mentions").merge(
        nd.load_gold("events")[["event_id", "label"]], on="event_id", how="left"
    )


@pytest.mark.parametrize("kind", CASES)
def test_each_kind_of_knowledge_has_its_own_mark_and_its_own_words(kind: str) -> None:
    """What is read, which line of the key it gets, and that no other line is there."""
    (event,) = read(CASES[kind])
    assert event.kind == kind
    _, key, _ = parts(timeline_chart(table(CASES[kind], ("2019-06-01", "", "", ""))))
    lines = {"day", kind} | ({"edge"} if kind == "ongoing" else set())
    assert set(texts(key)) == {KEY[line][1] for line in lines}


@pytest.mark.parametrize(("kind", "symbol"), [("within", "square"), ("between", "diamond"), ("lasted", "block")])
def test_what_is_too_short_to_be_seen_gets_a_symbol_of_its_own(kind: str, symbol: str) -> None:
    """Beside an event a century earlier; the key has both lines, and the symbol stands on the first day."""
    chart = timeline_chart(table(CASES[kind], ("1901-01-01", "", "", "")))
    (row,) = [row for row in drawn(chart) if row["event"] == "A"]
    assert (row["piece"], row["first"], row["last"]) == (symbol, *[read(CASES[kind])[0].days[0].isoformat()] * 2)
    assert {KEY[kind][1], KEY[symbol][1]} <= set(texts(parts(chart)[1]))


def test_no_two_kinds_look_alike_without_colour() -> None:
    """The sets of pieces differ, every line of the key differs, and all marks have one ink."""
    shapes = [frozenset(piece for piece, *_ in read(row)[0].marks) for row in CASES.values()]
    assert len(set(shapes)) == len(CASES)
    assert len({pieces for pieces, _ in KEY.values()}) == len({words for _, words in KEY.values()}) == len(KEY)
    marks = [layer["mark"] for layer in parts(timeline_chart(table(*CASES.values())))[0]["layer"]]
    inks = {mark[name] for mark in marks for name in ("color", "fill", "stroke") if name in mark}
    assert inks == {"#111111", "white", "#e3e3e3"}  # the last one is the guide from name to words


def points() -> st.SearchStrategy[str]:
    """Return days, months and years as text."""
    return st.builds(
        lambda day, cut: day.isoformat()[:cut],
        st.dates(dt.date(1990, 1, 1), dt.date(2030, 1, 1)),
        st.sampled_from([4, 7, 10]),
    )


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["{0}", "[..{0}]", "[{0}..]", "[{0}..{1}]"]), points(), points())
def test_no_day_is_drawn_that_the_date_does_not_give(form: str, one: str, two: str) -> None:
    """Of every date, whatever its form, the mark shows its bounds and no other day; an open side has an arrow."""
    date = form.format(*sorted((one, two)))
    early, late = nd.bounds(date)
    (event,) = read((date, "", "", ""))
    assert set(event.days) == {day for day in (early, late) if day}
    pieces = {piece for piece, *_ in event.marks}
    assert ("left" in pieces, "right" in pieces) == (early is None, late is None)


def test_the_chart_of_our_events_shows_the_days_of_the_tables_and_no_others() -> None:
    """Each first and last day in the specification is a bound of its event's date, or its seen_on."""
    frame = our_events()
    allowed: dict[str, set[str]] = {}
    for row in frame.fillna("").to_dict("records"):
        days = nd.bounds(row["edtf_from_text"]) if row["edtf_from_text"] else (dt.date.fromisoformat(row["seen_on"]),)
        allowed.setdefault(row["label"], set()).update(day.isoformat() for day in days if day)
    pieces = drawn(timeline_chart(frame, date="edtf_from_text"))
    assert {row["event"] for row in pieces} == set(allowed)
    for row in pieces:
        assert {row["first"], row["last"]} <= allowed[row["event"]], row
    spec = timeline_chart(frame, date="edtf_from_text").to_dict()
    scales = [
        layer["encoding"]["x"]["scale"] for layer in spec["vconcat"][0]["layer"] if "scale" in layer["encoding"]["x"]
    ]
    known = sorted(day for days in allowed.values() for day in days)
    assert {tuple(scale["domain"]) for scale in scales} == {(known[0], known[-1])}
    assert {scale["type"] for scale in scales} == {"utc"}


def test_our_events_have_one_mark_each_though_some_are_told_twice() -> None:
    """As many heights as events in the table of events, and as many names."""
    frame = our_events()
    assert len(frame) > frame["event_id"].nunique()
    pieces = drawn(timeline_chart(frame, date="edtf_from_text"))
    places = {row["event"]: set() for row in pieces}
    for row in pieces:
        places[row["event"]].add(row["y"])
    assert len(places) == frame["event_id"].nunique() == len(nd.load_gold("events"))
    assert all(len(heights) == 1 for heights in places.values())
    assert len(set.union(*places.values())) == len(places)


@pytest.mark.parametrize("start", ["", "2018", "2018-02-01", "[..2018-02]", "[..2030]", "[2018..2019]"])
def test_nothing_is_drawn_after_the_day_on_which_it_was_seen(start: str) -> None:
    """Not even as unknown, but for a question mark where the start is not known either; and no arrow to the right."""
    (event,) = read(("", start, "", "2020-04-10"))
    assert event.days[-1] == dt.date(2020, 4, 10)
    assert {piece for piece, *_ in event.marks} & {"right", "end", "dot"} == set()
    assert ("ring", dt.date(2020, 4, 10), dt.date(2020, 4, 10)) in event.marks


@pytest.mark.parametrize(
    ("row", "bar", "other"),
    [
        (("", "2017-05-13", "2017-07-30", ""), ("2017-05-13", "2017-07-30"), []),
        (("", "2014", "2018-11-30", ""), ("2014-12-31", "2018-11-30"), [("box", "2014-01-01", "2014-12-31")]),
        (("", "2018-01-01", "2020-03", ""), ("2018-01-01", "2020-03-01"), [("box", "2020-03-01", "2020-03-31")]),
        (("", "[..2018]", "2020-01-01", ""), ("2018-12-31", "2020-01-01"), [("left", "2018-12-31", "2018-12-31")]),
        (("", "2018-01-01", "[2019..]", ""), ("2018-01-01", "2019-01-01"), [("right", "2019-01-01", "2019-01-01")]),
        (("", "2019", "2019-05-02", ""), ("2019-05-02", "2019-05-02"), [("box", "2019-01-01", "2019-05-02")]),
        (("", "2019", "2019", ""), None, [("box", "2019-01-01", "2019-12-31")]),
        (("", "2020", "", "2020-04-10"), ("2020-04-10", "2020-04-10"), [("box", "2020-01-01", "2020-04-10")]),
        (("", "2019", "2020", "2020-06-01"), ("2019-12-31", "2020-01-01"), [("box", "2019-01-01", "2019-12-31")]),
    ],
)
def test_the_bar_of_a_lasting_event_is_what_surely_lay_within_it(
    row: tuple[str, ...], bar: tuple[str, str] | None, other: list[tuple[str, str, str]]
) -> None:
    """From the latest start to the earliest end; what is doubtful at either side is a box or an arrow."""
    (event,) = read(row)
    pieces = [(piece, first.isoformat(), last.isoformat()) for piece, first, last in event.marks]
    assert [piece[1:] for piece in pieces if piece[0] == "bar"] == ([bar] if bar else [])
    assert set(other) <= set(pieces)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("2020-04-10", "", "", ""), "10 April 2020"),
        (("2019-09", "", "", ""), "in September 2019, day not told"),
        (("2007", "", "", ""), "in 2007, day not told"),
        (("[..2020-04-10]", "", "", ""), "on or before 10 April 2020"),
        (("[..2018]", "", "", ""), "in or before 2018"),
        (("[2018-02..]", "", "", ""), "in or after February 2018"),
        (("[2018-01-01..2018-01-15]", "", "", ""), "between 1 and 15 January 2018"),
        (("[2014..2018]", "", "", ""), "between 2014 and 2018"),
        (("", "2011-09-01", "2019-05", ""), "from 1 September 2011 to May 2019"),
        (
            ("", "[..2018-01-16]", "", "2019-01-01"),
            "from on or before 16 January 2018; last seen going on 1 January 2019",
        ),
        (("", "", "", "2024-06-25"), "seen going on, 25 June 2024"),
    ],
)
def test_words_are_no_more_exact_than_the_date(row: tuple[str, ...], words: str) -> None:
    """A year stays a year in words, and an open date open; the words stand beside the mark and in the description."""
    chart = timeline_chart(table(row))
    assert chart.description == f"What is known of when. A: {words}."
    beside = [r["words"] for layer in parts(chart)[0]["layer"] for r in layer["rows"] if "name" in r]
    assert words in beside


def test_events_without_a_date_are_named_in_words_and_not_drawn() -> None:
    """In the caption and in the description, whether the field is empty, None or NaN."""
    frame = table(("2020", "", "", ""), ("", "", "", ""), (None, None, None, None), (float("nan"), "", "", ""))
    chart = timeline_chart(frame)
    assert {row["event"] for row in drawn(chart)} == {"A"}
    sentence = "Without a date, and so not drawn: B; C; D."
    assert sentence in texts(parts(chart)[2])
    assert chart.description.endswith(sentence)


def test_the_caption_says_what_the_marks_do_not() -> None:
    """Order is no cause; an arrow's length and what follows a ring only where there are such marks."""
    plain, all_kinds = (
        " ".join(texts(parts(timeline_chart(t))[2])) for t in (table(CASES["day"]), table(*CASES.values()))
    )
    for caption in (plain, all_kinds):
        assert "no proof of which came first, and none that one led to another" in caption
    for words in ("length of an arrow means nothing", "Last seen is not ended"):
        assert (words in plain, words in all_kinds) == (False, True)


def test_a_hundred_events_on_one_day_are_stacked() -> None:
    """A mark each, close together, on their day, with one label; up to six have a row each."""
    for number in (MOST_ROWS_A_DAY, 100):
        frame = pd.DataFrame({"label": [f"Town {n}" for n in range(number)], "date": ["2020-04-10"] * number})
        spec = parts(timeline_chart(frame))[0]
        rows = drawn(timeline_chart(frame))
        heights = sorted(row["y"] for row in rows)
        assert len(set(heights)) == len(rows) == number
        assert {(row["first"], row["last"]) for row in rows} == {("2020-04-10", "2020-04-10")}
        names = [r["name"] for layer in spec["layer"] for r in layer["rows"] if r.get("name")]
        assert set(names) == ({"100 events"} if number == 100 else set(frame["label"]))
        steps = {after - before for before, after in itertools.pairwise(heights)}
        assert steps == ({7.0} if number == 100 else {24.0})
    assert spec["height"] < 800
    assert "Town 99: 10 April 2020." in timeline_chart(frame).description


def test_two_events_of_one_name_stay_two() -> None:
    """Without ids each row is an event; with ids the rows of one id are one."""
    frame = pd.DataFrame({"label": ["Vote", "Vote"], "date": ["2020-04-10", "2020-04-10"]})
    assert len(drawn(timeline_chart(frame))) == 2
    assert len(drawn(timeline_chart(frame.assign(event_id=["E1", "E1"])))) == 1
    assert len(drawn(timeline_chart(frame.assign(event_id=[1, 2])))) == 2


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("2020-02-30", "", "", ""), r"A, column 'date': '2020-02-30' names a day or month that no calendar has"),
        (("[..2021-02-29]", "", "", ""), r"A, column 'date': .+ no calendar has"),
        (("10 April 2020", "", "", ""), r"A, column 'date': '10 April 2020' is none of the six date forms: a day 2020"),
        (("[2020..2019]", "", "", ""), r"A, column 'date': .+ ends before it begins"),
        (("", "2020-04-10", "2020-04-09", ""), r"A ends on 9 April 2020, before it starts on 10 April 2020. Look both"),
        (("", "2020", "2019", ""), r"A ends on 31 December 2019, before it starts on 1 January 2020"),
        (("", "2020-04-10", "", "2020-04-09"), r"A is seen on 9 April 2020, before it starts on 10 April 2020"),
        (("", "2019", "2020-01-01", "2020-01-02"), r"A is seen on 2 January 2020, after its end on 1 January 2020"),
        (("2020", "2020", "", ""), r"A has a date \(2020\) and also start. .+ Decide which"),
        (("", "2020", "", ""), r"A has a start and neither an end nor a day on which it was seen going on.+'seen_on'"),
        (("", "", "2020", ""), r"A has an end and no start. Give the start as far as it is known"),
        (("", "[2020..]", "2021", ""), r"A: the latest day of its start is open"),
        (("", "2020", "[..2021]", ""), r"A: the earliest day of its end is open"),
        (("", "", "", "2020"), r"A, column 'seen_on': '2020' is not one day"),
        (("", "", "", ""), r"None of the 1 events has a date.+'date'"),
        (
            (dt.datetime(2024, 6, 25, 21, 4), "", "", ""),
            r"A, column 'date': 2024-06-25 21:04:00 has a time of day.+two days",
        ),
    ],
)
def test_what_is_wrong_is_explained(row: tuple[Any, ...], message: str) -> None:
    """Which event, what was given, what is wanted, what to do."""
    with pytest.raises(DataError, match=message):
        timeline_chart(table(row))


def test_one_event_with_two_dates_is_for_a_person_to_decide() -> None:
    """Both dates are named."""
    frame = table(("2020", "", "", ""), ("2021", "", "", "")).assign(event_id="E1")
    with pytest.raises(DataError, match=r"E1 \(B\) stands in the table twice, with two dates: 2020, and 2021"):
        timeline_chart(frame)


def test_a_table_that_lacks_something_is_answered_with_what_it_has() -> None:
    """A wrong column name, no name in a row, no table at all, no row."""
    frame = table(("2020", "", "", ""))
    with pytest.raises(NotFoundError, match=r"no column 'when'.+label, date. Name the column of their dates"):
        timeline_chart(frame[["label", "date"]], date="when")
    with pytest.raises(NotFoundError, match=r"no column 'name'.+label='…'"):
        timeline_chart(frame, label="name")
    with pytest.raises(DataError, match="Row 1 has no name in column 'label'"):
        timeline_chart(frame.assign(label=""))
    with pytest.raises(DataError, match="this is a list"):
        timeline_chart([["A", "2020"]])  # type: ignore[arg-type]
    with pytest.raises(DataError, match="None of the 0 events"):
        timeline_chart(frame.head(0))


@pytest.mark.parametrize("day", [dt.date(2020, 4, 10), pd.Timestamp(2020, 4, 10), "2020-04-10 "])
def test_a_day_may_be_a_date_of_python_or_of_pandas(day: object) -> None:
    """It is the same day."""
    assert read((day, "", "", ""))[0].days == [dt.date(2020, 4, 10)]  # type: ignore[arg-type]


PICTURE = """
import json, re, sys
import pandas as pd, vl_convert
import newsdesk as nd
nd.setup()
frame = pd.DataFrame({"label": list("ABC"), "date": ["2020-04-10", "[..2020-04-01]", "2020-03"]})
spec = nd.timeline_chart(frame).to_dict()
if sys.argv[1] == "local":
    spec = json.loads(json.dumps(spec).replace('"utc"', '"time"'))
svg = vl_convert.vegalite_to_svg(dict(spec, **{"$schema": "https://vega.github.io/schema/vega-lite/v5.json"}))
print(re.sub(r"clip\\w*", "", svg))
"""


def test_no_clock_moves_a_day() -> None:
    """The picture is the same in New York, Greenwich and Auckland; by the local clock it would not be."""
    made = {}
    for zone, clock in (
        ("America/New_York", "utc"),
        ("UTC", "utc"),
        ("Pacific/Auckland", "utc"),
        ("America/New_York", "local"),
    ):
        run = subprocess.run(
            [sys.executable, "-c", PICTURE, clock],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"TZ": zone},
        )
        made[zone, clock] = run.stdout
    assert made["America/New_York", "utc"] == made["UTC", "utc"] == made["Pacific/Auckland", "utc"]
    assert made["America/New_York", "local"] != made["UTC", "utc"]
    assert "10 April 2020" in made["UTC", "utc"]
