"""How fast training is on this machine, beside rivals that are named and run in the same rounds."""

from rnn_tui.benchmark.machine import Machine, this_machine
from rnn_tui.benchmark.measuring import Benchmark, Timing
from rnn_tui.benchmark.plan import SEED, SWEEPS, Sweep, models, sizes_of
from rnn_tui.benchmark.rivals import OURS, RIVALS, has_torch
from rnn_tui.benchmark.size import Size

__all__ = [
    "OURS",
    "RIVALS",
    "SEED",
    "SWEEPS",
    "Benchmark",
    "Machine",
    "Size",
    "Sweep",
    "Timing",
    "has_torch",
    "models",
    "sizes_of",
    "this_machine",
]
