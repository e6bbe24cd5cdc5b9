"""Suspicions tried: the same updates once more, one thing changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from rnn_tui.diagnosis import memory, steps, weights
from rnn_tui.diagnosis.case import Case
from rnn_tui.diagnosis.course import Course
from rnn_tui.diagnosis.finding import Finding, Severity, Suspicion, Tried

HELPS = 0.08  # of the loss without learning, where it is stuck
HELPS_MUCH = 0.25  # where it learns, though not well
AS_GOOD = 0.15  # of the loss without learning: cures so much apart help alike
WORSE = 0.97


class Doubt(NamedTuple):
    """Something that is only suspected: what it is in a few words, and what suspects it."""

    name: str
    about: str
    look: Callable[[Case], Iterator[Suspicion]]


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


def tried(case: Case) -> list[Finding]:
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


def begun_badly(case: Case) -> Iterator[Finding]:
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
