"""What a check cell calls: is it right, or which misconception is it?

The key is ``checks.json`` beside the notebook: for each question salted hashes of the canonical forms
of the answers in its bank, each with points and a hint. A check never raises on a wrong answer, writes
nothing to stderr and shows its points as a bare number, since stock nbgrader reads these.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import numbers
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from newsdesk.answers import KINDS, AnswerError, Question, canonical, to_json
from newsdesk.errors import DataError, NewsdeskError, PlaceError, unknown
from newsdesk.kit import kit_folder
from newsdesk.probing import silenced
from newsdesk.progress import first_answer, record_answer

FILE = "checks.json"
FORMAT = 1
_LONGEST_ID = 40
_EXAMPLE = "check('e01.q2', answer)"


@dataclass(frozen=True)
class Verdict:
    """What a check found. Jupyter shows its words; nbgrader reads its points."""

    points: float
    most: float
    words: str

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        head = f"{self.points:g} of {self.most:g} point{'' if self.most == 1 else 's'}." if self.most else "No points."
        words = escape(self.words.encode("utf-8", "replace").decode(), quote=False)
        return {"text/plain": repr(self), "text/html": f'<p role="status"><strong>{head}</strong> {words}</p>'}

    def __repr__(self) -> str:
        return str(float(self.points))


def check(question_id: str, answer: object, *, sure: float | None = None) -> Verdict:
    """Check an answer and say what it shows.

    Parameters
    ----------
    question_id
        ``"e01.q2"``, or ``"l01.c1"`` in a lesson.
    answer
        Of the kind that the question asks for; see `newsdesk.answers.KINDS`.
    sure
        How sure you are, 0 to 100, if you want it kept with your first answer.

    Returns
    -------
    Verdict
        Points and words. In a working copy the first answer is kept in ``progress.jsonl`` before any
        hint is shown; elsewhere nothing is kept. A wrong answer, an id that does not exist and a key that
        is missing or damaged give 0 points and words, no exception.
    """
    with silenced():
        try:
            return _verdict(question_id, answer, sure)
        except NewsdeskError as error:
            return Verdict(0, 0, str(error))
        except Exception as error:  # noqa: BLE001 - a folder that is gone, say; nbgrader stops at a traceback
            return Verdict(0, 0, f"This check could not run: {type(error).__name__}: {error}")


def _verdict(question_id: str, answer: object, sure: float | None) -> Verdict:
    if not isinstance(question_id, str) or len(question_id) > _LONGEST_ID:
        raise DataError(f"check takes the question's id first, then your answer: {_EXAMPLE}.")
    entry = load_checks(question_id)[question_id]
    question = question_from(question_id, entry)
    try:
        form = canonical(answer, question)
    except AnswerError as error:
        return Verdict(0, question.points, str(error))
    verdict = judge(form, question, entry)
    is_told = isinstance(sure, numbers.Real) and not isinstance(sure, bool) and 0 <= sure <= 100
    with contextlib.suppress(NewsdeskError, OSError, ValueError):
        keep_first(question_id, form, verdict.points, float(sure) if is_told and sure is not None else None)
    if sure is not None and not is_told:
        return replace(verdict, words=f"{verdict.words} (How sure you are is a number from 0 to 100: not kept.)")
    return verdict


def judge(form: object, question: Question, entry: dict[str, Any]) -> Verdict:
    """Return the verdict on a canonical form by a question's entry in checks.json."""
    known = entry["answers"].get(answer_hash(question.question_id, form))
    if known is not None:
        return Verdict(float(known["points"]), question.points, known["hint"])
    shown = to_json(form)
    shown = shown if len(shown) <= 120 else shown[:117] + "…"
    return Verdict(0, question.points, f"Not this. Read as: {shown}. {entry['look']}")


def answer_hash(question_id: str, form: object) -> str:
    """Return the salted hash under which an answer stands in checks.json.

    The salt is the question's id: equal answers to two questions look different. It hides nothing from
    somebody who tries them all; a first answer is kept for that reason.
    """
    return hashlib.sha256(f"{question_id}\n{to_json(form)}".encode()).hexdigest()


