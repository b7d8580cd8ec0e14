"""rebuilding: a learner's answers stand in the instructor's notebook, and nothing else of theirs does."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from newsdesk.errors import DataError, PlaceError
from newsdesk.grading.rebuilding import Master, Rebuilt, grade_id, read_master, rebuild
from newsdesk.grading.submissions import BrokenError, Submission

NAME = "e06-x"
CHECKS = {"e06.q1": {"kind": "number", "points": 2, "look": "Look.", "answers": {}}}
Cells = list[dict[str, Any]]


def cell(source: str, name: str = "", *, kind: str = "code", **about: object) -> dict[str, Any]:
    """Return a cell, one of nbgrader's where it has a name."""
    metadata = {"nbgrader": {"grade_id": name, "solution": False, "grade": False, **about}} if name else {}
    return {"cell_type": kind, "source": source, "metadata": metadata}


MASTER: Cells = [
    cell("import newsdesk as nd", "setup", locked=True),
    cell("Read.", kind="markdown"),
    cell("answer = None", "e06-q1-answer", solution=True),
    cell('nd.check("e06.q1", answer)', "e06-q1", grade=True, points=2),
    cell("*Your answer:*", "e06-q2", kind="markdown", solution=True, grade=True, points=5),
]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Return a course with the released exercise."""
    release(tmp_path, MASTER)
    return tmp_path


def release(course: Path, cells: Cells) -> None:
    """Write an exercise as a release does."""
    folder = course / "exercises" / NAME
    folder.mkdir(parents=True, exist_ok=True)
    whole = [each | ({"outputs": [], "execution_count": None} if each["cell_type"] == "code" else {}) for each in cells]
    book = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": whole}
    (folder / f"{NAME}.ipynb").write_text(json.dumps(book), encoding="utf-8")
    (folder / "checks.json").write_text(json.dumps({"format": 1, "questions": CHECKS}), encoding="utf-8")


def handed_in(cells: Cells) -> Submission:
    """Return a submission of these cells."""
    return Submission("ada", copy.deepcopy(cells), {}, "", "f", ["a note of reading"])


def answered(**sources: str) -> Cells:
    """Return the exercise with other sources in some cells, whatever their names allow."""
    cells = copy.deepcopy(MASTER)
    for each in cells:
        each["source"] = sources.get(grade_id(each).replace("-", "_"), each["source"])
    return cells


def built(course: Path, cells: Cells) -> Rebuilt:
    """Return what is rebuilt of cells handed in."""
    return rebuild(handed_in(cells), read_master(course, NAME))


def sources(rebuilt: Rebuilt) -> list[str]:
    """Return the sources of all cells."""
    return [each["source"] for each in rebuilt.cells]


def test_answers_are_taken_and_everything_else_is_the_masters(course: Path):
    """Of a given cell and a check neither source nor metadata nor kind can be changed."""
    cells = answered(setup="import os", e06_q1_answer="answer = 7", e06_q1="7", e06_q2="My note.")
    cells[3]["metadata"]["nbgrader"] |= {"points": 50, "solution": True}
    cells[3]["cell_type"] = "markdown"
    rebuilt = built(course, cells)
    assert sources(rebuilt) == ["import newsdesk as nd", "Read.", "answer = 7", MASTER[3]["source"], "My note."]
    assert [each["metadata"] for each in rebuilt.cells] == [each["metadata"] for each in MASTER]
    assert [each["cell_type"] for each in rebuilt.cells] == [each["cell_type"] for each in MASTER]
    assert [each["id"] for each in rebuilt.cells] == [f"cell-{number:03}" for number in range(5)]
    assert rebuilt.notes == ["a note of reading"]


def test_the_steps_are_code_and_questions_with_their_places(course: Path):
    """Prose is no step; a check cell is not run: its answer is read."""
    rebuilt = built(course, answered(e06_q1_answer="answer = 7"))
    assert rebuilt.places == [0, 2, 3]
    first, second, asked = rebuilt.steps
    assert (first.source, second.source, asked.source) == ("import newsdesk as nd", "answer = 7", "")
    assert (asked.expression, asked.question["question_id"], asked.question["points"]) == ("answer", "e06.q1", 2.0)
    assert (first.expression, second.expression) == ("", "")


def test_a_learners_own_cells_run_where_they_stand(course: Path):
    """Without their metadata, whatever it claims."""
    own = cell("x = 1", "mine", grade=True, points=100)
    rebuilt = built(course, [*MASTER[:2], own, cell("  "), *MASTER[2:]])
    assert sources(rebuilt)[2:4] == ["x = 1", "  "]
    assert [each["metadata"] for each in rebuilt.cells[2:4]] == [{}, {}]
    assert rebuilt.places == [0, 2, 4, 5]  # an empty cell is no step


def test_the_learners_order_stays(course: Path):
    """Cells that were moved run where they were moved to."""
    assert sources(built(course, [MASTER[0], MASTER[3], MASTER[2], MASTER[4]]))[:3] == [
        MASTER[number]["source"] for number in (0, 3, 2)
    ]


@pytest.mark.parametrize("gone", [0, 2, 3, 4])
def test_a_missing_cell_is_put_back_where_it_belongs(course: Path, gone: int):
    """After the one that it follows in the master, as it was released, with a note."""
    kept = [each for number, each in enumerate(MASTER) if number not in {gone, 1}]
    rebuilt = built(course, kept)
    assert sources(rebuilt) == [each["source"] for number, each in enumerate(MASTER) if number != 1]
    name = grade_id(MASTER[gone])
    assert rebuilt.notes[1:] == [f"the cell {name} was missing and was put back as it was released"]


def test_all_that_is_missing_is_put_back_in_the_masters_order(course: Path):
    """One cell is enough to know the exercise by."""
    rebuilt = built(course, [cell("mine = 1"), MASTER[3]])
    assert [grade_id(each) for each in rebuilt.cells if grade_id(each)] == [
        "setup",
        "e06-q1-answer",
        "e06-q1",
        "e06-q2",
    ]
    assert len(rebuilt.notes) == 4


def test_of_a_cell_that_stands_twice_the_first_counts(course: Path):
    """A second answer cell runs as the learner's own; a second check cell does not stand in the notebook."""
    second, check = cell("answer = 2", "e06-q1-answer", solution=True), MASTER[3]
    rebuilt = built(course, [*answered(e06_q1_answer="answer = 1"), second, check])
    assert sources(rebuilt)[2:] == ["answer = 1", check["source"], "*Your answer:*", "answer = 2"]
    assert rebuilt.cells[5]["metadata"] == {}
    assert rebuilt.notes[1:] == [
        f"the cell {name} stands twice; the first one counts" for name in ("e06-q1-answer", "e06-q1")
    ]


