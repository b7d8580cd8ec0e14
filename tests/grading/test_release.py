"""exercises/ is what a release gives, by our command and by nbgrader's own, and nothing that learners must not get."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from newsdesk.answers import to_json
from newsdesk.checks import FORMAT
from newsdesk.grading.bank import LEAST, Entry, answer_of, entries, read_bank
from newsdesk.grading.release import check_banks
from newsdesk.notebooks import cell_source, read_notebook

ROOT = Path(__file__).parents[2]
EXERCISES = sorted(path.parent.name for path in ROOT.glob("solutions/e*/answers.yaml"))
BANKS = [*(ROOT / "solutions" / name / "answers.yaml" for name in EXERCISES), ROOT / "solutions" / "lessons.yaml"]
HEADING = re.compile(r"^### Question (\d+) \((\d+) points?(, read by a person)?\)$", re.M)
SOLUTION = re.compile(r"BEGIN SOLUTION\n(.*?)\n[^\n]*END SOLUTION", re.S)
IN_WORDS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine"}


@pytest.fixture(params=EXERCISES)
def exercise(request: pytest.FixtureRequest) -> str:
    """One exercise after the other."""
    return request.param


def source_of(exercise: str) -> Path:
    """Return the folder of an exercise's source."""
    return ROOT / "solutions" / exercise


def released(exercise: str) -> str:
    """Return all text of the files that learners get, with each run of space as one."""
    folder = ROOT / "exercises" / exercise
    notebook = folder / f"{exercise}.ipynb"
    texts = [cell_source(cell) for cell in read_notebook(notebook)["cells"]]
    checks = json.loads((folder / "checks.json").read_text(encoding="utf-8"))
    return squeezed("\n".join([*texts, *strings_in(checks), notebook.read_text(encoding="utf-8")]))


def squeezed(text: str) -> str:
    """Return a text with each run of space as one, and one kind of quotation mark."""
    return " ".join(text.replace("'", '"').split())


def strings_in(value: Any) -> Iterator[str]:
    """Yield every text inside a value of JSON or YAML; names are texts too."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from (str(name), *strings_in(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from strings_in(inner)
    else:
        yield str(value)


def cells_by_grade_id(path: Path) -> dict[str, dict[str, Any]]:
    """Return nbgrader's cells of a notebook."""
    cells = read_notebook(path)["cells"]
    return {cell["metadata"]["nbgrader"]["grade_id"]: cell for cell in cells if "nbgrader" in cell["metadata"]}


def test_there_are_exercises():
    """At least one exercise has a source."""
    assert EXERCISES


def test_exercises_hold_the_list_and_nothing_else(files_in: Callable[[Path], dict[str, bytes]]):
    """Each exercise is a notebook of its folder's name and checks.json."""
    assert set(files_in(ROOT / "exercises")) == {
        f"{name}/{file}" for name in EXERCISES for file in (f"{name}.ipynb", "checks.json")
    }


@pytest.mark.slow
def test_our_release_gives_the_committed_files_twice(
    make_course: Callable[[], Any], files_in: Callable[[Path], dict[str, bytes]]
):
    """``newsdesk release`` makes exercises/ byte for byte, from nothing and once more over it."""
    course = make_course()
    committed = files_in(ROOT / "exercises")
    sources = files_in(ROOT / "solutions") | {"key": (ROOT / "notebooks" / "checks.json").read_bytes()}
    for _ in range(2):
        course.run("newsdesk", "release")
        assert files_in(course.folder / "exercises") == committed
        now = files_in(course.folder / "solutions")
        assert now | {"key": (course.folder / "notebooks" / "checks.json").read_bytes()} == sources


def test_nbgraders_own_release_gives_the_committed_files(
    make_course: Callable[[], Any], files_in: Callable[[Path], dict[str, bytes]], exercise: str
):
    """``nbgrader generate_assignment`` under the committed configuration makes the same bytes."""
    course = make_course()
    course.run("nbgrader", "generate_assignment", exercise)
    assert files_in(course.folder / "exercises" / exercise) == files_in(ROOT / "exercises" / exercise)


