"""`rnn-tui trace` where every token has an answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli.running import json_of, run, written

from rnn_tui.engine.passes.trace import trace_example
from rnn_tui.engine.training.training import Trainer
from rnn_tui.experiments import load


def test_a_chunk_is_traced_from_the_state_that_training_gives_it() -> None:
    printed = json_of("trace", "grammar", "--steps", "3", "--example", "4")
    trainer = Trainer(load("grammar"))
    state = trainer.initial_state()
    for k in range(3):
        state = trainer.step(state, k).after
    start = trainer.start(state, 3, 3)
    assert state.carry is not None
    np.testing.assert_array_equal(start, state.carry[0])
    trace = trace_example(state.params, trainer.net, trainer.experiment.train[3], start)
    assert printed["h"] == trace.h.tolist()
    assert any(printed["h"][0]), "the state that was carried"
    assert [len(printed[key]) for key in ("h", "probs", "logits", "dh")] == [26, 25, 25, 25]
    assert printed["target"][:-1] == printed["tokens"][1:]
    assert (printed["epoch"], printed["step"]) == (0, 3)
    assert printed["loss"] == trace.loss
    assert printed["grads"]["W_hh"] == trace.grads.W_hh.tolist()


def test_another_chunk_begins_with_what_was_read_before_it(tmp_path: Path) -> None:
    path = written(tmp_path)
    trainer = Trainer(load(path))
    state = trainer.initial_state()
    for k in range(2 * trainer.updates_per_epoch):
        state = trainer.step(state, k).after
    for number in (1, 2, 5):
        printed = json_of("trace", path, "--epochs", "2", "--example", str(number))
        start = trainer.start(state, 2 * trainer.updates_per_epoch, number - 1)
        assert printed["h"][0] == ([0.0] * 4 if start is None else start.tolist())
        assert "step" not in printed
        assert printed["epoch"] == 2


def test_a_text_of_ones_own_is_its_own_answer() -> None:
    printed = json_of("trace", "hello", "--text", "hello", "--steps", "1000")
    assert printed["tokens"] == list("hell")
    assert printed["target"] == list("ello")
    assert printed["h"][0] == [0, 0, 0]
    assert printed["loss"] < 0.1
    shown = run("trace", "hello", "--text", "hello", "--steps", "1000").stdout
    assert "hello · step 1000 · “hell”" in shown
    rows = [line.split() for line in shown.splitlines()]
    answers = [row[1:4] for row in rows if len(row) == 6 and row[0].isdigit()]
    assert ["".join(row) for row in answers] == ["hee", "ell", "lll", "loo"]
    assert "the mean of 4 outputs" in shown


@pytest.mark.parametrize("experiment", ["grammar", "phrases"])
def test_many_units_show_as_many_as_fit(experiment: str) -> None:
    shown = run("trace", experiment).stdout
    assert " of 64 units" in shown
    assert "h[7]" in shown
    assert max(map(len, shown.splitlines())) <= 100
    assert "0.0000" in shown


def test_blanks_can_be_seen(tmp_path: Path) -> None:
    text = "a b\\na b\\na b\\na b\\n"
    small = 'task = "many-to-many"\n[data]\nkind = "stream"\nval_fraction = 0.0\ntext = "TEXT"\n'
    rest = '[embedding]\nkind = "learned"\nsize = 2\n[model]\nhidden_size = 2\n[training]\nsequence_length = 6\n'
    path = written(tmp_path, small.replace("TEXT", text) + rest)
    shown = run("trace", path).stdout
    assert "“a b⏎a ”" in shown
    assert " ␣ " in shown
    assert "dE" in shown
    printed: dict[str, Any] = json_of("trace", path)
    assert set(printed["params"]) == {"W_xh", "W_hh", "b_h", "W_hy", "b_y", "E"}
