"""The derivations of how far a matrix can stretch: its eigenvalues, and its singular values."""

from __future__ import annotations

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.spectrum.spectrum import (
    eigenvalue_sizes,
    largest_singular_value,
    most_stretched,
    recurrent_matrix,
    recurrent_names,
)
from rnn_tui.equations.parameters import Parameters
from rnn_tui.session.passes import Pass
from rnn_tui.session.why.derivation import Derivation, plain
from rnn_tui.session.why.expressions import Expression, Number, Product, Sum, Whole
from rnn_tui.session.why.lines import weight

LARGEST = "the largest singular value"
DIRECTIONS = "v is the direction that is stretched most, u where that leads; both have length 1."
MOST_ENTRIES = 200  # of a matrix, written out one by one; the others are one term
MOST_LISTED = 6  # eigenvalues


def rho(params: Parameters) -> Derivation:
    """The spectral radius of W_hh."""
    name = recurrent_names(params)[0]
    note = "Above 1 states and gradients can grow without limit."
    return radius_of("rho", recurrent_matrix(params), name, name, f"{name}[{{}},{{}}]", note)


def radius_of(ref: str, matrix: Floats, name: str, of: str, entry: str, note: str) -> Derivation:
    """The largest |eigenvalue| of a square matrix of this name, in words `of` what it is.

    `entry` is the address of a number of it, with {} in the place of its row and column.
    """
    formula = f"the largest |eigenvalue| of {of}"
    if not np.isfinite(matrix).all():
        return plain(ref, formula, float("nan"), f"a number of {name} is inf or NaN", note)
    sizes = np.sort(eigenvalue_sizes(matrix))[::-1]
    listed = ", ".join(f"{size:.4f}" for size in sizes[:MOST_LISTED])
    more = ", …" if len(sizes) > MOST_LISTED else ""
    note = f"All |eigenvalues|: {listed}{more}. {note}"
    value = float(sizes[0])
    return Derivation("", ref, formula, Whole(value, _entries(matrix, entry)), value, note)


def _entries(matrix: Floats, entry: str) -> tuple[Number, ...]:
    """The largest entries of a matrix, of a small one all, in their order."""
    places = _largest(matrix)
    return tuple(Number(float(matrix[i, j]), entry.format(i, j)) for i, j in places)


def _largest(sizes: Floats) -> list[tuple[int, int]]:
    flat = np.abs(sizes).ravel()
    chosen = np.argsort(-flat, kind="stable")[:MOST_ENTRIES]
    rows, columns = np.unravel_index(np.sort(chosen), sizes.shape)
    return [*zip(rows.tolist(), columns.tolist(), strict=True)]


def sigma(pass_: Pass, name: str) -> Derivation:
    """The largest singular value of W_hh, or for "sigma_enc" of the encoder's."""
    matrix = name.replace("sigma", "W_hh")
    weights = pass_.before[matrix]
    value = largest_singular_value(weights)
    formula = f"{LARGEST} of {matrix}: Σ u[i]·{matrix}[i,j]·v[j]"
    expression = stretched(weights, weight(pass_, matrix, "{},{}"), value)
    note = f"The largest factor of a single step. {DIRECTIONS}"
    return Derivation("", name, formula, expression, value, note)


def stretched(matrix: Floats, entry: str, value: float) -> Expression:
    """The largest singular value as what it is made of: uᵀ W v, entry by entry."""
    if not np.isfinite(matrix).all():
        return Number(value, label="a number of the matrix is inf or NaN")
    u, v = most_stretched(matrix)
    weights = np.outer(u, v)
    terms = weights * matrix
    places = _largest(terms)
    parts: list[Expression] = [
        Product((
            Number(float(weights[i, j]), label=f"u[{i}]·v[{j}]"),
            Number(float(matrix[i, j]), entry.format(i, j)),
        ))
        for i, j in places
    ]  # fmt: skip
    if (others := terms.size - len(places)) > 0:
        rest = float(terms.sum() - sum(terms[place] for place in places))
        parts.append(Number(rest, label=f"the {others:,} smaller terms"))
    return Sum(tuple(parts))
