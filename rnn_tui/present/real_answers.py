"""Answers that are numbers in words: what is answered, what is wanted, and how far it is off.

There is no right and wrong here, so nothing is marked.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.characters import visible
from rnn_tui.engine.training.evaluating import Evaluation
from rnn_tui.experiments import Example
from rnn_tui.present.answers import NO_LABEL, NOT_YET
from rnn_tui.present.digits import EMPTY, decimals_needed, given, short, size
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.present.unseen import unseen_error
from rnn_tui.session.view import StepView
from rnn_tui.session.why.metrics.metrics import measured

MOST_MEASURED = 200  # outputs whose targets a column has decimals for
MOST_NUMBERS = 3  # of one answer, that are written out


class Real(NamedTuple):
    """One answer: the numbers, those wanted (None where nobody said), and their mean distance."""

    output: Floats
    target: Floats | None
    off: float


def real_answer(view: StepView, k: int = -1) -> Real:
    """The k-th answer of the pass."""
    return real_of(view, view.current, view.known.trace.answer[k], k)


def real_of(view: StepView, example: Example, output: Floats, k: int = -1) -> Real:
    """The `output` (O,) that is the k-th answer to an example."""
    if not example.labelled:
        return Real(output, None, float("nan"))
    target = np.asarray(example.targets[k], dtype=np.float64)
    return Real(output, target, float(view.network.head.marks(output, target)))


def numbers(values: Floats | None) -> str:
    """What is wanted, as short as it was given: `0.3`; of several `0.3 −1.25`, of many a few."""
    return NO_LABEL if values is None else _side_by_side(values, short)


def target_text(example: Example, k: int) -> str:
    """What is wanted at output k, with as many decimals as at the others, as in a column."""
    decimals = _target_decimals(example)
    return _side_by_side(np.asarray(example.targets[k]), lambda x: given(x, decimals))


@lru_cache(maxsize=8)
def _target_decimals(example: Example) -> int:
    return decimals_needed(np.asarray(example.targets[:MOST_MEASURED], dtype=np.float64))


def outputs(values: Floats) -> str:
    """What is answered, with the decimals of all that is computed: `0.3120 −1.2500`."""
    return _side_by_side(values, size)


def _side_by_side(values: Floats, write: Callable[[float], str]) -> str:
    shown = " ".join(write(float(one)) for one in values[:MOST_NUMBERS])
    return f"{shown} …" if len(values) > MOST_NUMBERS else shown


def answer_line(view: StepView) -> Line:
    """Target, answer, how far it is off, and the loss; of the pass."""
    found, t = real_answer(view), view.current.outputs[-1]
    head: Line = (Span(f"{NO_LABEL}   ", Role.MUTED),)
    if found.target is not None:
        wanted = Span(numbers(found.target), Role.TOKEN, f"target[{t},0]")
        head = Span("target ", Role.MUTED), wanted, Span("   ")
    if not view.known.answered:
        return (*head, Span(NOT_YET, Role.EMPTY))
    name = view.network.head.answer
    output = Span(outputs(found.output), Role.STRONG, f"{name}[{t},0]")
    line = (*head, Span("output ", Role.MUTED), output)
    if found.target is None:
        return line
    loss = Span(size(float(view.known.trace.losses[-1])), Role.MUTED, f"loss[{t}]")
    return (*line, Span("   off by ", Role.MUTED), Span(size(found.off)),
            Span("   loss ", Role.MUTED), loss)  # fmt: skip


def sentence(view: StepView, k: int) -> str:
    """`Output 0.3120, target 0.35: off by 0.0380`."""
    found = real_answer(view, k)
    text = f"Output {outputs(found.output)}"
    if found.target is None:
        return text
    return f"{text}, target {numbers(found.target)}: off by {size(found.off)}"


def newest(view: StepView) -> Line:
    """Each number of the newest answer beside what is wanted of it."""
    known = view.known
    name = view.network.head.answer
    answered = [t for t in view.current.outputs if known.has(name, t)]
    if not answered:
        return (Span("no answer yet", Role.EMPTY),)
    t = view.t if view.t in answered else answered[-1]
    assert t is not None
    found = real_answer(view, known.output_index(t))
    spans = [Span(f"t={t}  ", Role.MUTED)]
    for o, (label, output) in enumerate(zip(view.experiment.output_names, found.output,
                                            strict=True)):  # fmt: skip
        spans += [Span(f"{visible(label)} ", Role.TOKEN),
                  Span(size(float(output)), ref=f"{name}[{t},{o}]")]  # fmt: skip
        if found.target is not None:
            spans += [Span(", target ", Role.MUTED),
                      Span(short(float(found.target[o])), ref=f"target[{t},{o}]")]  # fmt: skip
        spans.append(Span("   "))
    return tuple(spans)


def error_text(found: Evaluation) -> str:
    """`0.0312, R² 0.93`."""
    return f"{size(found.mae)}, R² {share(found.r2)}"


def share(r2: float) -> str:
    """R² with two places; nothing where there is none."""
    return short(r2, 3) if np.isfinite(r2) else EMPTY


def metrics_of(view: StepView, now: Evaluation | None) -> Line:
    """The mean absolute error and R² of the training examples, and the error on those held back."""
    line: Line = (
        Span("   mean error ", Role.MUTED), Span(size(measured(view, "mae")), ref="mae"),
        Span("   R² ", Role.MUTED), Span(share(measured(view, "r2")), ref="r2"),
    )  # fmt: skip
    if not view.experiment.test:
        return line
    return *line, Span("   test ", Role.MUTED), Span(unseen_error(view, now), ref="test_mae")


def in_units(view: StepView, error: float) -> str:
    """An error in the units of the file: ` (3.4 in sales)`; nothing where that tells no more."""
    units = view.experiment.units
    if units is None or len(units.names) > 1 or units.sizes[0] == 1.0:
        return ""
    return f" ({size(error * units.sizes[0])} in {visible(units.names[0])})"
