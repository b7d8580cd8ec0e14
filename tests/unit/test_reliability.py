"""reliability: nominal alpha, against published figures and against nltk."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask

from newsdesk.errors import DataError, NotFoundError
from newsdesk.reliability import agreement, nominal_alpha

# K. Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011: sections A (two observers, binary),
# B (two observers, nominal) and C (any number of observers, missing data)
BINARY = {"Meg": list("0100000010"), "Owen": list("1110010000")}
NOMINAL = {"Ben": list("aabbdcccedda"), "Gerry": list("babbbccceddd")}
MISSING = {
    "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    "C": [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
}
# By hand: coincidences aa 4, bb 3, ab and ba 1 each; n 9, five a and four b: 1 - 8 * 2 / (2 * 5 * 4)
BY_HAND = {"A": list("aab"), "B": list("aab"), "C": list("abb")}

TABLES = st.integers(2, 4).flatmap(
    lambda coders: st.lists(
        st.lists(st.sampled_from(["a", "b", "c", None]), min_size=coders, max_size=coders), min_size=1, max_size=8
    ).map(lambda rows: pd.DataFrame(rows, columns=list("ABCD")[:coders], dtype="str"))
)


def _same(one: float, two: float) -> bool:
    return (math.isnan(one) and math.isnan(two)) or math.isclose(one, two, abs_tol=1e-12)


def _codings(*rows: tuple[str, str, str, str | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["coder", "unit", "field", "value"])


@pytest.mark.parametrize(("data", "alpha"), [(BINARY, 0.095), (NOMINAL, 0.692), (MISSING, 0.743), (BY_HAND, 0.600)])
def test_alpha_is_the_published_one(data: dict[str, list[object]], alpha: float) -> None:
    """Krippendorff's three nominal examples and one by hand, to three places."""
    assert round(nominal_alpha(pd.DataFrame(data)), 3) == alpha


def test_one_disagreement_more_lowers_the_published_alpha() -> None:
    """The figure is not a constant: one other code in one cell gives another."""
    data = {coder: list(codes) for coder, codes in MISSING.items()}
    data["D"][8] = 4
    assert nominal_alpha(pd.DataFrame(data)) < 0.70


@given(TABLES)
def test_alpha_is_nltks(table: pd.DataFrame) -> None:
    """An independent program finds the same, with any gaps, where alpha is defined."""
    pairable = table[table.notna().sum(axis=1) >= 2]
    assume(pairable.stack().nunique() > 1)
    triples = [
        (coder, unit, code) for unit, row in table.iterrows() for coder, code in row.items() if not pd.isna(code)
    ]
    assert nominal_alpha(table) == pytest.approx(AnnotationTask(triples).alpha(), abs=1e-12)


@given(TABLES, st.permutations("abc"), st.randoms(use_true_random=False))
def test_names_and_order_do_not_count(table: pd.DataFrame, codes: list[str], chance: object) -> None:
    """Renaming codes or coders, and shuffling units or coders, changes nothing."""
    alpha = nominal_alpha(table)
    renamed = table.replace(dict(zip("abc", (f"new-{code}" for code in codes), strict=True)))
    assert _same(nominal_alpha(renamed), alpha)
    columns = list(table.columns)
    chance.shuffle(columns)  # type: ignore[attr-defined]
    assert _same(nominal_alpha(table[columns].rename(columns=lambda name: f"coder {name}")), alpha)
    assert _same(nominal_alpha(table.iloc[::-1].reset_index(drop=True)), alpha)


@given(st.lists(st.sampled_from("abc"), min_size=2, max_size=8), st.integers(2, 4))
def test_perfect_agreement_is_one(codes: list[str], coders: int) -> None:
    """Whoever gives the same codes agrees fully, if there is more than one code."""
    assume(len(set(codes)) > 1)
    assert nominal_alpha(pd.DataFrame(dict.fromkeys("ABCD"[:coders], codes))) == pytest.approx(1)


@given(TABLES)
def test_alpha_is_at_most_one(table: pd.DataFrame) -> None:
    """And is 1 exactly when nobody differs on any unit."""
    alpha = nominal_alpha(table)
    if not math.isnan(alpha):
        assert alpha <= 1
        assert (alpha == 1) == bool((table.nunique(axis=1) <= 1).all())


@given(TABLES, st.sampled_from("abc"))
def test_a_unit_coded_once_does_not_count(table: pd.DataFrame, code: str) -> None:
    """Nor does a unit that nobody coded."""
    more = pd.DataFrame([{"A": code}, {}], columns=table.columns, dtype="str")
    assert _same(nominal_alpha(pd.concat([table, more], ignore_index=True)), nominal_alpha(table))


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame({"A": list("aaaa"), "B": list("aaaa")}),
        pd.DataFrame({"A": ["a", None], "B": [None, "b"]}),
        pd.DataFrame({"A": list("ab")}),
        pd.DataFrame({"A": [None, None], "B": [None, None]}),
        pd.DataFrame({"A": [], "B": []}),
        pd.DataFrame({"A": [], "B": []}, dtype="str"),
        pd.DataFrame(),
    ],
    ids=["one code", "no pair", "one coder", "no code", "no unit", "no unit, text", "nothing"],
)
def test_alpha_is_undefined_where_there_is_nothing_to_agree_about(table: pd.DataFrame) -> None:
    """NaN, not 1 and not an error: a field in which all say the same shows no skill at telling apart."""
    assert math.isnan(nominal_alpha(table))


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame({"A": [True, True, False], "B": [True, True, False], "C": [True, False, False]}),
        pd.DataFrame({"A": [7, 7, 8], "B": [7, 7, 8], "C": [7, 8, 8]}),
        pd.DataFrame({c: pd.Categorical(codes, categories=list("abz")) for c, codes in BY_HAND.items()}),
        pd.DataFrame({"A": ["a", "a", 1], "B": ["a", "a", 1], "C": ["a", 1, 1]}, dtype=object),
    ],
    ids=["truth values", "numbers", "categories", "text and numbers"],
)
def test_codes_may_be_of_any_kind(table: pd.DataFrame) -> None:
    """The same pattern gives the same alpha, whatever the codes are; an unused category counts for nothing."""
    assert nominal_alpha(table) == pytest.approx(0.6)


