"""What the last key did, in a sentence: each number in it is the view's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.engine.training.evaluating import Evaluation
from rnn_tui.equations.norms import l2_norm
from rnn_tui.experiments import Experiment
from rnn_tui.experiments.loading import load
from rnn_tui.present.digits import left, percent, size
from rnn_tui.present.sentences.happened.happened import happened, hint_after
from rnn_tui.present.sentences.happened.training import peak_since, trained
from rnn_tui.present.sentences.hints import hint as hint_of
from rnn_tui.present.sentences.hints import planned_done, said_and_hint, with_keys
from rnn_tui.present.tables.cells import Line, Span, whole_parts
from rnn_tui.session.answers import answer
from rnn_tui.session.moment import Refused
from rnn_tui.session.moved import GROWN
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView

MOVES = ("forward", "finish_forward", "backward", "finish_backward", "op", "update", "epoch",
         "undo", "redo", "again", "next_example", "previous_example", "reset")  # fmt: skip
NAMES = ("sentiment", "hello", "tagging", "gates", "gru")
Check = Callable[[re.Match[str], StepView, StepView], None]


@cache
def experiment(name: str) -> Experiment:
    return load(name, [])


def near(text: str, value: float) -> None:
    """A printed number is the value, as far as its digits go."""
    number = float(text.replace("−", "-").replace(",", ""))
    digits = re.search(r"\.(\d+)", text)
    assert abs(number - value) <= 0.51 * 10.0 ** -(len(digits[1]) if digits else 0), (text, value)


def mean_of(one: Evaluation) -> float:
    """The mean loss an output."""
    return float((one.losses * one.outputs).sum() / one.outputs.sum())


def norm(view: StepView, t: int, state: str = "h") -> float:
    return float(l2_norm(view.known.trace.layers[-1][f"d{state}"][t]))


def _moved(match: re.Match[str], _: StepView, view: StepView) -> None:
    h, t = view.known.trace.h, view.known.states - 1
    unit = int(match[1])
    assert unit == np.argmax(np.abs(h[t + 1] - h[t]))
    near(match[2], h[t, unit])
    near(match[3], h[t + 1, unit])


def _trained(match: re.Match[str], before: StepView, view: StepView) -> None:
    assert view.training is not None
    assert before.training is not None
    assert match[1] == size(mean_of(before.training))
    assert match[2] == size(mean_of(view.training))


def _right(match: re.Match[str], before: StepView, view: StepView) -> None:
    assert view.training is not None
    assert int(match[1]) == view.training.right.sum()
    assert int(match[2]) == view.training.outputs.sum()
    if match[3]:
        assert before.training is not None
        assert int(match[3]) == before.training.right.sum()


def _left(match: re.Match[str], _: StepView, view: StepView) -> None:
    t = view.known.gradients_from
    assert match[1] == left(norm(view, t) / norm(view, t + 1))


def _left_each(match: re.Match[str], _: StepView, view: StepView) -> None:
    t, state = view.known.gradients_from, match[2]
    assert match[1] == left(norm(view, t, state) / norm(view, t + 1, state))


def _first(match: re.Match[str], _: StepView, view: StepView) -> None:
    assert match[1] == left(norm(view, 0) / norm(view, view.current.length - 1))


def _norm(match: re.Match[str], _: StepView, view: StepView) -> None:
    assert match[1] == size(norm(view, view.known.gradients_from))


def _parts(match: re.Match[str], _: StepView, view: StepView) -> None:
    trace, t = view.known.trace, view.known.gradients_from
    assert match[1] == size(float(l2_norm(trace.dh_local[t])))
    assert match[2] == size(float(l2_norm(trace.dh_next[t + 1])))


def _answers(match: re.Match[str], _: StepView, view: StepView) -> None:
    trace, count = view.known.trace, len(view.current.outputs)
    right = [answer(view.network, trace.p[k], view.current, k).right for k in range(count)]
    assert (int(match[1]), int(match[2])) == (sum(map(bool, right)), count)


def _sure(match: re.Match[str], _: StepView, view: StepView) -> None:
    assert match[1] == percent(answer(view.network, view.known.trace.p[-1], view.current).p)


def _mean_loss(match: re.Match[str], _: StepView, view: StepView) -> None:
    assert match[1] == size(view.known.trace.loss)


def _loss(match: re.Match[str], _: StepView, view: StepView) -> None:
    told = [view.known.trace.loss, float(view.known.trace.losses[-1])]
    told += [mean_of(view.training)] if view.training is not None else []
    told += [] if view.history.newest_loss is None else [view.history.newest_loss]
    assert match[1] in map(size, told)


def _newest(match: re.Match[str], before: StepView, view: StepView) -> None:
    assert [match[1], match[2]] == [
        size(float(one.history.newest_loss or np.nan)) for one in (before, view)
    ]


def _error(match: re.Match[str], before: StepView, view: StepView) -> None:
    assert view.training is not None
    assert before.training is not None
    assert [match[1], match[2]] == [size(before.training.mae), size(view.training.mae)]


def _error_now(match: re.Match[str], _: StepView, view: StepView) -> None:
    assert view.training is not None
    assert match[1] == size(view.training.mae)


def _keeps(match: re.Match[str], _: StepView, view: StepView) -> None:
    trace, t = view.known.trace, view.known.states - 1
    gate = trace.f[t] if match[2] == "c" else 1 - trace.z[t]
    assert match[1] == percent(float(gate.mean()))


def _place(match: re.Match[str], _: StepView, view: StepView) -> None:
    assert int(match[1]) in (view.in_force // view.history.updates, view.example + 1)


def _read(match: re.Match[str], _: StepView, view: StepView) -> None:
    assert (int(match[1]), int(match[2])) == (view.known.states, view.current.length)


def _seen(match: re.Match[str], _: StepView, view: StepView) -> None:
    """Of an operation: its largest number, its norm or itself."""
    op = view.op
    assert op is not None
    value = view.update_value(op.name) if op.t is None else view.known.get(op.name, op.t)
    array = np.ravel(np.asarray(value, dtype=float))
    told = [float(l2_norm(array)), float(array[np.argmax(np.abs(array))])]
    number = float(match[1].replace("−", "-"))
    assert any(abs(number - one) <= 0.02 * abs(one) + 1e-4 for one in told)


NUMBER = r"([−+<>]?\d[\d.,]*(?:e−?\d+)?%?×?|1/[\d,]+|∞|NaN)"


def _update(match: re.Match[str], _: StepView, view: StepView) -> None:
    of = view.history.updates
    assert (int(match[1]), int(match[2])) == (view.in_force % of, of)


def _worse(match: re.Match[str], before: StepView, view: StepView) -> None:
    assert before.training is not None
    assert view.training is not None
    grown = np.flatnonzero(view.training.losses > before.training.losses * (1 + GROWN)) + 1
    if match[1]:
        assert (int(match[1]), int(match[2])) == (len(grown), len(view.training.losses))
    else:
        assert [int(one) for one in re.findall(r"\d+", match[3])] == grown.tolist()


SAYS: tuple[tuple[str, Check], ...] = (
    (r"(?:(\d+) of (\d+) examples|examples? ([\d, and]+)) got worse(?=\.$)", _worse),
    (rf"moved unit (\d+) most, from {NUMBER} to {NUMBER}(?=[;.]( |$|[^\d]))", _moved),
    (rf"keeps {NUMBER} of ([ch])", _keeps),
    (rf"‖∂L/∂h‖ = {NUMBER}(?=[,.]( |$))", _norm),
    (rf"own output {NUMBER}, later ones {NUMBER}(?=\.$)", _parts),
    (rf"{NUMBER} of ‖∂L/∂([ch])‖", _left_each),
    (rf"left {NUMBER}(?=\.$)", _left),
    (rf"gets {NUMBER} of the gradient", _first),
    (rf"loss {NUMBER} → {NUMBER}, measured before", _newest),
    (rf"loss {NUMBER} → {NUMBER}(?=[,.])", _trained),
    (rf"mean error {NUMBER} → {NUMBER}(?=[,.])", _error),
    (rf"mean error {NUMBER}(?=\.$)", _error_now),
    (r"(\d+) of (\d+) right(?: \(was (\d+)\))?", _right),
    (r"(\d+) of (\d+) answers", _answers),
    (r"(\d+) of (\d+) tokens", _read),
    (rf"mean loss {NUMBER}(?=\.$)", _mean_loss),
    (rf"loss {NUMBER}(?=[,.]( |$))", _loss),
    (rf"\({NUMBER}\)", _sure),
    (r"[Uu]pdate (\d+) of (\d+) in", _update),
    (r"(?:epoch|Epoch|Step|Example|Chunk) (\d+)", _place),
    (rf"(?:largest at (?:unit|input|output) \d+, |norm |: ){NUMBER}(?=\.$)", _seen),
)


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(NAMES), st.lists(st.sampled_from(MOVES), min_size=4, max_size=12))
def test_each_number_is_the_views_own(name: str, verbs: list[str]) -> None:
    session = Session(experiment(name))
    before = session.view
    for verb in verbs:
        try:
            move = session.do if verb in Session.MOVES else None
            session.do(verb) if move else getattr(session, verb)()
        except Refused:
            continue
        view = session.view
        told = happened(before, view)
        rest = re.sub(r"“[^”]*”", "“”", told)
        if "Output" in rest:  # the numbers of an answer are those of its own sentence
            rest = re.sub(r"Output .*?(?=[;.] ?(?:mean |loss|$))", "", rest)
        for pattern, check in SAYS:
            for match in re.finditer(pattern, rest):
                check(match, before, view)
            rest = re.sub(pattern, "", rest)
        assert not re.search(r"(?<![A-Za-z_])\d", rest), (told, rest)
        before = view


@pytest.mark.parametrize(
    ("verbs", "said"),
    [
        ((), ""),
        (("forward", "forward"), "“love” moved unit 2 most, from −0.10 to 0.36."),
        (("finish_forward",), "It says “positive” (55.8%), correctly: loss 0.5839."),
        (("finish_forward", "backward"), "Backpropagation starts at “movie”: ‖∂L/∂h‖ = 0.3454."),
        (("finish_forward", "backward", "backward"),
         "One step back through W_hh and tanh′ left 41%."),
        (("finish_forward", "finish_backward"),
         "“I” gets 8.6% of the gradient of “movie”: it vanishes."),
        (("epoch", "epoch"), "Epoch 2: loss 0.7230 → 0.7062, 2 of 4 right (was 1); example 1 got worse."),
        (("epoch", "undo"), "Undone. Now at epoch 0: loss 0.7416, 1 of 4 right."),
        (("epoch", "undo", "redo"), "Redone. Now at epoch 1: loss 0.7230, 1 of 4 right."),
        (("epoch", "reset", "undo"), "Undone. Now at epoch 1: loss 0.7230, 1 of 4 right."),
        (("forward", "forward", "undo"), "Undone. Back to “I” in the forward pass."),
    ],
)  # fmt: skip
def test_what_is_said(verbs: tuple[str, ...], said: str) -> None:
    session = Session(experiment("sentiment"))
    before = view = session.view
    for verb in verbs:
        before = view
        session.do(verb) if verb in Session.MOVES else getattr(session, verb)()
        view = session.view
    assert happened(before, view, session.journal.newest) == said


def test_many_epochs_are_not_one() -> None:
    session = Session(experiment("sentiment"))
    before = session.view
    session.epochs(30)
    assert happened(before, session.view).startswith(
        "Epochs 1 to 30: loss 0.7416 → 0.1236 at epoch 28 → 0.2321"
    )


def test_a_jump_on_the_way_is_told() -> None:
    """Though the loss has come down again by the end, and what shows it is named."""
    session = Session(experiment("sentiment"))
    session.epochs(30)
    before = session.view
    session.epochs(138)
    view = session.view
    losses = view.history.loss[30:]
    assert losses.argmax() == 2
    top = size(float(losses.max()))
    assert happened(before, view) == f"Epochs 31 to 168: loss 0.2321 → {top} at epoch 32 → 0.0070."
    assert hint_after(before, view).startswith("{goto} 32 go there · {command} cure clip")
    assert planned_done(view, "Done", 30).startswith(f"Done, loss {top} at epoch 32 on the way · ")
    for start in (33, 100, 167):
        assert peak_since(view, start) is None, "it was before that"
    assert hint_after(before, view, "redo") == ""


@pytest.mark.parametrize("epochs", [29, 30, 31, 32, 40])
def test_what_is_told_of_the_way_is_the_lowest_or_the_highest_loss_on_it(epochs: int) -> None:
    session = Session(load("sentiment"))
    before = session.view
    session.epochs(epochs)
    losses = session.moment.timeline.records.points(epochs, 1).loss.tolist()
    told = re.search(r"→ ([\d.]+) at epoch (\d+) →", trained(before, session.view))
    assert (told is None) == (epochs == 29), "it is still at its lowest"
    if told is not None:
        at = int(told[2])
        assert told[1] == size(losses[at])
        assert losses[at] in (min(losses[:epochs]), max(losses[1:epochs]))


def test_the_highest_jump_of_a_text_is_a_step() -> None:
    """Though jumps are looked for in stretches of steps; and what only wavers is none."""
    session = Session(load("grammar", ["data.sentences=60", "model.hidden_size=8"]))
    session.updates(300)
    assert peak_since(session.view, 0) is None
    session.set("clip", "none")
    for rate, count in (("1", 20), ("0.01", 40)):
        session.set("learning_rate", rate)
        session.updates(count)
    view = session.view
    peak = peak_since(view, 300)
    assert peak is not None
    assert peak.loss == view.history.loss[peak.point]


def text(line: Line) -> str:
    return "".join(span.text for span in line)


def test_the_hint_gives_way_on_a_narrow_line() -> None:
    hint = with_keys("{f} read “this”, combined with “I” · {F} read to the end", {})
    two = said_and_hint("Done.", hint, 62, two=True)
    assert list(map(text, two)) == ["Done.", text(hint)]
    found = {
        room: text(said_and_hint("Done.", hint, room, two=False)[0]) for room in (80, 45, 25, 9)
    }
    assert found[80] == "Done.   f  read “this”, combined with “I” ·  F  read to the end"
    assert found[45] == "Done.   f  read “this”, combined with “I”"
    assert found[25] == "Done.   f  read “this”"
    assert found[9] == "Done."
    session = Session(experiment("sentiment"))
    for verb, key in (("finish_forward", "b"), ("finish_backward", "n")):
        before = session.view
        session.do(verb)
        said = happened(before, session.view)
        offered = with_keys(hint_of(session.view), {"backward": "b", "op": "n"})
        (line,) = said_and_hint(said, offered, 78, two=False)
        assert text(line).startswith(f"{said}   {key} "), "a next key is named beside it"
    alone = [text(said_and_hint("", hint, room, two=False)[0]) for room in (80, 45, 9)]
    assert alone == [text(hint), *[" f  read “this”, combined with “I”"] * 2]
    keys = with_keys(
        "Now {lens_order} shows the next number of all the answers", {"lens_order": "c"}
    )
    (line,) = said_and_hint("Done.", keys, 20, two=False, label={"lens_order": "order"}.__getitem__)
    assert text(line) == "Done.   c  order", "a page's own act, too, by its words"


def test_figures_are_left_out_whole() -> None:
    line = (
        Span("loss "),
        Span("0.5987"),
        Span("   lr "),
        Span("0.02"),
        Span("   momentum "),
        Span("0.9"),
    )
    assert [text(whole_parts(line, room)) for room in (40, 30, 11, 3)] == [
        text(line), "loss 0.5987   lr 0.02", "loss 0.5987", "loss 0.5987"
    ]  # fmt: skip
