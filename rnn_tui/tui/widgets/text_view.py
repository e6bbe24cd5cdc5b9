"""Lines of text in a box of a fixed size: another text costs a paint, and never a layout."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from textual.content import Content
from textual.geometry import Size
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual

from rnn_tui.tui.widgets.lines_view import LinesView

EDGE = 1  # cells left free to both sides of the text
MANY = 2  # blocks: one alone is a text whose end is the newest


class Broken(NamedTuple):
    """The lines that a text was broken into, and what for."""

    made_for: tuple[int, Style, Selection | None]
    lines: list[Strip]


class TextView(LinesView[Broken]):
    """Shows a text, broken into lines that fit; of a text that does not, the end first.

    Of blocks of text one can be said that is to be seen whole, from its beginning.

    A text that is as large as its lines would have the whole screen arranged anew whenever
    it has more or fewer of them.
    """

    DEFAULT_CSS = "TextView { height: 1fr; overflow-x: hidden; }"

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.text = Content()
        self._blocks: Sequence[Content] = ()
        self._place = 0  # of the block that is to be seen

    def update(self, text: Content) -> None:
        """Show another text."""
        self.update_blocks((text,))

    def update_blocks(self, blocks: Sequence[Content], place: int = 0) -> None:
        """Show other blocks of text, that at `place` whole, with as many before it as fit."""
        self._blocks, self._place = blocks, place
        self.text = Content("\n").join(blocks)
        self._look = None
        self._fit()
        self.refresh()

    def on_resize(self) -> None:
        """Break the lines for another width."""
        self._fit()

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
        """Count the lines, see to the scroll bar, and go to what is to be seen."""
        room, height = self.container_size
        if not room:
            return  # the first resize sees to it
        beside_bar = max(1, room - self.styles.scrollbar_size_vertical)
        lines = len(self._drawn_for(beside_bar))
        if lines <= height:
            lines = len(self._drawn_for(room))
        y = max(0, lines - height)
        if y and len(self._blocks) >= MANY:
            y = self._top(beside_bar, height)
            lines = max(lines, y + height)  # so that it can stand at the top
        self.extend_to(Size(room, lines))
        self.scroll_to(y=y, animate=False, force=True)

    def _top(self, width: int, height: int) -> int:
        """The first line of the first block from which the one to be seen fits."""
        inside = max(1, width - 2 * EDGE)
        heights = [block.get_height({}, inside) for block in self._blocks]
        starts = [0, *accumulate(heights)]
        end = starts[self._place + 1]
        fits = (start for start in starts[: self._place] if end - start <= height)
        return next(fits, starts[self._place])

    def _drawn_for(self, width: int) -> list[Strip]:
        wanted = width, self.visual_style, self.text_selection
        if self._look is None or self._look.made_for != wanted:
            inside = max(1, width - 2 * EDGE)
            lines = Visual.to_strips(self, self.text, inside, None, self.visual_style)
            self._look = Broken(wanted, lines)
        return self._look.lines
