"""What lesson 10 and its exercise state in prose and no cell of them computes."""

from __future__ import annotations

import ast
import datetime as dt
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import altair as alt
import pandas as pd
import pytest
import vl_convert

import newsdesk as nd
from newsdesk.notebooks import cell_source, read_notebook
from newsdesk.timeline.events import TimedEvent, read_events

ROOT = Path(__file__).parents[2]
LESSON = ROOT / "notebooks" / "10-an-honest-timeline.ipynb"
EXERCISE = ROOT / "solutions" / "e10-an-honest-timeline" / "e10-an-honest-timeline.ipynb"
COLUMNS = {"date": "edtf_from_text", "start": "start", "end": "end", "seen_on": "seen_on"}
COLUMNS |= {"label": "label", "event": "event_id"}


def rows_of(article_id: str = "") -> pd.DataFrame:
    """Return the mentions of a page, or of all, with the names of their events."""
    names = nd.load_gold("events")[["event_id", "label"]]
    rows = nd.load_gold("event_mentions").merge(names, on="event_id", how="left")
    return rows[rows["article_id"] == article_id] if article_id else rows


def marks_of(article_id: str = "") -> dict[str, TimedEvent]:
    """Return the marks of a page's timeline by the names of the events."""
    return {each.name: each for each in read_events(rows_of(article_id), COLUMNS)[0]}


def code(path: Path) -> str:
    """Return all code of a notebook."""
    return "\n\n".join(cell_source(c) for c in read_notebook(path)["cells"] if c["cell_type"] == "code")


def names_of_the_lesson() -> dict[str, str]:
    """Return the lesson's own names, by those of the table."""
    cells = (cell_source(c) for c in read_notebook(LESSON)["cells"])
    return ast.literal_eval(next(c for c in cells if c.startswith("names = {")).removeprefix("names = "))


def record(record_id: str) -> pd.Series:
    """Return a row of the table of records."""
    return nd.load_gold("records").set_index("record_id").loc[record_id]


def surely_before(one: str, two: str) -> bool:
    """Say whether every day of one date lies before every day of another one."""
    (_, late), (early, _) = nd.bounds(one), nd.bounds(two)
    return late is not None and early is not None and late < early


def test_the_artists_chart_loses_three_and_invents_four_days():
    """Ten rows of nine events; six names are drawn, four of them without a day, one of them twice."""
    afp = rows_of("afp-2020")
    assert (len(afp), afp["event_id"].nunique()) == (10, 9)
    chart = alt.Chart(afp[["label", "edtf_from_text"]]).mark_point().encode(x="edtf_from_text:T", y="label:N")
    spec = dict(chart.to_dict(), **{"$schema": "https://vega.github.io/schema/vega-lite/v5.json"})
    drawn = re.findall(r'aria-label="edtf_from_text: [^;]*; label: ([^"]*)"', vl_convert.vegalite_to_svg(spec))
    names = {name.replace("&#39;", "'") for name in drawn}
    assert (len(drawn), len(names)) == (7, 6)
    assert drawn.count("Chinese reaction (briefing)") == 2
    lost = {"Recommendation to FCC", "FCC decision to come", "Trump sets the trade war aside"}
    assert set(afp["label"]) - names == lost
    dates = afp[~afp["label"].isin(lost)].set_index("label")["edtf_from_text"]
    assert len({name for name, date in dates.items() if len(date) < len("2020-04-10")}) == 4
    assert dates["Equifax breach"] == "2017"


def test_the_lessons_names_are_of_events_and_keep_them_apart():
    """Each old name is in the table, no two events get one name, and no page has the senators' letter."""
    names, labels = names_of_the_lesson(), nd.load_gold("events")["label"]
    assert set(names) <= set(labels)
    shown = [names.get(label, label) for label in labels]
    assert len(set(shown)) == len(shown) == 29
    assert max(map(len, shown)) <= 35
    assert "letter" not in "\n".join(nd.load_article("afp-2020").paragraph(n) for n in range(1, 19))
    assert record("R04")["what"].startswith("Letter Schumer and Cotton")
    prose = "\n".join(cell_source(c) for c in read_notebook(LESSON)["cells"] if c["cell_type"] == "markdown")
    assert {names["Recommendation to FCC"], names["FCC bars telephone and retail internet"]} <= set(
        re.findall(r"\*([A-Z][^*]+)\*", prose)
    )


