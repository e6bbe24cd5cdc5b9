"""A cell's own lines over the numbers of a piece, forward and backward.

No head stands on the cell here: what comes from above is given, as the sources give it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.equations.faults import Fault
from rnn_tui.equations.layer import Layer
from rnn_tui.figures.museum.recipes import letters_of

Made = dict[str, tuple[Floats, str]]  # arrays by name, each with the letters of its axes


@dataclass(frozen=True, eq=False)
class Given:
    """What a cell is given for m examples of T timesteps.

    `weights` by the names of its file; `x` (m, T, I); `start` the first states by name, each
    (m, H); `above` their gradients from above by name, each (m, T, H), or (m, 1, H) at the last
    timestep. `back` is the timestep behind the last one that the way back begins at.
    """

    weights: Mapping[str, Floats]
    x: Floats
    start: Mapping[str, Floats]
    above: Mapping[str, Floats]
    back: int


def passed(layer: Layer, given: Given, fault: Fault | None = None) -> Made:
    """All that the lines make: by names `h`, `i`, `delta_f`, `dc` … (m, T, H), `dx` (m, T, I).

    A state's rows are those after each token. `dh_0` and `dc_0` (m, H) are the gradients of the
    first states; gradients of weights are summed over the examples.
    """
    grads = {f"d{name}": np.zeros_like(array) for name, array in given.weights.items()}
    rows: dict[str, list[list[Floats]]] = {}
    first: dict[str, list[Floats]] = {}
    for m in range(len(given.x)):
        made = _example(layer, given, fault, m, grads)
        for name, values in made.items():
            if name.endswith("_0"):
                first.setdefault(name, []).append(values[0])
            else:
                rows.setdefault(name, []).append(values)
    axes = layer.variables | {"dx": "I"}
    found: Made = {
        name: (np.array(values), "mT" + axes.get(name, "H")) for name, values in rows.items()
    }
    found |= {name: (np.array(values), "mH") for name, values in first.items()}
    return found | {
        name: (array, letters_of(layer.axes[name[1:]])) for name, array in grads.items()
    }


def _example(
    layer: Layer, given: Given, fault: Fault | None, m: int, grads: dict[str, Floats]
) -> dict[str, list[Floats]]:
    """One example's pass: each variable's values, timestep by timestep; adds to `grads`."""
    states = layer.cell.states
    forward, backward = layer.forward_body(), layer.backward_body(fault, sends_down=True)
    functions = {name: one.of for name, one in layer.functions.items()}
    scopes: list[dict[str, Any]] = []
    state = {name: given.start[name][m] for name in states}
    for x_t in given.x[m]:
        scope: dict[str, Any] = {**functions, **given.weights, "x_t": x_t}
        scope |= {f"{name}_prev": state[name] for name in states}
        exec(forward.code, scope)
        state = {name: scope[f"{name}_t"] for name in states}
        scopes.append(scope)
    sent = {f"d{name}_next": np.zeros_like(state[name]) for name in states}
    for t in reversed(range(given.back)):
        scope = scopes[t] | sent | grads
        above = {name: array[m, t] for name, array in given.above.items()}
        scope["dh_local"] = above.pop("h", np.zeros_like(state["h"]))
        for name, gradient in above.items():  # from above, and so beside what the future sends
            scope[f"d{name}_next"] = scope[f"d{name}_next"] + gradient
        exec(backward.code, scope)
        sent = {name: scope[name] for name in sent}
        scopes[t] = scope
    made = {name: [one[f"{name}_t"] for one in scopes] for name in states}
    names = dict.fromkeys((*forward.targets, *backward.targets))
    for name in names:
        values = [scope[name] for scope in scopes if name in scope]
        made.setdefault("dx" if name == "dx_t" else name, values)
    made |= {f"{name.removesuffix('_next')}_0": [value] for name, value in sent.items()}
    return {name: values for name, values in made.items() if name not in grads}
