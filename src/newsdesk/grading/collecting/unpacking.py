"""What learners sent, looked at without trust: a folder or a zip, each file named, none unpacked to disk.

A file that could do harm is refused with its reason; the others are offered, and read when wanted.
"""

from __future__ import annotations

import io
import lzma
import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from newsdesk.errors import PlaceError, shown

MAX_FILE = 20_000_000  # bytes of one notebook, marks file or learner's zip
MAX_FILES = 20_000  # in a download of a whole class
MAX_INNER_FILES = 500  # in a zip that a learner made
MAX_TOTAL = 8_000_000_000  # bytes of a class, of the files that are read at all
MAX_INNER_TOTAL = 100_000_000
MAX_NAME = 255  # bytes of one part of a name, as most file systems have it
MAX_PATH = 1_000
READ = (".ipynb", ".jsonld", ".zip")  # nothing else is ever opened
Opening = Callable[[], IO[bytes]]
_CENTRAL = b"PK\x01\x02"  # begins each entry of a zip's directory
_DAMAGED = (  # what zipfile and the unpackers below it raise on bytes that make no sense
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(EOFError, OSError, ValueError, RuntimeError, IndexError),
)
_COMPANIONS = {"__macosx", ".ds_store", "thumbs.db", "desktop.ini", ".ipynb_checkpoints", "__pycache__"}


@dataclass(frozen=True)
class Refused:
    """Something that was not placed, and why; `place` is fit to be printed.

    `step` says what would help: to ``"move"`` or rename the file, to have it ``"anew"``, or neither.
    """

    place: str
    reason: str
    step: Literal["move", "anew", ""] = "anew"
    is_zipped: bool = False

    def __str__(self) -> str:
        """Return one line."""
        return f"{self.place}: {self.reason}"


@dataclass(frozen=True)
class Offered:
    """One file: where it stands (folders, zips, its name), and how to read it."""

    parts: tuple[str, ...]
    read: Callable[[], bytes]
    is_zipped: bool = False

    @property
    def place(self) -> str:
        """Return where it stands, fit to be printed."""
        return shown("/".join(self.parts))

    def refused(self, reason: str, step: Literal["move", "anew", ""]) -> Refused:
        """Return why it was not placed, and what would help."""
        return Refused(self.place, reason, step, self.is_zipped)


class UnreadableFileError(Exception):
    """A file that can't be read; the message is the reason."""


class Archives:
    """The zip that was read last, kept open: a class's download is read member by member. Close it in the end."""

    def __init__(self) -> None:
        self._parts: tuple[str, ...] = ()
        self._stack = ExitStack()
        self._archive: zipfile.ZipFile | None = None

    def open(self, parts: tuple[str, ...], opening: Opening) -> zipfile.ZipFile:
        """Return the open zip that stands at `parts`."""
        if self._archive is None or parts != self._parts:
            file = opening()  # of a zip in a zip, this asks for the outer one
            self.close()
            self._stack.callback(file.close)
            self._parts, self._archive = parts, self._stack.enter_context(zipfile.ZipFile(file))
        return self._archive

    def close(self) -> None:
        """Close the zip."""
        self._archive = None
        self._stack.close()


def walk(source: Path, archives: Archives) -> Iterator[Offered | Refused]:
    """Yield each file of a folder or zip, and of the zips in it; learners' own zips are opened one level deep.

    What is offered can be read while `archives` is open.

    Raises
    ------
    PlaceError
        When `source` is neither a folder nor a zip, or can't be read.
    """
    if source.is_dir():
        yield from _walk_folder(source, archives)
        return
    if not source.is_file():
        raise PlaceError(f"{source} is not there. Give a folder of submissions, or the zip that the platform gave you.")
    if not zipfile.is_zipfile(source):
        raise PlaceError(f"{source} is neither a folder nor a zip. Give one of the two.")
    yield from _walk_zip((source.name,), lambda: source.open("rb"), archives, is_inner=False)


def _walk_folder(source: Path, archives: Archives) -> Iterator[Offered | Refused]:
    found: list[tuple[tuple[str, ...], Path]] = []
    waiting = [source]
    while waiting:
        folder = waiting.pop()
        try:
            entries = sorted(folder.iterdir())
        except OSError as error:
            raise PlaceError(f"{shown(str(folder))} can't be read: {error.strerror}.") from None
        for path in entries:
            parts = path.relative_to(source).parts
            if _is_companion(parts):
                continue
            if stat.S_ISDIR(path.lstat().st_mode):  # not through a link
                waiting.append(path)
            else:
                found.append((parts, path))
        if len(found) + len(waiting) > MAX_FILES:
            raise PlaceError(f"{source} holds more than {MAX_FILES:,} files. Give the folder of one course.")
    alike = _alike([parts for parts, _ in found])
    for parts, path in sorted(found):
        mode, size = path.lstat().st_mode, path.lstat().st_size
        reason = _bad_kind(mode) or _bad_name("/".join(parts), parts) or alike.get(parts)
        is_zip = not reason and parts[-1].lower().endswith(".zip")
        if not reason and not is_zip and size > MAX_FILE and parts[-1].lower().endswith(READ):
            reason = _too_large(size)
        if reason:
            yield Refused(shown("/".join(parts)), reason)
        elif is_zip:
            yield from _walk_zip(parts, lambda path=path: _open_plain(path), archives, is_inner=False)  # type: ignore[misc]
        else:
            yield Offered(parts, lambda path=path: _read_plain(path))  # type: ignore[misc]


