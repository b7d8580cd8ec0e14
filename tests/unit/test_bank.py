"""bank: a bad answers.yaml is refused with file, question, entry and what to change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from newsdesk.checks import answer_hash
from newsdesk.errors import DataError
from newsdesk.grading.bank import answer_of, build_checks, check_bank, dump_checks, entries, read_bank


def good() -> dict[str, Any]:
    """Return a bank of one question without a fault."""
    wrong = [
        {"code": str(number), "misconception": f"off-by-{number - 4}", "points": 0, "hint": f"Not {number}."}
        for number in (5, 6, 7)
    ]
    question = {
        "kind": "number",
        "points": 2,
        "look": "Count again.",
        "well": "Right.",
        "right": [{"code": "4"}, {"code": "2 + 2"}, {"code": "import math\nanswer = math.sqrt(16)"}],
        "wrong": wrong,
    }
    return {"format": 1, "questions": {"e01.q1": question}}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the bank stands."""
    return tmp_path / "answers.yaml"


def write(path: Path, book: Any) -> Path:
    """Write a bank."""
    path.write_text(book if isinstance(book, str) else yaml.safe_dump(book, sort_keys=False), encoding="utf-8")
    return path


def test_a_good_bank_gives_a_key_of_hashes(path: Path):
    """Equal answers share one hash; it carries points and words, and no answer."""
    checks = build_checks(write(path, good()))
    asked = checks["questions"]["e01.q1"]
    assert asked["answers"][answer_hash("e01.q1", 4)] == {"points": 2.0, "hint": "Right."}
    assert asked["answers"][answer_hash("e01.q1", 6)] == {
        "points": 0.0,
        "hint": "Not 6.",
        "misconception": "off-by-2",
    }
    assert len(asked["answers"]) == 4
    assert set(asked) == {"kind", "points", "look", "answers"}


def test_the_key_is_the_same_bytes_for_the_same_bank(path: Path):
    """The order in which questions and answers stand does not show in the key."""
    first = dump_checks(build_checks(write(path, good())))
    book = good()
    book["questions"]["e01.q1"]["wrong"].reverse()
    assert dump_checks(build_checks(write(path, book))) == first
    assert json.loads(first)["format"] == 1


def test_the_hint_of_an_empty_form_is_no_answers(path: Path):
    """An answer's form is the canonical one of what its code makes, by expression and by statements."""
    assert [answer_of(entry) for entry in entries(write(path, good()))] == [4, 4, 4, 5, 6, 7]


def changed(**fields: Any) -> dict[str, Any]:
    """Return the good bank with other fields in its question; None takes a field out."""
    book = good()
    for name, value in fields.items():
        if value is None:
            del book["questions"]["e01.q1"][name]
        else:
            book["questions"]["e01.q1"][name] = value
    return book


def wrong_answer(**fields: Any) -> dict[str, Any]:
    """Return a fourth wrong answer with the given fields; None takes a field out."""
    entry = {"code": "8", "misconception": "doubled", "points": 0, "hint": "Not 8."} | fields
    return {name: value for name, value in entry.items() if value is not None}


def with_wrong(**fields: Any) -> dict[str, Any]:
    """Return the good bank with a fourth wrong answer."""
    return changed(wrong=[*good()["questions"]["e01.q1"]["wrong"], wrong_answer(**fields)])


