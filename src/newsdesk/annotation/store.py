"""One file of marks per article and annotator: where it is, reading it, and saving it beside others who write."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path

import filelock

from newsdesk.annotation.labels import all_labels, all_relations
from newsdesk.annotation.merging import merge
from newsdesk.annotation.places import MarkError
from newsdesk.annotation.values import Marks, check_annotator, empty_marks
from newsdesk.annotation.w3c import Page, dump_page
from newsdesk.annotation.w3c_reading import KeptFileError, UnreadableError, read_page
from newsdesk.articles import Article, load_article
from newsdesk.errors import PlaceError, unknown
from newsdesk.files import move_aside, write_whole
from newsdesk.kit import kit_folder

__all__ = ["KeptFileError", "Loaded", "Shelf", "UnreadableError", "load_marks", "marks_path", "read_marks"]

GOLD = "gold"
LOCK_SECONDS = 10


@dataclass(frozen=True)
class Loaded:
    """Marks as they were read, and what the person should know of it."""

    marks: Marks
    notes: list[str]


def marks_path(article_id: str, annotator: str, folder: Path | None = None) -> Path:
    """Return where the marks of `annotator` in an article are kept.

    Parameters
    ----------
    article_id, annotator
        Small letters, digits and hyphens.
    folder
        The folder of the notebook; None for the current one. The annotator ``"gold"`` is the kit's
        own, in its data folder, whatever `folder` is.

    Raises
    ------
    MarkError
        When one of the names has other characters.
    """
    check_annotator(annotator)
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", article_id):
        raise MarkError(f"{article_id!r} can't name a file. Use small letters, digits and hyphens for an article's id.")
    place = kit_folder("data") if annotator == GOLD else Path(folder or Path.cwd()).expanduser().resolve()
    return place / "annotations" / f"{article_id}.{annotator}.jsonld"


def read_marks(article: Article, annotator: str, folder: Path | None = None) -> Marks:
    """Read somebody's marks in an article; there are none where there is no file.

    Raises
    ------
    NotFoundError
        When the annotator is ``"gold"`` and the kit has no gold marks for the article.
    KeptFileError
        When the file is of a newer format or about another text.
    UnreadableError
        When it is damaged.
    """
    shelf = Shelf(article, annotator, folder)
    content = shelf.content()
    return shelf.load().marks if content is None else read_page(content, shelf.path.name, article, annotator).marks


def load_marks(article: str | Article, *, annotator: str = "me", folder: Path | str | None = None) -> Marks:
    """Load the marks that somebody has made in an article.

    Parameters
    ----------
    article
        An id, such as ``"gt-2020"``, or an article.
    annotator
        Whose marks; ``"gold"`` for the kit's own. Look once you have tried.
    folder
        The folder of the notebook where they were made; None for the current one.

    Returns
    -------
    Marks
        `frame` makes a table of them. Empty where there is no file.

    Raises
    ------
    NotFoundError
        When there is no such article, or the kit has no gold marks for it.
    DataError
        When the file can't be read, or is of a newer format.

    Examples
    --------
    >>> load_marks("gt-2020", annotator="nobody")
    <marks of nobody in gt-2020: none>
    """
    whole = load_article(article) if isinstance(article, str) else article
    return read_marks(whole, annotator, Path(folder) if folder is not None else None)


_APART: ContextVar[bool] = ContextVar("_APART", default=False)


@contextlib.contextmanager
def files_left_alone() -> Iterator[None]:
    """Read and write no file of marks inside this block, the gold ones excepted: a bank tries its answers so."""
    token = _APART.set(True)
    try:
        yield
    finally:
        _APART.reset(token)


class Shelf:
    """The file of one annotator's marks in one article, as one notebook sees it.

    Attributes
    ----------
    path
        Where the file is, or will be.
    why_not
        Why nothing is written there; empty where marks are saved.
    notes
        What the last `load` or `save` has to tell.
    """

    def __init__(self, article: Article, annotator: str = "me", folder: Path | None = None) -> None:
        self.article, self.annotator = article, annotator
        self.path = marks_path(article.article_id, annotator, folder)
        self._is_apart = _APART.get() and annotator != GOLD
        self.why_not = "Not saved: tried out only." if self._is_apart else _why_not(self.path, annotator)
        self.notes: list[str] = []
        self._seen: bytes | None = None
        self._page = Page(empty_marks(article, annotator))
        self._base = self._page.marks

    def load(self) -> Loaded:
        """Read the file. From a damaged one come no marks and a note; the first `save` moves it aside.

        Raises
        ------
        NotFoundError
            When these are gold marks that the kit does not have.
        KeptFileError
            When the file is of a newer format or about another text; `save` will refuse too.
        PlaceError
            When it can't be opened.
        """
        content = self.content()
        if content is None and self.annotator == GOLD:
            have = sorted(p.name.split(".")[0] for p in self.path.parent.glob(f"*.{GOLD}.jsonld"))
            raise unknown("article with gold marks", self.article.article_id, have)
        self.notes = []
        if content is not None:
            try:
                self._take(content)
            except UnreadableError as error:
                self.notes.append(str(error))
        self.notes += [*self._page.notes, *unknown_names(self._base)]
        if self.why_not:
            self.notes.append(self.why_not)
        return Loaded(self._base, list(self.notes))

    def save(self, marks: Marks) -> Marks:
        """Write `marks`, together with what another notebook has written since they were read.

        Go on from what this returns (`Editing.replace_from_disk`): a later save takes what is missing
        in its marks for removed.

        Returns
        -------
        Marks
            What is in the file now. Where nothing may be written (see `why_not`), `marks` as they are.

        Raises
        ------
        KeptFileError
            When a newer kit has written the file since, or it is about another text.
        PlaceError
            When the file can't be written, or another program holds it for 10 s; it is untouched.
        """
        self.notes = []
        if self.why_not:
            return marks
        with self._lock():
            content = self.content()
            base = self._base
            if content is not None and content != self._seen:
                try:
                    self._take(content)
                    marks, self.notes = merge(base, marks, self._base)
                except UnreadableError:
                    aside = move_aside(self.path, "unreadable")
                    self.notes = [f"What was there could not be read; it is now {aside.name}."]
            new = dump_page(marks, self._page)
            if new != content:
                write_whole(self.path, new)
            self._seen, self._base = new, marks
        return marks

    def _take(self, content: bytes) -> None:
        page = read_page(content, self.path.name, self.article, self.annotator)
        # What other tools added to a mark that was removed here comes back with the mark, by undo.
        self._page = replace(page, items={**self._page.items, **page.items})
        self._seen, self._base = content, page.marks

    def content(self) -> bytes | None:
        """Return the file's bytes; None where there is none.

        Raises
        ------
        PlaceError
            When it is there and can't be read.
        """
        if self._is_apart:
            return None
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise PlaceError(f"{self.path} can't be read: {error.strerror}. It is untouched.") from None

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        lock = self.path.with_name(f".{self.path.name}.lock")
        try:
            lock.parent.mkdir(parents=True, exist_ok=True)
            held = filelock.FileLock(lock, timeout=LOCK_SECONDS).acquire()
        except filelock.Timeout:
            raise PlaceError(
                f"{self.path} is held by another program for more than {LOCK_SECONDS} s. Your marks stay here and are "
                "saved with the next change. Close the other notebook if it hangs."
            ) from None
        except (OSError, NotImplementedError) as error:
            raise PlaceError(
                f"{self.path} can't be written: {error}. Choose a folder that you may write in. Your marks stay here "
                "as long as the notebook runs."
            ) from None
        with held:
            yield


def _why_not(path: Path, annotator: str) -> str:
    """Return why no marks are written to `path`; empty where they are."""
    if annotator == GOLD:
        return "Not saved: the gold marks are the kit's own. Choose another annotator's name to make yours."
    data = kit_folder("data")
    for folder in (data, *(data.parent / name for name in ("notebooks", "exercises", "solutions"))):
        if folder.resolve() in path.parents:
            return f"Not saved: {folder.name}/ is the kit's own. Open the lesson in your working copy to keep marks."
    place = next(parent for parent in path.parents if parent.exists())
    if not os.access(place, os.W_OK):
        return f"Not saved: nothing can be written in {place.name}/. The marks stay as long as the notebook runs."
    return ""


def unknown_names(marks: Marks) -> list[str]:
    """Return notes on labels and relations that the codebook does not have; their marks stay as they are."""
    labels, relations = all_labels(), all_relations()
    odd = sorted({mark.label for mark in marks.marks} - set(labels))
    notes = [f"The label {name!r} is not in the codebook. Its marks are kept as they are." for name in odd]
    for mark in marks.marks:
        takes = labels[mark.label].attributes if mark.label in labels else {}
        for name, code in mark.attributes:
            if mark.label in labels and code not in takes.get(name, ()):
                notes.append(f"{mark.label} {mark.exact!r} carries {name} {code!r}, which is not in the codebook.")
    odd = sorted({link.relation for link in marks.links} - set(relations))
    notes += [f"The relation {name!r} is not in the codebook. Its links are kept as they are." for name in odd]
    label_of = {mark.mark_id: mark.label for mark in marks.marks}
    for link in marks.links:
        rule, ends = relations.get(link.relation), (label_of.get(link.origin), label_of.get(link.target))
        if None in ends:
            notes.append(f"A link ({link.relation}) leads to a mark that is not in the file. It is kept as it is.")
        elif rule is not None and ends != (rule.origin, rule.target):
            notes.append(f"A link ({link.relation}) leads from a {ends[0]} to a {ends[1]}. It is kept as it is.")
    return notes
