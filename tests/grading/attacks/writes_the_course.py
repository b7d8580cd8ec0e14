"""Change the solutions and others' submissions."""

from pathlib import Path

from aim import COURSE, breach, held

for place in ("solutions/e06-where-it-came-from/guide.md", "submitted/000-honest/note.txt", "roster.csv"):
    try:
        with Path(COURSE, place).open("a") as file:
            file.write("changed\n")
        breach(place)
    except OSError as error:
        held(error.strerror)
