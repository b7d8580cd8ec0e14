"""start.py: what it makes, what it leaves alone, and what it says where it can't go on."""

from __future__ import annotations

import ast
import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from small import ROOT, Checkout, answer

REAL = sys.executable
DEBIAN = Path("/usr/bin/python3")


# --- set-up


def test_first_start_sets_up_and_opens_the_working_copy(made: Checkout):
    """The lessons open in my-newsdesk of the checkout, in the Python of its .venv."""
    done = made.start()
    assert done.code == 0, done
    assert answer(done)["args"] == ["lab", str(made.folder / "my-newsdesk")]
    assert answer(done)["prefix"] == str(made.venv)
    assert json.loads(made.stamp.read_text())["profile"] == "learn"


def test_later_start_installs_nothing(made: Checkout):
    """A whole .venv is used as it is: no step of the set-up is shown, nothing in it changes."""
    before = made.stamp.stat().st_mtime_ns
    done = made.start("doctor", PIP_FIND_LINKS="nowhere")
    assert answer(done)["args"] == ["doctor"]
    assert len(done.text.splitlines()) == 1, done
    assert made.stamp.stat().st_mtime_ns == before


def test_start_works_from_any_folder_and_passes_the_exit_code_on(made: Checkout, tmp_path: Path):
    """A command runs where the person is, and its exit code is start.py's."""
    done = made.start("fail", cwd=tmp_path)
    assert done.code == 7, done
    assert answer(done)["cwd"] == str(tmp_path)


def test_environment_of_the_person_does_not_lead_away(checkout: Checkout, tmp_path: Path):
    """PYTHONPATH, VIRTUAL_ENV and pip's own settings, set for something else, change nothing."""
    (tmp_path / "venv.py").write_text("raise SystemExit('a stranger')")
    (tmp_path / "newsdesk.py").write_text("raise SystemExit('a stranger')")
    settings = tmp_path / "pip.conf"
    settings.write_text("[global]\nquiet = 2\n[install]\nuser = true\n")
    env = {"PYTHONPATH": str(tmp_path), "VIRTUAL_ENV": str(tmp_path), "PIP_CONFIG_FILE": str(settings)}
    done = checkout.start("doctor", cwd=tmp_path, **env, PIP_TARGET=str(tmp_path / "target"))
    assert done.code == 0, done
    assert "unpacking" in done.text  # pip's own words are read, so they may not be turned off
    assert answer(done)["PYTHONPATH"] is None
    assert answer(done)["VIRTUAL_ENV"] == str(checkout.venv)
    assert not (tmp_path / "target").exists()


@pytest.mark.skipif(not DEBIAN.exists(), reason="this system has no /usr/bin/python3")
def test_system_python_is_used_and_left_alone(checkout: Checkout):
    """A Python that refuses pip (PEP 668) serves as well: everything goes into .venv."""
    version = subprocess.check_output([DEBIAN, "-c", "import sys; print(sys.version_info >= (3, 11))"], text=True)
    if version.strip() != "True":
        pytest.skip("the system's Python is older than 3.11")
    done = checkout.start(python=str(DEBIAN))
    if "venv" in done.text and "lacks the modules" in done.text:
        pytest.skip("the system's Python has no ensurepip, and no other Python was found")
    assert done.code == 0, done
    assert answer(done)["prefix"] == str(checkout.venv)


def test_tests_bring_the_lock_of_the_tests(checkout: Checkout):
    """`test` adds its packages in place; the lessons then start without another word; nothing is taken away."""
    assert checkout.start().code == 0
    (checkout.venv / "kept").touch()
    done = checkout.start("test", "--all", "-k", "dates")
    assert answer(done)["args"] == ["test", "--all", "-k", "dates"], done
    assert "up to date" in done.text
    assert (checkout.venv / "kept").exists()
    modules = {path.name for path in checkout.venv.rglob("*.py")}
    assert {"crumb.py", "morsel.py"} <= modules
    assert len(checkout.start().text.splitlines()) == 1


def test_new_lock_without_network_keeps_what_was_there(checkout: Checkout):
    """Where the packages of a new lock can't be had, .venv stays as it was and the next start goes on."""
    assert checkout.start().code == 0
    shutil.copy(checkout.folder / "requirements/test.txt", checkout.folder / "requirements/learn.txt")
    (checkout.venv / "kept").touch()
    done = checkout.start(PIP_FIND_LINKS=str(checkout.folder))
    assert done.code == 1, done
    assert "Installing the packages failed" in done.text
    done = checkout.start()
    assert done.code == 0, done
    assert "up to date" in done.text
    assert (checkout.venv / "kept").exists()


