"""Where a run stops: conditions watched update by update, forward and in reverse.

Whether a condition holds before update k is a pure function of the timeline and k:
what is "of an update" (loss, accuracy, grad_norm, learning_rate, clipped) is the
record of update k - 1, all else the state that it left. So forward and in reverse
find the same places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from typing import NamedTuple

from rnn_tui.engine.spectrum.spectrum import has_radius
from rnn_tui.engine.training.evaluating import Evaluation
from rnn_tui.engine.training.training import TrainingState
from rnn_tui.session.breakpoints.condition_reader import parse
from rnn_tui.session.breakpoints.conditions import Condition, ConditionError, Reading, Scope
from rnn_tui.session.moment import Refused
from rnn_tui.session.passes import Pass, is_carried, pass_over
from rnn_tui.session.program.ops import algorithm_of
from rnn_tui.session.program.program import Program
from rnn_tui.session.runs.records import Records
from rnn_tui.session.runs.timeline import Timeline
from rnn_tui.session.unseen import unseen
from rnn_tui.session.why.explain import value_of
from rnn_tui.session.why.kinds import extent, kinds
from rnn_tui.session.why.metrics.metrics import METRICS
from rnn_tui.session.why.refs import Ref, read

BLOCK = 512  # updates that a search in reverse goes through at a time


class Unmeasured(LookupError):  # noqa: N818 - not wrong, only too early
    """A value that there is none of, and why: before the first update there is no loss of one."""


class Hit(NamedTuple):
    """A condition that became true before an update, and the values that made it so."""

    condition: Condition
    update: int
    values: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Breakpoint:
    """A condition, and whether runs stop for it."""

    condition: Condition
    on: bool = True


class Breakpoints:
    """Those of one screen. They are not part of a moment, so undo and reset leave them."""

    def __init__(self, items: Sequence[Breakpoint] = ()) -> None:
        self.items = tuple(items)

    @property
    def active(self) -> tuple[Condition, ...]:
        """The conditions that are on."""
        return tuple(one.condition for one in self.items if one.on)

    def add(self, text: str, scope: Scope) -> None:
        """One more at the end; one that is there already is turned on. Raises ConditionError."""
        condition = parse(text, scope)
        for place, one in enumerate(self.items):
            if one.condition.text == condition.text:
                self._put(place, replace(one, on=True))
                return
        self.items = (*self.items, Breakpoint(condition))

    def toggle(self, place: int) -> None:
        """On or off."""
        self._put(place, replace(self.items[place], on=not self.items[place].on))

    def remove(self, place: int) -> None:
        """Forget one."""
        self.items = (*self.items[:place], *self.items[place + 1 :])

    def _put(self, place: int, one: Breakpoint) -> None:
        self.items = (*self.items[:place], one, *self.items[place + 1 :])

    def within(self, scope: Scope) -> Breakpoints:
        """Those that make sense in another experiment too."""
        kept = []
        for one in self.items:
            try:
                kept.append(replace(one, condition=parse(one.condition.text, scope)))
            except ConditionError:
                continue
        return Breakpoints(kept)


def scope_of(pass_: Pass) -> Scope:
    """What conditions may speak of while one looks at a pass; its numbers are those it means."""
    experiment = pass_.experiment
    passes = {
        name: kind.axes for name, kind in kinds(pass_).items() if kind.of == "pass" and kind.axes
    }
    number = None if pass_.typed else pass_.example + 1

    def extent_in(axis: str, example: int) -> Sequence[int]:
        return extent(pass_, axis, experiment.train[example - 1] if example else None)

    shapes = pass_.before.layout.shapes
    kept = pass_.network.optimizer.addresses(shapes).items()
    return Scope(
        shapes | {address: shapes[name] for address, (_, name) in kept},
        bool(experiment.test),
        passes,
        extent_in,
        number if experiment.stream is None else 0,
        len(experiment.train),
        experiment.has_classes,
        has_radius(pass_.before.layout),
    )


class Gauge:
    """Measures the moments of a timeline, and of each only what it is asked for.

    Moments in a row cost an update each at most, and a reading of the data held back where
    a condition asks how that fares: it is looked at where the question is, not where a run
    happens to have measured it.
    """

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self._last: tuple[int, TrainingState] | None = None
        self._passes: dict[int, Pass] = {}

    def at(self, k: int) -> Reading:
        """The values before update k, by name. A value may raise Unmeasured."""
        known: dict[str, float] = {}

        def value(name: str) -> float:
            if name not in known:
                known[name] = self._measure(k, name)
            return known[name]

        return value

    def true(self, condition: Condition, k: int) -> bool:
        """Whether it holds before update k; what is unmeasured is not true yet."""
        try:
            return condition.true(self.at(k))
        except Unmeasured:
            return False

    def _measure(self, k: int, name: str) -> float:
        metric = METRICS.get(name)
        if metric is None or metric.reading is None:
            return self._computed(k, name)
        if metric.is_recorded and not 0 < k <= self.timeline.records.count:
            raise Unmeasured(f"there is no {name} before the first update")
        return float(metric.reading(_Moment(self, k)))

    def _computed(self, k: int, name: str) -> float:
        """What follows from the parameters before update k, or what is kept beside them."""
        state = self.state(k)
        params, ref = state.params, read(name)
        optimizer = self.timeline.owner(k).trainer.net.optimizer
        if ref.name in (kept := optimizer.addresses(params.layout.shapes)):
            slot, array = kept[ref.name]
            return float(params.with_flat(state.slots[slot])[array][ref.index])
        if ref.name in params.layout.shapes:
            return float(params[ref.name][ref.index])
        try:
            return value_of(self._pass(k, ref), ref)
        except Refused as refused:  # such as a loss's share at a state that comes after it
            raise Unmeasured(refused.why) from None

    def _pass(self, k: int, ref: Ref) -> Pass:
        """The pass before update k that a condition's number is of; the newest ones are kept."""
        trainer = self.timeline.owner(k).trainer
        place = trainer.members(k)[0] if ref.example is None else ref.example - 1
        kept = self._passes.get(place)
        if kept is None or kept.update != k:
            train = trainer.experiment.train
            one = train[place]
            algorithm = algorithm_of(trainer.net, trainer.settings)
            program = Program(
                algorithm, one.length, one.outputs, trains=False,
                encoder_length=one.encoder_length, begins=not is_carried(trainer.experiment, place),
            )  # fmt: skip
            kept = pass_over(self.timeline, train, k, place, self.state(k), program)
            self._passes[place] = kept
        return kept

    def recorded(self, k: int, column: str) -> float:
        """A column of Records for the update before update k, which must have been done."""
        return float(self.timeline.records.rows(k)[k - 1, Records.COLUMNS.index(column)])

    def unseen(self, k: int) -> Evaluation:
        """How the data held back fares before update k."""
        trainer = self.timeline.owner(k).trainer
        found = unseen(self.state(k).params, trainer.net, trainer.experiment)
        assert found is not None, "a condition asks for it only where there is such data"
        return found

    def state(self, k: int) -> TrainingState:
        """The state before update k, from the one before it where that is at hand."""
        if self._last is not None and self._last[0] == k:
            return self._last[1]
        owner = self.timeline.owner(k)
        follows = self._last is not None and self._last[0] == k - 1 and k > owner.start
        if self._last is not None and follows and k != self.timeline.frontier:
            _, state = owner.trainer.advance(self._last[1], k - 1)
        else:
            state = owner.state(k)
        self._last = (k, state)
        return state


