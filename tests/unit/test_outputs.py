"""outputs: what a learner's cell showed is kept in nbformat's shapes, tamed; everything else is dropped."""

from __future__ import annotations

import base64

import nbformat
import pytest

from newsdesk.grading.outputs import MOST_OUTPUTS, checked_outputs, error_output, plain

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n and more").decode()
STREAM = {"output_type": "stream", "name": "stdout", "text": "hello\n"}


@pytest.mark.parametrize("found", [None, 7, "text", {}, {"output_type": "stream"}, [None, 7, "x", [], {}]])
def test_what_is_no_list_of_outputs_is_nothing(found: object):
    """Whatever the child sent."""
    assert checked_outputs(found, 1) == []


@pytest.mark.parametrize("kind", ["update_display_data", "clear_output", "", None, 3])
def test_what_is_no_output_is_dropped(kind: object):
    """And what stands beside it stays."""
    assert checked_outputs([{"output_type": kind, "data": {"text/plain": "x"}}, STREAM], 1) == [STREAM]


def test_what_is_kept_is_a_notebooks_own():
    """A notebook of it is valid, errors and pictures included, and no field that was added is there."""
    found = [
        STREAM | {"name": "elsewhere", "extra": 1},
        {"output_type": "error", "ename": 3, "evalue": None, "traceback": ["a", 4, "b"]},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": "no list"},
        {
            "output_type": "execute_result",
            "data": {"text/plain": "1"},
            "metadata": {"x": object},
            "execution_count": "9",
        },
        {"output_type": "display_data", "data": {"image/png": PNG, "application/javascript": "alert(1)"}},
        error_output("GradingError", "too long"),
    ]
    cell = nbformat.v4.new_code_cell("1", outputs=[nbformat.from_dict(o) for o in checked_outputs(found, 4)])
    nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))
    first, wrong, other, result, picture, _ = cell.outputs
    assert (first.name, first.text, "extra" in first) == ("stdout", "hello\n", False)
    assert (wrong.ename, wrong.traceback, other.traceback) == ("3", ["a", "b"], [])
    assert (result.execution_count, result.metadata) == (4, {})
    assert dict(picture.data) == {"image/png": PNG}


@pytest.mark.parametrize(
    "data",
    [None, [], {}, {"image/png": "no base64!"}, {"image/png": base64.b64encode(b"<svg>").decode()}, {"text/plain": 3}],
)
def test_an_output_without_data_that_can_be_kept_is_dropped(data: object):
    """A picture must begin as one."""
    assert checked_outputs([{"output_type": "display_data", "data": data}], 1) == []


def test_the_number_of_outputs_is_capped():
    """The first ones stay."""
    found = [STREAM | {"text": str(number)} for number in range(MOST_OUTPUTS + 20)]
    assert [each["text"] for each in checked_outputs(found, 1)] == [str(number) for number in range(MOST_OUTPUTS)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;a title\x07after", "after"),
        ("\x1b]8;;http://x\x1b\\link", "link"),
        ("a\x00b\x08c\x7fd\x9be", "abcde"),
        ("half \udc80 of it", "half  of it"),
        ("safe\u202egnp.exe\u2066", "safegnp.exe"),
        ("a\r\nb\rc\td\n", "a\nbc\td\n"),
        ("ünï 報道 😀", "ünï 報道 😀"),
        ("ends with \x1b", "ends with "),
    ],
)
def test_terminal_codes_and_turns_of_direction_are_taken_out(text: str, wanted: str):
    """And what people write stays."""
    assert plain(text) == wanted
    (output,) = checked_outputs([STREAM | {"text": text}], 1)
    assert output["text"] == wanted
