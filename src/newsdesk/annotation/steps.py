"""Steps between one state of the marks and another, and their inverses: what undo and redo rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from newsdesk.annotation.values import Change, Link, Mark, Marks, ordered

_T = TypeVar("_T", Mark, Link)


@dataclass
class Step:
    """What one verb did: each id with its value before and after, None where there was or is none."""

    marks: dict[str, tuple[Mark | None, Mark | None]] = field(default_factory=dict)
    links: dict[str, tuple[Link | None, Link | None]] = field(default_factory=dict)

    def reversed(self) -> Step:
        """Return the step back."""
        return Step({i: (b, a) for i, (a, b) in self.marks.items()}, {i: (b, a) for i, (a, b) in self.links.items()})

    def __bool__(self) -> bool:
        return bool(self.marks or self.links)


class State:
    """Marks and links by id, changed by steps."""

    def __init__(self, like: Marks) -> None:
        self._like = like
        self.marks = {mark.mark_id: mark for mark in like.marks}
        self.links = {link.link_id: link for link in like.links}
        self._value: Marks | None = None

    def value(self) -> Marks:
        """Return the state as a value; the same object until a step is taken."""
        if self._value is None:
            self._value = ordered(self.marks, self.links, self._like)
        return self._value

    def take(self, step: Step) -> Change:
        """Take a step whose ids are as they were before it."""
        self._value = None
        for mark_id, (_, mark) in step.marks.items():
            if mark is None:
                del self.marks[mark_id]
            else:
                self.marks[mark_id] = mark
        for link_id, (_, link) in step.links.items():
            if link is None:
                del self.links[link_id]
            else:
                self.links[link_id] = link
        return Change(
            tuple(m for _, m in step.marks.values() if m is not None),
            tuple(i for i, (_, m) in step.marks.items() if m is None),
            tuple(k for _, k in step.links.values() if k is not None),
            tuple(i for i, (_, k) in step.links.items() if k is None),
        )

    def possible(self, step: Step) -> Step:
        """Return the part of `step` whose marks and links are as they were before it, ends included."""
        marks = {i: pair for i, pair in step.marks.items() if self.marks.get(i) == pair[0]}
        after = {**self.marks, **{i: mark for i, (_, mark) in marks.items()}}
        links = {
            i: (before, link)
            for i, (before, link) in step.links.items()
            if self.links.get(i) == before and (link is None or (after.get(link.origin) and after.get(link.target)))
        }
        return self.with_loose_links(Step(marks, links))

    def with_loose_links(self, step: Step) -> Step:
        """Return `step` with the links added that lose a mark by it."""
        gone = {i for i, (_, mark) in step.marks.items() if mark is None}
        loose = {k.link_id: (k, None) for k in self.links.values() if gone and (k.origin in gone or k.target in gone)}
        return Step(step.marks, {**step.links, **loose})

    def step_to(self, marks: Marks) -> Step:
        """Return the step from here to `marks`."""
        return Step(
            _difference(self.marks, {mark.mark_id: mark for mark in marks.marks}),
            _difference(self.links, {link.link_id: link for link in marks.links}),
        )


def _difference(old: Mapping[str, _T], new: Mapping[str, _T]) -> dict[str, tuple[_T | None, _T | None]]:
    ids = dict.fromkeys((*old, *new))
    return {i: (old.get(i), new.get(i)) for i in ids if old.get(i) != new.get(i)}
