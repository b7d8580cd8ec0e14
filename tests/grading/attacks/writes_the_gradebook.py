"""Set every grade of everybody to 99 in gradebook.db."""

import sqlite3
from pathlib import Path

from aim import COURSE, breach, held

try:
    book = sqlite3.connect(f"file:{Path(COURSE, 'gradebook.db')}?mode=rw", uri=True)
    with book:
        book.execute("update grade set manual_score = 99")
    breach("every grade is 99 now")
except sqlite3.Error as error:
    held(error)
