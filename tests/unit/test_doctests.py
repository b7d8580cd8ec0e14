"""The examples in the docstrings give what they promise."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import newsdesk

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(newsdesk.__path__, "newsdesk.")
    if module.name != "newsdesk.__main__"
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_promise(name: str) -> None:
    """Every example of the module, on the real content."""
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert failed == 0


def test_there_are_examples() -> None:
    """The modules that learners call from have some; a finder that finds none would pass the test above."""
    finder = doctest.DocTestFinder()
    with_examples = {name for name in MODULES for test in finder.find(importlib.import_module(name)) if test.examples}
    assert with_examples >= {
        f"newsdesk.{name}" for name in ("articles", "dates.resolve", "errors", "reliability", "tables")
    }
