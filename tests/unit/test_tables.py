"""tables: what datapackage.json says, and loading with or without the answers."""

from __future__ import annotations

import pandas as pd
import pytest
from smallkit import PACKAGE, TABLES, SmallKit

from newsdesk.errors import NotFoundError
from newsdesk.tables import key_columns, learners_csv, load_gold, load_table, table_fields, table_names

pytestmark = pytest.mark.usefixtures("small_kit")


def test_the_names_are_those_of_datapackage_json() -> None:
    """In its order; a file that it does not list is no table."""
    assert table_names() == ["articles", "claims", "codebook"]


@pytest.mark.parametrize("call", [load_table, load_gold, table_fields, key_columns, learners_csv])
def test_a_misspelt_table_is_answered_with_the_right_one(call: object) -> None:
    """Whatever was called, the names are listed and the closest one suggested."""
    with pytest.raises(NotFoundError, match=r"no table 'claim'. Did you mean 'claims'\? There are: articles, claims"):
        call("claim")  # type: ignore[operator]


@pytest.mark.parametrize("name", ["../data/claims", "claims.csv", "", None, 3])
def test_a_path_or_number_is_no_table(name: object) -> None:
    """Only names are taken, so that nothing outside the folder can be read."""
    with pytest.raises(NotFoundError, match="no table"):
        load_table(name)  # type: ignore[arg-type]


def test_gold_has_every_column_with_its_type() -> None:
    """Text is str, whole numbers int64 or, with gaps, Int64; truth values keep their gaps."""
    gold = load_gold("claims")
    assert list(gold.columns) == [field["name"] for field in PACKAGE["claims"]]
    assert gold.dtypes.astype(str).to_dict() == {
        "claim_id": "str",
        "article_id": "str",
        "para": "int64",
        "quote": "str",
        "level": "Int64",
        "share": "float64",
        "own_act": "boolean",
        "modality": "str",
        "said": "str",
    }


def test_only_an_empty_cell_is_missing() -> None:
    """The word NA is text; no-break spaces, commas and quotation marks stay."""
    gold = load_gold("claims")
    assert gold["quote"].tolist() == ["said no, twice", "NA", "«\u00a0rien\u00a0»"]
    assert gold["own_act"].isna().tolist() == [False, False, True]
    assert gold["share"].isna().tolist() == [False, True, False]


def test_a_column_asked_for_of_every_article_is_left_out() -> None:
    """The learner's table has no column 'said', not an empty one."""
    assert list(load_table("claims").columns) == [f["name"] for f in PACKAGE["claims"] if f["name"] != "said"]


def test_a_column_asked_for_of_one_article_is_empty_there_only() -> None:
    """The worked example's rows keep theirs; no other cell differs from the gold."""
    mine, gold = load_table("claims"), load_gold("claims")
    assert mine["modality"].isna().tolist() == [False, False, True]
    assert mine["modality"].tolist()[:2] == ["asserted", "hedged"]
    others = [c for c in mine.columns if c != "modality"]
    pd.testing.assert_frame_equal(mine[others], gold[others])


def test_the_learners_file_holds_no_answer() -> None:
    """Not only the table: the bytes of the file that is delivered."""
    content = learners_csv("claims").decode()
    for answer in ("negated", "as_reported", "altered", "own_voice", ",said"):
        assert answer not in content
    assert content.splitlines()[1] == 'aa-2021-c01,aa-2021,2,"said no, twice",1,0.5,true,asserted'


@pytest.mark.parametrize("name", ["articles", "codebook"])
def test_a_table_without_keys_is_delivered_byte_for_byte(name: str) -> None:
    """Line ends and quoting as they are in the kit's file."""
    assert learners_csv(name) == TABLES[name].encode()


def test_a_whole_number_asked_for_of_one_article_keeps_its_type(small_kit: SmallKit) -> None:
    """Emptied cells make int64 Int64, not float: 2 stays 2."""
    fields = [dict(f) for f in PACKAGE["claims"]]
    fields[2]["key"] = [{"exercise": "e02", "articles": ["aa-2021"]}]
    small_kit.write_package({"claims": fields})
    mine = load_table("claims")
    assert mine["para"].dtype == "Int64"
    assert mine["para"].tolist()[2] == 2
    assert load_gold("claims")["para"].dtype == "int64"


def test_keys_of_several_exercises_are_joined(small_kit: SmallKit) -> None:
    """Articles add up over exercises, and 'all' stands above any list."""
    marks = [
        {"exercise": "e02", "articles": ["aa-2021"]},
        {"exercise": "e03", "articles": ["bb-2020"]},
    ]
    fields = [
        {"name": "a", "type": "string"},
        {"name": "b", "type": "string", "key": marks},
        {"name": "c", "type": "string", "key": [*marks, {"exercise": "e05", "articles": "all"}]},
        {"name": "d", "type": "string", "key": []},
    ]
    small_kit.write_package({"claims": fields})
    assert key_columns("claims") == {"b": frozenset({"aa-2021", "bb-2020"}), "c": None}


def test_a_table_without_keys_is_the_same_loaded_either_way() -> None:
    """load_table and load_gold differ by the answers alone."""
    pd.testing.assert_frame_equal(load_table("articles"), load_gold("articles"))


def test_loading_twice_gives_two_tables() -> None:
    """A learner who changes one does not change the next."""
    first = load_gold("claims")
    first["para"] = 99
    assert load_gold("claims")["para"].tolist() == [2, 2, 2]
