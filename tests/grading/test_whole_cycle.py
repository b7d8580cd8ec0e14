"""An instructor's whole cycle by the commands that the README gives: from a new course to nbgrader's export."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from courses import NOTE, ROOT, Released, bank_of, run_newsdesk

from newsdesk.grading.bank import Entry

EXERCISE = "e06-where-it-came-from"
OPEN = "e06-q7"
POINTS, COMMENT = 11.0, "Both chains are there; say what stays open in the second."

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),  # nbgrader's own
    pytest.mark.skipif(sys.platform != "linux", reason="learners' code is confined on Linux only"),
]


def table(path: Path, key: str) -> dict[str, dict[str, str]]:
    """Return a CSV's rows by one of its columns."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row[key]: row for row in csv.DictReader(file)}


def give_by_hand(course: Path, learner: str) -> None:
    """Give points and a comment for the open question, as formgrader does."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "newsdesk") as book:
        grade = book.find_grade(OPEN, EXERCISE, EXERCISE, learner)
        grade.manual_score, grade.needs_manual_grade = POINTS, False
        book.find_comment(OPEN, EXERCISE, EXERCISE, learner).manual_comment = COMMENT
        book.db.commit()


@pytest.mark.parametrize(
    "words", [["collect"], ["grade", "e06"], ["feedback"], ["export", "e06"], ["bank", "unknown", "e06"]]
)
def test_the_checkout_is_no_class(words: list[str]):
    """A command run there by mistake says so and makes nothing."""
    before = sorted(path.name for path in ROOT.iterdir())
    status, said = run_newsdesk(ROOT, *words)
    assert status == 1
    assert said.startswith(f"newsdesk: {ROOT} is no course of a class: it has neither roster.csv nor submitted/.")
    assert "newsdesk course new" in said
    assert sorted(path.name for path in ROOT.iterdir()) == before


def test_from_a_new_course_to_the_export(tmp_path: Path):
    """Two learners' work comes in as one zip, is graded, marked, given back and exported; a third one's is damaged."""
    course, released, bank = tmp_path / "my course", Released(EXERCISE), bank_of(EXERCISE)
    answers: dict[str, dict[str, Entry]] = {
        "ana": {question: given[0] for question, given in bank.items()},
        "bo": {question: next(e for e in given if not e.is_right) for question, given in bank.items()},
    }

    assert run_newsdesk(ROOT, "course", "new", str(course))[0] == 0
    roster = "learner_id,first_name,last_name,email\nana,Ana,Lima,ana@example.org\nbo,Bo,Öz,\ncy,Cy,Ng,\n"
    (course / "roster.csv").write_text(roster, encoding="utf-8")

    assert run_newsdesk(course, "release", "e06") == (0, f"exercises/{EXERCISE}\n")
    assert (course / "gradebook.db").is_file()
    with zipfile.ZipFile(tmp_path / "sent.zip", "w") as sent:
        for learner, given in answers.items():
            sent.writestr(f"{learner}/{released.file}", json.dumps(released.filled_in(given, NOTE)))
        whole = json.dumps(released.filled_in(answers["ana"], NOTE))
        sent.writestr(f"cy/{released.file}", whole[: len(whole) // 2])
    status, said = run_newsdesk(course, "collect", str(tmp_path / "sent.zip"))
    assert status == 1
    assert "2 placed" in said
    assert f"NOT placed: sent.zip/cy/{released.file}: not a notebook: damaged, or cut off" in said

    entered = (course / "exercises" / EXERCISE / released.file).stat().st_mtime_ns
    status, said = run_newsdesk(course, "grade")
    assert (course / "exercises" / EXERCISE / released.file).stat().st_mtime_ns == entered  # it was up to date
    most = sum(given[0].question.points for given in bank.values())
    earned = {learner: sum(entry.points for entry in given.values()) for learner, given in answers.items()}
    assert status == 0, said
    for learner, points in earned.items():
        assert f"{learner}: {points:g} of {most:g} points" in said
    assert "2 graded, 0 as they were, 0 not graded" in said
    assert "handed in nothing: 1: cy Cy Ng" in said
    assert run_newsdesk(course, "bank", "unknown", "e06")[1].startswith("0 answers that the bank does not have")

    status, said = run_newsdesk(course, "feedback")
    assert status == 0, said
    page = course / "feedback" / "bo" / EXERCISE / f"{EXERCISE}.html"
    assert COMMENT not in page.read_text(encoding="utf-8")
    give_by_hand(course, "bo")
    status, said = run_newsdesk(course, "feedback", "e06")
    assert status == 0, said
    assert COMMENT in page.read_text(encoding="utf-8")

    status, said = run_newsdesk(course, "grade")  # nothing new: what a person gave stays
    assert status == 0, said
    assert "0 graded, 2 as they were" in said

    status, said = run_newsdesk(course, "export", "e06")
    assert (status, said) == (0, "points-e06.csv: 1 done, 1 handed in nothing, 1 waits for a person.\n")
    ours = table(course / "points-e06.csv", "learner_id")
    assert {name: (row["points"], row["state"]) for name, row in ours.items()} == {
        "ana": (f"{earned['ana']:g}", "waits for a person"),
        "bo": (f"{earned['bo'] + POINTS:g}", "done"),
        "cy": ("", "handed in nothing"),
    }

    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "export"], cwd=course, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    rows = table(course / "grades.csv", "student_id")
    assert {name: row["last_name"] for name, row in rows.items()} == {"ana": "Lima", "bo": "Öz", "cy": "Ng"}
    assert float(rows["ana"]["raw_score"]) == earned["ana"]
    assert float(rows["bo"]["raw_score"]) == earned["bo"] + POINTS
    assert float(rows["cy"]["raw_score"]) == 0  # nbgrader's word for nothing handed in
    assert rows["ana"]["assignment"] == EXERCISE
