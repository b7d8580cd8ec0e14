"""What goes between the grader and a child: frames of JSON, measured before they are read.

A frame is four bytes that give its length, most significant first, and as many bytes of JSON.
"""

from __future__ import annotations

import json
import re
import socket
import struct
import time
from typing import Any

LARGEST = 1_000_000  # bytes of a frame
DEEPEST = 20  # brackets within brackets
_HEAD = struct.Struct(">I")
_TEXT = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)  # one without end is taken whole: no step back
_BRACKET = re.compile(rb"[\[{\]}]")


class WireError(Exception):
    """The other side sent something that is no frame, or a frame that is too large or too deep."""


class SilenceError(Exception):
    """The other side has gone, or sent nothing until the deadline: see `is_late`."""

    def __init__(self, *, is_late: bool) -> None:
        super().__init__("too late" if is_late else "gone")
        self.is_late = is_late


def send(line: socket.socket, message: object, *, ends: float | None = None) -> None:
    """Send a message; half characters in its texts arrive as they are.

    Raises
    ------
    WireError
        When it is larger than a frame may be.
    SilenceError
        When the other side has gone, or does not take it until `ends` (of `time.monotonic`).
    """
    content = packed(message)
    try:
        line.settimeout(_left(ends))
        line.sendall(_HEAD.pack(len(content)) + content)
    except TimeoutError:
        raise SilenceError(is_late=True) from None
    except OSError:
        raise SilenceError(is_late=False) from None


def packed(message: object) -> bytes:
    """Return a message as the JSON of a frame; WireError where it is too large."""
    content = json.dumps(message).encode("ascii")
    if len(content) > LARGEST:
        raise WireError(f"{len(content)} bytes; at most {LARGEST} are sent")
    return content


def receive(line: socket.socket, *, ends: float | None = None) -> Any:
    """Return the next message.

    Raises
    ------
    WireError
        When it is too large, nested too deeply, or no JSON.
    SilenceError
        When the other side has gone, or `ends` (of `time.monotonic`) comes before the message is whole.
    """
    (length,) = _HEAD.unpack(_exactly(line, _HEAD.size, ends))
    if length > LARGEST:
        raise WireError(f"{length} bytes; at most {LARGEST} are read")
    return parse(_exactly(line, length, ends))


def parse(content: bytes) -> Any:
    """Return the value of a JSON text that nobody vouches for.

    Raises
    ------
    WireError
        When it is nested too deeply or no JSON; NaN and Infinity are none.
    """
    depth = 0
    for bracket in _BRACKET.finditer(_TEXT.sub(b"", content)):
        depth += 1 if bracket[0] in b"[{" else -1
        if depth > DEEPEST:
            raise WireError(f"nested deeper than {DEEPEST}")
    try:
        return json.loads(content, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise WireError(f"no JSON: {type(error).__name__}") from None


def _refuse(name: str) -> None:
    raise ValueError(name)


def _exactly(line: socket.socket, length: int, ends: float | None) -> bytes:
    parts: list[bytes] = []
    while length:
        try:
            line.settimeout(_left(ends))
            part = line.recv(min(length, 65536))
        except TimeoutError:
            raise SilenceError(is_late=True) from None
        except OSError:
            part = b""
        if not part:
            raise SilenceError(is_late=False)
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _left(ends: float | None) -> float | None:
    if ends is None:
        return None
    left = ends - time.monotonic()
    if left <= 0:
        raise SilenceError(is_late=True)
    return left
