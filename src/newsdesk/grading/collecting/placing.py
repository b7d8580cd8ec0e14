"""Whose a file is: the names that Canvas, Moodle and people give to what learners send.

Canvas ("Download Submissions") puts all files into one folder. Canvas's own source, instructure/canvas-lms,
``lib/content_zipper.rb`` (class ContentZipper, methods get_filename, add_upload_submission), names them
``<name>_<user id>_<attachment id>_<file>``, with ``LATE_`` before the user id where Canvas counts it late;
the name is "last, first" in small letters without blanks and punctuation. With anonymous grading
``anon_<five signs>`` stands in place of name and id. Attachment ids grow, so that the highest is the last
upload. A file that a learner hands in again gets ``-1``, ``-2`` before its ending. An example of a real name
stands in "Re-upload submissions changes file extension" (issue 2406 there).

Moodle ("Download all submissions") makes a folder for each learner. Moodle's own source, moodle/moodle,
``mod/assign/classes/downloader.php`` (class downloader, methods get_student_prefix,
load_submissionplugin_filelist), names it ``<full name>_<number>_assignsubmission_file`` (older versions end
with one more ``_``); with "Download submissions in folders" (downloadasfolders_help in
``mod/assign/lang/en/assign.php``) off, the file's name follows behind one more ``_``. The number is that of
``Participant 123`` in the grading worksheet; each assignment has its own. Neither shape dates a file.

Anything else is a person's own order: a folder (or zip) with a learner's id, e-mail address or full name,
or a file ``<learner>_<exercise>.ipynb``.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from newsdesk.course import Learner

_ANONYMOUS = re.compile(r"(?:LATE_)?anon_\w+?_\d+_.+", re.DOTALL)
_CANVAS = re.compile(r"(?P<name>\w+?)_(?P<late>LATE_)?(?P<account>\d+)_(?P<mark>\d+)_(?P<file>.+)", re.DOTALL)
_MOODLE = re.compile(r"(?P<name>[^_]+)_(?P<account>\d+)_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<file>.*))?", re.DOTALL)
_SEPARATORS = " _-."
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})


class PlacingError(Exception):
    """A file that can't be placed; the message is the reason."""


@dataclass(frozen=True)
class Placed:
    """Whose a file is.

    `home` names the folder that it stood in before the platform renamed it; `file` is its name there.
    `account` and `mark` are the platform's numbers of the user and of the upload, where it gives them.
    """

    learner: Learner
    home: tuple[str, ...]
    file: str
    platform: str = ""
    account: str = ""
    mark: int | None = None
    is_late: bool = False


def plain(name: str) -> str:
    """Return a name's letters and digits alone: small, without accents, blanks and punctuation.

    Examples
    --------
    >>> plain("O'Brien-García, Łucja "), plain("GARCÍA") == plain("Garcı́a")
    ('obriengarcialucja', True)
    """
    letters = unicodedata.normalize("NFKD", name.casefold()).translate(_LETTERS)
    return "".join(c for c in letters if c.isalnum())


class Matcher:
    """The roster, asked by id, e-mail address, name and the platforms' numbers."""

    def __init__(self, roster: Iterable[Learner]) -> None:
        self._idents: dict[str, set[Learner]] = defaultdict(set)
        self._names: dict[str, set[Learner]] = defaultdict(set)
        self._canvas: dict[str, Learner] = {}
        self._moodle: dict[str, Learner] = {}
        for learner in roster:
            for ident in filter(None, (learner.learner_id, learner.email)):
                self._idents[unicodedata.normalize("NFC", ident).casefold()].add(learner)
            first, last = plain(learner.first_name), plain(learner.last_name)
            if first + last:
                own = plain(learner.learner_id)  # some Moodles put the user's name in front
                for name in {first + last, last + first}:
                    self._names[name].add(learner)
                    self._names[own + name].add(learner)
            if learner.canvas_id:
                self._canvas[learner.canvas_id] = learner
            self._moodle.update(dict.fromkeys(learner.moodle_ids, learner))

    def place(self, parts: tuple[str, ...], exercises: Iterable[str]) -> Placed:
        """Say whose a file is, by the first part of its place that names somebody.

        What stands further in was named by the learner, and is not asked: a file in Eve's folder that
        bears Ana's name is Eve's.

        Raises
        ------
        PlacingError
            When no one learner is named.
        """
        for number, part in enumerate(parts):
            is_file = number == len(parts) - 1
            moodle, canvas = _MOODLE.fullmatch(part), _CANVAS.fullmatch(part)
            if moodle:
                learner = self._by_platform(moodle["name"], moodle["account"], "Moodle", self._moodle)
                prefix, file = f"{moodle['name']}_{moodle['account']}", moodle["file"] or part
                home = (*parts[:number], prefix) if is_file else parts[:-1]
                return Placed(learner, home, file if is_file else parts[-1], "Moodle", moodle["account"])
            if _ANONYMOUS.fullmatch(part):
                raise PlacingError("Canvas gave neither name nor id (anonymous grading is on)")
            if canvas:
                learner = self._by_platform(canvas["name"], canvas["account"], "Canvas", self._canvas)
                prefix = f"{canvas['name']}_{canvas['account']}"
                home = (*parts[:number], prefix) if is_file else parts[:-1]
                file = canvas["file"] if is_file else parts[-1]
                mark = int(canvas["mark"])
                return Placed(learner, home, file, "Canvas", canvas["account"], mark, bool(canvas["late"]))
            if not is_file:
                named = self._named(part.removesuffix(".zip"))
                if named:
                    return Placed(_one(named), parts[:-1], parts[-1])
                continue
            for exercise in exercises:
                stem = part.removesuffix(".ipynb")
                for other in (stem.removeprefix(exercise), stem.removesuffix(exercise)):
                    named = self._named(other.strip(_SEPARATORS)) if other != stem else set()
                    if named:
                        return Placed(_one(named), (*parts[:-1], other), f"{exercise}.ipynb")
        raise PlacingError("no folder around it, and not its name, names a learner of the roster")

    def _named(self, text: str) -> set[Learner]:
        ident, name = unicodedata.normalize("NFC", text).casefold().strip(), plain(text)
        return self._idents.get(ident, set()) | (self._names.get(name, set()) if name else set())

    def _by_platform(self, name: str, account: str, platform: str, numbers: dict[str, Learner]) -> Learner:
        """Return the learner whom the number and the name both allow."""
        by_number, by_name = numbers.get(account), self._names.get(plain(name), set())
        if by_number and by_name and by_number not in by_name:
            raise PlacingError(
                f"{platform}'s number {account} is {by_number.learner_id}'s in the roster, and the name is "
                f"{_listed(by_name)}'s"
            )
        if by_number:
            return by_number
        if not by_name:
            raise PlacingError(f"nobody in the roster has this name or {platform}'s number {account}")
        learner = _one(by_name)
        if platform == "Canvas" and learner.canvas_id:  # Moodle's numbers differ between assignments
            raise PlacingError(f"Canvas's number is {account}, and {learner.learner_id}'s in the roster another")
        return learner


def _one(learners: set[Learner]) -> Learner:
    if len(learners) > 1:
        raise PlacingError(f"{len(learners)} learners could be meant: {_listed(learners)}")
    return next(iter(learners))


def _listed(learners: set[Learner]) -> str:
    return ", ".join(sorted(learner.learner_id for learner in learners))
