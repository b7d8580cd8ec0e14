"""Marks and links as values. Nothing in here changes them, or knows of a disk."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from newsdesk.annotation.labels import all_labels
from newsdesk.annotation.places import MarkError, Places
from newsdesk.articles import Article

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class Mark:
    """A labelled span of a text.

    `start` and `end` are code points in the article's text, None for an orphan: a mark whose words
    are no longer in the text. `exact` are its words, `prefix` and `suffix` up to 32 code points of
    context. `attributes` are pairs of name and code, sorted. `created` and `modified` are UTC,
    ``2026-11-22T09:15:00Z``.
    """

    mark_id: str
    label: str
    start: int | None
    end: int | None
    exact: str
    prefix: str
    suffix: str
    attributes: tuple[tuple[str, str], ...]
    comment: str
    annotator: str
    created: str
    modified: str

    def __repr__(self) -> str:
        return f"<{self.label}: {self.exact}>"  # what a cell shows; ids and times differ at every run

    @property
    def is_orphan(self) -> bool:
        """Say whether the mark has lost its place in the text."""
        return self.start is None

    def to_wire(self) -> dict[str, Any]:
        """Return what the page is told of the mark."""
        return {
            "id": self.mark_id,
            "label": self.label,
            "start": self.start,
            "end": self.end,
            "exact": self.exact,
            "attributes": dict(self.attributes),
            "comment": self.comment,
        }


@dataclass(frozen=True, repr=False)
class Link:
    """A relation between two marks, by their ids: ``attributed-to`` leads from a claim to a source."""

    link_id: str
    relation: str
    origin: str
    target: str
    annotator: str
    created: str

    def __repr__(self) -> str:
        return f"<link: {self.relation}>"

    def to_wire(self) -> dict[str, str]:
        """Return what the page is told of the link."""
        return {"id": self.link_id, "relation": self.relation, "origin": self.origin, "target": self.target}


@dataclass(frozen=True, repr=False)
class Marks:
    """All marks and links of one annotator in one article.

    `marks` are in the order of the text (start, end, label, id; orphans last), `links` by the order of
    their ends. `paragraphs` are number and start of each paragraph of the article.
    """

    article_id: str
    edition: str
    text_hash: str
    annotator: str
    marks: tuple[Mark, ...] = ()
    links: tuple[Link, ...] = ()
    paragraphs: tuple[tuple[int, int], ...] = field(default=(), compare=False)

    def para(self, mark: Mark) -> int | None:
        """Return the number of the paragraph that `mark` lies in; None for an orphan."""
        if mark.start is None:
            return None
        return next((number for number, start in reversed(self.paragraphs) if start <= mark.start), None)

    def frame(self) -> pd.DataFrame:
        """Return the marks as a table, one row a mark, in the order of the text.

        Returns
        -------
        pandas.DataFrame
            `label`, `para`, `start`, `end`, `quote`, a column for each attribute that the labels present
            can carry, `comment`, and `source`: for a claim the words of the sources it is linked to,
            ``"; "`` between them. Missing values are NaN. There are no ids, so that two runs give one table.
        """
        import pandas as pd  # whoever only makes marks does not wait for pandas

        labels = all_labels()
        present = {mark.label for mark in self.marks}
        names = [name for label in labels.values() if label.name in present for name in label.attributes]
        names += sorted({name for mark in self.marks for name, _ in mark.attributes})
        exact = {mark.mark_id: mark.exact for mark in self.marks}
        sources: dict[str, list[str]] = {}
        for link in self.links:
            if link.target in exact:
                sources.setdefault(link.origin, []).append(exact[link.target])
        columns: dict[str, Any] = {
            "label": pd.Series([m.label for m in self.marks], dtype="str"),
            "para": _whole([self.para(m) for m in self.marks]),
            "start": _whole([m.start for m in self.marks]),
            "end": _whole([m.end for m in self.marks]),
            "quote": pd.Series([m.exact for m in self.marks], dtype="str"),
        }
        for name in dict.fromkeys(names):
            columns[name] = pd.Series([dict(m.attributes).get(name) for m in self.marks], dtype="str")
        columns["comment"] = pd.Series([m.comment or None for m in self.marks], dtype="str")
        columns["source"] = pd.Series(
            ["; ".join(sources[m.mark_id]) if m.mark_id in sources else None for m in self.marks], dtype="str"
        )
        return pd.DataFrame(columns)

    def __repr__(self) -> str:
        counts = Counter(mark.label for mark in self.marks)
        parts = ", ".join(f"{count} {label}" for label, count in counts.items()) or "none"
        links = f"; {len(self.links)} link{'s' if len(self.links) > 1 else ''}" if self.links else ""
        return f"<marks of {self.annotator} in {self.article_id}: {parts}{links}>"


def marks_in(given: object) -> Marks | None:
    """Return the marks that were given, as they are or in a pencil; None where there are none."""
    marks = given if isinstance(given, Marks) else getattr(given, "marks", None)
    return marks if isinstance(marks, Marks) else None


def _whole(values: list[int | None]) -> pd.Series[int]:
    import pandas as pd  # as in frame

    return pd.Series(values, dtype="Int64" if None in values else "int64")


@dataclass(frozen=True)
class Change:
    """What a verb did: marks and links to draw anew, and ids of those that are gone."""

    put_marks: tuple[Mark, ...] = ()
    gone_marks: tuple[str, ...] = ()
    put_links: tuple[Link, ...] = ()
    gone_links: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.put_marks or self.gone_marks or self.put_links or self.gone_links)

    def then(self, later: Change) -> Change:
        """Return what this change and a later one do together."""
        gone_marks, gone_links = set(later.gone_marks), set(later.gone_links)
        marks = {m.mark_id: m for m in (*self.put_marks, *later.put_marks) if m.mark_id not in gone_marks}
        links = {k.link_id: k for k in (*self.put_links, *later.put_links) if k.link_id not in gone_links}
        return Change(
            tuple(marks.values()),
            tuple(i for i in dict.fromkeys((*self.gone_marks, *later.gone_marks)) if i not in marks),
            tuple(links.values()),
            tuple(i for i in dict.fromkeys((*self.gone_links, *later.gone_links)) if i not in links),
        )

    def to_wire(self) -> dict[str, Any]:
        """Return ``put`` and ``gone`` as the page is told of them."""
        return {
            "put": {"marks": [m.to_wire() for m in self.put_marks], "links": [k.to_wire() for k in self.put_links]},
            "gone": {"marks": list(self.gone_marks), "links": list(self.gone_links)},
        }


def utc_now() -> str:
    """Return the time as marks keep it: UTC, whole seconds, ``2026-11-22T09:15:00Z``."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def check_annotator(name: object) -> str:
    """Return `name` if it can name an annotator, and so a file.

    Raises
    ------
    MarkError
        When it has other characters than small letters, digits and hyphens, or more than 32.
    """
    if not isinstance(name, str) or not re.fullmatch(r"[a-z0-9-]{1,32}", name):
        raise MarkError(
            f"{name!r} can't name an annotator. Use 1 to 32 small letters, digits and hyphens: 'ana', 'coder-2'."
        )
    return name


def empty_marks(article: Article, annotator: str) -> Marks:
    """Return the marks of one who has not begun."""
    places = Places(article)
    return Marks(
        article.article_id,
        article.edition,
        places.text_hash,
        check_annotator(annotator),
        paragraphs=places.paragraphs,
    )


def ordered(marks: Mapping[str, Mark], links: Mapping[str, Link], like: Marks) -> Marks:
    """Return `marks` and `links` in their fixed order, with everything else as in `like`."""
    in_order = sorted(marks.values(), key=_place)
    rank = {mark.mark_id: i for i, mark in enumerate(in_order)}
    last = len(rank)
    by_ends = sorted(
        links.values(),
        key=lambda k: (rank.get(k.origin, last), rank.get(k.target, last), k.relation, k.link_id),
    )
    return replace(like, marks=tuple(in_order), links=tuple(by_ends))


def _place(mark: Mark) -> tuple[bool, int, int, str, str]:
    return mark.start is None, mark.start or 0, mark.end or 0, mark.label, mark.mark_id
