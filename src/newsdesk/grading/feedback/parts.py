"""The questions of an exercise, and what a graded submission holds for each: gathered, for a learner's page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from newsdesk.checks import question_from
from newsdesk.errors import DataError, NewsdeskError
from newsdesk.grading.feedback.page import Mark, Part, Rubric
from newsdesk.grading.feedback.verdicts import said
from newsdesk.grading.feedback.words import missing_cells
from newsdesk.grading.rebuilding import Master, grade_id, is_solution
from newsdesk.grading.records import Record
from newsdesk.notebooks import cell_source

MOST_MARKS = 200
_HEADING = re.compile(r"^(?=#{2,6} )", re.MULTILINE)
_QUESTION = re.compile(r"#+ Question (\d+)\b[^\n]*\n?")


@dataclass(frozen=True)
class Asked:
    """A question of the released notebook.

    Attributes
    ----------
    number
        As its heading gives it, or by its place.
    text
        Its text in Markdown, without the heading.
    grade_id
        Of the cell that gives its points.
    answers
        The grade ids of its answer cells.
    is_note
        Whether a person reads it.
    """

    number: str
    text: str
    grade_id: str
    answers: tuple[str, ...]
    is_note: bool


@dataclass(frozen=True)
class Graded:
    """What a submission holds, and what it got.

    `sources` are its cells' by grade id, `marks` is the folder of its files of marks, `record` is what
    grading remembers of it. `points` and `comments` are by grade id, from the gradebook.
    """

    sources: Mapping[str, str]
    marks: Path
    record: Record
    points: Mapping[str, Mapping[str, Any]]
    comments: Mapping[str, str]


def title_of(master: Master) -> str:
    """Return an exercise's title: its first heading."""
    text = "\n".join(cell_source(cell) for cell in master.notebook["cells"] if cell["cell_type"] == "markdown")
    found = re.search(r"^# (.+)$", text, re.MULTILINE)
    return found[1].strip() if found else master.name


def questions_of(master: Master) -> list[Asked]:
    """Return the questions of a released notebook, in their order."""
    found: list[Asked] = []
    number, text, answers = "", "", []
    for cell in master.notebook["cells"]:
        name = grade_id(cell)
        if not name:
            if cell["cell_type"] == "markdown":
                number, text = _read_on(cell_source(cell), number, text)
            continue
        if is_solution(cell):
            answers.append(name)
        if cell["metadata"]["nbgrader"].get("grade"):
            found.append(Asked(number or str(len(found) + 1), text.strip(), name, tuple(answers), is_solution(cell)))
            number, text, answers = "", "", []
    return found


def _read_on(source: str, number: str, text: str) -> tuple[str, str]:
    """Return the question that a cell of prose leads to, and its text so far."""
    for piece in _HEADING.split(source):
        heading = _QUESTION.match(piece)
        if heading:
            number, text = heading[1], piece[heading.end() :]
        elif piece.startswith("##"):
            number, text = "", ""
        elif number:
            text += f"\n\n{piece}"
    return number, text


def read_rubric(folder: Path) -> tuple[str, Rubric] | None:
    """Return the question that an exercise's rubric is for, and the rubric; None where there is none.

    Raises
    ------
    DataError
        When the file is not as the others are.
    """
    path = folder / "rubric.yaml"
    if not path.is_file():
        return None
    try:
        book = yaml.safe_load(path.read_text(encoding="utf-8"))
        criteria = {
            str(name): {int(points): str(words) for points, words in levels.items()}
            for name, levels in book["criteria"].items()
        }
        not_required = tuple(map(str, book.get("not_required") or ()))
        return str(book["question"]), Rubric(criteria, not_required)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise DataError(
            f"{path} can't be read as a rubric: {error!r}. Wanted: question, and criteria with points and words, as in "
            "the other exercises."
        ) from None


def sources_by_grade_id(cells: list[dict[str, Any]]) -> dict[str, str]:
    """Return the sources of those of a notebook's cells that have a grade id."""
    return {name: cell_source(cell) for cell in cells if (name := grade_id(cell))}


class Parts:
    """What makes the parts of each learner's page of an exercise.

    Parameters
    ----------
    master
        The released exercise.
    sources
        The folder of its source, with the rubric.
    """

    def __init__(self, master: Master, sources: Path) -> None:
        self._master = master
        self._asked = questions_of(master)
        self._released = sources_by_grade_id(master.notebook["cells"])
        self._rubric = read_rubric(sources)

    def are_in(self, points: Mapping[str, object]) -> bool:
        """Say whether the gradebook has each question: one may have been added since."""
        return all(asked.grade_id in points for asked in self._asked)

    def of(self, graded: Graded) -> tuple[Part, ...]:
        """Return the questions with what a learner answered and got."""
        return tuple(self._part(asked, graded) for asked in self._asked)

    def _part(self, asked: Asked, graded: Graded) -> Part:
        given = [graded.sources.get(name, "") for name in asked.answers]
        checked, earned = graded.record.questions.get(asked.grade_id), graded.points[asked.grade_id]
        rubric_for, rubric = self._rubric or ("", None)
        commented = dict.fromkeys((*asked.answers, asked.grade_id))
        return Part(
            number=asked.number,
            asked=asked.text,
            answer="\n\n".join(given),
            is_blank=[each.strip() for each in given] == [self._released[name].strip() for name in asked.answers],
            is_note=asked.is_note,
            is_missing=not missing_cells(graded.record.notes).isdisjoint(asked.answers),
            points=None if earned["points"] is None else float(earned["points"]),
            most=float(earned["most"]),
            by_hand=bool(earned["by_hand"]) and not asked.is_note,
            words=said(checked.words) if checked else "",
            comments=tuple(graded.comments[name] for name in commented if name in graded.comments),
            marks=self._marks(asked, graded.marks),
            rubric=rubric if rubric_for.replace(".", "-") == asked.grade_id else None,
        )

    def _marks(self, asked: Asked, folder: Path) -> tuple[Mark, ...] | None:
        """Return what was marked for a question that asks for marks; None for any other."""
        question_id = self._master.asked.get(asked.grade_id, ("",))[0]
        if not question_id or self._master.checks[question_id]["kind"] != "annotation":
            return None
        return tuple(_marks_in(folder, question_id, self._master.checks[question_id]))[:MOST_MARKS]


def _marks_in(folder: Path, question_id: str, entry: dict[str, Any]) -> Iterator[Mark]:
    from newsdesk.annotation.w3c_reading import read_page
    from newsdesk.articles import load_article, own_article

    question = question_from(question_id, entry)
    article = own_article(question.article, question.text) if question.text else load_article(question.article)
    for path in sorted(folder.glob(f"{question.article}.*.jsonld")):
        try:
            marks = read_page(path.read_bytes(), path.name, article, path.name.split(".")[1]).marks
        except (NewsdeskError, OSError):
            continue  # the check has said so in its words
        for mark in marks.marks:
            paragraph = marks.para(mark)
            yield Mark(mark.label, mark.exact, "" if paragraph is None else str(paragraph))
