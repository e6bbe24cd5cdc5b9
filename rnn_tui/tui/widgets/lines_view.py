"""Lines drawn straight from what they show: only those in sight cost anything."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from textual.css.styles import RenderStyles
from textual.dom import DOMNode

from rnn_tui.tui.toolkit.extent import Extent
from rnn_tui.tui.toolkit.focus import Unchanged

Look = TypeVar("Look")  # what a view finds out once from the styles that it has


class LinesView(Unchanged, Extent, Generic[Look], can_focus=True):
    """A box over any number of lines, which a subclass draws one by one in `render_line`.

    A subclass says with `extend_to` how large all of it is, the lines that stay included. That
    is no matter of the screen around the box: only a scrollbar that comes or goes has it laid
    out anew. What it draws with it may leave in `_look`, which is None again when the view has
    been styled anew.

    Its parts (`COMPONENT_CLASSES`) are styled when they are drawn. Textual does it whenever a
    style of the view is looked up, which was half of all that a start spends on styles.
    """

    STAYING: ClassVar[int] = 0  # lines at the top that stay in place

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._look: Look | None = None

    def _get_component_classes(self) -> frozenset[str]:  # type: ignore[override]
        """None: Textual asks for those that it is to style now, and what was found is old."""
        self._component_styles.clear()
        self._look = None
        return frozenset()

    def get_component_styles(self, *names: str) -> RenderStyles:
        """The styles of parts, one over the other; KeyError for what the view has no part of."""
        for name in names:
            if name not in self._component_styles and name in super()._get_component_classes():
                part = DOMNode(classes=name)
                part._attach(self)
                self.app.stylesheet.apply(part)
                self._component_styles[name] = part.styles
        return super().get_component_styles(*names)

    def notify_style_update(self) -> None:
        """Other colours."""
        self._look = None
        super().notify_style_update()

    @property
    def page(self) -> int:
        """How many lines can be seen at once, beside those that stay."""
        return max(1, self.scrollable_content_region.height - self.STAYING)

    def reveal(self, first: int, count: int = 1, x: int | None = None) -> None:
        """Scroll as little as shows these lines, and sideways to `x`."""
        y = min(max(self.scroll_offset.y, first + count - self.page), first)
        # forced, as the scrollbars of a view that has just grown are yet to come
        self.scroll_to(x, y, animate=False, immediate=True, force=True)
