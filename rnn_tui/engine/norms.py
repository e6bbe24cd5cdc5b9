"""Lengths of vectors of any size that a float can hold."""

from __future__ import annotations

import numpy as np

from rnn_tui.arrays import Floats


def l2_norm(a: Floats, axis: int | None = None) -> Floats:
    """√Σ a² along `axis`, or over all of it; no square over- or underflows.

    Scaled by a power of two, which is exact: the bits are those of the plain
    formula wherever that one works. NaN or inf where `a` is.
    """
    _, exponent = np.frexp(np.abs(a).max(axis=axis, keepdims=True))
    squares = np.sum(np.ldexp(a, -exponent) ** 2, axis=axis)
    with np.errstate(over="ignore"):  # a length that is itself too large is inf
        result: Floats = np.ldexp(np.sqrt(squares), exponent.reshape(np.shape(squares)))
    return result
