"""Submissions that attack the grader: what each tries is a file in attacks/, put into a notebook here."""

from __future__ import annotations

import ast
import hashlib
import importlib
import json
import os
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from courses import NOTE, ROOT, Released, bank_of, by_grade_id, packed, submit

from newsdesk.grading.grade import GradeReport, Options, grade
from newsdesk.sandbox import running
from newsdesk.sandbox.running import Job, Outcome, run_job

EXERCISE = "e06-where-it-came-from"
FOLDER = Path(__file__).parent / "attacks"
HONEST_POINTS = 2.0  # an attacker answers question 2, and nothing else
HONEST = "000-honest"  # graded before the others; his work and points must stay as they are
ANOTHER = "another learner's note"
HONEST_EVERY = 6  # submissions
CELL_SECONDS, SECONDS = 6, 18  # of attackers alone, so that the endless ones are soon over
_CELL = re.compile(r"^# %%(.*)\n", re.MULTILINE)
_AIM = """
import os, stat, struct, sys, types
aim = sys.modules["aim"] = types.ModuleType("aim")
aim.__dict__.update({given!r})
aim.breach = lambda what: print("BREACH:", what)
aim.held = lambda why: print("held:", why)

def line():
    # the number of the line to the grader
    for number in range(3, 256):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                return number
        except OSError:
            continue
    raise SystemExit

aim.line = line
aim.forge = lambda content: os.write(line(), struct.pack(">I", len(content)) + content)
"""


@dataclass(frozen=True)
class Attack:
    """Code that attacks: `tries` says in words what, `parts` are cells and where they stand.

    A part stands in an answer cell, by its grade id, at the ``"end"``, or after the set-up. After
    ``# MANY:`` stands a line for many cells at the end; ``# FILLER`` asks for one large cell there.
    """

    name: str
    tries: str
    parts: tuple[tuple[str, str], ...]

    def book(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return the notebook, whose one answer is right; the attack imports `values` from ``aim``."""
        book = answered_notebook()
        named, first, last = by_grade_id(book), [code_cell(_AIM.format(given=values))], []
        for place, source in self.parts:
            if place in named:
                named[place]["source"] = source
            else:
                (last if place == "end" else first).append(code_cell(source))
                many = re.search(r"^# MANY: (.*)$", source, re.MULTILINE)
                last += [code_cell(many[1]) for _ in range(60)] if many else []
                last += [code_cell("#" * 300_000)] if "# FILLER" in source else []
        setup = next(number for number, cell in enumerate(book["cells"]) if cell is named["e06-setup"])
        book["cells"][setup + 1 : setup + 1] = first
        book["cells"] += last
        return book

    def sources(self, values: dict[str, Any]) -> list[str]:
        """Return the attack's own cells alone."""
        return [_AIM.format(given=values), *(source for _, source in self.parts)]


def answered_notebook() -> dict[str, Any]:
    """Return the exercise with the one right answer of an attacker."""
    right = {"e06.q2": bank_of(EXERCISE)["e06.q2"][0]}
    assert right["e06.q2"].points == HONEST_POINTS
    return Released(EXERCISE).filled_in(right)


def code_cell(source: str) -> dict[str, Any]:
    """Return a learner's own cell."""
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}


