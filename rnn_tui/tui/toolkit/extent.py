"""A box that scrolls over more than it shows, whose extent changes without a layout of the screen.

Relies on `ScrollView._scroll_update`, which fits the scrollbars to an extent at every layout, and
on `Widget._scrollbar_changes`, what these have been for one extent, so that they come to rest.
Were the first called otherwise, every layout would paint the bars; the second, a bar that is
no longer needed could stay.
"""

from __future__ import annotations

from textual.geometry import Size
from textual.scroll_view import ScrollView


class Extent(ScrollView):
    """A `ScrollView` that is told how large all of it is, as often as that is another size."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._bars_for: object = None  # what the scrollbars were last fitted to

    def notify_style_update(self) -> None:
        """Perhaps other scrollbars."""
        self._bars_for = None
        super().notify_style_update()

    def extend_to(self, size: Size) -> None:
        """Be as large as all columns and lines."""
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
