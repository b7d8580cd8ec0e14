"""Feedback, from what was handed in to what nbgrader's exchange hands out."""

from __future__ import annotations

import json
import os
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from feedback_course import EXERCISE, Course, squeezed
from typer.testing import CliRunner

from newsdesk.cli import app
from newsdesk.course import make_course as new_course
from newsdesk.errors import PlaceError
from newsdesk.grading.bank import Entry, entries
from newsdesk.grading.feedback.write import feedback
from newsdesk.grading.grade import Options, grade
from newsdesk.grading.records import read_record
from newsdesk.notebooks import cell_source, read_notebook

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "solutions" / EXERCISE
OPEN = "e06-q7"
ADA, BEN, EVE, BLANK, CUT = "ada", "ben", "eve", "blank", "cut-off"
NOTES = {ADA: "One origin, says Ada: card g.\n\n<b>Page</b> 4 &lt; 5 & AT&T.", BEN: "I would not print it, says Ben."}
SECRETS = {ADA: "5e" * 64, BEN: "be" * 64}  # as nbgrader's exchange puts them beside a submission
MARKUP = "</pre></section><script>alert(1)</script><img src=x onerror=alert(2)>"
EVIL = f"{MARKUP} \x1b[31mred\x1b]0;title\x07 \u202eback\u2066 \x00\x9b1m ünï ok"
TAMED = f"{MARKUP} red back 1m ünï ok"
ELEMENTS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "main",
    "h1",
    "h2",
    "h3",
    "p",
    "section",
    "a",
    "div",
    "pre",
}
ELEMENTS |= {"table", "caption", "thead", "tbody", "tr", "th", "td", "ul", "ol", "li", "strong", "em", "code"}
ELEMENTS |= {"blockquote"}
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")  # nbgrader's own


def filled_in(answers: dict[str, str], note: str) -> dict[str, Any]:
    """Return the exercise with code behind the names of its forms, and a note."""
    book = read_notebook(ROOT / "exercises" / EXERCISE / f"{EXERCISE}.ipynb")
    cells = {cell["metadata"].get("nbgrader", {}).get("grade_id"): cell for cell in book["cells"]}
    for question, code in answers.items():
        cell = cells[f"{question.replace('.', '-')}-answer"]
        cell["source"] = f"{cell_source(cell).split('=')[0]}= {code}"
    cells[OPEN]["source"] = note or cells[OPEN]["source"]
    return book


