"""Submissions whose files are hostile or broken: each maker fills a learner's folder for the exercise."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attacking import EXERCISE, code_cell, key_of_the_exercise
from courses import by_grade_id

FILE = f"{EXERCISE}.ipynb"
MARKS = "annotations"
Book = dict[str, Any]


def _put(folder: Path, book: Book, **changes: Any) -> Path:
    folder.mkdir(parents=True)
    path = folder / FILE
    path.write_text(json.dumps(book | changes), encoding="utf-8")
    return path


def link_to_another(folder: Path, book: Book) -> None:
    """Link the notebook to another learner's."""
    folder.mkdir(parents=True)
    (folder / FILE).symlink_to(folder.parents[1] / "000-honest" / EXERCISE / FILE)


def folder_is_a_link(folder: Path, book: Book) -> None:
    """Link the folder to the solutions."""
    folder.parent.mkdir()
    folder.symlink_to(folder.parents[2] / "solutions" / EXERCISE)


def learner_is_a_link(folder: Path, book: Book) -> None:
    """Link the learner's whole folder to another's."""
    folder.parent.symlink_to(folder.parents[1] / "000-honest")


def pipe(folder: Path, book: Book) -> None:
    """Put a pipe, which keeps whoever reads it waiting, in the notebook's place."""
    folder.mkdir(parents=True)
    os.mkfifo(folder / FILE)


def device(folder: Path, book: Book) -> None:
    """Put a device without end in the notebook's place; a link to one where that takes rights."""
    folder.mkdir(parents=True)
    try:
        os.mknod(folder / FILE, 0o20644, os.makedev(1, 5))
    except PermissionError:
        (folder / FILE).symlink_to("/dev/zero")


def of_200_mb(folder: Path, book: Book) -> None:
    """Hand in 200 MB."""
    os.truncate(_put(folder, book), 200_000_000)


def deep_json(folder: Path, book: Book) -> None:
    """Nest JSON five million lists deep."""
    folder.mkdir(parents=True)
    (folder / FILE).write_bytes(b'{"nbformat": 4, "cells": ' + b"[" * 5_000_000)


def truncated(folder: Path, book: Book) -> None:
    """Hand in the first half of a notebook."""
    path = _put(folder, book)
    path.write_bytes(path.read_bytes()[:9000])


def renamed(folder: Path, book: Book) -> None:
    r"""Call the file otherwise, with a line break and a terminal's code in its name."""
    _put(folder, book).rename(folder / "e06\nNOT graded: 000-honest\x1b[2J.ipynb")


def many_cells(folder: Path, book: Book) -> None:
    """Hand in 200,000 copies of a check cell."""
    cell = by_grade_id(book)["e06-q1"]
    _put(folder, book, cells=book["cells"] + [{**cell, "source": ""}] * 50_000)


def kind_is_a_list(folder: Path, book: Book) -> None:
    """Give a cell a list as its kind."""
    _put(folder, book, cells=[*book["cells"], {"cell_type": [], "source": "", "metadata": {}}])


def numbers_for_texts(folder: Path, book: Book) -> None:
    """Give every part of the notebook a wrong kind."""
    _put(folder, book, cells=[*book["cells"], {"cell_type": "code", "source": [1], "metadata": 7}])


def half_characters(folder: Path, book: Book) -> None:
    """Write half characters into cells and their names."""
    odd = {**code_cell("x = '\ud800'"), "metadata": {"nbgrader": {"grade_id": "\udfff"}, "tags": ["\ud800"]}}
    _put(folder, book, cells=[*book["cells"], odd, {"cell_type": "markdown", "source": "\ud800", "metadata": {}}])


def points_of_its_own(folder: Path, book: Book) -> None:
    """Raise the points in the cells' own metadata, to infinity, to NaN and below nothing."""
    for points, name in (
        (1e999, "e06-q1"),
        (float("nan"), "e06-q3"),
        (-5, "e06-q4"),
        ("a lot", "e06-q7"),
        (50, "e06-q2"),
    ):
        by_grade_id(book)[name]["metadata"]["nbgrader"] |= {"points": points, "checksum": "0"}
    _put(folder, book)


