"""Read environment, memory, files and command line of the parent, of siblings and of itself in /proc."""

import os
from pathlib import Path

from aim import breach, held

print({name: value for name, value in os.environ.items() if "kanari" in value})
seen = 0
for place in ("self", str(os.getppid()), *(str(number) for number in range(1, 400))):
    for name in ("environ", "cmdline", "maps", "status"):
        try:
            content = Path("/proc", place, name).read_bytes()
        except OSError:
            continue
        seen += 1
        if b"kanari" in content:
            breach("the environment of the grader")
if seen:
    breach(f"{seen} files of /proc")
held("there is no /proc")
