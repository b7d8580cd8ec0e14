"""Learners' code that attacks the grader gains nothing in the sandbox; without it, it does what it is after."""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from attacking import (
    EXERCISE,
    HONEST,
    HONEST_EVERY,
    HONEST_POINTS,
    Batch,
    Table,
    answered_notebook,
    attacks,
    said,
    shown,
    values_for,
)
from courses import bank_of
from hostile_files import MAKERS

from newsdesk.course import make_course
from newsdesk.grading.collecting.collect import collect
from newsdesk.grading.grade import GradeReport, Options, grade
from newsdesk.grading.gradebook import Book
from newsdesk.grading.unconfined import grade_unconfined
from newsdesk.sandbox import running, wire
from newsdesk.sandbox.running import Job, Step, close_warm, run_job

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),  # nbgrader's own
    pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="learners' code is confined on Linux only"),
]
ATTACKS = {attack.name: attack for attack in attacks()}
FILES = {maker.__name__: maker for maker in MAKERS}
NAMES = ["leaves_traces", *sorted({*ATTACKS, *FILES} - {"leaves_traces"})]  # others look for traces later
TABLE = Table()
# What the instructor is told of an attack; of the others nothing, as they cost their learner nothing either.
TOLD = {
    "calls_of_32_bits": r"cell 4: it ended its own Python \(signal \d+\)",
    "closes_the_line": r"cell 4: it ended its own Python",
    "colliding_hashes": r"e06-q1-answer: ended: it took longer than 6 seconds",
    "crashes": r"cell 4: it ended its own Python \(signal 11\)",
    "endless_loop": r"cell 4: ended: it took longer than 6 seconds",
    "many_endless_loops": r"cell 6: ended: the notebook took longer than 18 seconds in all",
    "frame_deep": r"cell 4: what it sent back could not be read \(nested deeper than 20\)",
    "frame_hard_to_measure": r"cell 4: what it sent back could not be read \(no JSON: \w+\)",
    "frame_in_drops": r"cell 4: ended: it took longer than 6 seconds",
    "frame_no_object": r"cell 4: what it sent back could not be read \(no object\)",
    "frame_of_4_gb": r"cell 4: what it sent back could not be read \(4294967295 bytes; at most 1000000 are read\)",
    "never_reads": r"cell \d+: ended: it took longer than 6 seconds",
    "os_exit": r"cell 4: it ended its own Python",
    "poisons_modules": r"cell 12: it ended its own Python \(signal 11\)",
    "raising_values": r"e06-q1: it ended its own Python",
    "refuses_to_die": r"cell 4: ended: it took longer than 6 seconds",
    "slow_value": r"e06-q3: ended: it took longer than 6 seconds",
    "writes_everywhere": r"cell 4: what it sent back could not be read",
    "grade_ids_of_others": r"the cell e06-q1 stands twice; the first one counts",
    "doubled_cells": r"the cell e06-q1 stands twice; the first one counts",
    "without_checks": r"the cell e06-q1 was missing and was put back as it was released",
    "hostile_timestamp": r"timestamp.txt holds no date and time",
    "marks_huge": r"marks left out: afp-2020.me.jsonld is 300(\.0)? MB",
    "marks_hostile": r"marks left out: x.me.jsonld is a link, which is not followed",
}
MAY_BE_TOLD = {  # of threads only where they are not root's, of memory only where the machine is slow to give it
    "main_thread_ends",
    "many_threads",
    "memory_bytearray",
    "memory_mapped",
    "thread_outlives",
}
BROKEN = {
    "link_to_another": r"e06\S+ is a link, which is not followed",
    "folder_is_a_link": r"e06\S+ is a link, which is not followed",
    "learner_is_a_link": r"\S+ is a link, which is not followed",
    "pipe": r"e06\S+ is not a file, but a pipe or a device",
    "device": r"e06\S+ is (not a file, but a pipe or a device|a link, which is not followed)",
    "of_200_mb": r"e06\S+ is 200(\.0)? MB; at most 20 MB are read",
    "deep_json": r"not a notebook: nested too deeply",
    "truncated": r"not a notebook: it is cut off",
    "renamed": r"wrong file name: there is no e06\S+\. There is: '[ -~]+'$",
    "many_cells": r"it has \d+ cells; at most 1000 are read",
    "kind_is_a_list": r"not a notebook: its cell 31 is damaged",
    "numbers_for_texts": r"not a notebook: its cell 31 is damaged",
    "marks_are_a_link": r"annotations is a link, which is not followed",
}
LOSES_ITS_OWN = {  # it forges or spoils its own replies, the right one too
    "forges_replies",
    "frame_beyond_numbers",
    "frame_half_characters",
    "frame_odd_outputs",
    "frames_without_end",
    "many_endless_loops",
    "never_reads",
    "patches_builtins",
    "patches_judge",
}


