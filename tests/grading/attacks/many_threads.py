"""Start threads until the machine has no room for a process."""

import resource
import threading
import time

from aim import HARMLESS, breach, held

threading.stack_size(65536)
count = 0
try:
    for _ in range(100 if HARMLESS else 5000):
        threading.Thread(target=time.sleep, args=(1,), daemon=True).start()
        count += 1
except RuntimeError as error:
    held(error)
if count > 64:
    breach(f"{count} threads; the system's limit is {resource.getrlimit(resource.RLIMIT_NPROC)[0]}")
