"""How patched hidden values, and those that move because of them, are marked."""

from __future__ import annotations

from rnn_tui.present.digits import signed, size
from rnn_tui.session.program.patched import difference, put_in
from rnn_tui.session.view import StepView

PUT_IN, MORE, LESS = "✎", "▲", "▼"  # beside a value: by hand, moved up, moved down
CHANGE = len("+0.44")
NARROW, WIDE = 1, 2 + CHANGE  # cells that a mark takes, without and with by how much


class Marks:
    """The marks of a view's hidden states; none without patches."""

    def __init__(self, view: StepView, wide: bool, state: str = "h", layer: int = -1) -> None:
        self._by = difference(view, state, layer)
        self._put_in = put_in(view, state, layer)
        self._wide = wide

    @property
    def width(self) -> int:
        """How many cells a mark takes."""
        if self._by is None:
            return 0
        return WIDE if self._wide else NARROW

    def text(self, row: int, unit: int) -> str:
        """What stands after the value of a state, `width` cells of it.

        The rare change that has no room, such as one of 1e−198, is left to `mark_line`.
        """
        if self._by is None:
            return ""
        by = float(self._by[row, unit])
        by_hand = (row - 1, unit) in self._put_in
        mark = " " if by == 0 else MORE if by > 0 else LESS
        mark = PUT_IN if by_hand else mark
        if not self._wide:
            return mark
        much = signed(by, 2, CHANGE) if by_hand else size(abs(by), 3, CHANGE)
        much = much if len(much) <= CHANGE else ""
        return f" {mark}{much:<{CHANGE}}" if mark != " " else " " * WIDE


def mark_line(view: StepView, t: int, unit: int, state: str = "h", layer: int = -1) -> str:
    """What the patches do to one state, in words: `h[2,1] moves by −0.1203`."""
    by = difference(view, state, layer)
    if by is None or not 0 <= t + 1 < len(by):
        return ""
    depth = layer % view.network.depth
    name = f"{view.program.algorithm.called(state, depth)}[{t},{unit}]"
    value = float(by[t + 1, unit])
    if (t, unit) in put_in(view, state, layer):
        return f"{name} set by hand: {signed(value)} · del: remove the patch"
    return f"{name} changes by {signed(value)}" if value else f"{name} is unchanged"
