"""An instructor's course: a private folder outside the checkout, and the roster of its learners.

``nbgrader_config.py`` is written last, so that a folder left half made is no course to any command.
"""

from __future__ import annotations

import csv
import io
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from newsdesk.errors import DataError, PlaceError
from newsdesk.kit import kit_folder

CONFIG, ROSTER, SUBMITTED = "nbgrader_config.py", "roster.csv", "submitted"
COLUMNS = ("learner_id", "first_name", "last_name", "email")
PLATFORM_COLUMNS = ("canvas_id", "moodle_id")
UNFINISHED = "UNFINISHED.txt"
_COPIED = ("solutions", "exercises")
_EMPTY = (SUBMITTED, "autograded", "feedback", "marks")
_LEFT_OUT = (".ipynb_checkpoints", "__pycache__")
_OWN = """
# This is the course's own copy. Change it as nbgrader's documentation says; the checkout's stays as it is.
"""
_LEARNER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


@dataclass(frozen=True)
class Learner:
    """One line of the roster.

    `canvas_id` is Canvas's number of the user; `moodle_ids` are the numbers of ``Participant 123`` in
    Moodle's grading worksheets, of which each assignment has its own.
    """

    learner_id: str
    first_name: str
    last_name: str
    email: str
    canvas_id: str = ""
    moodle_ids: frozenset[str] = frozenset()


def make_course(folder: Path) -> Path:
    """Make an instructor's course folder from a checkout, readable by its owner alone.

    Parameters
    ----------
    folder
        Missing or empty, and outside the checkout.

    Returns
    -------
    Path
        The folder, as an absolute path.

    Raises
    ------
    PlaceError
        When this is no checkout, `folder` lies inside it, is not empty, or can't be written. Nothing
        that was there is changed.
    """
    checkout = find_checkout()
    folder = folder.expanduser().resolve()
    if checkout in (folder, *folder.parents):
        raise PlaceError(
            f"{folder} lies inside the checkout {checkout}, which is shared. A course holds learners' work and points: "
            "choose a folder outside it."
        )
    _refuse_used(folder)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        _write_new(
            folder / UNFINISHED,
            b"newsdesk course new is at work here, or was stopped. Run it again: it says what to do.\n",
        )
        for name in _COPIED:
            for path, target in _files_to_copy(checkout / name, folder / name):
                _write_new(target, path.read_bytes())
        for name in _EMPTY:
            (folder / name).mkdir(mode=0o700)
        _write_new(folder / ROSTER, (",".join(COLUMNS) + "\n").encode())
        _write_new(folder / CONFIG, (checkout / CONFIG).read_bytes() + _OWN.encode())
        (folder / UNFINISHED).unlink()
    except OSError as error:
        raise PlaceError(
            f"The course in {folder} was not finished: {error.filename or folder}: {error.strerror}. "
            "Mend that, delete the folder, which holds copies only, and run this again; or choose another folder."
        ) from None
    return folder


def find_checkout() -> Path:
    """Return the checkout that this package runs from.

    Raises
    ------
    PlaceError
        When it was installed from a wheel, in which the solutions don't travel.
    """
    checkout = kit_folder("data").parent
    if not ((checkout / CONFIG).is_file() and (checkout / "solutions").is_dir()):
        raise PlaceError(
            "This newsdesk was installed without the solutions, which a course needs. Get the project's repository, "
            "run 'python3 start.py test' in it once, and there: .venv/bin/newsdesk course new FOLDER"
        )
    return checkout


