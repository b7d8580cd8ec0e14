"""The verbs that change marks and links, with undo and redo. No disk in here."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace

from newsdesk.annotation.labels import Label, Relation, all_labels, all_relations
from newsdesk.annotation.merging import merge
from newsdesk.annotation.places import MarkError, Places, check_text, find_quote, splits_grapheme
from newsdesk.annotation.rules import Rules, check_id
from newsdesk.annotation.steps import State, Step
from newsdesk.annotation.values import Change, Link, Mark, Marks, check_annotator, empty_marks, utc_now
from newsdesk.articles import Article
from newsdesk.errors import DataError

__all__ = [
    "Change",
    "Editing",
    "Link",
    "Mark",
    "MarkError",
    "Marks",
    "check_annotator",
    "empty_marks",
    "find_quote",
    "splits_grapheme",
    "utc_now",
]


def _new_id() -> str:
    return str(uuid.uuid4())


class Editing:
    """Marks that are being made: each verb checks, changes, remembers its inverse, and tells the listener.

    A verb that fails changes nothing. Verbs may come from several threads.

    Parameters
    ----------
    article
        The article.
    marks
        What is there already; None for nothing.
    labels
        The labels that marks can be given; None for all in the codebook.
    relations
        The relations that links can have; None for all in the codebook.
    annotator
        Who marks, where `marks` is None.
    now
        Returns the time of a change, as text.
    new_id
        Returns the id of a new mark or link.
    listener
        Called with a `Change` after each verb that changed something.
    """

    def __init__(  # noqa: PLR0913 (what a test needs to set is set by name)
        self,
        article: Article,
        marks: Marks | None = None,
        *,
        labels: Mapping[str, Label] | None = None,
        relations: Mapping[str, Relation] | None = None,
        annotator: str = "me",
        now: Callable[[], str] = utc_now,
        new_id: Callable[[], str] = _new_id,
        listener: Callable[[Change], None] | None = None,
    ) -> None:
        self.article = article
        self.places = Places(article)
        self._like = marks if marks is not None else empty_marks(article, annotator)
        if (self._like.article_id, self._like.text_hash) != (article.article_id, self.places.text_hash):
            raise DataError(f"{self._like!r} belong to another text than {article!r}. Load them again.")
        known = all_labels()
        self.rules = Rules(
            self.places,
            known if labels is None else dict(labels),
            known,
            all_relations() if relations is None else dict(relations),
        )
        self._now, self._new_id, self.listener = now, new_id, listener
        self._state = State(self._like)
        self._undo: list[Step] = []
        self._redo: list[Step] = []
        self._guard = threading.RLock()
        self.version = 0

    @property
    def marks(self) -> Marks:
        """Return all marks and links as they are now."""
        with self._guard:
            return self._state.value()

    @property
    def can_undo(self) -> bool:
        """Say whether there is something to undo."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """Say whether there is something to redo."""
        return bool(self._redo)

    def mark(self, mark_id: str) -> Mark:
        """Return the mark with this id.

        Raises
        ------
        MarkError
            When there is none.
        """
        if mark_id not in self._state.marks:
            raise MarkError(
                f"There is no mark {mark_id!r}; {len(self._state.marks)} are here. It may have been removed."
            )
        return self._state.marks[mark_id]

    def add(  # noqa: PLR0913 (a mark has these parts)
        self,
        label: str,
        start: int,
        end: int,
        *,
        exact: str | None = None,
        attributes: Mapping[str, str] | None = None,
        comment: str = "",
        mark_id: str | None = None,
    ) -> Mark:
        """Mark a span; the same label on the same span again returns the mark that is there, as it is.

        Where the codebook has the label stand instead of another one that is on the span, that one is changed.

        Parameters
        ----------
        label
            One of `labels`.
        start, end
            Code points in the article's text.
        exact
            The words that the caller means to mark, to be compared with the text.
        attributes
            Names and codes that the label can carry, by the codebook; an empty code counts as none.
        comment
            Any text.
        mark_id
            A UUID, where the caller has made one.

        Raises
        ------
        MarkError
            When any of these breaks the rules; nothing is changed.
        """
        with self._guard:
            self.rules.check_label(label)
            start, end = self.rules.place(start, end, exact)
            pairs = self.rules.attributes(label, attributes or {})
            check_text(comment, "The comment")
            for mark in self._state.marks.values():
                if (mark.start, mark.end, mark.label) == (start, end, label):
                    return mark
            for mark in self._state.marks.values():
                if (mark.start, mark.end) == (start, end) and mark.label in self.rules.labels[label].instead_of:
                    return self.edit(mark.mark_id, label=label, attributes=dict(pairs), comment=comment or None)
            time, context = self._now(), self.places.context(start, end)
            mark = Mark(
                self._free_id(mark_id),
                label,
                start,
                end,
                self.places.text[start:end],
                *context,
                pairs,
                comment,
                self._like.annotator,
                time,
                time,
            )
            self._commit(Step({mark.mark_id: (None, mark)}))
            return mark

    def edit(  # noqa: PLR0913 (as add)
        self,
        mark_id: str,
        *,
        label: str | None = None,
        start: int | None = None,
        end: int | None = None,
        exact: str | None = None,
        attributes: Mapping[str, str] | None = None,
        comment: str | None = None,
    ) -> Mark:
        """Change a mark; what is not given stays.

        `attributes` replaces all that the mark carries. Where the label changes and no attributes are
        given, those that the new label can carry stay.

        Raises
        ------
        MarkError
            As `add`; or when the mark is linked and its links can't have the new label, or another
            mark has the new label and place already. Nothing is changed.
        """
        with self._guard:
            old = self.mark(mark_id)
            new = old
            if label is not None and label != old.label:
                self.rules.check_label(label)
                self.rules.relabelled(old, label, self._state.links.values())
                takes = self.rules.takes(label)
                new = replace(new, label=label, attributes=tuple(p for p in old.attributes if p[0] in takes))
            if start is not None or end is not None or exact is not None:
                first, last = self.rules.place(
                    old.start if start is None else start, old.end if end is None else end, exact
                )
                prefix, suffix = self.places.context(first, last)
                words = self.places.text[first:last]
                new = replace(new, start=first, end=last, exact=words, prefix=prefix, suffix=suffix)
            if attributes is not None and tuple(sorted(attributes.items())) != new.attributes:
                new = replace(new, attributes=self.rules.attributes(new.label, attributes))
            if comment is not None:
                new = replace(new, comment=check_text(comment, "The comment"))
            if new == old:
                return old
            place = (new.label, new.start, new.end)
            if place != (old.label, old.start, old.end) and any(
                place == (m.label, m.start, m.end) for m in self._state.marks.values()
            ):
                raise MarkError(f"{new.exact!r} is marked as {new.label} already. Remove one of the two.")
            new = replace(new, modified=self._now())
            self._commit(Step({mark_id: (old, new)}))
            return new

    def remove(self, mark_id: str) -> Change:
        """Remove a mark and its links, in one step.

        Raises
        ------
        MarkError
            When there is no such mark.
        """
        with self._guard:
            step = Step({mark_id: (self.mark(mark_id), None)})
            return self._commit(self._state.with_loose_links(step))

    def link(self, origin: str, target: str, relation: str = "attributed-to", *, link_id: str | None = None) -> Link:
        """Link two marks, given by their ids; the same link again returns the one that is there.

        Raises
        ------
        MarkError
            When a mark or the relation is not there, or the marks' labels are not those that the
            relation joins.
        """
        with self._guard:
            self.rules.ends(relation, self.mark(origin), self.mark(target))
            for link in self._state.links.values():
                if (link.relation, link.origin, link.target) == (relation, origin, target):
                    return link
            link = Link(self._free_id(link_id), relation, origin, target, self._like.annotator, self._now())
            self._commit(Step(links={link.link_id: (None, link)}))
            return link

    def unlink(self, link_id: str) -> Change:
        """Remove a link; the marks stay.

        Raises
        ------
        MarkError
            When there is no such link.
        """
        with self._guard:
            if link_id not in self._state.links:
                raise MarkError(
                    f"There is no link {link_id!r}; {len(self._state.links)} are here. It may have been removed."
                )
            return self._commit(Step(links={link_id: (self._state.links[link_id], None)}))

    def undo(self) -> bool:
        """Take back the last verb; False when there is none.

        What has come in from disk since is not taken back: a mark that another notebook changed
        after the verb stays as it is.
        """
        return self._move(self._undo, self._redo)

    def redo(self) -> bool:
        """Do again what was undone last; False when there is nothing."""
        return self._move(self._redo, self._undo)

    def replace_from_disk(self, marks: Marks, base: Marks | None = None) -> Change:
        """Take over what a save brought in from another notebook; no verb, so undo does not reverse it.

        Parameters
        ----------
        marks
            What is on disk now.
        base
            What was given to the save: what was changed here since then stays. None: nothing was.
        """
        with self._guard:
            now = self.marks
            merged, _ = merge(base if base is not None else now, now, marks)
            return self._tell(self._state.take(self._state.step_to(merged)))

    def _move(self, source: list[Step], other: list[Step]) -> bool:
        with self._guard:
            while source:
                step = self._state.possible(source.pop().reversed())
                if step:
                    change = self._state.take(step)
                    other.append(step)
                    self._tell(change)
                    return True
            return False

    def _commit(self, step: Step) -> Change:
        change = self._state.take(step)
        self._undo.append(step)
        self._redo.clear()
        return self._tell(change)

    def _tell(self, change: Change) -> Change:
        if change:
            self.version += 1
            if self.listener is not None:
                self.listener(change)
        return change

    def _free_id(self, given: str | None) -> str:
        new = check_id(self._new_id() if given is None else given)
        if new in self._state.marks or new in self._state.links:
            raise MarkError(f"The id {new} is taken by another mark or link. Give a new one, or none.")
        return new
