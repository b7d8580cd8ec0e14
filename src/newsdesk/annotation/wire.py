"""What goes from Python to the page: articles, labels and others' marks, as plain values."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from newsdesk.annotation.labels import Label
from newsdesk.annotation.places import Places
from newsdesk.annotation.sentences import sentences
from newsdesk.annotation.values import Marks
from newsdesk.articles import Article

_RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")


def labels_wire(labels: Iterable[Label]) -> list[dict[str, Any]]:
    """Return labels as the page gets them: each with its rule and the codes that its marks can carry."""
    return [
        {
            "name": label.name,
            "letter": label.letter,
            "colour": label.colour,
            "rule": label.rule,
            "instead_of": list(label.instead_of),
            "attributes": [
                {"name": name, "codes": [{"code": code, "rule": rule} for code, rule in codes.items()]}
                for name, codes in label.attributes.items()
            ],
        }
        for label in labels
    ]


def others_wire(others: Iterable[Marks], labels: Container[str]) -> list[dict[str, Any]]:
    """Return other annotators' marks, of these labels, as the page gets them."""
    return [
        {
            "annotator": other.annotator,
            "marks": [mark.to_wire() for mark in other.marks if mark.label in labels],
            "links": [link.to_wire() for link in other.links],
        }
        for other in others
    ]


def article_wire(article: Article) -> dict[str, Any]:
    """Return an article as the page gets it: paragraphs with their start and sentences, in code points."""
    language = article.about.get("language", "")
    paragraphs = [
        {
            "number": number,
            "start": start,
            "text": paragraph.text,
            "is_furniture": paragraph.is_furniture,
            "sentences": [list(each) for each in sentences(paragraph.text)],
        }
        for paragraph, (number, start) in zip(article.paragraphs, Places(article).paragraphs, strict=True)
    ]
    return {
        "id": article.article_id,
        "edition": article.edition,
        "language": language,
        "direction": "rtl" if language[:2] in _RIGHT_TO_LEFT else "ltr" if language else "auto",
        "title": f"{article.article_id}: {article.about.get('outlet', '')}".rstrip(": "),
        "note": article.note,
        "paragraphs": paragraphs,
    }