def test_agreement_is_told_by_field() -> None:
    """How many coders and units, on how many all agree, the share, and alpha; gaps left out."""
    table = _codings(
        *(("A", f"u{n}", "modality", code) for n, code in enumerate("aab")),
        *(("B", f"u{n}", "modality", code) for n, code in enumerate("aab")),
        *(("C", f"u{n}", "modality", code) for n, code in enumerate("abb")),
        *(("A", f"u{n}", "said", code) for n, code in enumerate("xyx")),
        ("B", "u0", "said", "x"),
        ("B", "u1", "said", None),
        ("B", "u9", "said", "x"),
    )
    found = agreement(table)
    assert list(found.columns) == ["field", "coders", "units", "same", "share", "alpha"]
    assert found.iloc[0].tolist() == ["modality", 3, 3, 2, 0.667, 0.6]
    assert found.iloc[1].tolist()[:5] == ["said", 2, 1, 1, 1.0]
    assert math.isnan(found.iloc[1]["alpha"])


def test_fields_and_coders_can_be_chosen() -> None:
    """In the order asked for; coders left out do not count."""
    table = _codings(
        *(("A", f"u{n}", field, code) for field in ("f", "g") for n, code in enumerate("ab")),
        *(("B", f"u{n}", field, code) for field in ("f", "g") for n, code in enumerate("ab")),
        *(("C", f"u{n}", field, code) for field in ("f", "g") for n, code in enumerate("ba")),
    )
    found = agreement(table, fields=iter(["g", "f"]), coders=iter(["A", "B"]))
    assert found["field"].tolist() == ["g", "f"]
    assert found["coders"].tolist() == [2, 2]
    assert found["alpha"].tolist() == [1.0, 1.0]
    assert agreement(table)["alpha"].lt(1).all()


def test_a_field_coded_by_one_has_no_agreement() -> None:
    """Its row stays, with no unit and NaN: it is not silently dropped."""
    found = agreement(_codings(("A", "u1", "f", "x"), ("A", "u2", "f", "y")))
    assert found[["field", "coders", "units", "same"]].iloc[0].tolist() == ["f", 0, 0, 0]
    assert found[["share", "alpha"]].isna().all(axis=None)


def test_no_codings_give_an_empty_table() -> None:
    """With the same columns."""
    found = agreement(_codings().astype("str"))
    assert len(found) == 0
    assert list(found.columns) == ["field", "coders", "units", "same", "share", "alpha"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (["coder", "unit", "field"], "lacks the column value. It has: coder, unit, field."),
        (["who", "unit", "field"], "lacks the columns coder, value. It has: who, unit, field."),
    ],
)
def test_a_missing_column_is_named(columns: list[str], message: str) -> None:
    """With the columns that are there."""
    with pytest.raises(DataError) as caught:
        agreement(pd.DataFrame([["A", "u1", "f"]], columns=columns))
    assert message in str(caught.value)


def test_a_unit_coded_twice_by_one_coder_is_named() -> None:
    """Who, which unit, which field; nobody's second thought is counted silently."""
    with pytest.raises(DataError, match="Coder A coded u1 twice for f"):
        agreement(_codings(("A", "u1", "f", "x"), ("A", "u1", "f", "y"), ("B", "u1", "f", "x")))


def test_an_empty_coding_is_no_coding() -> None:
    """A row without a value is a gap: it neither counts nor stands in the way of a later one."""
    table = _codings(("A", "u1", "f", None), ("A", "u1", "f", "x"), ("B", "u1", "f", "x"))
    assert agreement(table)["units"].tolist() == [1]


def test_an_unknown_field_or_coder_is_answered_with_the_right_one() -> None:
    """The names come from the table itself."""
    table = _codings(("A", "u1", "modality", "x"), ("B", "u1", "modality", "x"))
    with pytest.raises(NotFoundError, match=r"There is no field in codings 'modalty'. Did you mean 'modality'"):
        agreement(table, fields=["modalty"])
    with pytest.raises(NotFoundError, match=r"There is no coder in codings 'Z'. There are: A, B\."):
        agreement(table, coders=["A", "Z"])


@pytest.mark.parametrize("argument", [{"fields": "modality"}, {"coders": "AB"}])
def test_one_name_in_place_of_a_list_is_told(argument: dict[str, str]) -> None:
    """A word is not taken letter by letter: it is one name, or the message repeats it whole."""
    table = _codings(("A", "u1", "modality", "x"), ("B", "u1", "modality", "x"))
    try:
        found = agreement(table, **argument)  # type: ignore[arg-type]
    except (DataError, NotFoundError) as error:
        assert repr(next(iter(argument.values()))) in str(error)
    else:
        assert found["field"].tolist() == ["modality"]


def test_a_coding_without_a_field_does_no_harm_to_the_message() -> None:
    """A gap in the column 'field' leads to no error of Python's own."""
    table = _codings(("A", "u1", "modality", "x"), ("B", "u1", None, "x"))  # type: ignore[arg-type]
    with pytest.raises(NotFoundError, match="There is no field in codings 'modalty'"):
        agreement(table, fields=["modalty"])
