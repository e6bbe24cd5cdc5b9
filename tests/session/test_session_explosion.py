"""When training blows up the debugger goes on: that is when it is needed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from making import exploding_experiment
from session.diverging import diverging_experiment
from session.seeing import evaluated, seen

from rnn_tui.session.session import Session


def walk_everywhere(session: Session) -> list[tuple[object, ...]]:
    """Every verb, round and round, whatever can be done; what was seen before each."""
    moments = []
    for _ in range(2):
        for verb in ("forward", *Session.MOVES, *["op"] * 9):
            if session.refusal(verb) is None:
                moments.append(seen(session))
                session.do(verb)
    return moments


@pytest.mark.parametrize("name", ["long", "full", "example"])
def test_the_debugger_outlives_the_network(name: str) -> None:
    experiment = exploding_experiment() if name == "long" else diverging_experiment(batch=name)
    session = Session(experiment)
    session.epochs(3)
    assert np.isnan(session.view.history.loss[-1])
    assert not np.isfinite(session.view.params.flat).all()
    moments = walk_everywhere(session)
    assert len(moments) > 20
    assert session.refusal("undo") is None
    while moments:
        session.undo()
        assert seen(session) == moments.pop()
    session.undo()
    assert np.isfinite(session.view.params.flat).all()
    assert session.refusal("undo") is not None


def test_a_blown_up_network_can_be_left_behind() -> None:
    session = Session(diverging_experiment())
    session.epochs(4)
    assert np.isnan(session.view.radius)
    session.go_to_epoch(0)
    assert np.isfinite(evaluated(session.view).loss)
    training = session.view.experiment.training
    session.edit_settings(replace(training, learning_rate=1e-6, clip="norm"))
    session.epochs(4)
    assert np.isfinite(session.view.history.loss).all()
    assert session.view.history.count == 4
