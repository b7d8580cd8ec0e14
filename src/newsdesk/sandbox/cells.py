"""What a child does: it runs the cells that it is sent, as Jupyter would, and reads answers.

Everything here happens in the learner's own process, so nothing here is trusted by anybody.
"""

from __future__ import annotations

import io
import json
import socket
import sys
from pathlib import Path
from typing import Any, cast

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from newsdesk.answers import AnswerError, Question, canonical
from newsdesk.sandbox import wire

MOST_PRINTED = 20_000  # characters that a cell prints, kept
MOST_SHOWN = 300_000  # characters of one output
MOST_OF_A_CELL = 600_000
_CUT = "\n… (the rest was left out)\n"


class Printed(io.TextIOBase):
    """A stream that keeps the first characters, as an output of the cell, and drops the rest."""

    def __init__(self, shell: Shell, name: str) -> None:
        self._shell, self._name = shell, name

    def write(self, text: str) -> int:
        """Keep `text` while there is room; return its length."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._shell.print(self._name, str.__str__(text))
        return len(text)

    def writable(self) -> bool:
        """Return True."""
        return True


class _Hook(DisplayHook):
    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        shell = cast("Shell", self.shell)
        number = shell.execution_count
        shell.show({"output_type": "execute_result", "execution_count": number}, format_dict, md_dict)

    def finish_displayhook(self) -> None:
        pass


class _Publisher(DisplayPublisher):
    def publish(self, data: Any, metadata: Any = None, *_: Any, **__: Any) -> None:
        cast("Shell", self.shell).show({"output_type": "display_data"}, data, metadata)

    def clear_output(self, wait: bool = False) -> None:
        cast("Shell", self.shell).outputs.clear()


class Shell(InteractiveShell):
    """IPython without a terminal: what a cell shows is kept as a notebook keeps it."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)

    def ask_exit(self) -> None:
        """End the cell, as exit() would end a notebook's kernel."""
        raise SystemExit

    def begin(self) -> None:
        """Forget the outputs of the cell before."""
        self.outputs: list[dict[str, Any]] = []
        self._room = {"stdout": MOST_PRINTED, "stderr": MOST_PRINTED}
        self._left = MOST_OF_A_CELL

    def print(self, name: str, text: str) -> None:
        """Keep what the cell prints to ``"stdout"`` or ``"stderr"``."""
        room = self._room[name]
        self._room[name] = max(0, room - len(text))
        if room <= 0 or not text:
            return
        kept = text if len(text) <= room else text[:room] + _CUT
        last = self.outputs[-1] if self.outputs else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            last["text"] += kept
        else:
            self.outputs.append({"output_type": "stream", "name": name, "text": kept})

    def show(self, head: dict[str, Any], data: dict[str, Any], metadata: dict[str, Any] | None) -> None:
        """Keep an output; a form of it that is too large, or no plain JSON, is left out."""
        kept = {}
        for kind, content in data.items():
            try:
                size = len(content if isinstance(content, str) else json.dumps(content))
            except (TypeError, ValueError, RecursionError):
                continue
            if size <= min(MOST_SHOWN, self._left):
                self._left -= size
                kept[str(kind)] = content
        if data and not kept:
            kept = {"text/plain": "(too large to be shown here)"}
        self.outputs.append({**head, "data": kept, "metadata": {}})

    def _showtraceback(self, etype: type, evalue: Any, stb: list[str]) -> None:
        lines = "\n".join(stb)[-5000:].split("\n")
        self.outputs.append(
            {"output_type": "error", "ename": etype.__name__, "evalue": str(evalue)[:1000], "traceback": lines}
        )


def make_shell() -> Shell:
    """Return the shell that children inherit."""
    settings = Config()
    settings.HistoryManager.enabled = False
    settings.InteractiveShell.colors = "nocolor"
    settings.InteractiveShell.cache_size = 0
    shell = Shell.instance(config=settings)
    shell.begin()
    sys.stdout, sys.stderr = Printed(shell, "stdout"), Printed(shell, "stderr")
    return shell


def serve(line: socket.socket, shell: Shell) -> None:
    """Do what is asked on the line until it ends."""
    while True:
        try:
            asked = wire.receive(line)
        except wire.SilenceError:
            return
        wire.send(line, _done(asked, shell))


def _done(asked: dict[str, Any], shell: Shell) -> dict[str, Any]:
    match asked["do"]:
        case "write":
            path = Path(asked["place"])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(asked["text"].encode("utf-8", "surrogatepass"))
            return {}
        case "run":
            shell.begin()
            result = shell.run_cell(asked["source"], store_history=True)  # type: ignore[no-untyped-call]
            return {"ran": bool(result.success), "outputs": _fitting(shell.outputs)}
        case _:
            return _read(asked, shell)


def _read(asked: dict[str, Any], shell: Shell) -> dict[str, Any]:
    question = Question(**{name: _tuples(value) for name, value in asked["question"].items()})
    shell.begin()
    try:
        value = eval(asked["expression"], shell.user_ns)
    except BaseException as error:  # noqa: BLE001 - a name that was never made, mostly
        return {"missing": f"{type(error).__name__}: {error}"[:500]}
    try:
        reply = {"form": canonical(value, question)}
        wire.parse(wire.packed(reply))
    except AnswerError as error:
        return {"unread": str(error)[:2000]}
    except wire.WireError as error:
        return {"unread": f"This answer can't be read: {error}."}
    return reply


def _tuples(value: Any) -> Any:
    return tuple(_tuples(each) for each in value) if isinstance(value, list) else value


def _fitting(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return outputs that fit into a frame; the large ones go first."""
    while len(json.dumps(outputs)) > wire.LARGEST - 1000:
        largest = max(outputs, key=lambda each: len(json.dumps(each)))
        if largest.get("data") == {"text/plain": _CUT}:
            return []
        largest.clear()
        largest.update(output_type="display_data", data={"text/plain": _CUT}, metadata={})
    return outputs
