"""Opening JupyterLab on a working copy, with nothing that asks the network."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from newsdesk.workspace import delivered_files, find_lesson, lesson_ids, update_workspace

_OFFLINE = [
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
]
# defaults of settings, which a learner may still change: no question about news, no update check
_SETTINGS = Path(__file__).resolve().parent / "labsettings"


def open_lab(folder: Path, *, lesson: str, browser: bool, port: int, say: Callable[[str], None]) -> None:
    """Bring the working copy up to date and hand this process over to JupyterLab.

    Parameters
    ----------
    folder
        The working copy.
    lesson
        The lesson to open, such as ``"l00"``.
    browser
        Whether to open a browser window.
    port
        The port to try first.
    say
        Called with each line for the person at the terminal.

    Raises
    ------
    NotFoundError
        When there is no such lesson.
    PlaceError, DataError
        As `update_workspace`.
    """
    page = find_lesson(lesson, lesson_ids(delivered_files()))
    report = update_workspace(folder)
    if str(report):
        say(str(report))
    say(f"Your working copy: {report.folder}")
    say("JupyterLab is starting. To end it later, close its browser tab and press Ctrl-C here twice.")
    command = [
        *(sys.executable, "-m", "jupyterlab"),
        f"--ServerApp.root_dir={report.folder}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--LabApp.default_url=/lab/tree/{page}",
        *_OFFLINE,
        *([] if browser else ["--no-browser"]),
        # containers run as root; Jupyter refuses that and names an option that this command does not have
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
    ]
    environment = os.environ | {
        "PATH": _in_front(str(Path(sys.executable).parent), "PATH"),
        "JUPYTER_CONFIG_PATH": _in_front(str(_SETTINGS), "JUPYTER_CONFIG_PATH"),
    }
    if sys.platform == "win32":  # execve there returns to the terminal before the program ends
        raise SystemExit(subprocess.run(command, env=environment, check=False).returncode)
    os.execve(sys.executable, command, environment)


def _in_front(place: str, variable: str) -> str:
    return os.pathsep.join([place, *filter(None, [os.environ.get(variable)])])
