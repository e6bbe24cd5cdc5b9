"""Two contexts read out, and as numbers: every state of every layer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from rnn_tui.engine.passes.trace import Trace
from rnn_tui.present.contexts.answers import answers
from rnn_tui.present.contexts.sentences import sentences, title
from rnn_tui.present.contexts.tables import SideBySide
from rnn_tui.present.plain.plain_show import read_out
from rnn_tui.present.plain.plain_words import parts_plainly, plainly, sentence
from rnn_tui.present.sentences.states import layer_in_words, state_in_words
from rnn_tui.session.contexts.comparison import Contexts, StateContexts

WIDE = 10_000  # cells: no text is cut


def spoken(whole: Contexts) -> Iterator[str]:
    """Which two, what they answer; then state by state where they part, and row by row."""
    yield sentence(plainly(title(whole)))
    for line in answers(whole, WIDE):
        yield sentence(parts_plainly(line))
    several = len(_states(whole)) > 1
    for found in _states(whole):
        if several:
            layer = layer_in_words(whole.view, found.layer)
            what = state_in_words(whole.view, found.state, found.layer)
            yield sentence(plainly(f"{what}{f', {layer}' if layer else ''}"))
        row = found.telling
        unit = found.most_moved(row)
        yield from map(plainly, sentences(found, row, unit))
        yield from read_out(SideBySide(found, row, unit))


def _states(whole: Contexts) -> list[StateContexts]:
    """Every state of every layer."""
    layers = whole.view.network.layers
    return [whole.of(layer.depth, state) for layer in layers for state in layer.cell.states]


def as_json(whole: Contexts) -> dict[str, Any]:
    """Both passes, and of each state the distance, the cosine and the parting, row by row."""
    return {
        "here": _pass(whole, whole.here, None if whole.view.typed else whole.view.example + 1),
        "there": _pass(whole, whole.there, None if whole.other.typed else whole.other.place + 1),
        "rows": [pair._asdict() for pair in whole.pairs],
        "states": {found.name: _state(found) for found in _states(whole)},
    }


def _pass(whole: Contexts, trace: Trace, example: int | None) -> dict[str, Any]:
    return {
        "example": example, "tokens": list(trace.example.tokens),
        whole.view.network.head.answer: trace.answer.tolist(),
        "loss": trace.loss if trace.example.labelled else None,
    }  # fmt: skip


def _state(found: StateContexts) -> dict[str, Any]:
    """`parts_at` is a row, −1 where the states that both start from differ, null if none does."""
    return {
        "here": found.states().tolist(), "there": found.states(there=True).tolist(),
        "distance": _finite(found.distance),
        "cosine": _finite(np.array([found.cosine(row) for row in range(len(found.pairs))])),
        "parts_at": found.parts_at,
    }  # fmt: skip


def _finite(values: np.ndarray[Any, np.dtype[np.float64]]) -> list[float | None]:
    return [float(one) if np.isfinite(one) else None for one in values]
