"""Runs, the timeline and the autopsy as text."""

from __future__ import annotations

import numpy as np
import pytest
from making import exploding_experiment
from session.diverging import diverging_experiment
from session.test_branches import forked

from rnn_tui.experiments import Experiment, load
from rnn_tui.present.sentences import autopsy as words
from rnn_tui.present.tables.cells import Line
from rnn_tui.present.tables.runs import RunsTable, memory, memory_line
from rnn_tui.present.tables.timeline import bar_width, lines, update_at
from rnn_tui.session.checks.cures import Cure, treatment
from rnn_tui.session.session import Session


def said(line: Line) -> str:
    return "".join(span.text for span in line)


def rows(session: Session, width: int = 160) -> list[list[str]]:
    table = RunsTable(session.runs, width)
    count = len(table.columns)
    return [[c.text for c in table.cells(k, 0, count)] for k in range(table.row_count)]


def test_the_table_of_runs(sentiment: Experiment) -> None:
    session = forked(sentiment)
    session.pin(2)
    table = RunsTable(session.runs)
    assert [column.title for column in table.columns] == [
        "run", "from", "differs", "epochs", "epoch’s loss", "epoch’s right", "max ‖g‖", "clipped", "ρ(W_hh)",
        "memory",
    ]  # fmt: skip
    assert table.current_row == 2
    assert [row[:7] for row in rows(session)] == [
        ["1", "–", "unedited", "30", "0.1285", "100.0%", "0.5402"],
        ["2 ●", "1 at 12", "lr 0.5→0.1", "24", "0.4540", "100.0%", "0.2650"],
        ["3", "1 at 6", "lr 0.5→0.2", "9", "0.6312", "100.0%", "0.1964"],
    ]
    shown = [[column.title for column in RunsTable(session.runs, n).columns] for n in (160, 80, 52)]
    assert set(shown[0]) - set(shown[1]) == {"clipped", "memory"}, "a narrow one leaves some out"
    assert shown[2] == ["run", "from", "differs", "epochs", "epoch’s loss"]


def test_runs_of_gates_have_no_radius() -> None:
    table = RunsTable(Session(load("gates")).runs)
    assert [column.title for column in table.columns][-2:] == ["clipped", "memory"]


def test_a_run_that_has_not_trained_has_dots(sentiment: Experiment) -> None:
    assert rows(Session(sentiment))[0][3:7] == ["0", "·", "·", "·"]


def test_a_broken_run_in_the_table() -> None:
    session = Session(diverging_experiment())
    session.epochs(3)
    assert rows(session)[0][2] == "✗ broke at 0; unedited"


def test_memory(sentiment: Experiment) -> None:
    session = Session(sentiment)
    assert said(memory_line(session.runs)) == (
        "checkpoints 1 kB of 64 MB · of run 1 every update is stored"
    )
    small = Session(sentiment, budget=5 * session.moment.timeline.nbytes)
    small.epochs(30)
    assert said(memory_line(small.runs)).endswith(
        "every 8th update is stored, all others are recomputed exactly"
    )
    assert [memory(n) for n in (352, 11_000, 3 * 2**19)] == ["1 kB", "11 kB", "1.5 MB"]


def test_the_timeline(sentiment: Experiment) -> None:
    session = Session(sentiment)
    assert [said(line) for line in lines(session.view, 60, 3)] == [
        "run 1 ●┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄ 30 epochs   ···· t=– of 3"
    ]
    whole = said(lines(session.view, 80, 3)[0])
    assert whole.endswith("┄ 30 epochs planned   timestep ···· t=– of 3")
    session = forked(sentiment)
    session.go_to_epoch(8)
    session.do("backward")
    assert [said(line) for line in lines(session.view, 60, 3)] == [
        "run 3 ━━━━━◆━●─┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄ 30 epochs   ▸▸▸◂ t=3 of 3",
        "           ╰╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ run 2 before lr 0.5→0.2",
        "           ╰╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ run 1",
    ]
    session.go_to_run(1)
    first, more = lines(session.view, 60, 2)
    assert said(first).startswith("run 1 ━━━━━┬━●───┬──")
    assert said(more) == "2 more runs"


@pytest.mark.slow
@pytest.mark.parametrize("width", range(20, 160, 7))
def test_lines_fit_and_every_place_can_be_pointed_at(sentiment: Experiment, width: int) -> None:
    session = forked(sentiment)
    session.go_to_run(2)
    view = session.view
    start, cells = bar_width(view, width)
    for line in lines(view, width, 4)[1:]:
        assert len(said(line)) <= max(width, start + cells)
    assert update_at(view, width, start - 1) is None
    assert update_at(view, width, start + cells) is None
    places = [update_at(view, width, start + k) for k in range(cells)]
    assert places[0] == 0
    assert places[-1] == 24
    assert places == sorted(places, key=lambda place: place or 0)


def card(session: Session) -> list[str]:
    found = session.autopsy
    assert found is not None
    return [f"{head}: {said(line)}" for head, line in words.card(found)]


def test_the_card_of_a_state_that_explodes() -> None:
    session = Session(exploding_experiment())
    session.epochs(1)
    assert card(session) == [
        "first: hh[182,0] became ∞ in the forward pass, t=182 of 199 “d” of example 1",
        "‖h_t‖: 0 ⋯ 1e75 ⋯ 2.9e151 ⋯ 8.1e227 ⋯ 1.2e306 → 5.8e307 → ∞   t=-1 … 182",
        "why: each timestep multiplies by W_hh, by up to 50 (its largest singular value) and relu "
        "has no bound; there are 200 timesteps",
        ": the gradient is not clipped",
    ]
    found = session.autopsy
    assert found is not None
    assert words.title(found, "epoch", 1) == "Autopsy: epoch 0 diverges"
    assert [words.advice(found, cure) for cure in Cure] == ["", "", "try this first"]


def test_the_card_of_a_step_that_is_too_long() -> None:
    session = Session(diverging_experiment())
    session.epochs(1)
    first, *why = card(session)
    assert first == "first: the velocity became −∞ in the update"
    assert why == [
        "why: the last step was lr × ‖g‖ = 1e305 × 1.7e7, while the norm of all weights is 87",
        ": the gradient is not clipped",
    ]


def test_cures_in_words() -> None:
    session = Session(diverging_experiment())
    session.epochs(2)
    timeline = session.moment.timeline
    assert [words.remedy(treatment(timeline, cure), "epoch", 1) for cure in Cure] == [
        "back to epoch 0, ‖g‖ clipped at 1",
        "back to epoch 0, learning rate halved: 1e305 → 5e304",
        "back to epoch 0, W_hh rescaled to radius 0.9, from 50",
    ]


def test_numbers_of_any_size() -> None:
    numbers = (0.0, 0.314, 42.0, 512.4, 8000.0, 1.23e304, -2.5, 1e-9, np.inf, -np.inf, np.nan)
    assert [words.number(x) for x in numbers] == [
        "0", "0.31", "42", "512", "8e3", "1.2e304", "−2.5", "1e−9", "∞", "−∞", "NaN",
    ]  # fmt: skip


@pytest.mark.parametrize("count", [1, 2, 7, 8, 9, 20, 184, 5000])
def test_a_long_chain_is_thinned_to_its_beginning_and_its_end(count: int) -> None:
    places = list(words.thinned(count))
    assert places == sorted(set(places))
    assert places[0] == 0
    assert places[-3:] == list(range(max(0, count - 3), count))
    assert len(places) == min(count, words.MOST_LINKS)
