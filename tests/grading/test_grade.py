"""``newsdesk grade``: the points promised, what a person gave stays, and nothing is graded that need not be."""

from __future__ import annotations

import csv
import shutil
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from broken import EXERCISE, FILE, QUESTION, WAYS, Way, hand_in_broken, not_as_told, right_answers, write
from changing import WORDS, take_a_point_off
from courses import EXERCISES, NOTE, Released, bank_of, by_grade_id, course_with, times_graded

from newsdesk.checks import Verdict
from newsdesk.errors import NotFoundError, PlaceError
from newsdesk.grading import grade as module
from newsdesk.grading.exporting import ABSENT, BROKEN, DONE, NOT_YET, WAITS, export_points
from newsdesk.grading.grade import GradeReport, Options, grade
from newsdesk.grading.gradebook import Book
from newsdesk.grading.rebuilding import Master, Rebuilt
from newsdesk.grading.records import read_record
from newsdesk.grading.submissions import Submission
from newsdesk.grading.unknown import unknown_answers
from newsdesk.notebooks import read_notebook
from newsdesk.sandbox.running import close_warm, warm_up

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),  # nbgrader's own
    pytest.mark.skipif(sys.platform != "linux", reason="learners' code is confined on Linux only"),
]
Run = Callable[..., GradeReport]
Graded = tuple[Path, GradeReport]


@pytest.fixture(scope="module")
def warm() -> Iterator[Executor]:
    """Two warm interpreters for all tests here."""
    with ThreadPoolExecutor(2, initializer=warm_up) as pool:
        yield pool
    close_warm()


@pytest.fixture
def run(tmp_path: Path, warm: Executor) -> Run:
    """Return a function that grades an exercise of the course in ``tmp_path / "course"``, given options by name."""

    def run_it(exercise: str = "e06", **options: Any) -> GradeReport:
        given = Options(**{"executor": warm, "jobs": 2, "say": lambda _: None} | options)
        return grade(tmp_path / "course", exercise, given)

    return run_it


@pytest.fixture(scope="module")
def graded_once(tmp_path_factory: pytest.TempPathFactory, warm: Executor) -> Graded:
    """A course of four submissions that were graded, and the report of it."""
    course = tmp_path_factory.mktemp("graded") / "course"
    course_with(course, EXERCISE, 4)
    return course, grade(course, "e06", Options(executor=warm, jobs=2, say=lambda _: None))


@pytest.fixture
def graded(tmp_path: Path, graded_once: Graded) -> Graded:
    """A copy of that course, for one test, and the report."""
    course, report = graded_once
    return shutil.copytree(course, tmp_path / "course"), report


QUICK = {"e01-reading-a-story", EXERCISE}
BANKS = [pytest.param(name, marks=[] if name in QUICK else pytest.mark.slow) for name in EXERCISES]


@pytest.mark.parametrize("exercise", BANKS)
def test_every_answer_of_every_bank_gets_what_is_promised(tmp_path: Path, run: Run, exercise: str):
    """Points and words of each answer are those of the bank, in the record, the gradebook and the graded notebook.

    The gold is no part of the sandbox: an answer that reads it is not read.
    """
    course, bank = tmp_path / "course", bank_of(exercise)
    given = course_with(course, exercise)
    report = run(exercise[:3])
    assert (set(report.graded), report.broken) == (set(given), {})
    count, wrong = 0, []
    with Book(course) as book:
        for learner, answers in given.items():
            record = read_record(course, exercise, learner)
            assert record == report.graded[learner]
            points = book.points(exercise, learner)
            cells = by_grade_id(read_notebook(course / "autograded" / learner / exercise / f"{exercise}.ipynb"))
            for question in bank:
                name, entry = question.replace(".", "-"), answers.get(question)
                earned = record.questions[name]
                assert points[name]["points"] == earned.points
                shown = Verdict(earned.points, earned.most, earned.words)._repr_mimebundle_()
                assert cells[name]["outputs"][0]["data"] == shown
                if entry is None or "load_gold" in entry.code:
                    wrong += [(learner, name, earned)] * (earned.points != 0)
                    continue
                count += 1
                promised = (entry.points, entry.question.points, entry.words)
                wrong += [] if (earned.points, earned.most, earned.words) == promised else [(entry.place, earned)]
            open_questions = set(points) - {question.replace(".", "-") for question in bank}
            assert open_questions
            assert {points[name]["points"] for name in open_questions} == {None}  # they wait for a person
    assert wrong == []
    assert count == sum("load_gold" not in entry.code for answers in bank.values() for entry in answers)


