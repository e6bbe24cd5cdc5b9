"""Heads whose targets are numbers: their losses and gradients, by hand and as PyTorch has them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from making import ALL_HEADS, make_stack, make_targets

from rnn_tui.engine.passes.trace import trace_example
from rnn_tui.equations.cells import CELLS
from rnn_tui.equations.heads import Head, head_of
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Example

REAL = [head for head in ALL_HEADS if not head.has_classes] + [head_of("state", "half-squared")]


def named(head: Head) -> str:
    return f"{head.name} {head.loss_formula}"


@pytest.mark.parametrize(
    ("head", "loss", "dy"),
    [
        (head_of("linear"), (0.5**2 + 2.0**2) / 2, [0.5, -2.0]),
        (head_of("linear", "half-squared"), (0.5**2 + 2.0**2) / 2, [0.5, -2.0]),
        (head_of("state", "half-squared"), (0.5**2 + 2.0**2) / 2, [0.5, -2.0]),
    ],
)
def test_two_numbers_by_hand(head: Head, loss: float, dy: list[float]) -> None:
    y, target = np.array([[1.5, -1.0]]), np.array([[1.0, 1.0]])
    np.testing.assert_allclose(head.loss(y, target), [loss])
    losses, off = head.answers(y, target)
    np.testing.assert_allclose(losses, [loss])
    np.testing.assert_allclose(off, [1.25])
    np.testing.assert_allclose(y, [dy])


def test_with_one_number_the_mean_is_twice_the_half() -> None:
    y, target = np.array([[3.0]]), np.array([[1.0]])
    whole, half = (head_of("linear", loss).loss(y, target) for loss in ("mse", "half-squared"))
    assert float(whole[0]) == 2 * float(half[0]) == 4.0


@pytest.mark.torch
@pytest.mark.parametrize("head", REAL, ids=named)
@pytest.mark.parametrize("cell", sorted(CELLS))
def test_torch_has_the_same_loss_and_gradient(head: Head, cell: str) -> None:
    torch: Any = pytest.importorskip("torch")
    rng = np.random.default_rng(4)
    O = 3  # noqa: E741
    net = make_stack(cell, head=head)
    layout = net.layout(2, 3, O)
    params = Parameters(layout, rng.standard_normal(layout.size))
    targets = make_targets(rng, head, (4, O))
    one = Example("", ("a",) * 4, np.arange(4), rng.standard_normal((4, 2)), (0, 1, 2, 3), targets)
    trace = trace_example(params, net, one)
    y, wanted = torch.tensor(trace.y, requires_grad=True), torch.tensor(targets)
    criterion = getattr(torch.nn, head.torch_name)(reduction="sum")
    cost = eval(head.torch_cost.format("summed", O), {"summed": criterion(y, wanted)})
    np.testing.assert_allclose(float(cost.detach()), trace.losses.sum(), rtol=1e-12)
    cost.backward()
    np.testing.assert_allclose(y.grad.numpy(), trace.dy, rtol=1e-12, atol=1e-15)
    answered, losses = head.torch_answer(torch, torch.tensor(trace.y), wanted)
    np.testing.assert_allclose(answered.numpy(), trace.answer, rtol=1e-12)
    np.testing.assert_allclose(losses.numpy(), trace.losses, rtol=1e-12)


def test_the_state_is_answered_as_it_is() -> None:
    net = make_stack("lstm", head=head_of("state", "half-squared"))
    layout = net.layout(2, 3, 3)
    assert not any(name in layout.shapes for name in ("W_hy", "b_y"))
    params = Parameters(layout, np.random.default_rng(0).standard_normal(layout.size))
    one = Example("", ("a",), np.arange(1), np.ones((1, 2)), (0,), np.zeros((1, 3)))
    trace = trace_example(params, net, one)
    np.testing.assert_array_equal(trace.y, trace.h[1:])
    np.testing.assert_array_equal(trace.dh_local, trace.h[1:])
