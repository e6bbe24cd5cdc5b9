"""Keys in turn: each acts on what the one before it has left, however fast they are typed.

Textual hands a key to what has the focus at that moment. But a key that opens a dialog first takes
its way up to the program, and those that were read together with it would be gone by then.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from textual import events
from textual.app import App
from textual.dom import DOMNode

Typed = events.Key | events.Paste

LOOK = 0.1  # seconds between looks at whether what is waited for is still there
MOST_ROUNDS = 10  # of waiting, where what a key has begun moves the focus again and again


class Turns:
    """What has been typed and not had its turn yet; `act` is how the program acts on it."""

    def __init__(
        self, app: App[None], act: Callable[[Typed], Awaitable[None]], *, is_open: bool = False
    ) -> None:
        self.waiting: deque[Typed] = deque()
        self._app = app
        self._act = act
        self.is_open = is_open
        self._work: asyncio.Task[None] | None = None

    @property
    def at_work(self) -> bool:
        """Whether a key has its turn now."""
        return self._work is not None and not self._work.done()

    def open(self) -> None:
        """There is something to act on: begin with those that wait."""
        self.is_open = True
        self._begin()

    def add(self, typed: Typed) -> None:
        """One more, behind all others."""
        self.waiting.append(typed)
        self._begin()

    def _begin(self) -> None:
        if self.is_open and self.waiting and not self.at_work:
            self._work = asyncio.create_task(self._take_turns())

    async def _take_turns(self) -> None:
        while self.waiting and self._app.is_running:
            await self._turn(self.waiting.popleft())

    async def _turn(self, typed: Typed) -> None:
        """Act, and wait for the key to come up to the program, and for what comes of it.

        That comes the same way: enter in a field sends a message, which ends a dialog, whose end
        begins a run. It is over once nothing else has come to the front meanwhile.
        """
        way: list[DOMNode] = []

        async def act() -> None:
            way.extend(self._way())
            await self._act(typed)

        await _passed(self._app, act)
        for turn in range(MOST_ROUNDS):
            for node in way:
                await _passed(node)
            before, way = way, self._way()
            if turn and way == before:
                return

    def _way(self) -> list[DOMNode]:
        """From what has the focus up to the program."""
        if not self._app.screen_stack:
            return []
        return (self._app.focused or self._app.screen).ancestors_with_self


async def _nothing() -> None:
    """Only that a message has come to its turn matters."""


async def _passed(node: DOMNode, act: Callable[[], Awaitable[None]] = _nothing) -> None:
    """Wait until a node has handled all that was sent to it, and have it act then."""
    passed = asyncio.get_running_loop().create_future()

    async def come() -> None:
        try:
            await act()
        finally:
            if not passed.done():
                passed.set_result(None)

    if node.call_later(come):
        while not passed.done() and (node.is_running or node.is_attached):
            await asyncio.wait([passed], timeout=LOOK)
