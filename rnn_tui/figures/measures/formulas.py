"""The engine's own formulas at a number that was printed."""

from __future__ import annotations

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.update import clip
from rnn_tui.equations.activations import ACTIVATIONS
from rnn_tui.equations.heads import HEADS
from rnn_tui.equations.mathematics import norm as global_norm
from rnn_tui.figures.runs import FigureMoment, Measured


def squash(moment: FigureMoment, name: str, z: str) -> Measured:
    """Tanh or sigmoid of a number."""
    return ACTIVATIONS[name].of(np.array(float(z)))


def slope_of_tanh(moment: FigureMoment, *z: str) -> Measured:
    """The derivative of tanh at some numbers."""
    tanh = ACTIVATIONS["tanh"]
    return tanh.slope(tanh.of(np.array(z, dtype=np.float64)))


def minus_ln(moment: FigureMoment, p: str) -> float:
    """−ln p."""
    return float(-np.log(float(p)))


def ratio_of_losses(moment: FigureMoment, p: str, q: str) -> float:
    """How many times −ln p is −ln q."""
    return float(np.log(float(p)) / np.log(float(q)))


def uniform_loss(moment: FigureMoment, classes: str = "") -> float:
    """The loss of logits that are all equal, for so many classes or those of the experiment."""
    y = np.zeros(int(classes or moment.experiment.output_size))
    return float(HEADS["softmax"].loss(y, np.asarray(0)))


def softmax_gradient(moment: FigureMoment, target: str, *p: str) -> Measured:
    """dL/dy for these probabilities."""
    right = HEADS["softmax"].target(np.asarray(int(target)), len(p))
    return np.array(p, dtype=np.float64) - right


def power(moment: FigureMoment, base: str, exponent: str, scale: str = "1") -> Measured:
    """base^exponent, times a scale."""
    return float(base) ** float(exponent) * float(scale)


def clip_scale(moment: FigureMoment, norm: str) -> float:
    """What the experiment's clipping multiplies a gradient of this norm by."""
    return global_norm(_clipped(moment, np.full(4, float(norm) / 2))) / float(norm)


def clipped_away(moment: FigureMoment, norm: str) -> float:
    """How much the experiment's clipping takes off a gradient of this norm, in percent."""
    return 100 * (1 - clip_scale(moment, norm))


def clipped(moment: FigureMoment, *gradient: str) -> Measured:
    """What the experiment's clipping makes of a gradient."""
    return _clipped(moment, np.array(gradient, dtype=np.float64))


def _clipped(moment: FigureMoment, gradient: Floats) -> Floats:
    clipped: Floats = clip(gradient, global_norm(gradient), moment.experiment.training)
    return clipped
