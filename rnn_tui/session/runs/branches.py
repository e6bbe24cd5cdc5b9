"""The runs of a session beside each other: what each came to, and what of them is shared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rnn_tui.arrays import Floats
from rnn_tui.engine.spectrum.spectrum import has_radius
from rnn_tui.equations.parameters import Parameters
from rnn_tui.session import unseen
from rnn_tui.session.checks import recurrence
from rnn_tui.session.edits.edits import Change, Edit
from rnn_tui.session.moment import Refused
from rnn_tui.session.runs.history import History, edits
from rnn_tui.session.runs.series import Series
from rnn_tui.session.runs.timeline import Timeline

MOST_PINS = 8


@dataclass(frozen=True, eq=False)
class OtherRun:
    """A run beside the one under the cursor.

    It shares the updates before `leaves` with that one and has come to `reached`.
    `loss` has a point an epoch or a step, of the whole run. It began before update `at`
    by `changes` to the run that it left; `after` is the edit by which the run under the
    cursor left it, where it is the old future. `drawn` says whether it is to stand in the charts.
    """

    number: int
    at: int
    leaves: int
    reached: int
    loss: Series
    changes: tuple[Change, ...]
    after: Edit | None
    pinned: bool
    drawn: bool


@dataclass(frozen=True, eq=False)
class Time:
    """Where the run under the cursor stands among all: how far it goes, what was edited in it.

    The `others` are those that have trained, the newest first.
    """

    number: int
    frontier: int
    pinned: bool
    edits: tuple[Edit, ...]
    others: tuple[OtherRun, ...]


@dataclass(frozen=True, eq=False)
class Branch:
    """A row of the table of runs.

    It left run `parent` before update `at` by `changes`. `reached` counts updates, of
    which an epoch or step has `updates`. Figures are the newest, NaN where there are
    none; `largest_norm` is the largest ‖g‖ so far, `clipped` counts epochs or steps in
    which clipping cut in. `loss` and `accuracy` are those that the last one reported, before
    its update (the mean absolute error unless an answer `has_classes`); the radius (NaN unless
    there is one matrix that `has_radius`) and `test_loss`, of the data held back, are of what it
    left, None where one would have to wait for them. `nbytes` of checkpoints are kept, `every` so
    many updates.
    """

    number: int
    parent: int | None
    at: int
    changes: tuple[Change, ...]
    unit: Literal["epoch", "step"]
    updates: int
    reached: int
    loss: float
    accuracy: float
    largest_norm: float
    clipped: int
    radius: float | None
    test_loss: float | None
    broken: int | None
    nbytes: int
    every: int
    pinned: bool
    here: bool
    has_classes: bool = True
    has_radius: bool = True


@dataclass(frozen=True, eq=False)
class Runs:
    """The table of runs, with the bytes of checkpoints held and allowed."""

    rows: tuple[Branch, ...]
    nbytes: int
    budget: int


def listed(timeline: Timeline) -> tuple[Timeline, ...]:
    """The runs worth naming: the first, those that have trained, and the one under the cursor."""
    return tuple(
        run
        for run in timeline.family.runs
        if run.number == 1 or run is timeline or run.seen > run.start
    )


def runs_of(timeline: Timeline, unit: Literal["epoch", "step"], *, waits: bool = True) -> Runs:
    """The table of all runs, seen from one of them; without what costs, unless one waits for it."""
    named = listed(timeline)
    rows = tuple(_branch(run, unit, run is timeline, named, waits) for run in named)
    return Runs(rows, timeline.family.nbytes, timeline.family.budget)


def run_numbered(timeline: Timeline, number: int) -> Timeline:
    """A run by its number. Raises Refused where there is none, or it is this one."""
    runs = timeline.family.runs
    if not 1 <= number <= len(runs):
        raise Refused(f"runs are numbered 1 to {len(runs)}")
    if number == timeline.number:
        raise Refused(f"this is run {number}")
    return runs[number - 1]


def toggle_pin(timeline: Timeline, number: int | None = None) -> bool:
    """Keep a run drawn, this one if none is named, or no longer; whether it is.

    Raises Refused where there is no such run, or too many are pinned.
    """
    family = timeline.family
    number = timeline.number if number is None else number
    if not 1 <= number <= len(family.runs):
        raise Refused(f"runs are numbered 1 to {len(family.runs)}")
    if number not in family.pinned and len(family.pinned) >= MOST_PINS:
        raise Refused(f"{MOST_PINS} runs are pinned, which is the most there can be")
    family.pinned ^= {number}
    return number in family.pinned


def time_of(timeline: Timeline, done: int, updates: int) -> Time:
    """What stands beside a run at the moment before update `done`; `updates` make a point."""
    family = timeline.family
    old = old_future(timeline)
    others, named = [], listed(timeline)
    for run in reversed(named):
        pinned = run.number in family.pinned
        if run is timeline and not (pinned and run.seen > done):
            continue
        curves = run.records.curves(run.seen // updates, updates)
        leaves = done if run is timeline else shared(timeline, run)
        _, changes = _origin(run, named)
        after = Edit(timeline.start, _origin(timeline, (run, *named))[1]) if run is old else None
        drawn = pinned or run is old
        others.append(
            OtherRun(
                run.number,
                run.start,
                leaves,
                run.seen,
                curves.loss,
                changes,
                after,
                pinned,
                drawn,
            )
        )
    pinned = timeline.number in family.pinned
    return Time(timeline.number, timeline.seen, pinned, edits(timeline), tuple(others))


def old_future(timeline: Timeline) -> Timeline | None:
    """The run whose future the newest edit left behind; None where none had gone on further."""
    at = timeline.start
    while timeline.fork is not None:
        timeline = timeline.fork.parent
        if timeline.seen > at:
            return timeline
    return None


def shared(one: Timeline, other: Timeline) -> int:
    """How many first updates two runs of a family have in common."""
    for (a, a_end), (b, b_end) in zip(_lineage(one), _lineage(other), strict=False):
        if a is not b or a_end != b_end:
            return min(a_end, b_end) if a is b else max(a.start, b.start)
    return min(one.seen, other.seen)


def _lineage(timeline: Timeline) -> list[tuple[Timeline, int]]:
    """The runs that own a run's updates, the first one first, and where each ends."""
    owners, ends = [timeline], [timeline.seen]
    while (fork := owners[-1].fork) is not None:
        ends.append(fork.at)
        owners.append(fork.parent.owner(fork.at))
    return list(zip(reversed(owners), reversed(ends), strict=True))


