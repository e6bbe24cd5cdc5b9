"""Updates added up to epochs, as training is reported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rnn_tui.engine.training import Record, Trainer, TrainingState, evaluate


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


def summarise(epoch: int, records: Sequence[Record]) -> EpochSummary:
    """The summary of one epoch's updates, at least one."""
    outputs = sum(record.outputs for record in records)
    return EpochSummary(
        epoch,
        loss=sum(record.loss for record in records) / outputs,
        accuracy=sum(record.right for record in records) / outputs,
        grad_norm=max(record.grad_norm for record in records),
        clipped=any(record.clipped for record in records),
        learning_rate=records[-1].learning_rate,
    )


def run_epochs(trainer: Trainer, count: int) -> Iterator[tuple[EpochSummary, TrainingState]]:
    """Train from the start, an epoch at a time: its summary and the state after it."""
    state, k = trainer.initial_state(), 0
    for epoch in range(count):
        records = []
        for _ in range(trainer.updates_per_epoch):
            _, record, state = trainer.step(state, k)
            k += 1
            records.append(record)
        yield _with_test(summarise(epoch, records), trainer, state), state


def states(trainer: Trainer, count: int) -> Iterator[TrainingState]:
    """Train from the start without reporting: the state after each of `count` epochs."""
    state, k = trainer.initial_state(), 0
    for _ in range(count):
        for _ in range(trainer.updates_per_epoch):
            state, k = trainer.step(state, k).after, k + 1
        yield state


def _with_test(summary: EpochSummary, trainer: Trainer, state: TrainingState) -> EpochSummary:
    test = trainer.experiment.test
    if not test:
        return summary
    result = evaluate(state.params, trainer.net, test)
    figures = vars(summary) | {"test_loss": result.loss, "test_accuracy": result.accuracy}
    return EpochSummary(**figures)
