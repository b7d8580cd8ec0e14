"""Marks as CSV, out and in: one table that a spreadsheet opens and that reads back whole."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from newsdesk.annotation.places import MarkError, Places, check_text, find_quote
from newsdesk.annotation.store import Loaded, unknown_names
from newsdesk.annotation.values import Link, Mark, Marks, check_annotator, ordered, utc_now
from newsdesk.articles import Article
from newsdesk.errors import DataError
from newsdesk.files import write_whole

_FIRST = ("kind", "id", "label", "para", "start", "end", "quote", "before", "after")
_LAST = ("comment", "from", "to", "annotator", "created", "modified", "article_id", "edition", "text_hash", "note")
_NO_ATTRIBUTE = frozenset(_FIRST + _LAST)
# What a spreadsheet takes for the start of a formula (OWASP, CSV injection), full-width forms included.
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")


@dataclass(frozen=True)
class Export:
    """Files for another tool, name to text, and notes on what the format can't hold."""

    files: Mapping[str, str]
    notes: tuple[str, ...] = ()

    def save(self, folder: Path | str) -> list[Path]:
        """Write the files to `folder`; files of these names are replaced.

        Raises
        ------
        PlaceError
            When the folder can't be written.
        """
        paths = [Path(folder) / name for name in self.files]
        for path, text in zip(paths, self.files.values(), strict=True):
            write_whole(path, text.encode("utf-8"))
        return paths


def same_text(marks: Marks, article: Article) -> None:
    """Refuse marks that were made on another text than `article`."""
    if (marks.article_id, marks.text_hash) != (article.article_id, Places(article).text_hash):
        raise DataError(f"{marks!r} belong to another text than {article!r}. Load the marks again.")


def to_csv(marks: Marks, article: Article) -> Export:
    """Return the marks and links as one CSV file that `from_csv` reads back whole.

    A row is a mark or a link, as `kind` says; a link leads `from` one id `to` another, and its relation
    stands in `label`. There is a column for each attribute. Every cell stands in quotation marks, so that
    a carriage return in a comment ends no row. A cell that a spreadsheet would take for a
    formula begins with an apostrophe, which `from_csv` takes off.
    """
    same_text(marks, article)
    names = sorted({name for mark in marks.marks for name, _ in mark.attributes})
    clash = _NO_ATTRIBUTE.intersection(names)
    if clash:
        raise DataError(f"An attribute is called {', '.join(sorted(clash))}, as a column of the CSV. Rename it.")
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, [*_FIRST, *names, *_LAST], restval="", lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    common = {
        "article_id": marks.article_id,
        "edition": marks.edition,
        "text_hash": marks.text_hash,
        "note": article.note,
    }
    for mark in marks.marks:
        row = {
            "kind": "mark",
            "id": mark.mark_id,
            "label": mark.label,
            "para": _cell(marks.para(mark)),
            "start": _cell(mark.start),
            "end": _cell(mark.end),
            "quote": mark.exact,
            "before": mark.prefix,
            "after": mark.suffix,
            "comment": mark.comment,
            "annotator": mark.annotator,
            "created": mark.created,
            "modified": mark.modified,
        }
        writer.writerow({key: _guarded(value) for key, value in (row | dict(mark.attributes) | common).items()})
    for link in marks.links:
        row = {
            "kind": "link",
            "id": link.link_id,
            "label": link.relation,
            "from": link.origin,
            "to": link.target,
            "annotator": link.annotator,
            "created": link.created,
        }
        writer.writerow({key: _guarded(value) for key, value in (row | common).items()})
    return Export({f"{marks.article_id}.{marks.annotator}.csv": out.getvalue()})


def _cell(number: int | None) -> str:
    return "" if number is None else str(number)


def _guarded(cell: str) -> str:
    is_taken = cell[:1] in _FORMULA or (cell[:1] == "'" and (cell[1:2] in _FORMULA or cell[1:2] == "'"))
    return f"'{cell}" if cell and is_taken and (cell[1:] or cell in _FORMULA) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] and (cell[1] in _FORMULA or cell[1] == "'") else cell


