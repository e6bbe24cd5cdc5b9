"""`rnn-tui gradcheck`: is the gradient right?"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Sequence

import numpy as np
from rich.text import Text

from rnn_tui.cli.output import console, progress, table, to_json
from rnn_tui.cli.trace import example_place
from rnn_tui.cli.trained import Trained, opened, trained
from rnn_tui.engine.gradient_check import TOLERANCE, ArrayCheck, check_gradient
from rnn_tui.engine.network import layout_of
from rnn_tui.engine.training import Trainer
from rnn_tui.experiments import Experiment
from rnn_tui.present.digits import signed

MOST_PASSES = 50_000  # by default, or as many as three examples need
FEW = 3

Results = dict[int, tuple[ArrayCheck, ...]]

PUBLISHED = (
    'training.recurrent_backprop = "published" multiplies by W_hh where the chain rule asks for '
    "W_hhᵀ: that is the slip, and this is it failing."
)


def run(options: Namespace) -> int:
    """Check each example asked for; 1 if any fails."""
    experiment = opened(options)
    places = usual_places(experiment)
    if options.example is not None:
        places = [example_place(experiment, options.example)]
    network = trained(Trainer(experiment), options)
    results = {place + 1: _check(network, place) for place in places}
    passed = all(check.passed for checks in results.values() for check in checks)
    if options.json:
        _print_json(network, results, passed)
    else:
        _print(network, results, passed)
    return 0 if passed else 1


def usual_places(experiment: Experiment) -> Sequence[int]:
    """All examples if that is quick, else some from all over; the first chunks of a stream."""
    count = len(experiment.train)
    if experiment.stream is not None:
        return range(min(FEW, count))
    affordable = max(FEW, MOST_PASSES // (2 * layout_of(experiment).size))
    if affordable >= count:
        return range(count)
    return [int(place) for place in np.linspace(0, count - 1, affordable).round()]


def _check(network: Trained, place: int) -> tuple[ArrayCheck, ...]:
    def watch(numbers: Sequence[int]) -> Iterable[int]:
        return progress(numbers, len(numbers), "numbers")

    example, start = network.experiment.train[place], network.start(place)
    return check_gradient(network.params, network.net, example, start, watch)


def _print_json(network: Trained, results: Results, passed: bool) -> None:
    examples = [
        {"example": number, "arrays": {
            check.name: {"relative_error": check.relative_error, "passed": check.passed}
            for check in checks}}
        for number, checks in results.items()
    ]  # fmt: skip
    errors = [check.relative_error for checks in results.values() for check in checks]
    worst = float(np.max(errors))  # NaN if any is
    print(to_json({
        "experiment": network.experiment.name, **network.as_json(), "tolerance": TOLERANCE,
        "relative_error": worst, "passed": passed, "examples": examples,
    }))  # fmt: skip


def _print(network: Trained, results: Results, passed: bool) -> None:
    experiment = network.experiment
    unit = "example" if experiment.stream is None else "chunk"
    made = table(
        f"{experiment.name} · {network.when}: backpropagation against central differences",
        unit, "array", "analytic", "numeric", "relative error", "", left=2,
    )  # fmt: skip
    for number, checks in results.items():
        for place, check in enumerate(checks):
            at = check.worst
            made.add_row(
                str(number) if place == 0 else "",
                f"d{check.name}[{','.join(map(str, at))}]",
                signed(float(check.analytic[at]), 6),
                signed(float(check.numeric[at]), 6),
                f"{check.relative_error:.1e}",
                Text("✓", style="green") if check.passed else Text("✗", style="red"),
            )
    out = console()
    out.print(made)
    out.print(f"{'All' if passed else 'Not all'} below {TOLERANCE:.0e}; "
              "each row is the number of its array where the two differ most.")  # fmt: skip
    if len(results) < len(experiment.train):
        checked = f"{len(results)} of {len(experiment.train)} {unit}s checked"
        out.print(f"{checked}; --example K checks another.")
    if not passed and experiment.training.recurrent_backprop == "published":
        out.print(PUBLISHED)
