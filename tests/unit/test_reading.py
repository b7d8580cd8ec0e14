"""reading: articles on the page, one or two beside each other."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from newsdesk.articles import Article, Paragraph
from newsdesk.errors import DataError
from newsdesk.reading import show_article
from newsdesk.views import Reading

NOTE = "reading edition, not the outlet's words"


def article(*texts: str, article_id: str = "aa-2021", edition: str = "reading", **about: str) -> Article:
    """Return an article of these paragraphs."""
    facts = {"outlet": "X", "language": "en", "note": NOTE} | about
    return Article(article_id, edition, tuple(Paragraph(n, t) for n, t in enumerate(texts, start=1)), facts)


ENGLISH = article("Mast is stuck", "They <b>“said no”</b> & left.", "[Published 5 March]")
FRENCH = article("Le mât reste", article_id="bb-2020", language="fr (translated from en)", outlet="Y")


def table(reading: Reading) -> ET.Element:
    """Return the view's table; the HTML is well-formed, so that no text of an article breaks it."""
    return ET.fromstring(reading.html)


def cells(reading: Reading) -> list[list[str]]:
    """Return the text of the rows, as a reader sees it."""
    return [["".join(c.itertext()) for c in row] for row in table(reading).iterfind("tbody/tr")]


def test_every_paragraph_has_its_number() -> None:
    """In order, furniture included."""
    assert cells(show_article(ENGLISH)) == [
        ["p1", "Mast is stuck"],
        ["p2", "They <b>“said no”</b> & left."],
        ["p3", "[Published 5 March]"],
    ]


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "</td></tr></table><h1>x", "a < b && c > d", "&lt;b&gt;", "<img src=x onerror=y>"],
)
def test_an_articles_text_is_never_markup(text: str) -> None:
    """Whatever an article holds, headline and outlet too, is shown as its characters."""
    reading = show_article(article(text, outlet=text, note=text))
    assert cells(reading) == [["p1", text]]
    assert {element.tag for element in table(reading).iter()} == {
        *("table", "caption", "small", "thead", "tbody", "tr", "th", "td")
    }
    assert "".join(table(reading).find("thead").itertext()) == f"Paraaa-2021: {text}"  # type: ignore[union-attr]
    assert "".join(table(reading).find("caption").itertext()) == text  # type: ignore[union-attr]


def test_a_screen_reader_knows_rows_columns_and_languages() -> None:
    """Header cells with their scope, and each text cell with its language: a voice that fits."""
    found = table(show_article(FRENCH, beside=ENGLISH))
    assert [th.get("scope") for th in found.iterfind("thead/tr/th")] == ["col", "col", "col"]
    assert {th.get("scope") for th in found.iterfind("tbody/tr/th")} == {"row"}
    for row in found.iterfind("tbody/tr"):
        assert [td.get("lang") for td in row.iterfind("td")] == ["fr", "en"]


def test_furniture_is_told_by_more_than_brackets() -> None:
    """Page furniture is set apart; running text is not."""
    found = table(show_article(ENGLISH)).findall("tbody/tr/td")
    assert [td.find("em") is not None for td in found] == [False, False, True]


def test_colours_are_the_themes() -> None:
    """No colour, class, script or style sheet of its own: dark theme and print keep theirs."""
    html = show_article(ENGLISH, beside=FRENCH).html
    for word in ("color", "background", "<style", "<script", "class=", "http"):
        assert word not in html


@pytest.mark.parametrize("first_is_longer", [True, False])
def test_two_of_different_length_stand_beside_each_other(first_is_longer: bool) -> None:
    """By number; the shorter one's cells are empty at the end, whichever comes first."""
    one, two = (ENGLISH, FRENCH) if first_is_longer else (FRENCH, ENGLISH)
    found = cells(show_article(one, beside=two))
    assert [row[0] for row in found] == ["p1", "p2", "p3"]
    short = 2 if first_is_longer else 1
    assert [row[short] for row in found] == ["Le mât reste", "", ""]
    assert all(row[3 - short] for row in found)


def test_both_columns_are_named() -> None:
    """By article, outlet and edition."""
    gloss = article("The mast stays", article_id="bb-2020", edition="gloss", outlet="Y")
    original = article("x", edition="original", note="the outlet's own words, from your copy")
    heads = table(show_article(gloss, beside=original)).findall("thead/tr/th")
    assert [th.text for th in heads] == ["Para", "bb-2020: Y, English gloss", "aa-2021: X, original"]


