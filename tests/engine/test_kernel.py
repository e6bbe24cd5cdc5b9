"""The path that trains computes the numbers of the cell."""

from __future__ import annotations

import gc
import threading
import weakref
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import Case, cases, make_layout, make_network, make_parameters

from rnn_tui.arrays import LINE
from rnn_tui.engine.passes import inputs
from rnn_tui.engine.passes.batches import Batch, batches_of
from rnn_tui.engine.passes.kernel import Kernel, Ran, Shape
from rnn_tui.engine.passes.trace import trace_example
from rnn_tui.engine.training import advancing, gathering
from rnn_tui.engine.training.advancing import advance
from rnn_tui.engine.training.training import Trainer
from rnn_tui.engine.update import run_update
from rnn_tui.equations import norms
from rnn_tui.equations.faults import UNTRANSPOSED
from rnn_tui.equations.heads import HEADS
from rnn_tui.equations.optimizers.sgd import SGD
from rnn_tui.experiments import Example, Experiment, TrainingConfig, load


def table_of(batch: Batch) -> tuple[np.ndarray, np.ndarray] | None:
    """Given inputs as rows of a table, and which rows they are."""
    if batch.inputs is None:
        return None
    rows = batch.inputs.reshape(-1, batch.inputs.shape[-1])
    return rows, np.arange(len(rows)).reshape(batch.ids.shape)


def ran(case: Case, batch: Batch, start: np.ndarray | None, dtype: type) -> Ran:
    T, B = batch.ids.shape
    shape = Shape(T, B, batch.outputs, batch.encoder_length)
    given_rows = table_of(batch)
    table, ids = (None, batch.ids) if given_rows is None else given_rows
    made, params = Kernel(case.params.layout, case.net, shape, table, dtype), case.params
    params = params.in_type(dtype)
    made.run(params, ids[::-1].copy(), batch.targets, start)  # what is left there may not matter
    return made.run(params, ids, batch.targets, start)


@pytest.mark.slow
@given(cases(), st.booleans(), st.booleans())
@settings(max_examples=150, deadline=None)
def test_it_computes_what_the_cell_does(case: Case, carried: bool, slip: bool) -> None:
    if slip:
        case = replace(case, net=replace(case.net, fault=UNTRANSPOSED))
    start = np.linspace(-0.5, 0.5, case.params.layout.hidden_size) if carried else None
    for batch in batches_of(case.examples):
        result = ran(case, batch, start, np.float64)
        examples = [case.examples[m] for m in batch.members]
        traces = [trace_example(case.params, case.net, one, start) for one in examples]
        total = sum(trace.grads.flat for trace in traces)
        np.testing.assert_allclose(result.total, total, rtol=1e-12, atol=1e-12)
        losses = sum(trace.losses.sum() for trace in traces)
        assert result.loss == pytest.approx(losses, rel=1e-12, abs=1e-300)
        right = sum(
            float(case.net.head.marks(trace.answer, np.asarray(trace.example.targets)).sum())
            for trace in traces
        )
        assert result.right == pytest.approx(right, rel=1e-12, abs=1e-13)
        assert result.answers == sum(len(t.losses) for t in traces)
        for row, trace in zip(result.last, traces, strict=True):
            np.testing.assert_allclose(row, trace.h[-1], rtol=1e-12, atol=1e-14)


@given(cases())
@settings(max_examples=50, deadline=None)
def test_in_single_precision_it_comes_close(case: Case) -> None:
    for batch in batches_of(case.examples):
        exact = np.array(ran(case, batch, None, np.float64).total)
        rough = ran(case, batch, None, np.float32).total
        assert rough.dtype == np.float32
        assert np.abs(rough - exact).max() <= 1e-4 * (1 + np.abs(exact).max())


@pytest.mark.parametrize("wide", [2, 1000])
@pytest.mark.parametrize("read", [0, 4])
@pytest.mark.parametrize("tokens", [6, 40])  # fewer and more than are read
def test_one_hot_inputs_need_not_be_written_out(
    wide: int, tokens: int, read: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inputs, "WIDE", wide)
    layout = make_layout(tokens, 5, 6, encoder=read > 0)
    params, net = make_parameters(layout, 3), make_network("tanh", "softmax", encoder=read > 0)
    rng = np.random.default_rng(0)
    ids, targets = rng.integers(0, tokens, (9, 2)), rng.integers(0, 6, (9, 2))
    shape = Shape(9, 2, tuple(range(9)), read)
    result = Kernel(layout, net, shape).run(params, ids, targets)
    total = np.zeros(layout.size)
    for b in range(2):
        words = tuple(str(i) for i in ids[:, b])
        one = Example("", words, ids[:, b], np.eye(tokens)[ids[:, b]], tuple(range(9)),
                      tuple(int(c) for c in targets[:, b]), read)  # fmt: skip
        total += trace_example(params, net, one).grads.flat
    np.testing.assert_allclose(result.total, total, atol=1e-12)


def test_losses_far_below_rounding_are_kept() -> None:
    for name, y in (("softmax", [[800.0, 0.0, -3.0]]), ("sigmoid", [[-60.0]])):
        head, logits = HEADS[name], np.array(y)
        expected = float(head.loss(logits, np.array([0]))[0])
        losses, right = head.answers(logits.copy(), np.array([0]))
        assert (losses.tolist(), right.tolist()) == ([expected], [True])


