"""``newsdesk data check``: what a schema can't say. Quotes stand in their paragraphs, one rule for all.

Each rule is one function from the rows of the tables to a list of problems.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from newsdesk.articles import Article, read_edition
from newsdesk.dates.resolve import bounds
from newsdesk.errors import DataError
from newsdesk.reliability import agreement
from newsdesk.schema import Problem, check_schema, read_package, read_rows

Rows = dict[str, list[dict[str, str]]]

_CODED = {  # column of a table: field of the codebook
    ("claims", "attribution_type"): "attribution_type",
    ("claims", "modality"): "modality",
    ("claims", "checkable"): "checkable",
    ("claims", "claim_type"): "claim_type",
    ("claims", "said"): "said",
    ("claims", "so"): "so",
    ("claims", "said_basis"): "basis",
    ("claims", "so_basis"): "basis",
    ("frames", "pfc_code"): "pfc_frame",
    ("frames", "stance"): "stance",
    ("sources", "kind"): "source_kind",
    ("sources", "side"): "side",
    ("events", "shape"): "shape",
    ("links", "relation"): "relation",
}


def check_data(folder: Path) -> list[Problem]:
    """Check a folder of tables and editions.

    Parameters
    ----------
    folder
        Holds ``datapackage.json``, the tables and ``articles/``.

    Returns
    -------
    list of Problem
        Empty when all is well. The rules about content run once the schema holds.

    Raises
    ------
    DataError
        When the folder has no readable datapackage.json.
    """
    problems = check_schema(folder)
    if problems:
        return problems
    rows: Rows = {r["name"]: read_rows(folder, r["name"]) for r in read_package(folder)["resources"]}
    articles = {}
    for article in rows["articles"]:
        path = folder / "articles" / f"{article['article_id']}.md"
        if not path.is_file():
            problems.append(Problem("articles", article["article_id"], "", f"its edition {path.name} is missing"))
            continue
        try:
            articles[article["article_id"]] = read_edition(path)
        except DataError as error:
            problems.append(Problem("articles", article["article_id"], "", str(error)))
    if problems:
        return problems
    return [
        *check_quotes(rows, articles),
        *check_traps(rows, articles),
        *check_codes(rows),
        *check_records(rows),
        *check_dates(rows),
        *check_spans(rows),
        *check_one_rule(rows),
        *check_retired(rows),
    ]


def quote_offset(article: Article, para: int, quote: str) -> tuple[int, int]:
    """Return where a quote stands in the article's text: start and end in code points.

    Raises
    ------
    DataError
        When the paragraph does not hold the quote.
    """
    paragraph = article.paragraph(para)
    at = paragraph.find(quote)
    if at < 0:
        raise DataError(f"{quote!r} does not stand in {article.article_id}.p{para}")
    start = article.offset(para) + at
    return start, start + len(quote)


def check_quotes(rows: Rows, articles: dict[str, Article]) -> Iterator[Problem]:
    """Every claim's quote stands in its paragraph, word for word, and has at most seven words."""
    for row in rows["claims"]:
        article = articles[row["article_id"]]
        try:
            start, end = quote_offset(article, int(row["para"]), row["quote"])
        except (DataError, LookupError) as error:
            yield Problem("claims", row["claim_id"], "quote", str(error))
            continue
        if article.text[start:end] != row["quote"]:
            yield Problem("claims", row["claim_id"], "quote", "its computed place holds other words")
        if len(row["quote"].split()) > 7:
            yield Problem("claims", row["claim_id"], "quote", "more than seven words")


def check_traps(rows: Rows, articles: dict[str, Article]) -> Iterator[Problem]:
    """Every trap is carried by words of its paragraph, or says what is absent there."""
    for row in rows["traps"]:
        try:
            paragraph = articles[row["article_id"]].paragraph(int(row["para"]))
        except LookupError as error:
            yield Problem("traps", row["trap_id"], "para", str(error))
            continue
        if row["carried_by"] and row["carried_by"] not in paragraph:
            yield Problem("traps", row["trap_id"], "carried_by", f"{row['carried_by']!r} is not in the paragraph")
        if bool(row["carried_by"]) == bool(row["absence"]):
            yield Problem("traps", row["trap_id"], "carried_by", "give the words, or what is absent: one of the two")


def check_codes(rows: Rows) -> Iterator[Problem]:
    """Every code used is explained in the codebook, and every definition is there."""
    defined: dict[str, set[str]] = {}
    for row in rows["codebook"]:
        defined.setdefault(row["field"], set()).add(row["code"])
        if not row["definition"]:
            yield Problem("codebook", f"{row['field']} {row['code']}", "definition", "empty")
    for (table, column), field in _CODED.items():
        for row in rows[table]:
            if row[column] and row[column] not in defined.get(field, set()):
                allowed = ", ".join(sorted(defined.get(field, set())))
                key = next(iter(row.values()))
                yield Problem(table, key, column, f"{row[column]!r} is not in the codebook. Allowed: {allowed}")


