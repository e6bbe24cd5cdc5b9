"""Every rival does the work that it is timed at: all end with the same weights."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from rnn_tui.benchmark import RIVALS, Size, has_torch
from rnn_tui.benchmark import size as of_sizes
from rnn_tui.benchmark.rivals import torch_eager as of_torch
from rnn_tui.benchmark.rivals.jax_scan import JaxScan
from rnn_tui.benchmark.rivals.loop import Loop
from rnn_tui.benchmark.rivals.ours import Ours
from rnn_tui.benchmark.rivals.products import Products
from rnn_tui.benchmark.rivals.torch_eager import TorchEager
from rnn_tui.benchmark.size import CHUNKS, CLIP
from rnn_tui.engine.passes.trace import trace_example
from rnn_tui.engine.training.training import Trainer

SMALL = Size(hidden=7, tokens=5, length=6)
CLIPPED = Size(hidden=20, tokens=12, length=30)
UPDATES = 2 * CHUNKS + 3  # the text starts again, twice

each_cell = pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
needs_torch = pytest.mark.skipif(not has_torch(), reason="needs PyTorch")


def test_gradients_of_that_size_are_clipped() -> None:
    trainer = Trainer(CLIPPED.experiment)
    record, _ = trainer.advance(trainer.initial_state(), 0)
    assert record.clipped
    assert record.grad_norm > CLIP == trainer.settings.clip_limit


@pytest.mark.parametrize("size", [SMALL, replace(SMALL, batch=3), CLIPPED])
def test_a_size_as_chunks_is_what_its_experiment_trains_on(size: Size) -> None:
    trainer = Trainer(size.experiment)
    assert trainer.updates_per_epoch == len(size.chunks)
    for k, chunk in enumerate(size.chunks):
        examples = [size.experiment.train[m] for m in trainer.members(k)]
        assert np.array_equal(np.stack([one.ids for one in examples], axis=1), chunk.ids)
        assert np.array_equal(np.array([one.targets for one in examples]).T, chunk.targets)
        assert all(one.outputs == tuple(range(size.length)) for one in examples)


@pytest.mark.parametrize("size", [SMALL, CLIPPED, Size()])
def test_the_loop_of_the_document_trains_what_we_do(size: Size) -> None:
    ours, loop = Ours(size), Loop(size)
    start = ours.weights.copy()
    assert np.array_equal(loop.weights, start)
    for _ in range(UPDATES):
        ours.update()
        loop.update()
        np.testing.assert_allclose(loop.weights, ours.weights, rtol=0, atol=1e-10)
    assert np.abs(ours.weights - start).max() > 0.01


def test_its_gradients_and_losses_are_ours() -> None:
    loop = Loop(SMALL)
    inputs = [int(i) for i in (*SMALL.chunks[0].ids[:, 0], SMALL.chunks[0].targets[-1, 0])]
    start = np.linspace(-0.5, 0.5, SMALL.hidden)
    passed = loop.forward(inputs, start[:, None])
    grads = loop.backward(inputs, *passed)
    params = Trainer(SMALL.experiment).initial_state().params
    trace = trace_example(params, SMALL.experiment.network, SMALL.experiment.train[0], start)
    for name, gradient in trace.grads.items():
        np.testing.assert_allclose(grads[name].reshape(gradient.shape), gradient, atol=1e-10)
    assert loop.loss == pytest.approx(trace.losses.sum(), abs=1e-10)
    assert len(loop.per_step_grad_norm) == SMALL.length


@pytest.mark.slow
@needs_torch
@each_cell
@pytest.mark.parametrize("batch", [1, 3])
def test_torch_trains_what_we_do(batch: int, cell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (of_sizes, of_torch):
        monkeypatch.setattr(module, "CLIP", 1e3)
    size = replace(SMALL, batch=batch, cell=cell)
    ours, torch = Ours(size), TorchEager(size)
    start = ours.weights.copy()
    assert np.array_equal(torch.weights, start)
    for _ in range(UPDATES):
        ours.update()
        torch.update()
        np.testing.assert_allclose(torch.weights, ours.weights, rtol=0, atol=1e-10)
    assert np.abs(ours.weights - start).max() > 0.01


@pytest.mark.skipif(find_spec("jax") is None, reason="needs JAX")
@each_cell
@pytest.mark.parametrize("size", [CLIPPED, replace(SMALL, batch=3)])
def test_jax_trains_what_we_do(size: Size, cell: str) -> None:
    size = replace(size, cell=cell)
    ours, jax = Ours(size), JaxScan(size)
    start = ours.weights.copy()
    assert np.array_equal(jax.weights, start)
    for _ in range(UPDATES):
        ours.update()
        jax.update()
        np.testing.assert_allclose(jax.weights, ours.weights, rtol=0, atol=1e-10)
    assert np.abs(ours.weights - start).max() > 0.01


@pytest.mark.slow
@needs_torch
def test_torch_clips_as_we_do() -> None:
    """But for the 1e-6 that it adds to the norm before it divides."""
    ours, torch = Ours(CLIPPED), TorchEager(CLIPPED)
    for _ in range(3):
        ours.update()
        torch.update()
    np.testing.assert_allclose(torch.weights, ours.weights, rtol=0, atol=1e-7)


@pytest.mark.parametrize("name", list(RIVALS))
@each_cell
@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_rival_updates_whatever_size_it_fits(
    name: str, batch: int, dtype: str, cell: str
) -> None:
    size = replace(SMALL, batch=batch, dtype=dtype, cell=cell)  # type: ignore[arg-type]
    make = RIVALS[name]
    if not make.fits(size):
        assert name in ("torch", "jax") or (cell, batch, dtype) != ("rnn", 1, "float64")
        return
    rival = make(size)
    rival.update()
    rival.update()


def test_single_precision_is_used_where_it_is_asked_for() -> None:
    exact, rough = Ours(SMALL), Ours(replace(SMALL, dtype="float32"))
    for _ in range(3):
        exact.update()
        rough.update()
    difference = np.abs(exact.weights - rough.weights).max()
    assert 1e-12 < difference < 1e-4


@pytest.mark.parametrize(("cell", "G"), [("rnn", 1), ("lstm", 4), ("gru", 3)])
@pytest.mark.parametrize("batch", [1, 2])
def test_the_products_are_those_of_an_update(
    batch: int, cell: str, G: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    products = Products(replace(SMALL, batch=batch, cell=cell))
    flops, dot = [], np.dot

    def counted(a: np.ndarray, b: np.ndarray, out: np.ndarray) -> np.ndarray:
        flops.append(2 * a.size * b.shape[1])
        return dot(a, b, out=out)

    monkeypatch.setattr(np, "dot", counted)
    products.update()
    T, H, V = SMALL.length * batch, SMALL.hidden, SMALL.tokens
    # Each weight once on the way there and once for its gradient, W_hh and W_hy once in backpropagation.
    assert sum(flops) == 2 * T * (3 * G * H * H + 3 * H * V + 2 * G * H * V)


def test_torch_is_not_imported_until_it_runs() -> None:
    code = (
        "import sys, rnn_tui.benchmark as b; b.has_torch(); b.this_machine();"
        "print('torch' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
