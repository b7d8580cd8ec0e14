"""collect: what learners sent is placed by the roster or listed with a reason, never guessed, lost or let out."""

from __future__ import annotations

import io
import json
import os
import stat
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import filelock
import hypothesis
import hypothesis.strategies as st
import pytest
from typer.testing import CliRunner

from newsdesk.cli import app
from newsdesk.course import Learner
from newsdesk.errors import DataError, NotFoundError, PlaceError
from newsdesk.grading.collecting import storing, unpacking
from newsdesk.grading.collecting.collect import collect
from newsdesk.grading.collecting.placing import Matcher, PlacingError
from newsdesk.grading.collecting.reporting import CollectReport

E02, E03 = "e02-who-says-so", "e03-what-is-claimed"
ROSTER = """learner_id,first_name,last_name,email,canvas_id,moodle_id
s01,Ana,Lima,ana@example.org,101,
s02,José,García,jose@example.org,,
s03,Łucja,O'Brien-Nowak,lucja@example.org,,
s04,Wei,Chen,wei1@example.org,,9004
s05,Wei,Chen,wei2@example.org,,
"""
FilesIn = Callable[[Path], dict[str, bytes]]


def notebook(words: str = "") -> bytes:
    """Return a small notebook that says `words`."""
    cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": words}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def zipped(files: Mapping[str, bytes], path: Path | None = None) -> bytes:
    """Return a zip of files by name; written to `path` too where it is given."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    if path is not None:
        path.write_bytes(buffer.getvalue())
    return buffer.getvalue()


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Return a course of two exercises and five learners, two of whom share a name."""
    folder = tmp_path / "course"
    for exercise in (E02, E03):
        (folder / "solutions" / exercise).mkdir(parents=True)
        (folder / "solutions" / exercise / "answers.yaml").touch()
    (folder / "nbgrader_config.py").touch()
    (folder / "roster.csv").write_text(ROSTER, encoding="utf-8")
    return folder


@pytest.fixture
def sent(tmp_path: Path, course: Path) -> Callable[..., CollectReport]:
    """Return a function that collects files given by name as one zip."""

    def send(files: Mapping[str, bytes], exercise: str | None = None) -> CollectReport:
        path = tmp_path / "submissions.zip"
        zipped(files, path)
        return collect(course, path, exercise)

    return send


def reasons(report: CollectReport) -> dict[str, str]:
    """Return what was not placed, without the zip's own name, and why."""
    return {refused.place.removeprefix("submissions.zip/"): refused.reason for refused in report.not_placed}


@pytest.fixture
def submitted(course: Path, files_in: FilesIn) -> Callable[[], dict[str, bytes]]:
    """Return a function that gives the files in submitted/, without the lock."""
    return lambda: {
        name: content for name, content in files_in(course / "submitted").items() if name != ".collect.lock"
    }


Sent = Callable[..., CollectReport]
Submitted = Callable[[], dict[str, bytes]]


# ---- the platforms' shapes


def test_canvas_is_read_as_canvas_names_its_files(sent: Sent, submitted: Submitted) -> None:
    """Name, LATE, numbers, and the -1 of a file handed in again are Canvas's; the file goes to its learner."""
    report = sent(
        {
            f"limaana_101_7001_{E03}.ipynb": notebook("on time"),
            f"garcíajosé_LATE_102_7002_{E03}-1.ipynb": notebook("late"),
            f"obriennowakłucja_103_7003_{E03}-12.ipynb": notebook("twelfth"),
        }
    )
    assert report.placed == [f"s01/{E03}", f"s02/{E03} (late, says Canvas)", f"s03/{E03}"]
    assert not report.not_placed
    assert submitted() == {
        f"s01/{E03}/{E03}.ipynb": notebook("on time"),
        f"s02/{E03}/{E03}.ipynb": notebook("late"),
        f"s03/{E03}/{E03}.ipynb": notebook("twelfth"),
    }


def test_canvas_takes_the_last_upload_by_its_number(sent: Sent, submitted: Submitted) -> None:
    """9999 came before 10000; the order in the zip and that of the letters don't count."""
    report = sent(
        {
            f"limaana_101_10000_{E03}-1.ipynb": notebook("second"),
            f"limaana_101_9999_{E03}.ipynb": notebook("first"),
        }
    )
    assert submitted() == {f"s01/{E03}/{E03}.ipynb": notebook("second")}
    assert report.earlier == [f"submissions.zip/limaana_101_9999_{E03}.ipynb"]
    assert not report.not_placed


def test_a_learner_cannot_take_anothers_place_by_a_files_name(sent: Sent, submitted: Submitted) -> None:
    """Only what the platform wrote in front is asked; the rest was named by the one who sent it."""
    report = sent(
        {
            f"garcíajosé_102_1_limaana_101_2_{E03}.ipynb": notebook("forged"),
            f"garcíajosé_102_3_Ana Lima_5_assignsubmission_file_{E03}.ipynb": notebook("forged"),
            f"José García_7_assignsubmission_file/s01/{E03}/{E02}.ipynb": notebook("odd, but José's"),
            f"s02/limaana_101_9_{E03}.ipynb": notebook("forged"),
        }
    )
    assert submitted() == {f"s02/{E02}/{E02}.ipynb": notebook("odd, but José's")}
    assert len(report.not_placed) == 3
    assert {reason.split(":")[0] for reason in reasons(report).values()} == {"wrong file name"}


def test_two_accounts_of_one_name_are_listed(sent: Sent, submitted: Submitted) -> None:
    """Somebody who takes a learner's name on the platform does not become the latest upload."""
    report = sent({f"garcíajosé_102_1_{E03}.ipynb": notebook("José"), f"garcíajosé_666_2_{E03}.ipynb": notebook("Eve")})
    assert not submitted()
    assert set(reasons(report).values()) == {"two accounts of the platform claim to be s02"}


def test_number_and_name_must_agree(sent: Sent, submitted: Submitted) -> None:
    """A number of one learner with another's name is listed, and so is another number than the roster's."""
    report = sent({f"garcíajosé_101_1_{E03}.ipynb": notebook(), f"limaana_999_2_{E03}.ipynb": notebook()})
    assert not submitted()
    assert sorted(reasons(report).values()) == [
        "Canvas's number 101 is s01's in the roster, and the name is s02's",
        "Canvas's number is 999, and s01's in the roster another",
    ]


