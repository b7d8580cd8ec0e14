"""lab: JupyterLab on a working copy, with nothing that asks the network."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from smallkit import SmallKit

from newsdesk.errors import NotFoundError, PlaceError
from newsdesk.lab import open_lab

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows starts a child in place of execve")

FilesIn = Callable[[Path], dict[str, bytes]]


class _Started(BaseException):
    """In place of JupyterLab: the command, its program and its environment."""


@pytest.fixture(autouse=True)
def _no_lab(monkeypatch: pytest.MonkeyPatch) -> None:
    """Never become JupyterLab: the process that would is the one that runs the tests."""

    def execve(program: str, command: list[str], environment: dict[str, str]) -> None:
        raise _Started(program, command, environment)

    monkeypatch.setattr(os, "execve", execve)


@pytest.fixture
def start(small_kit: SmallKit, tmp_path: Path) -> Callable[..., tuple[list[str], dict[str, str], list[str]]]:
    """Return a function that opens the lab and returns command, environment and what was said."""

    def call(**change: object) -> tuple[list[str], dict[str, str], list[str]]:
        said: list[str] = []
        options = {"folder": tmp_path / "mes leçons", "lesson": "l00", "browser": True, "port": 8888} | change
        with pytest.raises(_Started) as caught:
            open_lab(options.pop("folder"), **options, say=said.append)  # type: ignore[arg-type]
        program, command, environment = caught.value.args
        assert program == command[0] == sys.executable
        return command, environment, said

    return call


def test_the_lab_opens_the_lesson_in_the_working_copy(start: Callable[..., tuple], tmp_path: Path) -> None:
    """The process becomes this environment's JupyterLab, in the folder, on the page of the lesson."""
    command, _, said = start(lesson="l01", port=9999)
    folder = tmp_path / "mes leçons"
    assert command[1:3] == ["-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={folder}" in command
    assert "--LabApp.default_url=/lab/tree/notebooks/01-read.ipynb" in command
    assert "--ServerApp.port=9999" in command
    assert (folder / "notebooks" / "01-read.ipynb").is_file()
    assert said[:2] == [f"New in {folder}: 8 files.", f"Your working copy: {folder}"]


def test_the_second_time_nothing_is_said_of_files(start: Callable[..., tuple], tmp_path: Path) -> None:
    """Only where the working copy is, and how to end."""
    start()
    _, _, said = start()
    assert said[0] == f"Your working copy: {tmp_path / 'mes leçons'}"
    assert "Ctrl-C" in said[1]


def test_the_lab_serves_this_computer_only(start: Callable[..., tuple]) -> None:
    """Nobody else on the network of a café can open the page."""
    command, _, _ = start()
    assert "--ServerApp.ip=127.0.0.1" in command
    assert not any("token" in part or "password" in part for part in command)


@pytest.mark.parametrize("browser", [True, False])
def test_a_browser_is_opened_on_demand(start: Callable[..., tuple], browser: bool) -> None:
    """On a server there is none."""
    command, _, _ = start(browser=browser)
    assert ("--no-browser" in command) is not browser


@pytest.mark.parametrize("before", [None, "/a/config"])
def test_terminals_and_kernels_find_this_environments_commands(
    start: Callable[..., tuple], monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    """Its folder comes first in PATH, the kit's settings first in Jupyter's; the rest is kept."""
    monkeypatch.delenv("JUPYTER_CONFIG_PATH", raising=False)
    if before:
        monkeypatch.setenv("JUPYTER_CONFIG_PATH", before)
    _, environment, _ = start()
    assert environment["PATH"] == os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    settings, *others = environment["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert others == ([before] if before else [])
    assert list(Path(settings).rglob("*.json")), "the kit's settings are not where the lab is told to look"
    ours = {"PATH", "JUPYTER_CONFIG_PATH"}
    assert {k: v for k, v in environment.items() if k not in ours} == {
        k: v for k, v in os.environ.items() if k not in ours
    }


@pytest.mark.parametrize(("user", "is_root"), [(0, True), (1000, False)])
def test_only_root_gets_the_option_for_root(
    start: Callable[..., tuple], monkeypatch: pytest.MonkeyPatch, user: int, is_root: bool
) -> None:
    """A container runs as root, which Jupyter refuses without it."""
    monkeypatch.setattr(os, "geteuid", lambda: user)
    command, _, _ = start()
    assert ("--allow-root" in command) is is_root


def test_nothing_asks_the_network(start: Callable[..., tuple]) -> None:
    """No news, no check for updates, no list of extensions, by options that this JupyterLab has."""
    from jupyter_server.serverapp import ServerApp
    from jupyterlab.labapp import LabApp

    command, _, _ = start()
    options = dict(part[2:].split("=", 1) for part in command if part.startswith("--") and "=" in part)
    assert options["LabApp.news_url"] == "None"
    module, _, name = options["LabApp.check_for_updates_class"].rpartition(".")
    assert getattr(importlib.import_module(module), name).__name__ == "NeverCheckForUpdate"
    managers = entry_points(group="jupyterlab.extension_manager_v1")
    assert options["LabApp.extension_manager"] in {manager.name for manager in managers}
    for option in options:
        owner, _, trait = option.partition(".")
        assert {"LabApp": LabApp, "ServerApp": ServerApp}[owner].class_traits()[trait].metadata.get("config"), option


def test_an_unknown_lesson_is_told_before_anything_is_written(
    small_kit: SmallKit, tmp_path: Path, files_in: FilesIn
) -> None:
    """The lessons that exist are named, and no folder is made."""
    with pytest.raises(NotFoundError, match=r"no lesson 'l77'.+ There are: l00, l01\."):
        open_lab(tmp_path / "new", lesson="l77", browser=False, port=1, say=print)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("lesson", ["l1", "L01", "01-read.ipynb"])
def test_a_lesson_may_be_written_as_people_write_it(start: Callable[..., tuple], lesson: str) -> None:
    """By number or by the notebook's name."""
    command, _, _ = start(lesson=lesson)
    assert "--LabApp.default_url=/lab/tree/notebooks/01-read.ipynb" in command


def test_a_folder_that_cannot_be_made_is_told(small_kit: SmallKit, tmp_path: Path) -> None:
    """And JupyterLab is not started on half a working copy."""
    (tmp_path / "file").write_bytes(b"mine")
    with pytest.raises(PlaceError, match="can't be written"):
        open_lab(tmp_path / "file", lesson="l00", browser=False, port=1, say=print)
