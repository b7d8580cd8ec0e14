"""A learner's page as HTML: one file, no script, nothing from elsewhere, all that others wrote escaped."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsdesk.grading.feedback.words import Trouble
from newsdesk.grading.outputs import plain

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

LONGEST = 20_000  # characters of an answer that are shown
_FOLD = re.compile(r"</?(?:details|summary)>")


@dataclass(frozen=True)
class Mark:
    """Words that a learner marked with the pencil; `place` is empty where they stand nowhere any more."""

    label: str
    words: str
    place: str


@dataclass(frozen=True)
class Rubric:
    """What a person's points are given for: by criterion its levels, points to words; and what is not asked for."""

    criteria: dict[str, dict[int, str]]
    not_required: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """A question as the page shows it.

    Attributes
    ----------
    number
        Of the question.
    asked
        Its text, in the Markdown of the released notebook.
    answer
        What stands in the answer cell.
    is_blank
        Whether that is what the learner once got.
    is_note
        Whether it is prose.
    marks
        What was marked with the pencil, where the question asks for that.
    points, most
        None: waits for a person.
    by_hand
        Whether a person gave the points of a question that is checked.
    words
        Of the check.
    comments
        Of a person, in Markdown.
    rubric
        Of an open question.
    is_missing
        Whether its answer cell was missing, and was put back.
    """

    number: str
    asked: str
    answer: str
    is_blank: bool
    is_note: bool
    points: float | None
    most: float
    by_hand: bool = False
    words: str = ""
    comments: tuple[str, ...] = ()
    marks: tuple[Mark, ...] | None = None
    rubric: Rubric | None = None
    is_missing: bool = False

    @property
    def waits(self) -> bool:
        """Say whether a person has still to give its points."""
        return self.points is None

    @property
    def is_unwritten(self) -> bool:
        """Say whether it is prose that was never written, and got nothing."""
        return self.is_note and self.is_blank and self.points == 0


@dataclass(frozen=True)
class Page:
    """What a learner gets back for an exercise.

    Attributes
    ----------
    learner_id, title
        Whose, and the exercise's title.
    trouble
        Why what was handed in, or what was handed in last, could not be graded.
    notes
        What was found amiss, in words for the learner.
    parts
        The questions; none where nothing was graded.
    taken_off
        Points that were taken off because it came late.
    name
        The learner's, where it is known.
    """

    learner_id: str
    title: str
    trouble: Trouble | None = None
    notes: tuple[str, ...] = ()
    parts: tuple[Part, ...] = field(default_factory=tuple)
    taken_off: float = 0
    name: str = ""

    @property
    def whose(self) -> str:
        """Return whose it is: the name, where it is known, and the id."""
        return f"{self.name} ({self.learner_id})" if self.name.strip() else self.learner_id

    @property
    def points(self) -> float:
        """Return the points given so far."""
        return max(0.0, sum(part.points or 0 for part in self.parts) - self.taken_off)

    @property
    def most(self) -> float:
        """Return the most that could be had of what has its points."""
        return sum(part.most for part in self.parts if not part.waits)

    @property
    def waiting(self) -> tuple[Part, ...]:
        """Return the questions that wait for a person."""
        return tuple(part for part in self.parts if part.waits)

    @property
    def unwritten(self) -> tuple[Part, ...]:
        """Return the notes that were never written."""
        return tuple(part for part in self.parts if part.is_unwritten)

    @property
    def others(self) -> tuple[Part, ...]:
        """Return the questions that have their points and are no such notes."""
        return tuple(part for part in self.parts if not (part.waits or part.is_unwritten))


def render(page: Page) -> bytes:
    """Return a page as the bytes of its HTML file."""
    text = _template().render(page=page, css=_style())
    return text.encode("utf-8", "replace")


@cache
def _style() -> Markup:
    from markupsafe import Markup

    return Markup(Path(__file__).with_name("page.css").read_text(encoding="utf-8"))  # ours: it holds no "<"


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined  # with nbgrader's other packages

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {
        "plain": plain,
        "points": points_of,
        "number": number,
        "shortened": shortened,
        "markdown": markdown,
        "question": lambda text: markdown(_FOLD.sub("", text)),
    }
    return environment.from_string(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))


def number(value: float) -> str:
    """Return points without needless digits.

    Examples
    --------
    >>> number(3.0), number(2.5)
    ('3', '2.5')
    """
    return f"{round(value, 2):g}"


def points_of(points: float, most: float) -> str:
    """Return points of the most in words.

    Examples
    --------
    >>> points_of(0.5, 1)
    '0.5 of 1 point'
    """
    return f"{number(points)} of {number(most)} point{'' if most == 1 else 's'}"


def shortened(text: str) -> str:
    """Return a text with its end left out where it is very long, and how much that is."""
    left_out = len(text) - LONGEST
    return text if left_out <= 0 else f"{text[:LONGEST]}\n[… and {left_out} characters more, in your notebook]"


def markdown(text: str) -> Markup:
    """Return Markdown of an instructor as HTML; HTML in it is shown as it stands, and headings become paragraphs."""
    from markupsafe import Markup

    return Markup(_reader()(plain(text)))


@cache
def _reader() -> Any:
    import mistune  # with nbconvert, which nbgrader needs

    class Renderer(mistune.HTMLRenderer):
        """Headings would break the page's own order; a picture would be fetched."""

        def heading(self, text: str, level: int, **attrs: Any) -> str:
            return f"<p><strong>{text}</strong></p>\n"

        def image(self, text: str, url: str, title: str | None = None) -> str:
            return text

    return mistune.create_markdown(renderer=Renderer(escape=True), plugins=["table", "strikethrough"])
