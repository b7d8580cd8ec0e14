"""Hand in values that say they are equal to everything."""


class Yes(str):
    """Equal to everything, with every hash."""

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __hash__(self):
        return 0

    def __contains__(self, item):
        return True


# %% e06-q6-answer
holds = Yes("c")
# %% e06-q3-answer
left_out = [Yes("a1")]
# %% e06-q1-answer
parent = {Yes("A"): Yes("A"), "B": Yes("B"), "C": Yes("B"), "D": Yes("B")}
