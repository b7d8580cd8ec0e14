"""course: an instructor's folder is whole, private and never written over; a roster's faults are named."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from smallkit import SmallKit
from typer.testing import CliRunner

import newsdesk.course
from newsdesk.cli import app
from newsdesk.course import Learner, make_course, read_roster
from newsdesk.errors import DataError, PlaceError
from newsdesk.grading.release import exercise_names, find_course

FilesIn = Callable[[Path], dict[str, bytes]]
HEAD = "learner_id,first_name,last_name,email\n"


@pytest.fixture
def checkout(small_kit: SmallKit, tmp_path: Path) -> Path:
    """Return a checkout with one exercise, which the package believes to run from."""
    place = tmp_path / "kit"
    for name, content in {
        "nbgrader_config.py": "c = get_config()\n",
        "solutions/lessons.yaml": "format: 1\n",
        "solutions/e01-small/e01-small.ipynb": "{}",
        "solutions/e01-small/answers.yaml": "format: 1\n",
        "solutions/e01-small/.ipynb_checkpoints/e01-small-checkpoint.ipynb": "old",
        "exercises/e01-small/e01-small.ipynb": "{}",
    }.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return place


def test_a_course_holds_copies_a_roster_and_empty_places(checkout: Path, tmp_path: Path, files_in: FilesIn) -> None:
    """Solutions and exercises are copied, leftovers of tools are not; the commands find the course."""
    folder = make_course(tmp_path / "years" / "my course")
    files = files_in(folder)
    assert set(files) == {
        "nbgrader_config.py",
        "roster.csv",
        "solutions/lessons.yaml",
        "solutions/e01-small/e01-small.ipynb",
        "solutions/e01-small/answers.yaml",
        "exercises/e01-small/e01-small.ipynb",
    }
    assert files["roster.csv"].decode() == HEAD
    assert files["nbgrader_config.py"].startswith(b"c = get_config()\n")
    assert {"downloaded", "submitted", "autograded", "feedback", "marks"} <= {path.name for path in folder.iterdir()}
    assert exercise_names(find_course(folder / "submitted")) == {"e01": "e01-small"}


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such rights")
def test_only_its_owner_reads_a_course(checkout: Path, tmp_path: Path) -> None:
    """Folders are 0700 and files 0600, whatever the mask, in a folder that was there as in a new one."""
    folder = tmp_path / "course"
    folder.mkdir(mode=0o755)
    before = os.umask(0)
    try:
        make_course(folder)
    finally:
        os.umask(before)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}


def test_a_link_in_the_checkout_is_not_followed(checkout: Path, tmp_path: Path) -> None:
    """What a link points to does not enter the course."""
    (tmp_path / "secret").write_text("secret")
    (checkout / "solutions" / "e01-small" / "link.md").symlink_to(tmp_path / "secret")
    assert not (make_course(tmp_path / "course") / "solutions" / "e01-small" / "link.md").exists()


def test_a_folder_in_use_stays_as_it_is(checkout: Path, tmp_path: Path, files_in: FilesIn) -> None:
    """A folder with one file, a file, and a course that is there are refused, each by what it is."""
    used = tmp_path / "used"
    used.mkdir()
    (used / "thesis.txt").write_text("mine")
    with pytest.raises(PlaceError, match=r"is not empty \(it holds thesis.txt\)"):
        make_course(used)
    assert files_in(used) == {"thesis.txt": b"mine"}
    with pytest.raises(PlaceError, match="is a file"):
        make_course(used / "thesis.txt")
    course = make_course(tmp_path / "course")
    (course / "roster.csv").write_text("filled in")
    with pytest.raises(PlaceError, match="is a course already"):
        make_course(course)
    assert (course / "roster.csv").read_text() == "filled in"


@pytest.mark.parametrize("inside", [".", "solutions", "new/course", "../kit/new"])
def test_a_course_is_not_made_inside_the_checkout(checkout: Path, inside: str, files_in: FilesIn) -> None:
    """Learners' work does not get where it could be committed; nothing is made."""
    before = files_in(checkout)
    with pytest.raises(PlaceError, match="lies inside the checkout"):
        make_course(checkout / inside)
    assert files_in(checkout) == before
    assert not (checkout / "new").exists()


def test_a_link_into_the_checkout_is_inside_it(checkout: Path, tmp_path: Path) -> None:
    """Where a link leads is what counts."""
    (tmp_path / "link").symlink_to(checkout / "solutions")
    with pytest.raises(PlaceError, match="lies inside the checkout"):
        make_course(tmp_path / "link" / "course")


