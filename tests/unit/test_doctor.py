"""doctor: is this computer ready, and what to do if not. Each check is seen to fail."""

from __future__ import annotations

import gc
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jupyter_client.kernelspec import NoSuchKernel
from jupyter_client.manager import KernelManager
from smallkit import SmallKit

import newsdesk.doctor
import newsdesk.sandbox.outside
import newsdesk.sandbox.running
from newsdesk.doctor import Finding, examine
from newsdesk.sandbox.running import Outcome
from newsdesk.workspace import update_workspace

FilesIn = Callable[[Path], dict[str, bytes]]
CHECKS = [
    *("Python", "Packages", "The kit", "Working copy", "Writing", "Free space", "Local page", "Kernel", "Charts"),
    "Grading",  # where nbgrader is, as it is among the tests
]


@pytest.fixture
def no_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the confined child out, which takes some seconds; it has a test of its own."""
    monkeypatch.setattr(newsdesk.doctor, "_sandbox", lambda: Finding("Grading", True, "left out"))


@pytest.fixture
def no_kernel(monkeypatch: pytest.MonkeyPatch, no_sandbox: None) -> None:
    """Leave the kernel out, which takes a second; it has a test of its own."""
    monkeypatch.setattr(newsdesk.doctor, "_kernel", lambda: Finding("Kernel", True, "left out"))


def look(folder: Path, what: str) -> Finding:
    """Return one check's finding."""
    (found,) = (finding for finding in examine(folder) if finding.what == what)
    return found


def raising(error: BaseException) -> Callable[..., Any]:
    """Return a function that raises `error` whatever it is given."""

    def raise_it(*_: object, **__: object) -> None:
        raise error

    return raise_it


def says_what_to_do(finding: Finding) -> bool:
    """Say whether a person who reads the finding knows a next step."""
    words = f"{finding.seen} {finding.remedy}"
    return any(
        verb in words for verb in ("Install", "run", "Run", "pip", "Free", "Allow", "Choose", "Rename", "update")
    )


@pytest.mark.usefixtures("no_sandbox")
def test_this_computer_is_ready(small_kit: SmallKit, tmp_path: Path, files_in: FilesIn) -> None:
    """Every check is made, in the order in which a person would mend them, and nothing is left behind."""
    folder = tmp_path / "new"
    before = files_in(tmp_path)
    findings = examine(folder)
    gc.collect()  # a file or socket left open is a warning here, and a warning is an error
    assert [finding.what for finding in findings] == CHECKS
    assert [finding for finding in findings if not finding.is_well] == []
    assert files_in(tmp_path) == before
    assert not folder.exists()


@pytest.mark.usefixtures("no_kernel")
def test_an_old_python_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its version and where a newer one is."""
    monkeypatch.setattr(newsdesk.doctor, "sys", SimpleNamespace(version_info=(3, 10, 4)))
    found = newsdesk.doctor._python()
    assert (found.is_well, found.seen) == (False, "3.10.4")
    assert says_what_to_do(found)


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize(
    ("package", "got", "seen"),
    [
        ("altair", "5.5.0", "altair 5.5.0"),
        ("pandas", "4.0.0", "pandas 4.0.0"),
        ("jupyterlab", "4.4.9", "jupyterlab 4.4.9"),
        ("ipywidgets", None, "ipywidgets is not installed"),
    ],
)
def test_a_package_too_old_too_new_or_missing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str, got: str | None, seen: str
) -> None:
    """Only those that are wrong are named."""
    real = newsdesk.doctor.version

    def version(name: str) -> str:
        if name != package:
            return real(name)
        if got is None:
            raise PackageNotFoundError(name)
        return got

    monkeypatch.setattr(newsdesk.doctor, "version", version)
    found = look(tmp_path, "Packages")
    assert (found.is_well, found.seen) == (False, seen)
    assert says_what_to_do(found)


@pytest.mark.usefixtures("no_kernel")
def test_a_kit_without_lessons_is_told(small_kit: SmallKit, tmp_path: Path) -> None:
    """An empty folder, and then none at all."""
    for path in small_kit.notebooks.iterdir():
        path.unlink()
    found = look(tmp_path, "The kit")
    assert (found.is_well, says_what_to_do(found)) == (False, True)
    small_kit.notebooks.rmdir()
    found = look(tmp_path, "The kit")
    assert not found.is_well
    assert "notebooks" in found.seen


@pytest.mark.usefixtures("no_kernel")
def test_a_working_copy_is_counted(small_kit: SmallKit, tmp_path: Path) -> None:
    """Not there yet is no fault; there, its files are counted."""
    folder = tmp_path / "news"
    found = look(folder, "Working copy")
    assert found.is_well
    assert found.seen == f"none yet in {folder}; 'newsdesk lab' makes it"
    update_workspace(folder)
    assert look(folder, "Working copy").seen == f"{folder}, 8 files"


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize("content", ["damaged", '{"format": 9, "files": {}}'])
def test_a_working_copy_that_cannot_be_read_is_told(small_kit: SmallKit, tmp_path: Path, content: str) -> None:
    """Damaged or of a newer kit: what to do, and nothing mended behind the learner's back."""
    (tmp_path / "newsdesk.json").write_text(content)
    found = look(tmp_path, "Working copy")
    assert (found.is_well, says_what_to_do(found)) == (False, True)
    assert (tmp_path / "newsdesk.json").read_text() == content


