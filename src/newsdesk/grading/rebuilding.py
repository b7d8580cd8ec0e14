"""A submission rebuilt from the master: the learner's answers in the instructor's notebook.

The master is the released notebook. Of a learner's notebook only this is taken: what stands in answer
cells, and the learner's own cells where they stand. Everything else comes from the master, by grade id.
"""

from __future__ import annotations

import ast
import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from newsdesk.checks import FILE, question_from
from newsdesk.errors import DataError, PlaceError
from newsdesk.grading.submissions import BrokenError, Submission
from newsdesk.notebooks import cell_source, read_notebook
from newsdesk.sandbox.running import Step


@dataclass(frozen=True)
class Master:
    """What an exercise's submissions are held against.

    Attributes
    ----------
    name
        The exercise's full name.
    notebook
        The released one.
    checks
        The content of its checks.json: the questions by id.
    asked
        By the grade id of a check cell: the question's id, and the expression that gives the answer.
    fingerprint
        SHA-256 of notebook and checks.
    """

    name: str
    notebook: dict[str, Any]
    checks: dict[str, Any]
    asked: dict[str, tuple[str, str]]
    fingerprint: str

    def cells(self) -> dict[str, dict[str, Any]]:
        """Return the cells that have a grade id, in their order."""
        return {name: cell for cell in self.notebook["cells"] if (name := grade_id(cell))}


@dataclass
class Rebuilt:
    """A notebook to be run, what is to be run of it, and what was found missing or doubled.

    `places` holds for each step the number of its cell.
    """

    cells: list[dict[str, Any]]
    steps: list[Step] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def grade_id(cell: dict[str, Any]) -> str:
    """Return a cell's grade id; empty where it has none that is text."""
    about = cell["metadata"].get("nbgrader")
    name = about.get("grade_id") if isinstance(about, dict) else None
    return name if isinstance(name, str) else ""


def answer_id(name: str) -> str:
    """Return the grade id of the answer cell that a check cell belongs to."""
    return f"{name}-answer"


def is_solution(cell: dict[str, Any]) -> bool:
    """Say whether a master's cell is one that learners write in."""
    return bool(cell["metadata"]["nbgrader"].get("solution"))


def read_master(course: Path, name: str) -> Master:
    """Read an exercise's released notebook and its key.

    Raises
    ------
    PlaceError
        When it was not released.
    DataError
        When a cell that gives points is no call of ``nd.check`` with one of the key's questions.
    """
    folder = course / "exercises" / name
    if not (folder / f"{name}.ipynb").is_file() or not (folder / FILE).is_file():
        raise PlaceError(f"{folder} holds no released exercise. Make it: newsdesk release {name[:3]}")
    notebook, key = read_notebook(folder / f"{name}.ipynb"), (folder / FILE).read_bytes()
    checks = json.loads(key)["questions"]
    asked = {}
    for cell in notebook["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if about.get("grade") and not about.get("solution"):
            asked[about["grade_id"]] = _asked(name, cell, checks)
    content = json.dumps([[c["cell_type"], cell_source(c), c["metadata"]] for c in notebook["cells"]], sort_keys=True)
    return Master(name, notebook, checks, asked, hashlib.sha256(content.encode() + key).hexdigest())


def _asked(name: str, cell: dict[str, Any], checks: dict[str, Any]) -> tuple[str, str]:
    source = cell_source(cell)
    try:
        (line,) = ast.parse(source).body
        call = line.value  # type: ignore[attr-defined]
        question, answer = call.args
        if ast.unparse(call.func) == "nd.check" and not call.keywords and question.value in checks:
            return question.value, ast.unparse(answer)
    except (SyntaxError, ValueError, AttributeError, TypeError):
        pass
    raise DataError(
        f"{name}, cell {grade_id(cell)}: gives points, and is {source[:80]!r}. 'newsdesk grade' "
        'reads one line, nd.check("e01.q1", answer), with a question of the bank. Change the cell, or grade this '
        "exercise with: nbgrader autograde"
    )


def rebuild(submission: Submission, master: Master) -> Rebuilt:
    """Put a learner's answers into the master.

    Cells stand in the learner's order, with the learner's own cells between; a master's cell that is
    missing is put back after the one it follows there. A cell that stands twice counts where it stands
    first; of an answer cell the others are run as the learner's own.

    Raises
    ------
    BrokenError
        When nothing of the exercise is in it.
    """
    wanted = master.cells()
    built: list[dict[str, Any]] = []
    seen: set[str] = set()
    notes = list(submission.notes)
    for cell in submission.cells:
        name = grade_id(cell)
        if name not in wanted:
            built.append(_own(cell))
        elif name not in seen:
            seen.add(name)
            built.append(_filled(wanted[name], cell["source"]))
        else:
            notes.append(f"the cell {name} stands twice; the first one counts")
            if is_solution(wanted[name]) and wanted[name]["cell_type"] == cell["cell_type"]:
                built.append(_own(cell))
    if not seen:
        raise BrokenError("no cell of this exercise is in it; it may be another notebook that was renamed")
    _put_back(built, wanted, seen, notes)
    for number, cell in enumerate(built):
        cell["id"] = f"cell-{number:03d}"
    rebuilt = Rebuilt(built, notes=notes)
    for number, cell in enumerate(built):
        step = _step(cell, master)
        if step is not None:
            rebuilt.steps.append(step)
            rebuilt.places.append(number)
    return rebuilt


def _own(cell: dict[str, Any]) -> dict[str, Any]:
    return _made(cell["cell_type"], cell["source"], {})


def _filled(master: dict[str, Any], source: str) -> dict[str, Any]:
    text = source if is_solution(master) else cell_source(master)
    return _made(master["cell_type"], text, json.loads(json.dumps(master["metadata"])))


def _made(kind: str, source: str, metadata: dict[str, Any]) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "source": source, "metadata": metadata}
    return cell | {"outputs": [], "execution_count": None} if kind == "code" else cell


def _put_back(built: list[dict[str, Any]], wanted: dict[str, Any], seen: set[str], notes: list[str]) -> None:
    before = ""
    for name, cell in wanted.items():
        if name not in seen:
            place = next((n + 1 for n, each in enumerate(built) if before and grade_id(each) == before), 0)
            built.insert(place, _filled(cell, cell_source(cell)))
            notes.append(f"the cell {name} was missing and was put back as it was released")
        before = name


def _step(cell: dict[str, Any], master: Master) -> Step | None:
    if cell["cell_type"] != "code":
        return None
    name = grade_id(cell)
    if name in master.asked:
        question_id, expression = master.asked[name]
        question = asdict(question_from(question_id, master.checks[question_id]))
        return Step(question=question, expression=expression)
    return Step(source=cell["source"]) if cell["source"].strip() else None
