"""Hand in numbers of millions of digits."""

# %% e06-q5-answer
from_reuters = [10**400, 1 << 10_000_000, -(1 << 20_000_000)]
# %% e06-q1-answer
parent = {"A": 1 << 30_000_000, "B": float("nan"), "C": float("inf"), "D": complex(1, 1)}
