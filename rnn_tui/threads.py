"""How many cores there are, how many threads libraries may count with, and whose turn it is."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

VARIABLES = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)  # fmt: skip
TURN = 0.001  # seconds that a thread keeps Python for itself while another waits


def prefer_one_thread() -> None:
    """One thread for matrix products, unless the environment says otherwise.

    Two are hardly faster even at 512 units (7.5 ms an update against 8.1), on a busy
    machine they wait for each other (69 ms), and sums come out the same everywhere.
    """
    for name in VARIABLES:
        os.environ.setdefault(name, "1")


def limit_threads(count: int) -> None:
    """Matrix products of NumPy, PyTorch and JAX run in so many threads from here on.

    Each library looks when it is loaded and not again, so none may be yet. JAX can only be told
    to take one, or as many as it likes.
    """
    for name in VARIABLES:
        os.environ[name] = str(count)
    if count == 1:
        os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")


def cores() -> int:
    """How many processors this program may run on."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


@contextmanager
def quick_turns() -> Iterator[None]:
    """Threads take turns five times as often as usual: to draw, to train, to write to a terminal.

    A screen that has been drawn is written by a thread of Textual's, which else waits for
    5 ms wherever there is more to draw.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
