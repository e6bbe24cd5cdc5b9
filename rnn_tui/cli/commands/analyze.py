"""`rnn-tui analyze`: what a network has learnt and how, as pictures and as data."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnn_tui.analyses import Snapshot, Study, Unfit, moments, snapshots
from rnn_tui.analyses.measuring import ANALYSES, analysed
from rnn_tui.cli.arguments import Parser, add_experiment, add_length, positive
from rnn_tui.cli.inked import line
from rnn_tui.cli.output import console, progress, to_json
from rnn_tui.cli.streams import message
from rnn_tui.cli.trained import opened, updates_asked
from rnn_tui.engine.training.training import Trainer
from rnn_tui.experiments import ExperimentError
from rnn_tui.experiments.errors import nearest, one_of, shown
from rnn_tui.present.analyses.analyses import picture

MOST_SNAPSHOTS = 1000


@dataclass(frozen=True, eq=False)
class Report:
    """What was found, and why analyses were left out, each by its name."""

    study: Study
    found: dict[str, Any]
    left_out: dict[str, str]


def add_arguments(parser: Parser) -> None:
    """What may follow the name of the command."""
    add_experiment(parser)
    parser.add_argument(
        "what", nargs="*", metavar="WHAT", help=f"{' '.join(ANALYSES)} (all that fit)"
    )
    add_length(parser, "epochs to train (as the experiment plans)", weights=True)
    parser.add_argument(
        "--every", type=positive, metavar="N",
        help="measure every N updates (about 40 times, more often at the start)",
    )  # fmt: skip


def run(options: Namespace) -> int:
    """Train once, looking on the way; then measure what was asked for, or all that fits."""
    asked = _asked(options.what)
    experiment = opened(options)
    if options.weights is not None and options.every is not None:
        raise ExperimentError("expected none, as weights in a file are one moment", key="--every")
    trainer = Trainer(experiment)
    study = _studied(trainer, options)
    report = _measured(study, asked, bool(options.what))
    if options.json:
        print(to_json(_as_json(report, options)))
    else:
        _print(report, options)
    return 0


def _asked(what: list[str]) -> list[str]:
    for name in what:
        if name not in ANALYSES:
            known = list(ANALYSES)
            wrong = f"{one_of(known)}, found {shown(name)}{nearest(name, known)}"
            raise ExperimentError(wrong, key="WHAT")
    return [name for name in ANALYSES if name in what] or list(ANALYSES)


def _studied(trainer: Trainer, options: Namespace) -> Study:
    """Snapshots of one run from the start, or of the weights in a file alone."""
    usual = 0 if options.weights else trainer.settings.updates(trainer.updates_per_epoch)
    asked = updates_asked(trainer, options)
    count = usual if asked is None else asked
    if options.every is not None and count // options.every > MOST_SNAPSHOTS:
        wrong = f"expected at least {-(-count // MOST_SNAPSHOTS)} for {count} updates"
        raise ExperimentError(wrong, key="--every")
    seen: list[Snapshot] = []
    made = snapshots(trainer, moments(count, options.every))
    for one in progress(made, count + 1, "updates"):
        seen += [] if one is None else [one]
    try:
        return Study.of(trainer.experiment, seen)
    except Unfit as unfit:
        raise ExperimentError(f"{unfit}, with --epochs or --steps") from None


def _measured(study: Study, names: list[str], by_name: bool) -> Report:
    """The analyses by these names; one that does not fit is refused only if asked for by name."""
    found, left_out = {}, {}
    for name in progress(names, len(names), "analyses"):
        try:
            found[name] = analysed(name, study)
        except Unfit as unfit:
            if by_name:
                raise ExperimentError(f"{name}: {unfit}", file=study.experiment.name) from None
            left_out[name] = str(unfit)
    return Report(study, found, left_out)


def _as_json(report: Report, options: Namespace) -> dict[str, Any]:
    steps = None if options.weights else report.study.steps
    return {
        "experiment": report.study.experiment.name,
        "weights": options.weights,
        "updates": steps,
        "source": report.study.source,
        "analyses": {name: ANALYSES[name].data(found) for name, found in report.found.items()},
        "left_out": report.left_out,
    }


def _print(report: Report, options: Namespace) -> None:
    out, study = console(), report.study
    width = out.width
    when = f"weights of {options.weights}" if options.weights else f"update {study.steps[-1]:,}"
    many = f", {len(study.snapshots)} looks on the way" if len(study.snapshots) > 1 else ""
    out.print(f"{study.experiment.name}, {when}{many}; reading the {study.source}")
    for found in report.found.values():
        with np.errstate(all="ignore"):
            drawn = picture(found, study.source, width)
        out.print()
        out.print(drawn.title, style="bold")
        for sentence in drawn.says:
            out.print(sentence)
        for row in drawn.rows:
            out.print(line(row), no_wrap=True, overflow="crop")
    for name, why in report.left_out.items():
        message(f"{name} left out: {why}")
