"""Shared wording in a folder of generated articles: time, memory, growth, and whether all that was planted is found.

The articles have 400 words in eight paragraphs, drawn from 50,000 words as often as words of English are (Zipf and
Mandelbrot: the frequency of rank r is in proportion to 1 / (r + 2.7)), so that common phrases occur by themselves.
A third of them end with the same 25 words of boilerplate. Into every fifth article a run is planted that is taken
from another one: 15 words, or 15 to 45, and some of these begin inside the boilerplate.

``python tests/benchmarks/shared_wording.py 1000`` measures one folder and prints it as JSON: a process of its own
for each size, so that each has its own peak of memory.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

from table import Result

SIZES = (1_000, 3_000, 10_000)
WORDS, PARAGRAPHS, VOCABULARY = 400, 8, 50_000
AT_LEAST = 15
SECONDS, MEBIBYTES = 60.0, 2048.0  # what is promised for the largest folder
Planted = tuple[str, str, str]


def make_folder(size: int) -> tuple[dict[str, str], list[Planted]]:
    """Return articles by name, and each planted run: the two articles and its words."""
    chance = random.Random(size)
    words = [f"{'aeiou'[n % 5]}{n:x}" for n in range(VOCABULARY)]
    weights = list(accumulate(1 / (rank + 2.7) for rank in range(1, VOCABULARY + 1)))
    each = WORDS // PARAGRAPHS
    articles = [[chance.choices(words, cum_weights=weights, k=each) for _ in range(PARAGRAPHS)] for _ in range(size)]
    boilerplate = chance.choices(words, cum_weights=weights, k=25)
    for number in range(0, size, 3):
        articles[number][-1][-25:] = boilerplate
    planted = []
    for number in range(0, size, 5):  # each target is planted in once; sources are never targets: 5n and 5n + 1 to 4
        source, target = articles[number], articles[number + chance.randint(1, 4)]
        length = AT_LEAST if chance.random() < 0.5 else chance.randint(AT_LEAST, 45)
        para, start = chance.randrange(PARAGRAPHS), chance.randrange(each - length + 1)
        if number % 15 == 0:  # these sources have the boilerplate: six words before it and ten of it
            para, start, length = PARAGRAPHS - 1, each - 25 - 6, 16
        run = source[para][start : start + length]
        place = chance.randrange(each - length + 1)
        target[para][place : place + length] = run
        planted.append((source, target, " ".join(run)))
    names = {id(article): f"article-{number:05}" for number, article in enumerate(articles)}
    texts = {names[id(a)]: "\n".join(" ".join(p) for p in a) for a in articles}
    return texts, [(names[id(a)], names[id(b)], run) for a, b, run in planted]


def measure_one(size: int) -> dict[str, float]:
    """Return seconds, MiB, rows, and how many planted runs there are and were found, for one folder."""
    import resource  # not on Windows, where the benchmark can't tell the memory

    from newsdesk.compare import shared_wording_among

    texts, planted = make_folder(size)
    started = time.perf_counter()
    frame = shared_wording_among(texts, at_least=AT_LEAST)
    seconds = time.perf_counter() - started
    found: dict[tuple[str, str], list[str]] = {}
    for a, b, wording in zip(frame["a"], frame["b"], frame["wording"], strict=True):
        found.setdefault((a, b), []).append(wording)
    hits = sum(any(run in wording for wording in found.get((a, b), [])) for a, b, run in planted)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return {"seconds": seconds, "mebibytes": peak, "rows": len(frame), "planted": len(planted), "found": hits}


def measure() -> Iterator[Result]:
    """Yield time and memory of the largest folder, each against what is promised; print the growth.

    Raises
    ------
    RuntimeError
        When a planted run was not found.
    """
    for size in SIZES:
        command = [sys.executable, __file__, str(size)]
        run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parent)
        got = json.loads(run.stdout)
        print(
            f"shared-wording, {size:6,} articles: {got['seconds']:6.2f} s, {1000 * got['seconds'] / size:.2f} ms each, "
            f"{got['mebibytes']:5.0f} MiB, {got['rows']:,} runs, {got['found']:,} of {got['planted']:,} planted found",
            flush=True,
        )
        if got["found"] < got["planted"]:
            raise RuntimeError(f"shared-wording: {got['planted'] - got['found']} planted runs were not found.")
    yield Result("shared wording, s of 60", [got["seconds"]], [SECONDS], 1.0)
    yield Result("shared wording, MiB of 2048", [got["mebibytes"]], [MEBIBYTES], 1.0)


if __name__ == "__main__":
    print(json.dumps(measure_one(int(sys.argv[1]))))
