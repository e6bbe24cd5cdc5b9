"""Two contexts: numbers that the Step page shows, tokens lined up, sentences true to both."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.experiments import Example, load
from rnn_tui.present.contexts.answers import answers
from rnn_tui.present.contexts.candidates import CandidatesTable
from rnn_tui.present.contexts.sentences import sentences, telling
from rnn_tui.present.contexts.tables import SideBySide, UnitsTable
from rnn_tui.present.plain.speaking import perform
from rnn_tui.session.commands.command_lines import parse
from rnn_tui.session.contexts.alignment import aligned
from rnn_tui.session.contexts.choosing import candidates, chosen, likeliest
from rnn_tui.session.contexts.comparison import START, contexts
from rnn_tui.session.session import Session
from rnn_tui.session.why.explain import value_of
from rnn_tui.session.why.refs import elsewhere, read

TOKENS = st.lists(st.sampled_from("abc"), min_size=1, max_size=8).map(tuple)


def example(tokens: tuple[str, ...], encoder: int = 0) -> Example:
    ids = np.arange(len(tokens))
    return Example("", tokens, ids, None, (len(tokens) - 1,), (0,), encoder)


@given(TOKENS, TOKENS, st.integers(0, 4))
def test_rows_have_each_timestep_once_and_common_tokens_together(
    one: tuple[str, ...], other: tuple[str, ...], encoder: int
) -> None:
    here, there = example(one, min(encoder, len(one))), example(other, min(encoder, len(other)))
    pairs = aligned(here, there)
    assert [pair.here for pair in pairs if pair.here is not None] == list(range(len(one)))
    assert [pair.there for pair in pairs if pair.there is not None] == list(range(len(other)))
    for t, t_there, same in pairs:
        assert same == (t is not None and t_there is not None and one[t] == other[t_there])
        if t is not None and t_there is not None:
            assert here.encodes(t) == there.encodes(t_there)
    common = 0
    while common < min(len(one), len(other)) and one[common] == other[common]:
        common += 1
    if not encoder:
        assert all(pair.same and pair.here == pair.there for pair in pairs[:common])


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("sentiment", ()), ("bank", ("model.layers=2", "model.cell=gru")), ("adding", ()),
        ("translation", ()), ("sine", ()), ("grammar", ()),
    ],
)  # fmt: skip
def test_all_figures_are_those_of_going_there(name: str, settings: tuple[str, ...]) -> None:
    session = Session(load(name, settings))
    session.updates(1)
    session.do("finish_forward")
    whole = contexts(session.view, likeliest(session.view))
    told = answers(whole, 200)[1]
    refs = [whole.of(layer.depth, state).ref(0, 0, there=True)
            for layer in session.view.network.layers for state in layer.cell.states]  # fmt: skip
    values = [value_of(elsewhere(read(ref), session.view), read(ref).here) for ref in refs if ref]
    session.go_to_example(whole.other.place)
    trace = session.view.known.trace
    for own, shown in zip(trace.layers, whole.there.layers, strict=True):
        for state in own:
            np.testing.assert_array_equal(own[state], shown[state])
    np.testing.assert_array_equal(trace.losses, whole.there.losses)
    shown_values = [float(whole.of(layer.depth, state).states(there=True)[t + 1][0])
                    for layer in session.view.network.layers for state in layer.cell.states
                    if (t := whole.pairs[0].there) is not None]  # fmt: skip
    assert values == shown_values
    assert f"{trace.loss:.4f}" in "".join(span.text for span in told)


def test_after_the_update_both_are_by_the_new_weights() -> None:
    session = Session(load("sentiment"))
    while not session.view.updated:
        session.do("op")
    whole = contexts(session.view, chosen(session.view, ("example", "2")))
    assert whole.here.params is session.view.params
    ref = whole.of().ref(0, 1)
    assert ref == "h[0,1]@1"
    assert value_of(elsewhere(read(ref), session.view), read("h[0,1]")) == whole.here.h[1, 1]


def test_the_bank_of_each_sentence_in_words() -> None:
    session = Session(load("bank"))
    session.epochs(30)
    view = session.view
    found = contexts(view, likeliest(view)).of()
    assert [view.current.text, found.whole.there.example.text] == [
        "the river bank is steep", "the savings bank is closed",
    ]  # fmt: skip
    assert (found.parts_at, found.telling) == (1, 2)
    unit = found.most_moved(2)
    by = [float(np.diff(states[2:4, unit], axis=0)[0])
          for states in (found.states(), found.states(there=True))]  # fmt: skip
    assert by[0] * by[1] < 0, "the same word moves it up here and down there"
    written = [f"{x:+.2f}".replace("-", "−") for x in by]
    said, whole_change, apart = sentences(found, 2, unit)
    assert said == (
        f"Up to “the” both read the same; “bank” moves unit {unit} by {written[0]} here and "
        f"{written[1]} there: the word is the same, the state before it is not."
    )
    assert f"cosine {found.cosine(2):+.2f}".replace("-", "−") in whole_change
    assert (
        f"The states differ first at “river” / “savings”: ‖h−h′‖ is {found.distance[1]:.4f}"
        in apart
    )
    assert "combined with the same state" in telling(found, 0, unit)
    assert "another word combined with the same state" in telling(found, 1, unit)
    assert "another word combined with another state" in telling(found, 4, unit)


def test_what_stands_on_one_side_alone_and_what_begins_elsewhere() -> None:
    session = Session(load("phrases"))
    view = session.view
    session.go_to_example([one.text for one in view.examples].index("this is not happy"))
    found = contexts(session.view, chosen(session.view, ("text", "this is happy"))).of()
    assert found.parts_at == 2
    assert "“not” stands here only" in telling(found, 2, 0)
    assert [cell.text for cell in SideBySide(found).cells(2, 0, 4)] == ["2", "not", "–", "–"]
    assert found.ref(3, 0, there=True) == "", "a text typed for this has no address"
    stream = Session(load("grammar")).view
    carried = contexts(stream, likeliest(stream)).of()
    assert carried.parts_at == START
    assert "They start from different states" in telling(carried, carried.telling, 0)
    same = contexts(view, chosen(view, ("text", view.current.text))).of()
    assert same.parts_at is None
    assert list(sentences(same, 0, 0))[-1] == "No h differs: both read the same."


def test_the_likeliest_has_another_answer_and_most_words() -> None:
    view = Session(load("sentiment")).view
    listed = candidates(view)
    assert [(one.place, one.common, one.other_answer) for one in listed] == [
        (1, 3, True), (3, 2, True), (2, 2, False),
    ]  # fmt: skip
    assert all((not a.other_answer, -a.common) <= (not b.other_answer, -b.common)
               for a, b in pairwise(listed))  # fmt: skip
    table = CandidatesTable(view, listed, 3)
    assert table.current_row == 1
    assert [cell.text for cell in table.cells(0, 0, 4)] == [
        "2", "I hate this movie", "negative", "3",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "why"),
    [("contexts 5", "numbered 1 to 4"), ("contexts 1", "name another"),
     ("contexts I lov this", "unknown word")],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused(line: str, why: str) -> None:
    reply = perform(Session(load("sentiment")), parse(line))
    assert not reply.ok
    assert why in reply.said[-1]


def test_the_verb_says_it_and_gives_its_numbers() -> None:
    session = Session(load("adding"))
    reply = perform(session, parse("contexts 3"))
    assert reply.ok
    assert set(reply.data["states"]) == {"h", "c"}
    assert len(reply.data["states"]["c"]["distance"]) == len(reply.data["rows"])
    assert any(re.match(r"c +the memory", line) for line in reply.said)
    assert parse(parse('contexts "7" as x').text) == parse('contexts "7" as x')
    assert parse("contexts").arguments == ()


@pytest.mark.parametrize("name", ["bank", "tagging", "melody", "translation", "sine"])
def test_every_cell_of_the_tables(name: str) -> None:
    view = Session(load(name)).view
    whole = contexts(view, likeliest(view))
    for table in (SideBySide(whole.of()), UnitsTable(whole.of()), UnitsTable(whole.of(), 0, True)):
        count = len(table.columns)
        for row in range(table.row_count):
            cells = table.cells(row, 0, count)
            assert len(cells) == count
            for column, cell in zip(table.columns, cells, strict=True):
                assert column.title in ("here", "there") or len(cell.text) <= (column.width or 99)