def grade_ids_of_others(folder: Path, book: Book) -> None:
    """Give own cells the grade ids of check cells, with points as their code, before the real ones."""
    forged = [code_cell("3.0") | {"metadata": cell["metadata"]} for cell in by_grade_id(book).values()]
    _put(folder, book, cells=[*forged[2:3], *book["cells"], *forged])


def checks_of_another_kind(folder: Path, book: Book) -> None:
    """Make check cells prose, and answers raw."""
    cells = by_grade_id(book)
    for name in ("e06-q1", "e06-q3"):
        cells[name] |= {"cell_type": "markdown", "source": "3.0"}
    cells["e06-q4-answer"] |= {"cell_type": "raw", "source": "one_voice = ['a']"}
    cells["e06-q7"] |= {"cell_type": "code", "source": "15.0"}
    _put(folder, book)


def doubled_cells(folder: Path, book: Book) -> None:
    """Copy every cell."""
    _put(folder, book, cells=[cell for cell in book["cells"] for _ in range(2)])


def without_checks(folder: Path, book: Book) -> None:
    """Leave out every check cell and turn the rest round."""
    kept = [cell for cell in book["cells"] if "nd.check(" not in str(cell["source"])]
    _put(folder, book, cells=kept[:1] + kept[:0:-1])


def key_of_its_own(folder: Path, book: Book) -> None:
    """Bring a checks.json in which every known answer is worth everything."""
    key = json.loads(key_of_the_exercise())
    for asked in key["questions"].values():
        for known in asked["answers"].values():
            known["points"] = asked["points"]
    by_grade_id(book)["e06-q5-answer"]["source"] = "from_reuters = [1]"
    _put(folder, book)
    (folder / "checks.json").write_text(json.dumps(key))
    (folder / "sitecustomize.py").write_text("print('planted')")


def hostile_timestamp(folder: Path, book: Book) -> None:
    """Say that it came in on no day of any calendar."""
    _put(folder, book)
    (folder / "timestamp.txt").write_text("9999-99-99 10:00:00 ../../../dev/zero")


def marks_huge(folder: Path, book: Book) -> None:
    """Bring marks of 300 MB and a hundred files of them."""
    _put(folder, book)
    (folder / MARKS).mkdir()
    for number in range(100):
        (folder / MARKS / f"gt-2024.me{number}.jsonld").write_text("{}")
    (folder / MARKS / "afp-2020.me.jsonld").touch()
    os.truncate(folder / MARKS / "afp-2020.me.jsonld", 300_000_000)


def marks_hostile(folder: Path, book: Book) -> None:
    """Bring marks that are no text, deep JSON, a link to the roster, a pipe, and names that lead elsewhere."""
    book["cells"].append(
        code_cell("page = nd.annotate('gt-2024', annotator='me')\nprint(open('annotations/x.me.jsonld').read())")
    )
    _put(folder, book)
    marks = folder / MARKS
    marks.mkdir()
    (marks / "gt-2024.me.jsonld").write_bytes(b"[" * 300_000)
    (marks / "afp-2020.me.jsonld").write_bytes(b"\x01" * 399_000)
    (marks / "x.me.jsonld").symlink_to(folder.parents[2] / "roster.csv")
    os.mkfifo(marks / "y.me.jsonld")
    (marks / "..gold.jsonld").write_text("{}")
    (marks / "a\nb.jsonld").write_text("{}")


def marks_are_a_link(folder: Path, book: Book) -> None:
    """Make the folder of marks a link out of the submission."""
    _put(folder, book)
    (folder / MARKS).symlink_to(folder.parents[2] / "solutions")


MAKERS: tuple[Callable[[Path, Book], None], ...] = (
    link_to_another,
    folder_is_a_link,
    learner_is_a_link,
    pipe,
    device,
    of_200_mb,
    deep_json,
    truncated,
    renamed,
    many_cells,
    kind_is_a_list,
    numbers_for_texts,
    half_characters,
    points_of_its_own,
    grade_ids_of_others,
    checks_of_another_kind,
    doubled_cells,
    without_checks,
    key_of_its_own,
    hostile_timestamp,
    marks_huge,
    marks_hostile,
    marks_are_a_link,
)
