"""What will be asked for is made before, while no key waits: the help, pages, dialogs, lessons."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from textual.screen import Screen

from rnn_tui.tui.dialogs import dialogs
from rnn_tui.tui.explorer.controllers.viewing import Viewing
from rnn_tui.tui.explorer.face import Face, program_of
from rnn_tui.tui.header import PAGES
from rnn_tui.tui.learn.learner import prepare as prepare_lessons
from rnn_tui.tui.pages.switcher import Pages
from rnn_tui.tui.toolkit.standby import lay_out, make_ready

BETWEEN = 0.05  # seconds from one thing to the next: a key that comes then waits for one at most


class Preparing:
    """Makes one thing after the other. A run and its keys come first."""

    def __init__(self, face: Face, screen: Screen[None], pages: Pages, viewing: Viewing) -> None:
        self._face = face
        self._screen = screen
        self._pages = pages
        self._viewing = viewing
        self._has_begun = False

    @property
    def is_time(self) -> bool:
        """Whether nobody waits for anything."""
        is_quiet = program_of(self._screen).is_quiet
        return is_quiet and self._screen.is_current and self._face.progress is None

    def begin(self) -> None:
        """Begin, unless that was done."""
        if not self._has_begun:
            self._has_begun = True
            self._screen.run_worker(self._prepare(), "prepare")

    async def _prepare(self) -> None:
        async for _ in self.steps():
            await asyncio.sleep(BETWEEN)
            while not self.is_time:
                await asyncio.sleep(BETWEEN)

    async def steps(self) -> AsyncIterator[None]:
        """Make what is left, a thing a step: what is likely to be asked for comes first."""
        await asyncio.to_thread(dialogs.load, "HelpScreen")
        yield
        async for _ in self._help():
            yield
        for name in PAGES:
            await asyncio.to_thread(self._load, name)
            yield
            if await self._pages.make(name):
                yield
                await self._show_behind(name)
                yield
        for name in dialogs.MODULES:
            await asyncio.to_thread(dialogs.load, name)
            yield
        await asyncio.to_thread(prepare_lessons)

    async def _help(self) -> AsyncIterator[None]:
        """The one help screen, with the keys of each page, those of the page in front at last."""
        app, screen = self._screen.app, self._viewing.help_screen()
        await make_ready(app, screen)
        yield
        for name in (*PAGES, self._pages.front.NAME):
            screen.put_first(name)
            await lay_out(screen, app.size)
            yield

    def _load(self, name: str) -> None:
        self._pages.class_of(name).load()

    async def _show_behind(self, name: str) -> None:
        """Have a page draw the moment and find its sizes as long as it is not in front."""
        page, session = self._pages.page(name), self._face.session
        if self._pages.front is not page and session.is_at_hand:
            page.view = session.view
            await lay_out(page, self._pages.size)
