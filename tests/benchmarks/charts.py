"""What drawing the curves of 1,000,000 updates costs, beside those of 10,000.

Run by hand: `python tests/benchmarks/charts.py`. Each round adds an update to both runs
and draws what a report of a run draws, as it does while training goes on: the charts of
the Train page with their legends, its overview, and the sparkline of the Step page. The
time is that of the processor.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np

from rnn_tui.engine.training.training import Record
from rnn_tui.experiments import load
from rnn_tui.present.charts.charts import draw, sparkline
from rnn_tui.present.charts.points import Even
from rnn_tui.present.charts.train_curves import Charted, Wish, chart
from rnn_tui.present.sentences.train_words import legend, overview_line
from rnn_tui.session.runs.history import History
from rnn_tui.session.runs.records import Records
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView

FEW, MANY = 10_000, 1_000_000
ALLOWED = 1.5
ROUNDS = 31
WIDTH, HEIGHT = 156, 30


def recorded(updates: int) -> Records:
    """So many updates of no training in particular: noisy curves, some of them clipped."""
    records, rng = Records(), np.random.default_rng(0)
    losses = 25 * (0.6 + 2.5 * np.exp(-np.arange(updates) / updates * 4))
    for loss, noise, norm in zip(losses, rng.random(updates), rng.random(updates), strict=True):
        records.append(Record(loss + 5 * noise, 20, 25, 8 * norm, norm > 0.6, 0.1))
    return records


def drawings(base: StepView, records: Records) -> dict[str, Callable[[], object]]:
    """What is drawn of a run, each made anew from its records."""

    def view() -> StepView:
        history = History.of(records, (), records.count, unit="step", updates=1)
        return replace(base, history=history, update=records.count)

    def charted(wish: Wish) -> list[object]:
        plots = [chart(view(), metric, wish) for metric in Charted]
        return [(draw(plot, WIDTH, HEIGHT), legend(plot)) for plot in plots]

    def overview() -> list[object]:
        plots = [chart(view(), metric, Wish()) for metric in Charted]
        return [overview_line("chart", plot, WIDTH, chosen=False) for plot in plots]

    return {
        "the five charts": lambda: charted(Wish()),
        "logarithmic": lambda: charted(Wish(log=frozenset({Charted.LOSS, Charted.NORM}))),
        "smoothed": lambda: charted(Wish(smooth=True)),
        "the last quarter": lambda: charted(Wish(recent=0.25)),
        "read at a line": lambda: charted(Wish(reading=records.count / 3)),
        "the overview": overview,
        "the sparkline": lambda: sparkline([Even(view().history.curves.loss)], WIDTH, 4),
    }


def main() -> int:
    """Print each drawing's medians and their ratio; 1 if one is above what is allowed."""
    session = Session(load("grammar"))
    runs = [recorded(count) for count in (FEW, MANY)]
    both = [drawings(session.view, run) for run in runs]
    print(f"{'':<18}{FEW:>10,}{MANY:>12,}{'ratio':>8}   milliseconds")
    worst = 0.0
    for name in both[0]:
        for drawn in both:
            drawn[name]()  # what is added up once is not part of a round
        taken: list[list[float]] = [[], []]
        for _ in range(ROUNDS):
            for run, drawn, times in zip(runs, both, taken, strict=True):
                run.append(Record(17.0, 20, 25, 1.0, False, 0.1))
                began = time.process_time()
                drawn[name]()
                times.append(time.process_time() - began)
        few, many = (1e3 * statistics.median(times) for times in taken)
        worst = max(worst, many / few)
        print(f"{name:<18}{few:10.1f}{many:12.1f}{many / few:8.2f}")
    held = sum(curve.growth.nbytes for curve in runs[1].curves(MANY, 1)) / MANY
    print(f"the most is {worst:.2f} times, allowed are {ALLOWED}")
    whole = runs[1].nbytes / runs[1].count
    print(f"an update takes {whole:.0f} bytes, {held:.0f} of them for this")
    return int(worst > ALLOWED)


if __name__ == "__main__":
    sys.exit(main())
