"""What ``newsdesk grade`` does: the exercises asked for, one after the other, with a bar of progress."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from newsdesk.course import ROSTER
from newsdesk.errors import NewsdeskError, PlaceError, unknown
from newsdesk.grading.cluster import cluster_executor
from newsdesk.grading.grade import GradeReport, Options, Run, grade
from newsdesk.grading.gradebook import Book
from newsdesk.grading.release import exercise_names, release
from newsdesk.grading.submissions import submitted_learners
from newsdesk.grading.unconfined import grade_unconfined

SANDBOXES = ("bubblewrap", "none")


def release_course(course: Path, exercise: str | None) -> list[str]:
    """Release an exercise, or all; in an instructor's course, enter it in the gradebook too.

    Returns the folders made, inside the course; errors as `newsdesk.grading.release.release`, and PlaceError
    while something else is at work there.
    """
    if not (course / ROSTER).is_file():
        return release(course, exercise)
    made = []
    for short in [exercise] if exercise else exercise_names(course):
        run = Run(course, short, Options())
        with run.begun(), Book(course) as book:
            run.release(book)
        made.append(f"exercises/{run.name}")
    return made


def grade_course(
    course: Path, exercise: str | None, options: Options, *, sandbox: str, scheduler: str | None
) -> list[GradeReport]:
    """Grade an exercise of a course, or all that were handed in, and print what came of it.

    Parameters are those of the command; errors as `newsdesk.grading.grade.grade`.
    """
    if sandbox not in SANDBOXES:
        raise unknown("sandbox", sandbox, SANDBOXES)
    if sandbox == "none" and scheduler:
        raise NewsdeskError("--sandbox none runs on this machine alone. Leave out --scheduler, or --sandbox.")
    if options.jobs and scheduler:
        raise NewsdeskError("How many run at a time on a cluster is for its workers to say. Leave out --jobs.")
    names = exercise_names(course)
    asked = [exercise] if exercise else [each for each, name in names.items() if submitted_learners(course, name)]
    if not asked:
        raise PlaceError(f"Nothing was handed in yet: {course / 'submitted'} is empty. First: newsdesk collect")
    console = Console(highlight=False)
    run = grade if sandbox == "bubblewrap" else grade_unconfined
    reports = []
    with _executor(scheduler, options) as running:
        for each in asked:
            with _bar(console) as bar:
                say = partial(bar.console.print, markup=False, soft_wrap=True)
                step = partial(_step, bar, bar.add_task(each, total=None))
                about = replace(running, say=say, step=step)
                report = run(course, each, about)
            console.print(str(report), markup=False, soft_wrap=True)
            reports.append(report)
    return reports


def _step(bar: Progress, task: TaskID, done: int, total: int) -> None:
    bar.update(task, completed=done, total=total)


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


@contextlib.contextmanager
def _executor(scheduler: str | None, options: Options) -> Iterator[Options]:
    """Yield the options with what runs submissions: this machine by default, a cluster where one is named."""
    if scheduler is None:
        yield options
        return
    with cluster_executor(scheduler) as (executor, at_a_time):
        yield replace(options, executor=executor, jobs=at_a_time)
