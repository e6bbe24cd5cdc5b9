"""What stands in a cell is the value of its derivation: of every table that shows numbers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from making import make_experiment, make_sequences, make_stream

from rnn_tui.equations.gates import gates
from rnn_tui.experiments import Experiment, load
from rnn_tui.present.digits import AMPLE, EMPTY, signed, size, times
from rnn_tui.present.tables.cells import Role, Table, address
from rnn_tui.present.tables.gate_heat import GateHeat
from rnn_tui.present.tables.gradient_views import gradient_views
from rnn_tui.present.tables.runs import RunsTable
from rnn_tui.present.tables.states import GateTable, StateTable
from rnn_tui.present.tables.tables import ExamplesTable
from rnn_tui.present.tables.weights import MatrixTable, ways
from rnn_tui.present.why.explanation import TermTable, explanation
from rnn_tui.session.moment import Refused
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView
from rnn_tui.session.why.derivation import Derivation
from rnn_tui.session.why.explain import explain
from rnn_tui.session.why.expressions import Number, Product

EXPERIMENTS = {
    "sentiment": load("sentiment"),
    "momentum": make_experiment(momentum=0.9, batch="example"),
    "stream": make_stream(learned=2, momentum=0.5),
    "tagged": make_sequences("many-to-many", momentum=0.9),
    "unrolled": make_sequences("one-to-many", batch="example"),
    "translated": make_sequences("encoder-decoder", learned=2),
    "encoder": make_sequences("encoder-decoder", freeze=("W_hh_enc",), momentum=0.9),
    "frozen": make_experiment(freeze=("W_hh",), fault="no-slope"),
    "gru": make_experiment(model={"cell": "gru"}),
    "two layers": make_experiment(model={"cell": "lstm", "layers": 2}),
}


def tables(view: StepView) -> Iterator[Table]:
    for layer in view.network.layers:
        for state in layer.cell.states:
            yield StateTable(view, layer.depth, state=state)
        if gates(layer.cell):
            yield GateTable(view, layer.depth)
            yield GateHeat(view, layer.depth)
        for way in gradient_views(view.network):
            yield way.of(view, layer.depth)[0]
    for name in view.params.layout.shapes:
        for kind in ways(view):
            yield MatrixTable(view, name, kind)


def readings(value: float) -> set[str]:
    """The ways in which a table may write a number, as wide as it likes and in little room."""
    return {
        *(write(value, decimals, room) for write in (signed, size) for decimals in (3, 4)
          for room in (AMPLE, 7, 6)), times(value), times(value, 7),
    }  # fmt: skip


def hold(view: StepView, stride: int = 1) -> int:
    """How many numbers were held to their derivations, of every `stride`th cell."""
    checked = 0
    for table in tables(view):
        first = table.frozen_columns
        for row in range(table.row_count):
            cells = table.cells(row, first, len(table.columns))
            for column, cell in enumerate(cells, start=first):
                if (row + column) % stride or not cell.text or cell.bar is not None:
                    continue
                ref = address(table, row, column)
                if cell.text == EMPTY:
                    if ref.startswith(("slope", "kept", "left")):
                        continue  # that of the states is known before the way back begins
                    with pytest.raises(Refused):
                        explain(view, ref)
                    continue
                value = float(explain(view, ref).value)
                written = cell.text.split(" ")[0].strip("✎▲▼▁▂▃▄▅▆▇█")
                assert written in readings(value), f"{ref} is {value}, the cell has {cell.text}"
                checked += 1
    return checked


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_cell_can_be_asked_and_answers_with_its_number(name: str) -> None:
    experiment: Experiment = EXPERIMENTS[name]
    session = Session(experiment)
    stride = 1 if name == "sentiment" else 5 if name == "two layers" else 3
    session.do("update")
    before = 0
    verbs = ["forward", "finish_forward", "backward", "finish_backward"]
    for verb in [*verbs, *["op"] * 7]:
        try:
            session.do(verb)
        except Refused:
            break
        checked = hold(session.view, stride)
        assert checked > 0
        before = max(before, checked)
    session.do("epoch")
    if session.refusal("finish_forward") is None:
        session.do("finish_forward")
    session.set("h[0,0]", "0.3")
    if session.refusal("finish_backward") is None:
        session.do("finish_backward")
    assert hold(session.view, stride) >= before / 2


def fits(table: Table) -> int:
    """How many cells of numbers were held to the width of their column."""
    checked = 0
    for row in range(table.row_count):
        cells = table.cells(row, table.frozen_columns, len(table.columns))
        for column, cell in zip(table.columns[table.frozen_columns :], cells, strict=True):
            if column.width and cell.bar is None and column.align == "right":
                assert len(cell.text) <= column.width, f"{column} cuts {cell.text}"
                checked += 1
    return checked


EXTREMES = (1e-10, 1e-198, 3.3e-320, 9.99996, 99999.7, 1e10, 1e100)


@pytest.mark.slow
@pytest.mark.parametrize("task", ["one answer", "many answers"])
@pytest.mark.parametrize("scale", EXTREMES)
def test_no_number_is_cut_however_large_or_small(scale: float, task: str) -> None:
    model = {"activation": "relu"}
    one = make_experiment(model=model, clip="none")
    many = make_sequences("many-to-many", model=model, clip="none")
    session = Session(one if task == "one answer" else many)
    for name in ("W_xh[0,0]", "W_hh[0,0]", "W_hh[1,1]", "W_hy[0,0]", "b_h[1]", "b_y[1]"):
        session.set(name, repr(scale))
    session.do("finish_forward")
    session.do("finish_backward")
    assert sum(map(fits, tables(session.view))) > 100
    session.do("epoch")
    session.set("h[0,0]", repr(-scale))
    view = session.view
    seen = [*tables(view), StateTable(view, wide=True), RunsTable(session.runs)]
    assert sum(map(fits, seen)) > 100
    assert fits(ExamplesTable(view))


def test_a_long_name_gives_way_to_its_number() -> None:
    named = Number(-1.2e-198, label="h[9999,63] of an example without the patch")
    found = Derivation("", "", "", Product((named, Number(2.0))), -2.4e-198)
    table = TermTable(found)
    text = table.cells(0, 0, 1)[0].text
    assert text.startswith("h[9999,63] of an")
    assert text.endswith("…  −1.2e−198")
    assert len(text) <= table.columns[0].width


def test_a_bar_of_why_has_the_hue_of_its_sign_and_a_norm_that_of_gradients() -> None:
    session = Session(load("sentiment"))
    session.do("finish_forward")
    session.do("finish_backward")

    def hues(address: str) -> set[tuple[bool, Role]]:
        found = explanation(session.view, explain(session.view, address)).table
        last = len(found.columns)
        bars = (found.cells(row, last - 1, last)[0] for row in range(found.row_count))
        return {(bar.bar < 0, bar.role) for bar in bars if bar.bar}

    both = {(False, Role.POSITIVE), (True, Role.NEGATIVE)}
    assert hues("pre[1,1]") == hues("dW_hh[1,0]") == both
    assert hues("xh[1,1]") == {(False, Role.POSITIVE)}
    assert hues("dh_norm[2]") == hues("future_norm[1]") == {(False, Role.GRADIENT)}
    session.do("update")
    assert hues("norm_g_W_hh@0") == {(False, Role.GRADIENT)}
