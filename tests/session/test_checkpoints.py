"""States in blocks: what was put in comes out, bit for bit, and takes no more than its numbers."""

from __future__ import annotations

import gc
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import make_layout
from session.seeing import bits

from rnn_tui.arrays import frozen
from rnn_tui.engine.training.training import TrainingState
from rnn_tui.equations.parameters import Parameters
from rnn_tui.session.runs import checkpoints
from rnn_tui.session.runs.checkpoints import Checkpoints
from rnn_tui.session.runs.head import Keeping, States

LAYOUT = make_layout(2, 3, 2)
START = 7


def state(k: int) -> TrainingState:
    """One that is told by its numbers; like a text's, the first has no carry."""
    flat = np.arange(LAYOUT.size, dtype=np.float64) + 1000.0 * k
    carry = None if k == START else frozen(np.full((1, 3), -float(k)))
    return TrainingState(Parameters(LAYOUT, frozen(flat)), {"velocity": frozen(-flat)}, carry)


@pytest.mark.slow
@given(
    st.lists(st.one_of(st.just("add"), st.just("thin"), st.integers(0, 9)), max_size=40),
    st.sampled_from([1, 2_000, 2**15]),
)
def test_what_is_kept_is_found(moves: list[str | int], block: int) -> None:
    with mock.patch.object(checkpoints, "BLOCK", block):
        kept, expected = Checkpoints(START, state(START)), {START: state(START)}
        stride, reached = 1, START
        for move in moves:
            if move == "thin":
                stride *= 2
                keeping = Keeping(START, stride, 1, 1)
                kept.thin(keeping)
                expected = {k: one for k, one in expected.items() if keeping.keeps(k)}
                reached = max(expected)
                continue
            many = 1 if move == "add" else int(move)
            new = [(reached + stride * (i + 1), state(reached + stride * (i + 1)))
                   for i in range(many)]  # fmt: skip
            if move == "add":
                kept.add(*new[0])
            elif new:
                kept.take(States.of(new))
            reached += stride * many
            expected |= dict(new)
        assert len(kept) == len(expected)
        for k in range(START, reached + 3):
            place, found = kept.latest(k)
            assert place == max(one for one in expected if one <= k)
            assert bits(found) == bits(expected[place])


def test_none_is_taken_of_none() -> None:
    kept = Checkpoints(START, state(START))
    some = States.of([(START + 1, state(START + 1))])
    kept.take(some.where(np.array([False])))
    assert len(kept) == 1
    assert kept.latest(START + 5)[0] == START


@pytest.mark.slow
@pytest.mark.parametrize("apart", [False, True])
def test_many_are_few_objects(apart: bool) -> None:
    kept, many = Checkpoints(START, state(START)), 20_000
    gc.collect()
    before = len(gc.get_objects())
    for first in range(START + 1, START + 1 + many, 100):
        some = [(k, state(k)) for k in range(first, first + 100)]
        if apart:
            kept.take(States.of(some))
        else:
            for one in some:
                kept.add(*one)
    del some
    gc.collect()
    assert len(kept) == many + 1
    assert len(gc.get_objects()) - before < many / 4
