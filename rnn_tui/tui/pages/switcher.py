"""The pages behind each other, one of them in front."""

from __future__ import annotations

from asyncio import Lock

from textual.reactive import var
from textual.widgets import ContentSwitcher

from rnn_tui.present.tables.cells import Line
from rnn_tui.tui.pages import class_of
from rnn_tui.tui.pages.page import Page
from rnn_tui.tui.pages.step import StepPage


class Pages(ContentSwitcher):
    """The Step page in front of those that were made since, when they were asked for or before."""

    unit: var[int] = var(0, init=False)
    progress: var[Line | None] = var(None, init=False)
    offered: var[bool] = var(False, init=False)

    def __init__(self) -> None:
        super().__init__(StepPage(id=StepPage.NAME), initial=StepPage.NAME, id="pages")
        self._making = Lock()  # keys and clicks may ask at once, and what is half made is empty

    @property
    def front(self) -> Page:
        """The page in front."""
        return self.page(self.current or StepPage.NAME)

    @property
    def _made(self) -> list[Page]:
        """All pages that there are; a query would match everything on them, at every key."""
        return [page for page in self.children if isinstance(page, Page)]

    def watch_unit(self, unit: int) -> None:
        """Another unit on the page in front; another page takes it when it comes there."""
        self.front.unit = unit

    def watch_progress(self, progress: Line | None) -> None:
        """A run's progress on the page in front; that it ends, on every page."""
        for page in self._made if progress is None else (self.front,):
            page.progress = progress

    def watch_offered(self, offered: bool) -> None:
        """The tour is offered on the Step page, or no longer."""
        self.query_one(StepPage).offered = offered

    async def make(self, name: str) -> bool:
        """Make a page behind that in front; whether it had not been there."""
        async with self._making:
            is_new = all(page.id != name for page in self._made)
            if is_new:
                await self.add_content(self.class_of(name)(id=name))
            return is_new

    def page(self, name: str) -> Page:
        """A page that was made."""
        return self.get_child_by_id(name, Page)

    def class_of(self, name: str) -> type[Page]:
        """The class of a page, which may have to be imported."""
        return class_of(name, has_classes=self.front.face.session.experiment.has_classes)
