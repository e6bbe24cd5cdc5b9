"""Updates added up to epochs, or to stretches of a stream, as training is reported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rnn_tui.engine.training.evaluating import evaluate
from rnn_tui.engine.training.training import Record, Trainer, TrainingState

STEPS_A_LINE = 100  # of a stream, from one summary to the next where nobody says otherwise


@dataclass(frozen=True)
class EpochSummary:
    """One epoch of training.

    `loss` (nats, the mean an output) and `accuracy` (share of outputs right) are
    those seen on the way, so before the update where there is one an epoch;
    `grad_norm` is the largest, before clipping, and `clipped` says whether any
    update was clipped. Test figures are taken after the last update.
    """

    epoch: int
    loss: float
    accuracy: float
    grad_norm: float
    clipped: bool
    learning_rate: float
    test_loss: float | None = None
    test_accuracy: float | None = None


@dataclass(frozen=True)
class StepSummary:
    """Some updates of a stream, up to the `step`-th, counted from 1.

    `loss` (nats, the mean an output), `grad_norm` (the largest) and `clipped` (any)
    are those since the summary before; `val_loss` is that of the validation part
    after this step, None where there is none.
    """

    step: int
    loss: float
    val_loss: float | None
    grad_norm: float
    clipped: bool
    learning_rate: float


def summarise(epoch: int, records: Sequence[Record]) -> EpochSummary:
    """The summary of one epoch's updates, at least one."""
    outputs = sum(record.outputs for record in records)
    return EpochSummary(
        epoch,
        loss=sum(record.loss for record in records) / outputs,
        accuracy=sum(record.right for record in records) / outputs,
        grad_norm=float(np.max([record.grad_norm for record in records])),  # NaN if any is
        clipped=any(record.clipped for record in records),
        learning_rate=records[-1].learning_rate,
    )


def updates(trainer: Trainer, count: int) -> Iterator[tuple[Record, TrainingState]]:
    """Train from the start, an update at a time: what is kept of it and the state after it."""
    state = trainer.initial_state()
    for k in range(count):
        record, state = trainer.advance(state, k)
        yield record, state


def run_epochs(trainer: Trainer, count: int) -> Iterator[tuple[EpochSummary, TrainingState]]:
    """Train from the start, an epoch at a time: its summary and the state after it."""
    each = trainer.updates_per_epoch
    made = updates(trainer, count * each)
    for epoch in range(count):
        records = []
        for _ in range(each):
            record, state = next(made)
            records.append(record)
        yield _with_test(summarise(epoch, records), trainer, state), state


def summarise_steps(
    step: int, records: Sequence[Record], trainer: Trainer, state: TrainingState
) -> StepSummary:
    """The summary of a stream's updates up to the `step`-th, which has left this state."""
    whole, validation = summarise(step, records), trainer.experiment.test
    params = state.params.in_type(np.float64)
    val_loss = evaluate(params, trainer.net, validation).loss if validation else None
    rest = (whole.grad_norm, whole.clipped, whole.learning_rate)
    return StepSummary(step, whole.loss, val_loss, *rest)


def _with_test(summary: EpochSummary, trainer: Trainer, state: TrainingState) -> EpochSummary:
    test = trainer.experiment.test
    if not test:
        return summary
    result = evaluate(state.params.in_type(np.float64), trainer.net, test)
    figures = vars(summary) | {"test_loss": result.loss, "test_accuracy": result.accuracy}
    return EpochSummary(**figures)
