"""What training moved, in words: the weight that moved farthest, the answers that got worse."""

from __future__ import annotations

import numpy as np

from rnn_tui.engine.training.evaluating import Evaluation
from rnn_tui.present.digits import percent, signed
from rnn_tui.present.tables.weights import CHANGE, NEWEST
from rnn_tui.session.moved import Moved, most_moved, newest_from, worse
from rnn_tui.session.view import StepView

MOST_NAMED = 3  # examples
LARGE = 2.0  # a change by so many times the weight itself says nothing as a share


def moved_text(moved: Moved, verb: str = " moved") -> str:
    """`W_hy[0,1] moved most, −0.2140 → −0.1663 (+0.0477, 22%)`."""
    ends = f"{signed(moved.before)} → {signed(moved.after)}"
    share = abs(moved.by / moved.before) if moved.before else np.inf
    by = f", {percent(share, 0)}" if share < LARGE else ""
    return f"{moved.address}{verb} most, {ends} ({signed(moved.by)}{by})"


def change_text(view: StepView, measure: str) -> str:
    """What moved most in the change that page 3 shows; nothing of what is no change."""
    if measure not in (CHANGE.measure, NEWEST.measure) or not view.in_force:
        return ""
    start = 0 if measure == CHANGE.measure else newest_from(view)
    before = view.timeline.state(start).params
    moved = most_moved(before, view.params)
    return "no weight moved" if moved is None else moved_text(moved, "")


def worse_text(before: Evaluation, after: Evaluation, noun: str) -> str:
    """`example 1 got worse`; of many how many; nothing where none did."""
    found = worse(before, after)
    if not found:
        return ""
    if len(found) > MOST_NAMED:
        return f"{len(found):,} of {len(after.losses):,} {noun}s got worse"
    numbers = [str(one + 1) for one in found]
    named = " and ".join([", ".join(numbers[:-1]), numbers[-1]] if len(numbers) > 1 else numbers)
    return f"{noun}{'s' * (len(numbers) > 1)} {named} got worse"
