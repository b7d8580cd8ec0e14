"""Collect: what learners sent, put into ``submitted/<learner>/<exercise>/``, the rest listed with its reason.

Nothing is guessed and nothing is lost: a submission that was there before is kept under another name.
How the platforms name files, and by which documents, stands in `newsdesk.grading.collecting.placing`. A learner's
notebook under a name of their own is known by its cells, as `newsdesk.grading.collecting.recognising` says.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import filelock

from newsdesk.course import DOWNLOADED, SUBMITTED, read_roster
from newsdesk.errors import PlaceError, shown, unknown
from newsdesk.files import make_private
from newsdesk.grading.collecting.placing import Matcher, Placed, PlacingError
from newsdesk.grading.collecting.recognising import NotANotebookError, Recogniser, cells_of
from newsdesk.grading.collecting.reporting import CollectReport, nothing_from
from newsdesk.grading.collecting.storing import Stored, store
from newsdesk.grading.collecting.unpacking import Archives, Offered, Refused, UnreadableFileError, walk
from newsdesk.grading.release import SOURCES, exercise_names
from newsdesk.grading.submissions import MARKS, MARKS_FILE, TIMESTAMP

_DELIVERED = ("checks.json", "newsdesk.json", "progress.jsonl", TIMESTAMP)  # beside a notebook; not handed in
_AGAIN = re.compile(r"(?P<stem>.+)-\d+(?P<ending>\.ipynb)", re.DOTALL)  # Canvas, on handing in again
_SET_ASIDE = re.compile(r"(?P<stem>.+?)\.(before-reset|new-in|until)-.+\.ipynb", re.DOTALL)  # by the kit itself
_MARKS_AGAIN = re.compile(r"(?P<stem>.+\.me)-\d+(?P<ending>\.jsonld)", re.DOTALL)


@dataclass(frozen=True)
class _Sent:
    """A file that is somebody's."""

    offered: Offered
    placed: Placed
    name: str  # as it is called in submitted/
    is_recognised: bool = False  # by what is in it


def collect(course: Path, source: Path | None = None, exercise: str | None = None) -> CollectReport:
    """Put learners' notebooks and marks where nbgrader looks for them.

    Parameters
    ----------
    course
        An instructor's folder, with a roster.
    source
        A folder, or a zip; the folder ``downloaded/`` of the course by default.
    exercise
        ``"e03"``: take no other.

    Returns
    -------
    CollectReport
        Placed, replaced, unchanged, what was not placed, with reasons, and whose work is missing.

    Raises
    ------
    NotFoundError
        When the course has no such exercise.
    PlaceError, DataError
        When the source or the roster can't be read, ``submitted/`` can't be written, or another
        collect is at work.
    """
    names = exercise_names(course)
    if exercise is not None and exercise not in names:
        raise unknown("exercise", exercise, names)
    if not names:
        raise PlaceError(f"{course / SOURCES} holds no exercise. Make a course: newsdesk course new FOLDER")
    roster = read_roster(course)
    submitted = course / SUBMITTED
    source = _checked_source(course, source)
    make_private(submitted)
    report = CollectReport()
    try:
        with filelock.FileLock(submitted / ".collect.lock", timeout=0), closing(Archives()) as archives:
            known = Recogniser(course, names.values())
            sent = list(_attribute(walk(source, archives), Matcher(roster), known, list(names.values()), report))
            sent = [one for one in sent if _is_asked(one, names, exercise, report)]
            collected = {exercise} if exercise else set()
            for one, files in _choose(sent, report):
                learner_id, folder = one.placed.learner.learner_id, one.name.removesuffix(".ipynb")
                _report(store(submitted / learner_id, folder, files), one, report)
                collected.add(folder[:3])
    except filelock.Timeout:
        raise PlaceError(f"Another 'newsdesk collect' is at work in {course}. Wait for it, then try again.") from None
    report.example = f"{roster[0].learner_id}/{names[min(collected or names)]}.ipynb"
    for short in sorted(collected):
        if missing := [each for each in roster if not (submitted / each.learner_id / names[short]).is_dir()]:
            report.missing.append(nothing_from(missing, short if len(collected) > 1 else ""))
    return report


