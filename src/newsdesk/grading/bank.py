"""The bank: every answer an exercise expects, right and wrong, and the checks.json made of it.

``answers.yaml`` beside an exercise's source is the oracle of the tests: each right answer earns full
points, each wrong one exactly its points and its hint.
"""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from newsdesk.annotation.store import files_left_alone
from newsdesk.answers import KINDS, AnswerError, Question, canonical, to_json
from newsdesk.checks import FILE, FORMAT, answer_hash, judge, question_from
from newsdesk.errors import DataError

LEAST = 3  # right and wrong answers a question
_NEEDED = ("kind", "points", "look", "well", "right", "wrong")
_MARKING = ("article", "text", "labels", "attributes", "places")  # of kind annotation
_OPTIONS = ("decimals", "has_case", "choices", "columns", "has_order", "may_be_empty", "probes", *_MARKING)
_FIELDS = ("kind", "points", *_OPTIONS)


@dataclass(frozen=True)
class Entry:
    """One answer of the bank: code that gives it, and what it earns.

    `misconception` is empty for a right answer.
    """

    question: Question
    place: str
    code: str
    points: float
    misconception: str
    words: str

    @property
    def is_right(self) -> bool:
        """Say whether this answer is one of the right ones."""
        return not self.misconception


def read_bank(path: Path) -> dict[str, Any]:
    """Read an answers.yaml and return its questions.

    Raises
    ------
    DataError
        When it is missing, damaged, of a newer format, or a question lacks something: file, question
        and what to change are named.
    """
    try:
        book = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{path}: can't be read ({error.strerror}). Each exercise has an answers.yaml.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: not readable as YAML: {error}") from None
    number = book.get("format") if isinstance(book, dict) else None
    if isinstance(number, int) and number > FORMAT:
        raise DataError(f"{path}: of format {number}; this version of the kit reads format {FORMAT}. Update the kit.")
    if number != FORMAT or not isinstance(book.get("questions"), dict):
        raise DataError(f"{path}: wanted: 'format: {FORMAT}' and 'questions:' with one entry a question.")
    for name, entry in book["questions"].items():
        _check_question(f"{path.name}, {name}", entry)
    questions: dict[str, Any] = book["questions"]
    return questions


def _check_question(place: str, entry: Any) -> None:
    if not isinstance(entry, dict):
        raise DataError(f"{place}: wanted: {', '.join(_NEEDED)}.")
    missing = [key for key in _NEEDED if key not in entry]
    if missing:
        raise DataError(f"{place}: {', '.join(missing)} missing. Add it.")
    strange = sorted(map(str, set(entry) - {*_NEEDED, *_FIELDS}))
    if strange:
        raise DataError(
            f"{place}: no question has {', '.join(strange)}. There are: {', '.join((*_NEEDED, *_OPTIONS))}."
        )
    if entry["kind"] not in KINDS:
        raise DataError(f"{place}: kind {entry['kind']!r} is none of {', '.join(KINDS)}.")
    if not _is_number(entry["points"]) or entry["points"] <= 0:
        raise DataError(f"{place}: points are {entry['points']!r}. Wanted: a number above 0.")
    if entry["kind"] == "annotation":
        _check_places(place, entry)
    for side in ("right", "wrong"):
        if not isinstance(entry[side], list):
            raise DataError(f"{place}: {side} is {entry[side]!r}. Wanted: a list of answers, each with its code.")
        if len(entry[side]) < LEAST:
            raise DataError(f"{place}: {len(entry[side])} {side} answers; the bank holds at least {LEAST}. Add some.")
        for count, given in enumerate(entry[side], start=1):
            _check_answer(f"{place}, {side} {count}", given, None if side == "right" else entry["points"])


def _check_places(place: str, entry: Any) -> None:
    missing = [key for key in ("article", "labels", "places") if not entry.get(key)]
    if missing:
        raise DataError(f"{place}: {', '.join(missing)} missing. A question about marks needs them.")
    is_sound = isinstance(entry["places"], dict) and all(
        isinstance(each, dict) and {"para", "quote"} <= set(each) <= {"para", "quote", "nth"}
        for each in entry["places"].values()
    )
    if not is_sound or not isinstance(entry["labels"], list):
        raise DataError(
            f"{place}: wanted: labels: [source, cue] and places: {{name: {{para: 3, quote: words}}}}. "
            "Let some places be ones that are not to be marked: learners can read checks.json."
        )