def question_from(question_id: str, entry: dict[str, Any]) -> Question:
    """Return the question that an entry of checks.json or of a bank describes."""
    return Question(
        question_id=question_id,
        kind=entry["kind"],
        points=float(entry["points"]),
        decimals=entry.get("decimals"),
        has_case=bool(entry.get("has_case", False)),
        choices=tuple(entry.get("choices", ())),
        columns=tuple(map(str, entry.get("columns", ()))),
        has_order=bool(entry.get("has_order", False)),
        may_be_empty=bool(entry.get("may_be_empty", False)),
        probes=tuple(tuple(probe) for probe in entry.get("probes", ())),
        article=str(entry.get("article", "")),
        text=tuple(map(str, entry.get("text", ()))),
        labels=tuple(map(str, entry.get("labels", ()))),
        attributes=tuple(map(str, entry.get("attributes", ()))),
        places=entry.get("places", {}),
    )


def load_checks(question_id: str) -> dict[str, Any]:
    """Return the questions of the checks.json that holds `question_id`.

    It is looked for beside the notebook (the current folder), then in the kit's own folders.

    Raises
    ------
    NotFoundError
        When no question has that id.
    PlaceError
        When no checks.json is there.
    DataError
        When the file is damaged or of a newer format.
    """
    match = re.match(r"[el]\d\d(?=\.)", question_id)
    lesson = match[0] if match else ""
    remedy = f"Get it back with: newsdesk reset {lesson}" if lesson else f"A check is called like this: {_EXAMPLE}."
    places = [Path.cwd() / FILE]
    with contextlib.suppress(NewsdeskError):
        if lesson.startswith("e"):
            places += sorted(kit_folder("exercises").glob(f"{lesson}-*/{FILE}"))
        else:
            places.append(kit_folder("notebooks") / FILE)
    questions: dict[str, Any] = {}
    for path in places:
        if path.is_file():
            questions = _read(path, remedy) | questions
    if not questions:
        raise PlaceError(f"There is no {FILE} beside this notebook. {remedy}")
    if question_id not in questions:
        raise unknown("question", question_id, questions)
    return questions


def _read(path: Path, remedy: str) -> dict[str, Any]:
    try:
        book = json.loads(path.read_text(encoding="utf-8"))
        number = book["format"]
        if number == FORMAT and all(_is_sound(entry) for entry in book["questions"].values()):
            return dict(book["questions"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        number = None
    if isinstance(number, int) and number > FORMAT:
        raise DataError(
            f"{path.name} in {path.parent.name} is of format {number}; this version of the kit reads format {FORMAT}. "
            f"Update the kit, or take its own. {remedy}"
        )
    raise DataError(f"{path.name} in {path.parent.name} is damaged, or somebody edited it. {remedy}")


def _is_sound(entry: Any) -> bool:
    """Say whether an entry of checks.json is one that release wrote; a missing part raises KeyError."""
    choices, columns = entry.get("choices", []), entry.get("columns", [])
    if not (isinstance(choices, list) and isinstance(columns, list)):
        return False
    if not isinstance(entry.get("places", {}), dict):
        return False
    texts = [*(item for item in choices if not isinstance(item, int)), *columns]
    return (
        entry["kind"] in KINDS
        and 0 <= entry["points"] < math.inf
        and all(isinstance(text, str) for text in (entry["look"], *texts))
        and isinstance(entry.get("decimals"), int | None)
        and all(isinstance(probe, list) for probe in entry.get("probes", []))
        and all(
            0 <= known["points"] <= entry["points"] and isinstance(known["hint"], str)
            for known in entry["answers"].values()
        )
    )


def keep_first(question_id: str, form: object, points: float, sure: float | None) -> None:
    """Keep an answer in the working copy's progress if it is the first one to this question."""
    if first_answer(question_id) is None:
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        record_answer(
            {"format": FORMAT, "question": question_id, "answer": form, "points": points, "sure": sure, "at": now}
        )