def from_csv(text: str, article: Article, *, annotator: str | None = None) -> Loaded:
    """Read marks and links from CSV.

    Parameters
    ----------
    text
        What `to_csv` wrote, or a table of your own: columns `label` and `quote` are enough, with `para`
        where the words stand in several paragraphs. Other columns are taken for attributes.
    article
        The article. A mark whose place does not hold its words is looked for by its words.
    annotator
        Whose marks they are; None for the one in the file, or else ``"me"``.

    Returns
    -------
    Loaded
        The marks, and notes on those that have lost their place or are not in the codebook.

    Raises
    ------
    DataError
        When a row can't be a mark or link; the message names its line.
    """
    check_text(text, "The CSV")
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    columns = list(reader.fieldnames or ())
    if "label" not in columns or ("quote" not in columns and "start" not in columns):
        raise DataError(f"The CSV lacks a column label or quote. Columns: {', '.join(columns) or 'none'}.")
    places, now = Places(article), utc_now()
    marks: dict[str, Mark] = {}
    links: dict[str, Link] = {}
    owner = check_annotator(annotator) if annotator is not None else None
    for raw in _rows(reader):
        where = f"CSV, line {reader.line_num}"
        if None in raw or None in raw.values():
            raise DataError(f"{where} has {'more' if None in raw else 'fewer'} cells than the first line has columns.")
        row = {key: _unguarded(value) for key, value in raw.items()}
        if not any(row.values()):
            continue
        for key, wanted in (("article_id", article.article_id), ("edition", article.edition)):
            if row.get(key) and row[key] != wanted:
                raise DataError(f"{where} is about the {key} {row[key]!r}, not {wanted!r}.")
        owner = owner or check_annotator(row.get("annotator") or "me")
        new_id = _id(row.get("id"), where)
        if new_id in marks or new_id in links:
            raise DataError(f"{where} has the id of another row, {new_id}.")
        who = check_annotator(annotator or row.get("annotator") or owner)
        created = _time(row.get("created") or now, where)
        if row.get("kind") == "link":
            ends = [_id(row.get(end) or "?", where) for end in ("from", "to")]
            links[new_id] = Link(new_id, row["label"], ends[0], ends[1], who, created)
        else:
            modified = _time(row.get("modified") or created, where)
            marks[new_id] = _mark(places, row, new_id, (who, created, modified), where)
    empty = Marks(article.article_id, article.edition, places.text_hash, owner or "me", paragraphs=places.paragraphs)
    found = ordered(marks, links, empty)
    lost = [repr(mark.exact) for mark in found.marks if mark.is_orphan]
    notes = [f"Not found in the text, kept without a place: {', '.join(lost)}."] if lost else []
    return Loaded(found, notes + unknown_names(found))


def _rows(reader: csv.DictReader[str]) -> Iterator[dict[str, str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise DataError(f"CSV, line {reader.line_num}: {error}.") from None


def _mark(places: Places, row: Mapping[str, str], new_id: str, signed: tuple[str, str, str], where: str) -> Mark:
    label, exact = row["label"].strip(), row.get("quote", "")
    if not label:
        raise DataError(f"{where} has no label.")
    prefix, suffix = row.get("before", ""), row.get("after", "")
    span = _span(places, row, where)
    if span and not exact:
        exact = places.text[span[0] : span[1]]
    if not exact:
        raise DataError(f"{where} has no quote.")
    if not span or places.text[span[0] : span[1]] != exact or not places.is_span(*span):
        span = places.anchor(exact, prefix, suffix) if prefix or suffix else _by_words(places, exact, row, where)
    if span:
        exact = places.text[span[0] : span[1]]
        prefix, suffix = places.context(*span)
    start, end = span or (None, None)
    pairs = tuple(sorted((name, row[name]) for name in row if name not in _NO_ATTRIBUTE and row[name]))
    return Mark(new_id, label, start, end, exact, prefix, suffix, pairs, row.get("comment", ""), *signed)


def _by_words(places: Places, exact: str, row: Mapping[str, str], where: str) -> tuple[int, int]:
    try:
        return find_quote(places, exact, para=_number(row.get("para"), "para", where))
    except MarkError as error:
        raise DataError(f"{where}: {error}") from None


def _span(places: Places, row: Mapping[str, str], where: str) -> tuple[int, int] | None:
    start, end = (_number(row.get(name), name, where) for name in ("start", "end"))
    if start is None or end is None:
        return None
    if not 0 <= start < end:
        raise DataError(f"{where} goes from {start} to {end}, which holds no character.")
    return start, end


def _number(cell: str | None, name: str, where: str) -> int | None:
    if not cell:
        return None
    try:
        return int(cell)
    except ValueError:
        raise DataError(f"{where}: {name} is {cell!r}; it must be a whole number.") from None


def _id(cell: str | None, where: str) -> str:
    if not cell:
        return str(uuid.uuid4())
    try:
        return str(uuid.UUID(cell))
    except ValueError:
        raise DataError(f"{where}: {cell!r} is no id. Ids are UUIDs; leave the cell empty for a new mark.") from None


def _time(cell: str, where: str) -> str:
    try:
        datetime.strptime(cell, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        raise DataError(f"{where}: {cell!r} is no time of the form 2026-11-22T09:15:00Z.") from None
    return cell
