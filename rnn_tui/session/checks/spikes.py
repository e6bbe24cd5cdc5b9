"""Where a loss jumps: no number is inf or NaN, and yet what was learnt is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.training.evaluating import evaluate
from rnn_tui.session.runs.timeline import Timeline

BEFORE = 20  # epochs, or as many stretches of steps, that a loss is compared with
FEWEST = 5
STRETCH = 20  # steps of a text that are put together, as the loss of one says little
JUMP = 2.5  # times the usual loss before it
LOST = 0.25  # of what the loss had come down by
RISEN, GIVEN_BACK = 1.5, 0.1  # times its lowest, and of what it had come down by: worth telling


class Peak(NamedTuple):
    """The highest loss after a jump, or a lowest one, of a `point`: an epoch, a step of a text."""

    point: int
    loss: float


_ended: WeakKeyDictionary[Timeline, tuple[tuple[int, int | None], bool]] = WeakKeyDictionary()
_found: WeakKeyDictionary[Timeline, tuple[tuple[int, int], Peak | None]] = WeakKeyDictionary()


def spike(timeline: Timeline, end: int | None = None) -> int | None:
    """The update before the newest jump of the loss of a run; None where it never jumps.

    The run is looked at up to the moment before update `end`, or as far as it has come.

    A jump is a loss some times above the median of those before it, so far that much of what was
    learnt is lost. That of an epoch is measured before its update, so the update before
    has done it.
    """
    size = _size(timeline)
    end = timeline.frontier if end is None else end
    newest = next(_jumps(timeline.records.points(end // size, size).loss), None)
    return None if newest is None else max(timeline.start, newest * size - 1)


def _jumps(losses: Floats, first: int = 0) -> Iterator[int]:
    """Places of losses that jump, from `first` on, the newest first."""
    for k in range(len(losses) - 1, max(first, FEWEST) - 1, -1):
        window = losses[max(0, k - BEFORE) : k]
        usual, least = (
            min(map(float, map(np.median, (window, window[-FEWEST:])))),
            float(window.min()),
        )
        jumps = losses[k] > JUMP * usual >= losses[k - 1]
        if jumps and losses[k] - least > LOST * (losses[0] - least) > 0:
            yield k


def highest_peak(timeline: Timeline, start: int, end: int) -> Peak | None:
    """The highest loss that jumps on the way from one update to a later one led to, if any did.

    Neither end counts: what the loss is there is known. What was found last in a run is kept, as
    several sentences tell of it.
    """
    kept = _found.get(timeline)
    if kept is None or kept[0] != (start, end):
        kept = _found[timeline] = (start, end), _highest_peak(timeline, start, end)
    return kept[1]


def lowest_on_the_way(timeline: Timeline, start: int, end: int, now: float) -> Peak | None:
    """The lowest loss of the epochs between two updates, if it has risen much since; else None.

    `now` is the loss at the end. Of a text nothing is said: its steps are of other chunks each.
    """
    if timeline.trainer.experiment.stream is not None:
        return None
    size = _size(timeline)
    losses = timeline.records.points(end // size, size).loss[start // size :]
    if len(losses) < 2 or not np.isfinite(losses).all():
        return None
    place, low = int(losses.argmin()), float(losses.min())
    if not (place and now > RISEN * low and now - low > GIVEN_BACK * (losses[0] - low)):
        return None
    return Peak(start // size + place, low)


def _highest_peak(timeline: Timeline, start: int, end: int) -> Peak | None:
    size, is_text = _size(timeline), timeline.trainer.experiment.stream is not None
    losses = timeline.records.points(end // size, size).loss
    first = -(-start // size) if is_text else start // size + 1  # an epoch's is told of its start
    tops = [_top(losses, k) for k in _jumps(losses, first)]
    if not tops:
        return None
    top = max(tops, key=lambda k: float(losses[k]))
    if not is_text:
        return Peak(top, float(losses[top]))
    steps = timeline.records.points(end, 1).loss[top * size : (top + 1) * size]
    return Peak(top * size + int(steps.argmax()), float(steps.max()))


def _top(losses: Floats, place: int) -> int:
    """Where a loss that has jumped stops climbing."""
    while place + 1 < len(losses) and losses[place + 1] > losses[place]:
        place += 1
    return place


def _size(timeline: Timeline) -> int:
    """Updates of a point: those of an epoch, or of a stretch of steps."""
    trainer = timeline.trainer
    return STRETCH if trainer.experiment.stream is not None else trainer.updates_per_epoch


def recent_spike(timeline: Timeline, end: int) -> int | None:
    """The same, if the run had hardly gone on since by the moment before update `end`."""
    if _has_jumped_now(timeline, end):
        return end - 1
    at = spike(timeline, end)
    return at if at is not None and end - at <= 2 * FEWEST * _size(timeline) else None


def _has_jumped_now(timeline: Timeline, end: int) -> bool:
    """Whether the newest epoch ends with a jump, which the loss of the next one would show.

    All examples are read for it, so what was found last in a run is kept: several ask.
    """
    kept, key = _ended.get(timeline), (end, timeline.broken)
    if kept is None or kept[0] != key:
        kept = _ended[timeline] = key, _ends_with_jump(timeline, end)
    return kept[1]


def _ends_with_jump(timeline: Timeline, end: int) -> bool:
    trainer, size = timeline.trainer, _size(timeline)
    is_broken = timeline.broken is not None and timeline.broken <= end
    if trainer.experiment.stream is not None or end % size or not end or is_broken:
        return False
    losses = timeline.records.points(end // size, size).loss
    with np.errstate(all="ignore"):
        now = evaluate(timeline.state(end).params, trainer.net, trainer.experiment.train).loss
    return next(_jumps(np.append(losses, now), len(losses)), None) is not None


def trouble(timeline: Timeline) -> int | None:
    """The update that broke a run, or that its newest jump comes from; None where all is well."""
    if timeline.broken is not None:
        return timeline.broken
    return (
        timeline.frontier - 1 if _has_jumped_now(timeline, timeline.frontier) else spike(timeline)
    )
