"""Leave a process behind that runs on when the submission is graded."""

import os

from aim import breach, held

try:
    child = os.fork()
    if not child:
        os.setsid()
        os.closerange(0, 100)
        os.execv("/bin/sleep", ["sleep", "86"])
    breach(f"left behind {child}")
except OSError as error:
    held(error)
