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
from collections.abc import Iterable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from newsdesk.chartform import chart_form
from newsdesk.errors import DataError
from newsdesk.probing import call_probes

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("number", "text", "choice", "set", "list", "mapping", "table", "function", "chart", "annotation")
MOST_ITEMS = 10_000
MOST_CHARACTERS = 20_000
MOST_SIZE = 1_000_000  # characters; a value counts as ten
MOST_DEPTH = 20
_NAN = {"nan": True}


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
        raise AnswerError(f"There is no answer yet: the cell hands in {value!r}. Wanted: {_WANTED[question.kind]}.")
    reader = _READERS[question.kind]
    try:
        form = json.loads(to_json(reader(value, _Reading(question))))  # whatever was read, it is plain JSON now
    except AnswerError:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a class of the learner's own may do anything
        raise _unreadable(error) from None
    unfilled = [name for name, item in form.items() if item in ("", None)] if question.kind == "mapping" else []
    if unfilled and not question.may_be_empty:
        raise AnswerError(f"Still empty: {_some(unfilled)}. An empty form is not kept as your answer.")
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
            raise AnswerError(f"{to_json(item)} is not offered here: {_some([*map(str, question.choices)])}.{number}")


def to_json(form: object) -> str:
    """Return a canonical form as one text, equal for equal forms."""
    return json.dumps(form, ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":"))


@dataclass
class _Reading:
    """A question, and how much of its answer may still be read: values and their characters."""

    question: Question
    left: int = MOST_SIZE

    def take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise AnswerError("This is too large: it holds more than any answer needs. Hand in a part of it.")


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
    "annotation": "the pencil, by its name, without a dot or brackets after it",
}


def _named(value: object) -> str:
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def _wrong(value: object, reading: _Reading, more: str = "") -> AnswerError:
    found = _named(value)
    if not isinstance(value, str):
        with suppress(Exception):
            found += f" of length {len(value)}"  # type: ignore[arg-type]
    return AnswerError(f"This is {found}. Wanted: {_WANTED[reading.question.kind]}.{' ' + more if more else ''}")


def _unreadable(error: BaseException) -> AnswerError:
    if isinstance(error, RecursionError):
        return AnswerError("This answer can't be read: it is nested too deeply.")
    return AnswerError(f"This answer can't be read: looking at it raises {_named(error)}.")


def _some(names: Sequence[str]) -> str:
    """Return names as a list in words, cut where they are many or long."""
    cut = [name if len(name) <= 60 else name[:59] + "…" for name in names[:20]]
    return ", ".join(cut) + (f" and {len(names) - 20} more" if len(names) > 20 else "")


def _number(value: object, reading: _Reading) -> Any:
    value = _unwrapped(value)
    if isinstance(value, bool):
        raise _wrong(value, reading, "True and False are no numbers here.")
    if isinstance(value, str):
        raise _wrong(value, reading, "Leave out the quotation marks.")
    if callable(value):
        raise _wrong(value, reading, "Call it: put brackets after its name.")
    if hasattr(value, "__len__"):
        raise _wrong(value, reading, "Take one value out of it, or count it with len(…).")
    if not _is_number(value):
        raise _wrong(value, reading)
    return _plain_number(value, reading.question.decimals)


def _is_number(value: object) -> bool:
    return isinstance(value, numbers.Number) and not isinstance(value, complex)


def _plain_number(value: Any, decimals: int | None) -> Any:
    try:
        number = int(value) if isinstance(value, int) else float(value)
        float(number)
    except OverflowError:
        raise AnswerError("This number has more than 308 digits.") from None
    if math.isnan(number):
        return _NAN
    if math.isinf(number):
        return {"infinite": 1 if number > 0 else -1}
    if decimals is not None:
        # twice, so that the last bits of a sum made in another order do not decide a 5 at the end
        number = round(round(number, decimals + 6), decimals)
    return int(number) if number == math.floor(number) else number


def _unwrapped(value: object) -> object:
    """Return a numpy or pandas scalar, or an array without dimensions, as the Python value it holds."""
    if type(value).__module__.split(".")[0] != "numpy" or getattr(value, "shape", None) != ():
        return value
    array: Any = value
    if type(value).__name__ == "MaskedConstant":
        return None
    item: object = array.item()
    if isinstance(item, int) and array.dtype.kind in "mM":  # nanoseconds come out as a bare integer
        item = array.astype(f"{array.dtype.kind}8[us]").item()
        if isinstance(item, int):
            raise AnswerError("It holds a date that is far from any in the news.")
    return item


