"""Whether what is learnt holds for data that is held back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.diagnosis.case import Case
from rnn_tui.diagnosis.causes.naming import named
from rnn_tui.diagnosis.course import FEWEST_HELD, LEARNT, STUCK, is_worse, last_of
from rnn_tui.diagnosis.finding import Cure, Finding, HeldBack, Severity
from rnn_tui.engine.checks import folds, material, splits, telling
from rnn_tui.engine.training.evaluating import Evaluation, evaluate
from rnn_tui.equations.network import Network
from rnn_tui.equations.parameters import Parameters
from rnn_tui.numerals import worded
from rnn_tui.session.runs.records import Observation, Records
from rnn_tui.session.unseen import unseen

NAME = "by-heart"
FEW = 40  # answers
ONE_SIDED = 1.64  # standard errors: one in twenty by chance
SLIGHTLY, MUCH_SURER = 1.0, 2.5  # standard errors: beside other signs, and alone
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


def is_below_constant(case: Case) -> bool:
    """Whether data held back fares worse than by a constant answer, be it by chance."""
    held = held_back(case)
    return held is not None and held.loss > held.constant


def held_right(case: Case) -> Floats | None:
    """Whether each answer held back was right when it was last measured (N,); None without."""
    measured = _measured(case)
    return _fare(case, measured[-1]).right if measured else None


def _measured(case: Case) -> list[Observation]:
    if not case.experiment.test:
        return []
    return [one for one in case.timeline.observations.until(_end(case)) if one.update > case.start]


def newest_measured(case: Case) -> tuple[int, int]:
    """The newest update after which data held back was measured, and its epoch or step."""
    update = _measured(case)[-1].update
    return update, update // case.view.history.updates - 1


def spoilt(case: Case) -> Iterator[Finding]:
    """Data held back that fares clearly worse than it did, or would with what trains better.

    Where it fares better than the training data, labels there are wrong.
    """
    measured, updates = _measured(case), case.view.history.updates
    if not measured or not case.experiment.has_classes:
        return
    best = min(measured, key=lambda one: one.test_loss)
    point, newest = best.update // updates - 1, measured[-1].update // updates - 1
    now = _fare(case, measured[-1])
    if case.spoiling:
        cure_of, course = min(case.spoiling, key=lambda one: one[1].last)
        assert course.held is not None
        why = (
            f"what lowers training loss, “{cure_of.words}”, does harm: after "
            f"{len(course.losses):,} updates that is {worded(course.last, 3)} rather than "
            f"{worded(case.course.last, 3)}, and of those held back {course.held.accuracy:.0%} are "
            f"right rather than {now.accuracy:.0%}"
        )
    elif _lost(case, best, measured[-1]):
        why = (
            f"of those held back {best.test_accuracy:.0%} were right at epoch {point + 1}, and "
            f"{now.accuracy:.0%} are by epoch {newest + 1}"
        )
    else:
        return
    refs = (
        f"past_train_accuracy[{point}]", f"past_test_accuracy[{point}]", _test_loss(best, updates),
        _test_loss(measured[-1], updates),
    )  # fmt: skip
    evidence = case.evidence(*refs)
    trained, held = evidence[0].value, evidence[1].value
    name, cause = NAME, f"Training further overfits: {why}"
    answers = len(case.experiment.train), len(case.experiment.test)
    both = (trained * answers[0] + held * answers[1]) / sum(answers)
    error = float(np.sqrt(both * (1 - both) * (1 / answers[0] + 1 / answers[1])))
    at, stop = f"{case.view.history.unit} {best.update // updates}", _stopped_at(case, best)
    cure = stop.words
    ruled = telling.doubted(case.experiment) if telling.has_rules(case.experiment) else None
    if held - trained > SLIGHTLY * error and (ruled is None or ruled.wrong):
        name, are = "noisy-labels", "are" if held - trained > MUCH_SURER * error else "may be"
        cause = (
            f"Training labels {are} noisy: at {at}, {trained:.0%} of them are answered right, of "
            f"those held back {held:.0%}. {why[0].upper()}{why[1:]}"
        )
        cure += f". Check training labels that are answered otherwise, as {_surest(case, best)}"
    yield Finding(name, cause, Severity.WARNING, evidence, cure, stop.verb)


def _stopped_at(case: Case, at: Observation) -> Cure:
    when = f"{case.view.history.unit} {at.update // case.view.history.updates}"
    words = f"Stop at {when}, where validation loss is lowest: {worded(at.test_loss, 3)}"
    return Cure(words, f"goto {when}")


def best_stop(case: Case) -> Cure | None:
    """To stop where data held back fared best; None where it never fared well, or still does."""
    measured = _measured(case)
    if not measured:
        return None
    best = min(measured, key=lambda one: one.test_loss)
    constant = material.constant_test_loss(case.experiment)
    is_over = best.test_loss < STUCK * constant and WORSE * best.test_loss < measured[-1].test_loss
    return _stopped_at(case, best) if is_over else None


def _at(case: Case, one: Observation) -> tuple[Parameters, Network]:
    """What was in force when data held back was measured."""
    timeline = case.timeline
    return timeline.state(one.update).params, timeline.owner(one.update).trainer.net


def _fare(case: Case, at: Observation) -> Evaluation:
    return evaluate(*_at(case, at), case.experiment.test)


def _lost(case: Case, best: Observation, newest: Observation) -> bool:
    """Whether of what was right held back at its best more is lost than by chance."""
    before, after = _fare(case, best), _fare(case, newest)
    return len(before.losses) >= FEWEST_HELD and is_worse(before, after, True, MUCH_SURER)


def _surest(case: Case, at: Observation) -> str:
    """The training example that is most surely answered otherwise."""
    found = evaluate(*_at(case, at), case.experiment.train)
    return named(case, int(np.argmax(found.losses)))


def untold(case: Case) -> Iterator[Finding]:
    """Training answers that are told no better than by the commonest one, where they are left out.

    How many of those held back are right is no measure of that: labels by lot make one rule or
    another that is right or wrong of many texts at once.
    """
    one, right = case.experiment, held_right(case)
    if right is None or len(right) < FEWEST_HELD or not one.has_classes or one.stream is not None:
        return
    newest, alone = _measured(case)[-1], folds.train_alone(one)
    commonest, answers = folds.commonest_share(alone)
    constant = material.constant_test_loss(one)
    if telling.has_rules(alone) and not telling.tells_nothing(alone):
        return
    others = (1 - commonest) * answers  # of few of these nothing can be told, nor learnt
    if answers < FEW or others < FEW / 2:
        return
    if not _fits(case, newest) or newest.test_loss < LEARNT * constant:
        return
    accuracy = case.left_out_right(alone)
    error = folds.share_error(commonest, answers)
    if accuracy is None or accuracy > commonest + ONE_SIDED * error:
        return
    point = case.watched_point
    cause = (
        f"It overfits: of training examples that are left out it answers {accuracy:.0%} right, the "
        f"commonest answer alone is {commonest:.0%}; of those held back it answers "
        f"{right.mean():.0%}"
    )
    evidence = case.evidence(
        f"train_fold_accuracy[{point}]", f"past_accuracy[{point}]",
        _test_loss(newest, case.view.history.updates), "constant_test_loss",
    )  # fmt: skip
    cure = "Check the labels of the training data: are they those of their texts?"
    yield Finding(NAME, cause, Severity.WARNING, evidence, cure)


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
        f"It overfits: validation loss {held} is worse than a constant answer's {known}, "
        f"while training is at {train}"
    )
    evidence = (*evidence, *case.evidence(_test_loss(best, updates)))
    cure, verb, _, _ = _stopped_at(case, best)
    helps = "more data, fewer units or weight decay"
    if best.test_loss < STUCK * constant:
        cure = f"{cure}. Lower still by {helps}"
    else:  # to stop there helps nobody
        check = "" if case.experiment.stream is not None else "check the answers; "
        cure = f"It never gets below {worded(best.test_loss, 3)}: {check}{helps} may help"
        verb = ""
    yield Finding(NAME, cause, Severity.WARNING, evidence, cure, verb)


def _left_out(case: Case) -> Iterator[Finding]:
    """Answers that are told no better than by the commonest one, where each is left out once."""
    one = case.experiment
    if not one.has_classes or one.stream is not None or case.points < 1:
        return
    accuracy = case.left_out_right()
    if accuracy is None:
        return
    commonest, answers = folds.commonest_share(one)
    case.left_out = accuracy, commonest
    if answers < FEW or accuracy > commonest + folds.share_error(commonest, answers):
        return
    point = case.watched_point
    cause = (
        f"It overfits: of examples that are left out it answers {accuracy:.0%} right, and "
        f"the commonest answer alone is {commonest:.0%}"
    )
    refs = [f"fold_accuracy[{point}]", "commonest_share", f"past_accuracy[{point}]"]
    cure = "Check the answers. More data, fewer units or weight decay may help"
    if not np.isnan(telling.rule_fit(one)):
        refs.append("rule_fit[0]")
        cure = (
            "Check the answers: neither the token at a place nor all tokens together tell them. "
            "More data may help"
            if telling.tells_nothing(one)
            else f"More data, fewer units or weight decay may help: by a simple rule of tokens "
            f"{telling.rule_fit(one):.0%} of the answers can be told"
        )
    evidence = case.evidence(*refs)
    yield Finding(NAME, cause, Severity.WARNING, evidence, cure)


def _end(case: Case) -> int:
    """As far as the run was watched, or as the session has come in it."""
    watched = max(len(case.course.losses), case.watched.updates)
    return max(case.start + watched, case.view.in_force)


def _fits(case: Case, newest: Observation) -> bool:
    """Whether something is learnt of the training data by then."""
    rows = case.timeline.records.rows(newest.update)[case.start :]
    size = max(last_of(len(rows)), case.trainer.updates_per_epoch)
    sums = dict(zip(Records.COLUMNS, np.sum(rows[-size:], axis=0), strict=True))
    return bool(sums["loss"] / sums["outputs"] < STUCK * case.course.without)


def _standard_error(case: Case, newest: Observation) -> float:
    """That of the mean loss of the examples held back; 0 of one alone, as of a stream."""
    found = unseen(*_at(case, newest), case.experiment)
    assert found is not None
    return float(found.losses.std() / np.sqrt(len(found.losses)))


def _test_loss(one: Observation, updates: int) -> str:
    return f"past_test_loss[{one.update // updates - 1}]"
