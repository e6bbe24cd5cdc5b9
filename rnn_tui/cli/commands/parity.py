"""`rnn-tui parity`: the same experiment in torch, or the PyTorch program of it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from math import prod

from rich.console import Group
from rich.table import Table

from rnn_tui.cli.arguments import Parser, add_experiment, add_length
from rnn_tui.cli.loading import loaded
from rnn_tui.cli.output import console, progress, table, to_json
from rnn_tui.cli.trained import updates_asked
from rnn_tui.codegen import torch_program
from rnn_tui.engine.training.training import Trainer
from rnn_tui.experiments import Experiment, ExperimentError
from rnn_tui.parity import (
    TOLERANCE,
    NoTorchError,
    ParitySummary,
    Step,
    compare,
    passed,
    second_biases,
    summed,
    torch_names,
    torch_numbers,
    usual_updates,
)
from rnn_tui.present.digits import size
from rnn_tui.present.sentences import parity as words

MOST_ROWS = 30
MOST_GRADIENTS = 8  # that have a column each


def add_arguments(parser: Parser) -> None:
    """What may follow the name of the command."""
    add_experiment(parser)
    add_length(parser, "compare this many (what takes seconds)")
    parser.add_argument(
        "--code", action="store_true", help="print the PyTorch program of it instead"
    )


def run(options: Namespace) -> int:
    """Compare, 1 if anything is further apart than rounding explains; or print the program."""
    experiment = loaded(options)
    if options.code:
        code = torch_program(experiment)
        print(to_json({"experiment": experiment.name, "code": code}) if options.json else code,
              end="\n" if options.json else "")  # fmt: skip
        return 0
    trainer = Trainer(experiment)
    asked = updates_asked(trainer, options)
    count = usual_updates(trainer) if asked is None else asked
    if count == 0:
        flag = "--epochs" if options.epochs is not None else "--steps"
        raise ExperimentError("expected 1 or more, as updates are compared", key=flag)
    steps = _steps(trainer, count)
    if not steps:
        raise ExperimentError("the first update is not finite, so there is nothing to compare")
    total = summed(steps)
    if options.json:
        _print_json(trainer, steps, total)
    else:
        _print(trainer, steps, total, count)
    return 1 if total.wrong else 0


def _steps(trainer: Trainer, count: int) -> list[Step]:
    try:
        return list(progress(compare(trainer, count), count, "updates"))
    except NoTorchError as error:
        raise ExperimentError(str(error)) from None


def _rows(trainer: Trainer, steps: Sequence[Step], most: int | None = None) -> list[ParitySummary]:
    """Epochs, or steps of a stream, or stretches of these so that there are at most so many."""
    each = 1 if trainer.experiment.stream is not None else trainer.updates_per_epoch
    if most is not None:
        each *= max(1, -(-len(steps) // (each * most)))
    return [summed(steps[at : at + each]) for at in range(0, len(steps), each)]


def _unit(trainer: Trainer) -> tuple[str, int, int]:
    """What a row counts, how many updates that is, and from which number on."""
    if trainer.experiment.stream is not None:
        return "step", 1, 1
    return "epoch", trainer.updates_per_epoch, 0


def _print_json(trainer: Trainer, steps: Sequence[Step], total: ParitySummary) -> None:
    experiment, (unit, each, first) = trainer.experiment, _unit(trainer)
    layout, fault = experiment.layout, trainer.net.fault
    print(to_json({
        "experiment": experiment.name, "tolerance": TOLERANCE, "passed": not total.wrong,
        "apart": list(total.wrong), "fault": fault.name if fault else None,
        "updates": len(steps), "worst": total.apart, "free": total.free,
        "parameters": layout.size, "torch_parameters": torch_numbers(trainer.net, layout),
        "rows": [
            {unit: one.first // each + first, "loss": one.loss, "free": one.free,
             "differences": one.apart}
            for one in _rows(trainer, steps)
        ],
    }))  # fmt: skip


def _print(trainer: Trainer, steps: Sequence[Step], total: ParitySummary, count: int) -> None:
    experiment, net = trainer.experiment, trainer.net
    out = console()
    out.print(Group(_by_epoch(trainer, steps, total), _by_array(experiment, total)))
    if len(steps) < count:
        out.print(f"Update {len(steps)} is not finite, so the comparison ends before it.")
    out.print(f"The engine's network against {words.by_what(net, experiment.layout)}, "
              "in float64. Each update begins with the engine's weights on both sides; a "
              "difference is the largest |ours − torch's|, as a share of the largest |ours| where "
              "that is above 1.")  # fmt: skip
    out.print(words.counts(net, experiment.layout))
    out.print(words.stepped(experiment))
    if text := words.left_alone(total, len(steps)):
        out.print(text)
    line = words.verdict(total, net.fault.slip if net.fault else None)
    out.print("".join(span.text for span in line), style="red" if total.wrong else "green")


def _by_epoch(trainer: Trainer, steps: Sequence[Step], total: ParitySummary) -> Table:
    unit, each, first = _unit(trainer)
    seen, gradients = passed(trainer.net), words.gradients(total.apart)
    names = (*seen, *(gradients if len(gradients) <= MOST_GRADIENTS else ()))
    together = () if len(names) > len(seen) else ("gradients",)
    made = table(
        f"{trainer.experiment.name}: difference between torch and us, update by update",
        unit, "loss", *("Δ" + name if name in seen else words.heading(name, total.apart)
                        for name in names), *together, "weights", "alone",
    )  # fmt: skip
    made.padding = (0, 1, 0, 0)
    rows = _rows(trainer, steps, MOST_ROWS)
    for one in rows:
        begin, end = one.first // each + first, one.last // each + first
        place = str(begin) if begin == end else f"{begin}–{end}"
        made.add_row(place, size(one.loss, 6), *_cells(one, names))
    made.add_section()
    made.add_row("worst", "", *_cells(total, names), style="bold")
    return made


def _cells(one: ParitySummary, names: Sequence[str]) -> list[str]:
    """Differences by name, the largest of the gradients where none is among these, the largest
    of the weights after, and that of torch left alone."""
    shown = [words.apart(one.apart[name]) for name in names]
    if not any(words.gradients(names)):
        shown.append(words.apart(max(one.apart[name] for name in words.gradients(one.apart))))
    weights = max(d for name, d in one.apart.items() if f"d{name}" in one.apart)
    return [*shown, words.apart(weights), "" if one.free is None else words.apart(one.free)]


def _by_array(experiment: Experiment, total: ParitySummary) -> Table:
    layout, net = experiment.layout, experiment.network
    ours = second_biases(net, layout)
    made = table("", "array", "in torch", "ours", "torch's", "Δ gradient", "Δ after update", left=2)
    for name, torchs in torch_names(net, layout).items():
        extra = name in ours
        numbers = prod(layout.shapes[ours.get(name, name)])
        after = "stays 0" if extra else words.apart(total.apart[name])
        made.add_row("" if extra else name, torchs, "" if extra else str(numbers), str(numbers),
                     words.apart(total.apart[f"d{name}"]), after)  # fmt: skip
    made.add_section()
    made.add_row("in all", "", str(layout.size), str(torch_numbers(net, layout)), "", "")
    return made
