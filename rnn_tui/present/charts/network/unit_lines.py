"""The lines that only a large picture has: those of each unit, and rows of numbers."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_tui.characters import cut
from rnn_tui.present.charts.network.columns import LABEL, START, VALUE, Columns
from rnn_tui.present.charts.network.drawing import PictureCanvas
from rnn_tui.present.charts.network.figures import value
from rnn_tui.present.charts.network.lanes import Lane
from rnn_tui.present.charts.network.large import Plan, Row
from rnn_tui.present.digits import EMPTY
from rnn_tui.present.tables.cells import Role
from rnn_tui.present.tables.states import StateTable
from rnn_tui.session.view import StepView


class UnitLines:
    """Puts them on the canvas of a picture, as its plan has them."""

    def __init__(self, canvas: PictureCanvas, view: StepView, columns: Columns, plan: Plan) -> None:
        self._canvas, self._view, self._columns, self._plan = canvas, view, columns, plan
        self._edge = int(plan.boxed)  # cells and lines of the frame around the units

    def put_names(self, name: str, y: int) -> None:
        """Before the lines of each unit of a lane its name."""
        tall = self._plan.tall
        for place, unit in enumerate(self._plan.units):
            line = y + self._edge + place * tall + (tall - 1) // 2
            self._canvas.put(1, line, f"{name}[{unit}]", Role.MUTED)

    def put_state(self, lane: Lane, t: int, y: int, there: bool) -> None:
        """The units of a state below each other, each in its colour with its number."""
        view, plan, canvas = self._view, self._plan, self._canvas
        x, width = self._columns.x(t) + self._edge, self._columns.inside - 2 * self._edge
        y += self._edge
        if not there:
            canvas.put(x + 1, y + len(plan.units) * plan.tall // 2, EMPTY, Role.EMPTY)
            return
        values = view.known.trace.layers[lane.depth][lane.state][t + 1]
        scale = StateTable(view, lane.depth, state=lane.state).scale
        name = view.program.algorithm.called(lane.state, lane.depth)
        for place, unit in enumerate(plan.units):
            number, first = float(values[unit]), y + place * plan.tall
            for line in range(plan.tall):
                text = value(number, width) if line == (plan.tall - 1) // 2 else ""
                told = _right(text, width)
                canvas.put(x, first + line, told, Role.TEXT, number / scale)
            canvas.point(f"{name}[{t},{unit}]", x, x + width, first, t, plan.tall)

    def put_rows(self, y: int) -> int:
        """Those that stand above the words, from a line on; the line behind them."""
        return self._put_each(self._plan.rows, y)

    def put_inputs(self, y: int) -> int:
        """Those below the words, in the same way."""
        return self._put_each(self._plan.inputs, y)

    def _put_each(self, rows: Sequence[Row], y: int) -> int:
        for place, row in enumerate(rows):
            self._put_row(row, y + place)
        return y + len(rows)

    def _put_row(self, row: Row, y: int) -> None:
        """A line of numbers, each below its state."""
        self._canvas.put(1, y, cut(row.name, LABEL + START - 1), Role.MUTED)
        for t in self._columns.timesteps:
            x, width = self._columns.x(t), self._columns.inside - 2 * self._edge
            one = row.at(t, width)
            told = one.text
            if one.heat is not None:
                x, told = x + self._edge, _right(told, width)
            end = self._canvas.put(x, y, told, one.role, one.heat, one.scale)
            self._canvas.point(one.ref, x, end, y, t)


def _right(number: str, width: int) -> str:
    """A number in so many cells at the right, one cell before the end where there is room."""
    return f"{number:>{width - 1}} " if width > VALUE else f"{number:>{width}}"
