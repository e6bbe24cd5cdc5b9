"""From arguments to a command. Nothing heavy is imported before the command is known."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from importlib import import_module

from rnn_tui.cli.arguments import BAD_INPUT, COMMANDS, command_parser, explorer_parser
from rnn_tui.cli.streams import discard_stdout, gated, message
from rnn_tui.threads import limit_threads, prefer_one_thread

OK, INTERRUPTED = 0, 130
SOON = {"list"}  # commands that are over before there is much to tidy up


def run(arguments: Sequence[str]) -> int:
    """Run one command line; the exit code."""
    with gated():
        try:
            code = _dispatch(list(arguments))
            sys.stdout.flush()
        except KeyboardInterrupt:
            return INTERRUPTED
        except BrokenPipeError:
            discard_stdout()  # whoever read us has had enough
            return OK
        except OSError as error:
            discard_stdout()
            message(f"can't write: {error.strerror or error}")
            return BAD_INPUT
        return code


def _dispatch(arguments: list[str]) -> int:
    named = arguments[:1] and arguments[0] in COMMANDS
    try:
        options = (command_parser if named else explorer_parser)().parse_args(arguments)
    except SystemExit as answered:  # help was asked for, or something is wrong
        return int(answered.code or OK)
    prefer_one_thread()
    if not named:
        return _guarded(lambda: _explored(options))
    if options.command == "bench":
        limit_threads(options.threads)
    return _guarded(lambda: _run_command(options))


def _explored(options: argparse.Namespace) -> int:
    return int(import_module("rnn_tui.cli.commands.explore").run(options))


def _run_command(options: argparse.Namespace) -> int:
    """One command, whose numbers may overflow in silence: it prints what became of them."""
    with _uncollected():  # what is imported is no garbage
        from numpy import errstate  # noqa: PLC0415

        command = import_module(f"rnn_tui.cli.commands.{options.command}")
    try:
        with errstate(all="ignore"), _uncollected() if options.command in SOON else nullcontext():
            return int(command.run(options))
    except MemoryError as error:
        message(f"not enough memory: {error}")
        return BAD_INPUT


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no garbage meanwhile, which takes a tenth of what is over soon."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _guarded(command: Callable[[], int]) -> int:
    try:
        return command()
    except ValueError as error:
        from rnn_tui.experiments import ExperimentError  # noqa: PLC0415 - NumPy comes with it

        if not isinstance(error, ExperimentError):
            raise
        message(str(error))
        return BAD_INPUT
