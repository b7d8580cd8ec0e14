"""What a check said of an answer that it could not read, in words for the learner: what happened, and the next step.

The words come from `newsdesk.grading.scoring`, the sandbox and `newsdesk.answers`, and stand so in the records,
where instructors read them. Whatever is not among them is passed on as it is.
"""

from __future__ import annotations

import re

_UNREAD = "No answer was read: "
_PLAIN = "Answer with plain values, such as a number, a text or a list."
_LOOP = "Look for a loop that does not end."
_BEFORE = (
    "This question was not reached, because a cell before it did not end well. What was noticed in your notebook, "
    "above, says which."
)
_TROUBLES = (  # of a cell; what `newsdesk.sandbox.running` says, and of the answer's cell, and of its reading
    (
        r"ended: it took longer than (.*)",
        f"The answer cell took longer than {{0}}, so it was left out. {_LOOP}",
        f"Reading your answer took longer than {{0}}, so it was left out. {_PLAIN}",
    ),
    (
        r"ended: the notebook took longer than (.*) in all",
        f"Your notebook took longer than {{0}} and was stopped in the answer cell. {_LOOP}",
        f"Your notebook took longer than {{0}} and was stopped before your answer was read. {_LOOP}",
    ),
    (
        r"it ended its own Python.*",
        "The answer cell ended the Python that it ran in, so it was left out. Take out exit() and quit(); where there "
        "is none, look for something that needs very much memory or time.",
        f"Reading your answer ended the Python that it ran in, so it was left out. {_PLAIN}",
    ),
    (
        r"what it sent back could not be read.*",
        "What the answer cell gave back could not be read, so it was left out. Look for output that is very large, "
        "and take it out.",
        f"What your answer gave back could not be read, so it was left out. {_PLAIN}",
    ),
    (r"not reached: .*", _BEFORE, _BEFORE),
)
_STOPPED = (  # by an error's name and words; {0} and on are groups of the words
    (
        r"NameError: name '(.*?)' is not defined.*",
        "The answer cell stopped, because nothing in it or before it is called {0}. If {0} was meant as a letter or "
        'word, put it in quotation marks: "{0}". If it is a name from another cell, that cell must stand before '
        "this one.",
    ),
    (
        r"SyntaxError(?:: (.*))?",
        "Python could not read the answer cell{said}. Look for a bracket, a quotation mark or a comma that is missing.",
    ),
    (
        r"(?:IndentationError|TabError)(?:: (.*))?",
        "Python could not read the answer cell{said}. A line of it begins with too many blanks, or too few.",
    ),
    (
        r"SystemExit.*",
        "The answer cell was ended by exit() or quit() in it, so there is no answer from it. Take that line out.",
    ),
    (r"MemoryError.*", f"The answer cell needed more memory than a notebook gets here. {_LOOP}"),
    (r"RecursionError.*", "The answer cell has a function that calls itself without end. Give it a way to end."),
    (
        r"KeyboardInterrupt.*",
        "The answer cell was interrupted, so there is no answer from it. Run it in JupyterLab and see that it ends.",
    ),
    (
        r"(.*)",
        "The answer cell stopped with an error, {0}, so there is no answer from it. Run the cell in JupyterLab and "
        "mend the line that the error names.",
    ),
)
_MISSING = (  # what looking for an answer says
    (
        r"NameError: name '(.*?)' is not defined.*",
        "There is no answer, because nothing is called {0}. Write the answer behind {0} = in the answer cell, with the "
        "name as you got it.",
    ),
    (
        r"what was sent is not an answer's form",
        "Your answer holds something that can't be read, such as half a character or a number beyond all numbers. "
        "Type it anew.",
    ),
    (
        r"nothing came",
        "Nothing came back when your answer was read. In JupyterLab, choose Restart Kernel and Run All Cells in the "
        "menu Kernel, and see that it ends.",
    ),
    (r"(\w+): (.*)", f"Your answer can't be read, because looking at it stops with {{0}} ({{1}}). {_PLAIN}"),
    (r"(\w+)", f"Your answer can't be read, because looking at it stops with {{0}}. {_PLAIN}"),
)
_TYPES = {  # what Python calls a value, and what a learner does; with a number of entries, or of rows
    "str": "text",
    "bytes": "text in bytes",
    "int": "a number",
    "float": "a number",
    "bool": "True or False",
    "NoneType": "None, which is nothing",
    "ellipsis": "three dots",
    "list": "a list",
    "tuple": "a list in round brackets",
    "set": "a set",
    "dict": "a dictionary, which gives values to names",
    "ndarray": "an array",
    "Series": "one column of a table",
    "DataFrame": "a table",
    "function": "a function, and not what it gives",
    "method": "a function, and not what it gives",
    "builtin_function_or_method": "a function, and not what it gives",
    "type": "a type, and not a value",
    "module": "a module, and not a value",
}
_KIND = re.compile(r"(This is|It holds) an? (\w+)(?: of length (\d+))?\. Wanted")
_SENTENCES = (  # parts of what `newsdesk.answers` says
    (r" An empty form is not kept as your answer\.", ""),  # true in a notebook; here it was handed in
    (r"There is no answer yet: it hands in None\.", "There is no answer yet: it is None, which is nothing."),
    (
        r"This answer can't be read: looking at it raises an? (\w+)\.",
        rf"Your answer can't be read, because looking at it stops with \1. {_PLAIN}",
    ),
    (r"This answer can't be read: it is nested too deeply\.", f"Your answer is nested too deeply to be read. {_PLAIN}"),
    (
        r"This answer can't be read: (?:nested|no JSON|\d+ bytes).*",
        f"Your answer is too large, or nested too deeply, to be read. {_PLAIN}",
    ),
)


def said(words: str) -> str:
    """Return the words of a check for the learner.

    Examples
    --------
    >>> said("No answer was read: its cell was left out: ended: it took longer than 20 seconds.")
    'The answer cell took longer than 20 seconds, so it was left out. Look for a loop that does not end.'
    >>> said("This is a str. Wanted: a number, such as 3 or 0.25.")
    'This is text. Wanted: a number, such as 3 or 0.25.'
    """
    if words.startswith(_UNREAD):
        return _unread(words.removeprefix(_UNREAD).strip().rstrip("."))
    for pattern, plain in _SENTENCES:
        words = re.sub(pattern, plain, words, flags=re.DOTALL)
    return _KIND.sub(_named, words)


def _unread(why: str) -> str:
    """Return why there is no answer: its cell left out or stopped, or its reading come to no good end."""
    left_out, stopped = why.removeprefix("its cell was left out: "), why.removeprefix("its cell stopped with ")
    for pattern, of_the_cell, of_reading in _TROUBLES:
        if match := re.fullmatch(pattern, left_out, re.DOTALL):
            return (of_reading if left_out == why else of_the_cell).format(*match.groups())
    for pattern, plain in _MISSING if stopped == why else _STOPPED:
        if match := re.fullmatch(pattern, stopped, re.DOTALL):
            found = [group or "" for group in match.groups()]
            return plain.format(*found, said=f": {found[0]}" if found and found[0] else "")
    return f"There is no answer that could be read: {why}."


def _named(found: re.Match[str]) -> str:
    begins, name, length = found.groups()
    if name not in _TYPES:
        return found[0]
    size = ""
    if length:
        one, more = ("row", "rows") if name == "DataFrame" else ("entry", "entries")
        size = f" with {length} {one if length == '1' else more}"
    kind, comma, rest = _TYPES[name].partition(",")
    return f"{begins} {kind}{size}{comma}{rest}. Wanted"
