"""Where an activation is flat: the slope of every unit at every timestep, and which let none by."""

from __future__ import annotations

import ast
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.passes.trace import Trace
from rnn_tui.engine.passes.walking import place_of
from rnn_tui.equations.activations import ACTIVATIONS, Activation
from rnn_tui.equations.cells.cell import Cell
from rnn_tui.equations.gates import gates

EDGE = 0.95  # |h| of a tanh from which on it is called saturated, as the book (grammar) counts
LEAST_SLOPE = 1 - EDGE**2  # that slope, as a share of the largest one


def steepness(activation: Activation, squashed: Floats) -> Floats:
    """The slope at what was squashed, as a share of the steepest one."""
    share: Floats = activation.slope(squashed) / activation.steepest
    return share


def is_flat(activation: Activation, squashed: Floats) -> Floats:
    """1 where the slope at what was squashed is less than a tenth of the steepest, else 0.

    So a tanh is beyond ±0.95, a sigmoid within 0.025 of 0 or 1, and a relu at 0.
    """
    return (steepness(activation, squashed) < LEAST_SLOPE - 1e-12).astype(np.float64)


def squashed(trace: Trace, depth: int = -1) -> tuple[Activation, Floats] | None:
    """What squashes the units of a layer and what it makes of them (T, H); None if nothing does.

    Of a cell without an activation that is the last tanh of its lines: of the memory c in an
    LSTM, of the candidate n in a GRU.
    """
    layer, T = trace.net.layers[depth], trace.example.length
    if layer.cell.has_slope:
        return layer.activation, trace.layers[depth]["h"][1:]
    last = last_tanh(layer.cell)
    if last is None:
        return None
    place = place_of(last.name, layer.cell.states, made=True)
    found = trace.layers[depth][place.array][place.ahead :][:T]
    return ACTIVATIONS["tanh"], found if last.is_made else np.tanh(found)


class LastTanh(NamedTuple):
    """The last tanh of a cell's lines: what it makes if it `is_made`, or else what it reads."""

    name: str
    is_made: bool


def last_tanh(cell: Cell) -> LastTanh | None:
    """That of a cell; None where its lines have none."""
    for line in reversed(cell.forward_body.lines):
        for node in ast.walk(line.value):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "tanh":
                whole = node is line.value
                return LastTanh(line.target if whole else ast.unparse(node.args[0]), whole)
    return None


def gates_flat(trace: Trace, depth: int = -1) -> dict[str, float]:
    """Of each gate and candidate of a layer the share of units and timesteps that are flat."""
    layer, T = trace.net.layers[depth], trace.example.length
    found = {}
    for gate in gates(layer.cell):
        activation = ACTIVATIONS["tanh" if gate.has_sign else "sigmoid"]
        values = trace.layers[depth][gate.name][:T]
        found[gate.name] = float(is_flat(activation, values).mean())
    return found


def slopes(trace: Trace, depth: int = -1) -> Floats | None:
    """The slope of every unit of a layer at every timestep (T, H), a share of the steepest."""
    found = squashed(trace, depth)
    return None if found is None else steepness(*found)


def flat_share(traces: tuple[Trace, ...]) -> float:
    """The share of all units and timesteps of some passes at which the slope is flat."""
    flat = [slope.ravel() < LEAST_SLOPE - 1e-12 for slope in _all(traces)]
    return float(np.concatenate(flat).mean()) if flat else 0.0


def gates_flat_share(traces: tuple[Trace, ...]) -> float:
    """The same of gates and candidates: the mean of all, of the layer that is flattest.

    NaN where cells have none.
    """
    flat = []
    for depth in range(traces[0].net.depth):
        found = [share for one in traces for share in gates_flat(one, depth).values()]
        flat += [float(np.mean(found))] if found else []
    return max(flat, default=float("nan"))


def dead_share(traces: tuple[Trace, ...]) -> float:
    """The share of units that let no gradient through at any timestep of any of some passes."""
    dead = []
    for depth in range(traces[0].net.depth):
        found = [slope for one in traces if (slope := slopes(one, depth)) is not None]
        if found:
            dead.append((np.vstack(found) < LEAST_SLOPE - 1e-12).all(axis=0))
    return float(np.concatenate(dead).mean()) if dead else 0.0


def _all(traces: tuple[Trace, ...]) -> list[Floats]:
    depths = range(traces[0].net.depth)
    found = (slopes(one, depth) for one in traces for depth in depths)
    return [one for one in found if one is not None]
