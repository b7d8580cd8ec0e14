"""How far two people's marks agree: F1 by label, and the differences one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from newsdesk.annotation.labels import all_labels
from newsdesk.annotation.values import Mark, Marks, marks_in
from newsdesk.errors import DataError, unknown

if TYPE_CHECKING:
    import pandas as pd

Pair = tuple[Mark, Mark]


def compare_marks(yours: Any, theirs: Any, *, labels: Iterable[str] | None = None) -> pd.DataFrame:
    """Compare two people's marks in one article, label by label.

    A mark matches *exactly* where the other has one with the same label and the same borders. It matches
    by *overlap* where the other has one with the same label and at least one character in common. A mark
    matches one other at most: exact matches are paired first, then as many of the rest as possible,
    with the greatest overlap. Orphans have no place, so they are not counted.

    Parameters
    ----------
    yours, theirs
        Marks, or pencils. Which is which makes no difference to the figures.
    labels
        The labels to compare; None for those that one of the two has used.

    Returns
    -------
    pandas.DataFrame
        A row for each label and a last row ``"all"``: `label`, `yours` and `theirs` (numbers of marks),
        `exact` and `overlap` (numbers of matching pairs), `exact_f1` and `overlap_f1` from 0 to 1:
        twice the pairs, divided by the marks of both. Where neither has a mark, F1 is missing (NaN),
        not 1: finding nothing alike is no agreement that was put to the test.

    Raises
    ------
    DataError
        When the two are not about the same text.
    NotFoundError
        When a label is unknown.

    Notes
    -----
    G. Hripcsak and A. S. Rothschild, Agreement, the F-measure, and reliability in information
    retrieval, JAMIA 12(3), 2005: for marked phrases there is no number of places left unmarked, which
    kappa would need; F1 between two coders equals their positive specific agreement. The two ways of
    matching are exact and inexact of the 2010 i2b2/VA challenge (Ö. Uzuner and others, JAMIA 18(5), 2011).
    """
    import pandas as pd  # whoever only makes marks does not wait for pandas

    mine, other = _same_text(yours, theirs)
    rows = []
    for label in _rows(mine, other, labels):
        ours, others = _placed(mine, {label}), _placed(other, {label})
        exact, overlap = pair_marks(ours, others)
        rows.append((label, len(ours), len(others), len(exact), len(exact) + len(overlap)))
    rows.append(("all", *(sum(row[i] for row in rows) for i in range(1, 5))))  # type: ignore[arg-type,misc]
    frame = pd.DataFrame(rows, columns=["label", "yours", "theirs", "exact", "overlap"])
    frame = frame.astype({"label": "str"} | dict.fromkeys(frame.columns[1:], "int64"))
    both = (frame["yours"] + frame["theirs"]).astype("float64")
    for name in ("exact", "overlap"):
        frame[f"{name}_f1"] = (2 * frame[name] / both).where(both > 0)
    return frame


def mark_differences(yours: Any, theirs: Any, *, labels: Iterable[str] | None = None) -> pd.DataFrame:
    """List where two people's marks differ, in the order of the text.

    Parameters
    ----------
    yours, theirs, labels
        As `compare_marks`.

    Returns
    -------
    pandas.DataFrame
        `label`, `para`, `yours` and `theirs` (the words marked, NaN where there are none) and `what`:
        ``"only yours"``, ``"only theirs"``, ``"other borders"`` (the label is the same) or
        ``"other label"`` (the borders are the same; `label` is then yours / theirs).

    Raises
    ------
    DataError, NotFoundError
        As `compare_marks`.
    """
    import pandas as pd  # as in compare_marks

    mine, other = _same_text(yours, theirs)
    wanted = set(_rows(mine, other, labels))
    ours, others = _placed(mine, wanted), _placed(other, wanted)
    found: list[tuple[Mark | None, Mark | None, str]] = []
    done: set[str] = set()
    for label in wanted:
        exact, overlap = pair_marks([m for m in ours if m.label == label], [m for m in others if m.label == label])
        done |= {mark.mark_id for pair in (*exact, *overlap) for mark in pair}
        found += [(*pair, "other borders") for pair in overlap]
    left = [m for m in ours if m.mark_id not in done]
    rest: dict[tuple[int | None, int | None], list[Mark]] = defaultdict(list)
    for mark in others:
        if mark.mark_id not in done:
            rest[mark.start, mark.end].append(mark)
    for mark in left:
        same = rest[mark.start, mark.end]
        found.append((mark, same.pop(0), "other label") if same else (mark, None, "only yours"))
    found += [(None, mark, "only theirs") for marks in rest.values() for mark in marks]
    rows = sorted((_row(mine, *each) for each in found), key=lambda row: row[0])
    frame = pd.DataFrame([row[1] for row in rows], columns=["label", "para", "yours", "theirs", "what"])
    text = dict.fromkeys(("label", "yours", "theirs", "what"), "str")
    return frame.astype(text | {"para": "Int64" if frame["para"].isna().any() else "int64"})


def _row(marks: Marks, mine: Mark | None, other: Mark | None, what: str) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    first = mine or other
    assert first is not None
    label = (
        first.label if mine is None or other is None or mine.label == other.label else f"{mine.label} / {other.label}"
    )
    words = (mine.exact if mine else None, other.exact if other else None)
    return (first.start, first.end, label, what), (label, marks.para(first), *words, what)


def _same_text(yours: Any, theirs: Any) -> tuple[Marks, Marks]:
    both = []
    for given in (yours, theirs):
        marks = marks_in(given)
        if marks is None:
            raise DataError(
                f"This is a {type(given).__name__}. Wanted: marks, as nd.load_marks gives them, or a pencil."
            )
        both.append(marks)
    one, two = both
    if (one.article_id, one.edition) != (two.article_id, two.edition):
        raise DataError(
            f"Yours are marks in {one.article_id} ({one.edition}), theirs in {two.article_id} ({two.edition}). "
            "Compare marks in one article and edition."
        )
    if one.text_hash != two.text_hash:
        raise DataError(f"The two were made on different texts of {one.article_id}. Load both again.")
    return one, two


def _rows(one: Marks, two: Marks, labels: Iterable[str] | None) -> list[str]:
    known = list(all_labels())
    used = {mark.label for mark in (*one.marks, *two.marks)}
    if labels is None:
        return [name for name in known if name in used] + sorted(used - set(known))
    if isinstance(labels, str):
        raise DataError(f"labels takes a list of names, such as ['source', 'cue']; this is {labels!r}.")
    wanted = list(dict.fromkeys(labels))
    for name in wanted:
        if name not in known and name not in used:
            raise unknown("label", name, known)
    return wanted


def _placed(marks: Marks, labels: set[str]) -> list[Mark]:
    return [mark for mark in marks.marks if mark.label in labels and not mark.is_orphan]


def pair_marks(ours: Sequence[Mark], others: Sequence[Mark]) -> tuple[list[Pair], list[Pair]]:
    """Pair marks of one label.

    Returns
    -------
    tuple
        The pairs with the same borders, and those of the rest that overlap: as many as possible, and
        of the ways to have as many the one with the greatest overlap.
    """
    places: dict[tuple[int, int], list[Mark]] = defaultdict(list)
    for mark in others:
        places[_span(mark)].append(mark)
    exact = [(mark, places[_span(mark)].pop(0)) for mark in ours if places[_span(mark)]]
    paired = {mark.mark_id for pair in exact for mark in pair}
    left = [mark for mark in ours if mark.mark_id not in paired]
    rest = [mark for marks in places.values() for mark in marks]
    overlap = [pair for some, more in _clusters(left, rest) for pair in _best_pairs(some, more)]
    return exact, overlap


def _span(mark: Mark) -> tuple[int, int]:
    return mark.start or 0, mark.end or 0


def _overlap(one: Mark, two: Mark) -> int:
    (a, b), (c, d) = _span(one), _span(two)
    return max(min(b, d) - max(a, c), 0)


def _clusters(ours: Sequence[Mark], others: Sequence[Mark]) -> Iterable[tuple[list[Mark], list[Mark]]]:
    """Split marks where the text between them is unmarked: what lies apart can't be paired."""
    in_order = sorted(
        [(_span(m), 0, i, m) for i, m in enumerate(ours)] + [(_span(m), 1, i, m) for i, m in enumerate(others)]
    )
    cluster: tuple[list[Mark], list[Mark]] = ([], [])
    reach = 0
    for (start, end), side, _, mark in in_order:
        if start >= reach and (cluster[0] or cluster[1]):
            yield cluster
            cluster = ([], [])
        cluster[side].append(mark)
        reach = max(reach, end)
    yield cluster


