"""Derivations as lines of text: the formula, the numbers put in, what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.characters import cut
from rnn_tui.numerals import MINUS
from rnn_tui.present.digits import DECIMALS, is_rounded, short, signed
from rnn_tui.present.tables.cells import Line, Role, Span, width_of
from rnn_tui.session.why.derivation import Derivation
from rnn_tui.session.why.expressions import (
    FUNCTIONS,
    Call,
    Expression,
    Largest,
    Negative,
    Number,
    Product,
    Quotient,
    Sum,
    Terms,
    Value,
    Whole,
    evaluate,
    mapped,
    numbers,
    with_parts,
)

MOST_TERMS = 6  # a longer sum shows its largest terms, and what the others come to
MOST_COLUMNS = 6
MOST_DECIMALS = 12
MOST_TRIED = 200  # numbers of a derivation that is tried with more digits until it adds up


def number(value: Value, decimals: int = DECIMALS) -> str:
    """A scalar, or a row in brackets."""
    if np.ndim(value) == 0:
        return short(float(value), decimals)
    shown = " ".join(short(float(x), decimals) for x in _columns(value))
    return f"[{shown}{' …' if np.size(value) > MOST_COLUMNS else ''}]"


def written(expression: Expression, decimals: int = DECIMALS) -> str:
    """An expression with its numbers in it."""
    match expression:
        case Number(value=value) | Whole(value=value):
            return number(value, decimals)
        case Sum(parts=parts):
            return _sum(parts, decimals)
        case Product(parts=parts):
            return "·".join(_factor(part, decimals) for part in parts)
        case Quotient(above=above, below=below):
            return f"{_grouped(above, decimals)} / {_grouped(below, decimals)}"
        case _:
            return _applied(expression, decimals)


def _applied(expression: Negative | Largest | Call, decimals: int) -> str:
    """A function of something."""
    match expression:
        case Negative(part=part):
            return f"{MINUS}{_factor(part, decimals)}"
        case Largest(parts=parts):
            most = sorted(parts, key=lambda part: -_size(evaluate(part)))[:MOST_TERMS]
            more = ", …" if len(parts) > len(most) else ""
            return f"max({', '.join(written(part, decimals) for part in most)}{more})"
        case Call(function=name, argument=argument):
            return _call(name, argument, decimals)


def _sum(parts: Sequence[Expression], decimals: int) -> str:
    text = ""
    for part in parts:
        text = _added(text, written(part, decimals))
        if isinstance(part, Rest):
            text += f" ({part.count} more)"
    return text or "0"


def _added(text: str, term: str) -> str:
    if not text:
        return term
    if term.startswith(MINUS):
        return f"{text} {MINUS} {term.removeprefix(MINUS)}"
    return f"{text} + {term}"


@dataclass(frozen=True, eq=False)
class Rest(Number):
    """What so many terms of a sum come to that are not shown."""

    count: int = 0


def abridged(expression: Expression, most: int = MOST_TERMS) -> Expression:
    """The expression as it is shown: of a long sum the largest terms and what the rest is."""
    if isinstance(expression, Sum) and len(expression.parts) > most:
        shown = _largest(expression.parts, most - 1)
        rest = np.asarray(evaluate(expression)) - evaluate(Sum(shown))
        value = float(rest) if rest.ndim == 0 else rest
        left_out = Rest(value, count=len(expression.parts) - len(shown))
        return Sum((*(abridged(part, most) for part in shown), left_out))
    return with_parts(expression, lambda part: abridged(part, most))


def _largest(parts: Sequence[Expression], most: int) -> list[Expression]:
    """So many of the largest terms, in their order."""
    values = parts.values if isinstance(parts, Terms) else map(evaluate, parts)
    sizes = [_size(value) for value in values]
    places = sorted(range(len(parts)), key=lambda i: -sizes[i])[:most]
    return [parts[i] for i in sorted(places)]


def _size(value: Value) -> float:
    """How much a term matters; what isn't a number matters most."""
    size = abs(value) if isinstance(value, float) else float(np.abs(value).max(initial=0.0))
    return size if np.isfinite(size) else float("inf")


def _factor(part: Expression, decimals: int) -> str:
    text = written(part, decimals)
    return f"({text})" if text.startswith(MINUS) or isinstance(part, Sum) else text


