"""A class's points as a table for Canvas, Moodle or a spreadsheet: a blank where there are none, and why."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from newsdesk.course import Learner, is_learner_id, roster_if_any
from newsdesk.files import write_whole
from newsdesk.grading.gradebook import Book
from newsdesk.grading.records import read_record
from newsdesk.grading.release import exercise_name
from newsdesk.grading.submissions import submitted_learners

COLUMNS = ("learner_id", "last_name", "first_name", "email", "points", "most", "state")
DONE, WAITS, ABSENT, NOT_YET = "done", "waits for a person", "handed in nothing", "not graded yet"
BROKEN = "could not be graded"


@dataclass(frozen=True)
class Exported:
    """The file that was written, and how many learners are in which state."""

    path: Path
    states: Counter[str]

    def __str__(self) -> str:
        """Return both, fit to be printed."""
        told = ", ".join(f"{count} {state}" for state, count in sorted(self.states.items()))
        return f"{self.path.name}: {told or 'nobody'}."


def export_points(course: Path, exercise: str) -> Exported:
    """Write ``points-<exercise>.csv``: a line a learner, of the roster and of who handed in.

    ``points`` is empty where nothing was graded; ``state`` says why. Where a person's points are missing
    it holds those of the rest, less what the course takes off for coming late.

    Parameters
    ----------
    course
        An instructor's folder.
    exercise
        ``"e06"``.

    Raises
    ------
    NotFoundError
        When there is no such exercise.
    PlaceError
        When the file can't be written.
    """
    name = exercise_name(course, exercise)
    learners = {each.learner_id: each for each in roster_if_any(course) or ()}
    handed_in = set(filter(is_learner_id, submitted_learners(course, name)))
    states: Counter[str] = Counter()
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    table.writeheader()
    with Book(course) as book:
        graded = book.graded(name)
        for learner_id in sorted({*learners, *handed_in, *graded}):
            points, most, state = "", "", ABSENT
            if learner_id in graded:
                by_question = book.points(name, learner_id).values()
                earned = sum(each["points"] or 0 for each in by_question) - book.taken_off(name, learner_id)
                points, most = f"{max(0, earned):g}", f"{sum(each['most'] for each in by_question):g}"
                state = WAITS if any(each["points"] is None for each in by_question) else DONE
            elif learner_id in handed_in:
                record = read_record(course, name, learner_id)
                state = BROKEN if record and record.reason else NOT_YET
            who = learners.get(learner_id, Learner(learner_id, "", "", ""))
            about = (learner_id, who.last_name, who.first_name, who.email, points, most, state)
            table.writerow(dict(zip(COLUMNS, map(_inert, about), strict=True)))
            states[state] += 1
    path = course / f"points-{exercise}.csv"
    write_whole(path, text.getvalue().encode())
    path.chmod(0o600)
    return Exported(path, states)


def _inert(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: on some platforms learners write their own names."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell
