"""What a mark and a link may be: labels, attributes, places and ends, checked before a verb changes anything."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from newsdesk.annotation.labels import Label, Relation
from newsdesk.annotation.places import MarkError, Places
from newsdesk.annotation.values import Link, Mark
from newsdesk.errors import unknown


@dataclass(frozen=True)
class Rules:
    """The text, and what the codebook allows in it.

    `labels` may be given to marks; `all_labels` are those that marks may have from before.
    """

    places: Places
    labels: Mapping[str, Label]
    all_labels: Mapping[str, Label]
    relations: Mapping[str, Relation]

    def check_label(self, label: object) -> None:
        """Refuse a label that may not be given."""
        if not isinstance(label, str) or label not in self.labels:
            raise MarkError(str(unknown("label", label, self.labels)))

    def takes(self, label: str) -> Mapping[str, Mapping[str, str]]:
        """Return the attributes that a label's marks can carry, with their codes."""
        found = self.labels.get(label) or self.all_labels.get(label)
        if found is None:
            raise MarkError(f"{unknown('label', label, self.all_labels)} Give the mark one of these first.")
        return found.attributes

    def attributes(self, label: str, given: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """Return attributes as pairs, sorted; an empty code counts as none."""
        takes = self.takes(label)
        for name, code in given.items():
            if name not in takes:
                allowed = f"It carries: {', '.join(takes)}." if takes else "It carries none."
                raise MarkError(f"A {label} does not carry {name!r}. {allowed}")
            if not isinstance(code, str) or (code and code not in takes[name]):
                raise MarkError(str(unknown(f"code of {name}", code, takes[name])))
        return tuple(sorted((name, code) for name, code in given.items() if code))

    def place(self, start: object, end: object, exact: str | None) -> tuple[int, int]:
        """Return start and end of a mark; `exact`, where given, must be the words there."""
        first, last = self.places.check_span(start, end)
        words = self.places.text[first:last]
        if exact is not None and exact != words:
            raise MarkError(f"{first} to {last} reads {words!r}, not {exact!r}. The text or the offsets changed.")
        return first, last

    def ends(self, relation: str, origin: Mark, target: Mark) -> None:
        """Refuse a link between marks that `relation` does not join."""
        if relation not in self.relations:
            raise MarkError(str(unknown("relation", relation, self.relations)))
        rule = self.relations[relation]
        for what, mark, label in (("from", origin, rule.origin), ("to", target, rule.target)):
            if mark.label != label:
                raise MarkError(
                    f"{relation} leads from a {rule.origin} to a {rule.target}; this one would lead {what} "
                    f"{mark.exact!r}, which is marked as {mark.label}. Mark it as {label} first."
                )

    def relabelled(self, mark: Mark, label: str, links: Iterable[Link]) -> None:
        """Refuse a new label for a mark that one of `links` needs as it is."""
        for link in links:
            rule = self.relations.get(link.relation)
            if rule is None:
                continue
            for mark_id, needed in ((link.origin, rule.origin), (link.target, rule.target)):
                if mark_id == mark.mark_id and label != needed:
                    raise MarkError(
                        f"{mark.exact!r} has a link ({link.relation}) that needs a {needed}; as {label} it can't "
                        "have it. Remove the link first."
                    )


def check_id(given: object) -> str:
    """Return `given` if it is a UUID in small letters."""
    try:
        if isinstance(given, str) and str(uuid.UUID(given)) == given:
            return given
    except ValueError:
        pass
    raise MarkError(f"{given!r} can't be an id. Give a UUID in small letters, or none.")
