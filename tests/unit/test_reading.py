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


ONE = article("Mast", "The port’s council & mayor said no, again.", "She left.")
OTHER = article("A quay", "He left.", "No: the port's council & mayor said no.", article_id="bb-2020")


def marked(reading: Reading) -> list[tuple[str, str]]:
    """Return what is bold and underlined in a view, with its number."""
    return [
        ("".join(b.itertext()), sup.text or "")
        for td in table(reading).iter("td")
        for b, sup in zip(td.iterfind("b"), td.iterfind("sup"), strict=True)
        if b.find("u") is not None
    ]


def test_shared_wording_is_bold_underlined_and_numbered() -> None:
    """As each article writes it, with one number in both; no colour, and the text itself unchanged."""
    reading = show_article(ONE, beside=OTHER, shared=True)
    assert marked(reading) == [("The port’s council & mayor said no", "1"), ("the port's council & mayor said no", "1")]
    assert "color" not in reading.html
    unmarked = [row[1:] for row in cells(show_article(ONE, beside=OTHER))]
    assert [[c.replace("no1", "no") for c in row[1:]] for row in cells(reading)] == unmarked


def test_shared_wording_is_in_brackets_on_paper() -> None:
    """The same number in both; what the line says of editions stands above."""
    lines = show_article(ONE, beside=OTHER, shared=True).text.splitlines()
    assert lines[0].startswith("(Shared wording is re-enacted in these reading editions: ")
    assert "p2  [1: The port’s council & mayor said no], again." in lines
    assert "p3  No: [1: the port's council & mayor said no]." in lines


def test_only_editions_are_said_to_reenact() -> None:
    """An own text shares wording as it is; no words in a row are said to be none."""
    own = article("The port's council said no.", edition="own")
    assert "re-enacted" not in show_article(own, beside=OTHER, shared=True).html
    assert "re-enacted" in show_article(ONE, beside=OTHER, shared=True, at_least=50).html
    nothing = show_article(ONE, beside=OTHER, shared=True, at_least=50)
    assert "These paragraphs share no 50 words in a row." in nothing.html
    assert marked(nothing) == []


def test_only_what_is_shown_is_marked() -> None:
    """A partner outside the choice of paragraphs is no partner."""
    assert marked(show_article(ONE, beside=OTHER, shared=True, paras=[2])) == []
    assert len(marked(show_article(ONE, beside=OTHER, shared=True, paras=[(2, 3)]))) == 2


def test_of_overlapping_runs_the_longer_is_marked() -> None:
    """Each word is in one mark at most, and numbers run down the first column."""
    one = article("d e f a b c d e")
    other = article("a b c d e x d e f y c d e f")
    reading = show_article(one, beside=other, shared=True, at_least=2)
    assert marked(reading) == [("d e f", "1"), ("a b c d e", "2"), ("a b c d e", "2"), ("d e f", "1")]


def test_a_pair_puts_two_paragraphs_beside_each_other() -> None:
    """By pair, by number, or one pair alone; the row says both numbers."""
    found = [[row[0], *row[1:]] for row in cells(show_article(ONE, beside=OTHER, paras=[(2, 3), 1]))]
    assert [row[0] for row in found] == ["p2 | p3", "p1"]
    assert found[0][2].startswith("No: the port")
    assert cells(show_article(ONE, beside=OTHER, paras=(2, 3))) == found[:1]
    assert [row[0] for row in cells(show_article(ONE, paras=(2, 3)))] == ["p2", "p3"]


@pytest.mark.parametrize("paras", [[(1, 2)], [(1, 2, 3)]])
def test_a_pair_needs_two_articles(paras: list[tuple[int, int]]) -> None:
    """How to write it is told."""
    with pytest.raises(DataError, match=r"needs two articles: show_article\(one, beside=other, paras=\[\(2, 6\)\]\)"):
        show_article(ONE, paras=paras)


def test_a_pairs_numbers_are_those_of_their_own_article() -> None:
    """Paragraph 3 of the longer is none of the shorter."""
    with pytest.raises(DataError, match=r"There is no paragraph 3\. Paragraphs: 1 to 1"):
        show_article(ENGLISH, beside=FRENCH, paras=[(1, 3)])


def test_shared_wording_needs_two() -> None:
    """One article alone shares nothing; a length is a whole number."""
    with pytest.raises(DataError, match="Add the other: show_article"):
        show_article(ONE, shared=True)
    with pytest.raises(DataError, match="at_least is 0"):
        show_article(ONE, beside=OTHER, shared=True, at_least=0)


@pytest.mark.parametrize(
    ("one", "other", "note"),
    [
        (article("…"), OTHER, "aa-2021 has no words, so that nothing in it can be shared."),
        (ONE, ONE, "aa-2021 and aa-2021 are the same, word for word."),
        (ONE, article("港口说不", language="zh"), "a translation shares no wording with what it translates."),
    ],
)
def test_odd_pairs_are_explained(one: Article, other: Article, note: str) -> None:
    """Empty, the same, in two scripts: the view says so."""
    assert note in show_article(one, beside=other, shared=True).html
    assert note in show_article(one, beside=other, shared=True).text
