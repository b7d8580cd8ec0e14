"""Forms that a learner has not filled in, and letters as people write them."""

from __future__ import annotations

import pytest

from newsdesk.answers import AnswerError, Question, canonical


def asked(kind: str, **more: object) -> Question:
    """Return a question of a kind."""
    return Question("e01.q1", kind, 1, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "value"), [("text", " "), ("set", []), ("list", []), ("mapping", {})])
def test_an_empty_form_is_no_answer(kind, value):
    """It is told to be empty, and so is not kept as a first answer."""
    with pytest.raises(AnswerError, match="the form is empty"):
        canonical(value, asked(kind))


def test_a_form_filled_in_by_half_names_what_is_missing():
    """The names whose value is still an empty text, as the form spells them; the names that are not there at all."""
    with pytest.raises(AnswerError, match=r"Still empty: A, D\."):
        canonical({"A": "", "B": "none", "D": None}, asked("mapping"))
    with pytest.raises(AnswerError, match="Still empty: 2"):
        canonical({1: "story", 2: ""}, asked("mapping"))
    with pytest.raises(AnswerError, match="These are missing: 2"):
        canonical({1: "story"}, asked("mapping", columns=("1", "2")))


def test_only_the_names_asked_for_count():
    """Somebody who labels more lines than asked is not marked down."""
    assert canonical({1: "story", 2: "headline"}, asked("mapping", columns=("1",))) == {"1": "story"}


def test_nothing_may_be_an_answer_where_the_question_says_so():
    """«None of them» is then an empty set."""
    assert canonical([], asked("set", may_be_empty=True)) == []


@pytest.mark.parametrize("value", ["b", "B", "b)", "(b)", '"b"', " b. "])
def test_a_letter_may_be_written_as_people_write_it(value):
    """With a bracket, a full stop, capital, or quotation marks inside quotation marks."""
    assert canonical(value, asked("choice", choices=("a", "b"))) == "b"


def test_no_letter_is_an_empty_form():
    """And not an answer that is not offered."""
    with pytest.raises(AnswerError, match="the form is empty"):
        canonical("", asked("choice", choices=("a", "b")))
