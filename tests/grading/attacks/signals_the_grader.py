"""Send signals to the parent, to the group and to every process it may."""

import os
import signal

from aim import held

for target in (os.getppid(), 0, -1, -os.getpgrp(), *range(2, 200)):
    for number in (signal.SIGUSR1, signal.SIGTERM, signal.SIGSTOP, signal.SIGKILL):
        try:
            os.kill(target, number)
        except (OSError, OverflowError) as error:
            held(error)
