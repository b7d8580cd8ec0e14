"""The tables: what data/datapackage.json says of them, and loading them with or without the answers.

``datapackage.json`` is the one source of truth for columns, types, codes and keys. A column that an
exercise asks for is marked there as ``key``, by article; `load_table` leaves it out.
"""

from __future__ import annotations

import csv
import io
import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from newsdesk.errors import unknown
from newsdesk.kit import kit_folder

if TYPE_CHECKING:
    import pandas as pd

_DTYPES = {"string": "str", "integer": "Int64", "number": "float64", "boolean": "boolean"}


@cache
def datapackage() -> dict[str, Any]:
    """Return data/datapackage.json as a dictionary; do not change it."""
    package: dict[str, Any] = json.loads((kit_folder("data") / "datapackage.json").read_text(encoding="utf-8"))
    return package


def table_names() -> list[str]:
    """Return the names of the tables.

    Examples
    --------
    >>> "claims" in table_names()
    True
    """
    return [resource["name"] for resource in datapackage()["resources"]]


def table_fields(name: str) -> list[dict[str, Any]]:
    """Return what datapackage.json says of each column of table `name`.

    Raises
    ------
    NotFoundError
        When there is no such table.
    """
    for resource in datapackage()["resources"]:
        if resource["name"] == name:
            fields: list[dict[str, Any]] = resource["schema"]["fields"]
            return fields
    raise unknown("table", name, table_names())


def load_gold(name: str) -> pd.DataFrame:
    """Load a table whole, with the columns that exercises ask for. Look once you have tried.

    Parameters
    ----------
    name
        A name in `table_names`, such as ``"claims"``.

    Returns
    -------
    pandas.DataFrame
        Text columns are ``str``, missing values NaN; whole numbers are ``int64``, or ``Int64`` where
        some are missing.

    Raises
    ------
    NotFoundError
        When there is no such table.
    """
    table_fields(name)
    return _parse(name, (kit_folder("data") / f"{name}.csv").read_bytes())


def load_table(name: str) -> pd.DataFrame:
    """Load a table as a learner gets it: without what exercises ask for.

    Parameters
    ----------
    name
        A name in `table_names`, such as ``"claims"``.

    Returns
    -------
    pandas.DataFrame
        As `load_gold`, but a column marked as key is empty in the rows of the articles that an
        exercise is about, and left out where the exercise is about all of them; so are rows marked as key.

    Raises
    ------
    NotFoundError
        When there is no such table.

    Examples
    --------
    >>> load_table("articles").columns[0]
    'article_id'
    """
    return _parse(name, learners_csv(name))


def key_rows(name: str) -> list[dict[str, re.Pattern[str]]]:
    """Return which rows of table `name` exercises ask for: patterns by column, all of which such a row fits.

    In ``codings`` one column holds codes of many kinds, so that rows are marked and not columns.
    """
    (resource,) = [each for each in datapackage()["resources"] if each["name"] == name]
    return [
        {column: re.compile(pattern) for column, pattern in mark["where"].items()}
        for mark in resource.get("key_rows", [])
    ]


def learners_csv(name: str) -> bytes:
    """Return a table's file as a learner gets it: see `load_table`."""
    keys, hidden = key_columns(name), key_rows(name)
    content = (kit_folder("data") / f"{name}.csv").read_bytes()
    if not keys and not hidden:
        return content
    left_out = [column for column, articles in keys.items() if articles is None]
    reader = csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))
    out = io.StringIO(newline="")
    columns = [column for column in reader.fieldnames or [] if column not in left_out]
    writer = csv.DictWriter(out, columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for row in reader:
        if any(all(pattern.search(row[column]) for column, pattern in where.items()) for where in hidden):
            continue
        empty = {c: "" for c, articles in keys.items() if articles is not None and row["article_id"] in articles}
        writer.writerow(row | empty)
    return out.getvalue().encode()


def _parse(name: str, content: bytes) -> pd.DataFrame:
    import pandas as pd  # whoever only reads an article does not wait for pandas

    dtypes = {field["name"]: _DTYPES[field["type"]] for field in table_fields(name)}
    frame = pd.read_csv(io.BytesIO(content), dtype=dtypes, keep_default_na=False, na_values=[""], encoding="utf-8")
    whole = {c: "int64" for c in frame.columns if dtypes[c] == "Int64" and not frame[c].isna().any()}
    return frame.astype(whole)


def key_columns(name: str) -> dict[str, frozenset[str] | None]:
    """Return the columns of table `name` that exercises ask for.

    Returns
    -------
    dict
        Column to the ids of the articles concerned, or to None where all are.
    """
    found: dict[str, frozenset[str] | None] = {}
    for field in table_fields(name):
        marks = field.get("key", [])
        if any(mark["articles"] == "all" for mark in marks):
            found[field["name"]] = None
        elif marks:
            found[field["name"]] = frozenset(a for mark in marks for a in mark["articles"])
    return found
