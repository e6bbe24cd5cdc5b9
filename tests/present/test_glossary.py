"""Every name that a number can have, and every sign, has a sentence."""

from __future__ import annotations

import pytest

from rnn_tui.experiments import load
from rnn_tui.present.glossary import SIGNS, entry, glossary, meaning
from rnn_tui.present.plain.speaking import perform
from rnn_tui.session.commands.command_lines import parse
from rnn_tui.session.session import Session
from rnn_tui.session.why.kinds import kinds

MOST_WORDS = 32


@pytest.mark.parametrize("name", ["sentiment", "grammar", "translation", "gates", "gru", "sine"])
def test_every_name_and_sign_is_told_of_in_a_short_sentence(name: str) -> None:
    view = Session(load(name)).view
    told = glossary(view)
    assert {*kinds(view), *SIGNS, *view.params.layout.axes} == set(told)
    for symbol, about in told.items():
        assert about, symbol
        assert len(about.split()) <= MOST_WORDS, symbol


def test_a_weight_is_told_of_by_what_it_joins_and_what_it_is_for() -> None:
    view = Session(load("gates")).view
    assert meaning(view, "W_xf") == "weights: input to unit, of the forget gate"
    assert meaning(view, "dW_xf").endswith("W_xf: weights: input to unit, of the forget gate")
    assert meaning(view, "nothing") == ""


def test_a_number_is_told_of_with_its_place() -> None:
    view = Session(load("sentiment")).view
    assert entry(view, "h[1,2]").endswith("; after token 1 “love”, unit 2")
    assert entry(view, "h[-1,0]") == "h[-1,0]: the start state, before the first token; unit 0"
    assert entry(view, "nothing[0]") == ""


def test_plain_helps_with_symbols_as_with_verbs() -> None:
    session = Session(load("sentiment"))
    assert perform(session, parse("help rho")).said == ("rho: the spectral radius of W_hh.",)
    refused = perform(session, parse("help zzz"))
    assert not refused.ok
    assert refused.said[0].startswith("not now: there is no verb or symbol")
