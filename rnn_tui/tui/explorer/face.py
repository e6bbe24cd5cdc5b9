"""What controllers and pages see of the explorer's screen, and no more of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

if TYPE_CHECKING:
    from pathlib import Path

    from textual.screen import Screen

    from rnn_tui.lessons.taking.playing import Play
    from rnn_tui.present.tables.cells import Line
    from rnn_tui.session.reports import Report
    from rnn_tui.session.session import Session
    from rnn_tui.session.view import StepView
    from rnn_tui.tui.dialogs.help import HelpScreen
    from rnn_tui.tui.learn.learner import Learner
    from rnn_tui.tui.toolkit.garbage import Garbage

T = TypeVar("T")


class Face(Protocol):
    """The session, and how to show, say, ask and move.

    What is told or said may name keys by `{verb}`.
    """

    session: Session
    unit: int  # the hidden unit that is looked at
    notice: Line | None  # what stands where the hint does
    happened: str  # what was done, before it
    progress: Line | None  # how far a run is; None without one

    @property
    def reading_at(self) -> float | None:
        """The epoch or step at which values are read on the page in front; None without one."""

    @property
    def room(self) -> tuple[int, int]:
        """The width and height of a screen without a dock, with as much room for its pages."""

    @property
    def uncovered(self) -> tuple[int, int]:
        """The width and height that the lessons leave free, at the left and above."""

    def share_out(self) -> None:
        """Give the pages and what stands beside them their room."""

    def show(self) -> None:
        """Show the session's moment, as soon as it is there."""

    def draw(self, view: StepView) -> None:
        """Hand a view to the panes, and say what to press next."""

    def add(self, text: str) -> None:
        """Put a sentence where the hint stands, beside what was done."""

    def tell(self, text: str) -> None:
        """Put a sentence where the hint stands, until the next move."""

    def tell_here(self, text: str) -> None:
        """Put a sentence about the focused pane there, as long as the keys go to that."""

    def say(self, text: str) -> None:
        """Put an explanation of why not there, so that it can't be overlooked."""

    def unsay(self) -> None:
        """Put the hint back in the place of why not, or of what was told of a pane."""

    def pause(self) -> None:
        """Stop a run where it was last shown."""

    def act(
        self,
        act: Callable[[Report], T],
        then: Callable[[T], object],
        otherwise: Callable[[], object] | None = None,
        *,
        title: str = "",
        unit: str = "updates",
        asks: bool = False,
    ) -> None:
        """Act beside the screen, and hand what came of it to `then`, as in `Computing`."""

    def attempt(self, move: Callable[[], object], then: Callable[[], object] = ...) -> None:
        """Move the session and show where it went, `then` go on; or explain its refusal."""

    def push(
        self,
        screen: Screen[T],
        then: Callable[[T], object] = ...,
        otherwise: Callable[[], object] = ...,
    ) -> None:
        """Open a dialog; `then` takes what it gives, `otherwise` comes if it was left."""

    def perform(self, verb: str) -> object:
        """Do an act; what is to be awaited, if anything."""


class OtherScreens(Protocol):
    """What is seen of the screens of other sessions."""

    def open_session(self, session: Session, notice: str = "") -> None:
        """Have another session in the place of the user's own, and say something of it."""

    def open_lesson(self, play: Play, learner: Learner) -> None:
        """Show a lesson's session over the user's own, or instead of another lesson's."""

    def close_lesson(self, told: str) -> None:
        """Give the user's own session back, and say something there."""


class Application(Protocol):
    """What is seen of the program."""

    pressed: float  # when a key or a button of the mouse was last used, by the clock
    garbage: Garbage
    unkept: dict[object, str]  # why what was done last is lost, by who keeps it
    kept: Path | None  # where the session that was left last is kept, if anything was done in it

    @property
    def is_quiet(self) -> bool:
        """Whether no key came just now."""

    @property
    def screens(self) -> OtherScreens:
        """Those that this one may give way to."""

    @property
    def help_screen(self) -> HelpScreen:
        """The one that is opened for all panes."""


def program_of(screen: Screen[None]) -> Application:
    """The program that a screen is of."""
    return cast("Application", screen.app)
