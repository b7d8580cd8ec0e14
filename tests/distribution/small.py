"""A small checkout that start.py sets up for real in seconds: real venv, real pip, no network.

It holds start.py itself, locks of one tiny package each (wheels made here), and a package `newsdesk` that prints
how it was called. Its build backend waits while a file SLOW is there, so that a test can step in half-way.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "newsdesk"
version = "1.0"
"""
BACKEND = """
import time, zipfile
from pathlib import Path

def build_editable(folder, config_settings=None, metadata_directory=None):
    while Path("SLOW").exists():
        Path("WAITING").touch()
        time.sleep(0.1)
    name = "newsdesk-1.0-py3-none-any.whl"
    with zipfile.ZipFile(Path(folder, name), "w") as wheel:
        wheel.writestr("newsdesk.pth", str(Path("src").resolve()))
        wheel.writestr("newsdesk-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: newsdesk\\nVersion: 1.0\\n")
        wheel.writestr("newsdesk-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        wheel.writestr("newsdesk-1.0.dist-info/RECORD", "")
    return name
"""
MAIN = """
import json, os, sys
print(json.dumps({"args": sys.argv[1:], "cwd": os.getcwd(), "python": sys.version_info[:2], "prefix": sys.prefix,
    "PYTHONPATH": os.environ.get("PYTHONPATH"), "VIRTUAL_ENV": os.environ["VIRTUAL_ENV"]}))
sys.exit(7 if "fail" in sys.argv else 0)
"""


def make_wheel(folder: Path, name: str) -> str:
    """Write a wheel of one empty module and return its line for a lock."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}.py", "")
        wheel.writestr(f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{name}-1.0.dist-info/RECORD", "")
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


class Checkout:
    """The small checkout in a folder, and the ways to start it."""

    def __init__(self, folder: Path, wheels: Path) -> None:
        """Write its files."""
        self.folder, self.wheels, self.venv = folder, wheels, folder / ".venv"
        self.stamp = self.venv / "newsdesk-start.json"
        (folder / "src" / "newsdesk").mkdir(parents=True)
        (folder / "requirements").mkdir()
        (folder / "tests").mkdir()
        shutil.copy(ROOT / "start.py", folder)
        crumb, morsel = make_wheel(wheels, "crumb"), make_wheel(wheels, "morsel")
        for name, text in {
            "pyproject.toml": PYPROJECT,
            "backend.py": BACKEND,
            "src/newsdesk/__init__.py": "",
            "src/newsdesk/__main__.py": MAIN,
            "tests/run.py": MAIN,
            "requirements/learn.txt": crumb,
            "requirements/test.txt": crumb + morsel,
        }.items():
            (folder / name).write_text(text, encoding="utf-8")

    def environment(self, **env: str) -> dict[str, str]:
        """Return an environment in which pip knows the wheels made here and nothing else."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
        pip = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels), "PIP_CONFIG_FILE": os.devnull}
        return {**ours, **pip, "TMPDIR": str(self.wheels.parent), **env}  # a pip that is killed leaves files

    def start(self, *args: str, python: str = sys.executable, cwd: Path | None = None, **env: str) -> Ended:
        """Run start.py to its end."""
        command = [python, str(self.folder / "start.py"), *args]
        return ended(command, cwd or self.folder, self.environment(**env))

    def begin(self, *args: str) -> subprocess.Popen[str]:
        """Run start.py in a process group of its own and return while it works."""
        return subprocess.Popen(
            [sys.executable, str(self.folder / "start.py"), *args],
            cwd=self.folder,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def make_slow(self) -> None:
        """Let the next installation wait half-way."""
        (self.folder / "SLOW").touch()

    def make_fast(self) -> None:
        """Let a waiting installation go on."""
        (self.folder / "SLOW").unlink()

    def await_half_way(self) -> None:
        """Return when an installation waits half-way."""
        deadline = time.monotonic() + 120
        while not (self.folder / "WAITING").exists():
            assert time.monotonic() < deadline, "the installation did not begin"
            time.sleep(0.05)
        (self.folder / "WAITING").unlink()


class Ended:
    """A process that has ended: its exit code and all that it printed."""

    def __init__(self, code: int, text: str) -> None:
        """Keep both."""
        self.code, self.text = code, text

    def __repr__(self) -> str:
        """Show both where an assertion fails."""
        return f"exit code {self.code}\n{self.text}"


def ended(command: list[str], cwd: Path, env: dict[str, str]) -> Ended:
    """Run a command to its end."""
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    done = subprocess.run(command, cwd=cwd, env=env, text=True, check=False, timeout=300, **streams)
    return Ended(done.returncode, done.stdout)


def answer(done: Ended) -> dict[str, object]:
    """Return what the small newsdesk printed of how it was called."""
    return json.loads(done.text.splitlines()[-1])
