"""Learning: the course beside the explorer, a lesson in a session of its own, and back again.

A lesson has a screen of its own, which lies over that of the user's session: leaving it gives that
one back as it was. What was begun is kept meanwhile, and the same key goes on with it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.screen import Screen

from rnn_tui.experiments import ExperimentError
from rnn_tui.session.reports import Report
from rnn_tui.tui.explorer.face import Face, program_of
from rnn_tui.tui.learn.at_step import AtStep
from rnn_tui.tui.learn.docking import Docking, Wishes
from rnn_tui.tui.learn.learner import Learner
from rnn_tui.tui.learn.offer import Offer
from rnn_tui.tui.pages.switcher import Pages

if TYPE_CHECKING:
    from rnn_tui.lessons.lesson import Lesson
    from rnn_tui.lessons.taking.playing import Play
    from rnn_tui.lessons.taking.progress import Done
    from rnn_tui.present.learning.card import Row

GO_ON = "The lesson waits: {learn_page} goes on with it"
RESUMING = "Training up to where you left “{title}”"  # over a bar: steps before are done again


class Learning:
    """The lesson that is taken on one screen, if any, and the ways from one to another."""

    def __init__(
        self, face: Face, screen: Screen[None], pages: Pages, learner: Learner, play: Play | None
    ) -> None:
        """`play` is the lesson whose session the screen shows; None on that of the user's own."""
        self._face = face
        self._screen = screen
        self.learner = learner
        self.play = play
        self.offer = Offer(face, learner)
        self.docking = Docking(face, screen, pages, learner, play)
        restart = partial(self.begin, again=True)
        self.step = AtStep(face, self.docking, learner, play, self._show, restart)
        self.docking.wishes = Wishes(self.choose, self.step.write, self.step.walk, self.step.ask)

    # The key

    async def turn(self) -> None:
        """Open the dock, go to it, or leave it; with a lesson begun, go on with it."""
        dock, is_open = self.docking.dock, self.docking.sizing.is_open
        if is_open and dock is not None and dock.has_focus_within:
            self.leave()
        elif is_open and dock is not None:
            dock.take_focus(to_rows=True)  # where the same key leaves, and is not written
        else:
            await self.learn()

    def leave(self) -> None:
        """Close the list; or leave a lesson, and give the user's own session back."""
        if self.play is None:
            self.docking.close()
            return
        self._face.pause()
        told = "" if self.play.is_over else GO_ON
        program_of(self._screen).screens.close_lesson(told)

    # Lessons

    async def learn(self, name: str = "") -> None:
        """Take the lesson of this id, number or file, or go on with it.

        Without a name go on with the one that was begun, or else list them.
        """
        from rnn_tui.lessons.courses import lesson_named  # noqa: PLC0415 - not at start

        begun = self.learner.play
        if not name and self.play is None and begun is not None and not begun.is_over:
            self._show(begun)
        elif not name:
            await self.docking.open()
        else:
            try:
                self._take(lesson_named(name))
            except ExperimentError as error:
                self._face.say(str(error))

    async def tour(self) -> None:
        """Take the tour, or go on with it."""
        from rnn_tui.lessons.courses import TOUR  # noqa: PLC0415 - not at start

        await self.learn(TOUR)

    def _take(self, lesson: Lesson) -> None:
        """Begin a lesson, or go on with it if it is the one at hand."""
        begun = self.learner.play
        if begun is None or begun.lesson.id != lesson.id or begun.is_over:
            self.begin(lesson)
        elif begun is self.play:
            self.docking.show_step()
        else:
            self._show(begun)

    def begin(self, lesson: Lesson, *, again: bool = False) -> None:
        """Take a lesson where it was left, or all of it `again`; or say why that can't be."""
        from rnn_tui.lessons.faces import SCREEN  # noqa: PLC0415
        from rnn_tui.lessons.taking.playing import Play  # noqa: PLC0415 - not at start
        from rnn_tui.present.learning.markup import key_left  # noqa: PLC0415

        known = None if again else self.learner.done.get(lesson.id)

        def make(report: Report) -> Play | ExperimentError:
            try:
                play = Play.going_on(lesson, known, key_left, report, SCREEN)
                _ = play.asked
            except ExperimentError as error:
                return error
            play.tell_nobody()
            return play

        def show(play: Play | ExperimentError) -> None:
            if isinstance(play, ExperimentError):
                self._face.say(str(play))
                return
            if again:
                self.learner.keep(play)  # it begins there, too, once it is left
            self._show(play)

        self._face.act(make, show, title=RESUMING.format(title=lesson.title))

    def _show(self, play: Play) -> None:
        """Show a lesson on a screen of its own, over the user's."""
        self._face.pause()
        self.offer.end()
        self.learner.play = play
        if self.play is None and self.docking.sizing.is_open:
            self.leave()
        program_of(self._screen).screens.open_lesson(play, self.learner)

    # What is chosen

    def choose(self, row: Row) -> None:
        """Do what a row stands for."""
        from rnn_tui.lessons.courses import lesson_named  # noqa: PLC0415 - not at start
        from rnn_tui.present.learning.card import Does  # noqa: PLC0415

        if row.does is Does.LESSON:
            self._take(lesson_named(row.given))
        elif row.does is Does.LEAVE:
            self.leave()
        elif row.does is Does.COURSE:
            self.docking.show_course()
        elif self.play is None:
            if self.learner.play is not None:
                self._show(self.learner.play)
        else:
            self.step.choose(self.play, row)

    # What is done beside it

    def keep_answer(self, first: bool) -> Done:
        """Note an answer to the quiz, in the list of lessons, too; how the quiz stands."""
        quiz = self.learner.keep_answer(first=first)
        self.docking.draw()
        return quiz
