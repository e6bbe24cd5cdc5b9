"""`rnn-tui gradcheck`: is the gradient right?"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from rich.text import Text

from rnn_tui.cli.affordable import numbers_each
from rnn_tui.cli.arguments import Parser, add_example, add_experiment, add_length
from rnn_tui.cli.commands.trace import example_place
from rnn_tui.cli.loading import tell
from rnn_tui.cli.output import console, progress, table, to_json
from rnn_tui.cli.trained import Trained, opened, trained
from rnn_tui.engine.checks.gradient_check import (
    TOLERANCE,
    ArrayCheck,
    Verdict,
    check_batch,
    check_gradient,
    located,
    sample_of,
)
from rnn_tui.engine.training.training import Trainer
from rnn_tui.equations.faults import Fault
from rnn_tui.experiments import Experiment, ExperimentError
from rnn_tui.present.digits import signed
from rnn_tui.present.sentences.proof import EXCUSES, MARKS, sound
from rnn_tui.session.checks.breakit import settings_with
from rnn_tui.session.checks.proof import SAMPLE
from rnn_tui.session.moment import Refused

MOST_PASSES = 50_000  # by default, or as many as three examples need
FEW = 3

STYLES = {Verdict.RIGHT: "green", Verdict.WRONG: "red"}

Results = dict[int, tuple[ArrayCheck, ...]]

PUBLISHED = (
    'training.recurrent_backprop = "published" multiplies by W_hh, where the chain rule has W_hhᵀ: '
    "this slip makes the check fail."
)


def add_arguments(parser: Parser) -> None:
    """What may follow the name of the command."""
    add_experiment(parser)
    add_length(parser, "epochs to train first (0)", weights=True)
    add_example(parser)
    parser.add_argument(
        "--fault", metavar="NAME", help="put a classic bug into the code first: see it fail"
    )


def run(options: Namespace) -> int:
    """Check each example asked for; 1 if any gradient is wrong."""
    experiment = _broken(opened(options), options.fault)
    places = usual_places(experiment)
    if options.example is not None:
        places = [example_place(experiment, options.example)]
    network = trained(Trainer(experiment), options)
    most = numbers_each(network.params.layout, [experiment.train[k].length for k in places])
    results = {place + 1: _check(network, place, most) for place in places}
    batch = _check_update(network)
    rows = [check for checks in results.values() for check in checks]
    passed = all(check.verdict is not Verdict.WRONG for check in (*rows, *batch))
    if options.json:
        _print_json(network, results, batch, passed, most)
    else:
        _print(network, results, batch, passed, most)
    return 0 if passed else 1


def _broken(experiment: Experiment, fault: str | None) -> Experiment:
    """The experiment with a bug in its code. Raises ExperimentError where it shows nowhere."""
    if fault is None:
        return experiment
    trainer = Trainer(experiment)
    try:
        settings = settings_with(trainer, fault, 0)
    except Refused as refused:
        raise ExperimentError(refused.why, key="--fault") from None
    return replace(experiment, training=settings)


def usual_places(experiment: Experiment) -> Sequence[int]:
    """All examples if that is quick, else some from all over; the first chunks of a stream."""
    count = len(experiment.train)
    if experiment.stream is not None:
        return range(min(FEW, count))
    affordable = max(FEW, MOST_PASSES // (2 * experiment.layout.size))
    if affordable >= count:
        return range(count)
    return [int(place) for place in np.linspace(0, count - 1, affordable).round()]


def _check(network: Trained, place: int, most: int | None) -> tuple[ArrayCheck, ...]:
    """The check of an example, of at most so many numbers of each array."""

    def watch(numbers: Sequence[int]) -> Iterable[int]:
        return progress(numbers, len(numbers), "numbers")

    example, start = network.experiment.train[place], network.start(place)
    return check_gradient(network.params, network.net, example, start, watch, most)


def _check_update(network: Trained) -> tuple[ArrayCheck, ...]:
    """The next update's gradient; nothing where its batch is a single example."""
    trainer, state, k = network.trainer, network.state, network.updates
    members = trainer.members(k)
    count = len(members)
    if count == 1:
        return ()
    try:
        lengths = [network.experiment.train[member].length for member in members]
        most = numbers_each(state.params.layout, lengths)
    except ExperimentError as error:
        message = f"the batch of {count} is not checked: {error}"
        tell([message])
        return ()
    reduced = state.params.with_flat(trainer.step(state, k).update.reduced)
    affordable = 2 * reduced.layout.size * count <= MOST_PASSES
    sample = sample_of(reduced, most if affordable else min(SAMPLE, most or SAMPLE))
    places = np.concatenate([*sample.values()])

    def watch(numbers: Sequence[int]) -> Iterable[int]:
        return progress(numbers, len(numbers), "numbers")

    return (check_batch(reduced.flat, trainer, state, k, places, watch),)


