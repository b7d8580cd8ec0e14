"""Notebook files: their sources, a copy without outputs, and one stable form for the committed ones.

A notebook is JSON; nothing here needs nbformat, so that opening the lab waits for nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from newsdesk.errors import DataError, PlaceError
from newsdesk.files import write_whole

TAGS = ("hide-input", "raises-exception", "check", "stretch")
_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def parse_notebook(content: bytes, name: str) -> dict[str, Any]:
    """Return the notebook of nbformat 4 that the bytes of a file hold.

    Raises
    ------
    DataError
        When they are no JSON, no notebook or of another major format; `name` stands in the message.
    """
    try:
        book = json.loads(content)
    except ValueError as error:
        raise DataError(f"{name} is not a readable notebook: {error}. Restore it with: newsdesk reset") from None
    cells = book.get("cells") if isinstance(book, dict) and book.get("nbformat") == 4 else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise DataError(f"{name} is not a notebook of format 4.")
    return dict(book)


def read_notebook(path: Path) -> dict[str, Any]:
    """Read a notebook's file; errors as in `parse_notebook`, PlaceError when it can't be read."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PlaceError(f"{path} can't be read: {error.strerror}.") from None
    return parse_notebook(content, path.name)


def cell_source(cell: dict[str, Any]) -> str:
    """Return a cell's source as one string; files hold it as a string or as a list of lines."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def source_hash(content: bytes) -> str:
    """Return the SHA-256 of a notebook's cells: kinds and sources, not outputs, counts or ids.

    Running a notebook is not editing it. What can't be read as a notebook is hashed by its bytes.
    """
    try:
        cells = [(c.get("cell_type"), cell_source(c)) for c in parse_notebook(content, "")["cells"]]
        content = json.dumps(cells, ensure_ascii=False).encode()
    except (DataError, TypeError):
        pass
    return hashlib.sha256(content).hexdigest()


_WIDGET = "application/vnd.jupyter.widget-view+json"


def dump_notebook(book: dict[str, Any]) -> bytes:
    """Return a notebook as the bytes of its file: one-space indent, keys sorted, a last newline."""
    return (json.dumps(book, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def without_outputs(book: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of a notebook with no output and no execution count: as a learner gets it."""
    cells = [dict(c, outputs=[], execution_count=None) if c["cell_type"] == "code" else c for c in book["cells"]]
    return dict(book, cells=cells)


def normalise(book: dict[str, Any], lesson: str) -> dict[str, Any]:
    """Return a notebook in the one form in which lessons and exercises are committed.

    Cell ids count the cells of a kind of their own, ``l01-003``, only where a cell has none of that
    shape yet, so that an inserted cell renames no other; metadata keeps tags and the course's own key;
    a plot's SVG, whose clip ids change at every run, gets stable ones; a widget's view is left out and its
    text stays; what a cell printed is one output, however many a busy machine made of it; of an error only the
    last line stays, since the rest names files of the machine that ran it.

    Parameters
    ----------
    book
        As `read_notebook` returns it.
    lesson
        ``"l01"``, or ``"e01"`` for an exercise, whose cells keep their ids and nbgrader's metadata.
    """
    taken = {c["id"] for c in book["cells"] if re.fullmatch(rf"{lesson}-\d{{3}}", str(c.get("id", "")))}
    cells: list[dict[str, Any]] = []
    seen: set[str] = set()
    following = 0
    for cell in book["cells"]:
        cell_id = str(cell.get("id"))
        is_named = lesson.startswith("e") and cell_id not in seen  # a released exercise keeps its source's ids
        if not is_named and (cell_id not in taken or cell_id in seen):
            while (cell_id := f"{lesson}-{following:03d}") in taken | seen:
                following += 1
        seen.add(cell_id)
        tags = [t for t in cell.get("metadata", {}).get("tags", []) if t in TAGS]
        made: dict[str, Any] = {
            "cell_type": cell["cell_type"],
            "id": cell_id,
            "metadata": {"tags": tags} if tags else {},
            "source": cell_source(cell).rstrip("\n").splitlines(keepends=True),
        }
        if "nbgrader" in cell.get("metadata", {}):
            made["metadata"]["nbgrader"] = cell["metadata"]["nbgrader"]
        if "attachments" in cell:  # a picture pasted into prose
            made["attachments"] = cell["attachments"]
        if cell["cell_type"] == "code":
            made["execution_count"] = cell.get("execution_count")
            made["outputs"] = [_output(o) for o in _joined(cell.get("outputs", []))]
        cells.append(made)
    metadata: dict[str, Any] = {"kernelspec": _KERNEL, "language_info": {"name": "python"}}
    if "newsdesk" in book.get("metadata", {}):
        metadata["newsdesk"] = book["metadata"]["newsdesk"]
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _joined(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    joined: list[dict[str, Any]] = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            text = "".join(part for each in (last, output) for part in each["text"])
            joined[-1] = dict(last, text=text.splitlines(keepends=True))
        else:
            joined.append(output)
    return joined


def _output(output: dict[str, Any]) -> dict[str, Any]:
    made = dict(output)
    if "metadata" in made:
        made["metadata"] = {}
    if made["output_type"] == "error":
        made["traceback"] = [f"{made['ename']}: {made['evalue']}"]
    data = made.get("data")
    if isinstance(data, dict) and _WIDGET in data:  # its id is drawn at random, and without a kernel it shows nothing
        data = made["data"] = {kind: content for kind, content in data.items() if kind != _WIDGET}
    if isinstance(data, dict) and "image/svg+xml" in data:
        svg = data["image/svg+xml"]
        svg = svg if isinstance(svg, str) else "".join(svg)
        names = {name: f"clip{n}" for n, name in enumerate(dict.fromkeys(re.findall(r'id="(clip\w*)"', svg)))}
        svg = re.sub(r"clip\w*", lambda m: names.get(m[0], m[0]), svg)
        made["data"] = dict(data, **{"image/svg+xml": svg.splitlines(keepends=True)})
    return made


def normalise_file(path: Path) -> bool:
    """Bring a lesson's or exercise's file into its one form; return whether it changed."""
    short = path.name[:3] if re.match(r"e\d\d", path.name) else f"l{path.name[:2]}"
    content = dump_notebook(normalise(read_notebook(path), short))
    if content == path.read_bytes():
        return False
    write_whole(path, content)
    return True
