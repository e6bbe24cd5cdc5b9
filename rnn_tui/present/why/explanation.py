"""Why a number has its value, as it is shown: what it is, its arithmetic, and its terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnn_tui.characters import cell_width, cut
from rnn_tui.present.capitals import sentence_case
from rnn_tui.present.digits import signed
from rnn_tui.present.tables.cells import Cell, Column, Line, Role, Span, bars
from rnn_tui.present.tables.tables import first_state
from rnn_tui.present.tokens import told_text
from rnn_tui.present.why.book import norm_in_book, op_in_book, weight_in_book
from rnn_tui.present.why.formulas import derivation_lines
from rnn_tui.session.program.ops import OpKind
from rnn_tui.session.program.source import listing
from rnn_tui.session.view import StepView
from rnn_tui.session.why.derivation import Derivation
from rnn_tui.session.why.expressions import (
    Call,
    Expression,
    Largest,
    Negative,
    Number,
    Quotient,
    Sum,
    Whole,
    evaluate,
    numbers,
)
from rnn_tui.session.why.kinds import kind_of
from rnn_tui.session.why.refs import read

MOST_OPERANDS = 3  # of a term, side by side
OPERAND_WIDTH = 24
MADE_OF, COMPUTED_FROM = "made of", "computed from"
BEGINS, AS_A_WHOLE = "given", "computed as a whole"
MANY = 12  # terms, from which on the largest come first


@dataclass(frozen=True, eq=False)
class Term:
    """One part of the arithmetic: the numbers in it, and what it comes to."""

    operands: tuple[Number, ...]
    value: float


def terms(expression: Expression) -> tuple[Term, ...]:
    """What a number is made of: the terms of its outermost sum, or its factors in one."""
    parts, scale = _parts(expression)
    return tuple(
        Term(tuple(numbers(part)), float(np.asarray(evaluate(part)).sum()) / scale)
        for part in parts
    )


def _parts(expression: Expression) -> tuple[Sequence[Expression], float]:
    """The terms, and what each is divided by."""
    match expression:
        case Sum(parts=parts) | Largest(parts=parts) | Whole(parts=parts):
            return parts, 1.0
        case Quotient(above=Sum(parts=parts), below=Number(value=below)):
            return parts, float(below)
        case Quotient(below=Sum(parts=parts) as below):
            return parts, float(evaluate(below))
        case Call(argument=Sum() as inner) | Negative(part=Sum() as inner):
            return _parts(inner)
    return (expression,), 1.0


@dataclass(frozen=True, eq=False)
class TermTable:
    """The terms of a derivation: a row a term, a column a number in it, then what it comes to.

    It may be the derivation of a gradient's norm.
    """

    derivation: Derivation
    by_size: bool = False
    is_norm: bool = False

    frozen_columns = 0
    by_row = False
    current_row = None

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """In the order of the arithmetic, or the largest first."""
        found = terms(self.derivation.expression)
        if self.by_size:
            found = tuple(sorted(found, key=lambda term: -_magnitude(term.value)))
        return found

    @cached_property
    def _operands(self) -> int:
        return min(MOST_OPERANDS, max((len(term.operands) for term in self.terms), default=1))

    @cached_property
    def columns(self) -> Sequence[Column]:
        """The numbers of a term, each as wide as it must be; what they give; bars to compare."""
        operands = [
            Column("" if i else self._heading, self._width(i), "left")
            for i in range(self._operands)
        ]
        return [*operands, Column("gives", 10), bars()]

    @property
    def _heading(self) -> str:
        return COMPUTED_FROM if isinstance(self.derivation.expression, Whole) else MADE_OF

    def _width(self, place: int) -> int:
        """Of the numbers that stand at a place in their terms."""
        named = (self._names(term)[place : place + 1] for term in self.terms)
        wide = (cell_width(name) for names in named for name in names)
        return min(max([0 if place else len(self._heading), *wide]), 2 * OPERAND_WIDTH)

    @property
    def row_count(self) -> int:
        """One a term."""
        return len(self.terms)

    @property
    def telling(self) -> int:
        """The row of the largest term, if there are any of one that leads on; 0 where all are 0."""
        leads_on = [row for row, term in enumerate(self.terms) if self._shown(term)[0].ref]
        rows = leads_on or range(len(self.terms))
        return max(rows, key=lambda row: _magnitude(self.terms[row].value), default=0)

    def place_of(self, ref: str) -> tuple[int, int]:
        """The row and column of a number; those of the largest term where there is no such."""
        for row, term in enumerate(self.terms):
            for column, one in enumerate(self._shown(term)):
                if one.ref == ref:
                    return row, column
        return self.telling, 0

    def cells(self, row: int, first: int, last: int) -> Sequence[Cell]:
        """The cells of one row."""
        return self._row(self.terms[row])[first:last]

    def operand(self, row: int, column: int) -> Number:
        """The number in a cell; beside the numbers, the first."""
        shown = self._shown(self.terms[row])
        return shown[column] if column < len(shown) else shown[0]

    def _shown(self, term: Term) -> tuple[Number, ...]:
        return term.operands[:MOST_OPERANDS]

    def _row(self, term: Term) -> list[Cell]:
        named = [
            Cell(name, Role.TEXT if one.ref else Role.MUTED)
            for name, one in zip(self._names(term), self._shown(term), strict=True)
        ]
        empty = [Cell("") for _ in range(self._operands - len(named))]
        return [*named, *empty, Cell(signed(term.value)), self._bar(term)]

    def _bar(self, term: Term) -> Cell:
        """Its size against the others', if there are any; to the left where it is below 0."""
        if len(self.terms) == 1 or self._apart(term):
            return Cell("")
        share = self._share(term)
        return Cell("", self._hue(share), bar=share, two_sided=self._has_negative)

    def _hue(self, share: float) -> Role:
        """That of the sign, as everywhere; the norm of a gradient has none."""
        if self.is_norm:
            return Role.GRADIENT
        return Role.NEGATIVE if share < 0 else Role.POSITIVE

    @cached_property
    def _has_negative(self) -> bool:
        return any(term.value < 0 for term in self.terms)

    def _names(self, term: Term) -> list[str]:
        """Its numbers as they are written; one that is the whole term needs no value here."""
        shown = self._shown(term)
        if len(shown) == 1 and shown[0].value == term.value:
            only = "" if len(self.terms) > 1 else BEGINS if shown[0].is_given else AS_A_WHOLE
            return [shown[0].ref or shown[0].label or only]
        return [_named(one) for one in shown]

    def _apart(self, term: Term) -> bool:
        """Whether it is what all else is added to, such as a first value: it has no bar."""
        return len(self.terms) > 1 and not any(one.ref for one in term.operands)

    def _share(self, term: Term) -> float:
        """Its size against the largest, with its sign."""
        share = min(1.0, _magnitude(term.value) / self._largest) if self._largest else 0.0
        return -share if term.value < 0 else share

    @cached_property
    def _largest(self) -> float:
        sizes = [_magnitude(term.value) for term in self.terms if not self._apart(term)]
        return max((size for size in sizes if np.isfinite(size)), default=0.0)


