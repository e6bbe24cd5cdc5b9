"""The slope of every unit at every timestep as a picture: where gradients come through."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.characters import cut, visible
from rnn_tui.engine.spectrum.flatness import LEAST_SLOPE, slopes
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.session.view import StepView

SHADES = "░▒▓█"
FLAT = "·"
NAMES = 8  # cells of what a row is called
WIDEST = 8  # cells of a timestep


def slope_map(view: StepView, width: int, height: int) -> list[Line]:
    """The last layer's units down, the timesteps of the pass along, as far as there is room.

    Neighbouring units share a row where there are too many, and it shows their mean; of a long
    pass the last timesteps are shown. Nothing where no function squashes the units.
    """
    found = slopes(view.known.trace)
    if found is None or height < 3 or width < NAMES + 4:
        return []
    T, H = found.shape
    shown = min(T, width - NAMES)
    wide = max(1, min(WIDEST, (width - NAMES) // shown))
    rows = np.array_split(np.arange(H), min(H, height - 2))
    part = found[T - shown :]
    return [_heading(view, T, shown, width), _tokens(view, shown, wide), *_rows(part, rows, wide)]


def _heading(view: StepView, T: int, shown: int, width: int) -> Line:
    name = "f′" if view.network.layers[-1].cell.has_slope else "tanh′"
    which = "" if shown == T else f", the last {shown} of {T} timesteps"
    head = f"Slope ({name}) by unit and timestep{which}"
    steep = f"  {SHADES[::-1]} steep to shallow, {FLAT} flat"
    for legend in (f"{steep}: no gradient passes", steep, f"  {FLAT} flat", ""):
        if len(head + legend) <= width:
            break
    return Span(cut(head, width), Role.STRONG), Span(legend, Role.MUTED)


def _tokens(view: StepView, shown: int, wide: int) -> Line:
    tokens = view.current.tokens[-shown:]
    if wide < 3:
        first = view.current.length - shown
        return (Span(f"{'':{NAMES}}t = {first} … {view.current.length - 1}", Role.MUTED),)
    named = "".join(f"{cut(visible(token), wide - 1):<{wide}}" for token in tokens)
    return (Span(" " * NAMES + named, Role.TOKEN),)


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
