"""Suspicions tried: the same updates once more, one thing changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from rnn_tui.diagnosis.case import Case
from rnn_tui.diagnosis.causes import changed, gates, generalising, memory, scaling, steps, weights
from rnn_tui.diagnosis.course import LEARNT, Course, last_of
from rnn_tui.diagnosis.cures import ENOUGH, Extent, first_after, with_cure
from rnn_tui.diagnosis.finding import NO_CURE, Cure, Finding, Severity, Suspicion, Tried, Watched

HELPS = 0.08  # of the loss without learning, where it is stuck
HELPS_MUCH = 0.25  # where it learns, though not well
SLOW = 0.1  # of it: what is left, and what a cure has to be better by, where it learns slowly
FAR_LOWER = 0.5  # times the loss
ALIKE = 0.1  # of it: cures of one cause so much apart help alike, and the first one is taken
AS_GOOD = 0.15  # of the loss without learning: cures so much apart help alike
WORSE = 0.97
WARNING = Severity.WARNING


# What is only suspected, and believed where its cure helps.
DOUBTS: tuple[Callable[[Case], Iterator[Suspicion]], ...] = (
    changed.look,
    scaling.coinciding,
    steps.frozen,
    steps.weight_decay,
    steps.fading_rate,
    steps.clipped,
    weights.tiny,
    gates.shut,
    weights.large,
    scaling.saturating,
    weights.dead,
    weights.recurrence,
    memory.truncated,
    steps.momentum,
    steps.rate,
)


class Proof(NamedTuple):
    """A suspicion with the cure of its that helped most, and how that went."""

    of: Suspicion
    cure: Cure
    course: Course


def tried(case: Case) -> list[Finding]:
    """Suspicions whose cure helps, the likeliest first; if none does, those that speak alone."""
    suspicions = [one for look in DOUBTS for one in case.looked(look)]
    case.expect(sum(case.updates * len(one.cures) for one in suspicions))
    best = [found for one in suspicions if (found := _best(case, one)) is not None]
    proved = [one for one in best if _helps(case.course, one.course)]
    if not proved:
        if not case.course.is_stuck:
            return []
        # Then it isn't for want of a gradient, nor for first answers that no update has made.
        rises = not case.course.last <= case.course.first and not weights.is_sure(
            case, case.course.first
        )
        left = [one for one in suspicions if one.speaks]
        left.sort(key=lambda one: (rises and one.name != steps.TOO_HIGH, one.rank))
        return _unproved(case, left[0] if left else None)
    least = min(one.course.last for one in proved)
    near = least + AS_GOOD * case.course.without
    proved.sort(
        key=lambda one: (
            one.of.rank != changed.FIRST and not one.course.learns and one.course.last > near,
            one.of.rank, one.course.last,
        )
    )  # fmt: skip
    return [
        _finding(case, one.of, one.cure, one.course)
        for one in _apart(proved)
        if one.of.name != steps.TOO_LOW or not _is_explained(proved)
    ]


def earlier(case: Case) -> Iterator[Finding]:
    """A change further back than where the run begins, and how the run goes on from before it."""
    for found, course in changed.earlier(case):
        yield replace(found, tried=tried_against(case.course, course))


def _unproved(case: Case, likeliest: Suspicion | None) -> list[Finding]:
    """What speaks for itself, tried as far as the plan goes; or else another optimizer."""
    if likeliest is not None:
        case.expect(case.watched.updates * len(likeliest.cures))
        late = _best(case, likeliest, Extent.PATIENT)
        if late is not None and late.course.learns:
            tried = tried_against_watched(case.watched, late.course)
            return [replace(_finding(case, likeliest, late.cure, late.course), tried=tried)]
    for one in steps.other_optimizer(case):
        case.expect(case.updates)
        proof = _best(case, one)
        if proof is not None and proof.course.learns and not steps.is_planned_short(case):
            return [_finding(case, one, proof.cure, proof.course)]
    return [] if likeliest is None else [_uncured(case, likeliest)]


def _uncured(case: Case, one: Suspicion) -> Finding:
    """What speaks for itself, though none of its cures helps."""
    spoiling = {cure.words for cure, _ in case.spoiling}
    failed = tuple(
        f"{cure.words}{', which spoils data held back' * (cure.words in spoiling)}"
        for cure in one.cures
    )
    nothing = Cure(NO_CURE if failed else "No cure is known")
    return replace(_finding(case, one, nothing, None), failed=failed)


def tried_against(course: Course, cured: Course) -> Tried:
    """What came of a cure, beside the run without it."""
    updates = len(course.losses)
    before, after = course.held, cured.held
    held = right = None
    if after is not None:
        held = None if before is None else before.loss, after.loss
        if cured.trainer.experiment.has_classes:
            right = None if before is None else before.accuracy, after.accuracy
    return Tried(
        len(cured.losses), course.last, cured.last, against=updates, over=last_of(updates),
        held=held, right=right,
    )  # fmt: skip


def tried_against_watched(watched: Watched, cured: Course) -> Tried:
    """The same, beside all updates of the run that were watched."""
    return Tried(
        len(cured.losses), watched.last, cured.last, against=watched.updates, over=watched.over
    )


def _apart(proved: list[Proof]) -> Iterator[Proof]:
    """Without those that are cured just as one before them: what comes of a cause is none."""
    known = set[str]()
    for one in proved:
        if not known & {one.cure.verb, one.of.name}:
            yield one
        known |= {one.cure.verb, one.of.name} - {""}


def _is_explained(proved: list[Proof]) -> bool:
    """Whether steps are too short for another reason than the learning rate.

    That they are clipped, or that with another cure the network learns at the rate in force.
    """
    first = proved[0]
    clips = any(one.of.name == steps.CLIPPING for one in proved)
    return clips or (first.of.name != steps.TOO_LOW and first.course.learns)


def begun_badly(case: Case) -> Iterator[Finding]:
    """A recurrence that makes the first answers far too sure, and gradients grow, where it learns.

    It may do harm yet. Large weights that did none are no cause, those that slow it are found
    by `slowed`.
    """
    if not weights.is_sure(case, case.course.first):
        return
    for one in weights.recurrence(case):
        firsts = ((cure, first_after(case, cure.verb)) for cure in one.cures)
        cure = next((cure for cure, first in firsts if not weights.is_sure(case, first)), None)
        if cure is not None:
            seen = replace(one, refs=(*one.refs, "past_loss[0]", "chance_loss"))
            yield replace(_finding(case, seen, cure, None), severity=WARNING)


def coinciding(case: Case, for_certain: bool = False) -> Iterator[Finding]:
    """Tokens with the same vector that tell the answer, where only by heart is anything learnt.

    Where that is not certain, only if data held back fares far better with vectors of their own.
    """
    for one in scaling.coinciding(case):
        helped = _helps_held(case, one)
        if helped or for_certain:
            yield helped or replace(_finding(case, one, one.cures[0], None), severity=WARNING)


def shut(case: Case) -> Iterator[Finding]:
    """A gate that keeps nothing, where what is learnt doesn't hold for data held back."""
    if generalising.fails(case):
        found = (_helps_held(case, one) for one in gates.shut(case))
        yield from (one for one in found if one is not None)