def test_new_project_file_alone_does_not_ask_pip_for_packages(checkout: Checkout):
    """Where the lock is the same, a changed pyproject.toml costs the last step only."""
    assert checkout.start().code == 0
    with (checkout.folder / "pyproject.toml").open("a") as file:
        file.write("# changed\n")
    done = checkout.start()
    assert done.code == 0, done
    assert [line[:8] for line in done.text.splitlines()[:2]] == ["Bringing", "  3 of 3"]


def test_moved_folder_is_set_up_anew(checkout: Checkout):
    """An environment holds its own path; in another place it is made again, and that is said."""
    assert checkout.start().code == 0
    checkout.folder = checkout.folder.rename(checkout.folder.with_name("moved"))
    checkout.venv = checkout.folder / ".venv"
    done = checkout.start()
    assert done.code == 0, done
    assert "moved or copied" in done.text
    assert answer(done)["prefix"] == str(checkout.venv)


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, "whole"),
        ({"lock": "0"}, "outdated"),
        ({"project": "0"}, "outdated"),
        ({"format": 2}, "outdated"),
        ({"profile": "test"}, "outdated"),
        ({"folder": "/elsewhere"}, "the folder was moved or copied"),
        ({"python": [3, 10]}, "the Python that it was made with is gone"),
        (None, "an earlier set-up did not finish"),
    ],
)
def test_stamp_says_whether_the_environment_is_whole(
    made: Checkout, start_module: ModuleType, tmp_path: Path, change: dict[str, object] | None, state: str
):
    """Only the stamp of this folder, lock, profile and Python counts; without one, nothing is taken for whole."""
    stamp = json.loads(made.stamp.read_text())
    start_module.HERE, start_module.PYTHON = made.folder, made.venv / "bin" / "python"
    start_module.STAMP = tmp_path / "stamp.json"
    start_module.STAMP.write_text(json.dumps({**stamp, **change}) if change is not None else '{"format": 1, "fol')
    assert start_module.state_of("learn") == state


def test_stamp_is_written_whole_or_not_at_all(start_module: ModuleType, tmp_path: Path):
    """Where the disk is full at the last step, the stamp before stays and no other is there."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    start_module.STAMP = tmp_path / "stamp.json"
    start_module.STAMP.write_text("before")
    start_module.STAMP.with_suffix(".part").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left") as caught:
        start_module.write_stamp("learn", (3, 11, 0))
    assert caught.value.errno == errno.ENOSPC
    assert start_module.STAMP.read_text() == "before"


# --- left alone


def test_environment_of_somebody_else_is_left_alone(checkout: Checkout):
    """A .venv without our mark is neither used nor changed, and the next step is named."""
    theirs = checkout.venv / "bin" / "python"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("theirs")
    done = checkout.start()
    assert done.code == 1, done
    assert "not made by start.py" in done.text
    assert "Rename or delete it" in done.text
    assert [path.name for path in checkout.venv.rglob("*")] == ["bin", "python"]


def test_file_in_place_of_the_environment_is_left_alone(checkout: Checkout):
    """A file called .venv is named too, and stays."""
    checkout.venv.write_text("theirs")
    done = checkout.start()
    assert done.code == 1, done
    assert "Rename or delete it" in done.text
    assert checkout.venv.read_text() == "theirs"


# --- which Python


def fake_python(folder: Path, name: str, body: str) -> None:
    """Put a command into a folder that stands for a Python."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{body}\n")
    (folder / name).chmod(0o755)


def probed(version: tuple[int, int, int], path: str, *, is_whole: bool = True) -> str:
    """Return a shell line that answers as start.py's question to a Python is answered."""
    return f"echo '{json.dumps([version, is_whole, path])}'"


