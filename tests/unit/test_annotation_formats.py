"""annotation.formats: CSV out and in, CoNLL and brat out."""

from __future__ import annotations

import csv
import io
import itertools
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from annotation_cases import PARAGRAPHS, article, borders, clock, comments, do_all, verbs
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.annotation.csv_format import _guarded, _unguarded
from newsdesk.annotation.formats import from_csv, to_brat, to_conll, to_csv
from newsdesk.annotation.model import Editing, MarkError, Marks, empty_marks
from newsdesk.annotation.tokens import tokens
from newsdesk.articles import load_article
from newsdesk.errors import DataError


def csv_of(marks: Marks) -> str:
    """The CSV of marks on the own text."""
    return to_csv(marks, article()).files["own-text.me.csv"]


def linked() -> Marks:
    """A claim with a comment, a source inside it, their link, and a Chinese date."""
    editing = Editing(article(), now=clock())
    claim = editing.add("claim", 0, 8, attributes={"modality": "hedged"}, comment='=1+"x",\nzwei')
    source = editing.add("source", 0, 3, attributes={"source_kind": "named person"})
    editing.link(claim.mark_id, source.mark_id)
    at = article().text.index("华春莹")
    editing.add("date", at, at + 3)
    return editing.marks


def with_orphan() -> Marks:
    """The same, with the source out of place."""
    marks = linked()
    lost = replace(marks.marks[0], start=None, end=None, exact="Zorro")
    return replace(marks, marks=(*marks.marks[1:], lost))


@given(verbs, comments)
def test_csv_out_and_in_is_the_identity(drawn: list, comment: str) -> None:
    """Ids, times, links and any comment included."""
    editing = Editing(article(), now=clock())
    do_all(editing, drawn)
    editing.add("loaded", 0, 3, comment=comment)
    loaded = from_csv(csv_of(editing.marks), article())
    assert loaded.marks == editing.marks and not loaded.notes
    assert csv_of(loaded.marks) == csv_of(editing.marks)


def test_an_orphan_and_an_unknown_label_survive_the_csv() -> None:
    """And are told."""
    marks = with_orphan()
    marks = replace(marks, marks=(replace(marks.marks[0], label="topic"), *marks.marks[1:]))
    loaded = from_csv(csv_of(marks), article())
    assert loaded.marks == marks
    assert loaded.notes[0] == "Not found in the text, kept without a place: 'Zorro'."
    assert "The label 'topic' is not in the codebook" in loaded.notes[1]


def test_no_marks_are_a_first_line_only() -> None:
    """Read back as none."""
    text = csv_of(empty_marks(article(), "me"))
    assert text.count("\n") == 1 and from_csv(text, article()).marks == empty_marks(article(), "me")


@pytest.mark.parametrize("first", list("=+-@\t\r\n＝＋－＠"))
def test_no_cell_is_a_formula(first: str) -> None:
    """A quote, a comment and what stands around them begin with an apostrophe there, and come back without."""
    whole = article(f"a {first}cmd b") if first not in "\r\n" else article("a =cmd b")
    editing = Editing(whole)
    editing.add("cue", 2, 6, comment=f"{first}1+1")
    text = to_csv(editing.marks, whole).files["own-text.me.csv"]
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert not [cell for cell in cells if cell[:1] in set("=+-@\t\r\n＝＋－＠") and cell]
    assert f"'{first}1+1" in cells
    assert from_csv(text, whole).marks == editing.marks


@given(st.text(st.sampled_from("'=a@\n"), max_size=5))
def test_the_guard_is_taken_off_again(cell: str) -> None:
    """Whatever the cell; words that begin with an apostrophe stay as they are."""
    assert _unguarded(_guarded(cell)) == cell
    assert _guarded("'tis") == _unguarded("'tis") == "'tis"


def test_a_table_of_ones_own_is_read() -> None:
    """Label and quote are enough; a byte order mark, empty lines and a paragraph's number are understood."""
    loaded = from_csv(
        "\ufefflabel,quote,para,modality,comment\nclaim,ready,4,hedged,x\n,,,,\nsource,Monday,,,\n", article()
    )
    assert [(m.label, m.exact, m.attributes, m.comment) for m in loaded.marks.marks] == [
        ("source", "Monday", (), ""),
        ("claim", "ready", (("modality", "hedged"),), "x"),
    ]
    assert loaded.marks.annotator == "me" and loaded.marks.marks[1].created.endswith("Z")
    assert from_csv("label,quote\n", article(), annotator="ana").marks == empty_marks(article(), "ana")
    assert from_csv("label,start,end\ncue,4,8\n", article()).marks.marks[0].exact == "said"
    moved = from_csv("label,quote,start,end\ncue,Monday,4,8\n", article()).marks.marks[0]
    assert moved.start == article().text.index("Monday")


