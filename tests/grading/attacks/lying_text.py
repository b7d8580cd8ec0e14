"""Hand in values that are one thing when looked at once and another the next time."""

import itertools

turns = itertools.count()


class Turning(str):
    """A text that changes."""

    __str__ = __repr__ = __format__ = lambda self, *_: "abcdef"[next(turns) % 6]
    __len__ = lambda self: 10**9  # noqa: E731
    __iter__ = lambda self: iter("abc")  # noqa: E731


class Lying(list):
    """A list that says it is a number, a text and a table."""

    @property
    def __class__(self):
        """Say another class each time."""
        return [int, str, dict, list][next(turns) % 4]

    __len__ = lambda self: -1  # noqa: E731
    __iter__ = lambda self: itertools.repeat("a1")  # noqa: E731


# %% e06-q6-answer
holds = Turning("")
# %% e06-q3-answer
left_out = Lying()
# %% e06-q4-answer
one_voice = (letter for letter in itertools.cycle("ab"))
