"""Articles on the page: numbered paragraphs, one article or two beside each other, shared wording marked.

The view is plain HTML: it needs no script and no style sheet, follows the theme's own colours, and
reads the same on a code host and on paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from typing import TYPE_CHECKING

from newsdesk.articles import Article
from newsdesk.errors import DataError
from newsdesk.views import Reading

if TYPE_CHECKING:
    from newsdesk.compare import Stretch

# on each cell, since JupyterLab's rules for cells win over the table's; a long word or address may break, so
# that two articles beside each other fit a narrow screen
_HEAD = "text-align:left; vertical-align:top; line-height:1.5; padding-right:0.8em"
_CELL = f"{_HEAD}; overflow-wrap:anywhere"
_REENACTED = (
    "Shared wording is re-enacted in these reading editions: where the originals share words of theirs, "
    "the editions share words of ours."
)

Row = tuple[int, ...]  # the number of the paragraph in each article
_Marks = dict[tuple[int, int], list["Stretch"]]  # column and paragraph: what is marked there, in order


def show_article(
    article: Article,
    *,
    beside: Article | None = None,
    paras: Iterable[int | tuple[int, int]] | None = None,
    shared: bool = False,
    at_least: int = 5,
) -> Reading:
    """Show an article with its paragraph numbers; or two, beside each other.

    Parameters
    ----------
    article
        As `load_article` returns it.
    beside
        A second article or edition: its paragraphs stand in a second column, by number.
    paras
        The paragraphs to show, such as ``[2, 12]``, ``12`` or ``["p12"]``; all by default. With `beside`, a pair
        such as ``(2, 6)`` puts paragraph 2 of the one beside paragraph 6 of the other.
    shared
        Mark the wording that the two share, among the paragraphs shown: bold, underlined, with one number in
        both; in brackets where there is only text.
    at_least
        How many words in a row count as shared.

    Returns
    -------
    Reading
        HTML for Jupyter, plain text elsewhere. Both carry the edition's note.

    Raises
    ------
    DataError
        When `article` is not an article; when a paragraph does not exist in either; when `shared` is asked for
        one article alone.
    """
    for given in (article, *([beside] if beside is not None else [])):
        if not isinstance(given, Article):
            raise DataError(
                f"show_article takes an article, not a {type(given).__name__}. "
                "Load one first: show_article(load_article('gt-2024'))."
            )
    both = [article] if beside is None else [article, beside]
    rows = _rows(both, paras)
    marks: _Marks = {}
    notes: list[str] = []
    if shared:
        if beside is None:
            raise DataError(
                "shared=True marks the wording of two articles, and there is one. Add the other: "
                "show_article(article, beside=load_article('gt-2024'), shared=True)."
            )
        marks = _marks(article, beside, rows, at_least)
        notes = _notes(article, beside, marks, at_least)
    return Reading(_html(both, rows, marks, notes), _text(both, rows, marks, notes))


def _rows(articles: list[Article], paras: object) -> list[Row]:
    lengths = [len(a) for a in articles]
    if paras is None:
        return [(n,) * len(articles) for n in range(1, max(lengths) + 1)]
    is_one = isinstance(paras, str | tuple) or not isinstance(paras, Iterable)
    rows = []
    for given in [paras] if is_one and not _is_numbers(paras, articles) else list(paras):  # type: ignore[call-overload]
        if isinstance(given, tuple):
            if len(given) != len(articles):
                raise DataError(
                    f"{given!r} names {len(given)} paragraphs, for {len(articles)} columns. "
                    "A pair such as (2, 6) needs two articles: show_article(one, beside=other, paras=[(2, 6)])."
                )
            rows.append(tuple(_number(n, most) for n, most in zip(given, lengths, strict=True)))
        else:
            rows.append((_number(given, max(lengths)),) * len(articles))
    return rows


def _is_numbers(paras: object, articles: list[Article]) -> bool:
    """Say whether a tuple is a choice of paragraphs, as a list would be, and not one pair."""
    return isinstance(paras, tuple) and (len(articles) == 1 or any(isinstance(each, tuple) for each in paras))


def _number(given: object, last: int) -> int:
    text = str(given).lower().removeprefix("p")
    if not text.isdecimal() or not 1 <= int(text) <= last:
        raise DataError(f"There is no paragraph {given!r}. Paragraphs: 1 to {last}, as in paras=[2, 12].")
    return int(text)


def _marks(one: Article, other: Article, rows: list[Row], at_least: int) -> _Marks:
    """Return what is marked: of wording that overlaps the longer; numbers run down the first column."""
    from newsdesk.compare import shared_stretches  # whoever only reads an article does not wait for pandas

    shown = [{row[column] for row in rows} for column in (0, 1)]
    marks: _Marks = {}
    kept: list[tuple[Stretch, Stretch]] = []
    for pair in shared_stretches(one, other, at_least=at_least):
        places = [marks.setdefault((column, s.para), []) for column, s in enumerate(pair)]
        if all(s.para in shown[column] for column, s in enumerate(pair)) and not any(
            s.start < taken.end and taken.start < s.end
            for s, place in zip(pair, places, strict=True)
            for taken in place
        ):
            for s, place in zip(pair, places, strict=True):
                place.append(s)
            kept.append(pair)
    kept.sort(key=lambda pair: (pair[0].para, pair[0].start))
    numbered = {(c, s.para, s.start): n for n, pair in enumerate(kept, start=1) for c, s in enumerate(pair)}
    return {
        (column, para): sorted(s._replace(number=numbered[column, para, s.start]) for s in place)
        for (column, para), place in marks.items()
    }


def _notes(one: Article, other: Article, marks: _Marks, at_least: int) -> list[str]:
    from newsdesk.compare import notes_on  # late for the same reason

    notes = notes_on(one, other)
    if not any(marks.values()):
        notes.append(f"These paragraphs share no {at_least} words in a row.")
    if all(article.edition == "reading" for article in (one, other)):
        notes.append(_REENACTED)
    return notes


def _title(article: Article) -> str:
    kind = {"reading": "", "gloss": ", English gloss", "original": ", original", "own": ""}[article.edition]
    return f"{article.article_id}: {article.about['outlet']}{kind}"


def _paragraph(article: Article, number: int) -> str:
    return article.paragraph(number) if number <= len(article) else ""


def _marked(text: str, marks: list[Stretch], write: Callable[[str, int], str], plain: Callable[[str], str]) -> str:
    """Return a paragraph with its marks written by `write`, and what stands between them by `plain`."""
    pieces, end = [], 0
    for mark in marks:
        pieces += [plain(text[end : mark.start]), write(text[mark.start : mark.end], mark.number)]
        end = mark.end
    return "".join([*pieces, plain(text[end:])])


def _as_html(text: str) -> str:
    return escape(text, quote=False)


def _cell(article: Article, number: int, marks: list[Stretch]) -> str:
    whole = _paragraph(article, number)
    text = _marked(whole, marks, lambda words, n: f"<b><u>{_as_html(words)}</u></b><sup>{n}</sup>", _as_html)
    if whole.startswith("[") and whole.endswith("]"):
        text = f"<em>{text}</em>"
    return f'<td lang="{article.about["language"][:2]}" style="{_CELL}">{text}</td>'


def _html(articles: list[Article], rows: list[Row], marks: _Marks, notes: list[str]) -> str:
    heads = "".join(f'<th scope="col" style="{_CELL}">{_as_html(_title(a))}</th>' for a in articles)
    body = "".join(
        f'<tr><th scope="row" style="{_HEAD}">{" | ".join(f"p{n}" for n in dict.fromkeys(row))}</th>'
        + "".join(_cell(a, n, marks.get((c, n), [])) for c, (a, n) in enumerate(zip(articles, row, strict=True)))
        + "</tr>\n"
        for row in rows
    )
    caption = [_as_html("; ".join(dict.fromkeys(a.note for a in articles))), *map(_as_html, notes)]
    return (
        f'<table style="max-width:{46 * len(articles)}em; font-size:1em">\n'
        f'<caption style="text-align:left"><small>{"<br/>".join(caption)}</small></caption>\n'
        f'<thead><tr><th scope="col">Para</th>{heads}</tr></thead>\n<tbody>\n{body}</tbody></table>'
    )


def _text(articles: list[Article], rows: list[Row], marks: _Marks, notes: list[str]) -> str:
    lines = [f"({note})" for note in notes]
    for column, article in enumerate(articles):
        lines += [_title(article), f"({article.note})"]
        for number in (row[column] for row in rows):
            if number <= len(article):
                found = marks.get((column, number), [])
                lines.append(
                    f"p{number}  " + _marked(article.paragraph(number), found, lambda w, n: f"[{n}: {w}]", str)
                )
    return "\n".join(lines)
