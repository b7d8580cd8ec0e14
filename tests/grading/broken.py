"""Submissions that are broken, each in its own way, and what a grader must say of each."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from courses import NOTE, ROOT, Released, bank_of, by_grade_id

from newsdesk.grading.bank import Entry
from newsdesk.grading.grade import GradeReport

Book = dict[str, Any]
EXERCISE, FILE = "e06-where-it-came-from", "e06-where-it-came-from.ipynb"
OTHER = "e01-reading-a-story"
QUESTION = "e06-q1"  # whose answer cell is broken


@dataclass(frozen=True)
class Way:
    """A way to be broken.

    `hand_in` writes it to a folder, given the whole notebook. `reason` is a regular expression of what
    is said. Where `costs` is None nothing is graded; else it names the questions that lose their points.
    """

    name: str
    hand_in: Callable[[Path, Book], None]
    reason: str
    costs: tuple[str, ...] | None = None
    is_slow: bool = False
    learner: str = ""


def write(folder: Path, content: bytes | str | Book, name: str = FILE) -> None:
    """Write a file of a submission."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content) if isinstance(content, dict) else content
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())


def answering(code: str) -> Callable[[Path, Book], None]:
    """Return what hands in a notebook whose first answer cell holds `code`."""

    def hand_in(folder: Path, book: Book) -> None:
        by_grade_id(book)[f"{QUESTION}-answer"]["source"] = code
        write(folder, book)

    return hand_in


def without_answer_cell(folder: Path, book: Book) -> None:
    """Take the answer cell out."""
    gone = by_grade_id(book)[f"{QUESTION}-answer"]
    write(folder, book | {"cells": [cell for cell in book["cells"] if cell is not gone]})


def with_answer_cell_twice(folder: Path, book: Book) -> None:
    """Put a copy of the answer cell at the end, as a learner does who copies cells."""
    write(folder, book | {"cells": [*book["cells"], by_grade_id(book)[f"{QUESTION}-answer"]]})


def with_a_link(folder: Path, _: Book) -> None:
    """Put a link in the notebook's place."""
    folder.mkdir(parents=True)
    (folder / FILE).symlink_to("/etc/hostname")


def with_a_pipe(folder: Path, _: Book) -> None:
    """Put a pipe in the notebook's place: to open it waits for ever."""
    folder.mkdir(parents=True)
    os.mkfifo(folder / FILE)


def with_a_folder(folder: Path, book: Book) -> None:
    """Put the notebook into a folder of its own name, as some programs unpack it."""
    write(folder / FILE, book)


def with_marks(name: str, content: bytes) -> Callable[[Path, Book], None]:
    """Return what hands in the whole notebook with a file of marks."""

    def hand_in(folder: Path, book: Book) -> None:
        write(folder, book)
        write(folder / "annotations", content, name)

    return hand_in


def large(folder: Path, book: Book) -> None:
    """Hand in 25 MB of outputs."""
    text = {"output_type": "stream", "name": "stdout", "text": "x" * 25_000_000}
    next(cell for cell in book["cells"] if cell["cell_type"] == "code")["outputs"] = [text]
    write(folder, book)


def another_exercise(folder: Path, _: Book) -> None:
    """Hand in another exercise's notebook under this one's name."""
    write(folder, (ROOT / "exercises" / OTHER / f"{OTHER}.ipynb").read_bytes())


