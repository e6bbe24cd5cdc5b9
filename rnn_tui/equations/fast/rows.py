"""Which of a cell's matrices stand above one another, to be multiplied in one product."""

from __future__ import annotations

from typing import NamedTuple


class Rows(NamedTuple):
    """H rows of a product, by the cell's own names: a matrix, and what is added to it.

    What the product is made of is multiplied by `sign` beforehand. So σ(a) = 1 / (1 + e^-a)
    needs no call for the minus; a gate's denominator 1 + e^-a is what is kept of it.
    """

    matrix: str
    bias: str = ""
    sign: int = 1
