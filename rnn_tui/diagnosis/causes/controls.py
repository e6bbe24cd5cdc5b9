"""What learns, but badly: runs beside it that differ in one thing, and one of which is far better.

A loss that falls no more says nothing of whether it could be lower: what is left may be noise that
no network learns. So a few usual changes are tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.diagnosis.case import Case, mean_loss
from rnn_tui.diagnosis.causes import memory, steps, units
from rnn_tui.diagnosis.course import PATIENCE, Course, affordable_updates, last_of
from rnn_tui.diagnosis.cures import Extent, with_cure
from rnn_tui.diagnosis.finding import Cure, Finding, Severity
from rnn_tui.diagnosis.trying import tried_against
from rnn_tui.engine.training.alone import is_sound
from rnn_tui.engine.training.training import Record
from rnn_tui.numerals import worded

LOWER, HIGHER, MORE_UNITS = 0.2, 4.0, 4  # times the rate, and as many units
MUCH = 0.04  # of the loss without learning: by so much a control has to be lower
FEWEST = 32  # updates, of which a tendency is told
SURE = 3.0  # standard errors
DOUBLINGS = 2  # of the run, which would not come as far as the control has
STAYS = 0.5  # of the way to the control is left after as many updates again
NEARLY = 0.75  # of the way of the best control


class _Control(NamedTuple):
    """A cause, the cure that tells, and how that went."""

    name: str
    cause: str
    cure: Cure
    course: Course


def look(case: Case) -> Iterator[Finding]:
    """The change by which a run that comes no further comes decisively further."""
    course = case.course
    if course.broke or len(course.losses) < FEWEST or not _last(case) > MUCH * course.without:
        return
    if DOUBLINGS * _falls(_losses(case)) >= _last(case):  # it may come down to nothing by itself
        return
    doubts = [*_doubts(case)]
    case.expect(case.updates * len(doubts))
    controls = list[_Control]()
    for name, cause, cure in doubts:
        control = with_cure(case, cure, Extent.CONTROL)
        if control is not None and not control.broke:
            controls.append(_Control(name, cause, cure, control))
    better = [one for one in controls if _is_better(case, one.course)]
    if better:
        case.gone_on()  # to the end of its plan, where it may have left a plateau
        better = [one for one in better if _is_better(case, one.course)]
    if better:
        later = _after_as_long(case, max(_as_much_read(case, one.course) for one in better))
        better = [one for one in better if _stays_better(case, one.course, later)]
    if better and (best := _decisive(case, better, controls)) is not None:
        yield _finding(case, best)


def _decisive(case: Case, better: list[_Control], controls: list[_Control]) -> _Control | None:
    """The best of them; None where another cause does nearly as well: then it is only slow."""
    best = min(better, key=lambda one: one.course.last)
    enough = NEARLY * (_last(case) - best.course.last)
    rivals = (one for one in controls if _last(case) - one.course.last > enough)
    return None if any(one.name != best.name for one in rivals) else best


def _doubts(case: Case) -> Iterator[tuple[str, str, Cure]]:
    """What may be amiss, the likelier first: a cause, and what it is if the cure helps."""
    base, highest = case.trainer.settings.learning_rate, steps.highest(case)
    told = f"The learning rate {worded(base)} is too"
    for cure in steps.cures("Lower it", [float(f"{LOWER * base:.1g}")]):
        yield steps.TOO_HIGH, f"{told} high: with a lower one it comes further", cure
    for cure in memory.longer(case):
        length = case.experiment.training.sequence_length
        cause = (
            f"Chunks of {memory.timesteps(length)} are too short: what has to be remembered lies "
            "further back than gradients reach"
        )
        yield memory.NAME, cause, cure
    H, model = case.experiment.model.hidden_size, case.experiment.model
    if not model.sizes and model.initial is None:
        cause = f"{H} {'units are' if H > 1 else 'unit is'} too few: with more it comes further"
        yield units.NAME, cause, units.with_units(case, MORE_UNITS * H)
    if base < (rate := float(f"{HIGHER * base:.1g}")) <= highest:
        for cure in steps.cures("Raise it", [rate]):
            yield steps.TOO_LOW, f"{told} low: with a higher one it comes further", cure


def _losses(case: Case) -> Floats:
    """The mean loss an output of each update that was done, patiently too."""
    rows = case.timeline.records.rows(case.timeline.frontier)[case.start :]
    found: Floats = rows[:, 0] / rows[:, 2]
    return found


def _last(case: Case) -> float:
    """The loss of the last tenth of them."""
    losses = _losses(case)
    return float(losses[-last_of(len(losses)) :].mean())


def _falls(losses: Floats) -> float:
    """By how much the loss came down over the last doubling of the updates; 0 where it rose."""
    n = len(losses)
    before, after = losses[3 * n // 8 : n // 2], losses[7 * n // 8 :]
    return max(0.0, float(before.mean() - after.mean()))


def _is_better(case: Case, control: Course) -> bool:
    """Whether a control is lower by much, by more than chance, and by more than comes by itself."""
    losses = _losses(case)
    gap = _last(case) - control.last
    if not gap > max(MUCH * case.course.without, DOUBLINGS * _falls(losses)):
        return False
    parts = [part[3 * len(part) // 4 :] for part in (losses, control.losses)]
    error = np.sqrt(sum(part.var() / len(part) for part in parts))
    if not parts[0].mean() - parts[1].mean() > SURE * error:
        return False
    before = case.held_after(case.course.after)
    after = case.held_after(control.after, control.trainer.experiment)
    return before is None or after is None or after.loss < before.loss


def _as_much_read(case: Case, control: Course) -> int:
    """How many updates read as many timesteps as a control has, whose chunks may be longer."""
    longer, own = (
        one.experiment.training.sequence_length or 1 for one in (control.trainer, case.trainer)
    )
    return len(control.losses) * longer // own


def _after_as_long(case: Case, read: int) -> float:
    """The loss that the run comes to if it goes on for as many updates again: it may be slow.

    Or until it has `read` as much as a control has.
    """
    done = len(_losses(case))
    updates = min(max(done, read - done), PATIENCE * affordable_updates(case.trainer))
    case.doing("Training on for as long again")
    case.expect(updates)
    k, state = case.timeline.frontier, case.timeline.state(case.timeline.frontier)
    records = list[Record]()
    for _ in range(updates):
        record, state = case.trainer.advance(state, k)
        case.tell()
        if not is_sound(record, state):
            return np.inf
        records.append(record)
        k += 1
    return mean_loss(records[3 * updates // 4 :])


def _stays_better(case: Case, control: Course, later: float) -> bool:
    """Whether a run that goes on stays most of the way above a control."""
    gap = later - control.last
    return gap > max(MUCH * case.course.without, STAYS * (_last(case) - control.last))


def _finding(case: Case, one: _Control) -> Finding:
    updates = len(_losses(case))
    tried = tried_against(case.course, one.course)._replace(
        loss=_last(case), against=updates, over=last_of(updates)
    )
    severity = Severity.WARNING if case.course.learns else Severity.ERROR
    evidence = case.evidence(f"past_loss[{case.last_point}]", "constant_loss")
    return Finding(
        one.name, one.cause, severity, evidence, one.cure.words, one.cure.verb, tried,
        one.cure.reopening,
    )  # fmt: skip