def ending(number: Number) -> str:
    """Why a number without an address leads no further."""
    what_it_is = number.label or "this number"
    why = "given, not computed" if number.is_given else "computed as a whole, without terms to open"
    return f"{what_it_is}: {why}"


def _magnitude(value: float) -> float:
    return abs(value) if np.isfinite(value) else float("inf")


def _named(one: Number) -> str:
    """A number with the name that it can be asked by."""
    name = one.ref or one.label
    if np.ndim(one.value):
        return name
    value = signed(float(one.value))
    room = 2 * OPERAND_WIDTH - len(value) - 2
    return f"{cut(name, room)}  {value}" if name else value


@dataclass(frozen=True, eq=False)
class Explanation:
    """A derivation in words: lines above its terms."""

    derivation: Derivation
    lines: tuple[Line, ...]
    table: TermTable


def explanation(view: StepView, derivation: Derivation, by_size: bool | None = None) -> Explanation:
    """What to show of a derivation; unless it is said, many terms come largest first."""
    if by_size is None:
        by_size = len(terms(derivation.expression)) > MANY
    lines = (*_lines(view, derivation),)
    kind = kind_of(read(derivation.ref).name, view)
    return Explanation(derivation, lines, TermTable(derivation, by_size, kind.is_norm))


def _lines(view: StepView, derivation: Derivation) -> Iterator[Line]:
    yield what(view, derivation.ref)
    head, numbers_put_in = derivation_lines(derivation, current=False)
    yield head
    yield numbers_put_in
    value = float(derivation.value)
    yield (Span("    in full ", Role.MUTED), Span(repr(value).replace("-", "−"), Role.MUTED))
    yield from _in_book(view, derivation)
    if derivation.op:
        yield _source(view.program.algorithm.kinds[derivation.op])
    if derivation.note:
        yield (Span(derivation.note),)


def what(view: StepView, address: str) -> Line:
    """What kind of number stands at an address, of which token, example or update."""
    ref = read(address)
    kind = kind_of(ref.name, view)
    spans = [Span(sentence_case(kind.about), Role.STRONG)]
    timed = kind.axes[:1] and kind.axes[0] in ("token", "state", "answer")
    here = ref.example is None and ref.update is None
    if timed and here and ref.index and 0 <= ref.index[0] < view.current.length:
        t = ref.index[0]
        spans.append(Span(f" · t = {t}, {told_text(view, t)}", Role.MUTED))
    if timed and here and ref.index and ref.index[0] < 0:
        spans.append(Span(f" · {first_state(view)}", Role.MUTED))
    if kind.axes[:1] == ("sent",) and here and ref.index:
        t = ref.index[0] - 1
        to = first_state(view) if t < 0 else f"t = {t}, {told_text(view, t)}"
        spans.append(Span(f" · for {to}", Role.MUTED))
    if ref.example is not None:
        spans.append(Span(f" · in example {ref.example}", Role.MUTED))
    if ref.update is not None and ref.until is None:
        spans.append(Span(f" · at update {ref.update}", Role.MUTED))
    if ref.until is not None:
        alone = ref.until == (ref.update or 0) + 1
        by = f"update {ref.update}" if alone else f"updates {ref.update} to {ref.until - 1}"
        spans.append(Span(f" · changed by {by}", Role.MUTED))
    return tuple(spans)


def _in_book(view: StepView, derivation: Derivation) -> tuple[Line, ...]:
    ref = read(derivation.ref)
    if ref == ref.here and ref.name == "dh_norm":
        return norm_in_book(view, ref.index[0])
    if ref == ref.here and ref.name in view.params.layout.shapes:
        return weight_in_book(view, ref.name, ref.index)
    if ref != ref.here or not ref.index or ref.name not in view.program.algorithm.kinds:
        return ()
    unit = ref.index[1] if len(ref.index) > 1 else 0
    return op_in_book(view, ref.name, ref.index[0], unit)


def _source(kind: OpKind) -> Line:
    source, number = listing(kind.body), kind.line.number
    code = next(text for place, text in source.lines if place == number).strip()
    if code.endswith("("):  # the first of several lines
        code = f"{kind.line.text}  # {kind.line.words}"
    place = f"    line {kind.body.place(kind.line)} of {source.function}: "
    return Span(place, Role.MUTED), Span(code, Role.CODE)
