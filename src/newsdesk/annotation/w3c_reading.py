"""Reading a file of marks: what is damaged is named, what is not ours is kept, what moved is found again."""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, datetime
from typing import NoReturn

from newsdesk.annotation.places import Places
from newsdesk.annotation.values import Link, Mark, Marks, ordered
from newsdesk.annotation.w3c import FORMAT, PAGE_KEYS, URN, Json, Page, as_list, is_body, is_type, target_of
from newsdesk.articles import Article
from newsdesk.errors import DataError


class KeptFileError(DataError):
    """A file that is whole but not for this version or this text: it is read by others, never rewritten."""


class UnreadableError(DataError):
    """A file that can't be read: cut off, or edited by hand into something else."""


def read_page(content: bytes, name: str, article: Article, annotator: str) -> Page:
    """Read a file's content.

    Parameters
    ----------
    content
        The bytes.
    name
        The file's name, for messages.
    article, annotator
        Whose marks, in which text. Where the text is another than the marks were made on, each mark is
        put where its words are now, or becomes an orphan; a note says how many.

    Raises
    ------
    KeptFileError
        When the file is of a newer format, or about another article, edition or annotator.
    UnreadableError
        When it is damaged; the message says where.
    """
    raw = _parse(content, name)
    number = raw.get("nd:format")
    if isinstance(number, bool) or not isinstance(number, int):
        _broken(name, f"its nd:format is {number!r}, which is no whole number")
    if number > FORMAT:
        raise KeptFileError(
            f"{name} is of format {number}; this version of the kit reads format {FORMAT}. It was written with a "
            "newer kit: update yours. The file is untouched."
        )
    if raw.get("type") != "AnnotationPage" or number != FORMAT or not isinstance(raw.get("items"), list):
        _broken(name, f"it is no annotation page of format {FORMAT}")
    for key, wanted in (("article", article.article_id), ("edition", article.edition), ("annotator", annotator)):
        if raw.get(f"nd:{key}") != wanted:
            raise KeptFileError(
                f"{name} holds marks of the {key} {raw.get(f'nd:{key}')!r}, not {wanted!r}. Choose another annotator's "
                "name or another folder. The file is untouched."
            )
    places = Places(article)
    reader = _Reader(name, places, annotator, is_same_text=raw.get("nd:text") == places.text_hash)
    for i, item in enumerate(raw["items"]):
        reader.take(i, item)
    empty = Marks(article.article_id, article.edition, places.text_hash, annotator, paragraphs=places.paragraphs)
    keys = {key: value for key, value in raw.items() if key not in PAGE_KEYS and key != "items"}
    marks = ordered(reader.marks, reader.links, empty)
    return Page(marks, tuple(reader.all_notes()), reader.items, tuple(reader.foreign), keys)


