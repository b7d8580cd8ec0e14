"""A learner's working copy: lessons without outputs, exercises, tables; made, brought up to date, reset.

``newsdesk.json`` there records each file as it was delivered; it is written last. What the learner
changed is kept, what they deleted stays deleted, and their annotations, progress and kept pieces are
never touched: only delivered files are.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from newsdesk.errors import DataError, PlaceError, unknown
from newsdesk.files import move_aside, write_whole
from newsdesk.kit import kit_folder, kit_version
from newsdesk.notebooks import dump_notebook, read_notebook, source_hash, without_outputs
from newsdesk.progress import MANIFEST
from newsdesk.tables import learners_csv, table_names

_FORMAT = 1


@dataclass
class WorkspaceReport:
    """What happened to a working copy: lists of paths inside it, as text with ``/``."""

    folder: Path
    made: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Return the report in a line or a few, for the person who opens the lab."""
        lines = []
        if self.made:
            lines.append(f"New in {self.folder}: {len(self.made)} file{'s' if len(self.made) > 1 else ''}.")
        if self.replaced:
            lines.append(f"Brought up to date: {', '.join(self.replaced)}.")
        if self.beside:
            lines.append(f"You changed these, so the new version stands beside yours: {', '.join(self.beside)}.")
        return "\n".join(lines)


def delivered_files() -> dict[str, bytes]:
    """Return what a working copy is given: path inside it to content.

    Lessons stand in ``notebooks/`` without outputs, exercises in ``exercises/``, the articles and the
    tables without the answers in ``data/``; a ``checks.json`` stands beside what it checks.
    """
    files: dict[str, bytes] = {}
    for path in sorted(kit_folder("notebooks").glob("*.ipynb")):
        files[f"notebooks/{path.name}"] = dump_notebook(without_outputs(read_notebook(path)))
    for folder in ("notebooks", "exercises"):
        root = kit_folder(folder)
        for path in sorted([*root.rglob("checks.json"), *(root.rglob("*.ipynb") if folder == "exercises" else ())]):
            if ".ipynb_checkpoints" not in path.parts:
                files[f"{folder}/{path.relative_to(root).as_posix()}"] = path.read_bytes()
    data = kit_folder("data")
    for path in sorted((data / "articles").glob("*.md")):
        files[f"data/articles/{path.name}"] = path.read_bytes()
    for name in table_names():
        files[f"data/{name}.csv"] = learners_csv(name)
    return files


