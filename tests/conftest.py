"""Settings that all tests share."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from rnn_tui.experiments import Experiment, load

settings.register_profile(
    "here", deadline=None, max_examples=60, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
settings.load_profile("here")


@pytest.fixture(scope="session")
def sentiment() -> Experiment:
    """The bundled experiment of the four sentences."""
    return load("sentiment")
