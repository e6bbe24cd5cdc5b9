"""Passes too long to look at as a whole: only what is in sight costs anything."""

from __future__ import annotations

from unittest import mock

import numpy as np
import pytest
from making import make_stream

from rnn_tui.engine.passes.trace import gradients_down_to
from rnn_tui.engine.passes.walking import Runner
from rnn_tui.engine.spectrum import ledger
from rnn_tui.present.sentences.status import window
from rnn_tui.present.tables.gradients import FactorTable
from rnn_tui.present.tables.ledger import LedgerTable
from rnn_tui.present.tables.strip import strip
from rnn_tui.present.why.formulas import MOST_COLUMNS, enough
from rnn_tui.session.program.program import Program
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView
from rnn_tui.session.why.expressions import Number, Sum

LENGTH = 600


def view(*verbs: str) -> StepView:
    """A moment in a pass of 600 tokens."""
    session = Session(make_stream("abcd" * LENGTH, LENGTH))
    for verb in verbs:
        session.do(verb)
    return session.view


def test_a_window_asks_for_the_pieces_that_may_fit_only() -> None:
    asked: list[int] = []

    def size_of(place: int) -> int:
        asked.append(place)
        return 3

    first, last = window(size_of, 1_000_000, 500_000, 60)
    assert first < 500_000 < last
    assert len(asked) < 100


def test_a_strip_costs_no_more_of_a_long_text() -> None:
    seen = view("finish_forward")
    with mock.patch.object(
        Program, "position", autospec=True, side_effect=Program.position
    ) as asks:
        strip(seen, 80)
    assert 0 < asks.call_count < 200


def test_a_sum_goes_on_from_the_one_before() -> None:
    known = view("finish_forward", "finish_backward").known
    for t in (LENGTH - 2, LENGTH - 3, 0, 5, 4):
        expected = gradients_down_to(known.trace, t)
        np.testing.assert_array_equal(known.accumulated("dW_hh", t), expected.W_hh)
    with mock.patch.object(Runner, "run", autospec=True, side_effect=Runner.run) as steps:
        known.accumulated("dW_hh", 3)
        one_timestep = len(known.program.algorithm.network.backward_blocks())
        assert 0 < steps.call_count <= one_timestep
        steps.reset_mock()
        known.accumulated("dW_hh", 0)
    assert steps.call_count == 0, "the whole sum is that of the pass"


@pytest.mark.parametrize(("column", "decimals"), [(MOST_COLUMNS - 1, 5), (MOST_COLUMNS, 4)])
def test_only_the_columns_in_sight_ask_for_more_digits(column: int, decimals: int) -> None:
    row = np.full(512, 0.5)
    row[column] = 0.12344  # 0.1234 + 0.1234 is 0.2468, but 0.24688 shows as 0.2469
    twice = Sum((Number(row), Number(row)))
    assert enough(twice, row + row) == decimals


def test_a_ledger_of_the_end_has_the_figures_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = view("finish_forward", "finish_backward")
    whole = LedgerTable(seen)
    rows = [whole.cells(row, LENGTH - 18, LENGTH + 2) for row in range(LENGTH - 20, LENGTH + 1)]
    ledger.ledger.cache_clear()
    monkeypatch.setattr(ledger, "LEDGER_ROWS", 20)
    end = LedgerTable(seen)
    assert (end.first, end.row_count, len(end.columns)) == (LENGTH - 20, 21, 22)
    for row, cells in enumerate(rows):
        assert [one.text for one in end.cells(row, 2, 22)] == [one.text for one in cells]
    assert end.ref(0, 2) == f"ledger[{LENGTH - 20},{LENGTH - 20}]"
    ledger.ledger.cache_clear()


def test_factors_go_back_as_far_as_they_may(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = view("finish_forward", "finish_backward")
    whole = FactorTable(seen)
    rows = [[one.text for one in whole.cells(t, 0, 5)] for t in range(LENGTH)]
    ledger.factors.cache_clear()
    monkeypatch.setattr(ledger, "FACTOR_WORK", 0)
    end, least = FactorTable(seen), ledger.FACTOR_LEAST
    assert [one.text for one in end.cells(LENGTH - least, 0, 5)] == rows[LENGTH - least]
    assert [one.text for one in end.cells(0, 3, 5)] == ["·", "·"]
    ledger.factors.cache_clear()
