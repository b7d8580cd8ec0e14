"""What a benchmark hands back, and how it is printed."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Result:
    """Seconds of each round, ours and the baseline's, and the ratio of their medians that is allowed."""

    name: str
    ours: list[float]
    baseline: list[float]
    allowed: float

    @property
    def ratio(self) -> float:
        """Return the median of ours by the median of the baseline."""
        return median(self.ours) / median(self.baseline)

    @property
    def is_over(self) -> bool:
        """Say whether ours is slower than allowed."""
        return self.ratio > self.allowed


HEAD = f"{'name':36} {'ours':>8} {'baseline':>8} {'ratio':>6} {'allowed':>7}  verdict"


def line(result: Result) -> str:
    """Return a result as a line under `HEAD`: medians in seconds."""
    return (
        f"{result.name:36} {median(result.ours):8.3f} {median(result.baseline):8.3f} {result.ratio:6.3f} "
        f"{result.allowed:7.2f}  {'OVER' if result.is_over else 'ok'}"
    )


def spread(result: Result) -> str:
    """Return the fastest and the slowest round of each side, for whoever doubts the medians."""
    sides = [("ours", result.ours), ("baseline", result.baseline)]
    return "; ".join(f"{side} {min(s):.3f} to {max(s):.3f} s in {len(s)} rounds" for side, s in sides)
