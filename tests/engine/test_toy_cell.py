"""A cell that the program does not know is one file: it runs, is checked, and trains."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import toy_cell
from making import (
    make_example,
    make_experiment,
    make_parameters,
    make_sequences,
    make_stack,
    make_stream,
)

from rnn_tui.arrays import Floats
from rnn_tui.engine.checks.gradient_check import Verdict, check_batch, check_gradient
from rnn_tui.engine.passes.batches import batches_of
from rnn_tui.engine.passes.carrying import Carrier
from rnn_tui.engine.passes.kernel import Kernel
from rnn_tui.engine.passes.patches import Patch
from rnn_tui.engine.passes.sampling import read, sample
from rnn_tui.engine.passes.trace import gradients_down_to, trace_example
from rnn_tui.engine.passes.truncation import batch_cut_every, cut_every
from rnn_tui.engine.spectrum.ledger import factors, ledger
from rnn_tui.engine.training.evaluating import evaluate
from rnn_tui.engine.training.training import Trainer
from rnn_tui.equations.activations import Activation
from rnn_tui.equations.cells import Cell
from rnn_tui.equations.fast import Fast, Memory, Rows
from rnn_tui.equations.faults import FAULTS
from rnn_tui.equations.mathematics import sigmoid
from rnn_tui.experiments import Experiment

MAKERS: dict[str, Callable[[], Experiment]] = {
    "labelled": make_experiment,
    "stream": make_stream,
    "learned": lambda: make_stream(learned=2),
    "encoder": lambda: make_sequences("encoder-decoder"),
}


@pytest.fixture(params=MAKERS)
def experiment(request: pytest.FixtureRequest, toy: Cell) -> Experiment:
    """One of each kind, with the toy cell in it."""
    made = MAKERS[request.param]()
    return with_toy(made)


def with_toy(made: Experiment) -> Experiment:
    """The experiment with the toy cell in the place of its own."""
    return replace(made, model=replace(made.model, cell="toy"))


def small(toy: Cell, depth: int = 1, learned: int = 0, encoder: int = 0) -> tuple[Any, ...]:
    """A network, parameters, three examples, and the states that they begin with."""
    net = make_stack(toy, depth, encoder=encoder, learned=learned)
    layout = net.layout(3, 4, 3, learned)
    examples = tuple(
        make_example(np.random.default_rng(seed), layout, 5, (1, 4), 3, encoder)
        for seed in range(3)
    )
    start = np.linspace(-0.5, 0.5, net.state_size(layout))
    return net, make_parameters(layout, 1), examples, start


def test_its_lines_are_what_it_computes(toy: Cell) -> None:
    net, params, (example, *_), start = small(toy)
    trace = trace_example(params, net, example, start)
    assert {*trace.layers[0]} == {
        "x", "h", "c", "a", "g", "dh_local", "dh", "dc", "delta_a", "delta_g",
        "dh_next", "dc_next",
    }  # fmt: skip
    h, c = start[:4], start[4:]
    for t in range(example.length):
        a = sigmoid(params.W_xa @ trace.x[t] + params.W_ha @ h + params.b_a)
        g = np.tanh(params.W_xg @ trace.x[t] + params.W_hg @ h + params.b_g)
        c = a * c + (1 - a) * g
        h = np.tanh(c)
        np.testing.assert_allclose(trace.states(t + 1), np.concatenate([h, c]), rtol=1e-13)
    assert net.layers[0].variables["delta_a"] == "H"
    assert [line.words for line in toy.forward_body.lines][2] == "the memory after a token"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("depth", "learned", "encoder", "patches"),
    [
        (1, 0, 0, ()),
        (1, 3, 2, (Patch(1, 2, 0.3, "c"),)),
        (2, 3, 0, ()),
        (2, 0, 2, (Patch(-1, 0, 0.2, "c", 0), Patch(2, 1, 0.1))),
    ],
)
def test_its_gradients_are_those_of_central_differences(
    toy: Cell, depth: int, learned: int, encoder: int, patches: tuple[Patch, ...]
) -> None:
    net, params, examples, start = small(toy, depth, learned, encoder)
    for example in examples:
        checks = check_gradient(params, net, example, start, patches=patches)
        assert {check.verdict for check in checks} == {Verdict.RIGHT}
        trace = trace_example(params, net, example, start, patches)
        np.testing.assert_array_equal(gradients_down_to(trace, 0).flat, trace.grads.flat)


def test_a_jacobian_is_that_of_central_differences(toy: Cell) -> None:
    net, params, (example, *_), start = small(toy, depth=2)
    one = replace(
        example, tokens=example.tokens[:1], ids=example.ids[:1], inputs=example.inputs[:1],
        outputs=(0,), targets=example.targets[:1],
    )  # fmt: skip

    def after(states: Floats) -> Floats:
        return trace_example(params, net, one, states).states(1)

    step = 1e-6 * np.eye(len(start))
    numeric = np.array([(after(start + d) - after(start - d)) / 2e-6 for d in step]).T
    made = Carrier(trace_example(params, net, one, start)).jacobian(0)
    np.testing.assert_allclose(made, numeric, rtol=1e-6, atol=1e-8)


def test_what_is_sent_back_is_what_the_pass_sends_back(toy: Cell) -> None:
    net, params, (example, *_), start = small(toy, depth=2)
    trace = trace_example(params, net, example, start, (Patch(2, 1, 0.3, "c", 0),))
    way = Carrier(trace)
    for t in range(example.length):
        carried = way.back(t, trace.dh_local[t][:, None], trace.sent(t + 1)[:, None])
        np.testing.assert_allclose(carried.sent[:, 0], trace.sent(t), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(ledger(trace).norms[1][2:], trace.dh_norm[2:], rtol=1e-12)
    assert np.isfinite(factors(trace).product).all()


@pytest.mark.slow
def test_the_classic_faults_are_rules_that_fit_it_too(toy: Cell) -> None:
    net, params, (example, *_), start = small(toy)
    wrong = {
        fault.name: {
            check.name
            for check in check_gradient(params, replace(net, fault=fault), example, start)
            if check.verdict is Verdict.WRONG
        }
        for fault in FAULTS.values()
    }
    everything = {*toy.parameters}
    assert wrong == {
        "no-slope": everything,
        "no-dh-next": everything,
        "no-dc-next": everything,
        "untransposed": everything,
        "no-accumulation": {"W_ha"},
        "shifted-state": {"W_ha"},
        "no-mean": set(),
    }


def test_it_trains(experiment: Experiment) -> None:
    trainer = Trainer(experiment)
    state = trainer.initial_state()
    reduced = trainer.step(state, 0).update.reduced
    check = check_batch(reduced, trainer, state, 0, np.arange(reduced.size))
    assert check.verdict is Verdict.RIGHT
    first, _ = trainer.advance(state, 0)
    for k in range(60):
        record, state = trainer.advance(state, k)
    assert record.loss < 0.3 * first.loss
    found = evaluate(state.params, trainer.net, experiment.train)
    assert np.isfinite(found.losses).all()


def test_it_reads_and_writes(toy: Cell) -> None:
    made = make_stream()
    trainer = Trainer(with_toy(made))
    params, net, vocabulary = trainer.initial_state().params, trainer.net, made.vocabulary
    example = made.train[0]
    states = read(params, net, vocabulary, example.ids)
    trace = trace_example(params, net, example)
    whole = [trace.states(t) for t in range(example.length + 1)]
    np.testing.assert_allclose(states, whole, rtol=1e-12, atol=1e-15)
    draws = sample(params, net, vocabulary, example.ids, seed=1)
    again = read(params, net, vocabulary, np.array([next(draws).token]), states[-1])[-1]
    np.testing.assert_allclose(next(sample(params, net, vocabulary, example.ids, seed=1)).h, again)


class ToyFast(Fast):
    """The toy's own for the kernel: two gates in one product, and dc carried in backpropagation."""

    driven = (Rows("W_xa", "b_a"), Rows("W_xg", "b_g"))
    products = ((Rows("W_ha"), Rows("W_hg")),)

    def __init__(self, activation: Activation, shape: tuple[int, int, int], memory: Memory) -> None:
        super().__init__(activation, shape, memory)
        T, B, H = shape
        self._c, self._a, self._g = (memory.zeros(rows, B, H) for rows in (T + 1, T, T))
        self.states, self.sources = {"h": self.h, "c": self._c}, (self.before,)

    def forward(
        self, first: int, end: int, matrices: Sequence[Floats], biases: Sequence[Floats]
    ) -> None:
        drive = self.drive.reshape(self.T, self.B, -1)
        for t in range(first, end):
            pre = self.h[t] @ matrices[0].T + drive[t]
            self._a[t], self._g[t] = sigmoid(pre[:, : self.H]), np.tanh(pre[:, self.H :])
            self._c[t + 1] = self._a[t] * self._c[t] + (1 - self._a[t]) * self._g[t]
            self.h[t + 1] = np.tanh(self._c[t + 1])

    def prepare(self, local: Floats) -> None:
        super().prepare(local)
        self.delta = self._memory.zeros(self.T * self.B, 2 * self.H)
        self.deltas, self._dc = (self.delta,), self._memory.zeros(self.B, self.H)
        self._before_each = self.before_each()

    def before_backward(self) -> None:
        """Nothing is worked out beforehand."""

    def begin(self, t: int) -> None:
        super().begin(t)
        self._dc[...] = 0.0

    def backward(self, first: int, end: int, matrices: Sequence[Floats]) -> None:
        for t in reversed(range(first, end)):
            self.close(t, matrices)
            sent = self.sent_by(t, matrices)
            self._dh[...] = sent.reshape(self._dh.shape) + self._before_each[t]

    def close(self, t: int, matrices: Sequence[Floats]) -> None:
        a, g = self._a[t], self._g[t]
        dc = self._dc + self._dh * (1 - self.h[t + 1] ** 2)
        to_a, to_g = dc * (self._c[t] - g) * a * (1 - a), dc * (1 - a) * (1 - g**2)
        self.delta.reshape(self.T, self.B, -1)[t] = np.concatenate([to_a, to_g], axis=1)
        self._dc[...] = dc * a

    def sent_by(self, t: int, matrices: Sequence[Floats]) -> Floats:
        sent: Floats = self.delta.reshape(self.T, self.B, -1)[t] @ matrices[0]
        return sent

    def sent(self, matrices: Sequence[Floats]) -> list[Floats]:
        return [self.sent_by(0, matrices), self._dc]

    def settle(self) -> None:
        """No signs were put in."""


