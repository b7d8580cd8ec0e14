"""Bringing together what two notebooks did to the same marks. Pure: values in, a value out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from newsdesk.annotation.values import Link, Mark, Marks, ordered

_T = TypeVar("_T", Mark, Link)


def merge(base: Marks, ours: Marks, theirs: Marks) -> tuple[Marks, list[str]]:
    """Merge two states that both came from `base`, by id, so that neither loses a mark.

    What one side added, changed or removed is taken over. Where both changed one mark, the later
    `modified` wins and a note says what the other was. Where one side changed, or linked anew, what
    the other removed, it stays, and a note says so. Which side is called ours makes no difference.

    Returns
    -------
    tuple
        The merged marks, and the notes for the person.
    """
    notes: list[str] = []
    before, mine, other = (_marks(each) for each in (base, ours, theirs))
    marks: dict[str, Mark] = {}
    kept_by: dict[str, str] = {}  # marks that one side removed and the other changed: which side has them
    for mark_id in dict.fromkeys((*mine, *other, *before)):
        b, m, o = before.get(mark_id), mine.get(mark_id), other.get(mark_id)
        mark = _winner(b, m, o)
        if mark is not None:
            marks[mark_id] = mark
        if m == o or b in (m, o):
            continue
        if m is None or o is None:
            kept_by[mark_id] = "ours" if o is None else "theirs"
            notes.append(f"{_name(mark)} was removed in one notebook and changed in another: it is kept.")
        elif mark is not None and _content(m) != _content(o):
            lost = m if mark is o else o
            notes.append(f"{_name(mark)} was changed in two notebooks: the later is kept. The other: {_said(lost)}.")
    links = _merge_links((base, ours, theirs), marks, kept_by, notes)
    return ordered(marks, links, ours), notes


def _merge_links(
    sides: tuple[Marks, Marks, Marks], marks: dict[str, Mark], kept_by: Mapping[str, str], notes: list[str]
) -> dict[str, Link]:
    """Merge the links; `marks` gets those back that a new link needs, `notes` says so."""
    before, mine, other = ({k.link_id: k for k in each.links} for each in sides)
    lost = {mark.mark_id: mark for each in sides for mark in each.marks}
    links: dict[str, Link] = {}
    for link_id in dict.fromkeys((*mine, *other, *before)):
        b, m, o = before.get(link_id), mine.get(link_id), other.get(link_id)
        link = _winner(b, m, o)
        if link is None and b is not None:  # removed: with a mark that stays after all?
            keepers = {kept_by.get(b.origin), kept_by.get(b.target)}
            link = m if "ours" in keepers else o if "theirs" in keepers else None
        if link is None:
            continue
        for mark_id in (link.origin, link.target):
            if mark_id not in marks and mark_id in lost and b is None:
                marks[mark_id] = lost[mark_id]
                notes.append(f"{_name(lost[mark_id])} was removed in one notebook and linked in another: it is kept.")
        if not any(end in lost and end not in marks for end in (link.origin, link.target)):
            links[link_id] = link  # an end that nobody has ever had is not lost by merging
    return links


def _marks(marks: Marks) -> dict[str, Mark]:
    return {mark.mark_id: mark for mark in marks.marks}


def _winner(base: _T | None, ours: _T | None, theirs: _T | None) -> _T | None:
    """Return what a three-way merge keeps of one thing; a change wins over a removal."""
    if theirs in (ours, base):
        return ours
    if ours == base:
        return theirs
    if ours is None or theirs is None:
        return theirs if ours is None else ours
    return max(ours, theirs, key=_time)


def _time(value: Mark | Link) -> tuple[str, str]:
    """Order by time; within one second by content, so that both notebooks choose the same."""
    return (value.modified if isinstance(value, Mark) else value.created, repr(value))


def _content(mark: Mark) -> tuple[object, ...]:
    return mark.label, mark.start, mark.end, mark.exact, mark.attributes, mark.comment


def _name(mark: Mark | None) -> str:
    return f"The {mark.label} {mark.exact!r}" if mark is not None else "A mark"


def _said(mark: Mark) -> str:
    parts = [f"{mark.label} {mark.exact!r}", *(f"{name} {code}" for name, code in mark.attributes)]
    return ", ".join(parts) + (f", comment {mark.comment!r}" if mark.comment else "")
