"""annotation.model: the verbs, undo and redo."""

from __future__ import annotations

import time
from dataclasses import replace

import pandas as pd
import pytest
from annotation_cases import (
    CODES,
    SPANS,
    article,
    clock,
    comments,
    do_all,
    redo_all,
    undo_all,
    verbs,
    verbs_and_history,
)
from hypothesis import given

from newsdesk.annotation.labels import all_labels, chosen_labels
from newsdesk.annotation.model import Change, Editing, Link, Mark, MarkError, Marks, check_annotator, empty_marks
from newsdesk.articles import load_article
from newsdesk.errors import DataError

POSSIBLE = frozenset(SPANS)
ID = "6f1c1f6e-0b0a-4b8e-9d0f-0123456789ab"


def pencil() -> Editing:
    """Nothing marked yet, with a clock of its own."""
    return Editing(article(), now=clock())


def linked() -> tuple[Editing, Mark, Mark, Link]:
    """A claim, a source and a link between them."""
    editing = pencil()
    claim = editing.add("claim", 0, 3, attributes={"modality": "asserted"})
    source = editing.add("source", 4, 8)
    return editing, claim, source, editing.link(claim.mark_id, source.mark_id)


def test_a_mark_holds_its_words_and_their_context() -> None:
    """With who made it and when."""
    mark = pencil().add("cue", 4, 8, exact="said", comment="why", mark_id=ID)
    assert (mark.mark_id, mark.label, mark.start, mark.end, mark.exact, mark.prefix) == (
        ID,
        "cue",
        4,
        8,
        "said",
        "Zoé ",
    )
    assert mark.suffix == article().text[8:40] and len(mark.suffix) == 32
    now = "2026-01-05T00:00:00Z"
    assert (mark.annotator, mark.created, mark.modified, mark.comment) == ("me", now, now, "why")


def test_the_same_mark_again_is_the_mark_that_is_there() -> None:
    """Running a cell twice adds nothing, not even a step to undo."""
    editing = pencil()
    first = editing.add("cue", 4, 8, comment="mine")
    assert editing.add("cue", 4, 8, comment="other", mark_id=ID) == first
    assert editing.add("source", 4, 8) != first
    editing.undo()
    assert editing.marks.marks == (first,)


def test_marks_stand_in_the_order_of_the_text() -> None:
    """By start, then end, then label; overlap and nesting are allowed."""
    editing = pencil()
    for label, start, end in (("source", 0, 8), ("cue", 4, 8), ("claim", 0, 8), ("cue", 0, 3)):
        editing.add(label, start, end)
    assert [(m.start, m.end, m.label) for m in editing.marks.marks] == [
        (0, 3, "cue"),
        (0, 8, "claim"),
        (0, 8, "source"),
        (4, 8, "cue"),
    ]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"label": "sorce"}, "no label 'sorce'. Did you mean 'source'"),
        ({"label": None}, "no label None"),
        ({"exact": "sang"}, "4 to 8 reads 'said', not 'sang'"),
        ({"attributes": {"modality": "hedged"}}, "A cue does not carry 'modality'. It carries none."),
        ({"label": "claim", "attributes": {"modalty": "hedged"}}, "It carries: attribution_type, modality, checkable"),
        ({"label": "claim", "attributes": {"modality": "sure"}}, "no code of modality 'sure'"),
        ({"label": "claim", "attributes": {"modality": 1}}, "no code of modality 1"),
        ({"comment": "\ud800"}, "half of a character"),
        ({"comment": None}, "The comment is a NoneType"),
        ({"mark_id": "x"}, "can't be an id"),
        ({"mark_id": ID.upper()}, "can't be an id"),
        ({"mark_id": 3}, "can't be an id"),
        ({"end": 4}, "holds no character"),
        ({"end": 10_000}, "outside"),
        ({"start": 4.0}, "a float"),
    ],
)
def test_what_breaks_a_rule_changes_nothing(given: dict[str, object], says: str) -> None:
    """The message says which, and neither marks nor history move."""
    editing = pencil()
    with pytest.raises(MarkError, match=says):
        editing.add(**({"label": "cue", "start": 4, "end": 8} | given))  # type: ignore[arg-type]
    assert not editing.marks.marks and not editing.can_undo and editing.version == 0


