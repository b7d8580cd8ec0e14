"""Reading what lies in ``submitted/``: nothing there is believed, and what can't be read says why in words."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from newsdesk.course import SUBMITTED, is_learner_id
from newsdesk.errors import PlaceError, shown

MOST_NOTEBOOK = 20_000_000  # bytes, outputs included
MOST_CODE = 500_000  # bytes of all sources together
MOST_CELLS = 1000
MOST_MARKS = 400_000  # bytes of one file of marks, and twice as many characters as ASCII in JSON
MOST_FILES = 20
MARKS = "annotations"
TIMESTAMP = "timestamp.txt"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)? ?([A-Za-z]{1,5}|[+-]\d\d:?\d\d)?")
MARKS_FILE = re.compile(r"[a-z0-9][a-z0-9-]{0,63}\.[a-z0-9-]{1,32}\.jsonld")


@dataclass(frozen=True)
class Submission:
    """A learner's notebook and files of marks.

    `cells` are dictionaries that each have a ``cell_type``, a ``source`` of text and ``metadata``;
    `files` are texts by place, `notes` what was passed over, `fingerprint` the SHA-256 of all of it.
    """

    learner_id: str
    cells: list[dict[str, Any]]
    files: dict[str, str]
    timestamp: str
    fingerprint: str
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Broken:
    """A submission that can't be graded, and why, for the instructor."""

    learner_id: str
    reason: str
    fingerprint: str = ""


class BrokenError(Exception):
    """What was handed in can't be graded; the message says why."""


def submitted_learners(course: Path, exercise: str) -> list[str]:
    """Return the names in ``submitted/`` under which something called `exercise` lies, sorted.

    A name may be no learner's id; `read_submission` says so then.

    Raises
    ------
    PlaceError
        When the folder can't be read.
    """
    try:
        names = sorted(path.name for path in (course / SUBMITTED).iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise PlaceError(f"{course / SUBMITTED} can't be read: {error.strerror}.") from None
    return [n for n in names if not n.startswith(".") and os.path.lexists(course / SUBMITTED / n / exercise)]


def read_submission(course: Path, exercise: str, learner_id: str) -> Submission | Broken:
    """Read what a learner handed in for an exercise.

    Parameters
    ----------
    course
        An instructor's folder.
    exercise
        The exercise's full name; the notebook is called so too.
    learner_id
        A name in ``submitted/``.

    Returns
    -------
    Submission or Broken
        No error is raised whatever lies there; links and devices are not followed or opened.
    """
    named = shown(learner_id)
    if not is_learner_id(learner_id):
        return Broken(named, "the folder's name is no learner's id: letters, digits, '.', '_', '@' and '-', 64 at most")
    folder = course / SUBMITTED / learner_id / exercise
    marks: dict[str, bytes] = {}
    notes: list[str] = []
    notebook = stamp = b""
    try:
        _check_folder(folder.parent)
        _check_folder(folder)
        names = sorted(path.name for path in folder.iterdir())
        notebook = _notebook_bytes(folder, exercise, names)
        if TIMESTAMP in names:
            stamp = _read(folder / TIMESTAMP, 1000)
        if MARKS in names:
            marks = _marks(folder / MARKS, notes)
        cells = _cells(notebook)
    except BrokenError as error:
        return Broken(named, str(error), _fingerprint({"": notebook}))
    except OSError as error:
        return Broken(named, f"it can't be read: {error.strerror}")
    return Submission(
        learner_id=learner_id,
        cells=cells,
        files={f"{MARKS}/{name}": content.decode("utf-8", "replace") for name, content in marks.items()},
        timestamp=_when(stamp, notes),
        fingerprint=_fingerprint({"": notebook, TIMESTAMP: stamp, **marks}),
        notes=notes,
    )


def _check_folder(folder: Path) -> None:
    mode = folder.lstat().st_mode
    if stat.S_ISLNK(mode):
        raise BrokenError(f"{shown(folder.name)} is a link, which is not followed")
    if not stat.S_ISDIR(mode):
        raise BrokenError(f"{shown(folder.name)} is not a folder")


def _notebook_bytes(folder: Path, exercise: str, names: list[str]) -> bytes:
    wanted = f"{exercise}.ipynb"
    if wanted not in names:
        there = ", ".join(repr(shown(name)) for name in names[:5]) or "nothing"
        raise BrokenError(f"wrong file name: there is no {wanted}. There is: {there}")
    return _read(folder / wanted, MOST_NOTEBOOK)


def _read(path: Path, most: int) -> bytes:
    """Return a regular file's content; a link, a device or a file that is too large is not read."""
    name = shown(path.name)
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0))
    except OSError:
        if path.is_symlink():
            raise BrokenError(f"{name} is a link, which is not followed") from None
        raise
    if stat.S_ISDIR(os.fstat(opened).st_mode):  # of which Python makes no file
        os.close(opened)
        raise BrokenError(f"{name} is not a file, but a folder")
    with os.fdopen(opened, "rb") as file:
        about = os.fstat(opened)
        if not stat.S_ISREG(about.st_mode):
            raise BrokenError(f"{name} is not a file, but a pipe or a device")
        if about.st_size > most:
            remedy = ". Ask for it with its outputs cleared" if most == MOST_NOTEBOOK else ""
            raise BrokenError(f"{name} is {about.st_size / 1e6:.1f} MB; at most {most / 1e6:g} MB are read{remedy}")
        content = file.read(most + 1)
    if len(content) > most:
        raise BrokenError(f"{name} grew while it was read")
    return content


