"""Make files without content until there is no place for one more."""

from pathlib import Path

from aim import PLACE, breach, held

count = 0
try:
    for number in range(6000):
        Path(PLACE, f"inode-{number}").touch()
        count += 1
except OSError as error:
    held(error)
if count > 5000:
    breach(f"{count} files")
for path in Path(PLACE).glob("inode-*"):
    path.unlink()
