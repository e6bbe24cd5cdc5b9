"""Addresses: what they lead to, and what is said of those that lead nowhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import make_experiment, make_stream
from refusing import one_line

from rnn_tui.experiments import load
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView
from rnn_tui.session.why.kinds import extent, kinds
from rnn_tui.session.why.refs import RefError, complete, parse, read


@pytest.fixture(scope="module")
def view() -> StepView:
    session = Session(load("sentiment"))
    session.epochs(12)
    return session.view


@pytest.mark.parametrize(
    "text",
    ["h[2,1]", "h[-1,0]", "grad_norm", "loss", "loss[3]", "W_hh[1,0]@12", "W_hh[1,0]@0:12",
     "dW_hh[1,0]#3", "h[2,1]#2@5", "b_h[2]", "p[3,0]", "example_loss[4]", "past_loss[11]"],
)  # fmt: skip
def test_an_address_reads_back(view: StepView, text: str) -> None:
    assert str(parse(text, view)) == text
    assert str(parse(f" {text.replace(',', ' , ')} ", view)) == text


def test_an_index_that_can_be_but_one_may_be_left_out(view: StepView) -> None:
    assert str(parse("p[3]", view)) == "p[3,0]"
    assert str(parse("p[3]#2@5", view)) == "p[3,0]#2@5"
    with pytest.raises(RefError, match="a timestep from -1 to 3, a unit from 0 to 2"):
        parse("h[3]", view)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", '"": expected an address such as h[2,1], dW_hh[1,0] or W_hh[1,0]@12'),
        ("h(2,1)", '"h(2,1)": expected an address such as h[2,1], dW_hh[1,0] or W_hh[1,0]@12'),
        ("gradnorm", 'there is no "gradnorm" here (did you mean "grad_norm"?)'),
        ("h", "h takes in brackets a timestep from -1 to 3, a unit from 0 to 2"),
        ("h[4,0]", "h[4,0]: 4 is not a timestep from -1 to 3"),
        ("h[0,3]", "h[0,3]: 3 is not a unit from 0 to 2"),
        ("y[1,0]", "y[1,0]: 1 is not a timestep with an output (3)"),
        ("p[3,1]", "p[3,1]: 1 is not an output (only 0)"),
        ("grad_norm[1]", "grad_norm takes no index"),
        ("h[0,0]#5", "h[0,0]#5: examples count from 1 to 4"),
        ("accuracy@3", "accuracy is of the moment on the screen: leave out @3"),
        ("W_hh[0,0]#2", "W_hh is not of an example: leave out #2"),
        ("W_hh[0,0]@13", "W_hh[0,0]@13: updates count from 0, and 12 are trained"),
        ("W_hh[0,0]@5:5", "W_hh[0,0]@5:5: updates count from 0, and 12 are trained"),
        ("h[0,0]@1:3", "h[0,0]@1:3: only weights are followed over time, such as W_hh[1,0]@0:8"),
        ("E[0,0]", 'there is no "E" here'),
        ("past_loss[12]", "past_loss[12]: 12 is not an epoch or step from 0 to 11"),
    ],
)  # fmt: skip
def test_one_that_leads_nowhere_is_told_why(view: StepView, text: str, said: str) -> None:
    with pytest.raises(RefError) as error:
        parse(text, view)
    assert str(error.value) == said


@pytest.mark.slow
@given(st.text(max_size=100) | st.from_regex(r"[a-zW_]{1,6}\[[-0-9,]{0,30}\](#\d+)?(@\d+)?"))
def test_no_text_breaks_it(text: str) -> None:
    view = Session(make_experiment()).view
    try:
        ref = parse(text, view)
    except RefError as error:
        one_line(error)
    else:
        assert read(str(ref)) == ref


@pytest.mark.parametrize("experiment", [make_experiment(), make_stream(learned=2)])
def test_completion_leads_to_every_name(experiment) -> None:  # type: ignore[no-untyped-def]
    view = Session(experiment).view
    for name, kind in kinds(view).items():
        text = name[: len(name) // 2 + 1]
        assert any(one.rstrip("[") == name for one in complete(text, view))
        if not kind.axes or not all(extent(view, axis) for axis in kind.axes):
            continue
        text = f"{name}["
        for _ in kind.axes:
            text = complete(text, view)[-1]
        assert str(parse(text, view)) == text
        assert complete(text, view) == ()
