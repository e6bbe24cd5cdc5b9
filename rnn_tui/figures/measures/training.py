"""What training reports, epoch by epoch or update by update."""

from __future__ import annotations

from rnn_tui.figures.bench import Bench


def epoch_loss(bench: Bench) -> float:
    """The mean loss of the epoch, as seen on the way."""
    return bench.summary.loss


def epoch_right(bench: Bench) -> float:
    """How many examples the epoch got right."""
    return bench.summary.accuracy * len(bench.experiment.train)


def accuracy(bench: Bench, scale: str = "100") -> float:
    """The share of examples that the epoch got right, in percent or to another scale."""
    return float(scale) * bench.summary.accuracy


def test_loss(bench: Bench) -> float:
    """The mean loss of the test set after the epoch."""
    return bench.test.loss


def test_accuracy(bench: Bench) -> float:
    """The share of the test set that is right after the epoch."""
    return bench.test.accuracy


def grad_norm(bench: Bench) -> float:
    """The norm of the epoch's gradient, before clipping; the largest of several."""
    return bench.summary.grad_norm


def first_all_right(bench: Bench) -> float:
    """The first epoch in which every example is right."""
    run, each = bench.run, bench.run.trainer.updates_per_epoch
    epoch = 0
    while any(one.right < one.outputs for one in run.records(epoch * each, (epoch + 1) * each)):
        epoch += 1
    return float(epoch)


def step_of(bench: Bench, name: str, i: str, j: str) -> float:
    """The reduced gradient of one number of a parameter in this epoch."""
    state = bench.state
    done = bench.run.trainer.step(state, bench.figure.epoch).update
    return float(state.params.with_flat(done.gradient)[name][int(i), int(j)])


def update_loss(bench: Bench) -> float:
    """The mean loss an output of one update."""
    record = bench.records[-1]
    return record.loss / record.outputs


def update_norm(bench: Bench) -> float:
    """The norm of one update's gradient, before clipping."""
    return bench.records[-1].grad_norm


def learning_rate(bench: Bench) -> float:
    """The learning rate of one update."""
    return bench.records[-1].learning_rate


def least_norm(bench: Bench) -> float:
    """The smallest gradient norm of all updates so far, before clipping."""
    return min(record.grad_norm for record in bench.records)
