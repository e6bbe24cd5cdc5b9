"""`rnn-tui compare`: the table, the chart, and what an interrupt leaves."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cli.running import PROGRAM, SMALL_STREAM, json_of, refusal, run, written

from rnn_tui.cli.commands import compare, parser_of
from rnn_tui.comparing import axis_of, grid_of
from rnn_tui.comparing.grid import GridCell
from rnn_tui.comparing.measuring import RunOutcome
from rnn_tui.comparing.store import Store
from rnn_tui.data_files import data_root

VARY = ("--vary", "training.learning_rate=0.01,0.3", "--vary", "model.init=orthogonal,normal")


def timeless(found: dict[str, Any]) -> dict[str, Any]:
    """A comparison without what depends on how fast the machine is."""
    for row in found["settings"]:
        for one in (row, *row["runs"]):
            one.pop("seconds")
            one.pop("steps_per_second", None)
    return found


@pytest.mark.slow
def test_the_table_and_the_chart(tmp_path: Path) -> None:
    path = written(tmp_path)
    lines = run("compare", path, *VARY, "--seeds", "2").stdout.splitlines()
    assert lines[0].strip() == "small: 4 settings, 8 runs"
    heading = next(line for line in lines if "learning_rate" in line)
    numbers = "train loss   val loss   right   max ‖g‖   clipped   ρ   secs"
    assert " ".join(heading.split()) == " ".join(f"learning_rate init {numbers}".split())
    best = json_of("compare", path, *VARY, "--seeds", "2")["best"]
    rows = [line for line in lines if "%" in line]
    assert len(rows) == 4
    (marked,) = [line for line in rows if "▸" in line]
    for value in (part.partition("=")[2] for part in best.split()):
        assert value in marked.split()
    assert f"▸ best: {best}, the least validation loss" in "\n".join(lines)
    legend = [line for line in lines if "━━ " in line or "╍╍ " in line]
    assert [line[0] for line in legend] == ["a", "b", "c", "d"]
    assert legend[0].startswith(f"a ━━ {best}, least ")
    assert any("step 30" in line for line in lines)


def test_json_holds_every_run_and_every_curve(tmp_path: Path) -> None:
    path = written(tmp_path)
    found = json_of("compare", path, *VARY, "--seeds", "3", "--set", "training.momentum=0.5")
    assert found["vary"] == {
        "training.learning_rate": [0.01, 0.3], "model.init": ["orthogonal", "normal"],
    }  # fmt: skip
    assert found["set"] == ["training.momentum=0.5"]
    assert found["ranked_by"] == "test_loss"
    assert sorted(row["rank"] for row in found["settings"]) == [1, 2, 3, 4]
    for row in found["settings"]:
        assert [one["seed"] for one in row["runs"]] == [42, 43, 44]
        last = sorted(one["test_loss"][-1] for one in row["runs"])
        assert row["test_loss"] == {"median": last[1], "low": last[0], "high": last[2]}
        assert row["curve"]["median"][-1] == last[1]
        assert row["curve"]["x"] == row["runs"][0]["x"] == list(range(1, 31))
        assert row["grad_norm"] == max(one["grad_norm"] for one in row["runs"])


def test_a_setting_alone_and_no_chance() -> None:
    shown = run("compare", "sentiment", "--vary", "training.learning_rate=0.5").stdout
    assert "▸" not in shown
    assert "random starts" not in shown
    assert "0.1285" in shown, "the loss of epoch 29 that is known"


def test_of_many_the_best_and_the_worst_are_drawn() -> None:
    rates = "training.learning_rate=0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8"
    shown = run("compare", "sentiment", "--vary", rates).stdout
    assert "the best 3 and the worst 3, 2 between them not drawn" in shown
    found = json_of("compare", "sentiment", "--vary", rates)
    ranked = sorted(found["settings"], key=lambda row: row["rank"])
    lines = [line for line in shown.splitlines() if line[:1] in "abcdef" and line[1:2] == " "]
    legend = [line.split()[2].rstrip(",") for line in lines]
    assert legend == [row["name"] for row in (*ranked[:3], *ranked[-3:])]


@pytest.mark.slow
@pytest.mark.parametrize("columns", ["30", "60", "80", "140"])
def test_any_width_will_do(tmp_path: Path, columns: str) -> None:
    import pty

    reader, terminal = pty.openpty()
    process = subprocess.Popen(
        [*PROGRAM, "compare", written(tmp_path), *VARY, "--seeds", "2"],
        stdout=terminal, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
        env=os.environ | {"COLUMNS": columns, "TERM": "xterm", "NO_COLOR": "1"},
    )  # fmt: skip
    os.close(terminal)
    shown = b""
    while True:
        try:
            piece = os.read(reader, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    assert process.wait() == 0
    lines = shown.decode().replace("\x1b[1m", "").replace("\x1b[0m", "").splitlines()
    assert max(len(line.rstrip()) for line in lines if "\x1b" not in line) <= int(columns)
    assert ("Left out for want of room" in shown.decode()) == (columns in ("30", "60", "80"))
    if process.stderr is not None:
        process.stderr.close()


INTERRUPTED = """
import signal
from rnn_tui.__main__ import main
from rnn_tui.comparing import running
from rnn_tui.comparing.store import Store
add, added = Store.add, []
running.WORTH_PROCESSES = 0  # the runs have processes of their own, however short they are