def test_an_id_is_used_once() -> None:
    """By one mark or one link."""
    editing, claim, source, link = linked()
    for taken in (claim.mark_id, link.link_id):
        with pytest.raises(MarkError, match="is taken"):
            editing.add("cue", 15, 20, mark_id=taken)
    editing.unlink(link.link_id)
    with pytest.raises(MarkError, match="is taken"):
        editing.link(claim.mark_id, source.mark_id, link_id=claim.mark_id)


def test_only_the_chosen_labels_are_given() -> None:
    """Marks from before keep theirs, and can still carry what it takes."""
    before, claim, _, _ = linked()
    editing = Editing(article(), before.marks, labels=chosen_labels(["cue"]))
    with pytest.raises(MarkError, match=r"no label 'claim'\. There are: cue"):
        editing.add("claim", 15, 20)
    assert editing.edit(claim.mark_id, attributes={"checkable": "record"}).attributes == (("checkable", "record"),)


def test_editing_changes_what_is_given() -> None:
    """And nothing else but the time."""
    editing, claim, *_ = linked()
    said = editing.edit(claim.mark_id, comment="x")
    assert said == replace(claim, comment="x", modified=said.modified) and said.modified > claim.modified
    moved = editing.edit(claim.mark_id, end=8)
    assert (moved.start, moved.end, moved.exact, moved.suffix[:2]) == (0, 8, "Zoé said", " 👩")
    assert editing.edit(claim.mark_id, attributes={"modality": ""}).attributes == ()
    version = editing.version
    assert editing.edit(claim.mark_id, comment="x", end=8).modified == editing.mark(claim.mark_id).modified
    assert editing.version == version


def test_a_new_label_keeps_the_attributes_that_it_can_carry() -> None:
    """The others go, and come back with undo."""
    editing = pencil()
    claim = editing.add("claim", 0, 3, attributes=CODES[2])
    assert editing.edit(claim.mark_id, label="source").attributes == ()
    editing.undo()
    assert editing.mark(claim.mark_id) == claim


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"start": 8}, "holds no character"),
        ({"label": "nope"}, "no label 'nope'"),
        ({"attributes": {"source_kind": "institution"}}, "does not carry 'source_kind'"),
        ({"comment": "\udfff"}, "half of a character"),
        ({"exact": "other"}, "reads 'Zoé', not 'other'"),
        ({"label": "cue"}, "has a link"),
        ({"label": "source", "start": 4, "end": 8}, "has a link"),
    ],
)
def test_an_edit_that_breaks_a_rule_changes_nothing(given: dict[str, object], says: str) -> None:
    """As with adding; and a linked mark keeps the label that its link needs."""
    editing, claim, *_ = linked()
    before = editing.marks
    with pytest.raises(MarkError, match=says):
        editing.edit(claim.mark_id, **given)  # type: ignore[arg-type]
    assert editing.marks == before


def test_two_marks_do_not_become_one() -> None:
    """A mark is not moved onto another with the same label."""
    editing = pencil()
    first, second = editing.add("cue", 0, 3), editing.add("cue", 4, 8)
    with pytest.raises(MarkError, match="is marked as cue already"):
        editing.edit(second.mark_id, start=0, end=3)
    assert editing.marks.marks == (first, second)


