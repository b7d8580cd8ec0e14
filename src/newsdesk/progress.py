"""What a learner makes and keeps: the pieces at the end of each lesson."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsdesk.errors import DataError
from newsdesk.files import move_aside, write_whole

if TYPE_CHECKING:
    import pandas as pd

MANIFEST = "newsdesk.json"
PROGRESS = "progress.jsonl"


def find_workspace(start: Path | None = None) -> Path | None:
    """Return the working copy that holds `start` (the current folder), or None.

    A working copy is a folder with a file ``newsdesk.json``.
    """
    folder = (start or Path.cwd()).resolve()
    for place in (folder, *folder.parents):
        if (place / MANIFEST).is_file():
            return place
    return None


def keep(name: str, frame: pd.DataFrame) -> None:
    """Keep a table that the learner made, as ``kept/<name>.csv`` in the working copy.

    An earlier one with other content is renamed, not overwritten; one with more filled and fewer empty
    fields stays as it is, so that running a fresh notebook from top to bottom does not put a filled sheet
    aside. Outside
    a working copy (a notebook read on its own, a test) nothing is written and nothing fails.

    Parameters
    ----------
    name
        Small letters, digits and hyphens: ``"01-page-sheet"``.
    frame
        The table; its index is not kept.

    Raises
    ------
    DataError
        When the name has other characters or `frame` is no table.
    PlaceError
        When the file can't be written.
    """
    import pandas as pd  # whoever only reads an article does not wait for pandas

    if not isinstance(name, str) or not re.fullmatch(r"[a-z0-9-]{1,48}", name):
        if isinstance(name, pd.DataFrame):
            raise DataError("keep takes the name first, then the table: keep('01-page-sheet', table).")
        raise DataError(f"{name!r} can't name a kept piece. Use small letters, digits and hyphens: '01-page-sheet'.")
    if not isinstance(frame, pd.DataFrame):
        raise DataError(f"keep takes a table (a DataFrame); this is a {type(frame).__name__}.")
    size = f"{len(frame)} row{'' if len(frame) == 1 else 's'}"
    workspace = find_workspace()
    if workspace is None:
        print(f"{name}: {size}. Not kept, since this notebook is not in a working copy.")
        return
    path = workspace / "kept" / f"{name}.csv"
    content = frame.to_csv(index=False, lineterminator="\n").encode()
    filled, empty = _count_fields(content)
    if path.is_file() and path.read_bytes() != content:
        earlier_filled, earlier_empty = _count_fields(path.read_bytes())
        if earlier_filled > filled and earlier_empty < empty:  # more rows may bring more empty fields along
            print(
                f"Not kept: this one has {empty} empty fields, and kept/{path.name} has fewer. Fill in and run again."
            )
            return
        print(f"The earlier one is now kept/{move_aside(path, 'until').name}.")
    write_whole(path, content)
    print(f"Kept: kept/{path.name}, {size}" + (f", {empty} field{'' if empty == 1 else 's'} empty." if empty else "."))


def _count_fields(content: bytes) -> tuple[int, int]:
    """Return how many fields of a table's file hold something, and how many are empty."""
    rows = csv.reader(io.StringIO(content.decode("utf-8", errors="replace"), newline=""))
    cells = [bool(cell.strip()) for row in rows for cell in row]
    return sum(cells), len(cells) - sum(cells)


def first_answer(question_id: str) -> dict[str, Any] | None:
    """Return the first answer kept for a question in the working copy, or None.

    Returns
    -------
    dict
        ``format``, ``question``, ``answer`` (canonical form), ``points``, ``sure``, ``at`` (UTC).
    """
    workspace = find_workspace()
    if workspace is None:
        return None
    try:
        content = (workspace / PROGRESS).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    for line in content.splitlines():
        with contextlib.suppress(ValueError):  # a line that a crash cut off hides no other
            entry = json.loads(line)
            if isinstance(entry, dict) and entry.get("question") == question_id:
                return entry
    return None


def record_answer(entry: dict[str, Any]) -> None:
    """Add one line to the working copy's progress; where nothing can be written, do nothing.

    One write of one line, to the end: two notebooks that answer at once lose nothing.
    """
    workspace = find_workspace()
    if workspace is None:
        return
    path = workspace / PROGRESS
    line = json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n"
    with contextlib.suppress(OSError):
        is_cut = path.is_file() and path.stat().st_size > 0 and not path.read_bytes().endswith(b"\n")
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write("\n" + line if is_cut else line)
