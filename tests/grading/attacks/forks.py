"""Fork 300 times."""

import os
import time

from aim import FORKS, breach, held

children = []
try:
    for _ in range(FORKS):
        child = os.fork()
        if not child:
            time.sleep(0.5)
            os._exit(0)
        children.append(child)
except OSError as error:
    held(error)
if children:
    breach(f"{len(children)} processes")
for child in children:
    os.waitpid(child, 0)
