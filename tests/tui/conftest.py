"""What tests of the screen share."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable

import idle
import pytest
from textual._compositor import Compositor
from textual._context import visible_screen_stack
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.geometry import Size
from textual.pilot import Pilot
from textual.screen import Screen

from rnn_tui.tui.app import Explorer

idle.install()

parse_rules = Stylesheet._parse_rules
parsed: dict[object, list[RuleSet]] = {}


def parsed_once(self: Stylesheet, *arguments: Hashable, **named: Hashable) -> list[RuleSet]:
    """The rules of a stylesheet, which are the same for every app with the same theme."""
    key = (arguments, *named.items(), frozenset(self._variables.items()))
    if key not in parsed:
        parsed[key] = parse_rules(self, *arguments, **named)  # type: ignore[arg-type]
    return parsed[key]


Stylesheet._parse_rules = parsed_once  # type: ignore[method-assign]


@pytest.fixture
def layouts(monkeypatch: pytest.MonkeyPatch) -> list[Screen[object]]:
    """The screens that were laid out, as often as they were."""
    done: list[Screen[object]] = []
    lay_out = Screen._refresh_layout

    def noted(screen: Screen[object], size: Size | None = None, scroll: bool = False) -> None:
        done.append(screen)
        lay_out(screen, size, scroll)

    monkeypatch.setattr(Screen, "_refresh_layout", noted)
    return done


@pytest.fixture(autouse=True)
def pressed_keys_have_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pilot waits until what it has pressed has been acted on, however busy the machine is."""
    press = Pilot.press

    async def press_in_turn(pilot: Pilot[None], *keys: str) -> None:
        for key in keys:
            await press(pilot, key)
            while isinstance(pilot.app, Explorer) and pilot.app.turns.at_work:
                if not pilot.app.is_running:
                    return
                await asyncio.sleep(0.001)

    monkeypatch.setattr(Pilot, "press", press_in_turn)


@pytest.fixture(autouse=True)
def nobody_watches(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Without a terminal nothing is painted; who asks for a picture, or is marked, has it all."""
    if request.node.get_closest_marker("painted"):
        return
    paint = Compositor.render_update

    def unseen(
        self: Compositor,
        full: bool = False,
        screen_stack: list[Screen[object]] | None = None,
        simplify: bool = False,
    ) -> object:
        if full:
            return paint(self, full, screen_stack, simplify)
        visible_screen_stack.set(screen_stack or [])
        self._dirty_regions.clear()
        return None

    monkeypatch.setattr(Compositor, "render_update", unseen)
