"""files: a file is whole or not there, and nobody's work is written over."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

import newsdesk.files
from newsdesk.errors import PlaceError
from newsdesk.files import move_aside, write_whole

FilesIn = Callable[[Path], dict[str, bytes]]


def test_a_file_is_written_with_the_folders_it_needs(tmp_path: Path, files_in: FilesIn) -> None:
    """Missing folders are made, and nothing but the file is left."""
    write_whole(tmp_path / "à b" / "c" / "d.csv", b"new")
    assert files_in(tmp_path) == {"à b/c/d.csv": b"new"}


def test_an_earlier_file_is_replaced(tmp_path: Path, files_in: FilesIn) -> None:
    """The new content takes the old one's place, with no other file beside it."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"a much longer earlier content")
    write_whole(path, b"new")
    assert files_in(tmp_path) == {"a.csv": b"new"}


def test_the_new_file_takes_the_name_in_one_step(tmp_path: Path) -> None:
    """The earlier file's own bytes are never written over: whoever has it open reads it to its end."""
    path, other_name = tmp_path / "a.csv", tmp_path / "b.csv"
    path.write_bytes(b"old")
    os.link(path, other_name)
    write_whole(path, b"new")
    assert (path.read_bytes(), other_name.read_bytes()) == (b"new", b"old")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no such bits")
def test_others_may_read_the_file(tmp_path: Path) -> None:
    """A temporary file's private bits do not stay on: an instructor can read a learner's file."""
    write_whole(tmp_path / "a.csv", b"new")
    assert (tmp_path / "a.csv").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_a_full_disk_leaves_the_old_file_and_no_part_of_the_new(
    tmp_path: Path, files_in: FilesIn, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """The message names file, reason and what to do; the folder holds what it held."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PlaceError) as caught:
        write_whole(path, b"new")
    assert files_in(tmp_path) == {"a.csv": b"old"}
    for part in (str(path), os.strerror(number), "Free some space", "untouched"):
        assert part in str(caught.value)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_limit_that_strikes_in_the_middle_of_writing_leaves_nothing_half_written(
    tmp_path: Path, files_in: FilesIn
) -> None:
    """Under a real limit on file size, the old file stays and the part written so far is gone."""
    (tmp_path / "a.csv").write_bytes(b"old")
    code = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from newsdesk.errors import PlaceError\n"
        "from newsdesk.files import write_whole\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n"
        "    write_whole(Path(sys.argv[1]), b'x' * 100_000)\n"
        "except PlaceError as error:\n"
        "    print(error)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a.csv")], capture_output=True, text=True, check=True
    )
    assert "can't be written" in run.stdout
    assert files_in(tmp_path) == {"a.csv": b"old"}


def test_control_c_in_the_middle_of_writing_leaves_nothing_half_written(
    tmp_path: Path, files_in: FilesIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interrupt passes on as an interrupt; the old file stays and no part file is left."""
    (tmp_path / "a.csv").write_bytes(b"old")

    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "a.csv", b"new")
    assert files_in(tmp_path) == {"a.csv": b"old"}


def test_a_place_that_cannot_be_a_folder_is_named(tmp_path: Path, files_in: FilesIn) -> None:
    """A file in the place of the folder: a message with the path, the file untouched."""
    (tmp_path / "work").write_bytes(b"a file")
    with pytest.raises(PlaceError, match=r"work.+can't be written.+choose a folder that you may write in"):
        write_whole(tmp_path / "work" / "a.csv", b"new")
    assert files_in(tmp_path) == {"work": b"a file"}


def test_a_folder_in_the_place_of_the_file_is_kept(tmp_path: Path, files_in: FilesIn) -> None:
    """A folder of the file's name stays with what it holds, and no part file is left beside it."""
    (tmp_path / "a.csv").mkdir()
    (tmp_path / "a.csv" / "mine").write_bytes(b"mine")
    with pytest.raises(PlaceError, match="can't be written"):
        write_whole(tmp_path / "a.csv", b"new")
    assert files_in(tmp_path) == {"a.csv/mine": b"mine"}


class _Clock(datetime):
    """A clock that stands still."""

    @classmethod
    def now(cls, tz: object = None) -> datetime:
        """Return a quarter past nine."""
        return datetime(2026, 11, 22, 9, 15, 30)


def test_moving_aside_keeps_stem_and_ending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new name says what, why and when, and opens in the same program."""
    monkeypatch.setattr(newsdesk.files, "datetime", _Clock)
    path = tmp_path / "01-read.ipynb"
    path.write_bytes(b"mine")
    moved = move_aside(path, "before-reset")
    assert moved.name == "01-read.before-reset-2026-11-22-091530.ipynb"
    assert moved.read_bytes() == b"mine"
    assert not path.exists()


def test_moving_aside_never_overwrites(tmp_path: Path, files_in: FilesIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three versions moved within one second are three files."""
    monkeypatch.setattr(newsdesk.files, "datetime", _Clock)
    path = tmp_path / "a.csv"
    for content in (b"one", b"two", b"three"):
        path.write_bytes(content)
        move_aside(path, "until")
    assert sorted(files_in(tmp_path).values()) == [b"one", b"three", b"two"]


def test_what_cannot_be_moved_is_named(tmp_path: Path) -> None:
    """The message names the file and says that it is untouched."""
    with pytest.raises(PlaceError, match=r"gone\.csv can't be renamed.+untouched"):
        move_aside(tmp_path / "gone.csv", "until")
