"""One pane that fills its page: what stands beside it gives way, and comes back as it was."""

from __future__ import annotations

from typing import Any

from textual.widget import Widget

from rnn_tui.tui.panes.pane import ZOOMED, Pane
from rnn_tui.tui.table.table import TableView

FILLING = {
    "width": "1fr",
    "height": "1fr",
    "max_width": "100%",
    "max_height": "100%",
    "margin": 0,
    "display": "block",  # though it has no room beside the others
}
AROUND = FILLING | {"layout": "vertical"}  # of the boxes that the pane is in


class Zoom:
    """A pane of a page, large, and the styles that it and all around it had of their own before.

    Sizes and room are given by rules in the stylesheet, by pages and by panes, so what goes before
    all of those are styles of the widgets themselves.
    """

    def __init__(self, page: Widget, pane: Pane) -> None:
        self.pane = pane
        self._page = page
        self._before: list[tuple[Widget, dict[str, Any]]] = []
        self._fill()

    def _fill(self) -> None:
        widget: Widget = self.pane
        while widget is not self._page:
            box = widget.parent
            assert isinstance(box, Widget)
            for other in box.children:
                if other is not widget:
                    self._style(other, {"display": "none"})
            self._style(widget, FILLING if widget is self.pane else AROUND)
            widget = box
        self._mark(True)

    def _style(self, widget: Widget, styles: dict[str, Any]) -> None:
        own = widget.styles.inline
        self._before.append((widget, {name: own.get_rules().get(name) for name in styles}))
        for name, value in styles.items():
            setattr(widget.styles, name, value)

    def leave(self) -> None:
        """Put everything back."""
        for widget, styles in reversed(self._before):
            for name, value in styles.items():
                setattr(widget.styles, name, value)
        self._mark(False)
        self._page.refresh(layout=True)

    def _mark(self, zoomed: bool) -> None:
        self.pane.set_class(zoomed, ZOOMED)
        for table in self.pane.query(TableView):
            table.enlarge(zoomed)
