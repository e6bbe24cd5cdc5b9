"""Torch beside the engine for every cell, in layers, with an encoder, by module or by lines."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
import toy_cell
from making import Case, make_example, make_experiment, make_parameters, make_stack

from rnn_tui.engine.passes.trace import trace_example
from rnn_tui.engine.training.training import TrainingState
from rnn_tui.engine.update import no_slots
from rnn_tui.equations.cells import CELLS, gru_before
from rnn_tui.equations.cells.cell import Cell
from rnn_tui.equations.faults import FAULTS, Fault
from rnn_tui.equations.parameters import Parameters
from rnn_tui.parity import module_name, second_biases, torch_names
from rnn_tui.parity.twin import Twin

MODULES = {"rnn": "torch.nn.RNN", "lstm": "torch.nn.LSTM", "gru": "torch.nn.GRU"}
BY_LINES = {"toy": Cell.of("toy", toy_cell), "reset before": Cell.of("gru_before", gru_before)}
EVERY = CELLS | BY_LINES


def a_case(
    cell: Cell, depth: int, *, encoder: bool, learned: bool, fault: Fault | None = None
) -> Case:  # fmt: skip
    """A network of so many layers, and examples of two lengths."""
    net = make_stack(cell, depth, encoder=encoder, learned=learned, fault=fault)
    params = make_parameters(net.layout(3, 4, 2, 5 if learned else 0), depth)
    rng = np.random.default_rng(1)
    read = 2 if encoder else 0
    examples = [
        make_example(rng, params.layout, length, outputs, 2, read)
        for length, outputs in ((4, (2, 3)), (3, (2,)), (4, (2, 3)))
    ]
    return Case(net, params, tuple(examples))


def by_torch(case: Case) -> Any:
    made = make_experiment(reduction="sum", clip="none")
    vars(made).update(layout=case.params.layout, network=case.net)
    state = TrainingState(case.params, no_slots(case.net.optimizer, case.params.flat))
    return Twin(made).update(state, case.examples, [None] * len(case.examples), 0)


def traced(case: Case) -> list[Any]:
    return [trace_example(case.params, case.net, one) for one in case.examples]


@pytest.mark.torch
@pytest.mark.parametrize(("cell", "depth"), [*product(EVERY, (1, 2)), ("lstm", 3)])
@pytest.mark.parametrize("more", [False, True])
def test_states_and_gradients_are_torchs(cell: str, depth: int, more: bool) -> None:
    case = a_case(EVERY[cell], depth, encoder=more, learned=more)
    done, traces = by_torch(case), traced(case)
    total = Parameters.zeros(case.params.layout)
    for place, trace in enumerate(traces):
        total.flat[...] += trace.grads.flat
        for (layer, state), theirs in done.states[place].items():
            ours = trace.layers[layer][state][1:]
            np.testing.assert_allclose(theirs, ours, rtol=0, atol=1e-13)
        np.testing.assert_allclose(done.losses[place], trace.losses, rtol=1e-13)
    assert len(done.states[0]) == depth * len(case.net.layers[0].cell.states)
    assert module_name(case.net, case.params.layout) == MODULES.get(cell, "")
    added = second_biases(case.net, case.params.layout)
    assert (
        set(done.gradient)
        == {*case.params.layout.shapes, *added}
        == {*torch_names(case.net, case.params.layout)}
    )
    for name, theirs in done.gradient.items():
        np.testing.assert_allclose(theirs, total[added.get(name, name)], rtol=0, atol=1e-12)


def test_which_biases_torch_has_of_its_own() -> None:
    def added(cell: str) -> set[str]:
        case = a_case(EVERY[cell], 2, encoder=False, learned=False)
        return set(second_biases(case.net, case.params.layout))

    assert added("rnn") == {"b_hh", "b_hh_1"}
    assert added("gru") == {"b_hr", "b_hz", "b_hr_1", "b_hz_1"}  # b_hn is there already
    assert added("lstm") == {f"b_h{gate}{layer}" for gate in "ifgo" for layer in ("", "_1")}
    assert added("toy") == set()


def test_what_torch_calls_the_gates() -> None:
    case = a_case(CELLS["lstm"], 2, encoder=True, learned=True)
    names = torch_names(case.net, case.params.layout)
    assert names["W_xi"] == "rnn.weight_ih_l0[:H]"
    assert names["b_ho_1"] == "rnn.bias_hh_l1[3H:4H]"
    assert names["W_hg_1_enc"] == "encoder.weight_hh_l1[2H:3H]"
    assert names["E"] == "embedding.weight"


@pytest.mark.torch
@pytest.mark.parametrize(
    ("cell", "fault"), [*((cell, "no-dh-next") for cell in EVERY), ("lstm", "no-dc-next")]
)
def test_a_slip_on_the_way_back_is_seen(cell: str, fault: str) -> None:
    """Nothing that autograd does is read off the lines that are written for it."""
    case = a_case(EVERY[cell], 1, encoder=False, learned=False, fault=FAULTS[fault])
    gradient = by_torch(case).gradient
    total = sum(trace.grads.flat for trace in traced(case))
    theirs = np.concatenate([gradient[name].ravel() for name in case.params.layout.shapes])
    assert np.abs(total - theirs).max() > 1e-3
