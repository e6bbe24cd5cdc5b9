"""How a run's examples were answered, epoch after epoch: computed when asked for, and kept.

What a run keeps are its parameters; the answers under those of an epoch are read again. Rows
of a run are kept as long as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from weakref import WeakKeyDictionary

import numpy as np

from rnn_tui.engine.training.answering import AnswerHistory, Answers, Questions, answered
from rnn_tui.equations.network import Network
from rnn_tui.experiments import Experiment
from rnn_tui.session.passes import A_TIMESTEP, SHORT
from rnn_tui.session.runs.timeline import Timeline
from rnn_tui.session.view import StepView

MOST, FEWEST = 256, 16  # moments of a run that are looked at
ALL = 16 * SHORT  # multiplications that all of them take: a second or two
AT_ONCE = SHORT // 32  # that nobody has to wait for
AN_UPDATE = 4  # times as much as reading its examples
UNASKED = 2 * SHORT  # that are done before anyone asks to look at it

_rows: WeakKeyDictionary[Timeline, dict[int, Answers]] = WeakKeyDictionary()


@lru_cache(maxsize=8)
def questions_of(experiment: Experiment) -> Questions:
    """What is answered."""
    return Questions.of(experiment)


def moments(view: StepView) -> tuple[int, ...]:
    """The updates before which is looked, ascending, up to the moment shown.

    Every epoch, or step of a text, or of a long run every second one, or every fourth and so
    on: so that those which are looked at stay, and are among those that the run keeps.
    """
    units, updates = view.in_force // view.history.updates, view.history.updates
    most = int(np.clip(ALL // _cost(view), FEWEST, MOST))
    every = 1
    while units // every > most or every * updates < min(view.timeline.every, view.in_force):
        every *= 2
    return tuple(sorted({*range(0, view.in_force + 1, every * updates), view.in_force}))


def _cost(view: StepView) -> int:
    """Multiplications that reading all takes once, about."""
    return questions_of(view.experiment).timesteps * _a_timestep(view)


def _cost_of_state(view: StepView) -> int:
    """What the updates take that lead from a state that is kept to one that is not, at the most."""
    read = sum(view.experiment.train[member].length for member in view.members)
    return (view.timeline.every - 1) * AN_UPDATE * read * _a_timestep(view)


def _a_timestep(view: StepView) -> int:
    units, inputs = view.experiment.model.units, view.experiment.input_size
    return A_TIMESTEP // 8 + sum(n * (n + inputs) for n in units)  # many are read side by side


@lru_cache(maxsize=8)
def _timesteps(experiment: Experiment) -> int:
    return sum(example.length for example in experiment.train)


def are_read_at_once(view: StepView) -> bool:
    """Whether nobody has to wait until all examples are read under weights of another moment."""
    cost = _timesteps(view.experiment) * _a_timestep(view) + _cost_of_state(view)
    return cost <= AT_ONCE


def follows(network: Network) -> bool:
    """Whether there is something to follow: an answer of a head, and not the state itself."""
    return network.head.readout.is_linear


def is_followed(view: StepView) -> bool:
    """Whether there is something to follow in a session."""
    return follows(view.network)


def missing(view: StepView) -> tuple[int, ...]:
    """The moments that have not been looked at yet."""
    if not is_followed(view):
        return ()
    return tuple(k for k in moments(view) if k not in _rows_of(view.timeline, k))


def is_cheap(view: StepView) -> bool:
    """Whether what is missing may be computed though nobody asked for it."""
    return len(missing(view)) * (_cost(view) + _cost_of_state(view)) <= UNASKED


def compute(view: StepView, check: Callable[[], object] = lambda: None) -> None:
    """Look at all moments of a view, oldest first. Meant for a worker, as it may take long.

    `check` is called on the way, and may end it: what has been computed by then stays.
    """
    for k in missing(view):
        check()
        _look(view, k, check)
    _forget(view)


def _look(view: StepView, k: int, check: Callable[[], object] = lambda: None) -> None:
    state, trainer = view.timeline.past_state(k, check), view.timeline.owner(k).trainer
    found = answered(state.params, trainer.net, questions_of(view.experiment))
    _rows_of(view.timeline, k)[k] = found


def _forget(view: StepView) -> None:
    """Give up moments that lie between those that are looked at by now."""
    rows, kept = _rows_of(view.timeline, view.in_force), frozenset(moments(view))
    if len(rows) > 4 * MOST:
        for k in rows.keys() - kept:
            del rows[k]


def _rows_of(timeline: Timeline, k: int) -> dict[int, Answers]:
    return _rows.setdefault(timeline.owner(k), {})


def answer_history(view: StepView, *, waits: bool = False) -> AnswerHistory | None:
    """The moments that have been looked at; None while there are none, or no answers to follow.

    Where some are missing that take no time to wait for, these are computed first, and all are
    for whom `waits`.
    """
    if not is_followed(view):
        return None
    left = len(missing(view))
    if waits or left * (_cost(view) + _cost_of_state(view)) <= AT_ONCE:
        compute(view)
    return known_answers(view)


def answers_of_run(view: StepView) -> AnswerHistory | None:
    """The moments looked at while a run goes on: all that takes no time, at least the newest."""
    if not is_followed(view):
        return None
    if len(missing(view)) * (_cost(view) + _cost_of_state(view)) <= AT_ONCE:
        compute(view)
    elif are_read_at_once(view):
        _look(view, view.in_force)
    return known_answers(view)


def known_answers(view: StepView) -> AnswerHistory | None:
    """The same without computing anything."""
    if not is_followed(view):
        return None
    known = [(k, _rows_of(view.timeline, k).get(k)) for k in moments(view)]
    found = tuple((k, row) for k, row in known if row is not None)
    return _joined(questions_of(view.experiment), found) if found else None


@lru_cache(maxsize=4)
def _joined(questions: Questions, known: tuple[tuple[int, Answers], ...]) -> AnswerHistory:
    updates, rows = zip(*known, strict=True)
    return AnswerHistory(
        np.array(updates),
        np.stack([row.values for row in rows]),
        np.array([row.score for row in rows]),
        sum(len(example.outputs) for example in questions.examples),
    )
