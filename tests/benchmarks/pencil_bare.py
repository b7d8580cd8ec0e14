"""The annotation widget on a bare page: 100,000 characters and 1,000 marks; what the script weighs.

The baseline is what the kit promises: mounted and painted within 100 ms, a key pressed and painted within
30 ms, medians. Keys go the whole way from the browser's own key events to the frame after them.
"""

from __future__ import annotations

import gzip
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright
from table import Result

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "browser"))
from network import best_network
from pencil_page import FOLDER, Pencil, article, mark, pencil_on
from servers import start_chromium

ROUNDS = 9
MOUNT = 0.100
KEY = 0.030
CHARACTERS = 100_000
MARKS = 1_000

WATCH = """() => {
    window.took = [];
    addEventListener('keydown', event => {
        if (event.key === 'Shift') return;
        const began = event.timeStamp;
        requestAnimationFrame(() => {
            const channel = new MessageChannel();
            channel.port1.onmessage = () => took.push(performance.now() - began);
            channel.port2.postMessage(0);
        });
    }, true);
}"""
# a word, a sentence, more words, a mark, the next one, and one taken back
KEYS = ["ArrowRight", "ArrowDown", "Shift+ArrowRight", "s", "n", "ArrowRight", "Shift+ArrowRight", "c", "PageDown"]


def long_article() -> dict[str, Any]:
    """Return an article of `CHARACTERS` characters in paragraphs of about 500."""
    sentence = "The harbour may close in May, said Ana Bell of the port, and {} ships wait outside."
    paragraphs, size = [], 0
    while size < CHARACTERS:
        sentences = [sentence.format(1000 + len(paragraphs) * 6 + n) for n in range(6)]
        paragraphs.append(sentences)
        size += len(" ".join(sentences)) + 2
    return article(*paragraphs)


def many_marks(of: dict[str, Any]) -> list[dict[str, Any]]:
    """Return `MARKS` marks spread evenly, some inside others."""
    quotes = [("claim", "The harbour may close in May"), ("hedge", "may"), ("source", "Ana Bell"), ("cue", "said")]
    quotes += [("date", "May"), ("source", "the port")]
    made: list[dict[str, Any]] = []
    for turn, (label, quote) in enumerate(quotes):
        for paragraph in of["paragraphs"]:
            if len(made) < MARKS:
                made.append(mark(of, label, paragraph["number"], quote, f"m{turn}-{paragraph['number']}"))
    return made


def measure() -> Iterator[Result]:
    """Measure mounting, in new pages, and keys, in the last of them."""
    of = long_article()
    marks = many_marks(of)
    assert len(marks) == MARKS
    network = best_network()
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        browser = start_chromium(playwright, Path(place), network)
        mounts = [_mount(browser, of, marks) for _ in range(ROUNDS + 1)][1:]
        with pencil_on(browser, of, marks=marks) as pencil:
            keys = _keys(pencil)
        browser.close()
    network.close()
    yield Result("pencil, mounted and painted", mounts, [MOUNT], 1.0)
    yield Result("pencil, key pressed to painted", keys, [KEY], 1.0)


def weight() -> tuple[int, int]:
    """Return the size of the script in bytes, as it is and compressed as servers send it."""
    script = (FOLDER / "widget.js").read_bytes()
    return len(script), len(gzip.compress(script, 9))


def _mount(browser: Browser, of: dict[str, Any], marks: list[dict[str, Any]]) -> float:
    with pencil_on(browser, of, marks=marks) as pencil:
        return float(pencil.page.evaluate("window.mounted")) / 1000


def _keys(pencil: Pencil) -> list[float]:
    pencil.page.evaluate(WATCH)
    for key in KEYS * ROUNDS:
        pencil.press(key)
        pencil.page.wait_for_timeout(50)  # as fast as hands are
    pencil.page.wait_for_timeout(100)
    took = [float(t) / 1000 for t in pencil.page.evaluate("window.took")]
    assert len(took) == ROUNDS * len(KEYS)
    return took


if __name__ == "__main__":
    from table import HEAD, line, spread

    print(HEAD)
    for result in measure():
        print(line(result), "\n ", spread(result))
    print("script: {} bytes, {} compressed".format(*weight()))
