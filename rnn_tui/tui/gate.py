"""The last gate before the screen: no text of a line acts on the terminal, whatever draws it."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from rnn_tui.characters import is_seen, safe

LOST = "\N{REPLACEMENT CHARACTER}"


class ScreenGate(LineFilter):
    """Takes out of every line what may not reach the terminal, in the cells that it was given.

    Texts come in the signs that `rnn_tui.characters` has for such characters, and are laid out
    with them; what gets here all the same is nobody's text that we know of. Control segments
    are Textual's own.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments, or others of the same widths."""
        if all(control or is_inert(text) for text, _, control in segments):
            return segments
        return [
            Segment(text if control else text.translate(_INERT), style, control)
            for text, style, control in segments
        ]


def is_inert(text: str) -> bool:
    """Whether a text can do nothing to a terminal that shows it in a line."""
    quick = text.isascii() and text.isprintable()
    return quick or text.translate(_INERT) == text


class _Inert(dict[int, str]):
    """For `str.translate`: each character, or as many signs of a loss as it was given cells."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        stays = is_seen(character) or (safe(character) == character and character not in "\n\t")
        self[code] = shown = character if stays else LOST * cell_len(character)
        return shown


_INERT = _Inert()
