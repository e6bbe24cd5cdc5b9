"""The plain C kernel that the benchmarks compare with computes what we do."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.plain_c import CompileError, PlainC

from rnn_tui.benchmark import SEED, Size
from rnn_tui.benchmark.size import CHUNKS
from rnn_tui.engine.training.training import Trainer


@pytest.mark.parametrize("size", [SEED, Size(hidden=5, tokens=9, length=1), Size(20, 12, 30)])
def test_its_updates_are_ours(size: Size) -> None:
    try:
        plain = PlainC(size)
    except CompileError as error:
        pytest.skip(str(error))
    trainer = Trainer(size.experiment)
    state = trainer.initial_state()
    start = state.params.flat
    assert np.array_equal(plain.weights, start)
    for k in range(CHUNKS + 2):
        record, state = trainer.advance(state, k)
        plain.update()
        assert plain.loss == pytest.approx(record.loss, rel=1e-12)
        np.testing.assert_allclose(plain.weights, state.params.flat, rtol=0, atol=1e-12)
    assert np.abs(plain.weights - start).max() > 0.01
