"""What can be seen inside: the interpreter, the packages without the kit's data, the learners' tables."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from newsdesk.kit import kit_folder
from newsdesk.sandbox.confining import DEVICES
from newsdesk.tables import learners_csv, table_names

KIT = "/kit"  # the package in there; the tables and articles stand where a wheel would have them
_SYSTEM = ("/usr/lib", "/usr/lib64", "/usr/lib32", "/usr/share/zoneinfo", "/lib", "/lib64", "/lib32")
_VARIABLES = {
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "PATH": "/nowhere",
    "TMPDIR": "/tmp",
    "IPYTHONDIR": "/tmp/.ipython",
    "PYTHONDONTWRITEBYTECODE": "1",
    # one thread each: the machine's processors are shared out over the workers
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
_START = (
    "import sys; sys.path[:0] = {paths!r}; sys.modules['rfc3987_syntax'] = None; sys.modules['vl_convert'] = None; "
    "from newsdesk.sandbox.zygote import main; main()"
)


def learners_data(folder: Path) -> Path:
    """Write the tables and articles as learners get them to ``folder/data``, which is returned."""
    data, source = folder / "data", kit_folder("data")
    (data / "articles").mkdir(parents=True)
    for path in sorted((source / "articles").glob("*.md")):
        (data / "articles" / path.name).write_bytes(path.read_bytes())
    for name in ("datapackage.json", "fingerprints.csv"):
        if (source / name).is_file():
            (data / name).write_bytes((source / name).read_bytes())
    for name in table_names():
        (data / f"{name}.csv").write_bytes(learners_csv(name))
    return data


def command(bubblewrap: str, data: Path, control: int) -> list[str]:
    """Return the command that starts the warm interpreter.

    Parameters
    ----------
    bubblewrap
        The program.
    data
        As `learners_data` made it.
    control
        The descriptor on which the interpreter takes orders; nothing else is inherited.
    """
    package = Path(__file__).resolve().parents[1]
    interpreter = Path(sys.executable).resolve()
    packages = list(dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib")))
    arguments = [bubblewrap, "--unshare-all", "--unshare-user", "--die-with-parent", "--new-session", "--clearenv"]
    arguments += ["--cap-drop", "ALL", "--cap-add", "CAP_SYS_ADMIN"]  # with which a child leaves, and drops it
    for name, value in _VARIABLES.items():
        arguments += ["--setenv", name, value]
    for place in _SYSTEM:
        if Path(place).is_symlink():
            arguments += ["--symlink", str(Path(place).readlink()), place]
        elif Path(place).is_dir():
            arguments += ["--ro-bind", place, place]
    for device in DEVICES:
        arguments += ["--dev-bind", device, device]
    for needed in _interpreter_places(interpreter):
        arguments += ["--ro-bind", str(needed), str(needed)]
    for number, place in enumerate(packages):
        arguments += ["--ro-bind", place, f"/packages/{number}"]
        if (Path(place) / "newsdesk").exists():
            arguments += ["--tmpfs", f"/packages/{number}/newsdesk", "--remount-ro", f"/packages/{number}/newsdesk"]
    if any(place in package.parents for place in _mounted(interpreter)):  # installed without an environment
        arguments += ["--tmpfs", str(package), "--remount-ro", str(package)]
    arguments += ["--dir", f"{KIT}/newsdesk"]
    for path in sorted(package.iterdir()):
        if path.name not in {"_kit", "__pycache__", "grading"}:
            arguments += ["--ro-bind", str(path), f"{KIT}/newsdesk/{path.name}"]
    arguments += ["--ro-bind", str(data), f"{KIT}/newsdesk/_kit/data"]
    arguments += ["--size", "32000000", "--tmpfs", "/tmp", "--chdir", "/tmp", "--remount-ro", "/"]
    paths = [KIT, *(f"/packages/{number}" for number in range(len(packages)))]
    return [*arguments, "--", str(interpreter), "-I", "-c", _START.format(paths=paths), str(control)]


def _interpreter_places(interpreter: Path) -> Iterator[Path]:
    """Yield what the interpreter itself needs and the system's folders don't hold."""
    places = [
        interpreter,
        Path(sysconfig.get_path("stdlib")),
        Path(sysconfig.get_path("platstdlib", vars={"platbase": sys.base_exec_prefix})),
        Path(sys.base_prefix) / "lib",
    ]
    taken: list[Path] = [Path(place) for place in _SYSTEM if not Path(place).is_symlink()]
    for place in (each.resolve() for each in places):
        if place.exists() and not any(each == place or each in place.parents for each in taken):
            taken.append(place)
            yield place


def _mounted(interpreter: Path) -> list[Path]:
    return [*map(Path, _SYSTEM), *_interpreter_places(interpreter)]
