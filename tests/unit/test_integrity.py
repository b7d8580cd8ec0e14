"""integrity: what a schema can't say. Each rule is seen to hold, and to catch what breaks it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from smallkit import FRONT

from newsdesk.articles import Article, Paragraph
from newsdesk.errors import DataError
from newsdesk.integrity import (
    Rows,
    check_codes,
    check_data,
    check_dates,
    check_one_rule,
    check_quotes,
    check_records,
    check_retired,
    check_spans,
    check_traps,
    data_figures,
    quote_offset,
)
from newsdesk.schema import Problem

TEXTS = ["Mast is stuck", "The council “may refuse” 🚧 the mast, Ms Roe said.", "The mast, the mast and nothing else."]
CODES = {
    "attribution_type": ["indirect"],
    "modality": ["asserted"],
    "checkable": ["record"],
    "claim_type": ["event", "normative", "evaluation"],
    "said": ["as_reported"],
    "so": ["supported", "refuted", "imprecise", "conflicting", "not_checkable", "not_enough_evidence"],
    "basis": ["record", "parent", "none"],
    "pfc_frame": ["health"],
    "stance": ["held"],
    "source_kind": ["person"],
    "side": ["council", "mast"],
    "shape": ["point", "span"],
    "relation": ["relays"],
}


def claim(number: int, **change: str) -> dict[str, str]:
    """Return a claim that holds every rule, but for what is changed."""
    return {
        "claim_id": f"aa-2021-c{number:02d}",
        "article_id": "aa-2021",
        "para": "2",
        "quote": "may refuse",
        "side": "council",
        "attribution_type": "indirect",
        "modality": "asserted",
        "checkable": "record",
        "claim_type": "event",
        "record_ids": "R01;R02",
        "said": "as_reported",
        "said_basis": "parent",
        "said_record": "R02",
        "so": "supported",
        "so_basis": "record",
        "so_record": "R01",
        "note": "",
        "status": "active",
        "replaces": "",
    } | change


@pytest.fixture
def rows() -> Rows:
    """Tables that hold every rule."""
    return {
        "articles": [{"article_id": "aa-2021"}],
        "claims": [
            claim(1),
            claim(2, quote="the mast", para="3", side="mast", so="refuted"),
            claim(3, status="retired", said="", so="", so_basis="", so_record=""),
            claim(4, replaces="aa-2021-c03", so="not_checkable", so_basis="none", so_record=""),
        ],
        "traps": [
            {"trap_id": "T01", "article_id": "aa-2021", "para": "2", "carried_by": "Ms Roe said", "absence": ""},
            {"trap_id": "T02", "article_id": "aa-2021", "para": "1", "carried_by": "", "absence": "no date"},
        ],
        "codebook": [
            {"field": field, "code": code, "definition": "What it means."}
            for field, codes in CODES.items()
            for code in codes
        ],
        "frames": [{"frame_id": "f1", "pfc_code": "health", "stance": "held"}],
        "sources": [{"source_id": "s1", "kind": "person", "side": "council"}],
        "events": [
            {"event_id": "e1", "shape": "point", "edtf_record": "2021-03-05"},
            {"event_id": "e2", "shape": "span", "edtf_record": "[2019..]"},
        ],
        "event_mentions": [
            {"event_id": "e1", "article_id": "aa-2021", "para": "2", "edtf_from_text": "[..2021]", "seen_on": ""},
            {"event_id": "e2", "article_id": "aa-2021", "para": "3", "edtf_from_text": "", "seen_on": "2021-03"},
        ],
        "links": [{"link_id": "l1", "relation": "relays", "to_record": "R01"}],
        "records": [{"record_id": "R01"}, {"record_id": "R02"}],
        "codings": [
            {"coder": coder, "unit": unit, "field": field, "value": code}
            for coder, codes in (("A", "xxy"), ("B", "xyy"), ("F", "xxy"), ("G", "xxy"))
            for field in ("modality", "asserter", "so_basis")
            for unit, code in zip(("c1", "c2", "c3"), codes, strict=True)
        ],
    }


@pytest.fixture
def articles() -> dict[str, Article]:
    """The article that those tables are about."""
    paragraphs = tuple(Paragraph(n, text) for n, text in enumerate(TEXTS, start=1))
    return {"aa-2021": Article("aa-2021", "reading", paragraphs, {})}


def lines(problems: Iterable[Problem]) -> list[str]:
    """Return problems as their lines."""
    return [str(problem) for problem in problems]


def write(folder: Path, rows: Rows) -> Path:
    """Write tables, datapackage.json (every column text) and the edition."""
    resources = []
    for name, table in rows.items():
        fields = [{"name": column, "type": "string"} for column in table[0]]
        resources.append({"name": name, "path": f"{name}.csv", "schema": {"fields": fields}})
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, table[0])
            writer.writeheader()
            writer.writerows(table)
    (folder / "datapackage.json").write_text(json.dumps({"name": "small", "resources": resources}))
    (folder / "articles").mkdir(exist_ok=True)
    front = FRONT.format(article_id="aa-2021", edition="reading", outlet="X", language="en")
    (folder / "articles" / "aa-2021.md").write_text(front + "\n".join(TEXTS), encoding="utf-8")
    return folder


RULES: list[Callable[[Rows], Iterable[Problem]]] = [
    check_codes,
    check_records,
    check_dates,
    check_spans,
    check_one_rule,
    check_retired,
]


def test_tables_that_hold_every_rule_have_no_problem(rows: Rows, articles: dict[str, Article]) -> None:
    """The tables below are well, so that each test's one change is what is caught."""
    assert lines(check_quotes(rows, articles)) == []
    assert lines(check_traps(rows, articles)) == []
    for rule in RULES:
        assert lines(rule(rows)) == []


