"""The pencil from Python, and what it tells the page: one editing, two ways in."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import newsdesk as nd
from newsdesk.annotation import widget
from newsdesk.annotation.places import MarkError
from newsdesk.annotation.store import files_left_alone
from newsdesk.annotation.widget import Pencil

TEXT = ("The council said on Monday that it would act.", "It said so twice, said Dr. Vos. 日本語 😀 ends.")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return what the pencils of this test tell their pages."""
    messages: list[dict[str, Any]] = []
    earlier = set(widget._OPEN)  # an earlier test's may still try to save, every few seconds

    def keep(one: Pencil, content: dict[str, Any], buffers: object = None) -> None:
        if one not in earlier:
            messages.append(content)

    monkeypatch.setattr(Pencil, "send", keep)
    return messages


def pencil(**options: Any) -> Pencil:
    """Return a pencil on a small text."""
    return nd.annotate(nd.own_article("port", TEXT), **options)


def on_disk(name: str = "port.me") -> dict[str, Any]:
    """Return a saved file."""
    page: dict[str, Any] = json.loads(Path("annotations", f"{name}.jsonld").read_text(encoding="utf-8"))
    return page


def ask(one: Pencil, *ops: dict[str, Any]) -> None:
    """Do what a page would ask for."""
    one._receive(one, {"ops": list(ops)}, [])


def wire_mark(start: int, end: int, label: str = "source", mark_id: str = "a" * 8, exact: str = "") -> dict[str, Any]:
    """Return a mark as a page sends it."""
    text = nd.own_article("port", TEXT).text
    return {
        "id": mark_id,
        "label": label,
        "start": start,
        "end": end,
        "exact": exact or text[start:end],
        "attributes": {},
        "comment": "",
    }


ID = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"


def test_verbs_from_python() -> None:
    """Add, link, edit, remove, undo and redo do from a cell what the page does."""
    one = pencil()
    source = one.add("source", "The council")
    claim = one.add("claim", "it would act", modality="hedged")
    one.link(claim, source)
    assert repr(one) == "<marks of me in port: 1 source, 1 claim; 1 link>"
    assert list(one.frame()["source"].fillna("")) == ["", "The council"]
    one.edit(claim, comment="a promise?", modality=None)
    assert one.marks.marks[1].comment == "a promise?"
    assert one.marks.marks[1].attributes == ()
    one.remove(source)
    assert one.marks.links == ()
    assert one.undo()
    assert len(one.marks.links) == 1
    assert one.redo()
    assert [m.label for m in one.marks.marks] == ["claim"]
    while one.undo():
        pass
    assert one.marks.marks == one.marks.links == ()
    assert not one.undo()


def test_words_that_stand_twice_are_asked_about() -> None:
    """A quote found more than once is refused until the paragraph or the number is given."""
    one = pencil()
    with pytest.raises(MarkError, match=r"nth|para"):
        one.add("cue", "said")
    assert one.add("cue", "said", para=2, nth=2).start == len(TEXT[0]) + 2 + TEXT[1].index("said", 10)
    with pytest.raises(MarkError, match="quote, or start and end"):
        one.add("cue")


def test_marks_are_saved_by_themselves_and_found_again() -> None:
    """A moment after a mark the file is there; the next pencil has the mark, without a wait between."""
    one = pencil()
    one.add("source", "The council")
    time.sleep(widget.SAVED_AFTER + 0.5)
    assert len(on_disk()["items"]) == 1
    one.add("cue", "said on")
    assert len(pencil().marks.marks) == 2
    time.sleep(widget.SAVED_AFTER + 0.5)  # it saves once more, and must not do so in the next test's folder


