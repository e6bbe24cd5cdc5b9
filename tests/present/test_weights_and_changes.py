"""The Weights screen and changes by hand, in words and cells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from making import make_experiment, make_layout, make_stream

from rnn_tui.engine.training.training import Trainer
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Experiment, load
from rnn_tui.present.charts.eigen import plane, spectrum_lines
from rnn_tui.present.charts.plot import Ink
from rnn_tui.present.sentences.changes import after_change, effect_text, patch_text
from rnn_tui.present.sentences.changes_list import change_row, subject, where
from rnn_tui.present.tables.cells import width_of
from rnn_tui.present.tables.patched import mark_line
from rnn_tui.present.tables.states import StateTable
from rnn_tui.present.tables.tables import ExamplesTable
from rnn_tui.present.tables.weight_change import with_changes
from rnn_tui.present.tables.weight_room import all_fit, lines_a_row, rows_shown
from rnn_tui.present.tables.weights import WEIGHTS, MatrixTable, tables, ways
from rnn_tui.session.checks.recurrence import Spectrum, spectrum
from rnn_tui.session.edits.changes import changeables
from rnn_tui.session.session import Session

WAY = {way.measure: way for way in ways(Session(make_experiment()).view)}


def row(table: MatrixTable | StateTable, place: int) -> list[str]:
    return [cell.text for cell in table.cells(place, 0, len(table.columns))]


def test_a_matrix_says_what_its_rows_and_columns_are(sentiment: Experiment) -> None:
    found = tables(Session(sentiment).view, WAY["weights"])
    assert list(found) == ["W_xh", "W_hh", "b_h", "W_hy", "b_y"]
    table = found["W_hh"]
    assert [column.title for column in table.columns] == ["", "h[0]", "h[1]", "h[2]"]
    assert row(table, 1) == ["h[1]", "−0.3000", "+0.2000", "+0.5000"]
    assert [cell.heat for cell in table.cells(1, 1, 4)] == pytest.approx(
        [-0.3 / 0.7, 0.2 / 0.7, 0.5 / 0.7]  # the page has one scale: its largest weight
    )
    assert (table.title, table.summary(80)) == ("W_hh  unit ← unit", "3 × 3 · norm 0.8367")
    assert table.subject(1, 2) == table.ref(1, 2) == "W_hh[1,1]"
    assert row(found["W_hy"], 0) == ["positive", "+0.6000", "−0.4000", "+0.3000"]
    assert row(found["b_y"], 0) == ["positive", "+0.1000"]
    assert found["b_h"].ref(2, 1) == "b_h[2]"
    assert table.summary(12) == "norm 0.8367", "where there is little room"
    assert found["b_h"].summary(80) == "norm 0.0000"


def test_one_hot_inputs_and_learned_embeddings_are_tokens() -> None:
    one_hot = tables(Session(make_stream()).view, WAY["weights"])
    assert [column.title for column in one_hot["W_xh"].columns] == ["", "a", "b", "c", "d"]
    assert [row(one_hot["W_hy"], i)[0] for i in range(4)] == ["a", "b", "c", "d"]
    learned = tables(Session(make_stream(learned=2)).view, WAY["weights"])
    assert [column.title for column in learned["E"].columns] == ["", "x[0]", "x[1]"]
    assert row(learned["E"], 2)[0] == "c"
    assert learned["E"].ref(2, 1) == "E[2,0]"


def test_gradients_are_empty_until_they_are_computed(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.do("finish_forward")
    example, batch = (MatrixTable(session.view, "W_hh", WAY[name]) for name in ("example", "batch"))
    for table in (example, batch):
        assert row(table, 0) == ["h[0]", "·", "·", "·"]
        assert "not computed yet" in table.missing
        assert table.summary(80) == "3 × 3"
    session.do("backward")
    known = session.view.known
    partial = MatrixTable(session.view, "W_hh", WAY["example"])
    np.testing.assert_array_equal(partial.values, known.accumulated("dW_hh", 3))
    assert partial.ref(1, 1) == "dW_hh[1,0]"
    assert not partial.missing
    session.do("finish_backward")
    whole = MatrixTable(session.view, "W_hh", WAY["example"])
    assert whole.values is not None
    np.testing.assert_allclose(whole.values, known.trace.grads.W_hh)
    session.do("op")
    table = MatrixTable(session.view, "W_hh", WAY["batch"])
    assert session.view.update_result is not None
    reduced = session.view.before.with_flat(session.view.update_result.reduced)
    np.testing.assert_array_equal(table.values, reduced.W_hh)
    assert (table.ref(0, 1), table.subject(0, 1)) == ("g_W_hh[0,0]", "W_hh[0,0]")


def test_the_gradient_of_what_has_no_output_yet_is_that_of_later_outputs() -> None:
    session = Session(make_experiment((4,)))
    session.do("finish_forward")
    session.do("backward")
    session.do("backward")
    table = MatrixTable(session.view, "W_hy", WAY["example"])
    np.testing.assert_array_equal(table.values, session.view.known.accumulated("dW_hy", 3))


def test_velocity_and_the_way_come(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.epochs(3)
    view = session.view
    velocity = MatrixTable(view, "W_xh", WAY["velocity"])
    np.testing.assert_array_equal(
        velocity.values, view.before.with_flat(view.slots_before["velocity"]).W_xh
    )
    assert velocity.ref(0, 1) == "v_W_xh[0,0]"
    come = MatrixTable(view, "W_xh", WAY["change"])
    first = Trainer(sentiment).initial_state().params
    np.testing.assert_array_equal(come.values, view.params.W_xh - first.W_xh)
    assert come.ref(0, 2) == "W_xh[0,1]@0:3"


def test_all_are_shown_where_they_fit() -> None:
    small = tables(Session(make_experiment()).view, WEIGHTS[0])
    assert all_fit(small, 118, 30)
    assert not all_fit(small, 118, 18)
    assert not all_fit(small, 60, 30)
    large = tables(Session(make_experiment(model={"hidden_size": 64})).view, WEIGHTS[0])
    assert not all_fit(large, 160, 45)


def test_rows_of_arrays_stand_around_the_chosen_one_as_far_as_there_is_room() -> None:
    view = Session(load("hello", ("model.cell=lstm", "model.layers=2"))).view
    found = tables(view, WEIGHTS[0])
    rows = list(rows_shown(found, "W_hf", 160, 24, pictured=True))
    assert rows == [1, 2], "its own, the one behind it, and the eigenvalues below"
    assert list(rows_shown(found, "b_y", 160, 24, pictured=True)) == [7, 8]
    alone = rows_shown(found, "W_hf", 60, 24, pictured=True)
    assert alone[1].cells == (0, 60, 0), "no room for what is beside it"
    assert rows_shown(found, "W_hf", 24, 24, pictured=True) == {}, "nor for it"
    large = tables(Session(load("grammar")).view, WEIGHTS[0])
    assert rows_shown(large, "W_hh", 120, 36, pictured=False) == {}, "numbers take more"
    assert rows_shown(large, "W_hh", 120, 50, pictured=True)[0].lines == 32 + 3
    bank = tables(Session(load("bank")).view, WEIGHTS[0])
    (side, *_) = rows_shown(bank, "W_hh", 118, 31, pictured=True).values()
    assert side.lines == 4 + 3
    assert side.cells[1:] == (bank["W_hh"].needs, bank["b_h"].needs), "these have numbers"


def test_numbers_come_before_titles_and_pictures_have_what_is_left() -> None:
    gates = tables(Session(load("gates")).view, WEIGHTS[0])
    (side, *_) = rows_shown(gates, "W_hi", 78, 20, pictured=True).values()
    assert all(
        c >= gates[n].needs for c, n in zip(side.cells, ("W_xi", "W_hi", "b_i"), strict=True)
    )
    sine = tables(Session(load("sine")).view, WEIGHTS[0])
    (side, *_) = rows_shown(sine, "W_hr", 118, 31, pictured=True).values()
    assert side.cells[::2] == (sine["W_xr"].needs, sine["b_r"].needs)
    assert sum(side.cells) == 118


def test_the_change_since_the_start_stands_beside_the_weights() -> None:
    session = Session(make_experiment())
    table = with_changes(tables(session.view, WEIGHTS[0]))["W_hh"]
    width, size = table.width, table.shape[1]
    assert row(table, 0)[size + 1 :] == ["·"] * size
    session.go_to_epoch(3)
    table = with_changes(tables(session.view, WEIGHTS[0]))["W_hh"]
    assert table.width == width, "nothing moves when there is a change"
    change = MatrixTable(session.view, "W_hh", WAY["change"])
    assert row(table, 1) == [*row(MatrixTable(session.view, "W_hh", WEIGHTS[0]), 1),
                             *row(change, 1)[1:]]  # fmt: skip
    assert table.ref(1, size + 1) == change.ref(1, 1)
    assert table.subject(1, size + 1) == table.subject(1, 1) == "W_hh[1,0]"
    assert [heat.of for heat in table.heats] == ["all: ", "Δ: "]


def test_rows_of_small_arrays_are_tall_where_the_plane_has_enough() -> None:
    found = tables(Session(load("sentiment")).view, WEIGHTS[0])
    assert [lines_a_row(found, height) for height in (30, 34, 38, 80)] == [1, 2, 3, 3]


def test_numbers_that_are_not_finite_have_no_colour_and_no_eigenvalues() -> None:
    session = Session(make_experiment())
    values = session.view.params
    flat = values.flat.copy()
    flat[values.layout.slices["W_hh"].start] = np.nan
    view = replace(session.view, params=values.with_flat(flat))
    table = MatrixTable(view, "W_hh", WEIGHTS[0])
    assert row(table, 0)[1] == "NaN"
    assert spectrum(view.params) is None


# Eigenvalues


def drawn(W: list[list[float]], width: int, height: int) -> tuple[Spectrum, list[str], set[Ink]]:
    size = len(W)
    arrays = {"W_xh": np.zeros((size, 1)), "W_hh": np.array(W), "b_h": np.zeros(size),
              "W_hy": np.zeros((1, size)), "b_y": np.zeros(1)}  # fmt: skip
    found = spectrum(Parameters.of(arrays, make_layout(1, size, 1)))
    assert found is not None
    rows = plane(found, width, height)
    inks = {piece.ink for line in rows for piece in line if piece.text in "●◆"}
    return found, ["".join(piece.text for piece in line) for line in rows], inks


def test_the_plane_is_round_and_marks_what_lies_outside() -> None:
    found, lines, inks = drawn([[0.0, 0.5], [-0.5, 0.0]], 41, 21)
    assert inks == {Ink.FIRST}
    at = [(x, y) for y, line in enumerate(lines) for x, c in enumerate(line) if c == "●"]
    (x, upper), (below, lower) = at
    assert x == below == 20
    assert upper + lower == 20, "a pair lies above and below the axis"
    marked = [(x, y) for y, line in enumerate(lines) for x, c in enumerate(line) if c != " "]
    across = max(x for x, _ in marked) - min(x for x, _ in marked) + 1
    down = max(y for _, y in marked) - min(y for _, y in marked) + 1
    assert across == pytest.approx(2 * down, abs=2), "a cell is twice as high as it is wide"
    words = ["".join(span.text for span in line) for line in spectrum_lines(found, 9)]
    assert words[0] == "ρ(W_hh) 0.5000  long run: halves every 1.0 timesteps"
    assert words[1] == "‖W_hh‖₂ 0.5000  one step: at most 50% is left"
    aside = spectrum_lines(found, 9, width=70, aside="without tanh′")
    assert "".join(span.text for span in aside[0]).endswith(
        "halves every 1.0 timesteps (without tanh′)"
    )
    for line in spectrum_lines(found, 9, width=53, aside="without tanh′")[:2]:
        assert width_of(line) <= 53
    assert " ".join(words[3].split()) == "● 0.0000 ± 0.5000 i |λ| 0.5000 rotates 90° a timestep"
    _, lines, inks = drawn([[-2.0]], 30, 12)
    assert inks == {Ink.ALERT}


@pytest.mark.parametrize(
    ("W", "said"),
    [
        ([[-2.0]], "long run: can grow (ρ > 1)"),
        ([[1.0]], "long run: hardly fades"),
        ([[0.0]], "no memory along W_hh"),
    ],
)
def test_what_the_radius_means(W: list[list[float]], said: str) -> None:
    found, _, _ = drawn(W, 20, 10)
    lines = ["".join(span.text for span in line) for line in spectrum_lines(found, 8)]
    assert lines[0].endswith(said)
    assert lines[1].startswith(f"‖W_hh‖₂ {abs(W[0][0]):.4f}")


def test_many_eigenvalues_are_counted_and_none_is_drawn_outside() -> None:
    rng = np.random.default_rng(3)
    found, lines, _ = drawn((3 * rng.standard_normal((30, 30))).tolist(), 30, 12)
    assert {len(line) for line in lines} == {30}
    words = spectrum_lines(found, 8)
    assert len(words) == 8
    assert words[-1][0].text.startswith("… ")
    assert plane(found, 2, 1) == ()


def test_where_there_is_room_it_is_told_what_is_left_after_some_timesteps() -> None:
    found, _, _ = drawn([[0.0, 0.5, 0.0], [-0.5, 0.0, 0.0], [0.0, 0.0, 0.25]], 41, 21)
    words = ["".join(span.text for span in line) for line in spectrum_lines(found, 30, width=90)]
    heads = words.index("   left after   |λ| 0.500   |λ| 0.250  |λ| 0.500")
    assert words[heads + 2].split()[:4] == ["2", "timesteps", "25%", "6.2%"]
    assert words[heads + 2].count("█") < words[heads + 1].count("█")
    assert words[-1].split()[:4] == ["10", "timesteps", "0.1%", "<0.1%"], (
        "no more than there is to see"
    )
    assert len(spectrum_lines(found, 30, width=40)) == len(spectrum_lines(found, 9, width=90)) == 5
    assert len(spectrum_lines(found, 30, "J_1", 90)) == 5, "which the next timestep has another of"
    grown, _, _ = drawn([[1e40]], 41, 21)
    assert "∞" in "".join(span.text for span in spectrum_lines(grown, 30, width=90)[-1])


def test_what_grows_has_bars_on_a_scale_that_is_told() -> None:
    found, _, _ = drawn([[1.5, 0.0], [0.0, 0.5]], 41, 21)
    words = ["".join(span.text for span in line) for line in spectrum_lines(found, 30, width=120)]
    heads = next(k for k, line in enumerate(words) if "left after" in line)
    assert words[heads].endswith("|λ| 1.500, log scale from 1× at the left")
    assert "grown to 2.25×" in words[heads + 2]
    assert "25%" in words[heads + 2]
    bars = [line.count("█") for line in words[heads + 1 :]]
    assert bars == sorted(bars)
    assert len(set(bars)) > len(bars) / 2, "no slab"


@pytest.mark.parametrize("height", [10, 11])
def test_a_real_eigenvalue_stands_on_its_axis(height: int) -> None:
    found, _, _ = drawn([[0.5, 0.0], [0.0, -0.5]], 20, height)
    rows = [line for line in plane(found, 20, height) if Ink.FIRST in {one.ink for one in line}]
    assert len(rows) == 1
    assert Ink.AXIS in {one.ink for one in rows[0]}


# Changes


def text_of(session: Session, name: str, value: str) -> str:
    return effect_text(session.edit_base, session.plan(name, value), session.view)


def test_what_a_change_would_do_is_said_before(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.epochs(1)
    assert text_of(session, "rho", "1").startswith("ρ(W_hh) 0.5179 → 1: W_hh × 1.9309")
    assert text_of(session, "momentum", "0.5") == "momentum 0 → 0.5"
    assert text_of(session, "clip_limit", "0.1").endswith(
        "the last ‖g‖ 0.1964 > 0.1 would be clipped"
    )
    assert text_of(session, "clip_limit", "1").endswith("‖g‖ 0.1964 ≤ 1 would not be clipped")
    assert text_of(session, "init", "xavier").endswith(
        "redraws all weights; the velocity is set to 0"
    )
    assert text_of(session, "lr_decay", "0.5").endswith("no effect while lr_decay_every is 0")
    assert text_of(session, "lr_decay_every", "9").endswith("no effect while lr_decay is 1")
    assert text_of(session, "h[1,0]", "0.5").endswith("in this pass only")
    session.set("clip", "none")
    assert text_of(session, "clip_limit", "1").endswith("no effect while clip is none")


def test_the_list_of_what_can_change(sentiment: Experiment) -> None:
    session = Session(sentiment)
    rows = {
        one.name: "".join(span.text for span in change_row(one)).split(maxsplit=2)
        for one in changeables(session.edit_base)
    }
    assert rows["training.clip"] == ["training.clip", "norm", '"norm", "value", "none"']
    assert rows["training.clip_limit"][2] == "a number, above 0"
    assert rows["rho"][2].endswith("the spectral radius of W_hh, which is rescaled")
    assert where("h[1,0]") == "For this pass only"
    assert where("W_hh[1,0]") == where("") == "Starts a new run from here; the old one is kept"
    assert subject(ExamplesTable(session.view), 0, 0) == ""


def test_patched_states_and_those_that_move_are_marked(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.do("forward")
    session.do("forward")
    session.set("h[0,0]", "0.9")
    assert patch_text(session.view) == "3 states change, most h[1,2] by +0.1084"
    table = StateTable(session.view)
    assert row(table, 1)[2:] == ["+0.9000✎", "+0.1974 ", "−0.0997 "]
    assert [text[-1] for text in row(table, 2)[2:]] == ["▲", "▼", "▲"]
    assert row(table, 3)[2:] == ["·"] * 3
    wide = StateTable(session.view, wide=True)
    assert row(wide, 1)[2] == "+0.9000 ✎+0.44"
    assert row(wide, 2)[4].endswith(" ▲0.108")
    assert {len(text) for text in row(wide, 2)[2:]} == {14}
    session.set("h[0,1]", "1e100")
    wide = StateTable(session.view, wide=True)
    assert row(wide, 1)[3] == "+1e100 ✎     "
    session.undo()
    assert mark_line(session.view, 0, 0) == "h[0,0] set by hand: +0.4379 · del: remove the patch"
    assert mark_line(session.view, 1, 2) == "h[1,2] changes by +0.1084"
    assert mark_line(session.view, 0, 1) == "h[0,1] is unchanged"
    assert mark_line(session.view, 2, 1) == ""
    session.do("finish_forward")
    said = after_change(session.view, "h[0,0]")
    assert said.startswith("p(positive) 55.8% → ")
    assert "; 9 states change, most h[" in said
    session.set("h[0,0]", "free")
    assert "Patch removed" in after_change(session.view, "h[0,0]")
    session.set("training.learning_rate", "3")
    said = after_change(session.view, "training.learning_rate")
    assert said.startswith("learning_rate 0.5 → 3.  {again}")
    session.undo()
    assert mark_line(session.view, 0, 0) == ""


def test_a_patch_that_nothing_hangs_on_yet(sentiment: Experiment) -> None:
    session = Session(sentiment)
    session.do("forward")
    session.set("h[0,0]", "0.9")
    assert patch_text(session.view) == "No other state changes yet"
    session.do("finish_forward")
    session.set("h[0,0]", "free")
    session.set("h[3,0]", "0.9")
    assert patch_text(session.view).startswith("p(positive) 55.8% → ")
    assert patch_text(session.view).endswith("; no other state changes")


def test_more_eigenvalues_than_lines_stand_in_columns() -> None:
    found = spectrum(Session(load("grammar")).view.params)
    assert found is not None
    narrow, wide = (spectrum_lines(found, 20, width=width) for width in (60, 140))
    assert "more" in narrow[-1][0].text
    assert "more" not in wide[-1][0].text
    assert len(narrow) == 20
    marks = sum(span.text in ("● ", "◆ ") for line in wide for span in line)
    assert marks == sum(value.imag >= 0 for value in found.values.tolist())
    words = ["".join(span.text for span in line) for line in wide]
    starts = {line.rindex("|λ|") for line in words if line.count("|λ|") == 2}
    assert len(starts) == 1, "numbers line up"
