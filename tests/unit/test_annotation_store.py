"""annotation.store and annotation.w3c: files of marks, damaged ones, and several who write at once."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from annotation_cases import article, clock, comments, do_all, verbs
from hypothesis import given

from newsdesk.annotation.model import Editing, MarkError, Marks, empty_marks
from newsdesk.annotation.store import KeptFileError, Shelf, UnreadableError, load_marks, marks_path, read_marks
from newsdesk.annotation.w3c import dump_page
from newsdesk.annotation.w3c_reading import read_page
from newsdesk.articles import load_article
from newsdesk.errors import DataError, NotFoundError, PlaceError
from newsdesk.kit import kit_folder

FilesIn = Callable[[Path], dict[str, bytes]]
NAME = "annotations/own-text.me.jsonld"


def made() -> Marks:
    """A claim with attributes and a comment, a source, their link, and a Chinese cue."""
    editing = Editing(article(), now=clock())
    claim = editing.add("claim", 0, 3, attributes={"modality": "hedged"}, comment="“why” 👍\n=1")
    source = editing.add("source", 4, 8)
    editing.link(claim.mark_id, source.mark_id)
    at = article().text.index("华春莹")
    editing.add("cue", at, at + 3)
    return editing.marks


@pytest.fixture
def saved(tmp_path: Path) -> tuple[Path, Marks]:
    """The folder with `made` in a file."""
    marks = made()
    Shelf(article(), "me", tmp_path).save(marks)
    return tmp_path, marks


def change(folder: Path, edit: Callable[[dict], object]) -> bytes:
    """Edit the file as by hand; return its bytes."""
    page = json.loads((folder / NAME).read_text(encoding="utf-8"))
    edit(page)
    (folder / NAME).write_text(json.dumps(page), encoding="utf-8")
    return (folder / NAME).read_bytes()


def test_a_file_stands_beside_the_notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder annotations, named by article and annotator; it is found again though the folder changes."""
    monkeypatch.chdir(tmp_path)
    shelf = Shelf(article(), "ana")
    monkeypatch.chdir("/")
    assert shelf.path == tmp_path / "annotations" / "own-text.ana.jsonld" == marks_path("own-text", "ana", tmp_path)
    assert not shelf.path.parent.exists() and shelf.load().notes == []


@pytest.mark.parametrize("name", ["../x", "a/b", "A", "", ".x", "a\\b", "a\n"])
def test_names_that_lead_elsewhere_are_refused(name: str, tmp_path: Path) -> None:
    """Of annotators and of own texts."""
    with pytest.raises(MarkError, match="can't name"):
        marks_path("own-text", name, tmp_path)
    with pytest.raises(MarkError, match="can't name a file"):
        marks_path(name, "me", tmp_path)


def test_the_file_says_what_the_contract_says(saved: tuple[Path, Marks]) -> None:
    """Page, mark and link, letter by letter."""
    folder, marks = saved
    claim, source, _ = marks.marks
    page = json.loads((folder / NAME).read_text(encoding="utf-8"))
    items = page.pop("items")
    assert page == {
        "@context": ["http://www.w3.org/ns/anno.jsonld", {"nd": "urn:newsdesk:terms#"}],
        "id": "urn:newsdesk:marks:own-text:me",
        "type": "AnnotationPage",
        "nd:format": 1,
        "nd:article": "own-text",
        "nd:edition": "own",
        "nd:text": marks.text_hash,
        "nd:annotator": "me",
    }
    assert items[0] == {
        "id": f"urn:uuid:{claim.mark_id}",
        "type": "Annotation",
        "motivation": "tagging",
        "creator": {"type": "Person", "nickname": "me"},
        "created": "2026-01-05T00:00:00Z",
        "modified": "2026-01-05T00:00:00Z",
        "body": [
            {"type": "TextualBody", "purpose": "tagging", "value": "claim"},
            {"type": "TextualBody", "purpose": "commenting", "value": "“why” 👍\n=1"},
        ],
        "target": {
            "source": "urn:newsdesk:article:own-text",
            "selector": [
                {"type": "TextPositionSelector", "start": 0, "end": 3},
                {"type": "TextQuoteSelector", "exact": "Zoé", "prefix": "", "suffix": claim.suffix},
            ],
        },
        "nd:attributes": {"modality": "hedged"},
    }
    assert items[3] == {
        "id": f"urn:uuid:{marks.links[0].link_id}",
        "type": "Annotation",
        "motivation": "linking",
        "creator": {"type": "Person", "nickname": "me"},
        "created": "2026-01-05T00:00:02Z",
        "body": f"urn:uuid:{source.mark_id}",
        "target": f"urn:uuid:{claim.mark_id}",
        "nd:relation": "attributed-to",
    }
    assert "华春莹" in (folder / NAME).read_text(encoding="utf-8")


