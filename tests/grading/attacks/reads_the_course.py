"""Read the solutions, the gradebook, the roster and everybody's work in the instructor's folder."""

from pathlib import Path

from aim import COURSE, held

found = [path for path in Path(COURSE).rglob("*") if path.is_file()]
for path in found:
    for line in path.read_bytes().decode("utf-8", "replace").splitlines():
        if "kanari" in line:
            print(path.name, line[line.index("kanari") :][:60])
held(f"{len(found)} files seen there")
