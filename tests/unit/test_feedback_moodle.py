"""feedback.moodle: each page in the folder of its own participant, or in none."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from pathlib import Path

import pytest

from newsdesk.errors import DataError, NotFoundError, PlaceError
from newsdesk.grading.feedback import moodle
from newsdesk.grading.feedback.moodle import MoodleReport, feedback_for_moodle
from newsdesk.grading.feedback.write import FeedbackReport

E05, EXERCISE = "e05-other", "e06-where-it-came-from"
FILE = f"{EXERCISE}.ipynb"
PAGE = f"{EXERCISE}-feedback.html"
ROSTER = """learner_id,first_name,last_name,email,moodle_id
s01,Ana,Lima,,
s02,Ben,Okoro,,
s03,Chloé,Bernard,,
s04,Łucja,O'Neill-García,,
s05,Goran,Petrović,,
"""
FOLDERS = {
    "s01": "Ana Lima_700100_assignsubmission_file_",
    "s02": "Ben Okoro_700103_assignsubmission_file_",
    "s03": "Chloé Bernard_700106_assignsubmission_file_",
    "s04": "Łucja O'Neill-García_700109_assignsubmission_file_",
    "s05": unicodedata.normalize("NFD", "Goran Petrović_700112_assignsubmission_file_"),
}


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a course of five learners, each with a page of their own."""
    folder = tmp_path / "course"
    for name in (E05, EXERCISE):
        (folder / "solutions" / name).mkdir(parents=True)
        (folder / "solutions" / name / "answers.yaml").touch()
    write_roster(folder, ROSTER)

    def feedback(course: Path, exercise: str) -> FeedbackReport:
        """Write pages as `newsdesk.grading.feedback.write.feedback` does, for all who handed in."""
        people = sorted(path.name for path in (folder / "submitted").iterdir())
        for who in people:
            path = course / "feedback" / who / EXERCISE / f"{EXERCISE}.html"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{exercise} of {who}")
        return [FeedbackReport(EXERCISE, written=people[::2], unchanged=people[1::2])]

    monkeypatch.setattr(moodle, "feedback", feedback)
    for who in FOLDERS:
        (folder / "submitted" / who).mkdir(parents=True)
    return folder


def write_roster(course: Path, text: str) -> None:
    """Write a course's roster."""
    (course / "roster.csv").write_text(text, encoding="utf-8")


def downloaded(course: Path, names: list[str]) -> Path:
    """Write a zip of files of these names."""
    path = course.parent / "JRN210-Exercise 6-48213.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return path


def given_back(report: MoodleReport) -> dict[str, str]:
    """Return what a zip holds: texts by name."""
    with zipfile.ZipFile(report.path) as archive:
        assert archive.testzip() is None
        return {each.filename: archive.read(each).decode() for each in archive.infolist()}


def moodles_reading(name: str) -> tuple[int, str]:
    """Return the participant and the file that Moodle takes a name in a zip for, by the rule in the module."""
    parts = name.split("/")
    while parts:
        info = parts.pop(0).split("_", 4)
        if len(info) >= 4 and info[1].isdigit() and info[2:4] == ["assignsubmission", "file"]:
            return int(info[1]), "/".join([*info[4:], *parts]).lstrip("/")
    raise AssertionError(name)


def everybody(ending: str = f"/{FILE}") -> list[str]:
    """Return the names of the files in a download."""
    return [folder + ending for folder in FOLDERS.values()]


@pytest.mark.parametrize(
    "names",
    [
        everybody(),
        [name.replace("_file_", "_file") for name in everybody()],  # Moodle 4.1 and later
        everybody(FILE),  # without folders
        everybody("/work.zip"),
        [*everybody("/mine.ipynb")[1:], f"{FOLDERS['s01']}/{E05}.ipynb"],  # one wrong file, and names of their own
        [f"JRN210/{name}" for name in everybody()],  # packed anew by hand
        [*everybody(), *everybody("/annotations/x.me.jsonld")],
        [f"{FOLDERS['s01']}/{FOLDERS['s02']}/x.ipynb", *everybody()],  # a learner's own folder names nobody
        [name.replace("_file_", "_onlinetext_") for name in everybody("/onlinetext.html")] + everybody(),
    ],
)
def test_every_page_is_in_the_folder_of_its_own_participant(course: Path, names: list[str]):
    """Read as Moodle reads it, each learner's page goes to the number that stands with that learner's name."""
    report = feedback_for_moodle(course, "e06", None, downloaded(course, names))
    found = given_back(report)
    numbers = {who: int(folder.split("_")[1]) for who, folder in FOLDERS.items()}
    assert {moodles_reading(name): text for name, text in found.items()} == {
        (number, PAGE): f"e06 of {who}" for who, number in numbers.items()
    }
    assert len(found) == len(FOLDERS)
    assert {name.split("/")[0].rstrip("_") for name in found} == {each.rstrip("_") for each in FOLDERS.values()}
    assert report.is_whole
    assert str(report).splitlines()[1].startswith(f"{report.path}: 5 pages. In Moodle's assignment")


