"""Update by update: what the engine computes, what torch does, and how far they are apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.passes.trace import trace_example
from rnn_tui.engine.training.training import Done, Trainer, TrainingState
from rnn_tui.equations.network import Network
from rnn_tui.parity.twin import Twin, TwinUpdate, second_biases

TOLERANCE = 1e-10
MOST_UPDATES = 300  # that are compared where nobody says how many; an epoch at least


@dataclass(frozen=True)
class Step:
    """One update compared, counted from 0.

    `loss` is the engine's, summed over `outputs`. `apart` are the largest differences when
    torch begins with the engine's weights: of what is `passed` on the way (each state, all
    layers together, the answers, the loss of one output), of each array's gradient (`dW_xh` …,
    and torch's second biases as `db_hh`) and of each array after the update (`W_xh` …).
    `free` is that of all weights when torch goes on from its own, None where it isn't followed.
    """

    update: int
    loss: float
    outputs: int
    apart: Mapping[str, float]
    free: float | None = None

    @property
    def finite(self) -> bool:
        """Whether there are numbers to compare, as an overflow ends differently on each side."""
        return bool(np.isfinite([self.loss, *self.apart.values()]).all())

    @property
    def agrees(self) -> bool:
        """Whether nothing is further apart than rounding explains."""
        return all(one <= TOLERANCE for one in self.apart.values())


@dataclass(frozen=True)
class ParitySummary:
    """Updates `first` … `last` together: the mean loss an output, and the largest differences."""

    first: int
    last: int
    loss: float
    apart: Mapping[str, float]
    free: float | None

    @property
    def wrong(self) -> tuple[str, ...]:
        """What is further apart than rounding explains."""
        return tuple(name for name, one in self.apart.items() if not one <= TOLERANCE)


def difference(one: Floats | float, other: Floats | float) -> float:
    """max |one − other|, as a share of the largest |one| where that is above 1.

    Two numbers that are not finite in the same way differ by 0, in another by infinity.
    """
    a, b = np.atleast_1d(one), np.atleast_1d(other)
    with np.errstate(all="ignore"):
        apart = np.abs(a - b)
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    apart = np.where(same, 0.0, np.where(np.isfinite(apart), apart, np.inf))
    scale = np.abs(a[np.isfinite(a)]).max(initial=1.0)
    return float(apart.max(initial=0.0) / scale)


def passed(net: Network) -> tuple[str, ...]:
    """What is compared of a pass: each state, over all layers, the answers and the losses."""
    return (*net.layers[-1].cell.states, net.head.answer, "loss")


def compare_update(trainer: Trainer, twin: Twin, state: TrainingState, k: int) -> Step:
    """Update k from the same state by both."""
    return _compared(trainer, trainer.step(state, k), _by_torch(trainer, twin, state, k), state, k)


def comparer(trainer: Trainer) -> Callable[[TrainingState, int], Step]:
    """`compare_update` by a network in torch of its own. Raises NoTorchError."""
    twin = Twin(trainer.experiment)
    return lambda state, k: compare_update(trainer, twin, state, k)


def _by_torch(trainer: Trainer, twin: Twin, state: TrainingState, k: int) -> TwinUpdate:
    members = trainer.members(k)
    examples = [trainer.experiment.train[member] for member in members]
    return twin.update(state, examples, [trainer.start(state, k, one) for one in members], k)


def _compared(
    trainer: Trainer, done: Done, torchs: TwinUpdate, state: TrainingState, k: int
) -> Step:
    net = trainer.net
    apart = dict.fromkeys(passed(net), 0.0)
    for place, member in enumerate(trainer.members(k)):
        start = trainer.start(state, k, member)
        trace = trace_example(state.params, net, trainer.experiment.train[member], start)
        found = [
            (name, difference(trace.layers[depth][name][1:], theirs))
            for (depth, name), theirs in torchs.states[place].items()
        ]
        answers = trace.outputs[net.head.answer]
        found.append((net.head.answer, difference(answers, torchs.answers[place])))
        found.append(("loss", difference(trace.losses, torchs.losses[place])))
        for name, one in found:
            apart[name] = max(apart[name], one)
    apart["loss"] = max(apart["loss"], difference(done.record.loss, torchs.loss))
    gradient, ours = (
        state.params.with_flat(done.update.gradient),
        second_biases(net, trainer.experiment.layout),
    )
    for name, theirs in torchs.gradient.items():
        apart[f"d{name}"] = difference(gradient[ours.get(name, name)], theirs)
    for name, array in done.update.params.items():
        apart[name] = difference(array, torchs.after.params[name])
    return Step(k, done.record.loss, done.record.outputs, apart)


def compare(trainer: Trainer, count: int) -> Iterator[Step]:
    """The first `count` updates, as far as the engine's numbers are finite.

    Each begins with the engine's weights, velocity and carried state; beside that torch is
    left to itself from the start, so that rounding may grow. Raises NoTorchError.
    """
    twin = Twin(trainer.experiment)
    state = free = trainer.initial_state()
    for k in range(count):
        done = trainer.step(state, k)
        if not (np.isfinite(done.record.loss) and np.isfinite(done.after.params.flat).all()):
            return
        step = _compared(trainer, done, _by_torch(trainer, twin, state, k), state, k)
        state, free = done.after, _by_torch(trainer, twin, free, k).after
        gone = difference(state.params.flat, free.params.flat)
        yield Step(k, step.loss, step.outputs, step.apart, gone)


def summed(steps: Sequence[Step]) -> ParitySummary:
    """Consecutive updates, at least one, put together."""
    apart = {name: max(step.apart[name] for step in steps) for name in steps[0].apart}
    followed = [step.free for step in steps if step.free is not None]
    return ParitySummary(
        steps[0].update,
        steps[-1].update,
        sum(step.loss for step in steps) / sum(step.outputs for step in steps),
        apart,
        max(followed) if followed else None,
    )


def usual_updates(trainer: Trainer) -> int:
    """How many updates take seconds at most: whole epochs of labelled examples."""
    asked = trainer.settings.updates(trainer.updates_per_epoch)
    if trainer.experiment.stream is not None:
        return min(asked, MOST_UPDATES)
    each = trainer.updates_per_epoch
    return min(asked, max(1, MOST_UPDATES // each) * each)
