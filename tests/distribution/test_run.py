"""tests/run.py: each step runs to its end, and what could not run is a failure that says so."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the fakes are shell scripts")


def command(folder: Path, name: str, body: str) -> Path:
    """Put a shell script into a folder that is on PATH."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{body}\n")
    (folder / name).chmod(0o755)
    return folder / name


@pytest.fixture
def bare(run_module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that is all of PATH: no Chromium, and no way to install one."""
    folder = tmp_path / "path"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "browsers"))
    monkeypatch.delenv("NEWSDESK_CHROMIUM", raising=False)
    monkeypatch.setattr(run_module, "MAC_BROWSER", "/nowhere")
    monkeypatch.setattr(run_module, "quietly", lambda _: False)
    return folder


@pytest.fixture
def steps(run_module: ModuleType, tmp_path: Path) -> Path:
    """Put small steps in place of the real ones; return the file in which they note how they were called."""
    notes = tmp_path / "notes"
    note = f"import os, sys; print(*sys.argv[1:], os.environ.get('NEWSDESK_CHROMIUM'), file=open({str(notes)!r}, 'a'))"
    run_module.STEPS = {
        "lint": ["-c", f"{note}; sys.exit(3)", "lint"],
        "pytest": ["-c", note, "pytest"],
        "lessons": ["-c", note, "lessons"],
    }
    return notes


def test_every_step_runs_and_one_failure_fails_all(
    run_module: ModuleType, bare: Path, steps: Path, capfd: pytest.CaptureFixture[str]
):
    """The steps after a failed one run too; the last lines say how each went and how long it took."""
    browser = command(bare, "chromium", "echo Chromium 1")
    assert run_module.test([]) == 1
    assert steps.read_text().splitlines() == [f"lint {browser}", f"pytest -m not slow {browser}", f"lessons {browser}"]
    last = capfd.readouterr().out.splitlines()[-3:]
    assert [line.split()[0] for line in last] == ["FAILED", "passed", "passed"]
    assert [line.split()[-1] for line in last] == ["lint", "pytest", "lessons"]


@pytest.mark.parametrize(
    ("args", "noted"),
    [
        (["--all"], "pytest"),
        (["--no-browser"], "pytest -m not slow and not browser"),
        (["--all", "--no-browser"], "pytest -m not browser"),
        (["-m", "slow"], "pytest -m slow"),
        (["tests/unit", "-k", "dates", "--no-browser"], "pytest -m not browser tests/unit -k dates"),
    ],
)
def test_arguments_choose_the_tests(run_module: ModuleType, bare: Path, steps: Path, args: list[str], noted: str):
    """--all takes the slow ones in, --no-browser leaves the browser's out; other arguments are pytest's alone."""
    browser = None if "--no-browser" in args else command(bare, "chromium", "echo Chromium 1")
    run_module.STEPS.pop("lint")
    assert run_module.test(args) == 0
    lines = steps.read_text().splitlines()
    assert lines[0] == f"{noted} {browser}"
    assert len(lines) == (1 if set(args) - {"--all", "--no-browser"} else 2)


def test_missing_chromium_fails_and_says_so(
    run_module: ModuleType, bare: Path, steps: Path, capfd: pytest.CaptureFixture[str]
):
    """The other tests run; the whole is a failure, with the ways out."""
    run_module.STEPS.pop("lint")
    assert run_module.test([]) == 1
    assert steps.read_text().splitlines()[0] == "pytest -m not slow and not browser None"
    out = capfd.readouterr().out
    assert "browser tests can't run" in out
    assert "--no-browser" in out
    assert "FAILED     0.0 s  a Chromium for the browser tests" in out


def test_launcher_without_a_browser_behind_it_is_passed_over(run_module: ModuleType, bare: Path):
    """Each candidate is run; the first that answers is taken."""
    command(bare, "chromium", "echo 'install the snap' >&2; exit 1")
    works = command(bare, "google-chrome", "echo Google Chrome 1")
    assert run_module.find_chromium() == str(works)


def test_chromium_that_was_named_and_fails_is_an_error(
    run_module: ModuleType, bare: Path, monkeypatch: pytest.MonkeyPatch
):
    """A name in NEWSDESK_CHROMIUM is never replaced in silence."""
    command(bare, "chromium", "echo Chromium 1")
    monkeypatch.setenv("NEWSDESK_CHROMIUM", str(bare / "missing"))
    with pytest.raises(SystemExit, match="which does not start"):
        run_module.find_chromium()


def test_chromium_is_installed_by_apt_where_that_may_be_done(
    run_module: ModuleType, bare: Path, monkeypatch: pytest.MonkeyPatch
):
    """apt-get is asked for its lists, then for Chromium; Playwright's own is not fetched then."""
    command(bare, "apt-get", "")
    asked: list[list[str]] = []

    def quietly(words: list[str]) -> bool:
        asked.append(words)
        if words[-2:] == ["install", "chromium"] and "apt-get" in words:
            command(bare, "chromium", "echo Chromium 1")
        return True

    monkeypatch.setattr(run_module, "quietly", quietly)
    assert run_module.install_chromium() == str(bare / "chromium")
    asked = [words for words in asked if words[-1] != "true"]
    assert [words[-1] for words in asked] == ["update", "chromium"]
    assert all("apt-get" in words for words in asked)


def test_chromium_of_playwright_is_the_last_way(run_module: ModuleType, bare: Path, monkeypatch: pytest.MonkeyPatch):
    """Where apt-get may not be used, Playwright's own is fetched into .venv and found there."""
    asked: list[list[str]] = []
    monkeypatch.setattr(run_module, "quietly", lambda words: bool(asked.append(words)))
    assert run_module.install_chromium() is None
    assert asked == [[sys.executable, "-m", "playwright", "install", "chromium"]]
