"""Validating a folder of tables by its datapackage.json, with messages a person can act on.

Frictionless finds what is wrong; its words are replaced here by table, row, column, value, allowed.
"""

from __future__ import annotations

import csv
import difflib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsdesk.errors import DataError


@dataclass(frozen=True)
class Problem:
    """One thing wrong in the data: where, what, and what would be right.

    `row` is the row's first cell (its id, where the table has one) or empty for the table as a whole.
    """

    table: str
    row: str
    column: str
    what: str

    def __str__(self) -> str:
        """Return the problem as one line."""
        return ", ".join(part for part in (self.table, self.row, self.column) if part) + f": {self.what}"


def shortened(problems: list[Problem], most: int = 5) -> list[str]:
    """Return the problems as lines: of those in one column of one table the first few, and how many more."""
    lines: list[str] = []
    seen: Counter[tuple[str, str]] = Counter()
    for problem in problems:
        seen[problem.table, problem.column] += 1
        if seen[problem.table, problem.column] <= most:
            lines.append(str(problem))
    for (table, column), count in seen.items():
        if count > most:
            lines.append(f"{table}, {column or 'rows'}: {count - most} more of this kind")
    return lines


def read_rows(folder: Path, name: str) -> list[dict[str, str]]:
    """Return the rows of ``<name>.csv`` in `folder` as text, as they stand in the file."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_package(folder: Path) -> dict[str, Any]:
    """Return the datapackage.json of `folder`.

    Raises
    ------
    DataError
        When it is missing, no JSON or no data package.
    """
    path = folder / "datapackage.json"
    try:
        package: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise DataError(f"{folder} has no datapackage.json. Name a folder of tables like the kit's own.") from None
    except ValueError as error:
        raise DataError(f"{path} is not JSON: {error}") from None
    if not isinstance(package, dict) or not isinstance(package.get("resources"), list):
        raise DataError(f"{path} is no data package: it has no list of resources.")
    return package


def check_schema(folder: Path) -> list[Problem]:
    """Check every table of `folder` against its datapackage.json.

    Returns
    -------
    list of Problem
        Missing files and columns, wrong types and codes, doubled and broken keys.
    """
    from frictionless import Package  # 0.2 s, and a second for its first validation
    from frictionless.system import system

    package = read_package(folder)
    there = [r for r in package["resources"] if (folder / r["path"]).is_file()]
    missing = [
        Problem(r["name"], "", "", f"the file {r['path']} is missing from {folder}")
        for r in package["resources"]
        if r not in there
    ]
    names = {r["name"] for r in there}
    for resource in there:  # a key into a table that is not there is that table's problem
        schema = resource["schema"]
        keys = schema.get("foreignKeys", [])
        schema["foreignKeys"] = [k for k in keys if k["reference"]["resource"] in names | {""}]
    with system.use_context(trusted=True):
        report = Package.from_descriptor(package | {"resources": there}, basepath=str(folder)).validate()
    problems = [Problem("datapackage.json", "", "", error.message) for error in report.errors]
    for task, resource in zip(report.tasks, there, strict=True):
        problems += [_reworded(error, resource) for error in task.errors]
    return missing + problems


def _reworded(error: Any, resource: dict[str, Any]) -> Problem:
    name, fields = resource["name"], {f["name"]: f for f in resource["schema"]["fields"]}
    cells = getattr(error, "cells", None) or [""]
    row = f"row {cells[0]!r} (line {error.row_number})" if hasattr(error, "row_number") else ""
    column = getattr(error, "field_name", None) or getattr(error, "label", None) or ""
    if error.type == "foreign-key":
        values = ", ".join(repr(value) for value in error.field_cells)
        reference = f"{error.reference_name or name}.{', '.join(error.reference_field_names)}"
        return Problem(name, row, ", ".join(error.field_names), f"{values} is not in {reference}")
    if error.type in {"missing-label", "incorrect-label"}:
        wanted = error.field_name
        close = difflib.get_close_matches(wanted, error.labels, n=1)
        meant = f" The header has {close[0]!r}: rename it." if close and close[0] not in fields else ""
        return Problem(name, "", wanted, f"the column is missing.{meant} Columns: {', '.join(fields)}")
    if error.type == "extra-label":
        return Problem(name, "", column, f"the column is not in datapackage.json. Columns: {', '.join(fields)}")
    if error.type == "primary-key":
        return Problem(name, row, "", f"its key occurs twice ({error.note})")
    if error.type in {"type-error", "constraint-error", "unique-error"}:
        field = fields[column]
        return Problem(name, row, column, f"{error.cell!r} is not allowed. {_allowed(field)}")
    return Problem(name, row, column, error.message)


def _allowed(field: dict[str, Any]) -> str:
    limits = field.get("constraints", {})
    if "enum" in limits:
        return "Allowed: " + ", ".join(map(str, limits["enum"]))
    parts = [f"type {field['type']}"]
    parts += ["not empty"] if limits.get("required") else []
    parts += ["no value twice"] if limits.get("unique") else []
    parts += [f"of the form {limits['pattern']}"] if "pattern" in limits else []
    return "Allowed: " + ", ".join(parts)
