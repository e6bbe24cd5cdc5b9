"""What is made of a state where an answer is wanted: the readout, and heads with their losses."""

from __future__ import annotations

from rnn_tui.equations.heads.head import Head
from rnn_tui.equations.heads.linear import HalfSquared, HalfSquaredState, LinearHead, StateHead
from rnn_tui.equations.heads.sigmoid import SigmoidHead
from rnn_tui.equations.heads.sigmoids import SigmoidsHead
from rnn_tui.equations.heads.softmax import SoftmaxHead

__all__ = ["HEADS", "OF_NUMBERS", "Head", "SigmoidHead", "SoftmaxHead", "head_of"]

HEADS: dict[str, Head] = {
    head.name: head for head in (SigmoidHead(), SoftmaxHead(), LinearHead(), StateHead())
}
OF_NUMBERS = tuple(name for name, head in HEADS.items() if not head.has_classes)
HALF: dict[str, Head] = {head.name: head for head in (HalfSquared(), HalfSquaredState())}
OF_LABELS = SigmoidsHead()


def head_of(output: str, loss: str = "mse", *, numbers: bool = False) -> Head:
    """The head of this name; its `loss` matters where it squares errors.

    With `numbers` for targets, a sigmoid answers for several labels that don't exclude each other.
    """
    if numbers and output == "sigmoid":
        return OF_LABELS
    return HALF[output] if loss == "half-squared" and output in HALF else HEADS[output]
