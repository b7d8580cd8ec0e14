"""How much wording two texts share: pure functions, and a table when run as a script.

A word is what is left after NFKC, case folding and straight apostrophes: letters and digits, with an
apostrophe inside a word kept; all other punctuation is space. `U.S.` is two words, `Washington's` one.

`NEWSDESK_ORIGINALS=FOLDER python tests/content/wording.py` prints every paragraph's share and the wording
that each pair of articles shares, editions beside originals.
"""

import csv
import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

RUN = 8  # an edition shares no run of this many words with any original
GRAM = 4  # and few runs of this many with its own
CEILING = 0.2  # fewer than this share of them
TELLING = 5  # two articles that share this many words in a row are worth comparing

ARTICLES = ("afp-2020", "fr-2018", "tpk-2024", "gt-2024", "gt-2020")
EDITIONS = (*ARTICLES, "fr-2018.en")

_WORD = re.compile(r"\w+(?:'\w+)*")
# A single mark opens only where no word character stands before it: an apostrophe never opens.
_QUOTED = re.compile(
    r"“([^”]*)”"
    r'|"([^"]*)"'
    r"|«([^»]*)»"
    r"|(?<!\w)['‘](?=\w)([^'‘’]*(?:(?<=\w)['’](?=\w)[^'‘’]*)*)['’](?!\w)"
)
_RETOLD = re.compile(r"‹([^‹›]*)›")


class Token(NamedTuple):
    """A word and where it stands in `plain(text)`, in code points."""

    word: str
    start: int
    end: int


class Run(NamedTuple):
    """Words that two sequences share in a row: where they begin in each, and the words."""

    at: int
    other: int
    words: tuple[str, ...]


def plain(text: str) -> str:
    """The text in which positions are counted: NFKC, apostrophes straight, case kept."""
    return unicodedata.normalize("NFKC", text).replace("’", "'")


def tokens(text: str) -> list[Token]:
    """The words of a text with their places in `plain(text)`."""
    return [Token(m[0].casefold(), *m.span()) for m in _WORD.finditer(plain(text))]


def words(text: str) -> list[str]:
    """The words of a text.

    >>> words("The U.S. can’t—won't")
    ['the', 'u', 's', "can't", "won't"]
    """
    return [token.word for token in tokens(text)]


def ngrams(sequence: Sequence[str], n: int) -> list[tuple[str, ...]]:
    """All runs of n, in order, repetitions included."""
    return [tuple(sequence[i : i + n]) for i in range(len(sequence) - n + 1)]


def shared_runs(a: Sequence[str], b: Sequence[str], at_least: int) -> list[Run]:
    """The runs of at least so many words that stand in both, each as long as it goes.

    >>> [run.words for run in shared_runs("a b c d x".split(), "y b c d".split(), 2)]
    [('b', 'c', 'd')]
    """
    runs = []
    previous = [0] * (len(b) + 1)
    for i, word in enumerate(a):
        current = [0] * (len(b) + 1)
        for j, other in enumerate(b):
            if word != other:
                continue
            length = current[j + 1] = previous[j] + 1
            goes_on = i + 1 < len(a) and j + 1 < len(b) and a[i + 1] == b[j + 1]
            if length >= at_least and not goes_on:
                runs.append(Run(i - length + 1, j - length + 1, tuple(a[i - length + 1 : i + 1])))
        previous = current
    return runs


def longest_run(a: Sequence[str], b: Sequence[str]) -> tuple[str, ...]:
    """The longest run of words that stands in both, empty if they share none."""
    return max((run.words for run in shared_runs(a, b, 1)), key=len, default=())


def quotations(text: str) -> list[tuple[int, int]]:
    """Where the words inside quotation marks stand in `plain(text)`, marks excluded.

    >>> text = "the firm's ‘dirty trick’"
    >>> [plain(text)[start:end] for start, end in quotations(text)]
    ['dirty trick']
    """
    # Looked for before apostrophes are made straight: both texts have the same length.
    normal = unicodedata.normalize("NFKC", text)
    found = []
    for match in _QUOTED.finditer(normal):
        group = next(i for i, inside in enumerate(match.groups(), 1) if inside is not None)
        found.append(match.span(group))
    return found


def quoted_words(text: str) -> list[list[str]]:
    """The words of each quotation in a text, in order."""
    return [words(plain(text)[start:end]) for start, end in quotations(text)]


def retold(text: str) -> list[str]:
    """What stands in single angle marks: quoted in the original, retold in the edition."""
    return _RETOLD.findall(text)


def places(text: str, quote: str) -> list[tuple[int, int]]:
    """Where a quote stands in `plain(text)`, first to last; a capital makes no difference."""
    return [m.span() for m in re.finditer(re.escape(plain(quote)), plain(text), re.IGNORECASE)]


def is_quoted(text: str, quote: str) -> bool | None:
    """Whether a quote stands inside quotation marks (True) or plain (False); None if it is cut by one."""
    inside = quotations(text)
    answers = set()
    for start, end in places(text, quote):
        held = any(a <= start and end <= b for a, b in inside)
        apart = all(end <= a or b <= start for a, b in inside)
        answers.add(held if held or apart else None)
    return answers.pop() if len(answers) == 1 else None


