"""answers: equal answers written differently have one canonical form, different ones differ; all is plain JSON."""

from __future__ import annotations

import collections
import datetime as dt
import decimal
import enum
import fractions
import itertools
import json
import math
import time
import unicodedata
import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk import probing
from newsdesk.answers import KINDS, MOST_CHARACTERS, MOST_ITEMS, AnswerError, Question, canonical, to_json

NAN = {"nan": True}


def read(value: object, kind: str, **more: Any) -> Any:
    """Return an answer's canonical form, which is plain JSON and survives a round trip."""
    form = canonical(value, Question("e01.q1", kind, 1, **({"may_be_empty": True} | more)))
    assert json.loads(json.dumps(form, allow_nan=False)) == form
    assert json.loads(to_json(form)) == form
    to_json(form).encode()
    return form


def refusal(value: object, kind: str, **more: Any) -> str:
    """Return why an answer can't be read."""
    with pytest.raises(AnswerError) as caught:
        read(value, kind, **more)
    message = str(caught.value)
    message.encode()
    assert len(message) < 2500
    return message


# Numbers

SAME_NUMBERS = {
    "3": [
        3,
        3.0,
        np.int8(3),
        np.uint64(3),
        np.float32(3),
        np.float64(3),
        np.longdouble(3),
        np.array(3),
        fractions.Fraction(6, 2),
        decimal.Decimal("3.00"),
        enum.IntEnum("Few", {"THREE": 3})(3),
        pd.Series([1, 2, 3]).iloc[2],
        pd.Series([1, 2, 3], dtype="Int64").max(),
        pd.Series([1.5, 1.5]).sum(),
        len("abc"),
    ],
    "0": [0, 0.0, -0.0, np.float64(-0.0), decimal.Decimal("-0"), np.int16(0)],
    "a quarter": [0.25, 1 / 4, np.float32(0.25), fractions.Fraction(1, 4), decimal.Decimal("0.25")],
    "far beyond a float's whole numbers": [10**20, 1e20, np.float64(1e20), decimal.Decimal("1e20")],
    "nan": [math.nan, -math.nan, np.nan, np.float32("nan"), decimal.Decimal("nan"), pd.Series([], dtype=float).mean()],
    "infinite": [math.inf, np.inf, np.float32("inf"), decimal.Decimal("inf")],
}


@pytest.mark.parametrize("values", SAME_NUMBERS.values(), ids=SAME_NUMBERS.keys())
def test_a_number_is_the_same_in_every_type(values: list[Any]) -> None:
    """Python's, numpy's and pandas' numbers; -0 is 0."""
    assert {to_json(read(value, "number")) for value in values} == {to_json(read(values[0], "number"))}


def test_what_a_number_becomes() -> None:
    """A whole number has no point; what JSON lacks is tagged."""
    assert to_json(read(3.0, "number")) == "3"
    assert to_json(read(-0.0, "number")) == "0"
    assert read(0.5, "number") == 0.5
    assert read(math.nan, "number") == NAN
    assert read(-math.inf, "number") == {"infinite": -1}


@given(st.integers(-(2**53), 2**53) | st.floats(allow_nan=False), st.integers(-(2**53), 2**53) | st.floats())
def test_two_numbers_have_one_form_exactly_if_they_are_equal(a: float, b: float) -> None:
    """Without rounding nothing is lost; whole or not, bare or in numpy."""
    assert (to_json(read(a, "number")) == to_json(read(b, "number"))) is (a == b or (math.isnan(a) and math.isnan(b)))
    assert read(np.array(a), "number") == read(a, "number")


@given(st.integers(-(10**6), 10**6), st.integers(0, 4))
def test_numbers_are_rounded_as_the_question_says(whole: int, decimals: int) -> None:
    """The last bits, which depend on the order of a sum, decide nothing, at the edge of rounding either."""
    value = whole / 10 ** (decimals + 1)
    forms = {read(value * (1 + noise), "number", decimals=decimals) for noise in (0, 3e-16, -3e-16)}
    assert len(forms) == 1
    assert abs(forms.pop() - value) <= 0.5 / 10**decimals + 1e-9


def test_rounding_tells_neighbours_apart() -> None:
    """0.12 and 0.13 with two decimals, 12 and 13 with minus none; a whole number stays whole."""
    assert read(0.1249, "number", decimals=2) == 0.12
    assert read(0.1251, "number", decimals=2) == 0.13
    assert to_json(read(2.6, "number", decimals=0)) == "3"
    assert to_json(read(-0.004, "number", decimals=2)) == "0"
    assert read(1234567890123, "number", decimals=2) == read(1234567890123.0, "number", decimals=2) == 1234567890123
    assert read(149, "number", decimals=-1) == read(149.0, "number", decimals=-1) == 150


@pytest.mark.parametrize(
    ("value", "found", "hint"),
    [
        (True, "a bool", "True and False are no numbers"),
        (np.bool_(True), "a bool", "True and False are no numbers"),
        ("3", "a str", "quotation marks"),
        (np.str_("3"), "a str", "quotation marks"),
        (pd.Series([3]), "a Series of length 1", "Take one value out"),
        (pd.DataFrame({"a": [3]}), "a DataFrame of length 1", "Take one value out"),
        (np.array([3]), "a ndarray of length 1", "Take one value out"),
        ([3], "a list of length 1", "Take one value out"),
        ({3}, "a set of length 1", "Take one value out"),
        (pd.DataFrame(), "a DataFrame of length 0", "Take one value out"),
        (pd.Series([3]).sum, "a method", "put brackets after its name"),
        (len, "a builtin_function_or_method", "put brackets after its name"),
        (list, "a type", "put brackets after its name"),
        (3 + 0j, "a complex", "Wanted: a number"),
        (np.complex128(3), "a complex", "Wanted: a number"),
        (pd.NA, "a NAType", "Wanted: a number"),
        (pd.NaT, "a NaTType", "Wanted: a number"),
        (np.ma.masked, "a NoneType", "Wanted: a number"),
        (np.datetime64("2020-01-01", "ns"), "a datetime", "Wanted: a number"),
        (np.timedelta64(5, "ns"), "a timedelta", "Wanted: a number"),
        (np.array(5, dtype="timedelta64[ns]"), "a timedelta", "Wanted: a number"),
        (pd.Timestamp("2020-01-01"), "a Timestamp", "Wanted: a number"),
        (pd.Timedelta(days=3), "a Timedelta", "Wanted: a number"),
        (b"3", "a bytes of length 1", "Take one value out"),
        (object(), "an object", "Wanted: a number"),
    ],
)
def test_what_is_no_number_is_named(value: object, found: str, hint: str) -> None:
    """What was found, what is wanted, how to get there."""
    message = refusal(value, "number")
    assert message.startswith(f"This is {found}. Wanted: a number, such as 3 or 0.25.")
    assert hint in message


