"""The pencil: the widget in which an article is marked, and the same verbs for Python.

Python is the authority: every verb, from the page or from a cell, goes through one `Editing`; the page
is told what changed. Marks are saved by themselves a moment after each change.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import threading
import weakref
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from newsdesk.annotation.labels import all_relations, chosen_labels
from newsdesk.annotation.model import Change, Editing
from newsdesk.annotation.places import MarkError, find_quote
from newsdesk.annotation.showing import show_marks
from newsdesk.annotation.store import Shelf, load_marks
from newsdesk.annotation.values import Link, Mark, Marks, check_annotator, marks_in
from newsdesk.annotation.wire import article_wire, labels_wire, others_wire
from newsdesk.articles import Article, load_article
from newsdesk.errors import DataError, NewsdeskError, unknown
from newsdesk.views import Reading

SAVED_AFTER = 0.3  # seconds from the first unsaved change
TRIED_AGAIN_AFTER = 5.0  # seconds, where a file could not be written
_VERBS = ("add", "edit", "remove", "link", "unlink", "undo", "redo")
_OPEN: weakref.WeakSet[Pencil] = weakref.WeakSet()  # those whose marks are saved


def annotate(
    article: str | Article,
    *,
    annotator: str = "me",
    labels: list[str] | None = None,
    beside: str | Marks | Pencil | Iterable[str | Marks | Pencil] = (),
    folder: Path | str | None = None,
) -> Pencil:
    """Open an article for marking.

    Parameters
    ----------
    article
        An article's id, or an article, an own text included.
    annotator
        Who marks: 1 to 32 small letters, digits and hyphens. It names the file.
    labels
        The labels to mark with, of the field ``label`` in the codebook; all by default.
    beside
        Whose marks to show as suggestions: annotators' names (``"gold"`` is the kit's own), marks, or pencils.
    folder
        Where the file lies; by default a folder ``annotations`` beside the notebook.

    Returns
    -------
    Pencil
        Shown by Jupyter as a widget; its verbs do the same from Python. Marks made before are there again.

    Raises
    ------
    NotFoundError
        When there is no such article or label.
    DataError
        When the annotator's name can't be one, or the file is of a newer format.
    """
    text = load_article(article) if isinstance(article, str) else article
    if not isinstance(text, Article):
        raise DataError(f"annotate takes an article or its id, not a {type(article).__name__}: annotate('gt-2020').")
    place = None if folder is None else Path(folder)
    given = [beside] if isinstance(beside, str | Marks | Pencil) else list(beside)
    others = [load_marks(text, annotator=one, folder=place) if isinstance(one, str) else _marks(one) for one in given]
    for other in others:
        if other.article_id != text.article_id:
            raise DataError(f"beside holds marks of {other.article_id}; this article is {text.article_id}.")
    return Pencil(text, check_annotator(annotator), labels, others, place)


def _marks(given: Marks | Pencil) -> Marks:
    marks = marks_in(given)
    if marks is None:
        raise DataError(
            f"This is a {type(given).__name__}. Wanted: marks, as nd.load_marks or a pencil's .marks gives them."
        )
    return marks


class Pencil(anywidget.AnyWidget):
    """An article that one annotator marks. `annotate` makes it."""

    _esm = Path(__file__).parent / "widget.js"
    _css = Path(__file__).parent / "widget.css"

    article = traitlets.Dict().tag(sync=True)
    labels: traitlets.List[Any] = traitlets.List().tag(sync=True)
    relations: traitlets.List[Any] = traitlets.List().tag(sync=True)
    annotator = traitlets.Unicode().tag(sync=True)
    others: traitlets.List[Any] = traitlets.List().tag(sync=True)
    key = traitlets.Unicode().tag(sync=True)
    # what a page that opens now is told; later changes go to it as messages
    state = traitlets.Dict().tag(sync=True, to_json=lambda _, pencil: pencil._state())

    def __init__(
        self, article: Article, annotator: str, labels: list[str] | None, others: list[Marks], folder: Path | None
    ) -> None:
        _flush_all()
        self._text = article
        self._shelf = Shelf(article, annotator, folder)
        loaded = self._shelf.load()
        self.notes: list[str] = list(loaded.notes)
        chosen = chosen_labels(labels)
        self._changed = Change()  # since the page was last told
        self._editing = Editing(article, loaded.marks, labels=chosen, listener=self._note)
        self._lock = threading.RLock()
        self._saved, self._done = self._editing.version, set[str]()
        self._timer: threading.Timer | None = None
        relations = [r for r in all_relations().values() if r.origin in chosen and r.target in chosen]
        super().__init__(
            article=article_wire(article),
            labels=labels_wire(chosen.values()),
            relations=[{"name": r.name, "origin": r.origin, "target": r.target, "rule": r.rule} for r in relations],
            annotator=annotator,
            others=others_wire(others, chosen),
            key=hashlib.sha256(f"{self._shelf.path}".encode()).hexdigest()[:16],
        )
        self.on_msg(self._receive)
        if not self._shelf.why_not:
            _OPEN.add(self)

    @property
    def marks(self) -> Marks:
        """The marks and links as they are now."""
        marks: Marks = self._editing.marks
        return marks

    def add(  # noqa: PLR0913 - what a mark is made of; all but the first two by name
        self,
        label: str,
        quote: str | None = None,
        *,
        para: int | None = None,
        nth: int | None = None,
        start: int | None = None,
        end: int | None = None,
        comment: str = "",
        **attributes: str,
    ) -> Mark:
        """Mark words with a label.

        Parameters
        ----------
        label
            One of the pencil's labels.
        quote
            The words, as they stand in the article.
        para
            The paragraph, where the words stand in more than one.
        nth
            Which occurrence, counted from 1, where they stand there more than once.
        start, end
            Instead of a quote: code points in the article's text.
        comment, **attributes
            What the mark carries: ``modality="hedged"``, as the codebook allows for the label.

        Returns
        -------
        Mark
            The one that was there already, if the same words have this label.

        Raises
        ------
        MarkError
            When the words are not there, stand in several places, or the label does not take an attribute.
        """
        if (quote is None) == (start is None or end is None):
            raise MarkError("add takes a quote, or start and end: add('source', 'Hua Chunying', para=4).")
        if quote is not None:
            start, end = find_quote(self._text, quote, para=para, nth=nth)
        assert start is not None and end is not None
        with self._lock:
            mark: Mark = self._editing.add(label, start, end, exact=None, attributes=attributes, comment=comment)
            self._tell()
        return mark

    def link(self, claim: Mark, source: Mark, relation: str = "attributed-to") -> Link:
        """Link a claim to its source.

        Raises
        ------
        MarkError
            When the relation does not lead from the one's label to the other's.
        """
        with self._lock:
            link: Link = self._editing.link(claim.mark_id, source.mark_id, relation)
            self._tell()
        return link

    def edit(
        self, mark: Mark, *, label: str | None = None, comment: str | None = None, **attributes: str | None
    ) -> Mark:
        """Change a mark's label, comment or attributes; an attribute set to None is taken off."""
        with self._lock:
            now = {**dict(self._editing.mark(mark.mark_id).attributes), **attributes}
            given = {name: code for name, code in now.items() if code is not None} if attributes else None
            edited: Mark = self._editing.edit(mark.mark_id, label=label, comment=comment, attributes=given)
            self._tell()
        return edited

    def remove(self, what: Mark | Link) -> None:
        """Take a mark off, with its links, or a link."""
        with self._lock:
            if isinstance(what, Link):
                self._editing.unlink(what.link_id)
            else:
                self._editing.remove(what.mark_id)
            self._tell()

    def undo(self) -> bool:
        """Take the last change back; False when there is none."""
        return self._step(self._editing.undo)

    def redo(self) -> bool:
        """Make a change again that was taken back; False when there is none."""
        return self._step(self._editing.redo)

    def frame(self) -> Any:
        """Return the marks as a table; see `Marks.frame`."""
        return self.marks.frame()

    def show(self, paras: Iterable[int] | None = None, *, labels: Iterable[str] | None = None) -> Reading:
        """Show the marks on paper: labels in brackets, no script; by default those with the pencil's labels.

        `paras` and `labels` are as in `show_marks`.
        """
        names = [label["name"] for label in self.labels] if labels is None else labels
        return show_marks(self._text, self.marks, paras=paras, labels=names)

    def save(self) -> None:
        """Save now. Marks are saved by themselves; this is for who wants to be sure.

        Raises
        ------
        PlaceError
            When the file can't be written; the marks stay in the pencil.
        """
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            if self._saved == self._editing.version:
                return
            if self._shelf.why_not:
                self._say({"type": "trouble", "message": self._shelf.why_not})
                return
            given = self.marks
            merged = self._shelf.save(given)
            if merged != given:  # another notebook's marks came in
                self._editing.replace_from_disk(merged, given)
                self._tell(is_unsaved=False)
            self._saved = self._editing.version
            self._say({"type": "saved", "version": self._editing.version})
            if self._shelf.notes:
                self.notes += self._shelf.notes
                self._say({"type": "trouble", "message": " ".join(self._shelf.notes)})

    def _step(self, verb: Any) -> bool:
        with self._lock:
            is_done = bool(verb())
            self._tell()
        return is_done

    def _state(self) -> dict[str, Any]:
        with self._lock:
            marks = self.marks
            return {
                "version": self._editing.version,
                "marks": [m.to_wire() for m in marks.marks],
                "links": [k.to_wire() for k in marks.links],
                "can_undo": self._editing.can_undo,
                "can_redo": self._editing.can_redo,
                "saved": self._saved == self._editing.version,
                "notes": self.notes,
            }

    def _tell(
        self,
        *,
        done: Iterable[str] = (),
        refused: Any = (),
        merged: Iterable[str] = (),
        is_unsaved: bool = True,
    ) -> None:
        """Tell the page what has changed since it was last told, and have it saved."""
        change, self._changed = self._changed, Change()
        is_changed = bool(change)
        if is_changed or done or refused:
            change = replace(change, gone_marks=(*change.gone_marks, *merged))
            self._say(
                {
                    "type": "changed",
                    "version": self._editing.version,
                    "done": list(done),
                    "refused": list(refused),
                    **change.to_wire(),
                    "can_undo": self._editing.can_undo,
                    "can_redo": self._editing.can_redo,
                }
            )
        if is_changed and is_unsaved:
            self._save_after(SAVED_AFTER)
        elif done and self._saved == self._editing.version:
            self._say({"type": "saved", "version": self._editing.version})

    def _save_after(self, seconds: float) -> None:
        if self._timer is not None:
            return
        if self._shelf.why_not:
            self.save()  # says so at once
            return
        self._timer = threading.Timer(seconds, self._save_by_itself)
        self._timer.daemon = True
        try:
            self._timer.start()
        except RuntimeError:  # no thread can be started: in a browser's Python, and where root grades
            self._timer = None
            with contextlib.suppress(NewsdeskError):  # said where somebody saves
                self.save()

    def _save_by_itself(self) -> None:
        with self._lock:
            self._timer = None
            try:
                self.save()
            except NewsdeskError as error:
                self._say({"type": "trouble", "message": str(error)})
                self._save_after(TRIED_AGAIN_AFTER)

    def _note(self, change: Change) -> None:
        self._changed = self._changed.then(change)

    def _say(self, message: dict[str, Any]) -> None:
        with contextlib.suppress(Exception):  # no page is there, or it is gone: the marks are here
            self.send(message)

    def _receive(self, _: Any, content: Any, __: Any) -> None:
        """Do what the page asks; what can't be done is answered with the reason."""
        ops = content.get("ops") if isinstance(content, dict) else None
        if not isinstance(ops, list):
            return
        with self._lock:
            done, refused, merged = [], [], []
            for op in ops:
                name = str(op.get("op", "")) if isinstance(op, dict) else ""
                if name not in self._done:
                    try:
                        merged += self._do(op)
                    except (NewsdeskError, KeyError, TypeError, AttributeError, ValueError) as error:
                        said = str(error) if isinstance(error, NewsdeskError) else f"not understood: {error!r}"
                        refused.append({"op": name, "message": said})
                        continue
                    self._done.add(name)
                done.append(name)
            self._tell(done=done, refused=refused, merged=merged)

    def _do(self, op: dict[str, Any]) -> list[str]:
        """Do one thing that the page asks for; return the id it gave to a mark that was there already."""
        verb, edit = op["verb"], self._editing
        if verb not in _VERBS:
            raise unknown("verb", verb, _VERBS)
        if verb == "add":
            given = dict(op["mark"])
            mark_id, span = given.pop("id"), [given.pop(name) for name in ("label", "start", "end")]
            added = edit.add(*span, mark_id=mark_id, **_named(given, ("exact", "attributes", "comment")))
            return [] if added.mark_id == mark_id else [mark_id]
        if verb == "edit":
            edit.edit(op["id"], **_named(op, ("label", "start", "end", "exact", "attributes", "comment")))
        elif verb == "link":
            link = op["link"]
            edit.link(link["origin"], link["target"], link["relation"], link_id=link["id"])
        elif verb in ("remove", "unlink"):
            getattr(edit, verb)(op["id"])
        elif not getattr(edit, verb)():
            raise MarkError(f"There is nothing to {verb}.")
        return []

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        data, about = bundle if isinstance(bundle, tuple) else (bundle, {})
        # where there is no widget (a code host, paper), the article stands there with its marks in brackets
        page = self.show([paragraph.number for paragraph in self._text.paragraphs])
        return {**(data or {}), "text/plain": repr(self), "text/html": page.html}, about

    def __repr__(self) -> str:
        return repr(self.marks)


def _named(given: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: given[name] for name in names if given.get(name) is not None}


@atexit.register
def _flush_all() -> None:
    """Save what is not saved yet: before another pencil opens, and when the kernel ends."""
    for pencil in list(_OPEN):
        with contextlib.suppress(NewsdeskError):
            pencil.save()