def cut_off(folder: Path, book: Book) -> None:
    """Hand in the first half of the file."""
    whole = json.dumps(book)
    write(folder, whole[: len(whole) // 2])


MARKS = "gt-2024.me.jsonld"
MINE = f"{QUESTION}-answer"
LOST = (QUESTION,)
WAYS = [
    Way("cut off", cut_off, "not a notebook: it is cut off"),
    Way("renamed", lambda f, b: write(f, b, "mine.ipynb"), rf"wrong file name: there is no {FILE}\. .*'mine.ipynb'"),
    Way("nothing", lambda f, _: f.mkdir(parents=True), rf"wrong file name: there is no {FILE}\. There is: nothing"),
    Way("empty", lambda f, _: write(f, b""), "the file is empty"),
    Way("not JSON", lambda f, _: write(f, "Dear teacher"), "not a notebook: it begins with 'Dear teacher'"),
    Way("damaged", lambda f, b: write(f, json.dumps(b).replace('"cells"', "cells", 1)), "not a notebook: damaged"),
    Way("format 3", lambda f, _: write(f, {"nbformat": 3, "worksheets": []}), r"a notebook of an old format \(3\)"),
    Way("format 5", lambda f, b: write(f, b | {"nbformat": 5}), "a notebook of format 5; wanted: 4"),
    Way("no list of cells", lambda f, _: write(f, {"nbformat": 4, "metadata": {}}), "not a notebook: it has no cells"),
    Way("a damaged cell", lambda f, b: write(f, b | {"cells": [*b["cells"][:2], 7]}), "not a notebook: its cell 3 is"),
    Way("another exercise", another_exercise, "no cell of this exercise is in it; it may be another notebook"),
    Way("UTF-16", lambda f, b: write(f, json.dumps(b).encode("utf-16")), "not a notebook: the file is not in UTF-8"),
    Way("a link", with_a_link, f"{FILE} is a link, which is not followed"),
    Way("a pipe", with_a_pipe, f"{FILE} is not a file, but a pipe or a device"),
    Way("a folder", with_a_folder, f"{FILE} is not a file, but a folder"),
    Way("25 MB", large, f"{FILE} is 25.0 MB; at most 20 MB are read"),
    Way("no id", write, "the folder's name is no learner's id", learner="learner one"),
    Way("answer cell gone", without_answer_cell, f"the cell {MINE} was missing and was put back", LOST),
    Way("answer cell twice", with_answer_cell_twice, f"the cell {MINE} stands twice; the first one counts", ()),
    Way(
        "syntax error",
        answering("parent = ["),
        r"No answer was read: its cell stopped with SyntaxError: .* \(line 1\)",
        LOST,
    ),
    Way("sys.exit", answering("import sys\nsys.exit(3)"), "No answer was read: its cell stopped with SystemExit", LOST),
    Way("memory", answering("x = bytearray(9 * 10**9)"), "No answer was read: its cell stopped with MemoryError", LOST),
    Way("os._exit", answering("import os\nos._exit(0)"), f"{MINE}: it ended its own Python", LOST),
    Way("endless", answering("while True: pass"), f"{MINE}: ended: it took longer than 20 seconds", LOST, is_slow=True),
    Way("marks too large", with_marks(MARKS, b" " * 500_000), f"marks left out: {MARKS} is 0.5 MB; at most 0.4 MB", ()),
    Way("marks damaged", with_marks(MARKS, b'{"items": [\xff'), f"{MARKS} is damaged, and was passed on as it is", ()),
]


def hand_in_broken(course: Path, ways: list[Way], right: dict[str, Entry]) -> dict[str, Way]:
    """Hand in a submission with all right answers broken in each of some ways; return these by learner."""
    by_learner = {way.learner or f"broken-{number:02}": way for number, way in enumerate(ways)}
    for learner, way in by_learner.items():
        way.hand_in(course / "submitted" / learner / EXERCISE, Released(EXERCISE).filled_in(right, NOTE))
    return by_learner


def right_answers() -> dict[str, Entry]:
    """Return the first right answer to each question."""
    return {name: next(e for e in given if e.is_right) for name, given in bank_of(EXERCISE).items()}


def not_as_told(report: GradeReport, broken: dict[str, Way], right: dict[str, Entry]) -> list[tuple[str, object]]:
    """Return which broken submissions got another reason or other points than their way promises, and which."""
    most = {question.replace(".", "-"): entry.question.points for question, entry in right.items()}
    wrong: list[tuple[str, object]] = []
    for learner, way in broken.items():
        said = said_of(report, learner)
        wrong += [] if re.match(way.reason, said) else [(way.name, said)]
        if way.costs is None:
            wrong += [(way.name, "was graded")] * (learner in report.graded)
            continue
        points = {name: each.points for name, each in report.graded[learner].questions.items()}
        wrong += [] if points == most | dict.fromkeys(way.costs, 0) else [(way.name, points)]
    said = [said_of(report, learner) for learner in broken]
    return wrong + [("said twice", words) for words in said if said.count(words) > 1]


def said_of(report: GradeReport, learner: str) -> str:
    """Return what a report says of a learner's trouble, first."""
    if learner in report.broken:
        return report.broken[learner]
    record = report.graded[learner]
    return [*record.notes, *(each.words for each in record.questions.values() if not each.points), "nothing"][0]
