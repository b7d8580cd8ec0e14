"""Calling a learner's function: what it gives for each probe, whatever it does on the way."""

from __future__ import annotations

import contextlib
import copy
import ctypes
import io
import threading
import types
import warnings
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

SECONDS = 10.0
MOST_YIELDED = 10_000


class _TooLongError(BaseException):
    """Raised inside a learner's function whose time is up; no ``except Exception`` there catches it."""


def call_probes(function: Callable[..., Any], probes: Iterable[tuple[Any, ...]]) -> list[tuple[str, Any]]:
    """Call a function once a probe and return what came of each call.

    Parameters
    ----------
    function
        The learner's.
    probes
        The arguments of each call; the function gets copies.

    Returns
    -------
    list of (str, object)
        ``("gave", value)``, ``("raised", "ValueError")`` or ``("endless", None)``. A generator's values
        are a list. What the function prints or warns is dropped. The calls share 10 seconds; a Python
        loop that never ends is stopped, one inside compiled code is not.
    """
    deadline = _Deadline(SECONDS)
    outcomes: list[tuple[str, Any]] = []
    for probe in probes:
        outcomes.append(_call(function, copy.deepcopy(probe), deadline))
    return outcomes


def _call(function: Callable[..., Any], probe: tuple[Any, ...], deadline: _Deadline) -> tuple[str, Any]:
    sink = io.StringIO()
    try:
        with (
            deadline.running(),
            warnings.catch_warnings(),
            contextlib.redirect_stdout(sink),
            contextlib.redirect_stderr(sink),
        ):
            warnings.simplefilter("ignore")
            value = function(*probe)
            if isinstance(value, types.GeneratorType | map | filter | zip | range):
                value = list(islice(value, MOST_YIELDED))
            return "gave", value
    except _TooLongError:
        return "endless", None
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a learner's function raises is an outcome
        return "raised", type(error).__name__


class _Deadline:
    """Time for all the calls together: when it is up, the running thread gets an exception."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.is_up = False

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        if self.is_up:
            raise _TooLongError
        thread, lock, is_over = threading.get_ident(), threading.Lock(), False

        def stop() -> None:
            with lock:
                if not is_over:
                    self.is_up = True
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(_TooLongError))

        timer = threading.Timer(self.seconds, stop)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            with lock:
                is_over = True
            timer.cancel()