def update_workspace(folder: Path) -> WorkspaceReport:
    """Make a working copy in `folder`, or bring an existing one up to date.

    A file that was not changed since it was delivered is replaced; a changed one is kept, and the new
    version is written beside it; a deleted one stays deleted. Notebooks are compared by their sources,
    since running is not editing.

    Raises
    ------
    PlaceError
        When the folder can't be made or written, or lies inside the kit's own lessons.
    DataError
        When its newsdesk.json can't be read or is of a newer format; nothing is changed then.
    """
    folder = folder.expanduser().resolve()
    for inside in (kit_folder("notebooks"), kit_folder("data")):
        if inside in (folder, *folder.parents) or inside == folder / inside.name:
            raise PlaceError(
                f"{folder} holds the kit's own files. Choose another folder for your working copy: newsdesk lab FOLDER"
            )
    recorded = read_manifest(folder)
    report = WorkspaceReport(folder)
    hashes: dict[str, str] = {}
    for name, content in delivered_files().items():
        hashes[name] = _hash(name, content)
        path = folder / name
        before, now = recorded.get(name), _hash(name, path.read_bytes()) if path.exists() else None
        if now is None and before is None:
            write_whole(path, content)
            report.made.append(name)
        elif now is None or now == hashes[name] or before == hashes[name]:
            continue  # deleted by the learner; as delivered; changed by the learner, and nothing is new
        elif now == before:
            write_whole(path, content)
            report.replaced.append(name)
        else:
            new = _beside(path, hashes[name])
            if not new.exists():
                write_whole(new, content)
                report.beside.append(new.relative_to(folder).as_posix())
    manifest = {"format": _FORMAT, "version": kit_version(), "files": hashes}
    content = (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode()
    path = folder / MANIFEST
    if not (path.is_file() and path.read_bytes() == content):
        write_whole(path, content)
    return report


def reset_lesson(folder: Path, lesson: str) -> str:
    """Deliver a lesson or exercise anew; a changed file is renamed first, never lost.

    Parameters
    ----------
    folder
        A working copy.
    lesson
        ``"l00"`` to ``"l11"``, ``"e01"`` to ``"e11"``.

    Returns
    -------
    str
        What was done, for the person who asked.

    Raises
    ------
    NotFoundError
        When this kit has no such lesson.
    PlaceError
        When `folder` is no working copy.
    """
    recorded = read_manifest(folder)
    if not recorded:
        raise PlaceError(f"{folder} is not a working copy (no {MANIFEST}). Open one first: newsdesk lab FOLDER")
    files = delivered_files()
    ids = lesson_ids(files)
    name = find_lesson(lesson, ids)
    key = f"{Path(name).parent.as_posix()}/checks.json"
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    kept = []
    for each in (name, *([key] if key in files else [])):  # the checks of a lesson stand beside it
        path = folder / each
        if path.exists() and _hash(each, path.read_bytes()) != _hash(each, files[each]):
            kept.append(move_aside(path, "before-reset").name)
        write_whole(path, files[each])
        manifest["files"][each] = _hash(each, files[each])
    write_whole(folder / MANIFEST, (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode())
    return f"{name} is as delivered." + (f" Yours is kept as {', '.join(kept)}." if kept else "")


def lesson_ids(names: dict[str, bytes]) -> dict[str, str]:
    """Return lesson and exercise ids (``"l01"``, ``"e01"``) to the notebook's path."""
    found = {}
    for name in names:
        path = Path(name)
        if path.suffix == ".ipynb":
            found[f"l{path.name[:2]}" if path.parts[0] == "notebooks" else path.name[:3]] = name
    return found


def find_lesson(given: str, ids: dict[str, str]) -> str:
    """Return the notebook's path for what a person typed: ``l01``, ``L1``, ``01``, ``01-reading-a-story``.

    Raises
    ------
    NotFoundError
        When this kit has no such lesson.
    """
    match = re.match(r"([le]?)(\d{1,2})(?!\d)", Path(given).name.lower())
    lesson = f"{match[1] or 'l'}{int(match[2]):02d}" if match else given
    if lesson not in ids:
        raise unknown("lesson", given, ids)
    return ids[lesson]


def read_manifest(folder: Path) -> dict[str, str]:
    """Return path to hash of each file as it was delivered; empty where there is no working copy.

    Raises
    ------
    DataError
        When newsdesk.json is damaged or of a newer format.
    """
    path = folder / MANIFEST
    if not path.is_file():
        return {}
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        number = manifest["format"]
        files = dict(manifest["files"]) if number == _FORMAT else {}
    except (ValueError, KeyError, TypeError):
        raise DataError(
            f"{path} can't be read. Your work is untouched. Rename that one file and open the folder again: "
            "files that you changed are kept."
        ) from None
    if number != _FORMAT:
        raise DataError(
            f"{path} is of format {number}; this version of the kit reads format {_FORMAT}. "
            "The folder was opened with a newer kit: update yours, or choose another folder."
        )
    return files


def _beside(path: Path, wanted: str) -> Path:
    """Return where the new version of a changed file goes; a checkout may bring two under one number."""
    count = 1
    new = path.with_name(f"{path.stem}.new-in-{kit_version()}{path.suffix}")
    while new.exists() and _hash(new.name, new.read_bytes()) != wanted:
        count += 1
        new = path.with_name(f"{path.stem}.new-in-{kit_version()}-{count}{path.suffix}")
    return new


def _hash(name: str, content: bytes) -> str:
    return source_hash(content) if name.endswith(".ipynb") else hashlib.sha256(content).hexdigest()