def test_every_view_carries_the_note() -> None:
    """In HTML and text; two notes where they differ, one where they are the same."""
    original = article("x", edition="original", note="the outlet's own words, from your copy")
    for reading in (show_article(ENGLISH), show_article(ENGLISH, beside=FRENCH)):
        assert "".join(table(reading).find("caption").itertext()) == NOTE  # type: ignore[union-attr]
        assert NOTE in reading.text
    both = show_article(ENGLISH, beside=original)
    caption = "".join(table(both).find("caption").itertext())  # type: ignore[union-attr]
    assert caption == f"{NOTE}; the outlet's own words, from your copy"


def test_a_choice_of_paragraphs_is_shown_in_the_order_given() -> None:
    """Any iterable, numbers of a table's column among them."""
    frame = ENGLISH.to_frame()
    assert [row[0] for row in cells(show_article(ENGLISH, paras=[3, 1]))] == ["p3", "p1"]
    assert [row[0] for row in cells(show_article(ENGLISH, paras=frame["para"].tail(2)))] == ["p2", "p3"]
    assert [row[0] for row in cells(show_article(ENGLISH, paras=(n for n in [2])))] == ["p2"]
    assert show_article(ENGLISH, paras=[2]).text.splitlines()[2:] == ["p2  They <b>“said no”</b> & left."]


@pytest.mark.parametrize("paras", [2, "p2", "2", ["p2"], ["P2"], ENGLISH.to_frame()["para"].iloc[1]])
def test_a_paragraph_may_be_written_as_people_write_it(paras: object) -> None:
    """One number in place of a list, a table's cell, or the name that stands in the margin."""
    assert [row[0] for row in cells(show_article(ENGLISH, paras=paras))] == ["p2"]  # type: ignore[arg-type]


@pytest.mark.parametrize("paras", [[0], [1, 4], [-1], ["p9"], [None], "4", 4, [1.5], ["2²"], "aa-2021.p2", [True]])
def test_a_paragraph_that_does_not_exist_is_named_with_the_range(paras: object) -> None:
    """And with how to write a choice."""
    with pytest.raises(DataError, match=r"There is no paragraph .+ Paragraphs: 1 to 3, as in paras=\[2, 12\]\."):
        show_article(ENGLISH, beside=FRENCH, paras=paras)  # type: ignore[arg-type]


@pytest.mark.parametrize("paras", [1.5, object()])
def test_what_is_no_choice_of_paragraphs_is_told(paras: object) -> None:
    """A message, not an error of Python's own."""
    with pytest.raises(DataError):
        show_article(ENGLISH, paras=paras)  # type: ignore[arg-type]


@pytest.mark.parametrize("thing", ["gt-2024", None, ENGLISH.to_frame(), ENGLISH.paragraphs])
def test_what_is_no_article_is_answered_with_how_to_load_one(thing: object) -> None:
    """An id in place of the article is the commonest slip; in either place."""
    message = rf"not a {type(thing).__name__}\. Load one first: show_article\(load_article\('gt-2024'\)\)"
    with pytest.raises(DataError, match=message):
        show_article(thing)  # type: ignore[arg-type]
    if thing is not None:
        with pytest.raises(DataError, match=message):
            show_article(ENGLISH, beside=thing)  # type: ignore[arg-type]


def test_a_terminal_and_paper_read_plain_text() -> None:
    """One article after the other, each paragraph with its number, without empty lines for the shorter."""
    reading = show_article(ENGLISH, beside=FRENCH)
    assert str(reading) == reading.text
    assert reading.text.splitlines() == [
        "aa-2021: X",
        f"({NOTE})",
        "p1  Mast is stuck",
        "p2  They <b>“said no”</b> & left.",
        "p3  [Published 5 March]",
        "bb-2020: Y",
        f"({NOTE})",
        "p1  Le mât reste",
    ]


def test_jupyter_gets_both_forms() -> None:
    """HTML where it is shown, text for a screen reader's terminal and for a comparison of outputs."""
    reading = show_article(ENGLISH)
    assert reading._repr_mimebundle_(include=None, exclude=None) == {
        "text/html": reading.html,
        "text/plain": reading.text,
    }
