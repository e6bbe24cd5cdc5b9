"""Every cell and variant, in layers, with every head and task: gradients are those of differences."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import make_example, make_parameters, make_stack

from rnn_tui.engine.checks.gradient_check import Verdict, check_gradient
from rnn_tui.engine.passes.batches import batches_of
from rnn_tui.engine.passes.carrying import Carrier
from rnn_tui.engine.passes.kernel import Kernel
from rnn_tui.engine.passes.patches import Patch
from rnn_tui.engine.passes.trace import gradients_down_to, trace_example
from rnn_tui.equations.cells import CELLS, Cell, cell_of
from rnn_tui.equations.faults import FAULTS, NO_DC_NEXT, NO_DH_NEXT, NO_MEAN
from rnn_tui.equations.gates import gates
from rnn_tui.equations.heads import head_of
from rnn_tui.equations.lines import Body
from rnn_tui.equations.network import Network
from rnn_tui.equations.unimported import cell_file

VARIANTS: dict[str, Cell] = {
    "rnn": CELLS["rnn"],
    "lstm": CELLS["lstm"],
    **{
        f"gru, {reset}, {gate}": cell_of("gru", reset, gate)
        for reset in ("after", "before")
        for gate in ("keeps", "replaces")
    },
    "rnn, two biases": cell_of("rnn", biases="two"),
    "lstm, two biases": cell_of("lstm", biases="two"),
    "gru, two biases": cell_of("gru", biases="two"),
    "gru, before, two biases": cell_of("gru", "before", "replaces", biases="two"),
}


class Made(NamedTuple):
    """A network with its parameters and an example."""

    net: Network
    params: Any
    example: Any


def made(cell: Cell, sizes: list[int], seed: int = 0, **kind: Any) -> Made:
    """Random numbers for a network of these layers; what is left out is one softmax at the end."""
    head = head_of(kind.get("head", "softmax"), kind.get("loss", "mse"), numbers=False)
    learned, encoder = kind.get("learned", 0), kind.get("encoder", 0)
    outputs = 1 if head.name == "sigmoid" else sizes[-1] if head.name == "state" else 3
    net = make_stack(
        cell, len(sizes), head, encoder=encoder, learned=learned,
        learns_start=kind.get("learns", False),
    )  # fmt: skip
    layout = net.layout(2, sizes, outputs, learned)
    rng = np.random.default_rng(seed)
    example = make_example(rng, layout, 4, kind.get("at", (3,)), max(2, outputs), encoder)
    if head.name in ("linear", "state"):
        example = replace(example, targets=rng.standard_normal((len(example.outputs), outputs)))
    return Made(net, make_parameters(layout, seed + 1), example)


def verdicts(one: Made, **given: Any) -> dict[str, Verdict]:
    """What the gradient check says of each array."""
    checks = check_gradient(one.params, one.net, one.example, **given)
    return {check.name: check.verdict for check in checks}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("depth", [1, 2, pytest.param(3, marks=pytest.mark.slow)])
def test_gradients_are_those_of_central_differences(variant: str, depth: int) -> None:
    one = made(VARIANTS[variant], [3, 2, 2][:depth], at=(1, 3), learns=depth == 2)
    assert set(verdicts(one).values()) == {Verdict.RIGHT}


@pytest.mark.slow
@settings(max_examples=12)
@given(
    variant=st.sampled_from(sorted(VARIANTS)),
    sizes=st.lists(st.integers(1, 3), min_size=1, max_size=3),
    head=st.sampled_from([("softmax", "mse"), ("sigmoid", "mse"), ("linear", "mse"),
                          ("linear", "half-squared"), ("state", "half-squared")]),
    at=st.sampled_from([(3,), (0, 1, 2, 3), (1, 3)]),
    learned=st.sampled_from([0, 3]),
    encoder=st.sampled_from([0, 2]),
    learns=st.booleans(),
    seed=st.integers(0, 1000),
)  # fmt: skip
def test_so_they_are_with_every_head_and_task(
    variant: str, sizes: list[int], head: tuple[str, str], seed: int, **kind: Any
) -> None:
    one = made(VARIANTS[variant], sizes, seed, head=head[0], loss=head[1], **kind)
    assert Verdict.WRONG not in verdicts(one).values()
    start = np.linspace(-0.5, 0.5, one.net.state_size(one.params.layout))
    assert Verdict.WRONG not in verdicts(one, start=start).values()
    trace = trace_example(one.params, one.net, one.example)
    np.testing.assert_array_equal(gradients_down_to(trace, 0).flat, trace.grads.flat)


def test_a_learned_start_gets_what_the_first_token_sends_back() -> None:
    one = made(CELLS["lstm"], [3, 2], learns=True)
    trace = trace_example(one.params, one.net, one.example)
    firsts = np.concatenate([trace.grads[name] for name in one.net.firsts])
    assert list(one.net.firsts) == ["h_0", "c_0", "h_0_1", "c_0_1"]
    np.testing.assert_array_equal(firsts, trace.sent(0))
    np.testing.assert_array_equal(trace.states(0), one.net.first_states(one.params))
    went_on = trace_example(one.params, one.net, one.example, trace.states(0))
    assert not any(went_on.grads[name].any() for name in one.net.firsts)
    np.testing.assert_array_equal(went_on.grads.W_hi, trace.grads.W_hi)
    held = trace_example(one.params, one.net, one.example, patches=(Patch(-1, 1, 0.3, "c", 0),))
    assert held.grads.c_0[1] == 0
    assert held.grads.c_0[0] != 0
    assert set(verdicts(one, patches=held.patches).values()) == {Verdict.RIGHT}


@pytest.mark.parametrize("variant", [name for name in VARIANTS if "rnn" in name or "two" in name])
@pytest.mark.parametrize("encoder", [0, 2])
def test_the_kernel_knows_second_biases_and_learned_starts(variant: str, encoder: int) -> None:
    one = made(VARIANTS[variant], [3, 2], at=(1, 3), learns=True, encoder=encoder)
    assert one.net.in_kernel
    again = made(VARIANTS[variant], [3, 2], seed=5, at=(1, 3), learns=True, encoder=encoder)
    both = (one.example, again.example)
    (batch,) = batches_of(both)
    kernel = Kernel(one.params.layout, one.net, batch.shape, given=True)
    start = np.linspace(-0.5, 0.5, one.net.state_size(one.params.layout))
    for begun in (None, start, None):
        ran = kernel.run(one.params, batch.ids, batch.targets, begun, batch.inputs)
        traces = [trace_example(one.params, one.net, example, begun) for example in both]
        total = sum(trace.grads.flat for trace in traces)
        np.testing.assert_allclose(ran.total, total, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_step_back_is_the_jacobian(variant: str) -> None:
    one = made(VARIANTS[variant], [3])
    trace = trace_example(one.params, one.net, one.example)
    carrier = Carrier(trace)
    t = 2
    short = replace(
        one.example, tokens=one.example.tokens[:1], ids=one.example.ids[:1],
        inputs=one.example.inputs[t : t + 1], outputs=(0,), targets=one.example.targets[:1],
    )  # fmt: skip
    before = trace.states(t)

    def after(states: Any) -> Any:
        return trace_example(one.params, one.net, short, states).states(1)

    step = 1e-6 * np.eye(len(before))
    numeric = np.array([(after(before + d) - after(before - d)) / 2e-6 for d in step]).T
    np.testing.assert_allclose(carrier.jacobian(t), numeric, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    "variant",
    [
        name if name in ("rnn", "lstm") else pytest.param(name, marks=pytest.mark.slow)
        for name in VARIANTS
        if "two" not in name
    ],
)
def test_the_classic_bugs_fit_every_cell_and_show(variant: str) -> None:
    cell = VARIANTS[variant]
    one = made(cell, [3], at=(0, 3))
    for fault in FAULTS.values():
        assert fault.fits(cell) or (fault is NO_DC_NEXT and len(cell.states) == 1)
        faulty = one._replace(net=replace(one.net, fault=fault))
        seen = Verdict.WRONG in verdicts(faulty).values()
        assert seen == (fault.fits(cell) and fault is not NO_MEAN), fault.name


def test_without_anything_sent_back_no_state_gets_any() -> None:
    one = made(CELLS["lstm"], [3], at=(3,))
    trace = trace_example(one.params, replace(one.net, fault=NO_DH_NEXT), one.example)
    assert trace.dh[3].any()
    assert trace.dc[3].any()
    assert not trace.dh[:3].any()
    assert not trace.dc[:3].any()
    without_c = trace_example(one.params, replace(one.net, fault=NO_DC_NEXT), one.example)
    assert without_c.dh[:3].any()
    np.testing.assert_array_equal(without_c.dc, without_c.dc_local)


def test_a_second_bias_stands_where_the_first_does() -> None:
    def text(body: Body, target: str) -> str:
        return body.line(target).text

    two = cell_of("rnn", biases="two")
    assert text(two.forward_body, "pre") == "pre = xh + hh + b_h + b_hh"
    assert text(two.backward_body, "db_hh") == "db_hh += delta"
    assert list(cell_of("lstm", biases="two").parameters)[2:5] == ["b_i", "b_hi", "W_xf"]
    gru = cell_of("gru", biases="two")
    assert [name for name in gru.parameters if name.startswith("b_")] == [
        "b_r", "b_hr", "b_z", "b_hz", "b_n", "b_hn",
    ]  # fmt: skip
    assert text(gru.forward_body, "n") == "n = tanh(W_xn @ x_t + b_n + r * hn)"
    before = cell_of("gru", "before", biases="two")
    assert text(before.forward_body, "n").endswith("W_hn @ rh + b_n + b_hn)")
    assert cell_of("rnn", biases="two") is two


def test_each_variant_says_who_computes_it_so() -> None:
    said = {(one.formula, one.used_by) for one in VARIANTS.values() if not one.second_biases}
    assert len(said) == 6
    assert all(formula and used_by for formula, used_by in said)
    assert "PyTorch" in CELLS["gru"].used_by
    assert "(1 − z) ⊙ h_{t−1} + z ⊙ n" in cell_of("gru", "before", "replaces").formula


@pytest.mark.parametrize("name", VARIANTS)
def test_its_file_says_without_being_imported_what_it_has(name: str) -> None:
    found, cell = cell_file(name.partition(",")[0]), VARIANTS[name]
    assert found is not None
    assert found == (cell.states, bool(gates(cell)))


def test_no_file_is_that_of_a_cell_which_there_is_none_of() -> None:
    assert cell_file("perceptron") is None
