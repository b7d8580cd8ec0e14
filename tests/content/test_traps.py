"""A careful reader who has the editions only can answer each trap's question.

``trap_answers.csv`` holds the answers of one such reader: a language model, not a person, who was
given the five editions, the gloss and the 34 questions, and nothing else.
"""

from __future__ import annotations

import csv
from pathlib import Path

from newsdesk.tables import load_gold

ANSWERS = Path(__file__).with_name("trap_answers.csv")


def test_every_trap_was_answered(capsys):
    """34 traps, 34 answers; both columns are printed, to be compared by whoever runs the tests."""
    with ANSWERS.open(encoding="utf-8", newline="") as file:
        answers = {row["trap_id"]: row["answer"] for row in csv.DictReader(file)}
    traps = load_gold("traps")
    assert len(traps) == 34
    assert list(answers) == traps["trap_id"].tolist()
    assert all(len(answer) > 10 for answer in answers.values())
    with capsys.disabled():
        print()
        for trap in traps.itertuples():
            carried = trap.carried_by if isinstance(trap.carried_by, str) else f"absent: {trap.absence}"
            print(f"{trap.trap_id} {trap.article_id}.p{trap.para} «{carried}» {trap.question}")
            print(f"    gold:   {trap.gold_answer}\n    reader: {answers[trap.trap_id]}")
