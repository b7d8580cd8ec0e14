"""Labels and relations: what a mark can be called and carry, and what may be linked, by the codebook.

An author adds a label by a row of data/codebook.csv: field ``label``, its letter, its colour, and in
``takes`` the fields of the codebook whose codes its marks can carry. A relation is a row of field
``relation`` with its two ends in ``takes``; the other rows of that field relate articles, not marks.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from newsdesk.errors import DataError, unknown
from newsdesk.tables import learners_csv

COLOURS = ("blue", "orange", "green", "purple", "red", "teal", "brown", "grey")
KEPT_LETTERS = "ablnpyz"  # accept, borders, link, next, previous, redo and undo in the pencil


@dataclass(frozen=True)
class Label:
    """A label: its letter on the keyboard, its colour, its rule, and what its marks can carry.

    `attributes` maps the name of an attribute (a field of the codebook) to its codes and their rules.
    `instead_of` names the labels that it takes the place of on the same words: a paragraph has one role.
    """

    name: str
    letter: str
    colour: str
    rule: str
    attributes: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)
    instead_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Relation:
    """A kind of link: from a mark labelled `origin` to one labelled `target`."""

    name: str
    origin: str
    target: str
    rule: str


def all_labels() -> dict[str, Label]:
    """Return the labels of the codebook by name, in its order.

    Raises
    ------
    DataError
        When a row of the codebook breaks the rules at the top of this module.
    """
    return dict(read_codebook(learners_csv("codebook"))[0])


def all_relations() -> dict[str, Relation]:
    """Return the relations between marks by name, in the codebook's order.

    Raises
    ------
    DataError
        As `all_labels`.
    """
    return dict(read_codebook(learners_csv("codebook"))[1])


def chosen_labels(names: list[str] | tuple[str, ...] | None) -> dict[str, Label]:
    """Return the labels called `names`, in that order, or all of them for None.

    Raises
    ------
    NotFoundError
        When a name is no label; the labels are listed.
    DataError
        When `names` is empty or one text instead of a list.
    """
    labels = all_labels()
    if names is None:
        return labels
    if isinstance(names, str) or not names:
        raise DataError(f"labels takes a list of names, such as ['source', 'cue']; this is {names!r}.")
    for name in names:
        if name not in labels:
            raise unknown("label", name, labels)
    return {name: labels[name] for name in names}


@cache
def read_codebook(content: bytes) -> tuple[dict[str, Label], dict[str, Relation]]:
    """Read the labels and relations in a codebook's CSV; do not change what is returned.

    Raises
    ------
    DataError
        When a letter is used twice, taken by the pencil or no small letter, a colour is unknown, or
        ``takes`` names what is not there.
    """
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))
    codes: dict[str, dict[str, str]] = {}
    for row in rows:
        codes.setdefault(row["field"], {})[row["code"]] = row["definition"]
    labels: dict[str, Label] = {}
    for row in rows:
        if row["field"] == "label":
            label = _label(row, codes)
            other = next((each.name for each in labels.values() if each.letter == label.letter), None)
            if other:
                raise DataError(f"codebook: labels {other!r} and {label.name!r} have one letter, {label.letter!r}.")
            labels[label.name] = label
    relations = {row["code"]: _relation(row, labels) for row in rows if row["field"] == "relation" and row.get("takes")}
    return labels, relations


def _label(row: Mapping[str, str], codes: Mapping[str, Mapping[str, str]]) -> Label:
    name, letter, colour = row["code"], row.get("letter") or "", row.get("colour") or ""
    where = f"codebook: label {name!r}"
    if not (len(letter) == 1 and letter.isascii() and letter.islower()) or letter in KEPT_LETTERS:
        kept = ", ".join(KEPT_LETTERS)
        raise DataError(f"{where} has the letter {letter!r}. Allowed: one of a to z, but {kept} do something else.")
    if colour not in COLOURS:
        raise DataError(f"{where} has the colour {colour!r}. Allowed: {', '.join(COLOURS)}.")
    takes = [each.strip() for each in (row.get("takes") or "").split(";") if each.strip()]
    for each in takes:
        if each not in codes:
            raise DataError(f"{where} takes {each!r}, which is no field of the codebook. Fields: {', '.join(codes)}.")
    instead = tuple(each.strip() for each in (row.get("instead_of") or "").split(";") if each.strip())
    for each in instead:
        if each not in codes["label"]:
            raise DataError(f"{where} stands instead of {each!r}, which is no label.")
    return Label(name, letter, colour, row["definition"], {each: codes[each] for each in takes}, instead)


def _relation(row: Mapping[str, str], labels: Mapping[str, Label]) -> Relation:
    ends = [each.strip() for each in row["takes"].split(";")]
    if len(ends) != 2 or any(each not in labels for each in ends):
        raise DataError(
            f"codebook: relation {row['code']!r} takes {row['takes']!r}. Allowed: two labels, such as 'claim;source'. "
            f"Labels: {', '.join(labels)}."
        )
    return Relation(row["code"], ends[0], ends[1], row["definition"])
