"""`rnn-tui why`."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.running import json_of, refusal, run, written


def test_a_number_and_what_it_was_made_of() -> None:
    printed = run("why", "sentiment", "hh[1,1]").stdout
    assert "hh[1,1] = W_hh[1] · h_0" in printed
    assert "= (−0.3)·0.4621 + 0.2·0.1974 + 0.5·(−0.0997) ≈ −0.1490" in printed
    assert "hh = W_hh @ h_prev" in printed
    assert "W_hh[1,0]" in printed


def test_the_terms_of_a_weight_add_up_to_it() -> None:
    found = json_of("why", "sentiment", "W_hh[1,0]", "--epochs", "30")
    total = sum(term["value"] for term in found["terms"])
    assert total == pytest.approx(found["value"], abs=1e-12)
    trace = json_of("trace", "sentiment", "--epochs", "30")
    assert found["value"] == trace["params"]["W_hh"][1][0]
    assert (
        found["terms"][0]["made_of"][0]["label"] == "the initial value the experiment's file gives"
    )


def test_of_another_example_and_of_a_stream(tmp_path: Path) -> None:
    second = json_of("why", "sentiment", "dW_hh[1,0]", "--example", "2")["value"]
    assert json_of("why", "sentiment", "dW_hh[1,0]#2")["value"] == pytest.approx(second, abs=1e-15)
    stream = written(tmp_path)
    norm = json_of("why", stream, "grad_norm", "--steps", "7")["value"]
    last = json_of("trace", stream, "--steps", "7", "--example", "8")["grads"]
    squares = sum(x * x for array in last.values() for row in array for x in _flat(row))
    assert norm == pytest.approx(squares**0.5, rel=1e-9)


def _flat(row: object) -> list[float]:
    return row if isinstance(row, list) else [row]  # type: ignore[list-item]


def test_an_address_that_leads_nowhere() -> None:
    expected = "rnn-tui: REF: h[9,1]: 9 is not a timestep from -1 to 3"
    assert refusal("why", "sentiment", "h[9,1]") == expected
    assert 'there is no "hidden" here' in refusal("why", "sentiment", "hidden[0]")
