"""Why a cell of a table has its value: a heading and its derivation, or why there is none yet."""

from __future__ import annotations

from rnn_tui.present.book import norm_in_book, op_in_book
from rnn_tui.present.cells import Line, Role, Span
from rnn_tui.present.digits import signed
from rnn_tui.present.formulas import derivation_lines
from rnn_tui.present.tables import visible
from rnn_tui.session.moment import Refused
from rnn_tui.session.ops import OUTPUT_BACK_OPS, STATE_OPS
from rnn_tui.session.view import StepView
from rnn_tui.session.why import derive

Reason = tuple[str, tuple[Line, ...]]


def hidden_reason(view: StepView, t: int, unit: int) -> Reason | Refused:
    """Of h[t, unit]; t = -1 is the initial state."""
    if t < 0:
        text = "The memory before the first token is empty: every unit starts at 0."
        if view.carried:
            value = signed(float(view.known.trace.h[0, unit]))
            text = (
                f"h[-1,{unit}] = {value} is what the text before this chunk left in unit {unit}. "
                "The state is carried on from chunk to chunk; the gradient is not."
            )
        return f"Why h[-1,{unit}]", ((Span(text),),)
    return _reason(view, "h", t, unit, STATE_OPS, "forward")


def gradient_reason(view: StepView, t: int, unit: int) -> Reason | Refused:
    """Of dh[t, unit], and what it was made of; t = -1 is the cut before a chunk."""
    if t < 0:
        text = (
            "Truncated BPTT: the gradient that reaches the state before this chunk is dropped, as "
            "the text before it is not looked at again. So the network learns nothing about what "
            "it should have remembered from there, though the state itself is carried on."
        )
        return "Why the gradient is cut here", ((Span(text),),)
    ops = (*OUTPUT_BACK_OPS, "dh", "delta", "dh_next")
    names = tuple(name for name in ops if view.program.position(name, t) is not None)
    return _reason(view, "dh", t, unit, names, "backward")


def _reason(
    view: StepView, name: str, t: int, unit: int, ops: tuple[str, ...], verb: str
) -> Reason | Refused:
    value = view.known.get(name, t)
    if value is None:
        return Refused(f"{name}[{t},{unit}] has not been computed yet", verb, f"finish_{verb}")
    token = visible(view.current.tokens[t])
    lines: list[Line] = [
        (
            Span(f"{name}[{t},{unit}]", Role.STRONG),
            Span(f", unit {unit} at “{token}”, is "),
            Span(signed(float(value[unit])), Role.ACCENT),
        ),
        (Span(""),),
    ]
    for op in ops:
        found = derive(view, op, t, unit)
        if found is not None:
            lines += derivation_lines(found, op == name)
            lines += op_in_book(view, op, t, unit)
            if op == "dh":
                lines += norm_in_book(view, t)
    return f"Why {name}[{t},{unit}]", tuple(lines)
