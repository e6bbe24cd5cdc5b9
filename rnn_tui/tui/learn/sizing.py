"""How the room of a screen is shared between its pages and the Learn dock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

from rnn_tui.tui.explorer.face import Face
from rnn_tui.tui.learn.room import Wanted, dock_cells, left_over, size_classes, stands_beside
from rnn_tui.tui.widgets.bars import StatusLine

if TYPE_CHECKING:
    from rnn_tui.tui.learn.dock import LearnDock

STEP = 4  # cells, or a line, that the dock gets wider by
CLOSED = "{learn_page} opens the lessons, whose size this changes"


class Sizing:
    """Places the dock of a screen, if there is one, and says what is left to the pages."""

    def __init__(self, face: Face, screen: Screen[None], wanted: Wanted) -> None:
        self._face = face
        self._screen = screen
        self._wanted = wanted
        self.dock: LearnDock | None = None
        self.is_zoomed = False

    @property
    def is_open(self) -> bool:
        """Whether the dock can be seen."""
        return self.dock is not None and bool(self.dock.display)

    @property
    def room(self) -> tuple[int, int]:
        """The width and height of a screen without a dock, with as much room for its pages."""
        width, height = self._screen.app.size
        return left_over(width, height, self._cells) if self.is_open else (width, height)

    @property
    def uncovered(self) -> tuple[int, int]:
        """The width and height of the screen at the left of the dock, or above it."""
        width, height = self._screen.app.size
        if self.dock is None or not self.is_open or self.is_zoomed:
            return width, height
        at = self.dock.region
        return (at.x, height) if self._is_beside else (width, at.y)

    @property
    def _is_beside(self) -> bool:
        return stands_beside(self._screen.app.size.width)

    @property
    def _cells(self) -> int:
        return dock_cells(*self._screen.app.size, self._wanted)

    def place(self) -> None:
        """Have the dock stand where it does, and the screen carry the classes of what is left."""
        screen = self._screen
        if self.dock is not None:
            self.dock.place(self._is_beside, self._cells, fills=self.is_zoomed)
        wanted = size_classes(*self.room) | {"-beside": self._is_beside}
        if any(screen.has_class(name) != carried for name, carried in wanted.items()):
            screen.update_classes(wanted, animate=False)  # which styles all of the screen anew
        for line in screen.query(StatusLine):
            line.docked = self.is_open

    def zoom(self, fills: bool) -> bool:
        """Have the dock fill the screen, or stand beside the pages again; whether it changed."""
        fills = fills and self.is_open
        if fills == self.is_zoomed:
            return False
        self.is_zoomed = fills
        self._screen.query_one("#pages").display = not fills
        self._face.share_out()
        return True

    def wider(self) -> None:
        """More room for the dock."""
        self._widen(1)

    def narrower(self) -> None:
        """Less room for the dock."""
        self._widen(-1)

    def _widen(self, way: int) -> None:
        if self.is_open:
            self.resize(self._cells + way * (STEP if self._is_beside else 1))
        else:
            self._face.say(CLOSED)

    def resize(self, cells: int) -> None:
        """Give the dock so many cells, or lines, as far as they can be given."""
        if self._is_beside:
            self._wanted.beside = cells
        else:
            self._wanted.below = cells
        self._face.share_out()
