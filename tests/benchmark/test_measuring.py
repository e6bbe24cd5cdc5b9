"""Rounds, medians and ratios, with clocks and rivals of our own."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from rnn_tui.benchmark import OURS, SEED, SWEEPS, Benchmark, Size, sizes_of
from rnn_tui.benchmark.machine import blas_threads
from rnn_tui.benchmark.measuring import timings
from rnn_tui.benchmark.rivals import Entry


class Clock:
    """It stands still but for the work of `Working`."""

    now = 0.0


def working(seconds: float, log: list[str], name: str) -> Entry:
    class Working:
        def __init__(self, size: Size) -> None:
            pass

        @staticmethod
        def fits(size: Size) -> bool:
            return size.batch == 1 or name == OURS

        def update(self) -> None:
            Clock.now += seconds
            log.append(name)

    return Working


def test_a_ratio_is_the_median_of_the_rounds_own() -> None:
    ours, other = timings(("x", OURS), [(4.0, 1.0), (6.0, 3.0), (100.0, 10.0)])[::-1]
    assert (ours.rival, ours.ms, ours.ratio) == (OURS, 3000.0, 1.0)
    assert (ours.low, ours.high) == (2000.0, 6500.0)
    assert (other.ms, other.ratio) == (6000.0, 4.0)  # and not 6 / 3


def test_rivals_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    log: list[str] = []
    monkeypatch.setattr("time.perf_counter", lambda: Clock.now)
    rivals = {OURS: working(0.010, log, OURS), "slow": working(0.5, log, "slow")}
    bench = Benchmark([Size(), Size(batch=2), Size()], 3, rivals)
    assert bench.ticks == 2 + 6
    ticks = sum(1 for _ in bench.run())
    assert ticks == bench.ticks
    ours, slow = bench.found[Size()]
    assert [ours.rival, slow.rival] == [OURS, "slow"]
    assert [ours.ms, slow.ms, slow.ratio] == pytest.approx([10, 500, 50])
    assert [one.rival for one in bench.found[Size(batch=2)]] == [OURS]
    warming = [OURS] * 3 + ["slow"] * 3 + [OURS] * 3
    turns = [OURS] * 2 + ["slow"] + [OURS] * 2  # two updates of ours fill a turn; either size
    assert log == warming + turns * 3


def test_sweeps_pass_through_the_size_of_the_document() -> None:
    for sweep in SWEEPS:
        assert SEED in sweep.sizes
        assert list(sweep.values) == sorted(set(sweep.values))
        assert [getattr(size, sweep.field) for size in sweep.sizes] == list(sweep.values)
    assert set(sizes_of(quick=True)) < set(sizes_of(quick=False))


@pytest.mark.skipif(blas_threads() is None, reason="this BLAS does not tell its threads")
@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="needs two processors")
@pytest.mark.parametrize("count", [1, 2])
def test_threads_are_limited_before_libraries_are_loaded(count: int) -> None:
    code = (
        f"from rnn_tui.threads import limit_threads; limit_threads({count});"
        "from rnn_tui.benchmark.machine import blas_threads; print(blas_threads())"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == str(count)
