"""kit: where lessons and tables are found."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import newsdesk.kit
from newsdesk.errors import NotFoundError, PlaceError
from newsdesk.kit import kit_folder, kit_version

CHECKOUT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["data", "notebooks"])
def test_a_checkout_uses_the_folders_at_its_top(name: str) -> None:
    """In a checkout nothing is copied: its own folders are used."""
    assert kit_folder(name) == CHECKOUT / name


def test_the_current_folder_is_never_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A learner who stands in a folder with a 'data' of their own gets the kit's."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "datapackage.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    assert kit_folder("data") == CHECKOUT / "data"


def test_an_installed_kit_travels_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Away from a checkout the folders are the package's own, even where the folder above has a 'data'."""
    package = tmp_path / "site-packages" / "newsdesk"
    (package / "_kit" / "data").mkdir(parents=True)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "datapackage.json").write_text("{}")
    monkeypatch.setattr(newsdesk.kit, "__file__", str(package / "kit.py"))
    assert kit_folder("data") == package / "_kit" / "data"


def test_a_folder_src_without_tables_is_no_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that happens to lie in a folder called 'src' still uses its own."""
    package = tmp_path / "src" / "newsdesk"
    (package / "_kit" / "notebooks").mkdir(parents=True)
    monkeypatch.setattr(newsdesk.kit, "__file__", str(package / "kit.py"))
    assert kit_folder("notebooks") == package / "_kit" / "notebooks"


def test_a_missing_folder_is_said_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An incomplete installation names the place and the remedy."""
    monkeypatch.setattr(newsdesk.kit, "__file__", str(tmp_path / "newsdesk" / "kit.py"))
    with pytest.raises(PlaceError, match=r"'data' is missing at .+_kit.+ install newsdesk again"):
        kit_folder("data")


def test_another_name_is_refused() -> None:
    """Only the two folders exist; a near miss is suggested."""
    with pytest.raises(NotFoundError, match="Did you mean 'notebooks'"):
        kit_folder("notebook")


def test_the_version_is_the_projects() -> None:
    """What is reported is what pyproject.toml says."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert kit_version() == project["version"]
