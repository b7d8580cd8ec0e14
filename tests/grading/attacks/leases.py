"""Take a lease on files that others will open, so that they wait."""

import fcntl
from pathlib import Path

import pandas
from aim import COURSE, HARMLESS, breach, held

folder = Path(COURSE) if HARMLESS else Path(pandas.__file__).parent / "io"
for path in sorted(folder.rglob("*.md" if HARMLESS else "*.py"))[:50]:
    with path.open() as file:
        try:
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
            breach(f"a lease on {path.name}")
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
            break
        except OSError as error:
            held(error)
