"""What is wrong is said in one line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rnn_tui.experiments import ExperimentError


def one_line(said: object) -> str:
    """What is said, which must be a line and no more."""
    line = str(said)
    assert line
    assert "\n" not in line, line
    return line


def refusal_of(act: Callable[[], object], kind: type[Exception] = ExperimentError) -> str:
    """The one line with which something is refused, by an error of this kind."""
    with pytest.raises(kind) as caught:
        act()
    return one_line(caught.value)