def _best_pairs(ours: list[Mark], others: list[Mark]) -> list[Pair]:
    """Pair by the Hungarian method (H. W. Kuhn, 1955): most pairs first, then the greatest overlap."""
    if len(ours) > len(others):
        return [(one, two) for two, one in _best_pairs(others, ours)]
    many = 1 + sum(_overlap(one, two) for one in ours for two in others)
    cost = [[-(many + o) if (o := _overlap(one, two)) else 0 for two in others] for one in ours]
    owner = _assign(cost, len(others))
    return [(ours[i], others[j]) for j, i in sorted(owner.items(), key=lambda item: item[1]) if cost[i][j]]


def _assign(cost: list[list[int]], width: int) -> dict[int, int]:
    """Return column to row of the cheapest assignment of every row; there are at least as many columns."""
    row_price, column_price = [0] * (len(cost) + 1), [0] * (width + 1)
    owner = [0] * (width + 1)  # rows and columns from 1; 0 is nobody
    for row in range(1, len(cost) + 1):
        owner[0], at = row, 0
        least: list[float] = [float("inf")] * (width + 1)
        came_from = [0] * (width + 1)
        is_done = [False] * (width + 1)
        while owner[at]:
            is_done[at] = True
            here, step, following = owner[at], float("inf"), 0
            for column in range(1, width + 1):
                if not is_done[column]:
                    rest = cost[here - 1][column - 1] - row_price[here] - column_price[column]
                    if rest < least[column]:
                        least[column], came_from[column] = rest, at
                    if least[column] < step:
                        step, following = least[column], column
            for column in range(width + 1):
                if is_done[column]:
                    row_price[owner[column]] += int(step)
                    column_price[column] -= int(step)
                else:
                    least[column] -= step
            at = following
        while at:
            owner[at] = owner[came_from[at]]
            at = came_from[at]
    return {column - 1: owner[column] - 1 for column in range(1, width + 1) if owner[column]}