@pytest.mark.parametrize("metadata", [{}, {"nbgrader": 3}, {"nbgrader": {"grade_id": ["e06-q1"]}}, {"nbgrader": {}}])
def test_a_notebook_without_a_cell_of_the_exercise_is_refused(course: Path, metadata: dict[str, Any]):
    """Whatever its cells' metadata is."""
    with pytest.raises(BrokenError, match="no cell of this exercise is in it"):
        built(course, [cell("answer = 7") | {"metadata": metadata}])


def test_the_master_is_not_changed_by_rebuilding(course: Path):
    """Two learners get the same one."""
    master = read_master(course, NAME)
    before = json.dumps(master.notebook)
    first = rebuild(handed_in(answered(e06_q1_answer="answer = 1")), master)
    first.cells[0]["metadata"]["nbgrader"]["grade_id"] = "changed"
    assert json.dumps(master.notebook) == before


def test_the_masters_fingerprint_is_of_what_learners_are_held_against(course: Path):
    """Cells, metadata and key count; how the file is laid out does not."""
    first = read_master(course, NAME).fingerprint
    path = course / "exercises" / NAME / f"{NAME}.ipynb"
    path.write_text(json.dumps(json.loads(path.read_text()), indent=3), encoding="utf-8")
    assert read_master(course, NAME).fingerprint == first
    release(course, [*MASTER[:2], MASTER[2] | {"source": "answer = 0"}, *MASTER[3:]])
    second = read_master(course, NAME).fingerprint
    key = course / "exercises" / NAME / "checks.json"
    key.write_text(key.read_text().replace("Look.", "Look again."), encoding="utf-8")
    assert len({first, second, read_master(course, NAME).fingerprint}) == 3


@pytest.mark.parametrize(
    "source",
    [
        "assert answer == 7",
        'nd.check("e06.q9", answer)',
        'nd.check("e06.q1", answer, sure=5)',
        'nd.check("e06.q1")',
        'nd.check("e06.q1", answer)\nprint()',
        "nd.check(",
        "",
    ],
)
def test_a_master_whose_points_no_one_can_give_is_refused(course: Path, source: str):
    """The cell is named, and what to do."""
    release(course, [*MASTER[:3], MASTER[3] | {"source": source}, MASTER[4]])
    with pytest.raises(DataError, match=f"{NAME}, cell e06-q1: gives points, .* nbgrader autograde"):
        read_master(course, NAME)


def test_an_exercise_that_was_not_released_is_said(tmp_path: Path):
    """With the command that releases it."""
    with pytest.raises(PlaceError, match="newsdesk release e06"):
        read_master(tmp_path, NAME)


def test_a_master_knows_what_it_asks(course: Path):
    """By the check cell's grade id, the question and the expression that answers it."""
    master = read_master(course, NAME)
    assert isinstance(master, Master)
    assert master.asked == {"e06-q1": ("e06.q1", "answer")}
    assert list(master.cells()) == ["setup", "e06-q1-answer", "e06-q1", "e06-q2"]
