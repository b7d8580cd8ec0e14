"""Wording that texts share: every run of words that stands in two of them, as long as it goes.

A *run* lies inside one paragraph of each text. A word is what is left after NFKC, case folding and straight
apostrophes: letters and digits, an apostrophe inside a word kept; other punctuation is space. In scripts that
put no spaces between words (Chinese, Japanese, Thai and their neighbours) each character counts as a word.

How runs are found in thousands of texts, `shingles` says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from newsdesk.articles import Article
from newsdesk.errors import DataError
from newsdesk.shingles import Numbers, find_runs

COLUMNS = ["a", "b", "para_a", "para_b", "words", "wording"]

_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HAS_SPACELESS = re.compile(f"[{_SPACELESS}]")
_WORD = re.compile(r"\w+(?:'\w+)*")
_WORD_OR_SIGN = re.compile(rf"[{_SPACELESS}]|(?:(?![{_SPACELESS}])\w)+(?:'(?:(?![{_SPACELESS}])\w)+)*")


class Word(NamedTuple):
    """A word and where it stands in `plain_text`, in code points."""

    word: str
    start: int
    end: int


class Stretch(NamedTuple):
    """Where shared wording stands: paragraph from 1, code points of its text as it is; a number to tell it by."""

    para: int
    start: int
    end: int
    number: int = 0


class _Stream(NamedTuple):
    """All texts end to end: a number for each word, and a negative one, never twice, before each paragraph."""

    words: Numbers
    text: Numbers
    para: Numbers
    start: Numbers  # of the paragraph


def plain_text(text: str) -> str:
    """Return the text in which places are counted: NFKC, apostrophes straight, case kept."""
    return unicodedata.normalize("NFKC", text).replace("’", "'")


def words_of(text: str) -> list[Word]:
    """Return the words of a text, with their places in `plain_text`.

    Examples
    --------
    >>> [word.word for word in words_of("The U.S. can’t—won't")]
    ['the', 'u', 's', "can't", "won't"]
    """
    plain = plain_text(text)
    return [Word(m[0].casefold(), *m.span()) for m in _pattern(plain).finditer(plain)]


def shared_wording(a: Article | str, b: Article | str, *, at_least: int = 5) -> pd.DataFrame:
    """Return the wording that two texts share.

    Parameters
    ----------
    a, b
        Articles, or texts; each non-blank line of a text is a paragraph.
    at_least
        The least number of words in a row, 1 or more.

    Returns
    -------
    pandas.DataFrame
        One row a run, each as long as it goes, the longest first: ``a``, ``b`` (the articles' ids, or 'a' and
        'b'), ``para_a``, ``para_b`` (int), ``words`` (int), ``wording`` (as it stands in `a`). What there is to
        know about the texts, such as an empty one, stands in ``.attrs["notes"]``.

    Raises
    ------
    DataError
        When `a` or `b` is no article and no text; when `at_least` is no whole number from 1; when there
        would be too many rows.

    Examples
    --------
    >>> shared_wording("The port said no.", "It is no, the port said.", at_least=3)[["words", "wording"]]
       words        wording
    0      3  The port said
    """
    first, second = _name(a, "a"), _name(b, "b")
    if second == first:
        second = f"{second} (2)"
    return shared_wording_among({first: a, second: b}, at_least=at_least)


def shared_wording_among(texts: Mapping[str, Article | str], *, at_least: int = 15, common: int = 100) -> pd.DataFrame:
    """Return the wording that any two of many texts share.

    Parameters
    ----------
    texts
        Names and texts, thousands if need be.
    at_least
        The least number of words in a row. Fifteen are seldom chance; with few, a large folder has more runs
        than a table can hold.
    common
        Wording that stands in more than this many texts is compared with the first of them only.

    Returns
    -------
    pandas.DataFrame
        As `shared_wording`; `a` comes before `b` in `texts`. Wording that is repeated makes a row for each place.

    Raises
    ------
    DataError
        As `shared_wording`.
    """
    _check_number("at_least", at_least)
    _check_number("common", common)
    if not isinstance(texts, Mapping):
        raise DataError(
            f"shared_wording_among takes names and texts, not a {type(texts).__name__}: {{'page one': text, …}}."
        )
    names = list(texts)
    paragraphs = [_paragraphs(name, text) for name, text in texts.items()]
    stream = _lay_out(paragraphs)
    p, q, length = find_runs(stream.words, stream.text, at_least=at_least, common=common)
    order = np.lexsort((q, p, stream.text[q], stream.text[p], -length))
    p, q, length = p[order], q[order], length[order]
    para_a, first_word = stream.para[p], p - stream.start[p]
    cut = lru_cache(maxsize=1024)(words_of)
    wording = []
    for text, para, start, count in zip(stream.text[p], para_a, first_word, length, strict=True):
        paragraph = paragraphs[text][para - 1]
        found = cut(paragraph)
        wording.append(plain_text(paragraph)[found[start].start : found[start + count - 1].end])
    label = np.array(names, dtype=object)
    columns: dict[str, Any] = {
        "a": pd.Series(label[stream.text[p]], dtype="str"),
        "b": pd.Series(label[stream.text[q]], dtype="str"),
        "para_a": para_a,
        "para_b": stream.para[q],
        "words": length,
        "wording": pd.Series(wording, dtype="str"),
    }
    frame = pd.DataFrame(columns, columns=COLUMNS)
    frame.attrs["notes"] = tuple(_notes(names, paragraphs))
    return frame


def shared_stretches(a: Article, b: Article, *, at_least: int = 5) -> list[tuple[Stretch, Stretch]]:
    """Return where the wording stands that two articles share, the longest run first; as `shared_wording` else."""
    _check_number("at_least", at_least)
    paragraphs = [_paragraphs("a", a), _paragraphs("b", b)]
    stream = _lay_out(paragraphs)
    p, q, length = find_runs(stream.words, stream.text, at_least=at_least, common=2)
    order = np.lexsort((q, p, -length))

    def stretch(text: int, place: int, count: int) -> Stretch:
        para = int(stream.para[place])
        line = paragraphs[text][para - 1]
        words, at = words_of(line), places_in(line)
        first = place - int(stream.start[place])
        return Stretch(para, at[words[first].start], at[words[first + count - 1].end - 1] + 1)

    return [
        (stretch(0, int(i), int(count)), stretch(1, int(j), int(count)))
        for i, j, count in zip(p[order], q[order], length[order], strict=True)
    ]


def places_in(text: str) -> list[int]:
    """Return for each place in `plain_text` the place in the text that it comes from; one more for the end.

    A letter and the accents after it are one piece, so that each piece can be made plain by itself. Where that
    gives another text than the whole (some scripts join letters), places are those of the plain text, cut to fit.

    Examples
    --------
    >>> places_in("ﬁn")  # the first sign is a ligature of two letters
    [0, 0, 1, 2]
    """
    plain = plain_text(text)
    if len(plain) == len(text):
        return list(range(len(text) + 1))
    begins = [n for n, sign in enumerate(text) if n == 0 or not unicodedata.combining(sign)]
    pieces = [plain_text(text[start:end]) for start, end in zip(begins, [*begins[1:], len(text)], strict=True)]
    places = [start for start, piece in zip(begins, pieces, strict=True) for _ in piece]
    if "".join(pieces) != plain:
        places = [min(n, len(text) - 1) for n in range(len(plain))]
    return [*places, len(text)]


def notes_on(a: Article | str, b: Article | str) -> list[str]:
    """Return what there is to know before two texts are compared: one is empty, both are the same, two scripts."""
    return list(_notes([_name(a, "a"), _name(b, "b")], [_paragraphs("a", a), _paragraphs("b", b)]))


def _check_number(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise DataError(f"{name} is {value!r}. Wanted: a whole number from 1, such as {name}=5.")


def _name(given: object, otherwise: str) -> str:
    return given.article_id if isinstance(given, Article) else otherwise


def _paragraphs(name: str, given: object) -> list[str]:
    if isinstance(given, Article):
        return [p.text for p in given.paragraphs]
    if isinstance(given, str):
        return [line for line in given.splitlines() if line.strip()]
    raise DataError(
        f"{name!r} is a {type(given).__name__}. Wanted: an article, as nd.load_article('gt-2024') gives it, or a text."
    )


def _pattern(plain: str) -> re.Pattern[str]:
    return _WORD_OR_SIGN if _HAS_SPACELESS.search(plain) else _WORD


def _notes(names: Sequence[str], paragraphs: Sequence[Sequence[str]]) -> Iterator[str]:
    for name, lines in zip(names, paragraphs, strict=True):
        if not any(_pattern(line).search(line) for line in lines):
            yield f"{name} has no words, so that nothing in it can be shared."
    if len(names) == 2 and all(paragraphs):
        if [plain_text(x) for x in paragraphs[0]] == [plain_text(x) for x in paragraphs[1]]:
            yield f"{names[0]} and {names[1]} are the same, word for word."
        scripts = [_script("".join(lines)) for lines in paragraphs]
        if scripts[0] != scripts[1] and all(scripts):
            yield (
                f"{names[0]} is written mostly in {scripts[0].title()} letters, {names[1]} in {scripts[1].title()}: "
                "a translation shares no wording with what it translates."
            )


def _script(text: str) -> str:
    """Return the script of most letters of a text, by their Unicode names: LATIN, CJK, CYRILLIC."""
    scripts = [unicodedata.name(c, "").split(" ")[0].split("-")[0] for c in text[:2000] if c.isalpha()]
    return max(set(scripts), key=scripts.count, default="")


def _lay_out(paragraphs: Sequence[Sequence[str]]) -> _Stream:
    numbers: dict[str, int] = {}
    stream: list[int] = []
    lengths: list[tuple[int, int, int]] = []
    for text, lines in enumerate(paragraphs):
        for para, line in enumerate(lines, start=1):
            plain = plain_text(line).casefold() if line.isascii() else None
            found = _WORD.findall(plain) if plain is not None else [w.word for w in words_of(line)]
            stream.append(-1 - len(lengths))
            stream.extend([numbers.setdefault(word, len(numbers)) for word in found])
            lengths.append((text, para, len(found) + 1))
    table = np.array(lengths, dtype=np.int64).reshape(-1, 3)
    size = table[:, 2]
    starts = np.cumsum(size) - size + 1
    return _Stream(
        np.array(stream, dtype=np.int64),
        np.repeat(table[:, 0], size),
        np.repeat(table[:, 1], size),
        np.repeat(starts, size),
    )
