"""Hand in a mapping whose keys all have the same hash, so that looking one up takes for ever."""


class Same(str):
    """A text with the hash of every other."""

    def __hash__(self):
        return 1

    __eq__ = str.__eq__


# %% e06-q1-answer
parent = {Same(number): "A" for number in range(100_000)}