def test_canvass_number_is_enough(sent: Sent, submitted: Submitted) -> None:
    """A learner who goes by another name on the platform is found by the number in the roster."""
    assert not sent({f"annie_101_1_{E03}.ipynb": notebook()}).not_placed
    assert list(submitted()) == [f"s01/{E03}/{E03}.ipynb"]


@pytest.mark.parametrize("late", ["", "LATE_"])
def test_canvas_without_names_is_listed(sent: Sent, submitted: Submitted, late: str) -> None:
    """Anonymous grading gives no way to know whose it is, and the reason says so."""
    report = sent({f"{late}anon_Ab3dE_7001_{E03}.ipynb": notebook()})
    assert not submitted()
    assert "anonymous grading" in report.not_placed[0].reason


MOODLE = [
    "{name}_{number}_assignsubmission_file/{file}",
    "{name}_{number}_assignsubmission_file_/{file}",
    "{name}_{number}_assignsubmission_file_{file}",
    "{name}_{number}_assignsubmission_file/exercises/{file}",
]


@pytest.mark.parametrize("shape", MOODLE)
def test_moodle_is_read_as_moodle_names_its_files(sent: Sent, submitted: Submitted, shape: str) -> None:
    """Folders with and without the last underscore, no folders, and a learner's own folder inside."""
    report = sent(
        {
            shape.format(name="Ana Lima", number=11, file=f"{E03}.ipynb"): notebook("Ana"),
            shape.format(name="GARCIA José", number=12, file=f"{E03}.ipynb"): notebook("José"),
            shape.format(name="s03 Łucja O'Brien-Nowak", number=13, file=f"{E03}.ipynb"): notebook("Łucja"),
        }
    )
    assert not report.not_placed
    assert submitted() == {
        f"s01/{E03}/{E03}.ipynb": notebook("Ana"),
        f"s02/{E03}/{E03}.ipynb": notebook("José"),
        f"s03/{E03}/{E03}.ipynb": notebook("Łucja"),
    }


def test_two_learners_of_one_name_are_listed_unless_a_number_tells_them_apart(sent: Sent, submitted: Submitted) -> None:
    """Both candidates are named; the one whose number stands in the roster is placed, blind marking or not."""
    report = sent(
        {
            f"Wei Chen_9004_assignsubmission_file/{E03}.ipynb": notebook("s04"),
            f"Wei Chen_9005_assignsubmission_file/{E03}.ipynb": notebook("s05"),
            f"Participant_9004_assignsubmission_file/{E02}.ipynb": notebook("s04, blind"),
            f"Participant_9005_assignsubmission_file/{E02}.ipynb": notebook("who?"),
        }
    )
    assert submitted() == {
        f"s04/{E02}/{E02}.ipynb": notebook("s04, blind"),
        f"s04/{E03}/{E03}.ipynb": notebook("s04"),
    }
    assert sorted(reasons(report).values()) == [
        "2 learners could be meant: s04, s05",
        "nobody in the roster has this name or Moodle's number 9005",
    ]


def test_moodles_two_files_of_one_name_are_listed(sent: Sent, submitted: Submitted) -> None:
    """Moodle dates nothing: two different notebooks are both listed, two equal ones are one."""
    folder = "Ana Lima_11_assignsubmission_file"
    report = sent({f"{folder}/a/{E03}.ipynb": notebook("1"), f"{folder}/b/{E03}.ipynb": notebook("2")})
    assert not submitted()
    assert len(report.not_placed) == 2
    assert "nothing says which is the latest" in report.not_placed[0].reason
    assert not sent({f"{folder}/a/{E03}.ipynb": notebook("1"), f"{folder}/b/{E03}.ipynb": notebook("1")}).not_placed
    assert submitted() == {f"s01/{E03}/{E03}.ipynb": notebook("1")}


# ---- a person's own order


@pytest.mark.parametrize(
    "place",
    [
        f"s01/{E03}.ipynb",
        f"S01/{E03}/{E03}.ipynb",
        f"{E03}/ana@example.org/{E03}.ipynb",
        f"monday/Lima, Ana/{E03}.ipynb",
        f"ANA  LÍMA/{E03}.ipynb",
        f"s01_{E03}.ipynb",
        f"{E03} - Ana Lima.ipynb",
    ],
)
@pytest.mark.parametrize("as_folder", [True, False])
def test_a_persons_own_folders_are_read(
    place: str, as_folder: bool, tmp_path: Path, course: Path, sent: Sent, submitted: Submitted
) -> None:
    """A learner's id, address or name, as a folder or in the file's name, in a folder as in a zip."""
    if as_folder:
        path = tmp_path / "in" / place
        path.parent.mkdir(parents=True)
        path.write_bytes(notebook())
        report = collect(course, tmp_path / "in")
    else:
        report = sent({place: notebook()})
    assert not report.not_placed
    assert list(submitted()) == [f"s01/{E03}/{E03}.ipynb"]


def test_a_name_without_its_accents_is_the_same_name(sent: Sent, submitted: Submitted) -> None:
    """Letters that Unicode does not take apart (ł) count as plain ones too, and so do other hyphens and blanks."""
    assert not sent({f"lucja obrien nowak/{E03}.ipynb": notebook()}).not_placed
    assert list(submitted()) == [f"s03/{E03}/{E03}.ipynb"]


@pytest.mark.parametrize(
    ("place", "content", "reason"),
    [
        (f"s99/{E03}.ipynb", notebook(), "names a learner of the roster"),
        (f"{E03}.ipynb", notebook(), "names a learner of the roster"),
        (f"Wei Chen/{E03}.ipynb", notebook(), "2 learners could be meant: s04, s05"),
        ("s01/e03.ipynb", notebook(), f"wrong file name: no exercise is called so. Wanted: {E03}.ipynb"),
        (f"s01/{E03} (1).ipynb", notebook(), "wrong file name"),
        (f"s01/{E03}-1.ipynb", notebook(), "wrong file name"),
        (f"s01/{E03}.IPYNB", notebook(), "wrong file name"),
        (f"s01/{E03}.pdf", notebook(), "not a notebook"),
        (f"s01/{E03}.ipynb", notebook()[:-9], "not a notebook: damaged, or cut off"),
        (f"s01/{E03}.ipynb", b"", "not a notebook: damaged, or cut off"),
        (f"s01/{E03}.ipynb", b"\xff\xfe\x00", "not a notebook: damaged, or cut off"),
        (f"s01/{E03}.ipynb", b"9" * 5000, "not a notebook: damaged, or cut off"),
        (f"s01/{E03}.ipynb", b'{"cells": {}, "nbformat": 4}', "not a notebook: it has no cells"),
        (f"s01/{E03}.ipynb", b"[" * 1_000_000, "not a notebook: nested too deeply"),
        ("s01/annotations/gt-2024.me.jsonld", b"{}", "its notebook was not placed"),
        ("s01/annotations/../x.jsonld", b"{}", "its name leads out of the folder ('..')"),
        ("s01/annotations/marks.jsonld", b"{}", "no name of a file of marks"),
        ("s01/annotations/gt-2024.gold.jsonld", b"{}", "no name of a file of marks"),
    ],
)
def test_what_cannot_be_placed_is_listed(
    place: str, content: bytes, reason: str, sent: Sent, submitted: Submitted
) -> None:
    """The reason is in words, and nothing is written."""
    report = sent({place: content})
    assert not submitted()
    assert [reason in refused.reason for refused in report.not_placed] == [True], reasons(report)