def _plain_text(value: str, reading: _Reading, *, has_case: bool) -> str:
    text = str.__str__(value)  # a plain one, also of a subclass
    if len(text) > MOST_CHARACTERS:
        raise AnswerError(f"This text has {len(text)} characters; at most {MOST_CHARACTERS} are read.")
    reading.take(len(text))
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise AnswerError("This text holds half a character (a lone surrogate). Type it anew.")
    text = " ".join(unicodedata.normalize("NFC", text).split())
    return text if has_case else unicodedata.normalize("NFC", text.casefold())


def _text(value: object, reading: _Reading) -> str:
    value = _unwrapped(value)
    if not isinstance(value, str):
        raise _wrong(value, reading)
    return _plain_text(value, reading, has_case=reading.question.has_case)


def _choice(value: object, reading: _Reading) -> str:
    value = _unwrapped(value)
    choices = reading.question.choices
    if not isinstance(value, str):
        raise _wrong(value, reading, f"Offered: {_some(choices)}.")
    given, *offered = (
        _plain_text(text, reading, has_case=False).strip(" \"'.)(")  # as people write a letter: a) or "a".
        for text in (value, *choices)
    )
    if not given:
        return ""
    if given in offered:
        return str(choices[offered.index(given)])
    raise AnswerError(f"{given[:60]!r} is not among the answers offered: {_some(choices)}.")


def _scalar(value: object, reading: _Reading, depth: int = 0) -> Any:
    """Return the canonical form of a value inside a collection or a table."""
    reading.take(10)
    value = _unwrapped(value)
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _plain_text(value, reading, has_case=reading.question.has_case)
    if isinstance(value, dt.date | dt.time):
        return _plain_date(value)
    if _is_number(value):
        form = _plain_number(value, reading.question.decimals)
        return None if form == _NAN else form
    if isinstance(value, list | tuple) or type(value).__name__ == "ndarray":
        if depth == MOST_DEPTH:
            raise AnswerError(f"It is nested too deeply: lists in lists, more than {MOST_DEPTH} deep.")
        return [_scalar(item, reading, depth + 1) for item in _limited(value)]
    raise AnswerError(f"It holds {_named(value)}. Wanted inside: texts, numbers or dates.")


def _plain_date(value: dt.date | dt.time) -> str:
    """Return ISO text; a time zone is brought to UTC, and midnight without a zone is a day."""
    if type(value).__name__ == "Timestamp" and hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime(warn=False)  # nanoseconds are dropped
    if isinstance(value, dt.datetime):
        if value.tzinfo is not None:
            return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
    return value.isoformat()


def _limited(values: Any) -> list[Any]:
    items = list(islice(values, MOST_ITEMS + 1))
    if len(items) > MOST_ITEMS:
        raise AnswerError(f"It has more than {MOST_ITEMS} entries.")
    return items


def _values(value: object, reading: _Reading) -> list[Any]:
    value = _unwrapped(value)
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable) or _is_pandas(value, "DataFrame"):
        raise _wrong(value, reading)
    return [_scalar(item, reading) for item in _limited(value)]


def _set(value: object, reading: _Reading) -> list[Any]:
    unique = {to_json(item): item for item in _values(value, reading)}
    return [unique[key] for key in sorted(unique)]


def _list(value: object, reading: _Reading) -> list[Any]:
    if isinstance(value, Set):
        raise _wrong(value, reading, "A set has no order: use square brackets.")
    return _values(value, reading)


def _mapping(value: object, reading: _Reading) -> dict[str, Any]:
    if _is_pandas(value, "Series"):
        series: pd.Series[Any] = value  # type: ignore[assignment]
        pairs = _limited(zip(series.index, series, strict=True))
    elif isinstance(value, Mapping):
        pairs = _limited(value.items())
    else:
        raise _wrong(value, reading)
    plain: dict[str, Any] = {}
    for key, item in pairs:
        name = _scalar(key, reading)
        name = name if isinstance(name, str) else to_json(name)
        if name in plain:
            raise AnswerError(f"Two of its names are read as the same: {_some([name])}.")
        plain[name] = _scalar(item, reading)
    wanted = [_plain_text(name, reading, has_case=reading.question.has_case) for name in reading.question.columns]
    missing = [name for name in wanted if name not in plain]
    if missing:
        raise AnswerError(f"These are missing: {_some(missing)}.")
    return {name: plain[name] for name in wanted} if wanted else plain


