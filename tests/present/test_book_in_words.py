"""What was printed, beside the number that it was printed of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rnn_tui.experiments import Experiment, load
from rnn_tui.figures.book import book
from rnn_tui.figures.published import read_figures
from rnn_tui.present.sentences.hints import hint, planned_done
from rnn_tui.present.tables.cells import Line
from rnn_tui.present.why.book import loss_in_book, norm_in_book, op_in_book, weight_in_book
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView


def text(line: Line) -> str:
    return "".join(span.text for span in line)


def done(experiment: Experiment, epoch: int = 0, example: int = 0) -> Session:
    session = Session(experiment)
    if epoch:
        session.go_to_epoch(epoch)
    if example:
        session.go_to_example(example)
    for verb in ("finish_forward", "finish_backward"):
        if session.refusal(verb) is None:
            session.do(verb)
    return session


def beside(view: StepView, op: str, t: int, unit: int = 0) -> str:
    return "\n".join(text(line) for line in op_in_book(view, op, t, unit))


def test_states_and_gradients_have_their_figures_beside_them(sentiment: Experiment) -> None:
    view = done(sentiment).view
    for unit, printed in enumerate(("0.5597", "0.4605", "−0.0660")):
        assert f"book: {printed}  (" in beside(view, "h", 3, unit)
    assert "book: 0.5577  (" in beside(view, "p", 3)
    assert "book: −0.4423  (" in beside(view, "dy", 3)
    assert "0.3454" in text(norm_in_book(view, 3)[0])
    assert text(loss_in_book(view)) == " book 0.7416"


def test_what_was_printed_wrong_says_why(sentiment: Experiment) -> None:
    view = done(sentiment, example=3).view
    line = beside(view, "loss", 3)
    assert line.startswith("    book: 0.917")
    assert "0.909" in line


def test_later_epochs_have_their_losses(sentiment: Experiment) -> None:
    assert text(loss_in_book(done(sentiment, epoch=20).view)) == " book 0.2506"
    assert loss_in_book(done(sentiment, epoch=21).view) == ()


def test_past_the_last_printed_loss_it_says_which_that_was(sentiment: Experiment) -> None:
    losses = [one for one in read_figures("sentiment") if one.measure == "epoch_loss"]
    last = max(one.epoch for one in losses)
    figure = max((one.published[0] for one in losses if one.epoch == last), key=len)
    session = Session(sentiment)
    session.go_to_epoch(last)
    assert f"{last} the book" not in hint(session.view)
    session.do("epoch")
    assert text(loss_in_book(session.view)) == f" book {figure} at {last}"
    assert f"{{goto}} {last} the book's last epoch, loss {figure}" in hint(session.view)
    assert planned_done(session.view, "Done", 0).endswith(
        f"{{run}} train on · {{goto}} {last} the book's last epoch"
    )
    session.go_to_epoch(last + 2)
    assert loss_in_book(session.view) == ()
    assert "book" not in hint(session.view), "the plan is over: other keys are the next"


def test_weights_of_an_epoch_have_theirs(sentiment: Experiment) -> None:
    """Those printed after training are of 100 updates, and where the listing ends it says so."""
    for epoch, printed in ((0, "book: 0.4  ("), (30, "weights after 100 updates"), (100, "2.125")):
        (line,) = weight_in_book(done(sentiment, epoch).view, "W_xh", (2, 1))
        assert printed in text(line)
    session = done(sentiment)
    session.set("W_xh[0,0]", "0.3")
    assert not weight_in_book(session.view, "W_xh", (2, 1))


def test_a_network_that_was_changed_has_no_book(sentiment: Experiment) -> None:
    edited = done(sentiment)
    edited.edit_parameter("W_hh", (0, 0), 0.2)
    assert not edited.view.pristine
    assert beside(edited.view, "h", 3) == ""
    other = done(load("sentiment", ["training.learning_rate=0.4"]))
    assert beside(other.view, "h", 3) == ""
    elsewhere = done(replace(sentiment, path=sentiment.path.parent / "mine.toml"))
    assert beside(elsewhere.view, "h", 3) == ""


def test_a_training_that_was_forked_keeps_its_past(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.go_to_epoch(5)
    session.edit_parameter("b_h", (0,), 0.5)
    assert loss_in_book(session.view) == ()
    session.undo()
    assert text(loss_in_book(session.view)) == " book 0.6601"


@pytest.mark.parametrize("name", ["sentiment", "phrases", "grammar", "hello"])
def test_every_bundled_experiment_has_a_book(name: str) -> None:
    assert book(name).loss(0) is not None
