"""Whether an update is sound is known by a bound, exactly as by looking at every number."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import make_experiment, make_stream

from rnn_tui.arrays import Floats
from rnn_tui.engine.training.training import Trainer, TrainingState
from rnn_tui.experiments import Experiment
from rnn_tui.session.runs import soundness
from rnn_tui.session.runs.soundness import Soundness

Clip = Literal["none", "norm", "value"]


def is_finite(state: TrainingState) -> bool:
    carried = state.carry is None or bool(np.isfinite(state.carry).all())
    vectors = (state.params.flat, *state.slots.values())
    return carried and all(bool(np.isfinite(one).all()) for one in vectors)


def trained_by(experiment: Experiment, rate: float, momentum: float, clip: Clip) -> Trainer:
    settings = replace(
        experiment.training, learning_rate=rate, momentum=momentum, clip=clip, clip_limit=1e9
    )
    return Trainer(replace(experiment, training=settings))


@given(
    st.sampled_from([0.1, 1e50, 1e200, 1e299, 1e307]),
    st.sampled_from([0.0, 0.9, 1e60]),
    st.sampled_from(["none", "norm", "value"]),
    st.sampled_from(["labelled", "stream", "relu"]),
)
def test_a_bound_says_what_a_look_at_all_numbers_does(
    rate: float, momentum: float, clip: Clip, kind: str
) -> None:
    experiment = make_stream() if kind == "stream" else make_experiment()
    if kind == "relu":
        experiment = replace(experiment, model=replace(experiment.model, activation="relu"))
    trainer = trained_by(experiment, rate, momentum, clip)
    state = trainer.initial_state()
    known = Soundness(trainer, state)
    for k in range(12):
        record, state = trainer.advance(state, k)
        reported = bool(np.isfinite(record.loss) and np.isfinite(record.grad_norm))
        sound = known.after(record, state, k)
        assert sound == (reported and is_finite(state)), k
        if not sound:
            return


def test_numbers_are_looked_at_only_where_they_may_have_become_huge(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[int] = []
    measure = soundness._largest

    def looking(array: Floats) -> float:
        looked.append(len(array))
        return measure(array)

    monkeypatch.setattr(soundness, "_largest", looking)
    trainer = Trainer(make_stream())
    state = trainer.initial_state()
    known = Soundness(trainer, state)
    del looked[:]
    for k in range(50):
        record, state = trainer.advance(state, k)
        assert known.after(record, state, k)
    assert not looked
    huge = replace(record, learning_rate=1e305)  # as if it had been; the state is finite
    assert known.after(huge, state, k)
    assert looked


@pytest.mark.parametrize("name", ["adagrad", "rmsprop", "adam"])
@pytest.mark.parametrize("rate", [0.1, 1e200, 1e307])
@pytest.mark.parametrize("decay", [0.0, 1e120])
def test_so_it_does_with_every_optimizer(name: str, rate: float, decay: float) -> None:
    """Where weights decay that fast, the squares of the gradient overflow before the weights."""
    experiment = make_stream(optimizer=name, learning_rate=rate, weight_decay=decay, clip="none")
    trainer = Trainer(experiment)
    state = trainer.initial_state()
    known = Soundness(trainer, state)
    for k in range(12):
        record, state = trainer.advance(state, k)
        reported = bool(np.isfinite(record.loss) and np.isfinite(record.grad_norm))
        sound = known.after(record, state, k)
        assert sound == (reported and is_finite(state)), k
        if not sound:
            return


@pytest.mark.parametrize("name", ["sgd", "adagrad", "rmsprop", "adam"])
def test_no_number_is_looked_at_in_a_run_as_usual(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = Trainer(make_stream(optimizer=name, learning_rate=0.01, weight_decay=0.01))
    state = trainer.initial_state()
    known = Soundness(trainer, state)
    monkeypatch.setattr(soundness, "_largest", lambda array: pytest.fail("looked"))
    for k in range(300):
        record, state = trainer.advance(state, k)
        assert known.after(record, state, k)
