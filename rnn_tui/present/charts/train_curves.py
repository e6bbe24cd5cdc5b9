"""The charts of a training: what each of them shows of a moment."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from rnn_tui.arrays import Floats, Ints
from rnn_tui.engine.spectrum.moving import USUAL, followed
from rnn_tui.engine.spectrum.spectrum import has_radius
from rnn_tui.engine.training.evaluating import Evaluation
from rnn_tui.experiments import Experiment
from rnn_tui.present.charts.answer_curves import answer_curves
from rnn_tui.present.charts.plot import Curve, Ink, Level, Mark, Plot, Stroke
from rnn_tui.present.charts.points import Even
from rnn_tui.present.digits import size
from rnn_tui.present.sentences.train_words import edit_text, end_of_axis, planned, run_text
from rnn_tui.present.unseen import when
from rnn_tui.session.runs.answer_history import follows
from rnn_tui.session.runs.branches import OtherRun
from rnn_tui.session.runs.history import Edit, History
from rnn_tui.session.runs.records import Observation
from rnn_tui.session.runs.series import Series
from rnn_tui.session.view import StepView

SMOOTHED_POINTS = 512  # of a smoothed curve
FEWEST = 10  # points on the axis that are smoothed
NEAR = 4.0  # a limit so many times above the curve is no longer drawn


class Charted(StrEnum):
    """What is charted; where answers are numbers, ACCURACY is their mean absolute error.

    ANSWERS are the probabilities of the right answers, or answers that are numbers.
    """

    LOSS = "loss"
    ACCURACY = "accuracy"
    ANSWERS = "answers"
    NORM = "norm"
    RADIUS = "radius"
    RATE = "rate"
    RATIO = "ratio"


def metrics_of(experiment: Experiment) -> tuple[Charted, ...]:
    """What is charted of an experiment, without what it never has.

    There is no radius where no one matrix is the recurrence, and no answer to follow where the
    state itself is the answer.
    """
    has = {
        Charted.RADIUS: has_radius(experiment.layout),
        Charted.ANSWERS: follows(experiment.network),
    }
    return tuple(metric for metric in Charted if has.get(metric, True))


@dataclass(frozen=True)
class Wish:
    """How the user wants to see the charts.

    `recent` is the share of the x axis, up to now, that is shown; `reading` the x
    at which values are read.
    """

    log: frozenset[Charted] = frozenset()
    smooth: bool = False
    recent: float = 1.0
    reading: float | None = None


def chart(view: StepView, metric: Charted, wish: Wish, *, running: bool = False) -> Plot:
    """One chart of a moment.

    While the run is still `running` nothing is measured for it: what is of an earlier
    moment says so.
    """
    history = view.history
    parts = _CHARTS[metric](view, running)
    first, last = x_ends(view, wish)
    curves = parts.curves
    if wish.smooth and metric in (Charted.LOSS, Charted.ACCURACY, Charted.NORM):
        curves = tuple(_smoothed(curves, first))
    return Plot(
        curves,
        parts.levels,
        tuple(marks(history)),
        history.unit,
        first,
        last,
        *parts.ends,
        from_zero=metric not in (Charted.RADIUS, Charted.RATIO, Charted.ANSWERS),
        log=metric in wish.log,
        percent=metric is Charted.ACCURACY and view.experiment.has_classes,
        reading=read_at(view, wish),
    )


def read_at(view: StepView, wish: Wish) -> float | None:
    """The x at which values are read; None where that is out of sight: then they are of now."""
    at, (first, _) = wish.reading, x_ends(view, wish)
    return at if at is not None and first <= at <= now(view) else None


def x_ends(view: StepView, wish: Wish) -> tuple[float, float]:
    """The ends of the x axis: round, or those of the plan, so that they rarely move."""
    done = now(view)
    if wish.recent < 1:
        return float(round(done * (1 - wish.recent))), max(done, 1.0)
    farthest = max([done, *(float(len(run.loss)) for run in view.time.others if run.drawn)])
    plan, end = planned(view), end_of_axis(view, farthest)
    return 0.0, plan if farthest <= plan < end else end


def now(view: StepView) -> float:
    """How far the parameters in force have come, in epochs or steps."""
    return view.in_force / view.history.updates


def along(history: History, series: Series, first: int = 0) -> Even:
    """The points of a history, from one on: each stands amid the updates that it is made of."""
    return Even(series, (history.updates - 1) / (2 * history.updates), first)


def marks(history: History) -> Iterator[Mark]:
    """Where something was edited, and what."""
    places: dict[int, list[Edit]] = {}
    for edit in history.edits:
        places.setdefault(edit.update, []).append(edit)
    for update, together in places.items():
        yield Mark(", ".join(map(edit_text, together)), update / history.updates)


@dataclass(frozen=True, eq=False)
class _Parts:
    """What differs from chart to chart."""

    curves: tuple[Curve, ...]
    levels: tuple[Level, ...] = ()
    ends: tuple[float | None, float | None] = (None, None)


def _loss(view: StepView, running: bool) -> _Parts:
    history, floor = view.history, view.experiment.floor
    others = (_other(run, view) for run in view.time.others if run.drawn)
    today = None if view.training is None else view.training.loss
    levels = () if floor is None else (Level(f"floor {size(floor)}", floor),)
    held_back = _unseen(view, running, lambda one: one.test_loss, lambda now: now.loss)
    return _Parts((*others, _seen(view, history.curves.loss, today), *held_back), levels)


def _other(run: OtherRun, view: StepView) -> Curve:
    """Another run from the last point on that it shares with this one."""
    first = max(0, run.leaves // view.history.updates - 1)
    points = along(view.history, run.loss, first)
    return Curve(run_text(run, view), points, Ink.PIN, Stroke.DOTTED)


def _accuracy(view: StepView, running: bool) -> _Parts:
    today = None if view.training is None else view.training.accuracy
    held_back = _unseen(view, running, lambda one: one.test_accuracy, lambda now: now.accuracy)
    curves = _seen(view, view.history.curves.accuracy, today), *held_back
    if not view.experiment.has_classes:
        return _Parts(curves)
    # A share of a few answers takes no value between two others.
    return _Parts(tuple(replace(curve, steps=True) for curve in curves), ends=(0.0, 1.0))


def _norm(view: StepView, running: bool) -> _Parts:
    history, settings = view.history, view.experiment.training
    norm, clipped = history.curves.grad_norm, history.curves.clipped
    curves = [Curve("‖g‖", along(history, norm))]
    if cut := clipped.total():
        name = f"clipped {cut:,}"
        curves.append(Curve(name, along(history, clipped), Ink.ALERT, Stroke.CROSSES))
    limit = settings.clip_limit
    near = float(norm.whole().most[0]) * NEAR >= limit
    drawn = settings.clip == "norm" and near
    return _Parts(tuple(curves), (Level(f"limit {limit:g}", limit),) if drawn else ())


def _radius(view: StepView, running: bool) -> _Parts:
    history = view.history
    seen = [one for one in history.observed if one.radius is not None]
    x = [one.update / history.updates for one in seen]
    y = [one.radius for one in seen if one.radius is not None]
    today = view.radius_at_hand
    if today is not None and (not x or x[-1] < now(view)):
        x, y = [*x, now(view)], [*y, today]
    observations, name = view.timeline.observations, "ρ(W_hh)"
    if x and x[-1] < now(view):
        name += when(view, seen[-1].update)
    elif observations.radius_every > observations.every:
        name += f" every {observations.radius_every // history.updates:,}"
    curve = Curve.of(name, np.array(x), np.array(y))
    return _Parts((curve,), (Level("ρ = 1", 1.0),))


def _rate(view: StepView, running: bool) -> _Parts:
    done = view.history.curves.learning_rate
    rates = done.until(len(done), view.learning_rate)
    return _Parts((Curve("lr", along(view.history, rates)),))


def _ratio(view: StepView, running: bool) -> _Parts:
    history = view.history
    seen = [one for one in history.observed if one.ratios]
    x = np.array([(one.update - 1) / history.updates for one in seen])
    curves = [
        Curve.of(
            name, x, np.array([one.ratios[place] for one in seen]),
            *((Ink.SECOND, Stroke.DASHED) if place else (Ink.FIRST, Stroke.SOLID)),
        )
        for place, name in enumerate(followed(view.params))
    ]  # fmt: skip
    return _Parts(tuple(curves), (Level("usual, −3", USUAL),))


def _answers(view: StepView, running: bool) -> _Parts:
    return _Parts(*answer_curves(view, running))


_CHARTS: dict[Charted, Callable[[StepView, bool], _Parts]] = {
    Charted.LOSS: _loss,
    Charted.ACCURACY: _accuracy,
    Charted.ANSWERS: _answers,
    Charted.NORM: _norm,
    Charted.RADIUS: _radius,
    Charted.RATE: _rate,
    Charted.RATIO: _ratio,
}


def _seen(view: StepView, series: Series, today: float | None) -> Curve:
    """The curve of the training data; where an epoch is an update it goes on to this moment.

    Of several updates it is what was seen on the way, which no weights had for themselves.
    """
    if today is None:
        return Curve("train", along(view.history, series))
    if view.history.updates > 1:
        return Curve("train, epoch mean", along(view.history, series))
    return Curve("train", along(view.history, series.until(len(series), today)))


def _unseen(
    view: StepView,
    running: bool,
    seen: Callable[[Observation], float],
    today: Callable[[Evaluation], float],
) -> Iterator[Curve]:
    """The curve of the test examples, or of a stream's validation part, up to this moment."""
    if not view.experiment.test:
        return
    points = [(one.update, seen(one)) for one in view.history.observed]
    if not points or points[-1][0] != view.in_force:
        now = None if running else view.unseen_at_hand
        if now is not None:
            points.append((view.in_force, today(now)))
    name = "test" if view.experiment.stream is None else "validation"
    x, y = np.array(points, dtype=float).reshape(-1, 2).T
    name += when(view, points[-1][0]) if points else ""
    yield Curve.of(name, x / view.history.updates, y, Ink.SECOND, Stroke.DASHED)


def _smoothed(curves: Sequence[Curve], first: float) -> Iterator[Curve]:
    """The main curve as a mean over the newest 1/25 of what is shown, its own points behind it."""
    for curve in curves:
        points = curve.points
        if curve.ink is not Ink.FIRST or not isinstance(points, Even):
            yield curve
            continue
        shown = min(len(points), len(points.series) - math.ceil(first - points.offset))
        if shown < FEWEST:
            yield curve
            continue
        width = max(2, min(500, shown // 25))
        yield Curve("", points, Ink.RANGE)
        places, means = running_mean(points.series, width)
        yield Curve.of(
            f"{curve.name}, mean of {width}", places.astype(np.float64) + points.offset, means
        )


def running_mean(series: Series, width: int) -> tuple[Ints, Floats]:
    """The mean of the last `width` points at some places; NaN where none of them is finite."""
    places = np.linspace(0, len(series) - 1, SMOOTHED_POINTS).round().astype(np.int64)
    places = np.unique(places)
    found = series.over(np.maximum(0, places + 1 - width), places + 1)
    return places, np.where(found.number > 0, found.mean, np.nan)
