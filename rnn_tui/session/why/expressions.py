"""A number as the arithmetic that makes it: small trees that can be computed and written out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.equations.activations import sigmoid


@dataclass(frozen=True, eq=False)
class Number:
    """A value that is already known, a scalar or a row.

    `ref` is the address it stands at, which can be asked on; one that has none has a
    `label` that says what it is, and `since` which update it holds, where that can be said.
    It `is_given` where nothing computes it: data, first weights, settings, what was set by hand.
    """

    value: float | Floats
    ref: str = ""
    label: str = ""
    since: int | None = None
    is_given: bool = False


def given(value: float, label: str = "", since: int | None = None) -> Number:
    """A number that nothing computes, where a chain of derivations ends."""
    return Number(value, label=label, since=since, is_given=True)


@dataclass(frozen=True, eq=False)
class Whole:
    """A value computed from all of its parts together, by what is no sum of terms of theirs.

    Such as an eigenvalue, or the norm of a product of matrices.
    """

    value: float
    parts: Sequence[Expression]


@dataclass(frozen=True, eq=False)
class Sum:
    """All parts added. They may be `Terms`."""

    parts: Sequence[Expression]


@dataclass(frozen=True, eq=False)
class Product:
    """All parts multiplied."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, eq=False)
class Quotient:
    """One part divided by another."""

    above: Expression
    below: Expression


@dataclass(frozen=True, eq=False)
class Negative:
    """A part with its sign turned."""

    part: Expression


@dataclass(frozen=True, eq=False)
class Largest:
    """The largest of all parts."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, eq=False)
class Call:
    """A function of FUNCTIONS applied to a part."""

    function: str
    argument: Expression


Expression = Number | Whole | Sum | Product | Quotient | Negative | Largest | Call

Value = float | Floats

# How each function is written, with {} for its argument, and what it does.
FUNCTIONS: dict[str, tuple[str, Callable[[Floats], Floats]]] = {
    "tanh": ("tanh({})", np.tanh),
    "relu": ("max(0, {})", lambda z: np.maximum(z, 0.0)),
    "sigmoid": ("σ({})", sigmoid),
    "slope of tanh": ("(1 − {}²)", lambda h: 1.0 - h**2),
    "slope of relu": ("[{} > 0]", lambda h: (h > 0).astype(np.float64)),
    "slope of sigmoid": ("σ′ at h = {}", lambda h: h * (1.0 - h)),
    "exp": ("e^{}", np.exp),
    "minus ln": ("−ln {}", lambda p: -np.log(p)),
    "minus ln of the rest": ("−ln(1 − {})", lambda p: -np.log1p(-p)),
    "softplus": ("ln(1 + e^{})", lambda z: np.logaddexp(0.0, z)),
    "log of one more": ("ln(1 + {})", np.log1p),
    "sqrt": ("√({})", np.sqrt),
    "square": ("{}²", np.square),
}


def evaluate(expression: Expression) -> Value:
    """What an expression comes to."""
    match expression:
        case Number(value=value) | Whole(value=value):
            return value
        case Sum(parts=Terms() as terms):
            return _together(expression, terms.values)
        case Sum(parts=parts) | Product(parts=parts) | Largest(parts=parts):
            return _together(expression, [evaluate(part) for part in parts])
        case Quotient(above=above, below=below):
            return evaluate(above) / evaluate(below)
        case Negative(part=part):
            return -evaluate(part)
        case Call(function=name, argument=argument):
            return plain(FUNCTIONS[name][1](np.asarray(evaluate(argument))))


def _together(expression: Sum | Product | Largest, values: list[Value]) -> Value:
    if isinstance(expression, Largest):
        return float(np.max(np.array(values)))
    result: Value = 0.0 if isinstance(expression, Sum) else 1.0
    for value in values:
        result = result + value if isinstance(expression, Sum) else result * value
    return result


def plain(number: Value) -> Value:
    """A NumPy scalar as a float; rows stay as they are."""
    return float(number) if np.ndim(number) == 0 else number


def numbers(expression: Expression) -> Iterator[Number]:
    """The numbers put in, from left to right."""
    match expression:
        case Number():
            yield expression
        case Sum(parts=parts) | Product(parts=parts) | Largest(parts=parts) | Whole(parts=parts):
            for part in parts:
                yield from numbers(part)
        case Quotient(above=above, below=below):
            yield from numbers(above)
            yield from numbers(below)
        case Negative(part=part) | Call(argument=part):
            yield from numbers(part)


def with_parts(expression: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """The same operation on parts that are changed, each by itself; a number is left as it is."""
    match expression:
        case Sum(parts=parts) | Product(parts=parts) | Largest(parts=parts):
            return type(expression)(tuple(map(change, parts)))
        case Whole(value=value, parts=parts):
            return Whole(value, tuple(map(change, parts)))
        case Quotient(above=above, below=below):
            return Quotient(change(above), change(below))
        case Negative(part=part):
            return Negative(change(part))
        case Call(function=function, argument=argument):
            return Call(function, change(argument))
    return expression


def mapped(expression: Expression, change: Callable[[Number], Number]) -> Expression:
    """The same arithmetic with each of its numbers changed."""
    if isinstance(expression, Number):
        return change(expression)
    return with_parts(expression, lambda part: mapped(part, change))


def without_patch(value: Value, ref: str) -> Number:
    """A number of a pass as it was before a value was put in: its address gives the one now."""
    return Number(value, label=f"{ref.partition('#')[0]} without the patch")


def norm(values: Floats, ref: str = "") -> Call:
    """√Σ v². `{}` in a ref takes the place of the summed index."""
    parts = (Call("square", Number(float(value), ref.format(i))) for i, value in enumerate(values))
    return Call("sqrt", Sum(tuple(parts)))


class Terms(Sequence[Expression]):
    """The terms of a scalar product, then others: made one by one when they are asked for.

    A wide network has hundreds, of which a line shows the largest few. `{}` in a ref
    takes the place of the summed index.
    """

    def __init__(
        self, left: Floats, right: Floats, refs: tuple[str, str], then: tuple[Expression, ...] = ()
    ) -> None:
        self._left, self._right, self._refs, self._then = left, right, refs, then

    def __len__(self) -> int:
        return len(self._left) + len(self._then)

    def and_then(self, *parts: Expression) -> Terms:
        """The same terms, with parts behind them."""
        return Terms(self._left, self._right, self._refs, (*self._then, *parts))

    @property
    def values(self) -> list[Value]:
        """What each comes to."""
        return [*(self._left * self._right).tolist(), *map(evaluate, self._then)]

    @overload
    def __getitem__(self, place: int) -> Expression: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Expression]: ...
    def __getitem__(self, place: int | slice) -> Expression | Sequence[Expression]:
        places = range(len(self))[place]
        return self._term(places) if isinstance(places, int) else [self._term(i) for i in places]

    def _term(self, i: int) -> Expression:
        if i >= len(self._left):
            return self._then[i - len(self._left)]
        pairs = zip((self._left, self._right), self._refs, strict=True)
        return Product(tuple(Number(float(row[i]), ref.format(i)) for row, ref in pairs))


def dot(
    left: Floats, right: Floats, left_ref: str = "", right_ref: str = "", *then: Expression
) -> Sum:
    """A sum of products, term by term, and of what is added then."""
    return Sum(Terms(left, right, (left_ref, right_ref), then))
