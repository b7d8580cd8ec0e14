"""probing: whatever a learner's function does, each call has an outcome and nothing reaches the screen."""

from __future__ import annotations

import contextlib
import io
import itertools
import logging
import os
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from newsdesk import probing
from newsdesk.probing import call_probes, silenced

Call = Callable[..., Any]


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A third of a second in place of ten."""
    monkeypatch.setattr(probing, "SECONDS", 0.3)


def _spin() -> None:
    while True:
        pass


def _spin_in_small_sleeps() -> None:
    while True:
        time.sleep(0.01)


def _spin_catching_errors() -> None:
    while True:
        with contextlib.suppress(Exception):
            time.sleep(0.001)


def _yield_slowly() -> Iterator[int]:
    while True:
        time.sleep(0.01)
        yield 1


class _Endless:
    """Gives an iterator that never gives anything."""

    def __iter__(self) -> Iterator[int]:
        _spin()
        yield 1


def test_each_probe_is_one_call() -> None:
    """In order, with its arguments spread."""
    assert call_probes(lambda a, b=0: a - b, [(3,), (5, 2), (2, 5)]) == [("gave", 3), ("gave", 3), ("gave", -3)]
    assert call_probes(len, []) == []


def test_what_is_raised_is_an_outcome_by_name() -> None:
    """One that raises does not keep the next probe from being tried; its message does not count."""
    assert call_probes(lambda a: 1 / a, [(0,), (1,), ("x",)]) == [
        ("raised", "ZeroDivisionError"),
        ("gave", 1.0),
        ("raised", "TypeError"),
    ]


@pytest.mark.parametrize("error", [SystemExit, GeneratorExit, BaseException, StopIteration, MemoryError])
def test_exceptions_that_end_programs_are_outcomes_too(error: type[BaseException]) -> None:
    """sys.exit() in a function ends neither the check nor the kernel."""

    def function() -> None:
        raise error

    assert call_probes(function, [()]) == [("raised", error.__name__)]


def test_an_interrupt_ends_the_check() -> None:
    """Whoever presses stop in a notebook is not made to wait for the other probes."""

    def function() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        call_probes(function, [()])


def test_recursion_without_end_is_an_outcome() -> None:
    """Python's own limit stops it."""

    def function(n: int) -> int:
        return function(n + 1)

    assert call_probes(function, [(1,)]) == [("raised", "RecursionError")]


@pytest.mark.parametrize(
    "made",
    [
        lambda: (n * n for n in range(3)),
        lambda: map(abs, (0, -1, 4)),
        lambda: filter(None.__ne__, [0, 1, 4]),
        lambda: iter([0, 1, 4]),
        lambda: itertools.chain([0], [1, 4]),
    ],
)
def test_an_iterator_is_the_list_of_its_values(made: Call) -> None:
    """A generator, a map, a filter, an iterator: what they give counts, not what they are."""
    assert call_probes(made, [(), ()]) == [("gave", [0, 1, 4])] * 2


def test_a_range_is_a_list_and_an_endless_iterator_is_cut() -> None:
    """One more than are read, so that whoever reads it sees that there are too many."""
    assert call_probes(range, [(3,)]) == [("gave", [0, 1, 2])]
    [(how, values)] = call_probes(itertools.count, [()])
    assert (how, values) == ("gave", list(range(probing.MOST_YIELDED + 1)))


def test_a_generator_that_raises_half_way_raises() -> None:
    """Its code runs inside the call."""

    def function() -> Iterator[int]:
        yield 1
        raise ValueError

    assert call_probes(function, [()]) == [("raised", "ValueError")]


def test_changed_arguments_reach_neither_the_next_call_nor_the_probes() -> None:
    """Each call gets copies."""
    probes: list[tuple[Any, ...]] = [([3, 1],), ([3, 1],)]
    given: list[list[int]] = []

    def function(values: list[int]) -> int:
        given.append(list(values))
        values.sort()
        values.append(9)
        return len(values)

    assert call_probes(function, probes) == [("gave", 3), ("gave", 3)]
    assert given == [[3, 1], [3, 1]]
    assert probes == [([3, 1],), ([3, 1],)]


def test_what_a_call_gives_is_read_before_the_next_one_changes_it() -> None:
    """The default that is a list and grows, a mistake that everybody makes once, shows."""

    def function(value: int, seen: list[int] = []) -> list[int]:  # noqa: B006 - the mistake
        seen.append(value)
        return seen

    assert call_probes(function, [(1,), (2,)], read=list) == [("gave", [1]), ("gave", [1, 2])]


