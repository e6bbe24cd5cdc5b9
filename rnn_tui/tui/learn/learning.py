"""Learning: the course beside the explorer, a lesson in a session of its own, and back again.

A lesson has a screen of its own, which lies over that of the user's session: leaving it gives that
one back as it was. What was begun is kept meanwhile, and the same key goes on with it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from textual.screen import Screen

from rnn_tui.experiments import ExperimentError
from rnn_tui.state import folder
from rnn_tui.tui.bindings import KEYS
from rnn_tui.tui.explorer.face import Face
from rnn_tui.tui.learn.room import Wanted, dock_cells, left_over, stands_beside
from rnn_tui.tui.pages.switcher import Pages

if TYPE_CHECKING:
    from rnn_tui.lessons.lesson import Lesson
    from rnn_tui.lessons.playing import Play, Said
    from rnn_tui.lessons.progress import Done
    from rnn_tui.present.learning.cards import Card, Row
    from rnn_tui.tui.learn.dock import LearnDock
    from rnn_tui.tui.learn.marking import Marking

DOCK = "rnn_tui.tui.learn.dock"
STEP = 4  # cells, or a line, that the dock gets wider by
PROGRESS = "progress.txt"
NOT_YET = "This step is still open: {learn_page} brings the keys to it, with hints and a solution"
NO_MORE = "This was the last step.  {learn_page} all lessons"
FIRST = "This is the first step"
TAKE_ONE = "Mark a choice with ↑ ↓ or its number, then enter"


@dataclass
class Learner:
    """Who takes the course, from screen to screen: the lesson at hand, if any was begun.

    How far each lesson is stands in the file `kept`, nowhere if None.
    """

    kept: Path | None = None
    play: Play | None = None
    wanted: Wanted = field(default_factory=Wanted)

    @classmethod
    def of_user(cls) -> Learner:
        """The one whose progress is in the folder of the user's state."""
        where = folder("lessons")
        return cls(None if where is None else where / PROGRESS)

    @property
    def done(self) -> dict[str, Done]:
        """How far each lesson is."""
        from rnn_tui.lessons import progress  # noqa: PLC0415 - not at start

        return progress.read(self.kept) if self.kept is not None else dict(self._unkept)

    _unkept: dict[str, Done] = field(default_factory=dict)

    def keep(self, play: Play) -> None:
        """Note how far a lesson is."""
        from rnn_tui.lessons import progress  # noqa: PLC0415 - not at start

        done = progress.Done(play.passed, len(play.lesson.steps))
        if self.kept is None:
            before = self._unkept.get(play.lesson.id, progress.Done(0, done.steps))
            self._unkept[play.lesson.id] = max(before, done)
        else:
            with suppress(OSError):
                progress.keep(self.kept, play.lesson.id, done)


def prepare() -> bool:
    """Import the dock and read the course before they are asked for; whether it was to be done."""
    if DOCK in sys.modules:
        return False
    from rnn_tui.lessons.courses import bundled_course  # noqa: PLC0415 - not at start

    import_module(DOCK)
    bundled_course()
    return True