def test_only_what_changed_is_graded(graded: Graded, run: Run):
    """A second run grades none; a changed submission is graded alone, and so is one learner who is named."""
    course, first = graded
    given = {f"learner-{number:03}" for number in range(1, 5)}
    assert (set(first.graded), first.changed) == (given, {})
    again = run()
    assert (again.graded, again.unchanged) == ({}, sorted(given))
    write(course / "submitted" / "learner-002" / EXERCISE, Released(EXERCISE).filled_in({}, NOTE))
    third = run()
    assert set(third.graded) == {"learner-002"}
    before, now = first.graded["learner-002"].points, third.graded["learner-002"].points
    assert before != now
    assert third.changed == {"learner-002": (before, now)}
    assert f"points changed: learner-002: {before:g}, now {now:g}" in str(third)
    named = run(learner="learner-003", everything=True)
    assert (set(named.graded), named.unchanged) == ({"learner-003"}, [])
    assert times_graded(course) == {"learner-001": 1, "learner-002": 2, "learner-003": 2, "learner-004": 1}
    assert set(run(everything=True).graded) == given
    with pytest.raises(NotFoundError, match="learner-009"):
        run(learner="learner-009")


def test_a_changed_master_grades_all_again_and_tells_whose_points_changed(graded: Graded, run: Run):
    """A hint and points changed in the course's own bank reach notebook, record and gradebook."""
    course, before = graded[0], graded[1].graded
    take_a_point_off(course, EXERCISE, QUESTION.replace("-", "."))
    after = run()
    assert set(after.graded) == set(before)
    assert {name: before[name].points - after.graded[name].points for name in before} == {
        learner: float(learner == GAVE_IT) for learner in before
    }
    assert after.changed == {GAVE_IT: (before[GAVE_IT].points, before[GAVE_IT].points - 1)}
    earned = after.graded[GAVE_IT].questions[QUESTION]
    assert (earned.points, earned.words) == (1, WORDS)
    with Book(course) as book:
        assert book.points(EXERCISE, GAVE_IT)[QUESTION]["points"] == 1
    assert run().graded == {}


GAVE_IT = "learner-004"  # the first wrong answer to the first question, after three right ones


BY_HAND = {"e06-q2": 1.25, "e06-q7": 11.5}
COMMENT = "Say who the source is."


