"""dates: the words of a text resolved against an anchor, held against tables made by hand before the resolver was."""

from __future__ import annotations

import calendar
import csv
import re
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import newsdesk as nd
from newsdesk.dates.points import anchor_from, edges
from newsdesk.dates.resolve import Span, bounds, resolve_date, resolve_span
from newsdesk.dates.words import LANGUAGES, normalised, read
from newsdesk.errors import DataError

HERE = Path(__file__).parent


def rows_of(name: str) -> list[dict[str, str]]:
    """Return the rows of a table made by hand."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


EXPRESSIONS = rows_of("date_expressions.csv")
SPANS = rows_of("date_spans.csv")
ANCHORS = st.dates(date(3, 1, 1), date(9996, 12, 31))
WEEKDAYS = {
    "en": list(calendar.day_name),
    "fr": ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
}
# what each language says in the past tense; no hint of what is to come
PAST = {
    "en": (
        "on Monday|Sunday|yesterday|last night|last Friday|last week|last month|last year|earlier this year|"
        "two days ago|three weeks ago|two months ago|two years ago|several years ago|in September|late June|recently|"
        "over the past two weeks|less than two months ago"
    ),
    "fr": (
        "lundi|dimanche|hier|vendredi dernier|la semaine dernière|le mois dernier|l'an dernier|il y a deux jours|"
        "il y a quinze jours|il y a deux mois|il y a deux ans|il y a plusieurs années|en septembre|fin juin|récemment|"
        "depuis trois jours|au début du mois"
    ),
}
WORDS = [(words, language) for language, entries in PAST.items() for words in entries.split("|")]
PIECES = re.split(
    " ",
    "last next this on Friday week month year the end of by before since after until from to between and 2019 "
    "2020-02-30 31 April early mid late two ago later 0000 9999 for years soon 04/10/2020 in 's",
)
VAGUE = {"in September", "en septembre"}  # a month is a whole, also the one that is not over


def test_the_table_is_what_was_asked_for() -> None:
    """Eighty expressions at least, half of them French, all six forms, and refusals with their reasons."""
    assert len(EXPRESSIONS) >= 80
    assert sum(row["language"] == "fr" for row in EXPRESSIONS) * 2 >= len(EXPRESSIONS)
    shapes = Counter(shape(row["expected"]) for row in EXPRESSIONS)
    assert set(shapes) == {"day", "month", "year", "[..d]", "[d..]", "[a..b]", ""}
    assert all(bool(row["reason"]) != bool(row["expected"]) for row in EXPRESSIONS)
    anchors = {row["anchor"] for row in EXPRESSIONS}
    assert {"2020-01-01", "2019-12-31", "2020-02-29", "2024-02-29", "2020-03-01", "2019-03-01", "2024-03-31"} <= anchors
    asked = Counter((row["expression"], row["language"], row["ahead"], row["anchor"]) for row in EXPRESSIONS)
    assert set(asked.values()) == {1}


def shape(edtf: str) -> str:
    """Name the form of a date."""
    if not edtf.startswith("["):
        return {0: "", 4: "year", 7: "month", 10: "day"}[len(edtf)]
    early, late = edtf[1:-1].split("..")
    return f"[{'a' if late else 'd'}..{'b' if late else ''}]" if early else "[..d]"


def named(row: dict[str, str]) -> str:
    """Name a row for the report of a test."""
    return f"{row['language']} {row['expression']!r} from {row['anchor'] or 'nothing'}" + " ahead" * bool(
        row.get("ahead")
    )


@pytest.mark.parametrize("row", [row for row in EXPRESSIONS if row["expected"]], ids=named)
def test_words_give_the_date_that_was_worked_out_by_hand(row: dict[str, str]) -> None:
    """Expected values follow the conventions at the top of the module."""
    got = resolve_date(row["expression"], row["anchor"], language=row["language"], ahead=row["ahead"] == "y")
    assert got == row["expected"]


@pytest.mark.parametrize("row", [row for row in EXPRESSIONS if not row["expected"]], ids=named)
def test_words_without_a_date_are_refused_with_the_reason(row: dict[str, str]) -> None:
    """The message names the reason that the table gives, and what to do."""
    with pytest.raises(DataError) as caught:
        resolve_date(row["expression"], row["anchor"], language=row["language"], ahead=row["ahead"] == "y")
    assert row["reason"] in str(caught.value)
    assert str(caught.value).endswith(".")
    assert "?" not in str(caught.value)


@pytest.mark.parametrize("row", SPANS, ids=named)
def test_a_state_has_a_start_an_end_and_the_day_it_was_seen(row: dict[str, str]) -> None:
    """What nobody gave stays empty; last seen is not ended."""
    if row["reason"]:
        with pytest.raises(DataError, match=row["reason"]):
            resolve_span(row["expression"], row["anchor"], language=row["language"])
        return
    got = resolve_span(row["expression"], row["anchor"], language=row["language"])
    assert got == Span(row["start"], row["end"], row["seen_on"])


def test_the_kits_own_dates_follow_from_their_words() -> None:
    """Every dated mention of the five articles whose words stand alone resolves to its gold."""
    mentions = nd.load_gold("event_mentions")
    mentions = mentions[mentions["date_text"].notna() & mentions["edtf_from_text"].notna()]
    listed = mentions["resolution"] == "list_order"  # 'respectively' pairs two lists, and one expression shows one
    assert sorted(mentions[listed]["event_id"]) == ["E21", "E22"]
    seen = 0
    for row in mentions[~listed].to_dict("records"):
        language = "fr" if row["article_id"] == "fr-2018" else "en"
        anchor = "2018-01-16" if language == "fr" else row["anchor"]  # the French text alone gives no day
        for words in row["date_text"].split(" / "):
            assert resolve_date(words, anchor, language=language) == row["edtf_from_text"], row["event_id"]
            seen += 1
    assert seen == 18


@pytest.mark.parametrize(("words", "language"), WORDS)
@settings(max_examples=8, deadline=None)  # edtf takes 10 ms for an open date
@given(anchor=ANCHORS)
def test_what_is_told_as_past_does_not_begin_after_the_anchor(words: str, language: str, anchor: date) -> None:
    """Whatever the anchor; and a bound is a day of the calendar or none at all."""
    try:
        edtf = resolve_date(words, anchor, language=language)
    except DataError as error:
        assert "no day before" in str(error)  # 'earlier this year' on the first of January
        return
    early, late = bounds(edtf)
    assert early is None or early <= anchor
    assert late is not None
    assert late <= anchor or words in VAGUE


@settings(max_examples=60, deadline=None)
@given(anchor=ANCHORS, weekday=st.integers(0, 6), language=st.sampled_from(["en", "fr"]))
def test_a_bare_weekday_is_within_a_week_of_its_anchor(anchor: date, weekday: int, language: str) -> None:
    """It is that weekday; the anchor itself counts, six days back or ahead are the most."""
    words = WEEKDAYS[language][weekday]
    back = date.fromisoformat(resolve_date(words, anchor, language=language))
    ahead = date.fromisoformat(resolve_date(words, anchor, language=language, ahead=True))
    assert back.weekday() == ahead.weekday() == weekday
    assert 0 <= (anchor - back).days <= 6
    assert 0 <= (ahead - anchor).days <= 6
    assert (back == anchor) == (anchor.weekday() == weekday) == (ahead == anchor)


@settings(max_examples=60, deadline=None)
@given(anchor=ANCHORS, weekday=st.integers(0, 6))
def test_last_and_next_weekday_hold_both_readings(anchor: date, weekday: int) -> None:
    """The nearest one, and the one of the neighbouring week, by counting days one at a time."""
    name = calendar.day_name[weekday]
    for words, step in ((f"last {name}", -1), (f"next {name}", 1)):
        nearest = anchor + timedelta(step)
        while nearest.weekday() != weekday:
            nearest += timedelta(step)
        of_week = anchor + timedelta(7 * step + weekday - anchor.weekday())
        assert bounds(resolve_date(words, anchor)) == (min(nearest, of_week), max(nearest, of_week))


@settings(max_examples=60, deadline=None)
@given(anchor=ANCHORS, number=st.integers(1, 12), unit=st.sampled_from(["day", "week", "month", "year"]))
def test_so_many_units_ago_and_later_undo_each_other(anchor: date, number: int, unit: str) -> None:
    """Counted back and forth, the anchor lies in the unit again; no month's end is fallen over."""
    first = edges(resolve_date(f"{number} {unit}s ago", anchor))[0] if number < anchor.year else None
    if first is None:
        return
    early, late = bounds(resolve_date(f"{number} {unit}s later", first))
    assert early is not None
    assert late is not None
    assert early <= anchor <= late


