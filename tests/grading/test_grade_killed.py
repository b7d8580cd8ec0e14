"""``newsdesk grade`` killed at fifty moments: the runs after it end as one that nobody disturbed."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from courses import course_with, gradebook_rows, run_newsdesk, start_newsdesk, times_graded

EXERCISE, COUNT = "e06-where-it-came-from", 12
KILLS, SEED = 50, 20261122
SOONEST, LATEST = 0.002, 180  # seconds: between two looks, and until something must have happened
ROUND = {"start": 2, "making the gradebook": 3, "locked": 3, "registering": 3, "warming up": 2, "writing": 4}
# by phase: how long after its beginning the run is killed, at most; seconds
WITHIN = {
    "start": 1.5,
    "making the gradebook": 0.8,
    "locked": 2.5,
    "registering": 0.3,
    "warming up": 3.0,
    "writing": 0.03,
}
Stamp = tuple[int, int]


@dataclass
class Watched:
    """A course that is graded by runs that are killed, with temporary files in a folder of its own."""

    course: Path
    temporary: Path
    chance: random.Random
    jobs: int
    kills: Counter[str] = field(default_factory=Counter)

    def kill_one(self, phase: str) -> None:
        """Start a run, wait for a phase of it to begin, and kill it at a random moment after that."""
        delay = self.chance.uniform(0, WITHIN[phase])
        before, recorded = self._database(), self.records()
        process = start_newsdesk(self.course, "grade", "--jobs", str(self.jobs), temporary=self.temporary)
        has_begun: dict[str, Callable[[], bool]] = {
            "start": lambda: True,
            "making the gradebook": lambda: "alembic" in self._commands(process),
            "locked": lambda: self._has_open(process, ".grade.lock"),
            "registering": lambda: self._database() != before,
            "warming up": lambda: "bwrap" in self._commands(process),
            "writing": lambda: False,
        }
        ends = time.monotonic() + LATEST
        while not (has_begun[phase]() or self.records() != recorded):
            assert process.poll() is None, f"{phase}: the run ended by itself: {process.communicate()[0]}"
            assert time.monotonic() < ends, phase
            time.sleep(SOONEST)
        time.sleep(delay)
        assert process.poll() is None, f"{phase}: the run was over {delay:.3f} s later"
        process.kill()
        process.communicate()
        self.kills[phase] += 1
        now = self.records()
        assert {name: now[name] for name in recorded} == recorded, f"{phase}: graded again"

    def records(self) -> dict[str, Stamp]:
        """Return what tells each record from one written anew."""
        found = (self.course / "marks" / EXERCISE).glob("learner-*.json")
        return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in found}

    def _database(self) -> Stamp | None:
        path = self.course / "gradebook.db"
        return (path.stat().st_ino, path.stat().st_mtime_ns) if path.exists() else None

    def _commands(self, process: subprocess.Popen[str]) -> str:
        words = []
        for child in psutil.Process(process.pid).children():
            try:
                words += child.cmdline()[:2]
            except psutil.Error:  # it has ended
                continue
        return " ".join(words)

    def _has_open(self, process: subprocess.Popen[str], name: str) -> bool:
        try:
            return any(link.readlink().name == name for link in Path(f"/proc/{process.pid}/fd").iterdir())
        except OSError:  # a descriptor that was closed between
            return False

    def left_running(self) -> list[str]:
        """Return what of the runs killed still runs after a while: all of it names the temporary folder."""
        ends = time.monotonic() + LATEST
        while True:
            alive = [
                f"{each.pid} {each.info['name']}"
                for each in psutil.process_iter(["name", "cmdline"])
                if str(self.temporary) in " ".join(each.info["cmdline"] or [])
            ]
            if not alive or time.monotonic() > ends:
                return alive
            time.sleep(0.2)


def files_in(course: Path) -> dict[str, bytes]:
    """Return a course's files by place, but for those in which moments and chance stand: log and gradebook."""
    return {
        path.relative_to(course).as_posix(): b"" if path.name in {"grading.log", "gradebook.db"} else path.read_bytes()
        for path in sorted(course.rglob("*"))
        if path.is_file()
    }


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="learners' code is confined on Linux only")
def test_killed_at_fifty_moments_the_next_runs_finish_the_work(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Gradebook, notebooks, records and every file are those of an undisturbed run; nothing is graded twice.

    Three copies of a course are killed from the first moment of a run to the last, a new run each time.
    """
    whole, began = tmp_path / "whole", time.monotonic()
    given = course_with(whole, EXERCISE, COUNT)
    (whole / "roster.csv").write_text("learner_id,first_name,last_name,email\nlearner-001,Ada,Okoro,a@example.org\n")
    chance = random.Random(SEED)
    rounds = []
    for number in range(3):
        shutil.copytree(whole, tmp_path / f"round {number}")
        (tmp_path / f"tmp{number}").mkdir()
        about = (tmp_path / f"round {number}", tmp_path / f"tmp{number}", random.Random(chance.random()))
        rounds.append(Watched(*about, jobs=2 if number == 0 else 1))
    plan = [[phase for phase, count in ROUND.items() for _ in range(count)] for _ in rounds]
    plan[-1].remove("start")
    assert sum(map(len, plan)) == KILLS
    code, said = run_newsdesk(whole, "grade")
    assert code == 0, said

    def disturb(watched: Watched, phases: list[str]) -> tuple[int, str]:
        for phase in phases:
            watched.kill_one(phase)
        return run_newsdesk(watched.course, "grade", temporary=watched.temporary)

    with ThreadPoolExecutor(len(rounds)) as pool:
        ended = list(pool.map(disturb, rounds, plan))
    for watched, (code, said) in zip(rounds, ended, strict=True):
        assert code == 0, said
        assert gradebook_rows(watched.course) == gradebook_rows(whole)
        assert files_in(watched.course) == files_in(whole)
        assert max(times_graded(watched.course).values()) == 1
        assert set(times_graded(watched.course)) <= set(given)
        assert watched.left_running() == []
    kills = sum((watched.kills for watched in rounds), Counter())
    assert kills.total() == KILLS
    with capsys.disabled():
        left = sum(len(list(watched.temporary.iterdir())) for watched in rounds)
        phases = ", ".join(f"{phase} {count}" for phase, count in kills.items())
        print(f"\ngrade killed {KILLS} times ({phases}): as undisturbed; {time.monotonic() - began:.0f} s.")
        print(f"{left} folders of killed runs are left in the system's temporary folder, none in a course.")
