"""The derivations of Jacobians: each entry by the lines of the way back, each norm by its entries.

J_t = ∂s_t/∂s_{t-1} of all states. Row i of it is the gradient of state number i sent back through
timestep t: a 1 that runs through the lines, which are walked as for any other number.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

import numpy as np

from rnn_tui.arrays import Floats
from rnn_tui.engine.passes.carrying import Carrier
from rnn_tui.engine.spectrum.ledger import factors, stretch
from rnn_tui.session.moment import Refused
from rnn_tui.session.passes import Pass
from rnn_tui.session.program.ops import Phase
from rnn_tui.session.why.derivation import Derivation
from rnn_tui.session.why.expressions import (
    Expression,
    Negative,
    Number,
    Product,
    Quotient,
    Sum,
    Whole,
    evaluate,
    given,
    numbers,
)
from rnn_tui.session.why.lines import Index, LineAt, multiplied
from rnn_tui.session.why.spectra import DIRECTIONS, LARGEST, radius_of, stretched
from rnn_tui.session.why.state_norms import AT_THE_END

AT_MOST = "At most this share of a gradient is left here; how much, depends on its direction."
SMALLER = "The norm of a product is at most the product of the norms"
MOST_WRITTEN = 64  # numbers of an intermediate gradient; a larger one is put in as a number

_Variable = Callable[[Index], Expression]

_ZERO, _ONE = given(0.0, "0: nothing is passed back here"), given(1.0, "1")


def entry(pass_: Pass, t: int, i: int, j: int) -> Derivation:
    """∂s_t[i]/∂s_{t-1}[j]: how much number i of the states follows number j of those before."""
    value = float(_jacobian(pass_, t)[i, j])
    expression = _sent_back(pass_, t, i, j)
    formula = f"∂{_state(pass_, t, i)}/∂{_state(pass_, t - 1, j)}"
    return Derivation("", f"J[{t},{i},{j}]", formula, expression, value)


def _state(pass_: Pass, t: int, i: int) -> str:
    net = pass_.network
    depth, state, part = next(
        one for one in net.state_slices(pass_.before.layout) if i < one[2].stop
    )
    return f"{net.name_of(state, depth)}[{t},{i - part.start}]"


def _sent_back(pass_: Pass, t: int, i: int, j: int) -> Expression:
    """The gradient of state number i alone, taken back through timestep t, at state number j."""
    net = pass_.network
    slices = net.state_slices(pass_.before.layout)
    kinds = [
        kind
        for kind in pass_.program.kinds_at(Phase.BACKWARD, t)
        if kind.part == "layer" and not kind.line.adds_up and not kind.at_start
    ]
    wanted: Expression = _ZERO
    from_above: _Variable = _nothing
    for depth in reversed(range(net.depth)):
        own = [(state, part) for of, state, part in slices if of == depth]
        made: dict[str, _Variable] = {"dh_local": from_above}
        made |= {f"d{state}_next": _unit(i - part.start) for state, part in own}
        for kind in (one for one in kinds if one.depth == depth):
            line = _WayBack(pass_, kind, t, made)
            made = {**made, kind.line.target: cache(line.made)}
        for state, part in own:
            if part.start <= j < part.stop:
                wanted = made[f"d{state}_next"]((j - part.start,))
        from_above = made.get("dx_t", _nothing)
    return wanted


def _nothing(index: Index) -> Expression:
    return _ZERO


def _unit(i: int) -> _Variable:
    return lambda index: _ONE if index == (i,) else _ZERO


@dataclass(frozen=True, eq=False)
class _WayBack(LineAt):
    """A line of the way back with the gradient of one number in it; the others are 0."""

    sent: dict[str, _Variable] = field(default_factory=dict)

    def made(self, index: Index) -> Expression:
        """A number of what it makes, without what is 0."""
        if self.is_held(self.kind.line.target, index):
            return _ZERO
        return _simple(self.expression(self.kind.line.value, index))

    def operand(self, name: str, index: Index) -> Expression:
        """Of a gradient what it is made of, as it has no address."""
        if name not in self.sent:
            return super().operand(name, index)
        found = self.sent[name](index)
        if sum(1 for _ in islice(numbers(found), MOST_WRITTEN + 1)) <= MOST_WRITTEN:
            return found
        return Number(float(evaluate(found)), label=f"{name}[{index[0]}] on the way back")

    def _product(self, matrix: ast.expr, vector: ast.expr, index: Index) -> Sum:
        size = self.one.before[_name(matrix)].shape[0 if isinstance(matrix, ast.Attribute) else 1]
        parts = []
        for k in range(size):
            factor = _simple(self.expression(vector, (k,)))
            if factor is not _ZERO:
                parts.append(multiplied(self.expression(matrix, (*index, k)), factor))
        return Sum(tuple(parts))


def _name(matrix: ast.expr) -> str:
    inner = matrix.value if isinstance(matrix, ast.Attribute) else matrix
    return ast.unparse(inner)


def _simple(expression: Expression) -> Expression:
    """The same without terms that are `_ZERO` and factors that are `_ONE`."""
    match expression:
        case Sum(parts=parts):
            kept = tuple(part for part in map(_simple, parts) if part is not _ZERO)
            return kept[0] if len(kept) == 1 else Sum(kept) if kept else _ZERO
        case Product(parts=parts):
            simple = [*map(_simple, parts)]
            left = tuple(part for part in simple if part is not _ONE)
            if any(part is _ZERO for part in simple):
                return _ZERO
            return multiplied(*left) if len(left) > 1 else left[0] if left else _ONE
        case Negative(part=part) | Quotient(above=part) if _simple(part) is _ZERO:
            return _ZERO
    return expression


# Norms


def norm(pass_: Pass, t: int) -> Derivation:
    """‖J_t‖, the largest singular value of one timestep's Jacobian."""
    value = stretch(pass_.known.trace, t)
    names = [one[1] for one in pass_.network.state_slices(pass_.before.layout)]
    states = names[0] if len(names) == 1 else f"({', '.join(names)})"
    formula = f"{LARGEST} of J_{t} = ∂{states}_{t}/∂{states}_{t - 1}: Σ u[i]·J[i,j]·v[j]"
    expression = stretched(_jacobian(pass_, t), f"J[{t},{{}},{{}}]", value)
    note = f"The largest factor of a single step back. {DIRECTIONS}"
    return Derivation("", f"jacobian[{t}]", formula, expression, value, note)