def _print_json(
    network: Trained, results: Results, batch: tuple[ArrayCheck, ...], passed: bool,
    most: int | None,
) -> None:  # fmt: skip
    examples = [
        {"example": number, "arrays": {check.name: _json_of(check) for check in checks}}
        for number, checks in results.items()
    ]  # fmt: skip
    errors = [check.relative_error for checks in results.values() for check in checks]
    worst = float(np.max(errors))  # NaN if any is
    print(to_json({
        "experiment": network.experiment.name, **network.as_json(), "tolerance": TOLERANCE,
        "sample": most,
        "fault": _name(network.net.fault), "relative_error": worst, "passed": passed,
        "examples": examples, "batch": _json_of(batch[0]) if batch else None,
    }))  # fmt: skip


def _json_of(check: ArrayCheck) -> dict[str, float | bool | str]:
    return {
        "relative_error": check.relative_error,
        "passed": check.passed,
        "verdict": check.verdict.value,
    }


def _name(fault: Fault | None) -> str | None:
    return fault.name if fault else None


def _print(
    network: Trained, results: Results, batch: tuple[ArrayCheck, ...], passed: bool,
    most: int | None,
) -> None:  # fmt: skip
    experiment = network.experiment
    made = table(
        f"{experiment.name} · {network.when}: backpropagation against central differences",
        experiment.item_name, "array", "analytic", "numeric", "relative error", "", left=2,
    )  # fmt: skip
    made.columns[-1].justify = "left"
    for number, checks in results.items():
        for place, check in enumerate(checks):
            at = check.worst
            named = f"d{check.name}[{','.join(map(str, at))}]"
            made.add_row(str(number) if place == 0 else "", named, *_cells(check))
    for check in batch:
        array, index = located(network.params.layout, check.worst[0])
        named = f"g {array}[{','.join(map(str, index))}]"
        made.add_row("batch", named, *_cells(check))
    out = console()
    out.print(made)
    every = [check for checks in results.values() for check in checks]
    right = all(check.passed for check in (*every, *batch))
    out.print(f"{'All' if right else 'Not all'} below {TOLERANCE:.0e}; "
              "each row is the number of its array where the two differ most.")  # fmt: skip
    if passed and not right:
        out.print(sound(right))
    if most is not None:
        out.print(f"At most {most} numbers of each array measured: all would take too long.")
    if len(results) < len(experiment.train):
        checked = f"{len(results)} of {len(experiment.train)} {experiment.item_name}s checked"
        out.print(f"{checked}; --example K checks another.")
    if not passed and experiment.training.recurrent_backprop == "published":
        out.print(PUBLISHED)
    elif not passed and (fault := network.net.fault) is not None:
        out.print(f"The code has the bug {fault.name}: {fault.slip}.", highlight=False)


def _cells(check: ArrayCheck) -> tuple[str | Text, ...]:
    worst = int(np.argmax(np.abs(check.analytic - check.numeric)))
    analytic, numeric = (float(one.ravel()[worst]) for one in (check.analytic, check.numeric))
    mark = " ".join(filter(None, (MARKS[check.verdict][0], EXCUSES.get(check.verdict))))
    said = Text(mark, style=STYLES.get(check.verdict, "yellow"))
    return signed(analytic, 6), signed(numeric, 6), f"{check.relative_error:.1e}", said
