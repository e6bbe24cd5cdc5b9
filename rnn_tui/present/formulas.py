"""Derivations as lines of text: the formula, the numbers put in, what they come to."""

from __future__ import annotations

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.present.cells import Line, Role, Span
from rnn_tui.present.digits import MINUS, is_rounded, short, signed
from rnn_tui.session.derivation import Derivation
from rnn_tui.session.expressions import (
    FUNCTIONS,
    Call,
    Expression,
    Number,
    Product,
    Quotient,
    Sum,
    Value,
)

MOST_TERMS = 6  # a longer sum shows its largest terms only
MOST_COLUMNS = 6


def number(value: Value) -> str:
    """A scalar, or a row in brackets."""
    if np.ndim(value) == 0:
        return short(float(value))
    row: Floats = np.asarray(value)
    shown = " ".join(short(float(x)) for x in row[:MOST_COLUMNS])
    return f"[{shown}{' …' if len(row) > MOST_COLUMNS else ''}]"


def written(expression: Expression) -> str:
    """An expression with its numbers in it."""
    match expression:
        case Number(value=value):
            return number(value)
        case Sum(parts=parts):
            return _sum(parts)
        case Product(parts=parts):
            return "·".join(_factor(part) for part in parts)
        case Quotient(above=above, below=below):
            return f"{_grouped(above)} / {_grouped(below)}"
        case Call(function=name, argument=argument):
            return _call(name, argument)


def _sum(parts: tuple[Expression, ...]) -> str:
    left_out = len(parts) - MOST_TERMS
    if left_out > 0:
        parts = parts[: MOST_TERMS - 1]
    text = ""
    for part in parts:
        term = written(part)
        if not text:
            text = term
        elif term.startswith(MINUS):
            text += f" {MINUS} {term.removeprefix(MINUS)}"
        else:
            text += f" + {term}"
    return f"{text} + … {left_out + 1} more" if left_out > 0 else text


def _factor(part: Expression) -> str:
    text = written(part)
    return f"({text})" if text.startswith(MINUS) or isinstance(part, Sum) else text


def _grouped(part: Expression) -> str:
    return f"({written(part)})" if isinstance(part, Sum | Quotient) else written(part)


def _call(name: str, argument: Expression) -> str:
    template, text = FUNCTIONS[name][0], written(argument)
    bare = template[template.index("{") - 1 : template.index("{")] != "("
    if bare and (text.startswith(MINUS) or " " in text):
        text = f"({text})"
    return template.format(text)


def derivation_lines(derivation: Derivation, current: bool) -> tuple[Line, Line]:
    """Two lines: address and formula; then the numbers put in and the value."""
    mark = Span("▸ ", Role.CURRENT) if current else Span("  ")
    head = (
        mark,
        Span(derivation.ref, Role.STRONG if current else Role.TOKEN),
        Span(" = ", Role.MUTED),
        Span(derivation.formula, Role.TEXT),
    )
    return head, (Span("    = ", Role.MUTED), *_numbers(derivation))


def derivation_line(derivation: Derivation) -> Line:
    """One line: address, numbers put in, value."""
    return (
        Span(derivation.ref, Role.STRONG),
        Span(" = ", Role.MUTED),
        *_numbers(derivation),
    )


def _numbers(derivation: Derivation) -> Line:
    numbers = written(derivation.expression)
    value = number(derivation.value)
    if np.ndim(derivation.value) == 0:
        value = signed(float(derivation.value))
    if numbers in (value, value.removeprefix("+")):
        return (Span(value, Role.ACCENT),)
    equals = " ≈ " if _inexact(derivation) else " = "
    return (Span(numbers), Span(equals, Role.MUTED), Span(value, Role.ACCENT))


def _inexact(derivation: Derivation) -> bool:
    return any(is_rounded(float(x)) for x in np.ravel(np.asarray(derivation.value)))
