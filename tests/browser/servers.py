"""A Jupyter server of our own in a folder of our own, and a Chromium: started, found, ended by their ids."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from network import OpenNetwork
from playwright.sync_api import Browser, Playwright

# Chromium asks Google for this and that at every start; nothing of it is the page's doing
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=OptimizationHints,MediaRouter",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
_CONFIG = "c = get_config()\nc.{app}.expose_app_in_browser = True\n"


@dataclass(frozen=True)
class Server:
    """A running Jupyter server."""

    url: str
    token: str
    root: Path
    process: subprocess.Popen[bytes]
    log: Path

    def address(self, path: str, query: str = "") -> str:
        """Return the address of a page of this server, with its token."""
        return f"{self.url}{path}?token={self.token}{query}"


def own_environment(place: Path) -> dict[str, str]:
    """Return an environment in which Jupyter, IPython and the home folder are below `place`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "JPY_", "PYTEST_"))}
    folders = {
        "HOME": place,
        "IPYTHONDIR": place / "ipython",
        "JUPYTER_CONFIG_DIR": place / "config",
        "JUPYTER_DATA_DIR": place / "share",
        "JUPYTER_RUNTIME_DIR": place / "runtime",
    }
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    for name, app in (("lab", "LabApp"), ("notebook", "JupyterNotebookApp")):
        (place / "config" / f"jupyter_{name}_config.py").write_text(_CONFIG.format(app=app))
    return kept | {name: str(folder) for name, folder in folders.items()}


@contextmanager
def server(command: list[str], place: Path, network: OpenNetwork, *, cwd: Path | None = None) -> Iterator[Server]:
    """Run ``python -m`` with `command` until it serves, and end it afterwards.

    Parameters
    ----------
    command
        A module and its arguments: ``["newsdesk", "lab", …]``.
    place
        A folder for the server's own files.
    network
        Where it runs.
    cwd
        The folder that it is started in.

    Raises
    ------
    RuntimeError
        With the server's own words, when it ends or does not serve within a minute.
    """
    environment = own_environment(place)
    log = place / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            network.inside([sys.executable, "-m", *command]),
            env=environment,
            cwd=cwd or place,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # its kernels are ended with it
        )
    try:
        yield _served(process, place, log)
    finally:
        _end(process)


def _served(process: subprocess.Popen[bytes], place: Path, log: Path) -> Server:
    file = place / "runtime" / f"jpserver-{process.pid}.json"
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        try:
            about = json.loads(file.read_text())
        except (OSError, ValueError):  # not there yet, or half written
            time.sleep(0.02)
            continue
        return Server(about["url"], about["token"], Path(about["root_dir"]), process, log)
    raise RuntimeError(f"The server does not serve:\n{log.read_text()}")


def _end(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(15)
        except subprocess.TimeoutExpired:
            continue
        except ProcessLookupError:
            return


def free_port() -> int:
    """Return a port that nothing serves on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def find_chromium() -> str | None:
    """Return the path of an installed Chromium, or None: Playwright's own is used then."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("NEWSDESK_CHROMIUM") or next((p for n in names if (p := shutil.which(n))), None)


def start_chromium(playwright: Playwright, place: Path, network: OpenNetwork) -> Browser:
    """Start a headless Chromium with fresh user data, in the given network."""
    command = [find_chromium() or playwright.chromium.executable_path]
    starter = place / "chromium-here"
    starter.write_text(f'#!/bin/sh\nexec {shlex.join(network.inside(command))} "$@"\n')
    starter.chmod(0o755)
    is_direct = network.inside([]) == []
    return playwright.chromium.launch(
        executable_path=command[0] if is_direct else str(starter), args=CHROMIUM_FLAGS, headless=True
    )