def _grouped(part: Expression, decimals: int) -> str:
    text = written(part, decimals)
    several = isinstance(part, Sum) and len(part.parts) > 1
    return f"({text})" if several or isinstance(part, Quotient) else text


def _call(name: str, argument: Expression, decimals: int) -> str:
    template, text = FUNCTIONS[name][0], written(argument, decimals)
    bare = template[template.index("{") - 1 : template.index("{")] != "("
    if bare and (text.startswith(MINUS) or " " in text):
        text = f"({text})"
    return template.format(text)


# Enough digits


def enough(shown: Expression, value: Value) -> int | None:
    """How many decimals the numbers shown need, so that they come to the value as it is shown.

    None where no number of them up to `MOST_DECIMALS` is enough, or there are too many.
    Of rows only the columns that show are tried, as all is done column by column.
    """
    put_in = list(islice(numbers(shown), MOST_TRIED + 1))
    if len(put_in) > MOST_TRIED or not np.isfinite(_columns(value)).all():
        return None
    with np.errstate(all="ignore"):
        return next(
            (d for d in range(DECIMALS, MOST_DECIMALS + 1) if _adds_up(shown, value, d)), None
        )


def _adds_up(shown: Expression, value: Value, decimals: int) -> bool:
    def rounded(one: Number) -> Number:
        return Number(_as_shown(one.value, decimals))

    result, wanted = np.asarray(evaluate(mapped(shown, rounded))), _columns(value)
    return result.shape == wanted.shape and all(
        signed(float(a)) == signed(float(b))
        for a, b in zip(result.ravel(), wanted.ravel(), strict=True)
    )


def _columns(value: Value) -> Floats:
    """A scalar, or what is shown of a row."""
    whole: Floats = np.asarray(value)
    return whole[:MOST_COLUMNS] if whole.ndim else whole


def _as_shown(value: Value, decimals: int) -> Value:
    """A number as one would type it in from the screen."""
    if np.ndim(value):
        row: Floats = np.array([_as_shown(float(x), decimals) for x in _columns(value)])
        return row
    x = float(value)
    if 0.5 * 10**-decimals <= abs(x) < 10:  # where `short` keeps all decimals; round is much faster
        return round(x, decimals)
    return float(short(x, decimals).replace(MINUS, "-").replace("∞", "inf"))


def derivation_lines(derivation: Derivation, current: bool) -> tuple[Line, Line]:
    """Two lines: address and formula; then the numbers put in and the value."""
    mark = Span("▸ ", Role.CURRENT) if current else Span("  ")
    head = (
        mark,
        Span(derivation.ref, Role.STRONG),
        Span(" = ", Role.MUTED),
        Span(derivation.formula, Role.TEXT),
    )
    return head, (Span("    = ", Role.MUTED), *_numbers(derivation))


def derivation_line(derivation: Derivation, room: int = 0) -> Line:
    """One line: address, numbers put in, value; the result stays where `room` is given.

    A sum that is too long for it has fewer terms, or else an ellipsis before the result.
    """
    head = (Span(derivation.ref, Role.STRONG), Span(" = ", Role.MUTED))
    line = (*head, *_numbers(derivation))
    if not room:
        return line
    for most in range(MOST_TERMS - 1, 1, -1):
        if width_of(line) <= room:
            return line
        line = (*head, *_numbers(derivation, most))
    if width_of(line) > room and len(line) > len(head) + 1:
        text, *result = line[len(head) :]
        left = room - width_of((*head, *result))
        line = (*head, Span(cut(text.text, max(1, left))), *result)
    return line


def _numbers(derivation: Derivation, most: int = MOST_TERMS) -> Line:
    shown = abridged(derivation.expression, most)
    decimals = enough(shown, derivation.value)
    text = written(shown, decimals or DECIMALS)
    value = number(derivation.value)
    if np.ndim(derivation.value) == 0:
        value = signed(float(derivation.value))
    if text in (value, value.removeprefix("+"), number(derivation.value, decimals or DECIMALS)):
        return (Span(value, Role.ACCENT),)
    equals = " ≈ " if decimals is None or _inexact(derivation) else " = "
    return (Span(text), Span(equals, Role.MUTED), Span(value, Role.ACCENT))


def _inexact(derivation: Derivation) -> bool:
    return any(is_rounded(float(x)) for x in np.ravel(_columns(derivation.value)))