def test_a_reader_that_raises_is_an_outcome() -> None:
    """It has run a learner's class."""
    assert call_probes(lambda: 3, [()], read=len) == [("raised", "TypeError")]


# What is written on the way


def _print() -> None:
    print("printed")
    sys.stdout.buffer.write(b"bytes")


def _print_error() -> None:
    print("error", file=sys.stderr)


def _warn() -> None:
    warnings.warn("careful", stacklevel=1)


def _warn_strictly() -> None:
    warnings.simplefilter("error")
    warnings.warn("careful", stacklevel=1)


def _log() -> None:
    logging.getLogger("learner").error("logged")


def _write_to_descriptors() -> None:
    os.write(1, b"one")
    os.write(2, b"two")


def _write_to_the_first_streams() -> None:
    print("first out", file=sys.__stdout__)
    print("first error", file=sys.__stderr__)


def _run_a_program() -> None:
    subprocess.run([sys.executable, "-S", "-c", "import sys; print('out'); print('err', file=sys.stderr)"], check=True)


def _replace_the_streams() -> None:
    sys.stdout = sys.stderr = io.StringIO()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


LOUD = [
    _print,
    _print_error,
    _warn,
    _log,
    _write_to_descriptors,
    _write_to_the_first_streams,
    _run_a_program,
    _replace_the_streams,
]


@pytest.mark.parametrize("function", LOUD)
def test_nothing_that_is_written_reaches_the_screen(function: Call, capfd: pytest.CaptureFixture[str]) -> None:
    """Prints, warnings, logs, descriptors, other programs; afterwards everything is as before."""
    streams, filters = (sys.stdout, sys.stderr), list(warnings.filters)
    assert call_probes(function, [()]) == [("gave", None)]
    for stream in (sys.__stdout__, sys.__stderr__):
        stream.flush()  # type: ignore[union-attr]
    assert capfd.readouterr() == ("", "")
    assert (sys.stdout, sys.stderr) == streams
    assert list(warnings.filters) == filters
    assert not logging.root.manager.disable
    print("out")
    os.write(2, b"err")
    assert capfd.readouterr() == ("out\n", "err")