def check_records(rows: Rows) -> Iterator[Problem]:
    """Every record id in a list such as ``R01;R07`` exists."""
    known = {row["record_id"] for row in rows["records"]}
    for table, lines in rows.items():
        for column in lines[0] if lines else []:
            if column.endswith(("record_ids", "_record")) and not column.startswith("edtf"):
                for row in lines:
                    for record in filter(None, row[column].split(";")):
                        if record not in known:
                            key = next(iter(row.values()))
                            yield Problem(table, key, column, f"{record!r} is not in records")


def check_dates(rows: Rows) -> Iterator[Problem]:
    """Every EDTF string has one of the six forms."""
    for table, lines in rows.items():
        for row in lines:
            key = next(iter(row.values()))
            for column, value in row.items():
                if "edtf" in column and value:
                    try:
                        bounds(value)
                    except DataError as error:
                        yield Problem(table, key, column, str(error))


def check_spans(rows: Rows) -> Iterator[Problem]:
    """An event that lasts has no point in time from the text; each mention says when it was seen."""
    spans = {row["event_id"] for row in rows["events"] if row["shape"] == "span"}
    for row in rows["event_mentions"]:
        is_span = row["event_id"] in spans
        key = f"{row['event_id']} in {row['article_id']}.p{row['para']}"
        if is_span and row["edtf_from_text"]:
            yield Problem("event_mentions", key, "edtf_from_text", "a span has no point in time")
        if is_span != bool(row["seen_on"]):
            yield Problem("event_mentions", key, "seen_on", "given for every span, and for nothing else")


def check_one_rule(rows: Rows) -> Iterator[Problem]:
    """The same bar for every speaker: no verdict without a basis, no basis without a verdict.

    That a parent text never settles ``so`` is in the schema: ``parent`` is no code of so_basis.
    """
    for row in rows["claims"]:
        if row["status"] == "retired":
            continue
        key, so = row["claim_id"], row["so"]
        if so in {"supported", "imprecise", "refuted", "conflicting"} and row["so_basis"] in {"", "none"}:
            yield Problem("claims", key, "so_basis", f"so is {so!r} without a basis")
        if so in {"not_checkable", "not_enough_evidence"} and row["so_basis"] not in {"", "none"}:
            yield Problem("claims", key, "so_basis", f"so is {so!r}, yet a basis is named")
        if row["so_basis"] == "record" and not row["so_record"]:
            yield Problem("claims", key, "so_record", "the basis is a record, and none is named")
        if row["claim_type"] in {"normative", "evaluation"} and so not in {"", "not_checkable"} and not row["note"]:
            yield Problem("claims", key, "so", f"claim_type {row['claim_type']} coded {so!r}: say why in a note")
        if not (row["said"] and so):
            yield Problem("claims", key, "said" if not row["said"] else "so", "not settled")


def check_retired(rows: Rows) -> Iterator[Problem]:
    """A retired claim is replaced by others, and an id has its article's form."""
    claims = {row["claim_id"]: row for row in rows["claims"]}
    replaced = {old for row in claims.values() for old in filter(None, row["replaces"].split(";"))}
    for old in replaced:
        if old not in claims or claims[old]["status"] != "retired":
            yield Problem("claims", old, "replaces", "named as replaced, and not a retired claim")
    for key, row in claims.items():
        if row["status"] == "retired" and key not in replaced:
            yield Problem("claims", key, "status", "retired, and no claim replaces it")
        if not re.fullmatch(rf"{row['article_id']}-c\d\d", key):
            yield Problem("claims", key, "claim_id", f"not of the form {row['article_id']}-c00")


def data_figures(folder: Path) -> str:
    """Return, as text, agreement by field from codings, and said and so by the asserter's side."""
    import pandas as pd

    codings = pd.DataFrame(read_rows(folder, "codings"))
    claims = [row for row in read_rows(folder, "claims") if row["status"] == "active"]
    parts = []
    for title, coders in (("first codings", list("ABCDE")), ("with the written rules", list("FGH"))):
        part = codings[codings["coder"].isin(coders)]
        twice = part.groupby("field")["coder"].nunique()
        fields = [f for f in twice.index if twice[f] > 1 and not f.endswith(("basis", "record", "confidence"))]
        fields = [f for f in fields if f != "asserter"]
        parts += [f"Agreement, {title} (coders {', '.join(coders)}):"]
        parts += [agreement(part, fields=fields).to_string(index=False), ""]
    for column in ("said", "so"):
        count = Counter((row["side"], row[column]) for row in claims)
        table = pd.Series(count).unstack(fill_value=0)
        parts += [f"{column}, active claims by the asserter's side:", table.to_string(), ""]
    return "\n".join(parts)
