"""annotation.comparing: F1 between two people's marks, and the differences."""

from __future__ import annotations

import itertools
import math

import pandas as pd
import pytest
from annotation_cases import article
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.annotation.comparing import compare_marks, mark_differences, pair_marks
from newsdesk.annotation.model import Editing, Mark, Marks, empty_marks
from newsdesk.errors import DataError, NotFoundError

LINE = article("abcdefghijklmnopqrstuvwxyz")


def marks(*given: tuple[str, int, int], annotator: str = "me") -> Marks:
    """Marks on the alphabet."""
    editing = Editing(LINE, annotator=annotator)
    for label, start, end in given:
        editing.add(label, start, end)
    return editing.marks


def test_f1_by_hand() -> None:
    """Sources: 3 and 2 marks, one exact pair, one that overlaps; cues: one each, apart."""
    yours = marks(("source", 0, 4), ("source", 6, 9), ("source", 12, 14), ("cue", 20, 22))
    theirs = marks(("source", 0, 4), ("source", 8, 12), ("cue", 22, 24))
    assert compare_marks(yours, theirs).to_dict("records") == [
        {"label": "source", "yours": 3, "theirs": 2, "exact": 1, "overlap": 2, "exact_f1": 0.4, "overlap_f1": 0.8},
        {"label": "cue", "yours": 1, "theirs": 1, "exact": 0, "overlap": 0, "exact_f1": 0.0, "overlap_f1": 0.0},
        {"label": "all", "yours": 4, "theirs": 3, "exact": 1, "overlap": 2, "exact_f1": 2 / 7, "overlap_f1": 4 / 7},
    ]


def test_where_neither_has_a_mark_f1_is_missing() -> None:
    """Not 1: nothing was put to the test."""
    frame = compare_marks(marks(), marks(), labels=["cue"])
    assert frame["label"].tolist() == ["cue", "all"]
    assert frame[["exact_f1", "overlap_f1"]].isna().all(axis=None)
    assert compare_marks(marks(), marks())["label"].tolist() == ["all"]
    assert frame["exact"].dtype == "int64" and frame["exact_f1"].dtype == "float64"


def test_one_mark_pairs_with_one() -> None:
    """Two short marks in a long one are one pair, of the greater overlap."""
    yours, theirs = marks(("cue", 0, 10)), marks(("cue", 0, 3), ("cue", 4, 9))
    row = compare_marks(yours, theirs).iloc[0]
    assert (row["exact"], row["overlap"]) == (0, 1)
    assert mark_differences(yours, theirs)["what"].tolist() == ["only theirs", "other borders"]
    assert mark_differences(yours, theirs)["theirs"].tolist() == ["abc", "efghi"]


def test_as_many_pairs_as_possible() -> None:
    """Though taking the greatest overlap first would leave two marks alone."""
    yours, theirs = marks(("cue", 0, 10), ("cue", 5, 8)), marks(("cue", 4, 9), ("cue", 0, 2))
    assert compare_marks(yours, theirs)["overlap"].tolist() == [2, 2]


def test_who_is_who_makes_no_difference() -> None:
    """To the figures."""
    yours, theirs = marks(("cue", 0, 10), ("hedge", 3, 5)), marks(("cue", 4, 9), ("cue", 0, 2))
    one, two = compare_marks(yours, theirs), compare_marks(theirs, yours)
    pd.testing.assert_frame_equal(one.drop(columns=["yours", "theirs"]), two.drop(columns=["yours", "theirs"]))


def test_differences_in_words() -> None:
    """In the order of the text; equal marks are none."""
    yours = marks(("source", 0, 4), ("cue", 5, 8), ("claim", 10, 20), ("hedge", 12, 14))
    theirs = marks(("source", 0, 4), ("cue", 5, 9), ("hedge", 10, 20), ("date", 22, 24))
    assert mark_differences(yours, theirs).fillna("-").to_numpy().tolist() == [
        ["cue", 1, "fgh", "fghi", "other borders"],
        ["claim", 1, "klmnopqrst", "-", "only yours"],
        ["hedge", 1, "mn", "klmnopqrst", "other borders"],
        ["date", 1, "-", "wx", "only theirs"],
    ]