def test_an_exercise_that_was_not_asked_for(sent: Sent, submitted: Submitted) -> None:
    """In its own exercise's folder it is passed over; in the place of the one asked for it is listed."""
    report = sent(
        {
            f"s01/{E03}/{E03}.ipynb": notebook(),
            f"s01/{E02}/{E02}.ipynb": notebook(),
            f"s01/{E02}/annotations/salt-bay.me.jsonld": b"{}",
            f"garcíajosé_1_2_{E02}.ipynb": notebook(),
        },
        "e03",
    )
    assert list(submitted()) == [f"s01/{E03}/{E03}.ipynb"]
    assert reasons(report) == {f"garcíajosé_1_2_{E02}.ipynb": "is e02, and e03 was asked for"}
    with pytest.raises(NotFoundError, match="e02, e03"):
        sent({}, "e09")


def test_leftovers_of_computers_are_passed_over(sent: Sent, submitted: Submitted) -> None:
    """Checkpoints, a Mac's shadows and the kit's own files were not handed in."""
    report = sent(
        {
            f"s01/{E03}.ipynb": notebook(),
            f"s01/.ipynb_checkpoints/{E03}.ipynb": notebook("old"),
            f"__MACOSX/s01/._{E03}.ipynb": b"x",
            "s01/.DS_Store": b"x",
            "s01/checks.json": b"{}",
            "limaana_101_7_checks.json": b"{}",
        }
    )
    assert not report.not_placed
    assert submitted() == {f"s01/{E03}/{E03}.ipynb": notebook()}


# ---- marks


def test_marks_come_along(sent: Sent, submitted: Submitted) -> None:
    """From a folder beside the notebook, from a learner's zip, and from loose files as Canvas gives them."""
    mark = b'{"type": "AnnotationPage"}'
    inner = zipped({f"work/{E02}.ipynb": notebook("zip"), "work/annotations/gt-2024.me.jsonld": mark})
    report = sent(
        {
            f"limaana_101_1_{E02}.ipynb": notebook("loose"),
            "limaana_101_2_salt-bay.me-1.jsonld": mark,
            "garcíajosé_102_3_my work.zip": inner,
            f"Łucja O'Brien-Nowak_5_assignsubmission_file/{E02}.ipynb": notebook("folder"),
            "Łucja O'Brien-Nowak_5_assignsubmission_file/annotations/salt-bay.me.jsonld": mark,
            "Łucja O'Brien-Nowak_5_assignsubmission_file/annotations/salt-bay.anna.jsonld": mark,
        }
    )
    assert not report.not_placed
    assert submitted() == {
        f"s01/{E02}/{E02}.ipynb": notebook("loose"),
        f"s01/{E02}/annotations/salt-bay.me.jsonld": mark,
        f"s02/{E02}/{E02}.ipynb": notebook("zip"),
        f"s02/{E02}/annotations/gt-2024.me.jsonld": mark,
        f"s03/{E02}/{E02}.ipynb": notebook("folder"),
        f"s03/{E02}/annotations/salt-bay.me.jsonld": mark,
        f"s03/{E02}/annotations/salt-bay.anna.jsonld": mark,
    }


def test_marks_stay_with_their_own_notebook(sent: Sent, submitted: Submitted) -> None:
    """Those beside an earlier upload are passed over with it; those that fit two exercises are listed."""
    both = ("annotations/salt-bay.me.jsonld", "annotations/gt-2020.me.jsonld")
    old = zipped({f"{E02}.ipynb": notebook("old")} | dict.fromkeys(both, b"old"))
    new = zipped({f"{E02}.ipynb": notebook("new"), "annotations/salt-bay.me.jsonld": b"new"})
    report = sent(
        {
            "limaana_101_1_w.zip": old,
            "limaana_101_2_w-1.zip": new,
            f"s02/{E02}.ipynb": notebook(),
            f"s02/{E03}.ipynb": notebook(),
            "s02/annotations/gt-2024.me.jsonld": b"{}",
        }
    )
    files = submitted()
    assert files[f"s01/{E02}/{E02}.ipynb"] == notebook("new")
    assert files[f"s01/{E02}/annotations/salt-bay.me.jsonld"] == b"new"
    assert [name for name in files if "annotations" in name] == [f"s01/{E02}/annotations/salt-bay.me.jsonld"]
    assert reasons(report) == {"s02/annotations/gt-2024.me.jsonld": "it could belong to two exercises"}
    assert len(report.earlier) == 3


# ---- a name of the learner's own


def cell(grade_id: object, *, grade: bool = True) -> dict[str, object]:
    """Return a cell with an id of nbgrader's."""
    about = {"grade": grade, "grade_id": grade_id, "solution": not grade}
    return {"cell_type": "code", "id": "a", "metadata": {"nbgrader": about}, "source": "", "outputs": []}


def worked(*ids: object, words: str = "") -> bytes:
    """Return a notebook with cells of these ids, and one that says `words`."""
    content = json.loads(notebook(words))
    content["cells"] += [cell(each) for each in ids]
    return json.dumps(content).encode()


@pytest.fixture
def released(course: Path) -> None:
    """Release both exercises: four graded cells each, and one that is not graded."""
    for exercise in (E02, E03):
        content = json.loads(worked(*(f"{exercise[:3]}-q{number}" for number in range(1, 5))))
        content["cells"].append(cell(f"{exercise[:3]}-q1-answer", grade=False))
        folder = course / "exercises" / exercise
        folder.mkdir(parents=True)
        (folder / f"{exercise}.ipynb").write_text(json.dumps(content))


