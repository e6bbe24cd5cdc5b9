"""Conditions: what they say, when they fire, and where they did last."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from making import make_stream
from refusing import one_line, refusal_of

from rnn_tui.engine.passes.trace import trace_example
from rnn_tui.engine.spectrum.spectrum import spectral_radius
from rnn_tui.engine.training.evaluating import evaluate
from rnn_tui.experiments import Experiment, encode, load
from rnn_tui.present.sentences import stops
from rnn_tui.session.breakpoints import breakpoints
from rnn_tui.session.breakpoints.breakpoints import (
    Breakpoints,
    Gauge,
    Hit,
    Watch,
    last_hits,
    scope_of,
)
from rnn_tui.session.breakpoints.condition_reader import MOST_CHARACTERS, parse
from rnn_tui.session.breakpoints.conditions import ConditionError, Scope, divided
from rnn_tui.session.commands.command_lines import parse as command
from rnn_tui.session.commands.performing import watched
from rnn_tui.session.runs.timeline import Timeline
from rnn_tui.session.session import Session
from rnn_tui.session.why.metrics import metrics

SHAPES = {"W_xh": (3, 2), "W_hh": (3, 3), "b_h": (3,), "W_hy": (1, 3), "b_y": (1,)}
SCOPE = Scope(SHAPES, tested=True)
VALUES = {
    "loss": 0.25, "accuracy": 0.75, "grad_norm": 2.0, "learning_rate": 0.5, "clipped": 1.0,
    "epoch": 12.0, "step": 40.0, "test_loss": math.nan, "test_accuracy": 1.0, "rho": 1.5,
    "nan": 0.0, "W_hh[1,0]": -0.75, "b_h[2]": 0.125,
}  # fmt: skip


def true(text: str) -> bool:
    return parse(text, SCOPE).true(VALUES.__getitem__)


@pytest.mark.parametrize(
    "text",
    [
        "loss < 0.3",
        "loss<.3",
        " loss  <  3e-1 ",
        "accuracy == 0.75",
        "accuracy != 1",
        "clipped",
        "not nan",
        "not not clipped",
        "clipped and not nan",
        "nan or clipped and epoch == 12",
        "(nan or clipped) and (((epoch))) >= 12.",
        "abs(W_hh[1,0]) > 0.5",
        "W_hh[ 1 , 0 ] == -.75",
        "b_h[2] * 8 - 1 == 0",
        "1 - 2 - 3 == -4",
        "16 / 4 / 2 == 2",
        "2 + 3 * 4 == 14",
        "-2 * -3 == 6",
        "- - 1 == 1",
        "min(loss, rho, 1) == loss",
        "max(loss, -rho) == loss",
        "not loss > 1",
        "not loss > 1 and clipped",
        "1 / 0 > 1e300 and -1 / 0 < -1e300",
        "test_loss != test_loss",
        "not min(1, test_loss) < 2 and not min(test_loss, 1) < 2",
        "not 0 / 0 == 0",
        "(" * 30 + "clipped" + ")" * 30,
        "epoch == 0012 and loss < 3.e-01",
    ],
)
def test_what_is_true(text: str) -> None:
    assert true(text)
    assert not true(f"not ({text})")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("norm > 1", "grad_norm > 1"),
        ("‖g‖>1 and lr < 1", "grad_norm>1 and learning_rate < 1"),
        ("not diverged", "not nan"),
        ("right == 0.75 and gradient norm > 1", "accuracy == 0.75 and grad_norm > 1"),
        ("val loss != val_loss", "test_loss != test_loss"),
        ("test right == 1", "test_accuracy == 1"),
        ("spectral radius > 1", "rho > 1"),
    ],
)
def test_names_of_the_screen_are_those_of_the_metrics(text: str, named: str) -> None:
    assert parse(text, SCOPE).text == named
    assert true(text)


def test_an_array_of_such_a_name_is_itself() -> None:
    assert parse("norm[0] > 1", replace(SCOPE, shapes={"norm": (1,)})).names == ("norm[0]",)
    assert parse("right > 1", replace(SCOPE, others=("right",))).names == ("right",)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "at the end: expected a number, a name such as loss, or ("),
        ("los < 1", 'at character 1, "los": expected a name that is known (did you mean "loss"?)'),
        ("w_hh[0,0] > 1", 'at character 1, "w_hh[0,0]": expected a name that is known (did you mean "W_hh"?)'),
        ("loss <", "at the end: expected a number, a name such as loss, or ("),
        ("loss = 1", 'at character 6, "=": expected ==, which compares'),
        ("loss < 1 $", 'at character 10, "$": expected no such sign'),
        ("loss", 'at character 1, "loss": expected a comparison, such as loss < 0.3'),
        ("loss and clipped", 'at character 1, "loss": expected a comparison, such as loss < 0.3'),
        ("not 3", 'at character 5, "3": expected a comparison, such as loss < 0.3'),
        ("clipped == 1", 'at character 1, "clipped": expected a number; this is true or false by itself'),
        ("1 + (loss < 1) > 2", 'at character 6, "loss < 1": expected a number here, not a comparison'),
        ("0 < loss < 1", 'at character 1, "0 < loss < 1": expected one comparison: join two with and'),
        ("loss < 1 loss", 'at character 10, "loss": expected and, or, a comparison or + - * / before it'),
        ("loss 1", 'at character 6, "1": expected and, or, a comparison or + - * / before it'),
        ("loss < 1)", 'at character 9, ")": expected ( before it'),
        ("(loss < 1", "at the end: expected )"),
        ("abs loss > 1", 'at character 5, "loss": expected and, or, a comparison or + - * / before it'),
        ("abs(loss, 1) > 1", 'at character 1, "abs(loss, 1)": expected one number in abs( )'),
        ("min(loss) > 1", 'at character 1, "min(loss)": expected two numbers or more in min( )'),
        ("W_hh > 1", 'at character 1, "W_hh": expected an index: W_hh goes from [0,0] to [2,2]'),
        ("b_h > 1", 'at character 1, "b_h": expected an index: b_h goes from [0] to [2]'),
        ("W_hh[3,0] > 1", 'at character 1, "W_hh[3,0]": W_hh goes from [0,0] to [2,2], there is no W_hh[3,0]'),
        ("W_hh[1] > 1", 'at character 1, "W_hh[1]": W_hh goes from [0,0] to [2,2], there is no W_hh[1]'),
        ("b_h[0,0] > 1", 'at character 1, "b_h[0,0]": b_h goes from [0] to [2], there is no b_h[0,0]'),
        ("W_hh[-1,0] > 1", 'at character 1, "W_hh[-1,0]": W_hh goes from [0,0] to [2,2], there is no W_hh[-1,0]'),
        ("W_hh[1.0,0] > 1", 'at character 6, "1.0": expected a whole number'),
        ("W_hh[1,", "at the end: expected ]"),
        ("W_hh[1,0", "at the end: expected ]"),
        ("E[0,0] > 1", 'at character 1, "E[0,0]": expected another name: the embedding is not trained here'),
        ("loss < 1e999", 'at character 8, "1e999": expected a smaller number'),
        ("loss\x00 < 1", 'at character 5, "␀": expected no such sign'),
        ("loss 'os'", "at character 6, \"'\": expected no such sign"),
        ("h[2,1].D > 0", 'at character 7, ".": expected no such sign'),
        ("loss # .3", 'at character 6, "#": expected no such sign'),
        ("loss < 0x10", 'at character 8, "0x10": expected a number such as 0.5'),
        ("loss < 1_0", 'at character 8, "1_0": expected a number such as 0.5'),
        ("loss is nan", 'at character 1, "loss is nan": expected nan alone, which is true where a loss or a weight is inf or NaN'),
        ("loss == NaN", 'at character 9, "nan": expected nan alone, which is true where a loss or a weight is inf or NaN'),
        ("isnan(loss)", 'at character 1, "isnan(loss)": expected nan alone, which is true where a loss or a weight is inf or NaN'),
        ("loss is clipped", 'at character 1, "loss is clipped": expected no other signs than < <= > >= == != + - * /'),
        ("loss if clipped else rho", 'at character 1, "loss if clipped else rho": expected a number, a name such as loss, or ('),
        ("True", 'at character 1, "True": expected a number, a name such as loss, or ('),
        ("loss(3) > 1", 'at character 1, "loss(3)": expected a function: abs, min, max'),
        ("abs > 1", 'at character 1, "abs": expected abs( )'),
        ("W_hh[1,0]#3 > 1", 'at character 1, "W_hh[1,0]#3": expected W_hh without what follows it'),
        ("epoch[1] > 1", 'at character 1, "epoch[1]": expected epoch without what follows it'),
        ("loss.real < 1", 'at character 5, ".": expected no such sign'),
        ("loss ** 2 < 1", 'at character 1, "loss ** 2": expected no other signs than < <= > >= == != + - * /'),
        ("(" * 60 + "1", "at the end: expected )"),
        ("1" * 201, "expected at most 200 characters, not 201"),
        ("foobarbaz < 1", 'at character 1, "foobarbaz": expected a name: loss, accuracy, grad_norm, learning_rate, clipped, test_loss, test_accuracy, epoch, step, rho, nan, W_xh, W_hh, b_h, W_hy, b_y'),
    ],
)  # fmt: skip
def test_what_can_not_be_read_is_told_in_one_line(text: str, error: str) -> None:
    assert refusal_of(lambda: parse(text, SCOPE), ConditionError) == error


def test_what_an_experiment_has_not_is_not_known() -> None:
    with pytest.raises(ConditionError, match="no test data"):
        parse("test_loss < 1", replace(SCOPE, tested=False))
    learned = Scope({**SHAPES, "E": (5, 2)}, tested=False)
    assert parse("E[4,1] > 0", learned).names == ("E[4,1]",)


@given(st.text(alphabet="loss <>=!()[]-+*/.,0123456789andortbhW_yxEmisckp", max_size=40))
def test_no_text_breaks_the_parser(text: str) -> None:
    try:
        parse(text, SCOPE)
    except ConditionError as error:
        one_line(error)


@dataclass
class Part:
    """A piece of a condition as text, how tightly it binds, and its value computed beside."""

    text: str
    level: int
    value: float


OR, AND, NOT, COMPARE, SUM, PRODUCT, FACTOR = range(7)
GAPS = st.sampled_from(["", " ", "  "])


def inside(draw: st.DrawFn, part: Part, level: int) -> str:
    """A piece where at least `level` is wanted; sometimes in needless parentheses."""
    if part.level < level or draw(st.integers(0, 5)) == 0:
        gap = draw(GAPS)
        return f"({gap}{part.text}{gap})"
    return part.text


@st.composite
def numbers(draw: st.DrawFn, depth: int = 3) -> Part:
    kind = draw(st.integers(0, 6)) if depth else draw(st.integers(0, 1))
    if kind == 0:
        number = draw(st.floats(0, 1e6))
        return Part(repr(number), FACTOR, number)
    if kind == 1:
        name = draw(st.sampled_from([name for name in VALUES if name not in ("clipped", "nan")]))
        return Part(name, FACTOR, VALUES[name])
    one, gap = draw(numbers(depth - 1)), draw(GAPS)
    if kind == 2:
        return Part(f"-{gap}{inside(draw, one, FACTOR)}", FACTOR, -one.value)
    if kind == 3:
        return Part(f"abs({gap}{inside(draw, one, SUM)})", FACTOR, abs(one.value))
    other = draw(numbers(depth - 1))
    if kind == 4:
        name = draw(st.sampled_from(["min", "max"]))
        spoilt = math.isnan(one.value) or math.isnan(other.value)
        value = {"min": min, "max": max}[name](one.value, other.value)
        both = f"{inside(draw, one, SUM)}{gap},{inside(draw, other, SUM)}"
        return Part(f"{name}({both})", FACTOR, math.nan if spoilt else value)
    signs: dict[str, Callable[[float, float], float]] = (
        {"+": lambda x, y: x + y, "-": lambda x, y: x - y}
        if kind == 5
        else {"*": lambda x, y: x * y, "/": divided}
    )
    level, sign = (SUM if kind == 5 else PRODUCT), draw(st.sampled_from(list(signs)))
    left, right = inside(draw, one, level), inside(draw, other, level + 1)
    return Part(f"{left}{gap}{sign}{gap}{right}", level, signs[sign](one.value, other.value))


@st.composite
def truths(draw: st.DrawFn, depth: int = 3) -> Part:
    kind = draw(st.integers(0, 4)) if depth else draw(st.integers(0, 1))
    if kind == 0:
        flag = draw(st.sampled_from(["clipped", "nan"]))
        return Part(flag, FACTOR, bool(VALUES[flag]))
    if kind == 1:
        one, other, gap = draw(numbers(2)), draw(numbers(2)), draw(GAPS)
        sign, value = draw(
            st.sampled_from(
                [
                    ("<", one.value < other.value),
                    ("<=", one.value <= other.value),
                    (">", one.value > other.value),
                    (">=", one.value >= other.value),
                    ("==", one.value == other.value),
                    ("!=", one.value != other.value),
                ]
            )
        )
        left, right = inside(draw, one, SUM), inside(draw, other, SUM)
        return Part(f"{left}{gap}{sign}{gap}{right}", COMPARE, value)
    one = draw(truths(depth - 1))
    if kind == 2:
        return Part(f"not {inside(draw, one, NOT)}", NOT, not one.value)
    other = draw(truths(depth - 1))
    level, word = (OR, "or") if kind == 3 else (AND, "and")
    both = one.value and other.value
    either = one.value or other.value
    left, right = inside(draw, one, level), inside(draw, other, level + 1)
    return Part(f"{left} {word} {right}", level, either if kind == 3 else both)


@given(truths())
def test_a_condition_means_what_its_parts_mean(part: Part) -> None:
    assume(len(part.text) <= MOST_CHARACTERS)
    assert true(part.text) == bool(part.value)


# On a timeline


def timeline_of(experiment: Experiment, updates: int, budget: int = 2**20) -> Timeline:
    timeline = Session(experiment, budget).moment.timeline
    timeline.state(updates)
    return timeline


def scope(timeline: Timeline) -> Scope:
    """What may be spoken of on looking at the first example."""
    return scope_of(Session(timeline.trainer.experiment).view)


def firings(timeline: Timeline, text: str, start: int, end: int) -> list[int]:
    watch = Watch(Gauge(timeline), [parse(text, scope(timeline))])
    watch.begin(start)
    return [k for k in range(start + 1, end + 1) if watch.after(k)]


def test_every_value_is_that_of_its_moment(sentiment: Experiment) -> None:
    timeline = timeline_of(sentiment, 40)
    gauge = Gauge(timeline)
    for k in (12, 13, 14, 3, 40, 39, 40):
        value, state, record = gauge.at(k), timeline.state(k), timeline.records.rows(k)[k - 1]
        assert value("loss") == record[0] / record[2]
        assert value("accuracy") == record[1] / record[2]
        assert value("grad_norm") == record[3]
        assert value("learning_rate") == 0.5
        assert (value("epoch"), value("step"), value("nan")) == (k, k, 0)
        assert value("rho") == spectral_radius(state.params.W_hh)
        assert value("W_hh[1,0]") == state.params.W_hh[1, 0]
        assert value("b_y[0]") == state.params.b_y[0]


def test_a_number_of_a_pass_is_that_before_its_update(sentiment: Experiment) -> None:
    timeline = timeline_of(sentiment, 40)
    gauge, net = Gauge(timeline), timeline.trainer.net
    for k in (12, 13, 3, 40, 39):
        for number, example in enumerate(sentiment.train, start=1):
            trace = trace_example(timeline.state(k).params, net, example)
            value = gauge.at(k)
            assert value(f"h[2,1]#{number}") == trace.h[3, 1]
            assert value(f"p[3,0]#{number}") == trace.p[0, 0]
            assert value(f"dh[0,2]#{number}") == trace.dh[0, 2]
            assert value(f"dW_hh[1,0]#{number}") == pytest.approx(trace.grads.W_hh[1, 0], abs=1e-15)
            assert value(f"decay[0]#{number}") == pytest.approx(trace.decay[0], abs=1e-15)


def test_numbers_of_a_pass_are_of_the_example_looked_at(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.go_to_example(2)
    third = scope_of(session.view)
    assert parse("p[3,0] > 0.9", third).names == ("p[3,0]#3",)
    assert parse("p[3,0]#1 > p[3,0]", third).names == ("p[3,0]#1", "p[3,0]#3")
    timeline = timeline_of(sentiment, 40)
    probable = [trace_example(timeline.state(k).params, timeline.trainer.net, sentiment.train[2]).p[0, 0]
                for k in range(41)]  # fmt: skip
    edges = [k for k in range(1, 41) if probable[k] > 0.7 >= probable[k - 1]]
    watch = Watch(Gauge(timeline), [parse("p[3,0] > 0.7", third)])
    watch.begin(0)
    assert [k for k in range(1, 41) if watch.after(k)] == edges != []
    assert parse("loss[3] < 1", third).names == ("loss[3]#3",)
    for text, said in (
        (
            "h[4,0] > 0",
            'at character 1, "h[4,0]": h goes from [-1,0] to [3,2] in example 3, there is no h[4,0]',
        ),
        ("h[2,1]#5 > 0", 'at character 1, "h[2,1]#5": expected an example from 1 to 4'),
        ("h > 0", 'at character 1, "h": expected an index: h goes from [-1,0] to [3,2]'),
    ):
        with pytest.raises(ConditionError) as error:
            parse(text, third)
        assert str(error.value).startswith(said)
    session.edit_input(encode(sentiment, "this is great"))
    with pytest.raises(ConditionError, match="which example"):
        parse("h[0,0] > 0", scope_of(session.view))


def test_an_address_is_of_the_example_that_it_names() -> None:
    """Of phrases, which differ in length: whatever example is looked at, or none of the data."""
    session = Session(load("phrases"))
    shortest = min(session.examples, key=lambda one: one.length)
    longest = max(session.examples, key=lambda one: one.length)
    gauge = Gauge(session.moment.timeline)
    for looked_at in (shortest, longest, None):
        if looked_at is None:
            session.edit_input(encode(session.experiment, longest.text))
        elif (place := session.examples.index(looked_at)) != session.moment.cursor.example:
            session.go_to_example(place)
        here = scope_of(session.view)
        for one in (shortest, longest):
            number = session.experiment.train.index(one) + 1
            there = parse(f"h[{one.length - 1},0]#{number} > 5", here)
            assert not gauge.true(there, 0)
            with pytest.raises(ConditionError, match=f"in example {number}, there is no"):
                parse(f"h[{one.length},0]#{number} > 5", here)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["phrases", "tagging", "translation", "grammar"])
def test_every_address_that_can_be_written_can_be_measured(name: str) -> None:
    """In the shortest and the longest example, at the ends of every index."""
    session = Session(load(name))
    here, gauge = scope_of(session.view), Gauge(session.moment.timeline)
    lengths = [one.length for one in session.experiment.train[:80]]
    numbers = sorted({lengths.index(wanted(lengths)) + 1 for wanted in (min, max)})
    for number in [0] if here.example == 0 else numbers:
        for array, axes in here.passes.items():
            ends = [(some[0], some[-1]) for some in (here.extent(axis, number) for axis in axes)]
            for index in itertools.product(*ends):
                written = f"{array}[{','.join(map(str, index))}]" + (f"#{number}" * bool(number))
                assert gauge.true(parse(f"{written} == 0 or not {written} == 0", here), 0) or (
                    array == "ledger" and index[1] > index[0]
                )


def test_what_is_not_there_yet_is_told(sentiment: Experiment) -> None:
    session = Session(load("tagging"))
    here, gauge = scope_of(session.view), Gauge(session.moment.timeline)
    said = stops.now(parse("ledger[0,1] > 0", here), gauge, 0)
    assert said.startswith("not true yet: ledger[0,1]")
    assert stops.now(parse("loss < 1", here), gauge, 0) == (
        "not true yet: there is no loss before the first update"
    )


def test_in_a_stream_a_number_of_a_pass_is_of_the_update_s_own_chunk() -> None:
    experiment = make_stream()
    timeline = timeline_of(experiment, 9)
    trainer, gauge = timeline.trainer, Gauge(timeline)
    assert parse("h[1,0] > 0", scope(timeline)).names == ("h[1,0]",)
    for k in range(9):
        (chunk,), state = trainer.members(k), timeline.state(k)
        trace = trace_example(
            state.params, trainer.net, experiment.train[chunk], trainer.start(state, k, chunk)
        )
        assert gauge.at(k)("h[1,0]") == trace.h[2, 0]


def test_it_fires_when_it_becomes_true(sentiment: Experiment) -> None:
    timeline = timeline_of(sentiment, 40)
    loss = np.array([*timeline.records.points(40, 1).loss])
    edges = [k for k in range(2, 41) if loss[k - 1] < 0.3 <= loss[k - 2]]
    assert len(edges) >= 2, "it blows up after epoch 29 and recovers"
    assert firings(timeline, "loss < 0.3", 0, 40) == edges
    assert firings(timeline, "loss < 0.3", edges[0], 40) == edges[1:], "one can run past it"
    assert firings(timeline, "loss < 5", 0, 40) == [1], "before the first update it is unknown"
    assert firings(timeline, "epoch == 20", 0, 40) == [20]
    assert firings(timeline, "epoch >= 20", 25, 40) == []
    assert firings(timeline, "epoch < 20", 0, 40) == []
    assert firings(timeline, "not loss < 0.3", 0, 40)[0] == 1
    assert firings(timeline, "clipped or nan", 0, 40) == []


def test_a_network_that_breaks_is_noticed(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.epochs(3)
    session.edit_parameter("W_hy", (0, 0), 1e308)
    session.edit_parameter("b_y", (0,), 1e308)
    timeline = session.moment.timeline
    timeline.state(6)
    found = firings(timeline, "nan", 0, 6)
    spoilt = [
        k
        for k in range(1, 7)
        if not np.isfinite(timeline.state(k).params.flat).all()
        or not np.isfinite(timeline.records.rows(k)[k - 1][0])
    ]
    assert found == spoilt[:1]
    assert len(found) == 1


@pytest.mark.parametrize(("name", "updates"), [("phrases", 200), ("grammar", 250)])
def test_held_back_data_is_looked_at_where_a_condition_asks(name: str, updates: int) -> None:
    timeline = timeline_of(load(name), updates)
    observed = {one.update: one.test_loss for one in timeline.observations.until(updates)}
    trainer, gauge = timeline.trainer, Gauge(timeline)
    for k in (0, 1, 119, 100, updates):
        found = evaluate(timeline.state(k).params, trainer.net, trainer.experiment.test)
        assert gauge.at(k)("test_loss") == found.loss == observed.get(k, found.loss)
        assert gauge.at(k)("test_accuracy") == found.accuracy


def test_a_run_stops_at_the_update_at_which_the_loss_on_unseen_text_passes_a_limit() -> None:
    grammar = load("grammar", ["model.hidden_size=8"])
    session, limit = Session(grammar), 2.9
    watched(session, command(f"run until test_loss < {limit} for 150"))
    stopped, trainer = session.moment.cursor.update, session.moment.timeline.trainer
    assert stopped % session.moment.timeline.observations.every, "between two measurements"

    def loss(k: int) -> float:
        params = session.moment.timeline.state(k).params
        return evaluate(params, trainer.net, grammar.test).loss

    assert all(loss(k) >= limit for k in range(stopped))
    assert loss(stopped) < limit


def test_only_what_is_asked_for_is_computed(
    sentiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    timeline = timeline_of(sentiment, 40)
    condition = parse("loss < 0.3 or accuracy > 2 or clipped and rho > 1", scope(timeline))
    asked: list[int] = []

    def radius(W: object) -> float:
        asked.append(1)
        return 2.0

    monkeypatch.setattr(metrics, "spectral_radius", radius)
    monkeypatch.setattr(timeline, "state", None)
    monkeypatch.setattr(timeline.trainer, "step", None)
    assert last_hits(timeline, [condition], 41)
    assert not asked


@pytest.mark.slow
@pytest.mark.parametrize("text", ["loss < 0.3", "abs(W_hh[1,0]) > 0.3", "rho > 1 or loss > 0.6"])
@pytest.mark.parametrize("budget", [2**20, 4000])
def test_in_reverse_it_is_found_where_it_fired(
    sentiment: Experiment, text: str, budget: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breakpoints, "BLOCK", 7)
    timeline = timeline_of(sentiment, 60, budget)
    condition = parse(text, scope(timeline))
    forward = firings(timeline, text, 0, 60)
    for before in range(61):
        hits = last_hits(timeline, [condition], before)
        assert [hit.update for hit in hits] == [k for k in forward if k < before][-1:]


def test_a_search_goes_on_into_what_was_before_an_edit(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.epochs(40)
    plain = firings(session.moment.timeline, "loss < 0.3", 0, 40)
    session.go_to_epoch(plain[0] + 3)
    session.edit_parameter("b_y", (0,), 0.1)
    timeline = session.moment.timeline
    condition = parse("loss < 0.3", scope(timeline))
    here = session.moment.cursor.update
    assert [hit.update for hit in last_hits(timeline, [condition], here)] == plain[:1]


def test_a_search_can_be_stopped(sentiment: Experiment) -> None:
    timeline = timeline_of(sentiment, 40)
    condition = parse("loss < 0.3", scope(timeline))
    assert not last_hits(timeline, [condition], 40, cancelled=lambda: True)


# The list, and the words


def test_the_list() -> None:
    points = Breakpoints()
    points.add("loss  <  0.3", SCOPE)
    points.add("test_loss < 1", SCOPE)
    points.add("W_hh[2,2] > 0", SCOPE)
    points.toggle(0)
    assert [one.text for one in points.active] == ["test_loss < 1", "W_hh[2,2] > 0"]
    smaller = Scope({**SHAPES, "W_hh": (2, 2)}, tested=False)
    assert [(one.condition.text, one.on) for one in points.within(smaller).items] == [
        ("loss < 0.3", False)
    ]
    points.add("loss < 0.3", SCOPE)
    assert len(points.items) == 3, "one that is there is turned on"
    assert len(points.active) == 3
    points.remove(1)
    assert [stops.row(one) for one in points.items] == ["● loss < 0.3", "● W_hh[2,2] > 0"]


@pytest.mark.parametrize(
    ("text", "values", "said"),
    [
        ("loss < 0.3", {"loss": 0.29841}, "loss < 0.3, as loss was 0.2984 before it"),
        ("loss < 0.3", {"loss": 0.29999991}, "loss < 0.3, as loss was 0.29999991 before it"),
        ("clipped", {"clipped": 1.0}, "clipped"),
        ("loss < 1 or rho > 1", {"loss": 0.5}, "loss < 1 or rho > 1, as loss was 0.5 before it"),
        ("rho > 1 and epoch > 3 and clipped", {"rho": 1.5, "epoch": 4, "clipped": 1},
         "rho > 1 and epoch > 3 and clipped, as rho is 1.5 and epoch is 4"),
        ("W_hh[0,1] < 0", {"W_hh[0,1]": -1e-9}, "W_hh[0,1] < 0, as W_hh[0,1] is −1.0e−9"),
        ("loss != loss", {"loss": math.nan}, "loss != loss, as loss was NaN before it"),
    ],
)  # fmt: skip
def test_the_reason(text: str, values: dict[str, float], said: str) -> None:
    condition = parse(text, SCOPE)
    hit = Hit(condition, 13, tuple(values.items()))
    assert stops.stopped([hit], "epoch", 1) == f"Stopped after epoch 12: {said}. {{run}} train on"
    assert stops.found([hit], "epoch", 4).startswith(
        f"Back to the end of update 1 of epoch 3: {said}"
    )
