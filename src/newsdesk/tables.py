"""The tables: what data/datapackage.json says of them, and loading them with or without the answers.

``datapackage.json`` is the one source of truth for columns, types, codes and keys. A column that an
exercise asks for is marked there as ``key``, by article; `load_table` leaves it out.
"""

from __future__ import annotations

import json
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
    import pandas as pd  # noqa: PLC0415 - whoever only reads an article does not wait for pandas

    dtypes = {field["name"]: _DTYPES[field["type"]] for field in table_fields(name)}
    frame = pd.read_csv(
        kit_folder("data") / f"{name}.csv", dtype=dtypes, keep_default_na=False, na_values=[""], encoding="utf-8"
    )
    whole = {c: "int64" for c, t in dtypes.items() if t == "Int64" and not frame[c].isna().any()}
    return frame.astype(whole)


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
        exercise is about, and left out where the exercise is about all of them.

    Raises
    ------
    NotFoundError
        When there is no such table.

    Examples
    --------
    >>> load_table("articles").columns[0]
    'article_id'
    """
    frame = load_gold(name)
    for column, articles in key_columns(name).items():
        if articles is None:
            frame = frame.drop(columns=column)
        else:
            if frame[column].dtype == "int64":
                frame[column] = frame[column].astype("Int64")
            frame.loc[frame["article_id"].isin(articles), column] = None
    return frame


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