E03_WORK = worked("e03-q1", "e03-q1-answer", "e03-q2", "e03-q3", "e03-q4", "my-own")


@pytest.mark.usefixtures("released")
@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("s01/e03 final version.ipynb", "e03 final version.ipynb"),
        ("s01/homework/Untitled.ipynb", "Untitled.ipynb"),
        (f"s01/{E03}.IPYNB", f"{E03}.IPYNB"),
        (f"s01/{E03} (1).ipynb", f"{E03} (1).ipynb"),
        ("s01/e02 I think.ipynb", "e02 I think.ipynb"),
        ("limaana_101_7001_my work-1.ipynb", "my work-1.ipynb"),
        ("Ana Lima_11_assignsubmission_file_/work.ipynb", "work.ipynb"),
        ("Ana Lima_11_assignsubmission_file_work.ipynb", "work.ipynb"),
    ],
)
def test_a_notebook_under_another_name_is_known_by_its_cells(
    place: str, name: str, sent: Sent, submitted: Submitted
) -> None:
    """It gets the right name, is reported by the learner's, and a second collect has nothing new to say."""
    report = sent({place: E03_WORK})
    assert submitted() == {f"s01/{E03}/{E03}.ipynb": E03_WORK}
    assert (report.placed, report.recognised, report.not_placed) == ([f"s01/{E03}"], [f"s01: {name}"], [])
    assert f"placed by what is in it: s01: {name}\n" in str(report)
    again = sent({place: E03_WORK})
    assert (again.placed, again.recognised, again.not_placed, len(again.unchanged)) == ([], [], [], 1)


@pytest.mark.usefixtures("released")
def test_a_learners_zip_and_its_marks_are_known_too(sent: Sent, submitted: Submitted) -> None:
    """The marks beside the notebook come along."""
    inner = zipped({"mine.ipynb": worked("e02-q1", "e02-q2"), "annotations/gt-2024.me.jsonld": b"{}"})
    assert sent({"limaana_101_3_w.zip": inner}).recognised == ["s01: mine.ipynb"]
    assert list(submitted()) == [f"s01/{E02}/annotations/gt-2024.me.jsonld", f"s01/{E02}/{E02}.ipynb"]


@pytest.mark.usefixtures("released")
def test_after_a_teacher_placed_it_by_hand_the_zip_has_nothing_new(
    tmp_path: Path, course: Path, sent: Sent, submitted: Submitted
) -> None:
    """Renamed in a folder and collected first, the same file in the zip is as it was."""
    (tmp_path / "by hand" / "s01").mkdir(parents=True)
    (tmp_path / "by hand" / "s01" / f"{E03}.ipynb").write_bytes(E03_WORK)
    assert collect(course, tmp_path / "by hand").placed == [f"s01/{E03}"]
    before = submitted()
    report = sent({"Ana Lima_11_assignsubmission_file_/e03 final.ipynb": E03_WORK})
    assert (report.placed, report.replaced, report.recognised, report.not_placed) == ([], [], [], [])
    assert submitted() == before


@pytest.mark.usefixtures("released")
@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("work.ipynb", worked("e03-q1"), f"wrong file name, and it has 1 of the 4 graded cells of {E03}. Wanted"),
        ("work.ipynb", worked("e03-q1-answer"), "it has 0 of the 4 graded cells"),
        (
            "e03.ipynb",
            worked("e03-q1", "e03-q2", "e03-q3", "e02-q1-answer"),
            f"its cells are of several exercises: {E02}, {E03}. Wanted: {E03}.ipynb",
        ),
        ("e03.ipynb", worked("my-own"), f"wrong file name: no exercise is called so. Wanted: {E03}.ipynb"),
        ("work.ipynb", worked(["e03-q1"], {"e03-q2": 1}, None, 3), "no exercise is called so"),
        ("work.ipynb", b'{"nbformat": 4, "cells": [1, {"metadata": 2}, {"metadata": {"nbgrader": 3}}]}', "called so"),
        ("work.ipynb", E03_WORK[:-9], "not a notebook: damaged, or cut off"),
        ("work.ipynb", b"[" * 1_000_000, "not a notebook: nested too deeply"),
        ("work.ipynb", b'{"cells": {}, "nbformat": 4}', "not a notebook: it has no cells"),
        (f"{E03}.before-reset-2026-11-22-091500.ipynb", E03_WORK, "a copy that newsdesk set aside. Wanted"),
        (f"{E03}.new-in-1.2.ipynb", E03_WORK, "a copy that newsdesk set aside. Wanted"),
    ],
)
def test_cells_that_leave_a_doubt_place_nothing(
    name: str, content: bytes, reason: str, sent: Sent, submitted: Submitted
) -> None:
    """Less than half of the graded cells, those of two exercises, ids of any shape, a damaged notebook."""
    report = sent({f"s01/{name}": content})
    assert not submitted()
    assert [reason in refused.reason for refused in report.not_placed] == [True], reasons(report)


@pytest.mark.usefixtures("released")
def test_the_name_comes_first(sent: Sent, submitted: Submitted) -> None:
    """A notebook that bears an exercise's name is that exercise's, whatever is in it."""
    assert not sent({f"s01/{E02}.ipynb": E03_WORK}).recognised
    assert list(submitted()) == [f"s01/{E02}/{E02}.ipynb"]


@pytest.mark.usefixtures("released")
def test_an_exercise_that_was_not_released_is_not_guessed(course: Path, sent: Sent, submitted: Submitted) -> None:
    """Missing or damaged, its released notebook says nothing."""
    (course / "exercises" / E03 / f"{E03}.ipynb").write_text("{")
    assert "no exercise is called so" in sent({"s01/work.ipynb": E03_WORK}).not_placed[0].reason
    (course / "exercises" / E03 / f"{E03}.ipynb").unlink()
    assert "no exercise is called so" in sent({"s01/work.ipynb": E03_WORK}).not_placed[0].reason
    assert not submitted()


