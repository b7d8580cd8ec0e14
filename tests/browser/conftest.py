"""A working copy opened by the real command, in a real Chromium, with the network closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from network import ClosedNetwork, OpenNetwork, best_network
from pages import Opened, Watched, end_kernel, run_all, wait_for_kernel, watched_page
from playwright.sync_api import Browser, sync_playwright
from servers import Server, free_port, server, start_chromium


@pytest.fixture(scope="session")
def network() -> Iterator[OpenNetwork]:
    """Return a network of loopback alone where the system permits it."""
    made = best_network()
    yield made
    made.close()


@pytest.fixture(scope="session")
def closed(network: OpenNetwork) -> ClosedNetwork:
    """Return the closed network, or skip."""
    if not isinstance(network, ClosedNetwork):
        pytest.skip(network.reason)
    return network


@pytest.fixture(scope="session")
def browser(network: OpenNetwork, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Return a Chromium in that network."""
    with sync_playwright() as playwright:
        chromium = start_chromium(playwright, tmp_path_factory.mktemp("chromium"), network)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def lab(network: OpenNetwork, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return JupyterLab as ``newsdesk lab`` opens it, on a new working copy in a folder with an accent."""
    place = tmp_path_factory.mktemp("lab")
    command = ["newsdesk", "lab", str(place / "mon école"), "--no-browser", "--port", str(free_port())]
    with server(command, place, network) as running:
        yield running


@pytest.fixture(scope="session")
def notebook7(lab: Server, network: OpenNetwork, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return Notebook 7 on the same working copy."""
    place = tmp_path_factory.mktemp("notebook7")
    command = [
        "notebook",
        "--no-browser",
        "--allow-root",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={free_port()}",
    ]
    with server(command, place, network, cwd=lab.root) as running:
        yield running


@pytest.fixture(scope="module")
def open_in_lab(lab: Server, browser: Browser) -> Iterator[Callable[..., Watched]]:
    """Return a function that opens a notebook of the working copy in JupyterLab, its kernel idle."""
    opened: list[Watched] = []

    def open_it(path: str, *, width: int = 1280, height: int = 900) -> Watched:
        watched = watched_page(browser, width=width, height=height)
        opened.append(watched)
        name = f"test-{len(opened)}"  # a workspace of its own: no tab of another test comes back
        watched.page.goto(lab.address(f"lab/workspaces/{name}/tree/{path}", "&reset"))
        wait_for_kernel(watched.page)
        return watched

    yield open_it
    for watched in opened:
        end_kernel(watched.page)


@pytest.fixture(scope="module")
def lesson_0(open_in_lab: Callable[..., Watched]) -> Opened:
    """Return lesson 0 in JupyterLab, all cells run."""
    watched = open_in_lab("notebooks/00-starting-line.ipynb")
    return watched, run_all(watched.page)


@pytest.fixture(scope="module")
def lesson_1(open_in_lab: Callable[..., Watched]) -> Opened:
    """Return lesson 1 in JupyterLab, all cells run."""
    watched = open_in_lab("notebooks/01-reading-a-story.ipynb")
    return watched, run_all(watched.page)


@pytest.fixture(scope="module")
def lesson_1_in_notebook7(notebook7: Server, browser: Browser) -> Iterator[Opened]:
    """Return lesson 1 in Notebook 7, all cells run."""
    watched = watched_page(browser)
    watched.page.goto(notebook7.address("notebooks/notebooks/01-reading-a-story.ipynb"))
    wait_for_kernel(watched.page)
    yield watched, run_all(watched.page)
    end_kernel(watched.page)


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for screenshots, for whoever looks into a failure; never committed."""
    return tmp_path_factory.mktemp("shots")
