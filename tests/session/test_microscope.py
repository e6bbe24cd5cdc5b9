"""Gradients side by side: their lengths, angles and shares, and what a step by each comes to."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import exploding_experiment, make_experiment, make_stream

from rnn_tui.engine.passes.trace import trace_example
from rnn_tui.engine.update import clip
from rnn_tui.equations.faults import FAULTS
from rnn_tui.equations.norms import angle
from rnn_tui.experiments import Experiment
from rnn_tui.session.checks.microscope import GradientComparison, Way, comparison, in_force
from rnn_tui.session.checks.microscope_limits import Limits, first_limits, moved, reaches, stepped
from rnn_tui.session.checks.microscope_subject import Subject, has_batch, subject
from rnn_tui.session.moment import Refused
from rnn_tui.session.session import Session


def under(
    experiment: Experiment, limits: Limits | None = None, *, batch: bool = False, updates: int = 0
) -> tuple[Subject, GradientComparison]:
    session = Session(experiment)
    if updates:
        session.updates(updates)
    found = subject(session.view, batch)
    return found, comparison(found, limits or first_limits(found))


LIMITS = st.builds(Limits, st.integers(1, 6), st.floats(1e-6, 10), st.floats(1e-6, 10))


@given(
    LIMITS, st.booleans(), st.sampled_from(["mean", "sum"]), st.sampled_from(["norm", "value", "none"]),
    st.sampled_from(["none", *FAULTS]), st.integers(0, 2),
)  # fmt: skip
def test_what_is_compared_is_what_the_run_would_do(
    limits: Limits, batch: bool, reduction: str, kind: str, fault: str, updates: int
) -> None:
    made = make_experiment(
        (3, 5, 2), reduction=reduction, clip=kind, clip_limit=0.05, fault=fault, freeze=("b_h",)
    )
    found, one = under(made, limits, batch=batch, updates=updates)
    done = found.one.timeline.update(updates)
    full = one[Way.FULL].gradient
    if batch:
        np.testing.assert_allclose(full, done.gradient, rtol=1e-12, atol=1e-15)
    else:
        expected = found.one.known.trace.grads.flat.copy()
        expected[one.places["b_h"]] = 0.0
        np.testing.assert_array_equal(full, expected)
    assert one.learning_rate == done.learning_rate
    if limits.k >= found.length:
        np.testing.assert_array_equal(one[Way.CUT].gradient, full)
    cut = one[Way.CUT].gradient
    np.testing.assert_array_equal(
        one[Way.RUN].gradient, clip(cut, one[Way.CUT].norm, found.trainer.settings)
    )
    assert one[Way.NORM].norm <= limits.norm * (1 + 1e-12)
    assert np.abs(one[Way.VALUE].gradient).max() <= limits.value
    assert one[Way.NORM].angle == pytest.approx(0, abs=1e-6)


@given(LIMITS, st.booleans())
def test_lengths_shares_and_angles_belong_to_the_gradients(limits: Limits, batch: bool) -> None:
    _, one = under(make_experiment((4, 5)), limits, batch=batch)
    full = one[Way.FULL].gradient
    for variant in one.variants:
        g = variant.gradient
        assert variant.norm == pytest.approx(np.linalg.norm(g))
        assert sum(variant.shares.values()) == pytest.approx(1)
        share = np.sum(g[one.places["W_hh"]] ** 2) / np.sum(g**2)
        assert variant.shares["W_hh"] == pytest.approx(share)
        cosine = g @ full / np.linalg.norm(g) / np.linalg.norm(full)
        assert math.cos(math.radians(variant.angle)) == pytest.approx(cosine)
        assert variant.error == pytest.approx(np.linalg.norm(g - full) / np.linalg.norm(full))
        assert variant.step == pytest.approx(one.learning_rate * variant.norm)
        assert variant.changed == np.count_nonzero(g != full)


def test_the_loss_after_a_step_is_that_of_the_parameters_there() -> None:
    made = make_experiment((4, 5, 3))
    for batch in (False, True):
        found, one = under(made, batch=batch)
        for variant in one.variants:
            params = found.one.before
            there = params.with_flat(params.flat - one.learning_rate * variant.gradient)
            losses = [trace_example(there, found.one.network, e).loss for e in found.examples]
            assert variant.loss == pytest.approx(np.mean(losses))
        assert one[Way.FULL].loss < one.loss


@pytest.mark.parametrize("optimizer", ["sgd", "adagrad", "rmsprop", "adam"])
def test_the_step_is_that_of_the_runs_optimizer_and_its_vectors(optimizer: str) -> None:
    session = Session(make_experiment((4, 5), optimizer=optimizer, learning_rate=0.01, clip="none"))
    session.updates(3)
    found = subject(session.view, batch=True)
    one = comparison(found, first_limits(found))
    trainer, state = found.trainer, session.moment.timeline.state(3)
    after = trainer.step(state, 3).after.params
    assert one[Way.FULL].step == pytest.approx(np.linalg.norm(after.flat - state.params.flat))
    losses = [trace_example(after, trainer.net, e).loss for e in trainer.experiment.train]
    assert one[Way.FULL].loss == pytest.approx(np.mean(losses))


def test_the_examples_own_number_comes_with_its_start_and_patches() -> None:
    session = Session(make_stream())
    session.updates(2)
    session.do("forward")
    session.set("h[0,1]", "0.9")
    found = subject(session.view)
    one = comparison(found, Limits(2, 1.0, 1.0))
    trace = session.view.known.trace
    assert trace.h[0].any()
    assert one.loss == pytest.approx(trace.loss)
    assert one[Way.FULL].gradient.tobytes() == trace.grads.flat.tobytes()


def test_a_chunk_can_be_sent_on_over_the_text_before_it() -> None:
    found, one = under(make_stream(), Limits(7, 1.0, 1.0), updates=2)
    assert (found.length, found.reach) == (4, 12)
    assert reaches(found) == (1, 2, 3, 4, 8, 12)
    assert one.beyond == 3
    assert one.carried
    assert one[Way.CUT].angle > 0.01
    assert subject(Session(make_stream()).view).reach == 4, "nothing stands before the first chunk"


def test_nothing_and_what_is_not_finite_have_no_direction() -> None:
    _, one = under(exploding_experiment())
    assert math.isnan(one[Way.FULL].angle)
    assert math.isnan(one[Way.FULL].shares["W_hh"])
    frozen = ("W_xh", "W_hh", "b_h", "W_hy", "b_y")
    _, still = under(make_experiment(freeze=frozen))
    assert still[Way.FULL].norm == 0
    assert math.isnan(still[Way.FULL].angle)
    assert math.isnan(still.kept(still[Way.CUT]))
    assert still[Way.FULL].loss == still.loss


@given(st.floats(1e-200, 1e300), st.floats(1e-9, 3.1))
def test_angles_of_any_size_and_of_the_smallest_turn(size: float, turn: float) -> None:
    a = size * np.array([1.0, 0.0])
    b = np.array([math.cos(turn), math.sin(turn)])
    assert angle(a, b) == pytest.approx(math.degrees(turn), rel=1e-6)
    assert angle(a, a) == 0
    assert math.isnan(angle(a, np.zeros(2)))


@given(st.sampled_from(["k", "norm", "value"]), st.integers(0, 30), st.booleans())
def test_every_limit_that_was_left_is_come_back_to(which: str, steps: int, stream: bool) -> None:
    made = make_stream() if stream else make_experiment((40, 3))
    found, one = under(made, updates=1 if stream else 0)
    start = one.limits if which == "k" else one.limits._replace(norm=1.0, value=1.0)
    seen = [start]
    for _ in range(steps):
        seen.append(moved(found, seen[-1], which, 1))  # type: ignore[arg-type]
    distinct = list(dict.fromkeys(seen))
    for earlier, later in pairwise(distinct):
        assert moved(found, later, which, -1) == earlier  # type: ignore[arg-type]
    assert all(low < high for low, high in pairwise(distinct))


def test_limits_go_in_1_2_5_and_end_somewhere() -> None:
    assert [stepped(x, 1) for x in (0.1, 0.2, 0.5, 0.7, 1.0)] == [0.2, 0.5, 1.0, 1.0, 2.0]
    assert [stepped(x, -1) for x in (0.1, 0.7, 1.0)] == [0.05, 0.5, 0.5]
    low = high = 1.0
    for _ in range(4000):
        low, high = stepped(low, -1), stepped(high, 1)
    assert 0 < low < 1e-280
    assert 1e300 < high < math.inf


def test_first_limits_show_something() -> None:
    _, one = under(make_experiment((6, 2)))
    assert one.limits.k == 3
    assert one[Way.NORM].norm < one[Way.FULL].norm
    assert one[Way.VALUE].changed
    assert one[Way.CUT].changed


def test_a_batch_is_there_where_an_update_has_more_than_one_example() -> None:
    assert has_batch(Session(make_experiment((4, 5))).view)
    assert not has_batch(Session(make_stream()).view)
    assert not has_batch(Session(make_experiment((4, 5), batch="example")).view)


def test_a_way_of_clipping_comes_into_force_as_an_edit() -> None:
    session = Session(make_experiment((4, 5)))
    one = comparison(subject(session.view), Limits(2, 0.05, 0.01))
    session.edit_settings(in_force(one, Way.VALUE))
    settings = session.view.experiment.training
    assert (settings.clip, settings.clip_limit) == ("value", 0.01)
    session.epochs(1)
    session.do("previous_example")
    again = comparison(subject(session.view), Limits(2, 0.05, 0.01))
    with pytest.raises(Refused, match=r"clips by value at 0\.01 already"):
        in_force(again, Way.VALUE)
    assert in_force(again, Way.NORM).clip == "norm"
