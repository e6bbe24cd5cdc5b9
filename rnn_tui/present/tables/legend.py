"""What the heat of a table means: its scale from end to end, in the colours of the numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rnn_tui.numerals import MINUS
from rnn_tui.present.digits import size
from rnn_tui.present.tables.cells import Cell, Role, Scale, Table

SWATCH = 6  # cells from 0 to an end
NAMES = {Scale.GATE: "gate ", Scale.GRADIENT: "gradient "}
GAP = "   "
MOST_CELLS = 38  # of one scale, a gap included


class Heat(NamedTuple):
    """A scale, and the size that has its full colour; `of` what, if of more than a table."""

    scale: Scale = Scale.SIGNED
    most: float = 1.0
    of: str = ""


def heats_of(table: Table | None) -> tuple[Heat, ...]:
    """The scales of a table's numbers; none of one without colours.

    A table that has them says so by a property `heats`.
    """
    return tuple(getattr(table, "heats", ()))


def fitting(heats: Sequence[Heat], room: int) -> tuple[Heat, ...]:
    """As many of the scales, from the first on, as have room with a blank on either side."""
    for count in range(len(heats), 0, -1):
        if sum(len(cell.text) for cell in legend(heats[:count])) + 2 <= room:
            return tuple(heats[:count])
    return ()


def room_for_scales(table: Table | None, room: int) -> int:
    """What a table that is spread over so much room leaves to its legend.

    The same whether there are numbers yet or none, so that columns stay where they are.
    """
    if table is None or not hasattr(table, "heats"):
        return 0
    needs = sum(column.width + column.gap for column in table.columns)
    spare = max(0, room - needs) // MOST_CELLS
    return min(spare, getattr(table, "scales", 1)) * MOST_CELLS


def legend(heats: Sequence[Heat]) -> tuple[Cell, ...]:
    """The scales side by side: `−1 … 0 … +1`."""
    made: list[Cell] = []
    for heat in heats:
        made += [Cell(GAP)] if made else []
        made += _one(heat)
    return tuple(made)


def _one(heat: Heat) -> Iterator[Cell]:
    name, most = NAMES.get(heat.scale, ""), _short(heat.most)
    if heat.scale is Scale.SIGNED:
        yield Cell(f"{heat.of}{MINUS}{most} ", Role.MUTED)
        yield from (Cell(" ", heat=-i / SWATCH) for i in range(SWATCH, 0, -1))
        yield Cell(" 0 ", Role.MUTED)
        most = f"+{most}"
    else:
        yield Cell(f"{name}0 ", Role.MUTED)
    yield from (Cell(" ", heat=i / SWATCH, scale=heat.scale) for i in range(1, SWATCH + 1))
    yield Cell(f" {most}", Role.MUTED)


def _short(most: float) -> str:
    """A size in three digits at most, where there is no need of an exponent."""
    if most == int(most) and most < 1000:
        return str(int(most))
    return f"{most:.3g}" if 1e-3 <= most < 1000 else size(most, 3)