@pytest.mark.parametrize("value", [10**400, -(10**5000), fractions.Fraction(10**400), 2**1024], ids="abcd")
def test_a_number_with_hundreds_of_digits_is_refused(value: Any) -> None:
    """JSON could hold it, Python could not print it, and no question asks for it."""
    assert refusal(value, "number") == "This number has more than 308 digits."
    assert refusal([1, value], "list") == "This number has more than 308 digits."


def test_the_largest_numbers_are_read() -> None:
    """308 digits, as a float and as an integer."""
    assert read(1.7e308, "number") == read(int(1.7e308), "number") == int(1.7e308)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("value", "said"), [(None, "it hands in None"), (..., "the three dots are still there")])
def test_an_answer_that_is_not_there_yet(value: object, said: str, kind: str) -> None:
    """The cell that nobody filled in says what is wanted."""
    assert refusal(value, kind).startswith(f"There is no answer yet: {said}. Wanted: ")


def test_what_is_wanted_is_shown_with_what_is_offered() -> None:
    """Where a question offers words, the example is made of these."""
    question = Question("e99.q1", "list", 1, choices=("headline", "story"))
    with pytest.raises(AnswerError, match=r'such as \["headline", "story"\]'):
        canonical(..., question)


# Texts

TEXTS = st.text(st.characters(exclude_categories=("Cs",)))
WORDS = st.text("abcXYZéÉñßçŒ 'ÀΣσ\u0301\u0308", max_size=12)


@given(TEXTS)
def test_every_unicode_form_of_a_text_is_one(text: str) -> None:
    """Composed or decomposed, with spaces around it or doubled inside."""
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD")]
    forms += [f" \n{text}\t\u00a0", text.replace(" ", "  ")]
    for has_case in (True, False):
        assert {read(form, "text", has_case=has_case) for form in forms} == {read(text, "text", has_case=has_case)}


@given(WORDS, WORDS)
def test_texts_that_differ_have_different_forms(a: str, b: str) -> None:
    """Only Unicode form, spaces and, where the question says so, capitals are put aside."""
    a, b = (" ".join(unicodedata.normalize("NFC", text).split()) for text in (a, b))
    assert (read(a, "text", has_case=True) == read(b, "text", has_case=True)) is (a == b)
    a, b = a.casefold(), b.casefold()
    assert (read(a, "text") == read(b, "text")) is (unicodedata.normalize("NFC", a) == unicodedata.normalize("NFC", b))


@given(WORDS)
def test_capitals_count_only_where_the_question_says_so(text: str) -> None:
    """Nor do they with accents, or where a capital has no small letter of its own."""
    text = unicodedata.normalize("NFC", text)
    assert read(text.swapcase(), "text") == read(text, "text")
    if text.swapcase() != text:
        assert read(text.swapcase(), "text", has_case=True) != read(text, "text", has_case=True)


class Shout(str):
    """A text that lies about itself."""

    __slots__ = ()

    def __str__(self) -> str:
        return "no"

    def __len__(self) -> int:
        return 0

    def split(self, *_: Any) -> Any:
        return [1]

    def casefold(self) -> str:
        return "no"


@pytest.mark.parametrize(
    "value",
    [
        "Zoé",
        "ZOE\u0301",
        np.str_("zoé"),
        np.array("Zoé"),
        pd.Series(["Zoé"]).iloc[0],
        pd.Series(["Zoé"], dtype="string").iloc[0],
        pd.Series(["Zoé"], dtype="category").iloc[0],
        pd.Series(["Zoé"], dtype=object).iloc[0],
        enum.StrEnum("Name", {"Z": "Zoé"})("Zoé"),
        Shout("Zoé"),
    ],
)
def test_a_text_is_the_same_in_every_type(value: Any) -> None:
    """Subclasses are taken for the text that they hold."""
    assert read(value, "text") == "zoé"
    assert read([value], "list", has_case=True)[0] in {"Zoé", "ZOÉ", "zoé"}


def test_what_is_no_text_is_named() -> None:
    """A number is no text, nor is a list of one."""
    assert refusal(3, "text") == "This is an int. Wanted: a text in quotation marks."
    assert refusal(["a"], "text").startswith("This is a list of length 1.")
    assert refusal(b"a", "text").startswith("This is a bytes of length 1.")


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\udce9"])
def test_half_a_character_is_refused(text: str) -> None:
    """It fits in no file: as a text, in a list, as a name, as a choice."""
    for value, kind in [
        (text, "text"),
        ([text], "list"),
        ({text}, "set"),
        ({text: 1}, "mapping"),
        ({"a": text}, "mapping"),
    ]:
        assert "lone surrogate" in refusal(value, kind)
    assert "lone surrogate" in refusal(text, "choice", choices=("A",))
    assert "lone surrogate" in refusal(pd.DataFrame({"a": [text]}, dtype=object), "table")
    assert "lone surrogate" in refusal(pd.DataFrame({text: [1]}), "table", columns=("a",))
    assert "lone surrogate" in read(lambda: text, "function", probes=((),))[0]["unreadable"]


