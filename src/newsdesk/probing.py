"""Calling a learner's function: what it gives for each probe, whatever it does on the way."""

from __future__ import annotations

import contextlib
import copy
import ctypes
import logging
import os
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

SECONDS = 10.0
MOST_YIELDED = 10_000
_AGAIN = 0.05


class _TooLongError(BaseException):
    """Raised inside a learner's function whose time is up; no ``except Exception`` there catches it."""


def call_probes(
    function: Callable[..., Any],
    probes: Iterable[tuple[Any, ...]],
    *,
    read: Callable[[Any], Any] | None = None,
) -> list[tuple[str, Any]]:
    """Call a function once a probe and return what came of each call.

    Parameters
    ----------
    function
        The learner's.
    probes
        The arguments of each call; the function gets copies.
    read
        Called with what the function gives, before the next call can change it; what it returns stands
        in its place.

    Returns
    -------
    list of (str, object)
        ``("gave", value)``, ``("raised", "ValueError")`` or ``("endless", None)``. An iterator's values
        are a list, of one more than `MOST_YIELDED` at most. What the function prints, warns or logs is
        dropped. The calls share `SECONDS`: a Python loop that never ends is stopped then. Not stopped
        are a loop inside compiled code, one long sleep, and a loop that catches every exception; what
        comes after the time is ``endless`` all the same.
    """
    ends = time.monotonic() + SECONDS
    return [_call(function, copy.deepcopy(probe), read, ends) for probe in probes]


def _call(
    function: Callable[..., Any], probe: tuple[Any, ...], read: Callable[[Any], Any] | None, ends: float
) -> tuple[str, Any]:
    watch = _Watch(ends)
    outcome: tuple[str, Any] = ("endless", None)
    with silenced(), contextlib.suppress(_TooLongError):
        try:
            if not watch.is_up:
                watch.begin()
                value = function(*probe)
                if isinstance(value, Iterator | range):
                    value = list(islice(value, MOST_YIELDED + 1))
                outcome = "gave", value if read is None else read(value)
        except KeyboardInterrupt:
            raise  # the person at the keyboard wants an end
        except BaseException as error:  # noqa: BLE001 - whatever a learner's function raises is an outcome
            outcome = "raised", type(error).__name__
        finally:
            while not watch.is_over:
                try:  # noqa: SIM105 - the exception could arrive while suppress() is being made
                    watch.end()
                except _TooLongError:
                    pass
    return ("endless", None) if watch.is_up else outcome


class _Watch:
    """Sends an exception into the running thread once its time is up, and again until the call ends.

    Again, because the first may arrive where Python drops it (a ``__del__``) or the learner catches it.
    """

    def __init__(self, ends: float) -> None:
        self.is_up = time.monotonic() >= ends
        self.is_over = False
        self._ends = ends
        self._watched = threading.get_ident()
        self._sending = threading.Lock()
        self._waiting = threading.Lock()  # plain locks: an exception inside an Event's code could jam it

    def begin(self) -> None:
        self._waiting.acquire()
        with contextlib.suppress(RuntimeError):  # where there are no threads (a browser), nothing is stopped
            threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        wait = max(0.0, self._ends - time.monotonic())
        while not self._waiting.acquire(timeout=wait):
            with self._sending:
                if not self.is_over:
                    self.is_up = True
                    self._send(ctypes.py_object(_TooLongError))
            wait = _AGAIN

    def end(self) -> None:
        with self._sending:
            self._send(None)  # takes back what was sent and has not arrived
            self.is_over = True
        if self._waiting.locked():
            self._waiting.release()

    def _send(self, exception: Any) -> None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._watched), exception)


@contextlib.contextmanager
def silenced() -> Iterator[None]:
    """Drop what is printed, warned or logged meanwhile, and what goes to the process's own streams.

    Stock nbgrader gives 0 points to a cell with any output on stderr.
    """
    logged = logging.root.manager.disable
    with (
        Path(os.devnull).open("w", encoding="utf-8", errors="replace") as sink,
        _diverted(1, sink),
        _diverted(2, sink),
        contextlib.redirect_stdout(sink),
        contextlib.redirect_stderr(sink),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        logging.disable(logging.CRITICAL)  # a handler may hold the stream that was there before
        try:
            yield
        finally:
            logging.disable(logged)


@contextlib.contextmanager
def _diverted(descriptor: int, sink: IO[str]) -> Iterator[None]:
    """Let what is written to a descriptor (by ``os.write``, compiled code, a subprocess) go to `sink`."""
    for stream in (sys.__stdout__, sys.__stderr__):
        with contextlib.suppress(AttributeError, OSError, ValueError):
            stream.flush()  # type: ignore[union-attr]
    try:
        kept = os.dup(descriptor)
    except OSError:  # a program without that stream
        yield
        return
    os.dup2(sink.fileno(), descriptor)
    try:
        yield
    finally:
        for stream in (sys.__stdout__, sys.__stderr__):
            with contextlib.suppress(AttributeError, OSError, ValueError):
                stream.flush()  # type: ignore[union-attr]
        os.dup2(kept, descriptor)
        os.close(kept)
