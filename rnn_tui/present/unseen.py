"""The data held back in words: as it fares now, or when it was last measured, which is said."""

from __future__ import annotations

from rnn_tui.engine.training.evaluating import Evaluation
from rnn_tui.present.digits import EMPTY, size
from rnn_tui.session.view import StepView


def right_of_unseen(view: StepView, now: Evaluation | None) -> str:
    """`15 of 20`; where it isn't measured `now`, when it was: `12 of 20 at epoch 3`."""
    total = sum(len(example.outputs) for example in view.experiment.test)
    if now is not None:
        return f"{int(now.right.sum())} of {total}"
    if not view.history.observed:
        return EMPTY
    newest = view.history.observed[-1]
    return f"{newest.test_accuracy * total:.0f} of {total}{when(view, newest.update)}"


def unseen_loss(view: StepView, now: Evaluation | None) -> str:
    """The mean loss an output, likewise."""
    if now is not None:
        return size(now.loss)
    if not view.history.observed:
        return EMPTY
    newest = view.history.observed[-1]
    return f"{size(newest.test_loss)}{when(view, newest.update)}"


def when(view: StepView, update: int) -> str:
    """Where a figure is of, if not of this moment: ` at epoch 3`."""
    if update == view.in_force:
        return ""
    return f" at {view.history.unit} {update // view.history.updates:,}"
