"""Why a number has its value, read off the line that made it: its formula, and its arithmetic.

No equation stands here. A line's expression is walked with the index of one number of its
target: a name becomes a number with an address, a product of a matrix and a vector a sum of
products, and a function what it does to its argument. A bug in the line is in its derivation.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from rnn_tui.arrays import Floats
from rnn_tui.engine.passes.walking import place_of
from rnn_tui.equations.lines import evaluator
from rnn_tui.equations.mathematics import Function
from rnn_tui.equations.network import OUTPUTS
from rnn_tui.session.passes import Pass
from rnn_tui.session.program.equations import Blackboard
from rnn_tui.session.program.operands import variable
from rnn_tui.session.program.ops import OpKind
from rnn_tui.session.why.expressions import (
    Call,
    Expression,
    Negative,
    Number,
    Product,
    Quotient,
    Sum,
    Terms,
    given,
)

Index = tuple[int, ...]
Vector = Callable[["LineAt", list[ast.expr], Index], Expression]  # a function of a whole vector

VECTORS: dict[str, Vector] = {}  # by the function's name: see `why.answers`


def weight(one: Pass, name: str, index: str) -> str:
    """The ref of a parameter as this pass uses it, which an update may have left behind."""
    return f"{name}[{index}]" + (f"@{one.update}" if one.updated else "")


@dataclass(frozen=True, eq=False)
class LineAt:
    """A line of a timestep that has run."""

    one: Pass
    kind: OpKind
    t: int

    @cached_property
    def _states(self) -> tuple[str, ...]:
        return self.one.network.layers[self.kind.depth].cell.states

    @cached_property
    def _is_of_output(self) -> Iterable[str]:
        return self.one.known.trace.outputs.keys()

    def function(self, name: str) -> Function:
        """A function that the line calls."""
        assert self.kind.block is not None
        return self.kind.block.functions[name]

    def value(self, name: str) -> Floats:
        """A variable that the line reads."""
        return variable(self.one, self.kind, name, self.t)

    def ref(self, name: str, index: str) -> str:
        """The address of a number of a variable that the line reads."""
        if name in self.one.before.layout.shapes:
            return weight(self.one, name, index)
        if name in self._is_of_output:
            return f"{name}[{self.t},{index}]"
        array, row = self.place(name)
        return f"{array}[{row},{index}]"

    def is_held(self, name: str, index: Index) -> bool:
        """Whether a gradient ends here, as the value of the state was put in by hand."""
        state = name.removeprefix("d")
        if state == name or state not in self._states:
            return False
        held = self.one.known.trace.held_at(self.t, self.kind.depth).get(state)
        return held is not None and bool(held[index])

    @property
    def ids(self) -> int:
        """The row of the token that is read here."""
        return int(self.one.current.ids[self.t])

    def is_elementwise(self, node: ast.expr) -> bool:
        """Whether a number of the result hangs on no other numbers than those of its own index."""
        parts = [*ast.walk(node)]
        return not any(
            isinstance(part, ast.MatMult) or (isinstance(part, ast.Name) and part.id in VECTORS)
            for part in parts
        )

    # The arithmetic

    def expression(self, node: ast.expr, index: Index) -> Expression:  # noqa: PLR0911
        """One number of an expression as the arithmetic that makes it."""
        match node:
            case ast.Constant(value=float() | int() as value):
                return given(float(value), f"{value:g}")
            case ast.Name(id=name):
                return self.operand(name, index)
            case ast.Attribute(value=inner, attr="T"):
                return self.expression(inner, index[::-1])
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return Negative(self.expression(inner, index))
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Name(id=row)):
                return self.number(name, (int(self.value(row)), *index))
            case ast.BinOp():
                return self._binary(node, index)
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self._call(name, arguments, index)
        raise TypeError(f"no arithmetic for {ast.unparse(node)}")

    def operand(self, name: str, index: Index) -> Expression:
        """What stands in the arithmetic for a variable that the line reads."""
        return self.number(name, index)

    def number(self, name: str, index: Index) -> Number:
        """A number of a variable that the line reads, as it is when it does."""
        if self.is_held(name, index):
            return given(0.0, f"0, as {name.removeprefix('d')} was put in by hand")
        if name == OUTPUTS:
            return Number(float(self.value(name)), label="outputs")
        value = float(self.value(name)[index])
        return Number(value, self.ref(name, ",".join(map(str, index))))

    def _binary(self, node: ast.BinOp, index: Index) -> Expression:
        left, right = node.left, node.right
        match node.op:
            case ast.MatMult():
                return self._product(left, right, index)
            case ast.Add() | ast.Sub():
                last = self.expression(right, index)
                added = last if isinstance(node.op, ast.Add) else Negative(last)
                return summed(self.expression(left, index), added)
            case ast.Mult():
                return multiplied(self.expression(left, index), self.expression(right, index))
            case ast.Div():
                return Quotient(self.expression(left, index), self.expression(right, index))
            case ast.Pow() if ast.unparse(right) == "2":
                return Call("square", self.expression(left, index))
        raise TypeError(f"no arithmetic for {ast.unparse(node)}")

    def _product(self, matrix: ast.expr, vector: ast.expr, index: Index) -> Sum:
        """A row of a matrix times a vector, term by term."""
        turned = isinstance(matrix, ast.Attribute)
        inner = matrix.value if isinstance(matrix, ast.Attribute) else matrix
        if not (isinstance(inner, ast.Name) and isinstance(vector, ast.Name)):
            size = len(self.array(vector))
            parts = (
                multiplied(self.expression(matrix, (*index, j)), self.expression(vector, (j,)))
                for j in range(size)
            )
            return Sum(tuple(parts))
        array = self.value(inner.id)
        row = array.T[index[0]] if turned else array[index[0]]
        place = f"{{}},{index[0]}" if turned else f"{index[0]},{{}}"
        refs = self.ref(inner.id, place), self.ref(vector.id, "{}")
        return Sum(Terms(row, self.value(vector.id), refs))

    def array(self, node: ast.expr) -> Floats:
        """All numbers of an expression at once."""
        names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
        assert self.kind.block is not None
        functions = self.kind.block.functions
        scope = {
            name: functions[name].of if name in functions else self.value(name) for name in names
        }
        array: Floats = eval(evaluator(node), scope)
        return array

    def _call(self, name: str, arguments: list[ast.expr], index: Index) -> Expression:
        function = self.function(name)
        if function.kind == "outer":
            first, last = arguments
            return multiplied(self.expression(first, index[:1]), self.expression(last, index[1:]))
        if function.kind == "elementwise" and len(arguments) == 1:
            called = function.name
            if called == "slope":
                called = f"slope of {self.one.network.layers[self.kind.depth].activation.name}"
            return Call(called, self.expression(arguments[0], index))
        return VECTORS[name](self, arguments, index)

    # A row of what is added to a gradient, for the op

    def row(self, node: ast.expr, index: int) -> Expression:
        """One row of an expression: numbers, and vectors with a name in the place of addresses."""
        match node:
            case ast.Call(func=ast.Name(id=name), args=[first, ast.Name(id=last)]) if (
                self.function(name).kind == "outer"
            ):
                factor = self.expression(first, (index,))
                vector = Number(self.value(last), label=self.placed(last))
                return Product((factor, vector))
        return self.expression(node, (index,))

    # The formula

    def formula(self, node: ast.expr, row: int | None = None) -> str:
        """The expression as on the blackboard; of a product the row that is asked about."""
        assert self.kind.block is not None
        place = "" if row is None else f"[{row}]"
        functions = dict(self.kind.block.functions)
        activation = self.one.network.layers[self.kind.depth].activation
        if "slope" in functions:
            functions["slope"] = _worded(functions["slope"], f"({activation.slope_formula})")
        return Blackboard(functions, self.named, self.placed, place).of(node)

    def formula_anywhere(self, node: ast.expr) -> str:
        """The same at any timestep: `delta · x_tᵀ`."""
        assert self.kind.block is not None
        return Blackboard(self.kind.block.functions).of(node)

    def named(self, name: str) -> str:
        """What a variable is called among others of its timestep."""
        assert self.kind.block is not None
        if name.endswith("_prev"):
            return self.placed(name)
        bare = name.removesuffix("_t")
        if bare not in self.kind.block.functions and name in self._of_layer:
            return self.place(name)[0] if self.one.network.depth > 1 else bare
        return bare

    @cached_property
    def _of_layer(self) -> Iterable[str]:
        return {"x_t", "dh_local", *self.one.network.layers[self.kind.depth].variables}

    def placed(self, name: str) -> str:
        """What a vector is called beside a matrix: with its timestep, `h_2` or `h_start`.

        One of an output has none.
        """
        if name in self._is_of_output or name in self.one.before.layout.shapes:
            return name
        array, row = self.place(name)
        return f"{array}_{row}" if row >= 0 else f"{array}_start"

    def place(self, name: str) -> tuple[str, int]:
        """The array that a variable stands in, as addresses name it, and its row there."""
        net, depth = self.one.network, self.kind.depth
        place = place_of(name, self._states)
        if place.array == "x" and depth:  # a layer reads the state of the one below
            return net.name_of("h", depth - 1), self.t
        if place.array == "dh_local" and depth < net.depth - 1:
            return net.name_of("dx", depth + 1), self.t
        back = place.array in self._states
        return net.name_of(place.array, depth), self.t + place.ahead - back


def _worded(function: Function, formula: str) -> Function:
    return Function(function.name, function.of, function.kind, formula, function.numpy)


def summed(*parts: Expression) -> Sum:
    """All parts added in one sum; a scalar product keeps its terms unmade."""
    first, *rest = parts
    flat: list[Expression] = []
    for part in rest:
        flat += part.parts if isinstance(part, Sum) and not _is_dot(part) else (part,)
    if not isinstance(first, Sum):
        return Sum((first, *flat))
    if _is_dot(first):
        assert isinstance(first.parts, Terms)
        return Sum(first.parts.and_then(*flat))
    return Sum((*first.parts, *flat))


def _is_dot(one: Sum) -> bool:
    return isinstance(one.parts, Terms)


def multiplied(*factors: Expression) -> Product:
    """All factors in one product."""
    flat: list[Expression] = []
    for factor in factors:
        flat += factor.parts if isinstance(factor, Product) else (factor,)
    return Product(tuple(flat))


def terms_of(expression: Expression) -> Sequence[Expression]:
    """The parts of a sum, or the one there is."""
    return expression.parts if isinstance(expression, Sum) else (expression,)
