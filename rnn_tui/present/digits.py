"""Numbers as text: one width, a sign that can be read without colour, and never a false zero."""

from __future__ import annotations

import math

EMPTY = "·"  # stands where a number has not been computed yet
MINUS = "−"
DECIMALS = 4


def _unusual(x: float) -> str | None:
    if math.isnan(x):
        return "NaN"
    return (f"{MINUS}∞" if x < 0 else "+∞") if math.isinf(x) else None


def signed(x: float, decimals: int = DECIMALS) -> str:
    """`+0.4621`, `−0.0997`; exactly 0 is `0.0000`, and what does not fit is `+1.2e−7`."""
    if (text := _unusual(x)) is not None:
        return text
    if x == 0:
        return f"{0:.{decimals}f}"
    sign = "+" if x > 0 else MINUS
    return sign + _size(abs(x), decimals)


def size(x: float, decimals: int = DECIMALS) -> str:
    """A number that can't be negative, such as a norm or a loss: no sign."""
    if (text := _unusual(x)) is not None:
        return text.lstrip("+")
    return _size(abs(x), decimals) if x >= 0 else signed(x, decimals)


def _size(x: float, decimals: int) -> str:
    if x and (x < 0.5 * 10**-decimals or x >= 10**5):
        mantissa, exponent = f"{x:.1e}".split("e")
        return f"{mantissa}e{int(exponent)}".replace("-", MINUS)
    digits = max(0, decimals - max(0, len(str(int(x))) - 1))
    return f"{x:.{digits}f}"


def short(x: float, decimals: int = DECIMALS) -> str:
    """As short as it can be at this precision: `0.2`, `−0.4621`, `1`."""
    text = signed(x, decimals).removeprefix("+")
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def is_rounded(x: float, decimals: int = DECIMALS) -> bool:
    """Whether `short` leaves something out."""
    return not math.isfinite(x) or abs(x - round(x, decimals)) > 1e-12 * max(1.0, abs(x))


def times(ratio: float) -> str:
    """A ratio as `0.41×`; empty when there is nothing to compare with."""
    if math.isnan(ratio):
        return ""
    return (f"{ratio:.2f}" if 0.005 <= ratio < 1000 else _size(ratio, 2)) + "×"


def percent(p: float) -> str:
    """A probability as `55.8%`."""
    return f"{100 * p:.1f}%" if math.isfinite(p) else "NaN"


def seconds(duration: float) -> str:
    """A time still to go, in the coarsest unit that says enough: `8 s`, `3 min`, `2.5 h`."""
    if not math.isfinite(duration):
        return "?"
    if duration < 100:
        return f"{duration:.0f} s"
    return f"{duration / 60:.0f} min" if duration < 6000 else f"{duration / 3600:.1f} h"
