"""One pass of one example at one update, how far it has come, and any other pass of the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rnn_tui.arrays import Floats
from rnn_tui.engine.passes.patches import Patch
from rnn_tui.engine.passes.trace import Trace, trace_example
from rnn_tui.engine.training.training import TrainingState
from rnn_tui.engine.update import Update
from rnn_tui.equations.network import Network
from rnn_tui.equations.optimizers import Slots
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Example, Experiment
from rnn_tui.session.program.known import Known
from rnn_tui.session.program.ops import algorithm_of
from rnn_tui.session.program.program import Program
from rnn_tui.session.runs.timeline import Timeline

SHORT = 2**27  # multiplications, less than a tenth of a second
A_TIMESTEP = 2**16  # what one costs beside its products, as measured


@dataclass(frozen=True, eq=False)
class Pass:
    """What the numbers of a pass are made from, and which of them exist so far.

    `done` ops of `program` have run. `carried` says whether the pass goes on from a
    state that earlier text left, so that the gradient is cut there. `before` are the
    parameters that this pass uses, `slots_before` the optimizer's vectors beside them.
    `members` are the training examples of this update, as indices; `update_result`
    holds all that the update computes, if any op of it has run; ask `known` for what
    of it has. `timeline` is the run that it is a moment of.
    """

    timeline: Timeline
    experiment: Experiment
    examples: Sequence[Example]
    example: int
    update: int
    updates_per_epoch: int
    members: tuple[int, ...]
    program: Program
    done: int
    carried: bool
    network: Network
    before: Parameters
    slots_before: Slots
    known: Known
    update_result: Update | None

    @property
    def epoch(self) -> int:
        """The epoch of the update under the cursor."""
        return self.update // self.updates_per_epoch

    @property
    def epochs(self) -> int:
        """How many epochs the parameters in force have been through."""
        return self.in_force // self.updates_per_epoch

    @property
    def current(self) -> Example:
        """The example under the cursor."""
        return self.known.trace.example

    @property
    def patches(self) -> tuple[Patch, ...]:
        """The hidden values put in by hand. The update trains on what the network computes."""
        return self.known.trace.patches

    @property
    def typed(self) -> bool:
        """Whether the example under the cursor was typed in by the user."""
        return self.example >= len(self.experiment.train)

    @property
    def updated(self) -> bool:
        """Whether the update is done: other parameters than `before` are in force then."""
        return self.program.trains and self.done == len(self.program)

    @property
    def in_force(self) -> int:
        """The update before which the parameters in force stand: the next one once it is done."""
        return self.update + self.updated

    def update_value(self, name: str) -> Floats | float | None:
        """The result of an op of the update, None while it hasn't run."""
        result = self.update_result
        if result is None or not self.known.has(name):
            return None
        kind = self.program.kind(name)
        assert kind is not None
        value: Floats | float = result.values[kind.line.target]
        return value

    def whole(self, update: int | None = None, example: int | None = None) -> Pass:
        """A pass of this run from its first op to its last: this one, or another.

        Raises IndexError for an update that the run has not come to, or an example that
        there is none of.
        """
        k = self.update if update is None else update
        place = self.example if example is None else example
        if not 0 <= k <= self.timeline.frontier:
            raise IndexError(f"no update {k}")
        if not 0 <= place < len(self.examples):
            raise IndexError(f"no example {place + 1}")
        here = (k, place) == (self.update, self.example)
        return _whole(self.timeline, self.examples, k, place, self.patches if here else ())

    def as_computed(self) -> Pass:
        """This pass as the network computes it, from its first op to its last."""
        return _whole(self.timeline, self.examples, self.update, self.example, ())


def program_of(
    timeline: Timeline, examples: Sequence[Example], update: int, example: int
) -> Program:
    """The program of a pass."""
    one, trainer = examples[example], timeline.owner(update).trainer
    return Program(
        algorithm_of(trainer.net, trainer.settings),
        one.length,
        one.outputs,
        trains=example in trainer.members(update),
        encoder_length=one.encoder_length,
        labels=one.labelled,
        begins=not is_carried(trainer.experiment, example),
    )


def is_carried(experiment: Experiment, chunk: int) -> bool:
    """Whether a pass over this training example goes on from a state that earlier text left."""
    stream = experiment.stream
    return stream is not None and chunk < len(stream) and not stream.begins(chunk)


def is_short(experiment: Experiment, timesteps: int) -> bool:
    """Whether a pass over so many timesteps takes no time to wait for."""
    return timesteps * (A_TIMESTEP + experiment.layout.size) <= SHORT


def are_short_updates(timeline: Timeline, start: int, end: int) -> bool:
    """Whether it takes no time to do all updates from one up to another."""
    trainer = timeline.owner(start).trainer
    experiment, timesteps = trainer.experiment, 0
    for update in range(start, end):
        timesteps += sum(experiment.train[one].length for one in trainer.members(update))
        if not is_short(experiment, timesteps):
            return False
    return True


def _whole(
    timeline: Timeline,
    examples: Sequence[Example],
    k: int,
    example: int,
    patches: tuple[Patch, ...],
) -> Pass:
    program = program_of(timeline, examples, k, example)
    result = timeline.update(k) if program.trains else None
    state = timeline.state(k)
    return pass_over(timeline, examples, k, example, state, program, result, patches)


def pass_over(
    timeline: Timeline,
    examples: Sequence[Example],
    k: int,
    example: int,
    state: TrainingState,
    program: Program,
    result: Update | None = None,
    patches: tuple[Patch, ...] = (),
) -> Pass:
    """The whole pass over an example from the state before update k, which must be that."""
    trainer = timeline.owner(k).trainer
    trace = trace_over(timeline, examples, k, example, state, patches)
    return Pass(
        timeline=timeline,
        experiment=trainer.experiment,
        examples=examples,
        example=example,
        update=k,
        updates_per_epoch=trainer.updates_per_epoch,
        members=trainer.members(k),
        program=program,
        done=len(program),
        carried=is_carried(trainer.experiment, example),
        network=trainer.net,
        before=state.params,
        slots_before=state.slots,
        known=Known(trace, program, len(program)),
        update_result=result,
    )


def trace_over(
    timeline: Timeline,
    examples: Sequence[Example],
    k: int,
    example: int,
    state: TrainingState,
    patches: tuple[Patch, ...] = (),
) -> Trace:
    """The numbers alone of such a pass."""
    trainer = timeline.owner(k).trainer
    start = trainer.start(state, k, example)
    return trace_example(state.params, trainer.net, examples[example], start, patches)