# What an attack can't be tried with where nothing confines it.
NOT_RUN = {
    "calls_of_32_bits": "it could end more than its own kernel",
    "colliding_hashes": "nothing would end it",
    "deep_values": "it harms nobody else",
    "endless_loop": "nothing would end it",
    "huge_numbers": "it harms nobody else",
    "main_thread_ends": "nothing would end it",
    "many_endless_loops": "nothing would end it",
    "poisons_modules": "it harms nobody else",
    "raising_values": "it harms nobody else",
    "refuses_to_die": "nothing would end it",
    "removes_its_folder": "it harms nobody else",
    "signals_the_grader": "it would end the tests",
    "slow_value": "nothing would end it",
    "slows_the_grader": "it would slow down the machine",
    **dict.fromkeys(
        (
            name
            for name in ATTACKS
            if name.startswith("frame") or name in ("closes_the_line", "forges_replies", "never_reads")
        ),
        "it has no line to a grader there",
    ),
}
HARMLESS_THERE = {  # tried there once: points and everybody else's work stayed as they were
    "checks_of_another_kind",
    "key_of_its_own",
    "lying_equality",
    "lying_reduction",
    "lying_text",
    "marks_huge",
    "patches_pandas_testing",
    "reads_memory",
    "sys_exit",
    "without_checks",
    "writes_everywhere",
}


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    """All attacks, graded once."""
    made = Batch(make_course(tmp_path_factory.mktemp("attacked") / "course"))
    made.plant()
    made.hand_in_honestly(0)
    values = values_for(made.course, "/tmp", harmless=False)
    made.hand_in((name, ATTACKS[name].book(values) if name in ATTACKS else FILES[name]) for name in NAMES)
    made.grade()
    return made


def test_honest_learners_get_what_was_promised(batch: Batch):
    """Whoever is graded before, after or between attackers has the bank's points, in record and gradebook alike."""
    assert len(batch.promised) > len(NAMES) / (HONEST_EVERY + 1)
    graded = {name: record for name, record in batch.report.graded.items() if name in batch.promised}
    assert batch.report.unchanged == [HONEST]
    assert {name: each.points for name, each in graded.items()} | {HONEST: batch.promised[HONEST]} == batch.promised
    assert [each.notes for each in graded.values() if each.notes] == []
    with Book(batch.course) as book:
        for learner, points in batch.promised.items():
            given = book.points(EXERCISE, learner).values()
            assert sum(each["points"] or 0 for each in given) == points
            assert not any(each["by_hand"] for each in given)


def test_honest_learners_are_not_delayed(batch: Batch):
    """No honest submission takes longer than a few seconds, whatever runs before it and beside it."""
    slowest = max(batch.outcomes[name].seconds for name in batch.promised if name != HONEST)
    assert slowest < 8  # their own limits are 20 and 60


def test_the_batch_goes_on(batch: Batch):
    """Every submission has a result, and no attack has ended a warm interpreter or left a process in it."""
    assert {*batch.report.graded, *batch.report.broken, HONEST} == {*batch.promised, *batch.learners.values()}
    assert batch.ended == []
    assert {name: left for name, left in batch.left_behind.items() if left} == {}


def test_nothing_of_the_course_has_changed(batch: Batch):
    """Solutions, key, roster, configuration, what was handed in and what was graded before are as they were."""
    assert len(batch.before) > 100
    assert batch.hashes() == batch.before
    assert not list(batch.course.rglob("trapped.txt"))


