"""A widget whose parts are styled when they are drawn.

Textual styles all component classes of a widget whenever a style of the widget itself is looked
up, and a table has twenty-five: that was most of what a start spent on styles. Relies on
`DOMNode._get_component_classes`, which it asks then for what is to be styled, on
`DOMNode._component_styles`, where it keeps what came of it, and on `DOMNode._attach`, with which
a part becomes the widget's. Were these otherwise, the parts would be styled as without this class.
"""

from __future__ import annotations

from textual.css.styles import RenderStyles
from textual.dom import DOMNode
from textual.widget import Widget


class StyledWhenDrawn(Widget):
    """Looks up the styles of one of its `COMPONENT_CLASSES` when they are asked for."""

    def _get_component_classes(self) -> frozenset[str]:  # type: ignore[override]
        """None that is to be styled now; what was looked up is old."""
        self._component_styles.clear()
        return frozenset()

    def get_component_styles(self, *names: str) -> RenderStyles:
        """The styles of parts, one over the other; KeyError for what the widget has no part of."""
        for name in names:
            if name not in self._component_styles and name in super()._get_component_classes():
                part = DOMNode(classes=name)
                part._attach(self)
                self.app.stylesheet.apply(part)
                self._component_styles[name] = part.styles
        return super().get_component_styles(*names)
