"""The cycle as the README tells it: stock nbgrader, formgrader in a real browser, feedback as learners get it.

Nothing of ours runs but the exercise itself: commands are nbgrader's, pages are nbgrader's.
"""

from __future__ import annotations

import ast
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from network import OpenNetwork, best_network
from pages import watched_page
from playwright.sync_api import Browser, FrameLocator, Page, sync_playwright
from servers import Server, free_port, server, start_chromium

from newsdesk.grading.bank import Entry, entries
from newsdesk.notebooks import cell_source, read_notebook

ROOT = Path(__file__).parents[2]
EXERCISE = "e01-reading-a-story"
OPEN, MOST_OPEN = "e01-q7", 15.0  # the note that a person reads
RIGHT, WRONG = "ada", "ben"  # two learners
NOTES = {RIGHT: "Paragraph 9 quotes nobody, says Ada.", WRONG: "I would not print it, says Ben."}
SCORES = {RIGHT: 13.0, WRONG: 4.0}
COMMENTS = {RIGHT: "Well kept apart, Ada.", WRONG: "Which paragraph **names** who decided, Ben?"}
# nbgrader's pages ask for MathJax and do without it; they may ask for nothing else
MATHJAX = "https://cdnjs.cloudflare.com/ajax/libs/mathjax/"

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass(frozen=True)
class Submission:
    """What a learner hands in: an answer of the bank to each checked question, and a note."""

    learner: str
    answers: dict[str, Entry]

    @property
    def points(self) -> float:
        """Return what the checked answers earn."""
        return sum(entry.points for entry in self.answers.values())

    def hand_in(self, course: Path) -> None:
        """Put the filled-in notebook, and nothing else, where the README says."""
        book = read_notebook(ROOT / "exercises" / EXERCISE / f"{EXERCISE}.ipynb")
        cells = {cell["metadata"].get("nbgrader", {}).get("grade_id"): cell for cell in book["cells"]}
        for question, entry in self.answers.items():
            grade_id = question.replace(".", "-")
            asked = re.fullmatch(r'nd\.check\(".+", (\w+)\)', cell_source(cells[grade_id]))
            assert asked, grade_id
            cells[f"{grade_id}-answer"]["source"] = f"{asked[1]} = {entry.code}"
        cells[OPEN]["source"] = NOTES[self.learner]
        folder = course / "submitted" / self.learner / EXERCISE
        folder.mkdir(parents=True)
        (folder / f"{EXERCISE}.ipynb").write_text(json.dumps(book), encoding="utf-8")


def submission(learner: str, is_right: bool) -> Submission:
    """Return a submission with the bank's first plain right answer to each question, or its first wrong one."""
    chosen: dict[str, Entry] = {}
    for entry in entries(ROOT / "solutions" / EXERCISE / "answers.yaml"):
        if entry.is_right == is_right and is_plain(entry.code):
            chosen.setdefault(entry.question.question_id, entry)
    return Submission(learner, chosen)


def is_plain(code: str) -> bool:
    """Say whether code is a value written out, so that it may stand behind an equals sign."""
    try:
        ast.literal_eval(code)
    except (SyntaxError, ValueError):
        return False
    return True


@contextmanager
def chromium_and_lab(course: Path, place: Path) -> Iterator[tuple[Browser, Server]]:
    """Run ``jupyter lab`` in the course's folder, and a Chromium, in a network of loopback alone where there is one."""
    network: OpenNetwork = best_network()
    own = ["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={free_port()}"]
    try:
        with server(["jupyterlab", *own], place, network, cwd=course) as lab, sync_playwright() as playwright:
            browser = start_chromium(playwright, place, network)
            yield browser, lab
            browser.close()
    finally:
        network.close()


def open_formgrader(page: Page, lab: Server) -> FrameLocator:
    """Open formgrader by the menu that the README names, and return its frame."""
    page.goto(lab.address("lab"))
    page.locator(".lm-MenuBar-itemLabel").get_by_text("Nbgrader", exact=True).click()
    page.locator(".lm-Menu-itemLabel").get_by_text("Formgrader", exact=True).click()
    frame = page.frame_locator("iframe")
    frame.locator("#main-table").get_by_text(EXERCISE).wait_for()
    return frame