def test_a_link_leads_from_a_claim_to_a_source() -> None:
    """The other way round, or between other labels, it is refused; again it is the link that is there."""
    editing, claim, source, link = linked()
    assert (link.origin, link.target, link.relation) == (claim.mark_id, source.mark_id, "attributed-to")
    assert editing.link(claim.mark_id, source.mark_id) == link
    with pytest.raises(MarkError, match=r"leads from a claim to a source; this one would lead from 'said'"):
        editing.link(source.mark_id, claim.mark_id)
    with pytest.raises(MarkError, match="would lead to 'Zoé'"):
        editing.link(claim.mark_id, claim.mark_id)
    with pytest.raises(MarkError, match="no relation 'says'"):
        editing.link(claim.mark_id, source.mark_id, "says")
    with pytest.raises(MarkError, match="no mark"):
        editing.link(claim.mark_id, ID)
    with pytest.raises(MarkError, match="no link"):
        editing.unlink(ID)
    with pytest.raises(MarkError, match="no mark"):
        editing.remove(ID)


def test_a_mark_goes_with_its_links_in_one_step() -> None:
    """And comes back with them."""
    editing, _, source, link = linked()
    before = editing.marks
    assert editing.remove(source.mark_id) == Change((), (source.mark_id,), (), (link.link_id,))
    assert not editing.marks.links
    assert editing.undo() and editing.marks == before
    assert editing.redo() and not editing.marks.links and len(editing.marks.marks) == 1


def test_undo_and_redo_say_when_there_is_nothing() -> None:
    """And a new verb ends what could be redone."""
    editing = pencil()
    assert (editing.undo(), editing.redo(), editing.can_undo, editing.can_redo) == (False,) * 4
    editing.add("cue", 0, 3)
    editing.undo()
    assert editing.can_redo
    editing.add("cue", 4, 8)
    assert not editing.can_redo and not editing.redo()


@given(verbs, verbs_and_history)
def test_any_verbs_undone_fully_give_the_start(first: list, then: list) -> None:
    """Whatever was undone and redone between; redone fully they give the end."""
    begun = pencil()
    do_all(begun, first)
    editing = Editing(article(), begun.marks, now=clock())
    do_all(editing, then)
    redo_all(editing)
    end = editing.marks
    undo_all(editing)
    assert editing.marks == begun.marks and not editing.can_undo
    redo_all(editing)
    assert editing.marks == end and not editing.can_redo


@given(verbs_and_history)
def test_after_any_verbs_every_mark_is_in_its_place(drawn: list) -> None:
    """Words, context, order and the ends of links are right, in every script."""
    editing = pencil()
    do_all(editing, drawn)
    marks, text = editing.marks, article().text
    ids = {m.mark_id: m.label for m in marks.marks}
    for mark in marks.marks:
        assert mark.start is not None and mark.end is not None and (mark.start, mark.end) in POSSIBLE
        assert text[mark.start : mark.end] == mark.exact
        assert text[: mark.start].endswith(mark.prefix) and text[mark.end :].startswith(mark.suffix)
    assert [(m.start, m.end, m.label) for m in marks.marks] == sorted((m.start, m.end, m.label) for m in marks.marks)
    assert all((ids[k.origin], ids[k.target]) == ("claim", "source") for k in marks.links)


@given(verbs_and_history)
def test_the_changes_told_make_the_same_marks(drawn: list) -> None:
    """Who draws only what each change says sees what there is."""
    marks: dict[str, Mark] = {}
    links: dict[str, Link] = {}

    def hear(change: Change) -> None:
        assert change
        for mark_id in change.gone_marks:
            del marks[mark_id]
        for link_id in change.gone_links:
            del links[link_id]
        marks.update({m.mark_id: m for m in change.put_marks})
        links.update({k.link_id: k for k in change.put_links})

    editing = Editing(article(), now=clock(), listener=hear)
    do_all(editing, drawn)
    assert set(marks.values()) == set(editing.marks.marks) and set(links.values()) == set(editing.marks.links)


@given(verbs, verbs)
def test_undo_does_not_take_back_what_came_from_disk(mine: list, others: list) -> None:
    """Marks that another notebook made stay; of one's own, undone fully, nothing does."""
    editing = pencil()
    do_all(editing, mine)
    other = pencil()
    do_all(other, others)
    editing.replace_from_disk(other.marks, base=empty_marks(article(), "me"))
    assert set(other.marks.marks) <= set(editing.marks.marks)
    undo_all(editing)
    assert editing.marks.marks == other.marks.marks and editing.marks.links == other.marks.links


