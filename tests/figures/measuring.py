"""The published figures of an experiment, measured."""

from __future__ import annotations

from rnn_tui.experiments import Experiment
from rnn_tui.figures.checking import Check
from rnn_tui.figures.verdicts import Result


def check_figures(experiment: Experiment) -> list[Result]:
    """What became of each."""
    check = Check([experiment])
    for _ in check.run():
        pass
    return check.results()
