"""Where each verb leads: pure functions from one cursor to the next.

None of them computes anything; a move that makes no sense raises Refused and
so changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from rnn_tui.session.moment import Cursor, Refused, no_label
from rnn_tui.session.program.ops import Phase
from rnn_tui.session.program.program import Program

NUMBERED = "examples are numbered 1 to {}"


@dataclass(frozen=True)
class Course:
    """What a move has to know of the experiment.

    Of the `examples` the first `trained` are training data. `program(update, example)`
    is the program of that pass; `first_example(update)` an example that the update
    trains on. In a `stream` going to an update is going to its chunk.
    """

    updates_per_epoch: int
    examples: int
    trained: int
    stream: bool
    program: Callable[[int, int], Program]
    first_example: Callable[[int], int]

    def example_at(self, update: int, example: int) -> int:
        """The example to look at on coming to an update from `example`: one it trains on.

        A text that was typed stays.
        """
        stays = example >= self.trained or self.program(update, example).trains
        return example if stays else self.first_example(update)

    def at(self, cursor: Cursor) -> Program:
        """The program under the cursor."""
        return self.program(cursor.update, cursor.example)


def settle(course: Course, cursor: Cursor) -> Cursor:
    """A cursor that stands behind the last op of an update, moved before the next one."""
    program = course.at(cursor)
    if not (program.trains and cursor.done == len(program)):
        return cursor
    update, example = cursor.update + 1, cursor.example
    if not course.program(update, example).trains:
        example = course.first_example(update)
    return Cursor(update, example, 0)


def next_op(course: Course, cursor: Cursor) -> Cursor:
    """One op on."""
    cursor = settle(course, cursor)
    if cursor.done == len(course.at(cursor)):
        _refuse_without_label(course.at(cursor))
        raise Refused("this update does not train on this example", "epoch", "next_example")
    return replace(cursor, done=cursor.done + 1)


def forward(course: Course, cursor: Cursor) -> Cursor:
    """To the end of the current timestep's forward ops."""
    cursor = settle(course, cursor)
    _refuse_after_forward(course, cursor)
    program = course.at(cursor)
    _, t = program.timestep_at(cursor.done)
    return replace(cursor, done=program.end_of(Phase.FORWARD, t or 0))


def finish_forward(course: Course, cursor: Cursor) -> Cursor:
    """To the end of the forward pass."""
    cursor = settle(course, cursor)
    _refuse_after_forward(course, cursor)
    return replace(cursor, done=course.at(cursor).forward_end)


def _refuse_after_forward(course: Course, cursor: Cursor) -> None:
    program = course.at(cursor)
    if cursor.done >= program.backward_end and program.labels:
        raise Refused("forward and backward are done", *_after_backward(program))
    if cursor.done >= program.forward_end:
        others = ("next_example",) if course.examples > 1 else ()
        back = ("backward",) if program.labels else ()
        raise Refused("the forward pass is complete", *back, "again", *others)


def _after_backward(program: Program) -> tuple[str, ...]:
    return ("op", "epoch", "again") if program.trains else ("epoch", "again")


def backward(course: Course, cursor: Cursor) -> Cursor:
    """To the end of the current timestep's backward ops."""
    cursor = settle(course, cursor)
    program = course.at(cursor)
    _refuse_outside_backward(program, cursor)
    _, t = program.timestep_at(cursor.done)
    return replace(cursor, done=program.end_of(Phase.BACKWARD, t or 0))


def finish_backward(course: Course, cursor: Cursor) -> Cursor:
    """To the end of BPTT."""
    cursor = settle(course, cursor)
    program = course.at(cursor)
    _refuse_outside_backward(program, cursor)
    return replace(cursor, done=program.backward_end)


def _refuse_without_label(program: Program) -> None:
    if not program.labels:
        raise no_label("no loss to backpropagate")


def _refuse_outside_backward(program: Program, cursor: Cursor) -> None:
    _refuse_without_label(program)
    if cursor.done < program.forward_end:
        raise Refused(
            "backpropagation starts from the loss",
            "finish_forward",
            "forward",
        )
    if cursor.done >= program.backward_end:
        raise Refused("backpropagation has reached the first token", *_after_backward(program))


def again(course: Course, cursor: Cursor) -> Cursor:
    """Back to the start of this pass, at the same parameters."""
    cursor = settle(course, cursor)
    if cursor.done == 0:
        raise Refused("this pass has not begun", "forward", "op")
    return replace(cursor, done=0)


def to_epoch(course: Course, cursor: Cursor, epoch: int) -> Cursor:
    """Before the first update of an epoch; what is shown of the pass is as in `to_update`."""
    if epoch < 0:
        raise Refused("epochs count from 0", "goto")
    update = epoch * course.updates_per_epoch
    if update == cursor.update and settle(course, cursor) is cursor:
        raise Refused(f"this is epoch {epoch}", "epoch")
    return to_update(course, cursor, update)


def to_other_update(course: Course, cursor: Cursor, update: int) -> Cursor:
    """Before an update that is not this one."""
    if update < 0:
        raise Refused("steps count from 0", "goto")
    if update == cursor.update and settle(course, cursor) is cursor:
        raise Refused(f"this is step {update}", "update")
    return to_update(course, cursor, update)


def refuse_uncomputed(update: int, frontier: int, size: int) -> None:
    """Refuse an update that a run has not come to; `size` of them are an epoch or a step."""
    if update < 0:
        raise Refused("this is the beginning", "epoch")
    if update > frontier:
        done = frontier // size
        raise Refused(f"nothing is trained beyond {done} yet", "epoch", "epochs")


def on_epochs(course: Course, cursor: Cursor, count: int) -> Cursor:
    """`count` epochs on, what is left of this one being the first."""
    if count < 1:
        raise Refused("the number of epochs must be 1 or more", "epochs")
    here = settle(course, cursor)
    epoch = here.update // course.updates_per_epoch + count
    return to_update(course, cursor, epoch * course.updates_per_epoch)


def to_update(course: Course, cursor: Cursor, update: int) -> Cursor:
    """Before an update, the same example's forward pass complete; a place farther on is kept.

    In a stream it is the update's own chunk.
    """
    example = course.example_at(update, cursor.example) if course.stream else cursor.example
    program = course.program(update, example)
    place = max(cursor.done, program.forward_end)
    return Cursor(update, example, min(place, program.backward_end))


def on_updates(course: Course, cursor: Cursor, count: int) -> Cursor:
    """`count` updates on, to an example that the next one trains on, at the same stage."""
    if count < 1:
        raise Refused("the number of updates must be 1 or more", "update")
    here = settle(course, cursor)
    update = here.update + count
    example = course.example_at(update, here.example)
    old, new = course.at(here), course.program(update, example)
    return Cursor(update, example, _same_stage(old, new, here.done))


def to_example(course: Course, cursor: Cursor, example: int) -> Cursor:
    """To another example, at the same stage of its pass."""
    if not 0 <= example < course.examples:
        others = ("next_example",) if course.examples > 1 else ()
        raise Refused(NUMBERED.format(course.examples), *others)
    here = settle(course, cursor)
    if example == cursor.example:
        raise Refused("there is no other example" if course.examples == 1 else "already here")
    old, new = course.at(here), course.program(here.update, example)
    return replace(here, example=example, done=_same_stage(old, new, here.done))


def _same_stage(old: Program, new: Program, done: int) -> int:
    if done >= old.backward_end and old.labels:
        return new.backward_end
    if done >= old.forward_end:
        return new.forward_end
    full = old.timestep_at(done)[1] or 0
    return new.start_of(Phase.FORWARD, full) if full < new.length else new.forward_end
