"""`rnn-tui train` on a stream: what its lines add up, and when they come."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from cli.running import PROGRAM, line_on_stderr, lines_of, refusal, run, written
from limits import LIMIT
from making import PARAMETER_NAMES

from rnn_tui.cli.training_lines import Rows, step_lines
from rnn_tui.engine.training.epochs import StepSummary
from rnn_tui.engine.training.evaluating import evaluate
from rnn_tui.engine.training.training import Record, Trainer, TrainingState
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import load

KEYS = ["step", "loss", "val_loss", "grad_norm", "clipped", "learning_rate"]


def test_the_lines_are_the_trainers_updates_added_up(tmp_path: Path) -> None:
    path = written(tmp_path)
    lines = lines_of(
        "train", path, "--steps", "17", "--every", "5", "--set", "training.clip_limit=2.0"
    )
    assert [line["step"] for line in lines] == [5, 10, 15, 17]
    trainer = Trainer(load(path, ["training.clip_limit=2.0"]))
    state, before = trainer.initial_state(), 0
    for line in lines:
        assert list(line) == KEYS
        since = []
        for k in range(before, line["step"]):
            _, record, state = trainer.step(state, k)
            since.append(record)
        before = line["step"]
        outputs = sum(record.outputs for record in since)
        assert outputs == 5 * len(since)
        assert line["loss"] == sum(record.loss for record in since) / outputs
        assert line["grad_norm"] == max(record.grad_norm for record in since)
        assert line["clipped"] == any(record.clipped for record in since)
        assert line["learning_rate"] == since[-1].learning_rate
        assert line["val_loss"] == evaluate(state.params, trainer.net, trainer.experiment.test).loss


def test_every_update_hands_on_its_state(tmp_path: Path) -> None:
    trainer = Trainer(load(written(tmp_path)))
    state = trainer.initial_state()
    for k, line in enumerate(step_lines(trainer, 25, 10)):
        state = trainer.step(state, k).after
        assert line.state.params.flat.tobytes() == state.params.flat.tobytes()
        assert (line.summary is not None) == (k + 1 in (10, 20, 25))


def test_without_a_validation_part_there_is_no_loss_on_it() -> None:
    (line,) = lines_of("train", "hello", "--steps", "1")
    assert line["val_loss"] is None
    assert line["loss"] == pytest.approx(1.3863, abs=0.05)
    assert "val loss" not in run("train", "hello", "--steps", "1").stdout


@pytest.mark.parametrize(
    ("options", "steps"),
    [
        ((), [30]),
        (("--epochs", "2"), [20]),
        (("--epochs", "11"), [100, 110]),
        (("--steps", "200"), [100, 200]),
        (("--steps", "0"), []),
        (("--steps", "3", "--every", "1"), [1, 2, 3]),
    ],
)
def test_how_long_it_trains(tmp_path: Path, options: tuple[str, ...], steps: list[int]) -> None:
    path = written(tmp_path)
    assert len(load(path).train) == 10
    assert [line["step"] for line in lines_of("train", path, *options)] == steps
    run("train", path, *options)


def test_an_experiment_without_steps_trains_its_epochs() -> None:
    assert [line["step"] for line in lines_of("train", "hello")][-1] == 1000


def test_the_table_says_what_the_text_is_and_where_the_floor_lies() -> None:
    shown = run("train", "grammar", "--steps", "40", "--every", "10").stdout
    lines = shown.splitlines()
    assert lines[0] == (
        "12,286 characters, 24 distinct, 11,057 for training in 442 chunks of 25, 1,229 for validation"
    )
    assert "val loss" in shown
    assert "floor 0.4216: the entropy of the grammar, nats a character" in lines
    assert "none for validation" in run("train", "hello", "--steps", "1").stdout


def steps_of(shown: str) -> list[int]:
    rows = [line.split() for line in shown.splitlines() if line.startswith(" ")]
    return [int(row[0]) for row in rows if row and row[0].isdigit()]


def test_a_line_that_is_asked_for_is_shown(tmp_path: Path) -> None:
    shown = run("train", written(tmp_path), "--steps", "40", "--every", "1").stdout
    assert steps_of(shown) == [*range(1, 41)]
    assert "lines shown" not in shown


@pytest.mark.slow
def test_a_table_says_what_it_leaves_out(tmp_path: Path) -> None:
    shown = run("train", written(tmp_path), "--steps", "3950").stdout
    assert steps_of(shown) == [*range(100, 3950, 200), 3950]
    assert "21 of 40 lines shown; --every 100 prints all." in shown.splitlines()
    assert steps_of(run("train", "sentiment").stdout) == [*range(0, 29, 2), 29]
    assert "16 of 30 lines shown; --json prints all." in run("train", "sentiment").stdout
    assert "lines shown" not in run("train", "sentiment", "--epochs", "20").stdout


WILD = ("training.learning_rate=1e200", "model.activation=relu", "training.clip=none")
OVERRIDES = tuple(word for one in WILD for word in ("--set", one))


@pytest.mark.parametrize("every", [(), ("--every", "2"), ("--every", "1")])
def test_a_run_that_diverges_ends_with_the_steps_that_led_to_it(
    tmp_path: Path, every: tuple[str, ...]
) -> None:
    result = run("train", written(tmp_path), *OVERRIDES, *every, code=1)
    steps = steps_of(result.stdout)
    last = steps[-1]
    assert steps == [*range(1, last + 1)]
    assert f"{last} of 30 steps done." in result.stdout
    assert line_on_stderr(result).startswith(f"rnn-tui: small diverged at step {last}: loss ")
    rows = run("train", written(tmp_path), *OVERRIDES, *every, "--json", code=1).stdout
    assert [json.loads(row)["step"] for row in rows.splitlines()] == steps
    assert [json.loads(row)["loss"] is None for row in rows.splitlines()] == [False] * (
        last - 1
    ) + [True]


def test_the_steps_that_led_to_a_divergence_are_never_left_out() -> None:
    rows: Rows[StepSummary] = Rows(100)
    for step in range(1, 98):
        rows.add(StepSummary(step, 0.0, None, 0.0, False, 0.1))
    assert [one.step for one in rows.shown(False)] == [*range(1, 97, 5), 97]
    assert [one.step for one in rows.shown(True)] == [*range(1, 92, 5), 93, 94, 95, 96, 97]


def test_rows_are_shown_in_their_order_as_soon_as_it_is_known_that_they_are() -> None:
    rows: Rows[StepSummary] = Rows(100)
    at_once = [
        (step, one.step)
        for step in range(1, 14)
        for one in rows.add(StepSummary(step, 0.0, None, 0.0, False, 0.1))
    ]
    assert at_once == [(6, 1), (11, 6)]
    assert [one.step for one in rows.left(False)] == [11, 13]
    every: Rows[StepSummary] = Rows(100, everything=True)
    assert len(every.add(StepSummary(1, 0.0, None, 0.0, False, 0.1))) == 1


def test_a_divergence_long_after_a_line(tmp_path: Path) -> None:
    trainer = Trainer(load(written(tmp_path), ["model.activation=relu", "training.clip=none"]))
    usual = trainer.advance

    def broken(state: TrainingState, k: int) -> tuple[Record, TrainingState]:
        record, after = usual(state, k)
        return (replace(record, loss=float("inf")) if k == 16 else record), after

    trainer.advance = broken  # type: ignore[method-assign]
    lines = [line for line in step_lines(trainer, 40, 20) if line.summary is not None]
    assert [line.summary.step for line in lines if line.summary] == [12, 13, 14, 15, 16, 17]
    assert [line.diverged for line in lines] == [""] * 5 + ["loss inf"]


def test_epochs_that_diverge_end_it() -> None:
    result = run("train", "sentiment", *OVERRIDES, code=1)
    last = steps_of(result.stdout)[-1]
    assert f"{last + 1} of 30 epochs done." in result.stdout
    assert f"sentiment diverged at epoch {last}: " in result.stderr


@pytest.mark.parametrize("option", ["--steps", "--every"])
def test_labelled_examples_have_no_steps(option: str) -> None:
    line = refusal("train", "phrases", option, "5")
    assert line.startswith(f"rnn-tui: {option}: expected only for a stream of text")
    assert "0 or more" not in line


def test_every_is_at_least_one() -> None:
    assert 'expected a whole number, 1 or more, found "0"' in refusal(
        "train", "hello", "--every", "0"
    )


def test_labelled_examples_with_a_test_set() -> None:
    (line,) = lines_of("train", "phrases", "--epochs", "1")
    assert set(line) >= {"test_loss", "test_accuracy"}
    assert line["test_accuracy"] * 20 == pytest.approx(round(line["test_accuracy"] * 20))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_the_bar_counts_steps() -> None:
    import pty

    reader, terminal = pty.openpty()
    shown = bytearray()
    process = subprocess.Popen(
        [*PROGRAM, "train", "grammar", "--steps", "10000000"],
        stdout=subprocess.DEVNULL, stderr=terminal, stdin=subprocess.DEVNULL,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "100"},
    )  # fmt: skip
    os.close(terminal)
    limit = threading.Timer(LIMIT, process.kill)
    limit.start()
    try:
        while b"steps/s" not in shown:
            piece = os.read(reader, 65536)
            assert piece, "no bar showed"
            shown.extend(piece)
        process.send_signal(signal.SIGINT)
        assert process.wait(LIMIT) == 130
    finally:
        limit.cancel()
        process.kill()
        process.wait()
    assert b"/10000000" in shown


def test_single_precision_comes_close(tmp_path: Path) -> None:
    asked = ("train", written(tmp_path), "--steps", "40", "--every", "10")
    exact, rough = lines_of(*asked), lines_of(*asked, "--float32")
    assert [one["step"] for one in rough] == [one["step"] for one in exact]
    assert rough != exact, "less exact"
    for a, b in zip(rough, exact, strict=True):
        assert a["loss"] == pytest.approx(b["loss"], rel=1e-4)


def test_weights_trained_in_single_precision_are_saved_as_they_are(tmp_path: Path) -> None:
    path, saved = written(tmp_path), tmp_path / "weights.npz"
    (line,) = lines_of("train", path, "--steps", "9", "--float32", "--save", str(saved))
    with np.load(saved) as file:
        arrays = {name: file[name] for name in PARAMETER_NAMES}
    params = Parameters.of(arrays, load(path).layout)
    assert params.flat.dtype == np.float64
    assert np.array_equal(params.flat, params.flat.astype(np.float32))
    trainer = Trainer(load(path))
    assert line["val_loss"] == evaluate(params, trainer.net, trainer.experiment.test).loss
