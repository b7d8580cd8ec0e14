"""A kernel that is killed while somebody marks: what is in the file afterwards."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest
from jupyter_client.manager import KernelManager

from newsdesk.annotation.store import load_marks
from newsdesk.annotation.widget import SAVED_AFTER

KILLS = 50
EDITS = 1000
SLACK = 0.5  # seconds for writing the file and, on a busy machine, for the thread to get its turn
CODE = f"""
import re, time
import newsdesk as nd
pencil = nd.annotate("gt-2020", annotator="ana")
article = nd.load_article("gt-2020")
words = [(p.number, m) for p in article.paragraphs for m in re.finditer(r"\\w+", p.text)]
labels = ["source", "cue", "claim"]
spans = [(label, article.offset(n) + m.start(), article.offset(n) + m.end()) for label in labels for n, m in words]
log = open("log.txt", "a", buffering=1)
log.write("begin 0\\n")
for label, start, end in spans[:{EDITS}]:
    pencil.add(label, start=start, end=end)
    log.write(f"{{len(pencil.marks.marks)}} {{time.monotonic()}}\\n")
    time.sleep(0.002)
"""


def kill_once(folder: Path, after: float) -> tuple[int, int, float]:
    """Kill a kernel so long after its first edit; return marks made, marks in the file, and the loss in seconds."""
    folder.mkdir()
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(cwd=str(folder), env={**os.environ, "JUPYTER_PLATFORM_DIRS": "1"})
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        client.execute(CODE)
        log = folder / "log.txt"
        deadline = time.monotonic() + 60
        while not (log.exists() and log.read_text().count("\n") > 1):
            assert time.monotonic() < deadline, "the kernel does not begin"
            time.sleep(0.01)
        time.sleep(after)
        pid = manager.provisioner.pid
        os.kill(pid, signal.SIGKILL)
        killed = time.monotonic()
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()
    edits = [line.split() for line in log.read_text().splitlines()[1:] if line.count(" ") == 1]
    saved = len(load_marks("gt-2020", annotator="ana", folder=folder).marks)
    lost = [float(at) for number, at in edits if int(number) > saved and float(at) > 0]
    return len(edits), saved, killed - min(lost, default=killed)


def assert_little_lost(folder: Path, kills: int) -> None:
    """Kill so often, at random moments; what is lost was made in the last interval before."""
    dice = random.Random(20261122)
    for number in range(kills):
        after = dice.uniform(0.02, 4)
        made, saved, seconds = kill_once(folder / str(number), after)
        assert made > 0
        assert seconds <= SAVED_AFTER + SLACK, f"kill {number} after {after:.2f} s: {made - saved} of {made} lost"


def test_a_killed_kernel_loses_the_last_interval_at_most(tmp_path: Path) -> None:
    """Two kills: the file loads whole, and what is lost was made within the interval before the kill."""
    assert_little_lost(tmp_path, 2)


@pytest.mark.slow
def test_fifty_killed_kernels(tmp_path: Path) -> None:
    """Fifty kills at random moments of a thousand edits: the same."""
    assert_little_lost(tmp_path, KILLS)
