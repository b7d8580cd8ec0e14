"""nbgrader's gradebook, through its API: the one place that writes points there, one submission at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from newsdesk.course import Learner
from newsdesk.grading.rebuilding import Master, answer_id, grade_id
from newsdesk.grading.release import GRADEBOOK, environments_programs, load_config, register
from newsdesk.grading.submissions import Submission


@dataclass(frozen=True)
class ByHand:
    """What of a submission waits for a person: the most points of what nobody marked, and what is asked for anew.

    `asked_anew` are the grade ids where a person gave points for something else than is there now.
    """

    waiting: float
    asked_anew: list[str]


class Book:
    """A course's gradebook, open.

    Parameters
    ----------
    course
        An instructor's folder.
    """

    def __init__(self, course: Path) -> None:
        from nbgrader.api import Gradebook  # two seconds

        self._course = course
        self._config = load_config(course)
        with environments_programs():
            self._make(course / GRADEBOOK)
            self._book = Gradebook(self._address, self._config.CourseDirectory.course_id)
        # one process writes, so that what was read stays true: without this every commit reads it all again
        self._book.db().expire_on_commit = False
        self._known = {each.id: _names(each) for each in self._book.students}

    def _make(self, path: Path) -> None:
        """Make a gradebook that is missing, aside: nbgrader never notes the version of one that was left half made."""
        from nbgrader.api import Gradebook

        if path.exists():
            return
        part = path.with_name(f".{path.name}.part")
        part.unlink(missing_ok=True)
        Gradebook(f"sqlite:///{part.as_posix()}", self._config.CourseDirectory.course_id).close()
        part.replace(path)

    @property
    def _address(self) -> str:
        return f"sqlite:///{(self._course / GRADEBOOK).as_posix()}"

    def register(self, name: str) -> None:
        """Enter an exercise, or bring it up to date; points that were given stay.

        Raises
        ------
        NewsdeskError
            When nbgrader refuses, as where a question was added after submissions were graded.
        """
        register(self._course, name)
        self.refresh()

    def enter(self, learners: list[Learner]) -> None:
        """Enter the learners of the roster, with their names; those who stand there as they are cost nothing."""
        for each in learners:
            names = _names(each)
            if self._known.get(each.learner_id) != names:
                self._book.update_or_create_student(each.learner_id, **names)
                self._known[each.learner_id] = names

    def graded(self, name: str) -> set[str]:
        """Return the learners who have a submission of an exercise in the gradebook."""
        from nbgrader.api import MissingEntry

        try:
            return {each.student_id for each in self._book.assignment_submissions(name)}
        except MissingEntry:
            return set()

    def marked(self, name: str, learner_id: str) -> set[str]:
        """Return the grade ids of a submission's cells to which a person gave points, none being asked for anew."""
        from nbgrader.api import MissingEntry

        try:
            (notebook,) = self._book.find_submission(name, learner_id).notebooks
        except MissingEntry:
            return set()
        return {each.name for each in notebook.grades if each.manual_score is not None and not each.needs_manual_grade}

    def write(
        self,
        name: str,
        submitted: Submission,
        cells: list[dict[str, Any]],
        points: Mapping[str, float],
        stands: Collection[str] = (),
    ) -> ByHand:
        """Write a submission's points; those that a person gave stay.

        Parameters
        ----------
        name
            The exercise.
        submitted
            Whose it is, and when it was handed in where that is known.
        cells
            Of the graded notebook.
        points
            By the grade id of each check cell. A cell for a person's points needs one, unless it is as it
            was released: that gives 0.
        stands
            The grade ids to which a person gave points for what stands there now; where a person gave them
            for something else, formgrader asks for points anew.
        """
        from nbformat import from_dict
        from nbgrader import utils

        learner_id = submitted.learner_id
        by_id = {grade_id(cell): from_dict(cell) for cell in cells if grade_id(cell)}
        if learner_id not in self._known:
            self._known[learner_id] = _names(self._book.add_student(learner_id))
        stamp = {"timestamp": submitted.timestamp} if submitted.timestamp else {}
        with self._book.db.no_autoflush:
            submission = self._book.update_or_create_submission(name, learner_id, **stamp)
        (notebook,) = submission.notebooks
        for grade in notebook.grades:
            score = points[grade.name] if grade.name in points else utils.determine_grade(by_id[grade.name])[0]
            grade.auto_score = score
            if grade.manual_score is None:
                grade.needs_manual_grade = score is None
            else:
                grade.needs_manual_grade = grade.name not in stands
        for comment in notebook.comments:
            cell = by_id[comment.name]
            is_empty = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
            comment.auto_comment = "No response." if is_empty else None
        self._book.db.commit()
        if submission.total_seconds_late > 0:
            self._penalise(name, learner_id)
        return _by_hand(notebook)

    def settle(self, name: str, learner_id: str, stands: Collection[str]) -> ByHand:
        """Take back that nbgrader, which graded anew, asks for a person's points again where they stand."""
        (notebook,) = self._book.find_submission(name, learner_id).notebooks
        for grade in notebook.grades:
            if grade.name in stands:
                grade.needs_manual_grade = False
        self._book.db.commit()
        return _by_hand(notebook)

    def _penalise(self, name: str, learner_id: str) -> None:
        """Let the course's own rule for late submissions work, as nbgrader does."""
        from nbformat.v4 import new_notebook
        from nbgrader.preprocessors import AssignLatePenalties

        about = {"notebook": name, "assignment": name, "student": learner_id, "db_url": self._address}
        AssignLatePenalties(config=self._config).preprocess(new_notebook(), {"nbgrader": about})
        self._book.db.expire_all()

    def points(self, name: str, learner_id: str) -> dict[str, dict[str, Any]]:
        """Return by grade id a submission's points (None: waits for a person), the most, and the comment.

        A person's comment on what is not there any more is left out.
        """
        submission = self._book.find_submission(name, learner_id)
        (notebook,) = submission.notebooks
        comments = {each.name: each.comment for each in notebook.comments}
        asked_anew = _by_hand(notebook).asked_anew
        return {
            grade.name: {
                "points": None if grade.needs_manual_grade else grade.score,
                "most": grade.max_score,
                "by_hand": grade.manual_score is not None and not grade.needs_manual_grade,
                "comment": None if grade.name in asked_anew else comments.get(grade.name),
            }
            for grade in notebook.grades
        }

    def comments(self, name: str, learner_id: str) -> dict[str, str]:
        """Return by grade id what a person wrote to a submission's answers, as they are now."""
        (notebook,) = self._book.find_submission(name, learner_id).notebooks
        gone = {name for each in _by_hand(notebook).asked_anew for name in (each, answer_id(each))}
        said = {each.name: each.manual_comment for each in notebook.comments if each.manual_comment}
        return {name: comment for name, comment in said.items() if name not in gone}

    def taken_off(self, name: str, learner_id: str) -> float:
        """Return the points that the course's rule takes off a submission that came late."""
        return float(self._book.find_submission(name, learner_id).late_submission_penalty or 0)

    def refresh(self) -> None:
        """Read anew what another connection wrote."""
        self._book.db.rollback()
        self._book.db.expire_all()

    def has(self, master: Master) -> bool:
        """Say whether the gradebook knows an exercise with the master's cells and points."""
        from nbgrader.api import MissingEntry

        try:
            notebook = self._book.find_notebook(master.name, master.name)
        except MissingEntry:
            return False
        sources = {cell.name: cell.checksum for cell in notebook.source_cells}
        return sources == {name: cell["metadata"]["nbgrader"].get("checksum") for name, cell in master.cells().items()}

    def close(self) -> None:
        """Close it."""
        self._book.close()

    def __enter__(self) -> Self:
        """Return it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()


def _by_hand(notebook: Any) -> ByHand:
    asked = [each for each in notebook.grades if each.needs_manual_grade]
    return ByHand(
        waiting=sum(each.max_score for each in asked if each.manual_score is None),
        asked_anew=sorted(each.name for each in asked if each.manual_score is not None),
    )


def _names(learner: Any) -> dict[str, str | None]:
    """Return what the gradebook holds of a learner, be it of the roster or of the gradebook."""
    return {name: getattr(learner, name) or None for name in ("first_name", "last_name", "email")}