def open_list(frame: FrameLocator) -> None:
    """Go to the list of submissions, as a person does, and show the learners' names."""
    frame.get_by_role("link", name="Manual Grading").click()
    frame.locator("h1").get_by_text("Manual Grading").wait_for()
    table = frame.locator("#main-table")
    table.get_by_role("link", name=EXERCISE).click()
    frame.locator(".breadcrumb .active").get_by_text(EXERCISE).wait_for()  # the exercise's notebooks
    table.get_by_role("link", name=EXERCISE).click()
    table.get_by_role("link").nth(len(NOTES) - 1).wait_for()
    frame.get_by_role("button", name="Show All Names").click()


def mark(page: Page, frame: FrameLocator, learner: str, shown: str) -> None:
    """Open a learner's submission, see `shown` in it, give the note its points and a comment, and see both saved."""
    open_list(frame)
    frame.locator("#main-table").get_by_role("link", name=learner, exact=True).click()
    for ready in (f"#{OPEN}.needs_manual_grade", f"#{OPEN}-comment[placeholder]"):  # set once the fields save
        frame.locator(ready).wait_for()
    frame.get_by_text(shown).wait_for()
    frame.get_by_text(NOTES[learner]).wait_for()
    for field, kind, text in (
        (f"#{OPEN}", "grade", f"{SCORES[learner]:g}"),
        (f"#{OPEN}-comment", "comment", COMMENTS[learner]),
    ):
        with page.expect_response(lambda r, kind=kind: f"/api/{kind}/" in r.url and r.request.method == "PUT") as saved:
            frame.locator(field).fill(text)
            frame.locator(field).blur()
        assert saved.value.ok


def listed(frame: FrameLocator) -> dict[str, str]:
    """Return the total that the list of submissions shows for each learner."""
    open_list(frame)
    rows = frame.locator("#main-table tr")
    return {row.get_by_role("link").inner_text(): row.locator(".score").inner_text() for row in rows.all()}


def press_feedback(frame: FrameLocator) -> None:
    """Generate feedback by formgrader's button, and close the message that it is done."""
    frame.get_by_role("link", name="Manage Assignments").click()
    frame.locator(".generate-feedback a").click()
    told = frame.locator("#success-modal")
    told.get_by_text(f"Successfully generated feedback of '{EXERCISE}'").wait_for(timeout=60_000)
    told.get_by_role("button", name="OK").click()
    told.wait_for(state="hidden")


