"""Places in a text: paragraphs, spans, quotes and their context. Offsets count code points."""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable

from newsdesk.articles import Article
from newsdesk.errors import DataError

CONTEXT = 32  # code points kept before and after a mark
_ALIKE = str.maketrans("‘’‚‛“”„‟\u00a0\u202f", "''''\"\"\"\"  ")  # one for one, so that offsets stay
_MODIFIERS = range(0x1F3FB, 0x1F400)  # skin tones
_TAGS = range(0xE0020, 0xE0080)  # the flags of Scotland and Wales
_REGIONS = range(0x1F1E6, 0x1F200)  # two make a flag
# Spacing marks that stand alone after all, and two Thai and Lao vowels that don't (UAX 29, table 2).
_ALONE = frozenset("\u102b\u102c\u1038\u1062\u1063\u1064\u1083\u108f\u1a61\u1a63\u1a64\uaa7b\uaa7d") | frozenset(
    map(chr, (*range(0x1067, 0x106E), *range(0x1087, 0x108D), *range(0x109A, 0x109D), 0x11720, 0x11721))
)
_JOINED = frozenset("\u0e33\u0eb3\u200c\uff9e\uff9f")


class MarkError(DataError):
    """A mark or link that can't be: offsets, quote, label, attribute or ends are wrong."""


def check_text(value: object, what: str) -> str:
    """Return `value` if it is text that can be written to a file.

    Raises
    ------
    MarkError
        When it is no text, or holds half of a surrogate pair, which no file in UTF-8 can hold.
    """
    if not isinstance(value, str):
        raise MarkError(f"{what} is a {type(value).__name__}; it must be text.")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise MarkError(
            f"{what} holds half of a character (U+{ord(value[error.start]):04X} at {error.start}). It was cut in the "
            "middle of an emoji or another rare character: copy it again, whole."
        ) from None
    return value


def splits_grapheme(text: str, offset: int) -> bool:  # noqa: PLR0911 (one return a rule of the annex)
    r"""Say whether `offset` lies inside what a reader sees as one character.

    Covers CR LF, combining and spacing marks, variation selectors, joiners, skin tones, tag sequences,
    pairs of regional indicators, emoji joined by ZWJ, and Hangul jamo: the rules GB3, GB6 to GB9a and
    GB11 to GB13 of Unicode Standard Annex 29 (2023), as far as the standard library's tables go. Not
    covered: prepended marks (GB9b) and Indic conjuncts (GB9c), where a border is let through.

    Examples
    --------
    >>> splits_grapheme("e\u0301t", 1), splits_grapheme("e\u0301t", 2)
    (True, False)
    """
    if not 0 < offset < len(text):
        return False
    before, after = text[offset - 1], text[offset]
    if after < "\u0300" and before < "\u0300":
        return before == "\r" and after == "\n"
    if before in "\r\n":
        return False
    code = ord(after)
    if after == "\u200d" or after in _JOINED or code in _MODIFIERS or code in _TAGS:
        return True
    category = unicodedata.category(after)
    if category in ("Mn", "Me") or (category == "Mc" and after not in _ALONE):
        return True
    if before == "\u200d":
        return _is_picture(after) and _is_picture(_base(text, offset - 1))
    if code in _REGIONS:
        count = 0
        while count < offset and ord(text[offset - 1 - count]) in _REGIONS:
            count += 1
        return count % 2 == 1
    return _jamo(before) + _jamo(after) in _HANGUL


def _is_picture(character: str) -> bool:
    return (unicodedata.category(character) == "So" or character in "‼⁉↔") and ord(character) not in _REGIONS


def _base(text: str, offset: int) -> str:
    """Return the character that the marks before `offset` stand on."""
    while offset > 1 and (
        unicodedata.category(text[offset - 1]) in ("Mn", "Me") or ord(text[offset - 1]) in _MODIFIERS
    ):
        offset -= 1
    return text[offset - 1] if offset else " "


_HANGUL = frozenset({"LL", "LV", "LA", "LB", "VV", "VT", "AV", "AT", "TT", "BT"})  # A, B: syllables without, with a T


def _jamo(character: str) -> str:
    code = ord(character)
    if code < 0x1100:
        return "-"
    if 0xAC00 <= code <= 0xD7A3:
        return "B" if (code - 0xAC00) % 28 else "A"
    for kind, ranges in (
        ("L", (range(0x1100, 0x1160), range(0xA960, 0xA97D))),
        ("V", (range(0x1160, 0x11A8), range(0xD7B0, 0xD7C7))),
        ("T", (range(0x11A8, 0x1200), range(0xD7CB, 0xD7FC))),
    ):
        if any(code in each for each in ranges):
            return kind
    return "-"


