"""Programs that were written out, run, and what they have to print."""

from __future__ import annotations

import contextlib
import io
import runpy
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from rnn_tui.engine.training.epochs import run_epochs, run_steps
from rnn_tui.engine.training.training import Trainer
from rnn_tui.experiments import Experiment

EVERY = 100


def trained(experiment: Experiment) -> list[float]:
    """The losses that `rnn-tui train` prints."""
    trainer = Trainer(experiment)
    if experiment.stream is None:
        return [one.loss for one, _ in run_epochs(trainer, trainer.settings.epochs)]
    count = trainer.settings.updates(trainer.updates_per_epoch)
    return [one.loss for one, _ in run_steps(trainer, count, EVERY) if one is not None]


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