def attacks() -> Iterator[Attack]:
    """Yield every attack of the folder."""
    for path in sorted(FOLDER.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        places = ["", *(match[1].strip() for match in _CELL.finditer(text))]
        parts = _CELL.split(text)[::2]
        tries = ast.get_docstring(ast.parse(text))
        assert tries is not None, path
        yield Attack(path.stem, tries, tuple(zip(places, parts, strict=True)))


def values_for(course: Path, place: Path | str, *, harmless: bool) -> dict[str, Any]:
    """Return what an attack is told: where the course is, where it may write, and how far to go."""
    return {
        "COURSE": str(course),
        "PLACE": str(place),
        "HARMLESS": harmless,
        "FORKS": 20 if harmless else 300,
        "MEGABYTES": 300 if harmless else 6000,
        "LETTERS": 5_000_000 if harmless else 150_000_000,
    }


def key_of_the_exercise() -> bytes:
    """Return checks.json as learners get it."""
    return (ROOT / "exercises" / EXERCISE / "checks.json").read_bytes()


def shown(course: Path, learner: str) -> str:
    """Return all outputs of a learner's graded notebook as one text; empty where there is none."""
    path = course / "autograded" / learner / EXERCISE / f"{EXERCISE}.ipynb"
    if not path.is_file():
        return ""
    cells = json.loads(path.read_bytes())["cells"]
    return json.dumps([cell.get("outputs") for cell in cells], ensure_ascii=False)


def said(text: str, word: str) -> str:
    """Return what an attack has printed after a word, the first time."""
    found = re.search(rf"{word}: (.*?)(?:\\n|\")", text)
    return found[1] if found else ""


@dataclass
class Table:
    """What came of each attack, with and without the sandbox."""

    sandboxed: dict[str, str] = field(default_factory=dict)
    unconfined: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return a line an attack."""
        lines = [
            f"{name:22} | {self.sandboxed.get(name, '-')[:78]:78} | {self.unconfined.get(name, 'not run')[:70]}"
            for name in {**self.sandboxed, **self.unconfined}
        ]
        return "\n".join([f"{'attack':22} | {'in the sandbox':78} | with --sandbox none", *lines])


@dataclass
class Batch:
    """A course in which honest learners and attackers are graded together, and what is seen of it.

    `promised` are points by honest learner, `learners` the learner by attack, `words` what nobody may
    bring out, by where it stands.
    """

    course: Path
    promised: dict[str, float] = field(default_factory=dict)
    learners: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    report: GradeReport = field(default_factory=lambda: GradeReport(""))
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    left_behind: dict[str, list[str]] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)

    def plant(self) -> None:
        """Write a word of its own into everything that is nobody's business."""
        source = self.course / "solutions" / EXERCISE
        for place in ("answers.yaml", "guide.md", "rubric.yaml", "samples.yaml", "checks.json", "roster.csv"):
            word = self.words[place] = _word()
            path = self.course / place if place == "roster.csv" else source / place
            text = path.read_text(encoding="utf-8")
            if place == "checks.json":
                text = json.dumps(json.loads(text) | {"word": word})
            else:
                text += f"{HONEST},Ada,{word},a@example.org\n" if place == "roster.csv" else f"# {word}\n"
            path.write_text(text, encoding="utf-8")
        self.words[ANOTHER], self.words["environment"] = _word(), _word()

    def hand_in_honestly(self, number: int) -> None:
        """Hand in the next kind of answers of the bank."""
        kinds = [answers for _, answers in packed(bank_of(EXERCISE))]
        answers = kinds[len(self.promised) % len(kinds)]
        book = Released(EXERCISE).filled_in(answers, f"{NOTE} {self.words[ANOTHER]}")
        learner = f"{number:03}-honest"
        submit(self.course / "submitted" / learner / EXERCISE, book, key_of_the_exercise())
        self.promised[learner] = sum(entry.points for entry in answers.values())

    def hand_in(self, made: Iterable[tuple[str, Any]]) -> None:
        """Hand in attacks by name, a notebook or a maker of files each, with honest learners before, between, after."""
        number = 1
        for name, attack in made:
            if number % HONEST_EVERY == 0:
                self.hand_in_honestly(number)
                number += 1
            learner = self.learners[name] = f"{number:03}-{name}"
            folder = self.course / "submitted" / learner / EXERCISE
            if callable(attack):
                attack(folder, answered_notebook())
            else:
                submit(folder, attack, key_of_the_exercise())
            number += 1
        self.hand_in_honestly(number)

    def grade(self) -> None:
        """Grade the first honest learner, then all; watch the warm interpreters after each submission."""
        quiet = Options(say=lambda _line: None)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("NEWSDESK_KANARI", self.words["environment"])
            grade(self.course, "e06", replace(quiet, learner=HONEST))
            self.before = self.hashes()
            patch.setattr(importlib.import_module("newsdesk.grading.grade"), "run_job", self._run)
            self.report = grade(self.course, "e06", quiet)

    def _run(self, job: Job) -> Outcome:
        if job.name not in self.promised:
            job = replace(job, cell_seconds=CELL_SECONDS, seconds=SECONDS)
        before = getattr(running._mine, "warm", None)
        self.outcomes[job.name] = outcome = run_job(job)
        after = getattr(running._mine, "warm", None)
        if before is after is not None:
            self.left_behind[job.name] = _below(after)
        else:
            self.ended.append(job.name)
        return outcome

    def hashes(self) -> dict[str, str]:
        """Return the SHA-256 of every file that grading others has no business to change."""
        files = [self.course / "roster.csv", self.course / "marks" / EXERCISE / f"{HONEST}.json"]
        for folder in ("solutions", "exercises", "submitted", f"autograded/{HONEST}"):
            files += sorted((self.course / folder).rglob("*"))
        return {
            path.relative_to(self.course).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
            if path.is_file() and not path.is_symlink() and path.stat().st_size < 10_000_000
        }

    def came_out(self, name: str) -> str:
        """Return all that an attack has left in the course, and what was said of it."""
        learner = self.learners[name]
        places = [*(self.course / "autograded" / learner).rglob("*"), *(self.course / "marks").rglob(f"{learner}.json")]
        texts = [path.read_bytes().decode("utf-8", "replace") for path in places if path.is_file()]
        lines = (self.course / "grading.log").read_text(encoding="utf-8").splitlines()
        about = self.report.broken.get(learner, "") + repr(self.report.graded.get(learner))
        return "\n".join([*texts, *(line for line in lines if learner in line), about])


def _word() -> str:
    return f"kanari-{os.urandom(8).hex()}"


def _below(warm: Any) -> list[str]:
    """Return the processes of a warm interpreter beside its own two, and those whose priority was changed."""
    ends = time.monotonic() + 2
    while True:
        try:
            found = psutil.Process(warm._process.pid).children(recursive=True)
            slow = [f"{each.pid} has priority {each.nice()}" for each in found[:2] if each.nice() != os.nice(0)]
        except psutil.NoSuchProcess:
            return ["none: the interpreter itself has ended"]
        left = [f"{each.pid} {each.name()}" for each in found[2:]] + slow
        if not left or time.monotonic() > ends:
            return left
        time.sleep(0.05)
