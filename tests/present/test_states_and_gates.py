"""States, gates and layers in tables and sentences, with the numbers of the lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from making import make_experiment

from rnn_tui import experiments
from rnn_tui.engine.spectrum.ledger import factors
from rnn_tui.present.plain.plain_show import shown
from rnn_tui.present.plain.speaking import perform
from rnn_tui.present.sentences.hints import hint
from rnn_tui.present.sentences.states import gate_in_words, state_in_words
from rnn_tui.present.tables.cells import Table
from rnn_tui.present.tables.gate_heat import GateHeat
from rnn_tui.present.tables.gradient_views import factor_summary, gradient_views
from rnn_tui.present.tables.gradients import FactorTable, GradientTable, LayersTable, SplitTable
from rnn_tui.present.tables.states import LEVELS, GateTable, StateTable, level
from rnn_tui.present.tables.weight_rows import column_names, groups, row_names
from rnn_tui.present.tables.weights import WEIGHTS, tables
from rnn_tui.session.commands.command_lines import parse
from rnn_tui.session.session import Session
from rnn_tui.session.why.explain import explain
from rnn_tui.session.why.refs import read


def at(cell: str, *verbs: str, layers: int = 1) -> Session:
    session = Session(make_experiment(model={"cell": cell, "layers": layers}))
    for verb in verbs:
        session.do(verb)
    return session


def titles(table: Table) -> list[str]:
    return [column.title for column in table.columns]


def texts(table: Table, row: int) -> list[str]:
    return [cell.text for cell in table.cells(row, 0, len(table.columns))]


def test_c_has_the_table_that_h_has() -> None:
    view = at("lstm", "forward").view
    table = StateTable(view, state="c")
    assert titles(table) == ["t", "token", "c[0]", "c[1]", "c[2]"]
    assert (texts(table, 0)[1], texts(table, 2)[2]) == ("start", "·")
    assert texts(table, 1)[2] == f"{view.known.trace.c[1, 0]:+.4f}".replace("-", "−")
    assert table.ref(1, 3) == "c[0,1]"
    assert explain(view, "c[0,1]").value == view.known.trace.c[1, 1]
    assert state_in_words(view, "c") == "c  the memory"


def test_gates_stand_unit_by_unit_and_say_how_far_they_are_open() -> None:
    view = at("lstm", "forward").view
    table = GateTable(view)
    assert titles(table)[:7] == ["t", "token", "i[0]", "f[0]", "o[0]", "g[0]", "i[1]"]
    f = float(view.known.trace.f[0, 0])
    assert texts(table, 0)[3] == f"{f:.3f}{level(f)}"
    assert table.cells(0, 3, 4)[0].heat == f
    assert texts(table, 0)[5][0] in "+−"
    assert texts(table, 1)[2:6] == ["·"] * 4
    assert (table.ref(0, 7), table.unit(7), table.column(1)) == ("f[0,1]", 1, 6)
    assert gate_in_words(view, table, 0, 3)[0] == (
        f"f[0,0] {f:.2f}: the forget gate, how much is kept"
    )
    assert [level(x) for x in (0.0, 0.5, 0.99, 1.0)] == ["▁", "▅", "█", "█"]


def test_where_states_are_counted_the_gates_of_one_have_its_name() -> None:
    for cell in ("lstm", "gru"):
        view = at(cell, "forward").view
        table, states = GateTable(view), StateTable(view)
        assert table.columns[0].counted == states.columns[0].counted == "h"
        named = [table.cells(row, 0, 1)[0].counted for row in range(table.row_count)]
        assert named == [states.cells(row, 0, 1)[0].counted for row in range(1, states.row_count)]
        assert named[0] == "h₁"


def test_gates_over_time_are_the_table_turned_over() -> None:
    view = at("lstm", "forward", "forward").view
    table, across = GateHeat(view), GateTable(view)
    tokens = view.current.tokens
    assert titles(table) == ["gate", tokens[0], f"▸{tokens[1]}", *tokens[2:]]
    assert [texts(table, row)[0] for row in range(5)] == ["f[0]", "f[1]", "f[2]", "i[0]", "i[1]"]
    assert table.row_count == 4 * 3
    for row in range(table.row_count):
        column = titles(across).index(texts(table, row)[0])
        for t in range(len(tokens)):
            assert table.cells(row, t + 1, t + 2) == across.cells(t, column, column + 1)
            ref = table.ref(row, t + 1)
            assert ref == across.ref(t, column)
            assert (table.unit_at(row, t + 1), table.timestep_at(row, t + 1)) == (row % 3, t)
            assert table.cell_of(t, row % 3) == (row % 3, t + 1)
            if texts(table, row)[t + 1] != "·":
                assert table.place(read(ref)) == (row, t + 1)


def test_a_narrow_heat_has_tenths() -> None:
    view = at("lstm", "forward").view
    f, g = (float(view.known.trace.layers[0][name][0, 0]) for name in "fg")
    cells = [GateHeat(view, narrow=True).cells(row, 1, 3) for row in (0, 9)]
    assert (cells[0][0].text, cells[0][0].heat) == (f"{f:.1f}", f)
    assert (cells[1][0].text, cells[1][0].heat) == (
        f"{g:+.1f}".replace("0.", ".").replace("-", "−"),
        g,
    )
    assert [row[1].text for row in cells] == ["·"] * 2


def test_what_is_saturated_or_no_number_has_room_too() -> None:
    session = at("lstm")
    for name, value in {
        "b_f[0]": "50",
        "b_f[1]": "-50",
        "b_g[0]": "-50",
        "b_g[1]": "1e300",
    }.items():
        session.set(name, value)
    session.set("W_xg[2,0]", "1e300")
    session.set("W_xg[2,1]", "-1e300")
    session.do("forward")
    heat = GateHeat(session.view, narrow=True)
    found = {texts(heat, row)[0]: texts(heat, row)[1] for row in range(heat.row_count)}
    assert [found[f"{name}[{unit}]"] for name in "fg" for unit in (0, 1)] == [
        "1.0",
        "0.0",
        "−1",
        "+1",
    ]
    assert max(map(len, found.values())) <= 3


def test_a_grus_gates_are_its_own() -> None:
    view = at("gru", "forward").view
    assert titles(GateTable(view))[2:5] == ["r[0]", "z[0]", "n[0]"]
    names = [column for way in gradient_views(view.network) for column in titles(way.table(view))]
    assert "‖dc‖" not in names
    assert "Π z" in names


def test_dc_stands_beside_dh_with_a_split_of_its_own() -> None:
    view = at("lstm", "finish_forward", "finish_backward").view
    trace, t = view.known.trace, 1
    assert titles(GradientTable(view))[2:5] == ["‖dh‖", "decay", "‖dc‖"]
    split = SplitTable(view, state="c")
    assert titles(split)[2:5] == ["norm", "via h", "along c"]
    assert [split.ref(t, column) for column in (2, 3, 4)] == [
        "dc_norm[1]", "dc_local_norm[1]", "dc_future_norm[1]",
    ]  # fmt: skip
    assert explain(view, "dc_future_norm[1]").value == np.linalg.norm(trace.dc_next[2])
    np.testing.assert_array_equal(trace.dc[t], trace.dc_local[t] + trace.dc_next[t + 1])


def test_what_c_keeps_stands_beside_the_whole_jacobian() -> None:
    view = at("lstm", "finish_forward", "finish_backward").view
    trace, table = view.known.trace, FactorTable(view)
    assert titles(table)[2:6] == ["f", "‖J‖", "Π f", "‖ΠJ‖"]
    left = float(np.prod(trace.f[1:], axis=0).max())
    assert texts(table, 0)[4] == f"{left:.3f}"
    assert texts(table, 0)[5] == f"{factors(trace).product[0]:.3f}"
    why: Any = explain(view, "left_c[0]")
    np.testing.assert_allclose(why.value, left, rtol=1e-14)
    assert all(number.ref.startswith("f[") for number in why.expression.parts)
    said = "".join(span.text for span in factor_summary(view))
    assert "along c" in said


def test_a_gradient_goes_down_and_back_through_layers() -> None:
    view = at("lstm", "finish_forward", "finish_backward", layers=2).view
    table = LayersTable(view)
    assert titles(table)[2:5] == ["‖dh_1‖", "↓dx_1", "‖dh‖"]
    assert [table.ref(0, column) for column in (2, 3, 4)] == [
        "dh_norm_1[0]", "local_norm[0]", "dh_norm[0]",
    ]  # fmt: skip
    layers = view.known.trace.layers
    np.testing.assert_array_equal(layers[1]["dx"], layers[0]["dh_local"])
    assert titles(SplitTable(view, 0))[3] == "layer 1"
    assert titles(StateTable(view, 1, state="c"))[2] == "c_1[0]"
    assert titles(StateTable(view, 0))[2] == "h[0]"


def test_a_view_of_all_layers_is_the_same_whichever_layer_is_looked_at() -> None:
    """After two steps back only the top layer and the last state of the lower one are there."""
    for cell, of_layer in (("lstm", True), ("rnn", False)):
        view = at(cell, "finish_forward", "backward", "backward", layers=2).view
        ways = {way.title: way for way in gradient_views(view.network)}
        assert ways["BPTT  factors"].of_layer is of_layer
        for way in ways.values():
            tables = [way.of(view, depth)[0] for depth in (0, 1)]
            rows = [[texts(table, row) for row in range(table.row_count)] for table in tables]
            assert (rows[0] == rows[1]) is not way.of_layer or cell == "rnn"
        table = ways["BPTT  layers"].of(view, 0)[0]
        assert texts(table, view.current.length - 1)[2:4] != ["·", "·"]


def test_two_biases_do_not_make_a_gate_of_a_vanilla_layer() -> None:
    vanilla = Session(make_experiment(model={"cell": "rnn", "biases": "two"})).view
    assert tables(vanilla, WEIGHTS[0])["b_hh"].title == "b_hh  unit"


def test_a_token_that_ends_in_a_sign_of_a_level_is_read_whole() -> None:
    session = Session(experiments.parse(
        'title = "t"\ntask = "many-to-one"\n[data]\nkind = "labelled"\nlabels = ["a", "b"]\n'
        'train = [{ text = "ab█ c", label = "a" }]\n[embedding]\nkind = "one-hot"\n'
        '[model]\ncell = "lstm"\nhidden_size = 2\noutput = "softmax"\n', name="t", path=Path("t.toml")
    ))  # fmt: skip
    session.do("forward")
    said = list(shown(session, "hidden"))
    assert any("token ab█" in line for line in said)
    assert not any(sign in line.replace("ab█", "") for line in said for sign in LEVELS)


def test_the_hint_names_what_a_gradient_passes() -> None:
    assert "W_hi … W_ho and the gates, along c × f" in hint(
        at("lstm", "finish_forward", "backward").view
    )
    assert "W_hh and tanh′" in hint(at("rnn", "finish_forward", "backward").view)


def test_weights_are_grouped_by_layer_and_gate() -> None:
    view = at("lstm", layers=2).view
    found = groups(view.network)
    assert [group.title for group in found] == ["layer 0", "layer 1", "output"]
    assert found[1].rows[1] == ("W_xf_1", "W_hf_1", "b_f_1")
    assert column_names(view, "W_xf_1", 3) == ["h[0]", "h[1]", "h[2]"]
    assert row_names(view, "W_xf_1", 3) == ["h_1[0]", "h_1[1]", "h_1[2]"]
    assert column_names(view, "W_xf", 4) == ["a", "b", "c", "d"]
    assert column_names(view, "W_hy", 3) == ["h_1[0]", "h_1[1]", "h_1[2]"]
    title = tables(view, WEIGHTS[0])["W_xf_1"].title
    assert title == "W_xf_1  unit ← input  the forget gate"


def test_learned_first_states_stand_with_their_layer() -> None:
    model = {"cell": "lstm", "layers": 2, "initial_state": "learned"}
    view = Session(make_experiment(model=model)).view
    assert groups(view.network)[1].rows[-1] == ("h_0_1", "c_0_1")
    assert row_names(view, "c_0_1", 2) == ["c_1[0]", "c_1[1]"]
    assert column_names(view, "c_0_1", 1) == ["start"]
    assert tables(view, WEIGHTS[0])["c_0_1"].title == "c_0_1  unit  the first c"


def test_sentences_name_the_memory_and_what_is_kept_of_it() -> None:
    session = at("lstm")
    said = perform(session, parse("forward")).said
    assert "; c = " in said[0]
    f = session.view.known.trace.f[0]
    assert said[1] == (
        f"f, the forget gate, how much is kept: most {f.max():.2f} in unit {f.argmax()}, "
        f"least {f.min():.2f} in unit {f.argmin()}."
    )
    perform(session, parse("finish_forward"))
    back = perform(session, parse("backward"))
    assert "|dc| = " in back.said[0]
    assert {"h", "c", "dh", "dc"} <= back.data.keys()
    lines = list(shown(session, "gates"))
    assert lines[0] == "0 is closed and 1 is open."
    assert lines[2].startswith("t 0, token ")
    assert "▅" not in "".join(lines)
    assert list(shown(at("rnn"), "gates")) == ["this cell has no gates."]
