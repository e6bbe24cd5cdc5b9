"""The command line where things are awkward: pipes, terminals, encodings, numbers that overflow."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from cli.running import PROGRAM, line_on_stderr, run, run_apart
from limits import LIMIT

from rnn_tui.figures.figure import Figure
from rnn_tui.figures.verdicts import FigureVerdict, judge

OVERFLOW = (
    "--set", "training.learning_rate=1e308", "--set", "training.clip=none", "--epochs", "2",
)  # fmt: skip
ODD = """
title = "Odd [/b] title :smile:"
task = "many-to-one"
[data]
kind = "labelled"
labels = ["[/neg]", "pos"]
train = [{ text = "x [/b] y", label = "[/neg]" }, { text = "y :smile: [red]z", label = "pos" }]
[embedding]
kind = "one-hot"
[model]
hidden_size = 2
output = "softmax"
"""


def shell(line: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    program = " ".join(f"'{word}'" for word in PROGRAM)
    result = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line.replace("rnn-tui", program)],
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, encoding="utf-8",
    )  # fmt: skip
    assert result.returncode == code, result.stderr
    assert "Traceback" not in result.stderr
    return result


@pytest.fixture
def odd(tmp_path: Path) -> str:
    path = tmp_path / "odd.toml"
    path.write_text(ODD, encoding="utf-8")
    return str(path)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_progress_bar_takes_no_data_from_stdout() -> None:
    import pty

    reader, terminal = pty.openpty()
    shown = bytearray()

    def drain() -> None:
        try:
            while piece := os.read(reader, 65536):
                shown.extend(piece)
        except OSError:
            pass  # the other end is closed

    threading.Thread(target=drain, daemon=True).start()
    process = subprocess.Popen(
        [*PROGRAM, "train", "sentiment", "--epochs", "100000000", "--json"],
        stdout=subprocess.PIPE, stderr=terminal, stdin=subprocess.DEVNULL,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "80"},
    )  # fmt: skip
    os.close(terminal)
    limit = threading.Timer(LIMIT, process.kill)
    limit.start()
    since = 0
    try:
        assert process.stdout is not None
        for place, line in enumerate(process.stdout):
            assert json.loads(line)["epoch"] == place, "a line is missing"
            since += b"epochs/s" in shown
            if since > 500:
                break
    finally:
        limit.cancel()
        process.kill()
        process.communicate()
    assert since > 500, "no bar showed, or the lines stopped once it did"
    assert b'"epoch"' not in shown


def test_markup_in_a_file_is_printed_as_it_stands(odd: str) -> None:
    first = run("trace", odd).stdout
    assert "“x [/b] y”" in first
    assert "target [/neg]" in first
    second = run("trace", odd, "--example", "2").stdout
    assert " :smile: " in second
    assert " [red]z " in second


@pytest.mark.parametrize("command", ["trace", "gradcheck", "train"])
def test_numbers_that_overflow_are_shown_without_a_word(command: str) -> None:
    assert run(command, "sentiment", *OVERFLOW).stderr == ""
    result = run(command, "sentiment", *OVERFLOW, "--json")
    assert result.stderr == ""
    for line in result.stdout.splitlines():
        json.loads(line, parse_constant=pytest.fail)


def test_the_worst_gradient_error_is_null_wherever_it_stands() -> None:
    result = json.loads(run("gradcheck", "sentiment", *OVERFLOW, "--json").stdout)
    assert result["relative_error"] is None
    assert "wrong" not in {one["verdict"] for one in result["examples"][0]["arrays"].values()}


@pytest.mark.slow
@pytest.mark.parametrize("command", [("check", "sentiment"), ("trace", "sentiment"), ("list",)])
def test_an_encoding_that_lacks_a_sign(command: tuple[str, ...]) -> None:
    assert run_apart(*command, PYTHONIOENCODING="ascii").stdout.isascii()
    run_apart(*command, "--json", PYTHONIOENCODING="ascii")


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", ["check sentiment", "check sentiment --json", "trace sentiment"]
)
def test_a_reader_that_wants_a_line_is_no_failed_check(command: str) -> None:
    assert shell(f"rnn-tui {command} | head -n 1").stderr == ""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "command",
    ["list", "check sentiment --json", "train sentiment --json", "--help", "--version", "trace -h"],
)
def test_a_full_disk_is_one_line(command: str) -> None:
    result = shell(f"rnn-tui {command} >/dev/full", code=2)
    assert result.stderr == "rnn-tui: can't write: No space left on device\n"


@pytest.mark.slow
@pytest.mark.parametrize("command", ["list", "list --json", "check sentiment"])
def test_closed_streams(command: str) -> None:
    shell(f"rnn-tui {command} <&- >&-")
    shell("rnn-tui <&-", code=2)


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit on memory that is obeyed")
def test_too_little_memory_is_one_line(odd: str) -> None:
    result = shell(f"ulimit -v 1000000; rnn-tui trace {odd} --set model.hidden_size=15000", code=2)
    assert line_on_stderr(result).startswith("rnn-tui: not enough memory: ")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_an_interrupt_is_one_line() -> None:
    command = [*PROGRAM, "train", "sentiment", "--epochs", "100000000", "--json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()  # it has begun
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=LIMIT)
    assert process.returncode == 130
    assert errors.startswith(b"rnn-tui: interrupted after ")
    assert errors.endswith(b" of 100,000,000 epochs; its weights are not kept, without --save\n")


def test_nothing_is_published_of_a_file_of_ones_own(odd: str, tmp_path: Path) -> None:
    result = run("check", odd)
    assert "0 figures" in result.stdout
    assert result.stderr == f"rnn-tui: no figures are published of {odd}\n"
    namesake = tmp_path / "sentiment.toml"
    namesake.write_text(ODD, encoding="utf-8")
    assert run("check", str(namesake), "--json").stdout == "[]\n"


@pytest.mark.parametrize(
    ("published", "measured", "verdict"),
    [
        ("0.1400", 0.13995, FigureVerdict.MATCH),  # a tie, so equal as printed
        ("0.1400", 0.139949, FigureVerdict.LAST_DIGIT),
        ("0.14", 0.139949, FigureVerdict.MATCH),
        ("2.7e-5", 2.66e-5, FigureVerdict.MATCH),
        ("2.7e-5", 2.8e-5, FigureVerdict.LAST_DIGIT),
        ("2.7e-5", 9.0e-5, FigureVerdict.MISMATCH),
        ("-0.0", 0.04, FigureVerdict.MATCH),
    ],
)
def test_digits_as_printed_decide(published: str, measured: float, verdict: FigureVerdict) -> None:
    assert judge(Figure("where", "what", (published,), "loss"), np.array([measured])) is verdict
