"""One rare class, or token, that stays unlearnt while all else is learnt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Bools
from rnn_tui.characters import visible
from rnn_tui.diagnosis.case import Case
from rnn_tui.diagnosis.causes import steps
from rnn_tui.diagnosis.course import LEARNT
from rnn_tui.diagnosis.cures import Extent, with_cure
from rnn_tui.diagnosis.finding import Cure, Finding, Severity, Tried
from rnn_tui.engine.checks.classes import ByClass, by_class
from rnn_tui.engine.training.training import TrainingState
from rnn_tui.numerals import worded

RARE, OFTEN = 0.1, 20  # of all answers at the most, and as often as that has it been trained on
UNLEARNT = 0.65  # of the loss that a constant answer has for it
MOSTLY = 0.2  # of the loss without learning is left: most is learnt
FLAT = 0.05  # of the loss: it falls by less over the last quarter of the updates
CURED, HARMS = 0.4, 1.1  # times its loss, and times the loss of all


class _Cured(NamedTuple):
    """A class that a cure teaches, its loss without and with it."""

    label: int
    cure: Cure
    loss: float
    cured: float


def look(case: Case) -> Iterator[Finding]:
    """A class that is never given though the loss falls no more, if something teaches it."""
    if not case.experiment.has_classes or case.points < 1 or not _is_flat(case):
        return
    fare = _fare(case, case.course.after)
    left = _left(case, fare)
    found = _cured(case, fare, left) if left.any() else None
    if found is None:
        return
    in_the_end = _fare(case, case.gone_on())
    if _left(case, in_the_end)[found.label]:  # and not learnt late, within its plan
        yield _finding(case, found)


def _is_flat(case: Case) -> bool:
    """Whether the loss falls no more, or hardly could."""
    if case.course.last < MOSTLY * case.course.without:
        return True
    losses = case.course.losses
    before, last = (float(np.mean(part)) for part in np.array_split(losses, 4)[2:])
    return last > (1 - FLAT) * before


def _fare(case: Case, state: TrainingState) -> ByClass:
    return by_class(state.params, case.trainer.net, case.experiment)


def _left(case: Case, fare: ByClass) -> Bools:
    """Which classes are never given, though trained on often and though all others are learnt."""
    shares = fare.counts / fare.counts.sum()
    passes = len(case.course.losses) / case.trainer.updates_per_epoch
    with np.errstate(all="ignore"):
        unlearnt = fare.losses > UNLEARNT * -np.log(shares)
    rare = (shares <= RARE) & (fare.counts * passes >= OFTEN)
    rest = [fare.rest(label) < LEARNT * case.course.without for label in range(len(shares))]
    left: Bools = rare & unlearnt & (fare.right == 0) & np.array(rest)
    return left


def _cured(case: Case, fare: ByClass, left: Bools) -> _Cured | None:
    """The first cure that teaches one of them, and does no harm."""
    for cure in (*steps.raised(case), *steps.adam(case)):
        case.expect(case.updates)
        course = with_cure(case, cure, Extent.WHOLE)
        if course is None or not course.last <= HARMS * case.course.last:
            continue
        cured = _fare(case, course.after).losses
        ratios = np.where(left, cured / fare.losses, np.inf)
        label = int(np.argmin(ratios))
        if ratios[label] < CURED:
            return _Cured(label, cure, float(fare.losses[label]), float(cured[label]))
    return None


def _finding(case: Case, found: _Cured) -> Finding:
    label, point, cure = found.label, case.last_point, found.cure
    name = visible(case.experiment.labels[label])
    evidence = case.evidence(
        f"past_class_loss[{point},{label}]", f"class_share[{label}]", f"past_loss[{point}]"
    )
    what = "token" if case.experiment.stream is not None else "class"
    cause = (
        f"The rare {what} “{name}”, {worded(evidence[1].value, 2)} of all answers, stays "
        "unlearnt, though all others are learnt"
    )
    tried = Tried(len(case.course.losses), found.loss, found.cured, f"“{name}”")
    return Finding(
        "rare-class", cause, Severity.WARNING, evidence, cure.words, cure.verb, tried,
        cure.reopening,
    )  # fmt: skip
