"""What moved in a pass: a state forward, a gradient back, an operation."""

from __future__ import annotations

import ast

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.characters import visible
from rnn_tui.equations.gates import gates, kept
from rnn_tui.equations.lines import evaluator, variables
from rnn_tui.equations.norms import l2_norm
from rnn_tui.present.answers import said
from rnn_tui.present.capitals import sentence_case
from rnn_tui.present.digits import left, percent, short, signed, size
from rnn_tui.present.real_answers import numbers, outputs, real_answer
from rnn_tui.present.sentences.hints import carried_through
from rnn_tui.present.tokens import begun, reads_rows, token_text
from rnn_tui.session.answers import answer as judged
from rnn_tui.session.program.ops import Op, Phase
from rnn_tui.session.view import StepView
from rnn_tui.session.why.kinds import kind_of
from rnn_tui.session.why.state_norms import factor_text

VANISHED, EXPLODED = 0.1, 10.0  # of the last gradient, at the first token
COARSE = 0.1  # a change of a unit that two decimals show


def forward(before_states: int, view: StepView) -> str:
    """What the timesteps that were read since `before_states` did, the last one by name."""
    t = view.known.states - 1
    if view.done == view.program.forward_end:
        return answered(view)
    one, words = moved(view, t), "rows" if reads_rows(view) else "tokens"
    return (
        one if t == before_states else f"{t + 1} of {view.current.length} {words} are read. {one}"
    )


def moved(view: StepView, t: int) -> str:
    """`“love” moved unit 1 most, from 0.20 to 0.47.`, and what a gate kept of the memory."""
    h = view.known.trace.h
    change = np.abs(h[t + 1] - h[t])
    if not np.isfinite(change).all():
        return begun(f"{token_text(view, t)} made a unit inf or NaN.")
    unit = int(np.argmax(change))
    decimals = 2 if change[unit] >= COARSE else 4
    before, after = (_plain(float(h[row, unit]), decimals) for row in (t, t + 1))
    if before == after:
        return begun(f"{token_text(view, t)} hardly changed the state{_keeps(view, t)}.")
    most = f"{token_text(view, t)} moved unit {unit} most, from {before} to {after}"
    return begun(f"{most}{_keeps(view, t)}.")


def _plain(x: float, decimals: int) -> str:
    return signed(x, decimals).removeprefix("+")


def _keeps(view: StepView, t: int) -> str:
    """How much of its memory a cell with gates kept at a timestep, the mean over its units."""
    layer = view.network.stack(view.current.encodes(t))[-1]
    for state in reversed(layer.cell.states):
        factor = kept(layer.cell.backward_body.lines, state)
        if factor is None or not view.known.trace.layers[-1][state][t].any():
            continue  # there is nothing yet to be kept
        if (share := _mean(view, factor, t)) is not None:
            text = factor_text(factor)
            named = next((one.words for one in gates(layer.cell) if one.name == text), text)
            return f"; {named} keeps {percent(share)} of {state}"
    return ""


def _mean(view: StepView, factor: ast.expr, t: int) -> float | None:
    """The mean of a factor over the units at a timestep; None if it has more than gates in it."""
    names = {node.id for node in variables(factor)}
    if not names or not names <= view.known.trace.layers[-1].keys():
        return None
    scope = {name: view.known.trace.row(name, t) for name in names}
    share = float(np.mean(eval(evaluator(factor), scope)))
    return share if np.isfinite(share) else None


def answered(view: StepView) -> str:
    """What the network says at the end of a pass, and what it costs."""
    trace, known = view.known.trace, view.known
    if not known.answered:
        return ""
    if not view.experiment.has_classes:
        return _real(view)
    count, labelled = len(view.current.outputs), view.current.labelled
    if count > 1 and labelled:
        right = sum(
            judged(view.network, trace.p[k], view.current, k).right is True for k in range(count)
        )
        return f"{right} of {count} answers are right; mean loss {size(trace.loss)}."
    found = judged(view.network, trace.p[-1], view.current)
    text = f"It says “{visible(said(found, view.experiment.labels))}” ({percent(found.p)})"
    if found.target is None:
        return f"{text}."
    verdict = "correctly" if found.right else "wrongly"
    return f"{text}, {verdict}: loss {size(float(trace.losses[-1]))}."


