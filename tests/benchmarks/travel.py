"""What it takes to have any of 30,000 updates of the grammar experiment back, and to keep them.

Run by hand: `python tests/benchmarks/travel.py`. Trains twice in turns, a block of
updates at a time, bare and with checkpoints, by the time of the processor; then goes
to updates drawn at random.
"""

from __future__ import annotations

import os
import statistics
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np

from rnn_tui.engine.training.training import Trainer, TrainingState
from rnn_tui.experiments import load
from rnn_tui.session.runs.run_tree import BUDGET
from rnn_tui.session.runs.timeline import Timeline

UPDATES, BLOCK, TRIPS = 30_000, 50, 200
MOST_SECONDS, MOST_SHARE = 0.1, 0.05


def bare(trainer: Trainer, state: TrainingState, start: int) -> tuple[TrainingState, float]:
    """A block of updates without anything kept, and the seconds it took."""
    began = time.thread_time()
    for k in range(start, start + BLOCK):
        _, state = trainer.advance(state, k)
    return state, time.thread_time() - began


def kept(timeline: Timeline) -> float:
    """The seconds that a block takes with checkpoints and records; measurements left out."""
    began = time.thread_time()
    for _ in range(BLOCK):
        timeline.extend()
    return time.thread_time() - began


def main() -> int:
    """Print what was measured; 1 if something is above what is allowed."""
    trainer = Trainer(load("grammar"))
    timeline, state = Timeline(trainer, trainer.initial_state()), trainer.initial_state()
    timeline.observations.every = 10**9  # measuring the radius is not keeping checkpoints
    ratios = []
    for start in range(0, UPDATES, BLOCK):
        first = kept(timeline) if start // BLOCK % 2 else 0.0  # in turns, whichever is first
        state, alone = bare(trainer, state, start)
        ratios.append((first or kept(timeline)) / alone)
    share = statistics.median(ratios) - 1
    rng, trips = np.random.default_rng(0), []
    for k in rng.integers(0, UPDATES, TRIPS).tolist():
        began = time.perf_counter()
        timeline.state(k)
        trips.append(time.perf_counter() - began)
    median, worst = statistics.median(trips), max(trips)
    print(f"{UPDATES:,} updates, a checkpoint every {timeline.every}: {timeline.nbytes / 2**20:.1f}"
          f" MiB of {BUDGET / 2**20:.0f}")  # fmt: skip
    print(f"any of them is back in {1e3 * median:.1f} ms, at most {1e3 * worst:.1f} ms")
    print(f"keeping them costs {100 * share:.1f}% of training")
    return int(median > MOST_SECONDS or share > MOST_SHARE or timeline.nbytes > BUDGET)


if __name__ == "__main__":
    sys.exit(main())
