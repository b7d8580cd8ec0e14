"""What lesson 8 and its exercise state in prose and no cell of them computes."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta

import pytest
import yaml

import newsdesk as nd
from newsdesk.annotation.store import load_marks
from newsdesk.dates.resolve import resolve_span
from newsdesk.notebooks import cell_source, read_notebook

LESSON = "notebooks/08-when-did-it-happen.ipynb"
BANK = "solutions/e08-when-did-it-happen/answers.yaml"


@pytest.fixture
def root(request: pytest.FixtureRequest):
    """The checkout."""
    return request.config.rootpath


@pytest.fixture
def prose(root) -> str:
    """All Markdown of the lesson."""
    cells = read_notebook(root / LESSON)["cells"]
    return "\n\n".join(cell_source(c) for c in cells if c["cell_type"] == "markdown")


def mention(event_id: str, article_id: str) -> dict:
    """Return the one gold row of an event on a page, or its first one."""
    rows = nd.load_gold("event_mentions")
    return rows[(rows["event_id"] == event_id) & (rows["article_id"] == article_id)].iloc[0].to_dict()


def record(record_id: str) -> dict:
    """Return a record."""
    return nd.load_gold("records").set_index("record_id").loc[record_id].to_dict()


def test_the_wrong_card_is_off_by_a_week():
    """15 April 2020 was a Wednesday, and a week after the one that the words mean; the record agrees with the words."""
    assert date(2020, 4, 15).strftime("%A") == "Wednesday"
    right = nd.resolve_date("On Wednesday", "2020-04-10")
    assert date(2020, 4, 15) - date.fromisoformat(right) == timedelta(7)
    assert right == mention("E05", "afp-2020")["edtf_from_text"] == record("R05")["date_edtf"]


def test_told_as_to_come_the_same_words_give_the_wrong_cards_day():
    """On Wednesday, from 10 April 2020 on, is the 15th; the lesson says so of ahead=True."""
    past = nd.resolve_date("on Wednesday", "2020-04-10")
    to_come = nd.resolve_date("on Wednesday", "2020-04-10", ahead=True)
    assert (past, to_come) == ("2020-04-08", "2020-04-15")


def test_the_weekdays_of_2020():
    """53 Wednesdays, 52 Fridays."""
    days = Counter((date(2020, 1, 1) + timedelta(n)).strftime("%A") for n in range(366))
    assert (days["Wednesday"], days["Friday"]) == (53, 52)


def test_afps_page_gives_two_fridays_a_wednesday_a_year_and_no_day():
    """Its day comes from outside: the Friday after the recommendation, which is on record for a Thursday."""
    page = nd.load_article("afp-2020")
    text = "\n".join(page.paragraph(n) for n in range(1, 19))
    assert text.count("Friday") == 2
    assert text.count("Wednesday") == 1
    assert "2020" in page.paragraph(18)
    assert "2020" not in "\n".join(page.paragraph(n) for n in range(1, 18))
    assert not re.search(r"\d{1,2} (?:April|Apr)|April \d", text)
    assert record("R01")["date_edtf"] == "2020-04-09"
    assert date(2020, 4, 9).strftime("%A") == "Thursday"
    both = nd.load_gold("event_mentions").query("event_id == 'E07'")
    assert both["para"].tolist() == [2, 12]  # two mentions, one event
    assert set(both["edtf_from_text"]) == {"2020-04-10"}


def test_the_tuesday_of_the_reuters_story():
    """A Tuesday on the page, a Monday where the story came out; the record holds both days."""
    assert mention("E17", "gt-2024")["edtf_from_text"] == "2024-06-25"
    assert record("R13")["date_edtf"] == "[2024-06-24..2024-06-25]"
    assert date(2024, 6, 24).strftime("%A") == "Monday"
    assert "09:04 PM" in nd.load_article("gt-2024").paragraph(3)


@pytest.mark.parametrize(
    ("event_id", "words", "expected"),
    [
        ("E04", "In September 2019", "2019-09"),
        ("E03", "from 2007", "2007"),
        ("E06", None, "[..2020-04-10]"),
        ("E08", None, "[2020-04-10..]"),
    ],
)
def test_the_four_dates_of_the_second_check(event_id: str, words: str | None, expected: str):
    """As the gold has them, and where there are words, as they stand on the page."""
    row = mention(event_id, "afp-2020")
    assert row["edtf_from_text"] == expected
    if words:
        assert words in nd.load_article("afp-2020").paragraph(row["para"])
        assert nd.resolve_date(words, None) == expected


def test_the_inquiry_is_seen_on_two_pages_and_nothing_more_is_told():
    """No date, no start, no end; a later record shows that it went on."""
    rows = nd.load_gold("event_mentions").query("event_id == 'E14'")
    assert set(rows["article_id"]) == {"tpk-2024", "gt-2024"}
    assert set(rows["seen_on"]) == {"2024-06-25"}
    assert rows["edtf_from_text"].isna().all()
    event = nd.load_gold("events").set_index("event_id").loc["E14"]
    assert event["shape"] == "span"
    assert event[["record_start", "record_end"]].isna().all()
    assert resolve_span("ongoing", "2024-06-25").seen_on == "2024-06-25"
    later = record("R33")
    assert later["date_edtf"] == "[..2024-12-16]"
    assert "names China Telecom alone" in later["certainty_note"]
    articles = nd.load_gold("articles").set_index("article_id")
    assert articles.loc["tpk-2024", "date_how"].startswith("no date in the text; URL path /2024/06/25/")
    assert all("20" + y not in nd.load_article("tpk-2024").paragraph(n) for n in range(1, 13) for y in ("18", "24"))


def test_adopted_and_released_lie_a_week_apart():
    """26 October and 2 November 2021, and the page's year holds both."""
    row = record("R07")
    assert row["date_edtf"] == "2021-10-26"
    assert row["number"].endswith("released 2021-11-02")
    assert mention("E21", "gt-2024")["edtf_from_text"] == "2021"
    assert nd.load_gold("events").set_index("event_id").loc["E08", "edtf_record"] == "2021-10-26"


