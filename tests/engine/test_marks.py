"""The exercises and worked examples that come bundled train to the marks that their files state."""

from __future__ import annotations

import pytest

from rnn_tui.engine.training.epochs import EpochSummary, run_epochs
from rnn_tui.engine.training.training import Trainer
from rnn_tui.experiments import Experiment, load


def trained(experiment: Experiment, epochs: int) -> EpochSummary:
    """The last of so many epochs."""
    *_, (last, _) = run_epochs(Trainer(experiment), epochs)
    return last


@pytest.mark.parametrize(
    ("name", "epochs", "loss"), [("gates", 100, 1e-5), ("gomez", 50, 0.04), ("gru", 200, 1e-6)]
)
def test_worked_examples_come_down(name: str, epochs: int, loss: float) -> None:
    experiment = load(name)
    assert experiment.training.epochs == epochs
    assert trained(experiment, epochs).loss < loss


@pytest.mark.slow
def test_every_unseen_bit_has_its_parity() -> None:
    assert trained(load("parity"), 15).test_accuracy == 1.0


@pytest.mark.slow
def test_the_marked_numbers_are_added() -> None:
    found = trained(load("adding"), 30).test_loss
    assert found is not None
    assert found < 0.005


@pytest.mark.slow
def test_unseen_letters_are_copied() -> None:
    found = trained(load("copy"), 30).test_accuracy
    assert found is not None
    assert found >= 0.97


def test_the_next_value_of_the_waves_is_foretold() -> None:
    found = trained(load("sine"), 20).test_loss
    assert found is not None
    assert found < 0.02
