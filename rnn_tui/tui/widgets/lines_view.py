"""Lines drawn straight from what they show: only those in sight cost anything."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from textual.geometry import Size
from textual.scroll_view import ScrollView

from rnn_tui.tui.widgets.focus import Unchanged

Look = TypeVar("Look")  # what a view finds out once from the styles that it has


class LinesView(Unchanged, ScrollView, Generic[Look], can_focus=True):
    """A box over any number of lines, which a subclass draws one by one in `render_line`.

    A subclass says with `extend_to` how large all of it is. That is no matter of the screen
    around the box: only a scrollbar that comes or goes has it laid out anew. What it draws
    with it may leave in `_look`, which is None again when the view has been styled anew.
    """

    STAYING: ClassVar[int] = 0  # lines at the top that stay in place

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._look: Look | None = None
        self._bars_for: object = None  # what the scrollbars were last fitted to

    def notify_style_update(self) -> None:
        """Other colours, and perhaps other scrollbars."""
        self._look = self._bars_for = None
        super().notify_style_update()

    # The extent

    def extend_to(self, size: Size) -> None:
        """Be as large as all columns and lines, those that stay included."""
        if size == self.virtual_size:
            return
        if self.styles.auto_dimensions or not self.container_size:
            self.virtual_size = size  # which asks for a layout
        else:
            self.set_reactive(ScrollView.virtual_size, size)
            self._scrollbar_changes.clear()  # those of another extent
            self._scroll_update(size)
            self.refresh()

    def _scroll_update(self, virtual_size: Size) -> None:
        """Fit the scrollbars, unless they fit: every layout of the screen asks, and paints them."""
        if self._bars_for != self._fitting_for(virtual_size):
            super()._scroll_update(virtual_size)
            # a scrollbar that comes may bring another extent meanwhile
            fits = virtual_size == self.virtual_size
            self._bars_for = self._fitting_for(virtual_size) if fits else None

    def _fitting_for(self, virtual_size: Size) -> object:
        return virtual_size, self.container_size, self.scrollbars_enabled

    # What is in sight

    @property
    def page(self) -> int:
        """How many lines can be seen at once, beside those that stay."""
        return max(1, self.scrollable_content_region.height - self.STAYING)

    def reveal(self, first: int, count: int = 1, x: int | None = None) -> None:
        """Scroll as little as shows these lines, and sideways to `x`."""
        y = min(max(self.scroll_offset.y, first + count - self.page), first)
        # forced, as the scrollbars of a view that has just grown are yet to come
        self.scroll_to(x, y, animate=False, immediate=True, force=True)
