"""From arguments to a command. Nothing heavy is imported before the command is known."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from types import ModuleType

from rnn_tui.cli.arguments import BAD_INPUT, INTERRUPTED
from rnn_tui.cli.commands import COMMANDS, command_named, parser_of
from rnn_tui.cli.streams import discard_stdout, gated, message
from rnn_tui.threads import limit_threads, prefer_one_thread

OK = 0
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
    prefer_one_thread()  # NumPy looks when it is loaded, which it is with most commands
    try:
        return _guarded(_read(arguments))
    except SystemExit as answered:  # help was asked for, or something is wrong
        return int(answered.code or OK)


def _read(arguments: list[str]) -> Callable[[], int]:
    """What a command line asks for. Raises SystemExit where that has been answered already."""
    name = arguments[0] if arguments else ""
    if name not in COMMANDS:
        from rnn_tui.cli.commands import explore  # noqa: PLC0415 - no command needs it

        options = explore.parser().parse_args(arguments)
        return lambda: explore.run(options, offer=not arguments)
    with _uncollected():  # what is imported is no garbage
        command = command_named(name)
    options = parser_of(name).parse_args(arguments[1:])
    return lambda: _run_command(name, command, options)


def _run_command(name: str, command: ModuleType, options: argparse.Namespace) -> int:
    """One command, whose numbers may overflow in silence: it prints what became of them."""
    if "threads" in options:
        limit_threads(options.threads)  # before NumPy is loaded
    from numpy import errstate  # noqa: PLC0415

    try:
        with errstate(all="ignore"), _uncollected() if name in SOON else nullcontext():
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
