"""What grading remembers: one file a submission in ``marks/<exercise>/``, written after everything else.

A submission that has a record of the same files, master and kit is not graded again; killed at any
moment, a run leaves at most one submission without its record, which the next run grades.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from newsdesk.errors import DataError
from newsdesk.files import make_private, write_whole

FORMAT = 1
MARKS = "marks"


@dataclass(frozen=True)
class Answered:
    """What a checked question earned, and the words of its check; `unknown` is an answer that the bank does not have.

    It is there as JSON, in the form in which answers are compared, and empty where the bank knew the answer
    or none was read.
    """

    points: float
    most: float
    words: str
    unknown: str = ""


@dataclass(frozen=True)
class Record:
    """What came of a submission.

    Attributes
    ----------
    learner_id, exercise
        Whose, and the exercise's full name.
    fingerprint
        Of the submission, the master and what graded it.
    reason
        Why it could not be graded; empty where it was.
    notes
        What was found missing, doubled or too slow, in words.
    questions
        By grade id, the checked questions; open ones are in the gradebook alone.
    answers
        By grade id, the SHA-256 of what a person who marks a question looks at.
    """

    learner_id: str
    exercise: str
    fingerprint: str
    reason: str = ""
    notes: tuple[str, ...] = ()
    questions: dict[str, Answered] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)

    @property
    def points(self) -> float:
        """Return the points of the checked questions."""
        return sum(each.points for each in self.questions.values())

    @property
    def most(self) -> float:
        """Return the most points of the checked questions."""
        return sum(each.most for each in self.questions.values())


def read_record(course: Path, exercise: str, learner_id: str) -> Record | None:
    """Return a submission's record; None where there is none that can be read: it is graded anew then.

    Raises
    ------
    DataError
        When it was written by a newer kit.
    """
    path = _path(course, exercise, learner_id)
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
        number = about.pop("format")
        if isinstance(number, int) and number > FORMAT:
            raise DataError(f"{path} is of format {number}; this version of the kit reads {FORMAT}. Update the kit.")
        questions = {name: Answered(**each) for name, each in about.pop("questions").items()}
        return Record(**about | {"notes": tuple(about["notes"]), "questions": questions})
    except DataError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_record(course: Path, record: Record) -> None:
    """Write a submission's record, readable by its owner alone."""
    path = _path(course, record.exercise, record.learner_id)
    make_private(course / MARKS)
    make_private(path.parent)
    content = json.dumps({"format": FORMAT} | asdict(record), ensure_ascii=False, indent=1, sort_keys=True)
    write_whole(path, (content + "\n").encode("utf-8", "replace"))
    path.chmod(0o600)


def _path(course: Path, exercise: str, learner_id: str) -> Path:
    return course / MARKS / exercise / f"{learner_id}.json"
