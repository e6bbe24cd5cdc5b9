"""A gate that decides what is kept of a state, and is shut, so that nothing is remembered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from rnn_tui.diagnosis.case import Case
from rnn_tui.diagnosis.causes.weights import LONG, anew
from rnn_tui.diagnosis.cures import drawn_by
from rnn_tui.diagnosis.finding import Cure, Suspicion
from rnn_tui.engine.spectrum.carousel import Carousel, carousels, least_kept
from rnn_tui.equations.gates import gates
from rnn_tui.equations.lines import variables
from rnn_tui.numerals import worded
from rnn_tui.session.why.metrics.proving import traces_of
from rnn_tui.session.why.state_norms import factor_text, name_of_figure

NAME = "shut-gate"
SHUT = 1 / 3  # of a state is kept a timestep; a gate without a bias keeps half of it
OPEN, WIDEST = 3.0, 5.0  # biases of a gate: with 3 it keeps 95%


def shut(case: Case, place: int | None = None) -> Iterator[Suspicion]:
    """A forget gate, or update gate, that keeps hardly anything of the state.

    `place` is a token that has to be remembered, the first one unless it is known.
    """
    kept = least_kept(traces_of(case.one()))
    if kept is None or not kept.share < SHUT:
        return
    one = case.one(case.start, case.longest)
    T, way = one.current.length, carousels(one.known.trace, kept.depth)[kept.place]
    at = (place or 0) % T
    if T < LONG:
        return
    left = float(np.abs(way.left[at]).max())
    layer = f" of layer {kept.depth}" if case.trainer.net.depth > 1 else ""
    cause = (
        f"The {_gate(case, way)}{layer} is shut: {worded(kept.share, 2)} of {way.state} is kept "
        f"each timestep, at most {worded(left, 2)} after {T - 1 - at} timesteps"
    )
    ref = f"{name_of_figure('left', way.state, kept.depth)}[{at}]#{one.example + 1}@{case.start}"
    refs = (f"kept_share@{case.start}", ref)
    yield Suspicion(NAME, cause, refs, (*opened(case, T - 1 - at),) or anew(), 2)


def _gate(case: Case, way: Carousel) -> str:
    """Its name in words: `forget gate (f)`."""
    named = {name.id for name in variables(way.factor)}
    cell = case.experiment.model.recurrent
    words = next((gate.words for gate in gates(cell) if gate.name in named), "gate")
    return f"{words.removeprefix('the ')} ({factor_text(way.factor)})"


def opened(case: Case, distance: int) -> Iterator[Cure]:
    """Higher biases of the forget gate: the usual one, and one that keeps half over a distance."""
    one, model = case.experiment, case.experiment.model
    if model.cell != "lstm":
        return
    far = float(np.clip(round(np.log(max(distance, 1) / np.log(2))), OPEN, WIDEST))
    for bias in dict.fromkeys((OPEN, far)):
        if bias <= (model.forget_bias or 0.0):
            continue
        words = f"Raise the bias of the forget gate to {bias:g}"
        if model.init != "given":
            yield Cure(words, f"set model.forget_bias {bias:g}")
            continue
        drawn = replace(drawn_by(model, "xavier"), forget_bias=bias)
        reopening = case.opened_with("model.init=xavier", f"model.forget_bias={bias:g}")
        yield Cure(f"{words}, with weights drawn anew (xavier)", "", replace(one, model=drawn),
                   reopening)  # fmt: skip
