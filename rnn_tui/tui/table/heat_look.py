"""The colours of numbers on one widget, found out once for a whole paint."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from rich.color import Color as RichColor
from rich.style import Style
from textual.color import Color
from textual.widget import Widget

from rnn_tui.present.tables.cells import Scale
from rnn_tui.tui.palette import heat

STRONG = 0.5  # from this size on a number is bold where there are no colours


@dataclass(frozen=True, eq=False)
class HeatLook:
    """The diverging scale on the colours of a widget.

    Where there are no colours at all, what is above 0 is underlined and what is large
    is bold.
    """

    base: Style
    background: Color
    foreground: Color
    ansi: bool
    colourless: bool

    @classmethod
    def of(cls, widget: Widget) -> HeatLook:
        """The look that a widget has now."""
        background, foreground = widget.background_colors[1], widget.styles.color
        app = widget.app
        return cls(widget.rich_style, background, foreground, app.native_ansi_color, app.no_color)

    def shade(self, value: float, scale: Scale = Scale.SIGNED) -> Style:
        """The style of text under which a number of −1 to 1 is shown."""
        style = self.base + heat(value, self.background, self.foreground, self.ansi, scale)
        if self.colourless:
            style += Style(underline=value > 0, bold=abs(value) >= STRONG)
        return style

    def ink(self, value: float) -> RichColor | None:
        """The full colour of a number's sign."""
        return self._inks[value < 0]

    @cached_property
    def _inks(self) -> tuple[RichColor | None, RichColor | None]:
        high, low = (heat(end, self.background, self.foreground, self.ansi) for end in (1.0, -1.0))
        return high.bgcolor or high.color, low.bgcolor or low.color