class _Moment(NamedTuple):
    """The moment before an update, as metrics read it."""

    gauge: Gauge
    update: int

    @property
    def epoch(self) -> int:
        return self.update // self.gauge.timeline.trainer.updates_per_epoch

    def recorded(self, column: str) -> float:
        return self.gauge.recorded(self.update, column)

    def state(self) -> TrainingState:
        return self.gauge.state(self.update)

    def unseen(self) -> Evaluation:
        return self.gauge.unseen(self.update)


class Watch:
    """Conditions watched from a moment on. A condition fires when it becomes true."""

    def __init__(self, gauge: Gauge, conditions: Sequence[Condition]) -> None:
        self.conditions = tuple(conditions)
        self._gauge = gauge
        self._were: tuple[bool, ...] = ()

    @property
    def holding(self) -> tuple[Condition, ...]:
        """Those that are true at the moment last watched."""
        return tuple(compress(self.conditions, self._were))

    def begin(self, k: int) -> None:
        """Take the moment before update k as the start: what holds there must fail first."""
        self._were = self._truths(k)

    def after(self, k: int) -> tuple[Hit, ...]:
        """Those that became true before update k, the moment after the one last watched."""
        were, self._were = self._were, self._truths(k)
        fired = zip(self.conditions, were, self._were, strict=True)
        return tuple(self.hit(condition, k) for condition, was, now in fired if now and not was)

    def hit(self, condition: Condition, k: int) -> Hit:
        """A condition with its values before update k."""
        _, values = condition.weigh(self._gauge.at(k))
        return Hit(condition, k, tuple(values.items()))

    def _truths(self, k: int) -> tuple[bool, ...]:
        return tuple(self._gauge.true(condition, k) for condition in self.conditions)


def last_hits(
    timeline: Timeline,
    conditions: Sequence[Condition],
    before: int,
    report: Callable[[int], object] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[Hit, ...]:
    """Those that became true last, before the moment `before`; nothing if none did.

    Goes back block by block, from checkpoints, saying how far it is; states are computed
    again only for conditions that ask for them. Safe to call from a worker thread.
    """
    watch = Watch(Gauge(timeline), conditions)
    while before > 1:
        first = max(1, before - BLOCK)
        found: tuple[Hit, ...] = ()
        watch.begin(first - 1)
        for k in range(first, before):
            if cancelled():
                return ()
            found = watch.after(k) or found
        if found:
            return found
        report(first)
        before = first
    return ()
