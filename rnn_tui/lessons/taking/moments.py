"""Conditions on the moment that a learner stands at: the grammar of breakpoints, and more names.

A breakpoint asks what an update came to; a lesson asks where one stands, too: how many tokens are
read, how far backpropagation is, which update, example and run it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rnn_tui.session.breakpoints.breakpoints import Gauge, Unmeasured, scope_of
from rnn_tui.session.breakpoints.condition_reader import parse
from rnn_tui.session.breakpoints.conditions import Condition
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView

# What each name is at a moment: timesteps read and gone back over, ops of the pass that have run,
# updates and epochs that the weights have been through, the example and the run, from 1.
NUMBERS: dict[str, Callable[[StepView], float]] = {
    "forward": lambda view: view.known.states,
    "backward": lambda view: view.current.length - view.known.gradients_from,
    "ops": lambda view: view.done,
    "updates": lambda view: view.in_force,
    "epochs": lambda view: view.epochs,
    "example": lambda view: view.example + 1,
    "run": lambda view: view.time.number,
}
FLAGS: dict[str, Callable[[StepView], bool]] = {
    "updated": lambda view: view.updated,
    "typed": lambda view: view.typed,
    "patched": lambda view: bool(view.patches),
    "edited": lambda view: bool(view.time.edits),
    "broken": lambda view: view.network.fault is not None,
}


def condition(text: str, view: StepView) -> Condition:
    """A condition of a lesson. Raises ConditionError, a line that can be shown as it is."""
    scope = replace(scope_of(view), others=(*NUMBERS, *FLAGS), flags=tuple(FLAGS))
    return parse(text, scope)


def holds(one: Condition, session: Session) -> bool:
    """Whether a condition is true at the session's moment; what is not measured yet is not."""
    view = session.view
    measured = Gauge(view.timeline).at(view.in_force)

    def value(name: str) -> float:
        own = NUMBERS.get(name) or FLAGS.get(name)
        return measured(name) if own is None else float(own(view))

    try:
        return one.true(value)
    except Unmeasured:
        return False
