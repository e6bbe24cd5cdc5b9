"""Steps that are too long or too short: the learning rate, clipping, decay, what is frozen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from rnn_tui.diagnosis.case import Case
from rnn_tui.diagnosis.causes import weights
from rnn_tui.diagnosis.cures import sweep
from rnn_tui.diagnosis.finding import Cure, Suspicion
from rnn_tui.numerals import worded

CLIPPED, FAR = 0.9, 10.0  # the share of updates, and how far above the limit ‖g‖ lies
FADED = 0.02  # of the first learning rate
LONG, MIDDLE, SHORT = -1.0, -1.5, -3.7  # log₁₀ of an update's length against the weights'
RISES = 1.02  # times the first loss
MOST_NAMED = 3  # arrays
TOO_HIGH, TOO_LOW, CLIPPING = "rate-too-high", "rate-too-low", "clipped"
OPTIMIZER = "optimizer"
USUAL_LIMIT = 0.5  # that somebody would clip at
HIGHEST_LIMIT, PLAIN_RATE = 5.0, 0.1
FEW_UPDATES = 200  # of a plan that may be too short
ADAM = 0.005  # the learning rate that most begin with
USUAL_MOMENTUM, HALF_MOMENTUM = 0.9, 0.5
TIMES = (3, 10)  # as high
MORE = 1.5  # times as much, at least, where more is to help
HIGHEST_PLAIN, HIGHEST_SCALED = 5.0, 0.1  # learning rates: of SGD, of steps that are scaled


def frozen(case: Case) -> Iterator[Suspicion]:
    """Parameters that are kept as they are."""
    names = case.trainer.settings.freeze
    if names:
        refs = tuple(f"norm_g_{name}@{case.start}" for name in names[:2])
        rest = len(names) - MOST_NAMED
        told = ", ".join(names[:MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")
        cause = f"{told} {'is' if len(names) == 1 else 'are'} frozen: no update changes them"
        cure = Cure("Train all parameters", "set training.freeze []")
        yield Suspicion("frozen", cause, refs, (cure,), 0)


def weight_decay(case: Case) -> Iterator[Suspicion]:
    """A decay that pulls harder than the gradient."""
    rate, params = case.trainer.settings.weight_decay, case.state.params
    end = case.start + len(case.course.losses)
    name = max(case.matrices, key=lambda one: np.abs(params[one]).max(), default="")
    if not rate or not name:
        return
    pull = rate * float(np.linalg.norm(params.flat))
    if pull > 0.5 * float(case.records("grad_norm")[0]):
        index = np.unravel_index(int(np.argmax(np.abs(params[name]))), params[name].shape)
        weight = f"{name}[{','.join(str(int(i)) for i in index)}]"
        refs = (f"{weight}@{case.start}", f"{weight}@{end}")
        cause = f"Weight decay {worded(rate)} pulls weights to 0, harder than the gradient (g)"
        cure = Cure("Set weight decay to 0, or much lower", "set training.weight_decay 0")
        yield Suspicion("weight-decay", cause, refs, (cure,), 1)


def fading_rate(case: Case) -> Iterator[Suspicion]:
    """A learning rate that is gone before anything is learnt."""
    rates = case.records("learning_rate")
    if rates[-1] < FADED * rates[0]:
        last = case.start + len(rates) - 1
        refs = (f"learning_rate@{case.start}", f"learning_rate@{last}")
        cause = "The learning rate decays to almost nothing before anything is learnt"
        cure = Cure("Keep the learning rate constant", "set training.lr_decay 1")
        yield Suspicion("fading-rate", cause, refs, (cure,), 1)


def clipped(case: Case) -> Iterator[Suspicion]:
    """A limit so low that it, and not the gradient, makes the length of every step."""
    settings, norms = case.trainer.settings, case.records("grad_norm")
    share, usual = float(case.records("clipped").mean()), float(np.median(norms))
    if settings.clip == "none" or share < CLIPPED or not usual > FAR * settings.clip_limit:
        return
    limit = float(f"{min(max(usual, 1.0), HIGHEST_LIMIT):.2g}")
    if not limit > MORE * settings.clip_limit:
        return
    point = case.point
    refs = (f"clipped_share[{point}]", f"grad_norm@{case.start}")
    cause = f"Clipping shortens every gradient (g) to {worded(settings.clip_limit)}: steps are tiny"
    cure = Cure(f"Clip at {limit:g}", f"set training.clip_limit {limit:g}")
    is_usual = settings.clip_limit >= USUAL_LIMIT  # then what it clips is the cause
    yield Suspicion(CLIPPING, cause, refs, (cure,), 5 if is_usual else 2)


def rate(case: Case) -> Iterator[Suspicion]:
    """A learning rate that is too high or too low, by a sweep over one batch."""
    settings, course = case.trainer.settings, case.course
    name, ratio = case.ratio(case.start)
    if not name:
        return
    steps = f"update_ratio_{name}@{case.start}"
    point = case.point
    losses = ("past_loss[0]", f"past_loss[{point}]") if point else ("past_loss[0]",)
    base = settings.learning_rate
    refs = (steps, f"learning_rate@{case.start}", *losses)
    rises = course.broke or course.last > RISES * course.first
    if rises or (ratio > LONG and not is_planned_short(case)):
        cause = f"The learning rate {worded(base)} is too high: steps overshoot"
        if (died := weights.dead_after(case)) is not None:
            cause, refs = f"{cause}, and units die", (*refs, died)
        if rates := _rates(case, above=False):
            yield Suspicion(TOO_HIGH, cause, refs, cures("Lower it", rates), 6, rises)
    speaks = ratio < SHORT
    if course.broke or not ratio < MIDDLE or (not speaks and is_planned_short(case)):
        return
    if rates := _rates(case, above=True):
        cause = "updates hardly move the weights"
        if not speaks:  # the steps are of a usual length, and what is tried alone can tell
            cause, refs = (
                f"a higher one lowers the loss further in {case.updates:,} updates",
                refs[1:],
            )
        cause = f"The learning rate {worded(base)} is too low: {cause}"
        yield Suspicion(TOO_LOW, cause, refs, cures("Raise it", rates), 7, speaks)


def momentum(case: Case) -> Iterator[Suspicion]:
    """A momentum that adds up steps of so long ago that they overshoot."""
    settings = case.trainer.settings
    if not settings.momentum > USUAL_MOMENTUM:
        return
    times = 1 / (1 - settings.momentum)
    cause = (
        f"The momentum {worded(settings.momentum)} is too high: steps add up to "
        f"{times:.0f} times their length, and overshoot"
    )
    cures = tuple(
        Cure(f"Lower it to {value:g}", f"set training.momentum {value:g}")
        for value in (USUAL_MOMENTUM, HALF_MOMENTUM, 0.0)
    )
    refs = (f"learning_rate@{case.start}", "past_loss[0]", f"past_loss[{case.point}]")
    yield Suspicion("momentum-too-high", cause, refs, cures, 5, speaks=False)


def overshooting(case: Case) -> Iterator[Suspicion]:
    """A learning rate that makes steps as long as a good part of the weights, where it learns."""
    _, ratio = case.ratio(case.start)
    if ratio > LONG:
        yield from (one for one in rate(case) if one.name == TOO_HIGH)


def is_planned_short(case: Case) -> bool:
    """Whether few updates are planned, and some more of them are enough at the same rate."""
    return not case.learns and case.updates < FEW_UPDATES and case.later is not None


def adam(case: Case) -> Iterator[Cure]:
    """To train by Adam, where it is plain SGD."""
    settings = case.trainer.settings
    if settings.optimizer == "sgd":
        other = replace(settings, optimizer="adam", momentum=0.0, learning_rate=ADAM)
        opening = case.opened_with(
            "training.optimizer=adam", f"training.learning_rate={ADAM:g}",
            without=("training.momentum",),
        )  # fmt: skip
        words = f"Train by Adam at {ADAM:g}: it gives each weight steps of its own"
        instead = replace(case.experiment, training=other)
        yield Cure(words, instead=instead, reopening=opening)


def other_optimizer(case: Case) -> Iterator[Suspicion]:
    """That SGD learns nothing, for no reason that is known."""
    cause = f"SGD at {worded(case.trainer.settings.learning_rate)} learns nothing here; Adam learns"
    point = case.point
    for cure in adam(case):
        refs = (f"learning_rate@{case.start}", f"past_loss[{point}]", "constant_loss")
        yield Suspicion(OPTIMIZER, cause, refs, (cure,), 9)


def raised(case: Case) -> tuple[Cure, ...]:
    """Higher learning rates that somebody would set, the lowest first."""
    base, most = case.trainer.settings.learning_rate, highest(case)
    return cures("Raise the learning rate", [x for times in TIMES if (x := times * base) <= most])


def highest(case: Case) -> float:
    """The highest learning rate that anybody would set, momentum taken into account."""
    settings = case.trainer.settings
    if settings.optimizer != "sgd":
        return HIGHEST_SCALED
    return HIGHEST_PLAIN * (1 - settings.momentum)


def _rates(case: Case, above: bool) -> tuple[float, ...]:
    """Learning rates to try: the one that is best for a batch, and others not far from it.

    In a few updates a higher one may just have overshot: below the one in force it is tried, too.
    To raise it, the least comes first: a batch alone can bear more than all of them.
    """
    base, most = case.trainer.settings.learning_rate, highest(case)
    wanted = sweep(case, above)
    if above:
        wanted = {one: loss for one, loss in wanted.items() if one <= most} or {most: 0.0}
    best = min(wanted, key=lambda one: wanted[one])
    if not above and not wanted[best] < case.course.first:
        best = PLAIN_RATE  # from so far above, no decade tried is low enough
    some = (best / 10, best / 3, best) if above else (best, 3 * best, best / 3, best / 30)
    fitting = [one for one in some if (one > MORE * base if above else one < base)]
    return tuple(float(f"{one:.1g}") for one in fitting)


def cures(words: str, rates: Iterable[float]) -> tuple[Cure, ...]:
    """Learning rates to train at, in words such as “Lower it”."""
    return tuple(
        Cure(f"{words} to {worded(one)}", f"set training.learning_rate {one:g}") for one in rates
    )