def _report(stored: Stored, one: _Sent, report: CollectReport) -> None:
    late = f" (late, says {one.placed.platform})" if one.placed.is_late else ""
    if stored.outcome == "again":
        report.not_placed.append(Refused(stored.name, "was there before, and what is there now has replaced it", ""))
    elif stored.outcome == "replaced":
        lost = f"; only that one holds {shown(', '.join(stored.lost))}" if stored.lost else ""
        report.replaced.append(f"{stored.name}{late}; the earlier one is kept as {stored.kept}{lost}")
    else:
        (report.placed if stored.outcome == "placed" else report.unchanged).append(stored.name + late)
    if one.is_recognised and stored.outcome in ("placed", "replaced"):
        report.recognised.append(f"{one.placed.learner.learner_id}: {shown(one.placed.file)}")


def _checked_source(course: Path, source: Path | None) -> Path:
    if source is None:
        source = course / DOWNLOADED
        if not _holds_something(source):
            raise PlaceError(
                f"Say what to collect: newsdesk collect FOLDER_OR_ZIP. Or put the downloads into {source}, "
                "where it looks by itself; nothing is there now."
            )
    source = source.expanduser().resolve()
    inside = (course / SUBMITTED).resolve()
    if source in (inside, *inside.parents) or inside in source.parents:
        raise PlaceError(f"{source} holds {SUBMITTED}/ itself or lies in it. Give the folder or zip of what came in.")
    return source


