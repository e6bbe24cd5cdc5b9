"""The colours of the screen: a theme's own, moved as little as makes all text readable.

Themes choose colours for their looks: muted text on the row in front may have a contrast of
2:1. What is computed here takes a theme's variables and hands back those that hold on every
ground that text stands on. Stylesheets and roles use these variables, never a colour:

    positive, negative   the sign of a number            gradient   what flows back
    gate                 how far a gate is open           current    the ground of the row in front
    done, warn           what is over, what to look at    muted      beside the point
    empty                not computed yet
    line-1 … line-8      curves of equal rank, told apart by hue
    number-cursor-…      the cursor among numbers: of no hue, as hues say what a number is

Bars are no text and keep more of their hue: `bar`, `positive-bar`, `negative-bar`, `gradient-bar`.

Nothing is imported here but Textual, as the first frame waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from textual.color import BLACK, WHITE, Color
from textual.theme import Theme

from rnn_tui.present.tables.cells import Scale
from rnn_tui.tui.palette import APART, ENDS, contrast, luminance

PROJECTOR = Theme(
    name="projector",  # black on white, as a beamer in a lit room shows no dark greys
    primary="#003E8A", secondary="#00505A", accent="#8A2B00", warning="#7A4300",
    error="#A80000", success="#005A1E", foreground="#000000", background="#FFFFFF",
    surface="#FFFFFF", panel="#E6E6E6", dark=False,
    variables={"border": "#000000", "footer-key-foreground": "#003E8A"},
)  # fmt: skip
LEAST, LEAST_OF_PALE = 4.6, 3.05  # contrast; of themes whose own text is paler than that
SHARE = 0.75  # of the contrast of a theme's own text that all other text keeps
MUTED, EMPTY = 0.35, 0.5  # how far such text is on its way from the theme's own to the ground
GRAPHIC = 3.05  # WCAG's least contrast of what is no text
CURRENT, CURRENT_STEP = 0.28, 0.02  # how much of the main hue the row in front has
CURRENT_KEEPS = 0.72  # of the contrast of a theme's own text
HALVINGS = 7
APART_NATIVE = (
    "yellow",
    "green",
    "magenta",
    "red",
    "cyan",
    "bright_red",
    "default",
    "bright_green",
)
TEXTS = ("primary", "secondary", "warning", "error", "success", "accent")
KEYS = ("footer-key-foreground", "input-selection-foreground")


def readable(theme: Theme, given: Mapping[str, str], *, colourless: bool = False) -> dict[str, str]:
    """A theme's variables with those that text can be read by, and the named meanings."""
    made = {**given, **(_of_terminal(theme, given) if theme.ansi else _mixed(theme, given))}
    return made | _without_colour(given) if colourless else made


def _without_colour(given: Mapping[str, str]) -> dict[str, str]:
    """Cursors that are told by their style alone."""
    made = {"block-cursor-blurred-text-style": "bold underline"}
    kinds = ("block-cursor", "bold reverse"), ("number-cursor", "bold reverse")
    for cursor, style in (*kinds, ("input-cursor", "reverse")):
        made[f"{cursor}-foreground"] = given["foreground"]
        made[f"{cursor}-background"] = given["background"]
        made[f"{cursor}-text-style"] = style
    return made


def _of_terminal(theme: Theme, given: Mapping[str, str]) -> dict[str, str]:
    """Of the terminal's own colours nothing is known, so text stands on its own ground alone."""
    return {
        "positive": "ansi_yellow" if theme.dark else "ansi_default", "negative": "ansi_blue",
        "gradient": "ansi_magenta", "gate": "ansi_cyan", "current": "ansi_default",
        "done": given["success"], "warn": given["warning"], "muted": "ansi_default",
        "empty": "ansi_default", "bar": given["primary"], "primary-muted": "ansi_default",
        "block-cursor-blurred-text-style": "bold underline",
        "number-cursor-background": given["block-cursor-background"],
        "number-cursor-foreground": given["block-cursor-foreground"],
        "positive-bar": "ansi_yellow", "negative-bar": "ansi_blue", "gradient-bar": "ansi_magenta",
        **{f"line-{place}": f"ansi_{name}" for place, name in enumerate(APART_NATIVE, 1)},
    }  # fmt: skip