@pytest.fixture
def path(start_module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder that is all of PATH; the interpreter that runs start.py is too old."""
    folder = tmp_path / "path"
    fake_python(folder, "this", probed((3, 8, 18), "old"))
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(start_module.sys, "executable", str(folder / "this"))
    return folder


@pytest.mark.skipif(os.name == "nt", reason="the fakes are shell scripts")
class TestPython:
    """The search for a Python runs each candidate."""

    def test_candidate_that_is_there_and_fails_is_passed_over(self, start_module: ModuleType, path: Path):
        """A shim without a version behind it, one that talks, one that hangs up: the real one is found."""
        fake_python(path, "python3.14", "echo 'pyenv: python3.14: command not found' >&2; exit 127")
        fake_python(path, "python3.13", "echo Python was not found, get it from the Store")
        fake_python(path, "python3.12", "kill -9 $$")
        fake_python(path, "python3", f'exec "{REAL}" "$@"')
        version, found = start_module.find_python()
        assert version == sys.version_info[:3]
        assert Path(found).resolve() == Path(REAL).resolve()

    def test_this_interpreter_comes_first(self, start_module: ModuleType, path: Path):
        """Whoever starts with a certain Python gets it."""
        fake_python(path, "this", probed((3, 12, 1), "this one"))
        fake_python(path, "python3.13", probed((3, 13, 0), "that one"))
        assert start_module.find_python() == ((3, 12, 1), "this one")

    def test_python_with_ensurepip_is_preferred(self, start_module: ModuleType, path: Path):
        """One that can't make environments gives way to one that can, even to a later candidate."""
        fake_python(path, "python3.13", probed((3, 13, 0), "bare", is_whole=False))
        fake_python(path, "python3.11", probed((3, 11, 4), "whole"))
        assert start_module.find_python() == ((3, 11, 4), "whole")

    def test_python_newer_than_the_lock_comes_last(self, start_module: ModuleType, path: Path):
        """A Python that the lock was not made for is taken only where there is no other."""
        fake_python(path, "this", probed((3, 15, 0), "new"))
        assert start_module.find_python() == ((3, 15, 0), "new")
        fake_python(path, "python3.11", probed((3, 11, 4), "known"))
        assert start_module.find_python() == ((3, 11, 4), "known")

    def test_missing_ensurepip_names_the_package(self, start_module: ModuleType, path: Path):
        """On Debian and its kin the remedy is one command, with the version found."""
        fake_python(path, "python3", probed((3, 12, 3), "/usr/bin/python3", is_whole=False))
        fake_python(path, "apt-get", "")
        with pytest.raises(start_module.Stop, match=r"lacks the modules(.|\n)*sudo apt install python3\.12-venv"):
            start_module.find_python()

    def test_missing_ensurepip_is_found_in_a_real_python(self, start_module: ModuleType, path: Path, tmp_path: Path):
        """The question itself notices that ensurepip is not there."""
        bare = "import sys, importlib.util as u; real = u.find_spec; "
        bare += "u.find_spec = lambda name: None if name == 'ensurepip' else real(name); exec(sys.argv[1])"
        fake_python(path, "python3", f'exec "{REAL}" -I -c "{bare}" "$3"')
        version, is_whole, _ = start_module.probe([str(path / "python3")])
        assert (version, is_whole) == (sys.version_info[:3], False)
        assert start_module.probe([REAL])[1] is True

    def test_only_old_pythons_are_listed(self, start_module: ModuleType, path: Path):
        """The message says which version is needed, which were found, and how to get one."""
        fake_python(path, "python3", probed((3, 10, 13), "older"))
        with pytest.raises(start_module.Stop, match=r"3\.11 or newer\. Found: 3\.8\.18, 3\.10\.13\.\n.*python\.org"):
            start_module.find_python()


def test_environment_of_a_running_environment_is_made_from_its_base(start_module: ModuleType):
    """Started from inside an environment, even .venv itself, the Python behind it is used."""
    _, _, path = start_module.probe([sys.executable])
    assert Path(path).parent.resolve() == Path(sys._base_executable).parent.resolve()  # type: ignore[attr-defined]


def test_file_reads_under_python_3_8():
    """A Python too old for the kit still gets far enough to find a newer one or to say what is needed."""
    ast.parse((ROOT / "start.py").read_text(encoding="utf-8"), feature_version=(3, 8))


def test_only_the_standard_library_is_imported():
    """start.py runs before anything is installed."""
    tree = ast.parse((ROOT / "start.py").read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


def test_help_needs_no_set_up(checkout: Checkout):
    """Help is printed at once and makes nothing."""
    done = checkout.start("--help")
    assert done.code == 0
    assert "python3 start.py test" in done.text
    assert not checkout.venv.exists()
