"""Single values in an answer: numbers, texts, dates, and what pandas and numpy make of them."""

from __future__ import annotations

import datetime as dt
import math
import numbers
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from newsdesk.answers.questions import (
    MOST_CHARACTERS,
    MOST_DEPTH,
    MOST_ITEMS,
    NAN,
    AnswerError,
    Reading,
    named,
    some,
    wrong_kind,
)


def read_number(value: object, reading: Reading) -> Any:
    """Return a number's canonical form, rounded as the question says."""
    value = unwrapped(value)
    if isinstance(value, bool):
        raise wrong_kind(value, reading, "True and False are no numbers here.")
    if isinstance(value, str):
        raise wrong_kind(value, reading, "Leave out the quotation marks.")
    if callable(value):
        raise wrong_kind(value, reading, "Call it: put brackets after its name.")
    if hasattr(value, "__len__"):
        raise wrong_kind(value, reading, "Take one value out of it, or count it with len(…).")
    if not is_number(value):
        raise wrong_kind(value, reading)
    return plain_number(value, reading.question.decimals)


def is_number(value: object) -> bool:
    """Say whether a value is a real number; True and False are handled before."""
    return isinstance(value, numbers.Number) and not isinstance(value, complex)


def plain_number(value: Any, decimals: int | None) -> Any:
    """Return an int, a float, or the mapping that stands for NaN or infinity."""
    try:
        number = int(value) if isinstance(value, int) else float(value)
        float(number)
    except OverflowError:
        raise AnswerError("This number has more than 308 digits.") from None
    if math.isnan(number):
        return NAN
    if math.isinf(number):
        return {"infinite": 1 if number > 0 else -1}
    if decimals is not None:
        # twice, so that the last bits of a sum made in another order do not decide a 5 at the end
        number = round(round(number, decimals + 6), decimals)
    return int(number) if number == math.floor(number) else number


def unwrapped(value: object) -> object:
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


def plain_text(value: str, reading: Reading, *, has_case: bool) -> str:
    """Return a text in NFC, trimmed, case folded unless case counts."""
    text = str.__str__(value)  # a plain one, also of a subclass
    if len(text) > MOST_CHARACTERS:
        raise AnswerError(f"This text has {len(text)} characters; at most {MOST_CHARACTERS} are read.")
    reading.take(len(text))
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise AnswerError("This text holds half a character (a lone surrogate). Type it anew.")
    text = " ".join(unicodedata.normalize("NFC", text).split())
    return text if has_case else unicodedata.normalize("NFC", text.casefold())


def read_text(value: object, reading: Reading) -> str:
    """Return a text's canonical form."""
    value = unwrapped(value)
    if not isinstance(value, str):
        raise wrong_kind(value, reading)
    return plain_text(value, reading, has_case=reading.question.has_case)


def read_choice(value: object, reading: Reading) -> str:
    """Return the offered answer that a text names; brackets, stops and quotation marks around it do not count."""
    value = unwrapped(value)
    choices = reading.question.choices
    if not isinstance(value, str):
        raise wrong_kind(value, reading, f"Offered: {some(choices)}.")
    given, *offered = (
        plain_text(text, reading, has_case=False).strip(" \"'.)(")  # as people write a letter: a) or "a".
        for text in (value, *choices)
    )
    if not given:
        return ""
    if given in offered:
        return str(choices[offered.index(given)])
    raise AnswerError(f"{given[:60]!r} is not among the answers offered: {some(choices)}.")


def scalar(value: object, reading: Reading, depth: int = 0) -> Any:
    """Return the canonical form of a value inside a collection or a table."""
    reading.take(10)
    value = unwrapped(value)
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return plain_text(value, reading, has_case=reading.question.has_case)
    if isinstance(value, dt.date | dt.time):
        return _plain_date(value)
    if is_number(value):
        form = plain_number(value, reading.question.decimals)
        return None if form == NAN else form
    if isinstance(value, list | tuple) or type(value).__name__ == "ndarray":
        if depth == MOST_DEPTH:
            raise AnswerError(f"It is nested too deeply: lists in lists, more than {MOST_DEPTH} deep.")
        return [scalar(item, reading, depth + 1) for item in limited(value)]
    raise AnswerError(f"It holds {named(value)}. Wanted inside: texts, numbers or dates.")


def _plain_date(value: dt.date | dt.time) -> str:
    """Return ISO text; a time zone is brought to UTC, and midnight without a zone is a day."""
    if type(value).__name__ == "Timestamp" and hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime(warn=False)  # nanoseconds are dropped
    if isinstance(value, dt.datetime):
        if value.tzinfo is not None:
            return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
    return value.isoformat()


def limited(values: Any) -> list[Any]:
    """Return the values as a list, refused where there are too many."""
    items = list(islice(values, MOST_ITEMS + 1))
    if len(items) > MOST_ITEMS:
        raise AnswerError(f"It has more than {MOST_ITEMS} entries.")
    return items


def values(value: object, reading: Reading) -> list[Any]:
    """Return the canonical forms of a collection's values, in its order."""
    value = unwrapped(value)
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable) or is_pandas(value, "DataFrame"):
        raise wrong_kind(value, reading)
    return [scalar(item, reading) for item in limited(value)]


def is_pandas(value: object, name: str) -> bool:
    """Say whether a value is of pandas' class `name`, without importing pandas."""
    return any(kind.__name__ == name and kind.__module__.split(".")[0] == "pandas" for kind in type(value).__mro__)
