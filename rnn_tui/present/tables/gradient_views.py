"""The ways to look at the gradients in the BPTT pane, each with a sentence that sums it up."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.spectrum.carousel import Carousel
from rnn_tui.engine.spectrum.ledger import Factors, factors, ledger
from rnn_tui.engine.spectrum.spectrum import half_life
from rnn_tui.equations.faults import NO_DH_NEXT
from rnn_tui.equations.gates import kept
from rnn_tui.equations.network import Network
from rnn_tui.present.digits import left, size
from rnn_tui.present.tables.cells import Line, Role, Span, Table
from rnn_tui.present.tables.gradients import (
    FactorTable,
    GradientTable,
    LayersTable,
    SplitTable,
)
from rnn_tui.present.tables.ledger import LedgerTable
from rnn_tui.present.tokens import token_text
from rnn_tui.session.view import StepView
from rnn_tui.session.why.state_norms import norms as norms_of

VANISHED = 0.01  # of a gradient at the end: below that it hardly teaches anything


class GradientView(NamedTuple):
    """One way to look at the gradients: the title of its pane, what it shows, table, summary.

    `name` is what `show` calls it, nothing where it has no verb of its own.
    """

    title: str
    about: str
    table: Callable[..., Table]  # of a view and, where it is `of_layer`, a layer
    summary: Callable[..., Line]
    of_layer: bool = True  # whether it shows one layer
    name: str = ""
    tells_bars: bool = False  # whether the summary is about the bars

    def of(self, view: StepView, layer: int) -> tuple[Table, Line]:
        """Table and summary, of a layer where it shows one."""
        shown = (view, layer) if self.of_layer else (view,)
        return self.table(*shown), self.summary(*shown)


def decay_summary(view: StepView, layer: int = -1) -> Line:
    """What the gradient column says, in a sentence."""
    if waiting := _waiting(view):
        return waiting
    if len(view.current.outputs) > 1:
        return (Span(f"total over the {len(view.current.outputs)} losses"),)
    norms = norms_of(view.known.trace, layer % view.network.depth, "h")
    line, first = _decay(view, norms), view.known.gradients_from == len(norms) - 1
    if first and np.isfinite(norms[-1]) and norms[-1] > 0:  # what the rest is measured against
        return (Span(f"starts here, at {token_text(view, view.current.length - 1)}: 100%"),)
    return line


def split_summary(view: StepView, layer: int = -1) -> Line:
    """What the bar of the split means."""
    return _waiting(view) or (Span("bar: share coming from later timesteps"),)


def layers_summary(view: StepView, layer: int = -1) -> Line:
    """Which way the gradient goes."""
    return _waiting(view) or (Span("→ down one layer · ↑ one timestep back"),)


def ledger_summary(view: StepView, layer: int = -1) -> Line:
    """How the last loss's own gradient dies out."""
    if waiting := _waiting(view):
        return waiting
    last = view.current.outputs[-1]
    found = ledger(view.known.trace)
    line = Span(f"L_{last}: "), *_decay(view, found.norms[-1], found.first)
    return (Span(f"from t = {found.first} on · ", Role.MUTED), *line) if found.first else line


def factor_summary(view: StepView, layer: int = -1) -> Line:
    """What the factors have in common, and the half-life they make."""
    if waiting := _waiting(view):
        return waiting
    found, way = factors(view.known.trace), FactorTable(view, layer).way
    if way is not None:
        return _carousel_summary(view, way, found)
    life = half_life(found.product[max(found.first, view.known.gradients_from) :])
    text = f" · bound ≤ Π‖J‖, halves every {size(life, 1)} timesteps" if np.isfinite(life) else ""
    role = Role.TEXT
    if view.network.fault is NO_DH_NEXT:
        text, role = " · nothing is passed back", Role.BAD
    far = f"measured from t = {found.first} on · " if found.first else ""
    own = found.encoder_weight
    encoder = "" if own is None else f", ‖W_hh_enc‖₂ {size(own, 3)}"
    norm = Span(f"‖W_hh‖₂ {size(found.weight, 3)}{encoder}")
    return Span(far, Role.MUTED), norm, Span(text, role)