def test_marks_are_saved_where_no_thread_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a browser's Python, and where root grades: at once then."""

    def refuse(_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(widget.threading.Timer, "start", refuse)
    one = pencil()
    one.add("source", "The council")
    assert len(on_disk()["items"]) == 1
    one.add("cue", "said on")
    assert len(on_disk()["items"]) == 2


def test_the_page_is_told_what_changed(told: list[dict[str, Any]]) -> None:
    """An operation is answered with its id and the change; then the page hears that it is saved."""
    one = pencil()
    ask(one, {"op": "1", "verb": "add", "mark": wire_mark(0, 11, mark_id=ID)})
    assert told[0]["type"] == "changed"
    assert told[0]["done"] == ["1"]
    assert [m["exact"] for m in told[0]["put"]["marks"]] == ["The council"]
    one.save()
    assert told[-1] == {"type": "saved", "version": told[0]["version"]}


def test_a_pencil_that_saves_nothing_says_so_once_a_change(told: list[dict[str, Any]]) -> None:
    """At once, by itself, and not again when another pencil opens."""
    with files_left_alone():
        one = pencil()
    one.add("source", "The council")
    one.add("cue", "said on")
    trouble = {"type": "trouble", "message": "Not saved: tried out only."}
    assert [message == trouble for message in told] == [False, True, False, True]
    pencil()
    assert len(told) == 4
    assert not Path("annotations").exists()


def test_an_operation_is_done_once(told: list[dict[str, Any]]) -> None:
    """What is sent again, because the answer was lost, changes nothing and is answered again."""
    one = pencil()
    op = {"op": "1", "verb": "add", "mark": wire_mark(0, 11, mark_id=ID)}
    ask(one, op)
    one.remove(one.marks.marks[0])
    ask(one, op)
    assert one.marks.marks == ()
    assert told[-1]["done"] == ["1"]


def test_the_same_words_again_are_one_mark(told: list[dict[str, Any]]) -> None:
    """A page that marks the same words with the same label is told to drop its own."""
    one = pencil()
    ask(one, {"op": "1", "verb": "add", "mark": wire_mark(0, 11, mark_id=ID)})
    ask(one, {"op": "2", "verb": "add", "mark": wire_mark(0, 11, mark_id=OTHER)})
    assert [m.mark_id for m in one.marks.marks] == [ID]
    assert told[-1]["gone"]["marks"] == [OTHER]


@pytest.mark.parametrize(
    "op",
    [
        {"op": "x", "verb": "add", "mark": wire_mark(0, 4000, mark_id=ID, exact="The")},
        {"op": "x", "verb": "add", "mark": wire_mark(0, 11, mark_id=ID, exact="Another")},
        {"op": "x", "verb": "add", "mark": wire_mark(0, 11, label="nonsense", mark_id=ID)},
        {"op": "x", "verb": "add", "mark": {"id": ID}},
        {"op": "x", "verb": "remove", "id": "nobody"},
        {"op": "x", "verb": "link", "link": {"id": ID, "origin": "a", "target": "b", "relation": "attributed-to"}},
        {"op": "x", "verb": "redo"},
        {"op": "x", "verb": "edit", "id": ID, "comment": "x"},
        {"op": "x", "verb": "explode"},
        {"op": "x"},
        "nonsense",
        None,
    ],
)
def test_what_can_not_be_done_is_refused_with_the_reason(told: list[dict[str, Any]], op: Any) -> None:
    """A page that asks for something impossible is told why; the marks stay as they are."""
    one = pencil()
    mark = one.add("source", "The council")
    ask(one, op)
    assert one.marks.marks == (mark,)
    assert told[-1]["done"] == []
    assert len(told[-1]["refused"][0]["message"]) > 10


def test_a_page_that_opens_later_gets_the_present() -> None:
    """The state that a page asks for holds the marks as they are now, not as they were."""
    one = pencil()
    one.add("source", "The council")
    state = one.get_state("state")["state"]
    assert [m["exact"] for m in state["marks"]] == ["The council"]
    assert state["can_undo"]
    assert not state["saved"]


def test_sentences_and_places_on_the_wire_are_code_points() -> None:
    """Paragraphs begin where the article's text says, whatever characters stand before."""
    wire = pencil().article
    text = nd.own_article("port", TEXT).text
    for paragraph in wire["paragraphs"]:
        assert text[paragraph["start"] :].startswith(paragraph["text"])
    second = wire["paragraphs"][1]
    assert [second["text"][a:b] for a, b in second["sentences"]] == [
        "It said so twice, said Dr. Vos.",
        "日本語 😀 ends.",
    ]


def test_a_damaged_file_is_said_and_put_aside_at_the_first_mark(own_folder: Path) -> None:
    """What can't be read stays until the first mark, is renamed then, and the person is told both times."""
    path = own_folder / "annotations" / "port.me.jsonld"
    path.parent.mkdir()
    path.write_text('{"half": ')
    one = pencil()
    assert len(one.notes) == 1
    assert path.read_text() == '{"half": '
    one.add("source", "The council")
    one.save()
    aside = [p for p in path.parent.glob("*unreadable*") if p.read_text() == '{"half": ']
    assert len(aside) == 1
    assert aside[0].name in one.notes[-1]
    assert len(on_disk()["items"]) == 1


def test_a_newer_file_is_refused(own_folder: Path) -> None:
    """A file of a newer format is not opened and not touched."""
    pencil().add("source", "The council")
    pencil()  # saves the one before
    path = own_folder / "annotations" / "port.me.jsonld"
    newer = path.read_text().replace('"nd:format": 1', '"nd:format": 2')
    path.write_text(newer)
    with pytest.raises(nd.NewsdeskError, match="format 2"):
        pencil()
    assert path.read_text() == newer


def test_a_folder_that_can_not_be_written(own_folder: Path, told: list[dict[str, Any]]) -> None:
    """Where the file can't be written the marks stay, the page is told, and a later save has them."""
    one = pencil()
    (own_folder / "annotations").write_text("a file where the folder should be")
    one.add("source", "The council")
    with pytest.raises(nd.NewsdeskError, match="annotations"):
        one.save()
    one._save_by_itself()
    assert told[-1]["type"] == "trouble"
    (own_folder / "annotations").unlink()
    one.save()
    assert len(on_disk()["items"]) == 1


@pytest.mark.parametrize("name", ["../x", "Ana", "", "a b", "x" * 33, "ana/../../b", None, 3])
def test_an_annotator_that_can_not_name_a_file(name: Any) -> None:
    """A name that would leave the folder, or that two systems would write differently, is refused."""
    with pytest.raises(nd.NewsdeskError, match="annotator"):
        pencil(annotator=name)


def test_an_unknown_label_article_or_neighbour() -> None:
    """What does not exist is named, with what does."""
    with pytest.raises(nd.NewsdeskError, match="source"):
        pencil(labels=["sauce"])
    with pytest.raises(nd.NewsdeskError, match="gt-2020"):
        nd.annotate("gt2020")
    with pytest.raises(nd.NewsdeskError, match="gt-2020"):
        pencil(beside=nd.load_marks("gt-2020", annotator="gold"))
    with pytest.raises(nd.NewsdeskError, match="article"):
        nd.annotate(3)  # type: ignore[arg-type]


def test_beside_shows_the_gold_and_a_partner() -> None:
    """Another's marks go to the page with their name, those of the labels in use only."""
    partner = pencil(annotator="ben")
    partner.add("source", "The council")
    partner.add("cue", "said on")
    partner.save()
    one = pencil(labels=["source"], beside="ben")
    assert [(o["annotator"], len(o["marks"])) for o in one.others] == [("ben", 1)]
    assert len(nd.annotate("gt-2020", beside="gold").others[0]["marks"]) > 50


def test_nothing_is_written_in_the_kits_own_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a checkout's lessons marks live as long as the notebook: nbval and release leave no file."""
    folder = Path(nd.__file__).parents[2] / "notebooks"
    monkeypatch.chdir(folder)
    one = pencil(annotator="nobody")
    one.add("source", "The council")
    one.save()
    assert not (folder / "annotations").exists()
    assert "Not saved" in one.notes[0]


@pytest.mark.parametrize("call", [lambda p: p, lambda p: p.marks])
def test_marks_are_an_answer(call: Callable[[Pencil], Any]) -> None:
    """A pencil and its marks give one canonical form: labels and places, not borders."""
    from newsdesk.answers import AnswerError, Question, canonical

    places = {"body": {"para": 1, "quote": "The council"}, "verb": {"para": 1, "quote": "said"}}
    question = Question("e99.q1", "annotation", 1, article="port", text=TEXT, labels=("source", "cue"), places=places)
    one = pencil()
    with pytest.raises(AnswerError, match="no answer yet"):
        canonical(call(one), question)
    one.add("source", "council")
    one.add("cue", "said on Monday")
    one.add("claim", "it would act")
    one.add("cue", "would")
    one.add("source", "Dr. Vos")
    assert canonical(call(one), question) == {
        "marks": [["cue", "verb"], ["source", "body"]],
        "links": [],
        "elsewhere": [["cue", "p1"]],
    }
    with pytest.raises(AnswerError, match="gt-2020"):
        canonical(nd.load_marks("gt-2020"), question)
    with pytest.raises(AnswerError, match="pencil"):
        canonical([1], question)


@pytest.mark.parametrize(
    ("start", "end", "name"),
    [
        ("The council", None, "body"),
        ("council", None, "body"),
        ("The council said", None, "body"),
        ("The council said on Monday that it", None, "body + verb"),
        ("The council said on Monday that it would act.", None, "body + verb"),
        ("on Monday", None, ""),
        ("sai", None, "verb"),
    ],
)
def test_which_place_a_mark_stands_for(start: str, end: None, name: str) -> None:
    """A mark stands for the place that it fits best, for all that it covers, or for none."""
    from newsdesk.annotation.placing import placed

    places = {"body": {"para": 1, "quote": "The council"}, "verb": {"para": 1, "quote": "said"}}
    one = pencil()
    one.add("source", start, para=1)
    form = placed(one.marks, nd.own_article("port", TEXT), places, labels=["source"])
    assert [n for _, n in form["marks"]] == ([name] if name else [])


def test_marks_on_paper() -> None:
    """Brackets carry number and label, nest, and say which one closes where they cross."""
    one = pencil()
    claim = one.add("claim", "it would act", modality="hedged")
    one.add("hedge", "would")
    one.add("cue", "Monday that it")
    one.link(claim, one.add("source", "The council", comment="which one?"))
    shown = str(one.show())
    assert "p1  [1 source: The council] said on [2 cue: Monday that [3 claim: it]2 [4 hedge: would] act]." in shown, (
        shown
    )
    assert "3 claim, p1: it would act; modality: hedged; attributed to 1" in shown
    assert "comment: which one?" in shown
    assert "p2" not in shown
    assert "made up" in shown
    assert str(one.show(labels=["hedge"])).count("[") == 1
    assert "&lt;b&gt;" in nd.annotate(nd.own_article("tags", ["<b>bold</b>"])).show([1]).html
    with pytest.raises(nd.NewsdeskError, match="1 to 2"):
        one.show([3])


def test_the_pencil_where_no_widget_is() -> None:
    """Its bundle holds the article with the marks as HTML, and the counts as text, without ids or times."""
    one = pencil()
    one.add("source", "The council")
    data = one._repr_mimebundle_()[0]
    assert data["text/plain"] == "<marks of me in port: 1 source>"
    assert "[1 source: " in data["text/html"]
    assert "Dr. Vos" in data["text/html"]
    assert one.marks.marks[0].mark_id not in data["text/html"]


def test_a_paragraph_has_one_role(told: list[dict[str, Any]]) -> None:
    """A label that stands instead of another changes the mark that is there, from a cell and from the page."""
    one = pencil(labels=["headline", "story", "furniture"])
    end = len(TEXT[0])
    first = one.add("furniture", start=0, end=end)
    one.add("story", start=0, end=end)
    assert [(m.mark_id, m.label) for m in one.marks.marks] == [(first.mark_id, "story")]
    ask(one, {"op": "1", "verb": "add", "mark": wire_mark(0, end, label="headline", mark_id=ID)})
    assert [m.label for m in one.marks.marks] == ["headline"]
    assert told[-1]["gone"]["marks"] == [ID]
    one.undo()
    one.undo()
    assert [m.label for m in one.marks.marks] == ["furniture"]
