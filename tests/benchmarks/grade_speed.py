"""Grading: `newsdesk grade` against nbgrader's own autograde, on honest submissions of e06 drawn from its bank.

Both are timed from the moment when the exercise is released and no submission is graded. Ours with everything: the
warm-up, the sandbox, the check, the gradebook, the files; two workers. All run in this one session; points and
whether a person must look are compared one by one.

``python tests/benchmarks/grade_speed.py floor FOLDER`` runs the same cells in one warm IPython and prints the seconds
of a submission: less is hardly to be had.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from table import Result

ROOT = Path(__file__).parents[2]
EXERCISE = "e06"
SIZES = (30, 100, 300)
COMPARED = 100
JOBS = 2
MARGINAL = 0.2  # seconds of a submission that may be promised
NOTE = "The department is one voice; the ministry is another. I would look for what either can show. Number {}."


def make_course(folder: Path, count: int) -> str:
    """Make a course with `count` submissions, each answer drawn from the bank; return the exercise's full name."""
    from newsdesk.course import make_course as new_course
    from newsdesk.grading.bank import entries
    from newsdesk.grading.release import exercise_names

    new_course(folder)
    name = exercise_names(folder)[EXERCISE]
    bank: dict[str, list[str]] = {}
    for entry in entries(folder / "solutions" / name / "answers.yaml"):
        bank.setdefault(entry.question.question_id, []).append(entry.code.strip())
    released = (folder / "exercises" / name / f"{name}.ipynb").read_text(encoding="utf-8")
    chance = random.Random(count)
    for number in range(1, count + 1):
        book = json.loads(released)
        fill_in(book, {question: chance.choice(codes) for question, codes in bank.items()}, NOTE.format(number))
        place = folder / "submitted" / f"learner-{number:03}" / name
        place.mkdir(parents=True)
        (place / f"{name}.ipynb").write_text(json.dumps(book), encoding="utf-8")
    return name


def fill_in(book: dict[str, Any], answers: dict[str, str], note: str) -> None:
    """Write answers into a released notebook: code into its forms, a note under the open question."""
    import ast

    cells = {c["metadata"]["nbgrader"]["grade_id"]: c for c in book["cells"] if "nbgrader" in c["metadata"]}
    for question, code in answers.items():
        grade_id = question.replace(".", "-")
        name = ast.unparse(ast.parse("".join(cells[grade_id]["source"])).body[0].value.args[1])
        try:
            ast.parse(code, mode="eval")
            source = f"{name} = {code}"
        except SyntaxError:
            source = f"{code}\n{name} = answer"
        cells[f"{grade_id}-answer"]["source"] = f"import altair as alt\n{source}" if "alt." in source else source
    for cell in cells.values():
        if cell["cell_type"] == "markdown" and cell["metadata"]["nbgrader"]["solution"]:
            cell["source"] = note


def timed(course: Path, *command: str) -> tuple[float, float]:
    """Run ``python -m`` with `command` in a course; return its seconds, and the most memory in MiB of all it ran."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    began = time.perf_counter()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=course,
            env=os.environ | {"PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        peaks = [0.0]
        watch = threading.Thread(target=_watch, args=(process, peaks))
        watch.start()
        status = process.wait()
        seconds = time.perf_counter() - began
        watch.join()
        if status != 0:
            log.seek(0)
            raise RuntimeError(f"{' '.join(command)} ended with {status}: {log.read()[-2000:].decode()}")
    return seconds, max(peaks)


def _watch(process: subprocess.Popen[bytes], peaks: list[float]) -> None:
    """Note twice a second what a process and all below it hold, pages that several share counted once."""
    while process.poll() is None:
        peaks.append(sum(_kilobytes(pid) for pid in _family(process.pid)) / 1024)
        time.sleep(0.5)


def _family(first: int) -> list[int]:
    parents = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(path.name)] = int((path / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
    found = [first]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found


def _kilobytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(each.split()[1]) for each in lines if each.startswith("Pss:")), 0)


def points_in(course: Path, name: str) -> dict[tuple[str, str], tuple[float | None, bool]]:
    """Return what the gradebook holds: points, and whether a person must look, by learner and cell."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "newsdesk") as gradebook:
        return {
            (submission.student.id, grade.name): (grade.auto_score, grade.needs_manual_grade)
            for submission in gradebook.assignment_submissions(name)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def floor(course: Path) -> float:
    """Return the seconds of a submission in one warm IPython, without sandbox, gradebook or files."""
    from newsdesk.grading.rebuilding import read_master, rebuild
    from newsdesk.grading.release import exercise_names
    from newsdesk.grading.submissions import Submission, read_submission, submitted_learners
    from newsdesk.sandbox.cells import make_shell
    from newsdesk.sandbox.zygote import WARMING

    name = exercise_names(course)[EXERCISE]
    master = read_master(course, name)
    read = [read_submission(course, name, learner) for learner in submitted_learners(course, name)]
    steps = [rebuild(each, master).steps for each in read if isinstance(each, Submission)]
    shell = make_shell()
    shell.run_cell(WARMING)
    began = time.perf_counter()
    for each in steps:
        shell.reset(new_session=True)
        for step in each:
            shell.begin()
            shell.run_cell(step.source or step.expression)
    return (time.perf_counter() - began) / len(steps)


def measure() -> Iterator[Result]:
    """Yield ours by stock, by stock with kernels ended at once, and the marginal cost; print what lies beside.

    Raises
    ------
    RuntimeError
        When points differ anywhere.
    """
    ours: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as place:
        for size in SIZES:
            course = Path(place, f"ours-{size}")
            name = make_course(course, size)
            released, _ = timed(course, "newsdesk", "release", EXERCISE)
            ours[size], peak = timed(course, "newsdesk", "grade", EXERCISE, "--jobs", str(JOBS))
            print(
                f"grading, {size:3} submissions: {ours[size]:6.2f} s, at most {peak:4.0f} MiB in all "
                f"(released before in {released:.1f} s)",
                flush=True,
            )
        done = subprocess.run(
            [sys.executable, __file__, "floor", f"{place}/ours-30"], capture_output=True, text=True, check=True
        )
        print(
            f"grading, the floor: {float(done.stdout.split()[-1]):.3f} s a submission in one warm IPython", flush=True
        )
        wanted = points_in(Path(place, f"ours-{COMPARED}"), name)
        stock = {}
        for kind, more in {"stock": [], "ended at once": ["--Execute.shutdown_kernel=immediate"]}.items():
            course = Path(place, kind.replace(" ", "-"))
            make_course(course, COMPARED)
            timed(course, "nbgrader", "generate_assignment", name, "--force")
            stock[kind], _ = timed(course, "nbgrader", "autograde", name, *more)
            different = {key for key, got in points_in(course, name).items() if wanted.get(key) != got}
            if different or len(wanted) != len(points_in(course, name)):
                raise RuntimeError(f"grading: {len(different)} points differ from {kind}: {sorted(different)[:5]}")
            print(f"grading, {kind}: {len(wanted)} points of {COMPARED} submissions are equal", flush=True)
    yield Result("grading 100, by stock", [ours[COMPARED]], [stock["stock"]], 1 / 20)
    yield Result("grading 100, by stock ended at once", [ours[COMPARED]], [stock["ended at once"]], 1 / 10)
    marginal = (ours[SIZES[2]] - ours[SIZES[1]]) / (SIZES[2] - SIZES[1])
    yield Result("grading, one more submission", [marginal], [MARGINAL], 1.0)


if __name__ == "__main__":
    print(floor(Path(sys.argv[2])), file=sys.__stdout__)  # the shell has taken sys.stdout for itself
