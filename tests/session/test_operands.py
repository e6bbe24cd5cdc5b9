"""The state of an op's line: what the code reads there, and what it made."""

from __future__ import annotations

import numpy as np
import pytest
from making import FAULTS_OF_VANILLA, make_experiment, make_stream
from session.seeing import line_of_op

from rnn_tui.experiments import Experiment
from rnn_tui.session.session import Session

EXPERIMENTS = [
    make_experiment(),
    make_experiment(momentum=0.9, freeze=("b_y",), reduction="sum", clip="value", clip_limit=0.01),
    make_stream(learned=2),
    *(make_experiment(fault=name) for name in FAULTS_OF_VANILLA),
]

CHECKS = {
    "xh": lambda v: v["W_xh"] @ v["x_t"],
    "hh": lambda v: v["W_hh"] @ v["h_prev"],
    "pre": lambda v: v["xh"] + v["hh"] + v["b_h"],
    "h": lambda v: np.tanh(v["pre"]),
    "y": lambda v: v["W_hy"] @ v["h_t"] + v["b_y"],
    "dh_local": lambda v: v["W_hy"] @ v["dy"],
    "dh": lambda v: v["dh_local"] + v.get("dh_next", 0.0),
    "dW_hh": lambda v: (
        v["dW_hh"] + np.outer(v["delta"], v["h_prev"] if "h_prev" in v else v["h_t"])
    ),
    "db_h": lambda v: v["db_h"] + v["delta"],
    "velocity": lambda v: v["momentum"] * v["velocity"] - v["learning_rate"] * v["step"],
    "update": lambda v: v["theta"] + v["velocity"],
    "grad_norm": lambda v: np.sqrt((v["gradient"] ** 2).sum()),
}


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_the_line_makes_its_result_of_its_operands(experiment: Experiment) -> None:
    session = Session(experiment)
    seen = set()
    session.epochs(1)
    session.do("again")
    while session.view.next_op is not None:
        session.do("op")
        op = session.view.op
        assert op is not None
        state = line_of_op(session.view)
        assert state is not None
        assert state.operands, op.name
        assert state.result is not None
        read = {one.name: np.asarray(one.value) for one in state.operands}
        seen.add(op.name)
        overwrites = op.name == "dW_hh" and experiment.training.fault == "no-accumulation"
        if op.name in CHECKS and not overwrites:
            np.testing.assert_allclose(
                CHECKS[op.name](read), np.asarray(state.result.value), atol=1e-12
            )
    assert set(CHECKS) <= seen


def test_a_bug_is_seen_in_what_its_line_reads() -> None:
    session = Session(make_experiment(fault="shifted-state"))
    session.do("finish_forward")
    while session.view.op is None or session.view.op.name != "dW_hh":
        session.do("op")
    state = line_of_op(session.view)
    assert state is not None
    names = [one.name for one in state.operands]
    assert names == ["delta", "h_t", "dW_hh"]
