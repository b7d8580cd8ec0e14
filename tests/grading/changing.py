"""A change of a course's own bank, as an instructor makes it half-way through a course."""

from __future__ import annotations

from pathlib import Path

import yaml

WORDS = "Look at the blog again, and at its words."


def take_a_point_off(course: Path, exercise: str, question: str) -> str:
    """Give the first wrong answer to a question a point less and other words; return its code."""
    path = course / "solutions" / exercise / "answers.yaml"
    bank = yaml.safe_load(path.read_text(encoding="utf-8"))
    answer = bank["questions"][question]["wrong"][0]
    assert answer["points"] >= 1
    answer |= {"points": answer["points"] - 1, "hint": WORDS}
    path.write_text(yaml.safe_dump(bank, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return str(answer["code"])