@pytest.mark.parametrize("para", [1, 2, 3])
def test_a_quotes_place_counts_code_points(articles: dict[str, Article], para: int) -> None:
    """Behind an emoji and curly quotation marks too: the text between start and end is the quote."""
    article = articles["aa-2021"]
    start, end = quote_offset(article, para, "ast")
    assert article.text[start:end] == "ast"
    assert start == sum(len(text) + 2 for text in TEXTS[: para - 1]) + TEXTS[para - 1].index("ast")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"quote": "must refuse"}, "'must refuse' does not stand in aa-2021.p2"),
        ({"quote": "May refuse"}, "'May refuse' does not stand in aa-2021.p2"),
        ({"quote": "may refuse", "para": "3"}, "'may refuse' does not stand in aa-2021.p3"),
        ({"para": "9"}, "There is no paragraph of aa-2021 9. There are: 1 to 3."),
        ({"para": "3", "quote": "The mast, the mast and nothing else"}, None),
        ({"para": "2", "quote": "council “may refuse” 🚧 the mast, Ms Roe"}, "more than seven words"),
    ],
)
def test_a_quote_stands_in_its_paragraph(
    rows: Rows, articles: dict[str, Article], change: dict[str, str], message: str | None
) -> None:
    """Word for word, in the paragraph named, and short enough to be a quotation."""
    rows["claims"][0] |= change
    found = lines(check_quotes(rows, articles))
    assert found == ([] if message is None else [f"claims, aa-2021-c01, quote: {message}"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"carried_by": "Mr Roe said"}, "'Mr Roe said' is not in the paragraph"),
        ({"para": "1"}, "'Ms Roe said' is not in the paragraph"),
        ({"absence": "no date"}, "give the words, or what is absent: one of the two"),
        ({"carried_by": ""}, "give the words, or what is absent: one of the two"),
    ],
)
def test_a_trap_is_carried_by_words_or_names_an_absence(
    rows: Rows, articles: dict[str, Article], change: dict[str, str], message: str
) -> None:
    """A trap that nobody can find in its paragraph is no trap."""
    rows["traps"][0] |= change
    assert lines(check_traps(rows, articles)) == [f"traps, T01, carried_by: {message}"]


