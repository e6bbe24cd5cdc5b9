"""Settings that all tests share."""

from __future__ import annotations

import gc
import os
import signal
from importlib.util import find_spec

import pytest
import toy_cell
from hypothesis import HealthCheck, settings

from rnn_tui.equations.cells import CELLS, Cell
from rnn_tui.experiments import Experiment, load

settings.register_profile(
    "here", deadline=None, max_examples=20, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
settings.load_profile("here")


os.environ["RNN_TUI_STATE"] = ""  # no test keeps sessions in the user's folder unless it says so


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: now and then a test waits for a process of its own."""
    return 1 + (os.cpu_count() or 1)


def pytest_collection_finish() -> None:
    """Look for garbage less often, and not among what was imported: a tenth of the time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_sessionfinish() -> None:
    """Pytest looks for garbage five times in the end: here once, and then there is little."""
    gc.collect()
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tests that are marked `torch` need it."""
    if item.get_closest_marker("torch") and find_spec("torch") is None:
        pytest.skip("PyTorch is not installed")


@pytest.fixture(scope="session")
def sentiment() -> Experiment:
    """The bundled experiment of the four sentences."""
    return load("sentiment")


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Cell:
    """A cell of a test's own with two states, which an experiment may name "toy"."""
    made = Cell.of("toy", toy_cell)
    monkeypatch.setitem(CELLS, "toy", made)
    return made


# A shell that starts the tests in the background has them ignore interrupts, and the
# programs that they start and interrupt would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
