"""`rnn-tui train`: the training loop without a screen."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from rnn_tui.cli import weights
from rnn_tui.cli.arguments import Parser, add_experiment, add_length, positive
from rnn_tui.cli.output import console, progress, table, to_json
from rnn_tui.cli.trained import refuse_for_labelled, updates_asked
from rnn_tui.engine.training.epochs import EpochSummary, StepSummary, run_epochs, run_steps
from rnn_tui.engine.training.training import Trainer, TrainingState
from rnn_tui.experiments import Experiment, ExperimentError, Stream, load
from rnn_tui.present.digits import counted, percent, short, size

MOST_ROWS = 20
EVERY = 100  # steps from line to line

Summary = TypeVar("Summary", EpochSummary, StepSummary)
Updates = Iterable[tuple[Summary | None, TrainingState]]


def add_arguments(parser: Parser) -> None:
    """What may follow the name of the command."""
    add_experiment(parser)
    add_length(parser, "how long (what the experiment says)")
    parser.add_argument(
        "--every", type=positive, metavar="N", help="of a stream, a line every N steps (100)"
    )
    parser.add_argument(
        "--save", metavar="FILE", help="write the weights then: .npz or .safetensors"
    )
    parser.add_argument(
        "--names", choices=("ours", "torch"), default="ours",
        help="what the saved arrays are called: torch, as in a state_dict (ours)",
    )  # fmt: skip
    parser.add_argument(
        "--float32", action="store_true",
        help="train in single precision: twice as fast for hundreds of units, less exact",
    )  # fmt: skip


def run(options: Namespace) -> int:
    """Train from the start."""
    experiment = load(options.experiment, options.set)
    refuse_for_labelled(experiment, "--every", options.every)
    trainer = Trainer(experiment, np.float32 if options.float32 else np.float64)
    asked = updates_asked(trainer, options)
    usual = trainer.settings.updates(trainer.updates_per_epoch)
    count = usual if asked is None else asked
    target = None if options.save is None else Path(options.save)
    if target is not None:
        weights.check_writable(target)
        if options.names == "torch":
            weights.check_one_network(experiment)
    elif options.names != "ours":
        raise ExperimentError("expected only together with --save", key="--names")

    def done(state: TrainingState) -> None:
        if target is not None:
            weights.write(target, experiment, state.params.in_type(np.float64), options.names)

    if experiment.stream is None:
        _train_epochs(trainer, count // trainer.updates_per_epoch, options, done)
    else:
        _train_steps(trainer, experiment.stream, count, options, done)
    if target is not None and not options.json:
        console().print(f"Saved to {target}.")
    return 0


Done = Callable[[TrainingState], None]


def _train_epochs(trainer: Trainer, count: int, options: Namespace, done: Done) -> None:
    epochs = progress(run_epochs(trainer, count), count, "epochs", quiet=_scrolls(options))
    state, kept = _follow(epochs, count, options, trainer.initial_state())
    done(state)
    if not options.json:
        _print_epochs(f"{trainer.experiment.name}: {count} epochs", kept)


def _train_steps(
    trainer: Trainer, stream: Stream, count: int, options: Namespace, done: Done
) -> None:
    every = EVERY if options.every is None else options.every
    steps = progress(run_steps(trainer, count, every), count, "steps", quiet=_scrolls(options))
    state, kept = _follow(steps, -(-count // every), options, trainer.initial_state())
    done(state)
    if not options.json:
        console().print(_corpus(trainer.experiment, stream))
        _print_steps(f"{trainer.experiment.name}: {count} steps", kept, trainer.experiment)


def _follow(
    updates: Updates[Summary], lines: int, options: Namespace, state: TrainingState
) -> tuple[TrainingState, list[Summary]]:
    """The last state; each summary printed as JSON, or about `MOST_ROWS` of them kept."""
    thin = max(1, -(-lines // MOST_ROWS))
    place, kept = 0, []
    for summary, after in updates:
        state = after
        if summary is None:
            continue
        if options.json:
            print(to_json(as_json(summary)), flush=True)
        elif place % thin == 0 or place == lines - 1:
            kept.append(summary)
        place += 1
    return state, kept


def _scrolls(options: Namespace) -> bool:
    """Whether lines scroll by, which is progress enough."""
    return bool(options.json) and sys.stdout.isatty()


def as_json(summary: EpochSummary | StepSummary) -> dict[str, Any]:
    """One line; test figures only where there is a test set."""
    return {
        key: value
        for key, value in vars(summary).items()
        if not (key.startswith("test_") and value is None)
    }


def _print_epochs(title: str, summaries: list[EpochSummary]) -> None:
    tested = bool(summaries) and summaries[0].test_loss is not None
    extra = ("test loss", "test right") if tested else ()
    made = table(title, "epoch", "loss", "right", "‖g‖", "lr", *extra, left=0)
    for one in summaries:
        row = [str(one.epoch), size(one.loss, 6), percent(one.accuracy), *_update(one)]
        if one.test_loss is not None and one.test_accuracy is not None:
            row += [size(one.test_loss, 6), percent(one.test_accuracy)]
        made.add_row(*row)
    console().print(made)


def _print_steps(title: str, summaries: list[StepSummary], experiment: Experiment) -> None:
    extra = ("val loss",) if experiment.test else ()
    made = table(title, "step", "loss", *extra, "‖g‖", "lr", left=0)
    for one in summaries:
        val_loss = () if one.val_loss is None else (size(one.val_loss, 6),)
        made.add_row(str(one.step), size(one.loss, 6), *val_loss, *_update(one))
    out = console()
    out.print(made)
    if experiment.floor is not None:
        out.print(f"floor {size(experiment.floor)}: the entropy of the grammar, nats a character")


def _update(one: EpochSummary | StepSummary) -> tuple[str, str]:
    """The gradient's norm and the learning rate."""
    norm = size(one.grad_norm) + (" clipped" if one.clipped else "")
    return norm, short(one.learning_rate, 6)


def _corpus(experiment: Experiment, stream: Stream) -> str:
    """What a stream is made of, in a line."""
    vocabulary, held = experiment.vocabulary, 0
    unit = "character" if vocabulary.tokenizer == "char" else "word"
    if experiment.test:
        held = experiment.test[0].length + 1  # the last of them is only named
    parts = [
        counted(len(stream.ids) + held, unit),
        f"{len(vocabulary.tokens)} distinct",
        f"{len(stream.ids):,} for training in {counted(len(stream), 'chunk')} of "
        f"{stream.sequence_length}",
        f"{held:,} for validation" if held else "none for validation",
    ]
    return ", ".join(parts)
