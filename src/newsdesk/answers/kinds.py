"""One reader a kind: what a learner hands in becomes plain JSON, or an error that says what is wanted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Set
from typing import TYPE_CHECKING, Any

from newsdesk.answers.questions import MOST_ITEMS, AnswerError, Reading, some, to_json, unreadable, wrong_kind
from newsdesk.answers.values import (
    is_number,
    is_pandas,
    limited,
    plain_number,
    plain_text,
    read_choice,
    read_number,
    read_text,
    scalar,
    unwrapped,
    values,
)
from newsdesk.chartform import chart_form
from newsdesk.probing import call_probes

if TYPE_CHECKING:
    import pandas as pd


def _set(value: object, reading: Reading) -> list[Any]:
    unique = {to_json(item): item for item in values(value, reading)}
    return [unique[key] for key in sorted(unique)]


def _list(value: object, reading: Reading) -> list[Any]:
    if isinstance(value, Set):
        raise wrong_kind(value, reading, "A set has no order: use square brackets.")
    return values(value, reading)


def _mapping(value: object, reading: Reading) -> dict[str, Any]:
    if is_pandas(value, "Series"):
        series: pd.Series[Any] = value  # type: ignore[assignment]
        pairs = limited(zip(series.index, series, strict=True))
    elif isinstance(value, Mapping):
        pairs = limited(value.items())
    else:
        raise wrong_kind(value, reading)
    plain: dict[str, Any] = {}
    for key, item in pairs:
        name = scalar(key, reading)
        name = name if isinstance(name, str) else to_json(name)
        if name in plain:
            raise AnswerError(f"Two of its names are read as the same: {some([name])}.")
        plain[name] = scalar(item, reading)
    wanted = [plain_text(name, reading, has_case=reading.question.has_case) for name in reading.question.columns]
    missing = [name for name in wanted if name not in plain]
    if missing:
        raise AnswerError(f"These are missing: {some(missing)}.")
    return {name: plain[name] for name in wanted} if wanted else plain


def _table(value: object, reading: Reading) -> dict[str, Any]:
    if not is_pandas(value, "DataFrame"):
        more = "A Series is one column: select columns with two pairs of brackets." * is_pandas(value, "Series")
        raise wrong_kind(value, reading, more)
    frame: pd.DataFrame = value  # type: ignore[assignment]
    if len(frame) > MOST_ITEMS:
        raise AnswerError(f"The table has {len(frame)} rows; at most {MOST_ITEMS} are read.")
    have = [plain_text(str(column), reading, has_case=True) for column in frame.columns]
    columns = [plain_text(column, reading, has_case=True) for column in reading.question.columns] or sorted(have)
    missing = [column for column in columns if column not in have]
    if missing:
        more = " Its index holds that: add .reset_index()." if set(missing) <= set(frame.index.names) else ""
        raise AnswerError(f"The table lacks {some(missing)}. It has: {some(have) or 'no columns'}.{more}")
    if any(have.count(column) > 1 for column in columns):
        raise AnswerError("The table has two columns of one name.")
    reading.take(len(frame) * len(columns))
    picked = [frame.iloc[:, have.index(column)].tolist() for column in columns]
    rows = [[scalar(item, reading) for item in row] for row in zip(*picked, strict=True)]
    return {"columns": columns, "rows": rows if reading.question.has_order else sorted(rows, key=to_json)}


def _function(value: object, reading: Reading) -> list[Any]:
    if not callable(value) or isinstance(value, type):
        raise wrong_kind(value, reading, "Did you call it? Leave out the brackets.")

    def read(result: object) -> dict[str, Any]:
        try:
            return {"gave": json.loads(to_json(_any(result, reading)))}
        except AnswerError as error:
            return {"unreadable": str(error)}
        except Exception as error:  # noqa: BLE001 - what a function gives may be of a class that does anything
            return {"unreadable": str(unreadable(error))}

    outcomes = call_probes(value, reading.question.probes, read=read)
    return [result if how == "gave" else {how: result} for how, result in outcomes]


def _any(value: object, reading: Reading) -> Any:
    """Return the canonical form of what a function gives, which may be of any kind but function."""
    value = unwrapped(value)
    if is_pandas(value, "DataFrame"):
        return {"table": _table(value, reading)}
    if isinstance(value, Mapping) or is_pandas(value, "Series"):
        return {"mapping": _mapping(value, reading)}
    if isinstance(value, Set):
        return {"set": _set(value, reading)}
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return values(value, reading)
    if is_number(value) and not isinstance(value, bool):
        return plain_number(value, reading.question.decimals)
    return scalar(value, reading)


def _chart(value: object, reading: Reading) -> Any:
    if not any(kind.__name__ == "TopLevelMixin" for kind in type(value).__mro__):
        raise wrong_kind(value, reading)
    chart: Any = value
    try:
        spec = chart.to_dict()
    except Exception as error:  # noqa: BLE001 - Altair raises many kinds for a chart that is not finished
        first = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        raise AnswerError(f"This chart can't be drawn yet: {first}") from None
    return chart_form(spec)


def _annotation(value: object, reading: Reading) -> dict[str, Any]:
    from newsdesk.annotation.placing import placed  # only this kind needs them
    from newsdesk.annotation.values import marks_in
    from newsdesk.articles import load_article, own_article

    question = reading.question
    marks = marks_in(value)
    if marks is None:
        raise wrong_kind(value, reading)
    if marks.article_id != question.article:
        raise AnswerError(f"These are marks in {marks.article_id}. Wanted: marks in {question.article}.")
    reading.take(10 * (len(marks.marks) + len(marks.links)))
    article = own_article(question.article, question.text) if question.text else load_article(question.article)
    return placed(marks, article, question.places, labels=question.labels, attributes=question.attributes)


READERS = {
    "number": read_number,
    "text": read_text,
    "choice": read_choice,
    "set": _set,
    "list": _list,
    "mapping": _mapping,
    "table": _table,
    "function": _function,
    "chart": _chart,
    "annotation": _annotation,
}
