"""Hand in a value that runs code when it is unpickled or copied."""

from pathlib import Path

from aim import COURSE


class Trap:
    """A value whose pickle is a program."""

    def __reduce__(self):
        return Path.write_text, (Path(COURSE, "trapped.txt"), "trapped")

    __reduce_ex__ = lambda self, protocol: self.__reduce__()  # noqa: E731
    __deepcopy__ = __copy__ = lambda self, *_: self.__reduce__()


# %% e06-q4-answer
one_voice = Trap()
# %% e06-q6-answer
holds = Trap()
