"""The kinds of task in words: where the encoder ends, what was wanted, what is answered freely."""

from __future__ import annotations

import pytest
from making import make_sequences

from rnn_tui.present.plain import plain
from rnn_tui.present.sentences.hints import hint
from rnn_tui.present.sentences.status import status_line
from rnn_tui.present.tables.gradient_views import factor_summary
from rnn_tui.present.tables.gradients import FactorTable, GradientTable
from rnn_tui.present.tables.ledger import LedgerTable
from rnn_tui.present.tables.states import StateTable
from rnn_tui.present.tables.strip import strip
from rnn_tui.present.text.text_words import ANSWERS_EACH, ANSWERS_ONCE, line_text, no_writing
from rnn_tui.session.commands.command_lines import parse
from rnn_tui.session.commands.performing import exactly, replay
from rnn_tui.session.edits.typed import wanted_in
from rnn_tui.session.session import Session
from rnn_tui.session.text.writing import Manner, current_text, prompt_of, written
from rnn_tui.session.why.explain import explain


def translating(*verbs: str) -> Session:
    session = Session(make_sequences("encoder-decoder"))
    for verb in verbs:
        exactly(session, parse(verb))
    return session


def text(line: tuple[object, ...]) -> str:
    return "".join(span.text for span in line).rstrip()  # type: ignore[attr-defined]


def test_a_bar_stands_where_the_encoder_ends() -> None:
    lines = [text(line) for line in strip(translating("finish_forward").view, 80).lines]
    place = lines[0].index("│")
    assert lines[0].split() == ["reads", "a", "b", "c", "│", "<start>", "d", "e"]
    assert all(line[place] == "│" for line in lines)
    assert lines[1].split() == ["target", "│", "d", "e", "<end>"]


def test_every_table_says_whose_timestep_it_is() -> None:
    view = translating("finish_forward", "finish_backward").view
    for table, first in ((StateTable(view), 1), (GradientTable(view), 0), (FactorTable(view), 0)):
        named = [table.cells(row, 0, 1)[0].text for row in range(first, table.row_count)]
        assert named == ["enc 0", "enc 1", "enc 2", "dec 3", "dec 4", "dec 5"]
    titles = [column.title for column in LedgerTable(view).columns]
    assert titles[2:] == ["enc h_0 a", "enc h_1 b", "enc h_2 c", "h_3 <star…", "h_4 d", "h_5 e"]
    assert "‖W_hh_enc‖₂" in text(factor_summary(view))
    tagging = Session(make_sequences("many-to-many")).view
    assert StateTable(tagging).cells(1, 0, 1)[0].text == "0"


def test_the_crossing_is_told() -> None:
    session = translating("forward", "forward", "forward")
    assert "encoder" in text(status_line(session.view))
    assert "pass the encoder's final state to the decoder, which reads “<start>”" in hint(
        session.view
    )
    session = translating("finish_forward", *["backward"] * 3)
    assert text(status_line(session.view)).endswith("t=3 of 5 decoder")
    assert "into the encoder, to “c”" in hint(session.view)
    session.do("backward")
    assert text(status_line(session.view)).endswith("t=2 of 5 encoder")
    assert "through W_hh_enc" in hint(session.view)
    assert explain(session.view, "dh_next[2,1]").formula.startswith("W_hh_encᵀ[1]")
    assert explain(session.view, "dh_next[3,1]").formula.startswith("W_hhᵀ[1]")


def test_gradients_are_summed_over_the_timesteps_that_use_a_weight() -> None:
    view = translating("finish_forward", "finish_backward").view
    assert explain(view, "dW_hh_enc[1,0]").formula.startswith("Σ over the encoder's timesteps of")
    assert explain(view, "dW_hh[1,0]").formula == "Σ over the decoder's timesteps of delta · h_t-1"
    assert explain(view, "dW_hy[1,0]").formula == "Σ over timesteps of dy · h_t"


def test_a_typed_text_has_the_answers_given_or_known_or_ones_own() -> None:
    session = translating("input cba as ede")
    assert wanted_in(session.experiment, session.view.current) == "ede"
    assert plain.looking_at(session.view) == "typed text: cba, target ede."
    exactly(session, parse("input cb"))
    assert wanted_in(session.experiment, session.view.current) == "ed", "that of the test data"
    exactly(session, parse("input ca"))
    session.do("finish_forward")
    trace = session.view.known.trace
    said = tuple(int(c) for c in trace.net.head.predict(trace.p))
    assert trace.example.targets[:-1] == said[:-1], "it reads its own answers"
    again = Session(session.experiment)
    assert replay(again, tuple(parse(one.text) for one in session.journal.entries))
    assert again.view.current.targets == trace.example.targets


def test_a_typed_text_to_tag_is_given_the_networks_own_labels() -> None:
    session = Session(make_sequences("many-to-many"))
    exactly(session, parse("input acb"))
    session.do("finish_forward")
    trace = session.view.known.trace
    assert trace.example.targets == tuple(int(c) for c in trace.net.head.predict(trace.p))
    exactly(session, parse("input ab as yes no"))
    assert session.view.current.targets == (1, 0)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("input cb as dx", "expected one of"),
        ("input cx as de", "unknown character"),
    ],
)
def test_what_can_not_be_read_is_refused(line: str, why: str) -> None:
    with pytest.raises(Exception, match=why) as refused:
        exactly(translating(), parse(line))
    assert type(refused.value).__name__ == "Refused"


def test_what_is_written_is_the_answer_to_what_is_read() -> None:
    view = translating().view
    assert prompt_of(view) == ("a", "b", "c")
    passage = written(view, Manner(("a", "b", "c"), temperature=0.0), 800)
    assert passage.tokens[:4] == ("a", "b", "c", "<start>")
    assert passage.given == 4
    assert len(passage.states) == len(passage)
    assert line_text(passage, view.experiment, 800) == "".join(passage.tokens[4:])
    assert current_text(view).labels == ()
    assert no_writing(view.experiment) == ANSWERS_EACH != ANSWERS_ONCE
