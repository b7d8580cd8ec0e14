"""notebooks: sources, a copy without outputs, one stable form."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallkit import book, cell, stream

from newsdesk.errors import DataError
from newsdesk.notebooks import (
    cell_source,
    dump_notebook,
    normalise,
    normalise_file,
    parse_notebook,
    read_notebook,
    source_hash,
    without_outputs,
)

ERROR = {"output_type": "error", "ename": "KeyError", "evalue": "'modalty'", "traceback": ["File /home/ana/x.py", "b"]}


def picture(svg: str | list[str]) -> dict[str, Any]:
    """Return an output that shows a picture."""
    return {"data": {"image/svg+xml": svg, "text/plain": "Chart"}, "metadata": {"w": 1}, "output_type": "display_data"}


SOURCES = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
IDS = st.sampled_from(["l01-000", "l01-001", "l01-007", "l02-001", "abc", "", "l01-1"])
CELLS = st.builds(
    lambda kind, source, cell_id, tags: cell(source, kind, id=cell_id, metadata={"tags": tags, "scrolled": True}),
    st.sampled_from(["code", "markdown", "raw"]),
    SOURCES,
    IDS,
    st.lists(st.sampled_from(["check", "hide-input", "other"]), max_size=2),
)
BOOKS = st.lists(CELLS, max_size=6).map(lambda cells: book(*cells, colab={"x": 1}))


def ids(made: dict[str, Any]) -> list[str]:
    """Return the ids of a notebook's cells."""
    return [c["id"] for c in made["cells"]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "01-read.ipynb is not a readable notebook"),
        (b'{"cells": [', "01-read.ipynb is not a readable notebook"),
        (b"\xff\xfe\x00", "01-read.ipynb is not a readable notebook"),
        (b"[]", "not a notebook of format 4"),
        (b'"text"', "not a notebook of format 4"),
        (b'{"nbformat": 3, "worksheets": []}', "not a notebook of format 4"),
        (b'{"nbformat": 3, "cells": []}', "not a notebook of format 4"),
        (b'{"nbformat": 5, "cells": []}', "not a notebook of format 4"),
        (b'{"nbformat": 4}', "not a notebook of format 4"),
        (b'{"nbformat": 4, "cells": {}}', "not a notebook of format 4"),
        (b'{"nbformat": 4, "cells": ["text"]}', "not a notebook of format 4"),
    ],
)
def test_what_is_no_notebook_is_refused_by_name(content: bytes, message: str) -> None:
    """Cut off, of another format, or no notebook at all: the file is named."""
    with pytest.raises(DataError) as caught:
        parse_notebook(content, "01-read.ipynb")
    assert message in str(caught.value)


def test_a_source_is_text_or_a_list_of_lines() -> None:
    """Both forms that files have give the same text."""
    assert cell_source({"source": "a\nb"}) == cell_source({"source": ["a\n", "b"]}) == "a\nb"
    assert cell_source({}) == ""


def test_running_is_not_editing() -> None:
    """Outputs, counts, ids, metadata and the form of the file leave the hash as it was."""
    one = book(cell("# Title", "markdown"), cell("print(1)\nprint(2)"))
    two = copy.deepcopy(one)
    two["cells"][1] |= {"execution_count": 7, "outputs": [stream("1\n2\n")], "id": "other"}
    two["cells"][0]["metadata"] = {"tags": ["check"]}
    two["cells"][1]["source"] = "print(1)\nprint(2)"
    two["metadata"] = {"kernelspec": {"name": "other"}}
    assert source_hash(dump_notebook(one)) == source_hash(json.dumps(two, indent=4).encode())


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b["cells"][1].update(source=["print(2)"]),
        lambda b: b["cells"][0].update(source=["# title"]),
        lambda b: b["cells"][1].update(cell_type="raw"),
        lambda b: b["cells"].reverse(),
        lambda b: b["cells"].pop(),
        lambda b: b["cells"].append(cell("")),
    ],
    ids=["code", "prose", "kind", "order", "deleted", "added"],
)
def test_any_change_of_a_cell_is_editing(change: Any) -> None:
    """Sources, kinds, number and order of the cells count."""
    one = book(cell("# Title", "markdown"), cell("print(1)"))
    two = copy.deepcopy(one)
    change(two)
    assert source_hash(dump_notebook(one)) != source_hash(dump_notebook(two))


