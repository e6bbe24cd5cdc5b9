"""A long text that is broken and coloured once for each look that it has."""

from __future__ import annotations

from textual.cache import LRUCache
from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions

MOST_LOOKS = 8  # widths and themes, of which the last ones are kept


class KeptText(Content):
    """Knows its height at each width, and its lines in each style.

    Textual measures a text three times when a dialog opens and draws it again in each.
    """

    def __init__(self, content: Content) -> None:
        super().__init__(content.plain, list(content.spans))
        self._styles = list(dict.fromkeys(s.style for s in content.spans if _is_look(s.style)))
        self._heights: LRUCache[object, int] = LRUCache(MOST_LOOKS)
        self._lines: LRUCache[object, list[Strip]] = LRUCache(MOST_LOOKS)

    def get_height(self, rules: RulesMap, width: int) -> int:
        """How many lines it has in so many cells."""
        look = width, rules.get("text_wrap"), rules.get("text_overflow"), rules.get("line_pad")
        if look not in self._heights:
            self._heights[look] = super().get_height(rules, width)
        return self._heights[look]

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        """Its lines; where some of it is selected, they are made anew."""
        if options.selection is not None:
            return super().render_strips(width, height, style, options)
        colours = tuple(options.get_style(one) for one in self._styles)
        look = width, height, style, options.rules.get("text_wrap"), colours
        if look not in self._lines:
            self._lines[look] = super().render_strips(width, height, style, options)
        return list(self._lines[look])


def _is_look(style: str | Style) -> bool:
    return not str(style).startswith("@")  # what a click does
