"""Gradients as arrows side by side: how long each is, and how far it has turned."""

from __future__ import annotations

import math

import numpy as np

from rnn_tui.arrays import Floats, Ints
from rnn_tui.present.charts.plot import Ink
from rnn_tui.present.charts.raster import ACROSS, DOWN, Canvas
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.session.checks.microscope import GradientComparison, Variant

BARB, BARB_TURN = 2.5, math.radians(145)  # dots of an arrow's barbs, and their way back
BELOW = 2.0  # dots under the origin, room for a barb
ARC, LEAST_ARC = 0.6, 7  # how far along the shaft its turn is drawn, if it has so many dots
LEAST = 1e-300


def arrows(one: GradientComparison, columns: int, height: int) -> tuple[Line, ...]:
    """Each gradient as an arrow, all to one scale; the full one, dotted, lies flat.

    Only the angle to it is known, so each turns to the same side.
    """
    sheets = [_sheet(one, variant, columns - 2, height) for variant in one.variants]
    lines = []
    for row in range(height):
        spans: list[Span] = []
        for sheet in sheets:
            spans += [*sheet[row], Span("  ")]
        lines.append(tuple(spans))
    return tuple(lines)


def _sheet(one: GradientComparison, variant: Variant, width: int, height: int) -> list[list[Span]]:
    canvas = Canvas(width, height)
    across, down = ACROSS * width - 1, DOWN * height - 1
    ends = [_end(v) for v in one.variants]
    left, right = -min(0.0, *(x for x, _ in ends)), max(x for x, _ in ends)
    reach, top = max(left + right, LEAST), max(LEAST, *(y for _, y in ends))
    scale = min((across - BELOW) / reach, (down - 2 * BELOW) / top)
    origin = np.array([left * scale, BELOW])
    full, tip = (origin + scale * np.array(_end(v)) for v in (one.variants[0], variant))
    if one.longest > LEAST:
        level, drawn = _line(origin, full), _arrow(origin, tip)
        cells = {tuple(dot) for dot in (drawn // (ACROSS, DOWN)).tolist()}
        beside = [dot for dot in level[::3] if tuple((dot // (ACROSS, DOWN)).tolist()) in cells]
        _dots(canvas, level[::3], Ink.LEVEL)
        _dots(canvas, np.vstack([drawn, *beside]), Ink.FIRST)
    return [[Span(text, _role(ink)) for text, ink in line] for line in canvas.lines()]


def _end(variant: Variant) -> tuple[float, float]:
    """Where the tip is; at the origin where there is no direction."""
    if math.isnan(variant.angle) or not math.isfinite(variant.norm):
        return 0.0, 0.0
    turn = math.radians(variant.angle)
    return variant.norm * math.cos(turn), variant.norm * math.sin(turn)


def _arrow(start: Floats, tip: Floats) -> Ints:
    """Its dots, (n, 2): the shaft, two barbs, and how far it has turned."""
    along, (dx, dy) = _line(start, tip), tip - start
    length, turn = math.hypot(dx, dy), math.atan2(dy, dx)
    if length < 3 * BARB:
        return along
    ends = [turn + BARB_TURN, turn - BARB_TURN]
    barbs = [_line(tip, tip + BARB * np.array([math.cos(a), math.sin(a)])) for a in ends]
    around = np.arange(0, turn, 2 / (ARC * length))[:, None]
    if turn * ARC * length < LEAST_ARC:
        return np.vstack([along, *barbs])
    arc = start + ARC * length * np.hstack([np.cos(around), np.sin(around)])
    return np.vstack([along, *barbs, np.rint(arc).astype(np.int64)])


def _dots(canvas: Canvas, at: Ints, ink: Ink) -> None:
    canvas.dots(at[:, 0], at[:, 1], ink)


def _line(start: Floats, end: Floats) -> Ints:
    """The dots from one place to another, (n, 2)."""
    count = int(np.abs(end - start).max()) + 1
    share_of = np.linspace(0, 1, count + 1)[:, None]
    return np.rint(start + share_of * (end - start)).astype(np.int64)


def _role(ink: Ink) -> Role:
    return Role.MUTED if ink is Ink.LEVEL else Role.BAR
