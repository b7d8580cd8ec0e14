"""What is asked: a question, the limits of an answer, and what is said of one that can't be read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from newsdesk.errors import DataError, listed

KINDS = ("number", "text", "choice", "set", "list", "mapping", "table", "function", "chart", "annotation")
MOST_ITEMS = 10_000
MOST_CHARACTERS = 20_000
MOST_SIZE = 1_000_000  # characters; a value counts as ten
MOST_DEPTH = 20
NAN = {"nan": True}


class AnswerError(DataError):
    """An answer of the wrong kind: what was found, what is wanted, how to get there."""


@dataclass(frozen=True)
class Question:
    """What decides how an answer is read.

    Attributes
    ----------
    question_id
        ``"e01.q2"``, or ``"l01.c1"`` in a lesson.
    kind
        One of `KINDS`.
    points
        The most points.
    decimals
        Numbers are rounded to so many decimals; None leaves them.
    has_case
        Whether capital and small letters differ in texts.
    choices
        For ``choice``: the allowed answers. For ``set``, ``list`` and ``mapping``: the values that may be in
        it; another one is told to be none of them.
    columns
        For ``table``: the columns that count. For ``mapping``: the names that count.
    has_order
        For ``table``: whether the order of the rows counts.
    may_be_empty
        Whether nothing at all is an answer; else an empty form is told to be one.
    probes
        For ``function``: the arguments of each call, as lists.
    article, text
        For ``annotation``: the id of an article; with the paragraphs of a text made up for the question, where
        it is none of the kit's.
    labels, attributes, places
        For ``annotation``: what counts; see `newsdesk.annotation.placing.placed`.
    """

    question_id: str
    kind: str
    points: float
    decimals: int | None = None
    has_case: bool = False
    choices: tuple[Any, ...] = ()
    columns: tuple[str, ...] = ()
    has_order: bool = False
    may_be_empty: bool = False
    probes: tuple[tuple[Any, ...], ...] = ()
    article: str = ""
    text: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    places: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, hash=False)


def to_json(form: object) -> str:
    """Return a canonical form as one text, equal for equal forms."""
    return json.dumps(form, ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":"))


@dataclass
class Reading:
    """A question, and how much of its answer may still be read: values and their characters."""

    question: Question
    left: int = MOST_SIZE

    def take(self, size: int) -> None:
        """Use up so much of what may be read, or refuse."""
        self.left -= size
        if self.left < 0:
            raise AnswerError("This is too large: it holds more than any answer needs. Hand in a part of it.")


WANTED = {
    "number": "a number, such as 3 or 0.25",
    "text": "a text in quotation marks",
    "choice": "one of the letters or words that the question offers, in quotation marks",
    "set": "several values whose order does not matter, such as {1, 18}",
    "list": "several values in order, such as [1, 18]",
    "mapping": 'names with values, such as {"p1": "headline"}',
    "table": "a table (a DataFrame)",
    "function": "the name of a function, without brackets after it",
    "chart": "an Altair chart",
    "annotation": "the pencil, by its name, without a dot or brackets after it",
}


def wanted(question: Question) -> str:
    """Return what a question wants, in words, with an example made of what it offers."""
    if question.kind in ("set", "list") and len(question.choices) > 1:
        first, second = (json.dumps(choice, ensure_ascii=False) for choice in question.choices[:2])
        pair = f"{{{first}, {second}}}" if question.kind == "set" else f"[{first}, {second}]"
        return f"{WANTED[question.kind].split(', such as')[0]}, such as {pair}"
    return WANTED[question.kind]


def named(value: object) -> str:
    """Return a value's type with its article: ``an int``."""
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def wrong_kind(value: object, reading: Reading, more: str = "") -> AnswerError:
    """Build the error for an answer of another kind: what was found, what is wanted."""
    found = named(value)
    if not isinstance(value, str):
        with suppress(Exception):
            found += f" of length {len(value)}"  # type: ignore[arg-type]
    return AnswerError(f"This is {found}. Wanted: {wanted(reading.question)}.{' ' + more if more else ''}")


def unreadable(error: BaseException) -> AnswerError:
    """Build the error for an answer that raises when it is looked at."""
    if isinstance(error, RecursionError):
        return AnswerError("This answer can't be read: it is nested too deeply.")
    return AnswerError(f"This answer can't be read: looking at it raises {named(error)}.")


def some(names: Sequence[str]) -> str:
    """Return names as a list in words, cut where they are many or long."""
    return listed([name if len(name) <= 60 else name[:59] + "…" for name in names], 20)
