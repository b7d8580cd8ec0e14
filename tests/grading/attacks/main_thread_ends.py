"""End the main thread only, so that the process has no leader but lives."""

import ctypes
import threading
import time

from aim import held

try:
    threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
    ctypes.CDLL(None).syscall(60 if ctypes.sizeof(ctypes.c_long) == 8 else 1, 0)
except RuntimeError as error:
    held(error)
