"""The slope of every unit at every timestep as a picture: where gradients come through."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.characters import cut
from rnn_tui.engine.spectrum.flatness import LEAST_SLOPE, gates_flat, last_tanh, slopes
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.present.tokens import read_text, reads_rows
from rnn_tui.session.view import StepView

SHADES = "░▒▓█"
FLAT = "·"
NAMES = 8  # cells of what a row is called
WIDEST = 8  # cells of a timestep


def slope_map(view: StepView, width: int, height: int) -> list[Line]:
    """The last layer's units down, the timesteps of the pass along, as far as there is room.

    Neighbouring units share a row where there are too many, and it shows their mean; of a long
    pass the last timesteps are shown. Of a cell with gates a line says how many of each are flat.
    Nothing where no function squashes the units.
    """
    found = slopes(view.known.trace)
    if found is None or height < 3 or width < NAMES + 4:
        return []
    T, H = found.shape
    shown = min(T, width - NAMES)
    wide = max(1, min(WIDEST, (width - NAMES) // shown))
    gates = _gates(view, width) if height > 3 else []
    rows = np.array_split(np.arange(H), min(H, height - 2 - len(gates)))
    part, heading = found[T - shown :], _heading(view, T, shown, width)
    return [heading, *gates, _tokens(view, shown, wide), *_rows(part, rows, wide)]


def _gates(view: StepView, width: int) -> list[Line]:
    """How much of each gate lets no gradient through; nothing where there are none."""
    found = gates_flat(view.known.trace)
    told = " · ".join(f"{name} {share:.0%}" for name, share in found.items())
    for end in (": share of units and timesteps with no slope", ""):
        text = f"Gates flat: {told}{end}"
        if len(text) <= width:
            break
    return [(Span(cut(text, width), Role.MUTED),)] if found else []


def _heading(view: StepView, T: int, shown: int, width: int) -> Line:
    cell = view.network.layers[-1].cell
    last = None if cell.has_slope else last_tanh(cell)
    name = "f′" if last is None else f"tanh′ of {last.name}"
    which = "" if shown == T else f", the last {shown} of {T} timesteps"
    head = f"Slope ({name}) by unit and timestep, with the weights on screen{which}"
    steep = f"  {SHADES[::-1]} steep to shallow, {FLAT} flat"
    for legend in (f"{steep}: no gradient passes", steep, f"  {FLAT} flat", ""):
        if len(head + legend) <= width:
            break
    return Span(cut(head, width), Role.STRONG), Span(legend, Role.MUTED)


def _tokens(view: StepView, shown: int, wide: int) -> Line:
    T = view.current.length
    read = [read_text(view, t) for t in range(T - shown, T)]
    named = [cut(one, wide - 1) for one in read] if wide > 2 else []
    is_cut = named != read and reads_rows(view)  # a number without its end is another one
    if is_cut or len(set(named)) < len(set(read)):  # of long ones only the end tells them apart
        named = [f"{t}" for t in range(T - shown, T)]
    if wide <= max(map(len, named)):
        return (Span(f"{'':{NAMES}}t = {T - shown} … {T - 1}", Role.MUTED),)
    named = [f"{name}{' ' * (wide - len(name))}" for name in named]
    return (Span(" " * NAMES + "".join(named), Role.TOKEN),)


def _rows(found: Floats, rows: list[np.ndarray], wide: int) -> Iterator[Line]:
    for units in rows:
        first, last = int(units[0]), int(units[-1])
        name = f"unit {first}" if first == last else f"{first}–{last}"
        spans = [Span(f"{name:<{NAMES}}", Role.MUTED)]
        spans += [_cell(float(mean), wide) for mean in found[:, units].mean(axis=1)]
        yield tuple(spans)


def _cell(slope: float, wide: int) -> Span:
    gap = " " if wide > 2 else ""
    if not slope >= LEAST_SLOPE:
        return Span(FLAT * (wide - len(gap)) + gap, Role.WARN)
    shade = SHADES[min(len(SHADES) - 1, int(slope * len(SHADES)))]
    return Span(shade * (wide - len(gap)) + gap, Role.BAR)
