"""All timesteps of a long pass in two lines: where states are, and how much gradient is left."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.characters import cut
from rnn_tui.present.charts.network.columns import LABEL
from rnn_tui.present.charts.network.drawing import Drawing, PictureCanvas
from rnn_tui.present.charts.network.figures import LEAST, is_known, sign
from rnn_tui.present.digits import EMPTY
from rnn_tui.present.tables.cells import Role, Scale
from rnn_tui.present.tables.states import StateTable
from rnn_tui.present.tokens import read_text
from rnn_tui.session.view import StepView
from rnn_tui.session.why.state_norms import decays, name_of_figure, norms

LINES = 2
WALL = "┆"  # behind the last timestep, from the right, at which less than LEAST is left
HEAD = LABEL
NARROW, WIDE = 4, 10  # cells of a column

Places = Mapping[int, tuple[int, int]]


def overview(view: StepView, width: int, unit: int, places: Places) -> Drawing:
    """The lines of a pass, whose timesteps have columns at these `places`.

    Where not all of them have one the first line has a heat of all; else the states of a unit, or
    the tokens where they don't stand above. The second one has what is left of the gradient.
    """
    canvas = PictureCanvas(width, LINES)
    place = ""
    if len(places) < view.current.length:
        heat_of_all(view, canvas, 0)
    elif view.experiment.answers_once:
        _tokens(view, canvas, places)
    else:
        place = _states(view, canvas, unit, places)
    place = _left(view, canvas, places) or place
    return Drawing(tuple(canvas.rows()), tuple(canvas.nodes), (), place)


def evenly(view: StepView, width: int) -> Places:
    """Places as wide as there is room; of a long pass those around the cursor."""
    T, room = view.current.length, max(1, width - HEAD)
    if room // T >= NARROW:
        return {t: (HEAD + t * (cells := min(WIDE, room // T)), cells) for t in range(T)}
    count = max(1, room // NARROW)
    first = max(0, min((view.t or 0) - count // 2, T - count))
    return {t: (HEAD + (t - first) * NARROW, NARROW) for t in range(first, min(T, first + count))}


def _tokens(view: StepView, canvas: PictureCanvas, places: Places) -> None:
    """What is read, as far as it has room."""
    canvas.put(0, 0, "input", Role.MUTED)
    for t, (x, cells) in places.items():
        text = cut(read_text(view, t), cells - 1)
        role = Role.TOKEN if t < view.known.states else Role.MUTED
        end = canvas.put(x, 0, text, Role.CURRENT if t == view.t else role)
        canvas.point(f"x[{t},0]", x, end, 0, t)


def _states(view: StepView, canvas: PictureCanvas, unit: int, places: Places) -> str:
    """A cell a timestep, by its sign and its heat; the address of the one read last."""
    depth = view.network.depth - 1
    name = view.program.algorithm.called("h", depth)
    values = view.known.trace.layers[depth]["h"]
    unit, scale, now = min(unit, values.shape[1] - 1), StateTable(view, depth).scale, ""
    canvas.put(0, 0, f"{name}[t,{unit}]"[: HEAD - 1], Role.MUTED)
    for t, (x, cells) in places.items():
        if not is_known(view, "h", depth, t):
            canvas.put(x, 0, EMPTY, Role.EMPTY)
            continue
        value, ref = float(values[t + 1, unit]), f"{name}[{t},{unit}]"
        text = sign(value).ljust(max(1, cells - 1))
        canvas.point(ref, x, canvas.put(x, 0, text, Role.TEXT, value / scale), 0, t)
        now = ref if t == view.t else now
    return now


def _left(view: StepView, canvas: PictureCanvas, places: Places) -> str:
    """What is left of ∂L/∂h at each timestep, of the last one's; the address of the newest."""
    depth, T, now = view.network.depth - 1, view.current.length, ""
    canvas.put(0, 1, "∂L/∂h %", Role.GRADIENT)
    shares = decays(view.known.trace, depth, "h")
    known = range(view.known.gradients_from, T)
    most = _most(shares, known)
    for t, (x, cells) in places.items():
        if t not in known:
            canvas.put(x, 1, EMPTY, Role.EMPTY)
            continue
        share = float(shares[t])
        text = _percent(share).ljust(max(1, cells - 1))
        heat = None if share < LEAST or not math.isfinite(share) else share / most
        role = Role.WARN if share < LEAST else Role.TEXT
        end = canvas.put(x, 1, text, role, heat, Scale.GRADIENT)
        ref = f"{name_of_figure('decay', 'h', depth)}[{t}]"
        canvas.point(ref, x, end, 1, t)
        now = ref if t == view.t else now
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


def heat_of_all(view: StepView, canvas: PictureCanvas, y: int) -> None:
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
