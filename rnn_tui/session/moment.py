"""Where the debugger stands. Undo is going back to an earlier moment, so a moment is a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rnn_tui.engine.passes.patches import Patch
from rnn_tui.experiments import Example, Stream
from rnn_tui.experiments.example import Examples
from rnn_tui.session.runs.timeline import Timeline


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not a failure
    """A verb that can't be done now: why, and what can be done instead.

    `instead` names verbs that work now: of `Session.MOVES`, or undo, redo, reset,
    epochs, goto and input; a face turns them into keys.
    """

    def __init__(self, why: str, *instead: str) -> None:
        super().__init__(why)
        self.why = why
        self.instead = instead


def no_label(without: str) -> Refused:
    """Why a text that was typed without a label has no loss, and what follows from one."""
    return Refused(f"this text has no label, so there is {without}", "input")


class AllExamples(Examples):
    """The training examples, made when asked for, and the typed sentence after them, if any."""

    def __init__(self, train: Sequence[Example], typed: Example | None) -> None:
        self.train = train
        self.typed = typed

    @property
    def stream(self) -> bool:
        """Whether the training examples are the chunks of one text."""
        return isinstance(self.train, Stream)

    def __len__(self) -> int:
        return len(self.train) + (self.typed is not None)

    def make(self, place: int) -> Example:
        """A training example, or the typed one."""
        typed = self.typed if place == len(self.train) else None
        return typed or self.train[place]


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
    """A cursor on a timeline, and the sentence that the user typed, if any.

    `patches` are hidden values put in by hand, in the pass under the cursor only.
    """

    timeline: Timeline
    cursor: Cursor
    typed: Example | None = None
    patches: tuple[Patch, ...] = ()

    def moved(self, cursor: Cursor) -> Moment:
        """The moment at another cursor; patches stay with their pass."""
        here = (self.cursor.update, self.cursor.example)
        kept = self.patches if here == (cursor.update, cursor.example) else ()
        return replace(self, cursor=cursor, patches=kept)