def _mixed(theme: Theme, given: Mapping[str, str]) -> dict[str, str]:
    background, surface, panel, boost, primary, text = (
        Color.parse(given[name])
        for name in ("background", "surface", "panel", "boost", "primary", "foreground")
    )
    current = _current(surface, primary, text)
    blurred = surface + Color.parse(given["block-cursor-blurred-background"])
    blurred = blurred if contrast(blurred, text) > contrast(current, text) else current
    grounds = Grounds.of(
        background, surface, background + panel, background + boost, surface + boost, current,
        blurred, surface.blend(text, 0.05, alpha=1.0),
    )  # fmt: skip
    least = max(LEAST_OF_PALE, min(LEAST, SHARE * grounds.contrast(text)))
    cursor = _cursor(Color.parse(given["block-cursor-background"]), given)

    def seen(colour: Color) -> str:
        return grounds.moved(colour, least).hex

    made = {f"text-{name}": seen(Color.parse(given[f"text-{name}"])) for name in TEXTS}
    made |= {name: seen(Color.parse(given[name])) for name in KEYS}
    positive, negative = ENDS[Scale.SIGNED]
    return made | {
        "positive": seen(positive), "negative": seen(negative),
        "gradient": seen(ENDS[Scale.GRADIENT][0]), "gate": seen(ENDS[Scale.GATE][0]),
        "current": current.hex, "primary-muted": current.hex,
        "block-cursor-blurred-background": blurred.hex,
        "block-cursor-background": cursor[0].hex, "block-cursor-foreground": cursor[1].hex,
        "number-cursor-background": text.hex,
        "number-cursor-foreground": _on(text, surface).hex,
        "done": made["text-success"], "warn": made["text-warning"],
        "muted": seen(text.blend(surface, MUTED)), "empty": seen(text.blend(surface, EMPTY)),
        "text-muted": grounds.auto(0.6, least), "text-disabled": grounds.auto(0.5, least),
        "bar": grounds.moved(primary, GRAPHIC).hex,
        "positive-bar": grounds.moved(positive, GRAPHIC).hex,
        "negative-bar": grounds.moved(negative, GRAPHIC).hex,
        "gradient-bar": grounds.moved(ENDS[Scale.GRADIENT][0], GRAPHIC).hex,
        **{f"line-{place}": seen(colour) for place, colour in enumerate(APART, 1)},
    }  # fmt: skip


class Grounds(NamedTuple):
    """All that text stands on in a theme, and black or white, which can be read on them."""

    all: tuple[Color, ...]
    end: Color

    @classmethod
    def of(cls, *grounds: Color) -> Grounds:
        """These."""
        levels = [luminance(one) for one in grounds]
        to_white, to_black = 1.05 / (max(levels) + 0.05), (min(levels) + 0.05) / 0.05
        return cls(grounds, WHITE if to_white > to_black else BLACK)

    @property
    def hardest(self) -> Color:
        """The one with the least contrast to the end."""
        return min(self.all, key=lambda ground: contrast(ground, self.end))

    def contrast(self, colour: Color) -> float:
        """The least contrast of a colour on any of them."""
        return min(contrast(colour, ground) for ground in self.all)

    def moved(self, colour: Color, least: float) -> Color:
        """A colour, as far towards black or white as gives it a contrast of `least` on all."""
        colour, level = colour.with_alpha(1.0), luminance(self.hardest)
        if self.end == WHITE:
            bound = least * (level + 0.05) - 0.05
        else:
            bound = (level + 0.05) / least - 0.05
        if _beyond(colour, bound, self.end):
            return colour
        low, high = 0.0, 1.0
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            is_enough = _beyond(colour.blend(self.end, middle), bound, self.end)
            low, high = (low, middle) if is_enough else (middle, high)
        return colour.blend(self.end, high)

    def auto(self, share: float, least: float) -> str:
        """Black or white text as pale as it may be, wherever it stands."""
        percent = round(100 * share)
        while percent < 100 and any(
            contrast(ground.blend(self.end, percent / 100), ground) < least for ground in self.all
        ):
            percent += 1
        return f"auto {percent}%"


def _beyond(colour: Color, bound: float, end: Color) -> bool:
    return luminance(colour) >= bound if end == WHITE else luminance(colour) <= bound


def _current(surface: Color, primary: Color, text: Color) -> Color:
    """The ground of the row in front: of the main hue, but not at the cost of the text."""
    share, kept = CURRENT, contrast(text, surface) * CURRENT_KEEPS
    while share > 0 and contrast(text, surface.blend(primary, share)) < kept:
        share -= CURRENT_STEP
    return surface.blend(primary, max(0.0, share))


def _on(ground: Color, text: Color) -> Color:
    """A text's colour on a ground if it can be read, else black or white."""
    return text if contrast(text, ground) >= LEAST else ground.get_contrast_text(1.0)


def _cursor(ground: Color, given: Mapping[str, str]) -> tuple[Color, Color]:
    """The ground of a cursor, and the text on it: the theme's if it can be read."""
    name, text = given["block-cursor-foreground"], ground.get_contrast_text(1.0)
    if not name.startswith("auto") and contrast(own := Color.parse(name), ground) >= LEAST:
        text = own
    away = BLACK if luminance(text) > luminance(ground) else WHITE
    share = 0.0
    while share < 1 and contrast(text, ground.blend(away, share)) < LEAST:
        share += CURRENT_STEP
    return ground.blend(away, share), text
