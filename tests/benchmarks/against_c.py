"""Our update beside the same in plain C, in rounds in which both take turns.

Run by hand: `python tests/benchmarks/against_c.py`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from rnn_tui.threads import limit_threads

sys.path.insert(0, str(Path(__file__).parents[1]))  # for a script, what pytest adds by itself
limit_threads(1)

from benchmarks.plain_c import PlainC  # noqa: E402

from rnn_tui.benchmark import OURS, RIVALS, Benchmark, models  # noqa: E402

ROUNDS = 25


def main() -> None:
    """Print a line a size."""
    bench = Benchmark(models(quick=True)[:2], ROUNDS, {OURS: RIVALS[OURS], "plain C": PlainC})
    for _ in bench.run():
        pass
    for size, (ours, plain) in bench.found.items():
        print(
            f"H={size.hidden} V={size.tokens} T={size.length}: {ours.ms:.3f} ms, in C "
            f"{plain.ms:.3f} ms; ours takes {1 / plain.ratio:.2f} times as long as C"
        )


if __name__ == "__main__":
    main()