@pytest.mark.usefixtures("released")
def test_two_files_for_one_place_follow_the_rules_of_several(sent: Sent, submitted: Submitted) -> None:
    """The exercise's own name goes before any other.

    Without one, undated files are all listed, on Canvas the later upload counts; a copy that newsdesk set aside is
    no second one.
    """
    other = worked("e03-q1", "e03-q2", "e03-q3")
    report = sent({"s01/mine.ipynb": other, "s01/e03 final.ipynb": E03_WORK})
    assert not submitted()
    assert {"nothing says which is the latest" in refused.reason for refused in report.not_placed} == {True}
    sent({"limaana_101_1_mine.ipynb": other, "limaana_101_2_e03 final.ipynb": E03_WORK})
    assert submitted() == {f"s01/{E03}/{E03}.ipynb": E03_WORK}
    report = sent({f"s03/{E03}.ipynb": notebook("work"), f"s03/{E03}-Copy1.ipynb": E03_WORK})
    assert (report.placed, reasons(report)) == (
        [f"s03/{E03}"],
        {f"s03/{E03}-Copy1.ipynb": "there is another file under the exercise's own name, which counts"},
    )
    report = sent({f"limaana_101_3_{E03}.ipynb": notebook("work"), f"limaana_101_4_{E03}-Copy1.ipynb": E03_WORK})
    assert submitted()[f"s01/{E03}/{E03}.ipynb"] == notebook("work")
    aside = f"s02/{E03}.before-reset-2026-11-22-091500.ipynb"
    assert sent({f"s02/{E03}.ipynb": notebook("new"), aside: E03_WORK}).placed == [f"s02/{E03}"]


@pytest.mark.usefixtures("released")
def test_a_known_notebook_of_another_exercise_is_not_asked_for(sent: Sent, submitted: Submitted) -> None:
    """With --exercise, what its cells say counts as its name would."""
    report = sent({"s01/work.ipynb": worked("e02-q1", "e02-q2"), "s02/work.ipynb": E03_WORK}, "e03")
    assert list(submitted()) == [f"s02/{E03}/{E03}.ipynb"]
    assert reasons(report) == {"s01/work.ipynb": "is e02, and e03 was asked for"}


# ---- what the report says at its end


def test_learners_of_whom_there_is_nothing_are_named(course: Path, sent: Sent) -> None:
    """Also those whose file was not placed; what an earlier collect placed is there."""
    report = sent({f"s01/{E03}.ipynb": notebook(), f"s04/{E03}.ipynb": notebook(), f"s02/{E03}.ipynb": b""})
    assert report.missing == ["nothing from 3: s02 José García, s03 Łucja O'Brien-Nowak, s05 Wei Chen"]
    assert str(report).endswith("1 not placed.\n" + report.missing[0])
    assert sent({f"s03/{E03}.ipynb": notebook()}).missing == ["nothing from 2: s02 José García, s05 Wei Chen"]
    rest = sent({f"s02/{E03}.ipynb": notebook(), f"s05/{E03}.ipynb": notebook()})
    assert rest.missing == []
    assert str(rest).endswith("0 not placed.")


def test_of_several_exercises_each_is_named(sent: Sent) -> None:
    """One line for each exercise that came in; with --exercise that one, though nothing came."""
    files = {f"s0{number}/{E03}.ipynb": notebook() for number in (1, 2, 3, 4)}
    report = sent({**files, **{f"s0{number}/{E02}.ipynb": notebook() for number in (1, 2, 3, 5)}})
    assert report.missing == ["nothing for e02 from 1: s04 Wei Chen", "nothing for e03 from 1: s05 Wei Chen"]
    assert sent({}, "e03").missing == ["nothing from 1: s05 Wei Chen"]
    assert sent({}).missing == []


def test_of_many_ten_are_named(course: Path, sent: Sent) -> None:
    """The rest are counted; a name that a terminal would act on is written out."""
    rows = "".join(f"m{number:02},Ada\x1b[2J,N,,,\n" for number in range(300))
    (course / "roster.csv").write_text(ROSTER.split("\n", maxsplit=1)[0] + "\n" + rows, encoding="utf-8")
    line = sent({f"m01/{E03}.ipynb": notebook()}).missing[0]
    assert line.startswith("nothing from 299: m00 Ada\\x1b[2J N, m02 ")
    assert line.endswith("m10 Ada\\x1b[2J N and 289 more")


def test_what_to_do_is_said_by_the_reason(tmp_path: Path, course: Path, sent: Sent) -> None:
    """Rename and move, out of a zip where it lies in one; ask anew; nothing where nothing is to be done."""
    move, unzip, anew = (
        f"(s01/{E02}.ipynb)",
        "unzip it, rename the file, collect the folder",
        "hand in the notebook anew",
    )
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / f"{E03}.ipynb").write_bytes(notebook())
    said = str(collect(course, tmp_path / "in"))
    assert [part in said for part in (move, unzip, anew)] == [True, False, False]
    said = str(sent({"s01/x.ipynb": notebook()}))
    assert [part in said for part in (move, unzip, anew)] == [True, True, False]
    for damaged in ({f"s01/{E03}.ipynb": b"{"}, {f"/s01/{E03}.ipynb": notebook()}, {"s01/notes.docx": b"x"}):
        said = str(sent(damaged))
        assert [part in said for part in (move, unzip, anew)] == [False, False, True]
    said = str(sent({f"s01/{E02}.ipynb": notebook()}, "e03"))
    assert "was asked for" in said
    assert "What to do" not in said
    assert f"(s01/{E03}.ipynb)" in str(sent({"s01/x.ipynb": notebook()}, "e03"))
    assert f"(s01/{E03}.ipynb)" in str(sent({"s01/x.ipynb": notebook(), f"s02/{E03}.ipynb": notebook()}))


# ---- again


def test_running_twice_changes_nothing(course: Path, sent: Sent, files_in: FilesIn) -> None:
    """The second run writes no file, and says how many are as they were."""
    files = {f"s01/{E03}.ipynb": notebook(), "s01/annotations/gt-2024.me.jsonld": b"{}"}
    assert len(sent(files).placed) == 1
    before = {path: path.stat().st_mtime_ns for path in course.rglob("*")}
    report = sent(files)
    assert (report.placed, report.replaced, len(report.unchanged), report.not_placed) == ([], [], 1, [])
    assert {path: path.stat().st_mtime_ns for path in course.rglob("*")} == before


