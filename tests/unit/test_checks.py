"""checks: a check cell gives points and words for whatever is handed in, and never a traceback."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pandas as pd
import pytest
from IPython.core.formatters import DisplayFormatter
from nbclient import NotebookClient

from newsdesk import probing
from newsdesk.answers import canonical
from newsdesk.checks import Verdict, answer_hash, check, judge, load_checks, question_from
from newsdesk.errors import DataError, NotFoundError, PlaceError
from newsdesk.progress import first_answer

Bank = dict[str, tuple[dict[str, Any], list[tuple[Any, float, str]]]]
BANK: Bank = {
    "e01.q1": ({"kind": "number", "points": 2, "decimals": 1}, [(3, 2, "Well counted."), (5, 0.5, "Five rows.")]),
    "e01.q2": ({"kind": "set", "points": 1}, [(["a", "b"], 1, "Right."), (["a"], 0, "<b>One</b> & more.")]),
    "e01.q3": ({"kind": "function", "points": 3, "probes": [[1], [2]]}, [(lambda n: n + 1, 3, "Right.")]),
    "e01.q4": ({"kind": "text", "points": 1}, [("yes", 1, "Right."), ("no", 0, "Not no.")]),
    "e01.q5": ({"kind": "table", "points": 1, "columns": ["a"]}, [(pd.DataFrame({"a": [1]}), 1, "Right.")]),
    "e01.q6": ({"kind": "choice", "points": 1, "choices": ["A", "B"]}, [("A", 1, "Right.")]),
    "e01.q7": ({"kind": "list", "points": 1}, [([1], 1, "Right.")]),
}


def book_of(bank: Bank) -> dict[str, Any]:
    """Return the content of checks.json for a bank."""
    questions: dict[str, Any] = {}
    for name, (asked, answers) in bank.items():
        questions[name] = asked | {"look": "Look at the second table again.", "answers": {}}
        question = question_from(name, questions[name])
        for value, points, hint in answers:
            key = answer_hash(name, canonical(value, question))
            questions[name]["answers"][key] = {"points": points, "hint": hint}
    return {"format": 1, "questions": questions}


def write(path: Path, book: Any) -> None:
    """Write a checks.json."""
    path.write_text(book if isinstance(book, str) else json.dumps(book), encoding="utf-8")


@pytest.fixture
def kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kit with one lesson's and one exercise's checks; the current folder is another, without any."""
    kit = tmp_path / "kit"
    for folder, bank in {
        "notebooks": {"l01.c1": BANK["e01.q1"]},
        "exercises/e02-who": {"e02.q1": BANK["e01.q1"]},
        "exercises/e03-what": {"e03.q1": BANK["e01.q1"]},
    }.items():
        (kit / folder).mkdir(parents=True)
        write(kit / folder / "checks.json", book_of(bank))
    monkeypatch.setattr("newsdesk.checks.kit_folder", lambda name: kit / name)
    here = tmp_path / "e01-reading"
    here.mkdir()
    monkeypatch.chdir(here)
    return kit


@pytest.fixture
def folder(kit: Path) -> Path:
    """The current folder, with the exercise's checks.json."""
    folder = kit.parent / "e01-reading"
    write(folder / "checks.json", book_of(BANK))
    return folder


@pytest.fixture
def workspace(folder: Path) -> Path:
    """The folder above, made a working copy."""
    (folder.parent / "newsdesk.json").write_text("{}")
    return folder.parent


def kept(workspace: Path) -> list[dict[str, Any]]:
    """Return the lines of progress.jsonl."""
    path = workspace / "progress.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def shown(verdict: Verdict) -> dict[str, str]:
    """Return what Jupyter stores of a verdict."""
    data, _ = DisplayFormatter().format(verdict)
    made: dict[str, str] = data
    return made


