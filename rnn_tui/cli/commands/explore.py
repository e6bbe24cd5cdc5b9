"""`rnn-tui` without a command: the explorer, on the screen before what it needs is imported."""

from __future__ import annotations

import gc
import sys
from argparse import Namespace, RawDescriptionHelpFormatter

from rnn_tui import __version__
from rnn_tui.cli.arguments import BAD_INPUT, Parser, add_set
from rnn_tui.cli.commands import COMMANDS
from rnn_tui.cli.streams import message

USAGE = """\
rnn-tui [EXPERIMENT | FILE.txt | FILE.csv] [--set KEY=VALUE]
               [--predict COLUMN] [--weights FILE | --resume] [--theme NAME]
       rnn-tui COMMAND [options]"""
DESCRIPTION = """\
A debugger for recurrent networks in the terminal.

With no command it opens the explorer: rnn-tui [EXPERIMENT] [--set KEY=VALUE]
EXPERIMENT is a bundled name (rnn-tui list), a .toml file or a saved .rnn-session;
sentiment if left out. Or data of your own, here and for every command below: a text
(.txt) opens as a character model, a .tsv or .csv of labels and texts, or of labelled
sequences of numbers, as a classifier, a .csv of numbers in time as a series, with
--predict COLUMN. One line says with which settings, and how to have it otherwise;
export --toml writes them to a file to change.

commands (each has its own --help):
"""
EPILOG = """\
Exit codes: 0 done, 1 a check failed or a run diverged, 2 bad input. Data goes to
stdout, messages to stderr. In JSON, numbers read back exactly; NaN and infinity are null.
The same experiment gives exactly the same numbers on one kind of processor,
with one NumPy and one number of threads: 1, or what OMP_NUM_THREADS says."""


def parser() -> Parser:
    """The parser of `rnn-tui` without a command; its help names them all."""
    width = max(map(len, COMMANDS))
    commands = "\n".join(f"  {name:<{width}}  {about}" for name, about in COMMANDS.items())
    made = Parser(
        "rnn-tui",
        usage=USAGE,
        description=f"{DESCRIPTION}{commands}",
        epilog=EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
    )
    made.add_argument("experiment", nargs="?", default="sentiment", metavar="EXPERIMENT")
    add_set(made)
    made.add_argument("--resume", action="store_true", help="go on with the newest session")
    made.add_argument("--weights", metavar="FILE", help="begin with the weights of a file")
    made.add_argument("--theme", metavar="NAME", help="colours: projector, textual-light, nord, …")
    made.add_argument("--version", action="version", version=f"rnn-tui {__version__}")
    return made


def run(options: Namespace, *, offer: bool = False) -> int:
    """Open the explorer; the exit code. Raises ExperimentError.

    What is plainly no experiment, and no session, never opens the screen. With `offer` the tour is
    offered to who was never here.
    """
    from rnn_tui.cli import opening  # noqa: PLC0415 - not to be waited for by who asks for help

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        opening.session_for(options)
        names = ", ".join(COMMANDS)
        message(f"the explorer needs a terminal; without one: {names}")
        return BAD_INPUT
    return open_explorer(options, offer=offer)


def open_explorer(options: Namespace, learn: str | None = None, *, offer: bool = False) -> int:
    """Open it in this terminal; with lessons beside it, as `learn` says. The exit code."""
    from rnn_tui.cli import opening  # noqa: PLC0415 - not to be waited for by who asks for help

    gc.disable()  # until the explorer shows: what is imported is no garbage, and there is a lot
    document = {"title": ""} if options.resume else opening.glance(options.experiment)
    if document is None:
        start = opening.opened(options, learn=learn, offer=offer)
    from rnn_tui.tui.app import ToOpen, explore  # noqa: PLC0415

    theme = _theme(options)
    if document is None:
        return explore(start, theme)
    name = "the last session" if options.resume else opening.short_name(options.experiment)
    title = document.get("title")
    return explore(
        ToOpen(
            name=name,
            title=title if isinstance(title, str) else name,
            contents=opening.contents(document, options.experiment),
            read=lambda tell: opening.opened(options, tell, learn, offer=offer),
        ),
        theme,
    )


def _theme(options: Namespace) -> str:
    """The theme that was asked for, if any. Raises ExperimentError."""
    if not options.theme:
        return ""
    from rnn_tui.experiments.errors import ExperimentError, nearest  # noqa: PLC0415
    from rnn_tui.tui.themes import NAMES  # noqa: PLC0415

    if options.theme not in NAMES:
        near = nearest(options.theme, NAMES)
        names = near or f", expected one of: {', '.join(NAMES)}"
        raise ExperimentError(f'no theme "{options.theme}"{names}', key="--theme")
    return str(options.theme)
