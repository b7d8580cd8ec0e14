"""feedback.verdicts: what a check said of an answer that it could not read, in a learner's words."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from newsdesk.answers import AnswerError, Question, canonical
from newsdesk.grading import scoring
from newsdesk.grading.feedback.verdicts import said
from newsdesk.sandbox import running

LEFT_OUT, STOPPED = "its cell was left out: ", "its cell stopped with "
NUMBER = Question("e06.q2", "number", 2)


def texts_in(module: Any) -> Iterator[str]:
    """Yield each text of a module's code, with 1 wherever a value stands; no docstring."""
    tree = ast.parse(inspect.getsource(module))
    parts = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in set(ast.walk(tree)) - parts:
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "1" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def troubles() -> list[str]:
    """Return what `newsdesk.sandbox.running` can say of a step that came to no good end."""
    begins = ("ended:", "it ended", "not reached", "what it sent")
    return [text for text in texts_in(running) if text.startswith(begins)]


def unread(why: str) -> str:
    """Return what the page says where no answer was read."""
    return said(f"No answer was read: {why}.")


def is_plain(words: str) -> bool:
    """Say whether a text is two sentences or three, without a colon."""
    sentences = re.findall(r"[A-Z][^.]*\.(?= |$)", words)
    return 2 <= len(sentences) <= 3 and ": " not in words and "No answer was read" not in words


def test_every_trouble_of_the_sandbox_has_words_and_a_next_step():
    """Six ways to come to no good end: none reaches a learner in the sandbox's words, at a cell or at the reading."""
    found = troubles()
    assert len(found) >= 6
    for trouble in found:
        for words in (unread(LEFT_OUT + trouble), unread(trouble)):
            assert is_plain(words), words
            assert trouble not in words


def test_every_word_of_scoring_has_words_and_a_next_step():
    """What `newsdesk.grading.scoring` says by itself is looked at here in full: a new sentence fails."""
    begins = "No answer was read: "
    form = "what was sent is not an answer's form"
    texts = set(texts_in(scoring))
    assert {text for text in texts if text.startswith(begins)} == {f"{begins}1.", f"{begins}{form}."}
    assert {f"{LEFT_OUT}1", STOPPED, "nothing came"} <= texts
    for why in (form, "nothing came"):
        assert is_plain(unread(why)), unread(why)


