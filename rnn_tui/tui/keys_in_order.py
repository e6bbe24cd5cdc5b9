"""Keys that arrive together: each acts on what the one before it left, such as a dialog."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from weakref import WeakKeyDictionary

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input

Typed = events.Key | events.Paste
LEAVE = ("enter", "escape")  # what may close a dialog while its field has the focus
ROUNDS = 2  # that leave the screen as it is: a key posts a message, and that closes a dialog
PATIENCE = 1.0  # seconds after which keys are handed on though nobody has answered


class KeysInOrder:
    """Hands on what is typed, and once more where it went to a screen that is covered by then.

    Textual hands every key to the widget that has the focus, as it arrives. What is bound to it
    happens when it has come up from there to the app, so those right behind it go to what a
    dialog is about to cover. They come up too, and are then `returned` to go to the dialog. A
    field keeps what it gets, so nothing is handed on behind a key that may close its dialog, or
    to a dialog that is not there yet, before rounds have been made: from the focus up to the
    app, in turn behind all that waits on that way.
    """

    def __init__(self, app: App[None], hand_on: Callable[[Typed], Awaitable[None]]) -> None:
        self._app = app
        self._hand_on = hand_on
        self._back: deque[Typed] = deque()  # before those that wait
        self._waiting: deque[Typed] = deque()
        self._screens: WeakKeyDictionary[Typed, Screen[object]] = WeakKeyDictionary()
        self._screen: Screen[object] | None = None  # that is known to be there
        self._focus: DOMNode | None = None  # to which the last one went
        self._rounds = 0  # still to go; none while nothing is held up
        self._patience: Timer | None = None

    async def take(self, event: Typed) -> None:
        """Hand it on, at once unless others wait."""
        self._waiting.append(event)
        await self._go_on()

    async def returned(self, event: Typed) -> bool:
        """Whether what has come up from a widget goes to another screen, as that is there now."""
        if self._screens.get(event, self._app.screen) is self._app.screen:
            return False
        again = event.text if isinstance(event, events.Paste) else (event.key, event.character)
        self._back.append(events.Paste(again) if isinstance(again, str) else events.Key(*again))
        await self._go_on()
        return True

    async def _go_on(self) -> None:
        while not self._rounds and (event := self._first()) is not None:
            focus, screen = self._app.focused or self._app.screen, self._app.screen
            if self._screen not in (None, screen):
                self._hold()
                return
            (self._back or self._waiting).popleft()
            self._screen, self._focus, self._screens[event] = screen, focus, screen
            await self._hand_on(event)
            if isinstance(focus, Input) and isinstance(event, events.Key) and event.key in LEAVE:
                self._hold()

    def _first(self) -> Typed | None:
        return next(iter((*self._back, *self._waiting)), None)

    # Rounds

    def _hold(self) -> None:
        self._rounds = ROUNDS
        self._patience = self._app.set_timer(PATIENCE, self._let_go)
        self._begin_round()

    async def _let_go(self) -> None:
        if self._patience is not None:
            self._patience.stop()
        self._patience, self._rounds = None, 0
        self._screen, self._focus = self._app.screen, None
        await self._go_on()

    def _begin_round(self) -> None:
        self._screen = self._app.screen
        self._pass_on([*_way(self._focus), *_way(self._app.focused or self._app.screen)])

    def _pass_on(self, way: Sequence[MessagePump]) -> None:
        """On to the next that is still there."""
        for place, node in enumerate(way, start=1):
            if node.call_later(partial(self._pass_on, way[place:])):
                return
        self._app.call_later(self._end_round, self._patience)

    async def _end_round(self, hold: Timer | None) -> None:
        if hold is not self._patience:
            return  # it has been let go meanwhile
        self._rounds = self._rounds - 1 if self._app.screen is self._screen else ROUNDS
        if self._rounds:
            self._begin_round()
        else:
            await self._let_go()


def _way(focus: DOMNode | None) -> Iterator[MessagePump]:
    """From a widget up to its screen."""
    if focus is not None:
        yield from (node for node in focus.ancestors_with_self if not isinstance(node, App))
