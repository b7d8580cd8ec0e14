"""What grading found amiss, in words for the learner whose work it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

_OPEN = "Open your notebook in JupyterLab and see that your answers are there. Save it, and hand it in again."


@dataclass(frozen=True)
class Trouble:
    """Why something could not be read, and what the learner can do."""

    why: str
    remedy: str


_REASONS = (
    (
        r"wrong file name: there is no (?P<wanted>\S+)\. There is: (?P<there>.*)",
        "The file {wanted} is not in what you handed in. This is: {there}.",
        "Give your notebook the name {wanted}, just so, and hand it in again.",
    ),
    (
        r".* is a link, which is not followed",
        "What you handed in is a link to a file, not the file.",
        "Hand in the notebook itself, {exercise}.ipynb.",
    ),
    (
        r".* is not a (?:folder|file\b.*)",
        "What you handed in is not a notebook's file.",
        "Hand in the notebook itself, {exercise}.ipynb.",
    ),
    (
        r".* is (?P<size>\S+) MB; at most (?P<most>\S+) MB are read.*",
        "Your file has {size} MB. At most {most} MB are read.",
        "Open it in JupyterLab. In the menu Edit choose Clear Outputs of All Cells. Save it, and hand it in again.",
    ),
    (
        r"its cells hold (?P<size>\S+) MB of text; at most (?P<most>\S+) MB are read",
        "The cells of your notebook hold {size} MB of text. At most {most} MB are read.",
        "Take out of the cells what is no answer, such as data that you pasted. Save it, and hand it in again.",
    ),
    (
        r"it has (?P<cells>\d+) cells; at most (?P<most>\d+) are read",
        "Your notebook has {cells} cells. At most {most} are read.",
        "Take out the cells that you do not need. Save it, and hand it in again.",
    ),
    (r".* (?:grew while it was read|holds no text)", "The file that you handed in could not be read whole.", _OPEN),
    (r"the file is empty", "The file that you handed in is empty.", _OPEN),
    (r"a notebook of .*", "Your notebook is in a format that is not read here.", _OPEN),
    (
        r"no cell of this exercise is in it.*",
        "No cell of this exercise is in what you handed in. It may be another notebook that got this name.",
        "Look for the notebook with your answers to this exercise, and hand that in as {exercise}.ipynb.",
    ),
    (
        r"not a notebook: .*",
        "The file that you handed in is no notebook, or it was damaged or cut off on the way.",
        _OPEN + " If it does not open there: 'newsdesk reset {short}' gives you the exercise anew and keeps your file "
        "under another name.",
    ),
    (
        r"nbgrader could not grade it.*",
        "Your notebook was stopped while it ran.",
        "Open it in JupyterLab. In the menu Kernel choose Restart Kernel and Run All Cells. Mend the cell that stops "
        "or does not end. Save it, and hand it in again.",
    ),
)


def trouble(reason: str, exercise: str) -> Trouble:
    """Return why a submission could not be graded, and what to do.

    Parameters
    ----------
    reason
        As `newsdesk.grading.records.Record` has it, for the instructor.
    exercise
        The exercise's full name.

    Examples
    --------
    >>> trouble("the file is empty", "e06-where-it-came-from").why
    'The file that you handed in is empty.'
    """
    about = {"exercise": exercise, "short": exercise[:3]}
    for pattern, why, remedy in _REASONS:
        match = re.fullmatch(pattern, reason, re.DOTALL)
        if match:
            parts = about | match.groupdict()
            return Trouble(why.format(**parts), remedy.format(**parts))
    return Trouble(_sentence(reason), _OPEN)


_MISSING = r"the cell (\S+) was missing .*"
_NOTES = (
    (r"the cell (\S+) stands twice; .*", "{0} stands twice in your notebook. The first one counts."),
    (_MISSING, "{0} was missing from your notebook. It was put back as you once got it."),
    (r"more than (\d+) files of marks; .*", "you handed in more than {0} files of marks. The others were left out."),
    (r"marks left out: (.*)", "a file of marks could not be read and was left out: {0}."),
    (r"(.+) is damaged, and was passed on as it is", "the file {0} is damaged. It was read as far as that goes."),
    (r".+ holds no date and time; .*", "when you handed this in is not known."),
    (r"(.+): ended: it took longer than (.*)", "{0} took longer than {1}. It was stopped and left out."),
    (r".+: ended: the notebook took longer than (.*) in all", "your notebook took longer than {0}. It was stopped."),
    (r"(.+): it ended its own Python.*", "{0} ended the Python that it ran in. It was left out."),
    (r"(.+): not reached: .*", "{0} was not run, because a cell before it did not end well."),
    (r"(.+): what it sent back .*", "what {0} gave back could not be read."),
)
_CELL = re.compile(r"e\d\d-q(\d+)(-answer)?")


def told(notes: tuple[str, ...]) -> list[str]:
    """Return a record's notes for the learner, each once.

    Examples
    --------
    >>> told(("the cell e06-q2-answer stands twice; the first one counts",))
    ['The answer cell of question 2 stands twice in your notebook. The first one counts.']
    """
    return list(dict.fromkeys(map(_told, notes)))


def missing_cells(notes: tuple[str, ...]) -> set[str]:
    """Return the grade ids of the cells that a record's notes call missing.

    Examples
    --------
    >>> missing_cells(("the cell e06-q4-answer was missing and was put back as it was released",))
    {'e06-q4-answer'}
    """
    return {found[1] for note in notes if (found := re.fullmatch(_MISSING, note, re.DOTALL))}


def _told(note: str) -> str:
    for pattern, words in _NOTES:
        match = re.fullmatch(pattern, note, re.DOTALL)
        if match:
            return _sentence(words.format(*map(_named, match.groups())))
    return _sentence(note)


def _named(part: str) -> str:
    """Return a cell's name in words, where a part of a note is one."""
    cell = _CELL.fullmatch(part)
    if cell:
        return f"the {'answer cell' if cell[2] else 'cell'} of question {cell[1]}"
    return f"the cell {part}" if re.fullmatch(r"e\d\d-[\w-]+", part) else part


def _sentence(words: str) -> str:
    text = words.strip().rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."
