"""How much of the time each unit is where its activation is flat and lets no gradient through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from rnn_tui.analyses.study import Study, Unfit
from rnn_tui.arrays import Floats, Ints
from rnn_tui.engine.passes.trace import Trace
from rnn_tui.engine.spectrum.flatness import is_flat, squashed
from rnn_tui.equations.activations import ACTIVATIONS
from rnn_tui.equations.gates import gates

HALF = 0.5  # of a gate: below it is more shut than open


@dataclass(frozen=True, eq=False)
class Saturation:
    """The share of timesteps at which a unit is saturated, `share` (S, H), at S moments.

    `gates` has of each gate of the last layer, if there are any, the share of units and timesteps
    at which it is "closed" and at which "open" now, so far that it hardly learns.
    """

    steps: Ints
    share: Floats
    gates: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @property
    def mean(self) -> Floats:
        """Over all units, (S,)."""
        mean: Floats = self.share.mean(axis=1)
        return mean


def saturated(trace: Trace) -> Floats:
    """1 where a unit of a last layer without activation is saturated after a token, (T, H).

    Raises Unfit where nothing squashes it.
    """
    found = squashed(trace)
    if found is None:
        raise Unfit(f"{trace.net.layers[-1].cell.name} squashes its units by no tanh")
    return is_flat(*found)


def measure(study: Study) -> Saturation:
    """At every moment, over all that is read."""
    layer, share = study.net.layers[-1], []
    for one in study.snapshots:
        states = study.states(one.params)
        if layer.cell.has_slope:
            flat = [is_flat(layer.activation, h[1:]) for h in states]
        else:
            flat = [saturated(trace) for trace in study.traces(one.params)]
        share.append(np.vstack(flat).mean(axis=0))
    return Saturation(study.steps, np.array(share), _gate_ends(study))


def _gate_ends(study: Study) -> dict[str, dict[str, float]]:
    """How often the gates let hardly any gradient through, as they are shut or wide open."""
    found = [gate.name for gate in gates(study.net.layers[-1].cell) if not gate.has_sign]
    traces = study.traces(study.now) if found else ()
    ends = {}
    for name in found:
        values = np.vstack([trace.layers[-1][name] for trace in traces])
        flat = is_flat(ACTIVATIONS["sigmoid"], values) > 0
        shut, wide = flat & (values < HALF), flat & (values > HALF)
        ends[name] = {"closed": float(shut.mean()), "open": float(wide.mean())}
    return ends
