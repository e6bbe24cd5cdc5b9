"""The last gate before the screen: no text of a line acts on the terminal, whatever draws it."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from rnn_tui.characters import Filter, stays_in_line

LOST = "\N{REPLACEMENT CHARACTER}"


class ScreenGate(LineFilter):
    """Takes out of every line what may not reach the terminal, in the cells that it was given.

    Texts come in the signs that `rnn_tui.characters` has for such characters, and are laid out
    with them; what gets here all the same is nobody's text that we know of. Control segments
    are Textual's own.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments, or others of the same widths."""
        if is_inert("".join([text for text, _, control in segments if not control])):
            return segments
        return [
            Segment(text if control else _INERT.of(text), style, control)
            for text, style, control in segments
        ]


_INERT = Filter(stays_in_line, lambda character: LOST * cell_len(character))


def is_inert(text: str) -> bool:
    """Whether a text can do nothing to a terminal that shows it in a line."""
    return _INERT.of(text) == text
