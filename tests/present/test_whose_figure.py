"""A figure says which moment it is of, and a verdict stands only where somebody said what is right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from making import make_experiment, make_network, make_sequences, make_stream
from present.test_words import at, rows, text

from rnn_tui.engine.training.evaluating import evaluate
from rnn_tui.experiments import Experiment, encode, load
from rnn_tui.present.charts.train_curves import Charted, Wish, chart
from rnn_tui.present.plain import plain
from rnn_tui.present.plain.plain_show import shown
from rnn_tui.present.plain.speaking import perform
from rnn_tui.present.sentences.hints import hint
from rnn_tui.present.sentences.status import answer, metrics, status_line
from rnn_tui.present.sentences.train_words import legend
from rnn_tui.present.tables.runs import RunsTable
from rnn_tui.present.tables.strip import likeliest, strip
from rnn_tui.present.tables.tables import ExamplesTable
from rnn_tui.session import unseen
from rnn_tui.session.answers import answer as judged
from rnn_tui.session.commands.command_lines import commands_in, parse
from rnn_tui.session.commands.performing import exactly
from rnn_tui.session.moment import Refused
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView
from rnn_tui.session.why.explain import explain


def after(experiment: Experiment, script: str) -> Session:
    session = Session(experiment)
    for line in commands_in(script):
        command = parse(line)
        for _ in range(command.times):
            exactly(session, command.once)
    return session


def is_at_hand(view: StepView) -> bool:
    return view.unseen_at_hand is not None


def legends(view: StepView, metric: Charted, *, running: bool = False) -> list[str]:
    return [one.text for one in legend(chart(view, metric, Wish(), running=running))]


# The mean an output


@pytest.mark.parametrize(
    ("name", "loss"), [("melody", "1.879192"), ("tagging", "2.077276"), ("translation", "3.013254")]
)
def test_the_loss_is_the_mean_an_output_on_every_face(name: str, loss: str) -> None:
    session = after(load(name), "epoch" if name == "melody" else "forward")
    view, trainer = session.view, session.moment.timeline.trainer
    exact = evaluate(view.params, trainer.net, view.experiment.train).loss
    assert f"{exact:.6f}" == loss
    assert text(metrics(view)[0]).startswith(f"loss {loss} ")
    assert f": loss {loss}, " in plain.standing(view)
    assert plain.data(view)["loss"] == exact == explain(view, "train_loss").value
    if view.history.updates == 1:
        assert legends(view, Charted.LOSS) == [f"━━ train {exact:.4f}"]


def test_several_updates_an_epoch_have_a_loss_on_the_way() -> None:
    view = after(make_experiment(batch="example"), "epoch").view
    seen, now = float(view.history.loss[-1]), explain(view, "train_loss").value
    assert seen != now
    assert legends(view, Charted.LOSS) == [f"━━ train, epoch mean {seen:.4f}"]
    assert text(metrics(view)[0]).startswith(f"loss {now:.6f} ")


# Data that is held back


def test_held_back_data_is_measured_where_a_line_is_printed() -> None:
    session = after(load("grammar"), "update 99")
    view, trainer = session.view, session.moment.timeline.trainer
    exact = evaluate(view.params, trainer.net, view.experiment.test).loss
    assert f"{exact:.4f}" == "2.3972"
    assert view.history.observed[-1].update == 0, "what the run measured last"
    assert "   val 2.3972   floor" in text(metrics(view)[0])
    assert "validation loss 2.3972, " in plain.standing(view)
    assert plain.data(view)["test_loss"] == exact == explain(view, "test_loss").value
    assert "╍╍ validation 2.3972" in legends(view, Charted.LOSS)
    table = RunsTable(session.runs)
    unseen_at = [column.title for column in table.columns].index("unseen")
    assert rows(table)[0][unseen_at] == "2.3972"


def test_what_is_not_measured_now_says_when_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unseen, "is_at_hand", lambda *_: False)
    session = after(load("grammar"), "update 120")
    view = session.view
    (before,) = [one for one in view.history.observed if one.update == 100]
    seen = f"{before.test_loss:.4f}"
    assert f"   val {seen} at step 100   floor" in text(metrics(view, waits=False)[0])
    assert f"╍╍ validation at step 100 {seen}" in legends(view, Charted.LOSS)
    assert f"╍╍ validation at step 100 {seen}" in legends(view, Charted.LOSS, running=True)
    assert f" {seen} at step 100 " in text(metrics(view, running=True)[0])
    assert not is_at_hand(view)
    assert session.runs_at_hand.rows[0].test_loss is None
    table = RunsTable(session.runs_at_hand)
    assert rows(table)[0][[column.title for column in table.columns].index("unseen")] == "…"
    monkeypatch.undo()
    view.measure()
    assert view.is_measured
    assert is_at_hand(view)
    labelled = after(load("phrases"), "update 70").view
    monkeypatch.setattr(unseen, "is_at_hand", lambda *_: False)
    assert " at epoch 1   epoch 1 of " in text(metrics(labelled, waits=False)[0])
    assert " at epoch" not in text(metrics(labelled)[0])


# Old and new


def test_after_the_update_old_and_new_say_which_they_are(sentiment: Experiment) -> None:
    view = after(sentiment, "finish_forward; finish_backward; op 6").view
    assert text(status_line(view)) == "epoch 0 · example 1 of 4 · UPDATE done"
    assert text(answer(view)) == "target positive   ✓ positive 55.8%   loss 0.5839  old weights"
    table = ExamplesTable(view)
    assert table.columns[1].title == "example · new weights"
    assert rows(table)[0][3:] == ["0.5505", "0.5969", "✓ positive", "0.5577 → worse"]
    assert text(metrics(view)[0]) == "loss 0.722959   right 1 of 4   epoch 1 of 30"
    assert legends(view, Charted.LOSS) == ["━━ train 0.7230"]
    assert plain.standing(view).startswith("epoch 0, the update done: loss 0.722959, ")
    before = after(sentiment, "finish_forward; finish_backward; op 5").view
    assert "loss 0.741635 book 0.7416 " in text(metrics(before)[0])
    assert text(answer(before)).endswith("loss 0.5839")
    assert ExamplesTable(before).columns[1].title == "example"


def test_a_books_figure_stands_beside_the_weights_that_it_is_of(sentiment: Experiment) -> None:
    printed = after(sentiment, "goto epoch 10").view
    assert "loss 0.570612 book 0.5706 " in text(metrics(printed)[0])
    updated = after(sentiment, "goto epoch 9; finish_backward; op 6").view
    assert updated.epoch == 9
    assert text(metrics(updated)[0]) == text(metrics(printed)[0])


def test_a_patched_pass_says_so_beside_rows_that_are_not(sentiment: Experiment) -> None:
    view = after(sentiment, "finish_forward; set h[3,0] 0.9").view
    assert text(answer(view)) == "target positive   ✓ positive 60.7%   loss 0.4987  patched"
    table = ExamplesTable(view)
    assert table.columns[1].title == "example · unpatched"
    assert rows(table)[0][3:] == ["0.5577", "0.5839", "✓ positive"]
    assert plain.answer(view, 3).startswith("answer at t=3, patched: positive 60.7%, right")
    both = after(sentiment, "finish_forward; set h[3,0] 0.9; finish_backward; op 6").view
    assert text(answer(both)).endswith("  patched, old weights")
    assert ExamplesTable(both).columns[1].title == "example · unpatched, new weights"


# What is no number


@pytest.mark.parametrize(("head", "size"), [("sigmoid", 1), ("softmax", 3)])
def test_what_is_no_number_is_never_right(head: str, size: int) -> None:
    net = make_network("tanh", head)
    one = make_experiment((2,)).train[0]
    for target in range(2):
        found = judged(net, np.full(size, np.nan), replace(one, targets=(target,)))
        assert (found.said, found.right) == (None, False)
        assert np.isnan(found.p)


def test_an_explosion_marks_nothing_right() -> None:
    session = after(make_stream("aaaaaaaaaaaabc", learning_rate=1e308, clip="none"), "update 2")
    session.do("finish_forward")
    view = session.view
    assert view.current.targets[0] == 0
    says = text(strip(view, 120).lines[2])
    assert "✗NaN" in says
    assert "✓" not in says
    assert plain.answer(view, 0) == "answer at t=0: NaN, wrong, the target is a; loss NaN."
    assert text(likeliest(view))


# No label that nobody gave


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_a_text_without_a_label_is_predicted_and_not_judged(output: str) -> None:
    session = after(make_experiment(model={"output": output}), "input abca; finish_forward")
    view, row = session.view, len(session.experiment.train)
    assert not view.program.labels
    assert view.next_op is None
    assert text(answer(view)).startswith("no label   ")
    assert not {"✓", "✗"} & set(text(answer(view)))
    assert "loss" not in text(answer(view))
    _, _, target, p, loss, says = rows(ExamplesTable(view))[row]
    assert (target, loss) == ("no label", "–")
    assert (p == "–") == (output == "softmax"), "p(target) is of a target"
    assert says in view.experiment.labels
    assert {"pass_loss", "pass_loss_sum", "example_loss"}.isdisjoint(plain.data(view))
    assert plain.looking_at(view) == "typed text: abca, no label."
    assert hint(view).startswith("No label, so no loss")
    session.go_to_example(0)
    with pytest.raises(Refused, match="no label, so there is no example_loss"):
        explain(session.view, f"example_loss[{row + 1}]")
    assert session.view.done == session.view.program.forward_end


@pytest.mark.parametrize(
    "line",
    ["backward", "finish_backward", "op", "check", "why loss", "why dh[0,0]", "why target[3,0]"],
)
def test_what_comes_of_a_label_is_refused_and_how_to_give_one_is_said(line: str) -> None:
    session = after(make_experiment(), "input abca; finish_forward")
    (said,) = perform(session, parse(line)).said
    assert said.startswith("not now: this text has no label, so there is no ")
    assert said.endswith("; try input TEXT as LABEL.")
    labelled = after(make_experiment(), "input abca as yes; finish_forward")
    if line != "why dh[0,0]":
        assert perform(labelled, parse(line)).ok


@pytest.mark.parametrize("task", ["many-to-many", "one-to-many", "encoder-decoder"])
def test_a_text_of_several_answers_is_not_judged_by_the_networks_own(task: str) -> None:
    experiment = make_sequences(task)
    typed = {"many-to-many": "bab", "one-to-many": "c", "encoder-decoder": "cab"}[task]
    session = after(experiment, f"input {typed}; finish_forward")
    view = session.view
    assert not view.current.labelled
    _, target, says, p = (text(line) for line in strip(view, 120).lines)
    assert set(target.removeprefix("target").replace("│", "").split()) == {"–"}
    assert set(p.removeprefix("p(target)").replace("│", "").split()) == {"–"}
    assert not {"✓", "✗"} & set(says)
    with pytest.raises(Refused, match="no label"):
        session.do("backward")
    for pane in ("gradients", "ledger", "factors", "microscope", "tokens"):
        assert all("wrong" not in said and "✗" not in said for said in shown(session, pane))


def test_a_journal_gives_a_text_back_with_or_without_its_label(sentiment: Experiment) -> None:
    script = 'input "I love this"; finish_forward; input "I hate this" as negative; finish_forward'
    first = after(sentiment, script)
    again = after(sentiment, "\n".join(one.text for one in first.journal.entries))
    for session in (first, again):
        assert session.view.current.labelled
        session.undo()
        session.undo()
        assert not session.view.current.labelled
    assert first.journal.entries[0].text == 'input "I love this"'
    assert not encode(sentiment, "I love this").labelled
    assert encode(sentiment, "I love this", 0).labelled


def test_in_a_stream_each_token_is_the_label_of_those_before_it() -> None:
    session = after(make_stream(), "input abcab; finish_forward; finish_backward")
    assert session.view.current.labelled
    assert session.view.done == session.view.program.backward_end
    with pytest.raises(Refused, match="a text of a stream has no label"):
        exactly(session, parse("input abcab as a"))


def test_a_view_at_the_start_is_of_the_start(sentiment: Experiment) -> None:
    assert "epoch 0" in text(status_line(at(sentiment).view))
