"""Lines drawn straight from what they show: only those in sight cost anything."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from textual.geometry import Size

from rnn_tui.tui.toolkit.extent import Extent
from rnn_tui.tui.toolkit.focus import Unchanged
from rnn_tui.tui.toolkit.parts import StyledWhenDrawn

Look = TypeVar("Look")  # what a view finds out once from the styles that it has


class LinesView(Unchanged, Extent, StyledWhenDrawn, Generic[Look], can_focus=True):
    """A box over any number of lines, which a subclass draws one by one in `render_line`.

    A subclass says with `extend_to` how large all of it is, the lines that stay included. That
    is no matter of the screen around the box: only a scrollbar that comes or goes has it laid
    out anew. What it draws with it may leave in `_look`, which is None again when the view has
    been styled anew.
    """

    STAYING: ClassVar[int] = 0  # lines at the top that stay in place

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._look: Look | None = None
        self.was_focused = False  # when the button of the mouse went down

    def focus_on_click(self) -> bool:
        """Note whether the cursor could be seen before a click, which brings the focus after it."""
        self.was_focused = self.screen.focused is self
        return super().focus_on_click()

    def notify_style_update(self) -> None:
        """Other colours."""
        self._look = None
        super().notify_style_update()

    @property
    def inside(self) -> Size:
        """The room beside borders and scrollbars: behind another page that which it had before it.

        Textual's own regions are empty there, and what is laid out in no room is blank in front.
        """
        whole = self.outer_size.region
        return whole.shrink(self.styles.gutter).shrink(self.scrollbar_gutter).size

    @property
    def page(self) -> int:
        """How many lines can be seen at once, beside those that stay."""
        return max(1, self.inside.height - self.STAYING)

    def reveal(self, first: int, count: int = 1, x: int | None = None) -> None:
        """Scroll as little as shows these lines, and sideways to `x`."""
        y = min(max(self.scroll_offset.y, first + count - self.page), first)
        # forced, as the scrollbars of a view that has just grown are yet to come
        self.scroll_to(x, y, animate=False, immediate=True, force=True)
