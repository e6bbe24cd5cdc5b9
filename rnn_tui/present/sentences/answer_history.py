"""What the answers did over a training, in sentences: right, then sure; who first; who fell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from rnn_tui.characters import cell_width
from rnn_tui.engine.training.answering import SURE, AnswerHistory, Fall, falls
from rnn_tui.present.charts.answer_curves import (
    MOST_LINES,
    followed,
    number_text,
    question_text,
)
from rnn_tui.present.charts.charts import ChartRow, Inked
from rnn_tui.present.charts.plot import Ink
from rnn_tui.present.digits import short, size
from rnn_tui.session.runs.answer_history import (
    answer_history,
    answers_of_run,
    is_cheap,
    is_followed,
    known_answers,
    missing,
    moments,
    questions_of,
)
from rnn_tui.session.view import StepView

FELL, MEAN_FELL = 0.25, 0.1  # of a probability, that is told
GREW = 0.1  # of its first value, by which an error has to grow to be told
DECIMALS = 2

NO_HEAD = "No head: the state itself is the answer, so there is no probability."


def answer_sentences(view: StepView, *, running: bool = False) -> tuple[str, ...]:
    """All that can be said of what has been looked at; while a run goes on nothing is computed."""
    if not is_followed(view):
        return (NO_HEAD,)
    found = answers_of_run(view) if running else answer_history(view)
    if found is None or len(found.updates) < 2:
        return ()
    about = _probabilities if view.network.head.has_probabilities else _numbers
    return (*_waiting(view, found, running), *about(view, found), *_left_out(view))


def no_answers_text(view: StepView, large: bool) -> str:
    """Why there is no curve, with `{verb}` where a key belongs; nothing where there is one.

    The first moment alone is no curve where nothing is added to it unasked.
    """
    if not is_followed(view):
        return NO_HEAD if large else "no head, no probability"
    known = known_answers(view)
    if known is not None and (large or len(known.updates) > 1 or is_cheap(view)):
        return ""
    if large or is_cheap(view):
        return "Reading the examples again …"
    return "{chart} reads them"


def sentence_rows(told: Sequence[str], width: int, room: int, zoom: str) -> list[ChartRow]:
    """Sentences below a chart, as many whole ones as fit; what shows the others is `zoom`."""
    rows: list[ChartRow] = []
    for place, sentence in enumerate(told):
        lines = list(_wrapped(sentence, width))
        is_last = place == len(told) - 1
        if len(rows) + len(lines) + (not is_last) > room:
            beside = f"  … {len(told) - place - 1} more: {zoom}"
            fits = cell_width(lines[-1] + beside) <= width
            if len(rows) + len(lines) == room and (fits or not rows):
                rows += [(Inked(line, Ink.WORDS),) for line in lines]
                return [*rows[:-1], (*rows[-1], Inked(beside, Ink.NUMBER))] if fits else rows
            more = f"… {len(told) - place} more: {zoom}"
            return [*rows, (Inked(more, Ink.NUMBER),)] if rows and room > len(rows) else rows
        rows += [(Inked(line, Ink.WORDS),) for line in lines]
    return rows


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Lines of at most so many cells, all but the first set in."""
    line = ""
    for word in text.split(" "):
        if line.strip() and cell_width(f"{line} {word}") > width:
            yield line
            line = f"  {word}"
        else:
            line = f"{line} {word}" if line else word
    yield line


def _waiting(view: StepView, found: AnswerHistory, running: bool) -> Iterator[str]:
    left, total = len(missing(view)), len(moments(view))
    if running and found.updates[-1] < view.in_force:
        yield f"As of {moment_text(view, found, -1)}; a pause reads the examples up to now."
    elif left and running:
        yield f"{total - left} of {total} {view.history.unit}s are read; a pause adds the rest."
    elif left:
        yield f"Reading the examples again: {total - left} of {total} {view.history.unit}s."


def _left_out(view: StepView) -> Iterator[str]:
    """Which moments and examples are not looked at."""
    looked = moments(view)
    every = (looked[1] - looked[0]) // view.history.updates
    if len(looked) > 2 and every > 1:
        yield f"One {view.history.unit} in {every} is looked at."
    asked, total = questions_of(view.experiment), len(view.experiment.train)
    if not asked.by_output and len(asked) < total:
        yield f"The first {len(asked):,} of {total:,} examples are looked at."


def moment_text(view: StepView, found: AnswerHistory, place: int) -> str:
    """`epoch 6`; within an epoch of several updates the update."""
    units, inside = divmod(int(found.updates[place]), view.history.updates)
    return f"update {units * view.history.updates + inside}" if inside else (
        f"{view.history.unit} {units:,}"
    )  # fmt: skip


def _p(value: float) -> str:
    return size(float(value), DECIMALS)


# Probabilities


def _probabilities(view: StepView, found: AnswerHistory) -> Iterator[str]:
    if not np.isfinite(found.values).all():
        yield f"The answers are not finite from {_first_lost(view, found)} on."
        return
    yield from _right_then_sure(view, found)
    yield from _first_and_last(view, found)
    few = found.values.shape[1] <= MOST_LINES
    yield from _fell(view, found) if few else _mean_fell(view, found)


def _first_lost(view: StepView, found: AnswerHistory) -> str:
    lost = ~np.isfinite(found.values).reshape(len(found.updates), -1).all(axis=1)
    return moment_text(view, found, int(lost.argmax()))


