"""What a learner's cells showed, as it is kept in the graded notebook: checked and brought to plain shapes.

It comes from the learner's own process. What is no output as nbformat describes it is dropped; terminal
codes and control characters are taken out. HTML stays as it is: who shows it must clean it, as the
course's nbgrader_config.py makes formgrader do.
"""

from __future__ import annotations

import base64
import re
from typing import Any

MOST_OUTPUTS = 50
_TEXTS = ("text/plain", "text/html", "text/markdown", "text/latex")
_PICTURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_CODES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)?", re.DOTALL)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    r"""Return a text without terminal codes, control characters, half characters and turns of direction.

    Examples
    --------
    >>> plain("a" + chr(27) + "[31mb" + chr(0) + chr(10))
    'ab\n'
    """
    return _CONTROL.sub("", _CODES.sub("", text.replace("\r\n", "\n")))


def checked_outputs(found: object, number: int) -> list[dict[str, Any]]:
    """Return those of a cell's outputs that are such, as nbformat 4 has them.

    Parameters
    ----------
    found
        What the child sent.
    number
        The cell's execution count.
    """
    outputs = found if isinstance(found, list) else []
    checked = [_checked(output, number) for output in outputs[:MOST_OUTPUTS] if isinstance(output, dict)]
    return [output for output in checked if output]


def error_output(name: str, words: str) -> dict[str, Any]:
    """Return an output that says what went wrong with a cell."""
    return {"output_type": "error", "ename": name, "evalue": words, "traceback": [f"{name}: {words}"]}


def _checked(output: dict[str, Any], number: int) -> dict[str, Any]:
    match output.get("output_type"):
        case "stream":
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            return {"output_type": "stream", "name": name, "text": plain(str(output.get("text", "")))}
        case "error":
            lines = output.get("traceback")
            return {
                "output_type": "error",
                "ename": plain(str(output.get("ename", "")))[:200],
                "evalue": plain(str(output.get("evalue", "")))[:2000],
                "traceback": [plain(line) for line in lines if isinstance(line, str)]
                if isinstance(lines, list)
                else [],
            }
        case "execute_result" | "display_data" as kind:
            data = output.get("data")
            kept = _bundle(data) if isinstance(data, dict) else {}
            head: dict[str, Any] = {"output_type": kind, "data": kept, "metadata": {}}
            return head | ({"execution_count": number} if kind == "execute_result" else {}) if kept else {}
        case _:
            return {}


def _bundle(data: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {kind: plain(data[kind]) for kind in _TEXTS if isinstance(data.get(kind), str)}
    for kind, beginning in _PICTURES.items():
        try:
            if base64.b64decode(data[kind], validate=True).startswith(beginning):
                kept[kind] = data[kind]
        except (KeyError, TypeError, ValueError):
            continue
    return kept