def gram_share(text: str, original: str, quotes: Iterable[str] = ()) -> tuple[int, int]:
    """How many 4-grams of a paragraph also stand in its original, and out of how many.

    A 4-gram counts unless all its words stand in quotation marks or in one of `quotes`: those words are
    the original's by rule.
    """
    free = [*quotations(text), *(place for quote in quotes for place in places(text, quote))]
    own = tokens(text)
    is_free = [any(a <= token.start and token.end <= b for a, b in free) for token in own]
    theirs = set(ngrams(words(original), GRAM))
    counted = [
        tuple(token.word for token in own[i : i + GRAM]) in theirs
        for i in range(len(own) - GRAM + 1)
        if not all(is_free[i : i + GRAM])
    ]
    return sum(counted), len(counted)


def lines(text: str) -> list[str]:
    """The paragraphs of a text: its lines that are not blank."""
    return [line for line in text.splitlines() if line.strip()]


def front_and_body(text: str) -> tuple[str, list[str]]:
    """An edition's front matter, as text, and its paragraphs."""
    _, front, body = re.split(r"^---\n", text, maxsplit=2, flags=re.MULTILINE)
    return front, lines(body)


def pair_runs(a: Sequence[str], b: Sequence[str], at_least: int) -> dict[tuple[int, int], list[Run]]:
    """The runs that two articles share, by (paragraph of a, paragraph of b), counted from 1."""
    split_a, split_b = [words(p) for p in a], [words(p) for p in b]
    found = {(i, j): shared_runs(x, y, at_least) for i, x in enumerate(split_a, 1) for j, y in enumerate(split_b, 1)}
    return {pair: runs for pair, runs in found.items() if runs}


def share_table(edition: dict[str, list[str]], original: dict[str, list[str]], claims: list[dict[str, str]]) -> str:
    """Each paragraph's shared 4-grams, how many were counted, per cent, and its words beside the original's."""
    out = []
    for article in ARTICLES:
        out.append(f"\n{article}: 4-grams shared of those counted; words here : in the original")
        for number, (text, source) in enumerate(zip(edition[article], original[article], strict=True), 1):
            shared, counted = gram_share(text, source, quotes_of(claims, article, number))
            share = f"{shared / counted:4.0%}" if counted else "   -"
            out.append(
                f"  p{number:<3}{shared:3} of {counted:3} {share}  {len(words(text)):3} : {len(words(source)):3}"
            )
        here, there = (sum(len(words(p)) for p in side[article]) for side in (edition, original))
        out.append(f"  whole                {here:4} : {there:3}")
    return "\n".join(out)


def quotes_of(claims: list[dict[str, str]], article: str, number: int) -> list[str]:
    """The quotes of a paragraph's claims, retired ones left out."""
    return [
        c["quote"]
        for c in claims
        if (c["article_id"], c["para"]) == (article, str(number)) and c["status"] != "retired"
    ]


def run_table(edition: dict[str, list[str]], original: dict[str, list[str]]) -> str:
    """The longest run that each edition shares with any original, paragraph ends passed over."""
    out = ["\nlongest run shared with any original"]
    for name, paragraphs in edition.items():
        text = words("\n".join(paragraphs))
        best = max((longest_run(text, words("\n".join(o))) for o in original.values()), key=len)
        out.append(f"  {name:<11}{len(best):2}  {' '.join(best)}")
    return "\n".join(out)


def pair_table(edition: dict[str, list[str]], original: dict[str, list[str]]) -> str:
    """The runs of at least 4 words that two articles share: lengths in editions and originals, our words."""
    out = [f"\nruns of at least {GRAM} words shared by two articles, lengths: editions | originals"]
    for a, b in combinations(ARTICLES, 2):
        here = pair_runs(edition[a], edition[b], GRAM)
        there = pair_runs(original[a], original[b], GRAM)
        for pair in sorted({*here, *there}):
            lengths = [[len(run.words) for run in side.get(pair, [])] for side in (here, there)]
            out.append(f"  {a} p{pair[0]} = {b} p{pair[1]}: {lengths[0]} | {lengths[1]}")
            out += [f"      {' '.join(run.words)}" for run in here.get(pair, [])]
    return "\n".join(out)


def main() -> None:
    """Print the three tables."""
    folder = os.environ.get("NEWSDESK_ORIGINALS")
    if not folder:
        sys.exit("NEWSDESK_ORIGINALS names no folder of originals: there is nothing to compare with.")
    data = Path(__file__).parents[2] / "data"
    original = {a: lines((Path(folder) / f"{a}.txt").read_text(encoding="utf-8")) for a in ARTICLES}
    edition = {e: front_and_body((data / "articles" / f"{e}.md").read_text(encoding="utf-8"))[1] for e in EDITIONS}
    with (data / "claims.csv").open(encoding="utf-8", newline="") as file:
        claims = list(csv.DictReader(file))
    print(share_table(edition, original, claims))
    print(run_table(edition, original))
    print(pair_table(edition, original))


if __name__ == "__main__":
    main()