def test_a_text_of_pages_is_refused() -> None:
    """A whole article pasted in: the message gives both lengths."""
    assert read("x" * MOST_CHARACTERS, "text") == "x" * MOST_CHARACTERS
    assert "20001 characters; at most 20000" in refusal("x" * (MOST_CHARACTERS + 1), "text")


# Choices

CHOICES = ("A", "Headline", "dépêche")


@pytest.mark.parametrize(
    ("value", "choice"),
    [
        ("A", "A"),
        ("a", "A"),
        (" a ", "A"),
        ("HEADLINE", "Headline"),
        ("de\u0301pe\u0302che", "dépêche"),
        (np.str_("a"), "A"),
    ],
)
def test_a_choice_is_returned_as_offered(value: str, choice: str) -> None:
    """Capitals and spaces never count."""
    assert read(value, "choice", choices=CHOICES) == choice


def test_a_choice_with_a_full_stop_can_be_chosen() -> None:
    """What is put aside in the answer is put aside in what is offered."""
    for value in ("U.S.", "u.s", "(U.S.)"):
        assert read(value, "choice", choices=("UK", "U.S.")) == "U.S."


def test_the_names_asked_for_are_read_as_names_are() -> None:
    """With capitals and accents in the question as in the answer."""
    assert read({"p1": 1, "É": 2, "more": 3}, "mapping", columns=("P1", "e\u0301")) == {"p1": 1, "é": 2}
    assert refusal({"p1": 1}, "mapping", columns=("P1", "P2")) == "These are missing: p2."


@pytest.mark.parametrize("value", ["B", "headlin", "x" * 30_000, "x" * 1000])
def test_what_is_not_offered_is_refused(value: str) -> None:
    """The message lists what is."""
    message = refusal(value, "choice", choices=CHOICES)
    assert "A, Headline, dépêche" in message or "20000" in message


@pytest.mark.parametrize("value", [1, ["A"], True, {"A"}, pd.Series(["A"])])
def test_a_choice_is_a_text(value: object) -> None:
    """One letter, not a list of it; the message lists what is offered."""
    assert "Offered: A, Headline, dépêche." in refusal(value, "choice", choices=CHOICES)


# Lists and sets

SAME_LISTS: dict[str, list[Any]] = {
    "numbers": [
        [1, 18],
        (1, 18),
        range(1, 19, 17),
        np.array([1, 18]),
        np.array([1.0, 18.0]),
        pd.Series([1, 18], index=[5, 5]),
        pd.Series([1, 18], dtype="Int64"),
        pd.Series([1, 18], dtype="float32"),
        pd.Series([1, 18], dtype="category"),
        pd.Series([1, 18, 1]).unique(),
        pd.Index([1, 18]),
        collections.deque([1, 18]),
        {1: "a", 18: "b"}.keys,
    ],
    "texts": [
        ["é", "B"],
        ("e\u0301 ", "b"),
        np.array(["é", "b"]),
        np.array(["é", "b"], dtype=object),
        pd.Series(["é", "b"]),
        pd.Series(["é", "b"], dtype="string"),
        pd.Series(["é", "b"], dtype=object),
        pd.Series(["é", "b"], dtype="category"),
        pd.Series(["é", "b", "b"]).unique(),
        pd.Index(["é", "b"]),
        (text for text in ("é", "b")),
    ],
    "missing": [
        ["a", None],
        ["a", math.nan],
        ["a", pd.NA],
        ["a", pd.NaT],
        ["a", np.float64("nan")],
        ["a", np.datetime64("NaT")],
        pd.Series(["a", None]),
        pd.Series(["a", None], dtype="string"),
        pd.Series(["a", None], dtype=object),
        pd.Series(["a", None], dtype="category"),
    ],
    "days": [
        ["2018-01-16", "2020-04-10"],
        [dt.date(2018, 1, 16), dt.date(2020, 4, 10)],
        [dt.datetime(2018, 1, 16), dt.datetime(2020, 4, 10)],
        pd.to_datetime(["2018-01-16", "2020-04-10"]),
        pd.Series(pd.to_datetime(["2018-01-16", "2020-04-10"])),
        pd.Series(pd.to_datetime(["2018-01-16", "2020-04-10"])).dt.date,
        np.array(["2018-01-16", "2020-04-10"], dtype="datetime64[D]"),
        np.array(["2018-01-16", "2020-04-10"], dtype="datetime64[ns]"),
        np.array(["2018-01-16", "2020-04-10"], dtype="datetime64[us]"),
        pd.Series(pd.to_datetime(["2018-01-16", "2020-04-10"])).to_numpy(),
    ],
    "yes and no": [
        [True, False],
        np.array([True, False]),
        pd.Series([True, False]),
        pd.Series([True, False], dtype="boolean"),
        pd.Series([True, False], dtype=object),
    ],
    "lists": [[[1, 2], [3, 4]], [(1, 2), (3, 4)], np.array([[1, 2], [3, 4]]), [np.array([1, 2]), [3, 4]]],
    "nothing": [[], (), np.array([]), pd.Series([], dtype=float), pd.Series([], dtype="str"), iter(())],
}


@pytest.mark.parametrize("values", SAME_LISTS.values(), ids=SAME_LISTS.keys())
def test_a_list_is_the_same_in_every_type(values: list[Any]) -> None:
    """The index, the dtype, the container do not count; a missing value is null however it is written."""
    values = [value() if callable(value) else value for value in values]
    views = [value for value in values if not isinstance(value, collections.abc.Set)]
    once = [list(value) if isinstance(value, Iterator) else value for value in views]
    assert {to_json(read(value, "list")) for value in once} == {to_json(read(once[0], "list"))}
    assert {to_json(read(value, "set")) for value in once} == {to_json(read(once[0], "set"))}


SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["a", "b", "1", "true", "null", ""])


@given(st.lists(SCALARS, max_size=6), st.lists(SCALARS, max_size=6))
def test_two_lists_have_one_form_exactly_if_they_are_equal(a: list[Any], b: list[Any]) -> None:
    """1 is not True, nor is "1" 1; the order counts."""
    typed = [[(type(item), item) for item in items] for items in (a, b)]
    assert (to_json(read(a, "list")) == to_json(read(b, "list"))) is (typed[0] == typed[1])


@given(st.lists(SCALARS, max_size=6), st.randoms(use_true_random=False))
def test_a_set_has_no_order_and_no_doubles(items: list[Any], random: Any) -> None:
    """Written as a set, a list, a Series; 1 and True are two values."""
    form = read(items, "set")
    mixed = items + items[:2]
    random.shuffle(mixed)
    assert read(mixed, "set") == form
    assert len(form) == len({(type(item), item) for item in items})
    assert read(pd.Series(mixed, dtype=object), "set") == form
    assert sorted(map(to_json, read(items, "list")) if len(form) == len(items) else []) == (
        [to_json(item) for item in form] if len(form) == len(items) else []
    )


def test_sets_are_sets_in_every_type() -> None:
    """Also of lists, which Python's own sets can't hold."""
    for value in ({1, 18}, frozenset({18, 1}), [18, 1, 1], np.array([18, 1]), pd.Series([1, 18]), {1: 2, 18: 3}.keys()):
        assert read(value, "set") == [1, 18]
    assert read([[2, 1], (1, 2), [2, 1]], "set") == [[1, 2], [2, 1]]
    assert read({(1, 2), (1.0, 2.0)}, "set") == [[1, 2]]
    assert read(set(), "set") == []


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({1, 2}, "This is a set of length 2. Wanted: several values in order, such as [1, 18]. A set has no order"),
        ("ab", "This is a str. Wanted: several values in order"),
        (b"ab", "This is a bytes of length 2."),
        (3, "This is an int."),
        ({"a": 1}, "This is a dict of length 1."),
        (pd.DataFrame({"a": [1]}), "This is a DataFrame of length 1."),
        (len, "This is a builtin_function_or_method."),
        (np.array(3), "This is an int."),
        ([{1}], "It holds a set. Wanted inside: texts, numbers or dates."),
        ([{"a": 1}], "It holds a dict."),
        ([pd.Series([1])], "It holds a Series."),
        ([1j], "It holds a complex."),
        ([b"a"], "It holds a bytes."),
        ([object()], "It holds an object."),
        ([pd.Timedelta(days=1)], "It holds a Timedelta."),
        ([np.timedelta64(1, "ns")], "It holds a timedelta."),
        (range(10**9), "It has more than 10000 entries."),
        (itertools.count(), "It has more than 10000 entries."),
        ([0] * (MOST_ITEMS + 1), "It has more than 10000 entries."),
        (np.zeros(10**6), "It has more than 10000 entries."),
        ([[0] * 10_000] * 10_000, "This is too large: it holds more than any answer needs."),
        (["x" * 10_000] * 10_000, "This is too large"),
    ],
)
def test_what_is_no_list_is_named(value: object, message: str) -> None:
    """A mistake is told in words; something huge is refused before it is copied."""
    start = time.monotonic()
    assert refusal(value, "list").startswith(message)
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("depth", [21, 500, 5_000, 200_000])
def test_lists_in_lists_without_end_are_refused(depth: int) -> None:
    """Also one that holds itself; no RecursionError gets out."""
    deep: list[Any] = []
    for _ in range(depth):
        deep = [deep]
    assert "nested too deeply" in refusal(deep, "list")
    assert "nested too deeply" in refusal({"a": deep}, "mapping")
    while deep:
        deep = deep.pop()
    endless: list[Any] = []
    endless.append(endless)
    assert "nested too deeply" in refusal(endless, "list")


def test_lists_in_lists_to_a_sensible_depth_are_read() -> None:
    """Three deep, as somebody might need."""
    assert read([[[1], []], 2], "list") == [[[1], []], 2]


def test_an_answer_read_deep_down_is_refused_in_words() -> None:
    """Where Python's own limit is near, too."""

    def down(n: int) -> str:
        try:
            return down(n + 1)
        except RecursionError:
            return str(n)

    class Deep:
        def __iter__(self) -> Iterator[int]:
            yield from self

    assert down(0)
    assert "nested too deeply" in refusal(Deep(), "list")


# Dates

ZONES = [zoneinfo.ZoneInfo(name) for name in ("UTC", "Asia/Shanghai", "America/New_York", "Asia/Kathmandu")]


@given(st.datetimes(dt.datetime(1970, 1, 2), dt.datetime(2200, 1, 1)), st.sampled_from(ZONES), st.sampled_from(ZONES))
def test_one_instant_in_two_zones_is_one(when: dt.datetime, here: Any, there: Any) -> None:
    """As Python's, pandas' or numpy's; without a zone it is another answer."""
    instant = when.replace(tzinfo=dt.UTC)
    forms = [
        instant.astimezone(here),
        pd.Timestamp(instant).tz_convert(there),
        pd.Series([instant]).dt.tz_convert(here)[0],
    ]
    assert {read([form], "list")[0] for form in forms} == {instant.isoformat().replace("+00:00", "Z")}
    naive = [when, pd.Timestamp(when), np.datetime64(when, "us"), np.datetime64(when, "ns")]
    assert len({read([form], "list")[0] for form in naive}) == 1
    assert read([when], "list") != read([instant], "list")