def _when(stamp: bytes, notes: list[str]) -> str:
    """Return when it was handed in, in words that the gradebook can read; empty where nothing tells."""
    text = stamp.decode("utf-8", "replace").strip()
    if not text:
        return ""
    from nbgrader.utils import parse_utc  # late: it takes two seconds

    try:
        if _MOMENT.fullmatch(text) and parse_utc(text):  # which would open a file that is named as a time zone
            return text
    except (ValueError, OverflowError):
        pass
    notes.append(f"{TIMESTAMP} holds no date and time; it counts as handed in at no known time")
    return ""


def _marks(folder: Path, notes: list[str]) -> dict[str, bytes]:
    _check_folder(folder)
    found: dict[str, bytes] = {}
    for name in sorted(path.name for path in folder.iterdir()):
        if not MARKS_FILE.fullmatch(name):
            continue  # backups and locks
        if len(found) == MOST_FILES:
            notes.append(f"more than {MOST_FILES} files of marks; the others were left out")
            break
        try:
            content = _read(folder / name, MOST_MARKS)
            if len(json.dumps(content.decode("utf-8", "replace"))) > 2 * MOST_MARKS:
                raise BrokenError(f"{name} holds no text")
            found[name] = content
            if not _is_json(content):
                notes.append(f"{name} is damaged, and was passed on as it is")
        except BrokenError as error:
            notes.append(f"marks left out: {error}")
    return found


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True


def _cells(content: bytes) -> list[dict[str, Any]]:
    """Return a notebook's cells in the shape that `Submission` promises."""
    if not content.strip():
        raise BrokenError("the file is empty")
    try:
        book = json.loads(content.decode("utf-8-sig"))
    except RecursionError:
        raise BrokenError("not a notebook: nested too deeply") from None
    except UnicodeDecodeError:
        raise BrokenError("not a notebook: the file is not in UTF-8") from None
    except json.JSONDecodeError as error:
        raise BrokenError(f"not a notebook: {_damage(error)}") from None
    except ValueError as error:  # a number of thousands of digits
        raise BrokenError(f"not a notebook: {error}") from None
    if not isinstance(book, dict) or not isinstance(book.get("cells"), list):
        if isinstance(book, dict) and "worksheets" in book:
            raise BrokenError("a notebook of an old format (3); open it in JupyterLab and save it")
        raise BrokenError("not a notebook: it has no cells")
    if book.get("nbformat") != 4:
        raise BrokenError(f"a notebook of format {shown(str(book.get('nbformat')))[:20]}; wanted: 4")
    if len(book["cells"]) > MOST_CELLS:
        raise BrokenError(f"it has {len(book['cells'])} cells; at most {MOST_CELLS} are read")
    cells = [_cell(number, cell) for number, cell in enumerate(book["cells"], start=1)]
    size = sum(len(cell["source"].encode()) for cell in cells)
    if size > MOST_CODE:
        raise BrokenError(f"its cells hold {size / 1e6:.1f} MB of text; at most {MOST_CODE / 1e6:g} MB are read")
    return cells


def _damage(error: json.JSONDecodeError) -> str:
    """Return what is wrong with a text that is no JSON."""
    text = error.doc.strip()
    if not text.startswith("{"):
        return f"it begins with {shown(text[:20])!r}"
    if error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated string"):
        return "it is cut off"
    return f"damaged, at line {error.lineno}"


def _cell(number: int, cell: Any) -> dict[str, Any]:
    source = cell.get("source", "") if isinstance(cell, dict) else None
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str) or cell.get("cell_type") not in ("code", "markdown", "raw"):  # it may be a list
        raise BrokenError(f"not a notebook: its cell {number} is damaged")
    source = source.encode("utf-8", "replace").decode()  # half a character can be neither run nor written
    metadata = cell.get("metadata")
    return {
        "cell_type": cell["cell_type"],
        "source": source,
        "metadata": metadata if isinstance(metadata, dict) else {},
    }


def _fingerprint(files: dict[str, bytes]) -> str:
    each = [[name, hashlib.sha256(content).hexdigest()] for name, content in sorted(files.items())]
    return hashlib.sha256(json.dumps(each).encode()).hexdigest()
