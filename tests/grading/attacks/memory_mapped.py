"""Take 6 GiB of memory with shared mappings."""

import mmap

from aim import MEGABYTES, breach, held

kept = []
try:
    while len(kept) * 100 < MEGABYTES:
        kept.append(mmap.mmap(-1, 100_000_000))
        kept[-1][0] = 1
    breach(f"{len(kept) * 100} MB")
except (OSError, MemoryError, ValueError) as error:
    kept = []
    held(error)
