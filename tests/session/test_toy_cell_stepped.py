"""A cell that the program does not know is stepped line by line, and every number explained."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from making import make_experiment, make_sequences, make_stream
from session.seeing import line_of_op

from rnn_tui.equations.cells import Cell
from rnn_tui.experiments import Experiment, document_of, load
from rnn_tui.experiments import parse as parse_file
from rnn_tui.experiments.writing import toml_of
from rnn_tui.session.commands.command_lines import parse
from rnn_tui.session.commands.performing import watched
from rnn_tui.session.commands.saving import opened, read, save
from rnn_tui.session.passes import Pass
from rnn_tui.session.session import Session
from rnn_tui.session.why.explain import explain
from rnn_tui.session.why.expressions import evaluate, numbers
from rnn_tui.session.why.kinds import extent, kinds

NAMES = (
    "x", "a", "g", "c", "h", "y", "p", "loss", "dy", "dh_local", "dh", "dc", "delta_a", "delta_g",
    "dh_next", "dc_next", "dW_xa", "dW_ha", "db_a", "dW_xg", "dW_hg", "db_g", "dW_hy",
)  # fmt: skip
TOY = """
task = "many-to-one"
[data]
kind = "labelled"
labels = ["no", "yes"]
train = [{ text = "a b a", label = "yes" }, { text = "b b", label = "no" }]
[embedding]
kind = "one-hot"
[model]
cell = "toy"
hidden_size = 3
[training]
epochs = 5
"""
MAKERS: dict[str, Callable[[], Experiment]] = {
    "labelled": make_experiment,
    "learned": lambda: make_stream(learned=2),
    "encoder": lambda: make_sequences("encoder-decoder"),
}


def with_toy(made: Experiment) -> Experiment:
    return replace(made, model=replace(made.model, cell="toy"))


def refs(one: Pass, name: str) -> list[str]:
    """The first and the last address of a name."""
    places = list(itertools.product(*(extent(one, axis) for axis in kinds(one)[name].axes)))
    return [f"{name}[{','.join(map(str, place))}]" for place in (places[0], places[-1])]


@pytest.mark.parametrize("kind", MAKERS)
def test_it_is_stepped_op_by_op_and_each_line_makes_its_result(toy: Cell, kind: str) -> None:
    session = Session(with_toy(MAKERS[kind]()))
    targets = []
    while session.view.next_op is not None:
        session.do("op")
        op = session.view.op
        assert op is not None
        state = line_of_op(session.view)
        assert state is not None
        assert state.result is not None
        assert np.isfinite(np.asarray(state.result.value)).all()
        targets.append(op.kind.line.target)
    lines = {line.target.removesuffix("_enc") for line in toy.backward_body.lines}
    learned = session.view.network.learned
    assert lines - ({"dx_t"} if not learned else set()) <= {t.removesuffix("_enc") for t in targets}


@pytest.mark.parametrize("kind", MAKERS)
def test_every_number_is_explained_by_its_own_line(toy: Cell, kind: str) -> None:
    session = Session(with_toy(MAKERS[kind]()))
    session.epochs(1)
    session.do("again")
    session.do("finish_forward")
    session.do("finish_backward")
    view = session.view
    for name in NAMES:
        for ref in refs(view, name):
            found = explain(view, ref)
            value = float(evaluate(found.expression))
            assert value == pytest.approx(float(found.value), rel=1e-12, abs=1e-12), ref
            for one in itertools.islice(numbers(found.expression), 8):
                if one.ref:
                    inner = float(explain(view, one.ref).value)
                    assert inner == pytest.approx(float(one.value), rel=1e-12, abs=1e-12), one.ref
    assert explain(view, "c[0,1]").formula == "a · c_start + (1 − a) · g"
    assert explain(view, "dc[0,1]").formula.startswith("dc_next + dh · (1 − h²)")


def test_it_trains_and_any_update_comes_back_bit_for_bit(toy: Cell) -> None:
    session = Session(with_toy(make_experiment()))
    session.epochs(5)
    after = session.view.params.flat.copy()
    session.undo()
    assert session.view.update == 0
    session.redo()
    np.testing.assert_array_equal(session.view.params.flat, after)
    assert explain(session.view, "W_ha[1,0]").value == session.view.params.W_ha[1, 0]


def test_it_is_named_in_a_file_saved_and_opened_again(toy: Cell, tmp_path: Path) -> None:
    """To the same bits, with an edit, a patch of its second state and updates in between."""
    file = tmp_path / "mine.toml"
    file.write_text(TOY)
    session = Session(load(file))
    assert session.experiment.network.layers[0].cell is toy
    for command in ("epoch 2", "set W_ha[0,1] 0.5", "epoch 1", "set c[0,1] 0.25"):
        watched(session, parse(command))
    target = tmp_path / "mine.rnn-session"
    save(session, target)
    found = opened(read(target))
    assert found is not None
    assert found.exact
    again = found.session
    assert np.array_equal(again.view.params.flat, session.view.params.flat)
    assert again.view.patches == session.view.patches
    now, before = (one.view.known.trace for one in (again, session))
    assert np.array_equal(now.c, before.c)
    assert now.c[1, 1] == 0.25
    assert again.experiment.digest == session.experiment.digest
    changed = parse_file(toml_of(document_of(session.experiment)), name="mine", path=file)
    assert changed.layout.shapes == session.experiment.layout.shapes
