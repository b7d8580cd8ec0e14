"""Which exercise a notebook is, by what is in it: the ids that nbgrader gave to its cells."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

from newsdesk.grading.collecting.placing import PlacingError

RELEASED = "exercises"  # as nbgrader_config.py names the folder of what learners get


class NotANotebookError(PlacingError):
    """A file that is no whole notebook; the message is the reason."""


def cells_of(content: bytes) -> list[Any]:
    """Return a notebook's cells, each of which may be anything.

    Raises
    ------
    NotANotebookError
        When it is none.
    """
    try:
        notebook = json.loads(content)
    except RecursionError:
        raise NotANotebookError("not a notebook: nested too deeply") from None
    except ValueError:
        raise NotANotebookError("not a notebook: damaged, or cut off") from None
    if not (isinstance(notebook, dict) and isinstance(notebook.get("cells"), list) and "nbformat" in notebook):
        raise NotANotebookError("not a notebook: it has no cells")
    cells: list[Any] = notebook["cells"]
    return cells


class Recogniser:
    """The released exercises of a course, asked by the ids of cells; they are read when first asked.

    Parameters
    ----------
    course
        An instructor's folder.
    exercises
        The exercises' full names; one that was not released is never recognised.
    """

    def __init__(self, course: Path, exercises: Iterable[str]) -> None:
        self._course, self._exercises = course, list(exercises)

    @cached_property
    def _ids(self) -> dict[str, dict[str, bool]]:
        """Return the ids of each exercise's cells, and whether points are given for them."""
        found = {}
        for name in self._exercises:
            try:
                found[name] = _ids(cells_of((self._course / RELEASED / name / f"{name}.ipynb").read_bytes()))
            except (OSError, NotANotebookError):
                continue
        return found

    def exercise_of(self, content: bytes) -> str:
        """Return the one exercise whose cells a notebook has, or an empty string where it has none of any.

        Raises
        ------
        NotANotebookError
            When it is none.
        PlacingError
            When it has cells of several exercises, or less than half of the graded cells of one.
        """
        given = _ids(cells_of(content)).keys()
        named = [name for name, ids in self._ids.items() if given & ids.keys()]
        if len(named) > 1:
            raise PlacingError(f"its cells are of several exercises: {', '.join(named)}")
        if not named:
            return ""
        graded = {each for each, is_graded in self._ids[named[0]].items() if is_graded}
        if not graded or 2 * len(graded & given) < len(graded):
            raise PlacingError(f"it has {len(graded & given)} of the {len(graded)} graded cells of {named[0]}")
        return named[0]


def _ids(cells: list[Any]) -> dict[str, bool]:
    found = {}
    for cell in cells:
        metadata = cell.get("metadata") if isinstance(cell, dict) else None
        about = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        if isinstance(about, dict) and isinstance(name := about.get("grade_id"), str):
            found[name] = about.get("grade") is True
    return found
