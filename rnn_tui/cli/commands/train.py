"""`rnn-tui train`: the training loop without a screen."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Generic, NamedTuple

import numpy as np

from rnn_tui.characters import visible
from rnn_tui.cli import weights
from rnn_tui.cli.arguments import Parser, add_experiment, add_length, positive
from rnn_tui.cli.loading import loaded, tell
from rnn_tui.cli.output import console, progress, table, to_json
from rnn_tui.cli.trained import refuse_for_labelled, updates_asked
from rnn_tui.cli.training_lines import Line, Rows, Summary, epoch_lines, step_lines
from rnn_tui.diagnosis import hardly_learnt
from rnn_tui.engine.training.epochs import STEPS_A_LINE, EpochSummary, StepSummary
from rnn_tui.engine.training.training import Trainer, TrainingState
from rnn_tui.experiments import Experiment, ExperimentError, Stream, shell_command
from rnn_tui.present.digits import counted, percent, short, size

HELPS = "try a smaller training.learning_rate, or training.clip"


def add_arguments(parser: Parser) -> None:
    """What may follow the name of the command."""
    add_experiment(parser)
    add_length(parser, "epochs to train (as the experiment plans)")
    parser.add_argument(
        "--every", type=positive, metavar="N",
        help="of a stream, a line every N steps (100, of which a table shows about 20)",
    )  # fmt: skip
    parser.add_argument(
        "--save", metavar="FILE", help="write the weights then: .npz or .safetensors"
    )
    parser.add_argument(
        "--names", choices=("ours", "torch"), default="ours",
        help="what the saved arrays are called: torch, as in the state_dict read, or that of a "
        "module with rnn, linear and embedding (ours)",
    )  # fmt: skip
    parser.add_argument(
        "--float32", action="store_true",
        help="train in single precision: twice as fast for hundreds of units, less exact",
    )  # fmt: skip


def run(options: Namespace) -> int:
    """Train from the start."""
    experiment = loaded(options)
    refuse_for_labelled(experiment, "--every", options.every)
    trainer = Trainer(experiment, np.float32 if options.float32 else np.float64)
    asked = updates_asked(trainer, options)
    usual = trainer.settings.updates(trainer.updates_per_epoch)
    count = usual if asked is None else asked
    target = None if options.save is None else Path(options.save)
    if target is not None:
        weights.check_writable(target)
        if options.names == "torch":
            weights.check_has_names(experiment)
    elif options.names != "ours":
        raise ExperimentError("expected only together with --save", key="--names")

    def done(state: TrainingState) -> None:
        if target is None:
            return
        params = state.params.in_type(np.float64)
        weights.write(target, experiment, params, options.names)
        added = weights.added_by_training(experiment, params) if options.names == "torch" else ""
        if added:
            tell([f"{target} has {added}, which the file of weights it began with has not"])

    run: _Run[EpochSummary] | _Run[StepSummary]
    if experiment.stream is None:
        run = _train_epochs(trainer, count // trainer.updates_per_epoch, options, done)
    else:
        run = _train_steps(trainer, experiment.stream, count, options, done)
    if target is not None and not options.json:
        console().print(f"Saved to {target}.")
    if run.diverged:
        doctor = shell_command(experiment, "doctor")
        tell([f"{experiment.name} diverged {run.where}; {HELPS}; {doctor} looks for the cause"])
    elif hardly_learnt(run.losses, experiment):
        tell([f"hardly learnt: {shell_command(experiment, 'doctor')} looks for the cause"])
    return 1 if run.diverged else 0


Done = Callable[[TrainingState], None]


def _train_epochs(
    trainer: Trainer, count: int, options: Namespace, done: Done
) -> _Run[EpochSummary]:
    """Print a line an epoch."""
    epochs = progress(epoch_lines(trainer, count), count, "epochs", quiet=_scrolls(options))
    run = _follow(epochs, Rows(count), options, trainer)
    done(run.state)
    if not options.json:
        title = f"{trainer.experiment.name}: {_length(run, count)} epochs"
        _print_epochs(title, run, trainer.experiment.has_classes)
    return run


def _train_steps(
    trainer: Trainer, stream: Stream, count: int, options: Namespace, done: Done
) -> _Run[StepSummary]:
    """Print a line every so many steps."""
    every = STEPS_A_LINE if options.every is None else options.every
    steps = progress(step_lines(trainer, count, every), count, "steps", quiet=_scrolls(options))
    rows: Rows[StepSummary] = Rows(-(-count // every), everything=options.every is not None)
    run = _follow(steps, rows, options, trainer)
    done(run.state)
    if not options.json:
        console().print(_corpus(trainer.experiment, stream))
        _print_steps(
            f"{trainer.experiment.name}: {_length(run, count)} steps", run, trainer.experiment
        )
    return run


class _Run(NamedTuple, Generic[Summary]):
    """The last state, the lines to show, what became inf or NaN, if anything, and all losses."""

    state: TrainingState
    rows: Rows[Summary]
    diverged: str
    losses: list[float]

    @property
    def shown(self) -> list[Summary]:
        return self.rows.shown(bool(self.diverged))

    @property
    def where(self) -> str:
        """Where it diverged, and how."""
        last = self.rows.lead[-1]
        at = f"step {last.step}" if isinstance(last, StepSummary) else f"epoch {last.epoch}"
        return f"at {at}: {self.diverged}"

    @property
    def left_out(self) -> str:
        """How many lines are not shown, and what shows them."""
        shown, count = len(self.shown), self.rows.count
        return f"{shown} of {count} lines shown" if shown < count else ""


def _follow(
    lines: Iterable[Line[Summary]], rows: Rows[Summary], options: Namespace, trainer: Trainer
) -> _Run[Summary]:
    """Go to the end; each summary is printed as JSON, or goes into the table."""
    state, has_classes = trainer.initial_state(), trainer.experiment.has_classes
    diverged, losses = "", list[float]()
    for line in lines:
        state, diverged = line.state, line.diverged
        if line.summary is None:
            continue
        rows.add(line.summary)
        losses.append(line.summary.loss)
        if options.json:
            print(to_json(as_json(line.summary, has_classes)), flush=True)
    return _Run(state, rows, diverged, losses)


def _length(run: _Run[Summary], count: int) -> str:
    """How long it trained, in epochs or steps."""
    if not run.diverged:
        return str(count)
    last = run.rows.lead[-1]
    done = last.step if isinstance(last, StepSummary) else last.epoch + 1
    return f"{done} of {count}"


def _scrolls(options: Namespace) -> bool:
    """Whether lines scroll by, which is progress enough."""
    return bool(options.json) and sys.stdout.isatty()


def as_json(summary: EpochSummary | StepSummary, has_classes: bool = True) -> dict[str, Any]:
    """One line; test figures only where there is a test set.

    Where answers are no classes there is no accuracy, but the mean absolute error, `mae`.
    """
    return {
        key if has_classes else key.replace("accuracy", "mae"): value
        for key, value in vars(summary).items()
        if not (key.startswith("test_") and value is None)
    }


def _print_epochs(title: str, run: _Run[EpochSummary], has_classes: bool) -> None:
    summaries = run.shown
    tested = bool(summaries) and summaries[0].test_loss is not None
    what, told = ("right", percent) if has_classes else ("mean error", size)
    extra = ("test loss", f"test {what}") if tested else ()
    made = table(title, "epoch", "loss", what, "‖g‖", "lr", *extra, left=0)
    for one in summaries:
        row = [str(one.epoch), size(one.loss, 6), told(one.accuracy), *_update(one)]
        if one.test_loss is not None and one.test_accuracy is not None:
            row += [size(one.test_loss, 6), told(one.test_accuracy)]
        made.add_row(*row)
    out = console()
    out.print(made)
    if run.left_out:
        out.print(f"{run.left_out}; --json prints all.")


def _print_steps(title: str, run: _Run[StepSummary], experiment: Experiment) -> None:
    extra = ("val loss",) if experiment.test else ()
    made = table(title, "step", "loss", *extra, "‖g‖", "lr", left=0)
    for one in run.shown:
        val_loss = () if one.val_loss is None else (size(one.val_loss, 6),)
        made.add_row(str(one.step), size(one.loss, 6), *val_loss, *_update(one))
    out = console()
    out.print(made)
    if run.left_out:
        out.print(f"{run.left_out}; --every {STEPS_A_LINE} prints all.")
    if experiment.floor is not None:
        out.print(f"floor {size(experiment.floor)}: the entropy of the grammar, nats a character")


def _update(one: EpochSummary | StepSummary) -> tuple[str, str]:
    """The gradient's norm and the learning rate."""
    norm = size(one.grad_norm) + (" clipped" if one.clipped else "")
    return norm, short(one.learning_rate, 6)


