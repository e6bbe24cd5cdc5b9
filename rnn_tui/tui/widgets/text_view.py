"""Lines of text in a box of a fixed size: another text costs a paint, and never a layout."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.visual import Visual

from rnn_tui.tui.widgets.focus import Unchanged

EDGE = 1  # cells left free to both sides of the text


class TextView(Unchanged, ScrollView, can_focus=True):
    """Shows a text, broken into lines that fit; of a text that does not, the end first.

    A text that is as large as its lines would have the whole screen arranged anew whenever
    it has more or fewer of them. Here only a scroll bar that comes or goes does that.
    """

    DEFAULT_CSS = "TextView { height: 1fr; overflow-x: hidden; }"

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.text = Content()
        self._look: object = None  # what the lines were drawn for
        self._lines: list[Strip] = []

    def update(self, text: Content) -> None:
        """Show another text."""
        self.text = text
        self._look = None
        self._fit()
        self.refresh()

    def on_resize(self) -> None:
        """Break the lines for another width."""
        self._fit()

    def notify_style_update(self) -> None:
        """Other colours."""
        self._look = None
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """One line of those in sight."""
        width, style = self.scrollable_content_region.width, self.rich_style
        lines, place = self._drawn_for(width), y + self.scroll_offset.y
        if place >= len(lines):
            return Strip.blank(width, style)
        edge = Strip.blank(EDGE, style)
        return Strip.join((edge, lines[place].adjust_cell_length(width - 2 * EDGE, style), edge))

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        """What is selected of the text."""
        return selection.extract(self.text.plain), "\n"

    def _fit(self) -> None:
        """Count the lines, see to the scroll bar, and go to the end."""
        room, height = self.container_size
        if not room:
            return  # the first resize sees to it
        beside_bar = max(1, room - self.styles.scrollbar_size_vertical)
        lines = len(self._drawn_for(beside_bar))
        if lines <= height:
            lines = len(self._drawn_for(room))
        size = Size(room, lines)
        self.set_reactive(ScrollView.virtual_size, size)  # set plainly it would ask for a layout
        self._scroll_update(size)
        self.scroll_to(y=self.max_scroll_y, animate=False, force=True)

    def _drawn_for(self, width: int) -> list[Strip]:
        look = width, self.visual_style, self.text_selection
        if self._look != look:
            self._look = look
            inside = max(1, width - 2 * EDGE)
            self._lines = Visual.to_strips(self, self.text, inside, None, self.visual_style)
        return self._lines
