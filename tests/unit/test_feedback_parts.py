"""feedback.parts: the questions of an exercise, and what was marked for one."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

import newsdesk as nd
from newsdesk.annotation.values import marks_in
from newsdesk.annotation.w3c import dump_page
from newsdesk.articles import own_article
from newsdesk.errors import DataError
from newsdesk.grading.feedback.page import Mark, render
from newsdesk.grading.feedback.page import Page as FeedbackPage
from newsdesk.grading.feedback.parts import Graded, Parts, questions_of, read_rubric, title_of
from newsdesk.grading.rebuilding import Master, read_master
from newsdesk.grading.records import Answered, Record
from newsdesk.notebooks import cell_source

ROOT = Path(__file__).parents[2]
EXERCISES = sorted(path.parent.name for path in ROOT.glob("solutions/e*/answers.yaml"))
PENCIL = "e03-what-is-claimed"


@pytest.fixture(params=EXERCISES)
def master(request: pytest.FixtureRequest) -> Master:
    """One released exercise after the other."""
    return read_master(ROOT, request.param)


def test_every_question_is_found_with_its_text(master: Master):
    """Number, check cell, answer cell and text belong together; text is the notebook's own, without its heading."""
    prose = "\n".join(cell_source(c) for c in master.notebook["cells"] if c["cell_type"] == "markdown")
    numbers = re.findall(r"^#+ Question (\d+) ", prose, re.MULTILINE)
    found = questions_of(master)
    assert [asked.number for asked in found] == numbers
    for asked in found:
        assert asked.grade_id == f"{master.name[:3]}-q{asked.number}"
        assert asked.answers == ((asked.grade_id,) if asked.is_note else (f"{asked.grade_id}-answer",))
        assert len(asked.text) > 30
        assert not re.search(r"^#", asked.text, re.MULTILINE)
        assert all(piece in prose for piece in asked.text.split("\n\n"))
    assert sum(asked.is_note for asked in found) == 1
    assert title_of(master).startswith(f"Exercise {int(master.name[1:3])} ")


def test_every_rubric_belongs_to_the_note(master: Master):
    """It is found for the question that a person reads, with its criteria."""
    found = read_rubric(ROOT / "solutions" / master.name)
    assert found is not None
    question, rubric = found
    assert question.replace(".", "-") in {asked.grade_id for asked in questions_of(master) if asked.is_note}
    assert set(rubric.criteria) == {"evidence", "attribution", "uncertainty", "fairness", "clarity"}
    assert all(list(levels) == [0, 1, 2, 3] for levels in rubric.criteria.values())


def test_every_exercise_becomes_a_page(master: Master):
    """Left as it was, each gives a page that says so for every question but those for the pencil."""
    page = FeedbackPage("ada", title_of(master), parts=Parts(master, ROOT / "solutions" / master.name).of(left(master)))
    kinds = [master.checks[master.asked[a.grade_id][0]]["kind"] for a in questions_of(master) if not a.is_note]
    html = render(page).decode()
    assert html.count("Nothing was filled in here, so there are no") == len(page.parts) - kinds.count("annotation") - 1
    assert html.count("Nothing was written here, so there are no points for it.") == 1
    assert html.count("No file with marks") == kinds.count("annotation")
    assert html.count("details") == 0


def test_an_empty_note_is_named_where_the_points_are():
    """What the note has of the points is said at once, and what the others have; no word of it where it was written."""
    master = read_master(ROOT, PENCIL)
    given = left(master)
    points = given.points | {"e03-q1": {"points": 1.0, "most": 1.0, "by_hand": False}}
    parts = Parts(master, ROOT / "solutions" / PENCIL).of(replace(given, points=points))
    html = render(FeedbackPage("ada", "E", parts=parts)).decode()
    begins = 'Nothing was written for <a href="#question-7">question 7</a>'
    assert f"{begins}, which has 1 of these 7 points.\nThe other questions have 1 of 6 points.\n</p>" in html
    for number, words in (("e03-q7", "Two speakers."), ("e03-q1", "claim = 1")):
        written = replace(given, points=points, sources=dict(given.sources) | {number: words})
        html = render(FeedbackPage("ada", "E", parts=Parts(master, ROOT / "solutions" / PENCIL).of(written))).decode()
        assert (begins in html) == (number != "e03-q7")


