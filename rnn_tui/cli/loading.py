"""The experiment that a command is given, and what is to be said of how it was read."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterable

from rnn_tui.experiments import Experiment, load
from rnn_tui.experiments.exclusions import refuse_idle


def loaded(options: Namespace) -> Experiment:
    """The experiment with its overrides; its notes go to stderr.

    Raises ExperimentError, also for an override that would change nothing.
    """
    experiment = load(options.experiment, options.set)
    refuse_idle(experiment)
    tell(experiment.notes)
    return experiment


def tell(notes: Iterable[str]) -> None:
    """Each note once, a line each, on stderr."""
    for note in dict.fromkeys(notes):
        print(f"rnn-tui: {note}", file=sys.stderr)