@given(st.dates(dt.date(1700, 1, 1), dt.date(2200, 1, 1)))
def test_midnight_without_a_zone_is_a_day(day: dt.date) -> None:
    """Whatever made it; a day is its ISO text."""
    midnight = dt.datetime.combine(day, dt.time())
    ways = [day, midnight, pd.Timestamp(day), np.datetime64(day), np.datetime64(day, "ns"), day.isoformat()]
    assert {read([way], "list")[0] for way in ways} == {day.isoformat()}
    assert read([midnight + dt.timedelta(microseconds=1)], "list") != [day.isoformat()]
    assert read([midnight.replace(tzinfo=dt.UTC)], "list") == [f"{day.isoformat()}T00:00:00Z"]


def test_other_dates() -> None:
    """A time of day is ISO text, a month of numpy's its first day; nanoseconds go; what is out of range is refused."""
    assert read([dt.time(9, 30)], "list") == ["09:30:00"]
    assert read([np.datetime64("2020-05")], "list") == ["2020-05-01"]
    assert read([pd.Timestamp("2020-05-01 09:30:00.000000001")], "list") == ["2020-05-01T09:30:00"]
    assert "can't be read" in refusal([dt.datetime.min.replace(tzinfo=ZONES[1])], "list")
    assert "far from any in the news" in refusal([np.datetime64("20000-01-01")], "list")
    assert "It holds a Period" in refusal([pd.Period("2020-05")], "list")


# Mappings

SAME_MAPPINGS = [
    {"p1": "headline", "p2": 3},
    {"P2": 3.0, " p1": "Headline"},
    collections.OrderedDict([("p2", np.int64(3)), ("p1", "headline")]),
    collections.defaultdict(int, {"p1": "headline", "p2": 3}),
    collections.ChainMap({"p1": "headline"}, {"p2": 3}),
    pd.Series({"p1": "headline", "p2": 3}),
    pd.Series(["headline", 3], index=pd.CategoricalIndex(["p1", "p2"])),
]


@pytest.mark.parametrize("value", SAME_MAPPINGS)
def test_a_mapping_is_the_same_in_every_type(value: object) -> None:
    """A dictionary or a Series with its index as names; the order does not count."""
    assert read(value, "mapping") == {"p1": "headline", "p2": 3}


def test_counts_of_pandas_are_mappings() -> None:
    """value_counts and groupby give a Series."""
    kinds = pd.Series(["a", "b", "a"])
    assert read(kinds.value_counts(), "mapping") == {"a": 2, "b": 1}
    assert read(kinds.groupby(kinds).size(), "mapping") == read(dict(collections.Counter(kinds)), "mapping")
    assert read(kinds.groupby([kinds, [1, 1, 2]]).size(), "mapping") == {'["a",1]': 1, '["a",2]': 1, '["b",1]': 1}


ITEMS = st.dictionaries(st.sampled_from("abcd"), SCALARS.filter(lambda item: item != ""))


@given(ITEMS, ITEMS)
def test_two_mappings_have_one_form_exactly_if_they_are_equal(a: dict[str, Any], b: dict[str, Any]) -> None:
    """Names and values, with their types."""
    typed = [{name: (type(item), item) for name, item in items.items()} for items in (a, b)]
    assert (to_json(read(a, "mapping")) == to_json(read(b, "mapping"))) is (typed[0] == typed[1])


@pytest.mark.parametrize(
    "value",
    [
        {1: "a", "1": "b"},
        {1: "a", "1": "a"},
        {"p1": 1, " P1": 2},
        {"é": 1, "e\u0301": 2},
        {None: 1, math.nan: 2},
        pd.Series([1, 2], index=["a", "a"]),
        pd.Series([1, 1], index=["a", "A"]),
    ],
)
def test_names_that_are_read_as_the_same_are_refused(value: object) -> None:
    """Rather than one of the two values lost: 1 and "1", capitals, Unicode forms, an index with doubles."""
    assert refusal(value, "mapping").startswith("Two of its names are read as the same: ")


def test_names_that_are_no_text() -> None:
    """A number is a name as its digits; a pair as a list."""
    assert read({1: "a"}, "mapping") == read({"1": "a"}, "mapping") == read({np.int64(1): "a"}, "mapping") == {"1": "a"}
    assert read({(1, "b"): 2, dt.date(2020, 1, 1): 3}, "mapping") == {'[1,"b"]': 2, "2020-01-01": 3}
    assert read({"a": [1, (2,)]}, "mapping") == {"a": [1, [2]]}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([("a", 1)], "This is a list of length 1. Wanted: names with values, such as"),
        ({"a"}, "This is a set of length 1."),
        ("a", "This is a str."),
        (pd.DataFrame({"a": [1]}), "This is a DataFrame of length 1."),
        ({"a": {"b": 1}}, "It holds a dict."),
        ({"a": {1}}, "It holds a set."),
        (dict.fromkeys(range(MOST_ITEMS + 1)), "It has more than 10000 entries."),
        (pd.Series(np.zeros(10**6)), "It has more than 10000 entries."),
    ],
)
def test_what_is_no_mapping_is_named(value: object, message: str) -> None:
    """Pairs in a list, a table, sets inside."""
    assert refusal(value, "mapping").startswith(message)


# Tables

TABLE = pd.DataFrame(
    {"who": ["Zoé", "Bo", None], "n": [1, 2, 2], "day": pd.to_datetime(["2018-01-16", "2020-04-10", None])}
)
FORM = {
    "columns": ["who", "n", "day"],
    "rows": [["bo", 2, "2020-04-10"], ["zoé", 1, "2018-01-16"], [None, 2, None]],
}
COLUMNS = ("who", "n", "day")


class MyTable(pd.DataFrame):
    """What geopandas and others do."""