def test_a_trap_in_a_paragraph_that_does_not_exist_is_a_problem_like_any_other(
    rows: Rows, articles: dict[str, Article]
) -> None:
    """It is reported, and the traps after it are still looked at."""
    rows["traps"][0]["para"] = "9"
    rows["traps"][1]["absence"] = ""
    found = lines(check_traps(rows, articles))
    assert [line.split(",")[1].strip() for line in found] == ["T01", "T02"]
    assert "1 to 3" in found[0]


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("claims", "modality"),
        ("claims", "said"),
        ("claims", "so"),
        ("claims", "said_basis"),
        ("claims", "so_basis"),
        ("claims", "claim_type"),
        ("claims", "attribution_type"),
        ("claims", "checkable"),
        ("frames", "pfc_code"),
        ("frames", "stance"),
        ("sources", "kind"),
        ("sources", "side"),
        ("events", "shape"),
        ("links", "relation"),
    ],
)
def test_a_code_that_the_codebook_does_not_explain_is_named(rows: Rows, table: str, column: str) -> None:
    """In every coded column; the codes that it does explain are listed."""
    rows[table][0][column] = "typo"
    (line,) = lines(check_codes(rows))
    assert line.startswith(f"{table}, {next(iter(rows[table][0].values()))}, {column}: 'typo' is not in the codebook.")
    assert "Allowed: " in line
    assert not line.endswith("Allowed: ")


def test_a_code_without_a_definition_is_named(rows: Rows) -> None:
    """A code that is listed and not explained is of no use to a coder."""
    rows["codebook"][0]["definition"] = ""
    assert lines(check_codes(rows)) == ["codebook, attribution_type indirect, definition: empty"]


@pytest.mark.parametrize(
    ("table", "column", "value", "wrong"),
    [
        ("claims", "record_ids", "R01;R99", "R99"),
        ("claims", "said_record", "R1", "R1"),
        ("claims", "so_record", "R98", "R98"),
        ("links", "to_record", "r01", "r01"),
    ],
)
def test_a_record_that_does_not_exist_is_named(rows: Rows, table: str, column: str, value: str, wrong: str) -> None:
    """Alone or in a list, in any table."""
    rows[table][0][column] = value
    key = next(iter(rows[table][0].values()))
    assert lines(check_records(rows)) == [f"{table}, {key}, {column}: {wrong!r} is not in records"]


def test_an_empty_table_is_no_error(rows: Rows) -> None:
    """An author who begins a table has no rows yet."""
    rows["links"] = []
    for rule in RULES:
        assert lines(rule(rows)) == []


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("events", "edtf_record", "2021-02-30"),
        ("events", "edtf_record", "March 2021"),
        ("event_mentions", "edtf_from_text", "[2021..2020]"),
        ("event_mentions", "edtf_from_text", "2021~"),
    ],
)
def test_a_date_of_another_form_is_named(rows: Rows, table: str, column: str, value: str) -> None:
    """In every column with 'edtf' in its name, record dates among them."""
    rows[table][0][column] = value
    (line,) = lines(check_dates(rows))
    assert line.startswith(f"{table}, {next(iter(rows[table][0].values()))}, {column}: {value!r}")


@pytest.mark.parametrize(
    ("row", "change", "line"),
    [
        (1, {"edtf_from_text": "2021"}, "e2 in aa-2021.p3, edtf_from_text: a span has no point in time"),
        (1, {"seen_on": ""}, "e2 in aa-2021.p3, seen_on: given for every span, and for nothing else"),
        (0, {"seen_on": "2021-03"}, "e1 in aa-2021.p2, seen_on: given for every span, and for nothing else"),
    ],
)
def test_a_span_is_no_point_and_says_when_it_was_seen(rows: Rows, row: int, change: dict[str, str], line: str) -> None:
    """Last seen is not ended: a span without seen_on says more than anybody knows."""
    rows["event_mentions"][row] |= change
    assert lines(check_spans(rows)) == [f"event_mentions, {line}"]


