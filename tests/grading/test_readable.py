"""What learners' code can read in the sandbox: no answer, no grade, nobody else's work."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attacking import EXERCISE, HONEST, Batch, key_of_the_exercise
from courses import ROOT

from newsdesk.course import make_course
from newsdesk.grading.grade import Options, grade
from newsdesk.sandbox.confining import Limits
from newsdesk.sandbox.running import Job, Step, close_warm, run_job
from newsdesk.tables import learners_csv, table_names

FORBIDDEN_NAMES = {
    *("answers.yaml", "lessons.yaml", "rubric.yaml", "samples.yaml", "guide.md", "checks.json", "solutions"),
    *(
        "gradebook.db",
        "roster.csv",
        "grading.log",
        "nbgrader_config.py",
        "submitted",
        "autograded",
        "feedback",
        "marks",
    ),
    *("annotations", "progress.jsonl", HONEST),
}
VARIABLES = {
    *("HOME", "LANG", "PATH", "TMPDIR", "IPYTHONDIR", "PYTHONDONTWRITEBYTECODE", "PWD", "LC_CTYPE"),
    *("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"),
}
WALK = """
import hashlib, json, os
wanted, names, sizes = {wanted!r}, {names!r}, set({sizes!r})
count, found, tops, folders = 0, [], {{}}, ["/"]
while folders:
    try:
        entries = list(os.scandir(folders.pop()))
    except OSError:
        continue
    for entry in entries:
        if entry.name in names or ".gold." in entry.name:
            found.append(["name", entry.path])
        if entry.is_dir(follow_symlinks=False):
            folders.append(entry.path)
        elif entry.is_file():
            count += 1
            top = "/".join(entry.path.split("/")[:3])
            tops[top] = tops.get(top, 0) + 1
            if entry.stat().st_size in sizes:
                with open(entry.path, "rb") as file:
                    if hashlib.sha256(file.read()).hexdigest() in wanted:
                        found.append(["content", entry.path])
print(json.dumps({{"count": count, "found": found[:200], "tops": tops}}))
"""
ENVIRONMENT = "import json, os; print(json.dumps(dict(os.environ)))"
LEARNERS_DATA = """
import hashlib, json, os
place = "/kit/newsdesk/_kit"
files = [os.path.join(folder, name) for folder, _, names in os.walk(place) for name in names]
print(json.dumps({os.path.relpath(path, place): hashlib.sha256(open(path, "rb").read()).hexdigest() for path in files}))
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A course with a roster, a gradebook and a learner who was graded."""
    made = Batch(make_course(tmp_path_factory.mktemp("read") / "course"))
    made.plant()
    made.hand_in_honestly(0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEWSDESK_KANARI", made.words["environment"])
        grade(made.course, "e06", Options(say=lambda _line: None))
        yield made.course
    close_warm()


def printed(*sources: str) -> Iterator[Any]:
    """Yield what each cell prints in the sandbox, as JSON."""
    outcome = run_job(Job("reader", tuple(map(Step, sources)), limits=Limits(), cell_seconds=200, seconds=400))
    assert outcome.troubles == {}
    for number in range(len(sources)):
        (output,) = outcome.replies[number]["outputs"]
        assert output["output_type"] == "stream", output
        yield json.loads(output["text"])


def forbidden(course: Path) -> dict[str, str]:
    """Return the files that no learner's code may read, by the SHA-256 of their content."""
    folders = [ROOT / "solutions", ROOT / "data", ROOT / "notebooks", ROOT / "exercises", course]
    files = {path for folder in folders for path in folder.rglob("*") if path.is_file() and not path.is_symlink()}
    found = {hashlib.sha256(path.read_bytes()).hexdigest(): str(path) for path in sorted(files) if path.stat().st_size}
    for content in allowed().values():
        found.pop(content, None)
    return found


def allowed() -> dict[str, str]:
    """Return what learners get of the data, by place: the hash of each file."""
    files = {f"data/articles/{path.name}": path.read_bytes() for path in (ROOT / "data" / "articles").glob("*.md")}
    files |= {f"data/{name}": (ROOT / "data" / name).read_bytes() for name in ("datapackage.json", "fingerprints.csv")}
    files |= {f"data/{name}.csv": learners_csv(name) for name in table_names()}
    return {place: hashlib.sha256(content).hexdigest() for place, content in files.items()}


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")  # nbgrader's own
def test_no_file_that_can_be_read_is_a_solution_a_grade_or_anothers(course: Path, capsys: pytest.CaptureFixture[str]):
    """None of the files has the name or the content of a solution, bank, gold, grade, roster or submission."""
    kept_back = forbidden(course)
    for expected in (
        course / "gradebook.db",
        course / "roster.csv",
        course / "solutions" / EXERCISE / "answers.yaml",
        course / "submitted" / HONEST / EXERCISE / f"{EXERCISE}.ipynb",
        course / "marks" / EXERCISE / f"{HONEST}.json",
        ROOT / "data" / "annotations" / "gt-2024.gold.jsonld",
        ROOT / "data" / "codings.csv",
        ROOT / "solutions" / "lessons.yaml",
        ROOT / "notebooks" / "checks.json",
    ):
        assert hashlib.sha256(expected.read_bytes()).hexdigest() in kept_back, expected  # copies share one entry
    assert hashlib.sha256(key_of_the_exercise()).hexdigest() in kept_back
    sizes = sorted({Path(path).stat().st_size for path in kept_back.values()})
    (seen,) = printed(WALK.format(wanted=sorted(kept_back), names=FORBIDDEN_NAMES, sizes=sizes))
    with capsys.disabled():
        print(f"\nin the sandbox {seen['count']} files can be read: {seen['tops']}; none of {len(kept_back)} kept back")
    assert seen["count"] > 5000
    others = [
        path for why, path in seen["found"] if why == "name" and not path.startswith(("/packages/", "/usr/", "/lib"))
    ]
    assert [path for why, path in seen["found"] if why == "content"] == []
    assert others == []


def test_the_kits_data_in_there_are_what_learners_get(course: Path):
    """Tables without key columns, the articles and their description: no more, and nothing else."""
    inside, environment = printed(LEARNERS_DATA, ENVIRONMENT)
    assert inside == allowed()
    assert "kanari" not in json.dumps(environment)
    assert set(environment) <= VARIABLES