def _holds_something(folder: Path) -> bool:
    try:
        return any(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise PlaceError(f"{folder} can't be read: {error.strerror}.") from None


def _attribute(
    found: Iterable[Offered | Refused],
    matcher: Matcher,
    known: Recogniser,
    exercises: list[str],
    report: CollectReport,
) -> Iterator[_Sent]:
    """Yield the notebooks and marks that are somebody's; the rest goes into the report."""
    for offered in found:
        if isinstance(offered, Refused):
            report.not_placed.append(offered)
            continue
        if offered.parts[-1] in _DELIVERED or offered.parts[-1].endswith(".jsonld.lock"):
            continue
        try:
            placed = matcher.place(offered.parts, exercises)
            if placed.file in _DELIVERED:
                continue
            name = _name_of(placed, exercises)
            if name.endswith(".jsonld") or name.removesuffix(".ipynb") in exercises:
                yield _Sent(offered, placed, name)
            else:
                yield _Sent(offered, placed, _recognised(offered, name, known, exercises), is_recognised=True)
        except (UnreadableFileError, NotANotebookError) as error:
            report.not_placed.append(offered.refused(str(error), "anew"))
        except PlacingError as error:
            report.not_placed.append(offered.refused(str(error), "move"))


def _name_of(placed: Placed, exercises: list[str]) -> str:
    """Return what a file of marks or a notebook is called; Canvas's ``-1`` goes.

    Raises
    ------
    PlacingError
        When it is neither, or no name for a file of marks.
    """
    name = placed.file
    again = (_AGAIN.fullmatch(name) or _MARKS_AGAIN.fullmatch(name)) if placed.platform == "Canvas" else None
    if again and (again["ending"] == ".jsonld" or again["stem"] in exercises):
        name = again["stem"] + again["ending"]
    if name.endswith(".jsonld"):
        if not MARKS_FILE.fullmatch(name) or name.endswith(".gold.jsonld"):
            raise PlacingError(f"no name of a file of marks: wanted {MARKS}/<article>.<annotator>.jsonld")
    elif not name.lower().endswith(".ipynb"):
        raise NotANotebookError("not a notebook")
    return name


def _recognised(offered: Offered, name: str, known: Recogniser, exercises: list[str]) -> str:
    """Return the right name of a notebook whose own is no exercise's.

    Raises
    ------
    PlacingError, UnreadableFileError
        When what is in it does not say which exercise it is.
    """
    near = [f"{each}.ipynb" for each in exercises if each[:3] == name[:3].lower()]
    wanted = "Wanted: " + (near[0] if near else f"{exercises[0]}.ipynb or another exercise's")
    aside = _SET_ASIDE.fullmatch(name)
    if aside and aside["stem"] in exercises:
        raise PlacingError(f"wrong file name: a copy that newsdesk set aside. {wanted}")
    try:
        exercise = known.exercise_of(offered.read())
    except NotANotebookError:
        raise
    except PlacingError as error:
        raise PlacingError(f"wrong file name, and {error}. {wanted}") from None
    if not exercise:
        raise PlacingError(f"wrong file name: no exercise is called so. {wanted}")
    return f"{exercise}.ipynb"


def _is_asked(one: _Sent, names: dict[str, str], only: str | None, report: CollectReport) -> bool:
    """Say whether a file belongs to the exercise asked for; one that is out of place is listed."""
    if only is None:
        return True
    others = {name for short, name in names.items() if short != only}
    if others.intersection(one.offered.parts[:-1]):
        return False  # a whole course's folder is gone through for one exercise
    if one.name.removesuffix(".ipynb") in others:
        report.not_placed.append(one.offered.refused(f"is {one.name[:3]}, and {only} was asked for", ""))
        return False
    return True


def _choose(sent: list[_Sent], report: CollectReport) -> Iterator[tuple[_Sent, dict[str, bytes]]]:
    """Yield one submission a learner and exercise: its notebook, and its files by place and content."""
    groups: dict[tuple[str, str], list[_Sent]] = defaultdict(list)
    for one in sent:
        if one.name.endswith(".ipynb"):
            groups[one.placed.learner.learner_id, one.name.removesuffix(".ipynb")].append(one)
    chosen = {key: last for key, group in sorted(groups.items()) if (last := _latest(group, report))}
    marks = _marks_of(chosen, sent, report)
    for (learner_id, exercise), one in chosen.items():
        files = {one.name: one.offered.read()}
        for name, group in marks.get((learner_id, exercise), {}).items():
            if (file := _latest(group, report)) is not None:
                files[f"{MARKS}/{name}"] = file.offered.read()
        yield one, files


def _latest(group: list[_Sent], report: CollectReport) -> _Sent | None:
    """Return the last upload, or None where nothing says which one that is."""
    readable: dict[_Sent, bytes] = {}
    for one in group:
        try:
            content = one.offered.read()
            if one.name.endswith(".ipynb"):
                cells_of(content)
        except (UnreadableFileError, NotANotebookError) as error:
            report.not_placed.append(one.offered.refused(str(error), "anew"))
        else:
            readable[one] = hashlib.sha256(content).digest()
    if named := {one: content for one, content in readable.items() if not one.is_recognised}:
        others = [one for one in readable if one not in named and readable[one] not in named.values()]
        reason = "there is another file under the exercise's own name, which counts"
        report.not_placed.extend(one.offered.refused(reason, "move") for one in others)
        readable = named
    contents = set(readable.values())
    marks = {one.placed.mark for one in readable}
    reason = ""
    if len({one.placed.account for one in readable}) > 1:
        reason = f"two accounts of the platform claim to be {group[0].placed.learner.learner_id}"
    elif len(contents) > 1 and (None in marks or len(marks) < len(readable)):
        reason = f"one of {len(readable)} different files for the same place, and nothing says which is the latest"
    if reason or not readable:
        report.not_placed.extend(one.offered.refused(reason, "move") for one in readable)
        return None
    *earlier, last = sorted(readable, key=lambda one: one.placed.mark or 0)
    report.earlier.extend(one.offered.place for one in earlier)
    return last


def _marks_of(
    chosen: dict[tuple[str, str], _Sent], sent: list[_Sent], report: CollectReport
) -> dict[tuple[str, str], dict[str, list[_Sent]]]:
    """Return the files of marks of each submission: those beside its notebook, or the learner's only ones."""
    homes: dict[tuple[str, tuple[str, ...]], set[str]] = defaultdict(set)
    for one in sent:
        if one.name.endswith(".ipynb"):
            homes[one.placed.learner.learner_id, one.placed.home].add(one.name.removesuffix(".ipynb"))
    found: dict[tuple[str, str], dict[str, list[_Sent]]] = defaultdict(lambda: defaultdict(list))
    for one in sent:
        if not one.name.endswith(".jsonld"):
            continue
        learner_id, home = one.placed.learner.learner_id, one.placed.home
        home = home[:-1] if home[-1:] == (MARKS,) else home
        is_beside = (learner_id, home) in homes
        near = homes[learner_id, home] if is_beside else {each for owner, each in chosen if owner == learner_id}
        taken = chosen.get((learner_id, next(iter(near)))) if len(near) == 1 else None
        if taken and (not is_beside or taken.placed.home == home):
            found[learner_id, taken.name.removesuffix(".ipynb")][one.name].append(one)
        elif taken:
            report.earlier.append(one.offered.place)
        else:
            reason = "it could belong to two exercises" if len(near) > 1 else "its notebook was not placed"
            report.not_placed.append(one.offered.refused(reason, "move"))
    return found