def read_feedback(browser: Browser, course: Path, learner: str, shots: Path) -> str:
    """Open a learner's page from disk, as the learner does, and return what is to be read on it, in one line."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    try:
        page = context.new_page()
        page.route(re.compile("^https?:"), lambda route: route.abort())
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto((course / "feedback" / learner / EXERCISE / f"{EXERCISE}.html").as_uri())
        page.screenshot(path=shots / f"feedback-{learner}.png", full_page=True)
        assert [url for url in asked[1:] if not url.startswith(MATHJAX)] == []
        return squeezed(page.locator("body").inner_text())
    finally:
        context.close()


def squeezed(text: str) -> str:
    """Return a text with each run of space as one."""
    return " ".join(unescape(text).split())


def grades_in(course: Path) -> dict[tuple[str, str], tuple[float, float | None, bool, str | None]]:
    """Return score, score by a person, whether it waits for one, and comment, by learner and grade id."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "newsdesk") as gradebook:
        found: dict[tuple[str, str], Any] = {}
        for handed_in in gradebook.assignment_submissions(EXERCISE):
            (notebook,) = handed_in.notebooks
            comments = {comment.name: comment.comment for comment in notebook.comments}
            for grade in notebook.grades:
                of_person = (grade.manual_score, bool(grade.needs_manual_grade), comments.get(grade.name))
                found[handed_in.student.id, grade.name] = (grade.score, *of_person)
        return found


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")  # nbgrader's own
def test_the_cycle_in_formgrader(make_course: Callable[[], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Autograde, mark question 7 and comment on it in formgrader, give feedback: gradebook and pages say the same."""
    with ThreadPoolExecutor(1) as thread:  # Playwright runs once a thread, and the browser tests keep theirs open
        thread.submit(the_cycle, make_course, tmp_path, monkeypatch).result()


def the_cycle(make_course: Callable[[], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do what the test above says."""
    course = make_course()
    right, wrong = submission(RIGHT, True), submission(WRONG, False)
    for handed_in in (right, wrong):
        handed_in.hand_in(course.folder)
    course.run("nbgrader", "generate_assignment", EXERCISE, "--force")
    course.run("nbgrader", "autograde", EXERCISE)
    most = sum(entry.question.points for entry in right.answers.values()) + MOST_OPEN
    assert right.points == most - MOST_OPEN
    before = grades_in(course.folder)
    assert before[WRONG, OPEN] == (0, None, True, None)

    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    (place := tmp_path / "lab").mkdir()
    with chromium_and_lab(course.folder, place) as (browser, lab):
        watched = watched_page(browser, width=1400, height=1000)
        page = watched.page
        page.set_default_timeout(90_000)  # a busy machine takes half a minute to open the first page
        frame = open_formgrader(page, lab)
        mark(page, frame, WRONG, next(entry.words for entry in wrong.answers.values()))
        page.screenshot(path=tmp_path / "marked.png")
        totals = listed(frame)
        assert totals == {RIGHT: f"{right.points:g} / {most:g}", WRONG: f"{wrong.points + SCORES[WRONG]:g} / {most:g}"}
        press_feedback(frame)
        first = {learner: read_feedback(browser, course.folder, learner, tmp_path) for learner in NOTES}
        mark(page, frame, RIGHT, next(entry.words for entry in right.answers.values()))
        course.run("nbgrader", "generate_feedback", EXERCISE, "--force")
        last = {learner: read_feedback(browser, course.folder, learner, tmp_path) for learner in NOTES}
        assert [url for url in watched.strangers if not url.startswith(MATHJAX)] == []

    after = grades_in(course.folder)
    for learner in NOTES:
        assert after.pop((learner, OPEN)) == (SCORES[learner], SCORES[learner], False, COMMENTS[learner])
        del before[learner, OPEN]
    assert after == before  # a person's points change nothing else
    assert f"(Score: {right.points} / {most})" in first[RIGHT]
    assert f"Score: 0.0 / {MOST_OPEN} (Top) {NOTES[RIGHT]}" in first[RIGHT]  # not marked yet
    assert first[WRONG] == last[WRONG]
    for handed_in in (right, wrong):
        check_page(last[handed_in.learner], handed_in, most)
    assert all(entry.words not in last[RIGHT] for entry in wrong.answers.values())
    assert all(squeezed(entry.words) not in last[WRONG] for entry in right.answers.values())


def check_page(text: str, handed_in: Submission, most: float) -> None:
    """Assert that a learner's page has its own total, points, words, note and comment, and nobody else's."""
    own = handed_in.learner
    (other,) = set(NOTES) - {own}
    assert f"(Score: {handed_in.points + SCORES[own]} / {most})" in text
    for entry in handed_in.answers.values():
        asked = entry.question
        plural = "" if asked.points == 1 else "s"
        assert f"{entry.points:g} of {asked.points:g} point{plural}. {squeezed(entry.words)}" in text, entry.place
        label = f"Grade cell: {asked.question_id.replace('.', '-')} Score: {entry.points} / {asked.points}"
        assert label in text, entry.place
    assert f"Score: {SCORES[own]} / {MOST_OPEN} (Top) {NOTES[own]} Comments: {COMMENTS[own].replace('**', '')}" in text
    assert NOTES[other] not in text
    assert COMMENTS[other].replace("**", "") not in text
