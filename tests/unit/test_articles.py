"""articles: reading editions, the gloss, and originals that an owner added."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallkit import FRONT, ORIGINALS, SmallKit

import newsdesk.originals
from newsdesk.articles import Article, Paragraph, article_ids, load_article, read_edition
from newsdesk.errors import DataError, NotFoundError, PlaceError

GOOD = FRONT.format(article_id="aa-2021", edition="reading", outlet="X", language="en")


@pytest.mark.usefixtures("small_kit")
def test_the_gloss_is_no_article_of_its_own() -> None:
    """Ids are those of the reading editions, in alphabetical order."""
    assert article_ids() == ("aa-2021", "bb-2020")


@pytest.mark.usefixtures("small_kit")
def test_paragraphs_are_numbered_from_one_with_furniture() -> None:
    """Headline and page furniture count; blank lines don't."""
    article = load_article("aa-2021")
    assert [(p.number, p.text, p.is_furniture) for p in article.paragraphs] == [
        (1, "Mast is stuck", False),
        (2, "They “said no”.", False),
        (3, "[Page furniture: 5 March]", True),
    ]
    assert len(article) == 3
    assert article.paragraph(2) == "They “said no”."


@pytest.mark.usefixtures("small_kit")
def test_the_front_matter_is_text() -> None:
    """A date stays the text that it is in the file, and the note is at hand."""
    article = load_article("aa-2021")
    assert article.about["date"] == "2021-03-05"
    assert article.about["outlet"] == "A & Co"
    assert article.note == "reading edition, not the outlet's words"
    assert (article.article_id, article.edition) == ("aa-2021", "reading")


@pytest.mark.usefixtures("small_kit")
@pytest.mark.parametrize("wrong", ["aa2021", "AA-2021", "aa_2021"])
def test_a_misspelt_article_is_answered_with_the_right_one(wrong: str) -> None:
    """The learner reads which id was meant."""
    with pytest.raises(NotFoundError, match=r"There is no article .+ Did you mean 'aa-2021'\?"):
        load_article(wrong)


@pytest.mark.usefixtures("small_kit")
@pytest.mark.parametrize("wrong", [2021, None, ["aa-2021"], "../aa-2021", "bb-2020.en"])
def test_what_is_no_article_is_refused(wrong: object) -> None:
    """Numbers, lists, paths and the gloss's file name are no ids."""
    with pytest.raises(NotFoundError, match="There is no article"):
        load_article(wrong)  # type: ignore[arg-type]


@pytest.mark.usefixtures("small_kit")
def test_a_misspelt_edition_is_answered_with_the_right_one() -> None:
    """The three editions are named."""
    with pytest.raises(NotFoundError, match=r"Did you mean 'original'\? There are: reading, gloss, original\."):
        load_article("aa-2021", edition="orginal")


@pytest.mark.usefixtures("small_kit")
def test_the_gloss_has_the_same_paragraph_numbers() -> None:
    """Gloss and edition stand beside each other paragraph by paragraph."""
    gloss = load_article("bb-2020", edition="gloss")
    assert (gloss.edition, gloss.paragraph(1)) == ("gloss", "The mast stays")
    assert len(gloss) == len(load_article("bb-2020"))


@pytest.mark.usefixtures("small_kit")
def test_an_article_without_a_gloss_says_so() -> None:
    """An English article has none; the editions that it has are named."""
    with pytest.raises(NotFoundError, match=r"gloss of aa-2021.+reading, original"):
        load_article("aa-2021", edition="gloss")


