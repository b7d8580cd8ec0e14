"""Send outputs whose parts are all of a wrong kind."""

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


odd = '{"outputs": [1, null, {"output_type": "stream", "name": [], "text": {"a": 1}}, {"output_type": "error"}, '
odd += '{"output_type": "error", "ename": {}, "traceback": [1, {}]}, {"output_type": "display_data", "data": {'
odd += '"image/png": 1, "text/html": [], "image/jpeg": "é", "text/plain": null}}], "missing": {"a": 1}, "unread": []}'
for _ in range(30):
    forge(odd.encode())
