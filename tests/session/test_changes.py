"""What can be changed by hand, what each change comes to, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import make_experiment, make_stream
from session.seeing import bits, seen

from rnn_tui.engine.passes.patches import Patch
from rnn_tui.engine.training.initializers import initial_parameters
from rnn_tui.engine.training.training import Trainer
from rnn_tui.experiments import Experiment, encode, load
from rnn_tui.session.edits.changes import Changeable, NewRun, changeables, value_now
from rnn_tui.session.edits.edits import Change
from rnn_tui.session.moment import Refused
from rnn_tui.session.program.patched import difference, moved
from rnn_tui.session.session import Session

SETTINGS: dict[str, tuple[str, Any]] = {
    "learning_rate": ("0.05", 0.05), "momentum": ("0.9", 0.9), "lr_decay": ("0.5", 0.5),
    "lr_decay_every": ("3", 3), "clip": ("value", "value"), "clip_limit": ("0.25", 0.25),
    "reduction": ("sum", "sum"), "recurrent_backprop": ("published", "published"),
    "freeze": ('["W_hh", "b_h"]', ("W_hh", "b_h")), "epochs": ("7", 7), "fault": ("no-slope", "no-slope"),
}  # fmt: skip
REFUSED = {
    "W_hh[1,0]=x": 'W_hh[1,0]: expected a finite number, found "x"',
    "W_hh[1,0]=inf": "W_hh[1,0]: expected a finite number, found inf",
    "W_hh[1,0]=[1]": "W_hh[1,0]: expected a finite number, found [1]",
    "W_hh[1,0]=+=x": 'expected a number after +=, found "x"',
    "W_hh[1,0]=/=0": 'expected a number after /=, found "0"',
    "W_hh[1,0]=-0.3": "W_hh[1,0] is already -0.3",
    "W_hh[1,0]=*=1": "W_hh[1,0] is already -0.3",
    "W_hh[3,0]=1": "W_hh has 3 × 3 numbers, counted from 0: there is no W_hh[3,0]",
    "b_h[0,0]=1": "b_h has 3 numbers, counted from 0: there is no b_h[0,0]",
    "W_hh[a]=1": "W_hh[a]: expected an address such as W_hh[1,0] or h[1,0]",
    "W_hh[1,0=1": "W_hh[1,0: expected an address such as W_hh[1,0] or h[1,0]",
    "W_hh=1": "W_hh is many numbers: say which, such as W_hh[0,0], or scale all of it: W_hh *=2",
    "E[0,0]=1": "E is not learned here: the vectors of the tokens are part of the data",
    "pre[0,0]=1": "pre follows from other numbers; those of W_xh, W_hh, b_h, W_hy, b_y, h can be set",
    "h[0,0]=1": "h[0,0] has not been computed yet",
    "h[4,0]=1": "h[4,0]: expected a timestep from -1 to 3 and a unit from 0 to 2",
    "h[0]=1": "h[0]: expected a timestep from -1 to 3 and a unit from 0 to 2",
    "h[-1,0]=1e101": "h[-1,0]: expected a finite number from -1e+100 to 1e+100, found 1e+101",
    "h[-1,0]=0": "h[-1,0] is already 0",
    "h[-1,0]=free": "h[-1,0] is not patched",
    "momentum=1": "training.momentum: expected a finite number, 0 or more, below 1, found 1",
    "momentum=0": "training.momentum is already 0",
    "training.clip=nrom": 'training.clip: expected one of "norm", "value", "none", found "nrom" '
    '(did you mean "norm"?)',
    "training.freeze=[\"W_x\"]": 'training.freeze: expected one of "W_xh", "W_hh", "b_h", "W_hy", '
    '"b_y", found "W_x" (did you mean "W_xh"?)',
    "training.batch=example": "batch is fixed; rnn-tui compare sentiment --vary "
    "training.batch=full,example tries both: the run counts updates by it",
    "training.batch=exampel": "training.batch can't change in a session: the run counts updates by it",
    "model.cell=vanilla": "model.cell is already vanilla",
    "shuffle=true": "shuffle is fixed; rnn-tui compare sentiment --vary training.shuffle=false,true "
    "tries both: the run counts updates by it",
    "model.hidden_size=4": "hidden_size is fixed; rnn-tui compare sentiment --vary "
    "model.hidden_size=3,4 tries both: every weight would have another shape",
    "steps=3": 'training.steps: expected only with data.kind = "stream" or "series"',
    "training.learning_rat=1": 'there is nothing called "training.learning_rat" to change (did you '
    'mean "training.learning_rate"?)',
    "momentun=0.5": 'there is nothing called "momentun" to change (did you mean "momentum"?)',
    "model.seed=7": "the weights are given, so no seed draws them: set model.init first",
    "model.init_scale=1": 'only model.init = "normal" draws by a scale, and it is "given"',
    "model.activation=sin": 'model.activation: expected one of "tanh", "relu", "sigmoid", found "sin"',
    "rho=-1": "rho: expected a finite number, 0 or more, found -1",
    "rho=1e309": "rho: expected a finite number, 0 or more, found inf",
}  # fmt: skip


def newest(session: Session) -> tuple[Change, ...]:
    return session.view.history.edits[-1].changes


@pytest.mark.parametrize("asked", list(REFUSED))
def test_what_can_not_be_is_refused_with_the_reason(sentiment: Experiment, asked: str) -> None:
    session = Session(sentiment)
    before = seen(session)
    name, _, value = asked.partition("=")
    with pytest.raises(Refused) as refused:
        session.set(name, value)
    assert refused.value.why == REFUSED[asked]
    assert seen(session) == before
    assert session.refusal("undo") is not None, "nothing was done"


def test_a_radius_that_can_not_be_is_refused(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.set("rho", "0")
    assert not session.view.params.W_hh.any()
    with pytest.raises(Refused, match="W_hh can't be rescaled: a spectral radius of 0"):
        session.set("rho", "0.9")


@pytest.mark.parametrize("name", list(SETTINGS))
@pytest.mark.parametrize("prefix", ["", "training."])
def test_a_setting_changes_from_here_on(name: str, prefix: str) -> None:
    made = make_experiment()
    session = Session(made)
    session.epochs(2)
    before = getattr(made.training, name)
    written, value = SETTINGS[name]
    session.set(prefix + name, written)
    settings = session.view.experiment.training
    assert settings == replace(made.training, **{name: value})
    assert newest(session) == (Change(name, before, value),)
    session.undo()
    assert session.view.experiment.training == made.training


def test_a_number_of_the_parameters(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.epochs(3)
    before = session.view.params
    session.set(" W_hh[ 1, 0 ] ", "0.5")
    after = session.view.params
    assert after.W_hh[1, 0] == 0.5
    assert (after.flat != before.flat).sum() == 1
    assert newest(session) == (Change("W_hh[1,0]", before.W_hh[1, 0], 0.5),)
    for value, expected in (("+=0.25", 0.75), ("*=2", 1.5), ("-=1", 0.5), ("/=4", 0.125)):
        session.set("W_hh[1,0]", value)
        assert session.view.params.W_hh[1, 0] == expected


def test_an_embedding_where_it_is_learned() -> None:
    session = Session(make_stream(learned=2))
    session.set("E[1,0]", "0.5")
    assert session.view.params.E[1, 0] == 0.5
    assert value_now(session.edit_base, "E[1,0]") == "0.5"


def test_another_activation_has_other_states_and_another_training(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.epochs(2)
    session.do("finish_backward")
    old = session.view.known.trace.h.copy()
    session.set("model.activation", "relu")
    view = session.view
    assert view.network.layers[-1].activation.name == "relu"
    assert (view.known.trace.h[1:] >= 0).all()
    assert not np.array_equal(view.known.trace.h, old)
    assert newest(session) == (Change("activation", "tanh", "relu"),)


@pytest.mark.parametrize("init", ["orthogonal", "xavier", "normal"])
def test_a_new_draw_is_that_of_the_seed(sentiment: Experiment, init: Any) -> None:
    session = Session(sentiment)
    session.set("momentum", "0.9")
    session.epochs(2)
    session.set("model.init", init)
    drawn = replace(sentiment, model=replace(sentiment.model, init=init, weights=None))
    assert session.view.params.flat.tobytes() == initial_parameters(drawn).flat.tobytes()
    assert not session.view.slots_before["velocity"].any(), "the velocity was of other weights"
    assert newest(session) == (Change("init", "given", f"{init}, seed {sentiment.model.seed}"),)
    session.set("seed", "7")
    drawn = replace(drawn, model=replace(drawn.model, seed=7))
    assert session.view.params.flat.tobytes() == initial_parameters(drawn).flat.tobytes()
    session.set("init", "given")
    assert session.view.params.W_hh.tolist() == initial_parameters(sentiment).W_hh.tolist()


@pytest.mark.parametrize("name", ["adding", "sine"])
def test_where_answers_are_numbers_the_model_can_change_too(name: str) -> None:
    session = Session(load(name))
    session.set("model.init", "xavier")
    assert newest(session)[0].name == "init"
    assert session.view.experiment.model.numbers == 1


def test_weights_that_no_file_gives_can_not_be_gone_back_to() -> None:
    with pytest.raises(Refused, match="the file gives no weights"):
        Session(make_experiment()).set("model.init", "given")


def test_the_radius_is_rescaled(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.epochs(3)
    before = session.view
    session.set("rho", "0.9")
    after = session.view
    assert after.radius == pytest.approx(0.9, rel=1e-12)
    np.testing.assert_allclose(after.params.W_hh, before.params.W_hh * 0.9 / before.radius)
    assert after.params.W_xh.tobytes() == before.params.W_xh.tobytes()
    assert newest(session) == (Change("ρ(W_hh)", before.radius, 0.9),)
    with pytest.raises(Refused, match=r"rho is already 0\.9"):
        session.set("rho", "0.9")


@pytest.mark.parametrize("batch", ["full", "example"])
@pytest.mark.parametrize(
    "asked", [("W_hh[0,1]", "0.5"), ("momentum", "0.5"), ("activation", "relu"), ("seed", "9"),
              ("rho", "1.5"), ("clip_limit", "*=0.01")],
)  # fmt: skip
def test_what_follows_is_what_a_fresh_trainer_does(batch: str, asked: tuple[str, str]) -> None:
    session = Session(make_experiment(batch=batch))
    session.go_to_update(4)
    plan = session.plan(*asked)
    assert isinstance(plan, NewRun)
    session.set(*asked)
    state, trainer = plan.state, Trainer(plan.trainer.experiment)
    for k in range(4, 9):
        state = trainer.step(state, k).after
    session.go_to_update(9)
    assert bits(session.moment.timeline.state(9)) == bits(state)


@pytest.mark.slow
@given(
    st.lists(
        st.sampled_from(
            [
                ("set", "W_hh[0,1]", "+=0.25"), ("set", "training.momentum", "0.5"), ("set", "rho", "0.8"),
                ("set", "model.activation", "relu"), ("set", "model.seed", "+=1"),
                ("set", "h[0,1]", "+=0.5"), ("set", "h[-1,0]", "0.25"), ("set", "h[0,1]", "free"),
                ("do", "forward"), ("do", "finish_backward"), ("do", "op"), ("do", "epoch"),
                ("do", "next_example"), ("do", "again"),
            ]
        ),
        max_size=12,
    )
)  # fmt: skip
def test_replay_and_undo_are_exact(commands: list[tuple[str, ...]]) -> None:
    sessions = Session(make_experiment()), Session(make_experiment())
    moments = []
    for command in commands:
        before = seen(sessions[0])
        done = [_perform(session, command) for session in sessions]
        assert done[0] == done[1]
        assert seen(sessions[0]) == seen(sessions[1])
        if done[0]:
            moments.append(before)
        else:
            assert seen(sessions[0]) == before
    last = seen(sessions[0])
    for before in reversed(moments):
        sessions[0].undo()
        assert seen(sessions[0]) == before
    for _ in moments:
        sessions[0].redo()
    assert seen(sessions[0]) == last


def _perform(session: Session, command: tuple[str, ...]) -> bool:
    verb, *words = command
    try:
        getattr(session, verb)(*words)
    except Refused:
        return False
    return True


# Patches


def test_a_patch_is_of_its_pass_only(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.do("finish_forward")
    session.set("h[1,0]", "0.9")
    patched = session.view
    assert patched.known.trace.h[2, 0] == 0.9
    assert patched.unpatched is not None
    assert patched.patches == (Patch(1, 0, 0.9),)
    assert not patched.pristine
    for verb in ("again", "forward", "finish_forward", "finish_backward", "op"):
        session.do(verb)
        assert session.view.patches == patched.patches, verb
    for leave in ("next_example", "epoch"):
        session.do(leave)
        assert not session.view.patches, leave
        assert session.view.unpatched is None
        session.undo()
        assert session.view.patches == patched.patches
    session.edit_input(encode(sentiment, "I love this movie", 1))
    assert not session.view.patches


def test_the_update_trains_on_what_the_network_computes(sentiment: Experiment) -> None:
    plain, patched = Session(sentiment), Session(sentiment)
    patched.do("forward")
    patched.set("h[0,0]", "-5")
    for session in (plain, patched):
        session.do("finish_forward")
        session.do("finish_backward")
        while session.view.next_op is not None:
            session.do("op")
    assert patched.view.patches
    assert patched.view.params.flat.tobytes() == plain.view.params.flat.tobytes()
    assert not np.array_equal(
        patched.view.known.trace.grads.flat, plain.view.known.trace.grads.flat
    )


def test_a_patch_stays_when_a_weight_changes_under_it(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.do("finish_forward")
    session.set("h[1,0]", "0.9")
    session.set("W_hh[0,0]", "0.7")
    assert session.view.patches
    assert session.view.known.trace.h[2, 0] == 0.9
    assert session.view.whole().patches == session.view.patches
    assert not session.view.whole(example=1).patches


@given(st.integers(-1, 3), st.integers(0, 2), st.floats(-2, 2), st.integers(1, 4))
def test_moved_states_are_those_that_differ(t: int, unit: int, value: float, tokens: int) -> None:
    session = Session(make_experiment((4,)))
    for _ in range(tokens):
        session.do("forward")
    plain = session.view.known.trace.h.copy()
    try:
        session.set(f"h[{t},{unit}]", repr(value))
    except Refused:
        assert t >= tokens or plain[t + 1, unit] == value
        return
    view = session.view
    by = difference(view)
    assert by is not None
    assert by.shape == (tokens + 1, 3)
    differs = view.known.trace.h[: tokens + 1] != plain[: tokens + 1]
    np.testing.assert_array_equal(by != 0, differs)
    assert differs[t + 1, unit]
    assert not differs[: t + 1].any()
    found = moved(view)
    assert found.states == differs.sum() - 1
    if found.states:
        assert abs(found.by) == np.abs(by[t + 2 :]).max()
        assert by[found.t + 1, found.unit] == found.by


# What there is to change


def test_all_that_is_listed_can_be_set(sentiment: Experiment) -> None:
    session = Session(sentiment)
    listed = {one.name: one for one in changeables(session.edit_base)}
    assert listed["training.learning_rate"] == Changeable(
        "training.learning_rate", "0.5", "a finite number, above 0"
    )
    assert listed["rho"].value == "0.50702"
    assert "training.fault" not in listed, "a surprise is not given away"
    assert "training.steps" not in listed
    listed.pop("rho")  # is rounded
    for name, one in listed.items():
        with pytest.raises(Refused, match=r"already|given|only"):
            session.set(name, one.value)


def test_a_stream_has_steps_to_plan() -> None:
    session = Session(make_stream(steps=9))
    assert "training.steps" in {one.name for one in changeables(session.edit_base)}
    session.set("steps", "12")
    assert session.planned == 12
    with pytest.raises(Refused, match=r"in steps: training\.steps"):
        session.set("epochs", "3")