def _series(experiment: Experiment, stream: Stream) -> str:
    """What a series is made of, in a line."""
    held = experiment.test[0].length if experiment.test else 0
    columns = f"{', '.join(map(visible, experiment.vocabulary.columns))} → "
    columns += ", ".join(map(visible, experiment.labels))
    parts = [
        counted(len(experiment.vocabulary.tokens), "row"),
        columns,
        *_parts(stream, held),
    ]
    return ", ".join(parts)


def _corpus(experiment: Experiment, stream: Stream) -> str:
    """What a stream is made of, in a line."""
    if not experiment.has_classes:
        return _series(experiment, stream)
    vocabulary, held = experiment.vocabulary, 0
    if experiment.test:
        held = experiment.test[0].length + 1  # the last of them is only named
    parts = [
        counted(len(stream.ids) + held, vocabulary.noun),
        f"{len(vocabulary.tokens)} distinct",
        *_parts(stream, held),
    ]
    return ", ".join(parts)


def _parts(stream: Stream, held: int) -> tuple[str, str]:
    """What of it is trained on, and how much is held back."""
    chunks = f"{counted(len(stream), 'chunk')} of {stream.sequence_length}"
    kept = f"{held:,}" if held else "none"
    return f"{len(stream.ids):,} for training in {chunks}", f"{kept} for validation"
