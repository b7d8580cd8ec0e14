"""Courses for tests of grading: an instructor's folder, and submissions filled in from an exercise's bank."""

from __future__ import annotations

import ast
import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from newsdesk.course import make_course
from newsdesk.grading.bank import Entry, entries
from newsdesk.notebooks import cell_source, read_notebook

ROOT = Path(__file__).parents[2]
EXERCISES = sorted(path.parent.name for path in ROOT.glob("solutions/e*/answers.yaml"))
NOTE = "Paragraph 9 is the paper's own sentence."
Answers = dict[str, list[Entry]]


def bank_of(exercise: str) -> Answers:
    """Return the bank's answers by question."""
    found: Answers = {}
    for entry in entries(ROOT / "solutions" / exercise / "answers.yaml"):
        found.setdefault(entry.question.question_id, []).append(entry)
    return found


def as_cell(entry: Entry, name: str) -> str:
    """Return an entry's code as the source of an answer cell that makes `name`."""
    imports = [f"import {module} as {short}" for module, short in (("pandas", "pd"), ("altair", "alt"))]
    used = [line for line in imports if f"{line.split()[-1]}." in entry.code]
    try:
        ast.parse(entry.code.strip(), mode="eval")
    except SyntaxError:
        return "\n".join([*used, entry.code, f"{name} = answer"])
    return "\n".join([*used, f"{name} = {entry.code.strip()}"])


@dataclass(frozen=True)
class Released:
    """A released exercise, to be filled in."""

    exercise: str

    @property
    def file(self) -> str:
        """Return its notebook's name."""
        return f"{self.exercise}.ipynb"

    def filled_in(self, answers: dict[str, Entry], note: str = "") -> dict[str, Any]:
        """Return the notebook with `answers` in its answer cells and `note` under the open question."""
        book = read_notebook(ROOT / "exercises" / self.exercise / self.file)
        cells = by_grade_id(book)
        for question, entry in answers.items():
            grade_id = question.replace(".", "-")
            name = ast.parse(cell_source(cells[grade_id])).body[0].value.args[1].id
            cells[f"{grade_id}-answer"]["source"] = as_cell(entry, name)
        for cell in cells.values():
            if note and cell["cell_type"] == "markdown" and cell["metadata"]["nbgrader"]["solution"]:
                cell["source"] = note
        return book


def by_grade_id(book: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return nbgrader's cells of a notebook."""
    cells = [cell for cell in book["cells"] if "nbgrader" in cell["metadata"]]
    return {cell["metadata"]["nbgrader"]["grade_id"]: cell for cell in cells}


def packed(bank: Answers) -> Iterator[tuple[str, dict[str, Entry]]]:
    """Yield submissions: the k-th of them holds the k-th answer to each question that has so many."""
    for number in range(max(map(len, bank.values()))):
        yield f"learner-{number + 1:02}", {q: given[number] for q, given in bank.items() if number < len(given)}


def submit(folder: Path, book: dict[str, Any], key: bytes) -> None:
    """Put a submission where nbgrader looks for it: the notebook and the key that came with it."""
    folder.mkdir(parents=True)
    (folder / f"{folder.name}.ipynb").write_text(json.dumps(book), encoding="utf-8")
    (folder / "checks.json").write_bytes(key)


def hand_in(course: Path, exercise: str, count: int | None = None) -> dict[str, dict[str, Entry]]:
    """Hand in `count` submissions filled in from the bank, each answer in one of them at least by default.

    Returns the answers that each learner gave, by question.
    """
    bank, released = bank_of(exercise), Released(exercise)
    key = (ROOT / "exercises" / exercise / "checks.json").read_bytes()
    kinds = [answers for _, answers in packed(bank)]
    given = {f"learner-{n + 1:03}": kinds[n % len(kinds)] for n in range(len(kinds) if count is None else count)}
    for number, (learner, answers) in enumerate(given.items(), start=1):
        submit(course / "submitted" / learner / exercise, released.filled_in(answers, f"{NOTE} {number}"), key)
    return given


def course_with(folder: Path, exercise: str, count: int | None = None) -> dict[str, dict[str, Entry]]:
    """Make a course in `folder` with submissions as `hand_in` makes them."""
    return hand_in(make_course(folder), exercise, count)


def start_newsdesk(course: Path, *arguments: str, temporary: Path | None = None) -> subprocess.Popen[str]:
    """Start the command in a course, in a session of its own, and return while it works; what it prints is kept."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.Popen(
        [sys.executable, "-m", "newsdesk", *arguments],
        cwd=course,
        env=kept | ({"TMPDIR": str(temporary)} if temporary else {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def run_newsdesk(course: Path, *arguments: str, temporary: Path | None = None, seconds: float = 300) -> tuple[int, str]:
    """Run the command in a course and return how it ended and what it printed."""
    process = start_newsdesk(course, *arguments, temporary=temporary)
    try:
        said, _ = process.communicate(timeout=seconds)
    finally:
        process.kill()
    return process.returncode, said


def times_graded(course: Path) -> Counter[str]:
    """Return how often the log says that each learner's submission was graded."""
    log = course / "grading.log"
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return Counter(line.split(" ")[2].rstrip(":") for line in lines if re.search(r": [\d.]+ of [\d.]+ points", line))


def gradebook_rows(course: Path) -> dict[str, Counter[tuple[Any, ...]]]:
    """Return all rows of a gradebook by table; ids, which are drawn by chance, give way to what they stand for."""
    book = sqlite3.connect(course / "gradebook.db")
    book.row_factory = sqlite3.Row
    tables = [row["name"] for row in book.execute("select name from sqlite_master where type = 'table'")]
    links = {t: {r["from"]: r["table"] for r in book.execute(f"pragma foreign_key_list({t})")} for t in tables}
    rows = {t: list(book.execute(f"select * from {t}")) for t in tables}
    by_id = {t: {row["id"]: row for row in rows[t] if "id" in row.keys()} for t in tables}  # noqa: SIM118 - no dict

    def named(table: str, row: sqlite3.Row) -> tuple[Any, ...]:
        cells = []
        for column in row.keys():  # noqa: SIM118
            target = links[table].get(column)
            if target is not None and row[column] is not None:
                cells.append((column, named(target, by_id[target][row[column]])))
            elif column != "id" or table in {"student", "course"}:
                cells.append((column, row[column]))
        return tuple(cells)

    try:
        return {table: Counter(named(table, row) for row in rows[table]) for table in tables}
    finally:
        book.close()


def still_running(processes: Iterable[psutil.Process], seconds: float = 15) -> list[str]:
    """Return which of some processes have not ended within `seconds`; what no one has buried yet has ended."""

    def is_alive(process: psutil.Process) -> bool:
        try:
            return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    ends = time.monotonic() + seconds
    left = list(processes)
    while (left := [each for each in left if is_alive(each)]) and time.monotonic() < ends:
        time.sleep(0.05)
    return [f"{each.pid} {each.name()}" for each in left]
