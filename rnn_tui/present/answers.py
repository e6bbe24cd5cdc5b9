"""An answer of the network in words: what it says, and a mark where that is judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.session.answers import Answer

NOTHING_SAID = "NaN"
NO_LABEL = "no label"
NOT_YET = "not yet predicted"
APART = "   "  # sets parts of an answer apart


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


def shorter(line: Line) -> Iterator[Line]:
    """An answer in words with what is wanted before it and its loss after: in fewer and fewer."""
    parts: list[list[Span]] = [[]]
    for span in line:
        if span.text.startswith(APART) and parts[-1]:
            parts.append([])
        parts[-1].append(replace(span, text=span.text.removeprefix(APART).removesuffix(APART)))
        if span.text.endswith(APART):
            parts.append([])
    yield line
    for some in (parts[1:], parts[1:2]):
        if some and len(parts) > 1:
            yield tuple(span for n, part in enumerate(some)
                        for span in (*([Span(APART)] if n else []), *part))  # fmt: skip
    yield ()
