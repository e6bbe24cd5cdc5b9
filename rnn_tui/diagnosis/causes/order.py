"""Examples in the order of their answers: each is unlearnt while the next ones are learnt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rnn_tui.diagnosis.case import Case
from rnn_tui.diagnosis.course import LEARNT, STUCK, Course
from rnn_tui.diagnosis.cures import Extent, with_cure
from rnn_tui.diagnosis.finding import Cure, Finding, Severity, Tried
from rnn_tui.diagnosis.trying import FAR_LOWER, SLOW
from rnn_tui.engine.checks.twins import neighbours
from rnn_tui.engine.training.evaluating import evaluate

SORTED, FEWEST_BATCHES = 0.7, 2  # of the way from chance to sorted; updates of an epoch
MUCH = 0.25  # of the loss without learning: so much has shuffling to take away


def sorted_by_answer(case: Case) -> Iterator[Finding]:
    """Batches of one answer, each easily learnt, and of all of them together hardly any."""
    cure, course = _cure(case), case.course
    if cure is None or cure.instead is None or course.broke:
        return
    loss = _of_all(case, course)
    if not loss > SLOW * course.without:
        return
    case.expect(case.updates)
    shuffled = with_cure(case, cure, Extent.WHOLE)
    assert shuffled is not None, "it is opened anew, and no setting is refused"
    cured = _of_all(case, shuffled)
    learns = loss < LEARNT * course.without  # all the same, in the end
    much = SLOW if learns and cured < FAR_LOWER * loss else MUCH
    helps = loss - cured > much * course.without
    # Batches that are learnt while all examples fare badly are forgotten, whatever else is amiss.
    if shuffled.broke or not (helps and (course.learns or cured < STUCK * course.without)):
        return
    point = case.point
    cause = (
        "Examples are sorted by their answers, and not shuffled: each batch is learnt, and "
        "forgotten over the next ones"
    )
    evidence = case.evidence("neighbour_fit", f"past_loss[{point}]", f"past_train_loss[{point}]")
    tried = Tried(len(course.losses), loss, cured, "all examples")
    severity = Severity.WARNING if learns else Severity.ERROR
    yield Finding(
        "sorted", cause, severity, evidence, cure.words, tried=tried,
        reopening=cure.reopening,
    )  # fmt: skip


def _cure(case: Case) -> Cure | None:
    """To shuffle; None where they are shuffled, or not sorted."""
    one, found = case.experiment, neighbours(case.experiment)
    if one.training.shuffle or one.stream or case.trainer.updates_per_epoch < FEWEST_BATCHES:
        return None
    if not found.same - found.chance > SORTED * (1 - found.chance):
        return None
    shuffled = replace(one, training=replace(one.training, shuffle=True))
    reopening = case.opened_with("training.shuffle=true")
    return Cure("Shuffle them in every epoch", instead=shuffled, reopening=reopening)


def _of_all(case: Case, course: Course) -> float:
    """The mean loss of all training examples after a course, not of each before its own update."""
    return evaluate(course.after.params, case.trainer.net, case.experiment.train).loss
