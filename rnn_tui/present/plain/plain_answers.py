"""How examples were answered over the epochs, read out and as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from rnn_tui.engine.training.answering import AnswerHistory
from rnn_tui.present.charts.answer_curves import (
    MOST_LINES,
    epochs_of,
    followed,
    number_text,
    question_text,
)
from rnn_tui.present.plain.plain_words import amount, figure, plainly, sentence
from rnn_tui.present.sentences.answer_history import answer_sentences, moment_text
from rnn_tui.present.spelling import spelled
from rnn_tui.session.runs.answer_history import answer_history, questions_of
from rnn_tui.session.view import StepView

MOST_MOMENTS = 10


def answers_read_out(view: StepView) -> Iterator[str]:
    """About ten epochs, the newest last, and then what happened."""
    found = answer_history(view, waits=True)
    if found is not None:
        last = len(found.updates) - 1
        for place in sorted({round(x) for x in np.linspace(0, last, MOST_MOMENTS)}):
            yield sentence(f"{moment_text(view, found, place)}: {_moment(view, found, place)}")
    for said in answer_sentences(view):
        yield sentence(plainly(spelled(said)))


def _moment(view: StepView, found: AnswerHistory, place: int) -> str:
    values = found.values[place]
    if not view.network.head.has_probabilities:
        targets = questions_of(view.experiment).targets
        answers = (
            f"{number_text(view, k, o)} output {figure(values[k, o])}, "
            f"target {figure(targets[k, o])}"
            for k, o in followed(view)
        )
        return f"{'; '.join(answers)}; mean absolute error {amount(found.scores[place])}"
    right = f"{int(found.scores[place])} of {found.outputs} right"
    said = f"{right}, mean probability {amount(found.means[place])}"
    if len(values) == 1:
        return said
    if len(values) > MOST_LINES:
        return f"{said}, least {amount(values.min())}, most {amount(values.max())}"
    each = (f"{question_text(view, k)} {amount(one)}" for k, one in enumerate(values))
    return plainly(spelled(f"{said}: {', '.join(each)}"))


def answers_data(view: StepView) -> dict[str, Any]:
    """The same as numbers: a row a moment, a column an example, or a token of a text."""
    found = answer_history(view, waits=True)
    if found is None:
        return {}
    unit, score = view.history.unit, "mae"
    values = "outputs"
    if view.network.head.has_probabilities:
        values, score = "probabilities", "right"
    return {f"{unit}s": epochs_of(view, found), values: found.values, score: found.scores}
