"""Pictures of the recurrence: eigenvalues, Jacobian products, saturation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from rnn_tui.analyses.eigenvalues import EigenvaluePath
from rnn_tui.analyses.jacobians import Jacobians
from rnn_tui.analyses.saturation import Saturation
from rnn_tui.arrays import Floats
from rnn_tui.present.analyses.parts import (
    GAP,
    ROWS,
    AnalysisPicture,
    beside,
    chart,
    over_training,
    text,
    width_of,
)
from rnn_tui.present.analyses.plane import Frame, Plane
from rnn_tui.present.charts.charts import ChartRow, Inked
from rnn_tui.present.charts.eigen import FARTHEST
from rnn_tui.present.charts.plot import Curve, Ink, Level, Plot, Stroke
from rnn_tui.present.digits import percent, size

SHADES = " ·░▒▓█"
EDGES = (0.0, 0.05, 0.1, 0.2, 0.4)  # from which share on each but the first is drawn


def _plane_points(values: Any) -> Floats:
    points: Floats = np.column_stack([values.real.ravel(), values.imag.ravel()])
    return np.clip(points, -FARTHEST, FARTHEST)


def eigenvalues(found: EigenvaluePath, source: str, width: int) -> AnalysisPicture:
    """The complex plane, and the spectral radius beside it."""
    first, last, trained = found.radius[0], found.radius[-1], len(found.steps) > 1
    total, out = found.values.shape[1], int(found.outside[-1])
    says = [
        f"Each mark is an eigenvalue of W_hh. Outside the unit circle (◆) memories can grow, "
        f"inside (●) they fade: {out} of {total} are outside now."
    ]
    if trained:
        says.append(
            f"Training changed the largest |λ| from {size(first, 3)} to {size(last, 3)}; "
            "○ marks the first ones, dots those of updates between."
        )
    columns = max(20, min(2 * ROWS + 4, (width // 2 if trained else width) - 8))
    reach = 1.1 * max(1.0, min(FARTHEST, float(found.radius.max())))
    plane = Plane(Frame.square(reach, columns, ROWS), columns, ROWS)
    plane.axes()
    turn = np.linspace(0, 2 * np.pi, 400)
    plane.dots(np.column_stack([np.cos(turn), np.sin(turn)]), Ink.LEVEL)
    if trained:
        plane.dots(_plane_points(found.values), Ink.RANGE, under=True)
        plane.marks(_plane_points(found.values[0]), "○" * total, Ink.PIN)
    now = _plane_points(found.values[-1])
    beyond = np.abs(found.values[-1]) > 1 + 1e-9
    plane.marks(now[~beyond], "●" * int((~beyond).sum()), Ink.FIRST)
    plane.marks(now[beyond], "◆" * out, Ink.ALERT)
    rows: Sequence[ChartRow] = [text("the complex plane"), *plane.rows("real", "imag")]
    if trained:
        plot = over_training("", found.steps, found.radius, levels=(Level("1", 1.0),))
        room = width - max(map(width_of, rows)) - GAP
        rows = beside(rows, chart("spectral radius, the largest |λ|", plot, room, ROWS + 2))
    return AnalysisPicture("Eigenvalues of W_hh", tuple(says), tuple(rows))


def jacobians(found: Jacobians, source: str, width: int) -> AnalysisPicture:
    """Norms and spectral radii by distance."""
    reach = found.norms.shape[1] - 1
    now, before = np.median(found.norms, axis=0), np.median(found.before, axis=0)
    radii = np.median(found.radii, axis=0)
    x = np.arange(reach + 1.0)
    low, high = np.quantile(found.norms, [0.25, 0.75], axis=0)
    curves = [
        Curve.of("spectral radius", x, radii, Ink.SECOND, Stroke.DOTTED),
        Curve.of("norm now, half of the passages shaded", x, now, band=(low, high)),
    ]
    says = [_arriving(found, float(now[-1]))]
    if not np.array_equal(found.norms, found.before):
        curves.insert(0, Curve.of("norm before training", x, before, Ink.PIN, Stroke.DASHED))
        says.append(f"Before training it was {size(before[-1], 3)} times.")
    plot = Plot(
        tuple(curves), (Level("unchanged", 1.0),), unit="steps back", last=float(reach), log=True
    )
    count = len(found.norms)
    passages = "one passage" if count == 1 else f"the median of {count} passages"
    rows = chart(f"∂h_t/∂h_k, {passages}", plot, width)
    return AnalysisPicture("Jacobian products", tuple(says), tuple(rows))


def _arriving(found: Jacobians, last: float) -> str:
    """What is left of a small change, as measured."""
    reach, half = found.norms.shape[1] - 1, found.half_life
    fades = (
        f"it halves every {half:.1f} timesteps, and so does"
        if np.isfinite(half)
        else "it does not fade, nor does"
    )
    return (
        f"{reach} timesteps later a small change of a state is at most {size(last, 3)} times as "
        f"large: {fades} the gradient on its way back. A single step stretches it "
        f"{size(float(np.median(found.factors)), 2)} times at most."
    )


def saturation(found: Saturation, source: str, width: int) -> AnalysisPicture:
    """Units across, moments down."""
    order = np.argsort(-found.share[-1], kind="stable")
    margin = max(6, len(f"{int(found.steps[-1]):,}"))
    room = width - margin - 2
    groups = np.array_split(order, min(len(order), room))
    wide = max(1, min(4, room // len(groups)))
    kept = np.unique(np.rint(np.linspace(0, len(found.steps) - 1, ROWS)).astype(np.int64))
    column = "a unit" if len(groups) == len(order) else "some units"
    rows = [text(f"{'update':>{margin}} │ the share of timesteps; a column is {column}")]
    for k in kept.tolist():
        share = [float(found.share[k, group].mean()) for group in groups]
        cells = "".join(_shade(one) * wide for one in share)
        label = f"{int(found.steps[k]):>{margin},} │ "
        rows.append((Inked(label, Ink.NUMBER), Inked(cells, Ink.FIRST)))
    keys = "  ".join(f"{SHADES[k]} {_least(k)}" for k in range(1, len(SHADES)))
    rows.append(text(" " * (margin + 3) + f"from  {keys}  of the time"))
    most = int(order[0])
    says = (
        f"The activation of a saturated unit is flat: hardly any gradient passes. "
        f"Saturated share of units and timesteps: {percent(float(found.mean[-1]))} now, "
        f"{percent(float(found.mean[0]))} at the first look; unit {most} most, "
        f"{percent(float(found.share[-1, most]))}.",
    )
    return AnalysisPicture("Saturation", (*says, *_gates(found)), tuple(rows))


def _gates(found: Saturation) -> Iterator[str]:
    """How often each gate is shut or wide open."""
    if found.gates:
        each = "; ".join(
            f"{name} {percent(share['closed'])} closed, {percent(share['open'])} open"
            for name, share in found.gates.items()
        )
        yield f"Gates within 0.025 of 0 or 1, where they hardly learn: {each}."


def _shade(share: float) -> str:
    return SHADES[0] if share == 0 else SHADES[int(np.searchsorted(EDGES, share, side="right"))]


def _least(k: int) -> str:
    return f"{100 * EDGES[k - 1]:.0f}%" if EDGES[k - 1] else "a bit"