def test_the_learners_layers_are_of_these_rows():
    """Three rows of days, four of a month or a year, one each of the open ones and of the state."""
    afp = rows_of("afp-2020")
    assert afp[afp["granularity"] == "day"]["edtf_from_text"].tolist() == ["2020-04-08", "2020-04-10", "2020-04-10"]
    kinds = afp["resolution"].value_counts()
    assert (kinds["explicit"], kinds["undated_past"], kinds["undated_future"], kinds["ongoing"]) == (4, 1, 1, 1)
    open_rows = afp[afp["resolution"].isin(["undated_past", "undated_future"])]["edtf_from_text"]
    assert open_rows.tolist() == ["[..2020-04-10]", "[2020-04-10..]"]
    assert afp[afp["resolution"] == "ongoing"]["seen_on"].tolist() == ["2020-04-10"]
    assert len("<- - -|") == 7
    assert 'text="<- - -|"' in code(LESSON)


@pytest.mark.parametrize(
    ("article_id", "column", "value"), [("afp-2020", "resolution", "explicit"), ("gt-2024", "granularity", "year")]
)
def test_the_bounds_written_by_hand_are_those_of_the_dates(article_id: str, column: str, value: str):
    """The lists of first and last days in the lesson, row by row."""
    rows = rows_of(article_id)
    wanted = [nd.bounds(date) for date in rows[rows[column] == value]["edtf_from_text"]]
    lists = re.findall(r"(?:first|last)=(\[.*?\])", code(LESSON))
    written = [ast.literal_eval(found) for found in lists]
    assert [day.isoformat() for day, _ in wanted] in written
    assert [day.isoformat() for _, day in wanted] in written


def test_events_and_mentions():
    """33 rows, four events with one row too many, 29 events; paragraph 12 of AFP's page only repeats."""
    mentions = nd.load_gold("event_mentions")
    counts = mentions["event_id"].value_counts()
    assert (len(mentions), len(counts), counts.max()) == (33, 29, 2)
    assert sorted(counts[counts == 2].index) == ["E07", "E14", "E18", "E19"]
    assert mentions.query("event_id == 'E19'")["para"].tolist() == [4, 5]
    told = mentions.query("event_id == 'E07'")
    assert told["para"].tolist() == [2, 12]
    assert told["edtf_from_text"].nunique() == 1
    assert set(mentions[mentions["para"] == 12]["event_id"]) == {"E07"}


def test_some_ids_have_one_act_behind_them():
    """The decision awaited in 2020 and the revocation of 2021 share their record; one clause has four records."""
    events = nd.load_gold("events").set_index("event_id")
    assert events.loc["E08", ["record_ids", "edtf_record"]].tolist() == ["R07", "2021-10-26"]
    assert events.loc["E21", ["record_ids", "edtf_record"]].tolist() == ["R07", "2021-10-26"]
    assert len(events.loc["E16", "record_ids"].split(";")) == 4
    assert rows_of("tpk-2024").query("event_id == 'E16'").shape[0] == 1


def test_the_story_of_reuters_has_two_days_by_two_clocks():
    """Tuesday 25 June on the page; the record has two days; the stamp of a copy is the 25th in Beijing."""
    row = rows_of("gt-2024").query("event_id == 'E17'").iloc[0]
    assert (row["date_text"], row["edtf_from_text"]) == ("on Tuesday", "2024-06-25")
    assert dt.date(2024, 6, 25).strftime("%A") == "Tuesday"
    assert nd.load_gold("events").set_index("event_id").loc["E17", "edtf_record"] == "[2024-06-24..2024-06-25]"
    assert "Jun 24, 2024 5:22 PM" in record("R13")["where"]
    for zone in ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"):
        moment = dt.datetime(2024, 6, 24, 17, 22, tzinfo=ZoneInfo(zone)).astimezone(ZoneInfo("Asia/Shanghai"))
        assert (moment.date(), moment.hour < 12) == (dt.date(2024, 6, 25), True)