def test_a_blank_answer_that_has_points_is_not_said_to_have_none():
    """A person may have given them, or what was released is right."""
    master = read_master(ROOT, PENCIL)
    given = left(master)
    points = {name: about | {"points": 0.5} for name, about in given.points.items()}
    html = render(
        FeedbackPage("ada", "E", parts=Parts(master, ROOT / "solutions" / PENCIL).of(replace(given, points=points)))
    ).decode()
    assert "Nothing was filled in here.</p>" in html
    assert "no points for it" not in html
    assert "Nothing was written for" not in html


@pytest.mark.parametrize("name", ["e03-q2-answer", "e03-q7"])
def test_a_cell_that_was_missing_is_called_so_at_its_question(name: str):
    """It is said at its own question and at no other, in place of the word that nothing was filled in."""
    master = read_master(ROOT, PENCIL)
    given = left(master)
    record = replace(
        given.record, notes=(f"the cell {name} was missing and was put back as it was released", "something else")
    )
    parts = Parts(master, ROOT / "solutions" / PENCIL).of(replace(given, record=record))
    assert [part.number for part in parts if part.is_missing] == [name[5]]
    html = render(FeedbackPage("ada", "E", parts=parts)).decode()
    (said,) = re.findall(rf"(?s)<h2 id=.question-{name[5]}.*?</section>", html)
    assert said.count("was missing from your notebook") == html.count("was missing from your notebook") == 1
    assert "Nothing was" not in said


def test_the_words_of_a_check_are_a_learners():
    """What a check could not read is told as `feedback.verdicts` has it; a hint as it stands in the record."""
    master = read_master(ROOT, PENCIL)
    given = left(master)
    questions = given.record.questions | {"e03-q1": Answered(0, 1, "This is a str. Wanted: a number.")}
    parts = Parts(master, ROOT / "solutions" / PENCIL).of(
        replace(given, record=replace(given.record, questions=questions))
    )
    assert [part.words for part in parts[:2]] == ["This is text. Wanted: a number.", "Not yet."]


@pytest.mark.parametrize(
    ("name", "whose"),
    [
        ("Marta Kowalska", "Marta Kowalska (s13)"),
        ("", "s13"),
        (" ", "s13"),
        ("<b>Łucja</b> & Co", "&lt;b&gt;Łucja&lt;/b&gt; &amp; Co (s13)"),
    ],
)
def test_a_page_is_headed_by_whose_it_is(name: str, whose: str):
    """The name and the id stand in the page and its title, escaped; where no name is known, the id alone."""
    html = render(FeedbackPage("s13", "Exercise 6", name=name)).decode()
    assert f'<p class="whose">Feedback for {whose}</p>' in html
    assert f"<title>Feedback: Exercise 6, {whose}</title>" in html


def left(master: Master, marks: Path = ROOT) -> Graded:
    """Return a submission of an exercise as it was released."""
    sources = {name: cell_source(cell) for name, cell in master.cells().items()}
    graded = [a.grade_id for a in questions_of(master)]
    points = {name: {"points": 0.0, "most": 1.0, "by_hand": False} for name in graded}
    record = Record("ada", master.name, "", questions={name: Answered(0, 1, "Not yet.") for name in graded})
    return Graded(sources, marks, record, points, {})


def test_a_rubric_that_is_damaged_is_named(tmp_path: Path):
    """The file and what is wanted stand in the message; where there is none, there is none."""
    assert read_rubric(tmp_path) is None
    (tmp_path / "rubric.yaml").write_text("question: e01.q7\ncriteria: [evidence]\n")
    with pytest.raises(DataError, match=r"rubric\.yaml can't be read as a rubric"):
        read_rubric(tmp_path)


def test_what_was_marked_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Label, words and paragraph of each mark, from the file that came along; a damaged file is passed over."""
    master = read_master(ROOT, PENCIL)
    entry = master.checks["e03.q6"]
    article = own_article(entry["article"], entry["text"])
    monkeypatch.chdir(tmp_path)
    pencil = nd.annotate(article, labels=["claim", "hedge"])
    words = entry["text"][1].split()[1]
    pencil.add("claim", words, para=2)
    marks = marks_in(pencil)
    assert marks is not None
    folder = tmp_path / "annotations"
    folder.mkdir(exist_ok=True)
    (folder / f"{article.article_id}.me.jsonld").write_bytes(dump_page(marks))
    (folder / f"{article.article_id}.zoe.jsonld").write_text("{")
    parts = Parts(master, ROOT / "solutions" / PENCIL).of(left(master, folder))
    assert [part.marks for part in parts] == [None] * 5 + [(Mark("claim", words, "2"),)] + [None]
    assert f'<td dir="auto">{words}</td>' in render(FeedbackPage("ada", "E", parts=parts)).decode()
