"""The scales of heat: the one place where Python chooses colours.

Of a number with a sign, blue below zero and orange above; purple for what flows back, green for
how far a gate is open: one hue a meaning, from the colour-blind-safe set of Okabe and Ito
(2008). The background fades into the theme's own at 0, and the text on it is chosen for contrast.
"""

from __future__ import annotations

from functools import lru_cache

from rich.style import Style
from textual.color import Color

from rnn_tui.present.tables.cells import Scale

_BLUE, _ORANGE = Color.parse("#0072B2"), Color.parse("#D55E00")
_PURPLE, _GREEN = Color.parse("#B3569A"), Color.parse("#009E73")
ENDS = {  # the colours at +1 and at −1
    Scale.SIGNED: (_ORANGE, _BLUE),
    Scale.GRADIENT: (_PURPLE, _PURPLE),
    Scale.GATE: (_GREEN, _GREEN),
}
# Of curves of equal rank, beside the main one in the theme's own hue; without a meaning.
APART = tuple(map(Color.parse, (
    "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#F0E442", "#17BECF", "#999999", "#8C6D31",
)))  # fmt: skip
STEPS = 32  # shades on each side
STRONGEST = 0.85  # how much of the end colour the largest value has
CONTRAST = 4.5  # WCAG AA for text
_LIGHT, _DARK = Color(255, 255, 255), Color(0, 0, 0)


@lru_cache(maxsize=1024)
def luminance(color: Color) -> float:
    """WCAG's relative luminance, 0 to 1."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color.normalized]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Color, other: Color) -> float:
    """WCAG's contrast ratio, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def heat(
    value: float,
    background: Color,
    foreground: Color,
    ansi: bool = False,
    scale: Scale = Scale.SIGNED,
) -> Style:
    """The style of a number in -1…1 on a pane with these colours.

    Larger values count as ±1; NaN has no colour. Where only the terminal's own
    colours may be used, what is large stands on one of them.
    """
    if value != value:  # noqa: PLR0124 - NaN
        return Style()
    step = round(max(-1.0, min(1.0, value)) * STEPS)
    return _ansi(step, scale) if ansi else _shade(step, background, foreground, scale)


@lru_cache(maxsize=1024)
def _shade(step: int, background: Color, foreground: Color, scale: Scale) -> Style:
    end = ENDS[scale][step < 0]
    shade = background.blend(end, STRONGEST * abs(step) / STEPS, alpha=1.0)
    text = foreground
    if contrast(text, shade) < CONTRAST:
        text = max((_LIGHT, _DARK), key=lambda color: contrast(color, shade))
    return Style(color=text.rich_color, bgcolor=shade.rich_color)


_TERMINAL = {  # text and ground at +1 and at −1: pairs that every terminal keeps apart
    Scale.SIGNED: (("black", "yellow"), ("bright_white", "blue")),
    Scale.GRADIENT: (("bright_white", "magenta"),) * 2,
    Scale.GATE: (("black", "cyan"),) * 2,
}


@lru_cache(maxsize=128)
def _ansi(step: int, scale: Scale) -> Style:
    """There are no shades: a number is bold from a sixth on, and has a ground from a third on."""
    if abs(step) <= STEPS // 3:
        return Style(bold=abs(step) > STEPS // 6)
    color, ground = _TERMINAL[scale][step < 0]
    return Style(color=color, bgcolor=ground, bold=True)