@settings(max_examples=40, deadline=None)
@given(anchor=ANCHORS, n=st.sampled_from(["deux", "trois", "neuf", "douze"]))
def test_both_languages_reckon_alike(anchor: date, n: str) -> None:
    """The same words in English and French give one date, but for eight and fifteen days, which are weeks in French."""
    english = {"deux": "two", "trois": "three", "neuf": "nine", "douze": "twelve"}[n]
    for unit, units in (("jours", "days"), ("semaines", "weeks"), ("mois", "months")):
        assert resolve_date(f"il y a {n} {unit}", anchor, language="fr") == resolve_date(
            f"{english} {units} ago", anchor
        )


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(PIECES),
        max_size=6,
    ),
    st.sampled_from(["2020-02-29", "2020-02", "2020", "0001-01-01", "9999-12-31", "", None]),
    st.booleans(),
)
def test_any_words_give_a_date_or_a_message(words: list[str], anchor: str | None, ahead: bool) -> None:
    """No other error escapes; what comes back is one of the six forms, in order."""
    try:
        edtf = resolve_date(" ".join(words), anchor, ahead=ahead)
    except DataError as error:
        assert str(error)
        return
    early, late = bounds(edtf)
    assert early or late


@given(st.text(max_size=30), st.sampled_from(["en", "fr"]))
def test_any_text_is_read_or_refused(text: str, language: str) -> None:
    """And reading it in a tidier form changes nothing."""
    try:
        reading = read(text, language)
    except DataError:
        return
    assert read(normalised(text), language) == reading


