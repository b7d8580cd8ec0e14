"""compare and shingles: every run that two texts share, held against a slow and plain search."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wording import shared_runs, words

from newsdesk import shingles
from newsdesk.articles import load_article, own_article
from newsdesk.compare import (
    COLUMNS,
    places_in,
    plain_text,
    shared_stretches,
    shared_wording,
    shared_wording_among,
    words_of,
)
from newsdesk.errors import DataError

Row = tuple[object, ...]


def plainly(texts: dict[str, str], at_least: int) -> list[Row]:
    """Return the rows by comparing each word with each word; the wording as its words."""
    split = {name: [line for line in text.splitlines() if line.strip()] for name, text in texts.items()}
    return sorted(
        (a, b, i, j, len(run.words), " ".join(run.words))
        for a, b in combinations(texts, 2)
        for i, one in enumerate(split[a], start=1)
        for j, other in enumerate(split[b], start=1)
        for run in shared_runs(words(one), words(other), at_least)
    )


def rows(frame: pd.DataFrame) -> list[Row]:
    """Return a result's rows in the same form, in one order."""
    said = (" ".join(words(text)) for text in frame["wording"])
    columns = (frame[c].tolist() for c in ("a", "b", "para_a", "para_b", "words"))
    return sorted(zip(*columns, said, strict=True))


few_words = st.lists(st.sampled_from(["a", "b", "the", "U.S.", "can’t", "Ñu", "\n", "-"]), max_size=24).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(st.lists(few_words, max_size=4), st.integers(1, 5))
def test_it_finds_what_the_plain_search_finds(texts, at_least):
    """The same runs, the same number of times, in small texts of few words, where almost everything repeats."""
    named = {f"t{n}": text for n, text in enumerate(texts)}
    assert rows(shared_wording_among(named, at_least=at_least)) == plainly(named, at_least)


@settings(max_examples=50, deadline=None)
@given(few_words, few_words, st.integers(1, 4))
def test_two_texts_are_compared_as_many_are(a, b, at_least):
    """shared_wording gives the rows of the folder's function."""
    frame = shared_wording(a, b, at_least=at_least)
    assert rows(frame) == plainly({"a": a, "b": b}, at_least)


signs = st.lists(st.sampled_from([*"ab '’ﬁ½…é", "e\u0301", "\u0301", "Ⅳ", "각", "ᄀ", "ᅡ"]), max_size=8).map("".join)


@given(signs)
def test_places_lead_back_into_the_text(text):
    """One place a sign of the plain text and one for the end; rising, inside the text."""
    places = places_in(text)
    assert len(places) == len(plain_text(text)) + 1
    assert places == sorted(places)
    assert places[-1] == len(text)


@pytest.mark.parametrize(
    "text", ["the Ports’ ﬁnal ½ word … said", "Cafe\u0301 ‘no’ the ports' ﬁnal word", "¾ ports' final"]
)
def test_a_stretch_is_the_same_words_as_they_stand(text):
    """Ligatures, fractions, accents apart: the stretch is cut from the text itself, whole letters only."""
    one, other = own_article("one", [text]), own_article("other", ["x the ports' final y"])
    (a, b), *_ = shared_stretches(one, other, at_least=2)
    assert words(text[a.start : a.end]) == words("x the ports' final y"[b.start : b.end])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.lists(st.integers(-1, 2), max_size=14), min_size=2, max_size=6), st.integers(1, 3), st.integers(1, 3)
)
def test_common_wording_loses_no_words(texts, at_least, common):
    """With any limit each run is a true one, and each place that any run covers is covered by one of those found."""
    laid = [[-1, *text] for text in texts]  # -1 begins a paragraph
    text = np.repeat(np.arange(len(laid)), [len(each) for each in laid])
    row = np.array([number for each in laid for number in each], dtype=np.int64)
    row[row < 0] = -1 - np.arange((row < 0).sum())
    found, wanted = (
        set(
            zip(
                *(part.tolist() for part in shingles.find_runs(row, text, at_least=at_least, common=limit)), strict=True
            )
        )
        for limit in (common, 99)
    )
    assert found <= wanted
    covered = [{at + k for p, q, n in runs for at in (p, q) for k in range(n)} for runs in (found, wanted)]
    assert covered[0] == covered[1]


def test_a_run_longer_than_the_boilerplate_inside_it_is_found_whole():
    """Wording in every text, and ten words more that two of them share: before it, behind it, around it."""
    footer = words("Sign up for the letter of the port, and read it on Monday at the quay.")
    own = [f"w{n}" for n in range(10)]
    texts = {f"t{n}": " ".join(footer) for n in range(30)}
    for name, shared in {"behind": footer + own, "before": own + footer, "around": own[:5] + footer + own[5:]}.items():
        texts |= {f"{name} 1": "x " + " ".join(shared), f"{name} 2": "y " + " ".join(shared)}
    frame = shared_wording_among(texts, at_least=8, common=5)
    for name in ("behind", "before", "around"):
        pair = frame[(frame["a"] == f"{name} 1") & (frame["b"] == f"{name} 2")]
        assert pair["words"].max() == len(footer) + len(own)
    assert len(frame) < 2 * len(texts)  # and the footer makes no row for each pair of 36 texts
    assert set(frame["a"]) | set(frame["b"]) == set(texts)


