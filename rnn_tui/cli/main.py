"""From arguments to a command. Nothing heavy is imported before the command is known."""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from types import ModuleType

from rnn_tui.cli.arguments import BAD_INPUT
from rnn_tui.cli.commands import COMMANDS, command_named, parser_of
from rnn_tui.threads import limit_threads, prefer_one_thread

OK, INTERRUPTED = 0, 130
SOON = {"list"}  # commands that are over before there is much to tidy up


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
    prefer_one_thread()  # NumPy looks when it is loaded, which it is with most commands
    name = arguments[0] if arguments else ""
    if name not in COMMANDS:
        from rnn_tui.cli.commands import explore  # noqa: PLC0415 - no command needs it

        options = explore.parser().parse_args(arguments)
        return _guarded(lambda: explore.run(options))
    with _uncollected():  # what is imported is no garbage
        command = command_named(name)
    options = parser_of(name).parse_args(arguments[1:])
    return _guarded(lambda: _run_command(name, command, options))


def _run_command(name: str, command: ModuleType, options: argparse.Namespace) -> int:
    """One command, whose numbers may overflow in silence: it prints what became of them."""
    if "threads" in options:
        limit_threads(options.threads)  # before NumPy is loaded
    from numpy import errstate  # noqa: PLC0415

    try:
        with errstate(all="ignore"), _uncollected() if name in SOON else nullcontext():
            code = int(command.run(options))
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
        print(f"rnn-tui: {error}", file=sys.stderr)
        return BAD_INPUT
