"""Grade: every submission of an exercise, confined, resumable, one writer to nbgrader's gradebook."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

import filelock

from newsdesk.checks import FILE
from newsdesk.course import ROSTER, roster_if_any
from newsdesk.errors import PlaceError, listed, shown, unknown
from newsdesk.files import make_private, write_whole
from newsdesk.grading.gradebook import Book, ByHand
from newsdesk.grading.outputs import harmless_prose
from newsdesk.grading.rebuilding import Master, Rebuilt, answer_id, grade_id, read_master, rebuild
from newsdesk.grading.records import MARKS, Record, read_record, write_record
from newsdesk.grading.release import SOURCES, exercise_name
from newsdesk.grading.scoring import STOPPED, score
from newsdesk.grading.submissions import (
    TIMESTAMP,
    Broken,
    BrokenError,
    Submission,
    read_submission,
    submitted_learners,
)
from newsdesk.kit import kit_version
from newsdesk.notebooks import dump_notebook
from newsdesk.sandbox.outside import find_bubblewrap
from newsdesk.sandbox.running import Job, Outcome, close_warm, run_job, warm_up

AUTOGRADED = "autograded"
LOG = "grading.log"
GRADER = 1  # raised when the same submission would get other points or words
_AHEAD = 3  # submissions read and waiting, a worker
_MOST_NAMED = 20  # learners in one line


@dataclass(frozen=True)
class Options:
    """How a run is made.

    Attributes
    ----------
    learner
        One learner's id; all by default.
    everything
        Grade anew what was graded.
    jobs
        How many at a time; as many as this machine has processors by default.
    executor
        What runs the submissions; threads of this machine by default, each with a warm interpreter.
    say
        Called with a line for each submission.
    step
        Called with how many have a result, and how many there are.
    """

    learner: str | None = None
    everything: bool = False
    jobs: int | None = None
    executor: Executor | None = None
    say: Callable[[str], None] = print
    step: Callable[[int, int], None] = lambda _done, _total: None


@dataclass
class GradeReport:
    """What came of a run, by learner; lines fit to be printed.

    Attributes
    ----------
    changed
        Whose points are others than a run before gave, with both.
    strangers, absent
        Who is not on the roster, where there is one, and who of it handed in nothing.
    asked_anew
        Whose answers, by grade id, are others than the ones to which a person gave points.
    """

    exercise: str
    graded: dict[str, Record] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    unchanged: list[str] = field(default_factory=list)
    changed: dict[str, tuple[float, float]] = field(default_factory=dict)
    strangers: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    asked_anew: dict[str, list[str]] = field(default_factory=dict)
    seconds: float = 0.0

    def note(self, record: Record, before: Record | None, asked_anew: list[str]) -> None:
        """Enter a graded submission, and whether its points are others than before."""
        self.graded[record.learner_id] = record
        if asked_anew:
            self.asked_anew[record.learner_id] = asked_anew
        if before is not None and not before.reason and before.points != record.points:
            self.changed[record.learner_id] = (before.points, record.points)

    @property
    def done(self) -> int:
        """Return how many submissions have a result."""
        return len(self.graded) + len(self.broken) + len(self.unchanged)

    def __str__(self) -> str:
        """Return what needs a person's eye, then a sum."""
        lines = [f"NOT graded: {name}: {why}" for name, why in sorted(self.broken.items())]
        lines += [f"not in {ROSTER}, and graded: {name}" for name in self.strangers if name not in self.broken]
        lines += [
            f"points changed: {name}: {before:g}, now {now:g}" for name, (before, now) in sorted(self.changed.items())
        ]
        for name, record in sorted(self.graded.items()):
            lines += [f"look at: {name}: {note}" for note in (*record.notes, *_stopped(record))]
            lines += [
                f"look at: {name}: the answer to {each} is another one than you marked; formgrader asks for it again"
                for each in self.asked_anew.get(name, ())
            ]
        if self.absent:
            lines.append(f"handed in nothing: {len(self.absent)}: {listed(self.absent, _MOST_NAMED)}")
        unknown = sum(bool(each.unknown) for record in self.graded.values() for each in record.questions.values())
        if unknown:
            short = self.exercise[:3]
            lines.append(f"answers that the bank does not know: {unknown}. See them: newsdesk bank unknown {short}")
        lines.append(
            f"{self.exercise}: {len(self.graded)} graded, {len(self.unchanged)} as they were, "
            f"{len(self.broken)} not graded; {self.seconds:.1f} s."
        )
        return "\n".join(lines)