def add_and_interrupt(*given):
    add(*given)
    added.append(given)
    if len(added) == 3:
        signal.raise_signal(signal.SIGINT)

Store.add = add_and_interrupt
main()
"""  # what Ctrl-C does after the third run, whoever is how fast


@pytest.mark.slow
def test_an_interrupt_keeps_what_is_done_and_the_same_command_goes_on(tmp_path: Path) -> None:
    store = tmp_path / "kept"
    arguments = [
        "compare", "grammar", "--vary", "model.hidden_size=3,4,5,6", "--seeds", "2",
        "--steps", "60", "--json",
    ]  # fmt: skip
    kept = ["--store", str(store)]
    first = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, *arguments, *kept, "--jobs", "2"],
        capture_output=True, text=True, encoding="utf-8", check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert first.returncode == 130
    assert first.stdout == ""
    assert "Traceback" not in first.stderr
    done = store.read_bytes().count(b"\n") - 1
    assert 3 <= done < 8
    assert f"rnn-tui: interrupted; {done} of 8 runs are done, kept in {store}" in first.stderr
    second = run(*arguments, *kept)
    assert f"{done} of 8 runs were done before" in second.stderr
    anew = run(*arguments)
    assert anew.stderr == ""
    assert timeless(json.loads(second.stdout)) == timeless(json.loads(anew.stdout))
    assert store.read_bytes().count(b"\n") == 9


def test_a_run_that_ends_as_the_interrupt_comes_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    add = Store.add

    def add_and_interrupt(store: Store, cell: GridCell, outcome: RunOutcome) -> None:
        add(store, cell, outcome)
        raise KeyboardInterrupt

    monkeypatch.setattr(Store, "add", add_and_interrupt)
    where = str(tmp_path / "kept")
    arguments = [written(tmp_path), *VARY, "--seeds", "1", "--store", where]
    with pytest.raises(KeyboardInterrupt):
        compare.run(parser_of("compare").parse_args(arguments))
    assert f"interrupted; 1 of 4 runs are done, kept in {where}" in capsys.readouterr().err


@pytest.mark.slow
def test_runs_are_kept_in_the_folder_for_state(tmp_path: Path) -> None:
    path, state = written(tmp_path), tmp_path / "state"
    first = run("compare", path, *VARY, RNN_TUI_STATE=str(state))
    assert first.stderr == ""
    again = run("compare", path, *VARY, RNN_TUI_STATE=str(state))
    assert again.stderr == "rnn-tui: 12 of 12 runs were done before\n"
    assert again.stdout == first.stdout
    fresh = run("compare", path, *VARY, "--fresh", RNN_TUI_STATE=str(state))
    assert fresh.stderr == ""
    written(tmp_path, SMALL_STREAM.replace("girl", "king"))
    assert run("compare", path, *VARY, RNN_TUI_STATE=str(state)).stderr == ""
    (first_file, _) = sorted(state.iterdir(), key=lambda file: file.stat().st_size)[::-1]
    first_file.write_bytes(first_file.read_bytes()[:-30])
    written(tmp_path)
    told = run("compare", path, *VARY, RNN_TUI_STATE=str(state)).stderr
    assert "1 line left out, damaged" in told
    unusable = run("compare", path, *VARY, RNN_TUI_STATE="/dev/null/state").stderr
    assert unusable.startswith("rnn-tui: runs are not kept: ")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "the following arguments are required: --vary"),
        (("--vary", "x"), "rnn-tui: --vary: expected KEY=V1,V2,…"),
        (("--vary", "model.hidden_size=2,-1"), "rnn-tui: --vary: model.hidden_size: expected"),
        (("--vary", "model.hidden_size=2", "--seeds", "0"), "--seeds: expected a whole number, 1"),
        (("--vary", "model.hidden_size=2", "--steps", "0"), "--steps: expected a whole number, 1"),
        (("--vary", "model.hidden_size=2", "--jobs", "99"), "--jobs: expected at most 61"),
        (("--vary", "model.hidden_size=2", "--store", "."), "rnn-tui: .: expected a file"),
        (
            ("--vary", "model.hidden_size=2", "--store", "/dev/null/x"),
            "rnn-tui: /dev/null/x: can't be read: not a directory",
        ),
        (("--vary", "model.hidden_size=2", "--steps", "1", "--epochs", "1"), "not allowed with"),
    ],
)
def test_bad_input_is_one_line(arguments: tuple[str, ...], told: str) -> None:
    assert told in refusal("compare", "hello", *arguments)


def test_every_command_of_the_answers_can_be_given() -> None:
    text = (data_root() / "answers.md").read_text(encoding="utf-8")
    commands = [line for line in text.splitlines() if line.startswith("rnn-tui compare ")]
    assert len(commands) >= 6
    for command in commands:
        options = parser_of("compare").parse_args(shlex.split(command)[2:])
        axes = [axis_of(one) for one in options.vary]
        grid = grid_of(options.experiment, options.set, axes)
        shown = text.partition(command)[2].partition("```")[0]
        assert f"grammar: {len(grid.settings)} settings, {len(grid.cells)} runs" in shown
        named = [name for line in shown.splitlines() for name in line.split() if "=" in name]
        assert {one.name for one in grid.settings} == {name.rstrip(",") for name in named}
