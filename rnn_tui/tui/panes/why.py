"""How the numbers under the cursor came about."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import var

from rnn_tui.present.sentences.hints import OFFERED, with_keys
from rnn_tui.present.tables.cells import Line
from rnn_tui.present.tokens import token_text
from rnn_tui.present.why.timestep import operations
from rnn_tui.session.view import StepView
from rnn_tui.tui.bindings import KEYS
from rnn_tui.tui.explorer.layout import TITLES
from rnn_tui.tui.panes.pane import Pane
from rnn_tui.tui.text import contents
from rnn_tui.tui.widgets.text_view import EDGE, TextView

AROUND = 2 * EDGE + 1  # cells beside a line of the text, that of a scroll bar too


class WhyPane(Pane):
    """The ops of this timestep for the chosen unit: formula, numbers put in, result."""

    TITLE = TITLES["why"]
    HELP_TEXT = (
        "Each operation of the current timestep with its numbers, for one hidden unit. The last "
        "one is marked; the title names the one to look at. The arrows in the Hidden state table "
        "choose the unit.\n\n"
        "≈ marks a result rounded to four digits; the computation uses sixteen. ⏎ explains the "
        "last operation, down to the given numbers; / asks for any other number."
    )

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "screen.act('why_op')", "why", show=False, tooltip="Explain the last line"
        ),
    ]

    offered: var[bool] = var(False, init=False)

    _chosen_at: StepView | None = None  # the moment at which another unit was chosen

    def compose(self) -> ComposeResult:
        """Text that scrolls when there is more than fits."""
        yield TextView(id="why-text")

    def watch_offered(self) -> None:
        """The tour is offered, or no longer."""
        self._redraw()

    def on_resize(self) -> None:
        """There is room for more or fewer lines of each operation."""
        self._redraw()

    def watch_unit(self) -> None:
        """The numbers of another unit."""
        self._chosen_at = self.view
        self.redraw_for_unit()

    def show(self, view: StepView) -> None:
        """Draw a view."""
        width, height = self.content_size
        own = self._chosen_at is view
        told = operations(view, self.unit, width - AROUND, height, own=own)
        blocks = told.blocks or [before_any(view, offered=self.offered)]
        self.query_one(TextView).update_blocks([contents(block) for block in blocks], told.place)
        self.write_above(f"{self.TITLE} · {told.ref}" if told.ref else self.TITLE)
        self.write_below("⏎ explain the last operation · / ask for any number")


def before_any(view: StepView, *, offered: bool = False) -> list[Line]:
    """What to do before the first operation, or the tour."""
    first = token_text(view, 0)
    if offered:
        return [with_keys(one.replace("FIRST", first), KEYS) for one in OFFERED]
    return [with_keys(f"{{forward}} reads {first}: its arithmetic appears here", KEYS)]
