"""Long runs in processes of their own."""

from __future__ import annotations

import os
import signal
from multiprocessing import active_children

import pytest

from rnn_tui.figures.figure import Figure
from rnn_tui.figures.jobs import TICK, FigureJob
from rnn_tui.figures.pool import Found, run_side_by_side


def job(seed: int, updates: int) -> FigureJob:
    figures = (
        Figure("where", "start", ("0",), "spread W_hh"),
        Figure("where", "end", ("0",), "spread W_hh", epoch=updates - 1),
    )
    return FigureJob("hello", (f"model.seed={seed}",), figures, updates)


@pytest.mark.slow
def test_processes_find_what_this_one_finds() -> None:
    jobs = [job(seed, 2 * TICK) for seed in range(3)]
    found: Found = {}
    ticks = sum(1 for _ in run_side_by_side(jobs, found))
    assert 4 <= ticks <= 6  # a process that ends takes the rest of its last tick with it
    for one in jobs:
        assert list(map(str, found[one])) == list(map(str, one.run()))


@pytest.mark.slow
def test_whoever_stops_listening_stops_the_work() -> None:
    running = run_side_by_side([job(seed, 10**9) for seed in range(4)], {})
    next(running)
    running.close()
    assert not active_children()


def test_a_process_ended_from_outside_is_no_riddle() -> None:
    running = run_side_by_side([job(0, 10**9)], {})
    next(running)
    (worker,) = active_children()
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGTERM)
    with pytest.raises(MemoryError, match="ended from outside"):
        list(running)
