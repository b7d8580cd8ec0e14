"""Hand in a value that takes for ever to be read."""

import time


class Slow(list):
    """A list that sleeps."""

    def __iter__(self):
        while True:
            try:
                time.sleep(1)
                yield "a1"
            except BaseException:  # noqa: BLE001
                continue


# %% e06-q3-answer
left_out = Slow("a")
