"""How far the newest update measured moved the weights, and what that says of the learning rate."""

from __future__ import annotations

import math
from collections.abc import Iterator

from rnn_tui.engine.spectrum.moving import USUAL, followed
from rnn_tui.present.digits import left, percent
from rnn_tui.present.unseen import when
from rnn_tui.session.view import StepView

FAR = 1.0  # powers of ten from the usual ratio, from which on it is high or low


def ratio_sentences(view: StepView) -> tuple[str, ...]:
    """A sentence for each matrix that is followed; nothing before an update was measured."""
    return tuple(_sentences(view))


def _sentences(view: StepView) -> Iterator[str]:
    seen = [one for one in view.history.observed if one.ratios]
    if not seen:
        return
    newest = seen[-1]
    usual = percent(10.0**USUAL)
    for name, ratio in zip(followed(view.params), newest.ratios, strict=True):
        moved = f"{name} moved by {left(10.0**ratio)} of its length{when(view, newest.update)}"
        if ratio == -math.inf:
            yield f"{name} did not move{when(view, newest.update)} (0, whose logarithm is −∞)."
        elif math.isfinite(ratio):
            yield f"{moved}, usual is about {usual}: {_verdict(ratio)}."


def _verdict(ratio: float) -> str:
    if ratio > USUAL + FAR:
        return "the learning rate is rather high, steps may overshoot"
    if ratio < USUAL - FAR:
        return "little, as the learning rate or the gradient is small"
    return "as it should be"