# Right and wrong


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("value", [3, 3.04, np.float64(2.96), pd.Series([3]).iloc[0]])
def test_a_right_answer_gets_its_points_and_its_words(value: object) -> None:
    """However it is written."""
    verdict = check("e01.q1", value)
    assert (verdict.points, verdict.most, verdict.words) == (2, 2, "Well counted.")


@pytest.mark.usefixtures("folder")
def test_a_known_wrong_answer_gets_its_part_and_its_hint() -> None:
    """The misconception's own words, no others."""
    assert check("e01.q1", 5) == Verdict(0.5, 2, "Five rows.")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("question_id", "value", "read_as"),
    [
        ("e01.q1", 7.123, "7.1"),
        ("e01.q2", {"Zoé", "b"}, '["b","zoé"]'),
        ("e01.q4", "<i>Perhaps</i>", '"<i>perhaps</i>"'),
        ("e01.q3", lambda n: n, '[{"gave":1},{"gave":2}]'),
        ("e01.q3", lambda n: 1 / (n - 1), '[{"raised":"ZeroDivisionError"},{"gave":1}]'),
        ("e01.q5", pd.DataFrame({"a": [2]}), '{"columns":["a"],"rows":[[2]]}'),
        ("e01.q6", "b", '"B"'),
    ],
)
def test_an_unknown_wrong_answer_gets_neutral_words(question_id: str, value: object, read_as: str) -> None:
    """0 points, how it was read, where to look; not what is right."""
    verdict = check(question_id, value)
    assert verdict.points == 0
    assert verdict.most == load_checks(question_id)[question_id]["points"]
    assert verdict.words == f"Not this. Read as: {read_as}. Look at the second table again."


@pytest.mark.usefixtures("folder")
def test_a_long_answer_is_shown_in_part() -> None:
    """120 characters at most."""
    verdict = check("e01.q4", "word " * 100)
    assert verdict.words == f'Not this. Read as: "{"word " * 23}w…. Look at the second table again.'


def test_the_same_answer_to_two_questions_has_two_hashes() -> None:
    """The question's id is in it; equal answers have equal hashes."""
    assert answer_hash("e01.q1", 3) != answer_hash("e01.q2", 3)
    assert answer_hash("e01.q1", {"a": 1, "b": 2}) == answer_hash("e01.q1", {"b": 2, "a": 1})


def test_judging_needs_no_file() -> None:
    """The bank's own check gives a form and an entry."""
    entry = book_of(BANK)["questions"]["e01.q1"]
    assert judge(3, question_from("e01.q1", entry), entry) == Verdict(2, 2, "Well counted.")


def hostile() -> object:
    """Return an object that raises at whatever it is asked."""

    class Hostile:
        def _raise(self, *_: object) -> Any:
            raise SystemExit

        __repr__ = __str__ = __len__ = __eq__ = __hash__ = __iter__ = __bool__ = __float__ = __call__ = _raise

    return Hostile()


BAD: list[Any] = [
    None,
    ...,
    pd.Series([3]),
    pd.DataFrame({"other": [1]}),
    pd.DataFrame({"a": np.zeros(10**6)}),
    pd.Series(np.zeros(10**6)),
    np.zeros(10**6),
    "x" * 10**6,
    10**5000,
    "\ud800",
    ["\ud800"],
    {1: 2, "1": 3},
    object(),
    hostile(),
    [hostile()],
    len,
    int,
    b"\xff",
    hostile,
    lambda _: hostile(),
    lambda _: "\ud800",
    lambda _: 1 / 0,
    lambda _: sys.exit(),
]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("value", BAD, ids=range(len(BAD)))
def test_whatever_is_handed_in_gets_0_points_and_words(value: object, capfd: pytest.CaptureFixture[str]) -> None:
    """To a question of any kind: no traceback, nothing on stderr; what Jupyter stores fits in a file."""
    for question_id, (asked, _) in BANK.items():
        verdict = check(question_id, value)
        assert (verdict.points, verdict.most) == (0, asked["points"]), question_id
        assert 10 < len(verdict.words) < 2500, question_id
        data = shown(verdict)
        assert float(data["text/plain"]) == 0
        data["text/html"].encode()
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("question_id", "value", "words"),
    [
        ("e01.q1", None, "There is no answer yet: it hands in None. Wanted: a number"),
        ("e01.q1", pd.Series([3]), "This is a Series of length 1. Wanted: a number"),
        ("e01.q5", pd.DataFrame({"b": [1]}), "The table lacks a. It has: b."),
        ("e01.q5", pd.DataFrame({"a": np.zeros(10**6)}), "The table has 1000000 rows; at most 10000 are read."),
        ("e01.q3", 3, "This is an int. Wanted: the name of a function"),
    ],
)
def test_an_answer_of_another_kind_is_told_what_is_wanted(question_id: str, value: object, words: str) -> None:
    """As answers says it."""
    assert check(question_id, value).words.startswith(words)


