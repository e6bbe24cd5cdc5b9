"""All that may be shown of one moment: the one value that every face of the debugger receives."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Literal, NamedTuple, TypeVar

from rnn_tui.engine.passes.trace import Trace, trace_example
from rnn_tui.engine.training.evaluating import Evaluation, evaluate
from rnn_tui.engine.training.training import Trainer
from rnn_tui.engine.update import learning_rate_at
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Example, bundled
from rnn_tui.session import unseen
from rnn_tui.session.checks import recurrence
from rnn_tui.session.moment import Moment
from rnn_tui.session.passes import Pass, are_short_updates, is_carried, is_short
from rnn_tui.session.program.known import Known
from rnn_tui.session.program.ops import Op, Phase
from rnn_tui.session.program.program import Program
from rnn_tui.session.runs.branches import Time, time_of
from rnn_tui.session.runs.history import Edit, History, edits
from rnn_tui.session.runs.timeline import Timeline

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class StepView(Pass):
    """One moment of a session, frozen: a pass as far as it has come, and what stands beside it.

    `op` is the last op that ran, `next_op` the one that will run next. `pristine` says
    whether neither the bundled experiment nor its run has been changed by the user.
    `params` are the parameters in force, so after the update's last op the new ones.
    `evaluation` is of all examples under these, None in a stream. `unpatched` is the pass as it
    would be without patches, None where there are none. `time` is where the run stands
    among the others.
    """

    pristine: bool
    op: Op | None
    next_op: Op | None
    params: Parameters
    evaluation: Evaluation | None
    history: History
    time: Time
    unpatched: Trace | None = None

    @property
    def phase(self) -> Phase:
        """The phase of the last op; FORWARD before the first."""
        return self.op.phase if self.op else Phase.FORWARD

    @property
    def radius(self) -> float:
        """The spectral radius of W_hh, computed when it is asked for."""
        return recurrence.radius(self.params)

    @property
    def radius_at_hand(self) -> float | None:
        """The same where nobody has to wait for it; else None."""
        return self.radius if recurrence.radius.is_at_hand(self.params) else None

    @property
    def learning_rate(self) -> float:
        """That of the update under the cursor."""
        return learning_rate_at(self.experiment.training, self.update + 1)

    @property
    def newest_norm(self) -> Norm | None:
        """‖g‖ of the update under the cursor once it is there, else of the newest point."""
        norm, result, history = self.update_value("grad_norm"), self.update_result, self.history
        if norm is not None and result is not None:
            return Norm("grad_norm", float(norm), result.clipped)
        if not history.count:
            return None
        last = history.count - 1
        return Norm(f"past_norm[{last}]", float(history.grad_norm[-1]), bool(history.clipped[-1]))

    @cached_property
    def training(self) -> Evaluation | None:
        """How the training examples fare under `params`, a typed text left out."""
        one, count = self.evaluation, len(self.experiment.train)
        if one is None:
            return None
        return one.first(count, self.experiment.train)

    @property
    def unseen(self) -> Evaluation | None:
        """How the data held back fares under `params`, measured when it is asked for."""
        return unseen.unseen(self.params, self.network, self.experiment)

    @property
    def unseen_at_hand(self) -> Evaluation | None:
        """The same where nobody has to wait for it; else None."""
        known = unseen.is_at_hand(self.params, self.network, self.experiment)
        return self.unseen if known else None

    @property
    def is_measured(self) -> bool:
        """Whether all that costs is at hand: the radius, and how the data held back fares."""
        held_back = self.unseen_at_hand is not None or not self.experiment.test
        return held_back and self.radius_at_hand is not None

    def measure(self) -> None:
        """Have it at hand. Meant for a worker, as it may take long."""
        _ = self.radius, self.unseen

    @property
    def t(self) -> int | None:
        """The timestep of the last op; None before the first and in the update."""
        return self.op.t if self.op else None


class Norm(NamedTuple):
    """The length of a gradient that trains, by its address, and whether it was clipped."""

    ref: str
    value: float
    clipped: bool


class Viewer:
    """Builds views. It remembers the last of each costly part, as most steps share them."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Hashable, object]] = {}

    def _keep(self, part: str, key: Hashable, compute: Callable[[], T]) -> T:
        kept = self._kept.get(part)
        if kept is None or kept[0] != key:
            kept = self._kept[part] = (key, compute())
        return kept[1]  # type: ignore[return-value]

    def _keeps(self, part: str, key: Hashable) -> bool:
        kept = self._kept.get(part)
        return kept is not None and kept[0] == key

    def is_at_hand(self, moment: Moment, examples: Sequence[Example], program: Program) -> bool:
        """Whether the view of a moment takes no time to wait for: all of it is short, or kept."""
        timeline, cursor = moment.timeline, moment.cursor
        k, place = cursor.update, _place(moment)
        trainer = timeline.owner(k).trainer
        short = is_short(trainer.experiment, examples[cursor.example].length)
        if not short and not self._keeps("trace", (*place, moment.patches)):
            return False
        if cursor.done <= program.backward_end or self._keeps("update", (timeline, k)):
            return True
        return are_short_updates(timeline, k, k + 1)

    def view(self, moment: Moment, examples: Sequence[Example], program: Program) -> StepView:
        """The view of one moment."""
        timeline, cursor = moment.timeline, moment.cursor
        k = cursor.update
        trainer = timeline.owner(k).trainer
        updated = program.trains and cursor.done == len(program)
        timeline.show(k + updated)
        state = self._keep("state", (timeline, k), lambda: timeline.state(k))
        in_force = k + updated
        params = self._keep("params", (timeline, in_force), lambda: timeline.state(in_force)).params
        place = _place(moment)
        start = self._keep("start", place, lambda: trainer.start(state, k, cursor.example))
        own = partial(trace_example, state.params, trainer.net, examples[cursor.example], start)
        trace = self._keep("trace", (*place, moment.patches), lambda: own(moment.patches))
        unpatched = self._keep("unpatched", place, own) if moment.patches else None
        made = self._keep("edits", timeline, lambda: edits(timeline))
        result = None
        if cursor.done > program.backward_end:
            result = self._keep("update", (timeline, k), lambda: timeline.update(k))
        return StepView(
            timeline=timeline,
            experiment=trainer.experiment,
            examples=examples,
            example=cursor.example,
            update=k,
            updates_per_epoch=trainer.updates_per_epoch,
            members=trainer.members(k),
            program=program,
            done=cursor.done,
            pristine=_pristine(timeline, trainer) and not moment.patches,
            unpatched=unpatched,
            carried=is_carried(trainer.experiment, cursor.example),
            op=program.op(cursor.done - 1) if cursor.done else None,
            next_op=program.op(cursor.done) if cursor.done < len(program) else None,
            network=trainer.net,
            before=state.params,
            slots_before=state.slots,
            params=params,
            known=Known(trace, program, cursor.done),
            update_result=result,
            evaluation=self._keep(
                "evaluation",
                (timeline, in_force, moment.typed),
                lambda: _evaluation(params, trainer, examples),
            ),
            history=self._keep(
                "history",
                (timeline, in_force),
                lambda: _history(timeline, trainer, in_force, made),
            ),
            time=self._time(timeline, trainer, in_force),
        )

    def _time(self, timeline: Timeline, trainer: Trainer, done: int) -> Time:
        """Where a run stands among the others; the same as long as none of them changes."""
        family = timeline.family
        reached = tuple(run.seen for run in family.runs)
        key = timeline, done, family.pinned, reached
        return self._keep("time", key, lambda: time_of(timeline, done, _updates(trainer)))


