"""Start a program, with every call that Python and the C library have for it."""

import ctypes
import os
import subprocess
import sys

from aim import breach, held

for start in (
    lambda: subprocess.run([sys.executable, "-c", ""], check=True),
    lambda: os.waitpid(os.posix_spawn(sys.executable, [sys.executable, "-c", ""], {}), 0),
):
    try:
        start()
        breach("a program ran")
    except (OSError, subprocess.SubprocessError) as error:
        held(error)
library = ctypes.CDLL(None)
if library.system(b"true") == 0:
    breach("system()")
