"""`rnn-tui gradcheck`: is the gradient right?"""

from __future__ import annotations

from argparse import Namespace

import numpy as np
from rich.text import Text

from rnn_tui.cli.output import console, progress, table, to_json
from rnn_tui.cli.trace import chosen_example, trained
from rnn_tui.engine.gradient_check import TOLERANCE, ArrayCheck, check_gradient
from rnn_tui.engine.training import Trainer
from rnn_tui.experiments import Experiment, load
from rnn_tui.present.digits import signed

PUBLISHED = (
    'training.recurrent_backprop = "published" multiplies by W_hh where the chain rule asks for '
    "W_hhᵀ: that is the slip, and this is it failing."
)


def run(options: Namespace) -> int:
    """Check each example asked for; 1 if any fails."""
    experiment = load(options.experiment, options.set)
    numbers = range(1, len(experiment.train) + 1)
    if options.example is not None:
        chosen_example(experiment, options)
        numbers = range(options.example, options.example + 1)
    trainer = Trainer(experiment)
    params = trained(trainer, options.epochs or 0)
    results = {
        number: check_gradient(params, trainer.net, experiment.train[number - 1])
        for number in progress(numbers, len(numbers), "examples")
    }
    passed = all(check.passed for checks in results.values() for check in checks)
    if options.json:
        _print_json(experiment, options.epochs or 0, results, passed)
    else:
        _print(experiment, results, passed)
    return 0 if passed else 1


def _print_json(
    experiment: Experiment, epochs: int, results: dict[int, tuple[ArrayCheck, ...]], passed: bool
) -> None:
    examples = [
        {"example": number, "arrays": {
            check.name: {"relative_error": check.relative_error, "passed": check.passed}
            for check in checks}}
        for number, checks in results.items()
    ]  # fmt: skip
    errors = [check.relative_error for checks in results.values() for check in checks]
    worst = float(np.max(errors))  # NaN if any is
    print(to_json({
        "experiment": experiment.name, "epoch": epochs, "tolerance": TOLERANCE,
        "relative_error": worst, "passed": passed, "examples": examples,
    }))  # fmt: skip


def _print(
    experiment: Experiment, results: dict[int, tuple[ArrayCheck, ...]], passed: bool
) -> None:
    made = table(
        f"{experiment.name}: backpropagation against central differences",
        "example", "array", "analytic", "numeric", "relative error", "", left=2,
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
    if not passed and experiment.training.recurrent_backprop == "published":
        out.print(PUBLISHED)
