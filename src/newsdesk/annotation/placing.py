"""Marks as an answer: which of the places that a question asks about they stand for.

Two careful readers seldom set a mark's borders alike. So an answer is not read by its offsets: each mark
stands for the place that it covers, or for no place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from newsdesk.annotation.places import find_quote
from newsdesk.annotation.values import Mark, Marks
from newsdesk.articles import Article

TOO_WIDE = 40  # code points beyond the places that a mark covers: about six words


def placed(
    marks: Marks,
    article: Article,
    places: Mapping[str, Mapping[str, Any]],
    *,
    labels: Sequence[str],
    attributes: Sequence[str] = (),
) -> dict[str, list[list[str]]]:
    """Return marks and links by the names of the places they stand for.

    Parameters
    ----------
    marks
        A learner's marks in `article`.
    article
        The text.
    places
        Name to ``para`` and ``quote`` (and ``nth``, where the words stand there more than once).
    labels
        The labels that count; other marks are passed over, and so are paragraphs that hold no place.
    attributes
        The attributes that count.

    Returns
    -------
    dict
        ``marks``: label and name, sorted. A mark stands for the place that it fits best, if they
        share half of what they cover together; else for all of which it covers at least half, with
        ``" + "`` between their names; else for the smallest in which at least half of it lies.
        ``" and more"`` follows where it goes further than `TOO_WIDE` code points beyond them. An attribute
        that counts follows the label: ``"claim, modality: hedged"``. ``links``: the names of both ends.
        ``elsewhere``: label and paragraph (``"p5"``) of marks that stand for no place.

    Raises
    ------
    MarkError
        When a place's quote is not in the article.
    """
    spans = {
        name: find_quote(article, str(place["quote"]), para=int(place["para"]), nth=int(place.get("nth", 1)))
        for name, place in places.items()
    }
    asked = {int(place["para"]) for place in places.values()}
    names: dict[str, str] = {}
    found, elsewhere = [], []
    for mark in marks.marks:
        para = marks.para(mark)
        if mark.label not in labels or para not in asked:
            continue
        carried = "".join(f", {name}: {code}" for name, code in mark.attributes if name in attributes)
        name = _name(mark, spans)
        if name:
            names[mark.mark_id] = name
            found.append([mark.label + carried, name])
        else:
            names[mark.mark_id] = f"p{para}"
            elsewhere.append([mark.label + carried, f"p{para}"])
    links = [[names[link.origin], names[link.target]] for link in marks.links if {link.origin, link.target} <= {*names}]
    return {"marks": _unique(found), "links": _unique(links), "elsewhere": _unique(elsewhere)}


def _name(mark: Mark, spans: Mapping[str, tuple[int, int]]) -> str:
    """Return the place that a mark fits best; else those that it covers; else the smallest that it lies in."""
    start, end = mark.start or 0, mark.end or 0
    common = {name: min(end, last) - max(start, first) for name, (first, last) in spans.items()}
    size = {name: last - first for name, (first, last) in spans.items()}
    touched = [name for name in sorted(spans, key=spans.__getitem__) if common[name] > 0]
    fits = {name: common[name] / (size[name] + end - start - common[name]) for name in touched}
    best = max(touched, key=fits.__getitem__, default="")
    covered = [name for name in touched if common[name] * 2 >= size[name]]
    around = [name for name in touched if common[name] * 2 >= end - start]
    if best and fits[best] >= 0.5:
        covered = [best]
    elif not covered and around:
        covered = [min(around, key=size.__getitem__)]
    if not covered:
        return ""
    first, last = min(spans[name][0] for name in covered), max(spans[name][1] for name in covered)
    beyond = max(first - start, 0) + max(end - last, 0)
    return " + ".join(covered) + (" and more" if beyond > TOO_WIDE else "")


def _unique(pairs: list[list[str]]) -> list[list[str]]:
    return [list(pair) for pair in sorted({(pair[0], pair[1]) for pair in pairs})]
