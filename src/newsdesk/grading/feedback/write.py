"""Feedback: what each learner gets back, one HTML file for each exercise, where nbgrader releases it from.

``nbgrader release_feedback`` takes ``feedback/<learner>/<exercise>/<exercise>.html`` with its permissions,
and reads two small files beside it that came with a submission through its exchange.
"""

from __future__ import annotations

import contextlib
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from newsdesk.course import SUBMITTED, roster_if_any
from newsdesk.errors import PlaceError, shown
from newsdesk.files import make_private, write_whole
from newsdesk.grading.feedback.page import Page, render
from newsdesk.grading.feedback.parts import Graded, Parts, sources_by_grade_id, title_of
from newsdesk.grading.feedback.words import told, trouble
from newsdesk.grading.grade import AUTOGRADED, Options, Run, fingerprint_of
from newsdesk.grading.gradebook import Book
from newsdesk.grading.rebuilding import grade_id, read_master, rebuild
from newsdesk.grading.records import read_record
from newsdesk.grading.release import GRADEBOOK, SOURCES, exercise_names
from newsdesk.grading.submissions import (
    MARKS,
    TIMESTAMP,
    Broken,
    BrokenError,
    read_submission,
    submitted_learners,
)
from newsdesk.notebooks import read_notebook

FEEDBACK = "feedback"
SECRET = "submission_secret.txt"  # nbgrader's name for the file
_MOST_SMALL = 1000  # bytes
_ESCAPED = re.compile("&(amp|lt);")  # as `newsdesk.grading.outputs.harmless_prose` writes


@dataclass
class FeedbackReport:
    """What came of a run, by learner; lines fit to be printed.

    Attributes
    ----------
    written, unchanged
        Whose page is new, and whose was there already, the same.
    waiting
        Of these, whose waits for a person's points.
    broken
        Of these, whose says that nothing could be graded.
    behind
        Of these, whose is about what was graded, where another submission or key has come since.
    missing
        Who has no page, because nothing was graded.
    by_hand
        Who can't get the page through nbgrader's exchange, while others can.
    """

    exercise: str
    written: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    by_hand: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Return what needs a person's eye, then a sum."""
        short, lines = self.exercise[:3], []
        if self.missing:
            lines.append(f"NO page, not graded: {', '.join(self.missing)}. First: newsdesk grade {short}")
        if self.behind:
            lines.append(
                f"look at: {', '.join(self.behind)}: the page is about what was graded, and something newer has come "
                f"since. Run: newsdesk grade {short}"
            )
        if self.by_hand:
            names = ",".join(self.by_hand)
            lines.append(
                f"not from nbgrader's exchange: {names}. Send them their pages yourself, and release the others with: "
                f"nbgrader release_feedback {self.exercise} --CourseDirectory.student_id_exclude={names}"
            )
        lines.append(
            f"{self.exercise}: {len(self.written)} written, {len(self.unchanged)} as they were. "
            f"{len(self.waiting)} wait for a person's points, {len(self.broken)} say why nothing was graded."
        )
        return "\n".join(lines)


def feedback(course: Path, exercise: str | None = None, learner: str | None = None) -> list[FeedbackReport]:
    """Write the pages of an exercise, or of all that were handed in; a page that stays the same is left alone.

    Parameters
    ----------
    course
        An instructor's folder.
    exercise
        ``"e06"``; all by default.
    learner
        One learner's id; all by default.

    Returns
    -------
    list of FeedbackReport
        One an exercise.

    Raises
    ------
    NotFoundError
        When there is no such exercise, or the learner asked for handed in nothing.
    PlaceError
        When nothing was graded yet, the course can't be read or written, or ``newsdesk grade`` is at work.
    DataError
        When the exercise, its rubric or the roster is damaged.
    """
    if not (course / GRADEBOOK).is_file():
        raise PlaceError(f"Nothing was graded yet: {course} has no {GRADEBOOK}. First: newsdesk grade")
    names = exercise_names(course)
    asked = [exercise] if exercise else _handed_in(course, names, learner)
    if not asked:
        raise PlaceError(f"Nothing was handed in{f' by {learner}' if learner else ''}: look in {course / SUBMITTED}.")
    reports = []
    for each in asked:
        run = Run(course, each, Options(learner=learner))
        with run.begun(), Book(course) as book:
            reports.append(_Writing(run, book).run())
    return reports


def _handed_in(course: Path, names: dict[str, str], learner: str | None) -> list[str]:
    found = {each: submitted_learners(course, name) for each, name in names.items()}
    return [each for each, learners in found.items() if (learner in learners if learner else learners)]


def names_of(course: Path) -> dict[str, str]:
    """Return the names of those on a course's roster, by id; of nobody where there is none."""
    return {each.learner_id: each.name for each in roster_if_any(course) or ()}


@dataclass(frozen=True)
class _Last:
    """What was handed in last: its fingerprint, its cells by grade id, and why it can't be graded, if so."""

    fingerprint: str
    sources: dict[str, str]
    reason: str