class Places:
    """The text of an article with its paragraphs, computed once: what a span is checked against.

    Attributes
    ----------
    text
        The article's text.
    text_hash
        Its SHA-256, as hexadecimal text.
    paragraphs
        Number and start of each paragraph.
    """

    def __init__(self, article: Article) -> None:
        self.text = check_text(article.text, f"The text of {article.article_id}")
        self.text_hash = hashlib.sha256(self.text.encode("utf-8")).hexdigest()
        starts, start = [], 0
        for paragraph in article.paragraphs:
            starts.append(start)
            start += len(paragraph.text) + 2
        self.paragraphs = tuple((p.number, s) for p, s in zip(article.paragraphs, starts, strict=True))
        self._starts = starts
        self._ends = [s + len(p.text) for p, s in zip(article.paragraphs, starts, strict=True)]

    def index(self, offset: int) -> int:
        """Return which paragraph (counted from 0) `offset` lies in."""
        return max(bisect_right(self._starts, offset) - 1, 0)

    def bounds(self, number: int) -> tuple[int, int]:
        """Return start and end of paragraph `number`.

        Raises
        ------
        MarkError
            When there is no such paragraph.
        """
        for i, (each, start) in enumerate(self.paragraphs):
            if each == number and not isinstance(number, bool):
                return start, self._ends[i]
        raise MarkError(f"There is no paragraph {number!r}. There are: {self._numbers()}.")

    def _numbers(self) -> str:
        return f"{self.paragraphs[0][0]} to {self.paragraphs[-1][0]}" if self.paragraphs else "none"

    def check_span(self, start: object, end: object) -> tuple[int, int]:
        """Return `start` and `end` if they can be a mark's: inside one paragraph, not empty, on whole characters.

        Raises
        ------
        MarkError
            Otherwise; the message says which rule is broken.
        """
        for name, value in (("start", start), ("end", end)):
            if isinstance(value, bool) or not isinstance(value, int):
                raise MarkError(f"{name} is {value!r}, a {type(value).__name__}; it must be a whole number.")
        assert isinstance(start, int) and isinstance(end, int)
        if not 0 <= start <= len(self.text) or not 0 <= end <= len(self.text):
            raise MarkError(f"{start} to {end} lies outside the text. Allowed: 0 to {len(self.text)}.")
        if end <= start:
            raise MarkError(f"{start} to {end} holds no character: the end must come after the start.")
        i = self.index(start)
        if not self._starts[i] <= start < end <= self._ends[i]:
            raise MarkError(
                f"{start} to {end} leaves paragraph {self.paragraphs[i][0]}, which goes from {self._starts[i]} to "
                f"{self._ends[i]}. A mark lies inside one paragraph: make one in each."
            )
        for offset in (start, end):
            if splits_grapheme(self.text, offset):
                raise MarkError(
                    f"{offset} lies inside one character ({self.text[offset - 1 : offset + 1]!r}). "
                    "Move the border to before or after it."
                )
        return start, end

    def context(self, start: int, end: int) -> tuple[str, str]:
        """Return the text just before and just after a span, up to `CONTEXT` code points each."""
        return self.text[max(start - CONTEXT, 0) : start], self.text[end : end + CONTEXT]

    def is_span(self, start: int, end: int) -> bool:
        """Say whether a mark can go from `start` to `end`."""
        try:
            self.check_span(start, end)
        except MarkError:
            return False
        return True

    def anchor(self, exact: str, prefix: str, suffix: str) -> tuple[int, int] | None:
        """Find again what a mark stood on: the place of `exact` whose context fits best.

        Returns
        -------
        tuple or None
            None where `exact` is gone, or where two places fit equally well.
        """
        found = [(start, start + len(exact)) for start in _occurrences(self.text, exact)]
        found = [span for span in found if self.is_span(*span)]
        scores = sorted(((self._fit(start, end, prefix, suffix), start, end) for start, end in found), reverse=True)
        if not scores or (len(scores) > 1 and scores[0][0] == scores[1][0]):
            return None
        return scores[0][1], scores[0][2]

    def _fit(self, start: int, end: int, prefix: str, suffix: str) -> int:
        return _shared(reversed(prefix), reversed(self.text[max(start - CONTEXT, 0) : start])) + _shared(
            suffix, self.text[end : end + CONTEXT]
        )


def _shared(one: Iterable[str], two: Iterable[str]) -> int:
    count = 0
    for a, b in zip(one, two, strict=False):
        if a != b:
            break
        count += 1
    return count


def _occurrences(text: str, quote: str) -> list[int]:
    """Return every place of `quote`, overlapping ones too."""
    found, at = [], text.find(quote) if quote else -1
    while at >= 0:
        found.append(at)
        at = text.find(quote, at + 1)
    return found


