"""The file format: a W3C Web Annotation page (Recommendation of 2017), one annotation a line.

A mark is an annotation with the motivation tagging: a tag and perhaps a comment as bodies, a position
and a quote as selectors. A link is one with the motivation linking. What another tool has added to an
annotation or to the page, and annotations of other kinds, are kept when the file is written again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from newsdesk.annotation.values import Link, Mark, Marks

FORMAT = 1
CONTEXTS = ["http://www.w3.org/ns/anno.jsonld", {"nd": "urn:newsdesk:terms#"}]
URN = "urn:uuid:"
PAGE_KEYS = frozenset({"@context", "id", "type", "nd:format", "nd:article", "nd:edition", "nd:text", "nd:annotator"})

Json = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """What a file holds: the marks, what was noticed on reading, and what other tools have added."""

    marks: Marks
    notes: tuple[str, ...] = ()
    items: Mapping[str, Json] = field(default_factory=dict)  # each annotation as it stood, by its id
    foreign: tuple[Json, ...] = ()  # annotations that are neither marks nor links
    keys: Mapping[str, Any] = field(default_factory=dict)  # what the page has besides our keys


def dump_page(marks: Marks, page: Page | None = None) -> bytes:
    """Return the file's content: same marks, same bytes.

    Parameters
    ----------
    marks
        What is to be written.
    page
        What was read from the file before, for what other tools have added; None for a new file.
    """
    raw = page.items if page else {}
    head: Json = {
        "@context": CONTEXTS,
        "id": f"urn:newsdesk:marks:{marks.article_id}:{marks.annotator}",
        "type": "AnnotationPage",
        "nd:format": FORMAT,
        "nd:article": marks.article_id,
        "nd:edition": marks.edition,
        "nd:text": marks.text_hash,
        "nd:annotator": marks.annotator,
        **(page.keys if page else {}),
    }
    items = [_mark_item(mark, marks.article_id, raw.get(URN + mark.mark_id, {})) for mark in marks.marks]
    items += [_link_item(link, raw.get(URN + link.link_id, {})) for link in marks.links]
    items += page.foreign if page else ()
    lines = [f" {_json(key)}: {_json(value)}," for key, value in head.items()]
    body = ",\n".join(f"  {_json(item)}" for item in items)
    return ("{\n" + "\n".join(lines) + '\n "items": [' + (f"\n{body}\n ]" if items else "]") + "\n}\n").encode("utf-8")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _creator(name: str) -> Json:
    return {"type": "Person", "nickname": name}


def _mark_item(mark: Mark, article_id: str, raw: Json) -> Json:
    bodies, selectors = as_list(raw.get("body")), target_of(raw)[1]
    tag = _pop(bodies, is_body("tagging"))
    said = _pop(bodies, is_body("commenting"))
    position = _pop(selectors, is_type("TextPositionSelector"))
    quote = _pop(selectors, is_type("TextQuoteSelector"))
    body = [{**tag, "type": "TextualBody", "purpose": "tagging", "value": mark.label}]
    if mark.comment:
        body.append({**said, "type": "TextualBody", "purpose": "commenting", "value": mark.comment})
    selector = [
        {**quote, "type": "TextQuoteSelector", "exact": mark.exact, "prefix": mark.prefix, "suffix": mark.suffix}
    ]
    if not mark.is_orphan:
        selector.insert(0, {**position, "type": "TextPositionSelector", "start": mark.start, "end": mark.end})
    item: Json = {
        "id": URN + mark.mark_id,
        "type": "Annotation",
        "motivation": "tagging",
        "creator": _creator(mark.annotator),
        "created": mark.created,
        "modified": mark.modified,
        "body": body + bodies,
        "target": {
            **target_of(raw)[0],
            "source": f"urn:newsdesk:article:{article_id}",
            "selector": selector + selectors,
        },
    }
    if mark.attributes:
        item["nd:attributes"] = dict(mark.attributes)
    return _with_kept(item, raw, {"nd:attributes"})


def _link_item(link: Link, raw: Json) -> Json:
    item = {
        "id": URN + link.link_id,
        "type": "Annotation",
        "motivation": "linking",
        "creator": _creator(link.annotator),
        "created": link.created,
        "body": URN + link.target,
        "target": URN + link.origin,
        "nd:relation": link.relation,
    }
    return _with_kept(item, raw, set())


def _with_kept(item: Json, raw: Json, ours: set[str]) -> Json:
    kept = {key: value for key, value in raw.items() if key not in item and key not in ours}
    creator = raw.get("creator")
    if isinstance(creator, dict) and creator.get("nickname") == item["creator"]["nickname"]:
        item["creator"] = creator
    return {**item, **kept}


def as_list(value: object) -> list[Any]:
    """Return a JSON-LD value as a list: a single one stands for a list of one."""
    return list(value) if isinstance(value, list) else [] if value is None else [value]


def target_of(raw: Json) -> tuple[Json, list[Any]]:
    """Return what an annotation's target has besides source and selectors, and its selectors."""
    target = raw.get("target")
    if not isinstance(target, dict):
        return {}, []
    return {k: v for k, v in target.items() if k not in ("source", "selector")}, as_list(target.get("selector"))


def is_type(name: str) -> Callable[[object], bool]:
    """Return a test whether a value is an object of this type."""
    return lambda value: isinstance(value, dict) and value.get("type") == name


def is_body(purpose: str) -> Callable[[object], bool]:
    """Return a test whether a value is a textual body with this purpose."""
    return lambda value: isinstance(value, dict) and is_type("TextualBody")(value) and value.get("purpose") == purpose


def _pop(values: list[Any], is_it: Callable[[object], bool]) -> Json:
    """Take the first value that is it out of the list; an empty one where there is none."""
    for i, value in enumerate(values):
        if is_it(value):
            found: Json = values.pop(i)
            return found
    return {}