def test_a_folder_does_as_well_as_the_zip(course: Path):
    """A browser may have unpacked the download."""
    folder = course.parent / "unpacked"
    with zipfile.ZipFile(downloaded(course, everybody())) as archive:
        archive.extractall(folder)
    assert feedback_for_moodle(course, "e06", None, folder).packed == FOLDERS


def test_the_same_pages_give_the_same_bytes(course: Path):
    """No time of day is in it; it is readable by its owner alone, and no part of it is left beside it."""
    names = everybody()
    report = feedback_for_moodle(course, "e06", None, downloaded(course, names))
    first = report.path.read_bytes()
    report = feedback_for_moodle(course, "e06", None, downloaded(course, names[::-1]))
    assert report.path.read_bytes() == first
    assert report.path == course / "feedback" / f"{EXERCISE}-for-moodle.zip"
    assert report.path.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert [path.name for path in (course / "feedback").iterdir() if path.is_file()] == [report.path.name]


AMBIGUOUS = {
    "two of one name in the roster": (
        ROSTER + "s31,Ana,Lima,,\n",
        [],
        {"s01"},
        "2 learners could be meant: s01, s31",
    ),
    "two of one name in the download": (
        ROSTER,
        ["Ana Lima_700999_assignsubmission_file_"],
        {"s01"},
        "the participants 700100, 700999 could all be s01",
    ),
    "accents alone differ": (
        ROSTER + "s31,Chloe,Bernard,,\n",
        [],
        {"s03"},
        "2 learners could be meant: s03, s31",
    ),
    "one number for two names": (
        ROSTER,
        ["Ana Lima_700103_assignsubmission_file_"],
        {"s01", "s02"},
        "the number 700103 stands with several names",
    ),
    "one number for a name that nobody has": (
        ROSTER,
        ["Eve Novak_0700103_assignsubmission_file_"],
        {"s02"},
        "the number 700103 stands with several names",
    ),
    "the number says another than the name": (
        ROSTER.replace("s02,Ben,Okoro,,", "s02,Ben,Okoro,,700100"),
        [],
        {"s01"},
        "Moodle's number 700100 is s02's in the roster, and the name is s01's",
    ),
}


@pytest.mark.parametrize("case", AMBIGUOUS)
def test_a_participant_who_could_be_two_gets_no_page(course: Path, case: str):
    """Nobody is guessed: the folder and the learners are listed, with the reason; the others get their pages."""
    roster, more, left_out, why = AMBIGUOUS[case]
    write_roster(course, roster)
    report = feedback_for_moodle(course, "e06", None, downloaded(course, everybody() + [f"{n}/{FILE}" for n in more]))
    kept = {who: folder for who, folder in FOLDERS.items() if who not in left_out}
    assert report.packed == kept
    assert set(given_back(report)) == {f"{folder}/{PAGE}" for folder in kept.values()}
    assert why in report.unclear.values()
    assert not report.is_whole
    said = str(report)
    assert f": {why}\n" in said
    assert {who for who in FOLDERS if f"{who} (" in said} == left_out
    assert "as moodle_id" in said


