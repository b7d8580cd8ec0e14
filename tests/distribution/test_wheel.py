"""The wheel: built without network, installed away from the checkout, it runs lesson 1."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest
from small import ROOT

PLANTED = ["solutions/e01/answers.yaml", "notebooks/.ipynb_checkpoints/01-checkpoint.ipynb", "data/.DS_Store"]
RUN = """
import json, sys
import nbformat, newsdesk
from nbclient import NotebookClient
book = nbformat.read(sys.argv[1], as_version=4)
book.cells.append(nbformat.v4.new_code_cell("import newsdesk; print(newsdesk.__file__)"))
NotebookClient(book, timeout=300, kernel_name="python3").execute()
cells = [cell for cell in book.cells if cell.cell_type == "code"]
json.dump({
    "package": newsdesk.__file__,
    "kernel's package": cells[-1].outputs[0].text.strip(),
    "never run": [cell.id for cell in cells if cell.source.strip() and not cell.execution_count],
    "kinds": sorted({kind for cell in cells for output in cell.outputs for kind in output.get("data", {})}),
}, sys.stdout)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel of a copy of this checkout into which things were planted that must not travel."""
    copy = tmp_path_factory.mktemp("checkout") / "newsdesk"
    copy.mkdir()
    for name in ("src", "data", "notebooks", "exercises", "solutions"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-content", ".gitignore"):
        shutil.copy(ROOT / name, copy)
    for name in PLANTED:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text("planted")
    folder = copy.parent / "dist"
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, copy]
    done = subprocess.run(command, cwd=copy.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    [path] = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Python of an environment that has the wheel, and all else from the tests' environment.

    The line in its .pth file adds the tests' packages without reading their .pth files, so that the
    editable installation of this checkout does not count there.
    """
    folder = tmp_path_factory.mktemp("away") / "environment"
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    scheme = sysconfig.get_preferred_scheme("prefix")
    paths = sysconfig.get_paths(scheme, {"base": str(folder), "platbase": str(folder)})
    python = Path(paths["scripts"]) / ("python.exe" if os.name == "nt" else "python")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", "--quiet", wheel]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    Path(paths["purelib"], "tests.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
    return python


def test_wheel_holds_the_kit(wheel: Path):
    """Every table, edition, lesson and module of the checkout is in the wheel, once, and both licences."""
    names = zipfile.ZipFile(wheel).namelist()
    expected = {
        f"newsdesk/_kit/{path.relative_to(ROOT).as_posix()}"
        for folder in ("data", "notebooks", "exercises")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and ".ipynb_checkpoints" not in path.parts
    }
    expected |= {
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    info = [name for name in names if ".dist-info/" in name]
    assert "newsdesk/_kit/data/datapackage.json" in expected
    assert sorted(set(names) - set(info)) == sorted(expected)
    assert len(names) == len(set(names))
    assert {name.rpartition("/")[2] for name in info} >= {"LICENSE", "LICENSE-content", "METADATA"}


def test_wheel_holds_no_solution_and_nothing_left_over(wheel: Path):
    """Answers, checkpoints and what a file manager leaves stay behind."""
    archive = zipfile.ZipFile(wheel)
    assert [name for name in archive.namelist() if archive.read(name) == b"planted"] == []
    assert [name for name in archive.namelist() if "solutions" in name or "/_kit/tests" in name] == []


def test_lesson_1_runs_from_the_wheel(installed: Path, tmp_path: Path):
    """Away from the checkout, every cell of lesson 1 runs with the wheel's package, and its chart is drawn."""
    kit = [installed, "-P", "-c", "from newsdesk.kit import kit_folder; print(kit_folder('notebooks'))"]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "JUPYTER"))}
    env |= {"JUPYTER_DATA_DIR": str(tmp_path / "data"), "JUPYTER_CONFIG_DIR": str(tmp_path / "config")}
    notebooks = Path(subprocess.check_output(kit, cwd=tmp_path, env=env, text=True).strip())
    assert notebooks.is_relative_to(installed.parent.parent)
    [lesson] = notebooks.glob("01-*.ipynb")
    shutil.copy(lesson, tmp_path / "lesson.ipynb")
    command = [installed, "-P", "-c", RUN, "lesson.ipynb"]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]
    seen = json.loads(done.stdout)
    assert Path(seen["package"]).is_relative_to(installed.parent.parent)
    assert seen["kernel's package"] == seen["package"]
    assert seen["never run"] == []
    assert "application/vnd.vegalite.v5+json" in seen["kinds"]
