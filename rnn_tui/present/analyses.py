"""The analyses as pictures, with a sentence above each that says what is to be seen in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np

from rnn_tui.analyses.eigenvalues import EigenvaluePath
from rnn_tui.analyses.hits import Hits
from rnn_tui.analyses.jacobians import Jacobians
from rnn_tui.analyses.memory import Memory
from rnn_tui.analyses.pca import Trajectory
from rnn_tui.analyses.positions import Positions
from rnn_tui.analyses.saturation import Saturation
from rnn_tui.analyses.words import Branch, Words
from rnn_tui.arrays import Floats, Ints
from rnn_tui.present.analyses_plane import Frame, Plane
from rnn_tui.present.analyses_tree import dendrogram, ruler
from rnn_tui.present.chart_plot import Curve, Ink, Level, Plot, Stroke
from rnn_tui.present.charts import Inked, Row, draw
from rnn_tui.present.digits import percent, size

ROWS = 18  # of a picture
GAP = 2  # between pictures side by side
BESIDE = 100  # columns from which on two wide pictures are side by side
NARROWEST, WIDEST = 80, 120  # a narrower terminal cuts what is beyond
SHADES = " ·░▒▓█"
EDGES = (0.0, 0.05, 0.1, 0.2, 0.4)  # from which share on each but the first is drawn
BLOCKS = " ▁▂▃▄▅▆▇█"
FARTHEST = 4.0  # an eigenvalue beyond it is drawn at the edge


@dataclass(frozen=True)
class Picture:
    """A title, sentences, and lines that are drawn."""

    title: str
    says: tuple[str, ...]
    rows: tuple[Row, ...]


def picture(found: Any, source: str, width: int) -> Picture:
    """What an analysis found, in so many columns; `source` is what was read for it."""
    return _PICTURES[type(found)](found, source, max(NARROWEST, min(width, WIDEST)))


def _text(line: str, ink: Ink = Ink.NUMBER) -> Row:
    return (Inked(line, ink),)


def _width(row: Row) -> int:
    return sum(len(piece.text) for piece in row)


def _beside(left: Sequence[Row], right: Sequence[Row]) -> tuple[Row, ...]:
    """Two pictures next to each other."""
    room = max(map(_width, left)) + GAP
    return tuple(
        (*one, Inked(" " * (room - _width(one)), Ink.NUMBER), *other)
        for one, other in zip_longest(left, right, fillvalue=())
    )


def _chart(caption: str, plot: Plot, width: int, rows: int = ROWS) -> list[Row]:
    """A chart under what its y axis is, and over its legend."""
    named = [curve for curve in plot.curves if curve.name]
    legend = [
        (Inked(f"  {curve.stroke.sample} ", curve.ink), Inked(curve.name, Ink.NUMBER))
        for curve in named
    ]
    return [_text(caption), *draw(plot, width, rows), *legend]


def _over_training(name: str, steps: Ints, values: Floats, **more: Any) -> Plot:
    curve = Curve.of(name, steps.astype(np.float64), values)
    return Plot((curve,), unit="update", last=max(1.0, float(steps[-1])), **more)


def _plane_points(values: Any) -> Floats:
    points: Floats = np.column_stack([values.real.ravel(), values.imag.ravel()])
    return np.clip(points, -FARTHEST, FARTHEST)


def _eigenvalues(found: EigenvaluePath, source: str, width: int) -> Picture:
    first, last, trained = found.radius[0], found.radius[-1], len(found.steps) > 1
    total, out = found.values.shape[1], int(found.outside[-1])
    says = [
        f"Each mark is an eigenvalue of W_hh. Beyond the unit circle (◆) what goes round can grow, "
        f"inside (●) it fades: {out} of {total} are beyond it now."
    ]
    if trained:
        says.append(
            f"Training took the largest from {size(first, 3)} to {size(last, 3)}; "
            "○ is where they began, dots where they were on the way."
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
    rows: Sequence[Row] = [_text("the complex plane"), *plane.rows("real", "imag")]
    if trained:
        plot = _over_training("", found.steps, found.radius, levels=(Level("1", 1.0),))
        room = width - max(map(_width, rows)) - GAP
        rows = _beside(rows, _chart("spectral radius, the largest |λ|", plot, room, ROWS + 2))
    return Picture("Eigenvalues of W_hh", tuple(says), tuple(rows))


def _jacobians(found: Jacobians, source: str, width: int) -> Picture:
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
    rows = _chart(f"∂h_t/∂h_k, {passages}", plot, width)
    return Picture("Jacobian products", tuple(says), tuple(rows))


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


def _saturation(found: Saturation, source: str, width: int) -> Picture:
    order = np.argsort(-found.share[-1], kind="stable")
    margin = max(6, len(f"{int(found.steps[-1]):,}"))
    room = width - margin - 2
    groups = np.array_split(order, min(len(order), room))
    wide = max(1, min(4, room // len(groups)))
    kept = np.unique(np.rint(np.linspace(0, len(found.steps) - 1, ROWS)).astype(np.int64))
    column = "a unit" if len(groups) == len(order) else "some units"
    rows = [_text(f"{'update':>{margin}} │ the share of timesteps; a column is {column}")]
    for k in kept.tolist():
        share = [float(found.share[k, group].mean()) for group in groups]
        cells = "".join(_shade(one) * wide for one in share)
        label = f"{int(found.steps[k]):>{margin},} │ "
        rows.append((Inked(label, Ink.NUMBER), Inked(cells, Ink.FIRST)))
    keys = "  ".join(f"{SHADES[k]} {_least(k)}" for k in range(1, len(SHADES)))
    rows.append(_text(" " * (margin + 3) + f"from  {keys}  of the time"))
    most = int(order[0])
    says = (
        f"A saturated unit is where its activation is flat, so that hardly any gradient passes. "
        f"Of all units and timesteps it is {percent(float(found.mean[-1]))} now, "
        f"{percent(float(found.mean[0]))} at the first look; unit {most} most, "
        f"{percent(float(found.share[-1, most]))}.",
    )
    return Picture("Saturation", says, tuple(rows))


def _shade(share: float) -> str:
    return SHADES[0] if share == 0 else SHADES[int(np.searchsorted(EDGES, share, side="right"))]


def _least(k: int) -> str:
    return f"{100 * EDGES[k - 1]:.0f}%" if EDGES[k - 1] else "a bit"


def _pca(found: Trajectory, source: str, width: int) -> Picture:
    share = found.components.share
    says = (
        f"The states of reading the {source}, seen from the two directions in which they differ "
        f"most: {percent(float(share[0]))} and {percent(float(share[1]))} of all variance. "
        f"It takes {found.components.most} of {len(found.components.mean)} for nine tenths.",
        "The line goes from state to state through the first tokens, each at the state after it; "
        "fine dots are all other states.",
    )
    trained = len(found.steps) > 1
    beside = width >= BESIDE and trained
    columns = (width - GAP) // 2 - 8 if beside else width - 8
    frame = Frame.round(np.vstack([found.cloud, found.path.reshape(-1, 2)]))
    pictures = [
        [
            _text(f"after update {int(found.steps[k]):,}"),
            *_states(found, k, frame, columns, ROWS if beside or k else ROWS * 2 // 3),
        ]
        for k in ([-1, 0] if trained else [-1])
    ]
    rows = _beside(pictures[1], pictures[0]) if beside else [row for one in pictures for row in one]
    return Picture("Hidden states, principal components", says, tuple(rows))


def _states(found: Trajectory, k: int, frame: Frame, columns: int, rows: int) -> tuple[Row, ...]:
    plane = Plane(frame, columns, rows)
    if k == -1:
        plane.dots(found.cloud, Ink.RANGE)
    plane.path(found.path[k], Ink.PIN)
    plane.marks(found.path[k], [_visible(token) for token in found.tokens], Ink.FIRST)
    return plane.rows("component 1", "2")


def _visible(token: str) -> str:
    return {" ": "␣", "\n": "⏎", "\t": "⇥"}.get(token, token)


def _words(found: Words, source: str, width: int) -> Picture:
    where = (
        f"The mean state after each word of the {source}, joined two by two: the farther right, "
        "the less alike."
    )
    says = [where, *_parted(found.branches), *_parted_before(found)]
    labels = found.categories or ("",) * len(found.words)
    wide, long = max(map(len, found.words)), max(map(len, labels))
    margin = wide + long + 2 * bool(long) + 1
    columns = max(10, min(70, width - margin))
    lines = dendrogram(found.tree, columns)
    rows: list[Row] = []
    for point, line in zip(found.tree.order, lines, strict=True):
        label = f"{labels[point]:<{long}}  " if long else ""
        rows.append((
            Inked(label, Ink.LEVEL), Inked(f"{found.words[point]:>{wide}} ", Ink.NUMBER),
            Inked(line, Ink.FIRST),
        ))  # fmt: skip
    farthest = found.tree.joins[-1].distance
    rows += [_text(" " * margin + one, Ink.AXIS) for one in ruler(farthest, columns, "distance")]
    return Picture("Words by their hidden states", tuple(says), tuple(rows))


def _parted(branches: Sequence[Branch]) -> list[str]:
    """Whether parts of speech stand apart, as measured."""
    if not branches:
        return []
    whole = [one for one in branches if one.whole and one.total > 1]
    told = []
    if {"noun", "verb"} <= {one.kind for one in whole}:
        told.append("Nouns and verbs part: each is a branch of its own, with no other word in it.")
    elif whole:
        names = ", ".join(one.kind for one in whole)
        told.append(f"Branches of their own, with no other word in them: {names}.")
    rest = [one for one in branches if not one.whole]
    if rest:
        each = "; ".join(
            f"{one.kind}: {one.inside} of {one.total}, and {one.others} other" for one in rest
        )
        told.append(f"The nearest branch to a kind that does not stand apart: {each}.")
    return told


def _parted_before(found: Words) -> list[str]:
    """Whether parts of speech did so before training as well, as spelling alone may do."""
    if not found.before:
        return []
    whole = [one.kind for one in found.before if one.whole and one.total > 1]
    mixed = [one for one in found.before if not one.whole]
    if not mixed:
        return ["They stood apart before training too: what words are made of is enough for that."]
    each = "; ".join(
        f"of {one.total} {one.kind}s {one.inside}, with {one.others} other" for one in mixed
    )
    stood = f" ({', '.join(whole)} did)" if whole else ""
    return [f"Before training they did not{stood}: the nearest branches held, {each}."]


def _memory(found: Memory, source: str, width: int) -> Picture:
    reach = len(found.moved) - 1
    x = np.arange(reach + 1.0)
    plot = Plot(
        (
            Curve.of("guess: always the commonest token", x, found.guessed, Ink.PIN, Stroke.DOTTED),
            Curve.of("readout: tokens that a linear map names right from the state", x,
                     found.read_out, Ink.SECOND, Stroke.DASHED),
            Curve.of("ablation: how far the prediction moves with another token there", x,
                     found.moved),
        ),
        unit="tokens back", last=float(reach), percent=True, low=0.0, high=1.0,
    )  # fmt: skip
    felt = "no token" if found.felt < 0 else f"tokens up to {found.felt} back"
    tried = ", as far as was tried" if found.felt == reach else ""
    read = "no token" if found.readable < 0 else f"tokens up to {found.readable} back"
    says = (
        f"Another token in its place moves the prediction by 1% or more: {felt}{tried}. "
        f"A linear readout finds in the state, clearly better than a guess: {read}.",
    )
    return Picture("Memory", says, tuple(_chart("share", plot, width)))


def _hits(found: Hits, source: str, width: int) -> Picture:
    now = found.rate[-1]
    wrote = f"Of {int(found.words[-1])} words that the network wrote"
    says = [f"{wrote}, {percent(float(now))} are in the training text."]
    if found.invented:
        says.append(f"Words of its own: {', '.join(found.invented)}.")
    rows: list[Row] = []
    if len(found.steps) > 1:
        plot = _over_training("", found.steps, found.rate, percent=True, low=0.0, high=1.0)
        rows = _chart("share of words written that are words", plot, width, 14)
    line = f"It writes: {found.text}"
    cut = line if len(line) <= width else line[: width - 1] + "…"
    return Picture("Vocabulary hit rate", tuple(says), (*rows, _text(cut)))


def _positions(found: Positions, source: str, width: int) -> Picture:
    losses = [*found.loss.tolist(), found.ending]
    names = [_ordinal(k + 1) + " letter" for k in range(len(found.loss))] + ["space behind"]
    wrong = [*found.wrong.tolist(), found.ending_wrong]
    room, top = max(10, width - 34), max((v for v in losses if np.isfinite(v)), default=1.0) or 1.0
    rows = [_text(f"{'':12}   loss  wrong  mean loss in nats")]
    for name, loss, share in zip(names, losses, wrong, strict=True):
        bar = "█" * round(room * loss / top) if np.isfinite(loss) else ""
        rows.append((
            Inked(f"{name:<12} {size(loss, 3):>6} {percent(share):>6}  ", Ink.NUMBER),
            Inked(bar, Ink.FIRST),
        ))  # fmt: skip
    shown = slice(0, min(len(found.passage), width // 3))
    heights = found.passage_loss[shown]
    rows += [(), _text("one passage, the loss over each character that had to be predicted")]
    rows += _columns(heights)
    rows.append(_text("  ".join(_visible(one) for one in found.passage[shown]), Ink.LEVEL))
    says = (_falls(found),)
    return Picture("Error by position in the word", says, tuple(rows))


def _falls(found: Positions) -> str:
    """What the losses do along a word, as measured."""
    first = f"The first letter of a word costs {size(float(found.loss[0]), 2)} nats"
    if len(found.loss) < 2:
        return f"{first}."
    second = float(found.loss[1])
    if second < found.loss[0]:
        return (
            f"{first}, the second {size(second, 2)}: which word comes is open, and with every "
            "letter it can be told better."
        )
    told = "words are not told from their first letters yet"
    return f"{first}, the second {size(second, 2)}: {told}."


def _columns(heights: Floats, rows: int = 5) -> list[Row]:
    """A column of blocks for each number, three cells apart."""
    top = float(heights[np.isfinite(heights)].max(initial=0.0)) or 1.0
    eighths = [round(8 * rows * v / top) if np.isfinite(v) else 8 * rows for v in heights.tolist()]
    return [
        _text("  ".join(BLOCKS[min(8, max(0, one - 8 * row))] for one in eighths), Ink.FIRST)
        for row in reversed(range(rows))
    ]


def _ordinal(k: int) -> str:
    return {1: "1st", 2: "2nd", 3: "3rd"}.get(k, f"{k}th")


_PICTURES: dict[type, Callable[[Any, str, int], Picture]] = {
    EigenvaluePath: _eigenvalues,
    Jacobians: _jacobians,
    Saturation: _saturation,
    Trajectory: _pca,
    Words: _words,
    Memory: _memory,
    Hits: _hits,
    Positions: _positions,
}
