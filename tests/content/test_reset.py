"""What a check cell advises when its key is missing or damaged works: ``newsdesk reset e01``."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsdesk.workspace import reset_lesson, update_workspace


@pytest.mark.parametrize(("lesson", "place"), [("e01", "exercises/e01-reading-a-story"), ("l01", "notebooks")])
@pytest.mark.parametrize("damage", [None, b"{"])
def test_reset_brings_the_key_back(tmp_path: Path, lesson: str, place: str, damage: bytes | None) -> None:
    """A key that was deleted or damaged is as delivered again; the damaged one is kept aside."""
    update_workspace(tmp_path)
    key = tmp_path / place / "checks.json"
    delivered = key.read_bytes()
    if damage is None:
        key.unlink()
    else:
        key.write_bytes(damage)
    reset_lesson(tmp_path, lesson)
    assert key.read_bytes() == delivered
    assert [p.read_bytes() for p in key.parent.glob("checks.before-reset-*.json")] == ([damage] if damage else [])
    assert update_workspace(tmp_path).beside == []
