"""records: what grading remembers comes back as it was, and what can't be read is graded anew."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from newsdesk.errors import DataError, PlaceError
from newsdesk.grading.records import FORMAT, Answered, Record, read_record, write_record

RECORD = Record(
    learner_id="ada",
    exercise="e06-x",
    fingerprint="f" * 64,
    notes=("ä note", "another"),
    questions={"e06-q1": Answered(1.5, 3.0, "Nearly."), "e06-q2": Answered(2.0, 2.0, "Right.")},
)


def path_of(course: Path) -> Path:
    """Return where the record stands."""
    return course / "marks" / "e06-x" / "ada.json"


def test_a_record_comes_back_as_it_was(tmp_path: Path):
    """With its sums, private to its owner."""
    write_record(tmp_path, RECORD)
    assert read_record(tmp_path, "e06-x", "ada") == RECORD
    assert (RECORD.points, RECORD.most) == (3.5, 5.0)
    assert stat.S_IMODE(path_of(tmp_path).stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in path_of(tmp_path).parents[:2]} == {0o700}
    assert [path.name for path in path_of(tmp_path).parent.iterdir()] == ["ada.json"]


def test_equal_records_are_equal_bytes(tmp_path: Path):
    """In whatever order the questions were answered."""
    write_record(tmp_path, RECORD)
    first = path_of(tmp_path).read_bytes()
    other = Record("ada", "e06-x", "f" * 64, "", RECORD.notes, dict(reversed(RECORD.questions.items())))
    write_record(tmp_path, other)
    assert path_of(tmp_path).read_bytes() == first


def test_half_a_character_is_written_too(tmp_path: Path):
    """What a learner sent must not stop the batch."""
    write_record(tmp_path, Record("ada", "e06-x", "f", reason="no \udc80"))
    found = read_record(tmp_path, "e06-x", "ada")
    assert found is not None
    assert found.reason == "no ?"


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "7", '{"format": 1}', '{"format": 1, "questions": 3, "notes": []}', "\udcff"]
)
def test_a_record_that_cannot_be_read_is_none(tmp_path: Path, content: str):
    """The submission is graded anew then."""
    write_record(tmp_path, RECORD)
    path_of(tmp_path).write_bytes(content.encode("utf-8", "surrogateescape"))
    assert read_record(tmp_path, "e06-x", "ada") is None


@pytest.mark.parametrize("change", [{"format": None}, {"surprise": 1}, {"questions": {"e06-q1": {"points": 1}}}])
def test_a_record_with_other_fields_is_none(tmp_path: Path, change: dict[str, object]):
    """As one that was edited."""
    write_record(tmp_path, RECORD)
    about = json.loads(path_of(tmp_path).read_text(encoding="utf-8")) | change
    about = {name: value for name, value in about.items() if value is not None}
    path_of(tmp_path).write_text(json.dumps(about), encoding="utf-8")
    assert read_record(tmp_path, "e06-x", "ada") is None


def test_a_record_that_is_missing_is_none(tmp_path: Path):
    """In an empty course too."""
    assert read_record(tmp_path, "e06-x", "ada") is None


def test_a_newer_kits_record_is_not_written_over(tmp_path: Path):
    """Its format is named, and what to do."""
    write_record(tmp_path, RECORD)
    newer = json.loads(path_of(tmp_path).read_text(encoding="utf-8")) | {"format": FORMAT + 1}
    path_of(tmp_path).write_text(json.dumps(newer), encoding="utf-8")
    with pytest.raises(DataError, match=f"is of format {FORMAT + 1}; .* Update the kit"):
        read_record(tmp_path, "e06-x", "ada")


def test_a_link_in_place_of_the_folder_is_refused(tmp_path: Path):
    """Nothing is written through it."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "marks").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PlaceError, match="is a link"):
        write_record(tmp_path, RECORD)
    assert list((tmp_path / "elsewhere").iterdir()) == []
