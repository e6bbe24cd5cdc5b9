"""An answer of the network in words: what it says, and a mark where that is judged."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_tui.present.tables.cells import Role
from rnn_tui.session.answers import Answer

NOTHING_SAID = "NaN"
NO_LABEL = "no label"
NOT_YET = "not yet predicted"


def mark(answer: Answer) -> str:
    """A tick or a cross; nothing where nobody has said what is wanted."""
    return "" if answer.right is None else "✓" if answer.right else "✗"


def role(answer: Answer) -> Role:
    """How it is coloured."""
    if answer.right is None:
        return Role.TEXT
    return Role.GOOD if answer.right else Role.BAD


def said(answer: Answer, labels: Sequence[str]) -> str:
    """The label that the network says."""
    return NOTHING_SAID if answer.said is None else labels[answer.said]


def wanted(answer: Answer, labels: Sequence[str]) -> str:
    """The label that is wanted, or that there is none."""
    return NO_LABEL if answer.target is None else labels[answer.target]
