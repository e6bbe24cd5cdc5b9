"""The explorer. Its first frame needs nothing but Textual: the rest is imported behind it."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from rich.console import Console
from textual import events, on
from textual.command import Provider
from textual.driver import Driver
from textual.filter import LineFilter
from textual.screen import Screen

from rnn_tui.characters import one_line, safe
from rnn_tui.threads import quick_turns
from rnn_tui.tui import themes
from rnn_tui.tui.colours import readable
from rnn_tui.tui.explorer.opening import LEAVE, Opened, OpeningScreen, ToOpen
from rnn_tui.tui.gate import ScreenGate
from rnn_tui.tui.toolkit.direct import DirectKeys
from rnn_tui.tui.toolkit.garbage import Garbage
from rnn_tui.tui.toolkit.leaving import LeavingApp
from rnn_tui.tui.toolkit.turns import Turns, Typed

if TYPE_CHECKING:
    from rnn_tui.experiments import Experiment
    from rnn_tui.present.sentences.kept import Kept
    from rnn_tui.session.session import Session
    from rnn_tui.tui.dialogs.help import HelpScreen
    from rnn_tui.tui.explorer.explorer import ExplorerScreen
    from rnn_tui.tui.explorer.screens import SessionScreens

USES = events.Key, events.Paste, events.MouseDown, events.MouseScrollDown, events.MouseScrollUp
PAUSE = 0.2  # seconds without a key after which nobody is expected to wait
ENDINGS = "SIGTERM", "SIGHUP"  # how a program is told to end; Windows has no SIGHUP
NOT_KEPT = 2  # the exit code where the disk did not take the session
IDLE = 0.5  # seconds from one look at whether there is time for what nobody waits for to the next


def _finder() -> type[Provider]:
    """What finds the lines of the palette; imported when that is opened."""
    from rnn_tui.tui.finder import Finder  # noqa: PLC0415

    return Finder


__all__ = ["Explorer", "Opened", "ToOpen", "explore"]


class Explorer(DirectKeys[None], LeavingApp[None]):
    """A debugger for recurrent networks."""

    CSS_PATH = "opening.tcss"
    LATER_CSS = Path(__file__).with_name("rnn_tui.tcss")
    TITLE = "rnn-tui"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_finder}

    def __init__(
        self,
        start: Experiment | Session | ToOpen,
        keep: Path | None = None,
        notice: str = "",
        learn: str | None = None,
        offer: bool = False,
        last: Kept | None = None,
        theme: str = "",
    ) -> None:
        """`keep` is the folder in which sessions are kept, none for nowhere.

        `learn`, `offer` and `last` are as in `Opened`; what is still to be read, `start.read` says
        these five of. A `theme` that is not given is that of the environment, or the one that was
        chosen last.
        """
        super().__init__()
        self.theme_notice = themes.begin(self, theme)
        self.to_open = start if isinstance(start, ToOpen) else None
        self.failure: Exception | None = None
        self.pressed = 0.0  # when a key or a button of the mouse was last used, by the clock
        self.garbage = Garbage()
        self.unkept: dict[object, str] = {}  # why what was done last is lost, by who keeps it
        self.kept: Path | None = None  # where the session that was left last is kept
        self._gate = ScreenGate()
        # Its colours would not pass the gate of stderr.
        self.error_console = Console(markup=False, stderr=True, color_system=None)
        self._opened = (
            None
            if isinstance(start, ToOpen)
            else Opened(_session(start), keep, notice, learn, offer, last)
        )
        self.turns = Turns(self, super().on_event, is_open=self._opened is not None)

    def get_driver_class(self) -> type[Driver]:
        """Where the terminal sends characters, our own reader of them."""
        usual = super().get_driver_class()
        if usual.__name__ != "LinuxDriver":  # Windows, whose keys are no characters; the browser
            return usual
        from rnn_tui.tui.toolkit.keyboard import Keyboard  # noqa: PLC0415

        return Keyboard

    @cached_property
    def help_screen(self) -> HelpScreen:
        """The one that is opened for all panes, and stays when it is closed."""
        from rnn_tui.tui.dialogs.dialogs import HelpScreen  # noqa: PLC0415

        screen = HelpScreen("", "")
        self.install_screen(screen, "help")
        return screen

    @cached_property
    def screens(self) -> SessionScreens:
        """Those of sessions, of which one is in front."""
        from rnn_tui.tui.explorer.screens import SessionScreens  # noqa: PLC0415

        return SessionScreens(self)

    # What goes out

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The gate before all others; where there are no colours, that of the theme in front."""
        usual = super().get_line_filters()
        if self.no_color:
            usual = themes.without_colour(usual, terminal=self.native_ansi_color)
        return [self._gate, *usual]

    def copy_to_clipboard(self, text: str) -> None:
        """Copy a text that does nothing to the terminal in which it is pasted."""
        super().copy_to_clipboard(safe(text))

    # Colours

    def get_css_variables(self) -> dict[str, str]:
        """Those of the theme, moved as little as makes all text readable."""
        given = super().get_css_variables()
        made = readable(self.current_theme, given, colourless=self.no_color)
        self.theme_variables = made
        return made

    def watch_theme(self, name: str) -> None:
        """Begin the next time with the theme that was chosen."""
        if self.is_running:
            themes.remember(name)

    def search_themes(self) -> None:
        """Offer the themes in our own order."""
        from textual.command import CommandPalette  # noqa: PLC0415

        from rnn_tui.tui.finder import ThemeFinder  # noqa: PLC0415

        self.push_screen(CommandPalette(providers=[ThemeFinder], placeholder="Search for themes…"))

    # Opening

    def get_default_screen(self) -> Screen[Any]:
        """Where there is something to read, the frame that stands meanwhile."""
        return OpeningScreen(self.to_open) if self.to_open else super().get_default_screen()

    def on_mount(self) -> None:
        """Open on the Step screen, if there is nothing to wait for."""
        self._end_when_told()
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        if self._opened is not None:
            self._open(self._opened)
            self._opened = None  # another session may take its place

    @on(OpeningScreen.Read)
    def _show(self, message: OpeningScreen.Read) -> None:
        self._open(message.opened)

    @on(OpeningScreen.Failed)
    def _give_up(self, message: OpeningScreen.Failed) -> None:
        self.failure = message.error
        self.exit()

    def _open(self, opened: Opened) -> None:
        from rnn_tui.tui.explorer.explorer import ExplorerScreen  # noqa: PLC0415

        self.stylesheet.read(self.LATER_CSS)
        self.stylesheet.parse()
        screen = ExplorerScreen(opened.session, opened.keep)
        if opened.offer:
            screen.controllers.learning.offer.begin()
        if opened.last is not None:
            screen.controllers.files.greet(opened.last)
        self.push_screen(screen)
        screen.call_after_refresh(self._begin, screen, opened)

    async def _begin(self, screen: ExplorerScreen, opened: Opened) -> None:
        """The explorer is on the screen: whatever was typed before acts now."""
        self.garbage.begin()
        if not self.is_headless:  # a test would find pages now and then
            self.set_interval(IDLE, self._use_time)
        notices = [one for one in (opened.notice, self.theme_notice) if one]
        if notices:
            screen.say(" · ".join(notices))
        if opened.learn is not None:
            await screen.controllers.learning.learn(opened.learn)
        self.turns.open()

    @property
    def is_quiet(self) -> bool:
        """Whether no key came just now, after which somebody may wait for something."""
        return time.monotonic() - self.pressed > PAUSE

    def _use_time(self) -> None:
        """Look for garbage, and prepare, while no key waits and no dialog is open."""
        from rnn_tui.tui.explorer.explorer import ExplorerScreen  # noqa: PLC0415

        screen = self.screen
        if self.is_quiet and isinstance(screen, ExplorerScreen) and screen.view is not None:
            self.garbage.search()  # not before there is a first view, and with it the pages
            screen.controllers.preparing.begin()

    async def on_event(self, event: events.Event) -> None:
        """Let keys wait for their turn; at first until there is something for them to act on."""
        if isinstance(event, USES):
            self.pressed = time.monotonic()
        if not isinstance(event, Typed) or event.is_forwarded:
            await super().on_event(event)
        elif not self.turns.is_open and isinstance(event, events.Key) and event.key in LEAVE:
            self.exit()
        else:
            self.turns.add(_in_one_line(event))
            if isinstance(self.screen, OpeningScreen):
                self.screen.tell(" ".join(map(_shown, self.turns.waiting)))

    # Leaving

    def action_help_quit(self) -> None:
        """Stop what runs, for a ctrl-c, and say how to leave where nothing does."""
        from rnn_tui.tui.dialogs.working import WorkScreen  # noqa: PLC0415
        from rnn_tui.tui.explorer.explorer import ExplorerScreen  # noqa: PLC0415

        screen = self.screen
        if isinstance(screen, ExplorerScreen):
            screen.interrupt()
        elif isinstance(screen, WorkScreen):
            screen.action_stop()
        else:
            super().action_help_quit()

    def _end_when_told(self) -> None:
        """Told to end, keep the session and give the terminal back first."""
        if self.is_headless:  # somebody else's process
            return
        for name in ENDINGS:
            with suppress(AttributeError, NotImplementedError):  # Windows
                number = getattr(signal, name)
                asyncio.get_running_loop().add_signal_handler(number, self._end, number)

    def _end(self, number: int) -> None:
        from rnn_tui.tui.explorer.explorer import ExplorerScreen  # noqa: PLC0415

        for screen in self.screen_stack:
            if isinstance(screen, ExplorerScreen):
                screen.controllers.autosave.settle()
        self.exit(return_code=128 + number)  # as a shell has it

    # Commands

    def deliver_screenshot(
        self, filename: str | None = None, path: str | None = None, time_format: str | None = None
    ) -> str | None:
        """Save a picture of the screen, also where there is no folder for downloads."""
        from rnn_tui.tui.pictures import picture_folder  # noqa: PLC0415

        return super().deliver_screenshot(filename, path or str(picture_folder()), time_format)

    @on(events.DeliveryFailed)
    def _say_why_not(self, event: events.DeliveryFailed) -> None:
        """Textual says only that a picture was not saved."""
        event.prevent_default()
        error = event.exception
        why = (getattr(error, "strerror", None) or str(error)).lower()
        self.notify(f"Not saved: {why}", title="Screenshot", severity="error", markup=False)


