"""Print 150 MB."""

from aim import LETTERS

for _ in range(LETTERS // 1_000_000):
    print("a" * 1_000_000)