def _right_then_sure(view: StepView, found: AnswerHistory) -> Iterator[str]:
    """Accuracy before confidence, or both at once."""
    best, means = found.best(), found.means
    right = int(found.scores[best])
    at = f"at {moment_text(view, found, best)}, mean probability {_p(means[best])}"
    is_all = right == found.outputs
    if is_all and means[best] < SURE:
        yield f"Accuracy before confidence: all {right:,} right {at}."
    elif is_all:
        yield f"Accuracy with confidence: all {right:,} right {at}."
    else:
        yield f"Most right: {right:,} of {found.outputs:,} {at}."
    if means.max() >= SURE:
        sure = int((means >= SURE).argmax())
        yield f"The mean probability reached {short(SURE)} at {moment_text(view, found, sure)}."
        return
    top = int(means.argmax())
    at = f"{_p(means[top])} at {moment_text(view, found, top)}"
    yield f"The mean probability has not reached {short(SURE)} yet: at most {at}."


def _first_and_last(view: StepView, found: AnswerHistory) -> Iterator[str]:
    """Which example is told apart surely first, and which last."""
    first, count = found.first_sure, found.values.shape[1]
    reached = np.flatnonzero(first < len(found.updates))
    if not len(reached) or count < 2:
        return
    by_time = sorted(reached.tolist(), key=lambda one: (first[one], -found.values[first[one], one]))
    leader, last = by_time[0], by_time[-1]
    text = f"First to reach {short(SURE)}: {_reached(view, found, leader)}"
    if len(reached) == count:
        yield f"{text}; last: {_reached(view, found, last)}."
    else:
        yield f"{text}; {len(reached):,} of {count:,} have."


def _reached(view: StepView, found: AnswerHistory, question: int) -> str:
    place = int(found.first_sure[question])
    return f"{question_text(view, question)} at {moment_text(view, found, place)}"


def _fell(view: StepView, found: AnswerHistory) -> Iterator[str]:
    """Which example fell first and which deepest, and when all were right again."""
    made = falls(found.values, FELL)
    if not made:
        return
    first = made[0]
    deepest = min(made, key=lambda one: found.values[one.trough, one.question])
    yield f"First to fall: {_fall_text(view, found, first)}."
    if deepest is not first:
        yield f"Deepest fall: {_fall_text(view, found, deepest)}."
    yield from _right_again(view, found, made)


def _fall_text(view: StepView, found: AnswerHistory, fall: Fall) -> str:
    """`“I hate this movie”, 0.96 at epoch 31 → 0.06 at epoch 32`."""
    ends = _ends(view, found, fall, lambda place: _p(found.values[place, fall.question]))
    return f"{question_text(view, fall.question)}, {ends}"


def _ends(view: StepView, found: AnswerHistory, fall: Fall, value_at: Callable[[int], str]) -> str:
    """What it fell from and to, and when: `0.96 at epoch 31 → 0.06 at epoch 32`."""
    return " → ".join(
        f"{value_at(place)} at {moment_text(view, found, place)}"
        for place in (fall.peak, fall.trough)
    )


def _right_again(view: StepView, found: AnswerHistory, made: tuple[Fall, ...]) -> Iterator[str]:
    """How many were right at the worst moment since, and when as many as before were again."""
    best = found.best()
    start = max(best, made[0].peak)
    worst = start + int(found.scores[start:].argmin())
    right, before = int(found.scores[worst]), int(found.scores[best])
    if right == before or found.scores[start] < before:
        return
    text = f"Only {right:,} of {found.outputs:,} right at {moment_text(view, found, worst)}"
    again = np.flatnonzero(found.scores[worst:] >= before)
    every = "all" if before == found.outputs else f"{before:,}"
    if len(again):
        yield f"{text}; {every} right again at {moment_text(view, found, worst + int(again[0]))}."
    else:
        yield f"{text}; not {every} again since."


def _mean_fell(view: StepView, found: AnswerHistory) -> Iterator[str]:
    """The first fall of the mean of many, and who fell farthest in it."""
    means = found.means
    for fall in falls(means[:, None], MEAN_FELL)[:1]:
        ends = (
            f"{_p(means[place])} at {moment_text(view, found, place)}"
            for place in (fall.peak, fall.trough)
        )
        farthest = int((found.values[fall.trough] - found.values[fall.peak]).argmin())
        who = _fall_text(view, found, fall._replace(question=farthest))
        yield f"The mean fell, {' → '.join(ends)}; farthest {who}."


# Numbers


def _numbers(view: StepView, found: AnswerHistory) -> Iterator[str]:
    """Outputs on their way to their targets, and the mean absolute error."""
    if not np.isfinite(found.values).all():
        yield f"The answers are not finite from {_first_lost(view, found)} on."
        return
    targets = questions_of(view.experiment).targets
    for question, o in followed(view):
        ends = (
            f"{short(found.values[place, question, o])} at {moment_text(view, found, place)}"
            for place in (0, -1)
        )
        target = f"target {short(targets[question, o])}"
        yield f"Output of {number_text(view, question, o)}: {', '.join(ends)}; {target}."
    errors, least = found.scores, int(found.scores.argmin())
    text = f"Mean absolute error: {size(errors[0])} at {moment_text(view, found, 0)}"
    text += f", {size(errors[-1])} at {moment_text(view, found, -1)}"
    at = f"; least {size(errors[least])} at {moment_text(view, found, least)}"
    yield f"{text}{at if least < len(errors) - 1 else ''}."
    for fall in falls(-errors[:, None], GREW * float(errors[0]))[:1]:
        yield f"The error grew: {_ends(view, found, fall, lambda place: size(errors[place]))}."
