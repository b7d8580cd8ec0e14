"""Fill the folder that it can write."""

from pathlib import Path

from aim import MEGABYTES, PLACE, breach, held

size = 0
try:
    for number in range(MEGABYTES // 10):
        Path(PLACE, f"fill-{number}").write_bytes(b"x" * 10_000_000)
        size += 10
except OSError as error:
    held(error)
if size > 40:
    breach(f"{size} MB")
for path in Path(PLACE).glob("fill-*"):
    path.unlink()
