"""A graded course and its pages of feedback, as the tests read them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from newsdesk.grading.bank import Entry

EXERCISE = "e06-where-it-came-from"


class Read(HTMLParser):
    """A page as it is read: text by question and heading, and every element and attribute."""

    def __init__(self, html: str) -> None:
        """Read a page's HTML."""
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: dict[tuple[str, str], str] = {}
        self._second = self._third = ""
        self._heading = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element; a heading begins a text."""
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag in {"td", "th"}:
            self.handle_data(" ")
        if tag in {"h1", "h2", "h3"}:
            self._heading = tag
            self._second, self._third = ("", "") if tag != "h3" else (self._second, "")

    def handle_endtag(self, tag: str) -> None:
        """End a heading."""
        self._heading = "" if tag == self._heading else self._heading

    def handle_data(self, data: str) -> None:
        """Add to a heading or to the text below it."""
        if self._heading == "h3":
            self._third += data
        elif self._heading:
            self._second += data
        else:
            place = (self._second.strip(), self._third.strip())
            self.texts[place] = self.texts.get(place, "") + data

    def text(self, second: str, third: str = "") -> str:
        """Return the text below a heading, in one line."""
        return squeezed(self.texts[second, third])

    def below(self, second: str) -> set[str]:
        """Return the headings below a heading."""
        return {third for place, third in self.texts if place == second and third}


@dataclass(frozen=True)
class Course:
    """A graded course, and what was handed in."""

    folder: Path
    given: dict[str, dict[str, Entry]] = field(default_factory=dict)

    def page(self, learner: str) -> Path:
        """Return where a learner's page is."""
        return self.folder / "feedback" / learner / EXERCISE / f"{EXERCISE}.html"

    def html(self, learner: str) -> str:
        """Return a learner's page."""
        return self.page(learner).read_text(encoding="utf-8")

    def read(self, learner: str) -> Read:
        """Return a learner's page, read."""
        return Read(self.html(learner))

    def submitted(self, learner: str) -> Path:
        """Return the notebook that a learner handed in."""
        return self.folder / "submitted" / learner / EXERCISE / f"{EXERCISE}.ipynb"

    def by_hand(self, learner: str, *, points: dict[str, float], comments: dict[str, str], late: float = 0) -> None:
        """Give points and comments as a person does in formgrader."""
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{self.folder / 'gradebook.db'}", "newsdesk") as book:
            for name, score in points.items():
                grade_of = book.find_grade(name, EXERCISE, EXERCISE, learner)
                grade_of.manual_score, grade_of.needs_manual_grade = score, False
            for name, words in comments.items():
                book.find_comment(name, EXERCISE, EXERCISE, learner).manual_comment = words
            book.find_submission_notebook(EXERCISE, EXERCISE, learner).late_submission_penalty = late
            book.db.commit()


def squeezed(text: str) -> str:
    """Return a text with each run of space as one."""
    return " ".join(text.split())
