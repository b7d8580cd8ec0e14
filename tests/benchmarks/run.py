"""Measure what the kit promises about speed; exit with 1 when a ratio is over what is allowed.

``python3 start.py bench`` measures all, ``python3 start.py bench first-cell`` one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import first_cell
import grade_speed
import lab_idle
import pencil_bare
import pencil_lab
import shared_wording
from table import HEAD, Result, line, spread

BENCHMARKS: dict[str, Callable[[], Iterator[Result]]] = {
    "first-cell": first_cell.measure,
    "grading": grade_speed.measure,
    "lab-idle": lab_idle.measure,
    "pencil-bare": pencil_bare.measure,
    "pencil-lab": pencil_lab.measure,
    "shared-wording": shared_wording.measure,
}


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all; print each result when it is there."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"There is no benchmark {unknown[0]!r}. There are: {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    results = []
    print(HEAD, flush=True)
    for name in names or BENCHMARKS:
        for result in BENCHMARKS[name]():
            results.append(result)
            print(line(result), flush=True)
    print("\nMedians of seconds, or of what the name says.")
    for result in results:
        print(f"{result.name}: {spread(result)}")
    print("The pencil's script: {} bytes, {} compressed.".format(*pencil_bare.weight()))
    return int(any(result.is_over for result in results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