def test_another_label_on_the_same_words() -> None:
    """Both labels are named, yours first."""
    frame = mark_differences(marks(("source", 0, 4)), marks(("cue", 0, 4)))
    assert frame.to_numpy().tolist() == [["source / cue", 1, "abcd", "abcd", "other label"]]
    assert mark_differences(marks(("source", 0, 4)), marks(("cue", 0, 4)), labels=["cue"])["what"].tolist() == [
        "only theirs"
    ]


def test_no_difference_is_an_empty_table() -> None:
    """With its columns."""
    frame = mark_differences(marks(("cue", 0, 2)), marks(("cue", 0, 2)))
    assert frame.empty and list(frame.columns) == ["label", "para", "yours", "theirs", "what"]


def test_labels_are_listed_by_name() -> None:
    """An unknown one is refused; in the order asked for."""
    yours = marks(("cue", 0, 2), ("source", 0, 2))
    assert compare_marks(yours, yours, labels=["source", "hedge"])["label"].tolist() == ["source", "hedge", "all"]
    assert compare_marks(yours, yours, labels=["source"]).iloc[-1]["yours"] == 1
    with pytest.raises(NotFoundError, match="no label 'sauce'"):
        compare_marks(yours, yours, labels=["sauce"])
    with pytest.raises(DataError, match="a list of names"):
        compare_marks(yours, yours, labels="cue")


def test_marks_of_two_texts_are_not_compared() -> None:
    """Nor of two editions, nor what is no marks; a pencil is."""

    class Pencil:
        marks = marks(("cue", 0, 2))

    assert compare_marks(Pencil(), Pencil.marks)["exact"].tolist() == [1, 1]
    with pytest.raises(DataError, match="marks in own-text"):
        compare_marks(marks(), empty_marks(article(article_id="other"), "me"))
    with pytest.raises(DataError, match="marks in own-text"):
        compare_marks(marks(), empty_marks(article(edition="original"), "me"))
    with pytest.raises(DataError, match="on different texts"):
        compare_marks(marks(), empty_marks(article("else"), "me"))
    with pytest.raises(DataError, match="This is a str"):
        mark_differences("me", marks())


spans = st.lists(
    st.tuples(st.integers(0, 11), st.integers(1, 8)).map(lambda t: ("cue", t[0], t[0] + t[1])), max_size=5, unique=True
)


@given(spans, spans)
def test_no_other_pairing_is_better(left: list, right: list) -> None:
    """Every way of pairing the marks that have no equal, tried one by one."""
    yours, theirs = marks(*left).marks, marks(*right).marks
    exact, overlap = pair_marks(yours, theirs)
    assert {(m.start, m.end) for m, _ in exact} == {s[1:] for s in left} & {s[1:] for s in right}
    ours = [m for m in yours if m not in [a for a, _ in exact]]
    others = [m for m in theirs if m not in [b for _, b in exact]]
    assert len({a.mark_id for a, _ in overlap}) == len({b.mark_id for _, b in overlap}) == len(overlap)
    assert all(_common(a, b) for a, b in overlap)
    assert (len(overlap), sum(_common(a, b) for a, b in overlap)) == _best(ours, others)


def _common(one: Mark, two: Mark) -> int:
    assert None not in (one.start, one.end, two.start, two.end)
    return max(min(one.end, two.end) - max(one.start, two.start), 0)  # type: ignore[type-var,operator]


def _best(ours: list[Mark], others: list[Mark]) -> tuple[int, int]:
    if len(ours) > len(others):
        return _best(others, ours)
    found = (0, 0)
    for order in itertools.permutations(others, len(ours)):
        common = [_common(a, b) for a, b in zip(ours, order, strict=True)]
        found = max(found, (sum(c > 0 for c in common), sum(common)))
    return found


@given(spans, spans)
def test_f1_lies_between_0_and_1(left: list, right: list) -> None:
    """And exact is never above overlap; with oneself both are 1."""
    frame = compare_marks(marks(*left), marks(*right), labels=["cue"])
    for row in frame.to_dict("records"):
        if left or right:
            assert 0 <= row["exact_f1"] <= row["overlap_f1"] <= 1
        else:
            assert math.isnan(row["exact_f1"])
    if left:
        assert compare_marks(marks(*left), marks(*left))["exact_f1"].tolist() == [1, 1]
