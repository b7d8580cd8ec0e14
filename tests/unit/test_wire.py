"""wire: frames are measured before they are read, and nobody is waited for longer than was said."""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from newsdesk.sandbox.wire import DEEPEST, LARGEST, SilenceError, WireError, packed, parse, receive, send

Lines = tuple[socket.socket, socket.socket]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Return the two ends of a line."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def soon(seconds: float = 5) -> float:
    """Return a moment that a test does not reach unless it hangs."""
    return time.monotonic() + seconds


def framed(content: bytes) -> bytes:
    """Return a frame."""
    return struct.pack(">I", len(content)) + content


@pytest.mark.parametrize("message", [{}, [], None, "ä\U0001f600", {"a": [1, 2.5, True, {"b": "\udc80"}]}, "x" * 20_000])
def test_what_is_sent_arrives(lines: Lines, message: object):
    """Half characters too, which no UTF-8 can hold."""
    ours, theirs = lines
    send(ours, message, ends=soon())
    send(ours, "next", ends=soon())
    assert receive(theirs, ends=soon()) == message
    assert receive(theirs, ends=soon()) == "next"


def test_a_message_that_is_too_large_is_not_sent(lines: Lines):
    """The largest is, and one byte more is not."""
    assert len(packed("x" * (LARGEST - 2))) == LARGEST
    with pytest.raises(WireError, match=f"{LARGEST + 1} bytes"):
        send(lines[0], "x" * (LARGEST - 1), ends=soon())


def test_a_frame_that_says_it_is_too_large_is_not_read(lines: Lines):
    """Its length is looked at before a byte of it is kept."""
    ours, theirs = lines
    ours.sendall(struct.pack(">I", LARGEST + 1) + b"x" * 100)
    with pytest.raises(WireError, match=f"{LARGEST + 1} bytes; at most {LARGEST} are read"):
        receive(theirs, ends=soon())


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_depth_is_counted_before_it_is_parsed(opening: str):
    """As deep as may be is read; deeper is refused, however deep."""
    closing = "]" if opening == "[" else "}"

    def nested(depth: int) -> bytes:
        return (opening * depth + "0" + closing * depth).encode()

    assert parse(nested(DEEPEST))
    for depth in (DEEPEST + 1, 100_000):
        with pytest.raises(WireError, match=f"nested deeper than {DEEPEST}"):
            parse(nested(depth))


def test_brackets_in_texts_are_no_depth():
    r"""A text full of brackets and quotes, ``\"`` among them, is a text."""
    text = '["\\' * 200 + "{" * 200 + "\\"
    assert parse(json.dumps([text, text]).encode()) == [text, text]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"nothing", b"NaN", b"[Infinity]", b"\xff\xfe", b'"\xff"', b"1 2", b"9" * 5000, b"]" * 50]
)
def test_what_is_no_json_is_refused(lines: Lines, content: bytes):
    """NaN and Infinity are none, and a number of thousands of digits is not read."""
    ours, theirs = lines
    ours.sendall(framed(content))
    with pytest.raises(WireError):
        receive(theirs, ends=soon())


@pytest.mark.parametrize("sent", [b"", b"\x00", b"\x00\x00\x00\x05ab"])
def test_a_message_that_does_not_come_is_waited_for_until_the_deadline(lines: Lines, sent: bytes):
    """Nothing, half a head and half a frame are late alike."""
    ours, theirs = lines
    ours.sendall(sent)
    began = time.monotonic()
    with pytest.raises(SilenceError) as silence:
        receive(theirs, ends=began + 0.2)
    assert silence.value.is_late
    assert 0.19 < time.monotonic() - began < 5


def test_bytes_that_drip_do_not_put_the_deadline_off(lines: Lines):
    """The whole message has one deadline, not each of its parts."""
    ours, theirs = lines
    ours.sendall(struct.pack(">I", 100) + b"x" * 50)
    began = time.monotonic()

    class Dripping:
        def settimeout(self, seconds: float | None) -> None:
            theirs.settimeout(seconds)

        def recv(self, most: int) -> bytes:
            ours.sendall(b" ")
            time.sleep(0.02)
            return theirs.recv(1)

    with pytest.raises(SilenceError) as silence:
        receive(Dripping(), ends=began + 0.3)  # type: ignore[arg-type]
    assert silence.value.is_late
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("sent", [b"", b"\x00\x00", b"\x00\x00\x00\x05ab"])
def test_an_end_that_went_away_is_told_from_one_that_is_late(lines: Lines, sent: bytes):
    """At once, however far the deadline is."""
    ours, theirs = lines
    ours.sendall(sent)
    ours.close()
    with pytest.raises(SilenceError) as silence:
        receive(theirs, ends=soon(60))
    assert not silence.value.is_late


def test_nobody_is_waited_for_who_does_not_read(lines: Lines):
    """Sending has a deadline too; what has gone is not late."""
    ours, theirs = lines
    with pytest.raises(SilenceError) as silence:
        for _ in range(100):
            send(ours, "x" * 500_000, ends=time.monotonic() + 0.2)
    assert silence.value.is_late
    theirs.close()
    with pytest.raises(SilenceError) as silence:
        send(ours, "x", ends=soon())
    assert not silence.value.is_late


@pytest.mark.parametrize("act", [lambda line: send(line, 1, ends=0.0), lambda line: receive(line, ends=0.0)])
def test_a_deadline_that_has_passed_is_late_at_once(lines: Lines, act: Callable[[Any], object]):
    """Nothing is tried."""
    with pytest.raises(SilenceError) as silence:
        act(lines[0])
    assert silence.value.is_late