@pytest.mark.usefixtures("folder")
def test_a_function_that_never_ends_gets_0_points(monkeypatch: pytest.MonkeyPatch) -> None:
    """After its time, which the two probes share."""
    monkeypatch.setattr(probing, "SECONDS", 0.3)

    def spin(_: int) -> None:
        while True:
            pass

    assert '[{"endless":null},{"endless":null}]' in check("e01.q3", spin).words


def test_a_function_that_writes_everywhere_is_judged_by_what_it_gives(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Prints, warns, also where warnings are errors, writes to the descriptor: full points, nothing on stderr."""

    def loud(n: int) -> int:
        print("out")
        print("err", file=sys.stderr)
        os.write(2, b"descriptor")
        warnings.warn("careful", stacklevel=1)
        (folder / "made").write_text("x")
        return n + 1

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        verdict = check("e01.q3", loud)
    assert verdict.points == 3
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("folder")
def test_an_answer_that_writes_while_it_is_read_is_silent(capfd: pytest.CaptureFixture[str]) -> None:
    """Not only functions: a learner's own class has code too."""

    class Loud:
        def __len__(self) -> int:
            os.write(2, b"descriptor")
            print("err", file=sys.stderr)
            warnings.warn("careful", stacklevel=1)
            return 1

    assert check("e01.q1", Loud()).words.startswith("This is a Loud of length 1.")
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("folder")
def test_an_interrupt_is_not_swallowed() -> None:
    """Whoever presses stop gets the notebook back."""

    def function(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("e01.q3", function)
    assert check("e01.q1", 3).points == 2


# What Jupyter and nbgrader see


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("value", "plain"), [(3, "2.0"), (5, "0.5"), (6, "0.0"), (None, "0.0")])
def test_the_plain_text_is_the_points_as_a_bare_float(value: object, plain: str) -> None:
    """Stock nbgrader reads partial credit from it; anything that is no float would score full."""
    verdict = check("e01.q1", value)
    assert repr(verdict) == plain
    assert shown(verdict)["text/plain"] == plain
    assert set(shown(verdict)) == {"text/plain", "text/html"}


@pytest.mark.usefixtures("folder")
def test_stock_nbgrader_reads_the_points() -> None:
    """The same through its own function, where it is installed."""
    utils = pytest.importorskip("nbgrader.utils")
    cell = nbformat.v4.new_code_cell("check()")
    cell.metadata["nbgrader"] = {"grade": True, "solution": False, "points": 2, "grade_id": "e01-q1"}
    for value, points in ((3, 2), (5, 0.5), (6, 0), (None, 0)):
        output = nbformat.v4.new_output("execute_result", data=shown(check("e01.q1", value)))
        cell.outputs = [output]
        assert utils.determine_grade(cell) == (points, 2)


@pytest.mark.usefixtures("folder")
def test_the_html_is_escaped_and_says_the_points_in_words() -> None:
    """Hints, answers and names are text; a screen reader is told of it as a status."""
    assert shown(check("e01.q2", {"a"}))["text/html"] == (
        '<p role="status"><strong>0 of 1 point.</strong> &lt;b&gt;One&lt;/b&gt; &amp; more.</p>'
    )
    assert shown(check("e01.q1", 5))["text/html"] == (
        '<p role="status"><strong>0.5 of 2 points.</strong> Five rows.</p>'
    )
    for html in (
        shown(check("e01.q4", "<script>alert(1)</script>"))["text/html"],
        shown(check("e01.q5", pd.DataFrame({"<script>": [1]})))["text/html"],
        shown(check("<script>", 3))["text/html"],
    ):
        assert "<script>" not in html
        assert "&lt;script&gt;" in html


def test_half_a_character_in_a_hint_breaks_no_message(folder: Path) -> None:
    """JSON can hold one, an edited file may; Jupyter's messages can't."""
    content = json.dumps(book_of(BANK)).replace("Five rows.", "Five \\ud800 rows.")
    write(folder / "checks.json", content)
    assert "Five ? rows." in shown(check("e01.q1", 5))["text/html"]


def test_a_kernel_shows_one_result_and_no_stderr(folder: Path) -> None:
    """In a real kernel, whose stderr is no file, whatever the function does; a check after it works."""
    cells = [
        "import logging, os, subprocess, sys, threading, warnings\n"
        "import newsdesk as nd\n"
        "from newsdesk import probing\n"
        "probing.SECONDS = 3\n"  # a busy machine needs a second for loud()
        "logging.basicConfig()",
        "def loud(n):\n"
        "    print('out'); print('err', file=sys.stderr); print('err', file=sys.__stderr__)\n"
        "    os.write(1, b'out'); os.write(2, b'err')\n"
        "    subprocess.run('echo err >&2', shell=True)\n"
        "    warnings.warn('careful'); logging.error('logged')\n"
        "    return n + 1\n"
        "nd.check('e01.q3', loud)",
        "probing.SECONDS = 0.5\ndef endless(n):\n    while True: pass\nnd.check('e01.q3', endless)",
        "def leaves(n):\n    sys.exit(1)\nnd.check('e01.q3', leaves)",
        "nd.check('e01.q1', '3')",
        "nd.check('e01.q1', 5)",
        "print('out'); print('err', file=sys.stderr)",
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    NotebookClient(book, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    outputs = [[output.output_type for output in cell.outputs] for cell in book.cells]
    assert outputs == [[], *[["execute_result"]] * 5, ["stream", "stream"]]
    assert [cell.outputs[0].data["text/plain"] for cell in book.cells[1:6]] == ["3.0", "0.0", "0.0", "0.0", "0.5"]


# Ids


@pytest.mark.usefixtures("folder")
def test_an_id_that_does_not_exist_suggests_one_that_does() -> None:
    """0 points, and what there is."""
    verdict = check("e01.q11", 3)
    assert (verdict.points, verdict.most) == (0, 0)
    assert "There is no question 'e01.q11'. Did you mean 'e01.q1'? There are: " in verdict.words
    assert "e01.q6" in verdict.words
    assert shown(verdict)["text/html"].startswith('<p role="status"><strong>No points.</strong> There is no question')


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "question_id", [3, None, ["e01.q1"], pd.DataFrame({"a": [1]}), {"a": 1}, hostile(), "long " * 100_000, True]
)
def test_id_and_answer_in_the_wrong_order_are_told(question_id: Any) -> None:
    """Whatever stands where the id should, by an example."""
    verdict = check(question_id, "e01.q1")
    assert (verdict.points, verdict.most) == (0, 0)
    assert verdict.words == "check takes the question's id first, then your answer: check('e01.q2', answer)."


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "question_id", ["", "q1", "../e01.q1", "/etc/passwd", "**", "e0[12].q1", "\ud800", "E01.Q1", "e01.q1 "]
)
def test_an_id_is_no_path_and_no_pattern(question_id: str) -> None:
    """It is told to be none, with those that exist."""
    verdict = check(question_id, 3)
    assert verdict.points == 0
    assert verdict.words.startswith("There is no question ")
    assert "e01.q1" in verdict.words
    shown(verdict)["text/html"].encode()


# Where checks.json is looked for


@pytest.mark.usefixtures("kit")
def test_the_kits_own_checks_serve_where_none_stand_beside_the_notebook() -> None:
    """For lessons and exercises, by the id."""
    assert check("l01.c1", 3).points == 2
    assert check("e02.q1", 3).points == 2
    assert check("e03.q1", 5).points == 0.5
    assert list(load_checks("e02.q1")) == ["e02.q1"]


def test_what_stands_beside_the_notebook_comes_first(folder: Path) -> None:
    """A course's own variant is not overruled by the kit; the kit's other questions are there still."""
    book = book_of({"e02.q1": ({"kind": "number", "points": 4}, [(9, 4, "Ours.")])})
    write(folder / "checks.json", book)
    assert check("e02.q1", 9) == Verdict(4, 4, "Ours.")
    assert check("e03.q1", 3).points == 2
    assert check("l01.c1", 3).points == 2


@pytest.mark.usefixtures("kit")
@pytest.mark.parametrize(
    ("question_id", "words"),
    [
        ("e01.q1", "There is no checks.json beside this notebook. Get it back with: newsdesk reset e01"),
        ("e02.q1", None),
        ("e02.q9", "There is no question 'e02.q9'. Did you mean 'e02.q1'? There are: e02.q1."),
    ],
)
def test_a_missing_file_gives_0_points_and_the_remedy(question_id: str, words: str | None) -> None:
    """The command that brings it back; where the kit has the key, nothing is missing."""
    verdict = check(question_id, 3)
    assert verdict == (Verdict(2, 2, "Well counted.") if words is None else Verdict(0, 0, words))


def test_without_the_kits_folders_what_stands_beside_the_notebook_serves(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in an installation that lacks them, and in a grader's sandbox."""

    def kit_folder(name: str) -> Path:
        raise (PlaceError if name == "exercises" else NotFoundError)(name)

    monkeypatch.setattr("newsdesk.checks.kit_folder", kit_folder)
    assert check("e01.q1", 3).points == 2
    (folder / "checks.json").unlink()
    assert check("e01.q1", 3).words.endswith("newsdesk reset e01")
    assert check("l01.c1", 3).words.endswith("newsdesk reset l01")
    assert "check('e01.q2', answer)" in check("what", 3).words


def test_a_current_folder_that_is_gone_is_told(folder: Path) -> None:
    """Renamed or deleted while the notebook was open."""
    shutil.rmtree(folder)
    verdict = check("e01.q1", 3)
    assert (verdict.points, verdict.most) == (0, 0)
    assert verdict.words.startswith("This check could not run: FileNotFoundError")


def edited(change: Callable[[dict[str, Any]], Any]) -> str:
    """Return checks.json after an edit."""
    book = book_of(BANK)
    change(book["questions"]["e01.q1"])
    return json.dumps(book)


def first_key(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the first known answer of an entry."""
    known: dict[str, Any] = next(iter(entry["answers"].values()))
    return known


DAMAGED = {
    "empty": "",
    "cut off": json.dumps(book_of(BANK))[:-20],
    "no JSON": "{'format': 1}",
    "a list": "[]",
    "a text": '"x"',
    "null": "null",
    "no format": '{"questions": {}}',
    "no questions": '{"format": 1}',
    "questions as a list": '{"format": 1, "questions": ["e01.q1"]}',
    "an entry as a text": '{"format": 1, "questions": {"e01.q1": "x"}}',
    "an older format": '{"format": 0, "questions": {}}',
    "a format in words": '{"format": "new", "questions": {}}',
    "nested without end": "[" * 100_000,
    "no kind": edited(lambda entry: entry.pop("kind")),
    "another kind": edited(lambda entry: entry.update(kind="riddle")),
    "a kind as a list": edited(lambda entry: entry.update(kind=["number"])),
    "points in words": edited(lambda entry: entry.update(points="two")),
    "points below none": edited(lambda entry: entry.update(points=-1)),
    "points without end": edited(lambda entry: entry.update(points=float("inf"))),
    "decimals in words": edited(lambda entry: entry.update(decimals="one")),
    "choices as a text": edited(lambda entry: entry.update(choices="ab")),
    "columns as numbers": edited(lambda entry: entry.update(columns=[1])),
    "probes as texts": edited(lambda entry: entry.update(probes=["ab"])),
    "no look": edited(lambda entry: entry.pop("look")),
    "no answers": edited(lambda entry: entry.pop("answers")),
    "answers as a list": edited(lambda entry: entry.update(answers=[])),
    "more points than there are": edited(lambda entry: first_key(entry).update(points=99)),
    "fewer points than none": edited(lambda entry: first_key(entry).update(points=-1)),
    "points that are no number": edited(lambda entry: first_key(entry).update(points=float("nan"))),
    "no hint": edited(lambda entry: first_key(entry).pop("hint")),
    "a hint as a number": edited(lambda entry: first_key(entry).update(hint=3)),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_or_edited_file_gives_0_points_and_the_remedy(
    folder: Path, content: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """No traceback, nothing on stderr, no points by way of an edit that nbgrader would stop at."""
    write(folder / "checks.json", content)
    assert check("e01.q1", 3) == Verdict(
        0, 0, "checks.json in e01-reading is damaged, or somebody edited it. Get it back with: newsdesk reset e01"
    )
    assert capfd.readouterr() == ("", "")
    with pytest.raises(DataError):
        load_checks("e01.q1")


def test_bytes_that_are_no_text_are_damage_too(folder: Path) -> None:
    """And a folder in place of the file is no file."""
    (folder / "checks.json").write_bytes(b"\xff\xfe\x00")
    assert "is damaged" in check("e01.q1", 3).words
    (folder / "checks.json").unlink()
    (folder / "checks.json").mkdir()
    assert "There is no checks.json" in check("e01.q1", 3).words


@pytest.mark.parametrize("rest", [{}, {"questions": []}, {"questions": {"e01.q1": {"kind": "riddle"}}}])
def test_a_newer_format_is_told_whatever_it_holds(folder: Path, rest: dict[str, Any]) -> None:
    """It is not called damaged, and not half read."""
    write(folder / "checks.json", {"format": 2} | rest)
    verdict = check("e01.q1", 3)
    assert (verdict.points, verdict.most) == (0, 0)
    assert "is of format 2; this version of the kit reads format 1." in verdict.words
    assert "Update the kit" in verdict.words


# The first answer


@pytest.mark.usefixtures("folder")
def test_the_first_answer_is_kept_and_no_later_one(workspace: Path) -> None:
    """As it was read, with points, how sure the learner was, and when."""
    check("e01.q1", 5.04, sure=80)
    check("e01.q1", 3, sure=100)
    check("e01.q2", {"b", "a"})
    first, second = kept(workspace)
    assert first.pop("at").endswith("Z")
    assert first == {"format": 1, "question": "e01.q1", "answer": 5, "points": 0.5, "sure": 80}
    assert (second["answer"], second["points"], second["sure"]) == (["a", "b"], 1, None)
    assert first_answer("e01.q1")["answer"] == 5  # type: ignore[index]


def test_it_is_kept_before_the_hint_is_made_known(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the verdict is returned the line is on the disk; a check that breaks off shows no hint."""
    assert check("e01.q1", 6).points == 0
    assert [line["question"] for line in kept(workspace)] == ["e01.q1"]

    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("newsdesk.checks.record_answer", broken)
    with pytest.raises(KeyboardInterrupt):
        check("e01.q2", {"a"})


@pytest.mark.parametrize("value", [None, "3", pd.Series([3]), [], object()])
def test_what_is_no_answer_of_the_kind_is_not_kept(workspace: Path, value: object) -> None:
    """A cell run too early does not use up the first answer."""
    check("e01.q1", value)
    check("e01.q9", 3)
    assert kept(workspace) == []
    check("e01.q1", 3)
    assert [line["answer"] for line in kept(workspace)] == [3]


@pytest.mark.parametrize("sure", [-1, 101, float("nan"), float("inf"), True, "high", [50], pd.Series([50]), hostile()])
def test_how_sure_is_a_number_from_0_to_100(workspace: Path, sure: Any) -> None:
    """Anything else is told and not kept; the answer is."""
    verdict = check("e01.q1", 3, sure=sure)
    assert verdict.points == 2
    assert verdict.words == "Well counted. (How sure you are is a number from 0 to 100: not kept.)"
    assert [(line["answer"], line["sure"]) for line in kept(workspace)] == [(3, None)]


@pytest.mark.parametrize("sure", [0, 100, 62.5, np.int64(70), np.float64(0.5)])
def test_sureness_is_kept_as_a_plain_number(workspace: Path, sure: Any) -> None:
    """Also where it was counted with numpy."""
    assert check("e01.q1", 3, sure=sure).words == "Well counted."
    assert [line["sure"] for line in kept(workspace)] == [sure]


@pytest.mark.usefixtures("folder")
def test_outside_a_working_copy_nothing_is_kept(tmp_path: Path) -> None:
    """In nbval, in autograde."""
    before = sorted(tmp_path.rglob("*"))
    assert check("e01.q1", 5).words == "Five rows."
    assert sorted(tmp_path.rglob("*")) == before


def test_where_nothing_can_be_kept_the_check_works(workspace: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A folder in the file's place, a file that is no text: the verdict, and nothing on stderr."""
    path = workspace / "progress.jsonl"
    path.mkdir()
    assert check("e01.q1", 5).points == 0.5
    path.rmdir()
    path.write_bytes(b"\xff\xfe\n")
    assert check("e01.q1", 5).points == 0.5
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("error", [OSError, PlaceError, DataError, UnicodeError])
def test_an_answer_that_cannot_be_kept_is_checked_all_the_same(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    """Whatever goes wrong in keeping it."""

    def broken(_: object) -> None:
        raise error

    monkeypatch.setattr("newsdesk.checks.record_answer", broken)
    assert check("e01.q1", 5).words == "Five rows."


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_a_working_copy_that_cannot_be_written_keeps_nothing(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Read-only or full; root may write anywhere, so the refusal is played."""
    ordinary = Path.open

    def refuse(self: Path, mode: str = "r", *args: Any, **more: Any) -> Any:
        if self.name == "progress.jsonl" and mode != "r":
            raise OSError(number, os.strerror(number))
        return ordinary(self, mode, *args, **more)

    monkeypatch.setattr(Path, "open", refuse)
    assert check("e01.q1", 5).words == "Five rows."
    monkeypatch.undo()
    assert kept(workspace) == []


ANSWERS = """
import sys
from newsdesk.checks import check
for n in range(100):
    verdict = check(f"e09.{sys.argv[1]}{n}", [sys.argv[1] * 5000, "x" * 5000, n])
    assert verdict.most == 1, verdict.words
"""


def test_two_notebooks_at_once_lose_no_answer(workspace: Path) -> None:
    """Two processes, a hundred long lines each: every line is whole."""
    ids = [f"e09.{side}{n}" for side in "ab" for n in range(100)]
    write(Path("checks.json"), book_of({name: ({"kind": "list", "points": 1}, []) for name in ids}))
    running = [subprocess.Popen([sys.executable, "-c", ANSWERS, side], stderr=subprocess.PIPE) for side in "ab"]
    for process in running:
        _, errors = process.communicate(timeout=100)
        assert (process.returncode, errors) == (0, b"")
    lines = [line for line in (workspace / "progress.jsonl").read_text().splitlines() if line]
    assert sorted(json.loads(line)["question"] for line in lines) == sorted(ids)
