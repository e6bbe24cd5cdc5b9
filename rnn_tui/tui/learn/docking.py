"""The dock on a screen: what it shows, where it stands, and where the keys go."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from textual.screen import Screen

from rnn_tui.experiments import ExperimentError
from rnn_tui.tui.bindings import KEYS
from rnn_tui.tui.explorer.face import Face
from rnn_tui.tui.learn.learner import Learner
from rnn_tui.tui.learn.sizing import Sizing
from rnn_tui.tui.pages.switcher import Pages
from rnn_tui.tui.widgets.keys import KeyLine

if TYPE_CHECKING:
    from rnn_tui.lessons.taking.playing import Play
    from rnn_tui.present.learning.card import Card, Row
    from rnn_tui.tui.learn.dock import LearnDock
    from rnn_tui.tui.learn.marking import Marking


class Wishes(NamedTuple):
    """Where goes what is chosen, written or turned to in the dock, and a choice of nothing."""

    choose: Callable[[Row], object]
    write: Callable[[str], object]
    walk: Callable[[str], object]
    ask: Callable[[], object]


class Docking:
    """Draws the list of the course, or the step at hand of `play`, in the dock of one screen."""

    wishes: Wishes  # set by whom they go to, who has to know the dock

    def __init__(
        self, face: Face, screen: Screen[None], pages: Pages, learner: Learner, play: Play | None
    ) -> None:
        self._face = face
        self._screen = screen
        self._pages = pages
        self._learner = learner
        self._play = play
        self.sizing = Sizing(face, screen, learner.wanted)
        self.lists = play is None  # the course, and not the step

    @property
    def dock(self) -> LearnDock | None:
        """That of the screen; None before it was first opened."""
        return self.sizing.dock

    def make(self) -> LearnDock:
        """The dock, not on the screen yet."""
        from rnn_tui.tui.learn.dock import LearnDock  # noqa: PLC0415 - not at start

        choose, write, walk, ask = self.wishes
        dock = LearnDock(choose, write, walk, self._back, self.sizing.resize, ask)
        self.sizing.dock = dock
        self.sizing.place()
        self.draw()
        return dock

    async def open(self) -> None:
        """Make the dock, or show it again, and have the keys go there."""
        if self.dock is None:
            await self._screen.query_one("#desk").mount(self.make())
        assert self.dock is not None
        self.dock.display = True
        self.draw()
        self._face.share_out()
        self.focus()

    def close(self) -> None:
        """Let go of its room, and of the keys; it can be shown again."""
        if self.dock is not None:
            self._shrink()
            self.dock.display = False
            self._face.share_out()
            self._release()

    def _shrink(self) -> None:
        """Have a dock that fills the screen stand beside the page again."""
        if self.sizing.is_zoomed:
            self._face.perform("unzoom")

    def _release(self) -> None:
        """Have the keys go to the page, which is to be seen for that."""
        self._shrink()
        self._pages.front.focus_first()

    def _back(self) -> None:
        """Shrink a dock that fills the screen back; from one beside the page go there."""
        if self.sizing.is_zoomed:
            self._shrink()
        else:
            self._release()

    # What it shows

    def draw(self) -> None:
        """Show the list, or what has become of the step, and light up what that speaks of."""
        if self.dock is None:
            return
        self.dock.show_card(self._card())
        self.mark()
        for keys in self._screen.query(KeyLine):
            keys.write()  # as a step may offer other ones now

    def _card(self) -> Card:
        from rnn_tui.lessons.courses import TOUR, bundled_course  # noqa: PLC0415 - not at start
        from rnn_tui.present.learning.courses import course_card  # noqa: PLC0415
        from rnn_tui.present.learning.steps import broken_card, step_card  # noqa: PLC0415

        course, play = bundled_course(), self._play
        if play is None or self.lists:
            begun = self._learner.play
            at_hand = None if begun is None or begun.is_over else begun.lesson
            return course_card(course, self._learner.done, at_hand)
        try:
            is_tour = play.lesson.id == TOUR
            after = course.lessons[0] if is_tour else course.after(play.lesson)
            return step_card(play, KEYS, after)
        except ExperimentError as error:  # of a lesson that nobody has checked
            return broken_card(str(error), play)

    def row(self, does: str) -> Row | None:
        """The row of the card that does this, if the dock has one."""
        card = self.dock.card if self.dock is not None and self.sizing.is_open else None
        rows = () if card is None else card.rows
        return next((row for row in rows if row.does == does), None)

    def mark(self) -> None:
        """Light up what the step speaks of."""
        if self._play is None:
            return
        from rnn_tui.present.learning.spoken import Spoken, spoken_of  # noqa: PLC0415

        self.marking.mark(Spoken() if self.lists else spoken_of(self._play))

    @cached_property
    def marking(self) -> Marking:
        """What lights up on the screen, and what is looked at there."""
        from rnn_tui.tui.learn.marking import Marking  # noqa: PLC0415 - not at start

        return Marking(self._screen)

    def show_step(self) -> None:
        """Show the step at hand in the place of the list, and have the keys there."""
        self.lists = False
        self.draw()
        self.focus()

    def show_course(self) -> None:
        """Show the list of the course in the place of the step."""
        self.lists = True
        self.draw()

    # Beside it

    def say(self, text: str) -> None:
        """Say in the hint line why not, until the next act."""
        self._face.say(text)

    def follow(self, *, stays: bool = False) -> None:
        """An act at the step is done: draw what it has come to, and be ready for the next.

        If it `stays`, keys that are on the page stay there.
        """
        self.draw()
        self._face.unsay()
        if not stays or (self.dock is not None and self.dock.has_focus_within):
            self.focus()

    def focus(self) -> None:
        """Have the keys where the next act is: in the dock, or on the page to find a number."""
        if self._play is not None and self._play.is_looked_for and not self.lists:
            self._release()
            self.marking.enter(self._play.step.highlight)
        elif self.dock is not None:
            self.dock.take_focus()
