"""What the engine and the session cost, one thing at a time, to compare one version with another.

    pip install -e '.[test,benchmarks]'
    pytest tests/benchmarks -n 0 --benchmark-autosave              before a change
    pytest tests/benchmarks -n 0 --benchmark-compare               after it

`-n 0`, as nothing can be timed while other tests run beside it; `-k kernel` chooses some,
`--benchmark-group-by func` sorts them. Nothing is asserted of times. The usual test command
leaves this folder alone, and the plain C kernel is held to our numbers in tests/benchmark, where
it always runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from benchmarks.plain_c import CompileError, PlainC

from rnn_tui.benchmark import SEED, Size
from rnn_tui.engine.passes.kernel import Kernel, Shape
from rnn_tui.engine.training.training import Trainer
from rnn_tui.experiments import load
from rnn_tui.session.runs.timeline import Timeline
from rnn_tui.session.session import Session
from rnn_tui.session.why.explain import explain

pytest.importorskip("pytest_benchmark", reason="needs pip install 'rnn-tui[benchmarks]'")

Benchmark = Callable[..., Any]  # the fixture: it calls a function over and over

SIZES = [
    Size(hidden=16), SEED, Size(hidden=512), Size(length=400), Size(batch=16),
    Size(hidden=512, length=100), Size(hidden=512, length=100, dtype="float32"),
    Size(cell="lstm"), Size(cell="gru"), Size(hidden=512, length=100, cell="lstm"),
]  # fmt: skip
LONGEST = Size(length=400)


def named(size: Size) -> str:
    return f"{size.cell} H={size.hidden} T={size.length} B={size.batch} {size.dtype}"


at_each_size = pytest.mark.parametrize("size", SIZES, ids=named)


@at_each_size
def test_kernel(benchmark: Benchmark, size: Size) -> None:
    """The gradient alone."""
    trainer = Trainer(size.experiment)
    params, net = trainer.initial_state().params, size.experiment.network
    shape = Shape(size.length, size.batch, tuple(range(size.length)))
    kernel = Kernel(params.layout, net, shape, dtype=np.dtype(size.dtype))
    ids, targets = size.chunks[0]
    benchmark(kernel.run, params, ids, targets)


@at_each_size
def test_advance(benchmark: Benchmark, size: Size) -> None:
    """A whole update of a run."""
    trainer = Trainer(size.experiment, np.dtype(size.dtype))
    benchmark(trainer.advance, trainer.initial_state(), 0)


@at_each_size
def test_step(benchmark: Benchmark, size: Size) -> None:
    """The same update with all that it computes on the way."""
    trainer = Trainer(size.experiment, np.dtype(size.dtype))
    benchmark(trainer.step, trainer.initial_state(), 0)


@pytest.mark.parametrize("size", [SEED, Size(hidden=512, length=100)], ids=named)
def test_plain_c(benchmark: Benchmark, size: Size) -> None:
    """An update in plain C."""
    try:
        plain = PlainC(size)
    except CompileError as error:
        pytest.skip(str(error))
    benchmark(plain.update)


@pytest.mark.parametrize("name", ["sentiment", "phrases", "hello", "grammar"])
def test_extend(benchmark: Benchmark, name: str) -> None:
    """An update of the bundled experiments with its record, observations and checkpoints."""
    trainer = Trainer(load(name))
    benchmark(Timeline(trainer, trainer.initial_state()).extend)


@pytest.mark.parametrize("size", [SEED, LONGEST], ids=named)
def test_view_after_an_op(benchmark: Benchmark, size: Size) -> None:
    """What a key press that does one operation costs before anything is drawn."""
    session = Session(size.experiment)
    for _ in range(8):
        session.do("op")

    def act() -> None:
        session.do("op")
        _ = session.view
        session.undo()

    benchmark(act)


@pytest.mark.parametrize("ref", ["h[2,1]", "dW_hh[1,0]", "W_hh[1,0]"])
def test_why(benchmark: Benchmark, ref: str) -> None:
    """A state, a gradient, and a weight after 300 updates."""
    session = Session(SEED.experiment)
    session.updates(300)
    session.do("finish_forward")
    session.do("finish_backward")
    benchmark(lambda: explain(session.view, ref))
