"""What training reports, epoch by epoch or update by update."""

from __future__ import annotations

from rnn_tui.figures.runs import FigureMoment


def epoch_loss(moment: FigureMoment) -> float:
    """The mean loss of the epoch, as seen on the way."""
    return moment.summary.loss


def epoch_right(moment: FigureMoment) -> float:
    """How many examples the epoch got right."""
    return moment.summary.accuracy * len(moment.experiment.train)


def accuracy(moment: FigureMoment, scale: str = "100") -> float:
    """The share of examples that the epoch got right, in percent or to another scale."""
    return float(scale) * moment.summary.accuracy


def test_loss(moment: FigureMoment) -> float:
    """The mean loss of the test set after the epoch."""
    return moment.test.loss


def test_accuracy(moment: FigureMoment) -> float:
    """The share of the test set that is right after the epoch."""
    return moment.test.accuracy


def grad_norm(moment: FigureMoment) -> float:
    """The norm of the epoch's gradient, before clipping; the largest of several."""
    return moment.summary.grad_norm


def first_all_right(moment: FigureMoment) -> float:
    """The first epoch in which every example is right."""
    run, each = moment.run, moment.run.trainer.updates_per_epoch
    epoch = 0
    while any(one.right < one.outputs for one in run.records(epoch * each, (epoch + 1) * each)):
        epoch += 1
    return float(epoch)


def step_of(moment: FigureMoment, name: str, i: str, j: str) -> float:
    """The reduced gradient of one number of a parameter in this epoch."""
    state = moment.state
    done = moment.run.trainer.step(state, moment.figure.epoch).update
    return float(state.params.with_flat(done.gradient)[name][int(i), int(j)])


def update_loss(moment: FigureMoment) -> float:
    """The mean loss an output of one update."""
    record = moment.records[-1]
    return record.loss / record.outputs


def update_norm(moment: FigureMoment) -> float:
    """The norm of one update's gradient, before clipping."""
    return moment.records[-1].grad_norm


def learning_rate(moment: FigureMoment) -> float:
    """The learning rate of one update."""
    return moment.records[-1].learning_rate


def least_norm(moment: FigureMoment) -> float:
    """The smallest gradient norm of all updates so far, before clipping."""
    return min(record.grad_norm for record in moment.records)
