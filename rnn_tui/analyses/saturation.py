"""How much of the time each unit is where its activation is flat and lets no gradient through."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from rnn_tui.analyses.study import Study, Unfit
from rnn_tui.arrays import Floats, Ints
from rnn_tui.engine.passes.trace import Trace
from rnn_tui.engine.passes.walking import place_of
from rnn_tui.equations.activations import ACTIVATIONS, Activation
from rnn_tui.equations.gates import gates

EDGE = 0.95  # |h| of a tanh from which on it is called saturated, as document 003 counts
LEAST_SLOPE = 1 - EDGE**2  # that slope, as a share of the largest one
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

    What squashes it is the last tanh of its lines: of the memory c in an LSTM, of the candidate n
    in a GRU. Raises Unfit where there is none.
    """
    cell, T = trace.net.layers[-1].cell, trace.example.length
    for line in reversed(cell.forward_body.lines):
        for node in ast.walk(line.value):
            if not (isinstance(node, ast.Call) and ast.unparse(node.func) == "tanh"):
                continue
            whole = node is line.value
            name = line.target if whole else ast.unparse(node.args[0])
            place = place_of(name, cell.states, made=True)
            found = trace.layers[-1][place.array][place.ahead :][:T]
            return is_flat(ACTIVATIONS["tanh"], found if whole else np.tanh(found))
    raise Unfit(f"{cell.name} squashes its units by no tanh")


def is_flat(activation: Activation, squashed: Floats) -> Floats:
    """1 where the slope at what was squashed is less than a tenth of the steepest, else 0.

    So a tanh is beyond ±0.95, a sigmoid within 0.025 of 0 or 1, and a relu at 0.
    """
    slope = activation.slope(squashed) / activation.steepest
    return (slope < LEAST_SLOPE - 1e-12).astype(np.float64)


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
