"""errors: what the kit says when something is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from newsdesk.errors import DataError, NewsdeskError, NotFoundError, PlaceError, unknown

ARTICLES = ["afp-2020", "fr-2018", "gt-2020", "gt-2024", "tpk-2024"]


@pytest.mark.parametrize(
    ("got", "meant"),
    [("gt2024", "gt-2024"), ("GT-2024", "gt-2024"), ("gt_2020", "gt-2020"), ("fr-2018 ", "fr-2018")],
)
def test_a_misspelt_name_is_answered_with_the_closest_one(got: str, meant: str) -> None:
    """The message repeats what was given, suggests one name and lists them all."""
    message = str(unknown("article", got, ARTICLES))
    assert message.startswith(f"There is no article {got!r}. Did you mean {meant!r}?")
    assert message.endswith("There are: afp-2020, fr-2018, gt-2020, gt-2024, tpk-2024.")


def test_capitals_do_not_hide_the_right_name() -> None:
    """A name typed with caps lock on is still close."""
    assert "Did you mean 'claims'?" in str(unknown("table", "CLAIMS", ["claims", "events"]))


def test_a_name_like_no_other_is_answered_without_a_guess() -> None:
    """Where nothing is close, the names are listed and none is suggested."""
    message = str(unknown("article", "banana", ARTICLES))
    assert "Did you mean" not in message
    assert "afp-2020, fr-2018" in message


@pytest.mark.parametrize("got", [None, 2024, 1.5, ["gt-2024"]])
def test_what_is_not_text_is_named_as_it_is(got: object) -> None:
    """A number or None in place of a name gives the same error, not another one."""
    assert f"There is no article {got!r}." in str(unknown("article", got, ARTICLES))


def test_where_there_is_nothing_the_message_says_so() -> None:
    """An empty list of names does not end in 'There are: .'."""
    assert str(unknown("lesson", "l01", [])) == "There is no lesson 'l01'. There are none."


def test_the_next_step_ends_the_message() -> None:
    """What to do stands last, and the names may come from a generator."""
    message = str(unknown("table", "x", (name for name in ["claims", "events"]), next_step="See nd.table_names()."))
    assert message == "There is no table 'x'. There are: claims, events. See nd.table_names()."


@pytest.mark.parametrize(
    ("error", "builtin"), [(NotFoundError, LookupError), (DataError, ValueError), (PlaceError, OSError)]
)
def test_each_error_is_caught_by_the_base_class_and_by_its_builtin(
    error: type[NewsdeskError], builtin: type[Exception]
) -> None:
    """A caller may catch the kit's class or Python's, and the message survives."""
    for kind in (NewsdeskError, builtin):
        with pytest.raises(kind, match=r"^two words$"):
            raise error("two words")


def test_a_notebook_shows_one_line_and_none_of_the_kits_code(tmp_path: Path) -> None:
    """IPython prints the message alone: no frame, no arrow, no file name."""
    code = "from newsdesk.errors import unknown\nraise unknown('article', 'gt2024', ['gt-2024'])"
    run = subprocess.run(
        [sys.executable, "-m", "IPython", "--quick", "--colors=NoColor", "-c", code],
        env=os.environ | {"IPYTHONDIR": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    shown = (run.stdout + run.stderr).strip().splitlines()
    assert shown == ["NotFoundError: There is no article 'gt2024'. Did you mean 'gt-2024'? There are: gt-2024."]
