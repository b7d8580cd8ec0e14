"""The warm interpreter: it has everything loaded that a lesson loads, and forks a child for each submission.

It runs inside bubblewrap, is started before any bank, master or gradebook is opened, and never sees a
submission: what a child is to do reaches the child on a line of its own.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
from typing import Any

from newsdesk.sandbox.confining import HOME, Limits, close_shared, give_up, leave

WARMING = """
import newsdesk as nd
import pandas as pd
import altair as alt

nd.setup()
page = nd.load_article("gt-2024")
nd.show_article(page, paras=[3])
claims = nd.load_table("claims")
claims.merge(nd.load_table("sources"), on="article_id").groupby("article_id").size()
nd.load_table("articles")
alt.Chart(pd.DataFrame({"a": ["x"], "b": [1]}), description="warm").mark_bar().encode(x="a", y="b:Q")
nd.resolve_date("Tuesday", "2024-06-25")
nd.annotate(nd.own_article("warm", ["A line."]), labels=["claim"])
"""


def main() -> None:
    """Warm up, say so, and fork a child at each order that comes with a line for it."""
    control = socket.socket(fileno=int(sys.argv[1]))
    os.chdir(HOME)
    from newsdesk.sandbox import cells

    shell = cells.make_shell()
    result = shell.run_cell(WARMING, store_history=False)  # type: ignore[no-untyped-call]
    control.send(json.dumps({"warm": bool(result.success), "outputs": shell.outputs[-1:]}).encode()[:60000])
    if not result.success:
        return
    shell.reset(new_session=True)  # type: ignore[no-untyped-call]
    close_shared()
    gc.collect()
    gc.freeze()
    while True:
        order, lines, _, _ = socket.recv_fds(control, 4096, 1)
        if not order:
            return
        if lines:
            status = _run_child(control, socket.socket(fileno=lines[0]), json.loads(order), shell)
            if status is None:
                return
            control.send(json.dumps({"ended": status}).encode())


def _run_child(control: socket.socket, line: socket.socket, limits: dict[str, int], shell: Any) -> int | None:
    """Fork a child, end it when told to, and return how it ended; None where the grader has gone."""
    child = os.fork()
    if not child:
        _be_child(control, line, Limits(**limits), shell)
    line.close()
    ended = os.pidfd_open(child)
    try:
        while True:
            ready, _, _ = select.select([control.fileno(), ended], [], [])
            if ended in ready:
                break
            order = control.recv(4096)
            os.kill(child, signal.SIGTERM)
            if not order:
                return None
    finally:
        os.close(ended)
        status = os.waitpid(child, 0)[1]
    return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def _be_child(control: socket.socket, line: socket.socket, limits: Limits, shell: Any) -> None:
    status = 1
    try:
        from newsdesk.sandbox import cells, wire

        leave(limits)
        control.close()
        try:
            give_up(limits)
        except OSError as error:
            wire.send(line, {"refused": str(error)})
            os._exit(1)
        wire.send(line, {})
        cells.serve(line, shell)
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    main()
