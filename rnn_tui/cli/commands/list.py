"""`rnn-tui list`."""

from __future__ import annotations

from argparse import Namespace

from rnn_tui.cli.arguments import Parser
from rnn_tui.cli.output import console, table, to_json
from rnn_tui.experiments import bundled, load
from rnn_tui.present.digits import counted


def add_arguments(parser: Parser) -> None:
    """Nothing follows the name of the command."""


def run(options: Namespace) -> int:
    """Print every bundled experiment."""
    experiments = [load(path) for path in bundled()]
    if options.json:
        print(to_json([
            {"name": e.name, "title": e.title, "task": e.task, "hidden_size": e.model.hidden_size,
             "train": len(e.train), "test": len(e.test), "source": e.source}
            for e in experiments
        ]))  # fmt: skip
        return 0
    made = table("", "name", "what it is", "task", "units", "training", left=3)
    for e in experiments:
        training = counted(len(e.train), "example" if e.stream is None else "chunk")
        made.add_row(e.name, e.title, e.task, str(e.model.hidden_size), training)
    console().print(made)
    return 0