def test_the_weeks_of_the_resolvers_examples():
    """10 April 2020 was a Friday; the two Mondays are the 6th and 30 March; weeks run Monday to Sunday."""
    assert date(2020, 4, 10).strftime("%A") == "Friday"
    assert date(2020, 4, 6).strftime("%A") == date(2020, 3, 30).strftime("%A") == "Monday"
    assert nd.resolve_date("last Monday", "2020-04-10") == "[2020-03-30..2020-04-06]"
    assert nd.resolve_date("il y a huit jours", "2020-04-10", language="fr") == "[2020-03-30..2020-04-05]"
    two_weeks = nd.resolve_date("il y a quinze jours", "2020-04-10", language="fr")
    assert two_weeks == "[2020-03-23..2020-03-29]"  # the week before that one
    assert nd.resolve_date("fin juin", "2020-04-10", language="fr") == "[2019-06-16..2019-06-30]"
    assert nd.resolve_date("late June", "2024-06-25") == "[2024-06-16..2024-06-25]"


@pytest.mark.parametrize(
    ("words", "anchor", "expected"),
    [
        ("in September", "2020-04-10", "2019-09"),
        ("this Friday", "2020-07-16", "2020-07-17"),
        ("last month", "2020-04-10", "2020-03"),
        ("two years ago", "2020-04-10", "2018"),
        ("earlier this month", "2024-06-25", "[2024-06-01..2024-06-24]"),
        ("mid-June 2020", "", "[2020-06-08..2020-06-22]"),
        ("several years ago", "2024-03-21", "[..2022]"),
        ("recently", "2020-04-10", "[..2020-04-10]"),
        ("soon", "2020-04-10", "[2020-04-10..]"),
        ("since 2007", "2020-04-10", "[2007-01-01..2020-04-10]"),
        ("by the end of the year", "2024-03-21", "[2024-03-21..2024-12-31]"),
    ],
)
def test_the_rules_in_the_lessons_words_are_those_of_the_resolver(words: str, anchor: str, expected: str, prose: str):
    """Each line of the fold has its example here, and stands in the fold."""
    assert nd.resolve_date(words, anchor) == expected
    assert any(f"*{part}*" in prose for part in (words, re.sub("mid-June 2020", "mid", words)))


@pytest.mark.parametrize(
    ("words", "anchor"), [("04/10/2020", "2020-04-10"), ("for two years", "2020-04-10"), ("on Wednesday", "")]
)
def test_the_three_that_are_refused(words: str, anchor: str):
    """Two readings; a length of time; no anchor."""
    reason = {"0": "two ways", "f": "a length of time", "o": "needs an anchor"}[words[0]]
    with pytest.raises(nd.NewsdeskError, match=reason):
        nd.resolve_date(words, anchor)


