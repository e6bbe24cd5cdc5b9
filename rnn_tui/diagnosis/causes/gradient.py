"""Is the gradient right? Against central differences, and if not, which slip makes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.diagnosis.case import Case
from rnn_tui.diagnosis.finding import Finding, Severity
from rnn_tui.engine.checks.gradient_check import (
    ArrayCheck,
    Verdict,
    check_batch,
    check_gradient,
    located,
    sample_of,
)
from rnn_tui.engine.passes.trace import Trace, trace_example
from rnn_tui.equations.faults import FAULTS, Fault
from rnn_tui.session.passes import Pass

SAMPLE = 8  # numbers of each array
LATER = 3  # updates after which it is looked at again, as a first gradient may be 0
MOST_TIMESTEPS = 40
SAME = 1e-9  # relative, of two gradients
MEND = "mend"


def look(case: Case) -> Iterator[Finding]:
    """A wrong gradient of an example, or of the batch; one finding at the most."""
    for k in (case.start, case.start + min(LATER, case.updates - 1)):
        one = case.one(k, _example(case, k))
        found = _of_example(case, one) or _of_batch(case, one)
        if found is not None:
            yield found
            return


def _example(case: Case, k: int) -> int:
    """One that is long enough to show all, and short enough to be read many times."""
    train, members = case.experiment.train, case.trainer.members(k)[:64]
    fitting = [m for m in members if train[m].length <= MOST_TIMESTEPS]
    if not fitting:
        return min(members, key=lambda m: train[m].length)
    return max(fitting, key=lambda m: train[m].length)


def _watch(case: Case) -> object:
    def watch(places: object) -> Iterator[int]:
        for place in places:  # type: ignore[attr-defined]
            case.tell(0)
            yield place

    return watch


def _of_example(case: Case, one: Pass) -> Finding | None:
    trace = one.known.trace
    rows = check_gradient(
        trace.params, trace.net, trace.example, trace.start, _watch(case), SAMPLE  # type: ignore[arg-type]
    )  # fmt: skip
    wrong = [row for row in rows if row.verdict is Verdict.WRONG]
    if not wrong:
        return None
    worst = max(wrong, key=lambda row: float(np.abs(row.analytic - row.numeric).max()))
    index = ",".join(map(str, worst.worst))
    where = f"#{one.example + 1}@{one.update}"
    refs = (f"d{worst.name}[{index}]{where}", f"numeric_{worst.name}[{index}]{where}")
    names = ", ".join(f"d{row.name}" for row in wrong)
    slip = _slip(trace)
    if slip is None:
        cause = f"Backpropagation computes a wrong gradient in {names}"
        cure = "Look at the lines that make it: the gradient check names the numbers"
        return Finding(
            "wrong-gradient", cause, Severity.ERROR, case.evidence(*refs), cure, see="check"
        )
    return _named(case, slip, refs, one)


def _named(case: Case, slip: Fault, refs: tuple[str, ...], one: Pass) -> Finding:
    """What is computed is just what one slip makes of it."""
    lines = slip.line_in(one.network.layers[-1].cell)
    code = "" if lines is None else f": {lines[1].text} should be {lines[0].text}"
    cause = f"The gradient is wrong{code}" if code else f"The gradient is wrong: {slip.slip}"
    cure = f"Take the bug out of the code: {slip.slip}"
    return Finding(slip.name, cause, Severity.ERROR, case.evidence(*refs), cure, MEND)


def _slip(trace: Trace) -> Fault | None:
    """The one slip that makes of the right lines just the gradient that is computed."""
    right = replace(trace.net, fault=None)
    for fault in FAULTS.values():
        if fault.of_update or not fault.fits(right.layers[-1].cell):
            continue
        made = trace_example(
            trace.params, replace(right, fault=fault), trace.example, trace.start
        ).grads.flat
        if _same(made, trace.grads.flat):
            return fault
    return None


def _same(one: Floats, other: Floats) -> bool:
    scale = float(np.abs(other).max(initial=0.0))
    return bool(np.abs(one - other).max(initial=0.0) <= SAME * scale)


def _of_batch(case: Case, one: Pass) -> Finding | None:
    """What becomes of the sum over a batch."""
    k, reduced = one.update, case.timeline.update(one.update).reduced
    if len(case.trainer.members(k)) == 1:
        return None
    sampled = sample_of(one.before.with_flat(reduced), 2)
    places = np.concatenate([*sampled.values()])
    state = case.timeline.state(k)
    check: ArrayCheck = check_batch(reduced, case.trainer, state, k, places, _watch(case))  # type: ignore[arg-type]
    if check.verdict is not Verdict.WRONG:
        return None
    name, index = located(one.before.layout, check.worst[0])
    written = ",".join(map(str, index))
    kind = "reduced" if case.trainer.settings.freeze else "g"
    refs = (f"{kind}_{name}[{written}]@{k}", f"numeric_g_{name}[{written}]@{k}")
    count = len(case.trainer.members(k))
    at = places == check.worst[0]
    times = float(check.analytic[at][0] / check.numeric[at][0]) if check.numeric[at][0] else 0.0
    is_sum = abs(times / count - 1) < 1e-4
    cause = f"The batch's gradient is wrong, though each of its {count} examples' is right"
    cure = "Look at how the examples of a batch combine"
    if is_sum:
        cause = f"The sum over the batch of {count} is taken for its mean: {count} times the step"
        cure = "Take the bug out of the code: divide by the number of examples"
    name_of = "no-mean" if is_sum else "wrong-batch"
    evidence, verb, see = case.evidence(*refs), MEND if is_sum else "", "" if is_sum else "check"
    return Finding(name_of, cause, Severity.ERROR, evidence, cure, verb, see=see)
