"""The pencil in JupyterLab with a real kernel: 100,000 characters and 1,000 marks.

The baseline is what the kit promises: a key pressed and painted within 100 ms, and a mark saved within
500 ms of its key, medians.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from table import Result

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "browser"))
from network import best_network
from pages import end_kernel, plant, run_all, wait_for_kernel, watched_page
from pencil_bare import KEYS, WATCH
from servers import free_port, server, start_chromium

ROUNDS = 9
KEY = 0.100
SAVED = 0.500
SOURCE = """import newsdesk as nd, re
sentence = "The harbour may close in May, said Ana Bell of the port, and {} ships wait outside."
paragraphs = [" ".join(sentence.format(1000 + p * 6 + n) for n in range(6)) for p in range(200)]
article = nd.own_article("harbour", paragraphs)
assert len(article.text) > 100_000
pencil = nd.annotate(article, labels=["source", "cue", "claim"])
for label, quote in [("claim", "The harbour may close in May"), ("source", "Ana Bell"), ("cue", "said"),
                     ("source", "the port"), ("claim", "ships wait outside")]:
    for para in range(1, 201):
        pencil.add(label, quote, para=para, nth=1)
assert len(pencil.marks.marks) == 1000
pencil"""


def measure() -> Iterator[Result]:
    """Measure keys, then marks from the key to the file on the disk."""
    network = best_network()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        place = Path(name)
        browser = start_chromium(playwright, place, network)
        command = ["newsdesk", "lab", str(place / "copy"), "--no-browser", "--port", str(free_port())]
        with server(command, place, network) as running:
            page = watched_page(browser).page
            page.goto(running.address(f"lab/tree/{plant(running, 'long.ipynb', SOURCE)}"))
            wait_for_kernel(page)
            run_all(page)
            page.locator(".nd-pencil .nd-key").wait_for()
            page.locator(".nd-pencil .nd-standing", has_text="All saved").wait_for(timeout=30_000)
            keys = _keys(page)
            saves = _saves(page, running.root / "annotations" / "harbour.me.jsonld")
            end_kernel(page)
        browser.close()
    network.close()
    yield Result("pencil in lab, key to painted", keys, [KEY], 1.0)
    yield Result("pencil in lab, key to file", saves, [SAVED], 1.0)


def _keys(page: Page) -> list[float]:
    page.locator(".nd-pencil .nd-key").focus()
    page.evaluate(WATCH)
    for key in KEYS * ROUNDS:
        page.keyboard.press(key)
        page.wait_for_timeout(150)  # as fast as hands are
    page.wait_for_timeout(300)
    return [float(took) / 1000 for took in page.evaluate("window.took")]


def _saves(page: Page, path: Path) -> list[float]:
    took = []
    for _ in range(ROUNDS):
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(800)
        before = path.stat().st_mtime_ns
        began = time.perf_counter()
        page.keyboard.press("c")
        while path.stat().st_mtime_ns == before:
            time.sleep(0.002)
            assert time.perf_counter() - began < 20, "no mark was saved"
        took.append(time.perf_counter() - began)
    return took