def of_the_bank(*, is_right: bool) -> dict[str, Entry]:
    """Return the bank's first answer to each question that needs no import, right or wrong."""
    found: dict[str, Entry] = {}
    for entry in entries(SOURCE / "answers.yaml"):
        if entry.is_right == is_right and "pd." not in entry.code and "\n" not in entry.code.strip():
            found.setdefault(entry.question.question_id, entry)
    return found


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Return a course in which five learners handed in exercise 6, graded by ``newsdesk grade``."""
    course = Course(
        new_course(tmp_path_factory.mktemp("feedback") / "course"),
        {ADA: of_the_bank(is_right=True), BEN: of_the_bank(is_right=False)},
    )
    books = {
        who: filled_in({q: e.code.strip() for q, e in given.items()}, NOTES[who]) for who, given in course.given.items()
    }
    books[EVE] = filled_in({"e06.q2": f"3  # {EVIL}", "e06.q6": repr(EVIL)}, f"{EVIL} [click](javascript:alert(3))")
    books[BLANK] = filled_in({}, "")
    for who, book in books.items():
        hand_in(course, who, json.dumps(book).encode())
    hand_in(course, CUT, json.dumps(books[ADA]).encode()[:5000])
    report = grade(course.folder, "e06", Options(say=lambda _: None))
    assert (set(report.graded), set(report.broken)) == (set(books), {CUT})
    return course


def hand_in(course: Course, learner: str, content: bytes) -> None:
    """Put a file where submissions are, with what the exchange adds to it."""
    path = course.submitted(learner)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if learner in SECRETS:
        (path.parent / "timestamp.txt").write_text("2026-11-22 09:15:00.000000 UTC")
        (path.parent / "submission_secret.txt").write_text(SECRETS[learner])


@pytest.fixture
def course(graded: Course, tmp_path: Path) -> Course:
    """Return a copy of the graded course."""
    shutil.copytree(graded.folder, tmp_path / "course")
    return Course(tmp_path / "course", graded.given)


@pytest.mark.parametrize("who", [ADA, BEN])
def test_a_page_holds_the_learners_own(course: Course, who: str):
    """For each question: what was asked, answered and earned, the words of the check, and nothing else."""
    feedback(course.folder, "e06")
    read = course.read(who)
    given = course.given[who]
    record = read_record(course.folder, EXERCISE, who)
    points = sum(entry.points for entry in given.values())
    most = sum(entry.question.points for entry in given.values())
    assert record is not None
    assert (
        f"{points:g} of {most:g} points so far 15 more can be had: a person has still to read question 7."
        in read.text("Your points")
    )
    for question, entry in given.items():
        heading = f"Question {question[-1]}"
        assert read.below(heading) == {"What was asked", "Your answer", "What the check says"}
        assert read.text(heading) == f"{entry.points:g} of {entry.question.points:g} points"
        assert read.text(heading, "Your answer").endswith(f"= {entry.code.strip()}")
        assert (
            read.text(heading, "What the check says")
            == entry.words
            == record.questions[question.replace(".", "-")].words
        )
    assert "four cranes stand still" in read.text("Question 2", "What was asked")
    assert "Write her a note of at most 150 words" in read.text("Question 7", "What was asked")
    assert read.text("Question 7") == "Waits for a person; up to 15 points"
    assert read.texts["Question 7", "Your note"].strip("\n") == NOTES[who]


def test_the_rubric_stands_below_the_note_alone(course: Course):
    """Each criterion with each of its levels and points, at question 7; at no other."""
    feedback(course.folder, "e06", BEN)
    read, rubric = course.read(BEN), yaml.safe_load((SOURCE / "rubric.yaml").read_text(encoding="utf-8"))
    text = read.text("Question 7", "What earns points")
    for name, levels in rubric["criteria"].items():
        assert f"{name.capitalize()} " + " ".join(f"{n} {squeezed(words)}" for n, words in levels.items()) in text
    assert all(squeezed(words) in text for words in rubric["not_required"])
    assert [place for place, third in read.texts if third == "What earns points"] == ["Question 7"]


def test_a_page_holds_nothing_of_others_and_no_key(course: Course):
    """No right answer that was not given, no hint that was not earned, no sentence of the guide, no other learner."""
    feedback(course.folder)
    key = json.loads((course.folder / "exercises" / EXERCISE / "checks.json").read_text(encoding="utf-8"))["questions"]
    looks = {asked["look"] for asked in key.values()}
    guide = re.split(r"\n+|(?<=[.:?]) |\|", (SOURCE / "guide.md").read_text(encoding="utf-8"))
    for who in (ADA, BEN, EVE, BLANK, CUT):
        html, record = course.html(who), read_record(course.folder, EXERCISE, who)
        text = squeezed(" ".join(course.read(who).texts.values()))
        assert record is not None
        earned = {answered.words for answered in record.questions.values()}
        hidden = {entry.code.strip() for entry in entries(SOURCE / "answers.yaml") if len(entry.code) > 10}
        hidden -= {entry.code.strip() for entry in course.given.get(who, {}).values()}
        hidden |= {words["hint"] for asked in key.values() for words in asked["answers"].values()} - earned
        hidden |= {look for look in looks if not any(look in words for words in earned)}
        hidden |= {words.get("misconception", "-----") for asked in key.values() for words in asked["answers"].values()}
        hidden |= {answer for asked in key.values() for answer in asked["answers"]}
        hidden |= {sentence for sentence in map(squeezed, guide) if len(sentence.split()) > 6}
        hidden |= {
            other for other in (ADA, BEN, EVE, BLANK, CUT, str(course.folder), *SECRETS.values()) if other != who
        }
        hidden |= {note for other, note in NOTES.items() if other != who}
        assert len(hidden) > 100
        assert sorted(words for words in hidden if re.search(rf"(?<!\w){re.escape(squeezed(words))}(?!\w)", text)) == []
        assert not re.search(r"https?://|<script|<img|<link|@import|url\(", html.replace("&lt;", "")), who


def test_what_a_learner_wrote_is_text(course: Course):
    """Markup, terminal codes, control and bidi characters in answer and note: shown as harmless text, none at work."""
    feedback(course.folder, "e06")
    for who in (ADA, EVE):
        read, html = course.read(who), course.html(who)
        assert read.elements <= ELEMENTS
        assert not [name for name in read.attributes if name.startswith("on") or name in {"src", "style"}]
        assert re.findall(r"href=\"(?!#question-\d+\")", html) == []
        assert re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", html) == []
    read = course.read(EVE)
    assert read.text("Question 2", "Your answer") == f"origins = 3 # {TAMED}"
    assert read.text("Question 7", "Your note") == f"{TAMED} [click](javascript:alert(3))"
    assert "<script>alert(1)</script>" in read.text("Question 6", "What the check says")  # it says what it read


def test_what_was_left_as_it_was_is_said(course: Course):
    """An untouched form and an untouched note are called so, the note at the top too; it waits for nobody."""
    feedback(course.folder, "e06")
    read = course.read(BLANK)
    assert read.text("Question 2", "Your answer") == (
        "Nothing was filled in here, so there are no points for it. origins = None"
    )
    assert read.text("Question 7", "Your note") == "Nothing was written here, so there are no points for it."
    assert read.text("Question 7") == "0 of 15 points"
    assert "waits for a person" not in read.text("Your points")
    assert "Nothing was written for question 7, which has 15 of these" in read.text("Your points")


def test_a_page_is_headed_by_the_learners_name(course: Course):
    """The roster's names stand beside the id, escaped; who is not on it, or has none there, is called by the id."""
    roster = f"learner_id,first_name,last_name,email\n{ADA},Łucja <b>,O'Neill,\n{CUT},Cut,Off,\n{BEN},,,\n"
    (course.folder / "roster.csv").write_text(roster, encoding="utf-8")
    feedback(course.folder, "e06")
    heads = {who: re.search(r'<p class="whose">(.*)</p>', course.html(who)) for who in (ADA, BEN, EVE, CUT)}
    assert {who: head and head[1] for who, head in heads.items()} == {
        ADA: f"Feedback for Łucja &lt;b&gt; O&#39;Neill ({ADA})",
        BEN: f"Feedback for {BEN}",
        EVE: f"Feedback for {EVE}",
        CUT: f"Feedback for Cut Off ({CUT})",
    }
    (course.folder / "roster.csv").unlink()
    assert feedback(course.folder, "e06")[0].written == [ADA, CUT]