SAME_TABLES = {
    "as is": TABLE,
    "columns in another order": TABLE[["day", "n", "who"]],
    "one column more": TABLE.assign(more=[{1}, {2}, {3}]),
    "rows in another order": TABLE.iloc[[2, 0, 1]],
    "another index": TABLE.set_index([[7, 7, 8]]),
    "a named index of its own": TABLE.rename_axis("who"),
    "floats": TABLE.astype({"n": "float32"}),
    "nullable": TABLE.convert_dtypes(),
    "objects": TABLE.astype(object),
    "strings": TABLE.astype({"who": "string", "n": "Int8"}),
    "categories": TABLE.astype({"who": "category", "n": "category"}),
    "dates as text": TABLE.assign(day=["2018-01-16", "2020-04-10", None]),
    "dates as dates": TABLE.assign(day=[dt.date(2018, 1, 16), dt.date(2020, 4, 10), None]),
    "dates in seconds": TABLE.astype({"day": "datetime64[s]"}),
    "accents apart": TABLE.assign(who=["Zoe\u0301 ", "BO", np.nan]),
    "a subclass": MyTable(TABLE),
    "from a file": pd.DataFrame({"who": ["Zoé", "Bo", np.nan], "n": ["1", "2", "2"], "day": TABLE["day"]}).astype(
        {"n": int}
    ),
}


@pytest.mark.parametrize("frame", SAME_TABLES.values(), ids=SAME_TABLES.keys())
def test_a_table_is_the_same_in_every_type(frame: pd.DataFrame) -> None:
    """Index, dtypes, order of rows and columns, columns that were not asked for: none counts."""
    assert read(frame, "table", columns=COLUMNS) == FORM


def test_the_order_of_rows_counts_only_where_the_question_says_so() -> None:
    """A ranking is another question than a list."""
    ranked = read(TABLE, "table", columns=COLUMNS, has_order=True)
    assert [row[1] for row in ranked["rows"]] == [1, 2, 2]
    assert read(TABLE.iloc[::-1], "table", columns=COLUMNS, has_order=True) != ranked
    assert read(TABLE.iloc[::-1].iloc[::-1], "table", columns=COLUMNS, has_order=True) == ranked


def test_without_named_columns_all_of_them_count_in_no_order() -> None:
    """A table that a function gives, say."""
    assert read(TABLE, "table") == read(TABLE[["n", "day", "who"]], "table")
    assert read(TABLE, "table") != read(TABLE[["n", "day"]], "table")
    assert read(pd.DataFrame(), "table") == {"columns": [], "rows": []}


def test_tables_that_differ_have_different_forms() -> None:
    """A value, a row twice, a row missing, two values exchanged, True for 1."""
    others = [
        TABLE.assign(n=[1, 2, 3]),
        TABLE.iloc[[0, 1, 2, 2]],
        TABLE.iloc[[0, 1]],
        TABLE.assign(who=["Bo", "Zoé", None]),
        TABLE.assign(n=[True, 2, 2]),
        TABLE.assign(n=["1", 2, 2]),
        TABLE.assign(day=TABLE["day"].dt.tz_localize("UTC")),
    ]
    forms = {to_json(read(frame, "table", columns=COLUMNS)) for frame in [TABLE, *others]}
    assert len(forms) == len(others) + 1


ROWS = st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.integers(0, 2)), max_size=6)


@given(ROWS, ROWS)
def test_two_tables_have_one_form_exactly_if_they_hold_the_same_rows(a: list[Any], b: list[Any]) -> None:
    """As often, in whatever order."""
    frames = [pd.DataFrame(rows, columns=["x", "y"]) for rows in (a, b)]
    forms = [to_json(read(frame, "table", columns=("x", "y"))) for frame in frames]
    assert (forms[0] == forms[1]) is (collections.Counter(a) == collections.Counter(b))


def test_rounding_reaches_into_tables_and_lists() -> None:
    """As the question says."""
    assert read(pd.DataFrame({"a": [1 / 3]}), "table", columns=("a",), decimals=2)["rows"] == [[0.33]]
    assert read([1 / 3, [2 / 3]], "list", decimals=1) == [0.3, [0.7]]
    assert read({"a": np.float32(1 / 3)}, "mapping", decimals=3) == {"a": 0.333}
    assert read([0.1 + 0.2, 0.3], "set", decimals=2) == [0.3]


def test_column_names_are_compared_without_spaces_and_unicode_form() -> None:
    """Their capitals count, as they do in pandas; a column may be a number."""
    assert read(pd.DataFrame({"e\u0301 ": [1]}), "table", columns=("é",)) == {"columns": ["é"], "rows": [[1]]}
    assert read(pd.DataFrame({1: [2]}), "table", columns=("1",))["rows"] == [[2]]
    assert refusal(pd.DataFrame({"A": [1]}), "table", columns=("a",)) == "The table lacks a. It has: A."


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (TABLE[["who"]], "The table lacks n, day. It has: who."),
        (TABLE.set_index("who"), "The table lacks who. It has: n, day. Its index holds that: add .reset_index()."),
        (pd.DataFrame(), "The table lacks who, n, day. It has: no columns."),
        (TABLE[["who", "n", "day", "n"]], "The table has two columns of one name."),
        (TABLE["who"], "This is a Series of length 3. Wanted: a table (a DataFrame). A Series is one column"),
        (TABLE.to_dict(), "This is a dict of length 3. Wanted: a table (a DataFrame)."),
        (TABLE.groupby("n"), "This is a DataFrameGroupBy of length 2."),
        (TABLE.head, "This is a method."),
        ("TABLE", "This is a str."),
        (pd.DataFrame, "This is a type."),
        (
            pd.DataFrame({"who": np.zeros(10**6), "n": 1, "day": 1}),
            "The table has 1000000 rows; at most 10000 are read.",
        ),
        (pd.DataFrame({"who": [{1}], "n": 1, "day": 1}), "It holds a set."),
    ],
)
def test_what_is_no_such_table_is_named(value: object, message: str) -> None:
    """Columns that are missing, rows by the million, one column for a table."""
    assert refusal(value, "table", columns=COLUMNS).startswith(message)


