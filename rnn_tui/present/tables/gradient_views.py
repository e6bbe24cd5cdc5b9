"""The ways to look at the gradients in the BPTT pane, each with a sentence that sums it up."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.characters import visible
from rnn_tui.engine.spectrum.ledger import factors, ledger
from rnn_tui.engine.spectrum.spectrum import half_life
from rnn_tui.equations.faults import NO_DH_NEXT
from rnn_tui.present.digits import size
from rnn_tui.present.tables.cells import Line, Role, Span, Table
from rnn_tui.present.tables.gradients import FactorTable, GradientTable, SplitTable
from rnn_tui.present.tables.ledger import LedgerTable
from rnn_tui.session.view import StepView


class GradientView(NamedTuple):
    """One way to look at the gradients: the title of its pane, what it shows, table, summary."""

    title: str
    about: str
    table: Callable[[StepView], Table]
    summary: Callable[[StepView], Line]


def decay_summary(view: StepView) -> Line:
    """What the gradient column says, in a sentence."""
    if waiting := _waiting(view):
        return waiting
    if len(view.current.outputs) > 1:
        return (Span(f"the sum of {len(view.current.outputs)} losses' shares"),)
    norms = view.known.trace.dh_norm
    line, first = _decay(view, norms), view.known.gradients_from == len(norms) - 1
    if first and np.isfinite(norms[-1]) and norms[-1] > 0:  # what the rest is measured against
        return Span(f"loss arrives at “{visible(view.current.tokens[-1])}”: "), Span("decay 1×")
    return line


def split_summary(view: StepView) -> Line:
    """What the bar of the split means."""
    return _waiting(view) or (Span("bar: the share from the future"),)


def ledger_summary(view: StepView) -> Line:
    """How the last loss's own gradient dies out."""
    if waiting := _waiting(view):
        return waiting
    last = view.current.outputs[-1]
    found = ledger(view.known.trace)
    line = Span(f"L_{last}: "), *_decay(view, found.norms[-1], found.first)
    return (Span(f"from t = {found.first} on · ", Role.MUTED), *line) if found.first else line


def factor_summary(view: StepView) -> Line:
    """What the factors have in common, and the half-life they make."""
    if waiting := _waiting(view):
        return waiting
    found = factors(view.known.trace)
    life = half_life(found.product[max(found.first, view.known.gradients_from) :])
    text = f" · half-life {size(life, 1)} t" if np.isfinite(life) else ""
    role = Role.TEXT
    if view.network.fault is NO_DH_NEXT:
        text, role = " · nothing is sent back", Role.BAD
    far = f"reach from t = {found.first} on · " if found.first else ""
    own = found.encoder_weight
    encoder = "" if own is None else f", ‖W_hh_enc‖ {size(own, 3)}"
    norm = Span(f"‖W_hh‖ {size(found.weight, 3)}{encoder}")
    return Span(far, Role.MUTED), norm, Span(text, role)


def _waiting(view: StepView) -> Line:
    """Why there is nothing to say yet; nothing if there is."""
    if view.known.gradients_from < view.current.length:
        return ()
    text = "no gradient yet" if view.known.answered else "comes after the forward pass"
    text = text if view.program.labels else "no label, so no gradient"
    return (Span(text, Role.EMPTY),)


def _decay(view: StepView, norms: Floats, begin: int = 0) -> Line:
    """How a gradient shrinks or grows from the last timestep down to the one reached.

    `norms` are those from timestep `begin` on.
    """
    tokens, first = view.current.tokens, max(begin, view.known.gradients_from)
    newest, last = float(norms[first - begin]), float(norms[-1])
    if first == len(tokens) - 1 or not np.isfinite(newest) or last == 0 or newest == 0:
        return (Span(f"the loss arrives at “{visible(tokens[-1])}”"),)
    ratio, there = last / newest, visible(tokens[first])
    if ratio < 1:
        return Span(f"{_ratio(1 / ratio)}× more", Role.WARN), Span(f" at “{there}”")
    life = size(half_life(norms[first - begin :]), 1)
    return Span(f"{_ratio(ratio)}× less", Role.STRONG), Span(f" at “{there}”, half-life {life} t")


def _ratio(x: float) -> str:
    return f"{x:.1f}" if x < 100 else size(x, 0, len("12345"))


GRADIENT_VIEWS = (
    GradientView(
        "BPTT  ‖∂L/∂h_t‖",
        "How much of the gradient reaches each state",
        GradientTable,
        decay_summary,
    ),
    GradientView(
        "BPTT  local + future",
        "What each state gets from its own output and from later ones",
        SplitTable,
        split_summary,
    ),
    GradientView(
        "BPTT  ledger ‖∂L_k/∂h_t‖",
        "The ledger: each loss's own gradient at each state",
        LedgerTable,
        ledger_summary,
    ),
    GradientView(
        "BPTT  factors",
        "What each step back multiplies by, and what is left at most",
        FactorTable,
        factor_summary,
    ),
)
