"""The hidden states seen from where they differ most: principal components.

With the singular values X − mean = U S Vᵀ of the states X (N, H), row k of Vᵀ is the k-th
direction, s_k² / (N − 1) the variance along it; Jolliffe (2002), Principal Component
Analysis, ch. 3.5. Directions are those at the last moment, for all moments, so that the
pictures can be laid over each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnn_tui.analyses.study import Study, Unfit
from rnn_tui.arrays import Floats, Ints

SHOWN = 2
LONGEST = 40  # timesteps of the path that is drawn
PASSAGES = 6  # words after which a path in a text ends


@dataclass(frozen=True, eq=False)
class Components:
    """Directions `axes` (K, H), orthonormal, from `mean` (H,); `variance` (K,) along each."""

    mean: Floats
    axes: Floats
    variance: Floats

    @classmethod
    def of(cls, states: Floats) -> Components:
        """All min(N, H) components of states (N, H), the largest variance first."""
        mean = states.mean(axis=0)
        _, sizes, axes = np.linalg.svd(states - mean, full_matrices=False)
        largest = np.abs(axes).argmax(axis=1)
        turned = np.sign(axes[np.arange(len(axes)), largest])  # so that a sign is no accident
        return cls(mean, axes * turned[:, None], sizes**2 / max(1, len(states) - 1))

    @property
    def share(self) -> Floats:
        """Of all variance, that along each, (K,)."""
        total = self.variance.sum()
        share: Floats = self.variance / total if total else np.zeros_like(self.variance)
        return share

    def coordinates(self, states: Floats, count: int | None = None) -> Floats:
        """States (N, H) along the first so many axes, (N, count); all if left out."""
        along: Floats = (states - self.mean) @ self.axes[:count].T
        return along

    def states(self, coordinates: Floats) -> Floats:
        """The states (N, H) that have these coordinates (N, k), zero along the other axes."""
        back: Floats = self.mean + coordinates @ self.axes[: coordinates.shape[1]]
        return back

    @property
    def most(self) -> int:
        """How many components it takes to have nine tenths of the variance."""
        return int(np.searchsorted(np.cumsum(self.share), 0.9 - 1e-12) + 1)


@dataclass(frozen=True, eq=False)
class Trajectory:
    """A passage of tokens, and its states along the first two components at S moments.

    `path` is (S, T, 2), a row for the state after each token; `cloud` (N, 2) are all states
    at the last moment.
    """

    components: Components
    steps: Ints
    tokens: tuple[str, ...]
    path: Floats
    cloud: Floats


def trajectory(study: Study) -> Trajectory:
    """Fit on all that is read at the last moment, and follow its first passage."""
    states = np.vstack([h[1:] for h in study.states_now])
    if min(states.shape) < SHOWN:
        raise Unfit("it needs two states or more of two units or more")
    fitted = Components.of(states)
    tokens = study.examples[0].tokens[: passage_length(study)]
    path = [
        fitted.coordinates(study.states(one.params)[0][1 : len(tokens) + 1], SHOWN)
        for one in study.snapshots
    ]
    cloud = fitted.coordinates(states, SHOWN)
    return Trajectory(fitted, study.steps, tokens, np.array(path), cloud)


def passage_length(study: Study) -> int:
    """Timesteps up to the end of some words, or as many as fit in a picture."""
    tokens = study.examples[0].tokens
    ends = [t + 1 for t, token in enumerate(tokens) if token == " "][:PASSAGES]
    fitting = [t for t in ends if t <= LONGEST]
    return fitting[-1] if len(ends) > 1 and fitting else min(LONGEST, len(tokens))