class Learning:
    """The dock of one screen: the list of the course, or the step at hand of `play`."""

    def __init__(
        self, face: Face, screen: Screen[None], pages: Pages, learner: Learner, play: Play | None
    ) -> None:
        """`play` is the lesson whose session the screen shows; None on that of the user's own."""
        self._face = face
        self._screen = screen
        self._pages = pages
        self.learner = learner
        self.play = play
        self.dock: LearnDock | None = None
        self._lists = play is None  # the course, and not the step
        self._marking: Marking | None = None

    # Room

    @property
    def is_open(self) -> bool:
        """Whether the dock can be seen."""
        return self.dock is not None and bool(self.dock.display)

    def room(self) -> tuple[int, int]:
        """The width and height of a screen without a dock, with as much room for its pages."""
        width, height = self._screen.app.size
        return left_over(width, height, self._cells) if self.is_open else (width, height)

    @property
    def _cells(self) -> int:
        width, height = self._screen.app.size
        return dock_cells(width, height, self.learner.wanted)

    def place(self) -> None:
        """Have the dock stand where it does on a screen of this size."""
        if self.dock is not None:
            self.dock.place(stands_beside(self._screen.app.size.width), self._cells)

    def wider(self) -> None:
        """More room for the dock."""
        self._widen(1)

    def narrower(self) -> None:
        """Less room for the dock."""
        self._widen(-1)

    def _widen(self, way: int) -> None:
        if not self.is_open:
            self._face.say("{learn_page} opens the lessons, whose size this changes")
            return
        beside = stands_beside(self._screen.app.size.width)
        self._resize(self._cells + way * (STEP if beside else 1))

    def _resize(self, cells: int) -> None:
        if stands_beside(self._screen.app.size.width):
            self.learner.wanted.beside = cells
        else:
            self.learner.wanted.below = cells
        self._face.share_out()

    # The key

    async def turn(self) -> None:
        """Open the dock, go to it, or leave it; with a lesson begun, go on with it."""
        dock, begun = self.dock, self.learner.play
        if self.is_open and dock is not None and dock.has_focus_within:
            self.leave()
        elif self.is_open and dock is not None:
            dock.take_focus(to_rows=True)  # where the same key leaves, and is not written
        elif self.play is None and begun is not None and not begun.is_over:
            self._show(begun)
        else:
            await self.open()

    def make(self) -> LearnDock:
        """The dock, not on the screen yet."""
        from rnn_tui.tui.learn.dock import LearnDock  # noqa: PLC0415 - not at start

        self.dock = LearnDock(self.choose, self.write, self._walk, self._release, self._resize)
        self.place()
        self._draw()
        return self.dock

    async def open(self) -> None:
        """Make the dock, or show it again, and have the keys go there."""
        if self.dock is None:
            await self._screen.query_one("#desk").mount(self.make())
        assert self.dock is not None
        self.dock.display = True
        self._draw()
        self._face.share_out()
        self.dock.take_focus()

    def leave(self) -> None:
        """Close the list; or leave a lesson, and give the user's own session back."""
        if self.play is not None:
            self._face.pause()
            self._screen.app.pop_screen()
        elif self.dock is not None:
            self.dock.display = False
            self._face.share_out()
            self._release()

    def _release(self) -> None:
        self._pages.front.focus_first()

    # Lessons

    async def begin_named(self, name: str) -> None:
        """Take the lesson of this id, number or file; without a name, list them."""
        from rnn_tui.lessons.courses import lesson_named  # noqa: PLC0415 - not at start

        if not name:
            await self.open()
            return
        try:
            self.begin(lesson_named(name))
        except ExperimentError as error:
            self._face.say(str(error))

    def begin(self, lesson: Lesson) -> None:
        """Take a lesson, from its beginning; or say why that can't be."""
        from rnn_tui.lessons.playing import Play  # noqa: PLC0415 - not at start
        from rnn_tui.present.learning.markup import key_left  # noqa: PLC0415

        try:
            play = Play(lesson, key=key_left)
            _ = play.asked
        except ExperimentError as error:
            self._face.say(str(error))
            return
        self._show(play)

    def _show(self, play: Play) -> None:
        """Show a lesson on a screen of its own, over the user's."""
        self._face.pause()
        self.learner.play = play
        if self.play is None and self.is_open:
            self.leave()
        self._face.open_lesson(play, self.learner, instead=self.play is not None)

    # What is chosen

    def choose(self, row: Row) -> None:
        """Do what a row stands for."""
        from rnn_tui.lessons.courses import lesson_named  # noqa: PLC0415 - not at start
        from rnn_tui.present.learning.cards import Does  # noqa: PLC0415

        if row.does is Does.LESSON:
            lesson, begun = lesson_named(row.given), self.learner.play
            if begun is not None and begun.lesson.id == lesson.id and not begun.is_over:
                self._go_on(begun)
            else:
                self.begin(lesson)
        elif row.does is Does.LEAVE:
            self.leave()
        elif row.does is Does.COURSE:
            self._lists = True
            self._draw()
        elif self.play is None:
            if self.learner.play is not None:
                self._show(self.learner.play)
        else:
            self._in_lesson(self.play, row)

    def _go_on(self, begun: Play) -> None:
        if begun is self.play:
            self._lists = False
            self._draw()
        else:
            self._show(begun)

    def _in_lesson(self, play: Play, row: Row) -> None:
        acts: dict[str, Callable[[], object]] = {
            "step": lambda: setattr(self, "_lists", False),
            "choose": lambda: play.answer(row.given),
            "write": lambda: None,  # the keys go to the field behind every act
            "hint": play.hint,
            "solution": play.solution,
            "next": play.next,
            "previous": play.previous,
        }
        if row.does == "restart":
            self.begin(play.lesson)
        elif row.does == "again":
            self._face.pause()
            play.reset_step()
            self._face.show()
            self._after()
        else:
            acts[row.does]()
            self._after()

    def write(self, text: str) -> None:
        """Hand in a line that was written."""
        if self.play is not None and text.strip():
            self.play.answer(text)
            self._after()

    def _walk(self, way: str) -> None:
        """The step before, or the next one; or say why not."""
        play = self.play
        if play is None or self._lists:
            return
        if way == "previous":
            went, why_not = play.previous(), FIRST
        else:
            went = play.next()
            why_not = NO_MORE if play.here.over else NOT_YET
        self._after()
        if not went:
            self._face.say(why_not)

    def _after(self) -> None:
        """Draw what has become of it, keep it, and have the keys where the next act is."""
        play = self.play
        if play is not None:
            self.learner.keep(play)
        self._draw()
        if play is not None and play.is_looked_for:
            self._release()
        elif self.dock is not None:
            self.dock.take_focus()

    # What is done beside it

    def look(self, asked: str = "") -> None:
        """Hold the step against the session, or against a number that was gone to."""
        play = self.play
        if play is None or self.dock is None:
            return
        before = play.here.passed
        said: Said | None = play.look(asked)
        if play.here.passed and not before:
            self._after()
        elif said is not None:
            self._draw()
        self._mark()

    def _draw(self) -> None:
        if self.dock is None:
            return
        self.dock.show_card(self._card())
        self._mark()

    def _card(self) -> Card:
        from rnn_tui.lessons.courses import bundled_course  # noqa: PLC0415 - not at start
        from rnn_tui.present.learning.cards import step_card  # noqa: PLC0415
        from rnn_tui.present.learning.courses import course_card  # noqa: PLC0415

        course, play = bundled_course(), self.play
        if play is None or self._lists:
            begun = self.learner.play
            at_hand = None if begun is None or begun.is_over else begun.lesson
            return course_card(course, self.learner.done, at_hand)
        return step_card(play, KEYS, course.after(play.lesson))

    def _mark(self) -> None:
        """Light up what the step speaks of."""
        if self.play is None:
            return
        from rnn_tui.present.learning.spoken import Spoken, spoken_of  # noqa: PLC0415
        from rnn_tui.tui.learn.marking import Marking  # noqa: PLC0415

        self._marking = self._marking or Marking(self._screen)
        self._marking.mark(Spoken() if self._lists else spoken_of(self.play))


def learning_of(screen: Screen[None]) -> Learning:
    """That of an explorer's screen."""
    return cast("Learning", screen.controllers.learning)  # type: ignore[attr-defined]
