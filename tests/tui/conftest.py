"""What tests of the screen share."""

from __future__ import annotations

import idle
import pytest
from textual.geometry import Size
from textual.screen import Screen

idle.install()


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