def _in_one_line(event: events.Key | events.Paste) -> events.Key | events.Paste:
    if isinstance(event, events.Key):
        return event
    return events.Paste(" ".join(event.text.splitlines()))


def _shown(typed: Typed) -> str:
    if isinstance(typed, events.Paste):
        return "paste"
    return typed.character if typed.character and typed.is_printable else typed.key


def _session(start: Experiment | Session) -> Session:
    from rnn_tui.session.session import Session  # noqa: PLC0415

    return start if isinstance(start, Session) else Session(start)


def explore(start: Opened | ToOpen, theme: str = "") -> int:
    """Open the explorer, in a theme; the exit code. Raises what kept `start` from being read.

    What could not be kept of the session is said on stderr, and makes it `NOT_KEPT`; on a terminal
    it says where what was done is kept, too.
    """
    if isinstance(start, ToOpen):
        app = Explorer(start, theme=theme)
    else:
        app = Explorer(*start, theme=theme)
    with quick_turns():
        app.run()
    if app.failure is not None:
        raise app.failure
    for reason in app.unkept.values():
        print(f"rnn-tui: {one_line(reason)}", file=sys.stderr)
    if app.kept and not (app.unkept or app.return_code) and sys.stderr.isatty():
        from rnn_tui.present.sentences.kept import kept_line  # noqa: PLC0415

        print(kept_line(app.kept), file=sys.stderr)
    return app.return_code or (NOT_KEPT if app.unkept else 0)
