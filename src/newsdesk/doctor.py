"""Is this computer ready, and what to do if not: one line a check."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from newsdesk.errors import NewsdeskError
from newsdesk.kit import kit_folder, kit_version
from newsdesk.workspace import read_manifest

_PACKAGES = {"jupyterlab": (4, 5), "ipywidgets": (8, 1), "pandas": (3, 0), "altair": (6, 0)}
_FREE_MB = 200


@dataclass(frozen=True)
class Finding:
    """One check: what was looked at, whether it is well, what was seen, what to do if it is not."""

    what: str
    is_well: bool
    seen: str
    remedy: str = ""


def examine(folder: Path) -> list[Finding]:
    """Examine this computer for working in `folder`.

    Returns
    -------
    list of Finding
        In the order in which a person would mend them. Nothing is changed but a small file, made and
        deleted, and a Python kernel, started and ended.
    """
    checks: list[Callable[[], Finding]] = [
        _python,
        _packages,
        _kit,
        lambda: _working_copy(folder),
        lambda: _writable(folder),
        lambda: _space(folder),
        _loopback,
        _kernel,
        _chart,
    ]
    if find_spec("nbgrader") is not None:  # an instructor's computer
        checks.append(_sandbox)
    return [check() for check in checks]


def _python() -> Finding:
    seen = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", sys.version_info >= (3, 11), seen, "Install Python 3.11 or newer from python.org.")


def _packages() -> Finding:
    wrong: list[str] = []
    right: list[str] = []
    for package, lowest in _PACKAGES.items():
        try:
            got = version(package)
        except PackageNotFoundError:
            wrong.append(f"{package} is not installed")
            continue
        numbers = tuple(int(n) for n in got.split(".")[:2])
        is_right = numbers >= lowest and numbers[0] == lowest[0]
        (right if is_right else wrong).append(f"{package} {got}")
    remedy = "In a checkout, run 'python3 start.py' again. Elsewhere: pip install --upgrade newsdesk"
    return Finding("Packages", not wrong, ", ".join(wrong or right), remedy)


def _kit() -> Finding:
    try:
        count = len(list(kit_folder("notebooks").glob("*.ipynb")))
        kit_folder("data")
    except NewsdeskError as error:
        return Finding("The kit", False, str(error), "Install newsdesk again.")
    return Finding("The kit", count > 0, f"version {kit_version()}, {count} lessons", "Install newsdesk again.")


def _working_copy(folder: Path) -> Finding:
    try:
        files = read_manifest(folder)
    except NewsdeskError as error:
        return Finding("Working copy", False, str(error), "")
    seen = f"{folder}, {len(files)} files" if files else f"none yet in {folder}; 'newsdesk lab' makes it"
    return Finding("Working copy", True, seen)


def _existing(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists."""
    return next(place for place in (folder, *folder.parents) if place.exists())


def _writable(folder: Path) -> Finding:
    place = _existing(folder.resolve())
    remedy = "Choose a folder that you may write in: newsdesk lab FOLDER"
    try:
        with tempfile.NamedTemporaryFile(dir=place) as file:
            file.write(b"x")
    except OSError as error:
        return Finding("Writing", False, f"{place}: {error.strerror}", remedy)
    return Finding("Writing", True, f"{place} can be written")


def _space(folder: Path) -> Finding:
    free = shutil.disk_usage(_existing(folder.resolve())).free // 1_000_000
    return Finding("Free space", free >= _FREE_MB, f"{free} MB", f"Free some: at least {_FREE_MB} MB.")


def _loopback() -> Finding:
    try:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
    except OSError as error:
        return Finding("Local page", False, str(error), "Allow programs to serve pages on 127.0.0.1 (firewall).")
    return Finding("Local page", True, "a page can be served on 127.0.0.1")


def _kernel() -> Finding:
    from jupyter_client.kernelspec import NoSuchKernel  # half a second, needed here only
    from jupyter_client.manager import KernelManager

    manager = KernelManager(kernel_name="python3")
    remedy = "Run 'python3 start.py' again; if it stays so, look for a program that ends others (antivirus)."
    try:
        manager.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        client = manager.blocking_client()
        client.start_channels()
        client.wait_for_ready(timeout=60)
        client.stop_channels()
    except (OSError, RuntimeError, NoSuchKernel) as error:
        return Finding("Kernel", False, f"no Python kernel answers: {error}", remedy)
    finally:
        manager.shutdown_kernel(now=True)
    return Finding("Kernel", True, "a Python kernel starts and answers")


def _chart() -> Finding:
    from newsdesk.charts import render  # loads the converter, needed here only

    spec = {"data": {"values": [{"a": 1}]}, "mark": "bar", "encoding": {"x": {"field": "a", "type": "ordinal"}}}
    remedy = "In a checkout, run 'python3 start.py' again. Elsewhere: pip install --upgrade vl-convert-python"
    try:
        is_drawn = "image/svg+xml" in render(spec)
    except ValueError as error:  # what vl-convert raises
        return Finding("Charts", False, f"no picture: {error}", remedy)
    return Finding("Charts", is_drawn, "drawn without the network" if is_drawn else "vl-convert is missing", remedy)


_ESCAPES = """
import os, socket
ways = []
for name, way in {
    "the list of processes": lambda: os.listdir("/proc"),
    "a folder outside": lambda: os.listdir("/home"),
    "the network": lambda: socket.socket(),
    "another program": lambda: os.fork(),
    "a file of the system": lambda: open("/usr/lib/newsdesk", "w"),
}.items():
    try:
        way()
        ways.append(name)
    except OSError:
        pass
"""


def _sandbox() -> Finding:
    """Run a child as grading does, and let it try what learners' code must not do."""
    from newsdesk.sandbox.outside import SandboxError
    from newsdesk.sandbox.running import Job, Step, close_warm, run_job

    reading = {"question_id": "doctor", "kind": "list", "points": 1.0, "may_be_empty": True}
    try:
        outcome = run_job(Job("doctor", (Step(source=_ESCAPES), Step(question=reading, expression="ways"))))
    except SandboxError as error:
        return Finding("Grading", False, error.seen, error.remedy)
    finally:
        close_warm()
    ways = outcome.replies.get(1, {}).get("form")
    if ways == []:
        return Finding("Grading", True, "learners' code is confined: no files, no network, no programs")
    seen = f"learners' code reaches {', '.join(ways)}" if isinstance(ways, list) else "a confined child does not answer"
    return Finding("Grading", False, seen, "Do not grade on this machine. Please report this: it is a defect of ours.")
