"""All that is looked for, in its order, and how suspicions are tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rnn_tui.diagnosis import data, generalising, gradient, jump, memory, steps, weights
from rnn_tui.diagnosis.case import Case
from rnn_tui.diagnosis.course import STUCK, Course
from rnn_tui.diagnosis.finding import Diagnosis, Finding, Severity, Suspicion, Tried

HELPS = 0.08  # of the loss without learning, where it is stuck
HELPS_MUCH = 0.25  # where it learns, though not well
AS_GOOD = 0.15  # of the loss without learning: cures so much apart help alike
WORSE = 0.97


class Check(NamedTuple):
    """Something that is looked for: what it is in a few words, and what looks for it."""

    name: str
    about: str
    look: Callable[[Case], Iterator[Finding]]


class Doubt(NamedTuple):
    """The same of what is only suspected."""

    name: str
    about: str
    look: Callable[[Case], Iterator[Suspicion]]


CHECKS: tuple[Check, ...] = (
    Check("gradient", "backpropagation against central differences", gradient.look),
    Check("numbers", "inputs and targets that are no numbers", data.no_numbers),
    Check("classes", "answers that are all alike", data.one_class),
    Check("labels", "labels shifted by one", data.shifted_labels),
    Check("scale", "columns that are not scaled", data.unscaled),
    Check("state", "a state that is reset though the text goes on", memory.reset),
    Check("splits", "the same example in both splits", data.leaked),
)
DOUBTS: tuple[Doubt, ...] = (
    Doubt("frozen", "parameters without gradient", steps.frozen),
    Doubt("decay", "weight decay", steps.weight_decay),
    Doubt("fading", "a learning rate that decays too fast", steps.fading_rate),
    Doubt("clipping", "the share of clipped updates", steps.clipped),
    Doubt("tiny", "first weights close to 0", weights.tiny),
    Doubt("large", "saturated units, the first loss against ln V", weights.large),
    Doubt("dead", "dead units", weights.dead),
    Doubt("recurrence", "gradients that vanish or explode", weights.recurrence),
    Doubt("truncation", "gradients cut after a few timesteps", memory.truncated),
    Doubt("rate", "update:data ratio, learning rate swept over a batch", steps.rate),
)


def diagnose(case: Case) -> Diagnosis:
    """Why a run doesn't learn. May take seconds. Raises Cancelled where `report` asks for it.

    What is wrong for certain comes first; with a wrong gradient no other number means anything.
    """
    with np.errstate(all="ignore"):
        return _diagnosed(case)


def _diagnosed(case: Case) -> Diagnosis:
    found: list[Finding] = []
    for check in CHECKS:
        case.tell(0)
        found += check.look(case)
        if found and check.name == "gradient":
            break
    certain = any(one.severity is Severity.ERROR for one in found)
    if not certain and not case.learns:
        found += _tried(case)
    elif not certain:
        if weights.is_sure(case, case.course.first):
            found += _begun_badly(case)
        found += generalising.by_heart(case)
    if not certain:
        found = [*jump.jumped(case), *found]
    found.sort(key=lambda one: one.name == data.LEAKED_NAME)  # which keeps nothing from learning
    return _diagnosis(case, tuple(found), case.course.learns if certain else case.learns)


def _diagnosis(case: Case, found: tuple[Finding, ...], learns: bool) -> Diagnosis:
    """With what was watched: where causes were tried, what they were tried against."""
    course, trainer = case.course, case.trainer
    updates, last = len(course.losses), course.last
    if not found and case.watched.updates:
        updates, last = case.watched
    moves = learns or last < STUCK * course.without
    each = 0 if case.experiment.stream is not None else trainer.updates_per_epoch
    planned = trainer.settings.updates(trainer.updates_per_epoch)
    return Diagnosis(
        found, updates, course.first, last, course.known, learns, moves, planned, each,
        generalising.held_back(case),
    )  # fmt: skip


def _tried(case: Case) -> list[Finding]:
    """Suspicions whose cure helps, the likeliest first; if none does, those that speak alone."""
    suspicions = [one for doubt in DOUBTS for one in doubt.look(case)]
    case.expect(sum(case.updates * max(1, len(one.verbs)) for one in suspicions))
    proved: list[tuple[Suspicion, str, Course]] = []
    for one in suspicions:
        best = _best(case, one)
        if best is not None and _helps(case.course, best[1]):
            proved.append((one, *best))
    if not proved:
        if not case.course.is_stuck:
            return []
        rises = not case.course.last <= case.course.first  # then it isn't for want of a gradient
        left = [one for one in suspicions if one.speaks]
        left.sort(key=lambda one: (rises and one.name != steps.TOO_HIGH, one.rank))
        return [_finding(case, one, next(iter(one.verbs), ""), None) for one in left[:1]]
    least = min(course.last for _, _, course in proved)
    near = least + AS_GOOD * case.course.without
    proved.sort(
        key=lambda one: (not one[2].learns and one[2].last > near, one[0].rank, one[2].last)
    )
    return [
        _finding(case, one, verb, course)
        for one, verb, course in proved
        if one.name != steps.TOO_LOW or not _is_explained(proved)
    ]


def _is_explained(proved: list[tuple[Suspicion, str, Course]]) -> bool:
    """Whether steps are too short for another reason than the learning rate.

    That they are clipped, or that with another cure the network learns at the rate in force.
    """
    first, _, course = proved[0]
    clips = any(one.name == steps.CLIPPING for one, _, _ in proved)
    return clips or (first.name != steps.TOO_LOW and course.learns)


def _begun_badly(case: Case) -> Iterator[Finding]:
    """What makes the first answers far too sure, though the network learns even so.

    Large weights have done no harm where nothing is left to learn; a recurrence that lets
    gradients grow may do some yet.
    """
    large = () if case.course.is_solved else (weights.large,)
    for doubt in (*large, weights.recurrence):
        for one in doubt(case):
            firsts = ((verb, case.first_after(verb)) for verb in one.verbs)
            verb = next((verb for verb, first in firsts if not weights.is_sure(case, first)), None)
            if verb is not None:
                yield replace(_finding(case, one, verb, None), severity=Severity.WARNING)
                return


def _best(case: Case, one: Suspicion) -> tuple[str, Course] | None:
    """The cure that helps most, up to the first with which the network learns."""
    if one.instead is not None:
        return "", case.tried_on(one.instead)
    tried = []
    for verb in one.verbs:
        course = case.tried(verb)
        if course is not None:
            tried.append((verb, course))
            if course.learns:
                break
    return min(tried, key=lambda pair: pair[1].last, default=None)


def _helps(course: Course, cured: Course) -> bool:
    if not course.is_stuck:
        return course.gain(cured) > HELPS_MUCH
    return course.gain(cured) > HELPS and cured.last < WORSE * course.without


def _finding(case: Case, one: Suspicion, verb: str, cured: Course | None) -> Finding:
    tried = None
    if cured is not None:
        tried = Tried(len(cured.losses), case.course.last, cured.last)
    severity = Severity.POSSIBLE if cured is None else Severity.ERROR
    cure = one.cure
    if verb.startswith("set training.learning_rate"):
        value = verb.rpartition(" ")[2]
        cure = f"{cure.partition(' to ')[0]} to {value}"
    evidence = case.evidence(*one.refs)
    return Finding(one.name, one.cause, severity, evidence, cure, verb, tried, one.reopening)
