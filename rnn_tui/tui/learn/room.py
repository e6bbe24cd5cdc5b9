"""Where the Learn dock stands, and what it leaves to the pages.

Nothing is imported here but the standard library, as the explorer's screen is laid out with it.
"""

from __future__ import annotations

from dataclasses import dataclass

from rnn_tui.tui.sizes import HEIGHTS, ROOMY, WIDTHS

BESIDE, BELOW = 42, 12  # cells to the right, and lines below, at the most before it is resized
LEAST_BESIDE, LEAST_BELOW = 30, 5
LEAST_LEFT = 40, 10  # cells and lines that stay to the pages
SHARE = 5 / 12  # of the lines of a screen


@dataclass
class Wanted:
    """How many cells or lines the user wants for it; None as many as are usual."""

    beside: int | None = None
    below: int | None = None


def stands_beside(width: int) -> bool:
    """Whether it stands at the right of the pages, or below them."""
    return width >= ROOMY


def dock_cells(width: int, height: int, wanted: Wanted) -> int:
    """Its cells to the right, or its lines below the pages, on a screen of this size."""
    if stands_beside(width):
        usual = min(BESIDE, width - WIDTHS[1][0])
        most = max(LEAST_BESIDE, width - LEAST_LEFT[0])
        return max(LEAST_BESIDE, min(wanted.beside or usual, most))
    usual = min(BELOW, int(SHARE * height))
    most = max(LEAST_BELOW, height - LEAST_LEFT[1])
    return max(LEAST_BELOW, min(wanted.below or usual, most))


def left_over(width: int, height: int, cells: int) -> tuple[int, int]:
    """The width and height of a screen without a dock that has as much room for its pages."""
    return (width - cells, height) if stands_beside(width) else (width, height - cells)


def size_classes(width: int, height: int) -> dict[str, bool]:
    """The classes of a screen of this size, and those it does not carry."""
    found = {name: False for _, name in (*WIDTHS, *HEIGHTS)}
    for length, steps in ((width, WIDTHS), (height, HEIGHTS)):
        found[[name for least, name in steps if length >= least][-1]] = True
    return found
