"""The first frame: the panes where they will stand, while what they will show is still read.

Nothing is imported here but Textual, as NumPy, the engine and the panes take several times as
long as this frame does.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from textual.app import ComposeResult
from textual.containers import Container
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from rnn_tui.characters import one_line
from rnn_tui.present.tables.cells import Role, Span
from rnn_tui.tui.explorer.layout import TITLES, around, give_heights, step_panes
from rnn_tui.tui.header import header
from rnn_tui.tui.sizes import HEIGHTS, WIDTHS, Contents
from rnn_tui.tui.text import content
from rnn_tui.tui.toolkit.background import Background, Job

if TYPE_CHECKING:
    from pathlib import Path

    from rnn_tui.present.sentences.kept import Kept
    from rnn_tui.session.session import Session

LEAVE = ("q", "ctrl+c", "ctrl+q")


class Opened(NamedTuple):
    """A session, the folder in which it is kept (none for nowhere), and what to say of it.

    `learn` is the lesson to begin beside it, empty for the list of them; None for neither. With
    `offer` the tour is offered to who was never here. `last` is what was kept the last time.
    """

    session: Session
    keep: Path | None = None
    notice: str = ""
    learn: str | None = None
    offer: bool = False
    last: Kept | None = None


class ToOpen(NamedTuple):
    """What is known of an experiment before it is read.

    `read` reads it, in a thread; to what it is given it may tell how far it is.
    """

    name: str
    title: str
    contents: Contents
    read: Callable[[Callable[[str], object]], Opened]


class OpeningScreen(Screen[None]):
    """Empty panes, and a hint that says what is being read."""

    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS

    class Read(Message):
        """It has been read."""

        def __init__(self, opened: Opened) -> None:
            super().__init__()
            self.opened = opened

    class Failed(Message):
        """It can't be read."""

        def __init__(self, error: Exception) -> None:
            super().__init__()
            self.error = error

    def __init__(self, to_open: ToOpen) -> None:
        super().__init__()
        self.to_open = to_open
        self._at_work = f"Loading “{one_line(to_open.name)}” …"
        self._keys = ""
        self._background = Background(self)

    def compose(self) -> ComposeResult:
        """The lines and panes of the Step page, under the same names for the same layout."""
        yield from around(self._pages(), self._line)

    def _pages(self) -> ComposeResult:
        with Container(id="pages"):
            yield from step_panes(self._pane)

    def _line(self, name: str) -> Static:
        keys = (Span("q", Role.STRONG), Span(" quit"))
        return Static(content(keys) if name == "acts" else "", classes=name)

    def _pane(self, name: str) -> Widget:
        if name == "timeline":
            return Static(id=name)  # which has no border
        inside = self._examples() if name == "tokens" else []
        is_strip = name == "tokens" and self.to_open.contents.examples is None
        pane = Container(*inside, id=name, classes="pane -everywhere" if is_strip else "pane")
        pane.border_title = TITLES[name]
        return pane

    def _examples(self) -> list[Widget]:
        """What the pane of tokens is as high as."""
        if self.to_open.contents.examples is None:
            return [Static(id="strip")]
        return [Static(id="sentence-line"), Static(id="examples")]

    def on_mount(self) -> None:
        """Give the panes their room, and begin to read once this has been drawn."""
        self._give_heights()
        names = (one_line(name) for name in (self.to_open.title, self.to_open.name))
        titles = [(Span(name, Role.MUTED),) for name in names]
        room = self.app.size.width - 2
        self.query_one(".status", Static).update(header("step", True, titles, room))
        self.tell("")
        self.call_after_refresh(self._background.start, self._read, self.post_message, self._follow)

    def on_resize(self) -> None:
        """Another height gives the panes other lines."""
        self._give_heights()

    def _give_heights(self) -> None:
        width, height = self.app.size
        give_heights(self, height, self.to_open.contents._replace(width=width))

    def tell(self, keys: str) -> None:
        """Say what is being read, and which keys will have their turn then."""
        self._keys = keys
        kept = f", then does {keys}" if keys else ""
        hint = content((Span(f"{self._at_work}{kept}"),))
        self.query_one(".hint", Static).update(hint, layout=False)

    def _follow(self, text: str) -> None:
        self._at_work = f"Loading “{one_line(self.to_open.name)}”, {text}"
        self.tell(self._keys)

    def _read(self, job: Job[str]) -> Read | Failed:
        try:
            import_module("rnn_tui.tui.explorer.explorer")
            opened = self.to_open.read(job.report)
            _ = opened.session.view  # the first pass may be long
            return self.Read(opened)
        except Exception as error:  # raised again where the program ends
            return self.Failed(error)
