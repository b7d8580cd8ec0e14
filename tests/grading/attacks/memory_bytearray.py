"""Take 6 GiB of memory with bytearrays."""

import resource

from aim import MEGABYTES, breach, held

kept = []
try:
    while len(kept) * 100 < MEGABYTES:
        kept.append(bytearray(100_000_000))
    breach(f"{len(kept) * 100} MB; the limit is {resource.getrlimit(resource.RLIMIT_AS)[0]}")
except MemoryError:
    count, kept = len(kept), []
    held(f"MemoryError after {'some' if count else 'no'} hundred MB")