def test_moving_text_over_a_cells_edge_is_editing() -> None:
    """Two cells 'ab' and 'c' are not 'a' and 'bc'."""
    assert source_hash(dump_notebook(book(cell("ab"), cell("c")))) != source_hash(
        dump_notebook(book(cell("a"), cell("bc")))
    )


@pytest.mark.parametrize("content", [b"damaged", b"\xff", b'{"nbformat": 4, "cells": [{"source": [1]}]}'])
def test_what_cannot_be_read_is_hashed_by_its_bytes(content: bytes) -> None:
    """A damaged notebook counts as changed; it is not an error."""
    assert source_hash(content) == source_hash(content)
    assert source_hash(content) != source_hash(content + b" ")


def test_a_copy_without_outputs_leaves_the_notebook_alone() -> None:
    """No output and no count in the copy; the sources, and the notebook itself, as they were."""
    one = book(cell("# T", "markdown"), cell("1", execution_count=3, outputs=[stream("x")]))
    before = copy.deepcopy(one)
    made = without_outputs(one)
    assert one == before
    assert made["cells"][1]["outputs"] == []
    assert made["cells"][1]["execution_count"] is None
    assert made["cells"][0] == one["cells"][0]
    assert source_hash(dump_notebook(made)) == source_hash(dump_notebook(one))


def test_the_file_is_one_form() -> None:
    """Keys sorted, accents as they are, a last newline."""
    made = dump_notebook(book(cell("é"))).decode()
    assert "é" in made
    assert made.endswith("}\n")
    assert made == json.dumps(json.loads(made), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


@given(BOOKS)
def test_normalising_twice_is_normalising_once(one: dict[str, Any]) -> None:
    """Otherwise a diff would show what nobody changed."""
    once = normalise(one, "l01")
    assert dump_notebook(normalise(once, "l01")) == dump_notebook(once)


@given(BOOKS)
def test_every_cell_has_an_id_of_its_own(one: dict[str, Any]) -> None:
    """Of the lesson's shape, each once; a good id stays where it stood first."""
    made = ids(normalise(one, "l01"))
    assert len(set(made)) == len(made)
    assert all(name.startswith("l01-") and len(name) == 7 for name in made)
    before = ids(one)
    for good in ("l01-000", "l01-001", "l01-007"):
        if good in before:
            assert made.index(good) == before.index(good)


@given(BOOKS)
def test_sources_kinds_and_order_stay(one: dict[str, Any]) -> None:
    """Only blank lines at a cell's end go."""
    made = normalise(one, "l01")
    assert [(c["cell_type"], cell_source(c)) for c in made["cells"]] == [
        (c["cell_type"], cell_source(c).rstrip("\n")) for c in one["cells"]
    ]


def test_an_inserted_cell_renames_no_other() -> None:
    """The cells around it keep their ids, so that a diff shows one new cell."""
    first = normalise(book(cell("a"), cell("b"), cell("c")), "l01")
    assert ids(first) == ["l01-000", "l01-001", "l01-002"]
    first["cells"].insert(1, cell("new"))
    assert ids(normalise(first, "l01")) == ["l01-000", "l01-003", "l01-001", "l01-002"]


def test_a_copied_cell_gets_an_id_of_its_own() -> None:
    """JupyterLab's copy and paste may double an id; the first one keeps it."""
    made = normalise(book(cell("a", id="l01-005"), cell("a", id="l01-005")), "l01")
    assert ids(made) == ["l01-005", "l01-000"]


def test_foreign_metadata_goes_and_the_courses_own_stays() -> None:
    """Tags of the course and its key stay; editors' and kernels' traces don't."""
    one = book(
        cell("1", metadata={"tags": ["stretch", "mine", "check"], "scrolled": True, "trusted": True}),
        cell("2", metadata={"tags": ["mine"], "collapsed": True}),
        kernelspec={"name": "my-env", "display_name": "Mine", "language": "python"},
        language_info={"name": "python", "version": "3.11.7"},
        widgets={"x": 1},
        newsdesk={"lesson": "l01"},
    )
    made = normalise(one, "l01")
    assert made["cells"][0]["metadata"] == {"tags": ["stretch", "check"]}
    assert made["cells"][1]["metadata"] == {}
    assert made["metadata"] == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "newsdesk": {"lesson": "l01"},
    }


