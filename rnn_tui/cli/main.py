"""From arguments to a command. Nothing heavy is imported before the command is known."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from importlib import import_module

from rnn_tui import __version__

OK, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130

COMMANDS: dict[str, str] = {
    "list": "list the experiments that come with the program",
    "trace": "print everything that one pass computes: states, gradients, all of it",
    "train": "train without a screen, a line an epoch",
    "gradcheck": "hold backpropagation against central differences",
    "check": "compare every published figure with what is measured now",
}

DESCRIPTION = """\
A debugger for recurrent networks in the terminal.

With no command it opens the explorer: rnn-tui [EXPERIMENT] [--set KEY=VALUE]
EXPERIMENT is a bundled name (rnn-tui list) or a .toml file; sentiment if left out."""

EPILOG = """\
Exit codes: 0 done, 1 a check failed, 2 bad input. Data goes to stdout, messages
to stderr. In JSON, numbers read back exactly; NaN and infinity are null."""


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line."""

    def error(self, message: str) -> None:  # type: ignore[override]
        """Say what is wrong and where help is, and leave with exit code 2."""
        self.exit(BAD_INPUT, f"{self.prog}: {message} (see {self.prog} --help)\n")


def run(arguments: Sequence[str]) -> int:
    """Run one command line; the exit code."""
    _prepare_streams()
    try:
        return _dispatch(list(arguments))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _discard_stdout()  # whoever read us has had enough
        return OK


def _prepare_streams() -> None:
    """A closed stream becomes an empty one, and what an encoding lacks is printed as `?`."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def _discard_stdout() -> None:
    """Leave nothing for the interpreter to flush."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _dispatch(arguments: list[str]) -> int:
    named = arguments[:1] and arguments[0] in COMMANDS
    options = (_command_parser if named else _explorer_parser)().parse_args(arguments)
    if not named:
        return _guarded(lambda: _explore(options))
    return _guarded(lambda: _run_command(options))


def _run_command(options: argparse.Namespace) -> int:
    """One command, whose numbers may overflow in silence: it prints what became of them."""
    from numpy import errstate  # noqa: PLC0415

    try:
        with errstate(all="ignore"):
            code = int(import_module(f"rnn_tui.cli.{options.command}").run(options))
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except MemoryError as error:
        print(f"rnn-tui: not enough memory: {error}", file=sys.stderr)
        return BAD_INPUT
    except OSError as error:
        _discard_stdout()
        print(f"rnn-tui: can't write: {error.strerror or error}", file=sys.stderr)
        return BAD_INPUT
    return code


def _guarded(command: Callable[[], int]) -> int:
    from rnn_tui.experiments import ExperimentError  # noqa: PLC0415 - NumPy comes with it

    try:
        return command()
    except ExperimentError as error:
        print(f"rnn-tui: {error}", file=sys.stderr)
        return BAD_INPUT


def _explore(options: argparse.Namespace) -> int:
    from rnn_tui.experiments import ExperimentError, load  # noqa: PLC0415

    try:
        experiment = load(options.experiment, options.set)
    except ExperimentError as error:
        close = get_close_matches(options.experiment, COMMANDS, n=1, cutoff=0.7)
        if close and not error.file:
            hint = f'{error.expected} (or the command "{close[0]}"?)'
            raise ExperimentError(hint) from None
        raise
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        names = ", ".join(COMMANDS)
        print(f"rnn-tui: the explorer needs a terminal; without one: {names}", file=sys.stderr)
        return BAD_INPUT
    from rnn_tui.tui.app import run as explore  # noqa: PLC0415

    return explore(experiment)


def _explorer_parser() -> Parser:
    width = max(map(len, COMMANDS))
    commands = "\n".join(f"  {name:<{width}}  {about}" for name, about in COMMANDS.items())
    parser = Parser(
        "rnn-tui",
        usage="rnn-tui [EXPERIMENT] [--set KEY=VALUE]\n       rnn-tui COMMAND [options]",
        description=f"{DESCRIPTION}\n\ncommands (each has its own --help):\n{commands}",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("experiment", nargs="?", default="sentiment", metavar="EXPERIMENT")
    _add_set(parser)
    parser.add_argument("--version", action="version", version=f"rnn-tui {__version__}")
    return parser


def _command_parser() -> Parser:
    parser = Parser("rnn-tui")
    sub = parser.add_subparsers(dest="command", parser_class=Parser)
    parsers = {
        name: sub.add_parser(name, help=about, description=about[0].upper() + about[1:] + ".")
        for name, about in COMMANDS.items()
    }
    for name, one in parsers.items():
        one.add_argument("--json", action="store_true", help="machine-readable output")
        if name in ("trace", "train", "gradcheck"):
            one.add_argument("experiment", metavar="EXPERIMENT", help="a name or a .toml file")
            one.add_argument("--epochs", type=_count, metavar="N", help=_EPOCHS_HELP[name])
            _add_set(one)
    parsers["check"].add_argument("experiments", nargs="*", metavar="EXPERIMENT")
    which = parsers["trace"].add_mutually_exclusive_group()
    for group in (which, parsers["gradcheck"]):
        group.add_argument("--example", type=_count, metavar="K", help="training example, from 1")
    which.add_argument("--text", metavar="TEXT", help="a sentence of your own")
    parsers["trace"].add_argument("--label", help="the answer that --text should get")
    return parser


_EPOCHS_HELP = {
    "trace": "train this long first (0)",
    "train": "how long (what the experiment says)",
    "gradcheck": "train this long first (0)",
}


def _add_set(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="override a key of the file, such as training.learning_rate=0.1; may be repeated",
    )


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f'expected a whole number, 0 or more, found "{text}"')
    return int(text)