@pytest.mark.parametrize("at_least", [1, 3, 20])
def test_hashes_that_are_equal_by_chance_are_weeded_out(monkeypatch, at_least):
    """With a hash that is the same for everything the result is the same: each run is followed word by word."""
    texts = {"a": "x b c d e f\ng h b", "b": "q b c d z f g h", "c": "b c d"}
    monkeypatch.setattr(shingles, "_mix", lambda numbers: np.zeros(numbers.size, dtype=np.uint64))
    found = set(rows(shared_wording_among(texts, at_least=at_least)))
    assert found <= set(plainly(texts, at_least))


def test_the_blog_and_the_paper():
    """What lesson 6 shows: the longest run has 15 words; the words stand as the blog has them."""
    frame = shared_wording(load_article("tpk-2024"), load_article("gt-2024"))
    assert list(frame.columns) == COLUMNS
    assert frame.loc[0, ["a", "b", "para_a", "para_b", "words"]].tolist() == ["tpk-2024", "gt-2024", 2, 6, 15]
    assert frame.loc[0, "wording"].startswith("Biden's administration is looking into China Unicom, China Mobile")
    assert frame["words"].is_monotonic_decreasing
    assert frame.attrs["notes"] == ()


def test_a_run_ends_with_its_paragraph():
    """Two paragraphs are two runs, even where both texts go on."""
    frame = shared_wording("one two three\nfour five six", "one two three\nfour five six", at_least=2)
    assert frame[["para_a", "para_b", "words"]].values.tolist() == [[1, 1, 3], [2, 2, 3]]


def test_the_columns_have_their_types_even_when_empty():
    """No row: the same columns, so that a filter behind it works."""
    full, empty = shared_wording("a b", "a b", at_least=2), shared_wording("a", "b", at_least=2)
    assert len(empty) == 0
    assert full.dtypes.equals(empty.dtypes)
    assert shared_wording_among({}).columns.tolist() == COLUMNS


@pytest.mark.parametrize(
    ("a", "b", "note"),
    [
        ("", "a port", "a has no words, so that nothing in it can be shared."),
        ("a port", " \n…\n", "b has no words, so that nothing in it can be shared."),
        ("A port.", "a port", None),
        ("A port.", "A port.", "a and b are the same, word for word."),
        ("The port said no.", "港口说不", "a is written mostly in Latin letters, b in Cjk"),
        ("The port said no.", "Порт отказал", "a is written mostly in Latin letters, b in Cyrillic"),
    ],
)
def test_odd_texts_are_explained(a, b, note):
    """Empty, the same, in two scripts: no error, a table, and a sentence that says what is odd."""
    notes = shared_wording(a, b).attrs["notes"]
    assert len(notes) == (note is not None)
    assert all(given.startswith(note) for given in notes)


def test_chinese_is_compared_sign_by_sign():
    """No spaces part its words, so a clause would else be one word."""
    frame = shared_wording("他说，滥用国家力量。", "记者问：滥用国家力量？", at_least=4)
    assert frame[["words", "wording"]].values.tolist() == [[6, "滥用国家力量"]]
    assert [w.word for w in words_of("5G网络 U.S.")] == ["5g", "网", "络", "u", "s"]


def test_a_huge_text_is_compared():
    """Two hundred thousand words in one paragraph each; what was planted in both is found."""
    one = " ".join(f"a{n % 20_000}" for n in range(100_000))
    other = " ".join(f"b{n % 20_000}" for n in range(100_000))
    frame = shared_wording(f"{one} the port said no {one}", f"{other} the port said no {other}", at_least=4)
    assert frame["wording"].tolist() == ["the port said no"]


def test_one_word_over_and_over_is_refused_with_what_to_do(monkeypatch):
    """Its runs are as many as its words, each as long as the rest of it."""
    monkeypatch.setattr(shingles, "MOST_STEPS", 100_000)
    with pytest.raises(DataError, match=r"again and again.+ larger at_least"):
        shared_wording("port " * 2000, "port " * 2000)


def test_too_many_rows_are_refused_with_what_to_do(monkeypatch):
    """What no memory holds is told before it is tried."""
    monkeypatch.setattr(shingles, "MOST_RUNS", 10)
    text = " ".join(f"a b x{n}" for n in range(50))
    with pytest.raises(DataError, match="larger at_least"):
        shared_wording(text, text.replace("x", "y"), at_least=2)


@pytest.mark.parametrize("at_least", [0, -1, 2.5, "5", None, True])
def test_a_length_is_a_whole_number_from_1(at_least):
    """The message names what was given."""
    with pytest.raises(DataError, match=r"at_least is .+ Wanted: a whole number from 1"):
        shared_wording("a", "b", at_least=at_least)


@pytest.mark.parametrize("thing", [None, 3, ["a", "b"], b"text"])
def test_what_is_no_text_is_told(thing):
    """Type and way out."""
    with pytest.raises(DataError, match=rf"is a {type(thing).__name__}\. Wanted: an article"):
        shared_wording("a", thing)
    with pytest.raises(DataError, match=r"takes names and texts"):
        shared_wording_among([thing])  # type: ignore[arg-type]


def test_an_article_beside_another_edition_of_it():
    """Both bear one id; the second one says that it is the second."""
    frame = shared_wording(load_article("fr-2018"), load_article("fr-2018", edition="gloss"), at_least=1)
    assert set(frame["a"]) == {"fr-2018"}
    assert set(frame["b"]) == {"fr-2018 (2)"}