def test_an_earlier_submission_is_kept_whole(sent: Sent, submitted: Submitted) -> None:
    """It is renamed with its marks, named in the report, and not taken back from an older download."""
    first = {f"s01/{E03}.ipynb": notebook("first"), "s01/annotations/gt-2024.me.jsonld": b"{}"}
    sent(first)
    report = sent({f"s01/{E03}.ipynb": notebook("second")})
    files = submitted()
    kept = {name.split("/")[1] for name in files} - {E03}
    assert len(kept) == 1
    assert files == {
        f"s01/{E03}/{E03}.ipynb": notebook("second"),
        f"s01/{min(kept)}/{E03}.ipynb": notebook("first"),
        f"s01/{min(kept)}/annotations/gt-2024.me.jsonld": b"{}",
    }
    assert min(kept) in report.replaced[0]
    assert "only that one holds annotations/gt-2024.me.jsonld" in report.replaced[0]
    again = sent(first)
    assert submitted() == files
    assert "what is there now has replaced it" in again.not_placed[0].reason


def test_a_run_killed_between_two_renamings_is_finished_by_the_next(
    sent: Sent, submitted: Submitted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The earlier one is kept, the new one is placed, nothing half written is left."""
    sent({f"s01/{E03}.ipynb": notebook("first")})
    rename = Path.rename

    def stop(self: Path, target: Path) -> Path:
        if self.name.endswith(".part"):
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", stop)
    with pytest.raises(KeyboardInterrupt):
        sent({f"s01/{E03}.ipynb": notebook("second")})
    assert f"s01/{E03}/{E03}.ipynb" not in submitted()
    monkeypatch.setattr(Path, "rename", rename)
    sent({f"s01/{E03}.ipynb": notebook("second")})
    assert sorted(submitted().values()) == sorted([notebook("first"), notebook("second")])
    assert submitted()[f"s01/{E03}/{E03}.ipynb"] == notebook("second")


def test_a_run_killed_while_it_writes_leaves_what_was_there(
    sent: Sent, submitted: Submitted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The marks are not written yet: the submission is the earlier one, whole; the next run ends the work."""
    sent({f"s01/{E03}.ipynb": notebook("first")})
    before = submitted()
    new = {f"s01/{E03}.ipynb": notebook("second"), "s01/annotations/gt-2024.me.jsonld": b"{}"}
    taken_out = {"s01/annotations/gt-2020.me.jsonld": b"{}"}  # between the two runs
    write = storing.write_whole

    def stop(path: Path, content: bytes) -> None:
        if path.name == "gt-2024.me.jsonld":
            raise KeyboardInterrupt
        write(path, content)

    monkeypatch.setattr(storing, "write_whole", stop)
    with pytest.raises(KeyboardInterrupt):
        sent(taken_out | new)
    assert {name: content for name, content in submitted().items() if ".part" not in name} == before
    monkeypatch.setattr(storing, "write_whole", write)
    sent(new)
    assert [name for name in submitted() if "annotations" in name] == [f"s01/{E03}/annotations/gt-2024.me.jsonld"]
    assert not [name for name in submitted() if ".part" in name]


def test_two_collects_take_turns(course: Path, sent: Sent) -> None:
    """The second is refused in words while the first is at work."""
    (course / "submitted").mkdir()
    with (
        filelock.FileLock(course / "submitted" / ".collect.lock"),
        pytest.raises(PlaceError, match="Another 'newsdesk collect' is at work"),
    ):
        sent({f"s01/{E03}.ipynb": notebook()})


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such rights")
def test_only_the_instructor_reads_submissions(course: Path, sent: Sent) -> None:
    """Folders are 0700, files 0600."""
    sent({f"s01/{E03}.ipynb": notebook(), "s01/annotations/gt-2024.me.jsonld": b"{}"})
    paths = list((course / "submitted" / "s01").rglob("*"))
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths if path.is_dir()} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths if path.is_file()} == {0o600}


# ---- hostile


def raw_zip(path: Path, *members: tuple[zipfile.ZipInfo | str, bytes]) -> Path:
    """Write a zip of members as they are, names and kinds that no honest tool would write included."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members:
            archive.writestr(member, content)
    return path


def member(name: str, mode: int) -> zipfile.ZipInfo:
    """Return a member of a kind other than a file."""
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, mode << 16
    return info


HOSTILE: list[tuple[zipfile.ZipInfo | str, str]] = [
    (f"../s01/{E03}.ipynb", "'..'"),
    (f"s01/../../../{E03}.ipynb", "'..'"),
    (f"s01/..\\..\\{E03}.ipynb", "'..'"),
    (f"/s01/{E03}.ipynb", "absolute path"),
    (f"C:/s01/{E03}.ipynb", "absolute path"),
    (f"\\\\host\\s01\\{E03}.ipynb", "absolute path"),
    (f"s01\\{E03}.ipynb", "backslash"),
    (f"s01/\n{E03}.ipynb", "line break"),
    (f"s01/\x1b[2J{E03}.ipynb", "line break or another character"),
    (f"s01/{'x' * 300}/{E03}.ipynb", "too long"),
    (f"s01/{'x/' * 600}{E03}.ipynb", "too long"),
    (member(f"s01/{E03}.ipynb", stat.S_IFLNK | 0o777), "is a link"),
    (member(f"s01/{E03}.ipynb", stat.S_IFCHR | 0o666), "is a device"),
    (member(f"s01/{E03}.ipynb", stat.S_IFIFO | 0o666), "is a device"),
]


@pytest.mark.parametrize(("name", "reason"), HOSTILE, ids=[reason for _, reason in HOSTILE])
@pytest.mark.parametrize("is_inner", [False, True])
def test_a_hostile_member_is_refused_and_the_others_placed(
    name: zipfile.ZipInfo | str,
    reason: str,
    is_inner: bool,
    tmp_path: Path,
    course: Path,
    submitted: Submitted,
    files_in: FilesIn,
) -> None:
    """In a platform's zip and in a learner's: listed on one printable line, nothing outside submitted/ written."""
    path = raw_zip(tmp_path / "in.zip", (name, notebook("bad")))
    if is_inner:
        path = raw_zip(tmp_path / "out.zip", ("limaana_101_1_work.zip", path.read_bytes()))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(f"s02/{E03}.ipynb", notebook("good"))
    outside = {name: content for name, content in files_in(tmp_path).items() if "/submitted/" not in name}
    report = collect(course, path)
    assert submitted() == {f"s02/{E03}/{E03}.ipynb": notebook("good")}
    assert [reason in refused.reason for refused in report.not_placed] == [True], reasons(report)
    assert all(line.isprintable() for line in str(report).split("\n"))
    assert {name: content for name, content in files_in(tmp_path).items() if "/submitted/" not in name} == outside


def test_names_that_differ_in_capitals_only_are_both_refused(sent: Sent, submitted: Submitted) -> None:
    """On some disks one would replace the other; accents written in two ways count as the same too."""
    report = sent(
        {
            f"s01/{E03}.ipynb": notebook("1"),
            f"S01/{E03}.ipynb": notebook("2"),
            f"José García/{E03}.ipynb": notebook("3"),
            f"Jose\u0301 Garci\u0301a/{E03}.ipynb": notebook("4"),
        }
    )
    assert not submitted()
    assert set(reasons(report).values()) == {"another file's name differs from it in capitals only"}
    assert len(report.not_placed) == 4


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused(tmp_path: Path, course: Path, submitted: Submitted) -> None:
    """Which of the two was meant can't be known."""
    name = f"s01/{E03}.ipynb"
    report = collect(course, raw_zip(tmp_path / "in.zip", (name, notebook("1")), (name, notebook("2"))))
    assert not submitted()
    assert [refused.reason for refused in report.not_placed] == ["two files of this name"] * 2


