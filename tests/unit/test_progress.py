"""progress: the pieces that a learner keeps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from newsdesk.errors import DataError, PlaceError
from newsdesk.progress import find_workspace, first_answer, keep, record_answer

FilesIn = Callable[[Path], dict[str, bytes]]
FRAME = pd.DataFrame({"who": ["Zoé", "a, b"], "n": [1, 2]}, index=[7, 8])


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working copy, with the current folder where its notebooks are."""
    folder = tmp_path / "my newsdesk"
    (folder / "notebooks").mkdir(parents=True)
    (folder / "newsdesk.json").write_text("{}")
    monkeypatch.chdir(folder / "notebooks")
    return folder


def test_a_working_copy_is_found_from_inside_it(workspace: Path) -> None:
    """From itself, from a folder in it, and from the current folder."""
    assert find_workspace(workspace) == workspace
    assert find_workspace(workspace / "notebooks") == workspace
    assert find_workspace() == workspace


def test_outside_there_is_no_working_copy(workspace: Path) -> None:
    """The folder above is none, nor is one with a folder called newsdesk.json."""
    (workspace.parent / "newsdesk.json").mkdir()
    assert find_workspace(workspace.parent) is None


def test_a_piece_is_kept_as_csv(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """UTF-8, one line end everywhere, without the index; the learner reads where it is."""
    keep("01-page-sheet", FRAME)
    assert (workspace / "kept" / "01-page-sheet.csv").read_bytes() == 'who,n\nZoé,1\n"a, b",2\n'.encode()
    assert capsys.readouterr().out == "Kept: kept/01-page-sheet.csv, 2 rows.\n"


def test_keeping_the_same_again_makes_no_second_file(workspace: Path, files_in: FilesIn) -> None:
    """Running the notebook twice leaves one piece."""
    keep("a", FRAME)
    keep("a", FRAME)
    assert list(files_in(workspace / "kept")) == ["a.csv"]


def test_an_earlier_piece_is_renamed_not_overwritten(
    workspace: Path, files_in: FilesIn, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three different versions are three files, and the message names where the earlier one went."""
    for n in (1, 2, 3):
        keep("a", FRAME.assign(n=n))
    files = files_in(workspace / "kept")
    assert len(files) == 3
    assert files["a.csv"] == FRAME.assign(n=3).to_csv(index=False, lineterminator="\n").encode()
    assert len(set(files.values())) == 3
    assert capsys.readouterr().out.count("The earlier one is now kept/a.until-") == 2


@pytest.mark.parametrize("empty", ["", None, "  "])
def test_an_emptier_piece_does_not_put_a_filled_one_aside(
    workspace: Path, files_in: FilesIn, capsys: pytest.CaptureFixture[str], empty: str | None
) -> None:
    """A fresh notebook run from top to bottom leaves the filled sheet where it is, and says so."""
    keep("a", FRAME)
    before = files_in(workspace)
    capsys.readouterr()
    keep("a", FRAME.assign(who=["Zoé", empty]))
    assert files_in(workspace) == before
    assert capsys.readouterr().out == (
        "Not kept: this one has 1 empty fields, and kept/a.csv has fewer. Fill in and run again.\n"
    )


def test_a_fuller_piece_takes_the_place_of_an_emptier_one(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Half filled, then filled; what is still empty is counted, and the half filled one stays too."""
    keep("a", FRAME.assign(who=["", ""]))
    keep("a", FRAME.assign(who=["Zoé", ""]))
    keep("a", FRAME)
    said = capsys.readouterr().out
    assert "2 rows, 2 fields empty." in said
    assert "2 rows, 1 field empty." in said
    assert said.endswith("Kept: kept/a.csv, 2 rows.\n")
    assert len(list((workspace / "kept").iterdir())) == 3


def test_more_rows_may_bring_more_empty_fields_along(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A table that grew is kept, though its new rows have empty fields; an empty table does not hold its place."""
    keep("a", FRAME.head(0))
    keep("a", FRAME.assign(note=""))
    keep("a", pd.concat([FRAME, FRAME]).assign(note=""))
    assert "Not kept" not in capsys.readouterr().out
    assert len(pd.read_csv(workspace / "kept" / "a.csv")) == 2 * len(FRAME)


@pytest.mark.usefixtures("workspace")
def test_one_row_is_one_row(capsys: pytest.CaptureFixture[str]) -> None:
    """The message counts in the singular too."""
    keep("a", FRAME.head(1))
    assert capsys.readouterr().out.endswith(", 1 row.\n")


def test_outside_a_working_copy_nothing_is_written_and_nothing_fails(
    tmp_path: Path, files_in: FilesIn, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A notebook read on its own, or a test, says so and goes on."""
    monkeypatch.chdir(tmp_path)
    keep("a", FRAME)
    assert files_in(tmp_path) == {}
    assert "Not kept, since this notebook is not in a working copy" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["", "A", "a b", "../x", "a/b", "a.csv", "é", "x" * 49, "a\n"])
def test_a_name_that_could_leave_the_folder_is_refused(workspace: Path, files_in: FilesIn, name: str) -> None:
    """Small letters, digits and hyphens only; the message gives an example."""
    before = files_in(workspace)
    with pytest.raises(DataError, match="Use small letters, digits and hyphens: '01-page-sheet'"):
        keep(name, FRAME)
    assert files_in(workspace) == before


@pytest.mark.parametrize("thing", [FRAME["n"], [1, 2], "text", None])
@pytest.mark.usefixtures("workspace")
def test_what_is_no_table_is_refused(thing: object) -> None:
    """The message names the type that was found."""
    with pytest.raises(DataError, match=rf"keep takes a table .+ this is a {type(thing).__name__}"):
        keep("a", thing)  # type: ignore[arg-type]


@pytest.mark.usefixtures("workspace")
def test_name_and_table_in_the_wrong_order_are_told() -> None:
    """keep(table, name) is a slip anybody makes: a message, not a traceback of the re module."""
    with pytest.raises(DataError):
        keep(FRAME, "a")  # type: ignore[arg-type]


def test_a_piece_that_cannot_be_written_leaves_the_earlier_one(workspace: Path, files_in: FilesIn) -> None:
    """A file in place of the folder 'kept': a message, and nothing changed."""
    (workspace / "kept").write_bytes(b"mine")
    before = files_in(workspace)
    with pytest.raises(PlaceError, match="can't be written"):
        keep("a", FRAME)
    assert files_in(workspace) == before


def test_the_first_answer_is_the_one_that_counts(workspace: Path) -> None:
    """Later ones are added to the file and do not replace it; each question has its own."""
    for entry in (
        {"question": "e01.q1", "answer": 3, "points": 0},
        {"question": "e01.q2", "answer": "é", "points": 1},
        {"question": "e01.q1", "answer": 4, "points": 2},
    ):
        record_answer(entry)
    assert first_answer("e01.q1") == {"question": "e01.q1", "answer": 3, "points": 0}
    assert first_answer("e01.q2") == {"question": "e01.q2", "answer": "é", "points": 1}
    assert first_answer("e01.q3") is None
    assert len((workspace / "progress.jsonl").read_text(encoding="utf-8").splitlines()) == 3


def test_a_damaged_line_of_progress_hides_no_other(workspace: Path) -> None:
    """Cut off by a crash, edited by hand, or no text at all: the lines that can be read count."""
    lines = [b'{"question": "e01.q1", "ans', b"\xff\xfe", b"3", b"[]", b'{"question": "e01.q2", "answer": 1}', b""]
    (workspace / "progress.jsonl").write_bytes(b"\n".join(lines))
    assert first_answer("e01.q1") is None
    assert first_answer("e01.q2") == {"question": "e01.q2", "answer": 1}


def test_an_answer_after_a_line_that_was_cut_off_is_not_lost(workspace: Path) -> None:
    """A new line begins a new line, whatever stood before it."""
    (workspace / "progress.jsonl").write_text('{"question": "e01.q1", "ans', encoding="utf-8")
    record_answer({"question": "e01.q2", "answer": 1})
    assert first_answer("e01.q2") == {"question": "e01.q2", "answer": 1}


def test_outside_a_working_copy_no_answer_is_recorded(
    tmp_path: Path, files_in: FilesIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nbval and autograde leave no file behind, and nothing fails."""
    monkeypatch.chdir(tmp_path)
    record_answer({"question": "e01.q1", "answer": 3})
    assert first_answer("e01.q1") is None
    assert files_in(tmp_path) == {}


def test_where_nothing_can_be_written_nothing_is_kept_and_nothing_fails(workspace: Path, files_in: FilesIn) -> None:
    """A read-only folder, or one of that name: the check cell goes on."""
    (workspace / "progress.jsonl").mkdir()
    before = files_in(workspace)
    record_answer({"question": "e01.q1", "answer": 3})
    assert first_answer("e01.q1") is None
    assert files_in(workspace) == before
