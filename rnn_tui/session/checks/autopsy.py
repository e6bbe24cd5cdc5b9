"""Why a run broke: the first number that is inf or NaN, and the norms that led there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.passes.trace import Trace, trace_example
from rnn_tui.engine.spectrum.spectrum import (
    largest_singular_value,
    recurrent_matrix,
    spectral_radius,
)
from rnn_tui.equations.norms import l2_norm
from rnn_tui.experiments import (
    Example,
    TrainingConfig,
)
from rnn_tui.session.passes import program_of
from rnn_tui.session.program.known import Known
from rnn_tui.session.program.ops import Phase, algorithm_of
from rnn_tui.session.runs.timeline import Timeline

BY_UPDATE = 8  # updates whose norms are told


class Place(NamedTuple):
    """Where something is first not finite: an op's result, a number of it, and its value.

    `at` is that number's place in the op's result. `example` and `t` are None in the
    update; `done` counts the ops of the pass up to it.
    """

    phase: Phase
    name: str
    example: int | None
    t: int | None
    at: tuple[int, ...]
    value: float
    done: int


class Chain(NamedTuple):
    """Norms in the order in which they were computed: of `name`, each `at` a timestep or update."""

    name: str
    at: tuple[int, ...]
    norms: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Autopsy:
    """What is known of the first update that made something inf or NaN.

    `inside` is the chain of norms in its pass, ‖h_t‖ or ‖dh_t‖ up to `place`, None
    where the pass is finite; `by_update` that of ‖g‖ over the last updates. `singular`
    is the largest singular value of W_hh, `weights` the norm of all parameters before
    the update, `timesteps` the length of the pass.
    """

    update: int
    place: Place
    token: str
    timesteps: int
    inside: Chain | None
    by_update: Chain
    singular: float
    radius: float
    weights: float
    activation: str
    settings: TrainingConfig
    learning_rate: float
    clipped: bool


def autopsy(timeline: Timeline, examples: Sequence[Example]) -> Autopsy | None:
    """What broke a run, of which `examples` are the training data; None while it is sound."""
    k = timeline.broken
    if k is None:
        return None
    state, trainer = timeline.state(k), timeline.owner(k).trainer
    place, known = _first(timeline, examples, k)
    row = timeline.records.rows(k + 1)[k]
    W = recurrent_matrix(state.params)
    one = examples[trainer.members(k)[0]] if known is None else known.trace.example
    return Autopsy(
        update=k,
        place=place,
        token="" if place.t is None else one.tokens[place.t],
        timesteps=one.length,
        inside=None if known is None else _inside(known.trace, place),
        by_update=_by_update(timeline, k),
        singular=largest_singular_value(W),
        radius=spectral_radius(W),
        weights=float(l2_norm(state.params.flat)),
        activation=trainer.net.layers[-1].activation.name,
        settings=trainer.settings,
        learning_rate=float(row[5]),
        clipped=bool(row[4]),
    )


def _first(timeline: Timeline, examples: Sequence[Example], k: int) -> tuple[Place, Known | None]:
    """The first op of update k, in the order of the program, whose result isn't finite."""
    state, trainer = timeline.state(k), timeline.owner(k).trainer
    for member in trainer.members(k):
        program = program_of(timeline, examples, k, member)
        start = trainer.start(state, k, member)
        trace = trace_example(state.params, trainer.net, examples[member], start)
        known = Known(trace, program, len(program))
        for place in _broken_ops(known, member):
            return place, known
    return _in_update(timeline, k), None


def _broken_ops(known: Known, example: int) -> Iterator[Place]:
    """The ops of a pass that made something not finite, in their order."""
    program = known.program
    for done in range(program.backward_end):
        op = program.op(done)
        if op.t is None or (op.kind.line.adds_up and _sound_sum(known.trace, op.name)):
            continue
        value = known.get(op.name, op.t)
        if value is not None and not np.isfinite(value).all():
            yield _place(op.phase, op.name, example, op.t, value, done + 1)


def _sound_sum(trace: Trace, name: str) -> bool:
    """Whether a sum over timesteps is finite in the end; what isn't on the way never is again."""
    return bool(np.isfinite(trace.grads[name.removeprefix("d")]).all())


def _place(
    phase: Phase, name: str, example: int | None, t: int | None, value: Floats, done: int
) -> Place:
    index = tuple(int(i) for i in np.argwhere(~np.isfinite(value))[0])
    return Place(phase, name, example, t, index, float(value[index]), done)


def _in_update(timeline: Timeline, k: int) -> Place:
    """The first result of the update's own ops that isn't finite; of θ, in its own array."""
    result, trainer = timeline.update(k), timeline.owner(k).trainer
    for kind in algorithm_of(trainer.net, trainer.settings).update:
        value = np.atleast_1d(np.asarray(result.values[kind.line.target], float))
        if kind.line.target not in ("theta", "learning_rate") and not np.isfinite(value).all():
            return _place(Phase.UPDATE, kind.name, None, None, value, 0)
    for name, array in result.params.items():
        if not np.isfinite(array).all():
            return _place(Phase.UPDATE, name, None, None, array, 0)
    loss = timeline.records.rows(k + 1)[k, 0]
    return _place(Phase.UPDATE, "loss", None, None, np.array([loss]), 0)


def _inside(trace: Trace, place: Place) -> Chain:
    """‖h_t‖ forward in time up to a place, or ‖dh_t‖ back in time down to it."""
    assert place.t is not None
    if place.phase is Phase.FORWARD:
        stands = place.name in ("h", *trace.outputs)  # the state of the timestep itself is there
        last = place.t if stands else place.t - 1
        at = tuple(range(-1, last + 1))
        norms = l2_norm(trace.h[: last + 2], axis=1)
        if not stands:  # ends with what the state was to become
            made = trace.pre[place.t] if hasattr(trace, "pre") else trace.h[place.t + 1]
            at, norms = (*at, place.t), np.append(norms, np.abs(made).max())
        return Chain("‖h_t‖", at, tuple(norms.tolist()))
    at = tuple(range(trace.example.length - 1, place.t - 1, -1))
    return Chain("‖dh_t‖", at, tuple(float(trace.dh_norm[t]) for t in at))


def _by_update(timeline: Timeline, k: int) -> Chain:
    """‖g‖ of the last updates, that which broke the run among them."""
    first = max(0, k + 1 - BY_UPDATE)
    norms = timeline.records.rows(k + 1)[first : k + 1, 3]
    return Chain("‖g‖", tuple(range(first, k + 1)), tuple(norms.tolist()))
