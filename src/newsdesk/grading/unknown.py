"""Answers of a class that an exercise's bank does not have: what a teacher looks through after grading."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from newsdesk.errors import listed, shown
from newsdesk.grading.records import read_record
from newsdesk.grading.release import exercise_name
from newsdesk.grading.submissions import submitted_learners

_MOST_NAMED = 5


@dataclass(frozen=True)
class UnknownAnswer:
    """An answer, as JSON in the form in which answers are compared, and who gave it."""

    question: str
    answer: str
    learners: tuple[str, ...]

    def __str__(self) -> str:
        """Return it as a line fit to be printed."""
        return f"{self.question}: {shown(self.answer)} ({listed(self.learners, _MOST_NAMED)})"


def unknown_answers(course: Path, exercise: str) -> list[UnknownAnswer]:
    """Return the answers that got no points because the bank does not have them.

    Parameters
    ----------
    course
        An instructor's folder, in which the exercise was graded.
    exercise
        ``"e06"``.

    Returns
    -------
    list of UnknownAnswer
        By question; what most learners gave comes first.

    Raises
    ------
    NotFoundError
        When there is no such exercise.
    """
    name = exercise_name(course, exercise)
    given: dict[tuple[str, str], list[str]] = defaultdict(list)
    for learner_id in submitted_learners(course, name):
        record = read_record(course, name, learner_id)
        for question, each in record.questions.items() if record else ():
            if each.unknown:
                given[question, each.unknown].append(learner_id)
    found = [UnknownAnswer(question, answer, tuple(learners)) for (question, answer), learners in given.items()]
    return sorted(found, key=lambda each: (each.question, -len(each.learners), each.answer))
