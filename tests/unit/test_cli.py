"""cli: the command newsdesk. What it prints, and the exit code that a script reads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from smallkit import ORIGINALS, SmallKit, book, cell
from typer.testing import CliRunner

from newsdesk import doctor, integrity, lab, originals
from newsdesk.cli import app, main
from newsdesk.doctor import Finding
from newsdesk.schema import Problem
from newsdesk.workspace import update_workspace

COMMANDS = [
    ["bank", "check"],
    ["bank", "unknown"],
    ["course", "new"],
    ["collect"],
    ["grade"],
    ["feedback"],
    ["export"],
    ["release"],
    ["lab"],
    ["reset"],
    ["doctor"],
    ["data", "check"],
    ["originals", "add"],
    ["notebooks", "normalise"],
]


def newsdesk(*words: str | Path) -> tuple[int, str]:
    """Run the command in this process; return exit code and output. An error is raised, not swallowed."""
    result = CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)
    return result.exit_code, result.output


@pytest.fixture
def run_main(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Return a function that runs `main` as the installed script does: exit code, output, errors."""

    def run(*words: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["newsdesk", *map(str, words)])
        with pytest.raises(SystemExit) as caught:
            main()
        code = caught.value.code
        return (code if isinstance(code, int) else 0), *capsys.readouterr()

    return run


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(words: list[str]) -> None:
    """--help gives usage and one sentence, and ends well."""
    code, output = newsdesk(*words, "--help")
    assert code == 0
    assert f"Usage: root {' '.join(words)}" in output or f"{' '.join(words)} [OPTIONS]" in output


def test_there_are_no_other_commands() -> None:
    """A command that is added is added to these tests."""
    found = [[c.name or c.callback.__name__] for c in app.registered_commands]  # type: ignore[union-attr]
    for group in app.registered_groups:
        found += [[str(group.name), str(c.name)] for c in group.typer_instance.registered_commands]  # type: ignore[union-attr]
    assert sorted(found) == sorted(COMMANDS)


def test_lab_hands_its_options_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folder, lesson, browser and port as given, and as promised where not."""
    calls: list[tuple[Path, dict[str, Any]]] = []
    monkeypatch.setattr(lab, "open_lab", lambda folder, **options: calls.append((folder, options)))
    monkeypatch.chdir(tmp_path)
    assert newsdesk("lab")[0] == 0
    assert newsdesk("lab", "mine", "--lesson", "l01", "--no-browser", "--port", "9000")[0] == 0
    for _, options in calls:
        options.pop("say")
    assert calls == [
        (Path("my-newsdesk"), {"lesson": "l00", "browser": True, "port": 8888}),
        (Path("mine"), {"lesson": "l01", "browser": False, "port": 9000}),
    ]


@pytest.mark.parametrize("command", ["lab", "doctor"])
def test_inside_a_working_copy_it_is_the_one_that_is_meant(
    small_kit: SmallKit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """No second one is made inside the first."""
    seen: list[Path] = []
    monkeypatch.setattr(lab, "open_lab", lambda folder, **_: seen.append(folder))
    monkeypatch.setattr(doctor, "examine", lambda folder: seen.append(folder) or [])
    update_workspace(tmp_path / "mine")
    monkeypatch.chdir(tmp_path / "mine" / "notebooks")
    newsdesk(command)
    newsdesk(command, "elsewhere")
    assert seen == [tmp_path / "mine", Path("elsewhere")]


def test_reset_finds_the_working_copy_from_inside_it(
    small_kit: SmallKit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A learner stands in the folder of the lessons and names only the lesson."""
    update_workspace(tmp_path / "mine")
    (tmp_path / "mine/notebooks/01-read.ipynb").unlink()
    monkeypatch.chdir(tmp_path / "mine" / "notebooks")
    assert newsdesk("reset", "l01") == (0, "notebooks/01-read.ipynb is as delivered.\n")
    assert (tmp_path / "mine/notebooks/01-read.ipynb").is_file()


