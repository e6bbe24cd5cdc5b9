"""Programs that were written out, run, and what they have to print."""

from __future__ import annotations

import contextlib
import io
import runpy
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from rnn_tui.cli.training_lines import step_lines
from rnn_tui.engine.training.epochs import STEPS_A_LINE, run_epochs
from rnn_tui.engine.training.training import Trainer
from rnn_tui.experiments import Experiment


def trained(experiment: Experiment) -> list[float]:
    """The losses that `rnn-tui train` prints."""
    trainer = Trainer(experiment)
    if experiment.stream is None:
        return [one.loss for one, _ in run_epochs(trainer, trainer.settings.epochs)]
    count = trainer.settings.updates(trainer.updates_per_epoch)
    lines = step_lines(trainer, count, STEPS_A_LINE)
    return [line.summary.loss for line in lines if line.summary is not None]


def executed(code: str) -> list[float]:
    """The losses of a program, run here."""
    with TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        path = Path(folder) / "program.py"
        path.write_text(code, encoding="utf-8")
        losses: list[float] = runpy.run_path(str(path))["losses"]
    return losses


def assert_same(losses: list[float], ours: list[float], tolerance: float = 1e-12) -> None:
    assert len(losses) == len(ours)
    np.testing.assert_allclose(losses, ours, rtol=tolerance, atol=tolerance)
