"""The kit's own marks: they stand in the editions, and say what the tables say."""

from __future__ import annotations

import csv
import re
import uuid
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from newsdesk.annotation.labels import all_labels
from newsdesk.annotation.sentences import sentences
from newsdesk.annotation.values import Mark, Marks
from newsdesk.annotation.w3c import Page, dump_page
from newsdesk.annotation.w3c_reading import read_page
from newsdesk.articles import Article, article_ids, load_article

DATA = Path(__file__).parents[2] / "data"
ARTICLES = article_ids()

# Two claims of one stretch ("... in 2021 and 2022 respectively"): they share a mark.
SHARED = {"gt-2024-c20": "gt-2024-c19"}
# The table's quote is the words that hand the claim over, and a claim's mark leaves those out.
QUOTE_IS_THE_CUE = {"afp-2020-c35", "tpk-2024-c02", "gt-2024-c03"}
# The holder is first named ten paragraphs later; the sentence has a metonym, which is no row of `sources`.
METONYM = {"afp-2020-c04": "Beijing"}
# `hedge_words` that carry another modality than a hedge: they charge, or foretell.
NO_HEDGES = {"accused", "claims", "pointing the finger", "soupçonnée", "will"}
# Cues of `attributions` that are no words of saying: a colon, a credit, a relay's name, a verb inside a quotation.
NO_CUES = {": experts", ": FM", "Xinhua/Shen Bohan", "l'organisation de collecte de nouvelles", "urge"}
# Second cues beside the one of `attributions`.
MORE_CUES = {"afp-2020": {"pointed this out"}, "gt-2020": {"expressed doubt"}}
# Paragraphs of a source in which no words name it as saying something.
UNNAMED = {("S36", 1), ("S33", 11)}
# The day or year of the article itself, as its page prints it; the other two pages print none.
PRINTED = {
    "afp-2020": {("2020", 18)},
    "gt-2024": {("on Jun 25, 2024, at 09:04 PM", 3)},
    "gt-2020": {("on 2020/7/16 at 20:53:40", 2)},
}


@cache
def table(name: str) -> list[dict[str, str]]:
    """The rows of a table; of claims, and of the table of who said them, those of active claims."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if name == "claims":
        return [row for row in rows if row["status"] == "active"]
    if name == "attributions":
        return [row for row in rows if row["claim_id"] in claims()]
    return rows


@cache
def claims() -> dict[str, dict[str, str]]:
    """The active claims by their ids."""
    return {row["claim_id"]: row for row in table("claims")}


def of(name: str, article_id: str) -> list[dict[str, str]]:
    """The rows of a table that belong to an article."""
    return [row for row in table(name) if row["article_id"] == article_id]


def file_of(article_id: str) -> Path:
    """Where the kit's marks in an article are."""
    return DATA / "annotations" / f"{article_id}.gold.jsonld"


@cache
def page(article_id: str) -> Page:
    """The kit's marks in an article, as they are read."""
    path = file_of(article_id)
    return read_page(path.read_bytes(), path.name, load_article(article_id), "gold")


@cache
def marks(article_id: str) -> Marks:
    """The marks of the file."""
    return page(article_id).marks


def labelled(article_id: str, label: str) -> list[Mark]:
    """The marks with a label."""
    return [mark for mark in marks(article_id).marks if mark.label == label]


def span(mark: Mark) -> tuple[int, int]:
    """Start and end of a mark, which is no orphan."""
    assert mark.start is not None and mark.end is not None
    return mark.start, mark.end


def name(*parts: object) -> str:
    """The id of the mark that was made from a row: data/README.md says which parts."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "urn:newsdesk:gold:" + ":".join(map(str, parts))))


@cache
def claim_mark(claim_id: str) -> Mark:
    """The mark of a claim, found by its id."""
    wanted = name(SHARED.get(claim_id, claim_id))
    (mark,) = [m for m in marks(claims()[claim_id]["article_id"]).marks if m.mark_id == wanted]
    return mark


@cache
def source_rows(article_id: str) -> dict[str, str]:
    """For each source's mark its row in `sources`; "" where none has made it."""
    ids = [row["source_id"] for row in of("sources", article_id)]
    return {
        mark.mark_id: next((each for each in ids if name(each, *span(mark)) == mark.mark_id), "")
        for mark in labelled(article_id, "source")
    }


def holders() -> Iterator[tuple[str, str]]:
    """Each claim with the source that holds it."""
    for row in table("attributions"):
        if row["level"] == "1" and row["type"] == "holder":
            yield row["claim_id"], row["source_id"]