def test_a_broken_submission_gets_a_page_that_helps(course: Course):
    """It says why in plain words, what to do, that nothing is lost; it shows no question and no rubric."""
    (report,) = feedback(course.folder, "e06")
    read = course.read(CUT)
    said = read.text("Your work could not be graded yet")
    assert "The file that you handed in is no notebook, or it was damaged or cut off on the way." in said
    assert "What to do: Open your notebook in JupyterLab" in said
    assert "'newsdesk reset e06'" in said
    assert {place for place, _ in read.texts if place.startswith("Question")} == set()
    assert report.broken == [CUT]
    assert not (course.folder / "autograded" / CUT).exists()


def test_points_and_comments_of_a_person_are_shown(course: Course):
    """For the note, for an answer and in place of a check's points; a comment's Markdown is read, its HTML is not."""
    comments = {
        OPEN: f"Which card **names** it, Ben? {MARKUP}",
        "e06-q1-answer": "Look at B.",
        "e06-q2-answer": "# Yes",
    }
    course.by_hand(BEN, points={OPEN: 9.5, "e06-q2": 2}, comments=comments, late=1.5)
    (report,) = feedback(course.folder, "e06")
    read = course.read(BEN)
    checked = sum(e.points for q, e in course.given[BEN].items() if q != "e06.q2")
    most = sum(e.question.points for e in course.given[BEN].values()) + 15
    assert report.waiting == [ADA, EVE]
    assert read.text("Your points").startswith(f"{checked + 2 + 9.5 - 1.5:g} of {most:g} points Question by question")
    assert "Taken off, because it came late −1.5" in read.text("Your points")
    assert read.text("Question 7") == "9.5 of 15 points"
    assert read.text("Question 7", "Comment") == f"Which card names it, Ben? {MARKUP}"
    assert read.text("Question 1", "Comment") == "Look at B."
    assert read.text("Question 2") == "2 of 2 points A person gave these points."
    assert read.text("Question 2", "Comment") == "Yes"
    assert read.elements <= ELEMENTS
    assert "Comment" not in course.read(ADA).below("Question 1")


