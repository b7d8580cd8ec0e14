"""What the tests of annotation share: a text in many scripts, its spans, and verbs drawn at random."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from hypothesis import strategies as st

from newsdesk.annotation.model import Editing, MarkError, splits_grapheme
from newsdesk.articles import Article, Paragraph

PARAGRAPHS = (
    "Zoé said 👩\u200d👩\u200d👧 would come on Monday, the FCC said.",
    "Une e\u0301tude de Huawei : 中国外交部发言人华春莹说。",
    "قالت الوزيرة إن الشَّرِكة 👍🏽 لم ترد",
    "He said \u201cthey\u2019re\u201d said to be 🇫🇷🇨🇳 ready \U00020000.",
)
MONDAY = "2026-01-05T09:00:00Z"


def article(*paragraphs: str, article_id: str = "own-text", edition: str = "own") -> Article:
    """An own text with these paragraphs, or with `PARAGRAPHS`."""
    numbered = tuple(Paragraph(n, text) for n, text in enumerate(paragraphs or PARAGRAPHS, start=1))
    return Article(article_id, edition, numbered, {"note": "An own text.", "language": "en"})


def borders(text: str) -> list[int]:
    """Every offset between two characters as a reader sees them."""
    return [i for i in range(len(text) + 1) if not splits_grapheme(text, i)]


def spans(whole: Article) -> list[tuple[int, int]]:
    """Every span that can be a mark."""
    return [
        (whole.offset(p.number) + a, whole.offset(p.number) + b)
        for p in whole.paragraphs
        for a, b in itertools.combinations(borders(p.text), 2)
    ]


SPANS = spans(article())
LABELS = ("claim", "source", "cue", "hedge")
CODES = ({}, {"modality": "hedged"}, {"modality": "asserted", "checkable": "record"})
_NUMBER = st.integers(0, 10_000)
VERBS = ("add", "edit", "move", "relabel", "remove", "link", "unlink")
verbs = st.lists(st.tuples(st.sampled_from(VERBS), _NUMBER, _NUMBER, _NUMBER), max_size=25)
verbs_and_history = st.lists(
    st.tuples(st.sampled_from((*VERBS, "undo", "undo", "redo")), _NUMBER, _NUMBER, _NUMBER), max_size=30
)
comments = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


def clock() -> Callable[[], str]:
    """A clock that goes on by a second at each look."""
    count = itertools.count()
    return lambda: f"2026-01-05T{(n := next(count)) // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}Z"


def do_all(editing: Editing, drawn: list[tuple[str, int, int, int]]) -> None:
    """Do verbs; what the rules refuse changes nothing."""
    for verb, a, b, c in drawn:
        before = editing.marks
        try:
            _one(editing, verb, a, b, c)
        except MarkError:
            assert editing.marks == before


def _one(editing: Editing, verb: str, a: int, b: int, c: int) -> None:
    marks, links = editing.marks.marks, editing.marks.links
    mark = marks[a % len(marks)] if marks else None
    if verb == "add":
        label = LABELS[b % len(LABELS)]
        editing.add(label, *SPANS[a % len(SPANS)], attributes=CODES[c % 3] if label == "claim" else {})
    elif verb == "undo":
        editing.undo()
    elif verb == "redo":
        editing.redo()
    elif verb == "link":
        claims = [m for m in marks if m.label == "claim"]
        sources = [m for m in marks if m.label == "source"]
        if claims and sources:
            editing.link(claims[a % len(claims)].mark_id, sources[b % len(sources)].mark_id)
    elif verb == "unlink":
        if links:
            editing.unlink(links[a % len(links)].link_id)
    elif mark is not None:
        if verb == "edit":
            editing.edit(mark.mark_id, comment=f"c{b % 5}", attributes=CODES[c % 3])
        elif verb == "move":
            start, end = SPANS[b % len(SPANS)]
            editing.edit(mark.mark_id, start=start, end=end)
        elif verb == "relabel":
            editing.edit(mark.mark_id, label=LABELS[b % len(LABELS)])
        else:
            editing.remove(mark.mark_id)


def undo_all(editing: Editing) -> None:
    """Undo until there is nothing."""
    while editing.undo():
        pass


def redo_all(editing: Editing) -> None:
    """Redo until there is nothing."""
    while editing.redo():
        pass
