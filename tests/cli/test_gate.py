"""No text of anybody's reaches the terminal as it stands, whatever command prints it."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TextIO, cast

import hostile
import pytest
from cli.running import PROGRAM
from hostile import ACTS, EVIL, Hostile, evil
from rich.table import Table
from rich.text import Text

from rnn_tui.characters import visible
from rnn_tui.cli.commands import COMMANDS
from rnn_tui.cli.streams import Gate, gated_console
from rnn_tui.session.commands.forms import PANES
from rnn_tui.session.commands.verbs import VERBS

# Runs command lines one after the other in one process, as each costs half a second by itself.
ONE_BY_ONE = """
import io, json, sys
from rnn_tui.cli.main import run
streams, printed = (sys.stdout, sys.stderr), []
for arguments in json.load(sys.stdin):
    caught = [io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2)]
    sys.stdout, sys.stderr = caught
    code = run(arguments)
    for stream in caught:
        stream.flush()
    printed.append([code, *(stream.buffer.getvalue().decode() for stream in caught)])
sys.stdout, sys.stderr = streams
json.dump(printed, sys.stdout)
"""
SHORT = ("--epochs", "1")
IN_A_LINE = EVIL.replace(";", "").replace("=", "")  # which end a command, and a name


class Printed(NamedTuple):
    """What came of a command line."""

    arguments: list[str]
    code: int
    out: str
    err: str


def printed(lines: list[list[str]], folder: Path) -> list[Printed]:
    """Run command lines in a folder, in which sessions are kept too."""
    done = subprocess.run(
        [sys.executable, "-c", ONE_BY_ONE], input=json.dumps(lines), capture_output=True,
        text=True, check=True, cwd=folder, encoding="utf-8",
        env=os.environ | {"RNN_TUI_STATE": str(folder)},
    )  # fmt: skip
    assert done.stderr == ""
    return [Printed(line, *one) for line, one in zip(lines, json.loads(done.stdout), strict=True)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def files(folder: Path) -> Hostile:
    return hostile.write(folder)


@pytest.fixture(scope="module")
def everything(files: Hostile, folder: Path) -> list[Printed]:
    """What every command prints of all that is hostile, by file and by argument."""
    return printed([*_of_files(files), *_of_arguments(files)], folder)


def _of_files(files: Hostile) -> Iterator[list[str]]:
    saved = files.words.replace(".toml", ".rnn-session")
    panes = "; ".join(f"show {pane}" for pane in PANES)
    verbs = (
        f"finish_forward; finish_backward; {panes}; why loss; why x[0,0]; check; op; epoch; help"
    )
    for path in (files.words, files.lines, files.tags, files.answers, files.text, files.rows):
        length = ("--steps", "2") if path == files.text else SHORT
        for ask in (["trace"], ["gradcheck"], ["why", "h[0,0]"], ["why", "x[0,0]"], ["analyze"]):
            command, *rest = ask
            yield from _both([command, path, *rest, *(length if command == "analyze" else ())])
        yield from _both(["train", path, *length])
        yield from _both(["export", path, "--code"])
        yield from _both(["parity", path, "--code"])
        yield from _both(["plain", path, "--do", verbs])
        yield [path]  # there is no terminal
    for ref in ("target[1,0]", "x[1,1]", "example_p[1]"):
        yield ["why", files.rows, ref]
    yield from _both(["generate", files.text, "--prompt", "hi ", "--length", "40", "--steps", "1"])
    yield from _both(["generate", files.answers, "--prompt", evil("b"), "--length", "4", *SHORT])
    yield ["plain", files.text, "--do", "write 40; next; forward 9"]
    yield ["plain", files.words, "--do", f"input {json.dumps(evil('a'))}", "--save", saved]
    yield ["plain", saved, "--do", "show tokens"]
    yield ["plain", saved.replace("words", "none"), "--do", "show tokens"]
    yield ["train", files.words, "--save", files.words.replace(".toml", ".npz"), *SHORT]
    yield ["trace", files.words, "--weights", files.words.replace(".toml", ".npz")]
    yield ["trace", files.tags, "--weights", files.words.replace(".toml", ".npz")]
    yield ["trace", files.words, "--weights", files.weights]
    yield ["export", files.words, "--code", "-o", files.words.replace(".toml", ".py")]
    yield from _both(["check", files.words])
    yield from _both(["list"])
    settings = ("--vary", "training.learning_rate=0.1,0.2", "--seeds", "1", "--jobs", "1")
    yield ["compare", files.words, *settings, *SHORT, "--store", f"{files.words}.jsonl"]
    for path in files.broken:
        yield ["trace", path]
        yield ["plain", path, "--do", "forward"]


def _of_arguments(files: Hostile) -> Iterator[list[str]]:
    for command in COMMANDS:
        yield [command, files.words, EVIL]
        yield [command, files.words, f"--{EVIL}"]
        yield [command, files.words, "--set", f"{EVIL}=1"]
        yield [command, files.words, "--set", f"model.init={EVIL}", "--json"]
        yield [command, EVIL]
        yield [command, "--help"]
    yield [EVIL]
    yield [f"--{EVIL}"]
    yield ["--resume", "--set", EVIL]
    yield ["--help"]
    yield ["--version"]
    for flag in ("--text", "--label", "--example", "--epochs", "--weights"):
        yield ["trace", files.words, flag, EVIL]
    yield ["trace", files.words, "--text", "c", "--label", EVIL]
    yield ["train", files.words, "--save", EVIL]
    yield ["train", files.words, "--save", f"{EVIL}/{EVIL}.npz"]
    yield ["train", files.words, "--names", EVIL]
    yield ["generate", files.text, "--prompt", EVIL + "?", "--length", "4"]
    yield ["why", files.words, EVIL]
    yield ["why", files.words, f"h[{EVIL}]"]
    yield ["gradcheck", files.words, "--fault", EVIL]
    yield ["analyze", files.words, EVIL]
    yield ["compare", files.words, "--vary", EVIL]
    yield ["compare", files.words, "--vary", f"{EVIL}=1,2"]
    yield ["compare", files.words, "--vary", f"model.init={EVIL},xavier", *SHORT]
    yield ["export", files.words, "--code", "-o", f"{EVIL}/{EVIL}"]
    yield ["bench", "--threads", EVIL]
    for verb in (*VERBS, "quit"):
        yield ["plain", files.words, "--do", f"{verb} {IN_A_LINE}"]
    for line in (IN_A_LINE, f"set training.clip {IN_A_LINE}", f"run until {IN_A_LINE} < 1",
                 f"set {IN_A_LINE} 1", f"input {json.dumps(EVIL)}", f"why h[{IN_A_LINE}]"):  # fmt: skip
        yield ["plain", files.words, "--do", line]
    yield ["plain", files.words, "--do", "op", "--save", EVIL]


def _both(arguments: list[str]) -> Iterator[list[str]]:
    yield arguments
    yield [*arguments, "--json"]


@pytest.mark.slow
def test_every_command_is_tried(everything: list[Printed]) -> None:
    assert {one.arguments[0] for one in everything} >= set(COMMANDS)
    worked = {one.arguments[0] for one in everything if one.code == 0 and one.out}
    assert worked >= set(COMMANDS) - {"bench", "check"}


@pytest.mark.slow
def test_no_text_acts_on_the_terminal(everything: list[Printed]) -> None:
    for one in everything:
        assert one.code in (0, 1, 2), one
        assert not ACTS.search(one.out), one
        assert not ACTS.search(one.err), one
        assert "Traceback" not in one.err, one
    shown = [one for one in everything if "␛" in one.out + one.err]
    assert len(shown) > len(everything) / 3, "they were to print what is hostile"


@pytest.mark.slow
def test_a_refusal_is_one_line(everything: list[Printed]) -> None:
    for one in everything:
        if one.code == 2:
            assert one.err.count("\n") == 1, one


@pytest.mark.slow
def test_json_reads_back_what_is_in_the_file(everything: list[Printed], files: Hostile) -> None:
    traces = [one for one in everything if one.arguments == ["trace", files.words, "--json"]]
    assert [json.loads(one.out)["tokens"] for one in traces] == [[evil("a"), evil("b")]]


@pytest.mark.slow
def test_a_program_holds_the_same_texts(everything: list[Printed], files: Hostile) -> None:
    for command in ("export", "parity"):
        for path, text in (
            (files.words, f"{evil('a')} {evil('b')}"),
            (files.text, f"hi {EVIL}\r\n\xa0ho "),
        ):
            (one,) = (p for p in everything if p.arguments == [command, path, "--code"])
            head = one.out.partition("# --- Forward")[0].partition("import torch")[0]
            assert ACTS.search(head) is None
            assert text in _strings(one.out)


def test_a_console_shows_its_own_colours_and_nobody_elses() -> None:
    stream = io.StringIO()
    console = gated_console(
        cast(TextIO, Gate(stream)), force_terminal=True, color_system="standard"
    )
    console.print(evil("a"), style="red")
    console.print(Text(evil("b")))
    grid = Table(evil("c"))
    grid.add_row(Text(evil("c"), style="red"))
    console.print(grid)
    plain = re.sub("\x1b\\[[0-9;]*m", "", stream.getvalue())
    assert plain != stream.getvalue()
    assert not ACTS.search(plain)
    assert visible(evil("a")) in plain
    assert visible(evil("c")) in plain
    assert visible(evil("b").replace("\x07", "")) in plain  # which Rich's own texts leave out


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
def test_a_message_that_can_not_be_written_changes_no_exit_code() -> None:
    with Path("/dev/full").open("w") as full:
        for arguments in (
            ["nothing"],
            ["trace", "--nothing"],
            ["trace", "sentiment", "--label", "x"],
        ):
            done = subprocess.run([*PROGRAM, *arguments], stderr=full, stdout=full, check=False)
            assert done.returncode == 2


def _strings(program: str) -> str:
    """All literals of a program, joined."""
    import ast

    tree = ast.parse(program)
    return "".join(
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