@pytest.mark.parametrize(
    ("change", "column", "message"),
    [
        ({"so_basis": "none", "so_record": ""}, "so_basis", "so is 'supported' without a basis"),
        ({"so_basis": "", "so": "refuted"}, "so_basis", "so is 'refuted' without a basis"),
        ({"so_basis": "", "so": "imprecise"}, "so_basis", "so is 'imprecise' without a basis"),
        ({"so_basis": "", "so": "conflicting"}, "so_basis", "so is 'conflicting' without a basis"),
        ({"so": "not_checkable"}, "so_basis", "so is 'not_checkable', yet a basis is named"),
        ({"so": "not_enough_evidence"}, "so_basis", "so is 'not_enough_evidence', yet a basis is named"),
        ({"so_record": ""}, "so_record", "the basis is a record, and none is named"),
        ({"claim_type": "normative"}, "so", "claim_type normative coded 'supported': say why in a note"),
        ({"said": ""}, "said", "not settled"),
        ({"so": "", "so_basis": ""}, "so", "not settled"),
    ],
)
def test_one_rule_for_every_speaker(rows: Rows, change: dict[str, str], column: str, message: str) -> None:
    """Whoever says it: the same bar for 'so', and nothing left open."""
    for side in ("council", "mast"):
        rows["claims"][0] = claim(1, side=side, **change)
        assert lines(check_one_rule(rows)) == [f"claims, aa-2021-c01, {column}: {message}"]


def test_an_evaluation_needs_a_note_too(rows: Rows) -> None:
    """A judgement of value coded as supported says why."""
    rows["claims"][0]["claim_type"] = "evaluation"
    (line,) = lines(check_one_rule(rows))
    assert "evaluation coded 'supported': say why in a note" in line


def test_an_opinion_may_be_coded_otherwise_with_a_note(rows: Rows) -> None:
    """And an opinion coded not_checkable needs none."""
    rows["claims"][0] |= {"claim_type": "normative", "note": "It states a duty in law."}
    rows["claims"][3] |= {"claim_type": "evaluation"}
    assert lines(check_one_rule(rows)) == []


def test_a_retired_claim_is_replaced_by_one_that_stands(rows: Rows) -> None:
    """An id is never dropped silently, nor replaced by pointing to one that still stands."""
    rows["claims"][3]["replaces"] = ""
    assert lines(check_retired(rows)) == ["claims, aa-2021-c03, status: retired, and no claim replaces it"]
    rows["claims"][3]["replaces"] = "aa-2021-c03;aa-2021-c01;aa-2021-c77"
    assert sorted(lines(check_retired(rows))) == [
        "claims, aa-2021-c01, replaces: named as replaced, and not a retired claim",
        "claims, aa-2021-c77, replaces: named as replaced, and not a retired claim",
    ]


def test_a_claim_replaced_by_a_retired_one_only_is_named(rows: Rows) -> None:
    """At the end of the chain stands a claim that is in use."""
    rows["claims"][3]["status"] = "retired"
    found = lines(check_retired(rows))
    assert any("aa-2021-c04" in line and "no claim replaces it" in line for line in found)


@pytest.mark.parametrize("key", ["aa-2021-1", "bb-2020-c01", "aa-2021-c1", "aa-2021-c001"])
def test_a_claims_id_tells_its_article(rows: Rows, key: str) -> None:
    """Ids are never renumbered, so they must be right from the start."""
    rows["claims"][0]["claim_id"] = key
    assert lines(check_retired(rows)) == [f"claims, {key}, claim_id: not of the form aa-2021-c00"]


def test_a_whole_folder_is_checked(rows: Rows, tmp_path: Path) -> None:
    """Schema, editions and every rule: no problem in a folder that is well."""
    assert check_data(write(tmp_path, rows)) == []