def test_an_installed_wheel_says_where_the_solutions_are(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without solutions no course is made, and the message names the repository and the command."""
    package = tmp_path / "site-packages" / "newsdesk"
    (package / "_kit" / "data").mkdir(parents=True)
    monkeypatch.setattr("newsdesk.kit.__file__", str(package / "kit.py"))
    with pytest.raises(PlaceError, match=r"installed without the solutions.*newsdesk course new FOLDER"):
        make_course(tmp_path / "course")
    assert not (tmp_path / "course").exists()


def test_a_run_stopped_anywhere_is_explained_by_the_next(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before each of its files in turn, the folder is no course, and the next run says what to do."""
    count = len([path for path in make_course(tmp_path / "whole").rglob("*") if path.is_file()]) + 1
    write = newsdesk.course._write_new
    for last in range(1, count):
        left = last

        def stop(path: Path, content: bytes) -> None:
            nonlocal left
            if not left:
                raise KeyboardInterrupt
            left -= 1
            write(path, content)

        folder = tmp_path / f"stopped {last}"
        monkeypatch.setattr(newsdesk.course, "_write_new", stop)
        with pytest.raises(KeyboardInterrupt):
            make_course(folder)
        monkeypatch.setattr(newsdesk.course, "_write_new", write)
        with pytest.raises(PlaceError, match="is in no course"):
            find_course(folder)
        with pytest.raises(PlaceError, match=r"left half made.*delete the folder"):
            make_course(folder)


def test_a_run_stopped_at_the_very_end_left_a_whole_course(checkout: Path, tmp_path: Path) -> None:
    """Only the sign of being unfinished is to be deleted then, not the course."""
    folder = make_course(tmp_path / "course")
    (folder / "UNFINISHED.txt").touch()
    with pytest.raises(PlaceError, match=r"is a whole course.*Delete that file"):
        make_course(folder)


def test_a_full_disk_is_told_in_words(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's own word and the next step stand in the message."""

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(newsdesk.course, "_write_new", full)
    with pytest.raises(PlaceError, match=r"No space left on device.*delete the folder"):
        make_course(tmp_path / "course")


def test_the_command_makes_a_course(checkout: Path, tmp_path: Path) -> None:
    """It names the folder and the next step."""
    result = CliRunner().invoke(app, ["course", "new", str(tmp_path / "course")], catch_exceptions=False)
    assert result.exit_code == 0
    assert str(tmp_path / "course") in result.output
    assert "roster.csv" in result.output


def roster(folder: Path, text: str | bytes) -> Path:
    """Write a roster; return its course."""
    (folder / "roster.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def test_a_roster_gives_learners(tmp_path: Path) -> None:
    """Columns stand in any order, others are left alone, empty lines too."""
    head = "Email,learner_id,last_name,first_name,canvas_id,moodle_id,group"
    text = f"{head}\na@x.org,s01,Lima,Ana,12,7 8,red\n,,,\n,s02,,,,,"
    assert read_roster(roster(tmp_path, text)) == [
        Learner("s01", "Ana", "Lima", "a@x.org", "12", frozenset({"7", "8"})),
        Learner("s02", "", "", ""),
    ]


@pytest.mark.parametrize("last_name", ["Last name", "Surname", "LAST  NAME"])
def test_moodles_list_of_participants_is_a_roster(tmp_path: Path, last_name: str) -> None:
    """Pasted as Moodle gives it; other columns and our own moodle_id may stand in it."""
    text = f"First name,{last_name},ID number,Email address,Groups,moodle_id\nAna,Lima,s01,a@x.org,red,7\n"
    assert read_roster(roster(tmp_path, text)) == [Learner("s01", "Ana", "Lima", "a@x.org", "", frozenset({"7"}))]


CANVAS_POINTS = "    Points Possible,,,,,10,(read only)\n"


@pytest.mark.parametrize("posting", ["", ",,,,,Manual Posting,\n"])
def test_canvass_gradebook_is_a_roster(tmp_path: Path, posting: str) -> None:
    """The lines that tell of points are passed over; Canvas has no e-mail addresses, and none is wanted."""
    text = (
        "Student,ID,SIS User ID,SIS Login ID,Section,Exercise 6 (48213),Final Score\n" + posting + CANVAS_POINTS + ""
        '"Lima, Ana",101,s01,ana@x.org,A,7,70\n"de Vries, Bram, Jr.",102,s02,b,A,,\nMadonna,103,s03,m,A,,\n'
    )
    assert read_roster(roster(tmp_path, text)) == [
        Learner("s01", "Ana", "Lima", "", "101"),
        Learner("s02", "Bram, Jr.", "de Vries", "", "102"),
        Learner("s03", "", "Madonna", "", "103"),
    ]


def test_canvass_gradebook_in_its_other_shape(tmp_path: Path) -> None:
    """With names apart and without SIS User ID, which not everybody may see, the login names the learner."""
    text = "LastName,FirstName,ID,SIS Login ID,Section\n    Points Possible,,,,\nLima,Ana,101,alima,A\n"
    assert read_roster(roster(tmp_path, text)) == [Learner("alima", "Ana", "Lima", "", "101")]


def test_our_own_headings_come_first_and_a_lone_id_is_left_alone(tmp_path: Path) -> None:
    """ID is Canvas's number in Canvas's gradebook only; beside learner_id, ID number is just another column."""
    text = "ID,ID number,learner_id,first_name,last_name,email\nx7,y8,s01,Ana,Lima,a@x.org\n"
    assert read_roster(roster(tmp_path, text)) == [Learner("s01", "Ana", "Lima", "a@x.org")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("First name,Last name,Email address\nAna,Lima,a@x.org\n", "no column learner_id"),
        ("First name,ID number\nAna,s01\n", "no column last_name, email"),
        ("Student,ID,Section\nx,1,A\n", "no column learner_id, first_name, last_name, email"),
        ("ID,SIS User ID,SIS Login ID\n1,s01,a\n", "no column first_name, last_name."),
    ],
)
def test_a_missing_column_is_asked_for_by_every_accepted_name(tmp_path: Path, text: str, words: str) -> None:
    """Our own headings, Moodle's and Canvas's stand in the message, and what to do."""
    with pytest.raises(DataError) as caught:
        read_roster(roster(tmp_path, text))
    for part in (words, "learner_id, first_name", "ID number, First name", "Surname", "SIS User ID", "Add the column"):
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("First name,Last name,ID number,Email address\nAna,Lima,12/345,a@x.org\n", "line 2: ID number is '12/345'"),
        ("First name,Last name,ID number,Email address\nAna,Lima\n", "line 2: ID number is ''"),
        ("Student,ID,SIS User ID,SIS Login ID\n" + '"Student, Test",9,,x\n', "Delete the line if it is Canvas's test"),
        ("Student,ID,SIS User ID,SIS Login ID\n" + '"Lima, Ana",x9,s01,x\n', "line 2: ID is 'x9'"),
    ],
)
def test_a_platforms_id_that_names_no_folder_is_refused_under_its_heading(
    tmp_path: Path, text: str, words: str
) -> None:
    """The line and the platform's own heading are named."""
    with pytest.raises(DataError) as caught:
        read_roster(roster(tmp_path, text))
    assert words in str(caught.value)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_spreadsheets_own_separator_and_mark_are_read(tmp_path: Path, separator: str) -> None:
    """Semicolons, tabs, a byte order mark and Windows line ends are what spreadsheets save."""
    text = "\ufeff" + (HEAD + "s01,Ana,Lima,a@x.org\n").replace(",", separator).replace("\n", "\r\n")
    assert read_roster(roster(tmp_path, text)) == [Learner("s01", "Ana", "Lima", "a@x.org")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no column learner_id"),
        ("id,first_name,last_name,email\n", "no column learner_id"),
        (HEAD, "names no learner"),
        (HEAD + "s01,A,B,\n../x,A,B,\n", "line 3: learner_id is '../x'"),
        (HEAD + "a/b,A,B,\n", "line 2: learner_id is 'a/b'"),
        (HEAD + ".s,A,B,\n", "learner_id is '.s'"),
        (HEAD + '"s\n1",A,B,\n', "learner_id is"),
        (HEAD + f"{'s' * 65},A,B,\n", "64 at most"),
        (HEAD + "s01,A,B,\nS01,C,D,\n", "learner_id s01 stands twice, for s01 A B (line 2) and S01 C D (line 3)"),
        ("canvas_id," + HEAD + "7,s01,A,B,\n7,s02,C,D,\n", "canvas_id 7 stands twice"),
        ("moodle_id," + HEAD + "7 8,s01,A,B,\n8,s02,C,D,\n", "moodle_id 8 stands twice"),
        ("canvas_id," + HEAD + "x7,s01,A,B,\n", "canvas_id is 'x7'"),
        ("canvas_id," + HEAD + "7 8,s01,A,B,\n", "canvas_id is '7 8'"),
        (HEAD + '"s01\n",A,"B\nC",\ns02,D,E,\n\nS02,F,G,\n', "for s02 D E (line 5) and S02 F G (line 7)"),
        (HEAD.encode() + b"s01,Ren\xe9,B,\n", "not in UTF-8"),
        (HEAD + 's01,"A"B,C,\n', "can't be read as CSV"),
    ],
)
def test_a_roster_with_a_fault_is_refused(tmp_path: Path, text: str | bytes, words: str) -> None:
    """The message names the line or column."""
    with pytest.raises(DataError) as caught:
        read_roster(roster(tmp_path, text))
    assert words in str(caught.value)


def test_a_course_without_a_roster_says_how_to_make_one(tmp_path: Path) -> None:
    """The columns and the command are named."""
    with pytest.raises(PlaceError, match=r"no roster.csv.*newsdesk course new"):
        read_roster(tmp_path)
