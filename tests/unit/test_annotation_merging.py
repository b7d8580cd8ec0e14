"""annotation.merging: what two notebooks did to the same marks."""

from __future__ import annotations

from dataclasses import replace

from annotation_cases import article, clock, do_all, verbs_and_history
from hypothesis import given

from newsdesk.annotation.merging import merge
from newsdesk.annotation.model import Editing, Link, Mark, Marks, empty_marks

LATER = "2027-01-01T00:00:00Z"
LINK = "6f1c1f6e-0b0a-4b8e-9d0f-0123456789ab"


def begun() -> tuple[Marks, Mark, Mark, Link]:
    """A claim, a source and their link."""
    editing = Editing(article(), now=clock())
    claim, source = editing.add("claim", 0, 3), editing.add("source", 4, 8)
    link = editing.link(claim.mark_id, source.mark_id)
    return editing.marks, claim, source, link


def test_additions_of_both_are_there() -> None:
    """In the order of the text, without a note."""
    base, *_ = begun()
    one, two = Editing(article(), base), Editing(article(), base)
    a, b = one.add("cue", 15, 20), two.add("hedge", 15, 20)
    merged, notes = merge(base, one.marks, two.marks)
    assert merged.marks == (*base.marks, a, b) and merged.links == base.links and not notes


def test_edits_of_different_marks_combine() -> None:
    """And what one removed is gone."""
    base, claim, source, link = begun()
    one, two = Editing(article(), base), Editing(article(), base)
    a = one.edit(claim.mark_id, comment="a")
    two.remove(source.mark_id)
    assert merge(base, one.marks, two.marks) == (replace(base, marks=(a,), links=()), [])
    assert link not in merge(base, two.marks, one.marks)[0].links


def test_of_two_edits_of_one_mark_the_later_wins_and_the_other_is_told() -> None:
    """Whichever side it is on."""
    base, claim, source, _ = begun()
    early = replace(claim, comment="first", attributes=(("modality", "hedged"),), modified="2026-06-01T00:00:00Z")
    late = replace(claim, label="hedge", modified=LATER)
    one, two = replace(base, marks=(early, source)), replace(base, marks=(late, source))
    for ours, theirs in ((one, two), (two, one)):
        merged, notes = merge(base, ours, theirs)
        assert set(merged.marks) == {late, source}
        assert notes == [
            "The hedge 'Zoé' was changed in two notebooks: the later is kept. "
            "The other: claim 'Zoé', modality hedged, comment 'first'."
        ]


def test_the_same_edit_on_both_sides_is_no_conflict() -> None:
    """Though the times differ."""
    base, claim, source, _ = begun()
    one = replace(base, marks=(replace(claim, comment="x", modified="2026-06-01T00:00:00Z"), source))
    two = replace(base, marks=(replace(claim, comment="x", modified=LATER), source))
    assert merge(base, one, two) == (two, []) and merge(base, two, one) == (two, [])


def test_an_edit_wins_over_a_removal_and_keeps_its_link() -> None:
    """Whichever side removed; a note says so."""
    base, claim, source, link = begun()
    edited, removed = Editing(article(), base), Editing(article(), base)
    mark = edited.edit(claim.mark_id, comment="x")
    removed.remove(claim.mark_id)
    for ours, theirs in ((edited, removed), (removed, edited)):
        merged, notes = merge(base, ours.marks, theirs.marks)
        assert set(merged.marks) == {mark, source} and merged.links == (link,)
        assert notes == ["The claim 'Zoé' was removed in one notebook and changed in another: it is kept."]


def test_a_new_link_brings_back_a_mark_that_the_other_removed() -> None:
    """A link is work too."""
    base, claim, source, _ = begun()
    base = replace(base, links=())
    linked, removed = Editing(article(), base), Editing(article(), base)
    link = linked.link(claim.mark_id, source.mark_id)
    removed.remove(source.mark_id)
    for ours, theirs in ((linked, removed), (removed, linked)):
        merged, notes = merge(base, ours.marks, theirs.marks)
        assert merged.marks == (claim, source) and merged.links == (link,)
        assert notes == ["The source 'said' was removed in one notebook and linked in another: it is kept."]


def test_a_link_is_not_left_without_its_mark() -> None:
    """It goes where both removed the mark, or where one did and nobody touched it since."""
    base, claim, source, _ = begun()
    one = Editing(article(), base)
    one.remove(source.mark_id)
    assert merge(base, one.marks, one.marks)[0].links == ()
    assert merge(base, base, one.marks)[0] == replace(base, marks=(claim,), links=())
    by_hand = replace(base, marks=(claim,))
    assert merge(base, base, by_hand)[0] == merge(base, by_hand, base)[0] == replace(by_hand, links=())


def test_a_link_to_a_mark_that_never_was_stays() -> None:
    """A file may have one; merging is no time to lose it."""
    base, claim, _, _ = begun()
    odd = replace(base, marks=(claim,))
    added = Editing(article(), odd)
    added.add("cue", 15, 20)
    assert merge(odd, added.marks, odd)[0].links == base.links


@given(verbs_and_history, verbs_and_history, verbs_and_history)
def test_a_merge_loses_nothing(first: list, left: list, right: list) -> None:
    """Marks that either added or changed are there, links have both ends, and sides make no difference."""
    base = _done(empty_marks(article(), "me"), first)
    ours, theirs = _done(base, left), _done(base, right)
    merged, notes = merge(base, ours, theirs)
    assert merge(base, theirs, ours)[0] == merged
    assert merge(base, ours, base) == (ours, []) and merge(base, base, theirs) == (theirs, [])
    assert merge(ours, ours, ours) == (ours, [])
    ids = {m.mark_id for m in merged.marks}
    assert all(k.origin in ids and k.target in ids for k in merged.links)
    for side in (ours, theirs):
        assert {m.mark_id for m in set(side.marks) - set(base.marks)} <= ids
        changed = {replace(m, modified="") for m in set(side.marks) - set(base.marks)}
        assert changed <= {replace(m, modified="") for m in merged.marks} or notes
        assert {k.link_id for k in set(side.links) - set(base.links)} <= {k.link_id for k in merged.links}


def _done(marks: Marks, drawn: list) -> Marks:
    editing = Editing(article(), marks, now=clock())
    do_all(editing, drawn)
    return editing.marks
