"""All timesteps of a long pass in two lines: where states are, and how much gradient is left."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.present.charts.network.columns import LABEL
from rnn_tui.present.charts.network.drawing import Canvas, Drawing
from rnn_tui.present.charts.network.figures import LEAST, is_known, left_of, sign
from rnn_tui.present.digits import EMPTY
from rnn_tui.present.tables.cells import Role, Scale
from rnn_tui.present.tables.states import StateTable
from rnn_tui.session.view import StepView
from rnn_tui.session.why.state_norms import decays, norms

LINES = 2
WALL = "┆"  # behind the last timestep, from the right, at which less than LEAST is left
HEAD = LABEL - 1

Places = Mapping[int, tuple[int, int]]


def overview(view: StepView, width: int, unit: int, places: Places) -> Drawing:
    """The lines under a strip, whose columns have these `places`.

    Where not all timesteps have a column the first line has a heat of all, else the states of a
    unit; the second one has what is left of the gradient in percent.
    """
    canvas = Canvas(width, LINES)
    place = ""
    if len(places) < view.current.length:
        heat_of_all(view, canvas, 0)
    else:
        place = _states(view, canvas, unit, places)
    place = _left(view, canvas, places) or place
    return Drawing(tuple(canvas.rows()), tuple(canvas.nodes), (), place)


def _states(view: StepView, canvas: Canvas, unit: int, places: Places) -> str:
    """A cell a timestep, by its sign and its heat; the address of the one read last."""
    depth = view.network.depth - 1
    name = view.program.algorithm.called("h", depth)
    values = view.known.trace.layers[depth]["h"]
    unit, scale, now = min(unit, values.shape[1] - 1), StateTable(view, depth).scale, ""
    canvas.put(0, 0, f"{name}[t,{unit}]"[:HEAD], Role.MUTED)
    for t, (x, cells) in places.items():
        if not is_known(view, "h", depth, t):
            canvas.put(x, 0, EMPTY, Role.EMPTY)
            continue
        value, ref = float(values[t + 1, unit]), f"{name}[{t},{unit}]"
        text = sign(value).ljust(max(1, cells - 1))
        canvas.point(ref, x, canvas.put(x, 0, text, Role.TEXT, value / scale), 0, t)
        now = ref if t == view.t else now
    return now


def _left(view: StepView, canvas: Canvas, places: Places) -> str:
    """What is left of ∂L/∂h at each timestep, of the last one's; the address of the newest."""
    depth, T, now = view.network.depth - 1, view.current.length, ""
    canvas.put(0, 1, "∂L/∂h %", Role.GRADIENT)
    shares = decays(view.known.trace, depth, "h")
    known = range(view.known.gradients_from, T)
    most = _most(shares, known)
    for t, (x, cells) in places.items():
        figure = left_of(view, depth, "h", t)
        if not figure.is_there:
            canvas.put(x, 1, EMPTY, Role.EMPTY)
            continue
        share = float(shares[t])
        text = _percent(share).ljust(max(1, cells - 1))
        heat = None if share < LEAST or not math.isfinite(share) else share / most
        role = Role.WARN if share < LEAST else Role.TEXT
        end = canvas.put(x, 1, text, role, heat, Scale.GRADIENT)
        canvas.point(figure.ref, x, end, 1, t)
        now = figure.ref if t == view.t else now
    wall = max((t for t in places if t in known and shares[t] < LEAST), default=None)
    if wall is not None:
        x, cells = places[wall]
        canvas.put(x + cells - 1, 1, WALL, Role.WARN)
    return now


def _most(sizes: Floats, known: range) -> float:
    """The largest that is known, which has the full colour."""
    here = sizes[known.start : known.stop]
    return float(np.max(here[np.isfinite(here)], initial=0.0)) or 1.0


def _percent(share: float) -> str:
    """A share in three cells, without the sign of percent."""
    if math.isnan(share):
        return "NaN"
    percent = 100 * share
    if percent >= 999.5:
        return f"1e{math.floor(math.log10(percent))}" if math.isfinite(percent) else "inf"
    if percent >= 9.95:
        return f"{percent:.0f}"
    return f"{percent:.1f}" if share >= LEAST else "<1"


def heat_of_all(view: StepView, canvas: Canvas, y: int) -> None:
    """A cell for some timesteps: how long the gradient is, or the state before there is one."""
    room, T, trace = canvas.width - LABEL - 2, view.current.length, view.known.trace
    depth = view.network.depth - 1
    back = view.known.gradients_from < T
    if back:
        sizes = norms(trace, depth, "h")
    else:
        sizes = np.linalg.norm(trace.layers[depth]["h"][1:], axis=1)
    known = range(view.known.gradients_from, T) if back else range(view.known.states)
    cells, most = min(T, room), _most(sizes, known)
    canvas.put(1, y, "all ∂L/∂h" if back else "all ‖h‖", Role.MUTED)
    last, wall = float(sizes[-1]), -1
    for cell in range(cells):
        first, end = cell * T // cells, max(cell * T // cells + 1, (cell + 1) * T // cells)
        here = [t for t in range(first, end) if t in known]
        now = view.t is not None and first <= view.t < end
        role = Role.CURRENT if now else Role.EMPTY if not here else Role.TEXT
        heat = None if not here or now else float(np.max(sizes[here])) / most
        text = "▾" if now else EMPTY if not here else " "
        if back and here and last > 0 and float(np.max(sizes[here])) < LEAST * last:
            wall = cell
        canvas.put(LABEL + cell, y, text, role, heat, Scale.GRADIENT)
    if wall >= 0:
        canvas.put(LABEL + wall, y, WALL, Role.WARN)
        canvas.put(LABEL + cells + 1, y, f"{WALL} <1% left", Role.WARN)
