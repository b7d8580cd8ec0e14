"""An instructor's course: a private folder outside the checkout, and the roster of its learners.

``nbgrader_config.py`` is written last, so that a folder left half made is no course to any command.

A roster may bear the headings of a platform's export; those accepted are the ones that its own source writes.
Moodle's list of participants ("Download table data as … CSV"), moodle/moodle ``user/action_redir.php``
(download_participants): first name and last name, then the fields of identity that the site shows, each
headed as ``lang/en/moodle.php`` calls it: firstname "First name", lastname "Surname" (in newer versions
"Last name"; moodlehq/moodleapp, pull request 3669 follows that change), idnumber "ID number", email "Email
address". Canvas's gradebook, instructure/canvas-lms
``lib/gradebook_exporter.rb`` (class GradebookExporter, method csv_data): "Student" as "last, first" (or
"LastName", "FirstName"), "ID", "SIS User ID" for those who may see it, "SIS Login ID" always, no e-mail
address; below the headings a line "    Points Possible", before it, where grades are posted by hand, one whose
cells of the learner are empty.
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
from typing import Any

from newsdesk.errors import DataError, PlaceError, shown
from newsdesk.kit import kit_folder

CONFIG, ROSTER, SUBMITTED = "nbgrader_config.py", "roster.csv", "submitted"
DOWNLOADED = "downloaded"  # nbgrader's own name for the folder of a platform's archives
COLUMNS = ("learner_id", "first_name", "last_name", "email")
PLATFORM_COLUMNS = ("canvas_id", "moodle_id")
_MOODLE = {
    "learner_id": ("ID number",),
    "first_name": ("First name",),
    "last_name": ("Last name", "Surname"),
    "email": ("Email address",),
}
_CANVAS = {
    "learner_id": ("SIS User ID", "SIS Login ID"),
    "first_name": ("FirstName",),
    "last_name": ("LastName",),
    "canvas_id": ("ID",),
}
_CANVAS_ALWAYS, _CANVAS_NAME, _CANVAS_POINTS = "SIS Login ID", "Student", "Points Possible"
UNFINISHED = "UNFINISHED.txt"
_COPIED = ("solutions", "exercises")
_EMPTY = (DOWNLOADED, SUBMITTED, "autograded", "feedback", "marks")
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

    @property
    def named(self) -> str:
        """Return id and name, fit to be printed."""
        return shown(f"{self.learner_id} {self.name}".strip())

    @property
    def name(self) -> str:
        """Return first and last name; empty where the roster has none."""
        return " ".join(filter(None, (self.first_name, self.last_name)))


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
    with spaces between); any other column is left alone. The headings of Moodle's list of participants and
    of Canvas's gradebook do as well (the module names the documents); capitals and blanks don't count.

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
        rows = list(_numbered(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)))
    except csv.Error as error:
        raise DataError(f"{path} can't be read as CSV: {error}. Open it in a spreadsheet and save it again.") from None
    headings = [heading.strip() for heading in rows[0][1]] if rows else []
    columns = _columns(path, headings)
    labels = {column: headings[number] for column, number in columns.items()}
    learners = []
    for number, row in rows[1:]:
        cells = {column: row[place].strip() if place < len(row) else "" for column, place in columns.items()}
        if any(cell.strip() for cell in row) and not (_is_canvas(headings) and _is_nobodys(cells)):
            learners.append((number, _learner(f"{path.name}, line {number}", cells, labels)))
    if not learners and not may_be_empty:
        raise DataError(f"{path} names no learner. Add one line for each: {','.join(COLUMNS)}.")
    _refuse_doubles(path, learners)
    return [learner for _, learner in learners]


def roster_if_any(course: Path) -> list[Learner] | None:
    """Return the learners of a course's roster, who may be none; None where it has no roster.

    Raises
    ------
    DataError, PlaceError
        As `read_roster`.
    """
    return read_roster(course, may_be_empty=True) if (course / ROSTER).is_file() else None


def _numbered(rows: Any) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a csv.reader, each with the number of the line on which it begins."""
    start = 1
    for row in rows:
        yield start, row
        start = rows.line_num + 1


