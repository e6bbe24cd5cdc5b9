"""Minibatches, the mean over the outputs of an example, and answers that are no numbers."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from rnn_tui.engine.checks.gradient_check import Verdict, check_batch, check_gradient
from rnn_tui.engine.passes.trace import trace_example
from rnn_tui.engine.training.epochs import run_epochs
from rnn_tui.engine.training.evaluating import evaluate
from rnn_tui.engine.training.training import Trainer
from rnn_tui.equations.heads import HEADS
from rnn_tui.experiments import load

# Minibatches


@pytest.mark.parametrize("shuffle", ["true", "false"])
def test_an_epoch_has_every_example_once_and_the_last_batch_is_smaller(shuffle: str) -> None:
    trainer = Trainer(load("phrases", ["training.batch=16", f"training.shuffle={shuffle}"]))
    count, each = len(trainer.experiment.train), trainer.updates_per_epoch
    assert each == -(-count // 16)
    epochs = [[trainer.members(e * each + k) for k in range(each)] for e in range(3)]
    for epoch in epochs:
        assert Counter(one for batch in epoch for one in batch) == Counter(range(count))
        assert [len(batch) for batch in epoch[:-1]] == [16] * (each - 1)
        assert len(epoch[-1]) == count - 16 * (each - 1)
    assert (epochs[0] == epochs[1]) == (shuffle == "false")


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_batch_is_reduced_over_its_own_examples(reduction: str) -> None:
    """Texts of several lengths, which the kernel groups; the trace takes them one by one."""
    sets = ["training.batch=16", "training.shuffle=true", f"training.reduction={reduction}"]
    trainer = Trainer(load("phrases", sets))
    state = trainer.initial_state()
    for k in range(trainer.updates_per_epoch):
        done, members = trainer.step(state, k), trainer.members(k)
        traces = [
            trace_example(state.params, trainer.net, trainer.experiment.train[member])
            for member in members
        ]
        assert len({trace.example.length for trace in traces}) > 1
        total = np.sum([trace.grads.flat for trace in traces], axis=0)
        expected = total / len(members) if reduction == "mean" else total
        np.testing.assert_allclose(done.update.reduced, expected, rtol=0, atol=1e-12)
        assert done.record.loss == pytest.approx(sum(t.losses.sum() for t in traces), abs=1e-12)
        state = done.after


def test_batches_of_one_and_of_all_are_the_known_ways() -> None:
    def curve(batch: str) -> list[float]:
        trainer = Trainer(load("sentiment", [f"training.batch={batch}"]))
        return [one.loss for one, _ in run_epochs(trainer, 4)]

    assert curve("1") == curve('"example"')
    assert curve("4") == curve("99") == curve('"full"')


# The mean over the outputs of an example


@pytest.mark.parametrize("name", ["hello", "melody", "tagging", "translation"])
def test_the_mean_over_the_outputs_is_that_of_the_gradients(name: str) -> None:
    summed, mean = (
        Trainer(load(name, [f"training.timestep_reduction={how}", "training.reduction=sum"]))
        for how in ("sum", "mean")
    )
    params = summed.initial_state().params
    total = np.zeros(params.layout.size)
    for member in mean.members(0):
        example = mean.experiment.train[member]
        one, other = (trace_example(params, each.net, example) for each in (summed, mean))
        np.testing.assert_allclose(
            other.grads.flat, one.grads.flat / len(example.outputs), rtol=0, atol=1e-12
        )
        assert (one.loss, one.losses.tolist()) == (other.loss, other.losses.tolist())
        total += other.grads.flat
    done = mean.step(mean.initial_state(), 0)
    np.testing.assert_allclose(done.update.reduced, total, rtol=0, atol=1e-12)
    advanced, _ = mean.advance(mean.initial_state(), 0)
    assert advanced == done.record


@pytest.mark.parametrize("name", ["hello", "melody"])
def test_central_differences_agree_with_the_mean(name: str) -> None:
    sets = ["training.timestep_reduction=mean", "model.hidden_size=3"]
    trainer = Trainer(load(name, sets))
    state = trainer.initial_state()
    example = trainer.experiment.train[0]
    for row in check_gradient(state.params, trainer.net, example, most=20):
        assert row.verdict is Verdict.RIGHT, row.name
    reduced = trainer.step(state, 0).update.reduced
    places = np.arange(0, len(reduced), 7)
    assert check_batch(reduced, trainer, state, 0, places).verdict is Verdict.RIGHT


# Answers that are no numbers


@pytest.mark.parametrize(("name", "size"), [("sigmoid", 1), ("softmax", 3)])
def test_nan_is_no_answer_and_never_right(name: str, size: int) -> None:
    head = HEADS[name]
    with np.errstate(all="ignore"):
        for target in range(max(2, size)):
            y = np.full((2, size), np.nan)
            y[1] = 0.0
            p = head.probabilities(y)
            said = head.predict(p)
            assert said[0] == -1
            assert said[1] >= 0
            losses, right = head.answers(y.copy(), np.array([target, target]))
            assert not right[0]
            assert np.isnan(losses[0])
            assert bool(right[1]) == (said[1] == target)


def test_after_an_explosion_nothing_is_counted_as_right() -> None:
    experiment = load("sentiment")
    params = Trainer(experiment).initial_state().params
    lost = params.with_flat(np.full(params.layout.size, np.nan))
    found = evaluate(lost, experiment.network, experiment.train)
    assert found.right.sum() == 0
    assert found.accuracy == 0
