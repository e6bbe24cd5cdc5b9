"""Every name that a number can have, and every sign, has a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from rnn_tui.equations.gates import gates
from rnn_tui.experiments import load
from rnn_tui.present.glossary import SIGNS, entry, glossary, meaning
from rnn_tui.present.plain.speaking import perform
from rnn_tui.present.sentences.status import metrics
from rnn_tui.present.tables.cells import Table
from rnn_tui.present.tables.code import code_text
from rnn_tui.present.tables.gradient_views import gradient_views
from rnn_tui.present.tables.ledger import LedgerTable
from rnn_tui.present.tables.states import GateTable, StateTable
from rnn_tui.present.tables.weights import ways
from rnn_tui.session.commands.command_lines import parse
from rnn_tui.session.program.code import code
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView
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


# A letter alone, a name with an index or a sign in it, and the signs themselves.
SYMBOL = re.compile(r"(?:∂L/∂|[∂Δ])?[A-Za-zα-ωΑ-Ω]+(?:_[A-Za-z0-9]+)*′?|[‖⊙ᵀΣΠ±≈⌊]")


def symbols(text: str) -> set[str]:
    """The symbols of the network in a text without tokens; a word is none."""
    found = {one.group() for one in SYMBOL.finditer(text.replace("R²", "").replace("Π", "Π "))}
    return {one for one in found if len(one) == 1 or re.search("[_∂Δ′α-ωΑ-Ω]", one)}


def shown(view: StepView) -> Iterator[str]:
    """Titles, headings and code of what the panes show, but for headings that have a token."""
    for layer in view.network.layers:
        tables: list[Table] = [StateTable(view, layer.depth, state=s) for s in layer.cell.states]
        tables += [GateTable(view, layer.depth)] if gates(layer.cell) else []
        for way in gradient_views(view.network):
            yield way.title
            tables += [way.of(view, layer.depth)[0]]
        for table in tables:
            titles = (column.title for column in table.columns)
            yield from (one for one in titles if not isinstance(table, LedgerTable))
    for name in view.params.layout.shapes:
        yield from (way.pattern.format(name) for way in ways(view))
    for row in code(view.program):
        yield "" if row.kind is None else f"{code_text(view, row)} {row.kind.equation}"
    for waits in (True, False):
        yield from ("".join(span.text for span in line) for line in metrics(view, waits))


@pytest.mark.parametrize("name", ["sentiment", "gates", "gru", "grammar", "translation", "sine"])
def test_each_symbol_that_a_pane_shows_has_an_entry(name: str) -> None:
    session = Session(load(name))
    for verb in ("finish_forward", "finish_backward", "update"):
        session.do(verb)
    view = session.view
    unknown = {one: text for text in shown(view) for one in symbols(text) if not meaning(view, one)}
    assert not unknown


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