def test_an_encrypted_member_is_refused(tmp_path: Path, course: Path, submitted: Submitted) -> None:
    """Its flag says so; no password is asked for."""
    content = bytearray(zipped({f"s01/{E03}.ipynb": notebook()}))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + place] |= 1
    (tmp_path / "in.zip").write_bytes(content)
    report = collect(course, tmp_path / "in.zip")
    assert not submitted()
    assert [refused.reason for refused in report.not_placed] == ["is encrypted"]


@pytest.fixture(scope="module")
def blown_up() -> bytes:
    """Return a zip, small itself, of a notebook of 200 MB."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(f"s01/{E03}.ipynb", "w") as file,
    ):
        for _ in range(20):
            file.write(b" " * 10_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize("is_inner", [False, True])
def test_a_notebook_of_200_mb_is_refused_unread(
    is_inner: bool,
    blown_up: bytes,
    tmp_path: Path,
    course: Path,
    submitted: Submitted,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Packed it is small: its size is asked before a byte of it is unpacked."""
    path = tmp_path / "in.zip"
    path.write_bytes(blown_up)
    if is_inner:
        path = raw_zip(tmp_path / "out.zip", ("limaana_101_1_work.zip", blown_up))
    opened: list[str] = []
    before = zipfile.ZipFile.open

    def watched(self: zipfile.ZipFile, name: zipfile.ZipInfo, *rest: object) -> object:
        opened.append(name.filename)
        return before(self, name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(zipfile.ZipFile, "open", watched)
    report = collect(course, path)
    assert not submitted()
    assert [refused.reason for refused in report.not_placed] == ["is too large (200 MB; 20 MB at most)"]
    assert not [name for name in opened if name.endswith(".ipynb")]


def test_a_member_that_lies_about_its_size_is_not_unpacked_further(
    tmp_path: Path, course: Path, submitted: Submitted
) -> None:
    """30 MB declared as 10 bytes: what is read stops there, and is damaged."""
    content = bytearray(zipped({f"s01/{E03}.ipynb": b" " * 30_000_000}))
    for signature, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.index(signature) + place
        content[at : at + 4] = (10).to_bytes(4, "little")
    (tmp_path / "in.zip").write_bytes(content)
    report = collect(course, tmp_path / "in.zip")
    assert not submitted()
    assert [refused.reason for refused in report.not_placed] == ["is damaged inside the zip"]


def test_a_learners_bomb_is_refused_whole(sent: Sent, submitted: Submitted, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many files, too many bytes, a zip in a zip in a zip, a damaged zip: each for itself, the others placed."""
    monkeypatch.setattr(unpacking, "MAX_INNER_TOTAL", 1_000_000)
    many = zipped({f"{number}.txt": b"" for number in range(unpacking.MAX_INNER_FILES + 1)})
    crowd = zipped({f"{number}": b"" for number in range(2 * unpacking.MAX_INNER_FILES + 1)})
    large = zipped({f"{number}/{E03}.ipynb": b" " * 400_000 for number in range(3)})
    report = sent(
        {
            "limaana_101_1_many.zip": many,
            "limaana_101_2_crowd.zip": crowd,
            "limaana_101_3_large.zip": large,
            "limaana_101_4_deep.zip": zipped({"a.zip": zipped({f"{E03}.ipynb": notebook()})}),
            "limaana_101_5_broken.zip": many[:-30],
            f"garcíajosé_102_6_{E03}.ipynb": notebook(),
        }
    )
    assert list(submitted()) == [f"s02/{E03}/{E03}.ipynb"]
    assert reasons(report) == {
        "limaana_101_1_many.zip": "a zip of 501 files; 500 at most are looked at",
        "limaana_101_2_crowd.zip": "a zip of some 1,001 files; 500 at most are looked at",
        "limaana_101_3_large.zip": "unpacks to more than 1 MB (a zip bomb?)",
        "limaana_101_4_deep.zip/a.zip": "a zip inside a zip inside a zip",
        "limaana_101_5_broken.zip": "a damaged zip",
    }


def test_a_large_file_in_a_folder_is_refused_unread(tmp_path: Path, course: Path, submitted: Submitted) -> None:
    """Its size is asked of the disk."""
    (tmp_path / "in" / "s01").mkdir(parents=True)
    with (tmp_path / "in" / "s01" / f"{E03}.ipynb").open("wb") as file:
        file.truncate(200_000_000)
    report = collect(course, tmp_path / "in")
    assert not submitted()
    assert [refused.reason for refused in report.not_placed] == ["is too large (200 MB; 20 MB at most)"]


@hypothesis.settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)
@hypothesis.given(damage=st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 255)), min_size=1, max_size=12))
def test_a_damaged_zip_of_one_learner_stops_nobody(
    damage: list[tuple[int, int]], tmp_path: Path, course: Path, submitted: Submitted
) -> None:
    """Whatever bytes of it are changed, it is placed, passed over or listed, and the other learner is placed."""
    content = bytearray(zipped({f"{E03}.ipynb": notebook("x" * 50), "annotations/gt-2024.me.jsonld": b"{}"}))
    for place, value in damage:
        content[place % len(content)] = value
    path = raw_zip(
        tmp_path / "in.zip", ("limaana_101_1_w.zip", bytes(content)), (f"garcíajosé_2_3_{E03}.ipynb", notebook())
    )
    collect(course, path)
    assert submitted()[f"s02/{E03}/{E03}.ipynb"] == notebook()
    assert {name.split("/")[0] for name in submitted()} <= {"s01", "s02"}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes among its files")
def test_links_and_devices_in_a_folder_are_refused(tmp_path: Path, course: Path, submitted: Submitted) -> None:
    """A link to the gradebook, a link to a folder and a pipe are listed; none is followed or waited for."""
    source = tmp_path / "in"
    for learner in ("s01", "s02", "s03"):
        (source / learner).mkdir(parents=True)
    (tmp_path / "secret.ipynb").write_bytes(notebook("secret"))
    (source / "s01" / f"{E03}.ipynb").symlink_to(tmp_path / "secret.ipynb")
    (source / "s02" / "more").symlink_to(tmp_path)
    os.mkfifo(source / "s03" / f"{E03}.ipynb")
    report = collect(course, source)
    assert not submitted()
    assert {refused.place: refused.reason for refused in report.not_placed} == {
        f"s01/{E03}.ipynb": "is a link, not a file",
        "s02/more": "is a link, not a file",
        f"s03/{E03}.ipynb": "is a device, not a file",
    }


@pytest.mark.parametrize("place", ["submitted", "submitted/s01", f"submitted/s01/{E03}", f"submitted/s01/.{E03}.part"])
def test_a_link_in_submitted_is_not_written_through(
    place: str, tmp_path: Path, course: Path, sent: Sent, files_in: FilesIn
) -> None:
    """The next step is named; where the link leads nothing is made."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (course / place).parent.mkdir(parents=True, exist_ok=True)
    (course / place).symlink_to(outside)
    with pytest.raises(PlaceError, match=r"is a link|not a folder of its own"):
        sent({f"s01/{E03}.ipynb": notebook()})
    assert files_in(outside) == {}


# ---- the source, and the command


def test_downloads_are_found_by_themselves(course: Path, submitted: Submitted) -> None:
    """Without a source, zips and folders in downloaded/ are read; a later Canvas download wins over an earlier one."""
    with pytest.raises(PlaceError, match=r"Say what to collect"):
        collect(course)
    (course / "downloaded").mkdir()
    with pytest.raises(PlaceError, match=r"Say what to collect.*nothing is there now"):
        collect(course)
    (course / "downloaded" / "by hand" / "s02").mkdir(parents=True)
    (course / "downloaded" / "by hand" / "s02" / f"{E03}.ipynb").write_bytes(notebook("s02"))
    zipped({f"limaana_101_5_{E03}.ipynb": notebook("later")}, course / "downloaded" / "a.zip")
    zipped({f"limaana_101_4_{E03}.ipynb": notebook("earlier")}, course / "downloaded" / "b.zip")
    assert not collect(course).not_placed
    assert submitted() == {
        f"s01/{E03}/{E03}.ipynb": notebook("later"),
        f"s02/{E03}/{E03}.ipynb": notebook("s02"),
    }


def test_a_source_that_cannot_be_one_is_refused(tmp_path: Path, course: Path) -> None:
    """A missing one, a file that is no zip, the course itself and submitted/ are each told in words."""
    (tmp_path / "text.zip").write_text("no zip")
    (course / "submitted" / "s01").mkdir(parents=True)
    for source, words in (
        (tmp_path / "none.zip", "is not there"),
        (tmp_path / "text.zip", "neither a folder nor a zip"),
        (course, "holds submitted/"),
        (course / "submitted" / "s01", "lies in it"),
    ):
        with pytest.raises(PlaceError, match=words):
            collect(course, source)


def test_a_roster_with_a_fault_stops_it_before_anything_is_written(course: Path, sent: Sent) -> None:
    """Nothing is placed by half a roster."""
    (course / "roster.csv").write_text(ROSTER + "s01,Eve,X,\n", encoding="utf-8")
    with pytest.raises(DataError, match="stands twice"):
        sent({f"s01/{E03}.ipynb": notebook()})
    assert not (course / "submitted").exists()


def test_the_command_ends_with_1_where_something_was_not_placed(
    tmp_path: Path, course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It prints what was placed and what was not; all placed, it ends with 0."""
    monkeypatch.chdir(course / "solutions")
    path = tmp_path / "in.zip"
    zipped({f"s01/{E03}.ipynb": notebook(), "s99/x.ipynb": notebook()}, path)
    result = CliRunner().invoke(app, ["collect", str(path)], catch_exceptions=False)
    assert result.exit_code == 1
    assert f"placed: s01/{E03}" in result.output
    assert "NOT placed: in.zip/s99/x.ipynb: " in result.output
    assert "1 placed, 0 replaced, 0 as they were, 1 not placed." in result.output
    zipped({f"s01/{E03}.ipynb": notebook()}, path)
    assert CliRunner().invoke(app, ["collect", str(path), "--exercise", "e03"]).exit_code == 0


def test_a_class_of_300_is_placed(sent: Sent, course: Path, submitted: Submitted) -> None:
    """300 learners of a Moodle zip, each with marks: 600 files, each where it belongs."""
    rows = "".join(f"m{number},Ada,Number {number},,,\n" for number in range(300))
    (course / "roster.csv").write_text(ROSTER.split("\n", maxsplit=1)[0] + "\n" + rows, encoding="utf-8")
    folder = "Ada Number {0}_{0}_assignsubmission_file"
    files = {f"{folder.format(n)}/{E03}.ipynb": notebook(str(n)) for n in range(300)}
    marks = {f"{folder.format(n)}/annotations/gt-2024.me.jsonld": b"%d" % n for n in range(300)}
    report = sent(files | marks)
    assert (len(report.placed), report.not_placed) == (300, [])
    assert submitted() == {
        **{f"m{n}/{E03}/{E03}.ipynb": notebook(str(n)) for n in range(300)},
        **{f"m{n}/{E03}/annotations/gt-2024.me.jsonld": b"%d" % n for n in range(300)},
    }


def test_learners_without_names_match_no_nameless_part() -> None:
    """An empty name or address in the roster is nobody's key."""
    matcher = Matcher([Learner("s01", "", "", "")])
    for part in ("", "--", "…"):
        with pytest.raises(PlacingError, match="names a learner"):
            matcher.place((part, f"{E03}.ipynb"), [E03])