def _plain(heading: str) -> str:
    return "".join(heading.split()).replace("_", "").lower()


def _is_canvas(headings: list[str]) -> bool:
    return _plain(_CANVAS_ALWAYS) in {_plain(heading) for heading in headings}


def _columns(path: Path, headings: list[str]) -> dict[str, int]:
    """Return where each column of ours stands, under our own heading or the platform's; "Student" under itself.

    Raises
    ------
    DataError
        When one that is needed is missing.
    """
    places: dict[str, int] = {}
    for number, heading in enumerate(headings):
        places.setdefault(_plain(heading), number)
    is_canvas = _is_canvas(headings)
    theirs = _CANVAS if is_canvas else _MOODLE
    known = {column: (column, *theirs.get(column, ())) for column in (*COLUMNS, *PLATFORM_COLUMNS)}
    if is_canvas:
        known[_CANVAS_NAME] = (_CANVAS_NAME,)
    found = {
        column: places[_plain(heading)]
        for column, headings_of_it in known.items()
        for heading in reversed(headings_of_it)  # the first one stays
        if _plain(heading) in places
    }
    needed = set(COLUMNS) - ({"email"} if is_canvas else set())
    needed -= {"first_name", "last_name"} if _CANVAS_NAME in found else set()
    if missing := [column for column in COLUMNS if column in needed - found.keys()]:
        raise DataError(
            f"{path} has no column {', '.join(missing)}. Its first line is {shown(','.join(headings))!r}. "
            f"Wanted: {', '.join(COLUMNS)}; or as Moodle exports its participants: ID number, First name, Last name "
            "(or Surname), Email address; or as Canvas exports its gradebook: Student, ID, SIS User ID, SIS Login ID. "
            "Add the column that is missing; a learner_id may be any name for a folder that you make up."
        )
    return found


def _is_nobodys(cells: dict[str, str]) -> bool:
    """Say whether a line of Canvas's tells of points, not of a learner."""
    return not any(cells.values()) or _CANVAS_POINTS in (cells.get(_CANVAS_NAME), cells.get("last_name"))


def _learner(place: str, row: dict[str, str], labels: dict[str, str]) -> Learner:
    learner_id = row["learner_id"]
    if not _LEARNER_ID.fullmatch(learner_id):
        raise DataError(
            f"{place}: {labels['learner_id']} is {learner_id!r}. It names a folder: a letter or digit, then letters, "
            "digits, '.', '_', '@' and '-', 64 at most."
            + (" Delete the line if it is Canvas's test student." if _CANVAS_NAME in row and not learner_id else "")
        )
    numbers = {name: row.get(name, "").split() for name in PLATFORM_COLUMNS}
    for name, given in numbers.items():
        wrong = [number for number in given if not (number.isascii() and number.isdigit())]
        if wrong or (name == "canvas_id" and len(given) > 1):
            raise DataError(f"{place}: {labels[name]} is {row[name]!r}. Wanted: a number as the platform gives it.")
    last, _, first = row.get(_CANVAS_NAME, "").partition(",")
    first, last = row.get("first_name", first.strip()), row.get("last_name", last.strip())
    canvas_id = "".join(numbers["canvas_id"])
    return Learner(learner_id, first, last, row.get("email", ""), canvas_id, frozenset(numbers["moodle_id"]))


def _refuse_doubles(path: Path, learners: list[tuple[int, Learner]]) -> None:
    seen: dict[tuple[str, str], str] = {}
    for line, learner in learners:
        keys = [("learner_id", unicodedata.normalize("NFC", learner.learner_id).casefold())]
        keys += [("canvas_id", learner.canvas_id)] if learner.canvas_id else []
        keys += [("moodle_id", number) for number in learner.moodle_ids]
        who = f"{learner.named} (line {line})"
        for column, value in keys:
            if (column, value) in seen:
                raise DataError(
                    f"{path}: {column} {value} stands twice, for {seen[column, value]} and {who}. "
                    "Each learner needs one of their own; capitals don't count as a difference."
                )
            seen[column, value] = who