@dataclass(frozen=True)
class Work:
    """A submission on its way: what was read, rebuilt, and is to be compared with."""

    submission: Submission
    rebuilt: Rebuilt
    fingerprint: str
    before: Record | None
    answers: dict[str, str]

    def standing(self, marked: Iterable[str]) -> set[str]:
        """Return those of the cells that a person marked whose content is as it was then.

        Where an older kit graded last, nothing tells; they stand then.
        """
        if self.before is not None and not self.before.answers:
            return set(marked)
        before, now = self.before.answers if self.before else {}, self.answers
        return {name for name in marked if name in now and before.get(name) == now[name]}


def _answers(submission: Submission, rebuilt: Rebuilt, master: Master) -> dict[str, str]:
    """Return by grade id the SHA-256 of what a person who marks it looks at: cell, answer cell, files of marks."""
    sources = {name: cell["source"] for cell in rebuilt.cells if (name := grade_id(cell))}
    marks = json.dumps(submission.files, sort_keys=True)
    found = {}
    for name, source in sources.items():
        is_marked = name in master.asked and master.checks[master.asked[name][0]]["kind"] == "annotation"
        seen = json.dumps([source, sources.get(answer_id(name), ""), marks if is_marked else ""])
        found[name] = hashlib.sha256(seen.encode()).hexdigest()
    return found


def _stopped(record: Record) -> Iterator[str]:
    """Yield the questions whose answer cell ended in an error, in words."""
    for name, each in record.questions.items():
        _, there, words = each.words.partition(STOPPED)
        if there:
            yield f"{answer_id(name)}: it stopped with {shown(words.rstrip('.'))}"


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def fingerprint_of(submission: Submission, master: Master) -> str:
    """Return the SHA-256 of all that a submission's points depend on."""
    about = f"{submission.fingerprint} {master.fingerprint} {kit_version()} {GRADER}"
    return hashlib.sha256(about.encode()).hexdigest()


