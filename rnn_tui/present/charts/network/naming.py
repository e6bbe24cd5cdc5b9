"""What the arrows of the picture are called: the matrices that they multiply by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import takewhile

from rnn_tui.equations.layer import Layer

INPUT, STATE = "HI", "HH"  # the letters of the shapes of what multiplies an input, and a state


def matrices(layer: Layer, letters: str, spell: Callable[[str], str]) -> str:
    """`W_hh`; of a cell with gates all of them together, `W_h{ifgo}`, in a notation's names."""
    blocks = layer.cell.parameters
    return joined([spell(name + layer.suffix) for name in blocks if blocks[name] == letters])


def joined(names: Sequence[str]) -> str:
    """Names that differ in one place, that place once for all: `W_h{ifgo}`."""
    if len(names) < 2:
        return "".join(names)
    before = _beginning(names)
    after = _beginning([name[len(before) :][::-1] for name in names])[::-1]
    apart = [name[len(before) : len(name) - len(after)] for name in names]
    if before.endswith("["):  # rows of one array
        return before[:-1]
    return f"{before}{{{''.join(apart)}}}{after}"


def _beginning(names: Sequence[str]) -> str:
    """That of all of them."""
    same = takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    return "".join(letters[0] for letters in same)
