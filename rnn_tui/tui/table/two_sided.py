"""Bars to both sides of a middle: below zero to the left, above to the right."""

from __future__ import annotations

from collections.abc import Mapping

from rich.segment import Segment
from rich.style import Style

from rnn_tui.present.tables.cells import Role
from rnn_tui.tui.table.fitting import EIGHTHS, bar

AXIS = "│"


def two_sided(
    share: float, width: int, row: Style, bars: Mapping[str, Style], axis: Style
) -> list[Segment]:
    """A bar of −1 to 1 in exactly `width` cells, on a row of this style, from an axis."""
    left = max(0, width - 1) // 2
    right = max(0, width - 1 - left)
    below, above = row + bars[Role.NEGATIVE], row + bars[Role.POSITIVE]
    before, after = [Segment(" " * left, row)], [Segment(" " * right, row)]
    if share < 0:
        before = _leftwards(-share, left, below)
    elif share > 0:
        after = [Segment(f"{bar(share, right):<{right}}", above)]
    return [*before, Segment(AXIS[:width], row + axis), *after]


def _leftwards(share: float, width: int, style: Style) -> list[Segment]:
    """A bar that begins at the right; no block does, so the rest is drawn in exchanged colours."""
    eighths = max(1, round(min(1.0, share) * width * 8)) if width else 0
    whole, rest = divmod(eighths, 8)
    begun = [Segment(EIGHTHS[8 - rest], style + Style(reverse=True))] if rest else []
    empty = Segment(" " * (width - whole - len(begun)), style)
    return [empty, *begun, Segment("█" * whole, style)]


def one_sided(share: float, width: int) -> str:
    """The same as text, where a cursor has colours of its own: whole cells."""
    left = max(0, width - 1) // 2
    right = max(0, width - 1 - left)
    cells = max(1, round(min(1.0, abs(share)) * (left if share < 0 else right))) if share else 0
    if share < 0:
        return f"{'█' * cells:>{left}}{AXIS}{' ' * right}"[:width]
    return f"{' ' * left}{AXIS}{'█' * cells:<{right}}"[:width]