class _Writing:
    """One exercise's pages on their way."""

    def __init__(self, run: Run, book: Book) -> None:
        self._course, self._name, self._learners, self._book = run.course, run.name, run.learners, book
        self._master = read_master(run.course, run.name)
        self._title = title_of(self._master)
        self._names = names_of(run.course)
        self._parts = Parts(self._master, run.course / SOURCES / run.name)
        self._graded = book.graded(run.name)
        self._report = FeedbackReport(run.name)

    def run(self) -> FeedbackReport:
        """Write the pages."""
        apart = []
        for learner_id in self._learners:
            page = self._page(learner_id)
            if page is None:
                self._report.missing.append(shown(learner_id))
            elif not self._put(page):
                apart.append(learner_id)
        made = [*self._report.written, *self._report.unchanged]
        self._report.by_hand = apart if len(apart) < len(made) else []
        return self._report

    def _page(self, learner_id: str) -> Page | None:
        """Return a learner's page; None where nothing was graded."""
        record = read_record(self._course, self._name, learner_id)
        if record is None:
            return None
        last = self._last(learner_id)
        is_it = record.fingerprint == last.fingerprint
        if record.reason:
            if is_it:
                self._report.broken.append(learner_id)
            return self._made(learner_id, trouble=trouble(record.reason, self._name)) if is_it else None
        folder = self._course / AUTOGRADED / learner_id / self._name
        if learner_id not in self._graded or not (folder / f"{self._name}.ipynb").is_file():
            return None
        points = self._book.points(self._name, learner_id)
        if not self._parts.are_in(points):
            return None
        comments = self._book.comments(self._name, learner_id)
        sources = last.sources if is_it else _as_typed(read_notebook(folder / f"{self._name}.ipynb")["cells"])
        page = self._made(
            learner_id,
            trouble=trouble(last.reason, self._name) if last.reason else None,
            notes=tuple(told(record.notes)),
            parts=self._parts.of(Graded(sources, folder / MARKS, record, points, comments)),
            taken_off=self._book.taken_off(self._name, learner_id),
        )
        if page.waiting:
            self._report.waiting.append(learner_id)
        if not (is_it or last.reason):
            self._report.behind.append(learner_id)
        return page

    def _made(self, learner_id: str, **about: Any) -> Page:
        return Page(learner_id, self._title, name=self._names.get(learner_id, ""), **about)

    def _last(self, learner_id: str) -> _Last:
        """Return what a learner handed in last."""
        found = read_submission(self._course, self._name, learner_id)
        if isinstance(found, Broken):  # without a fingerprint it is this computer that can't read it
            return _Last(found.fingerprint, {}, found.reason if found.fingerprint else "")
        fingerprint = fingerprint_of(found, self._master)
        try:
            return _Last(fingerprint, sources_by_grade_id(rebuild(found, self._master).cells), "")
        except BrokenError as error:
            return _Last(fingerprint, {}, str(error))

    def _put(self, page: Page) -> bool:
        """Write a page where it is new; return whether nbgrader's exchange can give it back."""
        folder = self._course / FEEDBACK
        for each in (folder, folder / page.learner_id, folder / page.learner_id / self._name):
            make_private(each)
        folder = folder / page.learner_id / self._name
        came_with = [self._copy(page.learner_id, name, folder) for name in (TIMESTAMP, SECRET)]
        path, content = folder / f"{self._name}.html", render(page)
        if _content(path) == content:
            self._report.unchanged.append(page.learner_id)
        else:
            write_whole(path, content)  # 0644 in a private folder: nbgrader hands it out with its permissions
            self._report.written.append(page.learner_id)
        return all(came_with)

    def _copy(self, learner_id: str, name: str, folder: Path) -> bool:
        """Bring a small file of a submission along; return whether it is there."""
        home = self._course / SUBMITTED / learner_id
        source, target = home / self._name / name, folder / name
        is_own = not (home.is_symlink() or source.parent.is_symlink())
        content = _content(source, _MOST_SMALL) if is_own else None
        if content is None:
            with contextlib.suppress(FileNotFoundError):
                target.unlink()
            return False
        if _content(target) != content:
            write_whole(target, content)
            target.chmod(0o600)
        return True


def _as_typed(cells: list[dict[str, Any]]) -> dict[str, str]:
    """Return the sources of a graded notebook, whose prose was made harmless for nbgrader's own pages."""
    prose = {grade_id(cell) for cell in cells if cell["cell_type"] != "code"}
    return {
        name: _ESCAPED.sub(lambda found: "&" if found[1] == "amp" else "<", source) if name in prose else source
        for name, source in sources_by_grade_id(cells).items()
    }


def _content(path: Path, most: int | None = None) -> bytes | None:
    """Return a regular file's content; None for a link, a device, one that is too large or not there."""
    try:
        about = path.lstat()
        is_read = stat.S_ISREG(about.st_mode) and (most is None or about.st_size <= most)
        return path.read_bytes() if is_read else None
    except OSError:
        return None