BAD = {
    "a wrong answer equal to a right one": (
        with_wrong(code="3 + 1"),
        ["e01.q1, wrong 4", "same answer as right 1", "Take one of the two out"],
    ),
    "two hints for one value": (
        with_wrong(code="10 / 2"),
        ["e01.q1, wrong 4", "same answer as wrong 1", "Give both the same"],
    ),
    "other points for one value": (
        with_wrong(code="5", hint="Not 5.", points=1),
        ["e01.q1, wrong 4", "same answer as wrong 1", "Give both the same"],
    ),
    "another misconception for one value": (
        with_wrong(code="5", hint="Not 5.", misconception="doubled"),
        ["e01.q1, wrong 4", "same answer as wrong 1", "Give both the same"],
    ),
    "code that fails": (with_wrong(code="1 / 0"), ["e01.q1, wrong 4", "ZeroDivisionError", "Mend the code"]),
    "code that is no Python": (with_wrong(code="1 +"), ["e01.q1, wrong 4", "SyntaxError", "Mend the code"]),
    "code that leaves": (with_wrong(code="raise SystemExit"), ["e01.q1, wrong 4", "SystemExit", "Mend the code"]),
    "statements without an answer": (with_wrong(code="x = 1"), ["e01.q1, wrong 4", "answer", "Mend the code"]),
    "code that is no text": (with_wrong(code=8), ["e01.q1, wrong 4", "code", "quotation marks"]),
    "an answer of another kind": (with_wrong(code='"8"'), ["e01.q1, wrong 4", "number", "Mend the code"]),
    "a wrong answer without a hint": (with_wrong(hint=None), ["e01.q1, wrong 4", "hint missing", "Add it"]),
    "a wrong answer without a misconception": (
        with_wrong(misconception=None),
        ["e01.q1, wrong 4", "misconception missing", "Add it"],
    ),
    "an empty misconception": (with_wrong(misconception=""), ["e01.q1, wrong 4", "misconception", "Add it"]),
    "a wrong answer with full points": (with_wrong(points=2), ["e01.q1, wrong 4", "points", "2"]),
    "a wrong answer with too many points": (with_wrong(points=3), ["e01.q1, wrong 4", "points", "2"]),
    "a wrong answer with negative points": (with_wrong(points=-1), ["e01.q1, wrong 4", "points", "2"]),
    "points in words": (with_wrong(points="some"), ["e01.q1, wrong 4", "points", "number"]),
    "an answer that is no entry": (
        changed(right=["4", "4", "4"]),
        ["e01.q1, right 1", "code"],
    ),
    "no points": (changed(points=None), ["e01.q1", "points missing", "Add it"]),
    "no look": (changed(look=None), ["e01.q1", "look missing", "Add it"]),
    "points that are no number": (changed(points="two"), ["e01.q1", "points", "number"]),
    "two right answers": (
        changed(right=[{"code": "4"}, {"code": "2 + 2"}]),
        ["e01.q1", "2 right answers", "at least 3", "Add some"],
    ),
    "wrong answers that are no list": (changed(wrong="none"), ["e01.q1", "wrong", "list"]),
    "an unknown kind": (changed(kind="numeral"), ["e01.q1", "'numeral'", "number, text"]),
    "an unknown field": (changed(decimal=2), ["e01.q1", "decimal", "decimals"]),
    "a question that is no entry": ({"format": 1, "questions": {"e01.q1": "4"}}, ["e01.q1", "kind, points"]),
    "a newer format": (good() | {"format": 2}, ["format 2", "format 1", "pdate"]),
    "no format": ({"questions": good()["questions"]}, ["format: 1", "questions"]),
    "no questions": ({"format": 1}, ["format: 1", "questions"]),
    "a list": ([1, 2], ["format: 1", "questions"]),
    "not YAML": ("format: 1\nquestions: [", ["not readable as YAML", "line"]),
}


@pytest.mark.parametrize(("book", "told"), BAD.values(), ids=list(BAD))
def test_a_bad_bank_is_refused_in_words(path: Path, book: Any, told: list[str]):
    """The message names the file, the question, the entry, and what to change."""
    with pytest.raises(DataError) as caught:
        build_checks(write(path, book))
    for part in ["answers.yaml", *told]:
        assert part in str(caught.value)


def test_a_bank_that_is_not_there_or_no_text_is_refused_in_words(path: Path):
    """A missing file and one that is no UTF-8 are named."""
    with pytest.raises(DataError, match=r"answers\.yaml: can't be read"):
        read_bank(path)
    path.write_bytes(b"format: 1\nquestions: \xff\xfe")
    with pytest.raises(DataError, match=r"answers\.yaml: (can't be read|not readable as YAML)"):
        read_bank(path)


def test_a_banks_check_says_when_the_key_is_another_banks(path: Path, tmp_path: Path):
    """A key that is missing, or made before the bank was changed, is named with the command that makes it."""
    checks = tmp_path / "checks.json"
    write(path, good())
    assert "newsdesk release" in check_bank(path, checks)[0]
    checks.write_bytes(dump_checks(build_checks(path)))
    assert check_bank(path, checks) == []
    write(path, with_wrong())
    assert len(check_bank(path, checks)) == 1
