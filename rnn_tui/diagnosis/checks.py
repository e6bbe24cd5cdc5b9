"""All that is looked for for certain, in its order, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from rnn_tui.diagnosis import trying
from rnn_tui.diagnosis.case import Case
from rnn_tui.diagnosis.causes import (
    answers,
    controls,
    data,
    elsewhere,
    generalising,
    gradient,
    jump,
    memory,
    noise,
    order,
    rare,
    scaling,
    steps,
    told,
    units,
)
from rnn_tui.diagnosis.course import STUCK, last_of
from rnn_tui.diagnosis.finding import Diagnosis, Finding, Severity, Watched


class Check(NamedTuple):
    """Something that is looked for: what it is in a few words, and what looks for it."""

    name: str
    about: str
    look: Callable[[Case], Iterator[Finding]]


CHECKS: tuple[Check, ...] = (
    Check("gradient", "backpropagation against central differences", gradient.look),
    Check("numbers", "inputs and targets that are no numbers", data.no_numbers),
    Check("outliers", "numbers that lie far from all others", data.outlying),
    Check("classes", "answers that are all alike", answers.one_class),
    Check("labels", "labels shifted by one", answers.shifted_labels),
    Check("rows", "labels shifted by a row", told.shifted_rows),
    Check("identity", "targets that are the inputs", answers.echoed),
    Check("twins", "examples that contradict each other", answers.contradicted),
    Check("scale", "columns that are not scaled", scaling.unscaled),
    Check("state", "a state that is reset though the text goes on", memory.reset),
    Check("order", "examples sorted by their answers", order.sorted_by_answer),
    Check("splits", "the same example in both splits", data.leaked),
)


# With these a network fares worse on data held back without having learnt anything by heart.
EXPLAINS = {steps.TOO_HIGH, data.OUTLIER}


def diagnose(case: Case) -> Diagnosis:
    """Why a run doesn't learn. May take seconds. Raises Cancelled where `report` asks for it.

    What is wrong for certain comes first; with a wrong gradient no other number means anything.
    """
    with np.errstate(all="ignore"):
        return _diagnosed(case)


def _diagnosed(case: Case) -> Diagnosis:
    found: list[Finding] = []
    for check in CHECKS:
        case.doing(f"Checking {check.about}")
        found += case.looked(check.look)
        if found and check.name == "gradient":
            break
    certain = any(one.severity is Severity.ERROR for one in found)
    if not certain:
        tried = _of_learning(case) if case.learns else _kept_from_learning(case)
        if case.learns or not tried:  # else it is too early for what is held back
            named = {one.name for one in (*found, *tried)}
            held = _held_back(case)
            tried += [one for one in held if one.name != generalising.NAME or not named & EXPLAINS]
        jumped = case.looked(jump.jumped)
        is_told = any(one.tried is not None for one in tried)
        found = [*found, *tried, *jumped] if is_told else [*jumped, *found, *tried]
        if not found and (case.learns or case.experiment.stream is not None):
            found = case.looked(controls.look)
    found.sort(key=lambda one: one.name == data.LEAKED_NAME)  # which keeps nothing from learning
    learns = case.course.learns if certain else case.learns
    later = None if found or learns or not case.is_sat_out else case.later
    is_open = not learns and later is None and all(_is_guess(case, one) for one in found)
    if is_open and (not case.is_sat_out or case.later is None):
        found = case.looked(units.few) or found
    return _diagnosis(case, tuple(found), learns, later)


def _is_guess(case: Case, one: Finding) -> bool:
    """Whether only the learning rate is blamed, and with a better one it hardly learns either."""
    if one.name not in (steps.TOO_HIGH, steps.TOO_LOW):
        return False
    return one.tried is None or not one.tried.cured < STUCK * case.course.without


def _kept_from_learning(case: Case) -> list[Finding]:
    """What keeps it from learning; nothing where only noise is left that could be learnt."""
    if noise.is_at_floor(case):
        return []
    found = case.looked(trying.earlier) or trying.tried(case)
    if all(one.name == steps.OPTIMIZER for one in found):  # which may only recover from it
        found = [*case.looked(trying.begun_badly), *found]
    return found


def _held_back(case: Case) -> list[Finding]:
    """Why what is learnt, or could be, doesn't hold for data held back."""
    looked = case.looked
    found = looked(elsewhere.look) or looked(noise.noisy)
    if found:
        return found
    found = looked(generalising.untold)
    if not found and (found := looked(generalising.spoilt)):
        return looked(told.far, True) or found
    found = found or looked(generalising.by_heart)
    if found:
        return (
            looked(trying.coinciding, True)
            or looked(told.far, True)
            or looked(trying.shut)
            or found
        )
    if generalising.is_below_constant(case):
        found = looked(trying.coinciding)
    return found or looked(told.far) or looked(trying.shut)


def _of_learning(case: Case) -> list[Finding]:
    """What is amiss though it learns."""
    begun = case.looked(trying.begun_badly)
    return [*(begun or case.looked(trying.slowed)), *case.looked(rare.look)]


def _diagnosis(
    case: Case, found: tuple[Finding, ...], learns: bool, later: Watched | None
) -> Diagnosis:
    """With what was watched: where causes were tried, what they were tried against."""
    course, trainer = case.course, case.trainer
    updates, last, over = len(course.losses), course.last, last_of(len(course.losses))
    compared = [one.tried.updates for one in found if one.tried is not None]
    if case.watched.updates and not any(count <= updates for count in compared):
        updates, last, over, *_ = later or case.watched
    moves = learns or last < STUCK * course.without
    each = 0 if case.experiment.stream is not None else trainer.updates_per_epoch
    return Diagnosis(
        found, updates, course.first, last, course.known, learns, moves, case.planned, each,
        generalising.held_back(case), later, over, tuple(case.failed),
        min(updates, max(0, case.view.in_force - case.start)),
    )  # fmt: skip
