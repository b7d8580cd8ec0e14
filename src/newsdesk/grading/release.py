"""Release: checks.json from each bank, then nbgrader's own generate_assignment."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from newsdesk.checks import FILE
from newsdesk.course import ROSTER, SUBMITTED
from newsdesk.errors import DataError, NewsdeskError, PlaceError, unknown
from newsdesk.files import write_whole
from newsdesk.grading.bank import build_checks, check_bank, dump_checks, entries

SOURCES, LESSONS, GRADEBOOK = "solutions", "lessons.yaml", "gradebook.db"


def find_course(start: Path | None = None) -> Path:
    """Return the course's folder around `start` (the current folder): it holds nbgrader_config.py.

    Raises
    ------
    PlaceError
        When there is none.
    """
    folder = (start or Path.cwd()).resolve()
    for place in (folder, *folder.parents):
        if (place / "nbgrader_config.py").is_file() and (place / SOURCES).is_dir():
            return place
    raise PlaceError(f"{folder} is in no course: no folder above it holds nbgrader_config.py and {SOURCES}/.")


def find_class(start: Path | None = None) -> Path:
    """Return the course's folder around `start` (the current folder) if it is a class's, not the checkout itself.

    Raises
    ------
    PlaceError
        When there is none.
    """
    course = find_course(start)
    if not (course / ROSTER).is_file() and not (course / SUBMITTED).is_dir():
        raise PlaceError(
            f"{course} is no course of a class: it has neither {ROSTER} nor {SUBMITTED}/. Make one outside of it and "
            "work there: newsdesk course new ../my-course"
        )
    return course


def exercise_names(course: Path) -> dict[str, str]:
    """Return the exercises of a course: id (``"e01"``) to folder name."""
    return {p.parent.name[:3]: p.parent.name for p in sorted((course / SOURCES).glob("e*/answers.yaml"))}


def exercise_name(course: Path, exercise: str) -> str:
    """Return the folder name of an exercise of a course.

    Raises
    ------
    NotFoundError
        When there is no such exercise.
    """
    names = exercise_names(course)
    if exercise not in names:
        raise unknown("exercise", exercise, names)
    return names[exercise]


def release(course: Path, exercise: str | None = None) -> list[str]:
    """Make the exercises that learners get, and the key of the checks in lessons.

    Parameters
    ----------
    course
        As `find_course` gives it.
    exercise
        ``"e01"``; all by default.

    Returns
    -------
    list of str
        The folders made, inside the course.

    Raises
    ------
    NotFoundError
        When there is no such exercise.
    DataError
        When a bank is wrong.
    NewsdeskError
        When nbgrader can't make the exercise; its own words follow.
    """
    names = exercise_names(course)
    if exercise is not None and exercise not in names:
        raise unknown("exercise", exercise, names)
    if exercise is None and (course / SOURCES / LESSONS).is_file():
        _write(course / "notebooks" / FILE, course / SOURCES / LESSONS)
    made = []
    for name in [names[exercise]] if exercise else list(names.values()):
        _write(course / SOURCES / name / FILE, course / SOURCES / name / "answers.yaml")
        _generate(course, name)
        made.append(f"exercises/{name}")
    return made


def register(course: Path, name: str) -> None:
    """Release an exercise of an instructor's course, and enter it in the course's gradebook.

    Raises
    ------
    DataError, NewsdeskError
        As `release`.
    """
    _write(course / SOURCES / name / FILE, course / SOURCES / name / "answers.yaml")
    _generate(course, name, course / GRADEBOOK)


def check_banks(course: Path, exercise: str | None = None) -> Iterator[tuple[str, int, list[str]]]:
    """Run every answer of the banks of a course.

    Yields
    ------
    tuple
        The bank's name (``"e01"``, or ``"lessons"``), how many answers it holds, and what is wrong.

    Raises
    ------
    NotFoundError, DataError
        As `release`.
    """
    places = {"lessons": (course / SOURCES / LESSONS, course / "notebooks" / FILE)}
    for short, name in exercise_names(course).items():
        places[short] = (course / SOURCES / name / "answers.yaml", course / "exercises" / name / FILE)
    if exercise is not None and exercise not in places:
        raise unknown("bank", exercise, places)
    for name, (bank, checks) in places.items():
        if exercise in {None, name}:
            yield name, sum(1 for _ in entries(bank)), check_bank(bank, checks)


def _write(path: Path, bank: Path) -> None:
    for part in path.parent.glob(f".{path.name}.*.part"):
        part.unlink()  # left by a run that was killed; nbgrader would hand it to learners
    content = dump_checks(build_checks(bank))
    if not (path.is_file() and path.read_bytes() == content):
        write_whole(path, content)


def load_config(course: Path) -> Any:
    """Return what a course's nbgrader_config.py says, rooted in the course's folder."""
    from traitlets.config.loader import PyFileConfigLoader

    config = PyFileConfigLoader("nbgrader_config.py", path=str(course)).load_config()
    config.CourseDirectory.root = str(course)
    return config


@contextlib.contextmanager
def environments_programs() -> Iterator[None]:
    """Let programs of this environment be found by name: nbgrader calls alembic so."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{before}"
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _generate(course: Path, name: str, database: Path | None = None) -> None:
    from nbgrader.apps import NbGraderAPI  # two seconds

    config = load_config(course)
    with tempfile.TemporaryDirectory() as folder, environments_programs():
        # a release needs no gradebook of its own
        config.CourseDirectory.db_url = f"sqlite:///{(database or Path(folder, GRADEBOOK)).as_posix()}"
        result = NbGraderAPI(config=config).generate_assignment(name, force=True, create=True)
    if not result["success"]:
        log = str(result.get("error") or result.get("log") or "").strip()
        raise NewsdeskError(f"nbgrader could not release {name}. It said:\n{log[-1500:]}")
    stray = [p.name for p in (course / "exercises" / name).iterdir() if p.suffix != ".ipynb" and p.name != FILE]
    if stray:
        raise DataError(f"exercises/{name} holds {', '.join(stray)}, which learners must not get.")
