"""Marks on paper: an article's marked paragraphs with the labels in brackets, as plain HTML and as text.

It needs no script and no colour, so it reads the same in a notebook, on a code host and in print.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape

from newsdesk.annotation.places import Places
from newsdesk.annotation.values import Link, Mark, Marks
from newsdesk.articles import Article
from newsdesk.errors import DataError
from newsdesk.views import Reading

# on each cell, since JupyterLab's rules for cells win over the table's
_HEAD = "text-align:left; vertical-align:top; line-height:1.7; padding-right:0.8em"
_CELL = f"{_HEAD}; overflow-wrap:anywhere"


def show_marks(
    article: Article, marks: Marks, *, paras: Iterable[int] | None = None, labels: Iterable[str] | None = None
) -> Reading:
    """Show marks with bracketed labels: each has a number, and a list below says what it carries.

    Parameters
    ----------
    article
        The article that the marks lie in.
    marks
        Its marks and links.
    paras
        The paragraphs to show; by default those with a mark.
    labels
        The labels to show; all by default.

    Returns
    -------
    Reading
        HTML for Jupyter, text elsewhere. Where marks cross, a closing bracket repeats its number.

    Raises
    ------
    DataError
        When a paragraph does not exist.
    """
    if labels is not None:
        shown = set(labels)
        marks = replace(marks, marks=tuple(m for m in marks.marks if m.label in shown))
    places = Places(article)
    spans = {n: (start, p.text) for p, (n, start) in zip(article.paragraphs, places.paragraphs, strict=True)}
    inside: dict[int, list[Mark]] = {n: [] for n in spans}
    paras_of: dict[str, int | None] = {}
    for mark in marks.marks:
        para = None if mark.start is None else places.paragraphs[places.index(mark.start)][0]
        paras_of[mark.mark_id] = para
        if para is not None:
            inside[para].append(mark)
    wanted = [n for n in spans if inside[n]] if paras is None else list(paras)
    for n in wanted:
        if n not in spans:
            raise DataError(f"There is no paragraph {n!r}. Paragraphs: 1 to {len(spans)}, as in paras=[2, 12].")
    numbers = {m.mark_id: count for count, m in enumerate(marks.marks, start=1)}
    rows = {n: _pieces(spans[n][1], spans[n][0], inside[n], numbers) for n in wanted}
    shown_paras = {None, *wanted}
    listed = [m for m in marks.marks if paras_of[m.mark_id] in shown_paras]
    lines = [_line(m, numbers[m.mark_id], paras_of[m.mark_id], marks.links, numbers) for m in listed]
    who = f"{article.article_id}, marked by {marks.annotator}"
    return Reading(_html(article, who, rows, lines), _text(article, who, rows, lines))


def _at(offset: int | None) -> int:
    return -1 if offset is None else offset


def _pieces(text: str, offset: int, marks: Sequence[Mark], numbers: dict[str, int]) -> list[tuple[str, str]]:
    """Return a paragraph as pieces ``("text" or "bracket", words)``.

    Inner marks open later and close earlier; a bracket that closes another mark than the last one opened
    carries its number.
    """
    ends = sorted(marks, key=lambda m: (_at(m.end), -_at(m.start), -numbers[m.mark_id]))
    starts = sorted(marks, key=lambda m: (_at(m.start), -_at(m.end), numbers[m.mark_id]))
    borders = sorted({0, len(text), *(_at(m.start) - offset for m in marks), *(_at(m.end) - offset for m in marks)})
    pieces: list[tuple[str, str]] = []
    still_open: list[Mark] = []
    for index, at in enumerate(borders):
        for mark in ends:
            if _at(mark.end) - offset == at:
                is_last = still_open[-1] is mark
                still_open.remove(mark)
                pieces.append(("bracket", "]" if is_last else f"]{numbers[mark.mark_id]}"))
        for mark in starts:
            if _at(mark.start) - offset == at:
                still_open.append(mark)
                pieces.append(("bracket", f"[{numbers[mark.mark_id]} {mark.label}: "))
        if index + 1 < len(borders):
            pieces.append(("text", text[at : borders[index + 1]]))
    return pieces


def _line(mark: Mark, number: int, para: int | None, links: Sequence[Link], numbers: dict[str, int]) -> str:
    where = f"p{para}" if para is not None else "no longer found in the text"
    parts = [f"{number} {mark.label}, {where}: {mark.exact}"]
    parts += [f"{name.replace('_', ' ')}: {code}" for name, code in mark.attributes]
    ends = [
        (link.relation.replace("-", " "), numbers.get(link.target)) for link in links if link.origin == mark.mark_id
    ]
    parts += [f"{relation} {number}" for relation, number in ends if number is not None]
    if mark.comment:
        parts.append(f"comment: {mark.comment}")
    return "; ".join(parts)


def _html(article: Article, who: str, rows: dict[int, list[tuple[str, str]]], lines: list[str]) -> str:
    language = article.about.get("language", "")[:2]
    cells = []
    for n, pieces in rows.items():
        shown = [(kind, escape(text, quote=False)) for kind, text in pieces]
        words = "".join(f"<b>{text}</b>" if kind == "bracket" else text for kind, text in shown)
        cells.append(
            f'<tr><th scope="row" style="{_HEAD}">p{n}</th><td lang="{language}" style="{_CELL}">{words}</td></tr>\n'
        )
    items = "".join(f"<li>{escape(line, quote=False)}</li>\n" for line in lines)
    head = f'<tr><th scope="col" style="{_HEAD}">Para</th><th scope="col" style="{_CELL}">{escape(who)}</th></tr>'
    table = (
        f'<table style="max-width:46em; font-size:1em">\n<caption style="text-align:left"><small>'
        f"{escape(article.note, quote=False)}</small></caption>\n<thead>{head}</thead>\n"
        f"<tbody>\n{''.join(cells)}</tbody></table>"
    )
    if not lines:
        return f"{table}\n<p>No marks yet.</p>"
    return f'{table}\n<ul style="list-style:none; padding-left:0">\n{items}</ul>'


def _text(article: Article, who: str, rows: dict[int, list[tuple[str, str]]], lines: list[str]) -> str:
    body = [f"p{n}  {''.join(text for _, text in pieces)}" for n, pieces in rows.items()]
    return "\n".join([who, f"({article.note})", *body, *(lines or ["No marks yet."])])
