"""The pages behind each other, one of them in front."""

from __future__ import annotations

from asyncio import Lock

from textual.widgets import ContentSwitcher

from rnn_tui.tui.pages import PAGES, class_of
from rnn_tui.tui.pages.page import Page
from rnn_tui.tui.pages.step import StepPage


class Pages(ContentSwitcher):
    """The Step page in front of those that were made since, when they were asked for or before."""

    def __init__(self) -> None:
        super().__init__(StepPage(id=StepPage.NAME), initial=StepPage.NAME, id="pages")
        self._making = Lock()  # keys and clicks may ask at once, and what is half made is empty

    @property
    def front(self) -> Page:
        """The page in front."""
        return self.query_one(f"#{self.current}", Page)

    async def make(self, name: str) -> bool:
        """Make a page behind that in front; whether it had not been there."""
        async with self._making:
            is_new = not self.query(f"#{name}")
            if is_new:
                await self.add_content(class_of(name)(id=name))
            return is_new

    async def make_another(self) -> bool:
        """Make a page that was not asked for yet; whether there was one left."""
        for name in PAGES:
            if await self.make(name):
                return True
        return False
