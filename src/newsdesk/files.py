"""Writing a file so that it is whole or not there, and never over somebody's work."""

from __future__ import annotations

import contextlib
import os
import tempfile
from datetime import datetime
from pathlib import Path

from newsdesk.errors import PlaceError


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` to `path` in one step: after a crash the old file or the new one is there.

    Raises
    ------
    PlaceError
        When the folder can't be written or the disk is full; nothing half written is left.
    """
    part: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        part = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o644)
        part.replace(path)
    except BaseException as error:  # Ctrl-C too must leave no part file behind
        if part is not None:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        raise PlaceError(
            f"{path} can't be written: {error.strerror}. Free some space, or choose a folder that you may "
            "write in, and try again. What was there before is untouched."
        ) from None


def move_aside(path: Path, why: str) -> Path:
    """Rename `path` so that its name is free, and return the new name.

    Parameters
    ----------
    path
        An existing file.
    why
        A word for the name: ``"before-reset"`` gives ``01-….before-reset-2026-11-22-0915.ipynb``.
    """
    stamp = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
    target = path.with_name(f"{path.stem}.{why}-{stamp}{path.suffix}")
    count = 1
    while target.exists():
        count += 1
        target = path.with_name(f"{path.stem}.{why}-{stamp}-{count}{path.suffix}")
    try:
        path.rename(target)
    except OSError as error:
        raise PlaceError(f"{path} can't be renamed: {error.strerror}. It is untouched.") from None
    return target


def make_private(folder: Path) -> None:
    """Make a folder that only its owner enters, if it is missing.

    Raises
    ------
    PlaceError
        When it is a link, which could lead out of the course, or can't be made.
    """
    if folder.is_symlink():
        raise PlaceError(f"{folder} is a link, which could lead out of the course. Put a folder in its place.")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise PlaceError(f"{folder} can't be made: {error.strerror}.") from None
