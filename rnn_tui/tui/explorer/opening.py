"""The first frame: the panes where they will stand, while what they will show is still read.

Nothing is imported here but Textual, as NumPy, the engine and the panes take several times as
long as this frame does.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from rnn_tui.characters import one_line
from rnn_tui.present.tables.cells import Role, Span
from rnn_tui.tui.sizes import HEIGHTS, WIDTHS
from rnn_tui.tui.text import content

if TYPE_CHECKING:
    from pathlib import Path

    from rnn_tui.session.session import Session

LEAVE = ("q", "ctrl+c", "ctrl+q")


class Opened(NamedTuple):
    """A session, the folder in which it is kept (none for nowhere), and what to say of it."""

    session: Session
    keep: Path | None = None
    notice: str = ""


class ToOpen(NamedTuple):
    """What is known of an experiment before it is read.

    `read` reads it, in a thread; to what it is given it may tell how far it is. `examples` is
    how many its table of examples will have, None where a strip of tokens stands in the place
    of that table.
    """

    name: str
    title: str
    examples: int | None
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

    class Told(Message):
        """How far it is."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Failed(Message):
        """It can't be read."""

        def __init__(self, error: Exception) -> None:
            super().__init__()
            self.error = error

    def __init__(self, to_open: ToOpen) -> None:
        super().__init__()
        self.to_open = to_open
        self._at_work = f"reads {one_line(to_open.name)} …"
        self._keys = ""

    def compose(self) -> ComposeResult:
        """The lines and panes of the Step page, under the same names for the same layout."""
        title = (
            Span("rnn-tui", Role.ACCENT),
            Span(f"  {one_line(self.to_open.title)}", Role.MUTED),
        )
        yield Static(content(title), classes="status")
        with Container(id="pages"):
            with Horizontal(id="body"):
                with Vertical(id="main"):
                    yield self._tokens()
                    with Horizontal(id="middle"):
                        yield _pane("hidden", "Hidden state")
                        yield _pane("gradient", "BPTT  ‖∂L/∂h_t‖")
                    yield _pane("why", "Why")
                yield _pane("program", "Program")
            yield _pane("loss", "Loss")
            yield Static(id="timeline")
        yield Static(classes="op")
        yield Static(classes="hint")
        yield Static(content((Span("q", Role.STRONG), Span(" quit"))), classes="acts")

    def _tokens(self) -> Container:
        examples = self.to_open.examples
        heading = 1
        if examples is None:
            return _pane("tokens", "Tokens", Static(id="strip"), classes="pane -everywhere")
        table = Static("\n" * (heading + examples - 1), id="examples")
        return _pane("tokens", "Tokens", Static(id="sentence-line"), table)

    def on_mount(self) -> None:
        """Begin to read once this has been drawn."""
        self.tell("")
        thread = Thread(target=self._read, daemon=True)  # leaving doesn't wait for it
        self.call_after_refresh(thread.start)

    def tell(self, keys: str) -> None:
        """Say what is being read, and which keys will have their turn then."""
        self._keys = keys
        kept = f", then does {keys}" if keys else ""
        hint = content((Span(f"{self._at_work}{kept}"),))
        self.query_one(".hint", Static).update(hint, layout=False)

    @on(Told)
    def _follow(self, message: Told) -> None:
        self._at_work = f"reads {one_line(self.to_open.name)}, {message.text}"
        self.tell(self._keys)

    def _send(self, message: Message) -> None:
        with suppress(RuntimeError):  # the program has been left meanwhile
            self.post_message(message)

    def _read(self) -> None:
        message: Message
        try:
            import_module("rnn_tui.tui.explorer.explorer")
            opened = self.to_open.read(lambda text: self._send(self.Told(text)))
            _ = opened.session.view  # the first pass may be long
            message = self.Read(opened)
        except Exception as error:  # raised again where the program ends
            message = self.Failed(error)
        self._send(message)


def _pane(name: str, title: str, *children: Static, classes: str = "pane") -> Container:
    pane = Container(*children, id=name, classes=classes)
    pane.border_title = title
    return pane
