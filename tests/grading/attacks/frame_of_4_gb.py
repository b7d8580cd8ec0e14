"""Announce a frame of 4 GB."""

import os

from aim import line

os.write(line(), b"\xff\xff\xff\xff" + b"x" * 1000)
