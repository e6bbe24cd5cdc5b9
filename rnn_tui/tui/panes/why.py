"""How the numbers under the cursor came about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import var

from rnn_tui.present.sentences.hints import OFFERED, with_keys
from rnn_tui.present.tables.cells import Line
from rnn_tui.present.tokens import token_text
from rnn_tui.present.why.book import op_in_book
from rnn_tui.present.why.formulas import derivation_lines
from rnn_tui.session.program.ops import Phase
from rnn_tui.session.view import StepView
from rnn_tui.session.why.derivation import Derivation
from rnn_tui.session.why.explain import derivations
from rnn_tui.session.why.expressions import Sum, evaluate
from rnn_tui.tui.bindings import KEYS
from rnn_tui.tui.explorer.layout import TITLES
from rnn_tui.tui.panes.pane import Pane
from rnn_tui.tui.text import contents
from rnn_tui.tui.widgets.text_view import TextView


class WhyPane(Pane):
    """The ops of this timestep for the chosen unit: formula, numbers put in, result."""

    TITLE = TITLES["why"]
    HELP_TEXT = (
        "Each operation of the current timestep with its numbers, for one hidden unit. The last "
        "one is marked. The arrows in the Hidden state table choose the unit.\n\n"
        "≈ marks a result rounded to four digits; the computation uses sixteen. ⏎ explains the "
        "last operation, down to the given numbers; / asks for any other number."
    )

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "screen.act('why_op')", "why", show=False, tooltip="Explain the last line"
        ),
    ]

    offered: var[bool] = var(False, init=False)

    def compose(self) -> ComposeResult:
        """Text that scrolls when there is more than fits."""
        yield TextView(id="why-text")

    def watch_offered(self) -> None:
        """The tour is offered, or no longer."""
        self._redraw()

    def watch_unit(self) -> None:
        """The numbers of another unit."""
        self.redraw_for_unit()

    def show(self, view: StepView) -> None:
        """Draw a view."""
        self.query_one(TextView).update(contents(why_lines(view, self.unit, offered=self.offered)))
        self.write_above(f"Why · unit {self.unit}")
        self.write_below("⏎ explain the last operation · / ask for any number")


def why_lines(view: StepView, unit: int, *, offered: bool = False) -> list[Line]:
    """Two lines an op, the last one marked; before the first one what to do, or the tour."""
    found = derivations(view, unit)
    if not found:
        first = token_text(view, 0)
        if offered:
            return [with_keys(one.replace("FIRST", first), KEYS) for one in OFFERED]
        return [with_keys(f"{{forward}} reads {first}: its arithmetic appears here", KEYS)]
    last = found[-1]
    lines: list[Line] = []
    for one in _telling_last(view, found):
        lines += derivation_lines(one, one is last)
        lines += op_in_book(view, one.op, view.t, unit)
    return lines


def _telling_last(view: StepView, found: Sequence[Derivation]) -> Sequence[Derivation]:
    """In their order; at the end of a pass back what tells nothing before the gradients it adds to.

    Of a pane with few rows the end is seen: there nobody gets what is passed back, and a sum to
    which nothing is added stays as it was.
    """
    if view.t != 0 or view.phase is not Phase.BACKWARD or view.network.firsts:
        return found
    kinds = view.program.algorithm.kinds

    def rank(one: Derivation) -> int:
        if not kinds[one.op].line.accumulates:
            return 0
        match one.expression:
            case Sum(parts=[*_, added]):
                return 1 + bool(np.any(evaluate(added)))
        return 1

    return sorted(found, key=rank)
