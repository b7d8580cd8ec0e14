"""What is committed: nothing that a machine leaves behind, and files that agree with each other."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from small import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = {name: ROOT / "requirements" / f"{name}.txt" for name in ("learn", "test")}
PIN = re.compile(r"^([a-z0-9-]+)==(\S+)(?: ; (.+?))? \\$((?:\n    --hash=sha256:[0-9a-f]{64}(?: \\)?)+)$", re.MULTILINE)
ANY_HOME = re.compile(r"/(?:home|Users|root|work)/[\w.]|[A-Z]:\\+Users\\")
REGISTRY = re.compile(r"https?://[^\s\"'<>)]*(?:pypi|pythonhosted|npmjs|debian)", re.IGNORECASE)


def git(*args: str) -> list[str]:
    """Return the lines that git prints, or skip where this is no clone."""
    try:
        done = subprocess.run(["git", *args], cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("git is not installed")
    if done.returncode > 1:
        pytest.skip("this folder is not a clone, so nothing is committed")
    return done.stdout.splitlines()


def committed_texts() -> dict[str, str]:
    """Return the text of each committed file that is text, by its path."""
    texts = {}
    for name in git("-c", "core.quotepath=off", "ls-files"):
        path = ROOT / name
        if path.is_file():
            try:
                texts[name] = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
    return texts


def pins(lock: str) -> dict[tuple[str, str, str], str]:
    """Return the hashes of a lock by (package, version, marker)."""
    text = LOCKS[lock].read_text(encoding="utf-8") + "\n"
    return {(name, pinned, marker): hashes for name, pinned, marker, hashes in PIN.findall(text)}


def test_nothing_ignored_is_committed():
    """What .gitignore names is not in the repository."""
    assert git("ls-files", "--cached", "--ignored", "--exclude-standard") == []


@pytest.mark.parametrize(
    "made",
    [
        ".venv/newsdesk-start.json",
        "my-newsdesk/01-reading-a-story.ipynb",
        "notebooks/.ipynb_checkpoints/01-checkpoint.ipynb",
        "src/newsdesk/__pycache__/kit.pyc",
        ".hypothesis/examples/x",
        "dist/newsdesk.whl",
    ],
)
def test_what_the_commands_make_is_ignored(made: str):
    """Starting, learning, testing and building leave the checkout clean."""
    assert git("check-ignore", made) == [made]


def test_no_place_of_a_machine_is_committed():
    """No folder of whoever made a file stands in it; in a lesson and its outputs no home folder at all."""
    ours = re.compile("|".join(re.escape(f"{place}{os.sep}") for place in (Path.home(), ROOT.parent)))
    found = {}
    for name, text in committed_texts().items():
        if hits := (ANY_HOME if name.endswith((".ipynb", ".md", ".csv")) else ours).findall(text):
            found[name] = hits
    assert found == {}


def test_no_package_index_is_committed():
    """Where packages come from is the reader's setting, not ours."""
    found = {name: REGISTRY.findall(text) for name, text in committed_texts().items() if name != _here()}
    assert {name: hits for name, hits in found.items() if hits} == {}


def _here() -> str:
    return Path(__file__).relative_to(ROOT).as_posix()


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_holds_pins_and_hashes_alone(lock: str):
    """Every line is a comment or part of a pin with at least one hash: no address, no option, no path."""
    text = re.sub(r"^#.*\n", "", LOCKS[lock].read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert len(pins(lock)) > 100
    assert PIN.sub("", text).strip() == ""


def test_lock_of_the_tests_holds_the_learners():
    """What the tests run on is what learners get: same versions, same files."""
    missing = {pin: hashes for pin, hashes in pins("learn").items() if pins("test").get(pin) != hashes}
    # a package that the tests' tools need in more places has a wider marker there; version and files are the same
    others = {(name, pinned): hashes for (name, pinned, _), hashes in pins("test").items()}
    assert {pin: hashes for pin, hashes in missing.items() if others.get(pin[:2]) != hashes} == {}


def _own(requirements: list[str]) -> set[str]:
    """Return the extras of newsdesk that a list of requirements asks for."""
    return {extra for line in requirements for extra in Requirement(line).extras if line.startswith("newsdesk[")}


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_is_not_behind_pyproject(lock: str):
    """Each dependency that pyproject.toml and build.in name is pinned, to a version that they allow."""
    build = (ROOT / "requirements" / "build.in").read_text(encoding="utf-8").splitlines()
    named = [*PYPROJECT["project"]["dependencies"], *PYPROJECT["build-system"]["requires"]]
    named += [line for line in build if line and not line.startswith("#")]
    if lock == "test":
        extras = PYPROJECT["project"]["optional-dependencies"]
        named += [line for extra in ("test", *_own(extras["test"])) for line in extras[extra]]
    pinned: dict[str, list[str]] = {}
    for name, number, _ in pins(lock):
        pinned.setdefault(name, []).append(number)
    for requirement in map(Requirement, named):
        if requirement.name == "newsdesk":
            continue
        numbers = pinned.get(canonicalize_name(requirement.name), [])
        assert numbers, f"{requirement} is not in requirements/{lock}.txt: renew the lock (CONTRIBUTING.md)"
        assert all(requirement.specifier.contains(n, prereleases=True) for n in numbers), f"{requirement}: {numbers}"


def test_lock_covers_other_systems():
    """What only Windows or macOS needs is in the lock of every system."""
    markers = {name: marker for name, _, marker in pins("learn")}
    assert "win32" in markers["colorama"]
    assert "nt" in markers["pywinpty"]
    assert "darwin" in markers["appnope"]


def test_commands_of_the_readme_are_in_the_help():
    """The two commands that the README promises are the ones that start.py explains."""
    shown = subprocess.check_output([sys.executable, ROOT / "start.py", "--help"], text=True)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    promised = re.findall(r"^(python3 start\.py.*)$", readme, re.MULTILINE)
    assert promised == ["python3 start.py", "python3 start.py test"]
    explained = {re.split(r"\s{2,}|\s\[", line.strip())[0] for line in shown.splitlines()}
    assert set(promised) <= explained


def test_versions_agree():
    """pyproject.toml, the installed package, the tables and the change log name one version."""
    ours = PYPROJECT["project"]["version"]
    assert version("newsdesk") == ours
    assert json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))["version"] == ours
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == "Unreleased"
    released = [Version(heading) for heading in headings[1:]]
    assert released == sorted(released, reverse=True)
    assert all(number <= Version(ours) for number in released)


def test_licences_agree():
    """The code is under MIT, the content under CC BY 4.0, and each place that says so says the same."""
    assert PYPROJECT["project"]["license"] == "MIT AND CC-BY-4.0"
    assert PYPROJECT["project"]["license-files"] == ["LICENSE", "LICENSE-content"]
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License\n")
    content = (ROOT / "LICENSE-content").read_text(encoding="utf-8")
    assert "Creative Commons Attribution 4.0 International Public License" in content
    package = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
    assert [licence["name"] for licence in package["licenses"]] == ["CC-BY-4.0"]
    for folder in ("data/", "notebooks/", "exercises/", "solutions/"):
        assert folder in content.partition("\n\n")[0]


def test_ci_script_is_sound():
    """.ci/run is a program that bash can read."""
    path = ROOT / ".ci" / "run"
    assert path.stat().st_mode & stat.S_IXUSR
    assert subprocess.run(["bash", "-n", path], check=False).returncode == 0
