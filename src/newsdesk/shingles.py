"""Runs of equal numbers in one long row: the machine below `compare`, which knows words.

The *shingle* at each place is the hash of exactly `at_least` numbers from there on, so that shorter common
phrases never make candidates. Sorting the shingles is the inverted index: equal ones stand together. Two places
with one shingle begin a run where the numbers *before* them differ; elsewhere they are the inside of a run that
is found further left. So each run is met once, and the work grows with the row and with what is found, not with
the pairs of texts. Each run is then followed number by number, which also weeds out hashes equal by chance.

Shingles that stand in more than `common` texts would make a run for each pair of these. They are compared with
the first text that has them (its own places with the second), so that each place is in a run. A run that is
longer than the common stretch inside it has a rare shingle at its edge; from there it is followed to both
sides, and so it is met whole.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from newsdesk.errors import DataError

MOST_RUNS = 5_000_000  # a table of more rows helps nobody, and would fill the memory
MOST_STEPS = 500_000_000  # in following runs; a folder of copies needs less, a text of one word over and over more
_AT_ONCE = 1 << 20  # pairs of places followed together, which bounds the memory

Numbers = npt.NDArray[np.int64]
_Pairs = tuple[Numbers, Numbers]


def find_runs(words: Numbers, text: Numbers, *, at_least: int, common: int) -> tuple[Numbers, Numbers, Numbers]:
    """Find every run that stands in two texts, as long as it goes.

    Parameters
    ----------
    words
        All texts end to end: a number from 0 for each word, and a negative one, never twice, before each
        paragraph; no run goes over such a border.
    text
        The number of the text at each place, rising.
    at_least
        The least length of a run, from 1.
    common
        A shingle in more texts than this is compared with the first of them only.

    Returns
    -------
    tuple of numpy.ndarray
        Where each run begins in the earlier text, where in the later one, and its length.

    Raises
    ------
    DataError
        When there would be more than `MOST_RUNS`, or to follow them would take more than `MOST_STEPS`.
    """
    order, group = _index(words, at_least)
    is_common = _is_common(text[order], group, common)
    partner = _partners(words.size, text, order[is_common], group[is_common])
    found: list[tuple[Numbers, Numbers, Numbers]] = []
    count = steps = 0
    for pairs in (
        _rare_starts(words, order[~is_common], group[~is_common], partner),
        _common_starts(order[is_common], partner),
    ):
        for one, other in pairs:
            is_apart = text[one] != text[other]
            p, q = one[is_apart], other[is_apart]
            back = _follow(words, p, q, step=-1) - 1
            length = _follow(words, p, q) + back
            p, q = p - back, q - back
            keep = length >= at_least
            found.append((np.minimum(p, q)[keep], np.maximum(p, q)[keep], length[keep]))
            count += int(keep.sum())
            steps += int(length.sum())
            if count > 2 * MOST_RUNS or steps > MOST_STEPS:  # some are met twice, from a rare and a common shingle
                _refuse(count)
    if not found:
        none = np.zeros(0, dtype=np.int64)
        return none, none, none
    p, q, length = (np.concatenate(part) for part in zip(*found, strict=True))
    _, once = np.unique(p * words.size + q, return_index=True)
    if once.size > MOST_RUNS:
        _refuse(once.size)
    return p[once], q[once], length[once]


def _index(words: Numbers, size: int) -> _Pairs:
    """Return the places whose shingle stands elsewhere too, sorted by shingle, and the number of its group."""
    count = max(words.size - size + 1, 0)
    mixed = _mix(words.astype(np.uint64))
    shingle = np.zeros(count, dtype=np.uint64)
    for k in range(size if count else 0):  # one polynomial a place; arithmetic modulo 2^64 wraps by itself
        shingle = shingle * np.uint64(0x9E3779B97F4A7C15) + mixed[k : k + count]
    order = np.argsort(shingle, kind="stable").astype(np.int64)
    ordered = shingle[order]
    is_new = _is_first(ordered)
    group = np.cumsum(is_new) - 1
    is_shared = np.bincount(group)[group] > 1 if count else np.zeros(0, dtype=bool)
    return order[is_shared], np.cumsum(is_new[is_shared]) - 1


def _mix(numbers: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Spread numbers over 64 bits: the last steps of splitmix64 (Steele, Lea and Flood 2014)."""
    spread = (numbers + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    spread = (spread ^ (spread >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    spread = (spread ^ (spread >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return spread ^ (spread >> np.uint64(31))


def _is_first(*keys: npt.NDArray[np.generic]) -> npt.NDArray[np.bool_]:
    """Say for each place of sorted keys whether one of them is new there."""
    is_new = np.ones(keys[0].size, dtype=bool)
    is_new[1:] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return is_new


def _is_common(text: Numbers, group: Numbers, common: int) -> npt.NDArray[np.bool_]:
    """Say for each place of the index whether its shingle stands in more than so many texts."""
    if not group.size:
        return np.zeros(0, dtype=bool)
    texts = np.bincount(group, weights=_is_first(group, text))  # places of a group rise, and so do texts
    answer: npt.NDArray[np.bool_] = texts[group] > common
    return answer


def _partners(size: int, text: Numbers, order: Numbers, group: Numbers) -> Numbers:
    """Return for each place of the row where its common shingle stands first in another text; else -1."""
    first = order[_since(_is_first(group))]
    is_elsewhere = text[order] != text[first]
    others = group[is_elsewhere]
    second = np.zeros(int(group[-1]) + 1 if group.size else 0, dtype=np.int64)
    second[others[::-1]] = order[is_elsewhere][::-1]  # the last to be written is the first of its group
    partner = np.full(size, -1, dtype=np.int64)
    partner[order] = np.where(is_elsewhere, first, second[group])
    return partner


def _since(is_first: npt.NDArray[np.bool_]) -> Numbers:
    """Return for each place the last place up to there that was a first one."""
    return np.maximum.accumulate(np.where(is_first, np.arange(is_first.size), 0))


def _rare_starts(words: Numbers, order: Numbers, group: Numbers, partner: Numbers) -> Iterator[_Pairs]:
    """Yield the pairs of places with one rare shingle where a run begins, or leaves a common stretch."""
    before = words[order - 1]  # a text begins with a border, so that there is a place before
    is_edge = partner[order - 1] >= 0
    before[is_edge] = -1 - words.size - order[is_edge]  # never twice: every pair is met
    by_before = np.lexsort((order, before, group))
    order, group, before = order[by_before], group[by_before], before[by_before]
    group_start = _since(_is_first(group))
    partners = _since(_is_first(group, before)) - group_start
    total = int(partners.sum())
    if total > 4 * MOST_RUNS:
        _refuse(total)
    for chunk in _chunks(partners):
        many = partners[chunk]
        left = np.repeat(np.arange(chunk.start, chunk.start + many.size), many)
        steps = np.arange(left.size) - np.repeat(np.cumsum(many) - many, many)
        yield order[left], order[group_start[left] + steps]


def _chunks(sizes: Numbers) -> Iterator[slice]:
    """Yield slices whose sizes add up to about as many as are handled at once."""
    ends = np.cumsum(sizes)
    begin = 0
    while begin < sizes.size:
        reached = int(ends[begin - 1]) if begin else 0
        end = max(begin + 1, int(np.searchsorted(ends, reached + _AT_ONCE, side="right")))
        yield slice(begin, end)
        begin = end


def _common_starts(order: Numbers, partner: Numbers) -> Iterator[_Pairs]:
    """Yield each place of a common shingle with its partner, the inside of a stretch left out."""
    is_inside = (partner[order - 1] >= 0) & (partner[order - 1] == partner[order] - 1)
    starts = order[~is_inside]
    for begin in range(0, starts.size, _AT_ONCE):
        p = starts[begin : begin + _AT_ONCE]
        yield p, partner[p]


def _follow(words: Numbers, p: Numbers, q: Numbers, step: int = 1) -> Numbers:
    """Return how many numbers are the same from two places on, forwards or backwards."""
    length = np.zeros(p.size, dtype=np.int64)
    at = np.arange(p.size)
    last, steps = words.size - 1, 0
    while at.size:
        steps += at.size
        if steps > MOST_STEPS:
            _refuse(p.size)
        one, other = p[at] + step * length[at], q[at] + step * length[at]
        is_same = (np.maximum(one, other) <= last) & (words[np.minimum(one, last)] == words[np.minimum(other, last)])
        at = at[is_same]
        length[at] += 1
    return length


def _refuse(count: int) -> None:
    raise DataError(
        f"These texts share {count:,} runs and more, since the same words stand in them again and again. "
        f"The limits are {MOST_RUNS:,} runs and {MOST_STEPS:,} words in them. "
        "Ask for longer runs (a larger at_least), or compare fewer texts."
    )