class Run:
    """A run over the submissions of an exercise: what is to be done, and what is noted of it.

    Raises
    ------
    NotFoundError
        When there is no such exercise, or the learner asked for handed in nothing.
    """

    def __init__(self, course: Path, exercise: str, options: Options) -> None:
        self.course, self.name, self.options = course, exercise_name(course, exercise), options
        self.learners = submitted_learners(course, self.name)
        if options.learner is not None:
            if options.learner not in self.learners:
                raise unknown(f"submission of {exercise} by", options.learner, self.learners)
            self.learners = [options.learner]
        self.report = GradeReport(self.name)
        self.jobs = options.jobs or processors()

    @contextmanager
    def begun(self) -> Iterator[None]:
        """Hold the course against another run, and take the time.

        Raises
        ------
        PlaceError
            When another run is at work.
        """
        began = time.monotonic()
        try:
            with filelock.FileLock(self.course / ".grade.lock", timeout=0):
                self._tidy()
                yield
        except filelock.Timeout:
            raise PlaceError(
                f"Another 'newsdesk grade' is at work in {self.course}. Wait for it, then try again."
            ) from None
        self.report.seconds = time.monotonic() - began

    def _tidy(self) -> None:
        """Take away what a run that was killed left half written; a graded folder that was moved aside comes back."""
        for old in (self.course / AUTOGRADED).glob(f"*/.{self.name}.old"):
            if not (old.parent / self.name).exists():
                old.rename(old.parent / self.name)
        for left in (self.course / AUTOGRADED).glob(f"*/.{self.name}.*"):
            shutil.rmtree(left)
        for part in (self.course / MARKS / self.name).glob(".*.part"):
            part.unlink()

    def master(self, book: Book) -> Master:
        """Return the master, released anew where its source or bank has changed since; enter the roster."""
        roster = roster_if_any(self.course)
        if roster is not None:
            book.enter(roster)
            known = {each.learner_id for each in roster} or set(self.learners)
            self.report.strangers = [shown(name) for name in self.learners if name not in known]
            if self.options.learner is None:
                there = set(self.learners)
                self.report.absent = [each.named for each in roster if each.learner_id not in there]
        seen, stamp = self._stamp()
        if seen.is_file() and seen.read_text() == stamp:
            master = read_master(self.course, self.name)
            if book.has(master):
                return master
        self.release(book)
        return read_master(self.course, self.name)

    def release(self, book: Book) -> None:
        """Make the exercise that learners get, and enter it in the gradebook."""
        seen, stamp = self._stamp()
        seen.unlink(missing_ok=True)  # so that a run that is killed here leaves it to the next
        book.register(self.name)
        write_whole(seen, stamp.encode())

    def _stamp(self) -> tuple[Path, str]:
        """Return where it is noted what the release was made of, and the hash of that as it is now."""
        folder = self.course / SOURCES / self.name
        sources = hashlib.sha256()
        for path in (folder / f"{self.name}.ipynb", folder / "answers.yaml", self.course / "nbgrader_config.py"):
            sources.update(path.read_bytes())
        make_private(self.course / MARKS)
        make_private(self.course / MARKS / self.name)
        return self.course / MARKS / self.name / "_master", sources.hexdigest()  # no learner's id begins so

    def to_do(self, master: Master, book: Book) -> Iterator[Work]:
        """Yield what is to be graded; what is broken or was graded as it is goes into the report."""
        known = set() if self.options.everything else book.graded(self.name)
        for learner_id in self.learners:
            submission = read_submission(self.course, self.name, learner_id)
            if isinstance(submission, Broken):
                self.broken(submission)
                continue
            fingerprint = fingerprint_of(submission, master)
            before = read_record(self.course, self.name, learner_id)
            is_there = learner_id in known and self._graded(learner_id).is_file()
            if before is not None and before.fingerprint == fingerprint and is_there:
                self.report.unchanged.append(learner_id)
                self._step()
                continue
            try:
                rebuilt = rebuild(submission, master)
            except BrokenError as error:
                self.broken(Broken(learner_id, str(error), fingerprint))
            else:
                yield Work(submission, rebuilt, fingerprint, before, _answers(submission, rebuilt, master))

    def broken(self, found: Broken) -> None:
        """Note a submission that can't be graded; points that an earlier one got stand."""
        reason = found.reason
        before = read_record(self.course, self.name, found.learner_id) if found.fingerprint else None
        if before is not None and before.questions:
            reason += "; the points of the submission before it stand"
        elif found.fingerprint:
            write_record(self.course, Record(found.learner_id, self.name, found.fingerprint, reason))
        self.report.broken[found.learner_id] = reason
        self._log(f"{found.learner_id}: NOT graded: {reason}")
        self._step()

    def graded(self, record: Record, before: Record | None, by_hand: ByHand) -> None:
        """Note a submission that was graded; this comes last, so that a run that is killed leaves no gap."""
        write_record(self.course, record)
        self.report.note(record, before, by_hand.asked_anew)
        waits = f", {by_hand.waiting:g} more wait for a person" if by_hand.waiting else ""
        self._log(f"{record.learner_id}: {record.points:g} of {record.most:g} points{waits}")
        self._step()

    def _step(self) -> None:
        self.options.step(self.report.done, len(self.learners))

    def _graded(self, learner_id: str) -> Path:
        return self.course / AUTOGRADED / learner_id / self.name / f"{self.name}.ipynb"

    def _log(self, line: str) -> None:
        self.options.say(line)
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        try:
            with (self.course / LOG).open("a", encoding="utf-8") as file:
                file.write(f"{now} {self.name[:3]} {line}\n")
        except OSError as error:
            raise PlaceError(f"{self.course / LOG} can't be written: {error.strerror}.") from None


