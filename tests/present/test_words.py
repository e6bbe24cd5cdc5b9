"""Views in words, as golden text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import exploding_experiment, make_experiment, make_sequences, make_stream

from rnn_tui.characters import cell_width
from rnn_tui.experiments import Experiment, encode
from rnn_tui.present import digits
from rnn_tui.present.charts.charts import line_chart, round_ticks, sparkline, thinned
from rnn_tui.present.charts.points import Even
from rnn_tui.present.plain.plain import standing
from rnn_tui.present.plain.speaking import MEASURING, TRAINING, perform
from rnn_tui.present.sentences.hints import hint, refusal_hint, with_keys
from rnn_tui.present.sentences.status import (
    answer,
    metrics,
    op_line,
    sentence,
    status_line,
    window,
)
from rnn_tui.present.tables.cells import Line, Table
from rnn_tui.present.tables.code import CodeTable
from rnn_tui.present.tables.gradient_views import decay_summary
from rnn_tui.present.tables.gradients import GradientTable
from rnn_tui.present.tables.states import StateTable
from rnn_tui.present.tables.tables import ExamplesTable
from rnn_tui.present.why.explanation import what
from rnn_tui.present.why.formulas import derivation_lines
from rnn_tui.session.commands.command_lines import parse
from rnn_tui.session.moment import Refused
from rnn_tui.session.runs.series import Series
from rnn_tui.session.session import Session
from rnn_tui.session.why.explain import derivations
from rnn_tui.session.why.expressions import evaluate


def text(line: Line) -> str:
    return "".join(span.text for span in line)


def rows(table: Table) -> list[list[str]]:
    columns = len(table.columns)
    return [[cell.text for cell in table.cells(row, 0, columns)] for row in range(table.row_count)]


def at(experiment: Experiment, *verbs: str) -> Session:
    session = Session(experiment)
    for verb in verbs:
        session.do(verb)
    return session


@pytest.mark.parametrize(
    ("x", "written"),
    [
        (0.46211715, "+0.4621"), (-0.0996679, "−0.0997"), (0.0, "0.0000"), (1.2e-7, "+1.2e−7"),
        (-3e-300, "−3.0e−300"), (123456.0, "+1.2e5"), (12345.678, "+12346"), (12.345678, "+12.346"),
        (float("nan"), "NaN"), (float("inf"), "+∞"), (float("-inf"), "−∞"),
    ],
)  # fmt: skip
def test_signed(x: float, written: str) -> None:
    assert digits.signed(x) == written


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_no_number_looks_like_zero_that_is_none(x: float) -> None:
    written = digits.signed(x)
    assert (written.strip("+−0.") == "") == (x == 0)
    assert len(written) <= 9


NUMBERS = st.floats() | st.sampled_from(
    [9.99996, 999.998, 99999.7, 1.1e-10, 9.6e99, 1e-198, -1e198]
)


@given(NUMBERS, st.integers(2, 6))
def test_a_number_fits_its_room_whatever_its_exponent(x: float, decimals: int) -> None:
    width = digits.signed_width(decimals)
    for room in (width, width + 1, width + 2):
        written = digits.signed(x, decimals, room)
        assert len(written) <= room
        assert len(digits.size(abs(x), decimals, room - 1)) <= room - 1
        if "e" in (ample := digits.signed(x, decimals)):
            mantissa, _, exponent = ample.partition("e")
            assert written.endswith(f"e{exponent}") or len(mantissa) > len(written.split("e")[0])
    assert len(digits.times(abs(x), digits.times_width())) <= digits.times_width()


@pytest.mark.parametrize(
    ("x", "room", "written"),
    [(1.1e-10, 7, "1.1e−10"), (1.1e-10, 6, "1e−10"), (1.46e-300, 7, "1e−300"), (9.99996, 7, "10.000"),
     (99999.7, 6, "1.0e5"), (9.6e99, 6, "9.6e99"), (9.6e99, 5, "1e100")],
)  # fmt: skip
def test_an_exponent_costs_the_digit_before_it(x: float, room: int, written: str) -> None:
    assert digits.size(x, room=room) == written


def test_short_and_others() -> None:
    assert [digits.short(x) for x in (0.2, -0.46211715, 1.0, 0.0, 1e-9)] == [
        "0.2",
        "−0.4621",
        "1",
        "0",
        "1.0e−9",
    ]
    assert [digits.times(x) for x in (0.405, 1.0, float("nan"))] == ["0.41×", "1.00×", ""]
    assert [digits.seconds(x) for x in (7.6, 300.0, 9000.0, float("inf"))] == [
        "8 s",
        "5 min",
        "2.5 h",
        "?",
    ]
    assert digits.is_rounded(0.46211715)
    assert not digits.is_rounded(0.2)


def test_hidden_table_fills_from_the_top(sentiment: Experiment) -> None:
    table = StateTable(at(sentiment, "forward", "forward").view)
    assert [column.title for column in table.columns] == ["t", "token", "h[0]", "h[1]", "h[2]"]
    assert rows(table) == [
        ["–", "start", "0.0000", "0.0000", "0.0000"],
        ["0", "I", "+0.4621", "+0.1974", "−0.0997"],
        ["1", "love", "+0.1539", "+0.4707", "+0.3618"],
        ["2", "this", "·", "·", "·"],
        ["3", "movie", "·", "·", "·"],
    ]
    assert table.current_row == 2
    assert [cell.heat for cell in table.cells(3, 2, 5)] == [None] * 3


def test_gradient_table_fills_from_the_bottom(sentiment: Experiment) -> None:
    table = GradientTable(at(sentiment, "finish_forward", "backward", "backward").view)
    assert [row[:4] for row in rows(table)] == [
        ["0", "I", "·", "·"], ["1", "love", "·", "·"],
        ["2", "this", "0.1399", "0.41×"], ["3", "movie", "0.3454", "1.00×"],
    ]  # fmt: skip
    assert [table.cells(t, 4, 5)[0].bar for t in (0, 3)] == [None, 1.0]
    assert table.current_row == 2


def test_examples_table_hides_the_answer_until_it_is_computed(sentiment: Experiment) -> None:
    table = ExamplesTable(at(sentiment, "forward").view)
    assert rows(table)[0] == ["1", "I love this movie", "positive", "·", "·", "·"]
    assert rows(table)[3] == [
        "4",
        "this movie is bad",
        "negative",
        "0.5969",
        "0.9085",
        "✗ positive",
    ]
    done = ExamplesTable(at(sentiment, "finish_forward").view)
    assert rows(done)[0][3:] == ["0.5577", "0.5839", "✓ positive"]


def test_the_lines_about_a_moment(sentiment: Experiment) -> None:
    view = at(sentiment, "forward", "forward").view
    assert text(status_line(view)) == "epoch 0 · example 1 of 4 · FORWARD t=1 of 3"
    assert text(sentence(view, 40)).split() == ["I", "love", "this", "movie"]
    assert text(sentence(view, 16)) == "I love this …"
    assert text(answer(view)) == "target positive   not yet predicted"
    assert text(op_line(view, 1)) == "h[1,1] = tanh(0.511) ≈ +0.4707"
    assert text(decay_summary(view)) == "not yet: fills during backpropagation"
    back = at(sentiment, "finish_forward", "finish_backward").view
    assert text(answer(back)) == "target positive   ✓ positive 55.8%   loss 0.5839"
    assert text(decay_summary(back)) == "“I”: 8.6% left, halves every 0.8 timesteps"
    first = at(sentiment, "finish_forward", "backward").view
    assert text(decay_summary(first)) == "starts here, at “movie”: 100%"
    assert rows(GradientTable(first))[3][3] == "1.00×"
    long = Session(sentiment)
    long.edit_input(encode(sentiment, " ".join(["I love this movie"] * 7), 0))
    long.do("finish_forward")
    long.do("finish_backward")
    assert text(decay_summary(long.view)).startswith("“I”: <0.1% left, halves every 0.8 timesteps")


def test_the_first_state_is_called_what_its_row_is(sentiment: Experiment) -> None:
    for experiment, name in ((sentiment, "start"), (make_stream(), "carried")):
        view = at(experiment, "update").view
        assert rows(StateTable(view))[0][:2] == ["–", name]
        assert text(what(view, "h[-1,0]")).endswith(f" · {name}")
        assert "row" not in text(what(view, "h[0,0]"))


def test_unseen_answers_are_counted_as_those_seen_are() -> None:
    view = at(make_sequences("many-to-many"), "epoch").view
    right = view.history.observed[-1].test_accuracy * 3
    said = f"{right:.0f} of 3"
    assert right == pytest.approx(round(right))
    assert f" of 4   test {said}   epoch" in text(metrics(view)[0])
    assert f" of 4 right, test {said} right" in standing(view)


def test_metrics(sentiment: Experiment) -> None:
    session = Session(sentiment)
    assert [text(line) for line in metrics(session.view)] == [
        "loss 0.741635 book 0.7416   right 1 of 4   epoch 0 of 30", "‖g‖ · (clip 5)   lr 0.5   ρ(W_hh) 0.507",
    ]  # fmt: skip
    session.do("epoch")
    assert text(metrics(session.view)[1]).startswith("‖g‖ 0.1964 (epoch 0, clip 5)")
    session.go_to_epoch(32)
    assert text(metrics(session.view)[0]) == "loss 0.917676   right 2 of 4   epoch 32 (30 planned)"
    assert len(metrics(at(make_experiment(momentum=0.9)).view)[1]) > 6


def test_clipping_is_said() -> None:
    session = at(make_experiment(clip_limit=0.001), "epoch")
    assert "(epoch 0, clip 0.001) clipped" in text(metrics(session.view)[1])
    by_value = at(make_experiment(clip="value", clip_limit=2.0), "epoch")
    assert "clip ±2" in text(metrics(by_value.view)[1])


@pytest.mark.parametrize(
    ("verbs", "expected"),
    [
        ([], "{forward} read “I” · {epoch} train one epoch"),
        (["forward", "forward"],
         "{forward} read “this”, combined with the memory of “I love” · {finish_forward} read to the end"),
        (["op"], "{op} next: hh = W_hh · h_t-1 · {forward} finish this timestep"),
        (["finish_forward"],
         "{backward} start backpropagation at “movie” · {next_example} next example"),
        (["finish_forward", "backward"],
         "{backward} one timestep back, to “this”, through W_hh and tanh′"),
        (["finish_forward", "op"], "{op} next: dW_hy += dy · h_tᵀ · {backward} finish this timestep"),
        (["finish_forward", "finish_backward"],
         "{op} turn the gradients into an update, op by op · {epoch} train the epoch"),
        (["finish_forward", "finish_backward", "op"], "{op} next: ‖g‖ = √Σ g²"),
        (["finish_forward", "finish_backward", *["op"] * 6],
         "The weights have changed · {forward} read it again"),
    ],
)  # fmt: skip
def test_a_hint_names_the_next_key(sentiment: Experiment, verbs: list[str], expected: str) -> None:
    session = at(sentiment, *verbs)
    assert hint(session.view) == expected
    first = expected.partition("{")[2].partition("}")[0]
    assert session.refusal(first) is None, "what a hint says to press can be pressed"


def test_refusals_say_what_instead(sentiment: Experiment) -> None:
    refused = at(sentiment).refusal("backward")
    assert refused is not None
    line = with_keys(refusal_hint(refused), {"finish_forward": "F", "forward": "f"})
    assert text(line) == "Backpropagation starts from the loss.   F  finish forward   f  forward"
    assert refusal_hint(Refused("no")) == "No."


def test_formulas_with_their_numbers(sentiment: Experiment) -> None:
    view = at(sentiment, "forward", "forward").view
    lines = [text(line) for one in derivations(view, 1) for line in derivation_lines(one, False)]
    assert lines == [
        "  xh[1,1] = W_xh[1] · x_1", "    = 0.2·0.5 + 0.7·0.8 = +0.6600",
        "  hh[1,1] = W_hh[1] · h_0", "    = (−0.3)·0.4621 + 0.2·0.1974 + 0.5·(−0.0997) ≈ −0.1490",
        "  pre[1,1] = xh + hh + b_h", "    = 0.66 − 0.149 + 0 ≈ +0.5110",
        "  h[1,1] = tanh(pre)", "    = tanh(0.511) ≈ +0.4707",
    ]  # fmt: skip


def test_a_formula_without_room_keeps_its_result(sentiment: Experiment) -> None:
    session = at(sentiment, "finish_forward")
    for _ in range(2):
        for _ in range(session.view.program.forward_end):
            found = text(op_line(session.view, 0))
            for room in (78, 58, 46):
                line = text(op_line(session.view, 0, room))
                assert cell_width(line) <= room
                assert line.split()[-1] == found.split()[-1]
                assert line == found or "…" in line or " more)" in line
            session.do("op")
    line = text(op_line(at(sentiment, "finish_forward", "finish_backward").view, 0, 60))
    assert line == "dh_next[0,0] = 0.3·(−0.02246) + 0.00193 (2 more) ≈ −0.0048"


EXPERIMENTS = [
    make_experiment(),
    make_experiment(model={"activation": "sigmoid"}, momentum=0.9, clip="value", clip_limit=0.01),
    make_experiment(
        model={"activation": "relu"}, batch="example", reduction="sum", freeze=("b_y",)
    ),
    make_experiment(
        clip_limit=0.01, lr_decay=0.5, lr_decay_every=1, recurrent_backprop="published"
    ),
    make_experiment(model={"output": "sigmoid"}, clip="none"),
    make_experiment((1,) * 9),
]


@pytest.mark.parametrize(
    "experiment",
    [EXPERIMENTS[0], *(pytest.param(one, marks=pytest.mark.slow) for one in EXPERIMENTS[1:])],
)
def test_the_numbers_put_in_give_the_value(experiment: Experiment) -> None:
    session = Session(experiment)
    seen = set()
    for _ in range(2 * len(session.view.program)):
        session.do("op")
        for unit in range(3):
            for one in derivations(session.view, unit):
                np.testing.assert_allclose(
                    evaluate(one.expression), one.value, rtol=1e-12, atol=1e-15
                )
                assert all(text(line) for line in derivation_lines(one, True))
                seen.add(one.op)
    program = session.view.program
    assert {program.op(i).name for i in range(len(program))} <= seen


def test_the_program_marks_the_line_that_ran_and_the_next(sentiment: Experiment) -> None:
    table = CodeTable(at(sentiment, "forward").view, 80)
    assert table.current_row is not None
    assert [cell.text for cell in table.cells(table.current_row, 0, 4)] == [
        "", "5", "  h_t = f(pre)", "the hidden state after a token",
    ]  # fmt: skip
    assert table.next_row is not None
    assert table.cells(table.next_row, 0, 3)[2].text == "  xh = W_xh @ x_t"
    assert CodeTable(Session(sentiment).view, 80).current_row is None


@given(st.lists(st.integers(1, 9), min_size=1, max_size=40), st.data(), st.integers(14, 60))
def test_a_window_keeps_to_its_room(sizes: list[int], data: st.DataObject, room: int) -> None:
    around = data.draw(st.integers(0, len(sizes) - 1))
    first, last = window(sizes.__getitem__, len(sizes), around, room)
    assert first <= around < last
    shown = sum(sizes[first:last])
    assert shown + (2 if first else 0) + (1 if last < len(sizes) else 0) <= room
    if shown < room - 13:
        assert (first, last) == (0, len(sizes)), "no room is wasted"


def test_sparkline() -> None:
    assert sparkline([Even(Series(np.array([0.0, 0.5, 1.0])))], 5, 1) == ["▁▄█  "]
    assert sparkline([Even(Series(np.array([1.0, np.nan, np.inf, 0.5])))], 4, 2) == ["█   ", "█  █"]
    assert sparkline([Even(Series(np.array([1.0])))], 0, 2) == []
    assert sparkline([Even(Series(np.ones(3)))], 12, 1, wide=4) == ["███ ███ ███ "], "bars, no box"
    assert len(sparkline([Even(Series(np.arange(10_000.0)))], 30, 2)[0]) == 30


def test_thinned_keeps_both_ends() -> None:
    few = thinned([Even(Series(np.arange(1000.0)))], 7)
    assert (len(few), few[0], few[-1]) == (7, 0.0, 999.0)


def test_line_chart_has_axes_and_its_size() -> None:
    lines = line_chart(Series(np.linspace(0.8, 0.1, 40)), 60, 9)
    assert len(lines) == 9
    assert max(map(len, lines)) <= 60
    assert lines[-1].split() == ["0", "10", "20", "30"]
    assert "0.8" in lines[0]
    assert len(line_chart(Series(np.array([np.nan, np.nan])), 30, 6)) == 6


@pytest.mark.parametrize(
    ("last", "most", "ticks"),
    [
        (40, 5, [0, 10, 20, 30, 40]),
        (1, 4, [0, 1]),
        (7, 0, [0]),
        (1000, 6, [0, 200, 400, 600, 800, 1000]),
    ],
)
def test_ticks_are_round(last: int, most: int, ticks: list[int]) -> None:
    assert round_ticks(last, most) == ticks


def test_an_exploded_network_still_has_words() -> None:
    session = at(exploding_experiment(), "finish_forward", "finish_backward", "op", "op", "epoch")
    view = session.view
    for table in (StateTable(view), GradientTable(view), ExamplesTable(view)):
        assert rows(table)
    assert text(metrics(view)[0])
    assert hint(view)
    assert derivations(view, 0)
    assert sparkline([Even(Series(view.history.loss))], 10, 2)


@pytest.mark.parametrize(
    ("line", "doing"),
    [("epoch 3", TRAINING), ("run until loss < 0.01 for 3", TRAINING), ("check", MEASURING)],
)
def test_what_takes_long_says_how_far_it_is(sentiment: Experiment, line: str, doing: str) -> None:
    told: list[tuple[int, int, str]] = []
    perform(Session(sentiment), parse(line), lambda *one: told.append(one))
    assert {what for *_, what in told} == {doing}
    done = [done for done, *_ in told]
    assert done == sorted(done)
    assert all(before < of for before, of, _ in told[:3])


def test_a_diagnosis_says_what_it_is_doing(sentiment: Experiment) -> None:
    told: list[str] = []
    perform(Session(sentiment), parse("diagnose"), lambda _done, _of, what: told.append(what))
    assert any(what.startswith("Watching") for what in told)