def mark_by_hand(course: Path, learner: str) -> None:
    """Give points to a learner's second answer and note, and a comment, as formgrader does."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "newsdesk") as book:
        for name, marks in BY_HAND.items():
            grade_of = book.find_grade(name, EXERCISE, EXERCISE, learner)
            grade_of.manual_score, grade_of.needs_manual_grade = marks, False
        book.find_comment("e06-q7", EXERCISE, EXERCISE, learner).manual_comment = COMMENT
        book.db.commit()


def test_what_a_person_gave_stays(graded: Graded, run: Run):
    """Marks and comments made by hand are there after a re-grade, and formgrader does not ask for them again."""
    course, learner = graded[0], "learner-001"
    mark_by_hand(course, learner)
    report = run(everything=True)
    assert (len(report.graded), report.asked_anew) == (4, {})
    with Book(course) as book:
        points = book.points(EXERCISE, learner)
        other = book.points(EXERCISE, "learner-002")
        assert book.marked(EXERCISE, learner) == set(BY_HAND)
    assert {name: about["points"] for name, about in points.items() if about["by_hand"]} == BY_HAND
    assert points["e06-q7"]["comment"] == COMMENT
    assert not any(about["by_hand"] for about in other.values())


def test_points_for_another_answer_are_asked_for_anew(graded: Graded, run: Run):
    """Where somebody hands in another note than the one that was marked, that is said until it is marked again.

    The points stay in the gradebook, nothing of them or of the comment is shown as being about the new note.
    """
    course, learner = graded[0], "learner-001"
    mark_by_hand(course, learner)
    kept = read_notebook(course / "submitted" / learner / EXERCISE / FILE)
    note = next(c for c in kept["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == "e06-q7")
    note["source"] = "Another note."
    write(course / "submitted" / learner / EXERCISE, kept)
    report = run()
    assert report.asked_anew == {learner: ["e06-q7"]}
    assert f"look at: {learner}: the answer to e06-q7 is another one than you marked" in str(report)
    assert run(everything=True).asked_anew == {learner: ["e06-q7"]}  # as it is, but still not marked
    with Book(course) as book:
        points = book.points(EXERCISE, learner)
        assert book.comments(EXERCISE, learner) == {}
    assert (points["e06-q7"]["points"], points["e06-q7"]["comment"]) == (None, None)
    assert points["e06-q2"]["points"] == BY_HAND["e06-q2"]
    mark_by_hand(course, learner)
    assert run(everything=True).asked_anew == {}
    with Book(course) as book:
        assert book.points(EXERCISE, learner)["e06-q7"]["points"] == BY_HAND["e06-q7"]
        assert book.comments(EXERCISE, learner) == {"e06-q7": COMMENT}


def test_what_needs_an_eye_is_said(graded: Graded, run: Run):
    """An answer cell that stopped, what waits for a person, who handed in nothing, how many answers are unknown."""
    course, lines = graded[0], []
    (course / "roster.csv").write_text(
        "learner_id,first_name,last_name,email\nlearner-001,Ada,Okoro,\nlearner-009,Bo,Li,\n", encoding="utf-8"
    )
    folder = course / "submitted" / "learner-001" / EXERCISE
    book = read_notebook(folder / FILE)
    cells = by_grade_id(book)
    cells["e06-q1-answer"]["source"] = "exit()"
    cells["e06-q3-answer"]["source"] = "raise ValueError('x\\n\\npoints changed: learner-002: 3, now 15')"
    cells["e06-q2-answer"]["source"] = "origins = 41"
    write(folder, book)
    report = run(say=lines.append)
    told = str(report)
    assert "look at: learner-001: e06-q1-answer: it stopped with SystemExit" in told
    assert not [line for line in told.splitlines() if line.startswith("points changed: learner-002")]
    assert "handed in nothing: 1: learner-009 Bo Li" in told
    assert report.graded["learner-001"].questions["e06-q2"].unknown == "41"
    assert "answers that the bank does not know: 1. See them: newsdesk bank unknown e06" in told
    assert [line.endswith(" points, 15 more wait for a person") for line in lines] == [True]
    assert [str(each) for each in unknown_answers(course, "e06")] == ["e06-q2: 41 (learner-001)"]
    assert run(learner="learner-001").absent == []
    with pytest.raises(NotFoundError, match="e77"):
        unknown_answers(course, "e77")


def test_points_are_exported_with_their_state(graded: Graded, run: Run):
    """No line reads as points where there are none: a blank and the reason; a comma in a name breaks nothing."""
    course, first = graded
    who = {"learner-001": "Okoro, Jr", "learner-003": "=1+1", "learner-009": "Li"}
    lines = ["learner_id,first_name,last_name,email", *(f'{name},Ada,"{last}",' for name, last in who.items())]
    (course / "roster.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    mark_by_hand(course, "learner-001")
    write(course / "submitted" / "learner-010" / EXERCISE, "no notebook")
    write(course / "submitted" / "learner-011" / EXERCISE, Released(EXERCISE).filled_in({}))
    write(course / "submitted" / "no learner\udcff" / EXERCISE, "no notebook")
    run(learner="learner-010")
    exported = export_points(course, "e06")
    with exported.path.open(encoding="utf-8", newline="") as file:
        table = {row["learner_id"]: row for row in csv.DictReader(file)}
    assert {name: row["state"] for name, row in table.items()} == {
        "learner-001": DONE,
        "learner-002": WAITS,
        "learner-003": WAITS,
        "learner-004": WAITS,
        "learner-009": ABSENT,
        "learner-010": BROKEN,
        "learner-011": NOT_YET,
    }
    assert [name for name, row in table.items() if row["points"]] == [f"learner-00{n}" for n in range(1, 5)]
    checked = first.graded["learner-001"]
    rest = checked.points - checked.questions["e06-q2"].points
    assert float(table["learner-001"]["points"]) == rest + sum(BY_HAND.values())
    assert float(table["learner-002"]["points"]) == first.graded["learner-002"].points
    assert (table["learner-001"]["last_name"], table["learner-001"]["most"]) == ("Okoro, Jr", "30")
    assert table["learner-003"]["last_name"] == "'=1+1"  # no formula
    assert str(exported) == (
        "points-e06.csv: 1 could not be graded, 1 done, 1 handed in nothing, 1 not graded yet, 3 waits for a person."
    )
    with pytest.raises(NotFoundError, match="e77"):
        export_points(course, "e77")


def test_names_and_times_reach_the_gradebook(tmp_path: Path, run: Run):
    """The roster's names are entered, who is not on it is graded and named, and the time of handing in is kept."""
    from nbgrader.api import Gradebook

    course = tmp_path / "course"
    course_with(course, EXERCISE, 2)
    (course / "roster.csv").write_text(
        "learner_id,first_name,last_name,email\nlearner-001,Ada,Okoro,a@example.org\nabsent,Bo,Li,\n",
        encoding="utf-8",
    )
    folder = course / "submitted" / "learner-001" / EXERCISE
    (folder / "timestamp.txt").write_text("2026-10-31 09:30:00 UTC\n", encoding="utf-8")
    report = run()
    assert report.strangers == ["learner-002"]
    assert "not in roster.csv, and graded: learner-002" in str(report)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "newsdesk") as book:
        names = {each.id: (each.first_name, each.last_name, each.email) for each in book.students}
        when = {each.student.id: each.timestamp for each in book.assignment_submissions(EXERCISE)}
    assert names == {
        "learner-001": ("Ada", "Okoro", "a@example.org"),
        "absent": ("Bo", "Li", None),
        "learner-002": (None, None, None),
    }
    assert when == {"learner-001": datetime(2026, 10, 31, 9, 30, tzinfo=UTC).replace(tzinfo=None), "learner-002": None}
    kept = course / "autograded" / "learner-001" / EXERCISE / "timestamp.txt"
    assert kept.read_text(encoding="utf-8") == "2026-10-31 09:30:00 UTC\n"


