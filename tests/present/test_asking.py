"""What may be asked for while it is typed: names, and tokens of the text."""

from __future__ import annotations

from rnn_tui.experiments import Experiment, load
from rnn_tui.present.why.asking import answer_line, completions
from rnn_tui.session.session import Session
from rnn_tui.session.why.refs import complete


def offered(experiment: Experiment, text: str) -> list[str]:
    return [ref for ref, _ in completions(Session(experiment).view, text)]


def test_a_token_of_the_text_offers_the_numbers_at_it(sentiment: Experiment) -> None:
    view = Session(sentiment).view
    first, about = completions(view, "love")[0]
    assert (first, about) == ("h[1,", "the hidden state after a token · “love”")
    assert {"xh[1,", "pre[1,", "dh_norm[1]"} <= set(offered(sentiment, "Love"))
    assert "did you mean" not in "".join(span.text for span in answer_line(view, "love")[0])
    assert offered(sentiment, "I")[0] == "h[0,", "before names with that letter in them"
    assert offered(sentiment, "h[1,")[:1] == ["h[1,0]"]
    assert offered(sentiment, "hate") == [], "it is in another example"


def test_the_name_of_a_number_goes_before_a_token(sentiment: Experiment) -> None:
    hello = load("hello")
    token = hello.train[0].tokens[0]
    view = Session(hello).view
    named = [ref for ref in complete(token, view) if ref.startswith(token)]
    found = offered(hello, token)
    assert named
    assert found[: len(named)] == named
    assert "h[0," in found
