"""Screens and pages that are made, styled, laid out and drawn before they are asked for.

What is behind others has no place on the screen, and gets its size only as it comes to the front:
the first time a page was turned to, it was painted three times. Relies on `Compositor.reflow`,
which lays out any widget by itself and gives its `layers`; on `Widget._size_updated`, which tells
one its size; and on `App._get_screen`, by which a screen that is opened is made. Were these
otherwise, what is prepared would not be, or only by half.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from textual import events
from textual._compositor import Compositor
from textual.app import App
from textual.geometry import Size
from textual.widget import Widget

from rnn_tui.tui.toolkit.first_paint import FirstPaint
from rnn_tui.tui.toolkit.sparing import SparingScreen

MOST_ROUNDS = 4  # of telling widgets their sizes, after which some want others
ANSWER = 0.03  # seconds until they have answered


async def make_ready(app: App[Any], screen: FirstPaint[Any]) -> None:
    """Make a screen that is not open, at the size that it will have."""
    _, made = app._get_screen(screen)
    await made
    await lay_out(screen, app.size)
    screen.stand_by()


async def lay_out(widget: Widget, size: Size) -> None:
    """Give all that is in a widget its size, and have its lines drawn, as if it were seen."""
    behind, screen = Compositor(), cast("SparingScreen[Any]", widget.screen)
    screen.look_behind(behind)
    try:
        for _ in range(MOST_ROUNDS):
            if not _tell_sizes(behind, widget, size):
                break
            await asyncio.sleep(ANSWER)
        behind.render_strips()
        if widget is screen:
            screen.refresh()  # there was nothing behind it, as there will be
    finally:
        screen.look_behind(None)


def _tell_sizes(behind: Compositor, widget: Widget, size: Size) -> bool:
    """Lay out once; whether any widget has another size now."""
    _, shown, resized = behind.reflow(widget, size)
    others = shown | resized
    for one, place in behind.layers:
        room = place.region.size, place.virtual_size, place.container_size
        if one._size_updated(*room):
            others.add(one)
        if one in others:
            one.post_message(events.Resize(*room))
    return bool(others)
