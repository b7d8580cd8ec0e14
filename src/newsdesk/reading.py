"""Articles on the page: numbered paragraphs, one article or two beside each other.

The view is plain HTML: it needs no script and no style sheet, follows the theme's own colours, and
reads the same on a code host and on paper.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from newsdesk.articles import Article
from newsdesk.errors import DataError
from newsdesk.views import Reading

# on each cell, since JupyterLab's rules for cells win over the table's; a long word or address may break, so
# that two articles beside each other fit a narrow screen
_HEAD = "text-align:left; vertical-align:top; line-height:1.5"
_CELL = f"{_HEAD}; overflow-wrap:anywhere"


def show_article(article: Article, *, beside: Article | None = None, paras: Iterable[int] | None = None) -> Reading:
    """Show an article with its paragraph numbers; or two, beside each other.

    Parameters
    ----------
    article
        As `load_article` returns it.
    beside
        A second article or edition: its paragraphs stand in a second column, by number.
    paras
        The paragraphs to show, such as ``[2, 12]``, ``12`` or ``["p12"]``; all by default.

    Returns
    -------
    Reading
        HTML for Jupyter, plain text elsewhere. Both carry the edition's note.

    Raises
    ------
    DataError
        When `article` is not an article; when a paragraph does not exist in either.
    """
    for given in (article, *([beside] if beside is not None else [])):
        if not isinstance(given, Article):
            raise DataError(
                f"show_article takes an article, not a {type(given).__name__}. "
                "Load one first: show_article(load_article('gt-2024'))."
            )
    both = [article] if beside is None else [article, beside]
    last = max(len(a) for a in both)
    numbers = list(range(1, last + 1)) if paras is None else _numbers(paras, last)
    return Reading(_html(both, numbers), _text(both, numbers))


def _numbers(paras: int | Iterable[int | str], last: int) -> list[int]:
    wanted = list(paras) if isinstance(paras, Iterable) and not isinstance(paras, str) else [paras]
    numbers = []
    for given in wanted:
        text = str(given).lower().removeprefix("p")
        if not text.isdecimal() or not 1 <= int(text) <= last:
            raise DataError(f"There is no paragraph {given!r}. Paragraphs: 1 to {last}, as in paras=[2, 12].")
        numbers.append(int(text))
    return numbers


def _title(article: Article) -> str:
    kind = {"reading": "", "gloss": ", English gloss", "original": ", original", "own": ""}[article.edition]
    return f"{article.article_id}: {article.about['outlet']}{kind}"


def _paragraph(article: Article, number: int) -> str:
    return article.paragraph(number) if number <= len(article) else ""


def _cell(article: Article, number: int) -> str:
    text = escape(_paragraph(article, number), quote=False)
    if text.startswith("[") and text.endswith("]"):
        text = f"<em>{text}</em>"
    return f'<td lang="{article.about["language"][:2]}" style="{_CELL}">{text}</td>'


def _html(articles: list[Article], numbers: list[int]) -> str:
    heads = "".join(f'<th scope="col" style="{_CELL}">{escape(_title(a), quote=False)}</th>' for a in articles)
    rows = "".join(
        f'<tr><th scope="row" style="{_HEAD}">p{n}</th>' + "".join(_cell(a, n) for a in articles) + "</tr>\n"
        for n in numbers
    )
    notes = escape("; ".join(dict.fromkeys(a.note for a in articles)), quote=False)
    return (
        f'<table style="max-width:{46 * len(articles)}em; font-size:1em">\n'
        f'<caption style="text-align:left"><small>{notes}</small></caption>\n'
        f'<thead><tr><th scope="col">Para</th>{heads}</tr></thead>\n<tbody>\n{rows}</tbody></table>'
    )


def _text(articles: list[Article], numbers: list[int]) -> str:
    lines = []
    for article in articles:
        lines += [_title(article), f"({article.note})"]
        lines += [f"p{n}  {_paragraph(article, n)}" for n in numbers if n <= len(article)]
    return "\n".join(lines)