def test_what_is_broken_is_said_in_words_and_harms_nobody(tmp_path: Path, run: Run):
    """Each way to be broken has its own reason and costs what it must; the submission beside it has its points."""
    course, right = tmp_path / "course", right_answers()
    course_with(course, EXERCISE, 1)
    broken = hand_in_broken(course, [way for way in WAYS if not way.is_slow], right)
    report = run()
    assert not_as_told(report, broken, right) == []
    assert not_as_told(report, {"learner-001": Way("whole", write, "nothing", ())}, right) == []
    again = run()
    assert (again.graded, again.broken) == ({}, report.broken)


def test_a_broken_submission_after_a_whole_one_leaves_its_points(graded: Graded, run: Run):
    """What was earned stands, and the reason says so."""
    course, before = graded[0], graded[1].graded["learner-001"]
    (course / "submitted" / "learner-001" / EXERCISE / FILE).write_bytes(b"")
    report = run()
    assert report.broken == {"learner-001": "the file is empty; the points of the submission before it stand"}
    assert read_record(course, EXERCISE, "learner-001") == before


def test_a_run_that_was_killed_between_two_renamings_is_mended(graded: Graded, run: Run):
    """The graded folder that was moved aside comes back, and half written ones go, without any grading."""
    course = graded[0]
    first, second = (course / "autograded" / f"learner-00{n}" for n in (1, 2))
    whole = sorted(path.relative_to(first) for path in first.rglob("*"))
    (first / EXERCISE).rename(first / f".{EXERCISE}.old")
    shutil.copytree(second / EXERCISE, second / f".{EXERCISE}.part")
    (course / "marks" / EXERCISE / ".learner-002.json.abc.part").write_text("{")
    assert run().graded == {}
    assert sorted(path.relative_to(first) for path in first.rglob("*")) == whole
    assert [path.name for path in second.iterdir()] == [EXERCISE]
    assert list((course / "marks" / EXERCISE).glob(".*")) == []


def test_a_second_run_at_the_same_time_is_refused(graded: Graded, run: Run, monkeypatch: pytest.MonkeyPatch):
    """One writer to the gradebook."""
    real, refused = module._grade, []

    def meanwhile(*arguments: Any) -> None:
        monkeypatch.setattr(module, "_grade", real)
        with pytest.raises(PlaceError, match=f"Another 'newsdesk grade' is at work in {graded[0]}"):
            run()
        refused.append(True)
        real(*arguments)

    monkeypatch.setattr(module, "_grade", meanwhile)
    assert len(run().unchanged) == len(graded[1].graded)
    assert refused == [True]


def test_marks_in_files_count_as_what_was_marked():
    """Other marks handed in are another answer to the question that asks for marks, and to no other."""
    cells = [
        {"source": source, "metadata": {"nbgrader": {"grade_id": name}}}
        for name, source in (
            ("e02-q1-answer", "pencil"),
            ("e02-q1", "check"),
            ("e02-q2", "check"),
            ("e02-q7", "a note"),
        )
    ]
    asked = {"e02-q1": ("e02.q1", "pencil"), "e02-q2": ("e02.q2", "number")}
    checks = {"e02.q1": {"kind": "annotation"}, "e02.q2": {"kind": "number"}}
    master = Master("e02-small", {}, checks, asked, "")
    first, second = (
        module._answers(Submission("ana", [], {"annotations/a.jsonld": content}, "", "", []), Rebuilt(cells), master)
        for content in ("one mark", "two marks")
    )
    assert {name for name in first if first[name] != second[name]} == {"e02-q1"}
