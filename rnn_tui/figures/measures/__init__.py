"""How each published figure is measured: small functions on a moment, by subject.

Every public function of these modules is a measure. It takes the moment and the
words that stand behind its name, and returns a number, an array of them, or a text.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import getmembers, isfunction
from types import ModuleType

from rnn_tui.figures.measures import backward, data, formulas, forward, parameters, text, training

Measure = Callable[..., object]


def _measures(module: ModuleType) -> dict[str, Measure]:
    return {
        name: function
        for name, function in getmembers(module, isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }


MODULES = (backward, data, forward, formulas, parameters, text, training)
MEASURES = {name: measure for module in MODULES for name, measure in _measures(module).items()}

__all__ = ["MEASURES", "Measure"]
