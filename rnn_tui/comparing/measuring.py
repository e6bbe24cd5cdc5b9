"""One training run of a comparison, and what is kept of it."""

from __future__ import annotations

import math
import time
from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from rnn_tui.comparing.grid import GridCell
from rnn_tui.engine.spectrum.spectrum import recurrent_matrix, spectral_radius
from rnn_tui.engine.training.epochs import summarise
from rnn_tui.engine.training.evaluating import evaluate
from rnn_tui.engine.training.training import Record, Trainer, TrainingState
from rnn_tui.experiments import ExperimentError, load

NAN = math.nan


@dataclass(frozen=True)
class RunOutcome:
    """What a run came to.

    `x` are the epochs or steps at which it was measured, as `train` counts them;
    `loss` (nats, the mean an output) and `test_loss`, of the test examples or the
    validation part, stand at these. `accuracy` and `test_accuracy` are the last ones.
    `grad_norm` is the largest before clipping, `clipped` the share of updates that
    were. `broke` is the update, from 0, that made something inf or NaN: the run ended
    there, and its last loss is NaN.
    """

    x: tuple[int, ...]
    loss: tuple[float, ...]
    test_loss: tuple[float, ...]
    accuracy: float
    test_accuracy: float
    grad_norm: float
    clipped: float
    radius: float
    seconds: float
    updates: int
    broke: int | None = None

    @property
    def last_loss(self) -> float:
        """The training loss at the end; NaN where it broke."""
        return NAN if self.broke is not None else self.loss[-1]

    @property
    def last_test_loss(self) -> float:
        """The loss on unseen data at the end; NaN where it broke or there is none."""
        return NAN if self.broke is not None or not self.test_loss else self.test_loss[-1]


class _Tally:
    """What is gathered on the way."""

    def __init__(self, trainer: Trainer, cell: GridCell) -> None:
        self.trainer, self.cell = trainer, cell
        self.since: list[Record] = []
        self.x: list[int] = []
        self.loss: list[float] = []
        self.test_loss: list[float] = []
        self.accuracy = self.test_accuracy = NAN
        self.grad_norm, self.clipped, self.updates = 0.0, 0, 0

    def add(self, record: Record, after: TrainingState) -> bool:
        """Take note of an update; False where nothing can come of going on."""
        finite = math.isfinite(record.loss) and math.isfinite(record.grad_norm)
        if finite:
            self.grad_norm = max(self.grad_norm, record.grad_norm)
        self.clipped += record.clipped
        self.since.append(record)
        self.updates += 1
        if finite and (self.updates % self.cell.span == 0 or self.updates == self.cell.updates):
            finite = bool(np.isfinite(after.params.flat).all())
            self._measure(after)
        return finite

    def _measure(self, after: TrainingState) -> None:
        """Keep what this stretch or epoch came to, unless it is one of those left out."""
        place = (self.updates - 1) // self.cell.span
        last = self.updates == self.cell.updates
        if place % self.cell.thin == 0 or last:
            summary = summarise(place, self.since)
            stream = self.trainer.experiment.stream is not None
            self.x.append(self.updates if stream else place)
            self.loss.append(summary.loss)
            self.accuracy = summary.accuracy
            self._test(after)
        self.since.clear()

    def _test(self, after: TrainingState) -> None:
        unseen = self.trainer.experiment.test
        if unseen:
            result = evaluate(after.params, self.trainer.net, unseen)
            self.test_loss.append(result.loss)
            self.test_accuracy = result.accuracy


def measure(cell: GridCell) -> Generator[int, None, RunOutcome]:
    """Train a cell from its start; yields how many updates are done. Raises ExperimentError."""
    experiment = load(cell.source, cell.overrides)
    if experiment.digest != cell.digest:
        raise ExperimentError("changed while it was compared", file=str(experiment.path))
    trainer = Trainer(experiment)
    tally, state, broke = _Tally(trainer, cell), trainer.initial_state(), None
    began = time.perf_counter()
    for k in range(cell.updates):
        record, state = trainer.advance(state, k)
        if not tally.add(record, state):
            broke = k
            break
        yield k + 1
    return RunOutcome(
        tuple(tally.x), tuple(tally.loss), tuple(tally.test_loss),
        NAN if broke is not None else tally.accuracy,
        NAN if broke is not None else tally.test_accuracy,
        tally.grad_norm, tally.clipped / tally.updates,
        spectral_radius(recurrent_matrix(state.params)), time.perf_counter() - began,
        tally.updates, broke,
    )  # fmt: skip