def test_a_page_that_stays_the_same_is_left_alone(course: Course, files_in: Callable[[Path], dict[str, bytes]]):
    """A second run writes nothing; a comment to one learner writes that learner's page, and no other."""
    everybody = [ADA, BEN, BLANK, CUT, EVE]
    (first,) = feedback(course.folder)
    before = {path: path.stat().st_mtime_ns for path in (course.folder / "feedback").rglob("*")}
    (second,) = feedback(course.folder)
    assert (first.written, first.unchanged, second.written, second.unchanged) == (everybody, [], [], everybody)
    assert {path: path.stat().st_mtime_ns for path in (course.folder / "feedback").rglob("*")} == before
    course.by_hand(ADA, points={OPEN: 12}, comments={OPEN: "Well kept apart."})
    (third,) = feedback(course.folder)
    assert (third.written, third.waiting) == ([ADA], [BEN, EVE])
    files = set(files_in(course.folder / "feedback"))
    assert {name for name in files if not name.endswith(".txt")} == {
        f"{who}/{EXERCISE}/{EXERCISE}.html" for who in everybody
    }


def test_what_came_later_is_said(course: Course):
    """Not graded yet: no page. Handed in anew: told to the instructor. Broken now: the page says so, points stand."""
    hand_in(course, "new", course.submitted(ADA).read_bytes())
    hand_in(course, ADA, course.submitted(BLANK).read_bytes())
    hand_in(course, BEN, b"")
    (report,) = feedback(course.folder)
    assert (report.missing, report.behind, report.broken) == (["new"], [ADA], [CUT])
    assert f"look at: {ADA}: the page is about what was graded" in str(report)
    assert not course.page("new").exists()
    assert course.read(ADA).texts["Question 7", "Your note"].strip("\n") == NOTES[ADA]
    said = course.read(BEN).text("What you handed in last could not be graded")
    assert said.startswith("The file that you handed in is empty.")
    assert said.endswith("The points below are those of what you handed in before. They stand.")
    assert "Question 1" in {place for place, _ in course.read(BEN).texts}
    other = json.loads(course.submitted(EVE).read_bytes()) | {"cells": []}
    hand_in(course, EVE, json.dumps(other).encode())
    (report,) = feedback(course.folder, "e06", EVE)
    assert (report.missing, report.behind) == ([], [])
    assert "No cell of this exercise" in course.read(EVE).text("What you handed in last could not be graded")
    hand_in(course, CUT, course.submitted(ADA).read_bytes())
    assert feedback(course.folder, "e06", CUT)[0].missing == [CUT]