def sentence_of(article: Article, mark: Mark) -> tuple[int, int]:
    """Start and end of the sentence that a mark lies in."""
    start, end = span(mark)
    for paragraph in article.paragraphs:
        offset = article.offset(paragraph.number)
        for first, last in sentences(paragraph.text):
            if first + offset <= start and end <= last + offset:
                return first + offset, last + offset
    pytest.fail(f"{mark.exact!r} lies in no one sentence of {article.article_id}")


def date_forms(text: str) -> list[str]:
    """The stretches that a cell of `date_text` stands for: two mentions, or words that stand apart."""
    return ["in 2021 and 2022 respectively"] if " ... " in text else text.split(" / ") if text else []


@pytest.mark.parametrize("article_id", ARTICLES)
def test_a_file_is_read_without_a_note_and_written_back_byte_for_byte(article_id: str):
    """Nothing in it is unknown, moved or foreign."""
    whole = page(article_id)
    assert (whole.notes, whole.foreign, whole.keys) == ((), (), {})
    assert dump_page(whole.marks, whole) == dump_page(whole.marks) == file_of(article_id).read_bytes()


@pytest.mark.parametrize("article_id", ARTICLES)
def test_a_mark_stands_where_the_edition_has_its_words(article_id: str):
    """Offsets and words agree, a mark lies in one sentence, and carries all its label can carry."""
    article, labels = load_article(article_id), all_labels()
    for mark in marks(article_id).marks:
        start, end = span(mark)
        assert article.text[start:end] == mark.exact
        assert article.text[max(start - 32, 0) : start] == mark.prefix
        assert article.text[end : end + 32] == mark.suffix
        assert sentence_of(article, mark)
        assert {key for key, _ in mark.attributes} == set(labels[mark.label].attributes)
        assert (mark.annotator, mark.comment) == ("gold", "")


@pytest.mark.parametrize("article_id", ARTICLES)
def test_a_mark_begins_and_ends_with_whole_words_and_whole_quotations(article_id: str):
    """No space, comma or half a word at a border; of a pair of quotation marks none or both."""
    text = load_article(article_id).text
    for mark in marks(article_id).marks:
        start, end = span(mark)
        assert re.match(r"[\w\"«]", mark.exact), mark.exact
        assert re.search(r"[\w)\"'»›’]$|U\.S\.$", mark.exact), mark.exact
        assert not re.fullmatch(r"\w\w", text[start - 1 : start + 1]), mark.exact
        assert not re.fullmatch(r"\w\w", text[end - 1 : end + 1]), mark.exact
        assert mark.exact.count('"') % 2 == 0, mark.exact
        assert all(mark.exact.count(a) == mark.exact.count(b) for a, b in ("«»", "‹›", "()")), mark.exact


@pytest.mark.parametrize("article_id", ARTICLES)
def test_every_active_claim_has_one_mark_and_every_claims_mark_a_row(article_id: str):
    """The mark is found by its id, stands in the claim's paragraph, and carries what `claims` has."""
    rows = [row for row in of("claims", article_id) if row["claim_id"] not in SHARED]
    assert sorted(name(row["claim_id"]) for row in rows) == sorted(m.mark_id for m in labelled(article_id, "claim"))
    for row in of("claims", article_id):
        mark = claim_mark(row["claim_id"])
        assert marks(article_id).para(mark) == int(row["para"]), row["claim_id"]
        assert dict(mark.attributes) == {key: row[key] for key in ("attribution_type", "modality", "checkable")}
        assert (row["quote"] in mark.exact) == (row["claim_id"] not in QUOTE_IS_THE_CUE), row["claim_id"]


@pytest.mark.parametrize("article_id", ARTICLES)
def test_who_is_heard_is_marked_and_who_is_not_is_not(article_id: str):
    """Each source with the voice ``heard`` has a mark of its kind in each of its paragraphs; no other has one."""
    rows = {row["source_id"]: row for row in of("sources", article_id)}
    spoken = {
        (each, int(para))
        for each, row in rows.items()
        for para in row["paras"].split(";")
        if row["voice"] == "heard" and (each, int(para)) not in UNNAMED
    }
    named, found = source_rows(article_id), labelled(article_id, "source")
    assert {(named[m.mark_id], marks(article_id).para(m)) for m in found if named[m.mark_id]} == spoken
    assert [m.exact for m in found if not named[m.mark_id]] == (["Beijing"] if article_id == "afp-2020" else [])
    kinds = {m.mark_id: rows[named[m.mark_id]]["kind"] for m in found if named[m.mark_id]}
    assert all(dict(m.attributes)["source_kind"] == kinds.get(m.mark_id, "collective") for m in found)


