"""How numbers are written where sentences of every floor have them."""

from __future__ import annotations

MINUS = "−"


def worded(x: float, digits: int = 6) -> str:
    """A number in a sentence: `0.5`, `5e−5`. In a command it is written `5e-05`."""
    mantissa, _, exponent = f"{x:.{digits}g}".partition("e")
    return (f"{mantissa}e{int(exponent)}" if exponent else mantissa).replace("-", MINUS)
