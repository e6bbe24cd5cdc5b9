"""A chain of derivations ends in what is given, and says so of nothing that is computed."""

import itertools

import numpy as np
import pytest

from rnn_tui.engine.passes.carrying import Carrier
from rnn_tui.experiments import load
from rnn_tui.session.moment import Refused
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView
from rnn_tui.session.why.explain import explain
from rnn_tui.session.why.expressions import Number, Whole, evaluate, numbers
from rnn_tui.session.why.kinds import extent, kinds
from rnn_tui.session.why.refs import Ref

OPENED = (
    ("sentiment",),
    ("sentiment", "model.layers=2"),
    ("gates",),
    ("gru",),
    ("gru", "model.gru_reset=before", "model.layers=2"),
    ("hello", "training.fault=no-dh-next"),
)


def looked_back(name: str, *overrides: str) -> StepView:
    session = Session(load(name, list(overrides)))
    session.do("finish_forward")
    session.do("finish_backward")
    return session.view


@pytest.mark.parametrize("opened", OPENED)
def test_jacobians_are_made_of_the_numbers_that_the_way_back_reads(opened: tuple[str, ...]) -> None:
    view = looked_back(*opened)
    t = view.current.length - 1
    whole = Carrier(view.known.trace).jacobian(t)
    for i, j in np.ndindex(whole.shape):
        found = explain(view, f"J[{t},{i},{j}]")
        assert float(found.value) == whole[i, j]
        assert np.isclose(float(evaluate(found.expression)), whole[i, j], rtol=1e-12, atol=1e-15)
        refs = [one.ref for one in numbers(found.expression) if one.ref]
        assert bool(refs) == bool(whole[i, j])
        for one in numbers(found.expression):
            assert not one.ref or float(explain(view, one.ref).value) == one.value


def test_the_bound_leads_down_to_a_weight_and_a_slope() -> None:
    view = looked_back("sentiment")
    bound = explain(view, "reach[1]")
    assert isinstance(bound.expression, Whole)
    norms = [one.ref for one in numbers(bound.expression)]
    assert norms == ["jacobian[3]", "jacobian[2]"]
    factors = [float(explain(view, ref).value) for ref in norms]
    assert bound.value < np.prod(factors)
    assert f"{np.prod(factors):.4g}" in bound.note
    entries = {one.ref for one in numbers(explain(view, norms[0]).expression) if one.ref}
    assert entries == {f"J[3,{i},{j}]" for i, j in np.ndindex(3, 3)}
    made_of = [one.ref for one in numbers(explain(view, "J[3,2,1]").expression)]
    assert made_of == ["W_hh[2,1]", "h[3,2]"]


@pytest.mark.parametrize("opened", OPENED)
def test_only_what_nothing_computes_is_called_given(opened: tuple[str, ...]) -> None:
    view = looked_back(*opened)
    states = {f"{s}{layer.tail}" for layer in view.network.layers for s in layer.cell.states}
    begin = {"x", "target", "reach"} | states | {f"d{s}_next" for s in states}
    begin |= {"dh_local", *view.params.layout.shapes}
    for name, kind in kinds(view).items():
        for index in itertools.product(*([*extent(view, axis)][:2] for axis in kind.axes)):
            if len(index) < len(kind.axes):
                continue
            try:
                found = explain(view, Ref(name, index)).expression
            except Refused:
                continue
            if isinstance(found, Number) and not found.ref:
                assert not found.is_given or name in begin or not found.value, name
