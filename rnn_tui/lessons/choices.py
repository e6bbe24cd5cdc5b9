"""The choices of a prediction: those written, and those that a classic bug would compute.

Numbers in those written are filled in live, as in prose.

A wrong choice that a bug computes names the misconception of whoever takes it.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from rnn_tui.engine.passes.trace import trace_example
from rnn_tui.equations.faults import FAULTS
from rnn_tui.experiments import ExperimentError
from rnn_tui.experiments.errors import nearest, shown
from rnn_tui.lessons.lesson import FAULT, TRUE, Predict
from rnn_tui.lessons.prose import filled, whole_value
from rnn_tui.numerals import MINUS
from rnn_tui.session.moment import Refused
from rnn_tui.session.passes import Pass
from rnn_tui.session.program.known import Known
from rnn_tui.session.program.ops import algorithm_of
from rnn_tui.session.program.program import Program
from rnn_tui.session.view import StepView
from rnn_tui.session.why.explain import value_of
from rnn_tui.session.why.refs import RefError, check, elsewhere, read

DIGITS = 4


@dataclass(frozen=True)
class Choice:
    """One of the choices: its text, what it was written as, whether it is right, and why not."""

    text: str
    written: str
    right: bool
    why_not: str = ""


def is_address(ask: str, view: StepView) -> bool:
    """Whether a question is the address of a number here, and not a sentence."""
    try:
        check(read(ask), view)
    except RefError:
        return False
    return True


def choices(step: Predict, solution: str, view: StepView) -> tuple[Choice, ...]:
    """The choices in an order of their own, the same each time.

    Raises ExperimentError where one can't be computed, or two are alike, or none is right.
    """
    found = [_choice(written, step.ask, solution, view) for written in step.choices]
    texts = [one.text for one in found]
    for one in found:
        if texts.count(one.text) > 1:
            raise ExperimentError(f"two choices are {shown(one.text)}", key="choices")
    if sum(one.right for one in found) != 1:
        raise ExperimentError(
            f"expected one of the choices to be the solution {shown(solution)}", key="choices"
        )
    return shuffled(found, step.ask)


def shuffled(found: Sequence[Choice], question: str) -> tuple[Choice, ...]:
    """Choices in an order that only the question decides, so that it is the same each time."""
    order = np.random.default_rng(zlib.crc32(question.encode())).permutation(len(found))
    return tuple(found[i] for i in order)


def _choice(written: str, ask: str, solution: str, view: StepView) -> Choice:
    if written == TRUE:
        return Choice(number(_value(ask, view)), written, solution == TRUE)
    if written.startswith(FAULT):
        name = written.removeprefix(FAULT).strip()
        if name not in FAULTS:
            wrong = f"expected a bug after {FAULT}, found {shown(name)}{nearest(name, FAULTS)}"
            raise ExperimentError(wrong, key="choices")
        return Choice(number(_with_fault(ask, name, view)), written, False, FAULTS[name].slip)
    try:
        return Choice(filled(written, view), written, written == solution)
    except (RefError, Refused) as error:
        raise ExperimentError(str(error), key="choices") from None


def _value(ask: str, view: StepView) -> float:
    try:
        return whole_value(view, ask)
    except (RefError, Refused) as error:
        raise ExperimentError(str(error), key="ask") from None


def number(x: float) -> str:
    """A value as a choice shows it: four digits, as on the screen."""
    return f"{x:+.{DIGITS}f}".replace("-", MINUS)


def _with_fault(ask: str, name: str, view: StepView) -> float:
    """What a number of this pass would be with a classic bug in the code."""
    try:
        ref = read(ask)
        check(ref, view)
        return value_of(faulty(elsewhere(ref, view), name), ref.here)
    except (RefError, Refused) as error:
        raise ExperimentError(str(error), key="ask") from None


def faulty(one: Pass, name: str) -> Pass:
    """A whole pass over the same example from the same weights, with a bug in the code."""
    trace, program = one.known.trace, one.program
    net = replace(one.network, fault=FAULTS[name])
    wrong = trace_example(trace.params, net, trace.example, trace.start, trace.patches)
    settings = replace(one.experiment.training, fault=cast("Any", name))
    again = Program(
        algorithm_of(net, settings), program.length, program.outputs, trains=False,
        encoder_length=program.encoder_length, labels=program.labels, begins=program.begins,
    )  # fmt: skip
    known = Known(wrong, again, len(again))
    return replace(
        one, network=net, program=again, done=len(again), known=known, update_result=None
    )
