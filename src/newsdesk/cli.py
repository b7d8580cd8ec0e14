"""The command ``newsdesk``: parse, call one function, print. No logic here."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from newsdesk.errors import NewsdeskError

app = typer.Typer(
    help="A teaching kit on tech-policy reporting.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
data_app = typer.Typer(help="The tables.", no_args_is_help=True)
originals_app = typer.Typer(help="Your lawful copies of the articles.", no_args_is_help=True)
notebooks_app = typer.Typer(help="For authors: the lessons' files.", no_args_is_help=True)
bank_app = typer.Typer(help="For authors: the answers that an exercise expects.", no_args_is_help=True)
course_app = typer.Typer(help="For instructors: a course's own folder.", no_args_is_help=True)
app.add_typer(bank_app, name="bank")
app.add_typer(course_app, name="course")
app.add_typer(data_app, name="data")
app.add_typer(originals_app, name="originals")
app.add_typer(notebooks_app, name="notebooks")

Folder = Annotated[Path | None, typer.Argument(help="Your working copy; else the one you are in, or my-newsdesk.")]


def here() -> Path:
    """Return the working copy around the current folder, or the place where one is made."""
    from newsdesk.progress import find_workspace

    return find_workspace() or Path("my-newsdesk")


@app.command()
def lab(
    folder: Folder = None,
    lesson: Annotated[str, typer.Option(help="The lesson to open: l00 to l11.")] = "l00",
    browser: Annotated[bool, typer.Option(help="Open a browser window.")] = True,
    port: Annotated[int, typer.Option(help="The port to serve on; another one where it is taken.")] = 8888,
) -> None:
    """Open the lessons in JupyterLab, in a working copy of your own."""
    from newsdesk.lab import open_lab

    open_lab(folder or here(), lesson=lesson, browser=browser, port=port, say=typer.echo)


@app.command()
def reset(
    lesson: Annotated[str, typer.Argument(help="l00 to l11, e01 to e11")],
    folder: Folder = None,
) -> None:
    """Get a lesson anew. Yours is renamed and kept."""
    from newsdesk.workspace import reset_lesson

    typer.echo(reset_lesson(folder or here(), lesson))


@app.command()
def doctor(folder: Folder = None) -> None:
    """Say whether this computer is ready, and what to do if not."""
    from newsdesk.doctor import examine

    findings = examine(folder or here())
    for finding in findings:
        typer.echo(f"{'ok ' if finding.is_well else 'NO '} {finding.what + ':':14} {finding.seen}")
        if not finding.is_well and finding.remedy:
            typer.echo(f"    What to do:    {finding.remedy}")
    is_ready = all(finding.is_well for finding in findings)
    typer.echo("This computer is ready." if is_ready else "This computer is not ready yet: see NO above.")
    raise typer.Exit(0 if is_ready else 1)


@data_app.command("check")
def data_check(
    folder: Annotated[Path | None, typer.Argument(help="A folder of tables; the kit's own by default.")] = None,
    figures: Annotated[bool, typer.Option(help="Print agreement and balance too.")] = True,
) -> None:
    """Check the tables against datapackage.json, the editions and each other."""
    from newsdesk.integrity import check_data, data_figures
    from newsdesk.kit import kit_folder
    from newsdesk.schema import shortened

    problems = check_data(folder or kit_folder("data"))
    for line in shortened(problems):
        typer.echo(f"- {line}")
    if figures and not problems:
        typer.echo(data_figures(folder or kit_folder("data")))
    typer.echo(f"{len(problems)} problem{'s' if len(problems) > 1 else ''}." if problems else "No problem found.")
    raise typer.Exit(1 if problems else 0)


@app.command("release")
def release_exercises(
    exercise: Annotated[str | None, typer.Argument(help="e01 to e11; all by default")] = None,
) -> None:
    """For authors and instructors: make exercises/ from solutions/, by nbgrader."""
    from newsdesk.grading.commands import release_course
    from newsdesk.grading.release import find_course

    for made in release_course(find_course(), exercise):
        typer.echo(made)


@course_app.command("new")
def course_new(folder: Annotated[Path, typer.Argument(help="Missing or empty, outside the checkout.")]) -> None:
    """Make a course's folder: a copy of the exercises and solutions, a roster, places for learners' work."""
    from newsdesk.course import make_course

    made = make_course(folder)
    typer.echo(f"{made} is your course; only you can read it.")
    typer.echo("Next: fill in roster.csv there, one line a learner, or put Moodle's list of participants or Canvas's")
    typer.echo("gradebook, exported as CSV, in its place. Then run newsdesk in that folder.")


@app.command("collect")
def collect_submissions(
    source: Annotated[Path | None, typer.Argument(help="A folder or a zip; downloaded/ by default.")] = None,
    exercise: Annotated[str | None, typer.Option(help="e01 to e11; all by default")] = None,
) -> None:
    """Put what learners sent into submitted/, from a folder, a zip, or a download of Canvas or Moodle."""
    from newsdesk.grading.collecting.collect import collect
    from newsdesk.grading.release import find_class

    report = collect(find_class(), source, exercise)
    typer.echo(str(report))
    raise typer.Exit(1 if report.not_placed else 0)


@app.command("grade")
def grade_submissions(
    exercise: Annotated[str | None, typer.Argument(help="e01 to e11; all by default")] = None,
    learner: Annotated[str | None, typer.Option(help="One learner's id; all by default.")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="How many at a time; a processor each by default.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Grade anew what was graded.")] = False,
    sandbox: Annotated[str, typer.Option(help="bubblewrap, or none: learners' code then runs with your rights.")] = (
        "bubblewrap"
    ),
    scheduler: Annotated[str | None, typer.Option(help="A Dask scheduler's address, for a large course.")] = None,
) -> None:
    """For instructors: grade what is in submitted/, each submission confined by itself; go on where it stopped."""
    from newsdesk.grading.commands import grade_course
    from newsdesk.grading.grade import Options
    from newsdesk.grading.release import find_class

    options = Options(learner=learner, everything=everything, jobs=jobs)
    reports = grade_course(find_class(), exercise, options, sandbox=sandbox, scheduler=scheduler)
    raise typer.Exit(1 if any(report.broken for report in reports) else 0)


@app.command("feedback")
def write_feedback(
    exercise: Annotated[str | None, typer.Argument(help="e01 to e11; all by default")] = None,
    learner: Annotated[str | None, typer.Option(help="One learner's id; all by default.")] = None,
    moodle: Annotated[
        Path | None, typer.Option(help="Moodle's zip of all submissions: pack the pages as Moodle takes them back.")
    ] = None,
) -> None:
    """For instructors: write what each learner gets back, one page an exercise, into feedback/."""
    from newsdesk.grading.feedback.moodle import feedback_for_moodle
    from newsdesk.grading.feedback.write import feedback
    from newsdesk.grading.release import find_class

    if moodle is not None:
        packed = feedback_for_moodle(find_class(), exercise, learner, moodle)
        typer.echo(str(packed))
        raise typer.Exit(0 if packed.is_whole else 1)
    reports = feedback(find_class(), exercise, learner)
    for report in reports:
        typer.echo(str(report))
    raise typer.Exit(1 if any(report.missing for report in reports) else 0)


@app.command("export")
def export_exercise(exercise: Annotated[str, typer.Argument(help="e01 to e11")]) -> None:
    """For instructors: write the points of a class into points-EXERCISE.csv, a line a learner."""
    from newsdesk.grading.exporting import export_points
    from newsdesk.grading.release import find_class

    typer.echo(str(export_points(find_class(), exercise)))


@bank_app.command("unknown")
def bank_unknown(exercise: Annotated[str, typer.Argument(help="e01 to e11")]) -> None:
    """For instructors: list the answers of a class that the bank does not have, after grading."""
    from newsdesk.grading.release import find_class
    from newsdesk.grading.unknown import unknown_answers

    found = unknown_answers(find_class(), exercise)
    for each in found:
        typer.echo(str(each))
    typer.echo(f"{len(found)} answers that the bank does not have. Add those that deserve points to its answers.yaml.")


@bank_app.command("check")
def bank_check(
    exercise: Annotated[str | None, typer.Argument(help="e01 to e11, or lessons; all by default")] = None,
) -> None:
    """Run every answer of a bank: each gets its points and its hint."""
    from newsdesk.grading.release import check_banks, find_course

    is_well = True
    for name, count, wrong in check_banks(find_course(), exercise):
        typer.echo(f"{name}: {count} answers, {len(wrong)} not as promised")
        for line in wrong:
            typer.echo(f"- {line}")
        is_well = is_well and not wrong
    raise typer.Exit(0 if is_well else 1)


@originals_app.command("add")
def originals_add(folder: Annotated[Path, typer.Argument(help="Holds <article>.txt")]) -> None:
    """Check your copies of the articles by fingerprint, and keep those that are whole."""
    from newsdesk.originals import add_originals, originals_folder

    reports = add_originals(folder)
    for report in reports:
        typer.echo(str(report))
    kept = sum(report.is_whole for report in reports)
    typer.echo(f"{kept} of {len(reports)} kept in {originals_folder()}")
    raise typer.Exit(0 if kept == len(reports) else 1)


@notebooks_app.command("normalise")
def notebooks_normalise(files: Annotated[list[Path], typer.Argument(help="Lessons, or exercises' sources.")]) -> None:
    """Bring lessons and exercises into the one form in which they are committed."""
    from newsdesk.notebooks import normalise_file

    for path in files:
        typer.echo(f"{path}: {'changed' if normalise_file(path) else 'as it was'}")


def main() -> None:
    """Run the command; a message for the person is printed without a traceback."""
    try:
        app()
    except NewsdeskError as error:
        print(f"newsdesk: {error}", file=sys.stderr)
        raise SystemExit(1) from None