class Unread(pd.DataFrame):
    """A table that nobody may look into."""

    @property
    def iloc(self) -> Any:
        raise AssertionError


def test_a_table_as_wide_as_long_is_refused_before_it_is_copied() -> None:
    """10,000 rows of 200 columns, none of them named; the message about missing columns stays short."""
    wide = Unread(np.zeros((MOST_ITEMS, 200)))
    assert refusal(wide, "table").startswith("This is too large")
    assert refusal(wide, "table", columns=("a",)).endswith(", 19 and 180 more.")


# Functions


def outcomes(function: Callable[..., Any], *probes: Any, **more: Any) -> Any:
    """Return what a function gives for each probe."""
    return read(function, "function", probes=tuple((probe,) for probe in probes), **more)


def test_a_function_is_what_it_does() -> None:
    """However it is written, whatever it is called."""

    def double(n: int) -> int:
        return n + n

    class Double:
        def __call__(self, n: int) -> int:
            return n * 2

    forms = [outcomes(f, 1, -2) for f in (double, lambda n: 2 * n, (2).__mul__, Double(), lambda n: np.int64(n) * 2.0)]
    assert forms == [[{"gave": 2}, {"gave": -4}]] * 5
    assert outcomes(lambda n: n**2, 1, -2) != forms[0]


def test_what_functions_give_is_told_apart() -> None:
    """Nothing, NaN, a set and a list of the same, a dictionary that looks like a tag, True and 1."""
    given: list[Any] = [
        None,
        math.nan,
        math.inf,
        1,
        True,
        "1",
        [1],
        {1},
        [[1]],
        {"set": [1]},
        {"nan": True},
        pd.DataFrame({"a": [1]}),
        {"columns": ["a"], "rows": [1]},
        "",
        [],
        {},
        set(),
        ValueError,
    ]
    forms = [to_json(outcomes(lambda n: given[n], n)) for n in range(len(given))]
    assert len(set(forms)) == len(forms)


def test_what_functions_give_is_read_as_answers_are() -> None:
    """Types, order, rounding, iterators."""
    assert outcomes(lambda n: np.float32(n) / 3, 1, decimals=2) == [{"gave": 0.33}]
    assert outcomes(lambda n: {3, 1, n}, 2) == [{"gave": {"set": [1, 2, 3]}}]
    assert outcomes(lambda n: (k for k in range(n)), 2) == outcomes(lambda n: list(range(n)), 2) == [{"gave": [0, 1]}]
    assert (
        outcomes(lambda n: pd.Series({"A": n}), 2)
        == outcomes(lambda n: {"a": n}, 2)
        == [{"gave": {"mapping": {"a": 2}}}]
    )
    assert outcomes(lambda n: pd.DataFrame({"b": [n], "a": "X"}), 2) == [
        {"gave": {"table": {"columns": ["a", "b"], "rows": [["x", 2]]}}}
    ]
    assert outcomes(lambda text: [pd.Timestamp(text)][0], "2020-01-01") == [{"gave": "2020-01-01"}]


def test_functions_that_fail_or_give_something_odd() -> None:
    """Each probe has its own outcome."""

    def function(n: int) -> Any:
        if n == 0:
            raise KeyError(n)
        return [None, len, itertools.count(), b"x", {"a": {}}, {1: 1, "1": 2}][n]

    assert outcomes(function, 0, 1, 2, 3, 4, 5) == [
        {"raised": "KeyError"},
        {"unreadable": "It holds a builtin_function_or_method. Wanted inside: texts, numbers or dates."},
        {"unreadable": "It has more than 10000 entries."},
        {"unreadable": "It holds a bytes. Wanted inside: texts, numbers or dates."},
        {"unreadable": "It holds a dict. Wanted inside: texts, numbers or dates."},
        {"unreadable": "Two of its names are read as the same: 1."},
    ]
    assert outcomes(lambda: 3, 1) == [{"raised": "TypeError"}]


def test_a_function_that_keeps_what_it_gives() -> None:
    """Each outcome is as it was when the call ended."""

    def function(n: int, seen: list[int] = []) -> list[int]:  # noqa: B006 - the mistake
        seen.append(n)
        return seen

    assert outcomes(function, 1, 2) == [{"gave": [1]}, {"gave": [1, 2]}]