def _is_pandas(value: object, name: str) -> bool:
    return any(kind.__name__ == name and kind.__module__.split(".")[0] == "pandas" for kind in type(value).__mro__)


def _table(value: object, reading: _Reading) -> dict[str, Any]:
    if not _is_pandas(value, "DataFrame"):
        more = "A Series is one column: select columns with two pairs of brackets." * _is_pandas(value, "Series")
        raise _wrong(value, reading, more)
    frame: pd.DataFrame = value  # type: ignore[assignment]
    if len(frame) > MOST_ITEMS:
        raise AnswerError(f"The table has {len(frame)} rows; at most {MOST_ITEMS} are read.")
    have = [_plain_text(str(column), reading, has_case=True) for column in frame.columns]
    columns = [_plain_text(column, reading, has_case=True) for column in reading.question.columns] or sorted(have)
    missing = [column for column in columns if column not in have]
    if missing:
        more = " Its index holds that: add .reset_index()." if set(missing) <= set(frame.index.names) else ""
        raise AnswerError(f"The table lacks {_some(missing)}. It has: {_some(have) or 'no columns'}.{more}")
    if any(have.count(column) > 1 for column in columns):
        raise AnswerError("The table has two columns of one name.")
    reading.take(len(frame) * len(columns))
    picked = [frame.iloc[:, have.index(column)].tolist() for column in columns]
    rows = [[_scalar(item, reading) for item in row] for row in zip(*picked, strict=True)]
    return {"columns": columns, "rows": rows if reading.question.has_order else sorted(rows, key=to_json)}


def _function(value: object, reading: _Reading) -> list[Any]:
    if not callable(value) or isinstance(value, type):
        raise _wrong(value, reading, "Did you call it? Leave out the brackets.")

    def read(result: object) -> dict[str, Any]:
        try:
            return {"gave": json.loads(to_json(_any(result, reading)))}
        except AnswerError as error:
            return {"unreadable": str(error)}
        except Exception as error:  # noqa: BLE001 - what a function gives may be of a class that does anything
            return {"unreadable": str(_unreadable(error))}

    outcomes = call_probes(value, reading.question.probes, read=read)
    return [result if how == "gave" else {how: result} for how, result in outcomes]


def _any(value: object, reading: _Reading) -> Any:
    """Return the canonical form of what a function gives, which may be of any kind but function."""
    value = _unwrapped(value)
    if _is_pandas(value, "DataFrame"):
        return {"table": _table(value, reading)}
    if isinstance(value, Mapping) or _is_pandas(value, "Series"):
        return {"mapping": _mapping(value, reading)}
    if isinstance(value, Set):
        return {"set": _set(value, reading)}
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return _values(value, reading)
    if _is_number(value) and not isinstance(value, bool):
        return _plain_number(value, reading.question.decimals)
    return _scalar(value, reading)


def _chart(value: object, reading: _Reading) -> Any:
    if not any(kind.__name__ == "TopLevelMixin" for kind in type(value).__mro__):
        raise _wrong(value, reading)
    chart: Any = value
    try:
        spec = chart.to_dict()
    except Exception as error:  # noqa: BLE001 - Altair raises many kinds for a chart that is not finished
        first = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        raise AnswerError(f"This chart can't be drawn yet: {first}") from None
    return chart_form(spec)


def _annotation(value: object, reading: _Reading) -> dict[str, Any]:
    from newsdesk.annotation.model import Marks  # only this kind needs them
    from newsdesk.annotation.placing import placed
    from newsdesk.articles import load_article, own_article

    question = reading.question
    marks = value if isinstance(value, Marks) else getattr(value, "marks", None)
    if not isinstance(marks, Marks):
        raise _wrong(value, reading)
    if marks.article_id != question.article:
        raise AnswerError(f"These are marks in {marks.article_id}. Wanted: marks in {question.article}.")
    reading.take(10 * (len(marks.marks) + len(marks.links)))
    article = own_article(question.article, question.text) if question.text else load_article(question.article)
    return placed(marks, article, question.places, labels=question.labels, attributes=question.attributes)


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
    "annotation": _annotation,
}
