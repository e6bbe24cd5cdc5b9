"""The engine beside torch: the same numbers from the same weights, and where a bug parts them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from making import Case, cases, exploding_experiment, make_experiment
from settings import experiments

from rnn_tui.engine.passes.trace import trace_example
from rnn_tui.engine.training.training import Trainer, TrainingState
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Experiment, bundled, load
from rnn_tui.parity import (
    TOLERANCE,
    NoTorchError,
    Step,
    compare,
    comparer,
    presence,
    second_biases,
    summed,
    torch_names,
    torch_numbers,
    usual_updates,
)
from rnn_tui.parity.compare import MOST_UPDATES, difference
from rnn_tui.parity.twin import Twin

UPDATES = 6

PARTS = {
    "no-slope": {"dW_xh", "dW_hh", "db_h", "db_hh"},
    "no-dh-next": {"dW_xh", "dW_hh", "db_h", "db_hh"},
    "untransposed": {"dW_xh", "dW_hh", "db_h", "db_hh"},
    "no-accumulation": {"dW_hh"},
    "shifted-state": {"dW_hh"},
    "no-mean": {"dW_xh", "dW_hh", "db_h", "db_hh", "dW_hy", "db_y"},
}


def test_a_difference_is_absolute_up_to_1_and_relative_beyond() -> None:
    assert difference(np.array([0.5, 0.25]), np.array([0.5, 0.125])) == 0.125
    assert difference(np.array([100.0, 0.0]), np.array([100.0, 1.0])) == 0.01
    assert difference(2.0, 2.0) == 0.0


def test_what_is_not_finite_is_the_same_or_infinitely_apart() -> None:
    nan, inf = math.nan, math.inf
    assert difference(np.array([nan, inf, -inf]), np.array([nan, inf, -inf])) == 0.0
    for one, other in ((nan, 1.0), (1.0, nan), (inf, -inf), (inf, 1.0), (1.0, inf)):
        assert difference(one, other) == inf


def test_torch_counts_a_second_hidden_bias(sentiment: Experiment) -> None:
    assert (sentiment.layout.size, torch_numbers(sentiment.network, sentiment.layout)) == (22, 25)


def test_a_usual_comparison_is_short_and_of_whole_epochs() -> None:
    assert usual_updates(Trainer(load("sentiment"))) == 30
    assert usual_updates(Trainer(load("grammar"))) == MOST_UPDATES
    assert usual_updates(Trainer(load("phrases"))) == 58 * (MOST_UPDATES // 58)
    assert usual_updates(Trainer(make_experiment((2,) * 400, batch="example"))) == 400


def test_without_torch_it_says_what_to_install(
    sentiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> None:
        raise ImportError(f"no {name}")

    monkeypatch.setattr(presence, "import_module", missing)
    monkeypatch.setattr(presence, "find_spec", lambda name: None)
    assert not presence.is_installed()
    with pytest.raises(NoTorchError, match=r"torch: not installed.*rnn-tui\[torch\]"):
        next(compare(Trainer(sentiment), 1))


@pytest.mark.slow
@pytest.mark.torch
def test_the_bundled_experiments_agree_and_go_on_to() -> None:
    for path in bundled():
        name, experiment = path.stem, load(path.stem)
        steps = list(
            compare(Trainer(experiment), UPDATES if experiment.model.cell != "rnn" else 30)
        )
        assert len(steps) >= UPDATES
        total = summed(steps)
        assert max(total.apart.values()) < 1e-12, name
        assert total.free is not None
        # Adagrad divides a gradient that is nearly 0 by its own size, rounding included
        assert total.free < TOLERANCE or experiment.network.optimizer.name == "adagrad"


@pytest.mark.slow
@pytest.mark.torch
@settings(max_examples=40)
@given(experiment=experiments())
def test_every_setting_agrees(experiment: Experiment) -> None:
    trainer = Trainer(experiment)
    for step in compare(trainer, UPDATES):
        assert step.agrees, step.apart
        names = set(experiment.layout.shapes)
        gradients = {
            f"d{name}" for name in (*names, *second_biases(experiment.network, experiment.layout))
        }
        assert set(step.apart) == {"h", "p", "loss"} | names | gradients
        if step.update == 0:
            record = trainer.step(trainer.initial_state(), 0).record
            assert (step.loss, step.outputs) == (record.loss, record.outputs)


@pytest.mark.torch
@given(case=cases())
def test_torch_has_the_gradient_of_any_network_and_its_encoder(case: Case) -> None:
    """Answers at any timesteps, one cell or two, whatever part of a text the encoder reads."""
    made = make_experiment(reduction="sum", clip="none")
    vars(made).update(layout=case.params.layout, network=case.net)  # of its own it has no encoder
    twin = Twin(made)
    state = TrainingState(case.params, {"velocity": np.zeros(case.params.layout.size)})
    done = twin.update(state, case.examples, [None] * len(case.examples), 0)
    total = Parameters.zeros(case.params.layout)
    for place, example in enumerate(case.examples):
        trace = trace_example(case.params, case.net, example)
        total.flat[...] += trace.grads.flat
        np.testing.assert_allclose(done.states[place][0, "h"], trace.h[1:], rtol=0, atol=1e-12)
        np.testing.assert_allclose(done.answers[place], trace.answer, rtol=0, atol=1e-12)
        np.testing.assert_allclose(done.losses[place], trace.losses, rtol=1e-12, atol=1e-12)
    ours = second_biases(case.net, case.params.layout)
    for name, theirs in done.gradient.items():
        np.testing.assert_allclose(theirs, total[ours.get(name, name)], rtol=1e-10, atol=1e-10)
    names = torch_names(case.net, case.params.layout)
    assert set(done.gradient) == set(names)
    assert len(set(names.values())) == len(names)
    assert sum(map(np.size, done.gradient.values())) == torch_numbers(case.net, case.params.layout)


@pytest.mark.torch
def test_texts_of_many_lengths_in_one_batch_agree() -> None:
    made = make_experiment((5, 1, 3, 5, 2), batch="full", momentum=0.5)
    assert all(step.agrees for step in compare(Trainer(made), UPDATES))


@pytest.mark.torch
@pytest.mark.parametrize("fault", PARTS)
def test_a_bug_parts_them_where_it_is(fault: str) -> None:
    made = make_experiment((4, 3, 5), fault=fault, clip="none")
    (step,) = compare(Trainer(made), 1)
    apart = {name for name, one in step.apart.items() if one > TOLERANCE}
    arrays = {name[1:] for name in PARTS[fault]} - {"b_hh"}
    assert not step.agrees
    assert apart == PARTS[fault] | arrays
    assert set(summed([step]).wrong) == apart


@pytest.mark.torch
def test_the_published_slip_parts_them() -> None:
    made = make_experiment((4, 3, 5), recurrent_backprop="published")
    (step,) = compare(Trainer(made), 1)
    assert step.apart["dW_hh"] > 1e-6
    assert step.apart["dW_hy"] < TOLERANCE


@pytest.mark.torch
def test_each_update_begins_with_the_engines_weights() -> None:
    """A bug's harm does not add up there, and does where torch is left alone."""
    steps = list(compare(Trainer(make_experiment((4, 3, 5), fault="shifted-state")), 30))
    assert max(step.apart["h"] for step in steps) < TOLERANCE
    assert steps[0].free == steps[0].apart["W_hh"]
    assert (steps[-1].free or 0.0) > 2 * steps[0].apart["W_hh"]


@pytest.mark.torch
def test_it_ends_where_numbers_are_not_finite_any_more() -> None:
    steps = list(compare(Trainer(exploding_experiment(learning_rate=1e3)), 5))
    assert len(steps) < 5


@pytest.mark.torch
def test_an_update_alone_is_compared_as_in_a_run() -> None:
    trainer = Trainer(load("grammar"))
    state, look = trainer.initial_state(), comparer(trainer)
    for step in compare(trainer, 3):
        alone = look(state, step.update)
        assert alone.apart == step.apart
        state = trainer.step(state, step.update).after
    assert alone.free is None


def test_updates_together_have_the_largest_differences_and_the_mean_loss() -> None:
    first = Step(3, 2.0, 1, {"h": 1e-16, "dW_hh": 0.5}, 1e-3)
    last = replace(first, update=4, loss=4.0, outputs=2, apart={"h": 2e-16, "dW_hh": math.nan})
    total = summed([first, last])
    assert (total.first, total.last, total.loss, total.free) == (3, 4, 2.0, 1e-3)
    assert total.apart["h"] == 2e-16
    assert total.wrong == ("dW_hh",)
    assert not first.agrees
