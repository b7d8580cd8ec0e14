"""A submission in ``submitted/``: written whole or not at all, private, the earlier one kept beside it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from newsdesk.errors import PlaceError
from newsdesk.files import make_private, move_aside, write_whole

_UNTIL = "until"  # in the name under which an earlier submission is kept


@dataclass(frozen=True)
class Stored:
    """What happened to a submission.

    `outcome` is ``"again"`` where this very submission was replaced by what is there now: it is not put
    back by itself. `kept` names where the earlier one is, `lost` the files that only it holds.
    """

    name: str
    outcome: Literal["placed", "replaced", "unchanged", "again"]
    kept: str = ""
    lost: tuple[str, ...] = ()


def store(learner: Path, exercise: str, files: dict[str, bytes]) -> Stored:
    """Write a submission as the folder `exercise` of a learner's folder.

    Killed at any moment, the folder holds the earlier submission, the new one, or (for the blink between
    two renamings) is missing, the earlier one being kept; the same call then finishes the work.

    Parameters
    ----------
    learner
        ``submitted/<learner>``; made where it is missing.
    exercise
        The exercise's full name.
    files
        Place inside the folder to content: all of the submission.

    Raises
    ------
    PlaceError
        When a folder is a link or can't be written; what was there is there still.
    """
    target, part = learner / exercise, learner / f".{exercise}.part"
    name = f"{learner.name}/{exercise}" + (f", files of marks: {len(files) - 1}" if len(files) > 1 else "")
    make_private(learner)
    before = _files_in(target)
    if before == files:
        return Stored(name, "unchanged")
    if before is not None and any(_files_in(kept) == files for kept in learner.glob(f"{exercise}.{_UNTIL}-*")):
        return Stored(name, "again")
    if _files_in(part) is not None:  # left by a run that was stopped
        shutil.rmtree(part)
    for place, content in files.items():
        path = part / place
        make_private(part)
        make_private(path.parent)
        write_whole(path, content)
        path.chmod(0o600)
    kept = move_aside(target, _UNTIL).name if before is not None else ""
    try:
        part.rename(target)
    except OSError as error:
        raise PlaceError(f"{target} can't be written: {error.strerror}. Collect again.") from None
    if before is None:
        return Stored(name, "placed")
    return Stored(name, "replaced", kept, tuple(sorted(set(before) - set(files))))


def _files_in(folder: Path) -> dict[str, bytes] | None:
    """Return the files of a submission by place; None where there is no such folder.

    Raises
    ------
    PlaceError
        When it is a link or a file.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise PlaceError(f"{folder} is not a folder of its own. Move it away and collect again.")
    if not folder.is_dir():
        return None
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }
