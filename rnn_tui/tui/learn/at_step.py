"""What is done at a step of the lesson at hand, in the dock or in the session beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TypeVar

from rnn_tui.experiments import ExperimentError
from rnn_tui.session.reports import Report
from rnn_tui.tui.explorer.face import Face
from rnn_tui.tui.learn.docking import Docking
from rnn_tui.tui.learn.learner import Learner

if TYPE_CHECKING:
    from rnn_tui.lessons.lesson import Lesson
    from rnn_tui.lessons.taking.playing import Play
    from rnn_tui.present.learning.card import Row
    from rnn_tui.session.moment import Moment

NO_MORE = "This was the last step.  {learn_page} all lessons"
FIRST = "This is the first step"
ANSWER_FIRST = "Answer first: one attempt, no hints"
NO_LESSON = "{test_out} skips a lesson that you know: {learn_page} chooses one"
NO_TEST = "This lesson has no test-out"
AT_THE_START = "{test_out} skips a lesson at its first step only"
NO_STEP = "No lesson is at a step: {learn_page} opens the lessons"
OVER = "This step is done: → goes on"
MARK_ONE = "Mark a row with ↑ ↓, then enter"
# Over a bar, while that is done beside the screen; and what is said once it was stopped.
SOLVING, PREPARING = "Training: the solution of step {number}", "Training up to step {number}"
TESTING = "Training up to the first question"
STOPPED = "Stopped: the lesson is where it was"

T = TypeVar("T")


class AtStep:
    """Hands what is chosen, written or done to `play`, and shows what that says."""

    def __init__(
        self, face: Face, docking: Docking, learner: Learner, play: Play | None,
        show: Callable[[Play], None], restart: Callable[[Lesson], None],
    ) -> None:  # fmt: skip
        """`show` shows a lesson's other session, `restart` begins all of a lesson again."""
        self._face = face
        self._docking = docking
        self._learner = learner
        self._play = play
        self._show = show
        self._restart = restart

    def choose(self, play: Play, row: Row) -> None:
        """Do what a row of the step stands for."""
        acts: dict[str, Callable[[], object]] = {
            "step": lambda: setattr(self._docking, "lists", False),
            "choose": lambda: play.answer(row.given),
            "write": lambda: None,  # the keys go to the field behind every act
            "hint": play.attempt.hint,
            "previous": play.previous,
        }
        if row.does == "restart":
            self._restart(play.lesson)
        elif row.does == "again":
            self._face.pause()
            play.reset_step()
            self._face.show()
            self._after()
        elif row.does == "test_out":
            self.test_out()
        elif row.does == "solution":
            self._face.pause()  # as it may be done in the session
            self._train(play, SOLVING.format(number=play.place + 1), play.solution)
        elif row.does == "next":
            self._next(play)
        else:
            with self._following(play, stays=row.does == "hint"):
                acts[row.does]()

    def offers(self, does: str) -> bool:
        """Whether the step at hand has a row that does this."""
        return self._docking.row(does) is not None

    def take(self, does: str) -> None:
        """Choose the row that does this, wherever the keys are; or say why there is none."""
        play, row = self._play, self._docking.row(does)
        if play is None or self._docking.lists:
            self._face.say(NO_STEP)
        elif row is None:
            none = OVER if play.here.over else f"No {does} here"
            self._docking.say(ANSWER_FIRST if play.is_examined else none)
        else:
            self.choose(play, row)

    def test_out(self) -> None:
        """Ask the lesson's own questions, to whom it is known; or say why that can't be."""
        play = self._play
        if play is None:
            self._face.say(NO_LESSON)
        elif not play.lesson.questions:
            self._face.say(NO_TEST)
        elif not play.can_test_out:
            self._face.say(AT_THE_START)
        else:
            self._docking.lists = False
            self._face.pause()
            self._train(play, TESTING, play.test_out)

    def _next(self, play: Play) -> None:
        """On to the next step; or say why not."""

        def went(is_there: bool | None) -> None:
            if is_there is False:
                self._docking.say(self._why_not(play, "next"))

        if play.is_examined:
            self._face.pause()
        self._train(play, PREPARING.format(number=play.place + 2), play.next, went)

    def _train(
        self, play: Play, title: str, act: Callable[[], T],
        then: Callable[[T | None], object] = lambda _: None,
    ) -> None:  # fmt: skip
        """An act that may carry out solutions: what these train is told under a title.

        `then` has what came of it, None where the lesson says that it can't be.
        """
        before = play.session.moment

        def attempt(report: Report) -> T | ExperimentError:
            with play.telling(report), play.as_it_was():
                try:
                    result = act()
                except ExperimentError as error:  # of a lesson that nobody has checked
                    return error
                with suppress(ExperimentError):  # which the card tells of
                    _ = play.asked  # for which all before it may have to be solved
                return result

        def follow(result: T | ExperimentError) -> None:
            if isinstance(result, ExperimentError):
                self._face.say(str(result))
            self._show_moved(play, before)
            self._after()
            then(None if isinstance(result, ExperimentError) else result)

        def stopped() -> None:
            self._after()
            self._docking.say(STOPPED)

        self._face.act(attempt, follow, stopped, title=title)

    @contextmanager
    def _following(self, play: Play, *, stays: bool = False) -> Iterator[None]:
        """Show what an act of the lesson itself has made of its session, and draw the step."""
        before = play.session.moment
        if play.is_examined:
            self._face.pause()
        try:
            yield
        except ExperimentError as error:  # of a lesson that nobody has checked
            self._face.say(str(error))
        self._show_moved(play, before)
        self._after(stays=stays)

    def _show_moved(self, play: Play, before: Moment) -> None:
        """Show the session if it stands elsewhere, and is the one on the screen."""
        if play.session is self._face.session and play.session.moment is not before:
            self._face.show()

    def write(self, text: str) -> None:
        """Hand in a line that was written."""
        if self._play is not None and text.strip():
            with self._following(self._play):
                self._play.answer(text)

    def walk(self, way: str) -> None:
        """The step before, or the next one; or say why not."""
        play = self._play
        if play is None or self._docking.lists:
            return
        if way == "next":
            self._next(play)
            return
        went = True  # or it is said what is wrong with the lesson
        with self._following(play):
            went = play.previous()
        if not went:
            self._docking.say(self._why_not(play, way))

    def ask(self) -> None:
        """Say what to do where enter has nothing to choose."""
        self._docking.say(self._missing)

    @property
    def _missing(self) -> str:
        from rnn_tui.present.learning.wanted import still_open  # noqa: PLC0415 - not at start

        play = self._play
        if play is None or self._docking.lists or play.here.over:
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

    def _after(self, *, stays: bool = False) -> None:
        """Draw what has become of it, keep it, and have the keys where the next act is."""
        play = self._play
        if play is not None:
            self._learner.keep(play)
            if play.session is not self._face.session:  # as the step opens one of its own
                self._show(play)
                return
        self._docking.follow(stays=stays)

    def look(self, asked: str = "") -> None:
        """Hold the step against the session and what is in sight, or a number that was gone to."""
        play = self._play
        if play is None or self._docking.dock is None:
            return
        before, exam, moment = play.here.passed, play.exam, play.session.moment
        told = play.here.said
        said = play.look(asked, self._docking.marking.in_sight())
        if play.session.moment is not moment:
            self._face.show()
        if (play.here.passed and not before) or play.exam is not exam:
            self._after()
        elif said is not None or play.here.said is not told:
            self._docking.draw()
        self._docking.mark()
