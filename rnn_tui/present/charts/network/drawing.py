"""A picture made of pieces of text in cells, and the numbers that can be chosen in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from rnn_tui.characters import cell_width, cut
from rnn_tui.present.charts.network.figures import Figure
from rnn_tui.present.tables.cells import Role, Scale

FEWEST_CUT = 8  # cells of the name of a matrix that is cut


class Piece(NamedTuple):
    """Text in a line from cell `x` on; `heat` in -1…1 colours it on its `scale`."""

    x: int
    text: str
    role: Role = Role.TEXT
    heat: float | None = None
    scale: Scale = Scale.SIGNED


class Node(NamedTuple):
    """What can be chosen: a number by its address, in cells `x` to `end` of `height` lines.

    `t` is the timestep that it belongs to, None where it belongs to none.
    """

    ref: str
    x: int
    end: int
    y: int
    t: int | None = None
    height: int = 1

    def covers(self, x: int, y: int) -> bool:
        """Whether a cell is one of its own."""
        return self.x <= x < self.end and self.y <= y < self.y + self.height


@dataclass(frozen=True, eq=False)
class Drawing:
    """Lines of pieces from left to right, and the nodes; `legend` says what stands for what.

    `place` is the address of the number that the algorithm stands at, empty where it stands at
    none that is drawn.
    """

    rows: tuple[tuple[Piece, ...], ...]
    nodes: tuple[Node, ...]
    legend: tuple[str, ...] = ()
    place: str = ""

    def node(self, ref: str) -> Node | None:
        """The node of an address; where several have it, the first."""
        return next((one for one in self.nodes if one.ref == ref), None)

    def at(self, x: int, y: int) -> Node | None:
        """The node that a cell belongs to."""
        return next((one for one in self.nodes if one.covers(x, y)), None)

    def beside(self, one: Node, step: int) -> Node | None:
        """The next node of the same line to the right, or for a step of -1 to the left."""
        line = [node for node in self.nodes if node.y == one.y and (node.x - one.x) * step > 0]
        return min(line, key=lambda node: abs(node.x - one.x), default=None)

    def above(self, one: Node, step: int) -> Node | None:
        """The nearest node of the next line down, or for a step of -1 up, that has any."""
        lines = [node for node in self.nodes if (node.y - one.y) * step > 0]
        if not lines:
            return None
        next_line = min(lines, key=lambda node: abs(node.y - one.y)).y
        middle = one.x + one.end
        return min(
            (node for node in lines if node.y == next_line),
            key=lambda node: abs(node.x + node.end - middle),
        )

    def text(self) -> str:
        """Its letters alone, line by line."""
        return "\n".join(_letters(row) for row in self.rows)


def _letters(row: tuple[Piece, ...]) -> str:
    made, end = "", 0
    for piece in row:
        made += " " * (piece.x - end) + piece.text
        end = piece.x + cell_width(piece.text)
    return made.rstrip()


class PictureCanvas:
    """Where a picture is put together: what is put on top of something takes its cells."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.nodes: list[Node] = []
        self._rows: list[list[Piece]] = [[] for _ in range(height)]

    def put(
        self, x: int, y: int, text: str, role: Role = Role.TEXT, heat: float | None = None,
        scale: Scale = Scale.SIGNED,
    ) -> int:  # fmt: skip
        """Put a text in a line; the cell behind it. What lies outside is left away."""
        text = cut(text, self.width - x)
        if text and x >= 0 and 0 <= y < self.height:
            self._rows[y].append(Piece(x, text, role, heat, scale))
        return x + cell_width(text)

    def point(self, ref: str, x: int, end: int, y: int, t: int | None = None,
              height: int = 1) -> None:  # fmt: skip
        """Let cells stand for a number."""
        if ref and end > x >= 0 and end <= self.width and 0 <= y < self.height:
            self.nodes.append(Node(ref, x, end, y, t, height))

    def put_figure(self, x: int, y: int, figure: Figure, room: int, t: int | None = None) -> int:
        """A number with its address; the cell behind it."""
        text = cut(figure.text, max(0, room))
        end = self.put(x, y, text, figure.role)
        self.point(figure.ref, x, end, y, t)
        return end

    def put_whole_figure(self, x: int, y: int, figure: Figure) -> None:
        """A number that is left away where there is no room for all of it."""
        if cell_width(figure.text) <= self.width - x:
            self.put_figure(x, y, figure, self.width - x)

    def put_arrow(self, first: int, last: int, y: int, label: str = "") -> None:
        """From a cell to the one before another, if there is room; with a label above it."""
        if last - first >= 1:
            self.put(first, y, "─" * (last - first - 1) + "►", Role.MUTED)
            room = last - first
            if label and (cell_width(label) <= room or room >= FEWEST_CUT):
                label = cut(label, room)
                start = first + (room - cell_width(label)) // 2
                self.put(start, y - 1, label, Role.ACCENT)

    def rows(self) -> Iterator[tuple[Piece, ...]]:
        """The lines, their pieces from left to right; of two in one cell, the later stays."""
        for row in self._rows:
            kept: list[Piece] = []
            taken = [False] * self.width
            for piece in reversed(row):
                cells = range(piece.x, piece.x + cell_width(piece.text))
                if not any(taken[cell] for cell in cells):
                    kept.append(piece)
                    taken[cells.start : cells.stop] = [True] * len(cells)
            yield tuple(sorted(kept, key=lambda piece: piece.x))
