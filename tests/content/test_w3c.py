"""Files of marks hold to the W3C's own assertions on annotations and pages, and to ours beyond them.

The official list does not catch an end before the start or half of a character; reading a file of ours does.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import referencing
import referencing.jsonschema

from newsdesk.annotation.model import Editing
from newsdesk.annotation.store import Shelf
from newsdesk.annotation.w3c_reading import UnreadableError, read_page
from newsdesk.articles import load_article
from newsdesk.kit import kit_folder

SUITE = os.environ.get("NEWSDESK_W3C", "")
pytestmark = pytest.mark.skipif(not SUITE, reason="NEWSDESK_W3C does not name the folder of the W3C's assertions")
LISTS = {"annotation": ("annotations/annotationMusts.test", 54), "page": ("collections/pages/pageMusts.test", 15)}
DATES = jsonschema.FormatChecker(formats=())  # without it jsonschema passes any text for a date


@DATES.checks("date-time")
def _is_time(value: object) -> bool:
    try:
        return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def gold_files() -> list[Path]:
    """The gold marks of the kit."""
    return sorted((kit_folder("data") / "annotations").glob("*.jsonld"))


class Assertions:
    """The assertions of one list: each a schema, with whether what meets it is right or wrong."""

    def __init__(self, kind: str) -> None:
        folder = Path(SUITE)
        name, count = LISTS[kind]
        draft = referencing.jsonschema.DRAFT4
        shared = []
        for path in sorted((folder / "definitions").glob("*.json")):
            schema = json.loads(path.read_text(encoding="utf-8"))
            shared += [(key, draft.create_resource(schema)) for key in (path.name, schema.get("id", path.name))]
        registry = referencing.Registry().with_resources(shared).crawl()
        self.validators = {}
        for each in json.loads((folder / name).read_text(encoding="utf-8"))["assertions"]:
            schema = json.loads((folder / each).read_text(encoding="utf-8"))
            schema["id"] = Path(each).name  # its references go by this name
            wanted = schema.get("expectedResult", "valid") == "valid"
            self.validators[Path(each).stem] = (
                jsonschema.Draft4Validator(schema, registry=registry, format_checker=DATES),
                wanted,
            )
        assert len(self.validators) == count

    def broken_by(self, value: Any) -> list[str]:
        """Return the names of the assertions that do not hold."""
        return [name for name, (validator, wanted) in self.validators.items() if validator.is_valid(value) != wanted]


@pytest.fixture(scope="module")
def annotation() -> Assertions:
    """What an annotation must be."""
    return Assertions("annotation")


@pytest.fixture(scope="module")
def page() -> Assertions:
    """What a page must be."""
    return Assertions("page")


def problems(content: Any, annotation: Assertions, page: Assertions) -> Iterator[str]:
    """Name each assertion that a file breaks; an annotation alone has the page's context."""
    yield from (f"page: {name}" for name in page.broken_by(content))
    for item in content["items"]:
        alone = {"@context": content.get("@context"), **item}
        yield from (f"{item.get('id')}: {name}" for name in annotation.broken_by(alone))


@pytest.fixture
def made(tmp_path: Path) -> dict[str, Any]:
    """A file with every kind of mark that there is: plain, with all it can carry, orphan, linked."""
    article = load_article("gt-2020")
    editing = Editing(article, annotator="ana")
    start = article.offset(4)
    claim = editing.add("claim", start, start + 5, attributes={"modality": "hedged"}, comment="“why”\n👍")
    source = editing.add("source", start + 6, start + 8, attributes={"source_kind": "named person"})
    editing.link(claim.mark_id, source.mark_id)
    orphan = editing.add("loaded", start + 10, start + 12)
    marks = editing.marks
    lost = replace(orphan, start=None, end=None, exact="gone from here")
    marks = replace(marks, marks=(*(m for m in marks.marks if m != orphan), lost))
    shelf = Shelf(article, "ana", tmp_path)
    shelf.save(marks)
    made: dict[str, Any] = json.loads(shelf.path.read_text(encoding="utf-8"))
    return made


