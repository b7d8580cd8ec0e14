"""originals: an owner's copies, checked by fingerprint and kept outside every checkout."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from smallkit import ORIGINALS, SmallKit

import newsdesk.originals
from newsdesk.errors import NotFoundError, PlaceError
from newsdesk.originals import (
    OriginalReport,
    add_originals,
    compare_original,
    fingerprint,
    originals_folder,
    read_original,
    split_paragraphs,
)

FilesIn = Callable[[Path], dict[str, bytes]]
TEXT = "\n\n".join(ORIGINALS["aa-2021"]) + "\n"


@pytest.fixture
def kept(small_kit: SmallKit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that originals are kept in, in place of the user's own."""
    monkeypatch.setattr(newsdesk.originals.platformdirs, "user_data_path", lambda *_, **__: tmp_path / "user")
    return tmp_path / "user" / "originals"


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """A folder with whole copies of both articles."""
    folder = tmp_path / "copies"
    folder.mkdir()
    for article_id, paragraphs in ORIGINALS.items():
        (folder / f"{article_id}.txt").write_text("\n\n".join(paragraphs) + "\n", encoding="utf-8")
    return folder


def test_originals_are_kept_outside_the_checkout() -> None:
    """The folder is the user's own; a commit can't take an original along."""
    checkout = Path(__file__).parents[2]
    assert originals_folder().is_absolute()
    assert checkout not in originals_folder().parents
    assert originals_folder().name == "originals"


@pytest.mark.parametrize(
    "other",
    [
        'Mast plan "stalls" isn\'t it',
        "Mast plan “stalls” isn’t it",
        "  Mast\u00a0plan “stalls”\tisn‘t   it ",
        "Mast plan “stalls” isn’t it\u2003",
        "Ｍast plan “stalls” isn’t it",
    ],
)
def test_another_browsers_copy_has_the_same_fingerprint(other: str) -> None:
    """Quotation marks, spaces and width forms do not count."""
    assert fingerprint(other) == fingerprint('Mast plan "stalls" isn\'t it')


@pytest.mark.parametrize("other", ["mast plan", "Mast plans", "Mast plan.", "Mast pl\u00e4n", "Mastplan", ""])
def test_other_words_have_another_fingerprint(other: str) -> None:
    """Case, letters, accents, punctuation and word bounds count."""
    assert fingerprint(other) != fingerprint("Mast plan")


def test_accents_composed_or_not_are_the_same() -> None:
    """A file that was saved on a Mac in decomposed form matches."""
    assert fingerprint("Le ma\u0302t") == fingerprint("Le m\u00e2t")


def test_blank_lines_are_not_counted() -> None:
    """One paragraph a line, with blank lines or without, with any line ends."""
    assert split_paragraphs("a\n\n  \n b \r\nc") == ["a", "b", "c"]


@pytest.mark.usefixtures("small_kit")
@pytest.mark.parametrize(
    ("text", "matched", "changed", "missing"),
    [
        (TEXT, (1, 2, 3), (), ()),
        (TEXT.replace("council", "board"), (1, 3), (2,), ()),
        (TEXT.replace("Mast", "Pole").replace("5 March", "6 March"), (2,), (1, 3), ()),
        ("\n".join(ORIGINALS["aa-2021"][:1]), (1,), (), (2, 3)),
        (TEXT + "\nShare this\nSubscribe", (1, 2, 3), (4, 5), ()),
        ("Advertisement\n" + TEXT, (), (1, 2, 3, 4), ()),
        ("", (), (), (1, 2, 3)),
        (None, (), (), (1, 2, 3)),
    ],
)
def test_paragraphs_are_told_apart_by_number(
    text: str | None, matched: tuple[int, ...], changed: tuple[int, ...], missing: tuple[int, ...]
) -> None:
    """What matches, what differs, what is too many and what is not there, each by its number."""
    report = compare_original("aa-2021", text)
    assert (report.matched, report.changed, report.missing) == (matched, changed, missing)
    assert report.is_whole == (text == TEXT)


@pytest.mark.usefixtures("small_kit")
def test_an_article_that_does_not_exist_is_refused() -> None:
    """A misspelt id is answered with the right one."""
    with pytest.raises(NotFoundError, match="Did you mean 'aa-2021'"):
        compare_original("aa2021", TEXT)


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (OriginalReport("aa-2021", None, (), (), (1, 2)), "aa-2021: no file aa-2021.txt in the folder"),
        (OriginalReport("aa-2021", Path("a"), (1, 2), (), ()), "aa-2021: all 2 paragraphs match"),
        (
            OriginalReport("aa-2021", Path("a"), (1,), (2, 4), (5,)),
            "aa-2021: 1 paragraphs match; changed: p2, p4; missing: p5",
        ),
    ],
)
def test_a_report_is_one_line(report: OriginalReport, line: str) -> None:
    """The line names the paragraphs as the course does: p2."""
    assert str(report) == line


