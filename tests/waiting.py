"""Waiting for what a screen comes to by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Let the screen go on until a condition holds; the test fails where it never does."""
    for _ in range(1000):
        if condition():
            return
        await pilot.pause(0.01)
    pytest.fail("it never came to that")
