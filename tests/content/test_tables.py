"""The kit's own tables: they hold their schema, each other, and one rule for every speaker."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from newsdesk.integrity import check_data, data_figures
from newsdesk.reliability import agreement
from newsdesk.tables import datapackage, key_columns, key_rows, load_gold, load_table, table_fields, table_names

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the data folder, to be broken."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def change(folder: Path, table: str, row: int, column: str, value: str) -> str:
    """Write `value` into one cell of a table's file and return the row's first cell."""
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[row][column] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return next(iter(rows[row].values()))


def test_the_kits_data_hold():
    """``newsdesk data check`` finds nothing."""
    assert [str(problem) for problem in check_data(DATA)] == []


def test_every_column_is_described():
    """Each table and column has a description; each file is listed; nothing else lies there."""
    for resource in datapackage()["resources"]:
        assert resource["description"], resource["name"]
        assert all(len(f.get("description", "")) > 8 for f in resource["schema"]["fields"]), resource["name"]
    assert {f"{name}.csv" for name in table_names()} == {p.name for p in DATA.glob("*.csv")}


def test_enums_are_the_codebooks_codes():
    """A column whose codes the codebook explains allows exactly those."""
    codebook = load_gold("codebook")
    for table, column, field in [
        ("claims", "modality", "modality"),
        ("claims", "attribution_type", "attribution_type"),
        ("claims", "checkable", "checkable"),
        ("claims", "said", "said"),
        ("claims", "so", "so"),
        ("sources", "kind", "source_kind"),
        ("frames", "stance", "stance"),
    ]:
        enum = next(f for f in table_fields(table) if f["name"] == column)["constraints"]["enum"]
        assert set(enum) == set(codebook.loc[codebook["field"] == field, "code"]), (table, column)


@pytest.mark.parametrize("name", table_names())
def test_load_table_leaves_out_the_key(name):
    """What an exercise asks for is in load_gold and not in load_table; all else is equal."""
    gold, table = load_gold(name), load_table(name)
    keys = key_columns(name)
    asked_rows = pd.Series(False, index=gold.index)
    for where in key_rows(name):
        fits = [gold[column].map(lambda v, p=pattern: p.search(v) is not None) for column, pattern in where.items()]
        assert all(map(pd.Series.any, fits)), f"{name}: nothing to ask for"
        asked_rows |= pd.concat(fits, axis=1).all(axis=1)
    gold = gold[~asked_rows].reset_index(drop=True)
    dropped = {column for column, articles in keys.items() if articles is None}
    assert set(gold.columns) - set(table.columns) == dropped
    for column in table.columns:
        articles = keys.get(column)
        if articles is None:
            pd.testing.assert_series_equal(gold[column], table[column])
            continue
        asked = gold["article_id"].isin(articles)
        assert table.loc[asked, column].isna().all()
        assert gold.loc[asked, column].notna().any(), f"{name}.{column}: nothing to ask for"
        assert gold.loc[~asked, column].notna().any(), f"{name}.{column}: no worked example is left"


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "wanted"),
    [
        ("claims", 3, "modality", "certain", ["claims", "modality", "'certain'", "asserted"]),
        ("claims", 3, "article_id", "gt-2021", ["claims", "article_id", "'gt-2021'", "articles"]),
        ("claims", 3, "quote", "words that nobody wrote", ["claims", "quote", "does not stand in"]),
        ("claims", 3, "para", "three", ["claims", "para", "'three'", "integer"]),
        ("claims", 3, "so_basis", "parent", ["claims", "so_basis", "'parent'", "record"]),
        ("claims", 3, "so_basis", "none", ["claims", "so_basis", "without a basis"]),
        ("claims", 3, "record_ids", "R01;R99", ["claims", "record_ids", "R99"]),
        ("event_mentions", 0, "edtf_from_text", "about 2017", ["event_mentions", "edtf_from_text", "about 2017"]),
        ("traps", 0, "carried_by", "words that nobody wrote", ["traps", "carried_by"]),
        ("sources", 1, "source_id", "S01", ["sources", "S01", "twice"]),
    ],
)
def test_a_planted_fault_is_found_and_named(copy, table, row, column, value, wanted):
    """A wrong code, a broken key or a moved quote is named: table, row, column, value, allowed."""
    key = change(copy, table, row, column, value)
    problems = [str(problem) for problem in check_data(copy)]
    hits = [p for p in problems if all(word in p for word in wanted)]
    assert hits, problems
    assert key in hits[0]


def test_a_missing_column_is_named(copy):
    """A renamed column is named, with what the header has instead."""
    path = copy / "claims.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("modality", "modalty", 1), encoding="utf-8")
    problems = [str(problem) for problem in check_data(copy)]
    assert any("claims" in p and "modality" in p and "modalty" in p for p in problems), problems


def test_a_missing_table_is_named(copy):
    """A table that is not there is said to be missing, and the others are still checked."""
    (copy / "links.csv").unlink()
    assert any("links" in str(p) and "missing" in str(p) for p in check_data(copy))


def test_the_first_coders_agree_as_published():
    """The figures of the three and two first coders, from codings, as the datasheet gives them."""
    table = agreement(load_gold("codings"), fields=["attribution_type", "modality", "checkable"], coders=list("ABC"))
    assert table["alpha"].tolist() == [0.875, 0.758, 0.629]
    table = agreement(load_gold("codings"), fields=["said", "so"], coders=list("DE"))
    assert table["alpha"].tolist() == [0.841, 0.825]


def test_figures_are_printed(capsys):
    """Agreement by field, said and so by the asserter's side: printed for who runs the tests."""
    with capsys.disabled():
        print("\n" + data_figures(DATA))


def test_unsettled_units_keep_their_first_codings():
    """Every coding that differs between the first coders is kept, and settled by a named rule."""
    codings = load_gold("codings")
    rules = set(load_gold("rules")["rule_id"])
    settled = codings[codings["coder"] == "adjudicated"]
    for field, coders in {
        "attribution_type": "ABC",
        "modality": "ABC",
        "checkable": "ABC",
        "said": "DE",
        "so": "DE",
    }.items():
        first = codings[(codings["field"] == field) & codings["coder"].isin(list(coders))]
        differ = first.groupby("unit")["value"].nunique().loc[lambda n: n > 1].index
        rows = settled[(settled["field"] == field) & settled["unit"].isin(differ)]
        assert set(rows["unit"]) == set(differ), field
        assert set(rows["rule_id"]) <= rules, field


def test_the_package_file_is_plain_json():
    """datapackage.json is read as UTF-8 JSON and keeps its keys' order."""
    assert json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))["name"] == "newsdesk"
