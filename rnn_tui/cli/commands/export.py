"""`rnn-tui export`: an experiment written out as a program, or as a file to change."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from rnn_tui.cli.arguments import Parser, add_experiment
from rnn_tui.cli.loading import loaded
from rnn_tui.cli.output import console, to_json
from rnn_tui.codegen import numpy_program
from rnn_tui.experiments import Experiment, ExperimentError, document_of, drafts
from rnn_tui.experiments.writing import relocated, toml_of


def add_arguments(parser: Parser) -> None:
    """What may follow the name of the command."""
    add_experiment(parser)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--code", action="store_true", help="a NumPy program with the same losses")
    what.add_argument(
        "--toml", action="store_true",
        help="an experiment file to change, with what --set says; of a text or table of yours too",
    )  # fmt: skip
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write it (stdout)")


def run(options: Namespace) -> int:
    """Print a program with the experiment's losses or its file, or write it to a file."""
    experiment = loaded(options)
    if not (options.code or options.toml):
        expected = "expected --code, a NumPy program, or --toml, an experiment file"
        raise ExperimentError(f"{expected}: what is to be exported?")
    output = None if options.output is None else Path(options.output)
    if options.toml:
        kind, written = "toml", _file_of(experiment, output)
        hint = f"Open it with: rnn-tui {options.output}"
    else:
        kind, written = "code", numpy_program(experiment)
        hint = f"Run it with: python {options.output}"
    if output is not None:
        drafts.check_writable(output)
        drafts.write_whole(output, written.encode())
    if options.json:
        print(to_json({"experiment": experiment.name, kind: written, "file": options.output}))
    elif output is None:
        print(written, end="")
    else:
        console().print(f"Written to {options.output}. {hint}")
    return 0


def _file_of(experiment: Experiment, output: Path | None) -> str:
    """The text of an experiment's file, its paths as from where it is written, or from here.

    Raises ExperimentError.
    """
    if output is not None and output.suffix.lower() != ".toml":
        raise ExperimentError(f"expected a file that ends in .toml, found {output}", key="--output")
    folder = Path() if output is None else output.parent
    return toml_of(relocated(document_of(experiment), experiment.path.parent, folder))