@given(verbs, comments)
def test_save_and_load_is_the_identity(drawn: list, comment: str) -> None:
    """Whatever was done; and the same marks are the same bytes."""
    editing = Editing(article(), now=clock())
    do_all(editing, drawn)
    editing.add("date", 0, 3, comment=comment)
    content = dump_page(editing.marks)
    page = read_page(content, "x", article(), "me")
    assert page.marks == editing.marks and not page.notes
    assert dump_page(page.marks, page) == dump_page(page.marks) == content


def test_saving_the_same_again_writes_nothing(saved: tuple[Path, Marks]) -> None:
    """The file is the same file."""
    folder, marks = saved
    before = (folder / NAME).stat()
    shelf = Shelf(article(), "me", folder)
    assert shelf.save(shelf.load().marks) == marks
    assert ((folder / NAME).stat().st_ino, (folder / NAME).stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_byte_order_mark_is_no_damage(saved: tuple[Path, Marks]) -> None:
    """Some editors write one; the next save does not."""
    folder, marks = saved
    content = (folder / NAME).read_bytes()
    (folder / NAME).write_bytes(b"\xef\xbb\xbf" + content)
    shelf = Shelf(article(), "me", folder)
    assert shelf.load().marks == marks
    shelf.save(marks)
    assert (folder / NAME).read_bytes() == content


def test_load_marks_takes_an_id_or_an_article(saved: tuple[Path, Marks]) -> None:
    """Where there is no file there are no marks."""
    folder, marks = saved
    assert load_marks(article(), folder=folder) == marks == load_marks(article(), folder=str(folder))
    assert load_marks("gt-2020", annotator="ana", folder=folder) == empty_marks(load_article("gt-2020"), "ana")
    with pytest.raises(NotFoundError, match="no article 'gt2020'"):
        load_marks("gt2020", folder=folder)


def broken_by(edit: Callable[[dict], object]) -> Callable[[bytes], bytes]:
    """A content edited as JSON."""

    def broken(content: bytes) -> bytes:
        page = json.loads(content)
        edit(page)
        return json.dumps(page).encode()

    return broken


def _set(*path: object) -> Callable[[bytes], bytes]:
    *way, last, value = path

    def edit(page: dict) -> None:
        place = page
        for step in way:
            place = place[step]  # type: ignore[index]
        place[last] = value  # type: ignore[index]

    return broken_by(edit)


ITEM = ("items", 0)
POSITION = (*ITEM, "target", "selector", 0)
QUOTE = (*ITEM, "target", "selector", 1)
DAMAGE = {
    "empty": lambda _: b"",
    "cut": lambda content: content[: len(content) // 2],
    "no UTF-8": lambda content: content.replace("é".encode(), b"\xe9"),
    "NUL": lambda content: b"\0" * len(content),
    "a list": lambda _: b"[]",
    "deep": lambda _: b"[" * 200_000,
    "NaN": lambda content: content.replace(b'"start": 0', b'"start": NaN'),
    "a surrogate": lambda content: content.replace("“why”".encode(), b"\\ud83d"),
    "another type": _set("type", "AnnotationCollection"),
    "no format": _set("nd:format", None),
    "format true": _set("nd:format", True),
    "no items": _set("items", {}),
    "an item of text": _set(*ITEM, "x"),
    "an id of no UUID": _set(*ITEM, "id", "urn:uuid:1"),
    "one id twice": broken_by(lambda page: page["items"].append(page["items"][0])),
    "no label": _set(*ITEM, "body", 0, "value", ""),
    "a label of no text": _set(*ITEM, "body", 0, "value", 3),
    "a comment of no text": _set(*ITEM, "body", 1, "value", 3),
    "no quote": broken_by(lambda page: page["items"][0]["target"]["selector"].pop()),
    "an empty quote": _set(*QUOTE, "exact", ""),
    "a quote of no text": _set(*QUOTE, "exact", ["x"]),
    "a prefix of no text": _set(*QUOTE, "prefix", 3),
    "an end before the start": _set(*POSITION, "end", -1),
    "an empty span": _set(*POSITION, "end", 0),
    "a start before the text": _set(*POSITION, "start", -1),
    "offsets of text": _set(*POSITION, "start", "0"),
    "offsets with a point": _set(*POSITION, "end", 3.0),
    "an offset true": _set(*POSITION, "end", True),
    "no time": _set(*ITEM, "created", None),
    "a day for a time": _set(*ITEM, "created", "2026-01-05"),
    "a time without a zone": _set(*ITEM, "modified", "2026-01-05T00:00:00"),
    "the 30th of February": _set(*ITEM, "modified", "2026-02-30T00:00:00Z"),
    "a year out of range": _set(*ITEM, "modified", "0001-01-01T00:00:00+14:00"),
    "attributes as a list": _set(*ITEM, "nd:attributes", ["x"]),
    "an attribute of no text": _set(*ITEM, "nd:attributes", {"modality": 1}),
    "a link to no id": _set("items", 3, "body", "someone"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_file_is_told_and_put_aside_by_the_first_save(
    damage: Callable[[bytes], bytes], saved: tuple[Path, Marks], files_in: FilesIn
) -> None:
    """In Python an error, in the pencil a note; reading leaves it as it is, and saving keeps it beside the new one."""
    folder, _ = saved
    content = damage((folder / NAME).read_bytes())
    assert content != (folder / NAME).read_bytes()
    (folder / NAME).write_bytes(content)
    with pytest.raises(UnreadableError, match=r"own-text.me.jsonld can't be read: .*The file is untouched"):
        load_marks(article(), folder=folder)
    shelf = Shelf(article(), "me", folder)
    loaded = shelf.load()
    assert loaded.marks == empty_marks(article(), "me") and "can't be read" in loaded.notes[0]
    assert (folder / NAME).read_bytes() == content
    editing = Editing(article(), loaded.marks)
    editing.add("cue", 4, 8)
    assert shelf.save(editing.marks) == editing.marks == load_marks(article(), folder=folder)
    (aside,) = [name for name in files_in(folder) if ".unreadable-" in name]
    assert files_in(folder)[aside] == content and Path(aside).name in shelf.notes[0]


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("nd:format", 2, "is of format 2; this version of the kit reads format 1"),
        ("nd:article", "gt-2020", "marks of the article 'gt-2020', not 'own-text'"),
        ("nd:edition", "original", "marks of the edition 'original', not 'own'"),
        ("nd:annotator", "ana", "marks of the annotator 'ana', not 'me'"),
    ],
)
def test_a_file_that_is_not_ours_is_never_rewritten(
    key: str, value: object, says: str, saved: tuple[Path, Marks], files_in: FilesIn
) -> None:
    """Of a newer kit, or about something else: refused by loading and by saving."""
    folder, marks = saved
    shelf = Shelf(article(), "me", folder)
    shelf.load()
    change(folder, lambda page: page.update({key: value}))
    before = files_in(folder)
    for act in (Shelf(article(), "me", folder).load, lambda: shelf.save(replace(marks, marks=(), links=()))):
        with pytest.raises(KeptFileError, match=re.escape(says)):
            act()
    assert files_in(folder) == before


def test_what_other_tools_wrote_is_kept(saved: tuple[Path, Marks]) -> None:
    """Keys of the page, of a mark, its bodies, target and selectors; annotations of other kinds; in place."""
    folder, _ = saved
    highlight = {"id": "http://example.org/1", "type": "Annotation", "motivation": "highlighting", "target": "x:y"}

    def add(page: dict) -> None:
        page["label"] = "My page"
        item = page["items"][0]
        item["rights"] = "https://example.org/licence"
        item["body"].append({"type": "TextualBody", "purpose": "describing", "value": "more"})
        item["body"][0]["language"] = "en"
        item["target"]["styleClass"] = "red"
        item["target"]["selector"].append({"type": "FragmentSelector", "value": "p1"})
        item["creator"]["name"] = "Me"
        page["items"][3]["rights"] = "x:y"
        page["items"].append(highlight)

    change(folder, add)
    shelf = Shelf(article(), "me", folder)
    loaded = shelf.load()
    assert loaded.notes == ["1 annotation by another tool is not shown; it stays in the file."]
    editing = Editing(article(), loaded.marks, now=clock())
    claim, *_ = loaded.marks.marks
    editing.edit(claim.mark_id, comment="", label=None)
    shelf.save(editing.marks)
    page = json.loads((folder / NAME).read_text(encoding="utf-8"))
    item = page["items"][0]
    assert page["label"] == "My page" and item["rights"] == "https://example.org/licence"
    assert item["body"] == [
        {"type": "TextualBody", "purpose": "tagging", "value": "claim", "language": "en"},
        {"type": "TextualBody", "purpose": "describing", "value": "more"},
    ]
    assert item["target"]["styleClass"] == "red" and item["target"]["selector"][2]["value"] == "p1"
    assert item["creator"] == {"type": "Person", "nickname": "me", "name": "Me"}
    assert page["items"][3]["rights"] == "x:y" and page["items"][-1] == highlight
    editing.remove(claim.mark_id)
    shelf.save(editing.marks)
    other = Shelf(article(), "me", folder)
    others = Editing(article(), other.load().marks)
    others.add("date", 15, 20)
    other.save(others.marks)
    editing.replace_from_disk(shelf.save(editing.marks))
    editing.undo()
    shelf.save(editing.marks)
    assert (
        json.loads((folder / NAME).read_text(encoding="utf-8"))["items"][0]["rights"] == "https://example.org/licence"
    )


def test_labels_and_codes_that_are_not_in_the_codebook_stay(saved: tuple[Path, Marks]) -> None:
    """The person is told, and rewriting keeps them."""
    folder, _ = saved

    def edit(page: dict) -> None:
        page["items"][1]["body"][0]["value"] = "spokesman"
        page["items"][0]["nd:attributes"] = {"modality": "maybe"}
        page["items"].append(
            dict(page["items"][3], id=f"urn:uuid:{'0' * 8}-0000-4000-8000-{'0' * 12}") | {"nd:relation": "cites"}
        )

    change(folder, edit)
    shelf = Shelf(article(), "me", folder)
    loaded = shelf.load()
    assert loaded.notes == [
        "The label 'spokesman' is not in the codebook. Its marks are kept as they are.",
        "claim 'Zoé' carries modality 'maybe', which is not in the codebook.",
        "The relation 'cites' is not in the codebook. Its links are kept as they are.",
        "A link (attributed-to) leads from a claim to a spokesman. It is kept as it is.",
    ]
    editing = Editing(article(), loaded.marks)
    editing.add("date", 15, 20)
    shelf.save(editing.marks)
    again = load_marks(article(), folder=folder)
    assert set(loaded.marks.marks) < set(again.marks) and again.links == loaded.marks.links


def test_marks_follow_their_words_into_a_changed_text(tmp_path: Path) -> None:
    """By exact words and context; what is gone or stands twice alike is an orphan, told, saved, and found again."""
    old = article("Ana said no. Bo said yes.", "Gone words here.", "Hm hm.")
    new = article("New start.", "Ana said no. Bo said yes, he did.", "Other words.", "Hm hm.", "Other words.", "Hm hm.")
    editing = Editing(old)
    said = old.text.index("said", 6)
    for start, end in ((said, said + 4), (0, 3), (27, 37), (45, 47)):
        editing.add("cue", start, end)
    Shelf(old, "me", tmp_path).save(editing.marks)
    shelf = Shelf(new, "me", tmp_path)
    loaded = shelf.load()
    placed = [(m.exact, m.start, m.prefix) for m in loaded.marks.marks]
    assert placed[:2] == [("Ana", 12, "New start.\n\n"), ("said", 28, "New start.\n\nAna said no. Bo ")]
    assert sorted((exact, start) for exact, start, _ in placed[2:]) == [("Gone words", None), ("Hm", None)]
    assert loaded.notes[0] == "The text has changed since: 2 marks were put where the words are now."
    assert "2 marks lost the place in the text" in loaded.notes[1] and "'Gone words'" in loaded.notes[1]
    orphans = [m for m in loaded.marks.marks if m.is_orphan]
    assert [m.prefix for m in orphans] == [
        next(x.prefix for x in editing.marks.marks if x.mark_id == m.mark_id) for m in orphans
    ]
    shelf.save(loaded.marks)
    assert load_marks(new, folder=tmp_path) == loaded.marks
    assert [s["type"] for s in json.loads((tmp_path / NAME).read_text())["items"][-1]["target"]["selector"]] == [
        "TextQuoteSelector"
    ]
    assert [(m.exact, m.start, m.end) for m in load_marks(old, folder=tmp_path).marks] == [
        (m.exact, m.start, m.end) for m in editing.marks.marks
    ]


def test_a_change_elsewhere_moves_nothing_and_is_not_told(tmp_path: Path) -> None:
    """A mark whose words and context stand where they stood stays."""
    old = article("Ana said no.", "x" * 40, "One.")
    editing = Editing(old)
    editing.add("cue", 4, 8)
    Shelf(old, "me", tmp_path).save(editing.marks)
    loaded = Shelf(article("Ana said no.", "x" * 40, "Two."), "me", tmp_path).load()
    assert [m.start for m in loaded.marks.marks] == [4] and not loaded.notes


def test_a_place_that_was_edited_by_hand_is_found_by_its_words(saved: tuple[Path, Marks]) -> None:
    """The words decide, and a place that would cut a character is none."""
    folder, marks = saved
    change(folder, lambda page: page["items"][0]["target"]["selector"][0].update(start=4, end=8))
    assert load_marks(article(), folder=folder) == marks
    change(folder, lambda page: page["items"][0]["target"]["selector"][1].update(exact="👩", prefix="", suffix=""))
    assert load_marks(article(), folder=folder).marks[-1].is_orphan
    change(folder, lambda page: page["items"][0]["target"]["selector"][0].update(start=9, end=10))
    assert load_marks(article(), folder=folder).marks[-1].is_orphan


def test_two_notebooks_lose_nothing(tmp_path: Path) -> None:
    """Each gets what the other saved."""
    shelves = [Shelf(article(), "me", tmp_path) for _ in range(2)]
    editings = [Editing(article(), shelf.load().marks, now=clock()) for shelf in shelves]
    for start, (shelf, editing) in zip((0, 4), zip(shelves, editings, strict=True), strict=True):
        editing.add("cue", start, start + 3)
        editing.replace_from_disk(shelf.save(editing.marks))
    assert len(editings[1].marks.marks) == 2 and shelves[1].notes == []
    editings[0].replace_from_disk(shelves[0].save(editings[0].marks))
    assert editings[0].marks == editings[1].marks == load_marks(article(), folder=tmp_path)


def test_what_one_notebook_saved_and_then_removed_stays_removed(tmp_path: Path) -> None:
    """Though the other has written the file in between."""
    one, two = Shelf(article(), "me", tmp_path), Shelf(article(), "me", tmp_path)
    first = Editing(article(), one.load().marks)
    mark = first.add("cue", 0, 3)
    first.replace_from_disk(one.save(first.marks))
    second = Editing(article(), two.load().marks)
    kept = second.add("cue", 4, 8)
    two.save(second.marks)
    first.remove(mark.mark_id)
    assert one.save(first.marks).marks == (kept,) and one.notes == []


def test_the_same_mark_edited_in_two_notebooks(saved: tuple[Path, Marks]) -> None:
    """The later wins, and a note says what the other was; an edit wins over a removal."""
    folder, marks = saved
    one, two = Shelf(article(), "me", folder), Shelf(article(), "me", folder)
    first, second = Editing(article(), one.load().marks), Editing(article(), two.load().marks, now=clock())
    claim, source, _ = marks.marks
    first.edit(claim.mark_id, comment="later")
    first.remove(source.mark_id)
    second.edit(claim.mark_id, comment="earlier")
    second.edit(source.mark_id, comment="changed")
    one.save(first.marks)
    now = two.save(second.marks)
    assert [m.comment for m in now.marks] == ["later", "changed", ""] and now.links == marks.links
    assert [note.split(":")[0] for note in two.notes] == [
        "The claim 'Zoé' was changed in two notebooks",
        "The source 'said' was removed in one notebook and changed in another",
    ]
    assert "comment 'earlier'" in two.notes[0]


def test_a_file_that_was_deleted_is_written_again(saved: tuple[Path, Marks]) -> None:
    """The marks are in the notebook still."""
    folder, marks = saved
    shelf = Shelf(article(), "me", folder)
    shelf.load()
    (folder / NAME).unlink()
    assert shelf.save(marks) == marks == load_marks(article(), folder=folder)


def test_a_file_that_was_damaged_in_between_is_put_aside(saved: tuple[Path, Marks], files_in: FilesIn) -> None:
    """And nothing of the notebook's is lost."""
    folder, marks = saved
    shelf = Shelf(article(), "me", folder)
    shelf.load()
    (folder / NAME).write_bytes(b"{")
    assert shelf.save(marks) == marks == load_marks(article(), folder=folder)
    assert b"{" in files_in(folder).values() and "could not be read" in shelf.notes[0]


def test_a_lock_that_is_never_freed_is_told(saved: tuple[Path, Marks], monkeypatch: pytest.MonkeyPatch) -> None:
    """And the file is untouched."""
    folder, marks = saved
    monkeypatch.setattr("newsdesk.annotation.store.LOCK_SECONDS", 0.1)
    shelf = Shelf(article(), "me", folder)
    before = (folder / NAME).read_bytes()
    with shelf._lock(), pytest.raises(PlaceError, match=r"held by another program for more than 0.1 s"):
        Shelf(article(), "me", folder).save(replace(marks, marks=(), links=()))
    assert (folder / NAME).read_bytes() == before


def test_where_no_folder_can_be_made_it_is_told(tmp_path: Path) -> None:
    """The marks stay with the caller."""
    (tmp_path / "annotations").write_text("a file")
    with pytest.raises(PlaceError, match="can't be written"):
        Shelf(article(), "me", tmp_path).save(made())


def test_in_a_folder_that_is_read_only_nothing_is_written(
    saved: tuple[Path, Marks], monkeypatch: pytest.MonkeyPatch, files_in: FilesIn
) -> None:
    """Marks are read, changed ones stay in memory, and a note says so."""
    folder, marks = saved
    monkeypatch.setattr(os, "access", lambda path, mode: not (mode == os.W_OK and Path(path).is_relative_to(folder)))
    before = files_in(folder)
    shelf = Shelf(article(), "me", folder)
    loaded = shelf.load()
    assert loaded.marks == marks and loaded.notes == [shelf.why_not] and shelf.why_not.startswith("Not saved: nothing")
    empty = replace(marks, marks=(), links=())
    assert shelf.save(empty) == empty and files_in(folder) == before


@pytest.mark.parametrize("place", ["notebooks", "exercises", "exercises/e01-reading-a-story", "data"])
def test_in_the_kits_own_folders_nothing_is_written(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that nbval and autograde leave a checkout as it was."""
    monkeypatch.chdir(kit_folder("data").parent / place)
    shelf = Shelf(article(), "me")
    assert "is the kit's own" in shelf.load().notes[0]
    shelf.save(made())
    assert not shelf.path.exists()


def test_gold_marks_are_the_kits_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files_in: FilesIn) -> None:
    """Read from its data folder, wherever one works; never written; where there are none, it is told."""
    monkeypatch.setattr("newsdesk.annotation.store.kit_folder", lambda name: tmp_path / name)
    gold = replace(made(), annotator="gold")
    path = marks_path("own-text", "gold", tmp_path / "elsewhere")
    path.parent.mkdir(parents=True)
    path.write_bytes(dump_page(gold))
    before = files_in(tmp_path)
    assert load_marks(article(), annotator="gold").marks == gold.marks
    shelf = Shelf(article(), "gold")
    shelf.save(replace(gold, marks=(), links=()))
    assert files_in(tmp_path) == before and "gold" in shelf.why_not
    with pytest.raises(NotFoundError, match=r"no article with gold marks 'other'.*There are: own-text"):
        read_marks(article(article_id="other"), "gold")


def test_a_text_with_half_a_character_is_refused(tmp_path: Path) -> None:
    """Before anything is written."""
    with pytest.raises(DataError, match="half of a character"):
        Shelf(article("a\ud83d"), "me", tmp_path)
    assert not list(tmp_path.iterdir())


WRITER = """
import random, sys
from pathlib import Path
from annotation_cases import SPANS, article
from newsdesk.annotation.model import Editing
from newsdesk.annotation.store import Shelf

folder, seed, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
draw = random.Random(seed)
shelf = Shelf(article(), "me", folder)
editing = Editing(article(), shelf.load().marks)
for number in range(count):
    mark = editing.add(("cue", "hedge", "date")[draw.randrange(3)], *draw.choice(SPANS))
    editing.replace_from_disk(shelf.save(editing.marks))
    print(mark.mark_id, flush=True)
"""


def _writer(folder: Path, seed: int, count: int) -> subprocess.Popen[str]:
    places = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), str(seed), str(count)],
        env=os.environ | {"PYTHONPATH": places},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_two_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    """40 marks each, saved one by one, at random places."""
    writers = [_writer(tmp_path, seed, 40) for seed in (1, 2)]
    said = [writer.communicate(timeout=120)[0].split() for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0] and all(len(ids) == 40 for ids in said)
    assert {m.mark_id for m in load_marks(article(), folder=tmp_path).marks} == {i for ids in said for i in ids}


def _killed(folder: Path, seed: int) -> list[str]:
    """Start a writer, kill it in the middle of its work, return the marks that it said were saved."""
    with _writer(folder, seed, 100_000) as writer:
        assert writer.stdout is not None
        said = [writer.stdout.readline().strip() for _ in range(3)]
        time.sleep(0.013 * seed)
        writer.kill()
        return said + writer.stdout.read().split("\n")[:-1]


def test_a_process_killed_while_it_saves_leaves_a_whole_file(tmp_path: Path) -> None:
    """With every mark that was saved; and the next process is not held up by its lock."""
    saved: set[str] = set()
    for seed in range(1, 6):
        saved |= set(_killed(tmp_path, seed))
        marks = load_marks(article(), folder=tmp_path)
        assert saved <= {m.mark_id for m in marks.marks} and len(saved) >= 3 * seed
        assert not Shelf(article(), "me", tmp_path).load().notes