def find_quote(
    article: Article | Places, quote: str, *, para: int | None = None, nth: int | None = None
) -> tuple[int, int]:
    """Find words in an article.

    Straight and typographic quotation marks and apostrophes count as the same, and so do a space and
    one that does not break. A quote that stands somewhere as whole words is not looked for inside
    longer ones: ``"Hua"`` is not found in ``"Huawei"``.

    Parameters
    ----------
    article
        The article, or its places where they are at hand.
    quote
        The words, in one paragraph.
    para
        The paragraph's number, where the words stand in several.
    nth
        Which of several, from 1. None: there must be one.

    Returns
    -------
    tuple
        Start and end in the article's text, in code points.

    Raises
    ------
    MarkError
        When the words are not there (the message shows the closest ones), or several times and
        neither `para` nor `nth` says which.
    """
    places = article if isinstance(article, Places) else Places(article)
    quote = check_text(quote, "The quote")
    if not quote.strip():
        raise MarkError("The quote is empty. Give the words as they stand in the text.")
    if nth is not None and (isinstance(nth, bool) or not isinstance(nth, int) or nth < 1):
        raise MarkError(f"nth is {nth!r}; it must be a whole number from 1.")
    low, high = places.bounds(para) if para is not None else (0, len(places.text))
    everywhere = _spans_of(places, quote)
    found = [span for span in everywhere if low <= span[0] and span[1] <= high]
    if not found:
        raise MarkError(_not_found(places, quote, para, everywhere))
    if nth is None and len(found) > 1:
        numbers = [places.paragraphs[places.index(start)][0] for start, _ in found]
        where = ", ".join(map(str, sorted(set(numbers))))
        ask = "nth=…" if para is not None or len(set(numbers)) == 1 else "para=… or nth=…"
        raise MarkError(f"{quote!r} stands {len(found)} times, in paragraph {where}. Say which with {ask}.")
    if nth is not None and nth > len(found):
        raise MarkError(f"{quote!r} stands {len(found)} time{'s' if len(found) > 1 else ''}; nth is {nth}.")
    return found[(nth or 1) - 1]


def _spans_of(places: Places, quote: str) -> list[tuple[int, int]]:
    text = places.text.translate(_ALIKE)
    for form in dict.fromkeys((quote, unicodedata.normalize("NFC", quote), unicodedata.normalize("NFD", quote))):
        spans = [(at, at + len(form)) for at in _occurrences(text, form.translate(_ALIKE))]
        spans = [span for span in spans if places.is_span(*span)]
        if spans:
            return [span for span in spans if _is_whole(text, *span)] or spans
    return []


def _is_whole(text: str, start: int, end: int) -> bool:
    return not (start > 0 and text[start - 1].isalnum() and text[start].isalnum()) and not (
        end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    )


def _not_found(places: Places, quote: str, para: int | None, elsewhere: list[tuple[int, int]]) -> str:
    where = "the text" if para is None else f"paragraph {para}"
    head = f"{quote!r} does not stand in {where}."
    if elsewhere:
        numbers = sorted({places.paragraphs[places.index(start)][0] for start, _ in elsewhere})
        return f"{head} It stands in paragraph {', '.join(map(str, numbers))}."
    low, high = places.bounds(para) if para is not None else (0, len(places.text))
    close = _closest(places.text[low:high], quote)
    if close is None:
        return f"{head} Copy the words from the text, spelt and spaced as there."
    words, at = close
    return f"{head} The closest there is {words!r}, in paragraph {places.paragraphs[places.index(low + at)][0]}."


def _closest(text: str, quote: str) -> tuple[str, int] | None:
    """Return the words of `text` most like `quote`, within a line, with their place; None where nothing is like it."""
    wanted = [word.casefold().strip(".,;:!?\"'“”‘’()[]") for word in quote.split()]
    words = [(match[0], match.start(), match.end()) for match in re.finditer(r"\S+", text)]
    plain = [word.casefold().strip(".,;:!?\"'“”‘’()[]") for word, _, _ in words]
    size, goal = len(wanted), set(wanted)
    windows = range(max(len(words) - size + 1, 0))
    if size == 1:  # one word misspelt shares no word with the text: compare it with each different one
        near = set(difflib.get_close_matches(wanted[0], list(dict.fromkeys(plain)), n=1, cutoff=0.7))
        ranked = [i for i in windows if plain[i] in near][:1]
    else:
        ranked = sorted(windows, key=lambda i: -len(goal.intersection(plain[i : i + size])))[:8]
    best, score = None, 0.6
    for i in ranked:
        start, end = words[i][1], words[i + size - 1][2]
        ratio = difflib.SequenceMatcher(None, quote.casefold(), text[start:end].casefold()).ratio()
        if ratio > score and "\n\n" not in text[start:end]:
            best, score = (text[start:end], start), ratio
    return best
