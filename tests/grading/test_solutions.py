"""The committed solutions: run, with full points in every check cell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

SOURCES = sorted(Path(__file__).parents[2].glob("solutions/*/*.ipynb"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_check_cell_shows_full_points(path):
    """The output that is stored, and that nbval compares, is the most that the question gives."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    checks = [c for c in cells if c["cell_type"] == "code" and c["metadata"].get("nbgrader", {}).get("grade")]
    assert checks
    for cell in checks:
        assert ["".join(o["data"]["text/plain"]) for o in cell["outputs"]] == [
            str(float(cell["metadata"]["nbgrader"]["points"]))
        ], cell["metadata"]["nbgrader"]["grade_id"]
