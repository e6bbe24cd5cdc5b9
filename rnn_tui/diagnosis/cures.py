"""The same updates once more with one thing changed, and one batch alone at other rates."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

import numpy as np

from rnn_tui.diagnosis.case import Case, mean_loss
from rnn_tui.diagnosis.course import (
    LEARNT,
    Course,
    affordable_updates,
    last_of,
    later_updates,
    patient_updates,
)
from rnn_tui.diagnosis.finding import Cure
from rnn_tui.engine.training.alone import alone, is_sound, losses
from rnn_tui.engine.training.evaluating import evaluate
from rnn_tui.engine.training.training import Record, Trainer, TrainingState
from rnn_tui.engine.update import no_slots
from rnn_tui.experiments import Experiment, ModelConfig
from rnn_tui.experiments.experiment import Init
from rnn_tui.session.edits.changes import EditBase, NewRun, planned
from rnn_tui.session.moment import Refused

ALONE = 30  # updates on one batch, at each learning rate
DECADES, FAINT = 7, 1e-5  # above or below a learning rate, and what stands for 0
ENOUGH = 0.3  # of the loss without learning: a cure with which it comes so far needs no more


class Extent(Enum):
    """How far a cure is tried: until most is learnt, over all updates watched, or within the plan.

    That one is patient: it is for what hardly shows in the updates that are watched. Later is after
    the plan has ended. A control goes over those watched, or as many of them as take about a
    second.
    """

    ENOUGH = "enough"
    WHOLE = "whole"
    PATIENT = "patient"
    LATER = "later"
    CONTROL = "control"


def with_cure(case: Case, cure: Cure, extent: Extent = Extent.ENOUGH) -> Course | None:
    """The course from the beginning with a cure; None where that is refused. Raises Cancelled."""
    case.doing(f"Trying a cure: {cure.words}")
    if cure.instead is not None:
        trainer, begun = Trainer(cure.instead), replace(case.state, carry=None)
        if _is_another(case, cure.instead):
            begun = trainer.initial_state()
        elif trainer.net.optimizer is not case.trainer.net.optimizer:
            begun = replace(begun, slots=no_slots(trainer.net.optimizer, begun.params.flat))
        return _run(case, trainer, begun, extent)
    plan = _plan(case, cure.verb)
    return None if plan is None else _run(case, plan.trainer, plan.state, extent)


def from_before(case: Case, trainer: Trainer, state: TrainingState) -> Course:
    """As many updates as are watched, from another state, by what trained it."""
    return _run(case, trainer, state, Extent.WHOLE)


def _run(case: Case, trainer: Trainer, begun: TrainingState, extent: Extent) -> Course:
    state, records = begun, list[Record]()
    first = evaluate(begun.params, trainer.net, case.read_first(trainer.experiment)).loss
    most = most_updates(case, extent)
    if extent is Extent.CONTROL:
        most = min(most, affordable_updates(trainer))
    shares = {Extent.WHOLE: 0.0, Extent.CONTROL: 0.0, Extent.PATIENT: LEARNT}
    share = shares.get(extent, ENOUGH)
    window, wanted = last_of(case.updates), share * case.course.without
    for k in range(case.start, case.start + most):
        record, state = trainer.advance(state, k)
        case.tell()
        if not is_sound(record, state):
            break
        records.append(record)
        if len(records) % window == 0 and mean_loss(records[-window:]) < wanted:
            most = len(records)
            break
    outputs = np.array([record.outputs for record in records], float)
    found = np.array([record.loss for record in records]) / outputs
    return case.course_of(found, outputs, first, state, trainer, most)


def most_updates(case: Case, extent: Extent) -> int:
    """How many updates a cure is tried for at the most."""
    if extent is Extent.LATER:
        return min(later_updates(case.trainer), affordable_updates(case.trainer))
    return patient_updates(case.trainer) if extent is Extent.PATIENT else case.updates


def drawn_by(model: ModelConfig, init: Init) -> ModelConfig:
    """The same with first weights that are drawn so, and not read from a file."""
    return replace(model, init=init, weights=None, origins=None, called=None)


def _is_another(case: Case, instead: Experiment) -> bool:
    """Whether a network begins with weights of its own: another cell, or other shapes."""
    before = case.experiment
    return instead.model is not before.model or instead.layout.shapes != before.layout.shapes


def first_after(case: Case, verb: str) -> float:
    """The loss before any update, with one thing changed; inf where that is refused."""
    plan = _plan(case, verb)
    return float("inf") if plan is None else case.first_loss(plan.state)


def _plan(case: Case, verb: str) -> NewRun | None:
    word, name, value = verb.split(" ", 2)
    assert word == "set", "only settings are tried"
    base = EditBase(case.state, case.trainer, case.opened, case.view.known)
    try:
        plan = planned(base, name, value)
    except Refused:
        return None
    assert isinstance(plan, NewRun), "no cure patches a hidden value"
    return plan


def sweep(case: Case, above: bool) -> dict[float, float]:
    """By learning rate: the loss of the first batch after some updates on it alone.

    The rates are so many decades above or below the one in force.
    """
    case.doing("Sweeping the learning rate on one batch")
    base = case.trainer.settings.learning_rate or FAINT
    found = {}
    for power in range(1, DECADES + 1):
        factor = 10.0 ** (power if above else -power)
        trainer, ended = alone(case.trainer, case.start, base * factor), list[float]()
        for loss in losses(trainer, replace(case.state, carry=None), ALONE + 1):
            ended.append(loss)
            case.tell(0)
        sound = len(ended) == ALONE + 1 and np.isfinite(ended[-1])
        found[base * factor] = ended[-1] if sound else float("inf")
    return found
