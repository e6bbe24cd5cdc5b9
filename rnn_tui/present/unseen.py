"""The data held back in words: as it fares now, or when it was last measured, which is said."""

from __future__ import annotations

from collections.abc import Callable

from rnn_tui.engine.training.evaluating import Evaluation
from rnn_tui.present.digits import EMPTY, size
from rnn_tui.session.runs.records import Observation
from rnn_tui.session.view import StepView


def right_of_unseen(view: StepView, now: Evaluation | None) -> str:
    """`15 of 20`; where it isn't measured `now`, when it was: `12 of 20 at epoch 3`."""
    total = sum(len(example.outputs) for example in view.experiment.test)
    right = None if now is None else f"{int(now.right.sum())} of {total}"
    return _newest(view, right, lambda one: f"{one.test_accuracy * total:.0f} of {total}")


def unseen_loss(view: StepView, now: Evaluation | None) -> str:
    """The mean loss an output, likewise."""
    return _newest(view, None if now is None else size(now.loss), lambda one: size(one.test_loss))


def unseen_error(view: StepView, now: Evaluation | None) -> str:
    """The mean absolute error of answers that are numbers, likewise."""
    return _newest(
        view, None if now is None else size(now.mae), lambda one: size(one.test_accuracy)
    )


def _newest(view: StepView, now: str | None, told: Callable[[Observation], str]) -> str:
    """What is measured now, else the newest observation with its moment."""
    if now is not None:
        return now
    if not view.history.observed:
        return EMPTY
    newest = view.history.observed[-1]
    return told(newest) + when(view, newest.update)


def when(view: StepView, update: int) -> str:
    """Where a figure is of, if not of this moment: ` at epoch 3`."""
    if update == view.in_force:
        return ""
    return f" at {view.history.unit} {update // view.history.updates:,}"
