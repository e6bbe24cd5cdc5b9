"""Every number has a derivation, and it is true: of random experiments, at random moments."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import FAULTS_OF_VANILLA, SEQUENCES, make_experiment, make_sequences, make_stream
from session.diverging import diverging_experiment

from rnn_tui.experiments import Experiment, encode, load
from rnn_tui.session.moment import Refused
from rnn_tui.session.program.ops import Phase
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView
from rnn_tui.session.why.explain import derivations, explain, needs_label, ref_of_op
from rnn_tui.session.why.expressions import evaluate, numbers
from rnn_tui.session.why.kinds import extent, kind_of, kinds
from rnn_tui.session.why.refs import Ref

VERBS = sorted(Session.MOVES)
OPTIMIZERS: list[dict[str, Any]] = [
    {"momentum": 0.0},
    {"momentum": 0.9},
    *({"optimizer": one, "epsilon_inside": inside}
      for one in ("adagrad", "rmsprop", "adam") for inside in (False, True)),
]  # fmt: skip


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    training: dict[str, Any] = {
        **draw(st.sampled_from(OPTIMIZERS)),
        "weight_decay": draw(st.sampled_from([0.0, 0.1])),
        "timestep_reduction": draw(st.sampled_from(["sum", "mean"])),
        "clip": draw(st.sampled_from(["norm", "value", "none"])),
        "clip_limit": draw(st.sampled_from([0.02, 5.0])),
        "lr_decay": 0.5,
        "lr_decay_every": draw(st.sampled_from([0, 2])),
        "freeze": draw(st.sampled_from([(), ("W_hh",), ("b_y", "W_xh")])),
        "fault": draw(st.sampled_from(["none", *FAULTS_OF_VANILLA])),
    }
    if draw(st.booleans()):
        parallel = draw(st.sampled_from([1, 1, 2]))
        return make_stream(learned=draw(st.sampled_from([0, 2])), parallel=parallel, **training)
    training["batch"] = draw(st.sampled_from(["full", "example", 2]))
    training["reduction"] = draw(st.sampled_from(["mean", "sum"]))
    model = {
        "activation": draw(st.sampled_from(["tanh", "relu", "sigmoid"])),
        "output": draw(st.sampled_from(["softmax", "sigmoid"])),
    }
    task = draw(st.sampled_from(["many-to-one", *SEQUENCES]))
    if task == "many-to-one":
        return make_experiment(model=model, **training)
    model["output"] = "softmax"
    if task == "encoder-decoder" and draw(st.booleans()):
        training["freeze"] = ("W_hh_enc", "b_y")
    learned, feedback = draw(st.sampled_from([0, 2])), draw(st.booleans())
    return make_sequences(task, learned, feedback, model, **training)


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    session = Session(draw(experiments()))
    for verb in draw(st.lists(st.sampled_from([*VERBS, "edit", "patch", "undo"]), max_size=12)):
        try:
            if verb == "edit":
                session.edit_parameter("W_hh", (1, 0), draw(st.floats(-1, 1)))
            elif verb == "patch":
                session.set(f"h[{draw(st.integers(-1, 2))},1]", str(draw(st.floats(-1, 1))))
            elif verb == "undo":
                session.undo()
            else:
                session.do(verb)
        except Refused:
            continue
    for _ in range(draw(st.integers(0, 9))):
        try:
            session.do("op")
        except Refused:
            break
    return session


def addresses(view: StepView, rng: np.random.Generator, most: int) -> Iterator[Ref]:
    """Of every name a few, at random."""
    for name, kind in kinds(view).items():
        places = list(itertools.product(*(extent(view, axis) for axis in kind.axes)))
        for place in rng.permutation(len(places))[:most]:
            yield Ref(name, places[place])
        if kind.bare:
            yield Ref(name)


def same(one: float, other: float) -> bool:
    return bool(np.isclose(one, other, rtol=1e-12, atol=1e-12, equal_nan=True))


def hold(view: StepView, ref: Ref | str) -> None:
    """The numbers put in give the value, and each is what its own derivation says."""
    found = explain(view, ref)
    assert found.ref == str(ref)
    assert found.formula
    assert same(float(evaluate(found.expression)), float(found.value)), f"{ref}: {found.formula}"
    put_in = list(numbers(found.expression))
    assert all(one.ref or one.label or len(put_in) == 1 for one in put_in)
    for one in put_in[:12]:
        if one.ref:
            assert same(float(explain(view, one.ref).value), float(one.value)), f"{ref} > {one.ref}"


def not_made_yet(view: StepView, ref: Ref) -> bool:
    """Whether the algorithm has still to make a number, of which no pane shows more than a dot."""
    if kind_of(ref.name, view).of == "update" and not view.program.trains:
        return True
    if ref.name in ("example_loss", "example_p"):
        return not view.examples[ref.index[0] - 1].labelled
    if not view.program.labels and needs_label(view, ref.name):
        return True
    made = view.program.algorithm.kinds
    if ref.name in made and ref.index:
        t = None if made[ref.name].phase is Phase.UPDATE else ref.index[0]
        return not view.known.has(ref.name, t)
    return view.done < len(view.program) or not view.history.count


@pytest.mark.slow
@given(sessions(), st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_every_number_has_a_derivation_that_is_true(session: Session, seed: int) -> None:
    view = session.view
    for ref in addresses(view, np.random.default_rng(seed), most=3):
        try:
            hold(view, ref)
        except Refused:
            assert not_made_yet(view, ref) or ref.name == "ledger", f"{ref} is refused"


@pytest.mark.slow
@given(sessions(), st.data())
@settings(max_examples=20, deadline=None)
def test_so_has_one_of_another_moment_or_example(session: Session, data: st.DataObject) -> None:
    view = session.view
    update = data.draw(st.integers(0, view.timeline.frontier))
    for name in data.draw(st.lists(st.sampled_from(["h", "delta", "dW_hh", "dh_norm"]))):
        example = data.draw(st.integers(1, len(view.examples)))
        one = view.examples[example - 1]
        index = {
            "h": (one.length - 1, 1), "delta": (0, 2), "dW_hh": (1, 0), "dh_norm": (0,)
        }[name]  # fmt: skip
        hold(view, str(Ref(name, index, example=example, update=update)))
    optimizer = view.network.optimizer
    own = [f"{optimizer.symbol(one)}_W_hh" for one in optimizer.vectors]
    for name in ("W_hh", "g_W_hh", "step_W_hh", *own):
        hold(view, str(Ref(name, (1, 0), update=update)))
    hold(view, f"grad_norm@{update}")
    hold(view, f"learning_rate@{update}")
    if update:
        first = data.draw(st.integers(0, update - 1))
        hold(view, f"W_hh[1,0]@{first}:{update}")


@given(sessions())
@settings(max_examples=20, deadline=None)
def test_the_op_under_the_cursor_can_be_asked_about(session: Session) -> None:
    view = session.view
    for unit in range(4):
        ref = ref_of_op(view, unit)
        assert bool(ref) is (view.op is not None)
        if not ref:
            continue
        hold(view, ref)
        last = derivations(view, unit)[-1]
        if np.ndim(last.value) == 0 and not ref.startswith(("dE", "db_", "W_")):
            assert last.ref == ref


def test_a_weight_is_followed_through_a_long_run_and_its_edits() -> None:
    session = Session(load("sentiment", ["training.learning_rate=0.1"]))
    session.epochs(300)
    session.edit_parameter("W_hh", (1, 0), 0.25)
    session.epochs(41)
    found = explain(session.view, "W_hh[1,0]")
    assert same(float(evaluate(found.expression)), float(session.view.params.W_hh[1, 0]))
    put_in = list(numbers(found.expression))
    assert "the experiment's file gives" in put_in[0].label
    assert put_in[0].since == 0
    edit = next(one for one in put_in if one.label == "edit before update 300")
    before = session.view.timeline.fork.parent.state(300).params.W_hh[1, 0]  # type: ignore[union-attr]
    assert edit.value == pytest.approx(0.25 - before, abs=1e-15)
    assert edit.since == 300
    assert len(put_in) < 150
    stretch = next(one.ref for one in put_in if ":" in one.ref)
    inner = list(numbers(explain(session.view, stretch).expression))
    assert inner[0].ref.startswith("v_W_hh[1,0]@")


def test_what_is_not_there_yet_says_what_makes_it() -> None:
    session = Session(load("sentiment"))
    session.do("forward")
    for ref, verb in (("h[2,1]", "forward"), ("dh[3,0]", "forward"), ("grad_norm", "forward")):
        with pytest.raises(Refused) as refused:
            explain(session.view, ref)
        assert verb in refused.value.instead
    session.do("finish_forward")
    with pytest.raises(Refused) as refused:
        explain(session.view, "dW_hh[1,0]")
    assert refused.value.instead == ("backward", "finish_backward")
    session.do("finish_backward")
    with pytest.raises(Refused) as refused:
        explain(session.view, "step_W_hh[1,0]")
    assert refused.value.instead == ("op",)
    assert explain(session.view, "v_W_hh[1,0]").value == 0.0


def test_metrics_of_a_patched_example_are_derived_as_the_network_computes_them() -> None:
    session = Session(make_experiment())
    session.do("finish_forward")
    for patched in ("h[0,1]", "h[-1,2]"):
        session.set(patched, "5")
    for name in ("example_loss", "example_p"):
        for place in range(1, len(session.view.examples) + 1):
            hold(session.view, f"{name}[{place}]")


def test_a_broken_matrix_has_no_radius_and_says_so() -> None:
    session = Session(diverging_experiment())
    session.epochs(3)
    assert not np.isfinite(session.view.params.W_hh).all()
    for name in ("rho", "sigma"):
        found = explain(session.view, name)
        hold(session.view, name)
        assert np.isnan(found.value)
        assert "inf or NaN" in next(numbers(found.expression)).label


@pytest.mark.parametrize("name", ["sentiment", "hello"])
def test_a_typed_text_hides_nothing_of_the_updates(name: str) -> None:
    session = Session(load(name))
    session.epochs(2)
    session.edit_input(encode(session.experiment, "I love" if name == "sentiment" else "hel"))
    session.do("finish_forward")
    for ref in ("W_hh[1,0]", "v_W_hh[1,0]@0", "g_W_hh[1,0]@1", "grad_norm@1", "past_norm[0]"):
        hold(session.view, ref)


def test_an_edit_of_which_no_difference_is_left_begins_a_weight_anew() -> None:
    broken = Session(diverging_experiment())
    broken.epochs(3)
    huge = Session(make_experiment())
    huge.set("W_hh[1,0]", "1e200")
    for session in (broken, huge):
        session.set("W_hh[1,0]", "0.5")
        found = explain(session.view, "W_hh[1,0]")
        assert [one.label for one in numbers(found.expression)] == [
            f"set by hand before update {session.view.update}"
        ]
        hold(session.view, "W_hh[1,0]")


@pytest.mark.parametrize("bias", ["40", "-40", "1e5", "-1e5", "1e300"])
def test_the_loss_of_a_very_wrong_or_very_right_answer_is_derived(bias: str) -> None:
    session = Session(make_experiment((3,)))
    session.set("b_y[1]", bias)
    session.do("finish_forward")
    assert np.isfinite(session.view.known.trace.losses).all()
    hold(session.view, "loss[2]")


def test_a_slope_is_that_of_the_line_also_where_nothing_goes_back() -> None:
    session = Session(make_experiment())
    session.edit_input(encode(session.experiment, "abca"))
    session.do("finish_forward")
    derivation = explain(session.view, "slope[1]")
    assert evaluate(derivation.expression) == pytest.approx(derivation.value, rel=1e-12)
    assert derivation.value < 1
