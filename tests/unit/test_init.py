"""newsdesk: what a lesson calls as nd, loaded when it is first used."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys

import pytest

import newsdesk as nd


def run(code: str) -> str:
    """Run code in a fresh Python and return what it prints; its error fails the test."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


HEAVY = ["pandas", "altair", "edtf", "frictionless", "typer", "rich", "yaml", "jsonschema", "vl_convert", "IPython"]


CHECK = (
    "import newsdesk as nd\n"
    "for name in nd.__all__:\n"
    "    value = getattr(nd, name)\n"
    "    assert callable(value) and value.__name__ == name and value.__doc__, name\n"
    "    assert value.__module__ == 'newsdesk.' + nd._HOME[name], name\n"
)


def test_every_name_is_given_and_explained() -> None:
    """Each name of __all__ comes from one of the kit's own modules, with a docstring."""
    run(CHECK)


def test_a_module_loaded_first_takes_no_names_place() -> None:
    """Whoever imports newsdesk.reliability before nd.agreement still gets the function."""
    modules = [m.name for m in pkgutil.iter_modules(nd.__path__, "newsdesk.") if m.name != "newsdesk.__main__"]
    run(f"import {', '.join(modules)}\n{CHECK}")


def test_all_is_what_can_be_given() -> None:
    """No name can be had that is not listed, none is listed that can't be had, and each is sorted in."""
    assert sorted(nd._HOME) == nd.__all__ == dir(nd)


def test_a_star_import_gives_the_same_names() -> None:
    """And nothing else."""
    names: dict[str, object] = {}
    exec("from newsdesk import *", names)
    assert sorted(set(names) - {"__builtins__"}) == nd.__all__


def test_a_name_that_is_not_there_is_answered_with_those_that_are() -> None:
    """As an AttributeError, so that Python can add its own guess, and hasattr stays right."""
    with pytest.raises(AttributeError, match=r"newsdesk has no 'load_artcle'. It has: NewsdeskError, agreement"):
        nd.load_artcle  # noqa: B018
    assert not hasattr(nd, "pd")


def test_the_second_look_is_a_plain_attribute(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name is looked up once, then stands in the module."""
    assert nd.bounds is importlib.import_module("newsdesk.dates.resolve").bounds
    monkeypatch.setattr(nd, "_HOME", {})
    assert nd.bounds("2020")


def test_importing_the_package_loads_nothing_heavy() -> None:
    """Neither pandas nor Altair nor anything else that takes time."""
    code = f"import sys, newsdesk; print([name for name in {HEAVY} if sys.modules.get(name)])"
    assert run(code) == "[]"


def test_reading_dates_and_articles_waits_for_neither_pandas_nor_altair() -> None:
    """Only tables and charts load them."""
    code = (
        "import sys, newsdesk as nd\n"
        "nd.show_article(nd.load_article('gt-2024')), nd.bounds('2020'), nd.keep, nd.load_table, nd.agreement\n"
        "print([name for name in ('pandas', 'altair') if name in sys.modules])"
    )
    assert run(code) == "[]"


def test_the_command_answers_without_pandas_and_altair() -> None:
    """Newsdesk --help is quick."""
    heavy = ("pandas", "altair", "frictionless", "jupyter_client")
    assert run(f"import sys, newsdesk.cli; print([name for name in {heavy} if name in sys.modules])") == "[]"
