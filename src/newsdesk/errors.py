"""What the kit says when something is wrong: what, got, allowed, next step.

One base class, so that a caller can tell a message meant for a person from a defect in the kit.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence


class NewsdeskError(Exception):
    """A message for the person in front of the screen.

    In a notebook it shows as one line, without the kit's own code above it.
    """

    def _render_traceback_(self) -> list[str]:
        """Return what IPython prints in place of a traceback."""
        return [f"{type(self).__name__}: {self}"]


class NotFoundError(NewsdeskError, LookupError):
    """A name that the kit does not have: an article, a table, a column, a lesson."""


class DataError(NewsdeskError, ValueError):
    """Content that breaks the rules of its table, edition or file."""


class PlaceError(NewsdeskError, OSError):
    """A folder or file that can't be read or written."""


def unknown(what: str, got: object, allowed: Iterable[str], *, next_step: str = "") -> NotFoundError:
    """Build the error for a name that is not one of the allowed ones.

    Parameters
    ----------
    what
        What the name should name, with its place: ``"article"``, ``"column of claims"``.
    got
        The value received.
    allowed
        The names that exist; the closest one is suggested where one is close.
    next_step
        A sentence to add, such as a call that lists more.

    Returns
    -------
    NotFoundError
        To be raised by the caller.

    Examples
    --------
    >>> print(unknown("article", "gt2024", ["gt-2020", "gt-2024"]))
    There is no article 'gt2024'. Did you mean 'gt-2024'? There are: gt-2020, gt-2024.
    """
    names = list(allowed)
    close = difflib.get_close_matches(str(got).lower(), names, n=1, cutoff=0.6)
    parts = [f"There is no {what} {got!r}."]
    if close:
        parts.append(f"Did you mean {close[0]!r}?")
    parts.append(f"There are: {', '.join(names)}." if names else "There are none.")
    if next_step:
        parts.append(next_step)
    return NotFoundError(" ".join(parts))


def shown(name: str) -> str:
    r"""Return a name as one printable line: what a terminal would act on is written as an escape.

    Examples
    --------
    >>> print(shown("a" + chr(10) + chr(27) + "[31mb"))
    a\n\x1b[31mb
    """
    plain = "".join(c if c.isprintable() else c.encode("unicode_escape", "replace").decode() for c in name)
    return plain if len(plain) <= 200 else f"{plain[:120]}…{plain[-60:]}"


def listed(names: Sequence[str], most: int) -> str:
    """Return names in one line, the first `most` of them where there are more.

    Examples
    --------
    >>> listed(["a", "b", "c"], 2)
    'a, b and 1 more'
    """
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
