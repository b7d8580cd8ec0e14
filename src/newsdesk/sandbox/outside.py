"""The warm interpreter and its children as the grader sees them: started, asked, ended at a deadline."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from newsdesk.errors import NewsdeskError
from newsdesk.sandbox import wire
from newsdesk.sandbox.confining import MACHINES, Limits
from newsdesk.sandbox.mounts import command, learners_data

WARM_WITHIN = 120.0  # seconds; a loaded machine needs several times the usual four
END_WITHIN = 10.0
ELSEWHERE = (
    "Grade in the container of deploy/grader, or in WSL2 on Windows. Without a sandbox, on submissions that you "
    "trust: newsdesk grade --sandbox none"
)


class SandboxError(NewsdeskError):
    """Learners' code can't be confined on this machine: `seen` says why, `remedy` what to do."""

    def __init__(self, seen: str, remedy: str) -> None:
        super().__init__(f"{seen} {remedy}")
        self.seen, self.remedy = seen, remedy


class Warm:
    """A warm interpreter inside bubblewrap; its children run one at a time.

    Raises
    ------
    SandboxError
        When this machine can't confine programs, or the interpreter does not get warm.
    """

    def __init__(self) -> None:
        self.status: int | None = 0  # how the last child ended; None where the interpreter has gone
        program = find_bubblewrap()
        self._stack = contextlib.ExitStack()
        try:
            folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="newsdesk-grader-")))
            words = self._stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
            self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self._stack.callback(self._control.close)
            with theirs:
                self._process = subprocess.Popen(
                    command(program, learners_data(folder), theirs.fileno()),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=words,
                    pass_fds=[theirs.fileno()],
                    env={},
                    cwd="/",
                )
            self._stack.callback(self._end)
            self._await_warmth(words)
        except BaseException:
            self._stack.close()
            raise

    def _await_warmth(self, words: Any) -> None:
        self._control.settimeout(WARM_WITHIN)
        try:
            told = json.loads(self._control.recv(65536) or b"{}")
        except (TimeoutError, OSError):
            told = {}
        if told.get("warm"):
            return
        words.seek(0)
        said = words.read(4000).decode("utf-8", "replace").strip() or json.dumps(told.get("outputs", ""))
        last = (said.splitlines() or [""])[-1][:500]
        raise SandboxError(f"Learners' code can't be confined here; bwrap says: {last}.", _remedy(said))

    @contextlib.contextmanager
    def child(self, limits: Limits) -> Iterator[socket.socket]:
        """Yield the line to a new child, which is ended at the end.

        Raises
        ------
        SilenceError
            When the interpreter has gone.
        """
        if os.getuid() == 0:
            limits = replace(limits, threads=0)  # the system counts no threads of root
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                try:
                    socket.send_fds(self._control, [json.dumps(asdict(limits)).encode()], [theirs.fileno()])
                except OSError:
                    self.status = None
                    raise wire.SilenceError(is_late=False) from None
            try:
                yield ours
            finally:
                self.status = self._finish()

    def _finish(self) -> int | None:
        """End the child and return its exit status; None where the interpreter has gone."""
        self._control.settimeout(END_WITHIN)
        try:
            self._control.send(b"end")
            while True:
                told = self._control.recv(4096)
                if not told:
                    return None
                return int(json.loads(told)["ended"])
        except (OSError, ValueError, KeyError):
            return None

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """End the interpreter and whatever runs in it."""
        self._stack.close()

    def __enter__(self) -> Self:
        """Return the interpreter."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        self.close()


def find_bubblewrap() -> str:
    """Return the program that makes sandboxes.

    Raises
    ------
    SandboxError
        When this is not Linux on a machine that the sandbox knows, or the program is missing.
    """
    if not sys.platform.startswith("linux"):
        raise SandboxError(f"Learners' code is confined on Linux only; this is {platform.system()}.", ELSEWHERE)
    if platform.machine() not in MACHINES:
        raise SandboxError(
            f"Learners' code is confined on {' and '.join(MACHINES)} only; this is {platform.machine()}.", ELSEWHERE
        )
    program = shutil.which("bwrap")
    if program is None:
        raise SandboxError(
            "The program bwrap is missing, which confines learners' code.",
            "Install it: sudo apt install bubblewrap (Debian, Ubuntu), sudo dnf install bubblewrap (Fedora).",
        )
    return program


def _remedy(said: str) -> str:
    if "No permissions to create" in said or "setting up uid map" in said or "not permitted" in said:
        return (
            "The system does not let programs make sandboxes. On Ubuntu 24.04 and later: sudo sysctl -w "
            "kernel.apparmor_restrict_unprivileged_userns=0. In a container: deploy/grader says which options it "
            f"needs. {ELSEWHERE}"
        )
    return ELSEWHERE


def deadline(seconds: float) -> float:
    """Return the moment, of `time.monotonic`, so many seconds from now."""
    return time.monotonic() + seconds


def ask(line: socket.socket, message: object, *, ends: float) -> Any:
    """Send a message to a child and return its answer; errors as `wire.receive`."""
    wire.send(line, message, ends=ends)
    return wire.receive(line, ends=ends)
