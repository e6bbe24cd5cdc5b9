"""Text made to fit a cell exactly."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from rnn_tui.characters import one_line

EIGHTHS = " ▏▎▍▌▋▊▉"


def fitted(text: str, width: int, align: str) -> str:
    """Text of any origin in exactly `width` cells, cut with an ellipsis."""
    text = one_line(text)
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, max(0, width - 1)) + "…" if width else ""
    return " " * (width - length) + text if align == "right" else text + " " * (width - length)


def bar(share: float, width: int) -> str:
    """A bar of this share of the width, to an eighth of a cell; something where it isn't 0."""
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    eighths = max(eighths, 1) if share > 0 else 0
    return "█" * (eighths // 8) + (EIGHTHS[eighths % 8] if eighths % 8 else "")
