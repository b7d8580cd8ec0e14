#!/usr/bin/env python3
"""Newsdesk: set everything up, then start.

  python3 start.py                  open the lessons in JupyterLab
  python3 start.py test             run the tests
  python3 start.py bench [NAME ...] measure the speed
  python3 start.py COMMAND ...      any other command of newsdesk, such as doctor

  test --all          the long suites too
  test --no-browser   without the tests that need a Chromium
  test ARGUMENT ...   pytest alone, with these arguments

On Windows write py instead of python3. The first start makes the folder .venv beside this file and
fills it from the network, in one to five minutes; the tests also look for a Chromium and install one where
there is none. Later starts need no network. To begin anew, delete .venv.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
MARK = VENV / "newsdesk-start.lock"  # written first: the folder is ours; locked while it is being set up
STAMP = VENV / "newsdesk-start.json"  # written last: the folder is whole
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST, NEWEST = (3, 11), (3, 14)  # the lock has wheels for these
ROOM = {"learn": 700, "test": 1200}  # MB: .venv takes 550 or 940, and pip unpacks beside it
PROBE = """import importlib.util as u, json, sys
print(json.dumps([sys.version_info[:3], all(map(u.find_spec, ("venv", "ensurepip"))),
    getattr(sys, "_base_executable", None) or sys.executable]))"""
TROUBLES = [  # what a failing step printed, and what it means here
    (r"No space left on device|not enough space", "The disk is full. Free some space and start again."),
    (
        r"DO NOT MATCH THE HASHES",
        "A downloaded file is not the one that the lock names: it was damaged or replaced on the way, and was not"
        " installed. Try again, or from another network.",
    ),
    (
        r"Read-only file system|Permission denied|Access is denied|used by another process",
        "A place can't be written to. Copy the whole folder to a place of your own, such as Documents, and start"
        " there; if it is yours already, close what may be using it.",
    ),
    (
        r"NewConnectionError|Failed to establish|NameResolution|getaddrinfo|name resolution|timed out|ProxyError"
        r"|SSLError|Connection refused|Connection reset|unreachable|IncompleteRead",
        "The package index can't be reached. Connect to the network and start again; only the first start needs it.",
    ),
    (
        r"No matching distribution",
        "No file of a package could be had. Either the package index can't be reached, or it has none for this"
        " computer: Newsdesk runs with 64-bit CPython 3.11 to 3.14 on Linux (glibc), macOS and Windows (on an ARM"
        " processor with the x64 Python).",
    ),
]


class Stop(Exception):  # noqa: N818 - not an error of the program but the end of it, with a reason
    """The reason why it can't go on, with the next step, for the person at the screen."""


def say(text):
    print(text, flush=True)


def explained(what, output):
    """Return the Stop for a step that failed: what it was doing, what that means, its own last words."""
    meaning = [text for pattern, text in TROUBLES if re.search(pattern, output, re.IGNORECASE)][:1]
    lines = [line for line in output.splitlines() if line.strip()]
    last = [line for line in lines if line.startswith("ERROR")][-3:] or lines[-3:]
    said = ["It said:", *(f"  {line[:300]}" for line in last)] if last else []
    return Stop("\n".join([f"{what} failed.", *meaning, *said]))


# --- a Python that works


def environment():
    """Return the environment for every program started here: .venv first, and nothing that leads away from it."""
    away = ("PYTHONHOME", "PYTHONPATH", "PYTHONPLATLIBDIR", "PYTHONSTARTUP", "__PYVENV_LAUNCHER__", "PIP_TARGET")
    env = {name: value for name, value in os.environ.items() if name not in (*away, "PIP_PREFIX", "PIP_ROOT")}
    env["PATH"] = os.pathsep.join([str(PYTHON.parent), env.get("PATH", os.defpath)])
    env["VIRTUAL_ENV"] = str(VENV)
    env["PYTHONUTF8"] = "1"  # Python 3.11 on Windows else reads the path to the package in the old code page
    env.update(PIP_USER="0", PIP_QUIET="0")  # pip's own configuration stays in force, but for these
    env.setdefault("PLAYWRIGHT_BROWSERS_PATH", str(VENV / "browsers"))
    return env


