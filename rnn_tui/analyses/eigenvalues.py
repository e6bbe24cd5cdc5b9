"""The eigenvalues of the recurrent matrix, and the way they went in training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnn_tui.analyses.study import Study, Unfit
from rnn_tui.arrays import Floats, Ints
from rnn_tui.engine.spectrum.spectrum import eigenvalues, recurrent_names


@dataclass(frozen=True, eq=False)
class EigenvaluePath:
    """The eigenvalues of W_hh at S moments.

    `values` (S, H), the largest first, `radius` (S,) the size of the largest one,
    `outside` (S,) how many lie beyond the unit circle.
    """

    steps: Ints
    values: NDArray[np.complex128]
    radius: Floats
    outside: Ints


def path(study: Study) -> EigenvaluePath:
    """Solve W_hh v = λ v at every moment; of an encoder and a decoder for the decoder's.

    Raises Unfit for a network with several recurrent matrices.
    """
    names = recurrent_names(study.now)
    if len(names) > 1:
        raise Unfit(
            f"it needs one recurrent matrix, and this has {', '.join(names)}: see jacobians"
        )
    found = [eigenvalues(one.params[names[0]]) for one in study.snapshots]
    values = np.array([one for one in found if one is not None])
    sizes = np.abs(values)
    return EigenvaluePath(study.steps, values, sizes[:, 0], (sizes > 1 + 1e-9).sum(axis=1))
