"""Three hundred submissions, some of them broken, each in its own way: three hundred results."""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from broken import EXERCISE, QUESTION, WAYS, hand_in_broken, not_as_told, right_answers, said_of, write
from changing import WORDS, take_a_point_off
from courses import NOTE, Released, course_with, times_graded

from newsdesk.grading.bank import Entry
from newsdesk.grading.grade import GradeReport, Options, grade
from newsdesk.grading.gradebook import Book

COUNT = 300
STRANGER = "learner-002"


def run(course: Path, *, learner: str | None = None, everything: bool = False, jobs: int = 2) -> GradeReport:
    """Grade and return the report, with no line printed."""
    given = Options(learner=learner, everything=everything, jobs=jobs, say=lambda _: None)
    return grade(course, "e06", given)


def not_promised(report: GradeReport, given: dict[str, dict[str, Entry]]) -> list[tuple[str, str, object]]:
    """Return which questions of whole submissions got other points or words than the bank's; the gold is not there."""
    wrong: list[tuple[str, str, object]] = []
    for learner, answers in given.items():
        for name, earned in report.graded[learner].questions.items():
            entry = answers.get(name.replace("-", "."))
            if entry is None or "load_gold" in entry.code:
                wrong += [(learner, name, earned)] * (earned.points != 0)
            elif (earned.points, earned.words) != (entry.points, entry.words):
                wrong.append((learner, name, earned))
    return wrong


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="learners' code is confined on Linux only")
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")  # nbgrader's own
def test_three_hundred_submissions_get_three_hundred_results(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Whole ones get the points promised, broken ones their reason; after that only what changed is graded."""
    course, right = tmp_path / "course", right_answers()
    given = course_with(course, EXERCISE, COUNT - len(WAYS))
    broken = hand_in_broken(course, WAYS, right)
    on_roster = [name for name in [*given, *broken] if name != STRANGER and " " not in name]
    lines = [f"{name},First,Last,{name}@example.org" for name in on_roster]
    (course / "roster.csv").write_text("\n".join(["learner_id,first_name,last_name,email", *lines]), encoding="utf-8")

    began = time.monotonic()
    report = run(course)
    seconds = time.monotonic() - began
    assert report.done == COUNT
    assert {*report.graded, *report.broken} == {*given, *broken}
    assert not_promised(report, given) == []
    assert not_as_told(report, broken, right) == []
    assert report.strangers == sorted([STRANGER, *(name for name in broken if " " in name)])
    with Book(course) as book:
        assert book.graded(EXERCISE) == set(report.graded)
        for learner, record in report.graded.items():
            points = book.points(EXERCISE, learner)
            assert {n: points[n]["points"] for n in record.questions} == {
                n: each.points for n, each in record.questions.items()
            }

    again = run(course)
    assert (again.graded, again.broken) == ({}, report.broken)
    assert len(again.unchanged) == len(report.graded)

    write(course / "submitted" / "learner-007" / EXERCISE, Released(EXERCISE).filled_in(right, f"{NOTE} Once more."))
    alone = run(course, jobs=1)
    assert set(alone.graded) == {"learner-007"}
    given["learner-007"] = right
    assert not_promised(alone, {"learner-007": right}) == []
    named = run(course, learner="learner-008", everything=True)
    assert (set(named.graded), named.done) == ({"learner-008"}, 1)

    code = take_a_point_off(course, EXERCISE, QUESTION.replace("-", "."))
    for learner in [name for name, way in broken.items() if way.is_slow]:  # once is enough to wait for
        write(course / "submitted" / learner / EXERCISE, Released(EXERCISE).filled_in({}))
    began = time.monotonic()
    after = run(course)
    asked = QUESTION.replace("-", ".")
    wrong = {learner for learner, answers in given.items() if asked in answers and answers[asked].code == code}
    assert len(wrong) > 1
    assert set(after.graded) == set(report.graded)
    assert set(after.changed) == wrong | {name for name, way in broken.items() if way.is_slow}
    assert {after.graded[learner].questions[QUESTION].words for learner in wrong} == {WORDS}
    assert {before - now for learner, (before, now) in after.changed.items() if learner in wrong} == {1}
    logged = times_graded(course)
    assert set(logged) == set(report.graded)
    assert Counter(logged.values()) == Counter({2: len(logged) - 2, 3: 2})
    with capsys.disabled():
        print(f"\n{COUNT} submissions, {len(broken)} broken in as many ways: {COUNT} results in {seconds:.0f} s; all")
        print(
            f"again after a change of the master: {time.monotonic() - began:.0f} s. What was said of the broken ones:"
        )
        for learner, way in broken.items():
            print(f"  {way.name:18} {said_of(report, learner)[:100]}")
