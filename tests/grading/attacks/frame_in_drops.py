"""Announce a frame and send it a byte at a time."""

import os
import struct

from aim import line

os.write(line(), struct.pack(">I", 900_000))
for _ in range(899_999):
    os.write(line(), b" ")
