"""Names as the screen shows them, whole arrays, and verbs by their meaning."""

import numpy as np
import pytest

from rnn_tui.experiments import load
from rnn_tui.present.plain.speaking import perform
from rnn_tui.present.sentences.commanding import line_completions, problem
from rnn_tui.session.commands.command_lines import parse
from rnn_tui.session.commands.meaning import number_in, stem, words_of
from rnn_tui.session.session import Session
from rnn_tui.session.why.refs import RefError, read


def changed(line: str) -> Session:
    session = Session(load("sentiment"))
    reply = perform(session, parse(line))
    assert reply.ok, reply.said
    return session


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("set lr 0.1", "learning_rate", 0.1),
        ("set lr-=0.25", "learning_rate", 0.25),
        ("set η *= 2", "learning_rate", 1.0),
        ("set clip 2", "clip_limit", 2.0),
        ("set clip none", "clip", "none"),
        ("set limit=3", "clip_limit", 3.0),
        ("set momentum 0.5", "momentum", 0.5),
    ],
)
def test_settings_are_known_by_the_names_on_the_screen(
    line: str, name: str, value: float | str
) -> None:
    assert getattr(changed(line).view.experiment.training, name) == value


def test_a_whole_array_is_scaled_and_one_undo_takes_it_back() -> None:
    before = Session(load("sentiment")).view.params["W_hh"]
    for line, factor in (("set W_hh *=5", 5.0), ("set W_hh/=2", 0.5)):
        session = changed(line)
        assert np.array_equal(session.view.params["W_hh"], before * factor)
        session.undo()
        assert np.array_equal(session.view.params["W_hh"], before)
    refused = perform(Session(load("sentiment")), parse("set W_hh 5"))
    assert not refused.ok
    assert "W_hh[0,0], or scale all of it: W_hh *=2" in refused.said[-1]


def test_what_is_no_name_with_a_value_is_said_as_it_was_typed() -> None:
    assert problem("set lr").endswith('found "lr"')
    with pytest.raises(RefError, match='"why does it fail": expected an address'):
        read("why does it fail")
    assert read("W_hh [1, 0] @ 3") == read("W_hh[1,0]@3")


def test_a_verb_that_is_none_is_answered_by_its_meaning() -> None:
    for word in ("train", "extend", "fit"):
        assert "epoch [N]" in problem(f"{word} 5")
    assert problem("forwrd").endswith('(did you mean "forward"?)')


def test_where_training_leads_is_said_before() -> None:
    session = Session(load("sentiment"))
    session.epochs(8)
    assert line_completions(session, "epoch 30") == (("epoch 30", "train 30 more epochs, to 38"),)
    perform(session, parse("epoch 30"))
    assert session.here == 38


def test_a_question_is_reduced_to_what_it_is_about() -> None:
    assert words_of("Which equation is this network?") == ("equation", "network")
    assert words_of("what is it") == ("what", "is", "it")
    assert (number_in("train 10 epochs"), number_in("from 3 to 5")) == (10, None)
    assert stem("equations") == stem("equation") == "equation"
    assert stem("lr") == "lr"