def _updates(trainer: Trainer) -> int:
    """How many updates a point of the curves has."""
    return trainer.updates_per_epoch if unit_of(trainer) == "epoch" else 1


def _place(moment: Moment) -> tuple[Hashable, ...]:
    """What the pass under the cursor is of."""
    cursor = moment.cursor
    return (moment.timeline, cursor.update, cursor.example, moment.typed)


def _evaluation(
    params: Parameters, trainer: Trainer, examples: Sequence[Example]
) -> Evaluation | None:
    """How all examples fare; None for a stream, whose chunks are too many and not apart."""
    if trainer.experiment.stream is not None:
        return None
    return evaluate(params, trainer.net, examples)


def _history(timeline: Timeline, trainer: Trainer, done: int, made: tuple[Edit, ...]) -> History:
    """A point an epoch, or an update of a stream."""
    return History.of(
        timeline.records,
        timeline.observations.until(done),
        done,
        unit=unit_of(trainer),
        updates=_updates(trainer),
        edits=made,
    )


def unit_of(trainer: Trainer) -> Literal["epoch", "step"]:
    """What training is counted in: passes over the data, or updates where a text has many."""
    many = trainer.experiment.stream is not None and trainer.updates_per_epoch > 1
    return "step" if many else "epoch"


def _pristine(timeline: Timeline, trainer: Trainer) -> bool:
    experiment = trainer.experiment
    is_bundled = experiment.path in bundled() and not experiment.overrides
    return is_bundled and timeline.fork is None
