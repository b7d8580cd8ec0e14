"""What collect says: where each file went, what to do about the others, and from whom there is nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from newsdesk.course import ROSTER, Learner
from newsdesk.errors import listed
from newsdesk.grading.collecting.unpacking import Refused

_MOST_NAMES = 10


@dataclass
class CollectReport:
    """What happened to each file; lines fit to be printed.

    `recognised` are those of the placed and replaced whose name was no exercise's. `example` is a place by
    which a file is known, `missing` a line for each exercise of which somebody has nothing.
    """

    placed: list[str] = field(default_factory=list)
    recognised: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    earlier: list[str] = field(default_factory=list)
    not_placed: list[Refused] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    example: str = ""

    def __str__(self) -> str:
        """Return the report, at its end a sum and who is missing."""
        lines = [f"placed: {line}" for line in self.placed]
        lines += [f"replaced: {line}" for line in self.replaced]
        lines += [f"placed by what is in it: {line}" for line in self.recognised]
        lines += [f"passed over, there is a later one: {line}" for line in self.earlier]
        lines += [f"NOT placed: {line}" for line in self.not_placed]
        sums = f"{len(self.placed)} placed, {len(self.replaced)} replaced, {len(self.unchanged)} as they were"
        return "\n".join([*lines, *self._steps(), f"{sums}, {len(self.not_placed)} not placed.", *self.missing])

    def _steps(self) -> list[str]:
        """Return what to do about the files that were not placed."""
        steps = []
        if to_move := [refused for refused in self.not_placed if refused.step == "move"]:
            steps.append(
                "What to do: where name or place is the reason, put the file into a folder with the learner's id, "
                f"under the exercise's name ({self.example}), and collect that folder; or mend {ROSTER}."
            )
            if any(refused.is_zipped for refused in to_move):
                steps.append(
                    "A file in a zip must be taken out of it for that: unzip it, rename the file, collect the folder."
                )
        if any(refused.step == "anew" for refused in self.not_placed):
            steps.append(
                "What to do: where the file itself is the reason, ask the learner to hand in the notebook anew."
            )
        return steps


def nothing_from(learners: Sequence[Learner], exercise: str = "") -> str:
    """Return one line that names learners, the first of them where there are many.

    Examples
    --------
    >>> nothing_from([Learner("s05", "Emeka", "Adeyemi", ""), Learner("s10", "Jun", "Li", "")], "e06")
    'nothing for e06 from 2: s05 Emeka Adeyemi, s10 Jun Li'
    """
    names = listed([learner.named for learner in learners], _MOST_NAMES)
    return f"nothing {f'for {exercise} ' if exercise else ''}from {len(learners)}: {names}"
