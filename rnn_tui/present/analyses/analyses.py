"""The analyses as pictures, with a sentence above each that says what is to be seen in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rnn_tui.analyses.eigenvalues import EigenvaluePath
from rnn_tui.analyses.hits import Hits
from rnn_tui.analyses.jacobians import Jacobians
from rnn_tui.analyses.memory import Memory
from rnn_tui.analyses.pca import Trajectory
from rnn_tui.analyses.positions import Positions
from rnn_tui.analyses.saturation import Saturation
from rnn_tui.analyses.words import Words
from rnn_tui.present.analyses.parts import AnalysisPicture
from rnn_tui.present.analyses.recurrence import eigenvalues, jacobians, saturation
from rnn_tui.present.analyses.states import components, words
from rnn_tui.present.analyses.texts import hits, memory, positions

NARROWEST, WIDEST = 80, 120  # a narrower terminal cuts what is beyond

_PICTURES: dict[type, Callable[[Any, str, int], AnalysisPicture]] = {
    EigenvaluePath: eigenvalues,
    Jacobians: jacobians,
    Saturation: saturation,
    Trajectory: components,
    Words: words,
    Memory: memory,
    Hits: hits,
    Positions: positions,
}


def picture(found: Any, source: str, width: int) -> AnalysisPicture:
    """What an analysis found, in so many columns; `source` is what was read for it."""
    return _PICTURES[type(found)](found, source, max(NARROWEST, min(width, WIDEST)))