def test_an_original_comes_with_the_editions_facts(
    small_kit: SmallKit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its words are the owner's copy's, its outlet the edition's, and its note says whose words they are."""
    monkeypatch.setattr(newsdesk.originals.platformdirs, "user_data_path", lambda *_, **__: tmp_path / "user")
    with pytest.raises(PlaceError, match="not on this computer"):
        load_article("aa-2021", edition="original")
    folder = tmp_path / "user" / "originals"
    folder.mkdir(parents=True)
    (folder / "aa-2021.txt").write_text("\n\n".join(ORIGINALS["aa-2021"]), encoding="utf-8")
    article = load_article("aa-2021", edition="original")
    assert [p.text for p in article.paragraphs] == ORIGINALS["aa-2021"]
    assert article.about["outlet"] == "A & Co"
    assert article.edition == "original"
    assert article.note == "the outlet's own words, from your copy"
    assert load_article("aa-2021").note == "reading edition, not the outlet's words"


@pytest.mark.usefixtures("small_kit")
@pytest.mark.parametrize("number", [0, 4, -1, "p2", None])
def test_a_paragraph_that_does_not_exist_is_refused(number: object) -> None:
    """The range of numbers is named; -1 is not the last one."""
    with pytest.raises(NotFoundError, match=r"no paragraph of aa-2021 .+1 to 3"):
        load_article("aa-2021").paragraph(number)  # type: ignore[arg-type]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=6))
def test_an_offset_points_to_its_paragraph(texts: list[str]) -> None:
    """In code points, whatever the paragraphs hold: emoji, combining marks, other scripts."""
    article = Article("x", "reading", tuple(Paragraph(n, t) for n, t in enumerate(texts, start=1)), {})
    for paragraph in article.paragraphs:
        start = article.offset(paragraph.number)
        assert article.text[start : start + len(paragraph.text)] == paragraph.text


@pytest.mark.usefixtures("small_kit")
def test_an_article_becomes_a_table() -> None:
    """One row a paragraph, with its number, text and words counted."""
    frame = load_article("aa-2021").to_frame()
    assert list(frame.columns) == ["para", "text", "words"]
    assert frame["para"].tolist() == [1, 2, 3]
    assert frame["words"].tolist() == [3, 3, 4]
    assert frame["para"].dtype == "int64"
    assert pd.api.types.is_string_dtype(frame["text"])


@pytest.mark.usefixtures("small_kit")
def test_an_article_cannot_be_changed() -> None:
    """It is a value: nothing can be assigned."""
    with pytest.raises(AttributeError):
        load_article("aa-2021").edition = "original"  # type: ignore[misc]


@pytest.mark.usefixtures("small_kit")
def test_an_article_in_a_cell_says_what_it_is_and_how_to_read_it() -> None:
    """Not its whole text on one line."""
    assert repr(load_article("aa-2021")) == "<aa-2021, reading edition, 3 paragraphs; nd.show_article shows it>"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("Just text\n", "no front matter"),
        ("", "no front matter"),
        ("---\nformat: 1\nno second line\n", "no front matter"),
        ("---\n- a\n- list\n---\nText\n", "no front matter"),
        (GOOD.replace("format: 1", "format: 2"), "format 2; this version reads format 1"),
        (GOOD.replace("format: 1\n", ""), "format None; this version reads format 1"),
        (GOOD.replace("outlet: X", "outlet: X: Y: Z"), "front matter"),
        (GOOD.replace("outlet: X", 'outlet: "X'), "front matter"),
        (GOOD.replace("article_id: aa-2021\n", ""), "article_id"),
        (GOOD.replace("edition: reading\n", ""), "edition"),
    ],
)
def test_a_damaged_edition_is_named_with_what_is_wrong(tmp_path: Path, content: str, message: str) -> None:
    """An author reads the file's name and the fault, not a traceback of the parser."""
    path = tmp_path / "aa-2021.md"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_edition(path)
    assert "aa-2021.md" in str(caught.value)
    assert message in str(caught.value)


def test_a_line_of_hyphens_within_the_text_is_text(tmp_path: Path) -> None:
    """Only the first two such lines bound the front matter; Windows line ends are line ends."""
    path = tmp_path / "aa-2021.md"
    path.write_bytes((GOOD + "One\n\n---\n\nTwo\n").replace("\n", "\r\n").encode())
    assert [p.text for p in read_edition(path).paragraphs] == ["One", "---", "Two"]
