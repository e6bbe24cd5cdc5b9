"""The code in sentences, and the table of what a line reads and makes."""

from __future__ import annotations

import pytest
from making import make_experiment, make_stream

from rnn_tui.experiments import load
from rnn_tui.present.plain.speaking import perform
from rnn_tui.present.tables.code import CodeTable, code_text
from rnn_tui.present.tables.line_values import LineValues
from rnn_tui.present.why.explanation import what
from rnn_tui.session.commands.command_lines import parse
from rnn_tui.session.program.code import code
from rnn_tui.session.session import Session
from rnn_tui.session.why.line_now import LineNow, line_named


def back(name: str = "sentiment") -> Session:
    session = Session(load(name))
    for verb in ("finish_forward", "backward", "op", "op"):
        session.do(verb)
    return session


def test_a_line_is_read_out_with_its_operands_and_timesteps() -> None:
    assert perform(back(), parse("line delta")).said == (
        "line 3 of backward in vanilla.py.",
        "delta = dh * f' at h_t: dL/dpre.",
        "at t=2, input this.",
        "it reads dh: -0.0997 -0.0318 +0.0929.",
        "it reads h_t: +0.0712 +0.6521 +0.2778.",
        "it makes delta: -0.0992 -0.0183 +0.0858.",
        "t=0 delta not yet.",
        "t=1 delta not yet.",
        "t=2 delta: -0.0992 -0.0183 +0.0858.",
        "t=3 delta: -0.1822 +0.1394 -0.1321.",
    )


def test_what_a_gradient_is_added_up_of_is_read_out() -> None:
    said = perform(back(), parse("line dW_hh")).said
    assert "at t=2, input this, where it has not run yet." in said
    assert "it makes so far, dW_hh, row 0 of 3 by 3, not computed yet." in said
    assert said[-1].startswith("t=3 adds to dW_hh[0]: ")


def test_the_whole_code_is_read_out() -> None:
    said = perform(back(), parse("show program")).said
    assert "3: delta = dh * slope(h_t), dL/dpre, ran last." in said
    assert any(line.endswith("runs next.") for line in said)
    assert sum(line.startswith("for t in ") for line in said) == 2


def test_a_line_that_there_is_not_is_refused_with_what_may_have_been_meant() -> None:
    reply = perform(back(), parse("line detla"))
    assert not reply.ok
    assert "delta" in reply.said[-1]


@pytest.mark.parametrize("room", [1, 20, 40, 60, 80, 200])
def test_code_comes_before_the_words_where_there_is_little_room(room: int) -> None:
    table = CodeTable(back().view, room)
    widths = [column.width for column in table.columns]
    assert len(table.columns) == (4 if room >= 80 else 3)
    assert widths[2] == (0 if room < 80 else 40)
    assert all(len(table.cells(row, 0, len(widths))) == len(widths) for row in range(9))


def test_a_gradient_for_the_timestep_before_names_that_one() -> None:
    view = back().view
    table = LineValues(line_named(view, "dh_next"))
    named = [table.cells(row, 0, 2) for row in range(table.frozen_rows, table.row_count)]
    assert [(name.text, token.text) for name, token in named] == [
        ("t=0", "→ start"), ("t=1", "→ I"), ("t=2", "→ love"), ("t=3", "→ this"),
    ]  # fmt: skip
    assert table.columns[1].width >= len("→ start")
    assert "".join(span.text for span in what(view, "dh_next[1,0]")).endswith(" · for t = 0, “I”")
    assert any("t=1 dh_next to t=0" in line for line in perform(back(), parse("line dh_next")).said)


def test_a_small_matrix_is_shown_whole_a_large_one_by_the_row_of_the_unit() -> None:
    session = back()
    row = line_named(session.view, "hh").row
    names = [[one.name for one in LineValues(LineNow(session.view, row, 1), whole).entries]
             for whole in (True, False)]  # fmt: skip
    assert names == [
        ["W_hh[0]", "W_hh[1]", "W_hh[2]", "h_prev", "→ hh"], ["W_hh[1]", "h_prev", "→ hh"],
    ]  # fmt: skip


def test_what_is_asked_of_a_term_is_its_sum() -> None:
    session = back()
    session.do("finish_backward")
    table = LineValues(LineNow(session.view, line_named(session.view, "dW_hh").row, unit=2))
    place = table.frozen_rows
    assert table.ref(place, 4) == "dW_hh[2,1]"
    assert table.cells(place, 0, 1)[0].text == "+ t=0 [2]"
    learned = Session(make_stream(learned=2))
    for verb in ("finish_forward", "finish_backward"):
        learned.do(verb)
    rows = LineValues(line_named(learned.view, "dE"))
    token = int(learned.view.current.ids[0])
    assert rows.ref(rows.frozen_rows, rows.frozen_columns) == f"dE[{token},0]"


def test_an_update_shows_the_weights_into_the_unit() -> None:
    session = Session(make_experiment())
    for verb in ("finish_forward", "finish_backward", "op", "op", "op", "op", "op"):
        session.do(verb)
    table = LineValues(LineNow(session.view, line_named(session.view, "velocity").row, unit=1))
    titles = [column.title for column in table.columns[3:]]
    assert titles[:5] == ["W_xh[1,0]", "W_xh[1,1]", "W_xh[1,2]", "W_xh[1,3]", "W_hh[1,0]"]
    place = table.frozen_rows - 1
    assert table.entries[place].name == "→ velocity"
    assert table.ref(place, 7) == "v_W_hh[1,0]"


def test_a_loop_says_which_timesteps_it_goes_through() -> None:
    view = back("translation").view
    texts = [code_text(view, row) for row in code(view.program) if row.body is None]
    E, T = view.current.encoder_length, view.current.length
    assert texts == [
        f"for t in range({E}):", f"for t in range({E}, {T}):",
        f"for t in reversed(range({E}, {T})):", f"for t in reversed(range({E})):",
    ]  # fmt: skip
