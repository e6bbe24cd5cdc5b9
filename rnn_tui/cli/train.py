"""`rnn-tui train`: the training loop without a screen."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import Any

from rnn_tui.cli.output import console, progress, table, to_json
from rnn_tui.engine.epochs import EpochSummary, run_epochs
from rnn_tui.engine.training import Trainer
from rnn_tui.experiments import load
from rnn_tui.present.digits import percent, short, size

MOST_ROWS = 20


def run(options: Namespace) -> int:
    """Train from the start."""
    experiment = load(options.experiment, options.set)
    count = experiment.training.epochs if options.epochs is None else options.epochs
    trainer = Trainer(experiment)
    every = max(1, -(-count // MOST_ROWS))
    kept: list[EpochSummary] = []
    epochs = run_epochs(trainer, count)
    if not (options.json and sys.stdout.isatty()):  # lines that scroll by are progress enough
        epochs = progress(epochs, count, "epochs")
    for summary, _ in epochs:
        if options.json:
            print(to_json(as_json(summary)), flush=True)
        elif summary.epoch % every == 0 or summary.epoch == count - 1:
            kept.append(summary)
    if not options.json:
        _print(f"{experiment.name}: {count} epochs", kept)
    return 0


def as_json(summary: EpochSummary) -> dict[str, Any]:
    """One epoch; test figures only where there is a test set."""
    return {key: value for key, value in vars(summary).items()
            if not key.startswith("test_") or summary.test_loss is not None}  # fmt: skip


def _print(title: str, summaries: list[EpochSummary]) -> None:
    tested = bool(summaries) and summaries[0].test_loss is not None
    extra = ("test loss", "test right") if tested else ()
    made = table(title, "epoch", "loss", "right", "‖g‖", "lr", *extra, left=0)
    for one in summaries:
        row = [
            str(one.epoch),
            size(one.loss, 6),
            percent(one.accuracy),
            size(one.grad_norm) + (" clipped" if one.clipped else ""),
            short(one.learning_rate, 6),
        ]
        if one.test_loss is not None and one.test_accuracy is not None:
            row += [size(one.test_loss, 6), percent(one.test_accuracy)]
        made.add_row(*row)
    console().print(made)