def test_a_quote_with_straight_marks_takes_the_texts_own() -> None:
    """The mark holds what stands in the text."""
    assert from_csv('label,quote\ncue,"""they\'re"""\n', article()).marks.marks[0].exact == "\u201cthey\u2019re\u201d"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "lacks a column label or quote. Columns: none"),
        ("label,comment\n", "lacks a column label or quote"),
        ("label,quote\ncue\n", "line 2 has fewer cells"),
        ("label,quote\ncue,said,x\n", "line 2 has more cells"),
        ("label,quote\n,Monday\n", "line 2 has no label"),
        ("label,quote\ncue,\n", "line 2 has no quote"),
        ("label,quote\ncue,said\n", "line 2: 'said' stands 4 times"),
        ("label,quote\ncue,Mondy\n", "line 2: 'Mondy' does not stand in the text. The closest"),
        ("label,quote,para\ncue,said,x\n", "line 2: para is 'x'"),
        ("label,quote,start,end\ncue,said,8,4\n", "line 2 goes from 8 to 4"),
        ("label,quote,start,end\ncue,said,4.0,8\n", "line 2: start is '4.0'"),
        ("label,quote,id\ncue,Monday,1\n", "line 2: '1' is no id"),
        ("label,quote,created\ncue,Monday,2026-13-01T00:00:00Z\n", "line 2: '2026-13-01T00:00:00Z' is no time"),
        ("label,quote,annotator\ncue,Monday,../x\n", "can't name an annotator"),
        ("label,quote,article_id\ncue,Monday,gt-2020\n", "is about the article_id 'gt-2020', not 'own-text'"),
        ("label,quote,edition\ncue,Monday,reading\n", "is about the edition 'reading'"),
        ("kind,label,quote,from,to\nlink,attributed-to,,,\n", "line 2: .* is no id"),
        ("label,quote,comment\ncue,Monday,\ud800\n", "half of a character"),
        ("label,quote\ncue," + "x" * 200_000 + "\n", "line 2|field larger"),
    ],
)
def test_a_row_that_is_wrong_is_named(text: str, says: str) -> None:
    """By its line."""
    with pytest.raises(DataError, match=says):
        from_csv(text, article())


def test_a_row_given_twice_is_refused() -> None:
    """Two rows with one id can't both be kept."""
    text = csv_of(linked())
    with pytest.raises(DataError, match="has the id of another row"):
        from_csv(text + text.split("\n", 1)[1], article())


def test_every_export_carries_the_editions_note(tmp_path: Path) -> None:
    """And belongs to the article's text."""
    whole = load_article("gt-2020")
    editing = Editing(whole, annotator="ana")
    editing.add("story", 0, 2)
    for export in (to_csv, to_conll, to_brat):
        result = export(editing.marks, whole)
        assert any(whole.note in text for text in result.files.values())
        with pytest.raises(DataError, match="belong to another text"):
            export(editing.marks, load_article("gt-2024"))
    paths = to_brat(editing.marks, whole).save(tmp_path)
    assert [path.name for path in paths] == ["gt-2020.ana.txt", "gt-2020.ana.ann", "annotation.conf"]
    assert paths[0].read_text(encoding="utf-8").startswith(whole.text)


def test_csv_refuses_an_attribute_called_like_a_column() -> None:
    """It could not be told from the column."""
    marks = linked()
    odd = replace(marks, marks=(replace(marks.marks[0], attributes=(("quote", "x"),)), *marks.marks[1:]))
    with pytest.raises(DataError, match="An attribute is called quote"):
        csv_of(odd)


def test_conll_keeps_the_longest_and_tells_the_rest() -> None:
    """Every token once, with its offsets; what BIO can't hold is named."""
    export = to_conll(linked(), article())
    lines = export.files["own-text.me.conll"].split("\n")
    rows = [line.split("\t") for line in lines if line and not line.startswith("# ")]
    assert rows[:3] == [
        ["Zoé", "0", "3", "B-claim"],
        ["said", "4", "8", "I-claim"],
        [PARAGRAPHS[0][9:14], "9", "14", "O"],
    ]
    assert [row[0] for row in rows if row[3].endswith("-date")] == ["华", "春", "莹"]
    assert [row[3] for row in rows if row[3].endswith("-date")] == ["B-date", "I-date", "I-date"]
    assert all(article().text[int(row[1]) : int(row[2])] == row[0] for row in rows)
    assert Counter(line == "" for line in lines)[True] == 1 + len(PARAGRAPHS)
    assert export.notes == (
        "Left out, since they overlap a longer mark: source 'Zoé' (0).",
        "Attributes, comments and links are left out: CoNLL holds labels only.",
    )


