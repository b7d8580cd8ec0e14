"""From the command to a notebook with an idle kernel in a real browser: ``newsdesk lab`` against JupyterLab.

Both open the same notebook in the same working copy, which is up to date; each round has a new server and
an empty browser cache.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from table import Result

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "browser"))
from network import OpenNetwork, best_network
from pages import end_kernel, wait_for_kernel, watched_page
from servers import free_port, server, start_chromium

from newsdesk.workspace import update_workspace

ROUNDS = 5
ALLOWED = 1.15
NOTEBOOK = "notebooks/00-starting-line.ipynb"


def measure() -> Iterator[Result]:
    """Measure alternately; the first round of each side only warms the file cache."""
    network = best_network()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        place = Path(name)
        folder = place / "copy"
        update_workspace(folder)
        browser = start_chromium(playwright, place, network)
        ours: list[float] = []
        baseline: list[float] = []
        for number in range(ROUNDS + 1):
            port = str(free_port())
            command = ["newsdesk", "lab", str(folder), "--no-browser", "--port", port]
            ours.append(_seconds(command, place / f"ours-{number}", folder, network, browser))
            # root is allowed to, since the kit's command allows it
            command = ["jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1"]
            command += [f"--ServerApp.port={port}"]
            baseline.append(_seconds(command, place / f"baseline-{number}", folder, network, browser))
        browser.close()
    network.close()
    yield Result("lab to idle kernel", ours[1:], baseline[1:], ALLOWED)


def _seconds(command: list[str], place: Path, folder: Path, network: OpenNetwork, browser: Browser) -> float:
    place.mkdir()
    page = watched_page(browser).page
    began = time.perf_counter()
    with server(command, place, network, cwd=folder) as running:
        page.goto(running.address(f"lab/tree/{NOTEBOOK}"))
        wait_for_kernel(page)
        seconds = time.perf_counter() - began
        end_kernel(page)
    return seconds
