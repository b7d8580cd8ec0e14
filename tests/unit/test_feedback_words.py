"""feedback.words: what grading found amiss, in a learner's words."""

from __future__ import annotations

import ast
import inspect
import json
from pathlib import Path
from types import ModuleType

import pytest

from newsdesk.grading import rebuilding, submissions
from newsdesk.grading.feedback.words import told, trouble
from newsdesk.grading.submissions import Broken, read_submission

EXERCISE = "e06-where-it-came-from"
FILE = f"{EXERCISE}.ipynb"
BOOK = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}
LARGE = {"cell_type": "raw", "source": "x" * 600_000, "metadata": {}}


@pytest.mark.parametrize(
    ("name", "content", "why", "remedy"),
    [
        ("mine.ipynb", b"{}", f"The file {FILE} is not in what you handed in. This is: 'mine.ipynb'.", f"name {FILE}"),
        (FILE, b"", "The file that you handed in is empty.", "your answers are there"),
        (FILE, b'{"cells": [', "no notebook, or it was damaged or cut off", "newsdesk reset e06"),
        (FILE, b"\xff\xfe", "no notebook, or it was damaged or cut off", "newsdesk reset e06"),
        (FILE, json.dumps({"worksheets": []}).encode(), "in a format that is not read here", "Save it"),
        (FILE, json.dumps(BOOK | {"cells": [LARGE]}).encode(), "hold 0.6 MB of text. At most 0.5 MB", "Take out"),
        (FILE, b" " * 25_000_000, "At most 20 MB are read.", "Clear Outputs of All Cells"),
    ],
)
def test_a_broken_file_is_explained(tmp_path: Path, name: str, content: bytes, why: str, remedy: str):
    """What the reading of a submission says to the instructor becomes a reason and a next step for the learner."""
    folder = tmp_path / "submitted" / "ada" / EXERCISE
    folder.mkdir(parents=True)
    (folder / name).write_bytes(content)
    found = read_submission(tmp_path, EXERCISE, "ada")
    assert isinstance(found, Broken)
    said = trouble(found.reason, EXERCISE)
    assert why in said.why
    assert remedy in said.remedy


def test_a_link_is_explained(tmp_path: Path):
    """Whoever handed in a link is told to hand in the file."""
    folder = tmp_path / "submitted" / "ada" / EXERCISE
    folder.mkdir(parents=True)
    (folder / FILE).symlink_to("/etc/hostname")
    found = read_submission(tmp_path, EXERCISE, "ada")
    assert isinstance(found, Broken)
    assert trouble(found.reason, EXERCISE).why == "What you handed in is a link to a file, not the file."


def texts_given_to(name: str, module: ModuleType) -> list[str]:
    """Return the texts in a module that a call of `name` is given, with 1 wherever a value stands."""
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.Call)]
    given = [call.args[0] for call in calls if ast.unparse(call.func) == name and call.args]
    return [
        "".join(str(part.value) if isinstance(part, ast.Constant) else "1" for part in text.values)
        if isinstance(text, ast.JoinedStr)
        else str(text.value)
        for text in given
        if isinstance(text, ast.JoinedStr | ast.Constant)
    ]


def test_every_reason_has_words_of_its_own():
    """No reason for which a submission is refused reaches a learner in the instructor's words."""
    reasons = texts_given_to("BrokenError", submissions) + texts_given_to("BrokenError", rebuilding)
    assert len(reasons) > 12
    assert [reason for reason in reasons if trouble(reason, EXERCISE).why.casefold() == f"{reason}.".casefold()] == []


def test_every_note_has_words_of_its_own():
    """No note on what was missing, doubled or left out reaches a learner in the instructor's words."""
    notes = texts_given_to("notes.append", submissions) + texts_given_to("notes.append", rebuilding)
    assert len(notes) > 4
    assert [note for note in notes if told((note,))[0].casefold() == f"{note}.".casefold()] == []


def test_a_reason_that_nobody_foresaw_is_passed_on():
    """It is shown as it stands, as a sentence, with the advice that fits most."""
    said = trouble("the moon was in the way", EXERCISE)
    assert said.why == "The moon was in the way."
    assert "hand it in again" in said.remedy


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("the cell e06-q1 stands twice; the first one counts", "The cell of question 1 stands twice in your notebook."),
        (
            "the cell e06-q3-answer was missing and was put back as it was released",
            "The answer cell of question 3 was missing from your notebook.",
        ),
        ("the cell e06-setup was missing and was put back as it was released", "The cell e06-setup was missing"),
        (
            "e06-q2-answer: ended: it took longer than 20 seconds",
            "The answer cell of question 2 took longer than 20 seconds. It was stopped and left out.",
        ),
        (
            "cell 9: ended: the notebook took longer than 60 seconds in all",
            "Your notebook took longer than 60 seconds. It was stopped.",
        ),
        ("cell 4: it ended its own Python (signal 9)", "Cell 4 ended the Python that it ran in."),
        ("e06-q6: not reached: a cell before it did not end well", "The cell of question 6 was not run, because"),
        ("e06-q6: what it sent back could not be read (no object)", "What the cell of question 6 gave back could not"),
        ("marks left out: a.me.jsonld is a link, which is not followed", "A file of marks could not be read"),
    ],
)
def test_a_note_names_the_question(note: str, words: str):
    """A grade id becomes the question that the learner knows."""
    (said,) = told((note, note))
    assert said.startswith(words)