def test_undo_leaves_a_mark_that_another_notebook_changed() -> None:
    """It undoes the step before instead."""
    editing = pencil()
    first, second = editing.add("cue", 0, 3), editing.add("cue", 4, 8)
    changed = replace(second, comment="theirs", modified="2026-02-01T00:00:00Z")
    change = editing.replace_from_disk(replace(editing.marks, marks=(first, changed)))
    assert change == Change((changed,)) and editing.version == 3
    assert editing.undo() and editing.marks.marks == (changed,)
    assert not editing.undo()
    assert editing.redo() and editing.marks.marks == (first, changed)


def test_undoing_a_mark_takes_a_link_from_disk_along_and_redo_brings_it_back() -> None:
    """A link without its mark is none."""
    editing = pencil()
    claim, source = editing.add("claim", 0, 3), editing.add("source", 4, 8)
    link = Link(ID, "attributed-to", claim.mark_id, source.mark_id, "me", "2026-02-01T00:00:00Z")
    editing.replace_from_disk(replace(editing.marks, links=(link,)))
    editing.undo()
    assert editing.marks.marks == (claim,) and not editing.marks.links
    editing.redo()
    assert editing.marks.links == (link,)


def test_undo_passes_over_a_link_that_another_notebook_changed() -> None:
    """Removed there, it is not removed twice; without its mark, it is not brought back."""
    editing, claim, *_ = linked()
    editing.replace_from_disk(replace(editing.marks, links=()))
    assert editing.undo() and editing.marks.marks == (claim,)
    editing, claim, _, link = linked()
    editing.unlink(link.link_id)
    editing.replace_from_disk(replace(editing.marks, marks=(claim,)))
    assert editing.undo() and not editing.marks.marks and not editing.marks.links


def test_taking_over_what_is_here_already_is_no_change() -> None:
    """And is told to nobody."""
    editing, *_ = linked()
    version = editing.version
    assert not editing.replace_from_disk(editing.marks) and editing.version == version


def test_what_was_marked_during_a_save_stays() -> None:
    """What the save brought in is added to it."""
    editing = pencil()
    editing.add("cue", 0, 3)
    given_to_save = editing.marks
    later = editing.add("cue", 4, 8)
    other = Editing(article(), now=clock()).add("hedge", 0, 3)
    editing.replace_from_disk(replace(given_to_save, marks=(*given_to_save.marks, other)), base=given_to_save)
    assert {later, other, *given_to_save.marks} == set(editing.marks.marks)


def test_marks_of_another_text_are_refused() -> None:
    """Their offsets would mean nothing."""
    with pytest.raises(DataError, match="belong to another text"):
        Editing(article("Other."), pencil().marks)


def test_a_label_that_the_codebook_lost_stays_on_its_mark() -> None:
    """Its mark can be commented, relabelled and removed."""
    mark = replace(pencil().add("cue", 0, 3), label="topic", attributes=(("tone", "up"),))
    editing = Editing(article(), replace(pencil().marks, marks=(mark,)))
    assert editing.edit(mark.mark_id, comment="old").attributes == mark.attributes
    with pytest.raises(MarkError, match=r"no label 'topic'.*Give the mark one of these first"):
        editing.edit(mark.mark_id, attributes={"tone": "down"})
    assert editing.edit(mark.mark_id, label="cue").attributes == ()
    assert editing.remove(mark.mark_id)


@pytest.mark.parametrize("name", ["", "Ana", "../x", "a b", "é", "a" * 33, "a\n", "a.b", None, 3])
def test_an_annotator_is_named_in_small_letters(name: object) -> None:
    """The name is part of a file's name."""
    with pytest.raises(MarkError, match="can't name an annotator"):
        check_annotator(name)
    assert check_annotator("coder-2") == "coder-2"


