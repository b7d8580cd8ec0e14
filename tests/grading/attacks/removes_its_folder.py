"""Remove the folder that it works in."""

import os
import shutil
from pathlib import Path

for path in list(os.scandir(".")):
    shutil.rmtree(path) if path.is_dir() else Path(path).unlink()
try:
    Path.cwd().rmdir()
except OSError as error:
    from aim import held

    held(error)
os.chdir("/")
