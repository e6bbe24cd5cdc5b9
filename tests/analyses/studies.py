"""Studies of small experiments."""

from __future__ import annotations

from rnn_tui.analyses import Study, moments, snapshots
from rnn_tui.engine.training.training import Trainer
from rnn_tui.experiments import Experiment


def study_of(experiment: Experiment, count: int = 6) -> Study:
    """An experiment trained for so many updates, looked at on the way."""
    made = snapshots(Trainer(experiment), moments(count))
    return Study.of(experiment, [one for one in made if one is not None])