def _helps_held(case: Case, one: Suspicion) -> Finding | None:
    """A suspicion with the first of its cures by which data held back fares far better."""
    before = case.held_after(case.course.after)
    for cure in one.cures:
        case.expect(case.updates)
        course = with_cure(case, cure, Extent.WHOLE)
        after = course and case.held_after(course.after, course.trainer.experiment)
        if after and before and after.loss < min(after.constant, FAR_LOWER * before.loss):
            return replace(_finding(case, one, cure, course), severity=WARNING)
    return None


def slowed(case: Case) -> Iterator[Finding]:
    """Units saturated from the beginning, or steps that overshoot, where it learns, but slowly."""
    course = case.course
    if course.last < SLOW * course.without or course.broke:
        return
    doubts = (*weights.large(case), *scaling.saturating(case)) or (*steps.overshooting(case),)
    for one in doubts:
        case.expect(case.updates * len(one.cures))
        proof = _best(case, one)
        if (
            proof is not None
            and course.gain(proof.course) > SLOW
            and (proof.course.last < FAR_LOWER * course.last)
        ):
            yield replace(_finding(case, one, proof.cure, proof.course), severity=WARNING)


def _best(case: Case, one: Suspicion, extent: Extent = Extent.ENOUGH) -> Proof | None:
    """The first of the cures that help most, up to one with which most is learnt."""
    enough = (LEARNT if extent is Extent.PATIENT else ENOUGH) * case.course.without
    tried = list[Proof]()
    for cure in one.cures:
        course = with_cure(case, cure, extent)
        if course is None:
            continue
        if case.course.spoils(course):  # what harms the data held back is no cure
            if _helps(case.course, course):
                case.spoiling.append((cure, course))
            continue
        tried.append(Proof(one, cure, course))
        if course.last < enough:
            break
    near = min((proof.course.last for proof in tried), default=0.0) + ALIKE * case.course.without
    return next((proof for proof in tried if proof.course.last <= near), None)


def _helps(course: Course, cured: Course) -> bool:
    if not course.is_stuck:
        return course.gain(cured) > HELPS_MUCH
    return course.gain(cured) > HELPS and cured.last < WORSE * course.without


def _finding(case: Case, one: Suspicion, cure: Cure, cured: Course | None) -> Finding:
    tried = None
    if cured is not None:
        tried = tried_against(case.course, cured)
    severity = Severity.POSSIBLE if cured is None else Severity.ERROR
    evidence = case.evidence(*one.refs)
    return Finding(
        one.name, one.cause, severity, evidence, cure.words, cure.verb, tried, cure.reopening
    )
