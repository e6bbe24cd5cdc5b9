"""The array types of the project, and the one way to freeze an array."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Reals = NDArray[np.floating[Any]]  # float64, or float32 where training may be less exact


def frozen(array: Floats) -> Floats:
    """The same array, made read-only in place and returned."""
    array.setflags(write=False)
    return array


def one_hot(ids: Ints, size: int) -> Floats:
    """Unit vectors (…, size) for places (…): 1 at each place, 0 elsewhere."""
    hot = np.zeros((*ids.shape, size))
    np.put_along_axis(hot, ids[..., None], 1.0, axis=-1)
    return hot
