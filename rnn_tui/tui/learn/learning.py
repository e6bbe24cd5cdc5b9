"""Learning: the course beside the explorer, a lesson in a session of its own, and back again.

A lesson has a screen of its own, which lies over that of the user's session: leaving it gives that
one back as it was. What was begun is kept meanwhile, and the same key goes on with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from textual.screen import Screen

from rnn_tui.experiments import ExperimentError
from rnn_tui.tui.bindings import KEYS
from rnn_tui.tui.explorer.face import Face
from rnn_tui.tui.learn.learner import Learner
from rnn_tui.tui.learn.offer import Offer
from rnn_tui.tui.learn.sizing import Sizing
from rnn_tui.tui.pages.switcher import Pages

if TYPE_CHECKING:
    from rnn_tui.lessons.lesson import Lesson
    from rnn_tui.lessons.playing import Play
    from rnn_tui.lessons.progress import Done
    from rnn_tui.present.learning.cards import Card, Row
    from rnn_tui.tui.learn.dock import LearnDock
    from rnn_tui.tui.learn.marking import Marking

NO_MORE = "This was the last step.  {learn_page} all lessons"
GO_ON = "The lesson waits: {learn_page} goes on with it"
FIRST = "This is the first step"
ANSWER_FIRST = "Answer first: one attempt, no hints"
NO_LESSON = "{test_out} skips a lesson that you know: {learn_page} chooses one"
NO_TEST = "This lesson has no test-out"
AT_THE_START = "{test_out} skips a lesson at its first step only"
MARK_ONE = "Mark a row with ↑ ↓, then enter"


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
        self.sizing = Sizing(face, screen, learner.wanted)
        self.offer = Offer(face, learner)
        self._lists = play is None  # the course, and not the step
        self._marking: Marking | None = None
        self._has_said = False  # whether the hint line is ours

    @property
    def dock(self) -> LearnDock | None:
        """That of the screen; None before it was first opened."""
        return self.sizing.dock

    # The key

    async def turn(self) -> None:
        """Open the dock, go to it, or leave it; with a lesson begun, go on with it."""
        dock = self.dock
        if self.sizing.is_open and dock is not None and dock.has_focus_within:
            self.leave()
        elif self.sizing.is_open and dock is not None:
            dock.take_focus(to_rows=True)  # where the same key leaves, and is not written
        else:
            await self.learn()

    def make(self) -> LearnDock:
        """The dock, not on the screen yet."""
        from rnn_tui.tui.learn.dock import LearnDock  # noqa: PLC0415 - not at start

        dock = LearnDock(
            self.choose, self.write, self._walk, self._back, self.sizing.resize,
            lambda: self._say(self._missing),
        )  # fmt: skip
        self.sizing.dock = dock
        self.sizing.place()
        self._draw()
        return dock

    async def open(self) -> None:
        """Make the dock, or show it again, and have the keys go there."""
        if self.dock is None:
            await self._screen.query_one("#desk").mount(self.make())
        assert self.dock is not None
        self.dock.display = True
        self._draw()
        self._face.share_out()
        self.focus()

    def leave(self) -> None:
        """Close the list; or leave a lesson, and give the user's own session back."""
        if self.play is not None:
            self._face.pause()
            self._face.close_lesson("" if self.play.is_over else GO_ON)
        elif self.dock is not None:
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
            await self.open()
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
            self._lists = False
            self._draw()
            self.focus()
        else:
            self._show(begun)

    def begin(self, lesson: Lesson, *, again: bool = False) -> None:
        """Take a lesson where it was left, or all of it `again`; or say why that can't be."""
        from rnn_tui.lessons.playing import Play  # noqa: PLC0415 - not at start
        from rnn_tui.present.learning.markup import key_left  # noqa: PLC0415

        try:
            known = None if again else self.learner.done.get(lesson.id)
            play = Play.going_on(lesson, known, key=key_left)
            _ = play.asked
        except ExperimentError as error:
            self._face.say(str(error))
            return
        if again:
            self.learner.keep(play)  # it begins there, too, once it is left
        self._show(play)

    def _show(self, play: Play) -> None:
        """Show a lesson on a screen of its own, over the user's."""
        self._face.pause()
        self.offer.end()
        self.learner.play = play
        if self.play is None and self.sizing.is_open:
            self.leave()
        self._face.open_lesson(play, self.learner, instead=self.play is not None)

    # What is chosen

    def choose(self, row: Row) -> None:
        """Do what a row stands for."""
        from rnn_tui.lessons.courses import lesson_named  # noqa: PLC0415 - not at start
        from rnn_tui.present.learning.cards import Does  # noqa: PLC0415

        if row.does is Does.LESSON:
            self._take(lesson_named(row.given))
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
            self.begin(play.lesson, again=True)
        elif row.does == "again":
            self._face.pause()
            play.reset_step()
            self._face.show()
            self._after()
        elif row.does == "test_out":
            self.test_out()
        else:
            if row.does == "solution":
                self._face.pause()  # as it may be done in the session
            with self._following(play):
                acts[row.does]()

    def test_out(self) -> None:
        """Ask the lesson's own questions, to whom it is known; or say why that can't be."""
        play = self.play
        if play is None:
            self._face.say(NO_LESSON)
        elif not play.lesson.questions:
            self._face.say(NO_TEST)
        elif not play.can_test_out:
            self._face.say(AT_THE_START)
        else:
            self._lists = False
            self._face.pause()
            with self._following(play):
                play.test_out()

    @contextmanager
    def _following(self, play: Play) -> Iterator[None]:
        """Show what an act of the lesson itself has made of its session, and draw the step."""
        before = play.session.moment
        if play.is_examined:
            self._face.pause()
        try:
            yield
        except ExperimentError as error:  # of a lesson that nobody has checked
            self._face.say(str(error))
        if play.session is self._face.session and play.session.moment is not before:
            self._face.show()
        self._after()

    def write(self, text: str) -> None:
        """Hand in a line that was written."""
        if self.play is not None and text.strip():
            with self._following(self.play):
                self.play.answer(text)

    def _walk(self, way: str) -> None:
        """The step before, or the next one; or say why not."""
        play = self.play
        if play is None or self._lists:
            return
        went = True  # or it is said what is wrong with the lesson
        with self._following(play):
            went = play.previous() if way == "previous" else play.next()
        if not went:
            self._say(self._why_not(play, way))

    @property
    def _missing(self) -> str:
        """What to do where enter has nothing to choose."""
        from rnn_tui.present.learning.wanted import still_open  # noqa: PLC0415 - not at start

        play = self.play
        if play is None or self._lists or play.here.over:
            return MARK_ONE
        return ANSWER_FIRST if play.is_examined else still_open(play)

    @staticmethod
    def _why_not(play: Play, way: str) -> str:
        """Why one can't go there from this step."""
        if play.is_examined:
            return ANSWER_FIRST
        if way == "previous":
            return FIRST
        from rnn_tui.present.learning.wanted import still_open  # noqa: PLC0415 - not at start

        return NO_MORE if play.here.over else still_open(play)

    def _after(self) -> None:
        """Draw what has become of it, keep it, and have the keys where the next act is."""
        play = self.play
        if play is not None:
            self.learner.keep(play)
            if play.session is not self._face.session:  # as the step opens one of its own
                self._show(play)
                return
        self._draw()
        if self._has_said:
            self._has_said = False
            self._face.tell(self._pages.front.hint(self._face.session.view))
        self.focus()

    def _say(self, text: str) -> None:
        """Say in the hint line why not, until the next act in the dock."""
        self._has_said = True
        self._face.say(text)

    def focus(self) -> None:
        """Have the keys where the next act is: in the dock, or on the page to find a number."""
        if self.play is not None and self.play.is_looked_for and not self._lists:
            self._release()
            if self._marking is not None:
                self._marking.enter(self.play.step.highlight)
        elif self.dock is not None:
            self.dock.take_focus()

    # What is done beside it

    def keep_answer(self, first: bool) -> Done:
        """Note an answer to the quiz, in the list of lessons, too; how the quiz stands."""
        quiz = self.learner.keep_answer(first=first)
        self._draw()
        return quiz

    def look(self, asked: str = "") -> None:
        """Hold the step against the session, or against a number that was gone to."""
        play = self.play
        if play is None or self.dock is None:
            return
        before, exam, moment = play.here.passed, play.exam, play.session.moment
        said = play.look(asked)
        if play.session.moment is not moment:
            self._face.show()
        if (play.here.passed and not before) or play.exam is not exam:
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
        from rnn_tui.lessons.courses import TOUR, bundled_course  # noqa: PLC0415 - not at start
        from rnn_tui.present.learning.cards import broken_card, step_card  # noqa: PLC0415
        from rnn_tui.present.learning.courses import course_card  # noqa: PLC0415

        course, play = bundled_course(), self.play
        if play is None or self._lists:
            begun = self.learner.play
            at_hand = None if begun is None or begun.is_over else begun.lesson
            return course_card(course, self.learner.done, at_hand)
        try:
            is_tour = play.lesson.id == TOUR
            after = course.lessons[0] if is_tour else course.after(play.lesson)
            return step_card(play, KEYS, after)
        except ExperimentError as error:  # of a lesson that nobody has checked
            return broken_card(str(error), play)

    def _mark(self) -> None:
        """Light up what the step speaks of."""
        if self.play is None:
            return
        from rnn_tui.present.learning.spoken import Spoken, spoken_of  # noqa: PLC0415
        from rnn_tui.tui.learn.marking import Marking  # noqa: PLC0415

        self._marking = self._marking or Marking(self._screen)
        self._marking.mark(Spoken() if self._lists else spoken_of(self.play))