@pytest.mark.parametrize(
    "anchor", [date(2020, 4, 10), datetime(2020, 4, 10, 21, 4), pd.Timestamp("2020-04-10 21:04"), "2020-04-10"]
)
def test_an_anchor_may_be_text_or_a_day_of_python_or_pandas(anchor: object) -> None:
    """The hour of publication does not matter."""
    assert resolve_date("On Wednesday", anchor) == "2020-04-08"


@pytest.mark.parametrize("anchor", [None, "", float("nan"), pd.NaT, pd.NA])
def test_today_never_stands_in_for_a_missing_anchor(anchor: object) -> None:
    """An empty field of a table is no anchor; words that need none are read all the same."""
    with pytest.raises(DataError, match=r"'Friday' has no date of its own: it needs an anchor"):
        resolve_date("Friday", anchor)
    assert resolve_date("in 2019", anchor) == "2019"
    with pytest.raises(DataError, match="needs an anchor"):
        resolve_date("by the end of the year", anchor)


@pytest.mark.parametrize("anchor", ["today", "10 April 2020", "2020-4-10", "[..2020-04-10]", 2020, ["2020-04-10"]])
def test_what_is_no_anchor_is_refused(anchor: object) -> None:
    """A bound is none: no day can be counted from it."""
    with pytest.raises(DataError, match="is no anchor") as caught:
        resolve_date("Friday", anchor)
    assert "'2020-04-10'" in str(caught.value)


@pytest.mark.parametrize("anchor", ["2020-02-30", "2019-02-29", "2020-13", "0000"])
def test_an_anchor_that_no_calendar_has_is_refused(anchor: str) -> None:
    """30 February anchors nothing."""
    with pytest.raises(DataError, match="no calendar has"):
        anchor_from(anchor)