def test_whole_copies_are_kept_and_read_again(kept: Path, copies: Path, files_in: FilesIn) -> None:
    """Both are kept, with their words as they are; reading gives one paragraph a line."""
    before = files_in(copies)
    assert [report.is_whole for report in add_originals(copies)] == [True, True]
    assert sorted(files_in(kept)) == ["aa-2021.txt", "bb-2020.txt"]
    assert read_original("aa-2021") == ORIGINALS["aa-2021"]
    assert files_in(copies) == before


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(kept: Path, copies: Path) -> None:
    """A file saved by Notepad matches, and the mark is not part of the first paragraph."""
    (copies / "aa-2021.txt").write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    assert add_originals(copies)[0].is_whole
    assert read_original("aa-2021")[0] == ORIGINALS["aa-2021"][0]


@pytest.mark.parametrize("change", [lambda t: t.replace("council", "board"), lambda t: t + "\nShare", lambda _: ""])
def test_a_copy_that_is_not_whole_is_reported_and_not_kept(
    kept: Path, copies: Path, files_in: FilesIn, change: Callable[[str], str]
) -> None:
    """The tables point into paragraphs: a changed, longer or empty copy is no use. The other one is kept."""
    (copies / "aa-2021.txt").write_text(change(TEXT), encoding="utf-8")
    assert [report.is_whole for report in add_originals(copies)] == [False, True]
    assert list(files_in(kept)) == ["bb-2020.txt"]


def test_a_missing_copy_is_reported(kept: Path, copies: Path) -> None:
    """Somebody who has one of the articles adds that one."""
    (copies / "bb-2020.txt").unlink()
    assert [str(report) for report in add_originals(copies)] == [
        "aa-2021: all 3 paragraphs match",
        "bb-2020: no file bb-2020.txt in the folder",
    ]


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1", "cp1252"])
@pytest.mark.usefixtures("kept")
def test_a_file_that_is_not_utf8_is_named(copies: Path, encoding: str) -> None:
    """The message names the file and what to do; it is no traceback of a decoder."""
    (copies / "bb-2020.txt").write_bytes("Le mât\nIl n'a rien dit.\n".encode(encoding))
    with pytest.raises(PlaceError, match=r"bb-2020\.txt is not UTF-8 text .+ Save it as UTF-8"):
        add_originals(copies)


@pytest.mark.usefixtures("kept")
def test_a_file_that_cannot_be_read_is_named(copies: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy without permission to read gives a message, as a folder that is not there does."""

    def refused(path: Path, *_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_text", refused)
    with pytest.raises(PlaceError, match=r"aa-2021\.txt"):
        add_originals(copies)


def test_a_folder_that_is_not_there_is_named(kept: Path, tmp_path: Path) -> None:
    """Nothing is made in the user's data folder then."""
    with pytest.raises(PlaceError, match=r"There is no folder .+nowhere"):
        add_originals(tmp_path / "nowhere")
    assert not kept.exists()


@pytest.mark.usefixtures("kept")
def test_an_original_that_was_not_added_is_explained() -> None:
    """The message says that the kit ships editions, and how to add a lawful copy."""
    with pytest.raises(PlaceError, match=r"aa-2021 is not on this computer.+newsdesk originals add FOLDER"):
        read_original("aa-2021")


def test_a_kept_copy_that_was_changed_since_is_refused(kept: Path, copies: Path) -> None:
    """The paragraphs that differ are named, so that no offset points to other words."""
    add_originals(copies)
    (kept / "aa-2021.txt").write_text(TEXT.replace("council", "board"), encoding="utf-8")
    with pytest.raises(PlaceError, match=r"changed: p2.+newsdesk originals add"):
        read_original("aa-2021")


def test_a_kept_copy_that_was_damaged_is_refused(kept: Path, copies: Path) -> None:
    """Bytes that are no text give the same kind of message, not a decoder's error."""
    add_originals(copies)
    (kept / "aa-2021.txt").write_bytes(b"\xff\xfe\x00 damaged")
    with pytest.raises(PlaceError, match="newsdesk originals add"):
        read_original("aa-2021")