def _parse(content: bytes, name: str) -> Json:
    try:
        raw = json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant)  # some editors add a mark
        if b"\\u" in content:  # only an escape can bring half of a character into UTF-8
            json.dumps(raw, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        _broken(name, "it holds half of a character (a lone surrogate)")
    except (ValueError, RecursionError) as error:
        _broken(name, f"it is no JSON in UTF-8 ({error})")
    if not isinstance(raw, dict):
        _broken(name, "it is a list or a single value, not a page")
    return raw


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number in JSON")


def _broken(name: str, why: str) -> NoReturn:
    raise UnreadableError(
        f"{name} can't be read: {why}. The file is untouched; the first new mark that is saved puts it aside under "
        "another name."
    )


class _Reader:
    """Takes the annotations of a page one by one."""

    def __init__(self, name: str, places: Places, annotator: str, *, is_same_text: bool) -> None:
        self.name, self.places, self.annotator, self.is_same_text = name, places, annotator, is_same_text
        self.marks: dict[str, Mark] = {}
        self.links: dict[str, Link] = {}
        self.items: dict[str, Json] = {}
        self.foreign: list[Json] = []
        self.moved = 0
        self.orphans: list[str] = []

    def take(self, number: int, item: object) -> None:
        where = f"annotation {number + 1}"
        if not isinstance(item, dict):
            _broken(self.name, f"{where} is no object")
        kinds = as_list(item.get("motivation"))
        tag = next((b for b in as_list(item.get("body")) if is_body("tagging")(b)), None)
        is_link = "linking" in kinds and isinstance(item.get("nd:relation"), str)
        key = item.get("id")
        if not (isinstance(key, str) and key.startswith(URN) and (is_link or ("tagging" in kinds and tag))):
            self.foreign.append(item)
            return
        if key in self.items:
            _broken(self.name, f"{where} has the id of another one, {key}")
        new_id = self._uuid(key, where)
        self.items[key] = item
        if is_link:
            origin = self._uuid(item.get("target"), f"{where}, target")
            target = self._uuid(item.get("body"), f"{where}, body")
            created = self._time(item.get("created"), f"{where}, created")
            self.links[new_id] = Link(new_id, item["nd:relation"], origin, target, self._who(item), created)
        else:
            label = tag.get("value") if tag else None
            if not isinstance(label, str) or not label:
                _broken(self.name, f"{where} has the label {label!r}, which is no text")
            self.marks[new_id] = self._mark(new_id, item, label, where)

    def _mark(self, mark_id: str, item: Json, label: str, where: str) -> Mark:
        _, selectors = target_of(item)
        quote = next((s for s in selectors if is_type("TextQuoteSelector")(s)), None)
        position = next((s for s in selectors if is_type("TextPositionSelector")(s)), None)
        if quote is None or not isinstance(quote.get("exact"), str) or not quote["exact"]:
            _broken(self.name, f"{where} has no quote")
        exact = quote["exact"]
        context = [quote.get(side) or "" for side in ("prefix", "suffix")]  # W3C has both optional
        comment = next((b.get("value") for b in as_list(item.get("body")) if is_body("commenting")(b)), "")
        attributes = item.get("nd:attributes", {})
        if not isinstance(attributes, dict) or not all(
            isinstance(v, str) for v in (*attributes.values(), *context, comment)
        ):
            _broken(self.name, f"{where} has an attribute, a context or a comment that is no text")
        created = self._time(item.get("created"), f"{where}, created")
        modified = self._time(item.get("modified", item.get("created")), f"{where}, modified")
        start, end = self._place(exact, context[0], context[1], position, where)
        if start is not None and end is not None:
            context = list(self.places.context(start, end))
        pairs = tuple(sorted(attributes.items()))
        who = self._who(item)
        return Mark(mark_id, label, start, end, exact, context[0], context[1], pairs, comment, who, created, modified)

    def _place(
        self, exact: str, prefix: str, suffix: str, position: Json | None, where: str
    ) -> tuple[int, int] | tuple[None, None]:
        if position is not None:
            start, end = position.get("start"), position.get("end")
            if not all(isinstance(n, int) and not isinstance(n, bool) for n in (start, end)):
                _broken(self.name, f"{where} has offsets that are no whole numbers: {start!r}, {end!r}")
            assert isinstance(start, int) and isinstance(end, int)
            if not 0 <= start < end:
                _broken(self.name, f"{where} goes from {start} to {end}, which holds no character")
            if (
                self.places.text[start:end] == exact
                and self.places.is_span(start, end)
                and (self.is_same_text or self.places.context(start, end) == (prefix, suffix))
            ):
                return start, end
        found = self.places.anchor(exact, prefix, suffix)
        if found is None:
            self.orphans.append(exact)
            return None, None
        self.moved += 1
        return found

    def _uuid(self, value: object, where: str) -> str:
        text = value.removeprefix(URN) if isinstance(value, str) and value.startswith(URN) else ""
        try:
            return str(uuid.UUID(text))
        except ValueError:
            _broken(self.name, f"{where} has no id of the form urn:uuid:…, but {value!r}")

    def _time(self, value: object, where: str) -> str:
        try:
            time = datetime.fromisoformat(value) if isinstance(value, str) and "T" in value else None
        except ValueError:
            time = None
        if time is None or time.tzinfo is None:
            _broken(self.name, f"{where}: {value!r} is no time of the form 2026-11-22T09:15:00Z")
        try:
            return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        except OverflowError:
            _broken(self.name, f"{where}: {value!r} is out of range")

    def _who(self, item: Json) -> str:
        creator = item.get("creator")
        name = creator.get("nickname") if isinstance(creator, dict) else None
        return name if isinstance(name, str) and re.fullmatch("[a-z0-9-]{1,32}", name) else self.annotator

    def all_notes(self) -> list[str]:
        """Return what the person should know."""
        notes = []
        if self.moved:
            notes.append(f"The text has changed since: {self.moved} {_marks(self.moved)} put where the words are now.")
        if self.orphans:
            count = len(self.orphans)
            words = ", ".join(repr(exact) for exact in self.orphans[:5]) + (", …" if count > 5 else "")
            notes.append(
                f"{count} mark{'' if count == 1 else 's'} lost the place in the text: {words}. Nothing is deleted: "
                "give each a new place, or remove it."
            )
        if self.foreign:
            count = len(self.foreign)
            what, stay = (
                ("annotation by another tool is", "it stays")
                if count == 1
                else ("annotations by other tools are", "they stay")
            )
            notes.append(f"{count} {what} not shown; {stay} in the file.")
        return notes


def _marks(count: int) -> str:
    return "mark was" if count == 1 else "marks were"
