"""The pages of an exercise as the one zip that Moodle's assignment takes for all learners at once.

"Upload multiple feedback files in a zip" (uploadzip and feedbackzip_help in
``mod/assign/feedback/file/lang/en/assignfeedback_file.php``) wants the names of "Download all submissions".
Moodle's own source, moodle/moodle, ``mod/assign/feedback/file/importziplib.php`` (class
assignfeedback_file_zip_importer, method is_valid_filename_for_import), goes through the parts of a file's
path and splits each at ``_`` into five at most: full name, participant number, plugin type, plugin, rest.
The first part with four or more, a number that is a participant's and a plugin that it knows decides whose
the file is: by the number, the name is not looked at. So a page goes below the very folder name that the
download has for its learner, and each number gets the page of one learner or none.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from newsdesk.course import Learner, read_roster
from newsdesk.errors import DataError, PlaceError, shown
from newsdesk.files import write_whole
from newsdesk.grading.collecting.placing import Matcher, PlacingError
from newsdesk.grading.collecting.unpacking import Archives, Offered, walk
from newsdesk.grading.feedback.write import FEEDBACK, FeedbackReport, feedback
from newsdesk.grading.release import exercise_name, exercise_names

_FOLDER = re.compile(r"[^_]+_(?P<number>[0-9]+)_assignsubmission_(?P<plugin>[a-z]+)(?:_|\Z)")
_EXAMPLE = "'Ana Lima_700100_assignsubmission_file_'"
_WANTED = "Give the zip of Moodle's 'Download all submissions' for this exercise, as it came."


@dataclass
class MoodleReport:
    """What came of a run; lines fit to be printed.

    Attributes
    ----------
    pages
        What came of writing them.
    path
        The zip.
    packed
        By learner's id, the folder in it.
    unclear
        Participants of the download whose learner is not certain, with the reason.
    without
        Learners of the download who have no page.
    absent
        Learners with a page who are not, or not for certain, in the download.
    """

    pages: FeedbackReport
    path: Path
    packed: dict[str, str] = field(default_factory=dict)
    unclear: dict[str, str] = field(default_factory=dict)
    without: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Say whether everybody who handed in has a page, and every page is in the zip."""
        return not (self.pages.missing or self.unclear or self.absent)

    def __str__(self) -> str:
        """Return what needs a person's eye, then how many pages are in the zip and where it goes."""
        lines = [f"NOT in the zip: {shown(folder)}: {why}" for folder, why in sorted(self.unclear.items())]
        if self.without:
            lines.append(f"in the download, without a page: {', '.join(self.without)}")
        if self.absent:
            lines.append(f"with a page, NOT in the zip: {', '.join(self.absent)}. Hand these pages back yourself.")
        if self.unclear:
            lines.append("Where a name is not enough: put the participant's number into roster.csv, as moodle_id.")
        count = f"{len(self.packed)} page{'' if len(self.packed) == 1 else 's'}"
        lines.append(
            f"{self.path}: {count}. In Moodle's assignment, where Feedback files are on, among the actions of its "
            "submissions: Upload multiple feedback files in a zip."
        )
        return "\n".join([str(self.pages), *lines])


def feedback_for_moodle(course: Path, exercise: str | None, learner: str | None, download: Path) -> MoodleReport:
    """Write the pages of an exercise, and put them into ``feedback/<exercise>-for-moodle.zip``.

    Parameters
    ----------
    course
        An instructor's folder, with a roster.
    exercise
        ``"e06"``; it is needed, since a download is one assignment's.
    learner
        Must be None: the zip is a whole class's.
    download
        The zip of "Download all submissions", or the folder that it was unpacked to.

    Returns
    -------
    MoodleReport
        What was packed, and who could not be. Nobody is guessed: see the module.

    Raises
    ------
    PlaceError
        When exercise and learner are not as said, or as `newsdesk.grading.feedback.write.feedback`.
    NotFoundError
        When there is no such exercise.
    DataError
        When the download is none of Moodle's, or another exercise's, or no page belongs to anybody in it.
    """
    if exercise is None or learner is not None:
        raise PlaceError(
            "For Moodle name one exercise, whose download it is, and no learner: the zip holds the pages of all. "
            "Give: newsdesk feedback e06 --moodle DOWNLOAD.zip"
        )
    roster, name = read_roster(course), exercise_name(course, exercise)
    found = _participants(download.expanduser(), name, set(exercise_names(course).values()))
    (pages,) = feedback(course, exercise)
    report = MoodleReport(pages, course / FEEDBACK / f"{pages.exercise}-for-moodle.zip")
    folders = _certain(found, Matcher(roster), report)
    with_page = {*pages.written, *pages.unchanged}
    known = {each.learner_id: _who(each) for each in roster}
    report.packed = {who: folders[who] for who in sorted(with_page & folders.keys())}
    report.without = [known[who] for who in sorted(folders.keys() - with_page)]
    report.absent = [known.get(who, shown(who)) for who in sorted(with_page - folders.keys())]
    if not report.packed:
        first = next(iter(report.unclear.items()), None)
        why = f"{shown(first[0])}: {first[1]}" if first else "they have no pages, or are not on the roster"
        raise DataError(
            f"No page of {exercise} belongs to any of the {len(found)} participants in {download}. {why}. "
            f"Compare their names with roster.csv. {_WANTED}"
        )
    write_whole(report.path, _packed(course, pages.exercise, report.packed))
    report.path.chmod(0o600)
    return report


