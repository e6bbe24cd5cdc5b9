"""Pictures of hidden states: along principal components, and clustered by words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnn_tui.analyses.pca import Trajectory
from rnn_tui.analyses.words import TreeBranch, Words
from rnn_tui.characters import cell_width, padded, padded_before, visible
from rnn_tui.present.analyses.parts import GAP, ROWS, AnalysisPicture, beside, text
from rnn_tui.present.analyses.plane import Frame, Plane
from rnn_tui.present.analyses.tree import dendrogram, ruler
from rnn_tui.present.charts.charts import ChartRow, Inked
from rnn_tui.present.charts.plot import Ink
from rnn_tui.present.digits import percent

BESIDE = 100  # columns from which on two planes are side by side


def components(found: Trajectory, source: str, width: int) -> AnalysisPicture:
    """A passage as a path, now and before training."""
    share = found.components.share
    says = (
        f"Hidden states over the {source} on two principal components: "
        f"{percent(float(share[0]))} and {percent(float(share[1]))} of the variance. "
        f"{found.components.most} of {len(found.components.mean)} components hold 90% of it.",
        "The line joins the states after the first tokens, in order; "
        "fine dots are all other states.",
    )
    trained = len(found.steps) > 1
    wide = width >= BESIDE and trained
    columns = (width - GAP) // 2 - 8 if wide else width - 8
    frame = Frame.round(np.vstack([found.cloud, found.path.reshape(-1, 2)]))
    pictures = [
        [
            text(f"after update {int(found.steps[k]):,}"),
            *_states(found, k, frame, columns, ROWS if wide or k else ROWS * 2 // 3),
        ]
        for k in ([-1, 0] if trained else [-1])
    ]
    rows = beside(pictures[1], pictures[0]) if wide else [row for one in pictures for row in one]
    return AnalysisPicture("Hidden states, principal components", says, tuple(rows))


def _states(
    found: Trajectory, k: int, frame: Frame, columns: int, rows: int
) -> tuple[ChartRow, ...]:
    plane = Plane(frame, columns, rows)
    if k == -1:
        plane.dots(found.cloud, Ink.RANGE)
    plane.path(found.path[k], Ink.PIN)
    plane.marks(found.path[k], [visible(token) for token in found.tokens], Ink.FIRST)
    return plane.rows("component 1", "2")


def words(found: Words, source: str, width: int) -> AnalysisPicture:
    """The tree of words."""
    where = (
        f"Mean states after each word of the {source}, clustered: the farther right two join, "
        "the less alike they are."
    )
    says = [where, *parted(found.branches), *_parted_before(found)]
    labels = [visible(one) for one in found.categories] or [""] * len(found.words)
    names = list(map(visible, found.words))
    wide, long = max(map(cell_width, names)), max(map(cell_width, labels))
    margin = wide + long + 2 * bool(long) + 1
    columns = max(10, min(70, width - margin))
    lines = dendrogram(found.tree, columns)
    rows: list[ChartRow] = []
    for point, line in zip(found.tree.order, lines, strict=True):
        label = f"{padded(labels[point], long)}  " if long else ""
        rows.append((
            Inked(label, Ink.LEVEL), Inked(padded_before(names[point], wide) + " ", Ink.NUMBER),
            Inked(line, Ink.FIRST),
        ))  # fmt: skip
    farthest = found.tree.joins[-1].distance
    rows += [text(" " * margin + one, Ink.AXIS) for one in ruler(farthest, columns, "distance")]
    return AnalysisPicture("Words by their hidden states", tuple(says), tuple(rows))


def parted(branches: Sequence[TreeBranch]) -> list[str]:
    """Whether parts of speech stand apart, as measured."""
    if not branches:
        return []
    whole = [one for one in branches if one.whole and one.total > 1]
    told = []
    if {"noun", "verb"} <= {one.kind for one in whole}:
        told.append("Nouns and verbs part: each is a branch of its own, with no other word in it.")
    elif whole:
        names = ", ".join(visible(one.kind) for one in whole)
        told.append(f"Branches of their own, with no other word in them: {names}.")
    rest = [one for one in branches if not one.whole]
    if rest:
        each = "; ".join(
            f"{visible(one.kind)}: {one.inside} of {one.total}, and {one.others} other"
            for one in rest
        )
        told.append(f"The nearest branch to a kind that does not stand apart: {each}.")
    return told


def _parted_before(found: Words) -> list[str]:
    """Whether parts of speech did so before training as well, as spelling alone may do."""
    if not found.before:
        return []
    whole = [visible(one.kind) for one in found.before if one.whole and one.total > 1]
    mixed = [one for one in found.before if not one.whole]
    if not mixed:
        return ["They stood apart before training too: their inputs are enough for that."]
    each = "; ".join(
        f"of {one.total} {visible(one.kind)}s {one.inside}, with {one.others} other"
        for one in mixed
    )
    stood = f" ({', '.join(whole)} did)" if whole else ""
    return [f"Before training they did not{stood}: the nearest branches held, {each}."]
