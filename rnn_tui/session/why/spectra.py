"""The derivations of how far a matrix can stretch: its eigenvalues, and its singular values."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.spectrum.spectrum import eigenvalue_sizes, recurrent_matrix, singular_values
from rnn_tui.equations.parameters import Parameters
from rnn_tui.session.why.derivation import Derivation, plain
from rnn_tui.session.why.expressions import Largest, Number


def rho(params: Parameters) -> Derivation:
    """The spectral radius of W_hh."""
    note = "Above 1 states and gradients can grow without limit."
    return radius("rho", recurrent_matrix(params), "W_hh", "W_hh", note)


def radius(ref: str, matrix: Floats, name: str, of: str, note: str) -> Derivation:
    """The largest |eigenvalue| of a square matrix of this name, in words `of` what it is."""
    formula = f"the largest |eigenvalue| of {of}"
    return _largest(ref, formula, matrix, name, eigenvalue_sizes, "|eigenvalue {}|", note)


def sigma(params: Parameters, name: str) -> Derivation:
    """The largest singular value of W_hh, or for "sigma_enc" of the encoder's."""
    matrix = name.replace("sigma", "W_hh")
    formula = f"the largest singular value of {matrix}: the largest factor of a single step"
    return _largest(name, formula, params[matrix], matrix, singular_values, "singular value {}", "")


def _largest(
    ref: str, formula: str, matrix: Floats, name: str, sizes_of: Callable[[Floats], Floats],
    label: str, note: str,
) -> Derivation:  # fmt: skip
    """The largest of some sizes, listed from it down; NaN where the matrix is not finite."""
    if not np.isfinite(matrix).all():
        return plain(ref, formula, float("nan"), f"a number of {name} is inf or NaN", note)
    sizes = np.sort(sizes_of(matrix))[::-1]
    parts = tuple(Number(float(x), label=label.format(i)) for i, x in enumerate(sizes, start=1))
    return Derivation("", ref, formula, Largest(parts), float(sizes[0]), note)
