"""Every cell, its variants and several layers are stepped line by line, each number explained."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from making import make_experiment, make_sequences, make_stream
from session.seeing import line_of_op

from rnn_tui.experiments import Experiment
from rnn_tui.session.passes import Pass
from rnn_tui.session.session import Session
from rnn_tui.session.why.explain import derivations, explain, ref_of_op
from rnn_tui.session.why.expressions import evaluate, numbers
from rnn_tui.session.why.kinds import extent, kinds
from rnn_tui.session.why.refs import parse

MAKERS: dict[str, Callable[[], Experiment]] = {
    "labelled": make_experiment,
    "learned": lambda: make_stream(learned=2),
    "encoder": lambda: make_sequences("encoder-decoder"),
}
MODELS: dict[str, dict[str, Any]] = {
    "lstm": {"cell": "lstm"},
    "gru": {"cell": "gru"},
    "before, replaces": {"cell": "gru", "gru_reset": "before", "update_gate": "replaces"},
    "replaces, two biases": {"cell": "gru", "update_gate": "replaces", "biases": "two"},
    "two layers": {"cell": "lstm", "layers": 2, "hidden_size": 2, "sizes": (3, 2)},
    "vanilla, learned start": {"layers": 2, "biases": "two", "initial_state": "learned"},
    "lstm, learned start": {"cell": "lstm", "layers": 2, "initial_state": "learned"},
}
CASES = [
    ("lstm", "labelled"), ("gru", "encoder"), ("before, replaces", "learned"),
    ("two layers", "learned"),
    *(
        pytest.param(*case, marks=pytest.mark.slow)
        for case in [
            ("replaces, two biases", "labelled"), ("two layers", "encoder"),
            ("vanilla, learned start", "learned"), ("lstm, learned start", "encoder"),
        ]
    ),
]  # fmt: skip


def made(model: str, kind: str) -> Session:
    """A session on a small experiment with this recurrence."""
    one = MAKERS[kind]()
    return Session(replace(one, model=replace(one.model, **MODELS[model])))


def refs(one: Pass, name: str) -> list[str]:
    """The first and the last address of a name."""
    places = list(itertools.product(*(extent(one, axis) for axis in kinds(one)[name].axes)))
    if not places or not places[0]:
        return [name]
    return [f"{name}[{','.join(map(str, place))}]" for place in (places[0], places[-1])]


@pytest.mark.parametrize(("model", "kind"), CASES)
def test_it_is_stepped_op_by_op_and_back(model: str, kind: str) -> None:
    session = made(model, kind)
    while session.view.next_op is not None:
        session.do("op")
        view = session.view
        op = view.op
        assert op is not None
        state = line_of_op(view)
        assert state is not None
        assert state.result is not None
        assert np.isfinite(np.asarray(state.result.value)).all()
        address = ref_of_op(view, 1)
        if address:
            assert parse(address, view)
        found = derivations(view, 1)[-1]
        value = evaluate(found.expression)
        np.testing.assert_allclose(value, found.value, rtol=1e-12, atol=1e-12)
    steps = len(session.view.program)
    for _ in range(steps):
        session.undo()
    assert session.view.done == 0


@pytest.mark.slow
@pytest.mark.parametrize(("model", "kind"), CASES)
def test_every_number_is_explained_by_its_own_line(model: str, kind: str) -> None:
    session = made(model, kind)
    session.epochs(1)
    for verb in ("again", "finish_forward", "finish_backward"):
        session.do(verb)
    view = session.view
    of_pass = [name for name, kind in kinds(view).items() if kind.of == "pass"]
    for name in of_pass:
        if name in ("slope", "jacobian", "reach"):
            continue
        for ref in refs(view, name):
            found = explain(view, ref)
            value = float(evaluate(found.expression))
            assert value == pytest.approx(float(found.value), rel=1e-11, abs=1e-12), ref
            for one in itertools.islice(numbers(found.expression), 8):
                if one.ref:
                    inner = float(explain(view, one.ref).value)
                    assert inner == pytest.approx(float(one.value), rel=1e-12, abs=1e-12), one.ref


def test_the_names_of_a_layer_say_which_it_is() -> None:
    view = made("lstm, learned start", "labelled").view.whole()
    refs_of_c = {one.ref for one in numbers(explain_whole(view, "c_1[0,1]"))}
    assert {"f_1[0,1]", "c_1[-1,1]", "i_1[0,1]", "g_1[0,1]"} <= refs_of_c
    assert "h[0,0]" in {one.ref for one in numbers(explain_whole(view, "i_1[0,1]"))}
    assert [one.ref for one in numbers(explain_whole(view, "c_1[-1,2]"))] == ["c_0_1[2]@0"]
    assert explain_whole(view, "dc_0_1[2]") is not None


def explain_whole(view: Pass, ref: str) -> Any:
    """The arithmetic of a number of a whole pass."""
    from rnn_tui.session.why.explain import _of_pass

    return _of_pass(view, parse(ref, view)).expression


@pytest.mark.parametrize("address", ["c[1,0]", "h_1[0,1]", "c_1[-1,0]"])
def test_a_state_of_any_layer_is_put_in_and_let_go(address: str) -> None:
    session = made("lstm, learned start", "labelled")
    session.do("finish_forward")
    session.set(address, "0.25")
    session.do("finish_backward")
    assert float(explain(session.view, address).value) == 0.25
    assert explain(session.view, address).formula == "set by hand"
    session.set(address, "free")
    assert not session.view.patches
