"""Who takes the course, from screen to screen; and what is made ready for it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from rnn_tui.tui.learn.room import Wanted

if TYPE_CHECKING:
    from rnn_tui.lessons.lesson import Lesson
    from rnn_tui.lessons.taking.playing import Play
    from rnn_tui.lessons.taking.progress import Done

DOCK = "rnn_tui.tui.learn.dock"


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
        from rnn_tui.lessons.taking import progress  # noqa: PLC0415 - not at start

        return cls(progress.user_file())

    @property
    def done(self) -> dict[str, Done]:
        """How far each lesson is."""
        from rnn_tui.lessons.taking import progress  # noqa: PLC0415 - not at start

        return progress.read(self.kept) if self.kept is not None else dict(self._unkept)

    _unkept: dict[str, Done] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        """Whether no lesson is known here, nor a tour refused; never where nothing is kept."""
        return self.kept is not None and not self.done

    def keep(self, play: Play) -> None:
        """Note how far a lesson is."""
        self.note(play.lesson, play.done)

    def note(self, lesson: Lesson, done: Done | None = None) -> None:
        """Note how far a lesson is: that it was begun, if nothing is said."""
        from rnn_tui.lessons.taking import progress  # noqa: PLC0415 - not at start

        done = done or progress.Done(0, len(lesson.steps))
        if self.kept is None:
            progress.note(self._unkept, lesson.id, done)
        else:
            with suppress(OSError):
                progress.keep(self.kept, lesson.id, done)

    def keep_answer(self, *, first: bool) -> Done:
        """Note a question of the quiz, right at the `first` try or not; how the quiz stands."""
        from rnn_tui.lessons.taking import progress  # noqa: PLC0415 - not at start

        return progress.count_answer(self.kept, self._unkept, first=first)


def prepare() -> None:
    """Import the dock and read the course before they are asked for."""
    from rnn_tui.lessons.courses import bundled_course  # noqa: PLC0415 - not at start

    import_module(DOCK)
    bundled_course()