@pytest.mark.parametrize(
    ("words", "anchor", "wanted"),
    [
        ("last week", "2020-04", "to the day"),
        ("last month", "2020", "to the month"),
        ("10 April", "2020-04", "to the day"),
        ("in September", "2020", "to the month"),
    ],
)
def test_an_anchor_must_be_as_fine_as_what_is_reckoned(words: str, anchor: str, wanted: str) -> None:
    """A year can be counted from a month, a weekday can't."""
    with pytest.raises(DataError, match=wanted):
        resolve_date(words, anchor)
    assert resolve_date("last year", anchor) == "2019"


def test_what_is_no_text_or_of_another_language_is_refused() -> None:
    """With the two languages named."""
    with pytest.raises(DataError, match="3 is no expression"):
        resolve_date(3, "2020-04-10")  # type: ignore[arg-type]
    with pytest.raises(DataError, match="en \\(English\\), fr \\(French\\)"):
        resolve_date("Dienstag", "2020-04-10", language="de")
    assert set(LANGUAGES) == {row["language"] for row in EXPRESSIONS} - {"de"}


@pytest.mark.parametrize(
    ("words", "language", "expected"),
    [
        ("EN SEPTEMBRE 2019", "fr", "2019-09"),
        ("fevrier 2020", "fr", "2020-02"),
        ("fe\u0301vrier 2020", "fr", "2020-02"),
        ("  Sept.   2019 ", "en", "2019-09"),
        ("10th of April, 2020", "en", "2020-04-10"),
    ],
)
def test_accents_capitals_dots_and_spaces_do_not_matter(words: str, language: str, expected: str) -> None:
    """Words are read as people type them."""
    assert resolve_date(words, None, language=language) == expected


@pytest.mark.parametrize(
    ("words", "anchor", "ahead", "expected"),
    [
        ("before last week", "2020-07-16", False, "[..2020-07-05]"),
        ("since last month", "2020-07-16", False, "[2020-06-01..2020-07-16]"),
        ("by 2018", "2020-01-01", False, "[..2018]"),
        ("by the end of June", "2020-04-16", False, "[2020-04-16..2020-06-30]"),
        ("after 2019", None, False, "[2020..]"),
        ("since 2007", None, False, "[2007..]"),
        ("not before 2025", "2024-06-25", False, "[2025..]"),
        ("Dec. 31", "2020-01-01", True, "2020-12-31"),
        ("29 February", "2021-02-01", False, "2020-02-29"),
        ("end of last year", "2020-04-16", False, "[2019-07-01..2019-12-31]"),
        ("June last year", "2020-04-16", False, "2019-06"),
        ("late last week", "2020-07-16", False, "[2020-07-09..2020-07-12]"),
        ("next June", "2020-07-16", True, "2021-06"),
        ("last July", "2020-07-16", False, "2019-07"),
        ("within two months", "2019-12-31", True, "[2019-12-31..2020-02-29]"),
        ("less than two months ago", "2020-05-31", False, "[2020-03-31..2020-05-31]"),
        ("04/13/2020", None, False, "2020-04-13"),
        ("13/04/2020", None, False, "2020-04-13"),
        ("in the early 2000s", None, False, "[2000..2004]"),
    ],
)
def test_expressions_may_lean_on_each_other(words: str, anchor: str | None, ahead: bool, expected: str) -> None:
    """These came after the resolver; the table made before it stays as it was."""
    assert resolve_date(words, anchor, ahead=ahead) == expected


@pytest.mark.parametrize(
    ("words", "anchor", "reason"),
    [
        ("before recently", "2020-01-01", "which has no first day"),
        ("since 2025", "2020-01-01", "begins after the anchor"),
        ("the third half of 2020", None, "no year has"),
        ("between 2018 and 2014", None, "ends before it begins"),
        ("end of the month", "2020-02-10", "say ahead=True"),
        ("yesterday", "0001-01-01", "no calendar has"),
        ("in 0000", None, "no calendar has"),
        ("2020-13-01", None, "no calendar has"),
        ("later this month", "2020-02-29", "no day after the anchor"),
    ],
)
def test_what_leads_nowhere_says_so(words: str, anchor: str | None, reason: str) -> None:
    """Out of the calendar, out of order, or on the wrong side of the anchor."""
    with pytest.raises(DataError, match=reason):
        resolve_date(words, anchor)