@pytest.mark.usefixtures("no_kernel")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The nearest folder that exists is named, with the system's reason."""
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", raising(PermissionError(13, "Permission denied")))
    found = look(tmp_path / "a" / "b", "Writing")
    assert (found.is_well, found.seen) == (False, f"{tmp_path}: Permission denied")
    assert says_what_to_do(found)


@pytest.mark.usefixtures("no_kernel")
def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    """The check says so; it does not end in an error."""
    (tmp_path / "file").write_bytes(b"mine")
    assert not look(tmp_path / "file", "Writing").is_well
    assert (tmp_path / "file").read_bytes() == b"mine"


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize(("free", "is_well"), [(199_999_999, False), (200_000_000, True)])
def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, is_well: bool) -> None:
    """From 200 MB on it is enough."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    found = look(tmp_path / "not" / "yet", "Free space")
    assert (found.is_well, found.seen) == (is_well, f"{free // 1_000_000} MB")
    assert says_what_to_do(found)


@pytest.mark.usefixtures("no_kernel")
def test_a_closed_loopback_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No page can be served: the firewall is named."""
    monkeypatch.setattr(socket.socket, "bind", raising(OSError(99, "Cannot assign requested address")))
    found = look(tmp_path, "Local page")
    assert (found.is_well, says_what_to_do(found)) == (False, True)
    assert "Cannot assign" in found.seen


@pytest.mark.parametrize(
    "error",
    [FileNotFoundError(2, "No such file"), RuntimeError("Kernel died before replying"), NoSuchKernel("python3")],
)
def test_a_kernel_that_does_not_start_is_told(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Not there, dead at once, or unknown to Jupyter: a finding, not a traceback."""
    monkeypatch.setattr(KernelManager, "start_kernel", raising(error))
    found = newsdesk.doctor._kernel()
    gc.collect()
    assert (found.is_well, says_what_to_do(found)) == (False, True)


@pytest.mark.usefixtures("no_kernel")
def test_a_missing_converter_is_told_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Charts would have no picture on paper: say how to get it."""
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    found = look(tmp_path, "Charts")
    assert (found.is_well, found.seen) == (False, "vl-convert is missing")
    assert says_what_to_do(found)


@pytest.mark.usefixtures("no_kernel")
def test_a_converter_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken installation: a finding like the others, and the checks after it are made."""
    import vl_convert

    monkeypatch.setattr(vl_convert, "vegalite_to_svg", raising(ValueError("conversion failed")))
    found = look(tmp_path, "Charts")
    assert (found.is_well, says_what_to_do(found)) == (False, True)


@pytest.mark.skipif(sys.platform != "linux", reason="learners' code is confined on Linux only")
def test_a_confined_child_is_run() -> None:
    """It finds no way out, and the line says so."""
    found = newsdesk.doctor._sandbox()
    assert (found.what, found.is_well) == ("Grading", True), found
    assert found.seen == "learners' code is confined: no files, no network, no programs"


def test_a_way_out_of_the_sandbox_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a child reaches is named, and nobody is told to go on."""
    told = Outcome("doctor", replies={1: {"form": ["the network", "another program"]}})
    monkeypatch.setattr(newsdesk.sandbox.running, "run_job", lambda _: told)
    found = newsdesk.doctor._sandbox()
    assert (found.is_well, found.seen) == (False, "learners' code reaches the network, another program")
    assert "Do not grade on this machine" in found.remedy


def test_a_missing_bubblewrap_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it."""
    monkeypatch.setattr(newsdesk.sandbox.outside, "sys", SimpleNamespace(platform="linux"))
    monkeypatch.setattr(newsdesk.sandbox.outside.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(newsdesk.sandbox.outside.shutil, "which", lambda _: None)
    found = newsdesk.doctor._sandbox()
    assert not found.is_well
    assert "bwrap is missing" in found.seen
    assert "apt install bubblewrap" in found.remedy


def test_another_system_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """With where to grade instead."""
    monkeypatch.setattr(newsdesk.sandbox.outside, "sys", SimpleNamespace(platform="darwin"))
    found = newsdesk.doctor._sandbox()
    assert "on Linux only" in found.seen
    assert "deploy/grader" in found.remedy