def _open_plain(path: Path) -> io.BufferedReader:
    """Open a regular file, and nothing that took its name since it was listed."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    file = os.fdopen(handle, "rb")
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        file.close()
        raise UnreadableFileError("is no ordinary file")
    return file


def _read_plain(path: Path) -> bytes:
    try:
        with _open_plain(path) as file:
            return _capped(file)
    except OSError as error:
        raise UnreadableFileError(f"can't be read: {error.strerror}") from None


def _walk_zip(
    parts: tuple[str, ...], opening: Opening, archives: Archives, *, is_inner: bool
) -> Iterator[Offered | Refused]:
    place = shown("/".join(parts))
    try:
        members = archives.open(parts, opening).infolist()
    except UnreadableFileError as error:
        yield Refused(place, str(error))
        return
    except _DAMAGED:
        yield Refused(place, "a damaged zip")
        return
    members = [m for m in members if not m.is_dir() and not _is_companion(tuple(m.orig_filename.split("/")))]
    most, most_bytes = (MAX_INNER_FILES, MAX_INNER_TOTAL) if is_inner else (MAX_FILES, MAX_TOTAL)
    if len(members) > most:
        yield Refused(place, f"a zip of {len(members):,} files; {most:,} at most are looked at")
        return
    wanted = [m for m in members if m.filename.lower().endswith(READ) and m.file_size <= MAX_FILE]
    if sum(m.file_size for m in wanted) > most_bytes:
        yield Refused(place, f"unpacks to more than {most_bytes / 1e6:,.0f} MB (a zip bomb?)")
        return
    alike = _alike([tuple(_split(m.orig_filename)) for m in members])
    for member in members:
        inside = tuple(_split(member.orig_filename))
        reason = (
            _bad_name(member.orig_filename, inside)
            or _bad_kind(member.external_attr >> 16)
            or ("is encrypted" if member.flag_bits & 1 else "")
            or alike.get(inside, "")
            or (
                _too_large(member.file_size)
                if member.file_size > MAX_FILE and member.filename.lower().endswith(READ)
                else ""
            )
        )
        if reason:
            yield Refused(shown("/".join((*parts, member.orig_filename))), reason)
            continue
        read = _reader(parts, opening, archives, member)
        if not member.filename.lower().endswith(".zip"):
            yield Offered((*parts, *inside), read, is_zipped=True)
        elif is_inner:
            yield Refused(shown("/".join((*parts, *inside))), "a zip inside a zip inside a zip")
        else:
            yield from _walk_zip((*parts, *inside), _inner(read), archives, is_inner=True)


def _reader(
    parts: tuple[str, ...], opening: Opening, archives: Archives, member: zipfile.ZipInfo
) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with archives.open(parts, opening).open(member) as content:
                return _capped(content)
        except NotImplementedError:
            raise UnreadableFileError("is packed by a method that is not read here") from None
        except _DAMAGED:
            raise UnreadableFileError("is damaged inside the zip") from None

    return read


def _inner(read: Callable[[], bytes]) -> Opening:
    def opening() -> IO[bytes]:
        content = read()
        count = content.count(_CENTRAL)  # before zipfile makes an object of each
        if count > 2 * MAX_INNER_FILES:
            raise UnreadableFileError(f"a zip of some {count:,} files; {MAX_INNER_FILES:,} at most are looked at")
        return io.BytesIO(content)

    return opening


def _capped(file: IO[bytes]) -> bytes:
    content = file.read(MAX_FILE + 1)
    if len(content) > MAX_FILE:
        raise UnreadableFileError(_too_large(len(content)))
    return content


def _too_large(size: int) -> str:
    return f"is too large ({size / 1e6:,.0f} MB; {MAX_FILE / 1e6:,.0f} MB at most)"


def _split(name: str) -> list[str]:
    return [part for part in name.split("/") if part not in ("", ".")]


def _is_companion(parts: tuple[str, ...]) -> bool:
    """Say whether a file was put there by a computer, not handed in: a checkpoint, a folder's icon."""
    return any(part.lower() in _COMPANIONS or part.startswith("._") for part in parts)


def _bad_kind(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "is a link, not a file"
    if any(is_kind(mode) for is_kind in (stat.S_ISBLK, stat.S_ISCHR, stat.S_ISFIFO, stat.S_ISSOCK)):
        return "is a device, not a file"
    return ""


def _bad_name(name: str, parts: tuple[str, ...]) -> str:
    if any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in name):
        return "its name holds a line break or another character that can't be printed"
    size = len(name.encode())
    reasons = {
        "its name is an absolute path": name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name),
        "its name leads out of the folder ('..')": ".." in re.split(r"[/\\]", name),
        "its name holds a backslash": "\\" in name,
        "it has no name": not parts,
        f"its name is too long ({size:,} bytes)": size > MAX_PATH or any(len(p.encode()) > MAX_NAME for p in parts),
    }
    return next((reason for reason, is_so in reasons.items() if is_so), "")


def _alike(names: list[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """Return the names of which there are two: the same, or others in capitals or accents' encoding only."""
    keys = {parts: unicodedata.normalize("NFC", "/".join(parts)).casefold() for parts in names}
    exact, folded = Counter(names), Counter(keys[parts] for parts in names)
    return {
        parts: "two files of this name" if exact[parts] > 1 else "another file's name differs from it in capitals only"
        for parts in keys
        if folded[keys[parts]] > 1
    }
