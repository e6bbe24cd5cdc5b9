"""How far something is that is done beside the screen: a bar, and how much of it is done."""

from __future__ import annotations

from rnn_tui.present.tables.cells import Line, Role, Span

BAR = 30  # cells
COMPUTING = "Computing …"


def work_bar(done: int, of: int, unit: str, *, about: bool = False, cells: int = BAR) -> Line:
    """A bar, and how many of these units are done, of how many, or of `about` so many."""
    full = cells * min(done, of) // max(1, of)
    return (
        Span("━" * full, Role.ACCENT), Span("━" * (cells - full), Role.EMPTY),
        Span(f"  {done:,} of {'about ' if about else ''}{of:,} {unit}", Role.MUTED),
    )  # fmt: skip
