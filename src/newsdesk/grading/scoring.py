"""From what a child sent to points: by a process that never ran a learner's code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from newsdesk.answers import to_json
from newsdesk.checks import Verdict, answer_hash, judge, question_from
from newsdesk.grading.outputs import checked_outputs, error_output, plain
from newsdesk.grading.rebuilding import Master, Rebuilt, answer_id, grade_id
from newsdesk.grading.records import Answered
from newsdesk.sandbox.running import Outcome

STOPPED = "its cell stopped with "  # in the words of a question whose answer cell ended in an error
_ENDED = "GradingError"
_IN_CELL = re.compile(r"\(<ipython-input-[^>]*>, (line \d+)\)")


def score(rebuilt: Rebuilt, outcome: Outcome, master: Master) -> dict[str, Answered]:
    """Give points for what was read, and put outputs and verdicts into the rebuilt notebook.

    Returns
    -------
    dict
        By the grade id of each check cell, what it earned. Troubles are added to the notebook's notes.
    """
    earned: dict[str, Answered] = {}
    stopped: dict[str, str] = {}  # by the grade id of a cell, why it came to no end
    for number, (step, place) in enumerate(zip(rebuilt.steps, rebuilt.places, strict=True)):
        cell = rebuilt.cells[place]
        reply = outcome.replies.get(number, {})
        trouble = outcome.troubles.get(number, "")
        cell["execution_count"] = number + 1
        if not step.expression:
            cell["outputs"] = checked_outputs(reply.get("outputs"), number + 1)
            for each in cell["outputs"]:
                if each["output_type"] == "error":
                    words = _IN_CELL.sub(r"(\1)", each["evalue"])[:200]
                    said = f"{each['ename']}: {words}".rstrip(": ")
                    stopped[grade_id(cell)] = f"{STOPPED}{said}"
            if trouble:
                cell["outputs"] = [error_output(_ENDED, f"This cell was left out: {trouble}.")]
                rebuilt.notes.append(f"{_name(cell, place)}: {trouble}")
                stopped[grade_id(cell)] = f"its cell was left out: {trouble}"
            continue
        name = grade_id(cell)
        if "missing" in reply:
            reply = reply | {"missing": stopped.get(answer_id(name), reply["missing"])}
        question_id = master.asked[name][0]
        entry = master.checks[question_id]
        verdict = _verdict(entry, question_id, reply, trouble)
        if trouble:
            rebuilt.notes.append(f"{name}: {trouble}")
        unknown = "" if trouble else _unknown(entry, question_id, reply)
        earned[name] = Answered(verdict.points, verdict.most, verdict.words, unknown)
        head = {"output_type": "execute_result", "execution_count": number + 1, "metadata": {}}
        cell["outputs"] = [head | {"data": verdict._repr_mimebundle_()}]
    return earned


def _name(cell: dict[str, Any], place: int) -> str:
    return grade_id(cell) or f"cell {place + 1}"


def _verdict(entry: dict[str, Any], question_id: str, reply: Mapping[str, Any], trouble: str) -> Verdict:
    question = question_from(question_id, entry)
    if trouble:
        return Verdict(0, question.points, f"No answer was read: {trouble}.")
    if "form" in reply:
        try:
            return _plain(judge(reply["form"], question, entry))
        except ValueError:  # half characters, a number beyond all numbers: no form that `canonical` makes
            return Verdict(0, question.points, "No answer was read: what was sent is not an answer's form.")
    words = reply.get("unread") or f"No answer was read: {reply.get('missing', 'nothing came')}."
    return _plain(Verdict(0, question.points, str(words)[:2000]))


def _unknown(entry: dict[str, Any], question_id: str, reply: Mapping[str, Any]) -> str:
    """Return an answer that the bank does not have, as JSON; empty where it has it, or none was read."""
    try:
        if "form" not in reply or answer_hash(question_id, reply["form"]) in entry["answers"]:
            return ""
        return plain(to_json(reply["form"]))[:2000]
    except ValueError:
        return ""


def _plain(verdict: Verdict) -> Verdict:
    return Verdict(verdict.points, verdict.most, plain(verdict.words))
