"""Which theme the program begins in: the one of the flag, of the environment, or chosen last.

Nothing is imported here but Textual, as the first frame waits for it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from textual.app import App
from textual.filter import LineFilter, Monochrome, NoColor
from textual.theme import BUILTIN_THEMES

from rnn_tui.characters import one_line
from rnn_tui.state import folder, make_folder
from rnn_tui.tui.colours import PROJECTOR

VARIABLE = "RNN_TUI_THEME"  # the environment variable that names a theme
FILE = "theme"
LONGEST = 100  # characters of a file that is read; no theme has a longer name

# What some are for.
ABOUT = {PROJECTOR.name: "Black on white, for a projector in a lit room"}
NAMES = (*sorted(BUILTIN_THEMES), PROJECTOR.name)


def in_order(names: Iterable[str]) -> list[str]:
    """Themes as they are offered: the plain ones first, those of the terminal's colours last."""
    return sorted(names, key=lambda name: ("ansi" in name, not name.startswith("textual"), name))


def begin(app: App[None], asked: str = "") -> str:
    """Have a program begin in its theme; what to say of one that there is not."""
    app.register_theme(PROJECTOR)
    name, notice = chosen(asked)
    if name:
        app.theme = name
        app.stylesheet.set_variables(app.get_css_variables())
    return notice


_GREY, _NONE = Monochrome(), NoColor()


def without_colour(usual: Sequence[LineFilter], *, terminal: bool) -> list[LineFilter]:
    """Filters for no colours: greys, or nothing of the `terminal`'s own colours.

    Textual decides between the two for the theme that it begins in, and would paint another's
    default colours black on black.
    """
    found = _NONE if terminal else _GREY
    return [found if isinstance(one, Monochrome | NoColor) else one for one in usual]


def chosen(asked: str = "") -> tuple[str, str]:
    """The theme to begin in, and what to say of one that can't be had; nothing for Textual's own.

    That of the flag goes before that of the environment, and this before the remembered one.
    """
    wanted = ((asked, "--theme"), (os.environ.get(VARIABLE, ""), VARIABLE))
    for name, source in wanted:
        if name:
            return _known(name, source)
    return _remembered()


def _known(name: str, source: str) -> tuple[str, str]:
    if name in NAMES:
        return name, ""
    return "", f"{source}: there is no theme “{one_line(name)[:40]}”"


def _remembered() -> tuple[str, str]:
    path = _file()
    if path is None or not path.is_file():
        return "", ""
    try:
        with path.open(encoding="utf-8") as file:
            name = file.read(LONGEST).strip()
    except (OSError, UnicodeDecodeError):
        return "", f"{one_line(str(path))}: the theme can't be read"
    return _known(name, one_line(str(path)))


def remember(name: str) -> None:
    """Begin in this theme from now on; where nothing can be written, nothing is remembered."""
    path = _file()
    if path is None:
        return
    with suppress(OSError):
        make_folder(path.parent)
        path.write_text(f"{name}\n", encoding="utf-8")


def _file() -> Path | None:
    place = folder("settings")
    return None if place is None else place / FILE