@pytest.mark.parametrize(
    ("zone", "there"),
    [("UTC", "10 April, 00:00"), ("Asia/Shanghai", "10 April, 08:00"), ("America/New_York", "9 April, 20:00")],
)
def test_the_table_of_clocks(zone: str, there: str):
    """The first moment of 10 April 2020 in Greenwich, and what it is elsewhere."""
    moment = dt.datetime(2020, 4, 10, tzinfo=dt.UTC).astimezone(ZoneInfo(zone))
    assert f"{moment.day} {moment:%B, %H:%M}" == there
    text = "\n".join(cell_source(c) for c in read_notebook(LESSON)["cells"])
    assert f"| {there} |" in text
    assert dt.date(2020, 4, 10).strftime("%A") == "Friday"


def test_the_vote_and_the_records_behind_it():
    """By the chart neither order nor cause; the page has 'already', the records two days."""
    afp = marks_of("afp-2020")
    letter, advice = "2019-09", "[..2020-04-10]"
    assert (afp["Senators' letter"].kind, afp["Recommendation to FCC"].kind) == ("within", "before")
    assert not surely_before(letter, advice)
    assert "had already asked" in nd.load_article("afp-2020").paragraph(14)
    assert (record("R01")["date_edtf"], record("R04")["date_edtf"]) == ("2020-04-09", "2019-09-16")


def test_what_the_chart_of_afps_page_bears_and_what_not():
    """l10.c3: a and e hold by the bounds alone; b ends on the day of the reaction; d is after a ring."""
    dates = rows_of("afp-2020").set_index("label")["edtf_from_text"].to_dict()
    assert surely_before(dates["US-UK cyber alert"], dates["Chinese reaction (briefing)"])
    assert surely_before(dates["Equifax breach"], dates["Senators' letter"])
    assert not surely_before(dates["Recommendation to FCC"], dates["Chinese reaction (briefing)"])
    assert nd.bounds(dates["Recommendation to FCC"])[1] == nd.bounds(dates["Chinese reaction (briefing)"])[0]
    aside = marks_of("afp-2020")["Trump sets the trade war aside"]
    assert (aside.kind, aside.days[-1]) == ("seen", dt.date(2020, 4, 10))


def test_the_breach_of_2018():
    """The record has an intrusion since 2014 and the disclosure in 2018."""
    row = nd.load_gold("events").set_index("event_id").loc["E02"]
    assert (row["record_start"], row["edtf_record"]) == ("2014", "2018-11-30")
    assert "disclosure" in row["note"]


def test_the_page_of_your_own():
    """Gt-2024: nine rows, eight marks, two arrows for statements, a ring; the near-same words of 2022."""
    assert len(rows_of("gt-2024")) == 9
    marks = marks_of("gt-2024")
    assert len(marks) == 8
    assert {marks["MFA statement"].kind, marks["Embassy statement"].kind} == {"before"}
    assert marks["Commerce inquiry"].kind == "seen"
    assert [name for name, each in marks.items() if each.kind == "within"] == [
        "China Mobile denied",
        "China Telecom revoked",
        "China Unicom revoked",
    ]
    assert record("R29")["date_edtf"] == "2022-01-28"
    assert "not proved to be this statement" in nd.load_gold("events").set_index("event_id").loc["E23", "note"]


def test_all_five_pages_have_29_marks_and_one_rule_for_every_side():
    """American acts and Chinese statements have dots and arrows alike: the date decides, nothing else."""
    marks = marks_of()
    assert len(marks) == 29
    american = {"Recommendation to FCC", "Subpoenas issued", "Pompeo remarks", "US-UK cyber alert"}
    chinese = {"Embassy statement", "MFA statement", "Hua Chunying briefing", "Lu Kang briefing"}
    for side in (american, chinese):
        assert {marks[name].kind for name in side} == {"day", "before"}
    for row in rows_of().fillna("").to_dict("records"):
        date = row["edtf_from_text"]
        kind = {10: "day", 7: "within", 4: "within", 0: "seen"}.get(len(date)) or (
            "before" if date.startswith("[..") else "after" if date.endswith("..]") else "between"
        )
        assert marks[row["label"]].kind == kind


def port() -> pd.DataFrame:
    """Return the made-up table of exercise 10."""
    cell = next(cell_source(c) for c in read_notebook(EXERCISE)["cells"] if "Harbour Post" in cell_source(c))
    names: dict = {"pd": pd}
    exec(cell, names)
    return names["port"]