def candidates():
    """Yield the commands that may be a Python, this one first; what is there need not work."""
    yield [sys.executable]
    names = [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    if os.name == "nt":
        yield from (["py", name.replace("python", "-")] for name in names)
    seen = {os.path.realpath(sys.executable)}
    for name in [*names, "python3", "python"]:
        for folder in os.get_exec_path():
            found = shutil.which(name, path=folder)
            if found and os.path.realpath(found) not in seen:
                seen.add(os.path.realpath(found))
                yield [found]


def probe(command):
    """Run a Python and return (version, whether it can make environments, its path); None if it does not work."""
    quiet = {"stdin": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "timeout": 60}
    try:
        answer = subprocess.check_output([*command, "-I", "-c", PROBE], env=environment(), **quiet)
        version, is_whole, path = json.loads(answer)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return tuple(version), is_whole, path


def find_python():
    """Return (version, path) of the first Python that serves; raise Stop with the remedy where there is none."""
    too_old, too_new, lacking = [], [], []
    for command in candidates():
        found = probe(command)
        if not found:
            continue
        version, is_whole, path = found
        if version[:2] < OLDEST:
            too_old.append(".".join(map(str, version)))
        elif not is_whole:
            lacking.append((version, path))
        elif version[:2] > NEWEST:
            too_new.append((version, path))
        else:
            return version, path
    if too_new:
        return too_new[0]
    if lacking:
        (major, minor, _), path = lacking[0]
        remedy = f"sudo apt install python{major}.{minor}-venv" if shutil.which("apt-get") else "install Python anew"
        raise Stop(f"{path} lacks the modules venv and ensurepip. Install them, then start again:\n  {remedy}")
    raise Stop(
        f"Newsdesk needs Python 3.11 or newer. Found: {', '.join(too_old) or 'none that works'}.\n"
        "Install it (Windows, macOS: python.org/downloads; Debian, Ubuntu: sudo apt install python3 python3-venv;\n"
        "Fedora: sudo dnf install python3), then start again with that Python."
    )


# --- the environment


def wanted(profile):
    """Return what the stamp of a whole .venv says: moved, or with another lock or Python, it is not whole."""
    files = {"lock": f"requirements/{profile}.txt", "project": "pyproject.toml"}
    hashes = {key: hashlib.sha256((HERE / name).read_bytes()).hexdigest() for key, name in files.items()}
    return {"format": 1, "folder": str(HERE), "profile": profile, **hashes}


def read_stamp():
    """Return the stamp, or an empty one where there is none that can be read."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(profile, version):
    """Write the stamp as a whole or not at all."""
    part = STAMP.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        json.dump({**wanted(profile), "python": list(version[:2])}, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(STAMP)


def state_of(profile):
    """Return 'whole', 'outdated' (to be brought up to date in place) or a sentence that says why it must be new."""
    stamp, found = read_stamp(), probe([str(PYTHON)])
    if not stamp:
        return "an earlier set-up did not finish" if PYTHON.exists() else ""
    if stamp.get("folder") != str(HERE):
        return "the folder was moved or copied"
    if not found or list(found[0][:2]) != stamp.get("python"):
        return "the Python that it was made with is gone"
    return "whole" if {**wanted(profile), "python": stamp["python"]} == stamp else "outdated"


@contextlib.contextmanager
def alone():
    """Hold the lock on .venv, waiting for another start that has it; the system frees it however we end."""
    if VENV.exists() and not MARK.exists() and (not VENV.is_dir() or any(VENV.iterdir())):
        raise Stop(f"{VENV} was not made by start.py, so it is left alone. Rename or delete it, then start again.")
    VENV.mkdir(exist_ok=True)
    with MARK.open("a") as file:
        waits = False
        while not has_lock(file):
            if not waits:
                say("Another start is setting up this folder; waiting for it. Ctrl-C stops waiting.")
            waits = True
            time.sleep(1)
        yield file


def has_lock(file):
    """Try to lock a file; a file system without locks (some network drives) counts as locked by us."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
    return True


def quietly(what, command, lock=None, seen=None):
    """Run a step without showing its output; raise Stop with what it means where it fails.

    The step inherits the lock: should this program be killed, the next one waits until the step has ended too.
    """
    lines = []
    fds = [lock.fileno()] if lock and os.name != "nt" else []
    merged = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(command, cwd=HERE, env=environment(), pass_fds=fds, **merged) as child:
        try:
            for line in child.stdout:
                lines.append(line.decode(errors="replace"))
                if seen:
                    seen(lines[-1])
        except BaseException:  # Ctrl-C: nothing may go on writing after we have said that we stopped
            child.kill()
            raise
    if child.returncode:
        raise explained(what, "".join(lines))


def set_up(profile):
    """Make .venv whole for a profile ('learn', or 'test', which holds it), doing only what is missing."""
    if read_stamp().get("profile") == "test":
        profile = "test"
    if state_of(profile) == "whole":
        return
    with alone() as lock:
        state, began = state_of(profile), time.monotonic()
        if state == "whole":  # the other start did it
            return
        if state == "outdated":
            say("Bringing .venv up to date: a few minutes at most.")
            version = probe([str(PYTHON)])[0]
        else:
            version = make_anew(profile, state, lock)
        install(profile, lock)
        write_stamp(profile, version)
    say(f"Ready after {time.monotonic() - began:.0f} s.\n")


def make_anew(profile, reason, lock):
    """Empty .venv and make a new environment in it; return the version of its Python."""
    version, path = find_python()
    free = shutil.disk_usage(HERE).free // 1_000_000
    if free < ROOM[profile]:
        raise Stop(f"The set-up needs about {ROOM[profile]} MB on the disk of {HERE}; {free} MB are free.")
    if reason:
        say(f"Making .venv anew: {reason}. Your own work is not in it.")
    STAMP.unlink(missing_ok=True)
    for entry in VENV.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry != MARK:
            entry.unlink()
    say(f"Setting up in {VENV} with Python {'.'.join(map(str, version))}: one to five minutes, once.")
    say("  1 of 3  an environment")
    venv = [path, "-I", "-m", "venv", "--without-pip", "--prompt", "newsdesk", str(VENV)]
    ensurepip = [str(PYTHON), "-I", "-m", "ensurepip", "--default-pip"]  # by itself: venv hides why it fails
    quietly("Making the environment", venv, lock)
    quietly("Adding pip to it", ensurepip, lock)
    return version


def install_packages(command, lock):
    """Install the packages; the stamp is gone from when the first file may change."""
    before = STAMP.read_bytes() if STAMP.exists() else None
    has_begun = []

    def seen(line):
        if line.startswith(("Installing collected", "Attempting uninstall")) and not has_begun:
            has_begun.append(True)
            say("          all are here; unpacking")

    STAMP.unlink(missing_ok=True)
    try:
        quietly("Installing the packages", command, lock, seen)
    except Stop:
        if before and not has_begun:
            STAMP.write_bytes(before)  # nothing was changed: still whole, still outdated
        raise


def install(profile, lock):
    """Install what the lock names, unless that is there, then Newsdesk itself."""
    pip = [str(PYTHON), "-I", "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    if read_stamp().get("lock") != wanted(profile)["lock"]:
        say("  2 of 3  the packages that the lock names, each checked by its hash")
        wheels = ["--progress-bar=off", "--only-binary=:all:", "--require-hashes"]
        install_packages([*pip, *wheels, "-r", f"requirements/{profile}.txt"], lock)
    STAMP.unlink(missing_ok=True)
    say("  3 of 3  Newsdesk itself")
    quietly("Installing Newsdesk", [*pip, "--no-index", "--no-deps", "--no-build-isolation", "--editable", "."], lock)
    ours = str(HERE / "src" / "newsdesk")
    check = f"import newsdesk, os, sys; sys.exit(not os.path.samefile(newsdesk.__path__[0], {ours!r}))"
    if subprocess.call([str(PYTHON), "-I", "-c", check], stderr=subprocess.DEVNULL):
        raise Stop(
            "The packages went elsewhere than .venv: pip's own configuration names a target or a prefix.\n"
            f"This shows it; take it out, then start again:\n  {PYTHON} -m pip config list"
        )


# --- the commands


def become(command):
    """Run a command of .venv in place of this program, where the person is, and return its exit code."""
    if os.name != "nt":
        os.execve(str(PYTHON), [str(PYTHON), *command], environment())
    signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C is for the command to handle
    return subprocess.call([str(PYTHON), *command], env=environment())


def main(args):
    """Do what the arguments say and return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # a console that lacks a letter of the path shows a question mark
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if args[:1] in (["--help"], ["-h"], ["help"]):
            say(__doc__)
            return 0
        if args[:1] in (["test"], ["bench"]):
            set_up("test")
            return become([str(HERE / "tests" / "run.py"), *args])
        if args in ([], ["lab"]):
            args = ["lab", str(HERE / "my-newsdesk")]
        set_up("learn")
        return become(["-P", "-m", "newsdesk", *args])
    except KeyboardInterrupt:
        say("\nStopped. What is half done is not taken for whole: the next start goes on from here.")
        return 130
    except Stop as stop:
        print(f"\nNewsdesk: {stop}", file=sys.stderr)
    except OSError as error:
        print(f"\nNewsdesk: {explained('Setting up', str(error))}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
