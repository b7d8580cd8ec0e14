"""Start a thread that works on after its cell."""

import threading
import time

from aim import held


def work():
    """Never end."""
    while True:
        time.sleep(0.05)


try:
    threading.Thread(target=work, daemon=True).start()
except RuntimeError as error:
    held(error)
# %% end
import threading  # noqa: E402

if threading.active_count() > 1 and any(each.name.endswith("(work)") for each in threading.enumerate()):
    print("still at work")
