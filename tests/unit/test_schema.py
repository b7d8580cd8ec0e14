"""schema: a folder of tables against its datapackage.json, in words that a person can act on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from newsdesk.errors import DataError
from newsdesk.schema import Problem, check_schema, read_package, read_rows, shortened

PEOPLE = {
    "fields": [
        {"name": "person_id", "type": "string", "constraints": {"required": True, "pattern": r"P\d\d"}},
        {"name": "role", "type": "string", "constraints": {"enum": ["source", "coder"]}},
        {"name": "born", "type": "integer"},
        {"name": "email", "type": "string", "constraints": {"unique": True}},
        {"name": "is_public", "type": "boolean"},
    ],
    "primaryKey": ["person_id"],
}
NOTES = {
    "fields": [
        {"name": "note_id", "type": "string", "constraints": {"required": True}},
        {"name": "person_id", "type": "string"},
        {"name": "reply_to", "type": "string"},
        {"name": "text", "type": "string", "constraints": {"required": True}},
    ],
    "primaryKey": ["note_id"],
    "foreignKeys": [
        {"fields": ["person_id"], "reference": {"resource": "people", "fields": ["person_id"]}},
        {"fields": ["reply_to"], "reference": {"resource": "", "fields": ["note_id"]}},
    ],
}
PEOPLE_CSV = "person_id,role,born,email,is_public\nP01,source,1970,a@x,true\nP02,coder,,b@x,false\n"
NOTES_CSV = 'note_id,person_id,reply_to,text\nn1,P01,,one\nn2,P02,n1,"two, three"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two tables that hold their rules."""
    resources = [
        {"name": name, "path": f"{name}.csv", "profile": "tabular-data-resource", "schema": schema}
        for name, schema in (("people", PEOPLE), ("notes", NOTES))
    ]
    (tmp_path / "datapackage.json").write_text(json.dumps({"name": "small", "resources": resources}))
    (tmp_path / "people.csv").write_text(PEOPLE_CSV)
    (tmp_path / "notes.csv").write_text(NOTES_CSV)
    return tmp_path


def replace(folder: Path, name: str, old: str, new: str) -> None:
    """Change a table's file once."""
    path = folder / f"{name}.csv"
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")


def test_tables_that_hold_their_rules_have_no_problem(folder: Path) -> None:
    """Empty cells, quoted commas and a key into the table itself are all right."""
    assert check_schema(folder) == []


@pytest.mark.parametrize(
    ("table", "old", "new", "where", "what"),
    [
        ("people", "P01,source", "P01,sorce", "'P01' (line 2), role", "'sorce' is not allowed. Allowed: source, coder"),
        ("people", "1970", "c. 1970", "'P01' (line 2), born", "'c. 1970' is not allowed. Allowed: type integer"),
        ("people", "true", "maybe", "'P01' (line 2), is_public", "'maybe' is not allowed. Allowed: type boolean"),
        (
            *("people", "P02,", "p2,", "'p2' (line 3), person_id"),
            r"'p2' is not allowed. Allowed: type string, not empty, of the form P\d\d",
        ),
        (
            *("people", "b@x", "a@x", "'P02' (line 3), email"),
            "'a@x' is not allowed. Allowed: type string, no value twice",
        ),
        ("notes", ",one", ",", "'n1' (line 2), text", "'' is not allowed. Allowed: type string, not empty"),
        ("notes", "n1,P01", "n1,P09", "'n1' (line 2), person_id", "'P09' is not in people.person_id"),
        ("notes", ",n1,", ",n7,", "'n2' (line 3), reply_to", "'n7' is not in notes.note_id"),
    ],
    ids=["code", "number", "truth value", "pattern", "unique", "required", "broken key", "broken key into itself"],
)
def test_a_wrong_cell_is_named_by_table_row_column_and_value(
    folder: Path, table: str, old: str, new: str, where: str, what: str
) -> None:
    """With what is allowed there; one fault gives one line."""
    replace(folder, table, old, new)
    found = [str(problem) for problem in check_schema(folder) if problem.table == table]
    assert found == [f"{table}, row {where}: {what}"]


def test_a_key_that_occurs_twice_is_named(folder: Path) -> None:
    """The second row is the one that is shown."""
    replace(folder, "notes", "n2,P02,n1", "n1,P02,n1")
    (problem,) = check_schema(folder)
    assert (problem.table, problem.row) == ("notes", "row 'n1' (line 3)")
    assert problem.what.startswith("its key occurs twice")


def test_a_missing_column_is_named_with_those_that_should_be_there(folder: Path) -> None:
    """Somebody deleted the column: all the table's columns are listed."""
    (folder / "people.csv").write_text("person_id,role,email,is_public\nP01,source,a@x,true\nP02,coder,b@x,false\n")
    lines = [str(problem) for problem in check_schema(folder)]
    assert any(line.startswith("people") and "born" in line and "the column is missing" in line for line in lines), (
        lines
    )
    assert any("Columns: person_id, role, born, email, is_public" in line for line in lines)


def test_a_misspelt_column_is_answered_with_the_header_to_rename(folder: Path) -> None:
    """The header has 'borne': rename it."""
    replace(folder, "people", "born", "borne")
    (problem,) = check_schema(folder)
    assert (problem.table, problem.column) == ("people", "born")
    assert "The header has 'borne': rename it." in problem.what


