"""Examples in the sentences of causes."""

from __future__ import annotations

from rnn_tui.characters import cut, visible
from rnn_tui.diagnosis.case import Case

WIDEST = 40  # cells of a text that is named


def named(case: Case, place: int) -> str:
    """A training example in a sentence: `example 3 “so dull” → neg`."""
    one = case.experiment.train[place]
    text = cut(visible(case.experiment.vocabulary.join(one.tokens)), WIDEST)
    answers = " ".join(visible(case.experiment.labels[int(target)]) for target in one.targets)
    return f"example {place + 1} “{text}” → {cut(answers, WIDEST)}"