@pytest.mark.parametrize(
    ("why", "words"),
    [
        (
            f"{LEFT_OUT}ended: it took longer than 20 seconds",
            "The answer cell took longer than 20 seconds, so it was left out. Look for a loop that does not end.",
        ),
        (
            f"{STOPPED}NameError: name 'a' is not defined",
            "The answer cell stopped, because nothing in it or before it is called a. If a was meant as a letter or "
            'word, put it in quotation marks: "a". If it is a name from another cell, that cell must stand before '
            "this one.",
        ),
        (f"{STOPPED}NameError: name 'pritn' is not defined. Did you mean: 'print'?", "is called pritn. If pritn was"),
        (
            f"{STOPPED}SyntaxError: incomplete input (line 1)",
            "Python could not read the answer cell: incomplete input (line 1). Look for a bracket",
        ),
        (f"{STOPPED}SyntaxError", "Python could not read the answer cell. Look for a bracket"),
        (
            f"{STOPPED}IndentationError: unexpected indent (line 2)",
            "Python could not read the answer cell: unexpected indent (line 2). A line of it begins",
        ),
        (f"{STOPPED}SystemExit", "The answer cell was ended by exit() or quit() in it"),
        (f"{STOPPED}SystemExit: 3", "The answer cell was ended by exit() or quit() in it"),
        (f"{STOPPED}KeyError: 'a", "stopped with an error, KeyError: 'a, so there is no answer from it. Run the cell"),
        (f"{STOPPED}ValueError: {{0}} of {{said}}\n%s", "an error, ValueError: {0} of {said}\n%s, so there is no"),
        (f"{STOPPED}", "The answer cell stopped with an error"),
        (f"{LEFT_OUT}it ended its own Python (signal 9)", "Take out exit() and quit(); where there is none"),
        ("NameError: name 'origins' is not defined", "There is no answer, because nothing is called origins. Write"),
        ("ended: it took longer than 20 seconds", "Reading your answer took longer than 20 seconds, so it was left"),
        ("RuntimeError: no", "looking at it stops with RuntimeError (no). Answer with plain values"),
        ("the moon was in the way", "There is no answer that could be read: the moon was in the way."),
    ],
)
def test_what_happened_and_the_next_step_are_plain_sentences(why: str, words: str):
    """For a cell that was left out or stopped, and for an answer that was not there."""
    assert words in unread(why)
    assert "No answer was read" not in unread(why)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("3", "This is text. Wanted: a number, such as 3 or 0.25. Leave out the quotation marks."),
        (True, "This is True or False. Wanted"),
        ([3], "This is a list with 1 entry. Wanted"),
        ({"a": 1, "b": 2}, "This is a dictionary with 2 entries, which gives values to names. Wanted"),
        ((1, 2), "This is a list in round brackets with 2 entries. Wanted"),
        ({1, 2}, "This is a set with 2 entries. Wanted"),
        (len, "This is a function, and not what it gives. Wanted"),
        (lambda: 3, "This is a function, and not what it gives. Wanted"),
        (np.zeros(3), "This is an array with 3 entries. Wanted"),
        (pd.Series([1, 2]), "This is one column of a table with 2 entries. Wanted"),
        (pd.DataFrame({"a": [1]}), "This is a table with 1 row. Wanted"),
        (b"3", "This is text in bytes with 1 entry. Wanted"),
        (3j, "This is a complex. Wanted"),
        (None, "There is no answer yet: it is None, which is nothing. Wanted"),
    ],
)
def test_a_value_of_the_wrong_kind_is_not_named_in_pythons_words(value: object, words: str):
    """What `newsdesk.answers` says of it, translated; a kind that nobody foresaw keeps its name."""
    with pytest.raises(AnswerError) as raised:
        canonical(value, NUMBER)
    assert said(str(raised.value)).startswith(words)


@pytest.mark.parametrize(
    ("value", "question", "words"),
    [
        ([], Question("e06.q3", "list", 2), "There is no answer yet: the form is empty."),
        ({"a": ""}, Question("e06.q1", "mapping", 2), "Still empty: a."),
        (
            [{"a": 1}],
            Question("e06.q3", "list", 2),
            "It holds a dictionary, which gives values to names. Wanted inside",
        ),
        (
            type("Odd", (), {"__float__": lambda _: 1 / 0, "__len__": lambda _: 1 / 0})(),
            Question("e06.q2", "number", 2),
            "This is an Odd. Wanted",
        ),
        ("x", Question("e06.q6", "choice", 2, choices=("a", "b")), "'x' is not among the answers offered: a, b."),
    ],
)
def test_other_words_on_answers_are_fit_for_the_page(value: object, question: Question, words: str):
    """Nothing is said of what is kept in a notebook; what has no Python in it stays as it is."""
    with pytest.raises(AnswerError) as raised:
        canonical(value, question)
    assert said(str(raised.value)).startswith(words)
    assert "is not kept" not in said(str(raised.value))


def test_an_answer_that_cannot_be_looked_at_is_explained():
    """What the child says of it becomes a sentence with a next step."""
    for words in (
        "This answer can't be read: looking at it raises a KeyError.",
        "This answer can't be read: it is nested too deeply.",
        "This answer can't be read: nested deeper than 20.",
        "This answer can't be read: 2000000 bytes; at most 1000000 are sent.",
    ):
        assert said(words).startswith("Your answer is") or "stops with KeyError" in said(words)
        assert said(words).endswith("Answer with plain values, such as a number, a text or a list.")


def test_the_words_of_a_verdict_stay_as_they_are():
    """A hint that was earned is not touched, whatever is in it."""
    for words in ("Right: five cards, one voice.", 'Not this. Read as: {"a":"none"}. This is a strange one.'):
        assert said(words) == words