def test_outputs_stay_and_their_metadata_goes() -> None:
    """What a lesson shows is committed: text and counts as they were."""
    one = book(cell("1", execution_count=2, outputs=[stream("x\n"), picture("<svg/>")]))
    made = normalise(one, "l01")["cells"][0]
    assert made["execution_count"] == 2
    assert made["outputs"][0] == stream("x\n")
    assert made["outputs"][1]["metadata"] == {}
    assert made["outputs"][1]["data"]["text/plain"] == "Chart"


def test_what_was_printed_is_one_output() -> None:
    """A busy machine sends it in pieces, cut anywhere; what comes between parts it, and so does the other stream."""
    late = stream("late\n") | {"name": "stderr"}
    pieces = [stream("a\nb"), stream("") | {"text": "c\nd\n"}, late, stream("e\n")]
    (made,) = normalise(book(cell("1", outputs=pieces)), "l01")["cells"]
    whole = stream("") | {"text": ["a\n", "bc\n", "d\n"]}
    assert made["outputs"] == [whole, late, stream("e\n")]


def test_an_error_keeps_its_message_and_no_machines_paths() -> None:
    """A lesson's deliberate error shows name and message; the rest names files of the machine that ran it."""
    (made,) = normalise(book(cell("1", outputs=[ERROR])), "l01")["cells"][0]["outputs"]
    assert made == ERROR | {"traceback": ["KeyError: 'modalty'"]}


def test_a_picture_pasted_into_prose_stays() -> None:
    """Attachments are content, not metadata: without them the prose shows a broken picture."""
    pasted = {"map.png": {"image/png": "iVBORw0KGgo="}}
    made = normalise(book(cell("![a map](attachment:map.png)", "markdown", attachments=pasted)), "l01")
    assert made["cells"][0]["attachments"] == pasted


def _svg(one: str, two: str) -> str:
    return (
        f'<svg>\n<defs><clipPath id="{one}"/><clipPath id="{two}"/></defs>\n'
        f'<g clip-path="url(#{two})"/><g clip-path="url(#{one})"/><text>eclipse clip art</text></svg>'
    )


def test_clip_ids_are_the_same_at_every_run() -> None:
    """Two runs that number their clips apart give one file, and each use still points to its clip."""
    runs = [
        normalise(book(cell("1", outputs=[picture(svg)])), "l01")
        for svg in (_svg("clip4", "clip7"), _svg("clip7", "clip4"), _svg("clip0", "clip1").splitlines(keepends=True))
    ]
    assert runs[0] == runs[1] == runs[2]
    svg = "".join(runs[0]["cells"][0]["outputs"][0]["data"]["image/svg+xml"])
    assert svg == _svg("clip0", "clip1")
    assert normalise(runs[0], "l01") == runs[0]


def test_the_normal_form_is_a_valid_notebook() -> None:
    """By nbformat's own schema, with every kind of cell and output."""
    one = book(cell("# T", "markdown"), cell("raw", "raw"), cell("1", outputs=[stream("x"), ERROR, picture("<svg/>")]))
    nbformat.validate(nbformat.from_dict(normalise(one, "l01")))


def test_normalising_leaves_what_it_was_given_alone() -> None:
    """A new notebook is returned."""
    one = book(cell("1\n\n", outputs=[picture(_svg("clip4", "clip7"))]))
    before = copy.deepcopy(one)
    normalise(one, "l01")
    assert one == before


def test_a_file_is_written_only_when_it_changes(tmp_path: Path) -> None:
    """The lesson's number comes from the file's name; the second time nothing is written."""
    path = tmp_path / "03-frames.ipynb"
    path.write_bytes(json.dumps(book(cell("é"))).encode())
    assert normalise_file(path) is True
    assert ids(read_notebook(path)) == ["l03-000"]
    stamp = path.stat().st_mtime_ns
    assert normalise_file(path) is False
    assert path.stat().st_mtime_ns == stamp


def test_a_damaged_lesson_is_not_written(tmp_path: Path) -> None:
    """The file stays byte for byte, and is named."""
    path = tmp_path / "03-frames.ipynb"
    path.write_bytes(b'{"cells": [')
    with pytest.raises(DataError, match=r"03-frames\.ipynb"):
        normalise_file(path)
    assert path.read_bytes() == b'{"cells": ['


def test_a_notebook_without_metadata_is_taken() -> None:
    """A key that other programs leave out is no reason for an error of Python's own."""
    one = book(cell("1"))
    del one["metadata"]
    assert normalise(one, "l01")["metadata"]["language_info"] == {"name": "python"}
