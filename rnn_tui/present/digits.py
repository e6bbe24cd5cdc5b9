"""Numbers as text: one width, a sign that can be read without colour, and never a false zero."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rnn_tui.numerals import MINUS, worded

if TYPE_CHECKING:
    from rnn_tui.arrays import Floats

EMPTY = "·"  # stands where a number has not been computed yet
DECIMALS = 4
SMALL = 0.01  # what four decimals say too little of
AMPLE = 12  # cells, enough for every number that is written


def counted(count: int, noun: str) -> str:
    """`1 example`, `12,000 examples`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _unusual(x: float) -> str | None:
    if math.isnan(x):
        return "NaN"
    return (f"{MINUS}∞" if x < 0 else "+∞") if math.isinf(x) else None


def signed(x: float, decimals: int = DECIMALS, room: int = AMPLE) -> str:
    """`+0.4621`, `−0.0997`; exactly 0 is `0.0000`, and what does not fit is `+1.2e−7`.

    In a `room` of so many cells, `signed_width` at least, an exponent is never cut.
    """
    if (text := _unusual(x)) is not None:
        return text
    if x == 0:
        return f"{0:.{decimals}f}"
    sign = "+" if x > 0 else MINUS
    return sign + _size(abs(x), decimals, room - 1)


def size(x: float, decimals: int = DECIMALS, room: int = AMPLE) -> str:
    """A number that can't be negative, such as a norm or a loss: no sign."""
    if (text := _unusual(x)) is not None:
        return text.lstrip("+")
    return _size(abs(x), decimals, room) if x >= 0 else signed(x, decimals, room)


def _size(x: float, decimals: int, room: int) -> str:
    """Without a sign; the digit after an exponent's point goes where there is no room for it."""
    if x and not 0.5 * 10**-decimals <= x < 10**5 - 0.5:
        text = _power(x, 1)
        return text if len(text) <= room else _power(x, 0)
    digits = max(0, decimals - (len(str(int(x))) - 1))
    digits -= digits > 0 and len(f"{x:.{digits}f}") > len(str(int(x))) + 1 + digits  # 9.99996
    return f"{x:.{digits}f}"


def _power(x: float, digits: int) -> str:
    mantissa, exponent = f"{x:.{digits}e}".split("e")
    return f"{mantissa}e{int(exponent)}".replace("-", MINUS)


def size_width(decimals: int = DECIMALS) -> int:
    """The least room in which `size` can write any number that is not negative."""
    return max(decimals + len("0."), len(f"1e{MINUS}308"))


def signed_width(decimals: int = DECIMALS) -> int:
    """The least room in which `signed` can write any number."""
    return len("+") + size_width(decimals)


def short(x: float, decimals: int = DECIMALS) -> str:
    """As short as it can be at this precision: `0.2`, `−0.4621`, `1`."""
    text = signed(x, decimals).removeprefix("+")
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def decimals_needed(values: Floats, most: int = DECIMALS) -> int:
    """With how many decimals `short` writes all of them: 0 where all are whole."""
    written = (short(float(x), most) for x in values.ravel())
    return max((len(text.partition(".")[2]) for text in written if "e" not in text), default=0)


def given(x: float, decimals: int) -> str:
    """A number of the data, with as many decimals as its column needs: `3`, `0.7310`."""
    return size(x, decimals) if decimals or x != round(x) else f"{x:.0f}".replace("-", MINUS)


def measured(x: float) -> str:
    """As `short`, and of a small number as many digits: `0.6563`, `0.00023`, `5e−5`."""
    if not 0 < abs(x) < SMALL:
        return short(x)
    return worded(x, DECIMALS)


def is_rounded(x: float, decimals: int = DECIMALS) -> bool:
    """Whether `short` leaves something out."""
    return not math.isfinite(x) or abs(x - round(x, decimals)) > 1e-12 * max(1.0, abs(x))


def times(ratio: float, room: int = AMPLE) -> str:
    """A ratio as `0.41×`; empty when there is nothing to compare with."""
    if math.isnan(ratio):
        return ""
    plain = 0.005 <= ratio < 999.995
    return (f"{ratio:.2f}" if plain else size(ratio, 2, room - len("×"))) + "×"


def times_width() -> int:
    """The least room in which `times` can write any ratio."""
    return max(len("999.99"), size_width(2)) + len("×")


def left(ratio: float) -> str:
    """How much is left of what was 1, in percent: `41%`, `8.6%`, `<0.1%`; of 10 `10.00×`."""
    if not math.isfinite(ratio):
        return size(ratio)
    parts = 100 * ratio
    if parts >= 999.5:
        return times(ratio)
    return percent(ratio, 1 if 0 < parts < 9.95 or 99.5 <= parts < 100 else 0)


def percent(p: float, decimals: int = 1) -> str:
    """A share as `55.8%`; what is not 0 and not all never reads as if it were: `<0.1%`, `>99.9%`.

    So a percentage has no exponent, however small it is.
    """
    if not math.isfinite(p):
        return "NaN"
    least = 10.0**-decimals
    if 0 < 100 * p < least / 2:
        return f"<{least:.{decimals}f}%"
    if p < 1 and 100 - 100 * p < least / 2:
        return f">{100 - least:.{decimals}f}%"
    return f"{100 * p:.{decimals}f}%"


def seconds(duration: float) -> str:
    """A time still to go, in the coarsest unit that says enough: `8 s`, `3 min`, `2.5 h`."""
    if not math.isfinite(duration):
        return "?"
    if duration < 100:
        return f"{duration:.0f} s"
    return f"{duration / 60:.0f} min" if duration < 6000 else f"{duration / 3600:.1f} h"
