"""submissions: whatever lies in submitted/ is read as it may be read, or gets its reason in words."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newsdesk.grading import submissions
from newsdesk.grading.submissions import Broken, Submission, read_submission, submitted_learners

EXERCISE = "e06-x"
FILE = f"{EXERCISE}.ipynb"
CELL: dict[str, Any] = {"cell_type": "code", "source": ["a = 1\n", "b = 2"], "metadata": {"k": 1}, "outputs": []}
BOOK: dict[str, Any] = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [CELL]}
Put = Callable[..., Path]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Return a function that writes files of a learner's submission, by place, and returns its folder."""

    def put_it(content: object = BOOK, learner: str = "ada", **more: bytes) -> Path:
        folder = tmp_path / "submitted" / learner / EXERCISE
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE).write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        for place, each in more.items():
            (folder / place).write_bytes(each)
        return folder

    return put_it


def read(course: Path, learner: str = "ada") -> Submission | Broken:
    """Return what is read of a submission."""
    return read_submission(course, EXERCISE, learner)


def reason(course: Path, learner: str = "ada") -> str:
    """Return why a submission can't be graded."""
    found = read(course, learner)
    assert isinstance(found, Broken)
    return found.reason


def whole(course: Path) -> Submission:
    """Return a submission that can be graded."""
    found = read(course)
    assert isinstance(found, Submission)
    return found


def test_a_notebook_is_read_with_its_marks_and_its_time(tmp_path: Path, put: Put):
    """Lines of a cell are joined; a byte order mark, backups and locks of marks are passed over."""
    folder = put(b"\xef\xbb\xbf" + json.dumps(BOOK).encode(), **{"timestamp.txt": b"2026-10-31 09:30:00 UTC\n"})
    (folder / "annotations").mkdir()
    (folder / "annotations" / "gt-2024.me.jsonld").write_bytes('{"ä": 1}'.encode())
    for other in ("gt-2024.me.jsonld.lock", "gt-2024.me.bak", "..jsonld", "A.b.jsonld"):
        (folder / "annotations" / other).write_bytes(b"{}")
    found = whole(tmp_path)
    assert found.cells == [{"cell_type": "code", "source": "a = 1\nb = 2", "metadata": {"k": 1}}]
    assert found.files == {"annotations/gt-2024.me.jsonld": '{"ä": 1}'}
    assert (found.timestamp, found.notes) == ("2026-10-31 09:30:00 UTC", [])


def test_the_fingerprint_changes_with_every_file_that_counts(tmp_path: Path, put: Put):
    """Notebook, time and marks; what counts for nothing changes nothing."""
    folder = put()
    (folder / "annotations").mkdir()
    seen = [whole(tmp_path).fingerprint]
    (folder / "notes.txt").write_text("mine")
    assert whole(tmp_path).fingerprint == seen[0]
    for place, content in (
        (FILE, json.dumps(BOOK, indent=1).encode()),
        ("timestamp.txt", b"2026-10-31 09:30:00 UTC"),
        ("annotations/a.b.jsonld", b"{}"),
        ("annotations/a.b.jsonld", b"[]"),
        ("annotations/a.c.jsonld", b"[]"),
    ):
        (folder / place).write_bytes(content)
        seen.append(whole(tmp_path).fingerprint)
    assert len(set(seen)) == len(seen) == 6


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b" \n", "the file is empty"),
        (b"hello", "not a notebook: it begins with 'hello'"),
        (b"\x1b[31m<html>", "not a notebook: it begins with "),
        (b"[]", "not a notebook: it has no cells"),
        (b'{"cells": [', "not a notebook: it is cut off"),
        (b'{"cells": [{"source": "a', "not a notebook: it is cut off"),
        (b'{"cells": [}\n, 1]}', "not a notebook: damaged, at line 1"),
        (b'{"cells":\n' + b"[" * 200_000, "not a notebook: nested too deeply"),
        (b'{"cells": ' + b"9" * 5000 + b"}", "not a notebook: Exceeds the limit"),
        (b'{"cells": "\xff"}', "not a notebook: the file is not in UTF-8"),
        ({"nbformat": 3, "worksheets": []}, "a notebook of an old format (3); open it in JupyterLab and save it"),
        (BOOK | {"nbformat": "4\n\x1b"}, "a notebook of format "),
        ({"cells": [CELL]}, "a notebook of format None; wanted: 4"),
        (BOOK | {"cells": {}}, "not a notebook: it has no cells"),
        (BOOK | {"cells": [CELL, None]}, "not a notebook: its cell 2 is damaged"),
        (BOOK | {"cells": [CELL | {"source": 3}]}, "not a notebook: its cell 1 is damaged"),
        (BOOK | {"cells": [CELL | {"source": ["a", 3]}]}, "not a notebook: its cell 1 is damaged"),
        (BOOK | {"cells": [CELL | {"cell_type": []}]}, "not a notebook: its cell 1 is damaged"),
        (
            BOOK | {"cells": [CELL | {"source": "x" * 500_001}]},
            "its cells hold 0.5 MB of text; at most 0.5 MB are read",
        ),
    ],
)
def test_what_is_no_notebook_is_said_in_words(tmp_path: Path, put: Put, content: object, words: str):
    """One line, fit for a terminal."""
    put(content)
    found = reason(tmp_path)
    assert found.startswith(words)
    assert found.isprintable()


