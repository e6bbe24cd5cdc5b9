"""Processes that compute for the program end with it, whatever ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cli.running import PROGRAM
from limits import LIMIT
from terminal import Terminal

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks into /proc")

LONG = {
    "compare": (
        "grammar",
        "--vary",
        "model.hidden_size=64,96",
        "--seeds",
        "1",
        "--steps",
        "400000",
    ),
    "check": ("grammar", "hello", "melody"),
}
ENDINGS = [signal.SIGKILL, signal.SIGTERM]


def workers(process: int) -> set[int]:
    """The processes that it has started to compute; multiprocessing has one more, to tidy up."""
    threads = Path(f"/proc/{process}/task").glob("*/children")
    found = [child for thread in threads for child in read(thread).split()]
    return {int(child) for child in found if "spawn_main" in read(Path(f"/proc/{child}/cmdline"))}


def read(path: Path) -> str:
    """What the system says of a process; nothing once it has gone."""
    try:
        return path.read_text()
    except OSError:
        return ""


def is_there(process: int) -> bool:
    """Whether a process goes on; one that has ended may still be waited for by its new parent."""
    state = read(Path(f"/proc/{process}/stat")).rpartition(")")[2].split()
    return bool(state) and state[0] != "Z"


def computes(process: int) -> bool:
    """Whether it has been at work for longer than it takes to import what it needs."""
    times = read(Path(f"/proc/{process}/stat")).rpartition(")")[2].split()[11:13]
    return sum(map(int, times)) > 2 * os.sysconf("SC_CLK_TCK")


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for what has to come; the test fails where it never does."""
    end = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("name", LONG)
def test_processes_of_a_command(name: str, ending: signal.Signals, tmp_path: Path) -> None:
    store = ("--store", str(tmp_path / "runs.jsonl")) if name == "compare" else ()
    with subprocess.Popen(
        [*PROGRAM, name, *LONG[name], *store], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as program:
        wait_until(lambda: any(map(computes, workers(program.pid))))
        started = workers(program.pid)
        program.send_signal(ending)
        assert program.wait() == -ending
    wait_until(lambda: not any(map(is_there, started)))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("ending", ENDINGS)
def test_the_process_of_a_run(
    ending: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RNN_TUI_STATE", str(tmp_path))
    terminal = Terminal("grammar")
    terminal.wait_for(b"train one step")
    terminal.send(b"++++++++ ")
    wait_until(lambda: terminal.read(0.02) and any(map(computes, workers(terminal.pid))))
    started = workers(terminal.pid)
    os.kill(terminal.pid, ending)
    terminal.leave()
    wait_until(lambda: not any(map(is_there, started)))
