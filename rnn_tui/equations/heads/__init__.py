"""What is made of a state where an answer is wanted: the readout, and heads with their losses."""

from __future__ import annotations

from rnn_tui.equations.heads.head import Head
from rnn_tui.equations.heads.sigmoid import SigmoidHead
from rnn_tui.equations.heads.softmax import SoftmaxHead

__all__ = ["HEADS", "Head", "SigmoidHead", "SoftmaxHead"]

HEADS: dict[str, Head] = {head.name: head for head in (SigmoidHead(), SoftmaxHead())}
