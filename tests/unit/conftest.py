"""What the unit tests share: the small kit in place of the real one, and folders to compare."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from smallkit import SmallKit

import newsdesk.articles
import newsdesk.kit
import newsdesk.originals
import newsdesk.tables

# The same examples every time: a run that fails can be repeated, and no database is written.
hypothesis.settings.register_profile("newsdesk", deadline=None, derandomize=True, database=None, max_examples=50)
hypothesis.settings.load_profile("newsdesk")


@pytest.fixture
def small_kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallKit]:
    """Make the package find a small kit in place of the real one."""
    place = tmp_path / "kit"
    kit = SmallKit(place)
    monkeypatch.setattr(newsdesk.kit, "__file__", str(place / "src" / "newsdesk" / "kit.py"))
    caches = (newsdesk.articles.article_ids, newsdesk.originals._expected, newsdesk.tables.datapackage)
    for cached in caches:
        cached.cache_clear()
    yield kit
    for cached in caches:
        cached.cache_clear()


@pytest.fixture
def files_in() -> Callable[[Path], dict[str, bytes]]:
    """Return a function from a folder to its files: path inside it to content."""
    return lambda folder: {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