def test_no_solution_is_released(exercise: str):
    """What stands between the solution marks, and the note of the open question, stays with the source."""
    text, seen = released(exercise), 0
    assert "BEGIN SOLUTION" not in text
    assert "END SOLUTION" not in text
    for name, cell in cells_by_grade_id(source_of(exercise) / f"{exercise}.ipynb").items():
        if cell["metadata"]["nbgrader"]["solution"]:
            is_code = cell["cell_type"] == "code"
            found = SOLUTION.findall(cell_source(cell)) if is_code else re.split(r"\n+|(?<=[.:]) ", cell_source(cell))
            assert found, f"{name} has no solution"
            for solution in filter(None, map(squeezed, found)):
                seen += 1
                assert solution not in text, f"{name}: {solution}"
    assert seen > len(read_bank(source_of(exercise) / "answers.yaml"))


def test_no_code_of_the_bank_is_released(exercise: str):
    """No answer of the bank stands in the exercise, neither by itself nor in its answer cell."""
    text = released(exercise)
    cells = cells_by_grade_id(ROOT / "exercises" / exercise / f"{exercise}.ipynb")
    for entry in entries(source_of(exercise) / "answers.yaml"):
        code = squeezed(entry.code)
        answer_cell = squeezed(cell_source(cells[entry.question.question_id.replace(".", "-") + "-answer"]))
        assert not answer_cell.endswith(f"= {code}"), entry.place
        if len(code) > 10:  # "a" or 2019 may stand anywhere
            assert code not in text, entry.place


def test_no_rubric_and_no_guide_is_released(exercise: str):
    """No line of the rubric or of the guide, and no sentence of it, stands in the exercise."""
    text = released(exercise)
    rubric = yaml.safe_load((source_of(exercise) / "rubric.yaml").read_text(encoding="utf-8"))
    guide = (source_of(exercise) / "guide.md").read_text(encoding="utf-8")
    pieces = [*strings_in(rubric), *re.split(r"\n+|(?<=[.:?]) |\|", guide)]
    long = [piece for piece in map(squeezed, pieces) if len(piece.split()) > 4]
    assert len(long) > 20
    assert [piece for piece in long if piece in text] == []


def test_the_key_holds_hashes_hints_and_points_alone(exercise: str):
    """checks.json names no answer: each stands as a hash with its points, its words and its misconception."""
    book = json.loads((ROOT / "exercises" / exercise / "checks.json").read_text(encoding="utf-8"))
    assert set(book) == {"format", "questions"}
    assert book["format"] == FORMAT
    how_read = {"kind", "points", "look", "decimals", "has_case", "choices", "columns", "has_order", "may_be_empty"}
    how_read |= {"article", "text", "labels", "attributes", "places"}
    for name, asked in book["questions"].items():
        assert set(asked) <= how_read | {"probes", "answers"}, name
        for key, known in asked["answers"].items():
            assert re.fullmatch("[0-9a-f]{64}", key), name
            assert set(known) <= {"points", "hint", "misconception"}, name
            assert 0 <= known["points"] <= asked["points"], name


def test_no_words_in_the_key_give_the_answer_away(exercise: str):
    """Whoever opens checks.json in an editor finds no right answer in its words: no number, no letter, no spelt one."""
    bank = source_of(exercise) / "answers.yaml"
    key = json.loads((ROOT / "exercises" / exercise / "checks.json").read_text(encoding="utf-8"))["questions"]
    right = {e.question.question_id: answer_of(e) for e in entries(bank) if e.is_right}
    told = [
        f"{name}: {words}"
        for name, form in right.items()
        for words in [key[name]["look"], *(known["hint"] for known in key[name]["answers"].values())]
        if tells(words, form)
    ]
    assert told == []


