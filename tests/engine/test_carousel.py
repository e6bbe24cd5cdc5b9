"""What is kept of a gradient along a state: against the lines, and against the whole Jacobian."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import toy_cell
from making import make_example, make_parameters, make_stack

from rnn_tui.engine.passes.carrying import Carrier
from rnn_tui.engine.passes.patches import Patch
from rnn_tui.engine.passes.trace import Trace, trace_example
from rnn_tui.engine.spectrum.carousel import carousels
from rnn_tui.equations.cells import CELLS, Cell
from rnn_tui.equations.faults import FAULTS, NO_DH_NEXT
from rnn_tui.equations.gates import gates, kept

TOY = Cell.of("toy", toy_cell)


def pass_of(cell: Cell, depth: int = 1, patches: tuple[Patch, ...] = ()) -> Trace:
    net = make_stack(cell, depth)
    layout = net.layout(2, 3, 2)
    example = make_example(np.random.default_rng(3), layout, 5, (4,), 2)
    return trace_example(make_parameters(layout, 1), net, example, patches=patches)


@pytest.mark.parametrize(
    ("cell", "state", "factor"),
    [(CELLS["lstm"], "c", "f"), (CELLS["gru"], "h", "z"), (TOY, "c", "a")],
    ids=["lstm", "gru", "toy"],
)
def test_the_way_along_a_state_is_read_off_its_line(cell: Cell, state: str, factor: str) -> None:
    trace = pass_of(cell)
    (way,) = carousels(trace, 0)
    assert way.state == state
    np.testing.assert_array_equal(way.kept, trace.layers[0][factor])
    for t in range(5):
        wanted = np.prod(trace.layers[0][factor][t + 1 :], axis=0)
        np.testing.assert_allclose(way.left[t], wanted, rtol=1e-14)


def test_a_vanilla_cell_has_no_such_way() -> None:
    assert carousels(pass_of(CELLS["rnn"]), 0) == ()
    assert kept(CELLS["rnn"].backward_body.lines, "h") is None


def test_it_is_the_part_of_the_jacobian_that_no_matrix_makes() -> None:
    """With h's way out of the gates cut off, ∂c_t/∂c_{t−1} of an LSTM is diag(f)."""
    trace = pass_of(CELLS["lstm"])
    (way,) = carousels(trace, 0)
    for t in range(1, 5):
        jacobian = Carrier(trace).jacobian(t)
        np.testing.assert_allclose(jacobian[3:, 3:], np.diag(way.kept[t]), atol=1e-14)


def test_nothing_is_kept_of_a_value_put_in_by_hand_or_with_the_line_broken() -> None:
    (way,) = carousels(pass_of(CELLS["lstm"], patches=(Patch(2, 1, 0.5, "c", 0),)), 0)
    assert way.kept[2, 1] == 0
    assert (way.left[:2, 1] == 0).all()
    assert (way.left[2:, 1] > 0).all()
    trace = pass_of(CELLS["lstm"])
    for fault in (NO_DH_NEXT, FAULTS["no-dc-next"]):  # the first drops all that later ones send
        broken = replace(trace.net, fault=fault)
        (way,) = carousels(trace_example(trace.params, broken, trace.example), 0)
        np.testing.assert_array_equal(way.kept, np.zeros((5, 3)))
        np.testing.assert_array_equal(way.left, [[0.0] * 3] * 4 + [[1.0] * 3])


def test_each_layer_has_its_own() -> None:
    trace = pass_of(CELLS["lstm"], depth=2)
    for depth in (0, 1):
        (way,) = carousels(trace, depth)
        np.testing.assert_array_equal(way.kept, trace.layers[depth]["f"])


def test_gates_are_what_squashes_to_0_and_1_and_the_candidate_stands_last() -> None:
    assert [(gate.name, gate.has_sign) for gate in gates(CELLS["lstm"])] == [
        ("i", False), ("f", False), ("o", False), ("g", True),
    ]  # fmt: skip
    assert [gate.name for gate in gates(CELLS["gru"])] == ["r", "z", "n"]
    assert gates(CELLS["rnn"]) == ()
    assert [gate.name for gate in gates(TOY)] == ["a", "g"]
    forget = gates(CELLS["lstm"])[1]
    assert (forget.words, forget.does) == ("the forget gate", "how much is kept")
