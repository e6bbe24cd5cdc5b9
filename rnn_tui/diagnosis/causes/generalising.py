"""Whether what is learnt holds for data that is held back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnn_tui.diagnosis.case import Case
from rnn_tui.diagnosis.course import LAST, LEARNT, STUCK
from rnn_tui.diagnosis.finding import Finding, HeldBack, Severity
from rnn_tui.engine.checks import folds, material, splits
from rnn_tui.numerals import worded
from rnn_tui.session.runs.records import Observation, Records
from rnn_tui.session.unseen import unseen

FEW = 40  # answers
WORSE, SURE = 1.1, 2.0  # times the loss of a constant answer; standard errors above it


def held_back(case: Case) -> HeldBack | None:
    """How the data held back fared last; None where there is none, or it wasn't measured."""
    measured = _measured(case)
    if not measured:
        return None
    one, again = case.experiment, len(splits.seen(case.experiment))
    constant = material.constant_test_loss(one)
    left_out = case.left_out or (None, None)
    return HeldBack(measured[-1].test_loss, constant, len(one.test), again, *left_out)


def fails(case: Case) -> tuple[str, ...]:
    """The addresses of the loss on data held back and of a constant answer's there.

    None where there is no such data, or what is learnt holds for it.
    """
    held, measured = held_back(case), _measured(case)
    if held is None or not held.loss > LEARNT * held.constant:
        return ()
    return _test_loss(measured[-1], case.view.history.updates), "constant_test_loss"


def _measured(case: Case) -> list[Observation]:
    if not case.experiment.test:
        return []
    return [one for one in case.timeline.observations.until(_end(case)) if one.update > case.start]


def by_heart(case: Case) -> Iterator[Finding]:
    """Training data learnt so that nothing of it helps with what is held back."""
    updates, measured = case.view.history.updates, _measured(case)
    if not measured:
        return
    newest, best = measured[-1], min(measured, key=lambda one: one.test_loss)
    constant = material.constant_test_loss(case.experiment)
    if not newest.test_loss > WORSE * constant or not _fits(case, newest):
        return
    if newest.test_loss - SURE * _standard_error(case, newest) < constant:
        yield from _left_out(case)  # a few examples that happen to be hard say nothing
        return
    trained = f"past_loss[{newest.update // updates - 1}]"
    refs = (_test_loss(newest, updates), "constant_test_loss", trained)
    evidence = case.evidence(*refs)
    held, known, train = (worded(one.value, 3) for one in evidence)
    cause = (
        f"It learns by heart: validation loss {held} is worse than a constant answer's {known}, "
        f"while training is at {train}"
    )
    evidence = (*evidence, *case.evidence(_test_loss(best, updates)))
    at = f"{case.view.history.unit} {best.update // updates}"
    cure, verb = (
        f"Stop at {at}, where validation loss is lowest: {worded(best.test_loss, 3)}",
        f"goto {at}",
    )
    helps = "more data, fewer units or weight decay"
    if best.test_loss < STUCK * constant:
        cure = f"{cure}. Lower still by {helps}"
    else:  # to stop there helps nobody
        cure = (
            f"It never gets below {worded(best.test_loss, 3)}: check the answers; {helps} may help"
        )
        verb = ""
    yield Finding("by-heart", cause, Severity.WARNING, evidence, cure, verb)


def _left_out(case: Case) -> Iterator[Finding]:
    """Answers that are told no better than by the commonest one, where each is left out once."""
    one, updates = case.experiment, len(case.course.losses)
    if not one.has_classes or one.stream is not None or case.points < 1:
        return
    for fold in range(folds.FOLDS):
        case.doing(f"Training without a part of the examples: {fold + 1} of {folds.FOLDS}")
        folds.fold_right(one, updates, fold)
    accuracy = folds.fold_accuracy(one, updates)
    commonest, answers = folds.commonest_share(one)
    case.left_out = accuracy, commonest
    spread = float(np.sqrt(commonest * (1 - commonest) / answers))
    if answers < FEW or accuracy > commonest + spread:
        return
    point = case.point
    cause = (
        f"It learns by heart: of examples that are left out it answers {accuracy:.0%} right, and "
        f"the commonest answer alone is {commonest:.0%}"
    )
    cure = "Check the answers: nothing in the examples tells them. More data may help"
    evidence = case.evidence(
        f"fold_accuracy[{point}]", "commonest_share", f"past_accuracy[{point}]"
    )
    yield Finding("by-heart", cause, Severity.WARNING, evidence, cure)


def _end(case: Case) -> int:
    """As far as the run was watched, or as the session has come in it."""
    watched = max(len(case.course.losses), case.watched.updates)
    return max(case.start + watched, case.view.in_force)


def _fits(case: Case, newest: Observation) -> bool:
    """Whether something is learnt of the training data by then."""
    rows = case.timeline.records.rows(newest.update)[case.start :]
    size = max(1, round(LAST * len(rows)), case.trainer.updates_per_epoch)
    sums = dict(zip(Records.COLUMNS, np.sum(rows[-size:], axis=0), strict=True))
    return bool(sums["loss"] / sums["outputs"] < STUCK * case.course.without)


def _standard_error(case: Case, newest: Observation) -> float:
    """That of the mean loss of the examples held back; 0 of one alone, as of a stream."""
    state, trainer = case.timeline.state(newest.update), case.timeline.owner(newest.update).trainer
    found = unseen(state.params, trainer.net, case.experiment)
    assert found is not None
    return float(found.losses.std() / np.sqrt(len(found.losses)))


def _test_loss(one: Observation, updates: int) -> str:
    return f"past_test_loss[{one.update // updates - 1}]"
