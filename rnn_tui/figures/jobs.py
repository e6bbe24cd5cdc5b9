"""What has to be measured, sorted into training runs that share their work."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from rnn_tui.engine.training.schedule import schedule_of
from rnn_tui.experiments import Experiment, load
from rnn_tui.figures.figure import Figure
from rnn_tui.figures.measures import MEASURES
from rnn_tui.figures.runs import FigureMoment, FigureRun
from rnn_tui.figures.verdicts import Value

TICK = 1000  # updates: how often a long run says how far it is


@dataclass(frozen=True)
class FigureJob:
    """Some figures of a bundled experiment that are measured on the same run.

    They are in the order in which the run gets to them; it ends after `updates`.
    """

    experiment: str
    overrides: tuple[str, ...]
    figures: tuple[Figure, ...]
    updates: int

    def run(self, done: Callable[[], None] = lambda: None) -> list[Value]:
        """The value of each figure; `done` is called after each update."""
        run = FigureRun(load(self.experiment, self.overrides), done)
        with np.errstate(all="ignore"):
            return [value_of(FigureMoment(run, figure)) for figure in self.figures]


def value_of(moment: FigureMoment) -> Value:
    """Measure one figure."""
    name, *words = moment.figure.measure.split()
    value = MEASURES[name](moment, *words)
    if isinstance(value, str):
        return value
    return np.atleast_1d(np.asarray(value, dtype=np.float64)).ravel()


def jobs_of(experiment: Experiment, figures: Iterable[Figure]) -> list[FigureJob]:
    """The runs that these figures need: one for each way that they set the experiment."""
    each = schedule_of(experiment).updates_per_epoch
    runs: dict[tuple[str, ...], dict[Figure, int]] = {}
    for figure in figures:
        for overrides in figure.settings():
            runs.setdefault(overrides, {})[figure] = figure.updates(each)
    jobs = []
    for overrides, ends in runs.items():
        in_order = tuple(sorted(ends, key=ends.__getitem__))
        jobs.append(FigureJob(experiment.name, overrides, in_order, max(ends.values())))
    return jobs
