"""What a learner makes and keeps: the pieces at the end of each lesson."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from newsdesk.errors import DataError
from newsdesk.files import move_aside, write_whole

if TYPE_CHECKING:
    import pandas as pd

MANIFEST = "newsdesk.json"


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

    An earlier one with other content is renamed, not overwritten. Outside a working copy (a notebook
    read on its own, a test) nothing is written and nothing fails.

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

    if not re.fullmatch(r"[a-z0-9-]{1,48}", name):
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
    if path.is_file() and path.read_bytes() != content:
        older = move_aside(path, "until")
        print(f"The earlier one is now kept/{older.name}.")
    write_whole(path, content)
    print(f"Kept: kept/{path.name}, {size}.")
