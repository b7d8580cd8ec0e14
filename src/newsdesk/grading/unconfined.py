"""``--sandbox none``: nbgrader's own autograde, one learner at a time, with the instructor's rights.

Nothing is confined: a submission can read and change whatever the instructor can. It is for machines
without a sandbox and learners who are trusted.
"""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

from newsdesk.errors import shown
from newsdesk.grading.grade import AUTOGRADED, GradeReport, Options, Run
from newsdesk.grading.gradebook import Book
from newsdesk.grading.rebuilding import Master, grade_id
from newsdesk.grading.records import Answered, Record
from newsdesk.grading.release import environments_programs, load_config
from newsdesk.grading.submissions import Broken
from newsdesk.notebooks import read_notebook

_VERDICT = re.compile(r'<p role="status"><strong>.*?</strong> (?P<words>.*)</p>', re.DOTALL)


def grade_unconfined(course: Path, exercise: str, options: Options | None = None) -> GradeReport:
    """Grade by stock nbgrader, with kernels ended at once; as `newsdesk.grading.grade.grade`, one at a time."""
    from nbgrader.apps import NbGraderAPI

    run = Run(course, exercise, options or Options())
    run.options.say("WITHOUT a sandbox: what learners wrote runs with your rights.")
    config = load_config(course)
    config.Execute.shutdown_kernel = "immediate"
    with run.begun(), Book(course) as book, environments_programs():
        master = run.master(book)
        api = NbGraderAPI(config=config)
        for work in run.to_do(master, book):
            learner_id = work.submission.learner_id
            stands = work.standing(book.marked(run.name, learner_id))
            result = api.autograde(run.name, learner_id, force=True)
            book.refresh()
            if result["success"]:
                by_hand = book.settle(run.name, learner_id, stands)
                earned = _earned(course, master, learner_id, book)
                record = Record(learner_id, run.name, work.fingerprint, questions=earned, answers=work.answers)
                run.graded(record, work.before, by_hand)
            else:
                said = str(result.get("error") or result.get("log") or "").strip().splitlines()
                reason = f"nbgrader could not grade it: {shown(said[-1]) if said else 'it said nothing'}"
                run.broken(Broken(learner_id, reason[:500], work.fingerprint))
    return run.report


def _earned(course: Path, master: Master, learner_id: str, book: Book) -> dict[str, Answered]:
    path = course / AUTOGRADED / learner_id / master.name / f"{master.name}.ipynb"
    cells = {grade_id(cell): cell for cell in read_notebook(path)["cells"]}
    points = book.points(master.name, learner_id)
    return {
        name: Answered(float(points[name]["points"] or 0), float(points[name]["most"]), _words(cells.get(name, {})))
        for name in master.asked
    }


def _words(cell: dict[str, Any]) -> str:
    for output in cell.get("outputs", []):
        html = output.get("data", {}).get("text/html", "")
        match = _VERDICT.search(html if isinstance(html, str) else "".join(html))
        if match:
            return unescape(match["words"])
    return ""