def _check_answer(place: str, given: Any, most: float | None) -> None:
    """Refuse an entry that lacks something; `most` is the question's points where the answer is a wrong one."""
    texts = ("code",) if most is None else ("code", "misconception", "hint")
    needed = texts if most is None else (*texts, "points")
    if not isinstance(given, dict):
        raise DataError(f"{place}: is {given!r}. Wanted: {', '.join(needed)}.")
    missing = [key for key in needed if given.get(key) in (None, "")]
    if missing:
        raise DataError(f"{place}: {', '.join(missing)} missing. Add it.")
    for key in texts:
        if not isinstance(given[key], str):
            raise DataError(f"{place}: {key} is {given[key]!r}. Wanted: a text; put it in quotation marks.")
    if most is not None and not (_is_number(given["points"]) and 0 <= given["points"] < most):
        raise DataError(f"{place}: points are {given['points']!r}. Wanted: a number from 0 up, below {most:g}.")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def entries(path: Path) -> Iterator[Entry]:
    """Yield every answer of a bank's file."""
    for name, asked in read_bank(path).items():
        question = question_from(name, asked)
        for side in ("right", "wrong"):
            for number, given in enumerate(asked[side], start=1):
                place, code = f"{path.name}, {name}, {side} {number}", given["code"]
                if side == "right":
                    yield Entry(question, place, code, question.points, "", asked["well"])
                else:
                    yield Entry(question, place, code, float(given["points"]), given["misconception"], given["hint"])


def answer_of(entry: Entry) -> Any:
    """Return the canonical form of an entry's answer, made by running its code.

    The code is an expression, or statements that make a name ``answer``.

    Raises
    ------
    DataError
        When the code fails, or its answer is of another kind than the question's.
    """
    import altair as alt
    import pandas as pd

    import newsdesk as nd

    names: dict[str, Any] = {"nd": nd, "pd": pd, "alt": alt}
    try:
        with files_left_alone(), contextlib.redirect_stdout(io.StringIO()):
            try:
                value = eval(compile(entry.code.strip(), entry.place, "eval"), names)
            except SyntaxError:
                exec(compile(entry.code, entry.place, "exec"), names)
                value = names["answer"]
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the author's code may raise anything
        raise DataError(f"{entry.place}: its code fails: {type(error).__name__}: {error}. Mend the code.") from None
    try:
        return canonical(value, entry.question)
    except AnswerError as error:
        raise DataError(f"{entry.place}: {error} Mend the code, or the question's kind.") from None


def build_checks(path: Path) -> dict[str, Any]:
    """Return the content of checks.json for a bank's file.

    Raises
    ------
    DataError
        When a wrong answer equals a right one, or one value has two hints; file, question and both entries
        are named.
    """
    asked = read_bank(path)
    questions: dict[str, Any] = {
        name: {key: entry[key] for key in (*_FIELDS, "look") if key in entry} | {"answers": {}}
        for name, entry in asked.items()
    }
    first: dict[tuple[str, str], Entry] = {}
    for entry in entries(path):
        name = entry.question.question_id
        form = answer_of(entry)
        earlier = first.setdefault((name, to_json(form)), entry)
        if earlier.is_right != entry.is_right:
            raise DataError(
                f"{entry.place}: the same answer as {earlier.place.rpartition(', ')[2]}. Take one of the two out."
            )
        promised = [(one.points, one.words, one.misconception) for one in (earlier, entry)]
        if promised[0] != promised[1]:
            raise DataError(
                f"{entry.place}: the same answer as {earlier.place.rpartition(', ')[2]}, with other points, another "
                "hint or another misconception. Give both the same."
            )
        known = {"points": entry.points, "hint": entry.words}
        if entry.misconception:
            known["misconception"] = entry.misconception
        questions[name]["answers"][answer_hash(name, form)] = known
    return {"format": FORMAT, "questions": questions}


def dump_checks(checks: dict[str, Any]) -> bytes:
    """Return checks.json as bytes, the same for the same bank."""
    return (json.dumps(checks, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def check_bank(path: Path, checks_path: Path) -> list[str]:
    """Run every entry of a bank against the checks.json that stands beside its exercise.

    Returns
    -------
    list of str
        What is wrong, one line each; empty when each entry gets its points and words.
    """
    wrong = []
    if not checks_path.is_file() or checks_path.read_bytes() != dump_checks(build_checks(path)):
        wrong.append(f"{checks_path.parent.name}/{FILE} is not the one that {path.name} gives: newsdesk release")
    questions = build_checks(path)["questions"]
    for entry in entries(path):
        asked = questions[entry.question.question_id]
        verdict = judge(answer_of(entry), entry.question, asked)
        if (verdict.points, verdict.words) != (entry.points, entry.words):
            wrong.append(f"{entry.place}: gets {verdict.points:g} and {verdict.words!r}, promised {entry.points:g}")
    return wrong