def test_conll_tells_widened_marks_and_orphans_and_neighbours_begin_anew() -> None:
    """Two marks side by side are two; one inside a word takes the word."""
    editing = Editing(article())
    for start, end in ((0, 3), (4, 8), (16, 18), (18, 20)):
        editing.add("cue", start, end)
    export = to_conll(editing.marks, article())
    tags = [line.split("\t")[3] for line in export.files["own-text.me.conll"].split("\n") if "\t" in line]
    assert tags[:4] == ["B-cue", "B-cue", "O", "B-cue"]
    assert export.notes == (
        "Widened to whole tokens: cue 'ou' (16).",
        "Left out, since another mark has the token or there is none: cue 'ld' (18).",
    )
    assert (
        to_conll(with_orphan(), article()).notes[0]
        == "Left out, since they have no place in the text: source 'Zorro' (None)."
    )


@given(verbs)
def test_conll_says_every_mark_once(drawn: list) -> None:
    """A mark is in the tags, or named in the notes; tags are well formed."""
    editing = Editing(article(), now=clock())
    do_all(editing, drawn)
    export = to_conll(editing.marks, article())
    tags = [line.split("\t")[3] for line in export.files["own-text.me.conll"].split("\n") if "\t" in line]
    named = "".join(export.notes)
    begun = sum(tag.startswith("B-") for tag in tags)
    left_out = [m for m in editing.marks.marks if f"{m.label} {m.exact!r} ({m.start})" in named]
    assert begun + len(left_out) >= len(editing.marks.marks) >= begun
    for before, tag in itertools.pairwise(["O", *tags]):
        assert not tag.startswith("I-") or before[2:] == tag[2:]


@given(st.text(max_size=30))
def test_tokens_hold_every_character_that_is_no_space(text: str) -> None:
    """In order, without overlap."""
    found = tokens(text)
    assert all(a < b for a, b in found) and all(x[1] <= y[0] for x, y in itertools.pairwise(found))
    held = {i for a, b in found for i in range(a, b)}
    first = {a for a, b in _graphemes(text) if not text[a].isspace()}
    assert first <= held


def _graphemes(text: str) -> list[tuple[int, int]]:
    cuts = borders(text)
    return list(itertools.pairwise(cuts))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("China's “5G-ban”, 2020/7", ["China's", "“", "5G", "-", "ban", "”", ",", "2020", "/", "7"]),
        ("l’étude e\u0301tude", ["l’étude", "e\u0301tude"]),
        ("'tis '' boys'", ["'", "tis", "'", "'", "boys", "'"]),
        ("外交部 ok", ["外", "交", "部", "ok"]),
        ("الشَّرِكة 👩\u200d👧!", ["الشَّرِكة", "👩\u200d👧", "!"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_tokens(text: str, wanted: list[str]) -> None:
    """Words with their apostrophes and accents, other characters one by one."""
    assert [text[a:b] for a, b in tokens(text)] == wanted


def test_brat_keeps_overlap_attributes_comments_and_links() -> None:
    """Offsets are code points in the text that comes with it."""
    export = to_brat(linked(), article())
    text = export.files["own-text.me.txt"]
    at = text.index("华春莹")
    assert export.files["own-text.me.ann"].split("\n") == [
        "T1\tsource 0 3\tZoé",
        "T2\tclaim 0 8\tZoé said",
        f"T3\tdate {at} {at + 3}\t华春莹",
        "A1\tsource_kind T1 named_person",
        "A2\tmodality T2 hedged",
        "R1\tattributed-to Arg1:T2 Arg2:T1",
        '#1\tAnnotatorNotes T2\t=1+"x", zwei',
        "",
    ]
    assert text == article().text + "\n\n[An own text.]\n" and not export.notes
    assert export.files["annotation.conf"] == (
        "[entities]\nclaim\ndate\nsource\n\n[relations]\nattributed-to\tArg1:claim, Arg2:source\n\n[events]\n\n"
        "[attributes]\nmodality\tArg:<ENTITY>, Value:hedged\nsource_kind\tArg:<ENTITY>, Value:named_person\n"
    )


def test_brat_tells_what_has_no_place() -> None:
    """An orphan and its links."""
    export = to_brat(with_orphan(), article())
    assert export.notes == (
        "Left out, since they have no place in the text: source 'Zorro' (None).",
        "Left out with them: 1 link.",
    )
    assert "R1" not in export.files["own-text.me.ann"]


def test_brat_lines_stay_lines() -> None:
    """A line break in a text or comment is a space, so that lengths agree."""
    whole = article("one\r\ntwo\u2028three")
    editing = Editing(whole)
    editing.add("cue", 0, 8, comment="a\tb\nc")
    export = to_brat(editing.marks, whole)
    assert export.files["own-text.me.ann"] == "T1\tcue 0 8\tone  two\n#1\tAnnotatorNotes T1\ta b c\n"


def test_an_annotator_given_signs_all() -> None:
    """Marks read for somebody are theirs."""
    loaded = from_csv(csv_of(linked()), article(), annotator="ana")
    assert {m.annotator for m in loaded.marks.marks} == {"ana"} == {k.annotator for k in loaded.marks.links}
    with pytest.raises(MarkError):
        from_csv(csv_of(linked()), article(), annotator="../x")
