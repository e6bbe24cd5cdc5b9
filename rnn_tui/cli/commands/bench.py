"""`rnn-tui bench`: how fast training is here, beside its rivals.

NumPy looks for how many threads it may have when it is loaded, so nothing of it is until that
has been settled.
"""

from __future__ import annotations

import os
from argparse import ArgumentTypeError, Namespace
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING

from rnn_tui.cli.arguments import Parser, positive

if TYPE_CHECKING:
    from rnn_tui.benchmark import Benchmark

ROUNDS, QUICK_ROUNDS = 15, 5


def add_arguments(parser: Parser) -> None:
    """What may follow the name of the command."""
    parser.add_argument(
        "--threads", type=_threads, default=1, metavar="N", help="that libraries may use (1)"
    )
    parser.add_argument("--quick", action="store_true", help="fewer rounds, and no sweeps")
    parser.add_argument(
        "--rounds", type=positive, metavar="N", help="that rivals take turns in (15, quick 5)"
    )


def _threads(text: str) -> int:
    """As many as there are processors, at most: more would only wait for each other."""
    most = os.cpu_count() or 1
    if (count := positive(text)) > most:
        raise ArgumentTypeError(f"expected at most {most}, the processors here")
    return count


def run(options: Namespace) -> int:
    """Measure, and print what was found."""
    from rnn_tui.benchmark import SWEEPS, Benchmark, sizes_of, this_machine  # noqa: PLC0415
    from rnn_tui.cli.bench_tables import print_bench  # noqa: PLC0415
    from rnn_tui.cli.output import console, progress, to_json  # noqa: PLC0415
    from rnn_tui.experiments import ExperimentError  # noqa: PLC0415

    rounds = options.rounds or (QUICK_ROUNDS if options.quick else ROUNDS)
    bench = Benchmark(tuple(sizes_of(quick=options.quick)), rounds)
    try:
        with closing(bench.run()) as measuring:
            for _ in progress(measuring, bench.ticks, "turns"):
                pass
    except ImportError as error:
        raise ExperimentError(f"PyTorch is installed but can't be loaded: {error}") from None
    machine = this_machine()
    if options.json:
        print(to_json({"machine": asdict(machine), "rounds": rounds, "sizes": _as_json(bench)}))
    else:
        print_bench(console(), machine, bench.found, rounds, () if options.quick else SWEEPS)
    return 0


def _as_json(bench: Benchmark) -> list[dict[str, object]]:
    return [
        asdict(size) | {"timings": [asdict(timing) for timing in found]}
        for size, found in bench.found.items()
    ]