def test_a_function_that_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is endless, as is what it gives if that never ends."""
    monkeypatch.setattr(probing, "SECONDS", 0.3)

    class Endless:
        def __iter__(self) -> Iterator[int]:
            while True:
                pass
            yield 1

    def function(n: int) -> Any:
        while n:
            pass
        return Endless()

    assert outcomes(function, 1, 1) == [{"endless": None}] * 2
    assert outcomes(function, 0) == [{"endless": None}]


def test_what_all_probes_give_together_is_limited() -> None:
    """A function that gives a page for each probe runs out of room, not of memory."""
    forms = outcomes(lambda n: ["x" * 10_000] * 40, *range(4))
    assert [next(iter(form)) for form in forms] == ["gave", "gave", "unreadable", "unreadable"]


@pytest.mark.parametrize("value", [3, "double", [len], int, pd.DataFrame({"a": [1]})])
def test_what_is_no_function_is_named(value: object) -> None:
    """What it gives, most often: the brackets too many."""
    assert refusal(value, "function").endswith("Did you call it? Leave out the brackets.")


# Charts


def test_a_chart_is_what_it_shows() -> None:
    """Marks and encodings; layers and concatenations as well."""
    bars = alt.Chart(pd.DataFrame({"a": ["x"], "b": [1]})).mark_bar().encode(x="a", y="b")
    assert read(bars, "chart") == read(bars.encode(x="a:N").properties(width=300), "chart")
    assert read(bars, "chart")["view"]["mark"] == "bar"
    assert read(bars + bars.mark_text(), "chart") != read(bars | bars.mark_text(), "chart")
    assert read(bars.facet("a:N"), "chart") == read(bars.encode(facet="a:N"), "chart")


@pytest.mark.parametrize(
    "value",
    [
        alt.X("a"),
        alt,
        alt.Chart,
        "chart",
        {"mark": "bar"},
        pd.DataFrame({"a": [1]}),
        alt.Chart("a.csv").mark_bar().to_dict(),
    ],
)
def test_what_is_no_chart_is_named(value: object) -> None:
    """A channel has a specification too, and is no chart."""
    assert "Wanted: an Altair chart." in refusal(value, "chart")


@pytest.mark.parametrize(
    "chart",
    [
        alt.Chart(pd.DataFrame({"a": [1]})).mark_bar().encode(x="b"),
        alt.Chart(pd.DataFrame({"a": np.zeros(6000)})).mark_bar().encode(x="a"),
        alt.Chart(pd.DataFrame({"a": [1]})).mark_bar().encode(x=alt.X("a", type="wrong")),
        alt.Chart("a.csv").encode(x="a"),
    ],
)
def test_a_chart_that_is_not_finished_is_told(chart: Any) -> None:
    """A field that is not there, too many rows, a wrong type: one line of what Altair says."""
    message = refusal(chart, "chart")
    assert message.startswith("This chart can't be drawn yet: ")
    assert "\n" not in message


# Anything at all


class Hostile:
    """Raises at whatever it is asked."""

    def __init__(self, error: type[BaseException] = ValueError) -> None:
        object.__setattr__(self, "error", error)

    def _raise(self, *_: Any) -> Any:
        raise object.__getattribute__(self, "error")

    __repr__ = __str__ = __len__ = __eq__ = __hash__ = __iter__ = __bool__ = __float__ = __int__ = _raise
    __index__ = __call__ = __getitem__ = __contains__ = __getattr__ = _raise


class Pretends:
    """Says it is of another class."""

    def __init__(self, kind: type) -> None:
        self.kind = kind

    @property
    def __class__(self) -> Any:
        return self.kind

    @__class__.setter
    def __class__(self, _: Any) -> None: ...


class Unequal(int):
    """Equal to everything."""

    def __eq__(self, _: object) -> bool:
        return True

    __hash__ = int.__hash__

    def __repr__(self) -> str:
        return "3"


class Odd(Mapping[Any, Any]):
    """A mapping whose items are no pairs."""

    def __getitem__(self, _: Any) -> Any:
        raise KeyError

    def __iter__(self) -> Iterator[Any]:
        return iter("abc")

    def __len__(self) -> int:
        return -1  # noqa: PLE0303 - what breaks len()


class Meta(type):
    """A class that has no name."""

    @property
    def __name__(cls) -> Any:
        return 3


class Nameless(metaclass=Meta):
    """Of a class without a name."""


ODD: list[Any] = [
    Hostile(),
    Hostile(SystemExit),
    Hostile(RecursionError),
    Hostile(AttributeError),
    *(
        Pretends(kind)
        for kind in (int, float, bool, str, list, dict, set, dt.date, dt.datetime, pd.DataFrame, type(len))
    ),
    Odd(),
    Nameless(),
    Nameless,
    object(),
    type,
    math,
    NotImplemented,
    slice(3),
    memoryview(b"abc"),
    1j,
    b"\xff",
    decimal.Decimal("sNaN"),
    10**5000,
    "\ud800",
    np.array([object()]),
    np.zeros((2, 0, 3)),
    np.void(b"abc"),
    np.array([(1, 2)], dtype=[("a", int), ("b", int)]),
    pd.array([1, None], dtype="Int64"),
    pd.Interval(0, 1),
    pd.MultiIndex.from_tuples([(1, 2)]),
    pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")])),
    pd.DataFrame({"a": [Hostile()]}),
    pd.Series([Hostile()]),
    open,
    iter(int, 1),
]


@pytest.mark.parametrize("value", ODD, ids=range(len(ODD)))
def test_whatever_is_handed_in_is_read_or_refused_in_words(value: Any) -> None:
    """Bare, in a list, as a name's value, given by a function: plain JSON or AnswerError, to a question of any kind."""
    for kind, thing in itertools.product(KINDS, (value, [value], {"a": value}, (value, 1))):
        try:
            read(thing, kind, choices=("A",), columns=("a",), probes=((),))
        except AnswerError as error:
            str(error).encode()
            assert str(error)
    assert len(read(lambda: value, "function", probes=((),))) == 1


def test_an_object_that_says_it_equals_everything_equals_nothing_else() -> None:
    """Nobody asks it."""
    assert read(Unequal(4), "number") == 4
    assert to_json(read([Unequal(4)], "list")) == "[4]"


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text()
        | st.binary(max_size=3)
        | st.dates()
        | st.datetimes(timezones=st.none() | st.timezones())
        | st.decimals()
        | st.complex_numbers(),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.tuples(inner, inner)
            | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=4)
            | st.builds(lambda items: pd.Series(items, dtype=object), st.lists(inner, max_size=3))
        ),
        max_leaves=8,
    ),
    st.sampled_from(KINDS),
)
def test_every_value_is_read_or_refused_in_words(value: Any, kind: str) -> None:
    """The form is plain JSON that survives a round trip; reading it anew gives itself where it is of the kind."""
    try:
        form = read(value, kind, choices=("A", "B"), probes=((),))
    except AnswerError as error:
        str(error).encode()
        return
    if kind in {"list", "set", "mapping", "text"} and "infinite" not in to_json(form):
        assert read(form, kind) == form