def _refuse_used(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise PlaceError(f"{folder} is a file. Choose a folder for the course.")
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        raise PlaceError(f"{folder} can't be read: {error.strerror}. Choose another folder.") from None
    if UNFINISHED in names and CONFIG in names:
        raise PlaceError(f"{folder} is a whole course; only the file {UNFINISHED} was left behind. Delete that file.")
    if UNFINISHED in names:
        raise PlaceError(
            f"{folder} was left half made by a run that was stopped. It holds copies only: delete the folder "
            "and run this again."
        )
    if CONFIG in names:
        raise PlaceError(f"{folder} is a course already. It stays as it is. To use it: cd {folder}")
    if names:
        raise PlaceError(f"{folder} is not empty (it holds {names[0]}). It stays as it is: choose another folder.")


def _files_to_copy(source: Path, target: Path) -> Iterator[tuple[Path, Path]]:
    """Yield the regular files below `source` and where each goes; hidden ones and leftovers of tools are not copied."""
    for path in sorted(source.rglob("*")):
        inside = path.relative_to(source)
        if any(part in _LEFT_OUT or part.startswith(".") for part in inside.parts):
            continue
        if stat.S_ISREG(path.lstat().st_mode):
            yield path, target / inside


def _write_new(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads; one that exists is an error, never written over."""
    missing = [place for place in (path.parent, *path.parent.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def is_learner_id(name: str) -> bool:
    """Say whether a name may be a learner's id, and a folder's."""
    return _LEARNER_ID.fullmatch(name) is not None


def read_roster(course: Path, *, may_be_empty: bool = False) -> list[Learner]:
    """Read the learners of a course from its roster.csv.

    Commas, semicolons (as spreadsheets in many languages save) or tabs separate the columns. Wanted are
    learner_id, first_name, last_name, email; canvas_id and moodle_id may be there (several of the latter
    with spaces between); any other column is left alone.

    Raises
    ------
    PlaceError
        When there is no roster.
    DataError
        When it can't be read, lacks a column, or a line is wrong: the line is named.
    """
    path = course / ROSTER
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise PlaceError(
            f"{course} has no {ROSTER}. Add one ({','.join(COLUMNS)}), or make a course: newsdesk course new FOLDER"
        ) from None
    except OSError as error:
        raise PlaceError(f"{path} can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise DataError(f"{path} is not in UTF-8. In the spreadsheet, save it as 'CSV UTF-8'.") from None
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise DataError(f"{path} can't be read as CSV: {error}. Open it in a spreadsheet and save it again.") from None
    names = [name.strip().lower() for name in rows[0]] if rows else []
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise DataError(f"{path} has no column {', '.join(missing)}. Its first line is {','.join(names)!r}.")
    learners = [
        _learner(f"{path.name}, line {number}", dict(zip(names, (cell.strip() for cell in row), strict=False)))
        for number, row in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in row)
    ]
    if not learners and not may_be_empty:
        raise DataError(f"{path} names no learner. Add one line for each: {','.join(COLUMNS)}.")
    _refuse_doubles(path, learners)
    return learners


def _learner(place: str, row: dict[str, str]) -> Learner:
    learner_id = row.get("learner_id", "")
    if not _LEARNER_ID.fullmatch(learner_id):
        raise DataError(
            f"{place}: learner_id is {learner_id!r}. It names a folder: a letter or digit, then letters, digits, "
            "'.', '_', '@' and '-', 64 at most."
        )
    numbers = {name: row.get(name, "").split() for name in PLATFORM_COLUMNS}
    for name, given in numbers.items():
        wrong = [number for number in given if not (number.isascii() and number.isdigit())]
        if wrong or (name == "canvas_id" and len(given) > 1):
            raise DataError(f"{place}: {name} is {row[name]!r}. Wanted: a number as the platform gives it.")
    first, last, email = (row.get(name, "") for name in COLUMNS[1:])
    canvas_id = "".join(numbers["canvas_id"])
    return Learner(learner_id, first, last, email, canvas_id, frozenset(numbers["moodle_id"]))


def _refuse_doubles(path: Path, learners: list[Learner]) -> None:
    seen: dict[tuple[str, str], str] = {}
    for learner in learners:
        keys = [("learner_id", unicodedata.normalize("NFC", learner.learner_id).casefold())]
        keys += [("canvas_id", learner.canvas_id)] if learner.canvas_id else []
        keys += [("moodle_id", number) for number in learner.moodle_ids]
        for column, value in keys:
            if (column, value) in seen:
                raise DataError(
                    f"{path}: {column} {value} stands twice, for {seen[column, value]} and {learner.learner_id}. "
                    "Each learner needs an own one; capitals don't count as a difference."
                )
            seen[column, value] = learner.learner_id
