"""One batch trained on again and again, by itself: what can be learnt at all, and how fast."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from rnn_tui.engine.training.training import Record, Trainer, TrainingState


def alone(trainer: Trainer, k: int, learning_rate: float | None = None) -> Trainer:
    """A trainer of the batch of update k and nothing else, each update the same one.

    A chunk of a text begins with a state of 0, as nothing is read before it.
    """
    one = trainer.experiment
    settings = replace(
        one.training, batch="full", shuffle=False, parallel=1, lr_decay_every=0,
        learning_rate=one.training.learning_rate if learning_rate is None else learning_rate,
    )  # fmt: skip
    batch = tuple(one.train[member] for member in trainer.members(k))
    return Trainer(replace(one, train=batch, test=(), training=settings))


def losses(trainer: Trainer, state: TrainingState, count: int) -> Iterator[float]:
    """The mean loss an output before each of `count` updates; it ends with what isn't finite."""
    state = replace(state, carry=None)
    for k in range(count):
        record, state = trainer.advance(state, k)
        yield mean_loss(record)
        if not is_sound(record, state):
            return


def mean_loss(record: Record) -> float:
    """The mean loss an output."""
    return record.loss / record.outputs


def is_sound(record: Record, state: TrainingState) -> bool:
    """Whether neither the loss nor a weight is inf or NaN."""
    return bool(np.isfinite(record.loss) and np.isfinite(state.params.flat).all())
