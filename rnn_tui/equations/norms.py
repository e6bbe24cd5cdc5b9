"""Lengths and directions of vectors of any size that a float can hold."""

from __future__ import annotations

import math

import numpy as np

from rnn_tui.arrays import Floats, Reals

SAFE = 1e-200  # a sum of squares from here to 1/SAFE has lost nothing to under- or overflow
BLOCK = 2**15  # numbers that are worked on together, so that they stay in the cache


def l2_norm(a: Floats, axis: int | None = None) -> Floats:
    """√Σ a² along `axis`, or over all of it; no square over- or underflows.

    Scaled by a power of two, which is exact: the bits are those of the plain
    formula wherever that one works. NaN or inf where `a` is.
    """
    _, exponent = np.frexp(np.abs(a).max(axis=axis, keepdims=True))
    with np.errstate(over="ignore"):  # squares beside a NaN; a length that is too large
        squares = np.sum(np.ldexp(a, -exponent) ** 2, axis=axis)
        result: Floats = np.ldexp(np.sqrt(squares), exponent.reshape(np.shape(squares)))
    return result


def vector_norm(a: Reals) -> float:
    """`l2_norm` of a vector (N,) in float64, to rounding: products where no square can matter."""
    squares = 0.0
    for first in range(0, a.size, BLOCK):
        part = a[first : first + BLOCK].astype(np.float64, copy=False)
        squares += float(part.dot(part))
    if SAFE < squares < 1 / SAFE:
        return math.sqrt(squares)
    return float(l2_norm(a.astype(np.float64, copy=False)))


def direction(a: Floats) -> Floats | None:
    """The vector of length 1 that points as this one; None of 0 and of what is not finite."""
    largest = float(np.abs(a).max(initial=0.0))
    if not (0 < largest < math.inf):
        return None
    scaled = a / largest
    unit: Floats = scaled / l2_norm(scaled)
    return unit


def angle(a: Floats, b: Floats) -> float:
    """The angle between two vectors in degrees; NaN where one of them has no direction.

    By 2 atan2(|u − v|, |u + v|) of the unit vectors, which is exact for small angles,
    where the arc cosine is not. Source: Kahan (2006), How futile are mindless
    assessments of roundoff in floating-point computation?
    """
    u, v = direction(a), direction(b)
    if u is None or v is None:
        return math.nan
    return math.degrees(2 * math.atan2(float(l2_norm(u - v)), float(l2_norm(u + v))))
