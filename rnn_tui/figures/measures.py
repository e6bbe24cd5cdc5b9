"""How each published figure is measured: small functions on a bench that knows one experiment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.activations import sigmoid
from rnn_tui.engine.optimizer import clip, global_norm
from rnn_tui.engine.trace import Trace, trace_example
from rnn_tui.engine.training import Record, Trainer, TrainingState
from rnn_tui.experiments import Experiment

Measured = object  # a number or an array of them: whatever `np.asarray` takes


@dataclass
class _Run:
    """A training run from the start, as far as it was asked for."""

    trainer: Trainer
    states: list[TrainingState] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)

    def reach(self, k: int) -> None:
        """Do the updates before k."""
        if not self.states:
            self.states.append(self.trainer.initial_state())
        while len(self.states) <= k:
            done, record = self.trainer.step(self.states[-1], len(self.records))
            self.records.append(record)
            self.states.append(TrainingState(done.params, done.velocity))


@dataclass(frozen=True, eq=False)
class Bench:
    """An experiment at one example (from 1) and epoch. Runs and traces are made when needed."""

    experiment: Experiment
    example: int = 1
    epoch: int = 0
    run: _Run | None = None

    def __post_init__(self) -> None:
        if self.run is None:
            object.__setattr__(self, "run", _Run(Trainer(self.experiment)))

    def at(self, example: int, epoch: int) -> Bench:
        """The same bench elsewhere."""
        return replace(self, example=example, epoch=epoch)

    def state(self, epoch: int | None = None) -> TrainingState:
        """The state before an epoch, this one if none is named."""
        assert self.run is not None
        k = (self.epoch if epoch is None else epoch) * self.run.trainer.updates_per_epoch
        self.run.reach(k)
        return self.run.states[k]

    def record(self, epoch: int) -> Record:
        """What the update of an epoch reported (full batches)."""
        self.state(epoch + 1)
        assert self.run is not None
        return self.run.records[epoch]

    @property
    def trace(self) -> Trace:
        """The pass over the example at this epoch."""
        assert self.run is not None
        example = self.experiment.train[self.example - 1]
        return trace_example(self.state().params, self.run.trainer.net, example)


Measure = Callable[..., Measured]
MEASURES: dict[str, Measure] = {}


def _measure(function: Measure) -> Measure:
    MEASURES[function.__name__.strip("_")] = function
    return function


@_measure
def x(bench: Bench, t: str) -> Measured:
    """The embedding of token t."""
    return bench.experiment.train[bench.example - 1].inputs[int(t)]


@_measure
def row(bench: Bench, name: str, t: str) -> Measured:
    """Row t of an array of the trace: xh, hh, pre, dh, delta …"""
    array: Floats = getattr(bench.trace, name)
    return array[int(t)]


@_measure
def h(bench: Bench, t: str) -> Measured:
    """The state after token t; -1 is the initial one."""
    return bench.trace.h[int(t) + 1]


@_measure
def slope(bench: Bench, t: str) -> Measured:
    """1 − h² after token t."""
    return 1 - bench.trace.h[int(t) + 1] ** 2


@_measure
def output(bench: Bench, name: str) -> Measured:
    """Y, p or dy at the last output."""
    array: Floats = getattr(bench.trace, name)
    return array[-1]


@_measure
def loss(bench: Bench) -> Measured:
    """The example's loss."""
    return bench.trace.loss


@_measure
def exp_minus_y(bench: Bench) -> Measured:
    """E^−y, on the way to the sigmoid."""
    return np.exp(-bench.trace.y[-1])


@_measure
def output_products(bench: Bench) -> Measured:
    """Each W_hy · h of the logit."""
    return bench.state().params.W_hy[0] * bench.trace.h[-1]


@_measure
def dh_norm(bench: Bench, t: str) -> Measured:
    """‖dL/dh_t‖."""
    return bench.trace.dh_norm[int(t)]


@_measure
def decay(bench: Bench, t: str) -> Measured:
    """‖dL/dh_t‖ against the last one."""
    return bench.trace.decay[int(t)]