@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize("learned", [0, 3])
@pytest.mark.parametrize("encoder", [0, 2])
def test_with_a_fast_path_of_its_own_the_kernel_runs_it(
    depth: int, learned: int, encoder: int
) -> None:
    fast = Cell.of("toy", SimpleNamespace(**vars(toy_cell), FAST=ToyFast))
    net, params, examples, start = small(fast, depth, learned, encoder)
    (batch,) = batches_of(examples)
    kernel = Kernel(params.layout, net, batch.shape, given=batch.inputs is not None)
    traces = [trace_example(params, net, one, start) for one in examples]
    for _ in range(2):  # what is left there may not matter
        ran = kernel.run(params, batch.ids, batch.targets, start, batch.inputs, sends_first=True)
    sent = np.array([trace.sent(0) for trace in traces])
    assert ran.first is not None
    np.testing.assert_allclose(ran.first, sent, rtol=1e-12)
    total = sum(trace.grads.flat for trace in traces)
    np.testing.assert_allclose(ran.total, total, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(ran.last, [trace.states(5) for trace in traces], rtol=1e-12)
    cut = sum(cut_every(trace_example(params, net, one), 2) for one in examples)
    np.testing.assert_allclose(batch_cut_every(params, net, examples, 2), cut, rtol=1e-11)


@pytest.mark.parametrize(
    ("name", "lines"),
    [("states", {"STATES": ("c", "h")}), ("dW", {"PARAMETERS": {**toy_cell.PARAMETERS, "b": "H"}})],
)
def test_a_cell_that_lacks_a_line_is_refused(name: str, lines: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"expected h as the first|no line makes db"):
        _ = Cell.of(name, SimpleNamespace(**(vars(toy_cell) | lines))).forward_body
