"""What training did to the weights and answers between two moments: what moved most, who lost."""

from __future__ import annotations

from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from rnn_tui.engine.training.evaluating import Evaluation, evaluate
from rnn_tui.equations.parameters import Parameters
from rnn_tui.session.runs.answer_history import are_read_at_once
from rnn_tui.session.runs.timeline import Timeline
from rnn_tui.session.view import StepView

GROWN = 1e-4  # of a loss, from which on its fourth digit is another

_before: WeakKeyDictionary[Timeline, tuple[int, Evaluation]] = WeakKeyDictionary()


class Moved(NamedTuple):
    """A weight that training moved: its address, and its values before and after."""

    address: str
    before: float
    after: float

    @property
    def by(self) -> float:
        """How far, with its sign."""
        return self.after - self.before

    def ref(self, first: int, last: int) -> str:
        """The address of the change that the updates `first` up to, not including, `last` made."""
        return f"{self.address}@{first}:{last}"


def most_moved(before: Parameters, after: Parameters) -> Moved | None:
    """The weight that moved farthest; None where none did, or some are not finite."""
    with np.errstate(all="ignore"):
        distance = np.abs(after.flat - before.flat)
    place = int(distance.argmax())
    if not (np.isfinite(distance).all() and distance[place]):
        return None
    name, index = before.layout.weight_at(place)
    address = f"{name}[{','.join(map(str, index))}]"
    return Moved(address, float(before.flat[place]), float(after.flat[place]))


def newest_from(view: StepView) -> int:
    """The update with which the newest epoch began, or the newest step of a text; 0 before any."""
    updates = view.history.updates
    return max(0, view.in_force - 1) // updates * updates


def before_newest(view: StepView) -> Evaluation | None:
    """How the training examples fared before the newest epoch.

    None before there is one, and where to read them again takes time.
    """
    start = newest_from(view)
    if view.training is None or start == view.in_force or not are_read_at_once(view):
        return None
    place, found = _before.get(view.timeline, (-1, view.training))
    if place != start:
        params = view.timeline.past_state(start).params
        found = evaluate(params, view.timeline.owner(start).trainer.net, view.experiment.train)
        _before[view.timeline] = start, found
    return found


def worse(before: Evaluation, after: Evaluation) -> list[int]:
    """The examples whose loss has grown, by more than rounding hides."""
    with np.errstate(all="ignore"):
        grown: list[int] = np.flatnonzero(after.losses > before.losses * (1 + GROWN)).tolist()
    return grown