# As the trainer uses it


@pytest.mark.parametrize("name", ["sentiment", "phrases", "hello", "grammar"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_advancing_is_stepping_to_the_bit(name: str, dtype: type) -> None:
    trainer = Trainer(load(name), dtype)
    stepped = advanced = trainer.initial_state()
    for k in range(30):
        done = trainer.step(stepped, k)
        record, advanced = trainer.advance(advanced, k)
        stepped = done.after
        assert record == done.record
        assert advanced.params.flat.dtype == advanced.slots["velocity"].dtype == dtype
        assert np.array_equal(advanced.params.flat, stepped.params.flat)
        assert np.array_equal(advanced.slots["velocity"], stepped.slots["velocity"])
        assert (advanced.carry is None) == (stepped.carry is None)
        if advanced.carry is not None and stepped.carry is not None:
            assert np.array_equal(advanced.carry, stepped.carry)


@given(
    st.sampled_from(["norm", "value", "none"]),
    st.sampled_from(["mean", "sum"]),
    st.floats(1e-3, 10),
    st.sampled_from([(), ("W_hh",)]),
    st.sampled_from([np.float64, np.float32]),
    st.sampled_from([2, 30]),
    st.integers(0, 10_000),
)
def test_an_update_in_place_is_the_update_to_the_bit(
    clip: str, reduction: str, limit: float, held: tuple[str, ...], dtype: type, H: int, seed: int
) -> None:
    """Of a layout that is worked on in one part, and of one in several."""
    settings_of = TrainingConfig(
        clip=clip, clip_limit=limit, reduction=reduction, freeze=held, momentum=0.7,  # type: ignore[arg-type]
        lr_decay=0.5, lr_decay_every=2,
    )  # fmt: skip
    layout = make_layout(3, H, 2)
    params, before = (make_parameters(layout, one).in_type(dtype) for one in (seed, seed + 1))
    velocity = before.flat
    total: np.ndarray = np.random.default_rng(seed).standard_normal(layout.size).astype(dtype)
    with patch.object(norms, "BLOCK", 100), patch.object(advancing, "BLOCK", 100):
        slow = run_update(SGD, params, {"velocity": velocity}, total, 3, settings_of, 5)
        fast = advance(SGD, params, {"velocity": velocity}, total.copy(), 3, settings_of, 5)
    assert np.array_equal(fast.params.flat, slow.params.flat)
    assert np.array_equal(fast.slots["velocity"], slow.velocity)
    assert fast.params.flat.dtype == fast.slots["velocity"].dtype == dtype
    assert (fast.grad_norm, fast.clipped, fast.learning_rate) == (
        slow.grad_norm, slow.clipped, slow.learning_rate
    )  # fmt: skip


def test_two_threads_do_not_disturb_each_other() -> None:
    trainer = Trainer(load("hello"))
    alone = trainer.initial_state()
    for k in range(300):
        alone = trainer.advance(alone, k)[1]
    found = []

    def train() -> None:
        state = trainer.initial_state()
        for k in range(300):
            state = trainer.advance(state, k)[1]
        found.append(state.params.flat)

    threads = [threading.Thread(target=train) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(found) == 4
    assert all(np.array_equal(flat, alone.params.flat) for flat in found)


@pytest.mark.slow
@pytest.mark.parametrize("most", [1, 20_000, 2**27])
def test_the_memory_of_kernels_is_bounded(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Phrases of several lengths take turns; however few kernels are kept, the numbers stay."""
    made: list[weakref.ref[Kernel]] = []

    class Noted(Kernel):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            made.append(weakref.ref(self))

    expected = after_an_epoch(Trainer(load("phrases")))
    monkeypatch.setattr(gathering, "MOST_MEMORY", most)
    monkeypatch.setattr(gathering, "Kernel", Noted)
    trainer = Trainer(load("phrases"))
    assert np.array_equal(after_an_epoch(trainer), expected)
    gc.collect()
    kept = [kernel for one in made if (kernel := one()) is not None]
    assert len(kept) == 1 or sum(kernel.nbytes for kernel in kept) <= most
    lengths = {example.length for example in trainer.experiment.train}
    assert (len(kept) == len(lengths)) == (most == 2**27)


def after_an_epoch(trainer: Trainer) -> np.ndarray:
    state = trainer.initial_state()
    for k in range(trainer.updates_per_epoch):
        state = trainer.advance(state, k)[1]
    return state.params.flat


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_what_is_trained_stands_at_lines_of_memory(dtype: Any) -> None:
    """Where it doesn't, products take longer; where a matrix can't, it is copied, and right."""
    trainer = Trainer(replaced_hidden(load("grammar"), 5), dtype)
    state = trainer.advance(trainer.initial_state(), 0)[1]
    vectors = [state.params.flat, *state.slots.values()]
    assert [vector.ctypes.data % LINE for vector in vectors] == [0] * len(vectors)
    odd = np.empty(state.params.flat.size + 1, dtype)[1:]
    odd[:] = state.params.flat
    shifted = replace(state, params=state.params.with_flat(odd))
    assert odd.ctypes.data % LINE
    after, other = (trainer.advance(one, 1)[1].params.flat for one in (state, shifted))
    assert np.array_equal(after, other)


def replaced_hidden(experiment: Experiment, hidden: int) -> Experiment:
    return replace(experiment, model=replace(experiment.model, hidden_size=hidden))
