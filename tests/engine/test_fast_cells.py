"""The kernel's way through each cell: the numbers of its lines, whatever stands around it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from making import make_example, make_parameters, make_stack

from rnn_tui.arrays import Floats
from rnn_tui.engine.passes.batches import Batch, batches_of
from rnn_tui.engine.passes.kernel import Kernel, Ran
from rnn_tui.engine.passes.reading import read_batch
from rnn_tui.engine.passes.trace import Trace, trace_example
from rnn_tui.engine.passes.truncation import batch_cut_every, cut_every
from rnn_tui.equations.cells import CELLS, Cell, cell_of
from rnn_tui.equations.faults import FAULTS
from rnn_tui.equations.heads import HEADS
from rnn_tui.equations.network import Network
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Example

FAST = CELLS | {
    "gru, replaces": cell_of("gru", "after", "replaces"),
    "gru before": cell_of("gru", "before"),
    "gru before, replaces": cell_of("gru", "before", "replaces"),
    **{f"{name}, two biases": cell_of(name, biases="two") for name in CELLS},
    "gru before, replaces, two biases": cell_of("gru", "before", "replaces", "two"),
}
T = 6

each_cell = pytest.mark.parametrize("cell", FAST.values(), ids=FAST)


def made(
    cell: Cell, depth: int = 1, encoder: int = 0, learned: int = 0, batch: int = 1,
    head: str = "softmax", outputs: tuple[int, ...] = (1, 3, 5), learns_start: bool = False,
) -> tuple[Network, Parameters, tuple[Example, ...], Floats]:  # fmt: skip
    """A network of this cell, with examples and the states that they begin with."""
    net = make_stack(cell, depth, head, encoder=encoder, learned=learned, learns_start=learns_start)
    layout = net.layout(3, [4, 2, 3][:depth], 3, learned)
    rng = np.random.default_rng(depth + encoder)
    examples = tuple(make_example(rng, layout, T, outputs, 3, encoder) for _ in range(batch))
    if not net.head.has_classes:
        targets = rng.standard_normal((batch, len(outputs), 3))
        examples = tuple(replace(one, targets=t) for one, t in zip(examples, targets, strict=True))
    start = rng.uniform(-0.9, 0.9, net.state_size(layout))
    return net, make_parameters(layout, 1), examples, start


def same(found: Any, expected: Any) -> None:
    """Within 1e-12."""
    np.testing.assert_allclose(np.array(found), np.array(expected), rtol=1e-12, atol=1e-12)


def ran(
    net: Network, params: Parameters, batch: Batch, start: Floats | None, dtype: type = np.float64
) -> Ran:
    kernel = Kernel(params.layout, net, batch.shape, None, dtype, given=batch.inputs is not None)
    params = params.in_type(dtype)
    for _ in range(2):  # what is left there may not matter
        found = kernel.run(params, batch.ids, batch.targets, start, batch.inputs, sends_first=True)
    return found


def traced(
    net: Network, params: Parameters, examples: tuple[Example, ...], start: Floats | None
) -> list[Trace]:
    return [trace_example(params, net, one, start) for one in examples]


@each_cell
@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("learned", [0, 5])
@pytest.mark.parametrize(
    ("depth", "encoder"),
    [
        (1, 0),
        (1, 2),
        *(pytest.param(*one, marks=pytest.mark.slow) for one in [(2, 0), (3, 3), (2, T)]),
    ],
)
def test_it_computes_what_the_lines_do(
    cell: Cell, depth: int, encoder: int, learned: int, batch: int
) -> None:
    net, params, examples, start = made(cell, depth, encoder, learned, batch)
    (one,) = batches_of(examples)
    found, traces = ran(net, params, one, start), traced(net, params, examples, start)
    same(found.total, sum(t.grads.flat for t in traces))
    same(found.last, [t.states(T) for t in traces])
    same(found.first, [t.sent(0) for t in traces])
    assert found.loss == pytest.approx(sum(t.losses.sum() for t in traces), rel=1e-12)
    reader = read_batch(params, net, one, start)
    states = [[t.states(at) for t in traces] for at in range(T + 1)]
    same(reader.states(), states)


@each_cell
@pytest.mark.parametrize(("depth", "encoder", "batch"), [(1, 0, 1), (2, 2, 3)])
def test_first_states_that_are_learned_get_their_gradient(
    cell: Cell, depth: int, encoder: int, batch: int
) -> None:
    net, params, examples, start = made(cell, depth, encoder, batch=batch, learns_start=True)
    assert net.in_kernel
    (one,) = batches_of(examples)
    for begun in (None, start):  # which are not learned where a pass goes on from others
        total = sum(trace.grads.flat for trace in traced(net, params, examples, begun))
        found = ran(net, params, one, begun).total
        same(found, total)


@each_cell
@pytest.mark.parametrize("k", [1, 2, 4])
@pytest.mark.parametrize(("depth", "encoder", "batch"), [(1, 0, 1), (2, 3, 2)])
def test_no_gradient_crosses_a_wall(
    cell: Cell, depth: int, encoder: int, batch: int, k: int
) -> None:
    net, params, examples, _ = made(cell, depth, encoder, batch=batch)
    cut = sum(cut_every(trace_example(params, net, one), k) for one in examples)
    found = batch_cut_every(params, net, examples, k)
    same(found, cut)


@each_cell
@pytest.mark.parametrize("head", [name for name, one in HEADS.items() if not one.has_classes])
def test_it_learns_numbers_too(cell: Cell, head: str) -> None:
    net, params, examples, start = made(cell, batch=2, head=head)
    if net.output_size(params.layout) != 3:
        examples = tuple(replace(one, targets=np.ones((3, 4))) for one in examples)
    (one,) = batches_of(examples)
    total = sum(trace.grads.flat for trace in traced(net, params, examples, start))
    found = ran(net, params, one, start).total
    same(found, total)


@each_cell
def test_in_single_precision_it_comes_close(cell: Cell) -> None:
    net, params, examples, start = made(cell, 2, batch=2)
    (one,) = batches_of(examples)
    rough, exact = (ran(net, params, one, start, dtype) for dtype in (np.float32, np.float64))
    assert rough.total.dtype == np.float32
    np.testing.assert_allclose(rough.total, exact.total, rtol=1e-4, atol=1e-4)


@each_cell
@pytest.mark.parametrize("fault", ["untransposed", "no-mean"])
def test_a_fault_that_it_says_it_makes_it_makes(cell: Cell, fault: str) -> None:
    net, params, examples, start = made(cell, 2, encoder=2, batch=2)
    net = replace(net, fault=FAULTS[fault])
    assert net.in_kernel
    (one,) = batches_of(examples)
    total = sum(trace.grads.flat for trace in traced(net, params, examples, start))
    found = ran(net, params, one, start).total
    same(found, total)


@each_cell
def test_gates_that_are_wide_open_or_shut_overflow_nothing(cell: Cell) -> None:
    net, params, examples, start = made(cell, 2)
    params = params.with_flat(400 * params.flat)
    (one,) = batches_of(examples)
    with np.errstate(over="ignore"):  # e^-a is ∞ where a gate is shut
        found = ran(net, params, one, start)
    (trace,) = traced(net, params, examples, start)
    same(found.last, [trace.states(T)])
    np.testing.assert_allclose(found.total, trace.grads.flat, rtol=1e-11, atol=1e-11)


@each_cell
def test_which_faults_it_makes(cell: Cell) -> None:
    net = made(cell)[0]
    names = {name for name, fault in FAULTS.items() if replace(net, fault=fault).in_kernel}
    assert names == {"untransposed", "no-mean"}


@pytest.mark.parametrize("target", ["drh", "dx_t"])  # the one it fits, the other it does not
def test_a_fault_in_another_line_goes_by_the_lines(target: str) -> None:
    elsewhere = replace(FAST["gru before"], faulty={"untransposed": target})
    assert not replace(made(elsewhere)[0], fault=FAULTS["untransposed"]).in_kernel
