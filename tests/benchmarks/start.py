"""How soon the explorer's first frame is there, beside that of a bare Textual app.

Run by hand: `python tests/benchmarks/start.py`. The explorer and the bare app are
started in turns on a pseudo-terminal, from the process to the first bytes that hold
what is to be read: the panes with the hint that something is being read, and later
the experiment in them; `list` and `--help` from start to end.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable
from pathlib import Path

ROUNDS = 15
ALLOWED, MOST = 1.3, 0.2
BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("Loading “sentiment”")
Bare().run()
"""
FRAME = "Loading “sentiment”".encode()  # in the first frame of both
CONTENT = b"not yet predicted"  # in the first frame that shows the experiment
LONGEST = 30.0  # seconds until a frame is taken for one that never comes


def until(content: bytes, *command: str) -> float:
    """Seconds until a program on a terminal of 80x24 has written something."""
    began = time.perf_counter()
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
        os.execv(command[0], command)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    written = b""
    while content not in written:
        if not select.select([fd], [], [], LONGEST)[0]:
            raise SystemExit(f"{content.decode()!r} was never written by {command}")
        written += os.read(fd, 2**16)
    taken = time.perf_counter() - began
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(fd)
    return taken


def whole(*arguments: str) -> float:
    """Seconds that a command takes."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "rnn_tui", *arguments]
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def main() -> int:
    """Print medians and the ratio; 1 if one is above what is allowed."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        bare = Path(folder, "bare.py")
        bare.write_text(BARE, encoding="utf-8")
        ways: dict[str, Callable[[], float]] = {
            "bare Textual": lambda: until(FRAME, sys.executable, str(bare)),
            "first frame": lambda: until(FRAME, sys.executable, "-m", "rnn_tui"),
            "first content": lambda: until(CONTENT, sys.executable, "-m", "rnn_tui"),
            "rnn-tui list": lambda: whole("list"),
            "rnn-tui --help": lambda: whole("--help"),
        }
        for way in ways.values():
            way()  # writes the bytecode
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, way in ways.items():
                taken[name].append(way())
    seconds = {name: statistics.median(times) for name, times in taken.items()}
    for name, times in taken.items():
        print(f"{name:<16}{seconds[name]:7.3f} s   fastest {min(times):.3f} s")
    ratio, whole_ratio = (
        seconds[name] / seconds["bare Textual"] for name in ("first frame", "first content")
    )
    print(f"the first frame takes {ratio:.2f} times a bare app's, allowed are {ALLOWED}")
    print(f"the first frame that shows the experiment takes {whole_ratio:.2f} times as long")
    slow = max(seconds["rnn-tui list"], seconds["rnn-tui --help"]) > MOST
    return int(slow or ratio > ALLOWED)


if __name__ == "__main__":
    sys.exit(main())