def test_what_waits_in_a_stream_goes_where_it_was_meant(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A stream of a program keeps lines back: those from before a call are seen, those of the call are not."""
    with open(1, "w", closefd=False) as slow:
        monkeypatch.setattr(sys, "__stdout__", slow)
        slow.write("before ")
        call_probes(lambda: slow.write("during "), [()])
        slow.write("after")
    assert capfd.readouterr().out == "before after"


def test_a_log_handler_that_holds_the_stream_is_silent_too() -> None:
    """logging.basicConfig in an earlier cell keeps the stream that was there then."""
    held = io.StringIO()
    handler = logging.StreamHandler(held)
    logger = logging.getLogger("learner")
    logger.addHandler(handler)
    try:
        call_probes(_log, [()])
        assert held.getvalue() == ""
        logger.error("heard")
        assert held.getvalue() == "heard\n"
    finally:
        logger.removeHandler(handler)


def test_a_warning_is_no_error_unless_the_function_makes_it_one() -> None:
    """Whatever filters are set outside; one set by a function ends with its call."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert call_probes(_warn, [()]) == [("gave", None)]
    assert call_probes(lambda strict: (_warn_strictly if strict else _warn)(), [(True,), (False,)]) == [
        ("raised", "UserWarning"),
        ("gave", None),
    ]


def test_a_program_without_streams_can_probe(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as one started from a desktop: no descriptors 1 and 2, no sys.__stderr__."""

    def dup(_: int) -> int:
        raise OSError("bad file descriptor")

    monkeypatch.setattr(os, "dup", dup)
    monkeypatch.setattr(sys, "__stderr__", None)
    assert call_probes(lambda: 3, [()]) == [("gave", 3)]


def test_silence_ends_with_an_exception(capfd: pytest.CaptureFixture[str]) -> None:
    """What is printed after it is seen."""
    with contextlib.suppress(ValueError), silenced():
        print("dropped")
        raise ValueError
    print("seen")
    assert capfd.readouterr().out == "seen\n"


def test_silence_leaves_no_descriptor_open() -> None:
    """A course of thousands of checks runs out of none."""

    def free() -> list[int]:
        numbers = [os.dup(2) for _ in range(4)]
        for number in numbers:
            os.close(number)
        return numbers

    before = max(free())
    for _ in range(20):
        call_probes(_print, [()])
    assert max(free()) < before + 20  # another test's thread may hold one or two more


# Time


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize(
    "function", [_spin, _spin_in_small_sleeps, _spin_catching_errors, _yield_slowly, lambda: list(_Endless())]
)
def test_a_python_loop_that_never_ends_is_stopped(function: Call) -> None:
    """The calls share their time: the second is not tried."""
    start = time.monotonic()
    assert call_probes(function, [(), ()]) == [("endless", None)] * 2
    assert 0.25 < time.monotonic() - start < 2


@pytest.mark.usefixtures("short")
def test_reading_what_is_given_is_inside_the_time() -> None:
    """A learner's own collection can loop as well as a function can."""
    assert call_probes(_Endless, [()], read=list) == [("endless", None)]


def test_the_calls_share_their_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """0.6 s each of 1 s: the second is stopped, the third not begun."""
    monkeypatch.setattr(probing, "SECONDS", 1.0)
    begun: list[int] = []

    def function(n: int) -> int:
        begun.append(n)
        ends = time.monotonic() + 0.6
        while time.monotonic() < ends:
            time.sleep(0.005)
        return n

    assert call_probes(function, [(1,), (2,), (3,)]) == [("gave", 1), ("endless", None), ("endless", None)]
    assert begun == [1, 2]


@pytest.mark.usefixtures("short")
def test_what_comes_after_the_time_does_not_count() -> None:
    """A function that catches the end and gives something is endless still; so is one that raises then."""

    def gives() -> int:
        with contextlib.suppress(BaseException):
            _spin()
        return 3

    def raises() -> None:
        try:
            _spin()
        finally:
            raise ValueError

    assert call_probes(gives, [()]) == [("endless", None)]
    assert call_probes(raises, [()]) == [("endless", None)]


@pytest.mark.usefixtures("short")
def test_the_limit_a_loop_that_catches_everything_goes_on() -> None:
    """A known limit, as is one long sleep: it runs until it ends by itself, and is then endless.

    Only whoever stands outside the process can stop it: the kernel's restart, nbgrader's timeout.
    """
    start = time.monotonic()
    caught = 0

    def function() -> None:
        nonlocal caught
        while time.monotonic() - start < 1:
            try:
                time.sleep(0.005)
            except BaseException:  # noqa: BLE001 - what a learner writes
                caught += 1

    assert call_probes(function, [()]) == [("endless", None)]
    assert time.monotonic() - start >= 1
    assert caught > 1  # it is told more than once


@pytest.mark.usefixtures("short")
def test_a_telling_that_python_drops_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception inside __del__ is dropped by Python; the loop after it is stopped all the same."""
    dropped: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: dropped.append(unraisable.exc_type))

    class Slow:
        def __del__(self) -> None:
            for _ in range(200):
                time.sleep(0.01)

    def function() -> None:
        Slow()
        _spin()

    start = time.monotonic()
    assert call_probes(function, [()]) == [("endless", None)]
    assert time.monotonic() - start < 2
    assert dropped == [probing._TooLongError]


def test_nothing_arrives_after_a_call_that_ends_as_its_time_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a call just makes it or not: the exception never reaches the caller, and nothing stays behind."""
    monkeypatch.setattr(probing, "SECONDS", 0.005)
    threads, streams = threading.active_count(), (sys.stdout, sys.stderr)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)  # threads take turns more often, so that every moment is met
    try:
        outcomes = set()
        for n in range(100):
            ends = time.monotonic() + 0.003 + n * 0.00004

            def function(ends: float = ends) -> int:
                while time.monotonic() < ends:
                    pass
                return 3

            outcomes |= set(call_probes(function, [()]))
            assert (sys.stdout, sys.stderr) == streams
    finally:
        sys.setswitchinterval(interval)
    assert outcomes == {("gave", 3), ("endless", None)}
    assert sum(range(100_000)) == 4999950000  # time for one that was on its way
    deadline = time.monotonic() + 2
    while threading.active_count() > threads and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() <= threads


def test_without_threads_functions_are_called_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a browser there are none: nothing is stopped there, and nothing fails."""

    def start(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    assert call_probes(lambda: 3, [()]) == [("gave", 3)]
