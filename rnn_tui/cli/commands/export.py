"""`rnn-tui export`: an experiment written out as a program."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from rnn_tui.cli.arguments import Parser, add_experiment
from rnn_tui.cli.loading import loaded
from rnn_tui.cli.output import console, to_json
from rnn_tui.codegen import numpy_program
from rnn_tui.experiments import ExperimentError, drafts


def add_arguments(parser: Parser) -> None:
    """What may follow the name of the command."""
    add_experiment(parser)
    parser.add_argument("--code", action="store_true", help="a NumPy program with the same losses")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write it (stdout)")


def run(options: Namespace) -> int:
    """Print a NumPy program that reproduces the experiment's losses, or write it to a file."""
    experiment = loaded(options)
    if not options.code:
        raise ExperimentError("expected --code, a NumPy program: what is to be exported?")
    code = numpy_program(experiment)
    if options.output is not None:
        path = Path(options.output)
        drafts.check_writable(path)
        drafts.write_whole(path, code.encode())
    if options.json:
        print(to_json({"experiment": experiment.name, "code": code, "file": options.output}))
    elif options.output is None:
        print(code, end="")
    else:
        console().print(f"Written to {options.output}. Run it with: python {options.output}")
    return 0