def _real(view: StepView) -> str:
    found, trace = real_answer(view, len(view.current.outputs) - 1), view.known.trace
    if found.target is None:
        return f"Output {outputs(found.output)}."
    loss = size(trace.loss)
    many = f"; mean loss {loss}" if len(view.current.outputs) > 1 else f"; loss {loss}"
    target = numbers(found.target)
    return f"Output {outputs(found.output)}, target {target}: off by {size(found.off)}{many}."


def backward(before_from: int, view: StepView) -> str:
    """What the timesteps gone back over since `before_from` left of the gradient."""
    t, last = view.known.gradients_from, view.current.length - 1
    if len(view.current.outputs) == 1 and t == 0 < last:
        return first_against_last(view)
    if t == last or before_from - t > 1:
        where = "Backpropagation starts at" if t == last else "The gradient reaches"
        return f"{where} {token_text(view, t)}: ‖∂L/∂h‖ = {size(norm(view, 'h', t))}."
    return _one_step(view, t)


def _one_step(view: StepView, t: int) -> str:
    """How much of a gradient one step back left, of each state that has one."""
    sent = float(l2_norm(view.known.trace.dh_next[t + 1]))
    if view.program.has_output(t):
        here = size(norm(view, "h", t))
        own = size(float(l2_norm(view.known.trace.dh_local[t])))
        parts = f"‖∂L/∂h‖ = {here}, own output {own}, later ones {size(sent)}"
        return begun(f"{token_text(view, t)}: {parts}.")
    layer = view.network.layers[-1]
    pairs = [(s, norm(view, s, t), norm(view, s, t + 1)) for s in layer.cell.states]
    shares = [(s, left(here / after)) for s, here, after in pairs if after > 0]
    if not shares:
        return "No gradient is left to pass back."
    if len(shares) == 1:
        return f"One step back through {carried_through(view, t + 1)} left {shares[0][1]}."
    parts = " and ".join(f"{share} of ‖∂L/∂{s}‖" for s, share in shares)
    return f"One step back left {parts}."


def norm(view: StepView, state: str, t: int) -> float:
    """‖∂L/∂s_t‖ in the last layer."""
    row: Floats = view.known.trace.layers[-1][f"d{state}"][t]
    return float(l2_norm(row))


def first_against_last(view: StepView) -> str:
    """`“I” gets 8.6% of the gradient of “movie”: it vanishes.`

    Of a cell with several states what each has of its own; what one keeps does not vanish.
    """
    last = view.current.length - 1
    top, here = norm(view, "h", last), norm(view, "h", 0)
    if not (np.isfinite(here) and np.isfinite(top)):
        return "The gradient is inf or NaN."
    if top == 0:
        return "The gradient is 0 from the start."
    shares = [("h", here / top)]
    for state in view.network.layers[-1].cell.states[1:]:
        there = norm(view, state, last)
        if there > 0 and np.isfinite(norm(view, state, 0)):
            shares.append((state, norm(view, state, 0) / there))
    most = max(share for _, share in shares)
    verdict = ": it vanishes" if most < VANISHED else ": it explodes" if most > EXPLODED else ""
    first, *others = (left(share) for _, share in shares)
    of = f"{first} of the gradient of {token_text(view, last)}"
    if others:
        along = zip(others, shares[1:], strict=True)
        of = ", ".join((f"{of} in h", *(f"{share} in {state}" for share, (state, _) in along)))
    return begun(f"{token_text(view, 0)} gets {of}{verdict}.")


def operation(view: StepView, op: Op) -> str:
    """`hh, the part from the previous state: most in unit 1, −0.35.`"""
    value = view.update_value(op.name) if op.t is None else view.known.get(op.name, op.t)
    about = op.kind.about
    is_name = about.startswith("∂") or about.removeprefix("the ") == op.name.replace("_", " ")
    name = about if is_name else f"{op.name}, {about}"
    if value is None:
        return f"{sentence_case(about)}."
    array = np.asarray(value, dtype=float)
    if array.size == 1:
        return f"{name}: {short(float(array.ravel()[0]))}."
    if array.ndim > 1 or op.phase is Phase.UPDATE:
        return f"{name}: norm {size(float(l2_norm(array.ravel())))}."
    most = int(np.argmax(np.abs(array)))
    axis, _ = view.network.layer_of(kind_of(op.name, view).axes[-1])
    return f"{name}: largest at {axis} {most}, {signed(float(array[most]))}."
