"""Plant code in site-packages, in the kit and in the interpreter's own library."""

import os
import sys
from pathlib import Path

from aim import HARMLESS, breach, held

import newsdesk

for folder in {*sys.path, *newsdesk.__path__, Path(os.__file__).parent, sys.prefix, "/usr/lib", "/"}:
    if not Path(folder).is_dir():
        continue
    if HARMLESS:
        if os.access(folder, os.W_OK):
            breach(f"{folder} could be written")
        continue
    try:
        Path(folder, "sitecustomize.py").write_text("print('planted')")
        breach(folder)
    except OSError as error:
        held(error)
