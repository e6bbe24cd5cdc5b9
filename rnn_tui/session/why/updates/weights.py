"""How a weight came to its value: where it began, and what each stretch of training made of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from rnn_tui.experiments import Experiment
from rnn_tui.session.runs.timeline import Timeline
from rnn_tui.session.why.derivation import Derivation
from rnn_tui.session.why.expressions import Expression, Number, Sum, given
from rnn_tui.session.why.updates.update_lines import Weight

PIECES = 64  # stretches that a time is cut into, at most some more at edits
GIVEN = "the initial value the experiment's file gives"
FINE = 1e-13  # a value plus its change is the value after it, but for so much of it


class UpdateSpan(NamedTuple):
    """Updates `first` up to, not including, `last`, of one timeline."""

    timeline: Timeline
    first: int
    last: int


def through_time(timeline: Timeline, weight: Weight, update: int, ref: str) -> Derivation:
    """A weight before an update: its first value, and all that was added to it since.

    What is lost in an edit is left out: it then begins with what was put in by hand.
    """
    root = timeline
    while root.fork is not None:
        root = root.fork.parent
    name, index = weight
    first = float(root.state(root.start).params[name][index])
    experiment = root.trainer.experiment
    start = given(first, began(experiment, name), root.start)
    parts: list[Expression] = [start]
    previous: UpdateSpan | None = None
    for stretch in _segments(timeline, update):
        if previous is not None and _is_lost(previous, stretch, weight):
            put = float(stretch.timeline.state(stretch.first).params[name][index])
            label = f"set by hand before update {stretch.first}"
            start = given(put, label, stretch.first)
            parts = [start]
        elif previous is not None:
            parts += _edited(previous, stretch, weight)
        parts += _changes(stretch, weight, PIECES)
        previous = stretch
    value = float(timeline.state(update).params[name][index])
    formula = "initial value plus all updates" if update else start.label
    if update:
        return Derivation("update", ref, formula, Sum(tuple(parts)), value)
    cited = start.label == GIVEN and bool(experiment.source)
    note = f"The experiment: {experiment.source}" if cited else ""
    return Derivation("", ref, formula, Sum(tuple(parts)), value, note)


def change(timeline: Timeline, weight: Weight, first: int, last: int, ref: str) -> Derivation:
    """What the updates `first` up to, not including, `last` added to a weight."""
    name, index = weight
    parts: list[Expression] = []
    previous: UpdateSpan | None = None
    for stretch in _segments(timeline, last):
        if stretch.last <= first:
            continue  # an edit after it belongs to the value at `first`
        cut = stretch._replace(first=max(first, stretch.first))
        if previous is not None:
            parts += _edited(previous, cut, weight)
        parts += _changes(cut, weight, PIECES)
        previous = cut
    after = timeline.state(last).params[name][index]
    value = float(after - timeline.state(first).params[name][index])
    formula = f"sum of updates {first} to {last - 1}" if last > first + 1 else f"update {first}"
    return Derivation("update", ref, formula, Sum(tuple(parts)), value)


def began(experiment: Experiment, name: str) -> str:
    """Where a parameter's first value comes from."""
    model = experiment.model
    drawn = model.init != "given" or model.origins is not None
    if drawn and name in experiment.network.firsts and name not in (model.origins or {}):
        return "initial value, 0 for a learned first state"
    if model.init == "given" and model.origins is not None:
        return f"initial value, {model.origins[name]}"
    if model.init == "given":
        return GIVEN
    setting = experiment.network.starts.get(name, "")
    if setting and getattr(model, setting) is not None:
        return f"initial value, from model.{setting}"
    if name.startswith("b_") and model.init != "torch":
        return "initial value of a bias"
    return f"initial value, {model.init}, seed {model.seed}"


def _segments(timeline: Timeline, update: int) -> list[UpdateSpan]:
    """The way from the very first update to this one, timeline by timeline."""
    way = [UpdateSpan(timeline.owner(update), timeline.owner(update).start, update)]
    while (fork := way[0].timeline.fork) is not None:
        owner = fork.parent.owner(fork.at)
        way.insert(0, UpdateSpan(owner, owner.start, fork.at))
    return way


def _is_lost(before: UpdateSpan, after: UpdateSpan, weight: Weight) -> bool:
    """Whether nothing is left of a value after an edit: it was no number, or far too large."""
    name, index = weight
    old = float(before.timeline.state(before.last).params[name][index])
    new = float(after.timeline.state(after.first).params[name][index])
    return not math.isfinite(old) or abs(old + (new - old) - new) > FINE * abs(new)


def _edited(before: UpdateSpan, after: UpdateSpan, weight: Weight) -> Iterator[Number]:
    """What an edit between two stretches changed by hand, if it changed this weight."""
    name, index = weight
    old = before.timeline.state(before.last).params[name][index]
    new = after.timeline.state(after.first).params[name][index]
    if old != new:
        label = f"edit before update {after.first}"
        yield given(float(new - old), label, after.first)


def _changes(stretch: UpdateSpan, weight: Weight, pieces: int) -> Iterator[Number]:
    """A stretch in pieces of equal length, a power of two so that they begin at checkpoints."""
    timeline, first, last = stretch
    size = 1
    while (last - first) / size > pieces:
        size *= 2
    name, index = weight
    written = f"{name}[{','.join(map(str, index))}]"
    optimizer = timeline.owner(first).trainer.net.optimizer
    added = f"{optimizer.symbol(optimizer.added)}_{written}" if optimizer.added else ""
    value = float(timeline.state(first).params[name][index])
    while first < last:
        until = min(last, timeline.start + ((first - timeline.start) // size + 1) * size)
        after = float(timeline.state(until).params[name][index])
        alone = f"{added}@{first}" if added else ""
        ref = alone if until == first + 1 else f"{written}@{first}:{until}"
        yield Number(after - value, ref)
        first, value = until, after
