"""Where lessons, exercises and tables are: the one function that finds them.

In a checkout they are the folders at its top; in an installed wheel they travel inside the package.
The current folder is never asked: a learner may work anywhere.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from newsdesk.errors import PlaceError, unknown

FOLDERS = ("data", "exercises", "notebooks")


def kit_version() -> str:
    """Return the version of the installed kit, such as ``"0.1.0"``."""
    return version("newsdesk")


def kit_folder(name: str) -> Path:
    """Return the folder of the kit called `name`.

    Parameters
    ----------
    name
        ``"data"``, ``"exercises"`` or ``"notebooks"``.

    Returns
    -------
    Path
        An absolute path; the folder exists.

    Raises
    ------
    NotFoundError
        When `name` is not one of the three.
    PlaceError
        When the installation lacks the folder.
    """
    if name not in FOLDERS:
        raise unknown("folder of the kit", name, FOLDERS)
    package = Path(__file__).resolve().parent
    checkout = package.parent.parent
    is_checkout = package.parent.name == "src" and (checkout / "data" / "datapackage.json").is_file()
    folder = checkout / name if is_checkout else package / "_kit" / name
    if not folder.is_dir():
        raise PlaceError(
            f"The kit's folder {name!r} is missing at {folder}. The installation is incomplete: install newsdesk again."
        )
    return folder