@pytest.mark.parametrize("name", NAMES)
def test_an_attack_fails(batch: Batch, name: str):
    """It gains no point beyond its honest answer, brings out nothing, and ends in words that say what it did."""
    learner, out = batch.learners[name], batch.came_out(name)
    text = shown(batch.course, learner)
    TABLE.sandboxed[name] = outcome_of(batch.report, learner, text)
    assert "BREACH:" not in text
    assert [place for place, word in batch.words.items() if word in out] == []
    assert len(out) < 30_000_000
    if name in BROKEN:
        assert re.search(BROKEN[name], batch.report.broken[learner])
        return
    record = batch.report.graded[learner]
    assert record.points == (0 if name in LOSES_ITS_OWN else HONEST_POINTS)
    assert record.most == sum(entries[0].question.points for entries in bank_of(EXERCISE).values())
    assert all(each.words and len(each.words) < 3000 for each in record.questions.values())
    if name in TOLD:
        assert any(re.search(TOLD[name], note) for note in record.notes), record.notes
    elif name not in MAY_BE_TOLD:
        assert record.notes == ()
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", out.replace("\r", ""))


def outcome_of(report: GradeReport, learner: str, text: str) -> str:
    """Return in a few words what came of a submission."""
    if learner in report.broken:
        return f"not graded: {report.broken[learner]}"
    record = report.graded[learner]
    words = next((each.words for each in record.questions.values() if "Still" not in each.words), "")
    why = next(iter(record.notes), "") or said(text, "held") or (words if not record.points else "nothing gained")
    return f"{record.points:g} of {record.most:g}; {why}"


def test_script_in_answers_is_shown_as_text(batch: Batch):
    """What an answer holds stands escaped in the words of its check; what can run by itself is no output."""
    out = shown(batch.course, batch.learners["ansi_and_script"])
    verdicts = re.findall(r'<p role=\\"status\\">.*?</p>', out)
    assert len(verdicts) == 6
    assert not any(re.search(r"<(script|img)", verdict) for verdict in verdicts)
    assert any("&lt;script&gt;" in verdict for verdict in verdicts)
    assert "application/javascript" not in out
    assert "image/svg+xml" not in out


def test_nothing_is_left_for_the_next():
    """What one learner writes, everywhere and to every open file, the next in the same interpreter does not find."""
    values = values_for(Path("/nowhere"), "/tmp", harmless=False)

    def shows(name: str) -> str:
        outcome = run_job(Job(name, tuple(map(Step, ATTACKS[name].sources(values)))))
        assert outcome.troubles == {}
        return json.dumps(outcome.replies)

    try:
        assert "No such file" in shows("leaves_traces")
        warm = running._mine.warm
        found = shows("finds_traces")
        assert running._mine.warm is warm
    finally:
        close_warm()
    assert "BREACH:" not in found
    assert "nothing was left" in found


def test_a_zip_that_leads_elsewhere_is_collected_and_graded_without_harm(tmp_path: Path):
    """Names with ``../``, absolute ones and links in a zip are refused; the honest file beside them is graded."""
    course = make_course(tmp_path / "course")
    with (course / "roster.csv").open("a") as file:
        file.write("ada,Ada,L,a@example.org\nben,Ben,M,b@example.org\n")
    book = json.dumps(answered_notebook())
    link = zipfile.ZipInfo(f"ben/{EXERCISE}.ipynb")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.writestr(f"ada/{EXERCISE}.ipynb", book)
        archive.writestr(f"../course/solutions/{EXERCISE}/answers.yaml", "ours")
        archive.writestr(f"ben/../../../solutions/{EXERCISE}/{EXERCISE}.ipynb", book)
        archive.writestr(f"{course}/gradebook.db", "ours")
        archive.writestr(link, str(course / "roster.csv"))
    before = {path: path.read_bytes() for path in course.rglob("*") if path.is_file()}
    report = collect(course, tmp_path / "in.zip")
    graded = grade(course, "e06", Options(say=lambda _line: None))
    assert len(report.placed) == 1
    assert len(report.not_placed) == 4
    assert {name: record.points for name, record in graded.graded.items()} == {"ada": HONEST_POINTS}
    assert not (course / "submitted" / "ben").exists()
    assert {path: path.read_bytes() for path in before if "exercises" not in path.parts} == {
        path: content for path, content in before.items() if "exercises" not in path.parts
    }
    TABLE.sandboxed["zip_leads_elsewhere"] = "collected: 1 placed, 4 refused by name; graded: 1"