def test_the_page_of_your_own():
    """Each row that the lesson asks for, by the gold; the kit has no row for paragraph 9, and one caption twice."""
    rows = nd.load_gold("event_mentions").query("article_id == 'gt-2024'")
    dates = {(row["event_id"], row["para"]): row["edtf_from_text"] for row in rows.to_dict("records")}
    assert dates["E19", 4] == dates["E19", 5] == "2019-10-31"
    assert dates["E18", 8] == dates["E23", 16] == "[..2024-06-25]"
    assert [dates[event, 15] for event in ("E20", "E21", "E22")] == ["2019", "2021", "2022"]
    assert 9 not in set(rows["para"])
    assert "as the US seeks to restrict" in nd.load_article("gt-2024").paragraph(9)
    assert nd.load_article("gt-2024").paragraph(15).count("2019") == 2
    years = (date(2024, 6, 25) - date(2019, 10, 31)).days / 365.25
    assert 4.5 < years < 5  # 'more than four and a half years older'
    assert record("R29")["date_edtf"] == "2022-01-28"
    assert "not proved" in nd.load_gold("events").set_index("event_id").loc["E23", "note"]
    quotes = [m.exact for m in load_marks("gt-2024", annotator="gold").marks if m.label == "date"]
    assert "2022 respectively" in quotes


def test_the_names_beside_the_kits_rows_are_those_of_its_events(root):
    """The lesson writes them in the order of the rows; the photograph, which is told twice, has its name twice."""
    cell = next(c for c in map(cell_source, read_notebook(root / LESSON)["cells"]) if "event=[" in c)
    rows = nd.load_gold("event_mentions").query("article_id == 'gt-2024'")
    names: dict = {"mentions": rows}
    exec(cell.rpartition("\npage[")[0], names)
    page = names["page"]
    assert dict(zip(page["event_id"], page["event"], strict=True)) == {
        "E14": "the inquiry goes on",
        "E17": "Reuters reports the inquiry",
        "E18": "the embassy speaks",
        "E19": "the picture was taken",
        "E20": "China Mobile denied",
        "E21": "China Telecom revoked",
        "E22": "China Unicom revoked",
        "E23": "the ministry speaks",
    }
    assert page["event"].nunique() == 8
    learners = next(c for c in map(cell_source, read_notebook(root / LESSON)["cells"]) if c.startswith("lines = ["))
    assert all(f'"{name}"' in learners for name in page["event"])


def test_exercise_8_rests_on_the_gold(root):
    """Questions 2 and 3, their first right answer, are the kit's own dates; question 4 is a span that was seen."""
    bank = yaml.safe_load((root / BANK).read_text(encoding="utf-8"))["questions"]
    right = {}
    for name in ("e08.q2", "e08.q3", "e08.q5"):
        names: dict = {}
        exec(bank[name]["right"][0]["code"], names)
        right[name] = list(names["answer"].values())
    assert right["e08.q2"] == [mention(event, "fr-2018")["edtf_from_text"] for event in ("E10", "E11", "E12")]
    assert right["e08.q3"] == [mention(event, "gt-2020")["edtf_from_text"] for event in ("E24", "E25", "E26")]
    plans = mention("E13", "fr-2018")
    assert (plans["seen_on"], plans["para"]) == ("2018-01-16", 3)
    assert nd.load_gold("events").set_index("event_id").loc["E13", "shape"] == "span"
    words = [("on Tuesday", 0), ("on 5 March", 1), ("several years ago", 2), ("by the end of the year", 4)]
    assert [nd.resolve_date(w, "2024-03-21") for w, _ in words] == [right["e08.q5"][n] for _, n in words]
    assert date(2024, 3, 21).strftime("%A") == "Thursday"


def test_exercise_8_pages_say_what_the_questions_say():
    """No year and no month on the French page; the stamp and the weekdays on the other; the record of the decision."""
    text = "\n".join(nd.load_article("fr-2018").paragraph(n) for n in range(1, 10))
    assert not re.search(r"\b(?:19|20)\d\d\b", text)
    assert not re.search(r"janvier|février|mars |avril|juin|juillet|août|septembre|octobre|novembre|décembre", text)
    assert text.count("mardi") == 2
    assert "au début du mois" in nd.load_article("fr-2018").paragraph(4)
    assert nd.load_gold("articles").set_index("article_id")["pub_edtf_from_text"].isna()["fr-2018"]
    assert record("R10")["date_edtf"] == "2018-01-16"
    assert date(2018, 1, 16).strftime("%A") == "Tuesday"
    page = nd.load_article("gt-2020")
    assert "2020/7/16" in page.paragraph(2)
    assert date(2020, 7, 16).strftime("%A") == "Thursday"
    assert "said Thursday" in page.paragraph(4)
    assert page.paragraph(13).startswith("On Wednesday, Pompeo applauded the UK move")
    assert "several years ago" in page.paragraph(7)
    assert record("R23")["date_edtf"] == "2020-07-14"


def test_learners_do_not_get_the_dates_that_the_exercise_asks_for():
    """In the working copy's table they are empty for its two pages, and there for those of the lesson."""
    rows = nd.load_table("event_mentions")
    asked = rows["article_id"].isin(["fr-2018", "gt-2020"])
    assert rows[asked][["edtf_from_text", "seen_on"]].isna().all().all()
    assert rows[~asked]["edtf_from_text"].notna().sum() > 10
