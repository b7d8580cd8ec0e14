"""``newsdesk grade --scheduler``: the same points from a cluster of several workers, one killed on the way."""

from __future__ import annotations

import asyncio
import builtins
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
from courses import course_with, gradebook_rows, run_newsdesk, start_newsdesk, still_running, times_graded
from distributed import Client

from newsdesk.errors import NewsdeskError
from newsdesk.grading.cluster import ClusterError, cluster_executor
from newsdesk.grading.commands import grade_course
from newsdesk.grading.grade import Options
from newsdesk.kit import kit_version

EXERCISE, COUNT = "e06-where-it-came-from", 16
PROMPT = 25  # seconds to say that nothing answers: ten of waiting, the rest for a loaded machine


class Cluster:
    """A scheduler and its workers, each a process of this test, on this machine alone."""

    def __init__(self, folder: Path) -> None:
        """Keep the folder; nothing is started yet."""
        self.folder, self.address = folder, ""
        self.processes: list[subprocess.Popen[bytes]] = []

    def begin(self) -> None:
        """Start the scheduler."""
        file = self.folder / "scheduler.json"
        self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file))
        ends = time.monotonic() + 60
        while not (file.is_file() and file.read_text().strip()) and time.monotonic() < ends:
            time.sleep(0.05)
        self.address = json.loads(file.read_text())["address"]

    def worker(self, name: str, threads: int) -> subprocess.Popen[bytes]:
        """Start a worker, which keeps its temporary files in a folder of its own."""
        place = self.folder / name
        place.mkdir()
        return self._start(
            *("worker", self.address, "--nthreads", str(threads), "--no-nanny", "--host", "127.0.0.1"),
            *("--local-directory", str(place), "--name", name),
            folder=place,
        )

    def _start(self, kind: str, *arguments: str, folder: Path | None = None) -> subprocess.Popen[bytes]:
        with (self.folder / "cluster.log").open("a") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments, "--no-dashboard"],
                env=os.environ | {"TMPDIR": str(folder or self.folder)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.processes.append(process)
        return process

    def end(self) -> None:
        """Kill what still runs."""
        for process in reversed(self.processes):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """Return a scheduler without workers."""
    (tmp_path / "cluster").mkdir()
    begun = Cluster(tmp_path / "cluster")
    try:
        begun.begin()
        yield begun
    finally:
        begun.end()


def wait_until(is_so: Callable[[], bool], seconds: float = 120) -> None:
    """Wait for something that comes about elsewhere."""
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.01)