def test_a_column_too_many_is_named(folder: Path) -> None:
    """A column that datapackage.json does not describe is no silent guest."""
    (folder / "notes.csv").write_text("note_id,person_id,reply_to,text,extra\nn1,P01,,one,x\nn2,P02,n1,two,\n")
    (problem,) = check_schema(folder)
    assert (problem.table, problem.column) == ("notes", "extra")
    assert "not in datapackage.json" in problem.what
    assert "note_id, person_id, reply_to, text" in problem.what


@pytest.mark.parametrize("row", ["n3,P01,,three,four\n", "n3,P01\n"])
def test_a_row_of_another_length_is_named(folder: Path, row: str) -> None:
    """A comma too many or too few: the row is named."""
    with (folder / "notes.csv").open("a") as file:
        file.write(row)
    lines = [str(problem) for problem in check_schema(folder)]
    assert lines
    assert all(line.startswith("notes, row 'n3' (line 4)") for line in lines)


def test_a_missing_file_is_one_problem(folder: Path) -> None:
    """Keys into the table that is not there are not reported row by row."""
    (folder / "people.csv").unlink()
    (problem,) = check_schema(folder)
    assert str(problem) == f"people: the file people.csv is missing from {folder}"


def test_every_fault_is_told_at_once(folder: Path) -> None:
    """An author mends all of them before the next run."""
    replace(folder, "people", "P01,source", "P01,sorce")
    replace(folder, "people", "1970", "x")
    replace(folder, "notes", "n1,P01", "n1,P09")
    assert sorted((p.table, p.column) for p in check_schema(folder)) == [
        ("notes", "person_id"),
        ("people", "born"),
        ("people", "role"),
    ]


def test_a_table_that_is_not_utf8_is_named(folder: Path) -> None:
    """Saved by a spreadsheet in another encoding: a problem of that table, not a traceback."""
    (folder / "notes.csv").write_bytes("note_id,person_id,reply_to,text\nn1,P01,,mât\n".encode("latin-1") * 50)
    problems = check_schema(folder)
    assert problems
    assert {problem.table for problem in problems} == {"notes"}


def test_the_line_number_is_that_of_an_editor(folder: Path) -> None:
    """The header is line 1; frictionless counts so, and the test holds it."""
    rows = "".join(f"n{n},P01,,text\n" for n in range(3, 30))
    with (folder / "notes.csv").open("a") as file:
        file.write(rows + "n30,P77,,text\n")
    (problem,) = check_schema(folder)
    line = (folder / "notes.csv").read_text().splitlines().index("n30,P77,,text") + 1
    assert problem.row == f"row 'n30' (line {line})"


@pytest.mark.parametrize("content", ["", "{", "not json", "[1, 2]", '"text"', "{}", '{"resources": 3}'])
def test_a_damaged_datapackage_is_named(folder: Path, content: str) -> None:
    """Whatever stands there in place of it, the message names the file."""
    (folder / "datapackage.json").write_text(content)
    with pytest.raises(DataError, match=r"datapackage\.json"):
        check_schema(folder)


def test_a_folder_without_datapackage_is_named(tmp_path: Path) -> None:
    """Somebody named a folder of other things."""
    with pytest.raises(DataError, match=r"has no datapackage\.json. Name a folder of tables"):
        read_package(tmp_path)


def test_a_file_in_place_of_the_folder_is_named(folder: Path) -> None:
    """Somebody named the table itself."""
    with pytest.raises(DataError, match=r"people\.csv"):
        read_package(folder / "people.csv")


def test_checking_changes_no_file(folder: Path) -> None:
    """Nothing is written, and the package is not mended silently."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    replace_key: Any = json.loads(before["datapackage.json"])
    check_schema(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert read_package(folder) == replace_key


def test_rows_are_read_as_they_stand(folder: Path) -> None:
    """Text only: no number is guessed, an empty cell is empty text."""
    assert read_rows(folder, "people")[1] == {
        "person_id": "P02",
        "role": "coder",
        "born": "",
        "email": "b@x",
        "is_public": "false",
    }


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (Problem("claims", "row 'c1' (line 2)", "so", "x"), "claims, row 'c1' (line 2), so: x"),
        (Problem("claims", "", "so", "x"), "claims, so: x"),
        (Problem("claims", "", "", "x"), "claims: x"),
    ],
)
def test_a_problem_is_one_line(problem: Problem, line: str) -> None:
    """Only the parts that are known."""
    assert str(problem) == line


def test_many_problems_of_one_kind_are_told_in_a_few_lines() -> None:
    """Five of each column, in order, and how many more; other columns and tables count for themselves."""
    problems = [Problem("claims", f"c{n}", "so", "x") for n in range(8)]
    problems[3:3] = [Problem("claims", "c0", "said", "y"), Problem("traps", "", "", "z")]
    problems += [Problem("frames", f"f{n}", "", "w") for n in range(6)]
    assert shortened(problems) == [
        "claims, c0, so: x",
        "claims, c1, so: x",
        "claims, c2, so: x",
        "claims, c0, said: y",
        "traps: z",
        "claims, c3, so: x",
        "claims, c4, so: x",
        *(f"frames, f{n}: w" for n in range(5)),
        "claims, so: 3 more of this kind",
        "frames, rows: 1 more of this kind",
    ]


def test_few_problems_are_all_told() -> None:
    """Five of a kind are no crowd."""
    problems = [Problem("claims", f"c{n}", "so", "x") for n in range(5)]
    assert shortened(problems) == [str(problem) for problem in problems]
    assert shortened([]) == []
