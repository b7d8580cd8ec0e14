"""What the tests of the distribution share."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from small import ROOT, Checkout


def load(path: Path) -> ModuleType:
    """Import a program by its path, without running it."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def start_module() -> ModuleType:
    """Return start.py, imported anew."""
    return load(ROOT / "start.py")


@pytest.fixture
def run_module() -> ModuleType:
    """Return tests/run.py, imported anew."""
    return load(ROOT / "tests" / "run.py")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """Return a small checkout in a path with a space and accents, not set up."""
    return Checkout(tmp_path / "café à côté", tmp_path / "wheels")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """Return a small checkout that is set up; tests leave it as it is."""
    place = tmp_path_factory.mktemp("made")
    checkout = Checkout(place / "café à côté", place / "wheels")
    done = checkout.start()
    assert done.code == 0, done
    return checkout
