"""Cutting a text into tokens, as formats that go by token need it."""

from __future__ import annotations

from collections.abc import Iterator

from newsdesk.annotation.places import splits_grapheme

_CJK = (range(0x3040, 0x3100), range(0x3400, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x32000))


def tokens(text: str) -> list[tuple[int, int]]:
    """Return start and end of each token, in code points.

    A run of letters and digits is a token, apostrophes inside a word included; every other character,
    and every Chinese or Japanese one, is a token of its own. What a reader sees as one character, an
    emoji of several code points or a letter with its accents, is never cut.

    Examples
    --------
    >>> text = "China's 5G, 中国!"
    >>> [text[start:end] for start, end in tokens(text)]
    ["China's", '5G', ',', '中', '国', '!']
    """
    pieces = list(_characters(text))
    kinds = [_kind(text[start]) for start, _ in pieces]
    found: list[tuple[int, int]] = []
    is_word_open = False
    for i, (start, end) in enumerate(pieces):
        is_word = kinds[i] == "word" or (
            kinds[i] == "apostrophe" and kinds[max(i - 1, 0)] == "word" and kinds[i + 1 : i + 2] == ["word"]
        )
        if is_word and is_word_open:
            found[-1] = (found[-1][0], end)
        elif kinds[i] != "space":
            found.append((start, end))
        is_word_open = is_word
    return found


def _characters(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each character as a reader sees it."""
    start = 0
    for offset in range(1, len(text) + 1):
        if not splits_grapheme(text, offset):
            yield start, offset
            start = offset


def _kind(character: str) -> str:
    if character.isspace():
        return "space"
    if any(ord(character) in each for each in _CJK):
        return "mark"
    if character.isalnum() or character == "_":
        return "word"
    return "apostrophe" if character in "'’" else "mark"