def _carousel_summary(view: StepView, way: Carousel, found: Factors) -> Line:
    """How much is left at most at the timestep reached, along the state alone and by all ways."""
    t = max(found.first, view.known.gradients_from)
    there = token_text(view, t)
    if t == view.current.length - 1:
        return (Span(f"starts here, at {there}: 100%"),)
    alone, whole = float(abs(way.left[t, way.most_left(t)])), float(found.product[t])
    life = half_life(found.product[t:])
    text = f" · the bound halves every {size(life, 1)} timesteps" if np.isfinite(life) else ""
    role = Role.WARN if whole < VANISHED else Role.TEXT
    verdict = ": vanishes" if whole < VANISHED else ""
    return (
        Span(f"{there}: at most {left(whole)} left, along {way.state} {left(alone)}"),
        Span(f"{verdict}{text}", role),
    )


def _waiting(view: StepView) -> Line:
    """Why there is nothing to say yet; nothing if there is."""
    if view.known.gradients_from < view.current.length:
        return ()
    if not view.program.labels:
        return Span("no label", Role.EMPTY), Span(", so no gradient", Role.EMPTY)
    return Span("not yet", Role.EMPTY), Span(": fills during backpropagation", Role.EMPTY)


def _decay(view: StepView, norms: Floats, begin: int = 0) -> Line:
    """How a gradient shrinks or grows from the last timestep down to the one reached.

    `norms` are those from timestep `begin` on.
    """
    first = max(begin, view.known.gradients_from)
    newest, last = float(norms[first - begin]), float(norms[-1])
    if first == view.current.length - 1 or not np.isfinite(newest) or last == 0 or newest == 0:
        return (Span(f"starts at {token_text(view, view.current.length - 1)}"),)
    ratio, there = newest / last, token_text(view, first)
    if ratio > 1:
        return Span(f"{there}: "), Span(left(ratio), Role.WARN)
    life = size(half_life(norms[first - begin :]), 1)
    return (
        Span(f"{there}: "),
        Span(f"{left(ratio)} left", Role.STRONG),
        Span(f", halves every {life} timesteps"),
    )


GRADIENT_VIEWS = (
    GradientView(
        "BPTT  ‖∂L/∂h_t‖",
        "Gradient that reaches each state (‖∂L/∂h‖)",
        GradientTable,
        decay_summary,
    ),
    GradientView(
        "BPTT  local + future",
        "Gradient of each state, split: own output + later timesteps",
        SplitTable,
        split_summary,
        name="gradients",
        tells_bars=True,
    ),
    GradientView(
        "BPTT  ledger ‖∂L_k/∂h_t‖",
        "Gradient of each single loss at each state (ledger)",
        LedgerTable,
        ledger_summary,
        of_layer=False,
        name="ledger",
    ),
    GradientView(
        "BPTT  factors",
        "Factor of each step back ‖J‖; the bound ‖J·J′‖ is at most their product ‖J‖·‖J′‖",
        FactorTable,
        factor_summary,
        name="factors",
    ),
)


@lru_cache(maxsize=16)
def gradient_views(network: Network) -> tuple[GradientView, ...]:
    """Those that a network has something for: the split of each state, the way through layers."""
    norms, split, ledgers, whole = GRADIENT_VIEWS
    splits = (_split_of(state) for state in network.layers[-1].cell.states[1:])
    layers = (LAYERS_VIEW,) if network.depth > 1 else ()
    ways = [
        kept(one.cell.backward_body.lines, s) for one in network.layers for s in one.cell.states
    ]
    # The Jacobian is that of all layers; only a way along a state is one layer's own.
    factors_view = whole._replace(of_layer=any(way is not None for way in ways))
    return norms, *layers, split, *splits, ledgers, factors_view


LAYERS_VIEW = GradientView(
    "BPTT  layers",
    "Gradient by layer: down through the layers, back in each",
    LayersTable,
    layers_summary,
    of_layer=False,
)


def _split_of(state: str) -> GradientView:
    def summary(view: StepView, layer: int = -1) -> Line:
        return _waiting(view) or (Span(f"bar: share coming along {state} from later timesteps"),)

    return GradientView(
        f"BPTT  ∂L/∂{state}: via h + along {state}",
        f"Gradient of {state}, split: through h + along {state} from later timesteps",
        partial(SplitTable, state=state),
        summary,
        name="gradients",
        tells_bars=True,
    )
