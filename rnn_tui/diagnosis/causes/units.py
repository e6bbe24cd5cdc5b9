"""Too few units: believed only if more of them learn, and what they learn holds for other data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rnn_tui.diagnosis.case import Case
from rnn_tui.diagnosis.course import Course
from rnn_tui.diagnosis.cures import Extent, drawn_by, most_updates, with_cure
from rnn_tui.diagnosis.finding import Cure, Finding, Severity
from rnn_tui.diagnosis.trying import tried_against_watched
from rnn_tui.engine.checks import folds, twins

NAME = "few-units"
FEW = 8  # units
TIMES = (2, 4, 8)  # as many
DEVIATIONS = 2.0  # standard ones
MANY, AGREE = 0.5, 0.9  # of the answers are to what is read again, and are then the same


def few(case: Case) -> Iterator[Finding]:
    """A network so small that it can't learn the task, where nothing else was found."""
    one, H = case.experiment, case.experiment.model.hidden_size
    model = one.model
    if H > FEW or model.sizes or model.initial is not None or case.course.broke:
        return
    updates = most_updates(case, Extent.LATER)
    sizes = [times * H for times in TIMES]
    if (
        model.init == "given"
    ):  # are it the first weights, and not how many? Drawn anew, as a control
        sizes.insert(0, H)
    for count in sizes:
        cure = with_units(case, count, *_longer(case, updates))
        case.expect(updates)
        course = with_cure(case, cure, Extent.LATER)
        if course is not None and course.learns and _holds(case, course):
            if count == H:
                return
            yield _finding(case, cure, course)
            return


def with_units(case: Case, count: int, *put: str) -> Cure:
    """So many units, with first weights that are drawn, and what else is `put` in."""
    one, model = case.experiment, case.experiment.model
    larger = drawn_by(model, "xavier" if model.init == "given" else model.init)
    instead = replace(one, model=replace(larger, hidden_size=count))
    drawn = ["model.init=xavier"] * (larger.init != model.init)
    reopening = case.opened_with(f"model.hidden_size={count}", *drawn, *put)
    return Cure(f"Use {count} units", "", instead, reopening)


def _longer(case: Case, updates: int) -> list[str]:
    """The overrides with which so many updates are planned, where fewer are."""
    if updates <= case.planned:
        return []
    if case.experiment.stream is not None:
        return [f"training.steps={updates}"]
    return [f"training.epochs={-(-updates // case.trainer.updates_per_epoch)}"]


def _finding(case: Case, cure: Cure, course: Course) -> Finding:
    H, later = case.experiment.model.hidden_size, case.later_course
    later = later if later.updates else case.watched
    cause = f"{H} {'units are' if H > 1 else 'unit is'} too few: with more of them it learns"
    evidence = case.evidence(f"past_loss[{case.point}]", "constant_loss")
    tried = tried_against_watched(later, course)
    return Finding(
        NAME, cause, Severity.ERROR, evidence, cure.words, tried=tried,
        reopening=cure.reopening,
    )  # fmt: skip


def _holds(case: Case, course: Course) -> bool:
    """Whether what more units learn holds for examples that they weren't trained on."""
    instead = course.trainer.experiment
    held = case.held_after(course.after, instead)
    if held is not None:
        return held.loss < held.constant
    if not instead.has_classes or instead.stream is not None:
        return True
    again = twins.twins(instead)
    if again.answers >= MANY * len(instead.train):  # such answers are drawn by lot, or they aren't
        return again.fit >= AGREE
    accuracy = folds.fold_accuracy(instead, len(course.losses))
    commonest, answers = folds.commonest_share(instead)
    return accuracy > commonest + DEVIATIONS * folds.share_error(commonest, answers)
