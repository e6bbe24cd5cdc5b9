"""Where a loss jumps: no number is inf or NaN, and yet what was learnt is lost."""

from __future__ import annotations

import numpy as np

from rnn_tui.session.runs.timeline import Timeline

BEFORE = 20  # epochs, or as many stretches of steps, that a loss is compared with
FEWEST = 5
STRETCH = 20  # steps of a text that are put together, as the loss of one says little
JUMP = 2.5  # times the usual loss before it


def spike(timeline: Timeline) -> int | None:
    """The update before the newest jump of the loss of a run; None where it never jumps.

    A jump is a loss some times above the median of those before it, and above the first loss or
    what it has come down by. That of an epoch is measured before its update, so the update before
    has done it.
    """
    size = _size(timeline)
    losses = timeline.records.points(timeline.frontier // size, size).loss
    for k in range(len(losses) - 1, FEWEST - 1, -1):
        window = losses[max(0, k - BEFORE) : k]
        usual, least = float(np.median(window)), float(window.min())
        if losses[k] > JUMP * usual and losses[k - 1] <= JUMP * usual:
            if losses[k] - least > 0.25 * (losses[0] - least) > 0:
                return max(timeline.start, k * size - 1)
    return None


def _size(timeline: Timeline) -> int:
    """Updates of a point: those of an epoch, or of a stretch of steps."""
    trainer = timeline.trainer
    return STRETCH if trainer.experiment.stream is not None else trainer.updates_per_epoch


def is_recent(timeline: Timeline, at: int) -> bool:
    """Whether a run has hardly gone on since a jump, so that it may be told of."""
    return timeline.frontier - at <= 2 * FEWEST * _size(timeline)


def trouble(timeline: Timeline) -> int | None:
    """The update that broke a run, or that its newest jump comes from; None where all is well."""
    return timeline.broken if timeline.broken is not None else spike(timeline)