def _origin(run: Timeline, named: Sequence[Timeline]) -> tuple[Timeline | None, tuple[Change, ...]]:
    """The nearest named run that a run comes from, and all changes on the way there."""
    changes: tuple[Change, ...] = ()
    while run.fork is not None:
        changes = (*run.fork.changes, *changes)
        run = run.fork.parent.owner(run.fork.at)
        if run in named:
            return run, changes
    return None, changes


def _branch(
    run: Timeline,
    unit: Literal["epoch", "step"],
    here: bool,
    named: Sequence[Timeline],
    waits: bool,
) -> Branch:
    parent, changes = _origin(run, named)
    updates = run.trainer.updates_per_epoch if unit == "epoch" else 1
    observed = run.observations.until(run.seen)
    history = History.of(run.records, observed, run.seen, unit=unit, updates=updates)
    params = run.state(run.seen).params
    knows_radius = waits or recurrence.radius.is_at_hand(params)
    return Branch(
        number=run.number,
        parent=parent.number if parent else None,
        at=run.start,
        changes=changes,
        unit=unit,
        updates=updates,
        reached=run.seen,
        loss=_newest(history.loss),
        accuracy=_newest(history.accuracy),
        largest_norm=_largest(history.curves.grad_norm),
        clipped=history.curves.clipped.total(),
        radius=recurrence.radius(params) if knows_radius else None,
        test_loss=_test_loss(run, params, waits),
        broken=run.broken,
        nbytes=run.nbytes,
        every=run.every,
        pinned=run.number in run.family.pinned,
        here=here,
        has_classes=run.trainer.experiment.has_classes,
        has_radius=has_radius(params.layout),
    )


def _test_loss(run: Timeline, params: Parameters, waits: bool) -> float | None:
    """Of the data held back, NaN where there is none; None where one would have to wait."""
    net, experiment = run.trainer.net, run.trainer.experiment
    if not waits and not unseen.is_at_hand(params, net, experiment):
        return None
    found = unseen.unseen(params, net, experiment)
    return float("nan") if found is None else found.loss


def _largest(curve: Series) -> float:
    """The largest so far, or the first that is not finite; NaN where there is none."""
    if not len(curve):
        return float("nan")
    lost = curve.first_lost()
    return float(curve.whole().most[0]) if lost is None else curve[lost]


def _newest(curve: Floats) -> float:
    return float(curve[-1]) if len(curve) else float("nan")