def test_a_number_in_the_roster_decides_between_two_of_one_name(course: Path):
    """Both Ana Limas get their own, where moodle_id says which is which."""
    write_roster(course, ROSTER.replace("s01,Ana,Lima,,", "s01,Ana,Lima,,700999") + "s31,Ana,Lima,,700100 12\n")
    (course / "submitted" / "s31").mkdir()
    names = [*everybody(), f"Ana Lima_700999_assignsubmission_file_/{FILE}"]
    found = given_back(feedback_for_moodle(course, "e06", None, downloaded(course, names)))
    assert found[f"Ana Lima_700999_assignsubmission_file_/{PAGE}"] == "e06 of s01"
    assert found[f"Ana Lima_700100_assignsubmission_file_/{PAGE}"] == "e06 of s31"


def test_participants_without_names_are_known_by_number(course: Path):
    """With blind marking Moodle calls all of them Participant."""
    numbered = "".join(
        f"{line}{700100 + 3 * number}\n" if number >= 0 else f"{line}\n"
        for number, line in enumerate(ROSTER.splitlines(), start=-1)
    )
    write_roster(course, numbered)
    names = [f"Participant_{700100 + 3 * number}_assignsubmission_file_/{FILE}" for number in range(5)]
    found = given_back(feedback_for_moodle(course, "e06", None, downloaded(course, names)))
    assert [found[name.replace(FILE, PAGE)] for name in names] == [f"e06 of s0{number}" for number in range(1, 6)]


def test_who_is_missing_on_either_side_is_listed(course: Path):
    """A page whose learner is not in the download, and a participant who has no page, each with the name."""
    (course / "submitted" / "s02").rmdir()
    (course / "submitted" / "gone").mkdir()
    names = [name for name in everybody() if not name.startswith("Ana")]
    report = feedback_for_moodle(course, "e06", None, downloaded(course, names))
    assert set(report.packed) == {"s03", "s04", "s05"}
    assert "in the download, without a page: s02 (Ben Okoro)\n" in str(report)
    assert "with a page, NOT in the zip: gone, s01 (Ana Lima). Hand these pages back yourself.\n" in str(report)
    assert not report.is_whole


def test_a_participant_whose_file_is_refused_is_one_all_the_same(course: Path):
    """Somebody who handed in a damaged zip, or a name that no system takes, gets the page that says so."""
    names = [everybody()[0].replace(FILE, "work.zip"), everybody()[1].replace(FILE, "a\\b.ipynb"), *everybody()[2:]]
    assert feedback_for_moodle(course, "e06", None, downloaded(course, names)).packed == FOLDERS


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["lima_12_34_e06-where-it-came-from.ipynb"], "is no download of Moodle's: no folder or file in it is named"),
        (["s01/e06-where-it-came-from.ipynb"], "It holds first 'JRN210-Exercise 6-48213.zip/s01/e06-where"),
        ([], "It holds nothing. Give the zip of Moodle's 'Download all submissions'"),
        ([f"Zoe Zed_7_assignsubmission_file_/{FILE}"], "No page of e06 belongs to any of the 1 participants in"),
        ([name.replace(EXERCISE, E05) for name in everybody()], f"holds {E05}, and no {EXERCISE}"),
    ],
)
def test_what_is_no_download_of_this_exercise_is_refused_in_words(course: Path, names: list[str], said: str):
    """Another platform's zip, an empty one, another class's, another exercise's: said, and no zip is written."""
    with pytest.raises(DataError) as raised:
        feedback_for_moodle(course, "e06", None, downloaded(course, names))
    assert said in str(raised.value)
    assert "'Download all submissions'" in str(raised.value)
    assert list(course.glob("feedback/*.zip")) == []


def test_a_damaged_zip_and_a_file_that_is_none_are_refused_in_words(course: Path):
    """Cut off, another kind of file, or not there."""
    path = downloaded(course, everybody())
    path.write_bytes(path.read_bytes()[:200])
    for download in (path, course / "roster.csv", course / "nothing.zip"):
        with pytest.raises((DataError, PlaceError), match=r"is neither a folder nor a zip|is not there|is no download"):
            feedback_for_moodle(course, "e06", None, download)


def test_one_exercise_is_named_and_no_learner(course: Path):
    """A download is one assignment's, and the zip a class's."""
    path = downloaded(course, everybody())
    for exercise, learner in ((None, None), ("e06", "s01")):
        with pytest.raises(PlaceError, match="newsdesk feedback e06 --moodle"):
            feedback_for_moodle(course, exercise, learner, path)
    with pytest.raises(NotFoundError, match="e99"):
        feedback_for_moodle(course, "e99", None, path)