def test_the_measure_of_a_frame_takes_no_time():
    """A frame of the largest size is measured at once, however its quotation marks and strokes stand."""
    for text in (b'"' + b'\\"' * 499_990, b'"\\' * 333_000, b'"' * 999_999, b'"a' + b"\\" * 999_990):
        began = time.monotonic()
        with pytest.raises(wire.WireError):
            wire.parse(text)
        assert time.monotonic() - began < 3


@pytest.fixture
def unconfined(tmp_path: Path) -> Iterator[Batch]:
    """Every attack that this machine can bear, graded with ``--sandbox none`` in a course of its own."""
    made = Batch(make_course(tmp_path / "thrown away"))
    made.plant()
    made.hand_in_honestly(0)
    (tmp_path / "place").mkdir()
    values = values_for(made.course, tmp_path / "place", harmless=True)
    run = [name for name in NAMES if name not in {*NOT_RUN, *HARMLESS_THERE, *BROKEN}]
    made.hand_in((name, ATTACKS[name].book(values) if name in ATTACKS else FILES[name]) for name in run)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEWSDESK_KANARI", made.words["environment"])
        made.report = grade_unconfined(made.course, "e06", Options(say=lambda _line: None))
    yield made
    left = re.search(r"BREACH: left behind (\d+)", shown(made.course, made.learners["leaves_a_process"]))
    with contextlib.suppress(psutil.NoSuchProcess):
        if left and (process := psutil.Process(int(left[1]))).cmdline() == ["sleep", "86"]:
            process.kill()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # stock nbgrader, in this process
def test_attacks_succeed_without_the_sandbox(unconfined: Batch):
    """The same code does what it is after under stock nbgrader."""
    TABLE.unconfined.update({name: f"not run: {why}" for name, why in NOT_RUN.items()})
    TABLE.unconfined.update(dict.fromkeys(HARMLESS_THERE, "no harm there either"))
    TABLE.unconfined.update(dict.fromkeys(BROKEN, "refused there too, before nbgrader sees it"))
    TABLE.unconfined.update({name: bite_of(unconfined, name, who) for name, who in unconfined.learners.items()})
    TABLE.unconfined["leaves_traces"] = TABLE.unconfined["finds_traces"]  # which has found them
    toothless = {"device_modes"} if os.getuid() else set()  # they are root's
    assert {name for name, bite in TABLE.unconfined.items() if not bite} == toothless


def bite_of(batch: Batch, name: str, learner: str) -> str:
    """Return what an attack has done, in words; empty where it did nothing."""
    text, record = shown(batch.course, learner), batch.report.graded.get(learner)
    brought = [place for place, word in batch.words.items() if word in text]
    signs = {
        f"it did: {said(text, 'BREACH')}": "BREACH:" in text,
        f"brought out: {', '.join(brought)}": brought,
        "it goes ungraded, its right answer too": record is None,
        f"{record and record.points} points for an answer worth {HONEST_POINTS}": record
        and record.points > HONEST_POINTS,
        f"{len(text) / 1e6:.0f} MB in the graded notebook": len(text) > 2_000_000,
        "its thread works on in later cells": "still at work" in text,
        "terminal codes in the graded notebook": "\\u001b]" in text or "\x1b]" in text,
    }
    return next((words for words, is_so in signs.items() if is_so), "")


def test_the_table_of_attacks_and_outcomes(capsys: pytest.CaptureFixture[str]):
    """The table is printed: what was tried, and what came of it."""
    with capsys.disabled():
        print(f"\n{TABLE}")
