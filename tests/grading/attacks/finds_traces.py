"""Look for what an earlier learner has left."""

import os
import sys
from pathlib import Path

from aim import HARMLESS, PLACE, breach, held

for folder, names, files in os.walk(PLACE if HARMLESS else "/"):
    if folder in ("/usr", "/packages", "/kit", "/lib", "/proc", "/sys") or folder == sys.base_prefix:
        names.clear()
    if "trace.txt" in files:
        breach(Path(folder, "trace.txt").read_text())
for number in range(0 if HARMLESS else 64):
    try:
        if b"trace left" in os.pread(number, 100, 0):
            breach(f"trace left in open file {number}")
    except OSError:
        continue
held("nothing was left")