def test_reset_takes_a_folder_or_the_usual_one(
    small_kit: SmallKit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From elsewhere: the folder that is named, else my-newsdesk where one stands."""
    monkeypatch.chdir(tmp_path)
    for name in ("mine", "my-newsdesk"):
        update_workspace(tmp_path / name)
        (tmp_path / name / "notebooks/00-start.ipynb").unlink()
    assert newsdesk("reset", "l00", "mine")[0] == 0
    assert (tmp_path / "mine/notebooks/00-start.ipynb").is_file()
    assert not (tmp_path / "my-newsdesk/notebooks/00-start.ipynb").exists()
    assert newsdesk("reset", "l00")[0] == 0
    assert (tmp_path / "my-newsdesk/notebooks/00-start.ipynb").is_file()


def test_doctor_says_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line a check, no remedy for what is well, exit code 0."""
    findings = [Finding("Python", True, "3.11.7", "Install it."), Finding("Free space", True, "900 MB")]
    monkeypatch.setattr(doctor, "examine", lambda _: findings)
    assert newsdesk("doctor") == (
        0,
        "ok  Python:        3.11.7\nok  Free space:    900 MB\nThis computer is ready.\n",
    )


def test_doctor_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The remedy stands under the check that failed, and a script reads exit code 1."""
    findings = [Finding("Python", True, "3.11.7"), Finding("Free space", False, "9 MB", "Free some.")]
    monkeypatch.setattr(doctor, "examine", lambda _: findings)
    code, output = newsdesk("doctor")
    assert code == 1
    assert output.splitlines() == [
        "ok  Python:        3.11.7",
        "NO  Free space:    9 MB",
        "    What to do:    Free some.",
        "This computer is not ready yet: see NO above.",
    ]


def test_data_check_lists_problems(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One line each, their number, exit code 1; figures of broken tables are not printed."""
    problems = [Problem("claims", "c1", "so", "not settled"), Problem("traps", "", "", "missing")]
    monkeypatch.setattr(integrity, "check_data", lambda _: problems)
    assert newsdesk("data", "check", tmp_path) == (
        1,
        "- claims, c1, so: not settled\n- traps: missing\n2 problems.\n",
    )


@pytest.mark.parametrize(("flag", "figures"), [([], "the figures\n"), (["--no-figures"], "")])
def test_data_check_says_that_all_is_well(
    monkeypatch: pytest.MonkeyPatch, small_kit: SmallKit, flag: list[str], figures: str
) -> None:
    """Without a folder it is the kit's own; figures on demand."""
    asked: list[Path] = []
    monkeypatch.setattr(integrity, "check_data", lambda folder: asked.append(folder) or [])
    monkeypatch.setattr(integrity, "data_figures", lambda _: "the figures")
    assert newsdesk("data", "check", *flag) == (0, f"{figures}No problem found.\n")
    assert asked == [small_kit.data]


def test_data_check_shortens_a_long_list(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The number at the end is that of all of them."""
    problems = [Problem("claims", f"c{n}", "so", "x") for n in range(7)]
    monkeypatch.setattr(integrity, "check_data", lambda _: problems)
    lines = newsdesk("data", "check", tmp_path)[1].splitlines()
    assert len(lines) == 7
    assert lines[-2:] == ["- claims, so: 2 more of this kind", "7 problems."]


def test_one_problem_is_one_problem(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The count is in the singular."""
    monkeypatch.setattr(integrity, "check_data", lambda _: [Problem("claims", "", "", "x")])
    assert newsdesk("data", "check", tmp_path)[1].splitlines()[-1] == "1 problem."


def test_originals_add_reports_and_keeps(small_kit: SmallKit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line an article, how many were kept and where; exit code 1 until all are."""
    monkeypatch.setattr(originals.platformdirs, "user_data_path", lambda *_, **__: tmp_path / "user")
    copies = tmp_path / "copies"
    copies.mkdir()
    (copies / "bb-2020.txt").write_text("\n".join(ORIGINALS["bb-2020"]), encoding="utf-8")
    (copies / "aa-2021.txt").write_text("Another\n" + "\n".join(ORIGINALS["aa-2021"][1:]), encoding="utf-8")
    code, output = newsdesk("originals", "add", copies)
    assert code == 1
    assert output.splitlines() == [
        "aa-2021: 2 paragraphs match; changed: p1",
        "bb-2020: all 2 paragraphs match",
        f"1 of 2 kept in {tmp_path / 'user' / 'originals'}",
    ]
    (copies / "aa-2021.txt").write_text("\n".join(ORIGINALS["aa-2021"]), encoding="utf-8")
    assert newsdesk("originals", "add", copies)[0] == 0


def test_normalise_names_each_file(tmp_path: Path) -> None:
    """Changed the first time, as it was the second."""
    path = tmp_path / "00-start.ipynb"
    path.write_text(json.dumps(book(cell("1"))))
    assert newsdesk("notebooks", "normalise", path) == (0, f"{path}: changed\n")
    assert newsdesk("notebooks", "normalise", path) == (0, f"{path}: as it was\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["reset", "l00", "nowhere"], "nowhere is not a working copy"),
        (["originals", "add", "nowhere"], "There is no folder nowhere"),
        (["data", "check", "nowhere"], "nowhere has no datapackage.json"),
        (["data", "check", "a-file"], "a-file"),
        (["notebooks", "normalise", "nowhere.ipynb"], "nowhere.ipynb"),
        (["notebooks", "normalise", "a-file"], "a-file is not a readable notebook"),
        (["lab", "a-file"], "can't be written"),
        (["lab", "--lesson", "l77"], "There is no lesson 'l77'"),
    ],
    ids=" ".join,
)
def test_a_message_for_a_person_is_one_line_without_a_traceback(
    small_kit: SmallKit,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    run_main: Callable[..., tuple[int, str, str]],
    words: list[str],
    message: str,
) -> None:
    """On the error stream, with exit code 1; every command that can be given a wrong name."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a-file").write_text("text")
    code, _, errors = run_main(*words)
    assert code == 1
    assert errors.startswith("newsdesk: ")
    assert message in errors
    assert len(errors.splitlines()) == 1


@pytest.mark.parametrize("words", [["banana"], ["lab", "--port", "x"], ["reset"], ["data", "check", "--banana"]])
def test_a_wrong_call_is_explained(run_main: Callable[..., tuple[int, str, str]], words: list[str]) -> None:
    """Exit code 2, usage on the error stream, no traceback."""
    code, _, errors = run_main(*words)
    assert code == 2
    assert "Usage:" in errors
    assert "Traceback" not in errors


def test_control_c_ends_quietly(monkeypatch: pytest.MonkeyPatch, run_main: Callable[..., tuple[int, str, str]]) -> None:
    """Exit code 130, as a shell expects; no traceback."""

    def interrupt(_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(doctor, "examine", interrupt)
    code, _, errors = run_main("doctor")
    assert code == 130
    assert "Traceback" not in errors


def test_a_defect_of_the_kit_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that is no message for a person keeps its traceback, so that it can be reported."""

    def defect(_: Path) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(doctor, "examine", defect)
    monkeypatch.setattr(sys, "argv", ["newsdesk", "doctor"])
    with pytest.raises(ZeroDivisionError):
        main()


def test_the_module_is_the_command(tmp_path: Path) -> None:
    """``python -m newsdesk`` from any folder: the same message, the same exit code."""
    run = subprocess.run(
        [sys.executable, "-m", "newsdesk", "reset", "l00", "nowhere"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == (
        "newsdesk: nowhere is not a working copy (no newsdesk.json). Open one first: newsdesk lab FOLDER\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_the_command_is_installed() -> None:
    """The script stands beside this environment's Python."""
    run = subprocess.run(
        [Path(sys.executable).parent / "newsdesk", "--help"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0
    assert "A teaching kit on tech-policy reporting." in run.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="pipes close otherwise there")
def test_a_closed_pipe_ends_quietly() -> None:
    """``newsdesk … | head``: no traceback and no complaint at the end."""
    read, write = os.pipe()
    os.close(read)
    try:
        run = subprocess.run(
            [sys.executable, "-m", "newsdesk", "--help"], stdout=write, stderr=subprocess.PIPE, text=True, check=False
        )
    finally:
        os.close(write)
    assert run.stderr == ""
    assert run.returncode != 0
