"""A sentence begins with a capital, a symbol with its own spelling."""

from __future__ import annotations

import pytest

from rnn_tui.experiments.loading import load
from rnn_tui.present.capitals import sentence_case
from rnn_tui.present.why.explanation import what
from rnn_tui.session.session import Session
from rnn_tui.session.why.kinds import kinds


@pytest.mark.parametrize("name", ["sentiment", "gates", "gru", "translation", "grammar"])
def test_no_name_of_a_number_is_given_a_capital(name: str) -> None:
    for symbol in kinds(Session(load(name, [])).view):
        for said in ("takes a timestep", "is not of an example: leave out #1"):
            assert sentence_case(f"{symbol} {said}").startswith(symbol)
        assert sentence_case(f"{symbol}[9,0]: 9 is not a timestep").startswith(symbol)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a weight must be a finite number", "A weight must be a finite number"),
        ("epochs count from 0", "Epochs count from 0"),
        ("there is no Wxh here", "There is no Wxh here"),
        ("∂L/∂h", "∂L/∂h"),
        ("learning_rate is already 0.5", "learning_rate is already 0.5"),
        ("momentum is already 0.9", "momentum is already 0.9"),
        ("net.toml: expected a table", "net.toml: expected a table"),
        ("loss < 0.3 never became true before here", "loss < 0.3 never became true before here"),
    ],
)
def test_a_sentence_has_one(text: str, said: str) -> None:
    assert sentence_case(text) == said


def test_the_title_of_a_gradient_is_its_symbol() -> None:
    session = Session(load("sentiment", []))
    assert what(session.view, "dh[0,1]")[0].text == "∂L/∂h"