def test_a_file_of_marks_holds_to_every_assertion(
    made: dict[str, Any], annotation: Assertions, page: Assertions
) -> None:
    """Each of its four annotations, and the page."""
    assert len(made["items"]) == 4 and list(problems(made, annotation, page)) == []


def test_an_empty_page_holds_too(tmp_path: Path, page: Assertions) -> None:
    """The marks of somebody who removed them all."""
    article = load_article("gt-2020")
    shelf = Shelf(article, "ana", tmp_path)
    shelf.save(Editing(article, annotator="ana").marks)
    assert page.broken_by(json.loads(shelf.path.read_text(encoding="utf-8"))) == []


def test_there_are_gold_files_to_test() -> None:
    """One of each article, so that the next test tests something."""
    assert [path.name.split(".")[0] for path in gold_files()] == [
        "afp-2020",
        "fr-2018",
        "gt-2020",
        "gt-2024",
        "tpk-2024",
    ]


@pytest.mark.parametrize("path", gold_files(), ids=lambda path: path.name)
def test_every_gold_file_holds_to_every_assertion(path: Path, annotation: Assertions, page: Assertions) -> None:
    """And has marks in it, and ends that come after their starts."""
    content = json.loads(path.read_text(encoding="utf-8"))
    assert content["items"] and list(problems(content, annotation, page)) == []
    loaded = read_page(path.read_bytes(), path.name, load_article(path.name.split(".")[0]), "gold")
    assert not loaded.notes and all(m.start is not None and m.start < (m.end or 0) for m in loaded.marks.marks)


BROKEN = {
    "no id": lambda item: item.pop("id"),
    "an id of a number": lambda item: item.update(id=1),
    "no target": lambda item: item.pop("target"),
    "a type of its own": lambda item: item.update(type="Mark"),
    "no date": lambda item: item.update(created="5 January"),
    "a day that is none": lambda item: item.update(modified="2026-02-30T00:00:00Z"),
    "body and bodyValue": lambda item: item.update(bodyValue="x"),
    "a start of text": lambda item: item["target"]["selector"][0].update(start="0"),
    "a quote without words": lambda item: item["target"]["selector"][1].pop("exact"),
}


@pytest.mark.parametrize("breaks", BROKEN.values(), ids=BROKEN.keys())
def test_a_planted_fault_is_caught(breaks: Any, made: dict[str, Any], annotation: Assertions, page: Assertions) -> None:
    """So the assertions do look at our files."""
    breaks(made["items"][0])
    assert list(problems(made, annotation, page))


def test_a_page_of_another_type_is_caught(made: dict[str, Any], annotation: Assertions, page: Assertions) -> None:
    """The page's own list looks too."""
    made["type"] = "Page"
    assert "page: 5.2-pageTypeValidated" in list(problems(made, annotation, page))


def test_the_suites_own_samples_are_told_apart(annotation: Assertions) -> None:
    """Its first correct annotation holds, and wrong ones break something."""
    folder = Path(SUITE) / "samples"
    right = [_read(path) for path in sorted(folder.rglob("*.json")) if "incorrect" not in path.parts]
    assert any(value is not None and not annotation.broken_by(value) for value in right)
    wrong = [value for path in sorted((folder / "incorrect").rglob("*.json")) if (value := _read(path)) is not None]
    assert wrong and any(annotation.broken_by(value) for value in wrong)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None  # some of the wrong samples are no JSON


MISSED = {
    "an end before the start": lambda item: item["target"]["selector"][0].update(end=1),
    "half of a character": lambda item: item["body"][1].update(value="\ud83d"),
    "an empty span": lambda item: item["target"]["selector"][0].update(start=0, end=0),
}


@pytest.mark.parametrize("breaks", MISSED.values(), ids=MISSED.keys())
def test_what_the_official_list_misses_is_refused_by_reading(
    breaks: Any, made: dict[str, Any], annotation: Assertions, page: Assertions
) -> None:
    """The list passes it; `read_page` does not."""
    breaks(made["items"][0])
    assert list(problems(made, annotation, page)) == []
    with pytest.raises(UnreadableError, match="can't be read"):
        read_page(json.dumps(made).encode(), "x", load_article("gt-2020"), "ana")