def tells(words: str, form: Any) -> bool:
    """Say whether every part of an answer stands in a text: a number in digits or spelt out, a text in quotes."""
    if isinstance(form, dict):
        return all(f'"{part}"' in words for part in form.values())
    parts = form if isinstance(form, list) else [form]
    sought = [[f'"{p}"'] if isinstance(p, str) else [str(p), IN_WORDS.get(p, str(p))] for p in parts]
    return all(any(re.search(rf"(?<![\w-]){re.escape(f)}(?![\w-])", words, re.I) for f in forms) for forms in sought)


def test_headings_cells_and_bank_agree(exercise: str):
    """Each question has one heading, one answer cell, one check cell or a person, and the same points everywhere."""
    path = ROOT / "exercises" / exercise / f"{exercise}.ipynb"
    short = exercise[:3]
    bank = read_bank(source_of(exercise) / "answers.yaml")
    rubric = yaml.safe_load((source_of(exercise) / "rubric.yaml").read_text(encoding="utf-8"))
    promised = {name: float(asked["points"]) for name, asked in bank.items()}
    promised[rubric["question"]] = float(rubric["points"])
    prose = "\n".join(cell_source(c) for c in read_notebook(path)["cells"] if c["cell_type"] == "markdown")
    headings = {f"{short}.q{number}": float(points) for number, points, _ in HEADING.findall(prose)}
    assert headings == promised
    assert {f"{short}.q{n}" for n, _, person in HEADING.findall(prose) if person} == {rubric["question"]}
    cells = cells_by_grade_id(path)
    graded = {name: cell for name, cell in cells.items() if cell["metadata"]["nbgrader"]["grade"]}
    assert {n.replace("-", "."): float(c["metadata"]["nbgrader"]["points"]) for n, c in graded.items()} == promised
    for name in bank:
        grade_id = name.replace(".", "-")
        assert re.fullmatch(rf'nd\.check\("{name}", \w+\)', cell_source(cells[grade_id]))
        assert f"{grade_id}-answer" in cells


def test_a_rubrics_points_are_those_of_its_criteria(exercise: str):
    """The highest scores of all criteria add up to the points of the open question."""
    rubric = yaml.safe_load((source_of(exercise) / "rubric.yaml").read_text(encoding="utf-8"))
    assert sum(max(scores) for scores in rubric["criteria"].values()) == rubric["points"]


def test_every_bank_check_finds_nothing(capsys: pytest.CaptureFixture[str]):
    """``newsdesk bank check`` finds each answer's points and words as promised; the totals are printed."""
    found = list(check_banks(ROOT))
    assert {name: wrong for name, _, wrong in found if wrong} == {}
    assert {name for name, _, _ in found} == {*(name[:3] for name in EXERCISES), "lessons"}
    with capsys.disabled():
        print("\nbank check: " + ", ".join(f"{name} {count} answers" for name, count, _ in found))


@pytest.mark.parametrize("bank", BANKS, ids=lambda path: path.parent.name + "-" + path.stem)
def test_every_question_has_right_and_wrong_answers(bank: Path):
    """Three right answers or more, and three wrong ones that are not each other."""
    by_question: dict[str, list[Entry]] = {}
    for entry in entries(bank):
        by_question.setdefault(entry.question.question_id, []).append(entry)
    for name, given in by_question.items():
        assert sum(e.is_right for e in given) >= LEAST, name
        assert len({to_json(answer_of(e)) for e in given if not e.is_right}) >= LEAST, name


def test_each_question_in_a_lesson_has_a_check_cell():
    """What the bank of the lessons asks, and what lessons check, are the same questions."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("notebooks/*.ipynb")))
    assert set(re.findall(r'nd\.check\(\\"(l\d\d\.c\d+)', text)) == set(read_bank(BANKS[-1]))