def test_cells_without_source_or_with_other_metadata_are_read(tmp_path: Path, put: Put):
    """As JupyterLab does."""
    put(BOOK | {"cells": [{"cell_type": "raw"}, CELL | {"metadata": [1]}]})
    assert [(c["source"], c["metadata"]) for c in whole(tmp_path).cells] == [("", {}), ("a = 1\nb = 2", {})]


def test_half_a_character_in_a_source_is_replaced(tmp_path: Path, put: Put):
    """It can be neither run nor written."""
    put(BOOK | {"cells": [CELL | {"source": 'a = "\udc80"'}]})
    assert whole(tmp_path).cells[0]["source"] == 'a = "?"'


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.mkdir(), f"{FILE} is not a file, but a folder"),
        (lambda path: path.symlink_to("/etc/hostname"), f"{FILE} is a link, which is not followed"),
        (lambda path: path.symlink_to("nowhere"), f"{FILE} is a link, which is not followed"),
        (os.mkfifo, f"{FILE} is not a file, but a pipe or a device"),
        (lambda path: None, f"wrong file name: there is no {FILE}. There is: nothing"),
        (lambda path: path.with_name("a\nb").touch(), f"wrong file name: there is no {FILE}. There is: "),
    ],
)
def test_what_is_no_file_is_not_opened(tmp_path: Path, put: Put, make: Callable[[Path], object], words: str):
    """No link is followed and no pipe waited for."""
    path = put() / FILE
    path.unlink()
    make(path)
    found = reason(tmp_path)
    assert found.startswith(words)
    assert found.isprintable()


@pytest.mark.parametrize("depth", [0, 1])
def test_a_folder_that_is_a_link_is_not_followed(tmp_path: Path, put: Put, depth: int):
    """The learner's own, or the exercise's."""
    folder = put()
    link = [folder, folder.parent][depth]
    link.rename(tmp_path / "elsewhere")
    link.symlink_to(tmp_path / "elsewhere")
    assert reason(tmp_path) == f"{link.name} is a link, which is not followed"


def test_a_large_notebook_is_not_read(tmp_path: Path, put: Put, monkeypatch: pytest.MonkeyPatch):
    """The instructor reads what to ask for."""
    monkeypatch.setattr(submissions, "MOST_NOTEBOOK", 1_000_000)
    put(b" " * 1_000_001)
    assert reason(tmp_path) == f"{FILE} is 1.0 MB; at most 1 MB are read. Ask for it with its outputs cleared"


def test_marks_that_cannot_be_read_are_left_out_with_a_note(tmp_path: Path, put: Put):
    """The notebook counts all the same."""
    folder = put() / "annotations"
    folder.mkdir()
    (folder / "a.large.jsonld").write_bytes(b" " * 400_001)
    (folder / "b.link.jsonld").symlink_to("/etc/hostname")
    (folder / "c.damaged.jsonld").write_bytes(b'{"a": [\xff')
    (folder / "d.whole.jsonld").write_bytes(b"{}")
    found = whole(tmp_path)
    assert sorted(found.files) == ["annotations/c.damaged.jsonld", "annotations/d.whole.jsonld"]
    assert found.notes == [
        "marks left out: a.large.jsonld is 0.4 MB; at most 0.4 MB are read",
        "marks left out: b.link.jsonld is a link, which is not followed",
        "c.damaged.jsonld is damaged, and was passed on as it is",
    ]


def test_at_most_twenty_files_of_marks_are_read(tmp_path: Path, put: Put):
    """The others are left out, and a note says so."""
    folder = put() / "annotations"
    folder.mkdir()
    for number in range(25):
        (folder / f"a{number:02}.me.jsonld").write_bytes(b"{}")
    found = whole(tmp_path)
    assert len(found.files) == submissions.MOST_FILES == 20
    assert found.notes == ["more than 20 files of marks; the others were left out"]


@pytest.mark.parametrize("learner", ["a b", "ünï", "-a", "a" * 65, "a\nb"])
def test_a_name_that_is_no_id_is_said(tmp_path: Path, put: Put, learner: str):
    """In characters fit for a terminal; the folder is not looked into."""
    put(learner=learner)
    found = read(tmp_path, learner)
    assert isinstance(found, Broken)
    assert found.learner_id.isprintable()
    assert found.reason.startswith("the folder's name is no learner's id")


def test_the_learners_are_those_who_handed_something_in(tmp_path: Path, put: Put):
    """Sorted, whatever lies under the exercise's name; hidden folders are nobody."""
    for learner in ("zoe", "ada", "a b", ".hidden"):
        put(learner=learner)
    (tmp_path / "submitted" / "idle").mkdir()
    (tmp_path / "submitted" / "other" / "e07-y").mkdir(parents=True)
    (tmp_path / "submitted" / "linked").mkdir()
    (tmp_path / "submitted" / "linked" / EXERCISE).symlink_to("nowhere")
    assert submitted_learners(tmp_path, EXERCISE) == ["a b", "ada", "linked", "zoe"]
    assert submitted_learners(tmp_path / "missing", EXERCISE) == []
