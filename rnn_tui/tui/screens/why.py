"""Why one number has its value, over the whole screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from rnn_tui.present.cells import Line
from rnn_tui.tui.text import contents


class WhyScreen(ModalScreen[None]):
    """A number's derivation, from the weights up."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,backspace,q", "dismiss(None)", "close")
    ]

    def __init__(self, title: str, lines: Sequence[Line]) -> None:
        super().__init__()
        self.heading = title
        self.lines = lines

    def compose(self) -> ComposeResult:
        """The lines, which scroll."""
        with Vertical(classes="dialog large") as dialog:
            dialog.border_title = self.heading
            dialog.border_subtitle = "≈ rounded to four digits · esc: close"
            with VerticalScroll():
                yield Static(contents(self.lines))