def _participants(download: Path, exercise: str, exercises: set[str]) -> dict[str, tuple[int, str]]:
    """Return the number and the plugin of each participant's folder in a download."""
    found: dict[str, tuple[int, str]] = {}
    first = ""
    notebooks: set[str] = set()
    with closing(Archives()) as archives:
        for each in walk(download, archives):
            parts = each.parts if isinstance(each, Offered) else tuple(each.place.split("/"))
            parts = parts if download.is_dir() else parts[1:]  # the zip's own name
            first = first or str(each if not isinstance(each, Offered) else each.place)
            notebooks |= {part.removesuffix(".ipynb") for part in parts[-1:] if part.endswith(".ipynb")}
            match = next(filter(None, map(_FOLDER.match, parts)), None)
            if match and not set("…\\") & set(match[0]):  # of what is refused, the name may be shortened, or escaped
                found[match[0]] = (int(match["number"]), match["plugin"])
    if not found:
        raise DataError(
            f"{download} is no download of Moodle's: no folder or file in it is named as {_EXAMPLE}. "
            f"It holds {f'first {first!r}' if first else 'nothing'}. {_WANTED}"
        )
    if notebooks and notebooks <= exercises - {exercise}:  # what has a name of its own may be this exercise
        raise DataError(f"{download} holds {', '.join(sorted(notebooks))}, and no {exercise}. {_WANTED}")
    return found


def _certain(found: dict[str, tuple[int, str]], matcher: Matcher, report: MoodleReport) -> dict[str, str]:
    """Return by learner's id the folder that is certainly theirs; the others go into the report."""
    owners: dict[int, set[str]] = defaultdict(set)
    numbers: dict[str, set[int]] = defaultdict(set)
    for folder, (number, _) in found.items():
        try:
            who = matcher.place((folder, "page.html"), ()).learner.learner_id
            numbers[who].add(number)
        except PlacingError as error:
            who = ""  # nobody; so that nobody else gets what bears this number
            report.unclear[folder] = str(error)
        owners[number].add(who)
    for folder, (number, _) in found.items():
        if len(owners[number]) > 1:
            report.unclear.setdefault(folder, f"the number {number} stands with several names")
    folders: dict[str, str] = {}
    for who, theirs in numbers.items():
        named = [folder for folder, (number, _) in found.items() if number in theirs]
        if len(theirs) > 1:
            for folder in named:
                why = f"the participants {', '.join(map(str, sorted(theirs)))} could all be {who}"
                report.unclear.setdefault(folder, why)
        elif not report.unclear.keys() & set(named):
            folders[who] = min(named, key=lambda folder: (found[folder][1] != "file", folder))
    return folders


def _packed(course: Path, exercise: str, folders: dict[str, str]) -> bytes:
    """Return the zip: the same bytes for the same pages."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for who, folder in sorted(folders.items(), key=lambda each: each[1]):
            entry = zipfile.ZipInfo(f"{folder}/{exercise}-feedback.html", date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o100600 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, (course / FEEDBACK / who / exercise / f"{exercise}.html").read_bytes())
    return content.getvalue()


def _who(learner: Learner) -> str:
    return shown(f"{learner.learner_id} ({learner.name})" if learner.name else learner.learner_id)