def test_the_command_prints_a_sum(course: Course, monkeypatch: pytest.MonkeyPatch):
    """How many were written, were as they were, wait; whom the exchange can't serve; 1 where a page is missing."""
    monkeypatch.chdir(course.folder)
    asked = CliRunner().invoke(app, ["feedback"], catch_exceptions=False)
    assert asked.output.splitlines()[1:] == [
        f"{EXERCISE}: 5 written, 0 as they were. 3 wait for a person's points, 1 say why nothing was graded."
    ]
    assert f"release_feedback {EXERCISE} --CourseDirectory.student_id_exclude=blank,cut-off,eve" in asked.output
    assert asked.exit_code == 0
    hand_in(course, "new", b"{}")
    asked = CliRunner().invoke(app, ["feedback", "e06", "--learner", "new"], catch_exceptions=False)
    assert asked.output.startswith("NO page, not graded: new. First: newsdesk grade e06\n")
    assert asked.exit_code == 1


def test_the_command_packs_the_pages_for_moodle(course: Course, monkeypatch: pytest.MonkeyPatch):
    """Each page is in the zip as it is in the course; who is not in the download is listed, and 1 says so."""
    roster = "".join(f"{who},{who.title()},Ødegård,\n" for who in (ADA, BEN, EVE, BLANK, CUT))
    roster = f"learner_id,first_name,last_name,email\n{roster}"
    (course.folder / "roster.csv").write_text(roster, encoding="utf-8")
    folders = {
        who: f"{who.title()} Ødegård_{n}_assignsubmission_file" for n, who in enumerate((ADA, BEN, EVE, CUT), 10)
    }
    with zipfile.ZipFile(course.folder / "download.zip", "w") as archive:
        for folder in folders.values():
            archive.writestr(f"{folder}/{EXERCISE}.ipynb", "{}")
    monkeypatch.chdir(course.folder)
    asked = CliRunner().invoke(app, ["feedback", "e06", "--moodle", "download.zip"], catch_exceptions=False)
    assert asked.exit_code == 1
    assert "with a page, NOT in the zip: blank (Blank Ødegård)." in asked.output
    assert "for-moodle.zip: 4 pages. In Moodle's assignment" in asked.output
    with zipfile.ZipFile(course.folder / "feedback" / f"{EXERCISE}-for-moodle.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            f"{folder}/{EXERCISE}-feedback.html": course.page(who).read_bytes() for who, folder in folders.items()
        }


def test_before_anything_was_graded_it_says_what_to_do(tmp_path: Path):
    """A course without a gradebook is told to grade first, and none is made."""
    folder = new_course(tmp_path / "course")
    with pytest.raises(PlaceError, match="First: newsdesk grade"):
        feedback(folder)
    assert not (folder / "gradebook.db").exists()


@pytest.mark.skipif(os.name == "nt", reason="nbgrader's exchange needs Linux or macOS")
def test_nbgraders_exchange_hands_it_out(course: Course, make_course: Callable[[], Any], tmp_path: Path):
    """The command that is printed releases each page under the name that ``nbgrader fetch_feedback`` looks for."""
    from nbgrader.utils import notebook_hash

    (report,) = feedback(course.folder)
    command = re.search(r"nbgrader (release_feedback .*)", str(report))
    assert command
    exchange = tmp_path / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    shell = replace(make_course(), folder=course.folder)
    shell.run("nbgrader", *command[1].split(), f"--Exchange.root={exchange}")
    released = {path.name: path for path in (exchange / "newsdesk" / "feedback").iterdir()}
    expected = {f"{notebook_hash(secret=secret, notebook_id=EXERCISE)}.html": who for who, secret in SECRETS.items()}
    assert set(released) == set(expected)
    for name, who in expected.items():
        assert released[name].read_bytes() == course.page(who).read_bytes()
        assert released[name].stat().st_mode & 0o777 == 0o644  # learners read it from there
    for folder in ("feedback", f"feedback/{ADA}", f"feedback/{ADA}/{EXERCISE}"):
        assert (course.folder / folder).stat().st_mode & 0o777 == 0o700
    assert (course.page(ADA).parent / "submission_secret.txt").stat().st_mode & 0o777 == 0o600