@pytest.mark.parametrize("article_id", ARTICLES)
def test_hedges_are_the_hedge_words_of_the_claims(article_id: str):
    """Each hedge word is marked in its claim's sentence, and nothing else is a hedge."""
    article, left = load_article(article_id), {mark.mark_id for mark in labelled(article_id, "hedge")}
    for row in of("claims", article_id):
        words = {word.strip() for word in row["hedge_words"].split(";")} - {""}
        first, last = sentence_of(article, claim_mark(row["claim_id"]))
        here = [m for m in labelled(article_id, "hedge") if first <= span(m)[0] < last]
        assert {m.exact for m in here if m.exact in words} == words - NO_HEDGES, row["claim_id"]
        left -= {m.mark_id for m in here if m.exact in words}
    assert not left


@pytest.mark.parametrize("article_id", ARTICLES)
def test_loaded_words_are_those_of_the_table(article_id: str):
    """One mark for each row, with its words, paragraph and function."""
    marked = {
        (m.mark_id, m.exact, str(marks(article_id).para(m)), *dict(m.attributes).values())
        for m in labelled(article_id, "loaded")
    }
    rows = of("loaded_words", article_id)
    assert marked == {(name(row["word_id"]), row["word"], row["para"], row["function"]) for row in rows}


@pytest.mark.parametrize("article_id", ARTICLES)
def test_dates_are_those_of_the_events_and_of_the_article(article_id: str):
    """Each date text is marked in its paragraph, and the printed date of the article, and no more."""
    found = {(m.exact, marks(article_id).para(m)) for m in labelled(article_id, "date")}
    events = {
        (words, int(row["para"])) for row in of("event_mentions", article_id) for words in date_forms(row["date_text"])
    }
    assert found == events | PRINTED.get(article_id, set())


@pytest.mark.parametrize("article_id", ARTICLES)
def test_cues_are_the_heads_of_the_tables_cues(article_id: str):
    """Each cue of `attributions` holds a marked one of its paragraph, and each marked one is held."""
    article, left = load_article(article_id), {m.mark_id: m.exact for m in labelled(article_id, "cue")}
    for row in table("attributions"):
        claim = claims()[row["claim_id"]]
        for cue in row["cue"].split("; ") if claim["article_id"] == article_id and row["cue"] else ():
            para = 5 if cue == "Extrait du rapport" else int(claim["para"])
            assert cue in article.paragraph(para)
            held = [m for m in labelled(article_id, "cue") if marks(article_id).para(m) == para and m.exact in cue]
            assert bool(held) != (cue in NO_CUES), (row["claim_id"], cue)
            for mark in held:
                left.pop(mark.mark_id, None)
    assert set(left.values()) == MORE_CUES.get(article_id, set())


@pytest.mark.parametrize("article_id", ARTICLES)
def test_claims_are_linked_to_who_holds_them(article_id: str):
    """A claim leads to its holder, to its asserter where the same sentence names another, and else nowhere."""
    article, rows = load_article(article_id), source_rows(article_id)
    by_id = {mark.mark_id: mark for mark in marks(article_id).marks}
    linked = {(link.origin, link.target) for link in marks(article_id).links}
    assert len(linked) == len(marks(article_id).links)
    wanted = set()
    for claim_id, source_id in holders():
        if claims()[claim_id]["article_id"] != article_id:
            continue
        mark = claim_mark(claim_id)
        targets = [by_id[target] for origin, target in linked if origin == mark.mark_id]
        if claim_id in METONYM:
            (held,) = [m for m in targets if m.exact == METONYM[claim_id] and not rows[m.mark_id]]
        else:
            (held,) = [m for m in targets if rows[m.mark_id] == source_id]
            mentions = [m for m in labelled(article_id, "source") if rows[m.mark_id] == source_id]
            assert is_near(article, mark, held, mentions), claim_id
        wanted.add((mark.mark_id, held.mark_id))
        first, last = sentence_of(article, mark)
        asserter = claims()[claim_id]["asserter_id"]
        if asserter != source_id:
            beside = [m for m in labelled(article_id, "source") if rows[m.mark_id] == asserter and asserter]
            wanted |= {(mark.mark_id, m.mark_id) for m in beside if first <= span(m)[0] < last}
    assert linked == wanted


def is_near(article: Article, claim: Mark, held: Mark, mentions: list[Mark]) -> bool:
    """Say whether `held` is in the claim's sentence, else in its paragraph, else the last one before it."""
    first, last = sentence_of(article, claim)
    starts = {n: article.offset(n) for n in range(1, len(article) + 1)}
    para = max(n for n, start in starts.items() if start <= first)
    low, high = starts[para], starts[para] + len(article.paragraph(para))
    for candidates in (
        [m for m in mentions if first <= span(m)[0] < last],
        [m for m in mentions if low <= span(m)[0] < high],
        [m for m in mentions if span(m)[1] <= low][-1:],
    ):
        if candidates:
            return held in candidates
    return False
