"""A copy of the course for each test, and the commands of a terminal run in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COURSE = ("nbgrader_config.py", "solutions", "notebooks/checks.json")  # what an instructor copies, and a release writes


@dataclass(frozen=True)
class Course:
    """A folder in which nbgrader's own commands work."""

    folder: Path
    environment: dict[str, str]

    def run(self, *command: str, seconds: float = 300) -> str:
        """Run ``python -m`` with `command` in the course, as an activated environment would, and return its log."""
        done = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout


@pytest.fixture
def make_course(tmp_path: Path) -> Callable[..., Course]:
    """Return a function that copies the course into a folder, without what was released from it."""

    def make(name: str = "my course") -> Course:
        folder = tmp_path / name
        for part in COURSE:
            source, target = ROOT / part, folder / part
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
            else:
                shutil.copy(source, target)
        home = tmp_path / "home"
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "JPY_", "PYTEST_"))}
        own = {
            "HOME": home,
            "IPYTHONDIR": home / "ipython",
            "JUPYTER_CONFIG_DIR": home / "config",
            "JUPYTER_DATA_DIR": home / "share",
            "JUPYTER_RUNTIME_DIR": home / "runtime",
        }
        for place in own.values():
            place.mkdir(parents=True, exist_ok=True)
        # nbgrader calls alembic by its name
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        return Course(folder, kept | {name: str(place) for name, place in own.items()} | {"PATH": path})

    return make


@pytest.fixture
def files_in() -> Callable[[Path], dict[str, bytes]]:
    """Return a function from a folder to its files: path inside it to content."""
    return lambda folder: {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
