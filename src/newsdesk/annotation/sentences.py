"""Where sentences begin and end, so that a keyboard can go from one to the next.

Rules of our own, for English, French, Arabic and Chinese news prose: no model, no data files. A wrong border
costs a key press more, nothing else.
"""

from __future__ import annotations

import re

_STOP = re.compile(r"(?:[.!?…]+|[。！？؟۔])[\"'”’»›)\]」』]*")
_ABBREVIATIONS = re.compile(
    "(?:dr|mr|mrs|ms|prof|st|sen|rep|gov|gen|col|lt|sgt|capt|no|vs|etc|inc|ltd|corp|co|cie|mme|mlle|art|jan|feb|mar|"
    "apr|jun|jul|aug|sept?|oct|nov|dec|fig|approx|dept|est)",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.)+$")  # U.S., J., e.g.
_OPENERS = re.compile(  # what may open a sentence after U.S. and such
    "(?:the|an?|in|on|at|by|for|from|it|s?he|they|we|this|that|these|those|his|her|its|their|but|and|as|when|while|if|"
    "after|before|according|asked|l[ae]s?|une?|ils?|elles?|en|dans|mais)",
    re.IGNORECASE,
)


def sentences(text: str) -> list[tuple[int, int]]:
    """Return start and end of each sentence of a paragraph, in code points, without the space between.

    Examples
    --------
    >>> text = "Dr. Xiang spoke in the U.S. The firms did not."
    >>> [text[start:end] for start, end in sentences(text)]
    ['Dr. Xiang spoke in the U.S.', 'The firms did not.']
    """
    found, start = [], 0
    for stop in _STOP.finditer(text):
        if stop.end() > start and _ends_here(text, stop):
            found.append((start, stop.end()))
            start = stop.end() + len(text[stop.end() :]) - len(text[stop.end() :].lstrip())
    if text[start:].strip():
        found.append((start, len(text.rstrip())))
    lead = len(text) - len(text.lstrip())
    return [(max(s, lead), e) for s, e in found]


def _ends_here(text: str, stop: re.Match[str]) -> bool:
    """Say whether a stop ends a sentence, by the word before it and what comes after."""
    rest = text[stop.end() :]
    if stop[0][0] in "。！？؟۔" or not rest.strip():
        return True
    following = re.match(r"\s+[\"'“‘«‹(\[]*([^\W_]+)?", rest)
    word = (following[1] or "") if following else ""
    if not following or (word and word[0].islower()):
        return False
    if not re.match(r"\.(?!\.)", stop[0]):
        return True
    before = text[: stop.start() + 1]
    initials, last = _INITIALS.search(before), re.search(r"[^\W\d_]+\.$", before)
    if initials:  # one letter and a stop is a name's; more are a country's, say, and may end a sentence
        return len(initials[0]) > 2 and bool(_OPENERS.fullmatch(word))
    return not (last and _ABBREVIATIONS.fullmatch(last[0][:-1]))
