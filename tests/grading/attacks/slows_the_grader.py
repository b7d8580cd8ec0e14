"""Lower the priority of everybody's processes."""

import os

from aim import breach, held

for which in (os.PRIO_PGRP, os.PRIO_USER):
    try:
        os.setpriority(which, 0, 9)
    except OSError as error:
        held(error)
try:
    os.setpriority(os.PRIO_PROCESS, os.getppid(), 10)
    if os.getppid():
        breach("the parent is slower")
except OSError as error:
    held(error)
held("its own alone")
