"""The one function that turns an answer into its canonical form."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from newsdesk.answers.kinds import READERS
from newsdesk.answers.questions import (
    AnswerError,
    Question,
    Reading,
    some,
    to_json,
    unreadable,
    wanted,
)


def canonical(value: object, question: Question) -> Any:
    """Return the canonical form of an answer: a value of plain JSON.

    Parameters
    ----------
    value
        What the learner handed in.
    question
        What was asked.

    Returns
    -------
    object
        Text, number, true, null, list or dictionary with text keys. A number that is NaN is
        ``{"nan": true}``, an infinite one ``{"infinite": 1}`` or ``-1``; a date is ISO text; a missing
        value inside a collection or table (None, NaN, NA, NaT) is null. Of a function it is one of
        ``{"gave": …}``, ``{"raised": "ValueError"}``, ``{"endless": null}``, ``{"unreadable": …}`` a probe;
        a set, mapping or table that it gives stands under its name: ``{"gave": {"set": [1]}}``.

    Raises
    ------
    AnswerError
        When the value is of another kind, too large or nested too deeply; the message says what was found
        and what is wanted.
    """
    if value is None or value is ...:
        given = "it hands in None" if value is None else "the three dots are still there"
        raise AnswerError(f"There is no answer yet: {given}. Wanted: {wanted(question)}.")
    reader = READERS[question.kind]
    try:
        form = json.loads(to_json(reader(value, Reading(question))))  # whatever was read, it is plain JSON now
    except AnswerError:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a class of the learner's own may do anything
        raise unreadable(error) from None
    unfilled = [name for name, item in form.items() if item in ("", None)] if question.kind == "mapping" else []
    if unfilled and not question.may_be_empty:
        own = {key.strip().lower(): key.strip() for key in value if type(key) is str} if type(value) is dict else {}
        named = [own.get(name, name) for name in unfilled]  # as the form spells them
        raise AnswerError(f"Still empty: {some(named)}. An empty form is not kept as your answer.")
    is_empty = not any(form.values()) if question.kind == "annotation" else form in ("", [], {})
    if is_empty and not question.may_be_empty:
        raise AnswerError("There is no answer yet: the form is empty. An empty form is not kept as your answer.")
    if question.choices and question.kind != "choice":
        _check_offered(form, question)
    return form


def _check_offered(form: Any, question: Question) -> None:
    """Refuse a collection that holds something else than what the question offers."""
    plain = replace(question, kind="list", choices=())
    offered = {to_json(item) for item in canonical(list(question.choices), plain)}
    for item in form.values() if isinstance(form, dict) else form:
        if to_json(item) not in offered:
            number = " Leave out the quotation marks." if isinstance(item, str) and item in offered else ""
            raise AnswerError(f"{to_json(item)} is not offered here: {some([*map(str, question.choices)])}.{number}")
