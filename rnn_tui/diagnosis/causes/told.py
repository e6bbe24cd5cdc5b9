"""What in a text tells its answer, where the network doesn't find it: rows, noise, far tokens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from rnn_tui.diagnosis.case import Case
from rnn_tui.diagnosis.causes import gates, steps
from rnn_tui.diagnosis.causes.generalising import held_right
from rnn_tui.diagnosis.course import LEARNT, SURE, Course
from rnn_tui.diagnosis.cures import Extent, drawn_by, with_cure
from rnn_tui.diagnosis.finding import NO_CURE, Cure, Finding, Severity
from rnn_tui.diagnosis.trying import tried_against
from rnn_tui.engine.checks import telling
from rnn_tui.engine.checks.material import OFFSETS

TELLS, BETTER = 0.9, 0.3  # how often something tells an answer, and by how much more
FEWEST = 24  # examples
FAR = 10  # timesteps
FORGET = 3.0  # the bias with which a gate keeps what is remembered
ADAM_GATED = 0.01  # its learning rate for gates
ELSE = Cure(f"{NO_CURE}. Shorten the texts, or say what tells the answer nearer to it")


def shifted_rows(case: Case) -> Iterator[Finding]:
    """Answers that the example before or after tells, not their own."""
    one = case.experiment
    if not telling.has_rules(one) or len(one.train) < FEWEST:
        return
    fits = {offset: telling.rule_fit(one, offset) for offset in OFFSETS}
    best = max((-1, 1), key=lambda offset: fits[offset])
    if not (fits[best] >= TELLS and fits[best] - fits[0] >= BETTER):
        return
    after = best > 0
    cause = (
        f"Labels are shifted by one row: what an example reads predicts {fits[best]:.0%} of the "
        f"labels of the example {'after' if after else 'before'} it, and {fits[0]:.0%} of its own"
    )
    cure = f"Move the labels one row {'up' if after else 'down'} in the data, against their texts"
    evidence = case.evidence(f"rule_fit[{best}]", "rule_fit[0]")
    yield Finding("shifted-rows", cause, Severity.ERROR, evidence, cure, see="show tokens")


def telling_place(case: Case) -> int | None:
    """The nearest place to the answer whose token tells it, in training and held back."""
    one = case.experiment
    if not telling.has_rules(one) or len(one.train) < FEWEST:
        return None
    told = telling.told_by_place(one)
    fitting = [place for place, share in told.items() if share >= TELLS]
    if one.test:
        fitting = [at for at in fitting if telling.held_told_by_place(one, at) >= TELLS]
    return min(fitting, key=lambda place: telling.steps_back(one, place), default=None)


def far(case: Case, for_certain: bool = False) -> Iterator[Finding]:
    """A token far back that tells the answer, and that the network doesn't remember.

    `for_certain` where it is known that nothing is learnt that holds for data held back.
    """
    place, one = telling_place(case), case.experiment
    if place is None or telling.steps_back(one, place) < FAR:
        return
    if case.learns and not for_certain and not _is_missed(case, place):
        return
    if not case.learns and case.is_sat_out and case.later is not None and case.later.holds:
        return  # it only takes longer than is planned
    back = telling.steps_back(one, place)
    where = f"{back:.0f} timesteps back" if back % 1 == 0 else f"about {back:.0f} timesteps back"
    share = telling.told_by_place(one)[place]
    test = f", {telling.held_told_by_place(one, place):.0%} held back" if one.test else ""
    which = "first token" if place == 0 else f"token at place {place}"
    cause = (
        f"A token far back predicts the answer, but is not remembered: the {which}, {where}, "
        f"predicts {share:.0%} of the training answers{test}"
    )
    refs = (f"told_at[{place}]", *((f"test_told_at[{place}]",) if one.test else ()))
    shut = next(gates.shut(case, place), None)
    cures = [*(shut.cures if shut else gates.opened(case, round(back))), *_remembering(case)]
    cure, course, failed = _first_that_helps(case, cures)
    name, tried = "far-token", None if course is None else tried_against(case.course, course)
    if shut is not None and cure in shut.cures:
        name, cause, refs = shut.name, f"{shut.cause}. {cause}", (*shut.refs, *refs)
    yield Finding(
        name, cause, Severity.WARNING, case.evidence(*refs, *_fare(case)), cure.words,
        cure.verb, tried, cure.reopening, failed=failed,
    )  # fmt: skip


def _is_missed(case: Case, place: int) -> bool:
    """Whether of the answers held back the network knows clearly less than the token tells.

    The same answers are compared, as McNemar does: only where one of both is wrong counts.
    """
    right = held_right(case)
    if right is None:
        return False
    told = telling.held_credit_by_place(case.experiment, place)
    lost = told - right[: len(told)]
    return bool(lost.sum() > SURE * np.sqrt(np.square(lost).sum()))


def _fare(case: Case) -> tuple[str, ...]:
    """The addresses of how the network itself fares."""
    point = case.point
    if case.experiment.test:
        return f"past_accuracy[{point}]", f"past_test_accuracy[{point}]"
    return (f"past_accuracy[{point}]",)


def _first_that_helps(
    case: Case, cures: Sequence[Cure]
) -> tuple[Cure, Course | None, tuple[str, ...]]:
    """The first cure with which the answers are found, held back too, and those that failed."""
    failed = list[str]()
    for cure in cures:
        case.expect(case.updates)
        course = with_cure(case, cure, Extent.WHOLE)
        if course is not None and _finds(case, course):
            return cure, course, tuple(failed)
        failed.append(cure.words)
    return ELSE, None, tuple(failed)


def _finds(case: Case, course: Course) -> bool:
    held = case.held_after(course.after, course.trainer.experiment)
    return course.learns and (held is None or held.loss < LEARNT * held.constant)


def _remembering(case: Case) -> Iterator[Cure]:
    """What helps to remember for long: an orthogonal start, by Adam too, and a gated cell."""
    one, settings = case.experiment, case.experiment.training
    drawn = drawn_by(one.model, "orthogonal")
    if one.model.init != "orthogonal":
        yield Cure(
            "Begin with an orthogonal W_hh, which neither shrinks nor amplifies",
            "set model.init orthogonal",
        )
    put, dropped, by_adam, training = ["model.init=orthogonal"], list[str](), "", settings
    if settings.optimizer == "sgd":
        training = replace(settings, optimizer="adam", momentum=0.0, learning_rate=steps.ADAM)
        put += ["training.optimizer=adam", f"training.learning_rate={steps.ADAM:g}"]
        dropped, by_adam = ["training.momentum"], f", and train by Adam at {steps.ADAM:g}"
        yield Cure(
            f"Begin with an orthogonal W_hh{by_adam}",
            instead=replace(one, model=drawn, training=training),
            reopening=case.opened_with(*put, without=tuple(dropped)),
        )
    if one.model.cell == "rnn" and one.model.initial is None:
        gated = replace(drawn, cell="lstm", forget_bias=FORGET, activation="tanh")
        if by_adam:
            training = replace(training, learning_rate=ADAM_GATED)
            put[-1] = f"training.learning_rate={ADAM_GATED:g}"
            by_adam = f", by Adam at {ADAM_GATED:g}"
        put += ["model.cell=lstm", f"model.forget_bias={FORGET:g}"]
        yield Cure(
            f"Take gated units (LSTM) with a forget bias of {FORGET:g}{by_adam}",
            instead=replace(one, model=gated, training=training),
            reopening=case.opened_with(*put, without=(*dropped, "model.activation")),
        )