def test_exercise_10_the_port():
    """Seven events in ten rows; what question 3 takes for sure and for open follows from the dates."""
    table = port()
    assert (len(table), table["event_id"].nunique()) == (10, 7)
    dates = table.set_index("label")["date"].to_dict()
    council, letter = dates["Council forbids new cameras"], dates["Maker's letter to the council"]
    assert surely_before(dates["Engineer's warning"], council)
    assert surely_before(dates["Theft of pictures"], letter)
    assert not surely_before(council, letter)
    assert not surely_before(letter, council)
    found = {each.name: each.kind for each in read_events(table, COLUMNS | {"date": "date"})[0]}
    shapes = {
        "day": "dot",
        "within": "box",
        "between": "line",
        "before": "arrow back",
        "after": "arrow on",
        "seen": "ring",
    }
    key = dict(re.findall(r'shapes\["(.+?)"\] = "(.+?)"', code(EXERCISE)))
    assert len(key) == 6
    assert key == {name: shapes[found[name]] for name in key}


def test_knowing_one_key_does_not_give_the_other():
    """The sentences that a chart does not support stand under other letters in the lesson and in the exercise."""
    lesson = re.search(r'not_supported = (\[".*?\])', "\n".join(map(cell_source, read_notebook(LESSON)["cells"])))
    exercise = re.search(r'not_supported = (\[".*?\])', code(EXERCISE))
    assert lesson
    assert exercise
    assert set(ast.literal_eval(lesson[1])) != set(ast.literal_eval(exercise[1]))


def test_exercise_10_the_pages_dates():
    """The dates that are written out for the learner are those of the table, which shows the answers to exercise 8."""
    cell = next(c for c in map(cell_source, read_notebook(EXERCISE)["cells"]) if "page_dates = " in c)
    names: dict = {"nd": nd, "pd": pd}
    exec(cell.rpartition("\nnd.timeline_chart")[0], names)
    events = {
        "E24": "Hua speaks",
        "E25": "Pompeo applauds",
        "E26": "UK decides on Huawei",
        "E27": "PRISM revealed",
        "E28": "Apple and Cisco admissions",
        "E29": "UK test centre founded",
    }
    mentions = nd.load_gold("event_mentions")
    mentions = mentions[mentions["article_id"] == "gt-2020"]
    assert names["page_dates"] == {
        events[event]: date for event, date in zip(mentions["event_id"], mentions["edtf_from_text"], strict=True)
    }
    assert "load_gold" not in code(EXERCISE)


def test_exercise_10_what_came_first():
    """e10.q4, computed from the bounds."""
    key = dict(re.findall(r'order\["(.+?)"\] = "(.+?)"', code(EXERCISE)))
    assert len(key) == 4
    for pair, answer in key.items():
        one, two = pair.split(" and ")
        said = "first" if surely_before(one, two) else "second" if surely_before(two, one) else "can't tell"
        assert said == answer, pair


def test_exercise_10_the_page():
    """The Wednesday is that of the praise; the decision has a bound only; pressure is the paper's word."""
    page, marks = nd.load_article("gt-2020"), marks_of("gt-2020")
    assert page.paragraph(13).startswith("On Wednesday, Pompeo applauded the UK move")
    assert (marks["Pompeo remarks"].kind, marks["UK decision on Huawei"].kind) == ("day", "before")
    assert marks["UK decision on Huawei"].days == marks["Pompeo remarks"].days == [dt.date(2020, 7, 15)]
    assert marks["Hua Chunying briefing"].days == [dt.date(2020, 7, 16)]
    assert {marks[name].kind for name in ("PRISM revealed", "UK test centre founded")} == {"before"}
    assert {marks[name].days[-1] for name in ("PRISM revealed", "UK test centre founded")} == {dt.date(2020, 7, 16)}
    assert marks["Apple and Cisco admissions"].kind == "before"
    assert "the US move to pressure its allies" in page.paragraph(4)
    assert "pressure" not in "".join(re.findall('".*?"', page.paragraph(4)))
    assert "Hua noted" in page.paragraph(7)
    assert nd.load_gold("events").set_index("event_id").loc["E26", "edtf_record"] == "2020-07-14"
