"""How examples are answered over a training: a curve for each, or a band where there are many."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.characters import visible
from rnn_tui.engine.training.answering import SURE, AnswerHistory
from rnn_tui.present.charts.plot import LINES, Curve, Ink, Level, Plot, Stroke
from rnn_tui.present.spelling import quoted
from rnn_tui.present.unseen import when
from rnn_tui.session.runs.answer_history import (
    answer_history,
    answers_of_run,
    known_answers,
    questions_of,
)
from rnn_tui.session.view import StepView

MOST_LINES = len(LINES)  # examples that have a line each
MOST_NUMBERS = 2  # answers that are drawn with their targets


class AnswerCurves(NamedTuple):
    """The curves, the levels, and the ends of the axis where they are given."""

    curves: tuple[Curve, ...]
    levels: tuple[Level, ...] = ()
    ends: tuple[float | None, float | None] = (None, None)


def answer_curves(view: StepView, running: bool) -> AnswerCurves:
    """What has been looked at; while a run goes on nothing is computed for it."""
    found = answers_of_run(view) if running else answer_history(view)
    if found is None:
        return AnswerCurves((Curve.of("", np.empty(0), np.empty(0)),))
    if not view.network.head.has_probabilities:
        return AnswerCurves(tuple(_numbers(view, found)))
    few = found.values.shape[1] <= MOST_LINES
    curves = (_lines if few else _band)(view, found)
    levels = [Level(f"{SURE:g}", SURE)]
    if view.experiment.answers_once and len(view.experiment.labels) == 2:
        levels.append(Level("right from 0.5", 0.5))
    return AnswerCurves(tuple(curves), tuple(levels), (0.0, 1.0))


def of_when(view: StepView) -> str:
    """Of which moment the newest answers are, if not of this one: ` at epoch 30`."""
    found = known_answers(view)
    return "" if found is None else when(view, int(found.updates[-1]))


def lines_alone(plot: Plot) -> Plot:
    """The same for a low chart: no mean among lines with letters, one level with its number."""
    lettered = tuple(curve for curve in plot.curves if curve.letter)
    levels = tuple(Level(f"{level.y:g}", level.y) for level in plot.levels if level.y != SURE)
    return replace(plot, curves=lettered or plot.curves, levels=levels if lettered else ())


def epochs_of(view: StepView, found: AnswerHistory) -> Floats:
    """The x of the moments, in epochs or steps."""
    x: Floats = found.updates / view.history.updates
    return x


def chosen(view: StepView) -> int | None:
    """The example under the cursor among those that are followed; None where it is not."""
    asked = questions_of(view.experiment)
    return view.example if not asked.by_output and view.example < len(asked) else None


def question_text(view: StepView, question: int) -> str:
    """What is answered: `“I love this movie”`; one of many by its number; an output of a text."""
    asked = questions_of(view.experiment)
    if asked.by_output:
        token = visible(asked.examples[0].tokens[asked.examples[0].outputs[question]])
        return f"“{token}” at t={question}" if view.experiment.has_classes else f"row {token}"
    if len(asked) > MOST_LINES:
        return f"example {question + 1}"
    return quoted(asked.examples[question].text)


def _lines(view: StepView, found: AnswerHistory) -> list[Curve]:
    """A line each in a hue of its own, the one under the cursor in the main ink, and the mean."""
    x, here = epochs_of(view, found), chosen(view)
    first = 0 if questions_of(view.experiment).by_output else 1
    lines = [
        Curve.of(
            str(question + first),
            x,
            found.values[:, question],
            Ink.FIRST if question == (here or 0) else LINES[question],
            letter=str(question + first),
        )
        for question in range(found.values.shape[1])
    ]
    mean = Curve.of("mean", x, found.means, Ink.PIN, Stroke.DOTTED)
    return [mean, *lines] if len(lines) > 1 else lines


def _band(view: StepView, found: AnswerHistory) -> list[Curve]:
    """The mean within the quartiles, the least and the most, and the example under the cursor."""
    x, values = epochs_of(view, found), found.values
    least, low, high, most = found.spread
    curves = [
        Curve.of("least", x, least, Ink.PIN, Stroke.DOTTED),
        Curve.of("most", x, most, Ink.PIN, Stroke.DOTTED),
        Curve.of("mean", x, found.means, band=(low, high)),
    ]
    if (here := chosen(view)) is not None:
        curves.append(
            Curve.of(f"example {here + 1}", x, values[:, here], Ink.SECOND, Stroke.DASHED)
        )
    return curves


def followed(view: StepView) -> tuple[tuple[int, int], ...]:
    """Which answers that are numbers are drawn, each by its question and place among the numbers.

    Those of the example under the cursor; of a series the rows with the most and the least.
    """
    asked = questions_of(view.experiment)
    here, size = chosen(view), view.experiment.output_size
    if not asked.by_output:
        return tuple((here or 0, o) for o in range(min(size, MOST_NUMBERS)))
    wanted = asked.targets[:, 0]
    return (int(wanted.argmax()), 0), (int(wanted.argmin()), 0)


def _numbers(view: StepView, found: AnswerHistory) -> list[Curve]:
    """Each output that is followed, and its target."""
    x, targets = epochs_of(view, found), questions_of(view.experiment).targets
    curves = []
    for (question, o), ink in zip(followed(view), (Ink.FIRST, Ink.SECOND), strict=False):
        name = number_text(view, question, o)
        wanted = np.full(len(x), targets[question, o])
        curves += [
            Curve.of(name, x, found.values[:, question, o], ink),
            Curve.of("target", x, wanted, ink, Stroke.DASHED),
        ]
    return curves


def number_text(view: StepView, question: int, o: int) -> str:
    """`example 3`, `row 812`; of several numbers with the name of this one."""
    asked, names = questions_of(view.experiment), view.experiment.output_names
    what = question_text(view, question) if asked.by_output else f"example {question + 1}"
    return f"{what}, {visible(names[o])}" if len(names) > 1 else what