def test_every_rule_is_asked_in_a_whole_folder(rows: Rows, tmp_path: Path) -> None:
    """One fault for each rule gives one line for each: none is left out of the check."""
    rows["claims"][0]["quote"] = "must refuse"
    rows["traps"][0]["carried_by"] = "Mr Roe said"
    rows["frames"][0]["stance"] = "typo"
    rows["links"][0]["to_record"] = "R99"
    rows["events"][0]["edtf_record"] = "soon"
    rows["claims"][1]["so_basis"] = "none"
    rows["event_mentions"][1]["seen_on"] = ""
    rows["claims"][3]["replaces"] = ""
    found = {(problem.table, problem.column) for problem in check_data(write(tmp_path, rows))}
    assert found == {
        ("claims", "quote"),
        ("traps", "carried_by"),
        ("frames", "stance"),
        ("links", "to_record"),
        ("events", "edtf_record"),
        ("event_mentions", "seen_on"),
        ("claims", "so_basis"),
        ("claims", "status"),
    }


def test_the_schema_comes_first(rows: Rows, tmp_path: Path) -> None:
    """While a table's form is broken, the rules on content are not asked: they would mislead."""
    folder = write(tmp_path, rows)
    (folder / "records.csv").unlink()
    (folder / "articles" / "aa-2021.md").unlink()
    assert [problem.table for problem in check_data(folder)] == ["records"]


def test_a_missing_edition_is_named(rows: Rows, tmp_path: Path) -> None:
    """The table names an article that nobody wrote."""
    folder = write(tmp_path, rows)
    (folder / "articles" / "aa-2021.md").unlink()
    assert lines(check_data(folder)) == ["articles, aa-2021: its edition aa-2021.md is missing"]


@pytest.mark.parametrize("content", ["no front matter", "---\nformat: 9\n---\nx", '---\noutlet: "X\n---\nx', ""])
def test_a_damaged_edition_is_a_problem_like_any_other(rows: Rows, tmp_path: Path, content: str) -> None:
    """The file is named; the check does not end in an error of the parser."""
    folder = write(tmp_path, rows)
    (folder / "articles" / "aa-2021.md").write_text(content)
    (line,) = lines(check_data(folder))
    assert line.startswith("articles, aa-2021: ")
    assert "aa-2021.md" in line


def test_a_folder_that_holds_no_tables_is_named(tmp_path: Path) -> None:
    """Not an empty list of problems."""
    with pytest.raises(DataError, match=r"no datapackage\.json"):
        check_data(tmp_path)


def test_figures_tell_agreement_by_field_and_verdicts_by_side(rows: Rows, tmp_path: Path) -> None:
    """First coders and coders with written rules apart; retired claims are not counted."""
    text = data_figures(write(tmp_path, rows))
    first, second = text.split("Agreement, with the written rules (coders F, G, H):")
    assert "Agreement, first codings (coders A, B, C, D, E):" in first
    assert "0.444" in first  # alpha of xxy and xyy by hand: 1 - 5 * 2 / (2 * 3 * 3)
    figures = second.splitlines()
    assert any(line.split() == ["modality", "2", "3", "3", "1.0", "1.0"] for line in figures)
    for left_out in ("asserter ", "so_basis"):
        assert not any(line.strip().startswith(left_out) for line in figures)
    verdicts = second.split("so, active claims by the asserter's side:")[1].splitlines()
    by_side = {line.split()[0]: line.split()[1:] for line in verdicts if line.strip()}
    codes = next(line.split() for line in verdicts if "supported" in line)
    assert dict(zip(codes, by_side["council"], strict=True)) == {"not_checkable": "1", "refuted": "0", "supported": "1"}
    assert dict(zip(codes, by_side["mast"], strict=True)) == {"not_checkable": "0", "refuted": "1", "supported": "0"}