@_measure
def weaker(bench: Bench, t: str) -> Measured:
    """How many times weaker the gradient is at t than at the last timestep."""
    return 1 / bench.trace.decay[int(t)]


@_measure
def lost(bench: Bench, t: str) -> Measured:
    """How much of the gradient is gone at t, in percent."""
    return 100 * (1 - bench.trace.decay[int(t)])


@_measure
def grad(bench: Bench, name: str) -> Measured:
    """A gradient array of the example."""
    return bench.trace.grads[name]


@_measure
def contribution(bench: Bench, name: str, t: str) -> Measured:
    """What timestep t adds to dW_xh or dW_hh."""
    trace, s = bench.trace, int(t)
    right = trace.example.inputs[s] if name == "W_xh" else trace.h[s]
    return np.outer(trace.delta[s], right)


@_measure
def epoch_loss(bench: Bench) -> Measured:
    """The mean loss of the epoch, before its update."""
    record = bench.record(bench.epoch)
    return record.loss / record.outputs


@_measure
def epoch_right(bench: Bench) -> Measured:
    """How many examples the epoch got right."""
    return float(bench.record(bench.epoch).right)


@_measure
def grad_norm(bench: Bench) -> Measured:
    """The norm of the epoch's gradient, before clipping."""
    return bench.record(bench.epoch).grad_norm


@_measure
def first_all_right(bench: Bench) -> Measured:
    """The first epoch in which every example is right."""
    epoch = 0
    while bench.record(epoch).right < bench.record(epoch).outputs:
        epoch += 1
    return float(epoch)


@_measure
def weight(bench: Bench, name: str) -> Measured:
    """A whole parameter before the epoch."""
    return bench.state().params[name]


@_measure
def weight_at(bench: Bench, name: str, i: str, j: str) -> Measured:
    """One number of a parameter before the epoch."""
    return bench.state().params[name][int(i), int(j)]


@_measure
def step_of(bench: Bench, name: str, i: str, j: str) -> Measured:
    """The reduced gradient of one number of a parameter in this epoch."""
    done = bench.run.trainer.step(bench.state(), bench.epoch)[0] if bench.run else None
    assert done is not None
    layout = bench.state().params.layout
    array = done.gradient[layout.slices[name]].reshape(layout.shapes[name])
    return array[int(i), int(j)]


@_measure
def count(bench: Bench, name: str) -> Measured:
    """How many numbers a parameter has, or `all` of them."""
    params = bench.state().params
    return float(params.flat.size if name == "all" else params[name].size)


@_measure
def count_torch(bench: Bench, part: str) -> Measured:
    """The same in PyTorch, whose nn.RNN has a second hidden bias; `rnn`, `fc` or `all`."""
    params = bench.state().params
    fc = params.W_hy.size + params.b_y.size
    rnn = params.W_xh.size + params.W_hh.size + 2 * params.b_h.size
    return float({"rnn": rnn, "fc": fc, "all": rnn + fc}[part])


@_measure
def shape(bench: Bench, name: str) -> Measured:
    """The shape of a parameter."""
    return np.array(bench.state().params[name].shape, dtype=np.float64)


@_measure
def clip_scale(bench: Bench, norm: str) -> Measured:
    """What the experiment's clipping multiplies a gradient of this norm by."""
    gradient = np.full(4, float(norm) / 2)
    clipped = clip(gradient, global_norm(gradient), bench.experiment.training)
    return global_norm(clipped) / float(norm)


@_measure
def minus_ln(bench: Bench, p: str) -> Measured:
    """−ln p."""
    return -np.log(float(p))


@_measure
def ratio_of_losses(bench: Bench, p: str, q: str) -> Measured:
    """How many times −ln p is −ln q."""
    return np.log(float(p)) / np.log(float(q))


@_measure
def power(bench: Bench, base: str, exponent: str, scale: str = "1") -> Measured:
    """base^exponent, times a scale."""
    return float(base) ** float(exponent) * float(scale)


@_measure
def squash(bench: Bench, name: str, z: str) -> Measured:
    """Tanh or sigmoid of a number."""
    value = np.array(float(z))
    return np.tanh(value) if name == "tanh" else sigmoid(value)
