"""A notebook's steps, run in a child of the warm interpreter: what came of each, whatever the learner's code does.

`run_job` is a plain function from a plain value to a plain value, so that any `concurrent.futures.Executor`
can call it, on this machine or another; each of its threads keeps a warm interpreter of its own.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from newsdesk.sandbox import wire
from newsdesk.sandbox.confining import Limits
from newsdesk.sandbox.outside import ELSEWHERE, SandboxError, Warm, ask, deadline

MOST_ATTEMPTS = 3
MOST_SHOWN = 20_000_000  # characters of all outputs of a notebook together
_LEFT_OUT = {"output_type": "stream", "name": "stderr", "text": "(left out: this notebook shows too much)"}


@dataclass(frozen=True)
class Step:
    """One cell: code to be run, or a question whose answer is to be read.

    `question` holds the fields of `newsdesk.answers.Question`, and `expression` the Python expression
    that gives the answer; both are empty for code to be run.
    """

    source: str = ""
    question: Mapping[str, Any] = field(default_factory=dict)
    expression: str = ""


@dataclass(frozen=True)
class Job:
    """A submission to be run.

    `files` are texts by their place in the folder that the code starts in. `cell_seconds` is what one
    step may take, `seconds` all of it together.
    """

    name: str
    steps: tuple[Step, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    cell_seconds: float = 20
    seconds: float = 60


@dataclass
class Outcome:
    """What came of a job.

    `replies` holds, by the number of the step, what the child said, unchecked. `troubles` holds in words
    why a step has none, or was left out when the rest was run again.
    """

    name: str
    replies: dict[int, dict[str, Any]] = field(default_factory=dict)
    troubles: dict[int, str] = field(default_factory=dict)
    seconds: float = 0.0


class _StepError(Exception):
    """A step came to no good end: `number` and why."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(why)
        self.number, self.why = number, why


def run_job(job: Job) -> Outcome:
    """Run a submission's steps and return what came of them.

    A step that takes too long, ends its own Python or garbles what is sent back is left out, and the rest
    is run again in a new child, so that it costs the learner that step and no other; three times at most.

    Raises
    ------
    SandboxError
        When this machine can't confine programs.
    """
    began = time.monotonic()
    outcome = Outcome(job.name)
    ends = deadline(job.seconds)
    for _ in range(MOST_ATTEMPTS):
        try:
            outcome.replies = {}
            _attempt(job, outcome, ends)
            break
        except _StepError as error:
            outcome.troubles[error.number] = error.why
            if time.monotonic() >= ends:
                break
    for number in range(len(job.steps)):
        if number not in outcome.replies:
            outcome.troubles.setdefault(number, "not reached: a cell before it did not end well")
    outcome.seconds = time.monotonic() - began
    return outcome


def _attempt(job: Job, outcome: Outcome, ends: float) -> None:
    warm = _warm()
    number, room = -1, MOST_SHOWN
    try:
        with warm.child(job.limits) as line:
            if refused := wire.receive(line, ends=ends).get("refused"):
                raise SandboxError(f"Learners' code can't be confined here: {refused}.", ELSEWHERE)
            for place, text in job.files.items():
                ask(line, {"do": "write", "place": place, "text": text}, ends=ends)
            for number, step in enumerate(job.steps):
                if number not in outcome.troubles:
                    reply = _reply(line, step, min(ends, deadline(job.cell_seconds)))
                    room -= 0 if step.expression else len(json.dumps(reply))
                    outcome.replies[number] = reply if step.expression or room >= 0 else {"outputs": [_LEFT_OUT]}
    except wire.WireError as error:
        raise _StepError(max(number, 0), f"what it sent back could not be read ({error})") from None
    except wire.SilenceError as error:
        if not error.is_late:
            why = _ending(warm.status)
        elif time.monotonic() >= ends:
            why = f"ended: the notebook took longer than {job.seconds:g} seconds in all"
        else:
            why = f"ended: it took longer than {job.cell_seconds:g} seconds"
        raise _StepError(max(number, 0), why) from None
    finally:
        if warm.status is None:
            _drop()


def _reply(line: socket.socket, step: Step, ends: float) -> dict[str, Any]:
    reply = ask(line, _message(step), ends=ends)
    if not isinstance(reply, dict):
        raise wire.WireError("no object")
    return reply


def _message(step: Step) -> dict[str, Any]:
    if step.expression:
        return {"do": "read", "question": dict(step.question), "expression": step.expression}
    return {"do": "run", "source": step.source}


def _ending(status: int | None) -> str:
    if status is None or status < 128:
        return "it ended its own Python"
    return f"it ended its own Python (signal {status - 128})"


_mine = threading.local()
_all: list[Warm] = []


def _warm() -> Warm:
    """Return this thread's warm interpreter, started where there is none, or `close_warm` has ended it."""
    if getattr(_mine, "warm", None) not in _all:
        _mine.warm = Warm()
        _all.append(_mine.warm)
    warm: Warm = _mine.warm
    return warm


def _drop() -> None:
    _mine.warm.close()
    if _mine.warm in _all:  # `close_warm` may have come first
        _all.remove(_mine.warm)
    _mine.warm = None


def warm_up() -> None:
    """Return when this thread's interpreter is warm; `SandboxError` where this machine can't confine programs."""
    _warm()


def close_warm() -> None:
    """End the warm interpreters of all threads."""
    while _all:
        _all.pop().close()