def test_the_table_has_no_ids() -> None:
    """Words, place, what the labels present can carry, and the sources of a claim."""
    editing, *_ = linked()
    editing.add("cue", 4, 8, comment="why")
    frame = editing.marks.frame()
    carried = [*all_labels()["source"].attributes, *all_labels()["claim"].attributes]
    assert list(frame.columns) == ["label", "para", "start", "end", "quote", *carried, "comment", "source"]
    claim = frame[frame["label"] == "claim"].iloc[0]
    assert (claim["para"], claim["quote"], claim["modality"], claim["source"]) == (1, "Zoé", "asserted", "said")
    assert pd.isna(claim["comment"]) and frame["comment"].dropna().tolist() == ["why"]
    assert frame["para"].dtype == "int64"


def test_the_table_of_nothing_has_its_columns() -> None:
    """And an orphan has no place in it."""
    assert list(pencil().marks.frame().columns) == ["label", "para", "start", "end", "quote", "comment", "source"]
    mark = replace(pencil().add("cue", 0, 3), start=None, end=None)
    frame = replace(pencil().marks, marks=(mark,)).frame()
    assert frame["para"].isna().all() and frame["start"].dtype == "Int64"


def test_paragraphs_are_the_articles() -> None:
    """Counted as in the tables."""
    whole = load_article("gt-2020")
    editing = Editing(whole)
    marks = [editing.add("story", whole.offset(n), whole.offset(n) + 3) for n in (1, 4, len(whole))]
    assert [editing.marks.para(mark) for mark in marks] == [1, 4, len(whole)]


def test_marks_are_named_by_their_numbers() -> None:
    """One link is one link, and none are none."""
    editing, *_ = linked()
    assert repr(editing.marks) == "<marks of me in own-text: 1 claim, 1 source; 1 link>"
    assert repr(empty_marks(article(), "ana")) == "<marks of ana in own-text: none>"


def test_the_page_is_told_plain_values() -> None:
    """Of a mark, a link and a change."""
    editing, claim, source, link = linked()
    wire = Change((claim,), (), (link,), ("x",)).to_wire()
    assert wire == {
        "put": {
            "marks": [
                {
                    "id": claim.mark_id,
                    "label": "claim",
                    "start": 0,
                    "end": 3,
                    "exact": "Zoé",
                    "attributes": {"modality": "asserted"},
                    "comment": "",
                }
            ],
            "links": [
                {"id": link.link_id, "relation": "attributed-to", "origin": claim.mark_id, "target": source.mark_id}
            ],
        },
        "gone": {"marks": [], "links": ["x"]},
    }
    assert len(editing.marks.marks) == 2


@given(comments)
def test_any_comment_is_kept(comment: str) -> None:
    """Letter by letter."""
    assert pencil().add("cue", 0, 3, comment=comment).comment == comment


def test_a_verb_is_quick_among_a_thousand_marks() -> None:
    """Each well under 5 ms on 100,000 characters; the median, so that a busy machine does not decide."""
    whole = article(*["word " * 100 for _ in range(200)])
    editing = Editing(whole)
    places = [whole.offset(n) for n in range(1, 201)]
    marks = [
        editing.add("claim", places[i % 200] + 5 * (i // 200), places[i % 200] + 5 * (i // 200) + 4)
        for i in range(1000)
    ]
    took = []
    for i, mark in enumerate(marks[:100]):
        begun = time.perf_counter()
        (editing.edit(mark.mark_id, comment="x"), editing.remove(mark.mark_id), editing.undo())[i % 3]
        editing.add("cue", mark.start or 0, mark.end or 0).to_wire()
        took.append((time.perf_counter() - begun) / 4)
    assert len(editing.marks.marks) == 1100
    assert sorted(took)[50] < 0.005


def test_marks_are_the_same_object_until_something_changes() -> None:
    """So that asking twice costs nothing."""
    editing, claim, *_ = linked()
    assert editing.marks is editing.marks and isinstance(editing.marks, Marks)
    before = editing.marks
    editing.edit(claim.mark_id, comment="x")
    assert editing.marks is not before and editing.marks != before
