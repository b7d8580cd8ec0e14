"""Take memory that is nobody's: memfd, System V, /dev/shm, message queues."""

import ctypes
import os
from pathlib import Path

from aim import HARMLESS, breach, held

library = ctypes.CDLL(None, use_errno=True)
try:
    os.close(os.memfd_create("hoard"))
    breach("memfd_create")
except OSError as error:
    held(error)
segment = library.shmget(0, 10_000_000, 0o1600)
if segment >= 0:
    library.shmctl(segment, 0, None)
    breach("shmget")
queue = library.msgget(0, 0o1600)
if queue >= 0:
    library.msgctl(queue, 0, None)
    breach("msgget")
for folder in ("/dev/shm", "/run", "/var/tmp", "/dev/mqueue"):
    if HARMLESS:
        continue
    try:
        Path(folder, "hoard").write_bytes(b"x")
        breach(folder)
    except OSError as error:
        held(error)
