"""An answer's canonical form: one JSON value for every way in which the same answer can be written.

Check cell, release and grader all call `canonical`; nothing else decides whether two answers are the
same. No answer is pickled, and none is asked to compare itself.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import numbers
import unicodedata
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsdesk.chartform import chart_form
from newsdesk.errors import DataError
from newsdesk.probing import call_probes

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("number", "text", "choice", "set", "list", "mapping", "table", "function", "chart")
MOST_ITEMS = 10_000
MOST_CHARACTERS = 20_000


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
        For ``choice``: the allowed answers.
    columns
        For ``table``: the columns that count. For ``mapping``: the names that count.
    has_order
        For ``table``: whether the order of the rows counts.
    may_be_empty
        Whether nothing at all is an answer; else an empty form is told to be one.
    probes
        For ``function``: the arguments of each call, as lists.
    """

    question_id: str
    kind: str
    points: float
    decimals: int | None = None
    has_case: bool = False
    choices: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    has_order: bool = False
    may_be_empty: bool = False
    probes: tuple[tuple[Any, ...], ...] = ()


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
        Text, number, true, null, list or dictionary with text keys. NaN is ``{"nan": true}``, an
        infinite number ``{"infinite": 1}`` or ``-1``; a date is ISO text; a missing value of a table is
        None.

    Raises
    ------
    AnswerError
        When the value is of another kind; the message says what was found and what is wanted.
    """
    if value is None or value is ...:
        raise AnswerError(f"There is no answer yet: the cell hands in {value!r}. Wanted: {_WANTED[question.kind]}.")
    form = _READERS[question.kind](value, question)
    unfilled = [name for name, item in form.items() if item == ""] if question.kind == "mapping" else []
    if unfilled:
        raise AnswerError(f"Still empty: {', '.join(unfilled)}. An empty form is not kept as your answer.")
    if form in ("", [], {}) and not question.may_be_empty:
        raise AnswerError("There is no answer yet: the form is empty. An empty form is not kept as your answer.")
    return form


def to_json(form: object) -> str:
    """Return a canonical form as one text, equal for equal forms."""
    return json.dumps(form, ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":"))


_WANTED = {
    "number": "a number, such as 3 or 0.25",
    "text": "a text in quotation marks",
    "choice": "one of the letters or words that the question offers, in quotation marks",
    "set": "several values whose order does not matter, such as {1, 18}",
    "list": "several values in order, such as [1, 18]",
    "mapping": 'names with values, such as {"p1": "headline"}',
    "table": "a table (a DataFrame)",
    "function": "the name of a function, without brackets after it",
    "chart": "an Altair chart",
}


def _wrong(value: object, question: Question, more: str = "") -> AnswerError:
    found = f"a {type(value).__name__}"
    if hasattr(value, "__len__") and not isinstance(value, str):
        found += f" of length {len(value)}"
    return AnswerError(f"This is {found}. Wanted: {_WANTED[question.kind]}.{' ' + more if more else ''}")


def _number(value: object, question: Question) -> Any:
    value = _unwrapped(value)
    if isinstance(value, bool):
        raise _wrong(value, question, "True and False are no numbers here.")
    if isinstance(value, str):
        raise _wrong(value, question, "Leave out the quotation marks.")
    if hasattr(value, "__len__"):
        raise _wrong(value, question, "Take one value out of it, or count it with len(…).")
    if not isinstance(value, numbers.Number) or isinstance(value, complex):
        raise _wrong(value, question)
    return _plain_number(value, question.decimals)


def _plain_number(value: Any, decimals: int | None) -> Any:
    if isinstance(value, int):
        return round(value, decimals) if decimals is not None else value
    try:
        number = float(value)
    except OverflowError:
        return {"infinite": 1 if value > 0 else -1}
    if math.isnan(number):
        return {"nan": True}
    if math.isinf(number):
        return {"infinite": 1 if number > 0 else -1}
    if decimals is not None:
        number = round(number, decimals)
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _unwrapped(value: object) -> object:
    """Return a numpy or pandas scalar, or an array without dimensions, as the Python value it holds."""
    if type(value).__module__.split(".")[0] == "numpy" and getattr(value, "shape", None) == ():
        return value.item()  # type: ignore[attr-defined]
    return value


def _plain_text(value: str, *, has_case: bool) -> str:
    if len(value) > MOST_CHARACTERS:
        raise AnswerError(f"This text has {len(value)} characters; at most {MOST_CHARACTERS} are read.")
    text = " ".join(unicodedata.normalize("NFC", value).split())
    return text if has_case else unicodedata.normalize("NFC", text.casefold())


def _text(value: object, question: Question) -> str:
    value = _unwrapped(value)
    if not isinstance(value, str):
        raise _wrong(value, question)
    return _plain_text(value, has_case=question.has_case)


def _choice(value: object, question: Question) -> str:
    value = _unwrapped(value)
    if not isinstance(value, str):
        raise _wrong(value, question, f"Offered: {', '.join(question.choices)}.")
    value = value.strip(" \"'.)(")  # as people write a letter: a) or "a".
    if not value:
        return ""
    for choice in question.choices:
        if _plain_text(value, has_case=False) == _plain_text(choice, has_case=False):
            return choice
    raise AnswerError(f"{value[:60]!r} is not among the answers offered: {', '.join(question.choices)}.")


def _scalar(value: object, question: Question) -> Any:
    """Return the canonical form of a value inside a collection or a table."""
    value = _unwrapped(value)
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _plain_text(value, has_case=question.has_case)
    if isinstance(value, dt.date | dt.time):
        return _plain_date(value)
    if isinstance(value, numbers.Number) and not isinstance(value, complex):
        return _plain_number(value, question.decimals)
    if isinstance(value, list | tuple):
        return [_scalar(item, question) for item in _limited(value, question)]
    raise AnswerError(f"It holds a {type(value).__name__}. Wanted inside: texts, numbers or dates.")


def _plain_date(value: dt.date | dt.time) -> str:
    """Return ISO text; a time zone is brought to UTC, and midnight without a zone is a day."""
    if isinstance(value, dt.datetime):
        if value.tzinfo is not None:
            return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
    return value.isoformat()


def _limited(values: Any, question: Question) -> list[Any]:
    items: list[Any] = []
    for item in values:
        items.append(item)
        if len(items) > MOST_ITEMS:
            raise AnswerError(f"It has more than {MOST_ITEMS} entries. Wanted: {_WANTED[question.kind]}.")
    return items


def _values(value: object, question: Question) -> list[Any]:
    value = _unwrapped(value)
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable) or _is_frame(value):
        raise _wrong(value, question)
    return [_scalar(item, question) for item in _limited(value, question)]


def _set(value: object, question: Question) -> list[Any]:
    unique = {to_json(item): item for item in _values(value, question)}
    return [unique[key] for key in sorted(unique)]


def _list(value: object, question: Question) -> list[Any]:
    if isinstance(value, Set):
        raise _wrong(value, question, "A set has no order: use square brackets.")
    return _values(value, question)


def _mapping(value: object, question: Question) -> dict[str, Any]:
    if type(value).__name__ == "Series" and hasattr(value, "to_dict"):
        value = value.to_dict()
    if not isinstance(value, Mapping):
        raise _wrong(value, question)
    pairs = _limited(value.items(), question)
    plain = {}
    for key, item in pairs:
        name = _scalar(key, question)
        plain[name if isinstance(name, str) else to_json(name)] = _scalar(item, question)
    if len(plain) < len(pairs):
        raise AnswerError("Two of its names are the same once spaces and capitals are put aside.")
    missing = [name for name in question.columns if name not in plain]
    if missing:
        raise AnswerError(f"These are missing: {', '.join(missing)}.")
    return {name: plain[name] for name in question.columns} if question.columns else plain


def _is_frame(value: object) -> bool:
    return type(value).__name__ == "DataFrame" and hasattr(value, "columns")


def _table(value: object, question: Question) -> dict[str, Any]:
    if not _is_frame(value):
        more = "A Series is one column: select columns with two pairs of brackets." * (type(value).__name__ == "Series")
        raise _wrong(value, question, more)
    frame: pd.DataFrame = value  # type: ignore[assignment]
    have = [str(column) for column in frame.columns]
    columns = list(question.columns) or have
    missing = [column for column in columns if column not in have]
    if missing:
        raise AnswerError(f"The table lacks {', '.join(missing)}. It has: {', '.join(have)}.")
    if any(have.count(column) > 1 for column in columns):
        raise AnswerError("The table has two columns of one name.")
    if len(frame) > MOST_ITEMS:
        raise AnswerError(f"The table has {len(frame)} rows; at most {MOST_ITEMS} are read.")
    picked = [frame.iloc[:, have.index(column)].tolist() for column in columns]
    rows = [[_cell(item, question) for item in row] for row in zip(*picked, strict=True)]
    return {"columns": columns, "rows": rows if question.has_order else sorted(rows, key=to_json)}


def _cell(value: object, question: Question) -> Any:
    form = _scalar(value, question)
    return None if form == {"nan": True} else form  # in a table, NaN is an empty cell


def _function(value: object, question: Question) -> list[Any]:
    if not callable(value) or isinstance(value, type):
        raise _wrong(value, question, "Did you call it? Leave out the brackets.")
    forms: list[Any] = []
    for how, result in call_probes(value, question.probes):
        if how != "gave":
            forms.append({how: result})
            continue
        try:
            forms.append({"gave": _any(result, question)})
        except AnswerError as error:
            forms.append({"unreadable": str(error)})
    return forms


def _any(value: object, question: Question) -> Any:
    """Return the canonical form of what a function gives, which may be of any kind but function."""
    if _is_frame(value):
        return _table(value, question)
    if isinstance(value, Mapping) or type(value).__name__ == "Series":
        return _mapping(value, question)
    if isinstance(value, Set):
        return {"set": _set(value, question)}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return _values(value, question)
    return _scalar(value, question)


def _chart(value: object, question: Question) -> Any:
    if not hasattr(value, "to_dict") or not type(value).__module__.startswith("altair."):
        raise _wrong(value, question)
    try:
        spec = value.to_dict()
    except Exception as error:  # noqa: BLE001 - Altair raises many kinds for a chart that is not finished
        first = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        raise AnswerError(f"This chart can't be drawn yet: {first}") from None
    form: dict[str, Any] = json.loads(to_json(chart_form(spec)))
    return form


_READERS = {
    "number": _number,
    "text": _text,
    "choice": _choice,
    "set": _set,
    "list": _list,
    "mapping": _mapping,
    "table": _table,
    "function": _function,
    "chart": _chart,
}
