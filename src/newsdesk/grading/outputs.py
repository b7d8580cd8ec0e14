"""What a learner's cells showed and wrote, as it is kept in the graded notebook: checked, and made harmless.

It comes from the learner's own process, and nbgrader's pages show it with the rights of whoever looks. What is
no output as nbformat describes it is dropped; terminal codes and control characters are taken out, scripts and
all else that acts from HTML; prose has no HTML and no links that run code.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

import nh3

MOST_OUTPUTS = 50
_RUNS = re.compile(r"(javascript|vbscript|data(?=\s*:\s*[a-z]+/))\s*:", re.IGNORECASE)
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


def harmless_prose(source: str) -> str:
    """Return Markdown without HTML: what looks like a tag is shown as it was typed, and no link runs code.

    Examples
    --------
    >>> harmless_prose("1 < 2, *so* <b>bold</b>")
    '1 < 2, *so* &lt;b>bold&lt;/b>'
    >>> harmless_prose("[x](java&#115;cript:y) [z](javascript:y) AT&T")
    '[x](java&amp;#115;cript:y) [z](javascript :y) AT&amp;T'
    >>> harmless_prose("the data: [x](data:text/html,y)")
    'the data: [x](data :text/html,y)'
    """
    text = re.sub(r"&(?=[#A-Za-z])", "&amp;", plain(source))
    return _RUNS.sub(r"\1 :", re.sub(r"<(?=[A-Za-z/!?])", "&lt;", text))


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
    kept: dict[str, Any] = {
        kind: clean(data[kind]) for kind, clean in _CLEANERS.items() if isinstance(data.get(kind), str)
    }
    for kind, beginning in _PICTURES.items():
        try:
            if base64.b64decode(data[kind], validate=True).startswith(beginning):
                kept[kind] = data[kind]
        except (KeyError, TypeError, ValueError):
            continue
    return kept


def _harmless_html(text: str) -> str:
    tags = nh3.ALLOWED_TAGS - {"img"}  # a picture from elsewhere would tell its server who looks
    return nh3.clean(plain(text), tags=tags, url_schemes={"http", "https"}, strip_comments=True)


_CLEANERS: dict[str, Callable[[str], str]] = {
    "text/plain": plain,
    "text/html": _harmless_html,
    "text/markdown": harmless_prose,
    "text/latex": harmless_prose,
}
