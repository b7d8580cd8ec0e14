"""Change the mode of the devices, which the whole machine shares; to what it is, so that nothing breaks."""

import os
from pathlib import Path

from aim import breach, held

for number in (0, 1, 2):
    try:
        os.fchmod(number, os.fstat(number).st_mode & 0o777)
        breach(f"the mode of open file {number}")
    except OSError as error:
        held(error)
for place in map(Path, ("/dev/null", "/dev/zero", "/dev/urandom")):
    try:
        place.chmod(place.stat().st_mode & 0o777)
        breach(f"the mode of {place}")
    except OSError as error:
        held(error)