def reach(pass_: Pass, t: int) -> Derivation:
    """How much of a gradient at the last state can reach state t, at most: ‖J_T-1 · … · J_t+1‖."""
    found, last = factors(pass_.known.trace), pass_.current.length - 1
    if t < found.first:
        raise Refused(
            f"reach[{t}] would take {last - t} products of {pass_.before.layout.hidden_size} × "
            f"{pass_.before.layout.hidden_size} numbers; computed back to t = {found.first}"
        )
    value, note = float(found.product[t]), AT_MOST
    if t == last:
        return Derivation("", f"reach[{t}]", AT_THE_END, given(value, AT_THE_END), value, note)
    steps = [*range(last, t, -1)]
    norms = [float(found.jacobian[s]) for s in steps]
    formula = f"{LARGEST} of {'·'.join(f'J_{s}' for s in (*steps[:3],))}"
    if len(steps) > 3:
        formula = f"{LARGEST} of the product J_{last} · … · J_{t + 1}"
    parts = (Number(x, f"jacobian[{s}]") for s, x in zip(steps, norms, strict=True))
    if len(steps) > 1:
        bound = float(np.prod(norms))
        note += f" {SMALLER}: ‖J_{last}‖ · … · ‖J_{t + 1}‖ = {bound:.4g} is at least as large."
    return Derivation("", f"reach[{t}]", formula, Whole(value, tuple(parts)), value, note)


def radius(pass_: Pass, t: int) -> Derivation:
    """The spectral radius of the Jacobian of one timestep."""
    step = _jacobian(pass_, t)
    states = " and ".join(pass_.network.layers[-1].cell.states)
    of = f"the Jacobian of timestep {t}, of all {states}"
    note = "Above 1 a gradient can grow with each step back, below 1 it vanishes."
    return radius_of(f"radius[{t}]", step, "the Jacobian", of, f"J[{t},{{}},{{}}]", note)


def _jacobian(pass_: Pass, t: int) -> Floats:
    with np.errstate(all="ignore"):
        return Carrier(pass_.known.trace).jacobian(t)
