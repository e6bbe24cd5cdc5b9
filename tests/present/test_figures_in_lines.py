"""A number in a line of text leads to its own derivation."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rnn_tui.experiments import load
from rnn_tui.present.digits import percent, short, signed, size
from rnn_tui.present.sentences.proof import proof_line
from rnn_tui.present.sentences.status import answer, metrics
from rnn_tui.present.tables.cells import Span
from rnn_tui.present.tables.strip import likeliest, strip
from rnn_tui.session.moment import Refused
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView
from rnn_tui.session.why.explain import explain

MOVES = ("finish_forward", "finish_backward", *["op"] * 5, "update", "epoch", "undo")


def figures(view: StepView) -> Iterator[Span]:
    lines = [*metrics(view), proof_line(view, 0, 120)]
    if view.experiment.stream is None:
        lines.append(answer(view))
    else:
        lines += [*strip(view, 120).lines, likeliest(view)]
    return (span for line in lines for span in line if span.ref)


def ways_to_write(x: float) -> set[str]:
    return {
        size(x), size(x, 3), size(x, 6), signed(x, 6), short(x), percent(x), percent(1 - x),
        percent(x, 0), f"{4 * x:.0f} of 4",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["sentiment", "hello"])
def test_what_is_shown_is_what_is_explained(name: str) -> None:
    session, asked = Session(load(name)), set()
    for verb in MOVES:
        for span in figures(session.view):
            if span.text == "·":
                with pytest.raises(Refused):
                    explain(session.view, span.ref)
            elif span.ref != span.text and not span.text.startswith(("✓", "✗")):
                value = float(explain(session.view, span.ref).value)
                assert span.text in ways_to_write(value), span
            asked.add(span.ref.partition("[")[0].partition("@")[0])
        session.undo() if verb == "undo" else session.do(verb)
    common = {"rho", "learning_rate", "grad_norm", "past_norm", "p", "dW_hh", "g_W_hh"}
    own = {"sentiment": {"train_loss", "accuracy", "loss"}, "hello": {"loss", "past_loss"}}
    assert asked == common | own[name]
