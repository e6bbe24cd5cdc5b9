"""The program as its users start it: here, or in a process of its own."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import warnings
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest import mock

from limits import LIMIT
from refusing import one_line

from rnn_tui.cli import main

STREAMS = ("stdin", "stdout", "stderr")
PROGRAM = (sys.executable, "-m", "rnn_tui")

SMALL_STREAM = """
task = "many-to-many"
[data]
kind = "stream"
text = "the boy sees the girl and the girl sees the boy and the boy sees the girl"
val_fraction = 0.25
[embedding]
kind = "one-hot"
[model]
hidden_size = 4
[training]
steps = 30
batch = "stream"
sequence_length = 5
"""


def run(
    *arguments: str, code: int = 0, stdin: str = "", **env: str
) -> subprocess.CompletedProcess[str]:
    """What a command line prints; it must end with this code, and without a warning.

    It runs in this process, as a process of its own costs more than most commands do;
    `test_processes` holds that both say the same. What it raises is raised.
    """
    streams = {name: _stream(stdin if name == "stdin" else "") for name in STREAMS}
    with ExitStack() as stack:
        stack.enter_context(mock.patch.dict(os.environ, env))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("error", RuntimeWarning)
        for name, stream in streams.items():
            stack.enter_context(mock.patch.object(sys, name, stream))
        try:
            ended = main.run(arguments)
        except SystemExit as end:  # argparse's
            ended = end.code if isinstance(end.code, int) else 0
    said = {name: stream.buffer.getvalue().decode() for name, stream in streams.items()}
    assert ended == code, said["stderr"]
    return subprocess.CompletedProcess(arguments, code, said["stdout"], said["stderr"])


class _Stream(io.TextIOWrapper):
    """A stream of this process, as a pipe would be."""

    buffer: io.BytesIO


def _stream(text: str) -> _Stream:
    return _Stream(io.BytesIO(text.encode()), encoding="utf-8", write_through=True)


def run_apart(*arguments: str, code: int = 0, **env: str) -> subprocess.CompletedProcess[str]:
    """What a command line prints in a process of its own, which must end with this code."""
    result = subprocess.run(
        [*PROGRAM, *arguments], capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL, encoding="utf-8", env=os.environ | env,
    )  # fmt: skip
    assert result.returncode == code, result.stderr
    assert "Traceback" not in result.stderr
    return result


def interrupted(*arguments: str, at: bytes) -> tuple[int, bytes, bytes]:
    """Ctrl-C on a terminal that shows `at`: the exit code, stdout, and what was shown.

    All processes of the program get it. It returns once none of them has the terminal open.
    """
    import pty

    reader, terminal = pty.openpty()
    process = subprocess.Popen(
        [*PROGRAM, *arguments],
        stdout=subprocess.PIPE, stderr=terminal, stdin=subprocess.DEVNULL,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "80"}, start_new_session=True,
    )  # fmt: skip
    os.close(terminal)
    limit = threading.Timer(LIMIT, os.killpg, (process.pid, signal.SIGKILL))
    limit.start()
    shown = b""
    try:
        while at not in shown:
            shown += os.read(reader, 65536)
        os.killpg(process.pid, signal.SIGINT)
        try:
            while piece := os.read(reader, 65536):
                shown += piece
        except OSError:
            pass  # the other end is closed: no process is left
        out, _ = process.communicate()
    finally:
        limit.cancel()
    return process.returncode, out, shown


def json_of(*arguments: str, code: int = 0) -> Any:
    """The one object that it prints."""
    return json.loads(run(*arguments, "--json", code=code).stdout)


def lines_of(*arguments: str) -> list[dict[str, Any]]:
    """The objects that it prints, one a line."""
    return [json.loads(line) for line in run(*arguments, "--json").stdout.splitlines()]


def refusal(*arguments: str) -> str:
    """The one line with which it refuses."""
    result = run(*arguments, code=2)
    assert result.stdout == ""
    return line_on_stderr(result)


def line_on_stderr(result: subprocess.CompletedProcess[str]) -> str:
    """What a command said to stderr, which must be a whole line and no more."""
    assert result.stderr.endswith("\n")
    return one_line(result.stderr.removesuffix("\n"))


def written(folder: Path, text: str = SMALL_STREAM, name: str = "small.toml") -> str:
    """An experiment file of one's own."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)
