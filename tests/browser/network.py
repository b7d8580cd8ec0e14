"""A network of loopback alone for a server, its kernels and a browser: closed by the system, not by trust.

Linux gives a process a network namespace of its own. One small process holds it open; commands enter it.
The kernel counts the packets that found no way out, so that a mere attempt to call somebody is seen.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

_HOLD = """
import fcntl, socket, struct, sys
UP, GET, SET = 0x1, 0x8913, 0x8914
with socket.socket() as s:
    flags = struct.unpack("16sh", fcntl.ioctl(s, GET, struct.pack("16sh", b"lo", 0))[:18])[1]
    fcntl.ioctl(s, SET, struct.pack("16sh", b"lo", flags | UP))
print("ready", flush=True)
sys.stdin.read()
"""
# root makes a namespace at once, an ordinary user inside a user namespace
_WAYS = [(["-n"], ["-n"]), (["-r", "-n"], ["-U", "--preserve-credentials", "-n"])]


class OpenNetwork:
    """No closed network: commands run as they are, and nothing is counted."""

    def __init__(self, reason: str) -> None:
        """Say why the network is not closed."""
        self.reason = reason

    def inside(self, command: list[str]) -> list[str]:
        """Return `command` unchanged."""
        return command

    def close(self) -> None:
        """Do nothing."""


class ClosedNetwork(OpenNetwork):
    """A network namespace in which only 127.0.0.1 answers; ended by `close`, or with this process."""

    def __init__(self) -> None:
        """Make the namespace.

        Raises
        ------
        OSError
            When the system does not permit it or lacks the tools.
        """
        super().__init__("")
        if sys.platform != "linux" or not (shutil.which("unshare") and shutil.which("nsenter")):
            raise OSError("network namespaces need Linux with unshare and nsenter")
        problems = []
        for new, enter in _WAYS:
            command = ["unshare", *new, sys.executable, "-c", _HOLD]
            self._holder = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
            assert self._holder.stdout is not None
            if self._holder.stdout.readline() == "ready\n":
                self._enter = ["nsenter", "-t", str(self._holder.pid), *enter, "--"]
                return
            problems.append(self._holder.communicate()[1].strip())
        raise OSError("; ".join(problems))

    def inside(self, command: list[str]) -> list[str]:
        """Return `command` such that it runs in the namespace; its process id stays that of the start."""
        return [*self._enter, *command]

    def attempts(self) -> int:
        """Return how many packets found no route so far: calls beyond this computer, names looked up too.

        Of IPv4: Chromium asks at each start whether there is an IPv6 network, without sending anything.
        """
        lines = Path(f"/proc/{self._holder.pid}/net/snmp").read_text().splitlines()
        names, values = (line.split() for line in lines if line.startswith("Ip:"))
        return int(dict(zip(names, values, strict=True))["OutNoRoutes"])

    def close(self) -> None:
        """Let the namespace go."""
        self._holder.communicate(timeout=10)


def best_network() -> OpenNetwork:
    """Return a closed network, or an open one with the reason."""
    try:
        return ClosedNetwork()
    except OSError as error:
        return OpenNetwork(f"no network namespace here: {error}")
