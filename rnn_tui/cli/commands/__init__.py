"""The commands. Each is a file here, which says what may follow its name and what it does then.

Only the file of the command that is asked for is imported, so that nobody waits for the others.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from rnn_tui.cli.arguments import Parser

COMMANDS: dict[str, str] = {
    "list": "list the bundled experiments, what you see in each, and its lessons",
    "trace": "print all that one pass computes: states, answers, gradients",
    "train": "train without a screen: a line an epoch, or every so many steps of a stream",
    "generate": "continue a text with a network trained on a stream",
    "doctor": "find out why a network doesn't learn: ranked causes, the proof and cure of each",
    "why": "explain how a number was computed, such as h[2,1] or W_hh[1,0]",
    "gradcheck": "compare backpropagation with central differences",
    "parity": "run the same experiment in PyTorch and print the differences",
    "export": "export an experiment as a NumPy program, or as a .toml file to change",
    "plain": "use the explorer's commands in plain sentences: pipes, scripts, screen readers",
    "compare": "train an experiment under many settings side by side, from several random starts",
    "analyze": "draw what a network has learnt: eigenvalues, states, words, memory",
    "learn": "take a lesson beside the explorer, or --plain: read, predict, do, find, write",
    "lessons": "list the lessons, begin one of your own, or play one to its end to check it",
    "check": "compare every published figure with what is measured now",
    "bench": "measure how fast training is on this machine, beside its rivals",
}


def command_named(name: str) -> ModuleType:
    """The file of one of COMMANDS, imported.

    `add_arguments(parser)` says what may follow the name, beside --json; `run(options)` does it
    and gives the exit code. It raises ExperimentError for bad input.
    """
    return import_module(f"rnn_tui.cli.commands.{name}")


def parser_of(name: str) -> Parser:
    """The parser of what follows the name of one of COMMANDS."""
    about = COMMANDS[name]
    parser = Parser(f"rnn-tui {name}", description=f"{about[0].upper()}{about[1:]}.")
    parser.add_argument("--json", action="store_true", help="machine-readable output")
    command_named(name).add_arguments(parser)
    return parser
