"""The diverging scale: the one place where Python chooses colours.

Blue below zero and orange above, from the colour-blind-safe set of Okabe and
Ito (2008). The background fades into the theme's own at 0, and the text on it
is chosen for contrast.
"""

from __future__ import annotations

from functools import lru_cache

from rich.style import Style
from textual.color import Color

NEGATIVE = Color.parse("#0072B2")
POSITIVE = Color.parse("#D55E00")
STEPS = 32  # shades on each side
STRONGEST = 0.85  # how much of the end colour the largest value has
CONTRAST = 4.5  # WCAG AA for text
_LIGHT, _DARK = Color(255, 255, 255), Color(0, 0, 0)


def luminance(color: Color) -> float:
    """WCAG's relative luminance, 0 to 1."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color.normalized]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Color, other: Color) -> float:
    """WCAG's contrast ratio, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def heat(value: float, background: Color, foreground: Color, ansi: bool = False) -> Style:
    """The style of a number in -1…1 on a pane with these colours.

    Larger values count as ±1; NaN has no colour. Where only the terminal's own
    colours may be used, the text is coloured instead of its background.
    """
    if value != value:  # noqa: PLR0124 - NaN
        return Style()
    step = round(max(-1.0, min(1.0, value)) * STEPS)
    return _ansi(step) if ansi else _shade(step, background, foreground)


@lru_cache(maxsize=1024)
def _shade(step: int, background: Color, foreground: Color) -> Style:
    end = NEGATIVE if step < 0 else POSITIVE
    shade = background.blend(end, STRONGEST * abs(step) / STEPS, alpha=1.0)
    text = foreground
    if contrast(text, shade) < CONTRAST:
        text = max((_LIGHT, _DARK), key=lambda color: contrast(color, shade))
    return Style(color=text.rich_color, bgcolor=shade.rich_color)


@lru_cache(maxsize=128)
def _ansi(step: int) -> Style:
    if step == 0:
        return Style()
    return Style(color="blue" if step < 0 else "yellow", bold=abs(step) > STEPS // 2)
