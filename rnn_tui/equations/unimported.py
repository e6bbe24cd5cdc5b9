"""A cell's file read and not imported, as a first frame has no time for the NumPy that it needs."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import NamedTuple

from rnn_tui.equations.gates import gates_of
from rnn_tui.equations.lines import lines_in

FOLDER = Path(__file__).with_name("cells")
TABLE, STATES, FORWARD = "CELLS", "STATES", "forward"  # as the files of that folder call them


class CellFile(NamedTuple):
    """What a cell's file says: its states, and whether it has gates."""

    states: tuple[str, ...]
    has_gates: bool


def cell_file(name: str) -> CellFile | None:
    """What the file of the cell of this name says; None where there is none, or it can't be read.

    A variant of a cell is not told from the cell.
    """
    try:
        module = _module_of(name)
        return None if module is None else _read(module)
    except (OSError, ValueError, SyntaxError):
        return None


def _module_of(name: str) -> str | None:
    """The module from which `CELLS` makes the cell of a name: `"rnn": Cell.of("rnn", vanilla)`."""
    table = _assigned(_parsed("__init__")[1], TABLE)
    if isinstance(table, ast.Dict):
        for key, made in zip(table.keys, table.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == name and isinstance(made, ast.Call):
                return next((one.id for one in made.args if isinstance(one, ast.Name)), None)
    return None


def _read(module: str) -> CellFile | None:
    text, tree = _parsed(module)
    states = _assigned(tree, STATES)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == FORWARD and states is not None:
            names = tuple(ast.literal_eval(states))
            lines = lines_in(ast.get_source_segment(text, node) or "")
            return CellFile(names, bool(gates_of(lines, names)))
    return None


def _parsed(module: str) -> tuple[str, ast.Module]:
    text = (FOLDER / f"{module}.py").read_text("utf-8")
    return text, ast.parse(text)


def _assigned(tree: ast.Module, name: str) -> ast.expr | None:
    """What a file gives to a name."""
    for node in tree.body:
        targets = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [])
        if isinstance(node, ast.Assign | ast.AnnAssign) and any(
            isinstance(target, ast.Name) and target.id == name for target in targets
        ):
            return node.value
    return None
