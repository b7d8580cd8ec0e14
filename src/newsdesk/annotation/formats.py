"""Marks for other tools: CSV out and in, CoNLL and brat out. Every one carries the edition's note."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsdesk.annotation.csv_format import Export, from_csv, same_text, to_csv
from newsdesk.annotation.places import Places
from newsdesk.annotation.tokens import tokens
from newsdesk.annotation.values import Mark, Marks
from newsdesk.articles import Article

__all__ = ["Export", "from_csv", "to_brat", "to_conll", "to_csv"]


def to_conll(marks: Marks, article: Article) -> Export:
    """Return the marks as CoNLL lines: token, start, end and a BIO tag, with a blank line after each paragraph.

    A token is a run of letters and digits, with apostrophes inside a word; every other character, and
    every Chinese or Japanese one, is a token. A token has one tag, so of overlapping marks the longest
    is kept, and a mark that ends inside a token takes all of it; the notes name the others.
    """
    same_text(marks, article)
    kept, out = _longest_first(marks)
    notes = [f"Left out, since they overlap a longer mark: {_names(out)}."] if out else []
    lost = [mark for mark in marks.marks if mark.is_orphan]
    if lost:
        notes.append(f"Left out, since they have no place in the text: {_names(lost)}.")
    if marks.links or any(mark.attributes or mark.comment for mark in kept):
        notes.append("Attributes, comments and links are left out: CoNLL holds labels only.")
    places = Places(article)
    lines = [f"# article = {article.article_id}", f"# annotator = {marks.annotator}", f"# note = {article.note}", ""]
    wider: dict[str, Mark] = {}
    begun: set[str] = set()
    queue, last = list(kept), ""
    for paragraph, (_, start) in zip(article.paragraphs, places.paragraphs, strict=True):
        for first, end in ((a + start, b + start) for a, b in tokens(paragraph.text)):
            while queue and (queue[0].end or 0) <= first:
                queue.pop(0)
            mark = queue[0] if queue and (queue[0].start or 0) < end else None
            tag = "O" if mark is None else f"{'I' if mark.mark_id == last else 'B'}-{mark.label}"
            last = mark.mark_id if mark else ""
            begun.add(last)
            if mark and ((mark.start or 0) > first or (mark.end or 0) < end):
                wider[mark.mark_id] = mark
            lines.append(f"{places.text[first:end]}\t{first}\t{end}\t{tag}")
        lines.append("")
    if wider:
        notes.append(f"Widened to whole tokens: {_names(wider.values())}.")
    if any(mark.mark_id not in begun for mark in kept):
        inside = [mark for mark in kept if mark.mark_id not in begun]
        notes.append(f"Left out, since another mark has the token or there is none: {_names(inside)}.")
    return Export({f"{marks.article_id}.{marks.annotator}.conll": "\n".join(lines)}, tuple(notes))


def _names(marks: Iterable[Mark]) -> str:
    return ", ".join(f"{mark.label} {mark.exact!r} ({mark.start})" for mark in marks)


def _longest_first(marks: Marks) -> tuple[list[Mark], list[Mark]]:
    """Return marks that don't overlap, the longest taken first, in the order of the text; and the others."""
    kept: list[Mark] = []
    out: list[Mark] = []
    placed = [mark for mark in marks.marks if mark.start is not None and mark.end is not None]
    taken = bytearray(max((mark.end or 0 for mark in placed), default=0))
    for mark in sorted(placed, key=lambda m: ((m.start or 0) - (m.end or 0), m.start, m.label, m.mark_id)):
        if any(taken[mark.start : mark.end]):
            out.append(mark)
        else:
            kept.append(mark)
            taken[mark.start : mark.end] = b"\x01" * ((mark.end or 0) - (mark.start or 0))
    return sorted(kept, key=lambda m: m.start or 0), sorted(out, key=lambda m: (m.start or 0, m.end or 0))


def to_brat(marks: Marks, article: Article) -> Export:
    """Return the marks for brat: the text, its annotations, and the configuration that names the labels.

    The ``.txt`` holds the paragraphs joined by blank lines, and at its end the edition's note; offsets
    count code points in it. Marks are T lines, never in pieces; attributes A lines, with ``_`` for a space;
    comments notes; links R lines. Overlap and nesting are kept.
    """
    same_text(marks, article)
    names = {mark.mark_id: f"T{i}" for i, mark in enumerate((m for m in marks.marks if not m.is_orphan), start=1)}
    lines, attributes, comments = [], [], []
    for mark in marks.marks:
        name = names.get(mark.mark_id)
        if name is None:
            continue
        lines.append(f"{name}\t{_word(mark.label)} {mark.start} {mark.end}\t{_line(mark.exact)}")
        attributes += [f"{_word(key)} {name} {_word(code)}" for key, code in mark.attributes]
        if mark.comment:
            comments.append(f"AnnotatorNotes {name}\t{_line(mark.comment)}")
    links = [link for link in marks.links if link.origin in names and link.target in names]
    lines += [f"A{i}\t{line}" for i, line in enumerate(attributes, start=1)]
    lines += [
        f"R{i}\t{_word(link.relation)} Arg1:{names[link.origin]} Arg2:{names[link.target]}"
        for i, link in enumerate(links, start=1)
    ]
    lines += [f"#{i}\t{line}" for i, line in enumerate(comments, start=1)]
    lost = [mark for mark in marks.marks if mark.is_orphan]
    notes = [f"Left out, since they have no place in the text: {_names(lost)}."] if lost else []
    if len(links) < len(marks.links):
        count = len(marks.links) - len(links)
        notes.append(f"Left out with them: {count} link{'s' if count > 1 else ''}.")
    stem = f"{marks.article_id}.{marks.annotator}"
    files = {
        f"{stem}.txt": f"{article.text}\n\n[{article.note}]\n",
        f"{stem}.ann": "".join(f"{line}\n" for line in lines),
        "annotation.conf": _configuration(marks),
    }
    return Export(files, tuple(notes))


def _configuration(marks: Marks) -> str:
    label_of = {mark.mark_id: _word(mark.label) for mark in marks.marks}
    codes: dict[str, dict[str, None]] = {}
    for mark in marks.marks:
        for name, code in mark.attributes:
            codes.setdefault(_word(name), {})[_word(code)] = None
    ends = {
        (_word(link.relation), label_of[link.origin], label_of[link.target])
        for link in marks.links
        if link.origin in label_of and link.target in label_of
    }
    parts = {
        "entities": sorted(set(label_of.values())),
        "relations": [f"{name}\tArg1:{one}, Arg2:{two}" for name, one, two in sorted(ends)],
        "events": [],
        "attributes": [f"{name}\tArg:<ENTITY>, Value:{'|'.join(sorted(codes[name]))}" for name in sorted(codes)],
    }
    return "\n".join(f"[{name}]\n" + "".join(f"{line}\n" for line in lines) for name, lines in parts.items())


def _word(text: str) -> str:
    return "_".join(text.split()) or "_"


def _line(text: str) -> str:
    return re.sub(r"[\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]", " ", text)  # one for one: the length is checked
