"""Hand in values that raise what nobody catches when they are looked at."""


def raising(error):
    """Return a value that raises `error`, whatever is asked of it."""

    def refuse(*_):
        raise error

    names = ("__iter__", "__len__", "__str__", "__hash__", "__getattr__", "__float__", "__index__")
    return type("Raising", (), dict.fromkeys(names, refuse))()


# %% e06-q1-answer
parent = raising(KeyboardInterrupt)
# %% e06-q3-answer
left_out = raising(GeneratorExit)
# %% e06-q4-answer
one_voice = raising(SystemExit(0))
# %% e06-q5-answer
from_reuters = raising(MemoryError)
