"""Write 150 MB to every open file by its number."""

import os

from aim import HARMLESS, LETTERS

for number in (1, 2) if HARMLESS else range(64):
    try:
        os.set_blocking(number, False)
        for _ in range(LETTERS // 1_000_000):
            os.write(number, b"a" * 1_000_000)
    except OSError:
        continue
