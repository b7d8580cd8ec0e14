"""Every answer of every bank gets the points promised, from our check cell and from stock nbgrader alike."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import escape
from pathlib import Path
from typing import Any

import pytest
from courses import EXERCISES, NOTE, ROOT, Released, as_cell, bank_of, by_grade_id, packed, submit

import newsdesk as nd
from newsdesk.checks import Verdict
from newsdesk.grading.bank import Entry
from newsdesk.notebooks import cell_source, read_notebook

BLANK, FORGER = "blank", "forger"


def raw_answer(entry: Entry) -> object:
    """Return what an entry's code hands in, as a learner's cell would."""
    names: dict[str, Any] = {"nd": nd}
    exec(as_cell(entry, "handed_in"), names)
    return names["handed_in"]


def generous(key: bytes) -> bytes:
    """Return a key that gives full points for every answer it knows."""
    book = json.loads(key)
    for asked in book["questions"].values():
        for known in asked["answers"].values():
            known["points"] = asked["points"]
    return json.dumps(book).encode()


def html_of(cell: dict[str, Any]) -> str:
    """Return the HTML that a check cell shows."""
    (html,) = [output["data"]["text/html"] for output in cell["outputs"] if "text/html" in output.get("data", {})]
    return html if isinstance(html, str) else "".join(html)


def grades_in(database: Path, exercise: str) -> dict[tuple[str, str], tuple[float | None, float, bool]]:
    """Return auto score, most points and whether a person must look, by learner and grade id."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{database}", "newsdesk") as gradebook:
        return {
            (submission.student.id, grade.name): (grade.auto_score, grade.max_score, grade.needs_manual_grade)
            for submission in gradebook.assignment_submissions(exercise)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


@pytest.fixture(params=EXERCISES)
def released(request: pytest.FixtureRequest) -> Released:
    """One exercise after the other."""
    return Released(request.param)


def test_every_answer_gets_its_verdict_from_the_check(
    released: Released, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    """``nd.check``, given what each answer's code makes, returns the promised points and words, and prints nothing."""
    monkeypatch.chdir(ROOT / "exercises" / released.exercise)
    for given in bank_of(released.exercise).values():
        for entry in given:
            verdict = nd.check(entry.question.question_id, raw_answer(entry))
            assert verdict == Verdict(entry.points, entry.question.points, entry.words), entry.place
            assert repr(verdict) == str(entry.points), entry.place  # what nbgrader reads
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")  # nbgrader's own
def test_stock_autograde_gives_the_points_promised(
    released: Released, make_course: Callable[..., Any], capsys: pytest.CaptureFixture[str]
):
    """Every answer is packed into submissions, graded by ``nbgrader autograde`` as it is, and compared one by one.

    Beside them two learners hand in the exercise as it was released; one of them brings a key of his own. Two
    courses share the submissions, since nbgrader grades one after the other.
    """
    exercise, bank = released.exercise, bank_of(released.exercise)
    submissions = dict(packed(bank))
    courses = [make_course(name) for name in ("my course", "l'été")]
    course_of = dict(zip(submissions, itertools.cycle(courses), strict=False))
    key = (ROOT / "exercises" / exercise / "checks.json").read_bytes()
    forger = {question: next(e for e in given if e.points == 0) for question, given in bank.items()}
    for learner, answers in submissions.items():
        submit(course_of[learner].folder / "submitted" / learner / exercise, released.filled_in(answers, NOTE), key)
    for course in courses:
        submit(course.folder / "submitted" / BLANK / exercise, released.filled_in({}), key)
        submit(course.folder / "submitted" / FORGER / exercise, released.filled_in(forger), generous(key))
        course.run("nbgrader", "generate_assignment", exercise)
    began = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        logs = list(pool.map(lambda each: each.run("nbgrader", "autograde", exercise, seconds=900), courses))
    seconds = time.monotonic() - began

    tables = [grades_in(each.folder / "gradebook.db", exercise) for each in courses]
    grades = tables[0] | tables[1]
    count, wrong = 0, []
    for learner, answers in submissions.items():
        folder = course_of[learner].folder / "autograded" / learner / exercise
        cells = by_grade_id(read_notebook(folder / released.file))
        for question in bank:
            grade_id = question.replace(".", "-")
            score, most, is_manual = grades[learner, grade_id]
            entry = answers.get(question)
            if entry is None:  # its form stays empty
                wrong += [(learner, question, score)] * (score != 0)
                continue
            count += 1
            head = f"{entry.points:g} of {most:g} point{'' if most == 1 else 's'}."
            shown = html_of(cells[grade_id])
            is_promised = (score, most, is_manual) == (entry.points, entry.question.points, False)
            has_words = head in shown and escape(entry.words, quote=False) in shown
            wrong += [] if is_promised and has_words else [(entry.place, score, entry.points, shown)]
    open_questions = {name for _, name in grades} - {question.replace(".", "-") for question in bank}
    assert wrong == []
    assert count == sum(map(len, bank.values()))
    assert open_questions
    for name in open_questions:
        assert {grades[learner, name][2] for learner in submissions} == {True}  # a note waits for a person
        assert grades[BLANK, name][::2] == (0, False)  # nothing written: 0 points, nobody needs to look
    for learner in (BLANK, FORGER):
        assert {score for each in tables for (who, _), (score, _, _) in each.items() if who == learner} == {0}
    for course, log in zip(courses, logs, strict=True):
        own = {learner for learner in submissions if course_of[learner] is course}
        check_folders(course.folder, released, {*own, BLANK, FORGER}, key)
        assert "Traceback" not in log
    with capsys.disabled():
        print(
            f"\n{exercise}: {count} answers in {len(submissions)} submissions (and 2 more) got from stock nbgrader and "
            f"from the check cell the points and words promised; autograde took {seconds:.0f} s"
        )


def check_folders(folder: Path, released: Released, learners: set[str], key: bytes) -> None:
    """Assert that autograde's folder holds each learner's notebook and the master's key, and nothing of the source."""
    graded = folder / "autograded"
    assert {path.name for path in graded.iterdir()} == learners
    for learner in learners:
        files = {path.name for path in (graded / learner / released.exercise).iterdir()}
        assert files - {"annotations"} == {released.file, "checks.json"}, learner  # marks made by code are kept
        assert (graded / learner / released.exercise / "checks.json").read_bytes() == key, learner
    source = by_grade_id(read_notebook(ROOT / "solutions" / released.exercise / released.file))
    blank = (graded / BLANK / released.exercise / released.file).read_text(encoding="utf-8")
    for name, cell in source.items():
        if cell["metadata"]["nbgrader"]["solution"]:
            last = [line for line in cell_source(cell).splitlines() if line and not line.startswith("###")][-1]
            assert json.dumps(last)[1:-1] not in blank, name
