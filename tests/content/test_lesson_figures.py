"""What a lesson states in prose and no cell of it computes."""

from __future__ import annotations

import re
from pathlib import Path

import newsdesk as nd
from newsdesk.articles import article_ids
from newsdesk.tables import table_fields

KIT = Path(__file__).parents[2]


def furniture(article_id: str) -> list[int]:
    """Return the numbers of the furniture paragraphs by the table."""
    articles = nd.load_gold("articles").set_index("article_id")
    return [int(n) for n in articles.loc[article_id, "furniture_paras"].split(";")]


def test_lesson_0_counts_the_collection():
    """Five articles; one in French; two translated; two of one outlet."""
    articles = nd.load_table("articles")
    assert len(articles) == 5
    assert (articles["language"] == "fr").sum() == 1
    assert articles["translated_from"].notna().sum() == 2
    assert articles["outlet"].value_counts().max() == 2


def test_lesson_0_baseline_passages_rest_on_something_to_check():
    """Both passages of the baseline carry a trap, one in favour of either side."""
    traps = nd.load_gold("traps")
    at = traps["article_id"] + ".p" + traps["para"].astype(str)
    assert {"tpk-2024.p6", "afp-2020.p10"} <= set(at)


def test_lesson_1_furniture_is_where_the_lesson_says():
    """AFP: 1 and 18. The blog: the last two. Global Times: 2, 3 and 14; brackets stand there and only there."""
    assert furniture("afp-2020") == [1, 18]
    assert furniture("tpk-2024") == [11, 12]
    assert furniture("gt-2020") == [2, 3, 14]
    for article_id in article_ids():
        brackets = [p.number for p in nd.load_article(article_id).paragraphs if p.is_furniture]
        assert brackets == furniture(article_id), article_id


def test_lesson_1_furniture_is_shortest_and_holds_the_year():
    """On AFP's page the furniture lines are the shortest, and only they give the year and the agency."""
    afp = nd.load_article("afp-2020")
    page = afp.to_frame().sort_values("words")
    assert set(page["para"].head(2)) == {1, 18}
    assert page["words"].iloc[1] < page["words"].iloc[2]
    assert [p.number for p in afp.paragraphs if "2020" in p.text] == [18]
    assert [p.number for p in afp.paragraphs if "AFP" in p.text] == [1, 18]


def test_lesson_1_washington_and_beijing_stand_where_it_says():
    """Washington in p1, p6 and p17; Beijing in p2; the spokesman is named in p12."""
    afp = nd.load_article("afp-2020")
    assert [p.number for p in afp.paragraphs if "Washington" in p.text] == [1, 6, 17]
    assert "Beijing" in afp.paragraph(2)
    assert "Zhao Lijian" in afp.paragraph(12)
    assert "press conference" in afp.paragraph(13)


def test_lesson_1_no_page_names_an_author():
    """The byline is empty in all five rows; the blog gives no date, the French page no year."""
    articles = nd.load_table("articles").set_index("article_id")
    assert articles["byline"].isna().all()
    assert articles["date_text"].isna().sum() == 1
    assert articles.loc["fr-2018", "date_text"] == "mardi"


def test_a_lesson_shows_no_key_of_an_exercise_to_come():
    """A lesson loads a table whole only if all exercises that ask for its columns came before it."""
    for path in KIT.glob("notebooks/*.ipynb"):
        text = path.read_text(encoding="utf-8")
        loaded = re.findall(r'load_gold\(\\"(\w+)\\"\)', text)
        assert text.count("load_gold(") == len(loaded), path.name
        for name in loaded:
            asking = {int(mark["exercise"][1:]) for field in table_fields(name) for mark in field.get("key", [])}
            assert all(exercise < int(path.name[:2]) for exercise in asking), (path.name, name)
