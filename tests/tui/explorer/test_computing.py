"""What takes long is computed beside the screen: it says so, goes on, and shows it then."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from limits import LIMIT
from making import make_stream
from textual.widgets import Static
from waiting import computed, until

from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Experiment, load
from rnn_tui.session.checks import recurrence
from rnn_tui.session.checks.recurrence import (
    CHEAP,
    OfRecurrence,
    OfTimesteps,
    Spectrum,
    Timestep,
)
from rnn_tui.session.session import Session
from rnn_tui.tui.app import Explorer
from rnn_tui.tui.dialogs.runs import RunsScreen
from rnn_tui.tui.explorer.explorer import ExplorerScreen
from rnn_tui.tui.panes.charts import eigen
from rnn_tui.tui.widgets.figures import Figures


def of_many_units() -> Experiment:
    experiment = make_stream(steps=50_000)  # no run ends by itself, however slow the screen is
    return replace(experiment, model=replace(experiment.model, hidden_size=CHEAP + 1))


async def test_the_eigenvalues_of_many_units(monkeypatch: pytest.MonkeyPatch) -> None:
    may_go_on, threads = threading.Event(), []
    compute = recurrence._spectrum

    def slowly(params: Parameters) -> Spectrum | None:
        threads.append(threading.current_thread())
        may_go_on.wait(LIMIT)
        return compute(params)

    monkeypatch.setattr(eigen, "spectrum", OfRecurrence(slowly))
    app = Explorer(of_many_units())
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("3")
        await pilot.pause()
        words = app.screen.query_one("#spectrum", Static)
        assert str(words.content) == f"computing the {CHEAP + 1} eigenvalues…"
        await pilot.press("down", "down")  # the screen stays alive
        assert isinstance(app.screen, ExplorerScreen)
        assert len(threads) == 1
        assert threads[0] is not threading.main_thread()
        may_go_on.set()
        await computed(pilot)
        assert str(words.content).startswith("ρ(W_hh)")
        assert len(threads) == 1, "once for the same weights"


@pytest.mark.slow
async def test_the_jacobian_of_a_cell_with_gates(monkeypatch: pytest.MonkeyPatch) -> None:
    may_go_on, threads = threading.Event(), []
    compute = recurrence._spectrum_of_timestep

    def slowly(one: Timestep) -> Spectrum | None:
        threads.append(threading.current_thread())
        may_go_on.wait(LIMIT)
        return compute(one)

    monkeypatch.setattr(eigen, "of_timestep", OfTimesteps(slowly))
    app = Explorer(load("sentiment", ["model.cell=lstm", "model.hidden_size=16"]))
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("f", "f", "3")
        await pilot.pause()
        words = app.screen.query_one("#spectrum", Static)
        assert str(words.content) == "computing the 32 eigenvalues…"
        assert [one is threading.main_thread() for one in threads] == [False]
        may_go_on.set()
        await computed(pilot)
        assert str(words.content).startswith("ρ(J_1)")
        await pilot.press("down")
        assert len(threads) == 1, "once for the same timestep"


async def test_the_radius_of_many_units(monkeypatch: pytest.MonkeyPatch) -> None:
    may_go_on = threading.Event()

    def slowly(params: Parameters) -> float:
        if threading.current_thread() is not threading.main_thread():
            may_go_on.wait(LIMIT)
        return 0.75

    app = Explorer(of_many_units())
    async with app.run_test(size=(120, 36)) as pilot:
        monkeypatch.setattr(recurrence, "radius", OfRecurrence(slowly))
        await pilot.press("f")
        figures = app.screen.query_one("#metrics", Figures)
        assert "ρ(W_hh) computing…" in str(figures.content)
        await pilot.press("f")
        may_go_on.set()
        await computed(pilot)
        assert "ρ(W_hh) 0.750" in str(figures.content)


@pytest.mark.slow
async def test_after_a_run_the_radius_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Explorer(of_many_units())
    async with app.run_test(size=(120, 36)) as pilot:
        monkeypatch.setattr(recurrence, "radius", OfRecurrence(lambda params: 0.75))
        await pilot.press("space")
        assert isinstance(app.screen, ExplorerScreen)
        session = app.screen.session
        await until(pilot, lambda: session.moment.cursor.update > 0)
        await pilot.press("space")
        await computed(pilot)
        figures = app.screen.query_one("#metrics", Figures)
        assert "ρ(W_hh) 0.750" in str(figures.content)


async def test_the_radii_of_all_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    may_go_on, threads = threading.Event(), []

    def slowly(params: Parameters) -> float:
        threads.append(threading.current_thread())
        may_go_on.wait(LIMIT)
        return 0.75

    session = Session(of_many_units())
    session.updates(1)
    app = Explorer(session)
    async with app.run_test(size=(160, 45)) as pilot:
        await computed(pilot)
        monkeypatch.setattr(recurrence, "radius", OfRecurrence(slowly))
        await pilot.press("R")
        await pilot.pause()
        assert isinstance(app.screen, RunsScreen)
        assert [row.radius for row in app.screen.runs.rows] == [None]
        await pilot.press("p")
        may_go_on.set()
        await computed(pilot)
        assert [row.radius for row in app.screen.runs.rows] == [0.75]
        assert [row.pinned for row in app.screen.runs.rows] == [True]
        assert threading.main_thread() not in threads


async def test_the_table_of_runs_may_be_left_before_its_radii_are_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    may_go_on, threads = threading.Event(), list[threading.Thread]()

    def slowly(params: Parameters) -> float:
        threads.append(threading.current_thread())
        may_go_on.wait(LIMIT)
        return 0.75

    app = Explorer(of_many_units())
    async with app.run_test(size=(120, 36)) as pilot:
        await computed(pilot)
        monkeypatch.setattr(recurrence, "radius", OfRecurrence(slowly))
        await pilot.press("R", "escape")
        may_go_on.set()
        await until(pilot, lambda: not any(thread.is_alive() for thread in threads))
        await pilot.pause()
        assert isinstance(app.screen, ExplorerScreen)
