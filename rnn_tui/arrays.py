"""The array types of the project, and what all of it does with arrays in the same way."""

from __future__ import annotations

from ctypes import addressof, c_char
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Reals = NDArray[np.floating[Any]]  # float64, or float32 where training is to be faster than exact

LINE = 64  # bytes that a processor reads at a time


def frozen(array: Floats) -> Floats:
    """The same array, made read-only in place and returned."""
    array.setflags(write=False)
    return array


def aligned_empty(size: int, dtype: DTypeLike = np.float64) -> Floats:
    """A new vector (size,) that begins at a multiple of `LINE`, its numbers not set.

    NumPy's own begin at one of 16: half of what is read then crosses lines, which takes a product
    or a sum up to half as long again.
    """
    kind = np.dtype(dtype)
    room = np.empty(size + LINE // kind.itemsize, kind)
    place = addressof(
        c_char.from_buffer(room.data)
    )  # NumPy's own ways to it take four times as long
    first = -place % LINE // kind.itemsize
    vector: Floats = room[first : first + size]
    return vector


def one_hot(ids: Ints, size: int) -> Floats:
    """Unit vectors (…, size) for places (…): 1 at each place, 0 elsewhere."""
    hot = np.zeros((ids.size, size))
    hot[np.arange(ids.size), ids.reshape(-1)] = 1.0  # many times as fast as `put_along_axis`
    return hot.reshape(*ids.shape, size)


def add_rows(rows: Reals, ids: Ints, more: Reals) -> None:
    """Add each vector of `more` (…, I) to the one of the `rows` (V, I) that `ids` (…) name.

    They are sorted first and each row's added up: many times as fast as `np.add.at`.
    """
    places, vectors = ids.reshape(-1), more.reshape(-1, rows.shape[1])
    order = places.argsort(kind="stable")
    ordered = places[order]
    new = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], new[1:])
    firsts = np.flatnonzero(new)
    rows[ordered[firsts]] += np.add.reduceat(vectors[order], firsts)
