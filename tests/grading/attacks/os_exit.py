"""End the process in the middle of a cell."""

import os

os._exit(0)
