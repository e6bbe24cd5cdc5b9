"""What a cell's lines say of its gates, and of the way along which a state is only scaled.

Nothing here knows a cell: a gate is a line that squashes to 0 … 1, a candidate one that squashes
to either side, and the way along a state is the term of `ds_next` that no matrix is in.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rnn_tui.equations.lines import Line, variables

if TYPE_CHECKING:  # with it comes NumPy, for which a first frame has no time
    from rnn_tui.equations.cells.cell import Cell

OPEN, SQUASHED = ("sigmoid",), ("tanh",)  # the functions of gates, of candidates


class Gate(NamedTuple):
    """A gate of a cell, or a candidate, which `has_sign`: its name, and what its line says of it.

    `words` are such as "the forget gate", `does` such as "how much is kept", or nothing.
    """

    name: str
    words: str
    does: str
    has_sign: bool


@lru_cache(maxsize=32)
def gates(cell: Cell) -> tuple[Gate, ...]:
    """The gates in the order of the lines that make them, then the candidates."""
    return gates_of(cell.forward_body.lines, cell.states)


def gates_of(lines: Sequence[Line], states: Sequence[str]) -> tuple[Gate, ...]:
    """The same of a cell by the lines of its forward pass and its states."""
    made = {f"{state}_t" for state in states}
    squashed = [line for line in lines if line.target not in made]
    found = [_gate(line) for line in squashed if _outermost(line) in (*OPEN, *SQUASHED)]
    if not any(not one.has_sign for one in found):
        return ()
    return tuple(sorted(found, key=lambda gate: gate.has_sign))


def _gate(line: Line) -> Gate:
    words, _, does = line.words.partition(": ")
    return Gate(line.target, words, does, _outermost(line) in SQUASHED)


def _outermost(line: Line) -> str:
    value = line.value
    is_call = isinstance(value, ast.Call) and isinstance(value.func, ast.Name)
    return value.func.id if is_call else ""  # type: ignore[attr-defined]


def kept(lines: Sequence[Line], state: str) -> ast.expr | None:
    """What dL/ds is multiplied by on its way along a state, number by number; None if nothing is.

    `lines` are those of a timestep backwards: of `dc_next = dc * f` it is f, of `dh_next = dh * z
    + W_hh.T @ delta` it is z. Where no line reads what the timestep after it sends, nothing comes
    that way, however large the factor is.
    """
    sent = f"d{state}_next"
    made = {line.target: line for line in lines if not line.adds_up}
    last = made.get(sent) if any(sent in line.reads for line in lines) else None
    factors = [] if last is None else list(_factors(last.value, f"d{state}", made))
    if not factors:
        return None
    whole = factors[0]
    for factor in factors[1:]:
        whole = ast.BinOp(whole, ast.Add(), factor)
    return ast.fix_missing_locations(whole)


@lru_cache(maxsize=32)
def keepers(cell: Cell) -> frozenset[str]:
    """The lines that scale a state on its way to the next: f of an LSTM, z of a GRU."""
    ways = (kept(cell.backward_body.lines, state) for state in cell.states)
    return frozenset(node.id for way in ways if way is not None for node in variables(way))


def _factors(node: ast.expr, gradient: str, made: dict[str, Line]) -> Iterator[ast.expr]:
    """Of each term of a sum that is the gradient times numbers of its own index, those numbers."""
    match node:
        case ast.BinOp(op=ast.Add()):
            yield from _factors(node.left, gradient, made)
            yield from _factors(node.right, gradient, made)
        case ast.Name(id=name) if name == gradient:
            yield ast.Constant(1.0)
        case ast.Name(id=name) if name in made and made[name].value is not node:
            yield from _factors(made[name].value, gradient, made)
        case ast.BinOp(op=ast.Mult()):
            parts = list(_product(node))
            others = [part for part in parts if ast.unparse(part) != gradient]
            if len(others) == len(parts) - 1 and not any(map(_has_matrix, others)):
                whole = others[0]
                for other in others[1:]:
                    whole = ast.BinOp(whole, ast.Mult(), other)
                yield whole


def _product(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        yield from _product(node.left)
        yield from _product(node.right)
    else:
        yield node


def _has_matrix(node: ast.expr) -> bool:
    return any(isinstance(part, ast.MatMult) for part in ast.walk(node))
