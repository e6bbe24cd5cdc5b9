"""Where the debugger stands. Undo is going back to an earlier moment, so a moment is a value."""

from __future__ import annotations

from dataclasses import dataclass

from rnn_tui.experiments import Example
from rnn_tui.session.timeline import Timeline


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not a failure
    """A verb that can't be done now: why, and what can be done instead.

    `instead` names verbs that work now: of `Session.MOVES`, or undo, redo, reset,
    epochs and goto; a face turns them into keys.
    """

    def __init__(self, why: str, *instead: str) -> None:
        super().__init__(why)
        self.why = why
        self.instead = instead


@dataclass(frozen=True)
class Cursor:
    """The place in an update: which example (an index), and how many ops of its pass have run.

    Two axes of time: `update` counts parameter updates; inside one, everything is
    a pure function of the parameters and the example.
    """

    update: int = 0
    example: int = 0
    done: int = 0


@dataclass(frozen=True, eq=False)
class Moment:
    """A cursor on a timeline, and the sentence that the user typed, if any."""

    timeline: Timeline
    cursor: Cursor
    typed: Example | None = None
