"""`rnn-tui train`: the training loop without a screen."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rnn_tui.characters import visible
from rnn_tui.cli import weights
from rnn_tui.cli.arguments import INTERRUPTED, Parser, add_experiment, add_length, positive
from rnn_tui.cli.loading import loaded, tell
from rnn_tui.cli.output import bar, console, to_json
from rnn_tui.cli.trained import refuse_for_labelled, updates_asked
from rnn_tui.cli.training_lines import Line, Rows, Summary, epoch_lines, step_lines
from rnn_tui.cli.training_table import TrainingTable, epoch_table, step_table
from rnn_tui.diagnosis import hardly_learnt
from rnn_tui.diagnosis.course import FEWEST_JUDGED, NOTHING, STUCK
from rnn_tui.engine.checks.material import constant_loss, constant_test_loss
from rnn_tui.engine.training.epochs import STEPS_A_LINE, EpochSummary, StepSummary
from rnn_tui.engine.training.training import Trainer, TrainingState
from rnn_tui.experiments import Experiment, ExperimentError, Stream, shell_command
from rnn_tui.present.digits import counted, size

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
        "--save", metavar="FILE", help="write the weights then, or at ctrl-c: .npz or .safetensors"
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
    run = _trained(trainer, count, options)
    if run.stopped:
        return _interrupted(experiment, run, target, options)
    doctor = f"{shell_command(experiment, 'doctor')} looks for the cause"
    if run.diverged:
        tell([f"{experiment.name} diverged {run.where}; {HELPS}; {doctor}"])
    elif badly := _went_badly(run, experiment, whole=count >= usual):
        tell([f"{badly}: {doctor}"])
    if target is not None:
        _save(target, experiment, run.state, options)
        if not options.json:
            console().print(f"Saved to {target}.")
    return 1 if run.diverged else 0


def _save(target: Path, experiment: Experiment, state: TrainingState, options: Namespace) -> None:
    params = state.params.in_type(np.float64)
    weights.write(target, experiment, params, options.names)
    added = weights.added_by_training(experiment, params) if options.names == "torch" else ""
    if added:
        tell([f"{target} has {added}, which the file of weights it began with has not"])


def _interrupted(experiment: Experiment, run: Run, target: Path | None, options: Namespace) -> int:
    """Say where it stopped; its weights are kept where they would have been at the end."""
    kept = "its weights are not kept, without --save"
    if target is not None:
        _save(target, experiment, run.state, options)
        kept = f"weights saved to {target}"
    tell([f"interrupted after {run.length}; {kept}"])
    return INTERRUPTED


def _trained(trainer: Trainer, count: int, options: Namespace) -> Run:
    """Train, a line an epoch or every so many steps, up to the end or an interrupt."""
    experiment = trainer.experiment
    if experiment.stream is None:
        epochs = count // trainer.updates_per_epoch
        table = epoch_table(experiment, epochs)
        return _follow(epoch_lines(trainer, epochs), Rows(epochs), table, options, trainer)
    every = STEPS_A_LINE if options.every is None else options.every
    rows: Rows[StepSummary] = Rows(-(-count // every), everything=options.every is not None)
    if not options.json:
        console().print(_corpus(experiment, experiment.stream))
    lines = step_lines(trainer, count, every)
    made = _follow(lines, rows, step_table(experiment, count), options, trainer)
    if not options.json and experiment.floor is not None:
        floor = f"floor {size(experiment.floor)}: the entropy of the grammar"
        console().print(f"{floor}, nats a character")
    return made


class Run(NamedTuple):
    """How a run ended: its last state and summary, all losses, how long it was, in words.

    `diverged` says what became inf or NaN, if anything; it `stopped` for an interrupt.
    """

    state: TrainingState
    last: EpochSummary | StepSummary | None
    losses: list[float]
    length: str
    diverged: str = ""
    stopped: bool = False

    @property
    def where(self) -> str:
        """Where it diverged, and how."""
        last = self.last
        at = f"step {last.step}" if isinstance(last, StepSummary) else ""
        at = f"epoch {last.epoch}" if isinstance(last, EpochSummary) else at
        return f"at {at}: {self.diverged}"

    @property
    def held(self) -> float | None:
        """The last loss on data held back."""
        if self.last is None:
            return None
        return self.last.val_loss if isinstance(self.last, StepSummary) else self.last.test_loss


def _follow(
    lines: Iterable[Line[Summary]], rows: Rows[Summary], table: TrainingTable[Summary],
    options: Namespace, trainer: Trainer,
) -> Run:  # fmt: skip
    """Go to the end; each summary is printed as JSON, or some as rows of the table."""
    state, has_classes = trainer.initial_state(), trainer.experiment.has_classes
    count, units = table.count, table.units
    last: EpochSummary | StepSummary | None = None
    diverged, losses, done, stopped = "", list[float](), 0, False
    try:
        with bar(units, quiet=bool(options.json) and sys.stdout.isatty()) as told:
            for line in lines:
                state, diverged, done = line.state, line.diverged, done + 1
                told(done, count)
                if line.summary is None:
                    continue
                last = summary = line.summary
                losses.append(summary.loss)
                ready = rows.add(summary)
                if options.json:
                    print(to_json(as_json(summary, has_classes)), flush=True)
                elif ready:
                    with told.aside():
                        for one in ready:
                            table.add(one)
    except KeyboardInterrupt:
        stopped = True
    if diverged and last is not None:
        done = last.step if isinstance(last, StepSummary) else last.epoch + 1
    length = f"{done:,} of {count:,} {units}"
    if not options.json:
        _end(rows, table, f"{length} done" if diverged else "", bool(diverged))
    return Run(state, last, losses, length, diverged, stopped)


def _end(rows: Rows[Summary], table: TrainingTable[Summary], length: str, diverged: bool) -> None:
    """The rows that are still to be shown, and what is left out."""
    for one in rows.left(diverged):
        table.add(one)
    table.end()
    shown = len(rows.shown(diverged))
    all_lines = f"--every {STEPS_A_LINE}" if table.units == "steps" else "--json"
    left_out = f"{shown} of {rows.count} lines shown; {all_lines} prints all"
    left_out = left_out if shown < rows.count else ""
    for said in filter(None, (length, left_out)):
        console().print(f"{said}.")


def _went_badly(run: Run, experiment: Experiment, *, whole: bool) -> str:
    """What there is to say of a run that came to little, unless it was cut too short to judge."""
    if not run.losses or not (whole or len(run.losses) >= FEWEST_JUDGED):
        return ""
    loss, known = run.losses[-1], constant_loss(experiment)
    if hardly_learnt(run.losses, experiment) or (not loss < known and known > NOTHING):
        return f"hardly learnt (loss {size(loss)}, a constant answer: {size(known)})"
    held, held_known = run.held, constant_test_loss(experiment)
    if held is None or held < STUCK * held_known:
        return ""
    how = "worse than" if held > held_known else "hardly better than"
    numbers = f"loss {size(held)}, a constant answer: {size(held_known)}"
    return f"{how} a constant answer on data held back ({numbers})"


def as_json(summary: EpochSummary | StepSummary, has_classes: bool = True) -> dict[str, Any]:
    """One line; test figures only where there is a test set.

    Where answers are no classes there is no accuracy, but the mean absolute error, `mae`.
    """
    return {
        key if has_classes else key.replace("accuracy", "mae"): value
        for key, value in vars(summary).items()
        if not (key.startswith("test_") and value is None)
    }


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
