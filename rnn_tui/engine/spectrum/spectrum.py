"""What the recurrence does to a signal that goes round and round."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnn_tui.arrays import Floats
from rnn_tui.equations.parameters import ENCODER, Layout, Parameters

ORDINARY = 400  # a power of two whose square is far from the largest number


def recurrent_names(params: Parameters) -> list[str]:
    """The square matrices that carry states of the last layer on, without an encoder's."""
    return _recurrent(params.layout)


def _recurrent(layout: Layout) -> list[str]:
    names = (name for name, axes in layout.axes.items() if axes == "HH")
    return [name for name in names if not name.endswith(ENCODER)]


def recurrent_matrix(params: Parameters) -> Floats:
    """W_hh (H, H), or what stands for it in a cell with one such matrix.

    All NaN for a cell that has several, as their eigenvalues say nothing of the whole.
    """
    names = recurrent_names(params)
    whole: Floats = params[names[0]]
    return whole if len(names) == 1 else np.full(whole.shape, np.nan)


def has_radius(layout: Layout) -> bool:
    """Whether there is one recurrent matrix, whose spectral radius says what a round does."""
    return len(_recurrent(layout)) == 1


def spectral_radius(W: Floats) -> float:
    """The largest |eigenvalue| of a square matrix; NaN where a number in it isn't finite."""
    return float(eigenvalue_sizes(W).max()) if np.isfinite(W).all() else float("nan")


def eigenvalue_sizes(W: Floats) -> Floats:
    """|λ| of each eigenvalue (n,) of a finite matrix (n, n), in no order."""
    scaled, scale = _scaled(W)
    return np.asarray(np.abs(np.linalg.eigvals(scaled)) * scale, np.float64)


def singular_values(W: Floats) -> Floats:
    """Those of a finite matrix, the largest first."""
    scaled, scale = _scaled(W)
    return np.asarray(np.linalg.svd(scaled, compute_uv=False) * scale, np.float64)


def most_stretched(W: Floats) -> tuple[Floats, Floats]:
    """The directions u, v of length 1 with uᵀ W v the largest singular value of a finite W."""
    left, _, right = np.linalg.svd(_scaled(W)[0])
    return left[:, 0], right[0]


def _scaled(W: Floats) -> tuple[Floats, float]:
    """A matrix without its power of two: LAPACK squares, and fails, near the largest numbers.

    Of ordinary size it is left as it is, so that no bit of a result changes.
    """
    exponent = int(np.frexp(np.abs(W).max(initial=0.0))[1]) - 1
    if abs(exponent) < ORDINARY:
        return W, 1.0
    return np.ldexp(W, -exponent), float(np.ldexp(1.0, exponent))


def half_life(norms: Floats) -> float:
    """Timesteps back in which the gradient halves, from the first and last of `norms` (T,).

    Assumes geometric decay between the two; inf where it doesn't shrink, NaN where
    there is nothing to compare.
    """
    steps = len(norms) - 1
    if steps < 1 or not np.isfinite(norms).all() or norms[-1] <= 0 or norms[0] <= 0:
        return float("nan")
    if norms[0] >= norms[-1]:
        return float("inf")
    return float(steps * np.log(2.0) / (np.log(norms[-1]) - np.log(norms[0])))


def rescaled(W: Floats, radius: float) -> Floats:
    """A square matrix times what gives it this spectral radius; its directions stay.

    Raises ValueError where there is no such factor: the radius of W is 0 or not a
    number, or the result would not be finite.
    """
    before = spectral_radius(W)
    if not before > 0 or not np.isfinite(before):
        raise ValueError(f"a spectral radius of {before:g} can't be scaled")
    with np.errstate(over="ignore", invalid="ignore"):
        scaled: Floats = W * (radius / before)
    if not np.isfinite(scaled).all():
        raise ValueError(f"a spectral radius of {radius:g} is too large")
    return scaled


def eigenvalues(W: Floats) -> NDArray[np.complex128] | None:
    """The eigenvalues of a square matrix, the largest first; None where it isn't finite."""
    if not np.isfinite(W).all():
        return None
    scaled, scale = _scaled(W)
    found = np.linalg.eigvals(scaled).astype(np.complex128) * scale
    sizes = np.abs(found)
    with np.errstate(all="ignore"):
        shares = np.round(sizes / sizes.max(), 9)  # so that rounding does not order equals
    return found[np.lexsort((-found.imag, -shares))]


def largest_singular_value(W: Floats) -> float:
    """How much a matrix can lengthen a vector at most; NaN where a number in it isn't finite."""
    if not np.isfinite(W).all():
        return float("nan")
    return float(singular_values(W)[0])
