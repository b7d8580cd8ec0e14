"""start.py where it is stopped half-way or can't go on: what it says, and what the next start does."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import socket
import sys
from pathlib import Path
from types import ModuleType

import pytest
from small import Checkout, Ended, answer, ended

# --- stopped half-way


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize("how", ["Ctrl-C", "kill"])
def test_stop_half_way_leaves_nothing_taken_for_whole(checkout: Checkout, how: str):
    """Stopped: exit code 130, no stamp, no traceback, no pip left working; the next start goes on to the end."""
    checkout.make_slow()
    process = checkout.begin()
    checkout.await_half_way()
    if how == "Ctrl-C":
        os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to all
    else:
        process.terminate()
    text, _ = process.communicate(timeout=60)
    assert process.returncode == 130, text
    assert "next start goes on" in text
    assert "Traceback" not in text
    assert not checkout.stamp.exists()
    checkout.make_fast()
    done = checkout.start()
    assert done.code == 0, done
    assert "did not finish" in done.text
    assert "waiting" not in done.text


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_killed_start_is_waited_for(checkout: Checkout):
    """Where start.py was killed and its pip works on, the next start waits for that pip, then begins anew."""
    checkout.make_slow()
    killed = checkout.begin()
    checkout.await_half_way()
    killed.kill()
    killed.wait()
    following = checkout.begin()
    assert following.stdout
    assert "waiting for it" in following.stdout.readline()
    checkout.make_fast()
    text, _ = following.communicate(timeout=120)
    killed.communicate(timeout=60)
    assert following.returncode == 0, text
    assert "did not finish" in text


@pytest.mark.skipif(os.name == "nt", reason="the small checkout is begun with POSIX signals in mind")
def test_two_starts_at_once_set_up_once(checkout: Checkout):
    """The second waits, says so, and uses what the first made."""
    checkout.make_slow()
    first = checkout.begin()
    checkout.await_half_way()
    second = checkout.begin("doctor")
    assert second.stdout
    assert "waiting for it" in second.stdout.readline()
    checkout.make_fast()
    text, rest = first.communicate(timeout=120)[0], second.communicate(timeout=120)[0]
    assert (first.returncode, second.returncode) == (0, 0), text + rest
    assert "Ready" in text
    assert len(rest.splitlines()) == 1, rest


# --- can't go on


def test_file_that_differs_from_the_lock_is_refused(checkout: Checkout):
    """Another file than the lock names is not installed, and the message says what that may be."""
    lock = checkout.folder / "requirements" / "learn.txt"
    lock.write_text(re.sub("sha256:.{4}", "sha256:0000", lock.read_text()))
    done = checkout.start()
    assert done.code == 1, done
    assert "not the one that the lock names" in done.text
    assert "Traceback" not in done.text
    assert not checkout.stamp.exists()


def test_missing_network_is_named(checkout: Checkout):
    """Where no package index answers, the message says that only the first start needs one."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        index = f"http://127.0.0.1:{closed.getsockname()[1]}/simple"
        env = {"PIP_NO_INDEX": "0", "PIP_FIND_LINKS": "", "PIP_INDEX_URL": index, "PIP_RETRIES": "1"}
        done = checkout.start(**env)
    assert done.code == 1, done
    assert "can't be reached" in done.text
    assert "Traceback" not in done.text
    assert not checkout.stamp.exists()


def test_disk_too_small_is_said_before_anything_is_written(
    start_module: ModuleType, checkout: Checkout, capsys: pytest.CaptureFixture[str]
):
    """Room is asked for first, in megabytes."""
    start_module.HERE, start_module.VENV = checkout.folder, checkout.venv
    for name in ("MARK", "STAMP"):
        setattr(start_module, name, checkout.venv / getattr(start_module, name).name)
    start_module.PYTHON = checkout.venv / "bin" / "python"
    start_module.ROOM = {"learn": 10**9}
    assert start_module.main([]) == 1
    assert "needs about 1000000000 MB" in capsys.readouterr().err
    assert [path.name for path in checkout.venv.iterdir()] == ["newsdesk-start.lock"]


def privately(script: str, cwd: Path, env: dict[str, str]) -> Ended:
    """Run a script that may mount file systems which nobody else sees; skip where that is not permitted."""
    unshare = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]
    command = [*unshare, "sh", "-ec", "mount -t tmpfs tmpfs /mnt"]
    if not shutil.which("unshare") or ended(command, cwd, env).code:
        pytest.skip("this system does not permit a private mount")
    return ended([*unshare, "sh", "-ec", script], cwd, env)


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux mounts")
def test_full_disk_is_named_and_the_next_start_goes_on(checkout: Checkout, tmp_path: Path):
    """A disk that fills up half-way: a clear message and no stamp; with more room the next start ends well."""
    (tmp_path / "disk").mkdir()
    disk, python, folder = map(shlex.quote, (f"{tmp_path}/disk", sys.executable, str(checkout.folder)))
    start = f"cd {disk}/small && {python} -c 'import start, sys; "
    start += 'start.ROOM = {"learn": 0}; sys.exit(start.main(["doctor"]))\''
    done = privately(
        f"mount -t tmpfs -o size=6m tmpfs {disk}; cp -r {folder} {disk}/small\n"
        f"({start}) || echo ended with $?; ls {disk}/small/.venv/newsdesk-start.json || true\n"
        f"mount -o remount,size=200m {disk}; {start}\n",
        tmp_path,
        checkout.environment(),
    )
    full, _, after = done.text.partition("ended with 1")
    assert "The disk is full. Free some space" in full, done
    assert "Traceback" not in done.text
    assert "cannot access" in after
    assert done.code == 0, done
    assert "did not finish" in after
    assert answer(done)["args"] == ["doctor"]


def read_only(folder: Path) -> str:
    """Return a script that starts the kit from `folder` made read-only."""
    place, python = shlex.quote(str(folder)), shlex.quote(sys.executable)
    mount = f"mount --bind {place} {place}; mount -o remount,ro,bind {place}"
    return f"{mount}; cd {place}; {python} start.py doctor"


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux mounts")
def test_read_only_folder_is_named(checkout: Checkout):
    """Where .venv can't be made, the message says to copy the folder."""
    done = privately(read_only(checkout.folder), checkout.folder, checkout.environment())
    assert done.code == 1, done
    assert "Copy the whole folder to a place of your own" in done.text
    assert ".venv" in done.text
    assert "Traceback" not in done.text


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux mounts")
def test_whole_environment_starts_from_a_read_only_folder(made: Checkout):
    """What is whole needs nothing written: a class may share one folder."""
    done = privately(read_only(made.folder), made.folder, made.environment())
    assert done.code == 0, done
    assert answer(done)["args"] == ["doctor"]