def grade(course: Path, exercise: str, options: Options | None = None) -> GradeReport:
    """Grade the submissions of an exercise that were not graded as they are.

    Parameters
    ----------
    course
        An instructor's folder.
    exercise
        ``"e06"``.
    options
        How.

    Returns
    -------
    GradeReport
        By learner.

    Raises
    ------
    NotFoundError
        When there is no such exercise, or the learner asked for handed in nothing.
    PlaceError
        When the course can't be read or written, or another run is at work.
    SandboxError
        When learners' code can't be confined here.
    """
    run = Run(course, exercise, options or Options())
    executor = run.options.executor
    if executor is not None:
        with run.begun():
            _grade(run, executor)
        return run.report
    find_bubblewrap()
    with run.begun():
        pool = ThreadPoolExecutor(run.jobs)
        try:
            # a thread each gets warm while nbgrader loads
            warming = [pool.submit(warm_up) for _ in range(min(run.jobs, len(run.learners)))]
            _grade(run, pool, warming)
        finally:
            pool.shutdown(cancel_futures=True)
            close_warm()
    return run.report


def _grade(run: Run, pool: Executor, warming: Sequence[Future[None]] = ()) -> None:
    with Book(run.course) as book:
        for each in warming:
            each.result()  # where nothing can be confined, nothing is begun
        master = run.master(book)
        waiting: dict[Future[Outcome], Work] = {}
        coming = run.to_do(master, book)
        while True:
            for work in islice(coming, run.jobs * _AHEAD - len(waiting)):
                job = Job(work.submission.learner_id, tuple(work.rebuilt.steps), work.submission.files)
                waiting[pool.submit(run_job, job)] = work
            if not waiting:
                break
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                work = waiting.pop(future)
                _finish(run, master, work, future.result(), book)


def _finish(run: Run, master: Master, work: Work, outcome: Outcome, book: Book) -> None:
    """Score a submission; write the graded notebook, then the gradebook, then its record."""
    course = run.course
    submission, rebuilt = work.submission, work.rebuilt
    earned = score(rebuilt, outcome, master)
    prose = [
        cell if cell["cell_type"] == "code" else cell | {"source": harmless_prose(cell["source"])}
        for cell in rebuilt.cells
    ]
    notebook = {
        "cells": prose,
        "metadata": master.notebook["metadata"],
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    files = {f"{master.name}.ipynb": dump_notebook(notebook)}
    files[FILE] = (course / "exercises" / master.name / FILE).read_bytes()
    files |= {place: text.encode("utf-8", "replace") for place, text in submission.files.items()}
    if submission.timestamp:
        files[TIMESTAMP] = f"{submission.timestamp}\n".encode()
    _put(course / AUTOGRADED / submission.learner_id, master.name, files)
    points = {name: each.points for name, each in earned.items()}
    stands = work.standing(book.marked(master.name, submission.learner_id))
    by_hand = book.write(master.name, submission, rebuilt.cells, points, stands)
    record = Record(
        learner_id=submission.learner_id,
        exercise=master.name,
        fingerprint=work.fingerprint,
        notes=tuple(rebuilt.notes),
        questions=earned,
        answers=work.answers,
    )
    run.graded(record, work.before, by_hand)


def _put(learner: Path, exercise: str, files: dict[str, bytes]) -> None:
    """Write nbgrader's folder of a graded submission; the one before is replaced once the new one is whole."""
    part, old, target = learner / f".{exercise}.part", learner / f".{exercise}.old", learner / exercise
    make_private(learner.parent)
    make_private(learner)
    for folder in (part, old):
        if folder.exists():
            shutil.rmtree(folder)
    for place, content in files.items():
        path = part / place
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o600)
    try:
        if target.exists():
            target.rename(old)
        part.rename(target)
    except OSError as error:
        raise PlaceError(f"{target} can't be written: {error.strerror}.") from None
    if old.exists():
        shutil.rmtree(old)