def sandboxes(worker: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Return the sandboxes that a worker started."""
    return [child for child in psutil.Process(worker.pid).children() if child.name() == "bwrap"]


def below(worker: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Return all processes that a worker and what it started have started."""
    return psutil.Process(worker.pid).children(recursive=True)


@pytest.mark.slow
def test_a_cluster_gives_the_points_of_one_machine_though_a_worker_dies(
    tmp_path: Path, cluster: Cluster, capsys: pytest.CaptureFixture[str]
):
    """All results are there, each submission graded once, with the gradebook and notebooks of a run on one machine.

    Each thread of a worker keeps one warm interpreter; it ends with its worker, killed or not.
    """
    course, local = tmp_path / "course", tmp_path / "local"
    given = course_with(course, EXERCISE, COUNT)
    shutil.copytree(course, local)
    stays, dies, single = cluster.worker("stays", 2), cluster.worker("dies", 1), cluster.worker("single", 1)
    grading = start_newsdesk(course, "grade", "e06", "--scheduler", cluster.address)
    wait_until(lambda: bool(times_graded(course)) and bool(sandboxes(dies)))
    orphans = below(dies)
    dies.send_signal(signal.SIGKILL)
    graded_before = sum(times_graded(course).values())
    said, _ = grading.communicate(timeout=300)

    assert grading.returncode == 0, said
    assert graded_before < COUNT, "the worker was killed too late to matter"
    assert times_graded(course) == dict.fromkeys(given, 1)
    assert len(orphans) > 2  # bwrap, what it starts, and the interpreter
    assert still_running(orphans) == []
    assert [len(sandboxes(stays)), len(sandboxes(single))] == [2, 1]
    begun = [*below(stays), *below(single)]
    for worker in (stays, single):
        worker.send_signal(signal.SIGTERM)
        worker.wait(30)
    assert still_running(begun) == []
    left = {name: len(list((cluster.folder / name).glob("newsdesk-grader-*"))) for name in ("stays", "single", "dies")}
    assert left == {"stays": 0, "single": 0, "dies": 1}  # who is killed can't tidy up

    code, said_locally = run_newsdesk(local, "grade", "e06")
    assert code == 0, said_locally
    assert gradebook_rows(course) == gradebook_rows(local)
    assert graded_notebooks(course) == graded_notebooks(local)
    with capsys.disabled():
        print(f"\nscheduler: {COUNT} submissions by three workers, one killed after {graded_before}: {last(said)}")


def graded_notebooks(course: Path) -> dict[str, bytes]:
    """Return the graded notebooks by learner."""
    found = course.glob(f"autograded/*/{EXERCISE}/{EXERCISE}.ipynb")
    return {path.parts[-3]: path.read_bytes() for path in found}


def last(text: str) -> str:
    """Return a text's last line."""
    return text.strip().splitlines()[-1]


def test_an_unfit_cluster_is_said_in_words(cluster: Cluster, monkeypatch: pytest.MonkeyPatch):
    """No worker, a worker's address in place of the scheduler's, another kit on a worker, a scheduler that goes."""
    address = cluster.address
    assert refusal(address) == f"The Dask scheduler at {address} has no worker. Start some: dask worker {address}"
    cluster.worker("only", 1)
    with cluster_executor(address) as (_, at_a_time):
        assert at_a_time == 1
    with Client(address, set_as_default=False) as client:
        (worker,) = client.nthreads()
    assert refusal(worker).startswith(f"No Dask scheduler answers at {worker}: it is a Worker.")
    with monkeypatch.context() as patch:
        patch.setattr("newsdesk.grading.cluster.kit_version", lambda: "9.9")
        assert refusal(address).startswith(f"The worker {worker} has newsdesk {kit_version()}; this is 9.9")
    with pytest.raises(ClusterError, match=f"^The Dask scheduler at {address} has gone. What was graded stands"):  # noqa: SIM117
        with cluster_executor(address) as (executor, _):
            waiting = executor.submit(time.sleep, 60)
            cluster.processes[0].kill()
            waiting.result(60)


def refusal(address: str) -> str:
    """Return why a cluster is not worked with, said within a few seconds."""
    began = time.monotonic()
    with pytest.raises(ClusterError) as refused, cluster_executor(address):
        pass
    assert time.monotonic() - began < PROMPT
    return str(refused.value)


def test_an_address_where_nothing_answers_is_said_in_words(tmp_path: Path):
    """In about ten seconds, in one line, with the address and what to do."""
    course_with(tmp_path / "course", EXERCISE, 1)
    with socket.socket() as taken:  # bound, but not listening: nobody else can take it
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        began = time.monotonic()
        code, said = run_newsdesk(tmp_path / "course", "grade", "e06", "--scheduler", address)
        assert time.monotonic() - began < PROMPT
    assert code == 1
    (line,) = said.strip().splitlines()
    assert line.startswith(f"newsdesk: No Dask scheduler answers at {address}: Timed out")
    assert line.endswith("Start one, and workers (dask scheduler, then dask worker ADDRESS); or leave out --scheduler.")
    assert not (tmp_path / "course" / "gradebook.db").exists()


@pytest.fixture
def other_server() -> Iterator[str]:
    """Return the address of a server that speaks something else."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                with line:
                    line.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


def test_another_servers_address_is_said_in_words(tmp_path: Path, other_server: str):
    """A web server's answer is no scheduler's, whatever Dask makes of it."""
    course_with(tmp_path / "course", EXERCISE, 1)
    code, said = run_newsdesk(tmp_path / "course", "grade", "e06", "--scheduler", other_server)
    assert code == 1
    assert last(said).startswith(
        f"newsdesk: No Dask scheduler answers at {other_server}: what answers is another program"
    )


@pytest.mark.parametrize("address", ["nonsense", "foo://127.0.0.1:1"])
def test_what_is_no_address_is_said_in_words(tmp_path: Path, address: str):
    """Dask's own word on it is passed on."""
    course_with(tmp_path, EXERCISE, 1)
    with pytest.raises(NewsdeskError, match=f"^No Dask scheduler answers at {address}: (missing port|unknown address)"):
        grade_course(tmp_path, "e06", Options(), sandbox="bubblewrap", scheduler=address)


def test_an_address_is_looked_at_while_a_loop_runs(tmp_path: Path):
    """As in a notebook: the words are the same."""
    course_with(tmp_path, EXERCISE, 1)

    async def ask() -> None:
        with pytest.raises(NewsdeskError, match=r"^No Dask scheduler answers at nonsense: (missing port|unknown addr)"):
            grade_course(tmp_path, "e06", Options(), sandbox="bubblewrap", scheduler="nonsense")

    with ThreadPoolExecutor(1) as apart:  # a browser's tests keep a loop of theirs in this thread
        apart.submit(asyncio.run, ask()).result()


def test_without_dask_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Who has not installed it reads how to."""
    course_with(tmp_path, EXERCISE, 1)
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.partition(".")[0] == "distributed":
            raise ModuleNotFoundError(f"No module named {name!r}")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(NewsdeskError, match=r"pip install 'newsdesk\[cluster\]'$"):
        grade_course(tmp_path, "e06", Options(), sandbox="bubblewrap", scheduler="tcp://127.0.0.1:1")


@pytest.mark.parametrize(
    ("sandbox", "options", "words"),
    [
        ("none", Options(), "--sandbox none runs on this machine alone"),
        ("bubblewrap", Options(jobs=2), "Leave out --jobs"),
    ],
)
def test_options_that_do_not_go_together_are_refused(tmp_path: Path, sandbox: str, options: Options, words: str):
    """Before anything is done."""
    with pytest.raises(NewsdeskError, match=words):
        grade_course(tmp_path, "e06", options, sandbox=sandbox, scheduler="tcp://127.0.0.1:1")
