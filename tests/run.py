"""Run the project's tools, tests and lessons one after the other, or its benchmarks, in one environment.

``python3 start.py test`` and ``python3 start.py bench`` end here, in the Python of .venv. What the arguments
mean stands in ``python3 start.py --help``.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
PYTEST = ["-m", "pytest", "-n", "3", "--dist", "loadfile"]  # loadfile: the cells of a notebook share a kernel
STEPS = {
    "ruff check": ["-m", "ruff", "check"],
    "ruff format": ["-m", "ruff", "format", "--check"],
    "mypy": ["-m", "mypy"],
    "import-linter": [
        "-c",
        "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_logo=True))",
    ],
    "pytest": PYTEST,
    "pytest --nbval": [*PYTEST, "-p", "no:cacheprovider", "--nbval", "--nbval-current-env", "notebooks", "solutions"],
}
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
PLAYWRIGHTS = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
MAC_BROWSER = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


def say(text: str) -> None:
    """Print a line at once: the programs started from here print too."""
    print(text, flush=True)


def foreground(command: list[str]) -> int:
    """Run a command of this Python that has the screen and return its exit code; it handles Ctrl-C itself."""
    interrupts: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: interrupts.append(number))
    try:
        code = subprocess.call([sys.executable, *command], cwd=HERE)
    finally:
        signal.signal(signal.SIGINT, before)
    if interrupts:
        raise KeyboardInterrupt
    return code


def quietly(command: list[str]) -> bool:
    """Run a command without its output, say in one line if it fails, and return whether it passed."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
    except OSError as error:
        say(f"  {command[0]}: {error.strerror}")
        return False
    if done.returncode:
        say(f"  {' '.join(command[-3:])} failed: {(done.stdout.strip().splitlines() or ['no reason given'])[-1]}")
    return not done.returncode


def starts(path: str) -> bool:
    """Say whether a browser runs: a launcher may be there without what it launches."""
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        return not subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode
    return False


def find_chromium() -> str | None:
    """Return the path of a Chromium: the one named in NEWSDESK_CHROMIUM, this computer's, Playwright's, or None."""
    named = os.environ.get("NEWSDESK_CHROMIUM")
    if named:
        if not starts(named):
            sys.exit(f"NEWSDESK_CHROMIUM names {named}, which does not start. Mend it or unset it.")
        return named
    if os.name != "nt":  # Chrome on Windows answers --version with a window
        for path in filter(None, map(shutil.which, [*BROWSERS, MAC_BROWSER])):
            if starts(path):
                return path
    done = subprocess.run([sys.executable, "-c", PLAYWRIGHTS], stdout=subprocess.PIPE, text=True, check=False)
    path = done.stdout.strip()
    return path if Path(path).is_file() else None


def install_chromium() -> str | None:
    """Install a Chromium by apt-get where that may be done, else Playwright's own, and return its path."""
    sudo = [] if os.name != "nt" and os.geteuid() == 0 else ["sudo", "-n"]
    if shutil.which("apt-get") and (not sudo or quietly([*sudo, "true"])):
        say("No Chromium is here: installing one with apt-get.")
        apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y", "--no-install-recommends"]
        quietly([*apt, "update"])
        if quietly([*apt, "install", "chromium"]) and (found := find_chromium()):
            return found
    say("No Chromium is here: installing Playwright's own in .venv.")
    quietly([sys.executable, "-m", "playwright", "install", "chromium"])
    return find_chromium()


def test(args: list[str]) -> int:
    """Run every step to its end and return 0 only if all passed; with arguments for pytest, pytest alone."""
    is_long, is_without_browser = "--all" in args, "--no-browser" in args
    own = [arg for arg in args if arg not in ("--all", "--no-browser")]
    results: list[tuple[str, int, float]] = []
    chromium = None if is_without_browser else find_chromium() or install_chromium()
    if chromium:
        os.environ["NEWSDESK_CHROMIUM"] = chromium
    elif not is_without_browser:
        say("There is no Chromium and none could be installed, so the browser tests can't run. Install one, or name")
        say("one in NEWSDESK_CHROMIUM, or leave these tests out: python3 start.py test --no-browser")
        results.append(("a Chromium for the browser tests", 1, 0))
    marks = [*([] if is_long or own else ["not slow"]), *([] if chromium else ["not browser"])]
    chosen = [*(["-m", " and ".join(marks)] if marks else []), *own]
    for name, command in STEPS.items():
        if own and name != "pytest":
            continue
        say(f"\n--- {name}")
        began = time.monotonic()
        code = foreground([*command, *chosen] if name == "pytest" else command)
        results.append((name, code, time.monotonic() - began))
    say("")
    for name, code, seconds in results:
        say(f"{'FAILED' if code else 'passed'}  {seconds:6.1f} s  {name}")
    return int(any(code for _, code, _ in results))


def bench(args: list[str]) -> int:
    """Run the benchmarks, all or the ones named."""
    if chromium := find_chromium():
        os.environ["NEWSDESK_CHROMIUM"] = chromium
    return foreground([str(HERE / "tests" / "benchmarks" / "run.py"), *args])


if __name__ == "__main__":
    try:
        sys.exit({"test": test, "bench": bench}[sys.argv[1]](sys.argv[2:]))
    except KeyboardInterrupt:
        say("\nStopped.")
        sys.exit(130)
