"""Everything that is printed passes a gate, behind which no text acts on the terminal.

Names, texts and arguments are anybody's: an escape sequence in one of them could write to the
clipboard of who looks at it.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TextIO, cast

from rnn_tui.characters import one_line, safe

if TYPE_CHECKING:
    from rich.console import Console


class Gate:
    """A stream that writes what is safe; all else is that of the stream behind it."""

    def __init__(self, behind: TextIO) -> None:
        self.behind = behind

    def write(self, text: str) -> int:
        """Write a text with signs in place of what would act on a terminal."""
        self.behind.write(safe(text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.behind, name)


class MessageGate(Gate):
    """The gate of stderr. A message that can't be written is lost: the exit code still tells."""

    def write(self, text: str) -> int:
        """Write a message, if that is possible."""
        with suppress(OSError):
            super().write(text)
        return len(text)

    def flush(self) -> None:
        """Flush, if that is possible."""
        with suppress(OSError):
            self.behind.flush()


@contextmanager
def gated() -> Iterator[None]:
    """Have stdout and stderr behind gates.

    A closed stream becomes an empty one, and what an encoding lacks is printed as `?`.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
    out, messages = sys.stdout, sys.stderr
    if isinstance(out, io.TextIOWrapper):
        out.reconfigure(errors="replace")
    sys.stdout, sys.stderr = cast(TextIO, Gate(out)), cast(TextIO, MessageGate(messages))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = out, messages


def message(text: str) -> None:
    """Say something on stderr, in one line."""
    print(f"rnn-tui: {one_line(text)}", file=sys.stderr)


def discard_stdout() -> None:
    """Leave nothing for the interpreter to flush."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def gated_console(stream: TextIO, **options: Any) -> Console:
    """A console of Rich's on a stream.

    It writes colours, which no gate lets through, past the gate of the stream, and has one of
    its own for all text. What is shown is measured behind it.
    """
    from rich.console import Console, ConsoleOptions, RenderableType  # noqa: PLC0415
    from rich.segment import Segment  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    class GatedConsole(Console):
        def render_str(self, text: str, **how: Any) -> Text:
            return super().render_str(safe(text), **how)

        def render(
            self, renderable: RenderableType, options: ConsoleOptions | None = None
        ) -> Iterator[Segment]:
            for text, style, control in super().render(renderable, options):
                yield Segment(text if control else safe(text), style, control)

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError  # Rich would exit with 1, which means a failed check here

    behind = getattr(stream, "behind", stream)
    return GatedConsole(file=behind, highlight=False, markup=False, emoji=False, **options)
