"""The picture: lanes of states over the words, what BPTT sends back below each, and the answer.

Nothing that is not computed yet is drawn: its place is a dot, and the arrow to it is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rnn_tui.characters import cell_width, cut
from rnn_tui.present.charts.network.columns import (
    LABEL,
    START,
    VALUE,
    Columns,
    columns,
    large_columns,
    units_shown,
)
from rnn_tui.present.charts.network.drawing import Drawing, PictureCanvas
from rnn_tui.present.charts.network.figures import (
    Figure,
    is_known,
    left_of,
    loss_at,
    norm_of,
    probability_at,
    said_at,
    sign,
    value,
    wanted,
)
from rnn_tui.present.charts.network.lanes import LONG, Lane, lanes
from rnn_tui.present.charts.network.large import Plan, Row, planned
from rnn_tui.present.charts.network.naming import matrices
from rnn_tui.present.charts.network.overview import heat_of_all
from rnn_tui.present.digits import EMPTY
from rnn_tui.present.tables.cells import Role
from rnn_tui.present.tables.states import StateTable
from rnn_tui.present.tokens import read_text
from rnn_tui.session.program.composed import equations
from rnn_tui.session.view import StepView

FEWEST_CUT = 8  # cells of the name of a matrix that is cut
LEFT_OUT = "┄┄"  # in place of an arrow, where there is no room for timesteps


@dataclass(frozen=True)
class Spelled:
    """In which names a picture is shown, and whether states are counted from 1."""

    of: Callable[[str], str] = str
    counts: bool = False


AS_IN_CODE = Spelled()


def picture(
    view: StepView, width: int, height: int, unit: int, *, boxes: bool, large: bool = False,
    spelled: Spelled = AS_IN_CODE,
) -> Drawing:  # fmt: skip
    """The network of a moment in so many cells; `unit` is the one whose number is shown.

    One that is `large` has the screen: each unit has a line, and what there is room for is shown.
    """
    around = view.t if view.t is not None else 0
    if large:
        drawn = large_columns(view, width, around)
        told = equations(view.network, once=view.experiment.answers_once)
        plan = planned(view, height, unit, boxes=True, below=len(told) + 1)
    else:
        drawn = columns(view, width, around, view.network.depth - 1, boxes=boxes)
        plan = None
    painter = _Painter(view, drawn, PictureCanvas(width, height), unit, boxes, plan, spelled)
    return painter.drawing()


class _Painter:
    """Puts one picture together, line by line from the top."""

    def __init__(
        self, view: StepView, drawn: Columns, canvas: PictureCanvas, unit: int, boxes: bool,
        plan: Plan | None, spelled: Spelled,
    ) -> None:  # fmt: skip
        self.view, self.columns, self.canvas, self.unit = view, drawn, canvas, unit
        self.plan, self.spelled = plan, spelled
        self.place, self.has_shares = "", False
        states, depth = view.network.layers[-1].cell.states, view.network.depth
        self.lanes = plan.lanes(view) if plan else lanes(states, depth, boxes=boxes)

    def drawing(self) -> Drawing:
        """Line by line."""
        y = 0
        if self.view.current.length > LONG:
            heat_of_all(self.view, self.canvas, y)
            y += 1
        if not self.view.experiment.answers_once:
            self._answers(y)
            y += 1
        for lane in self.lanes:
            self._lane(lane, y)
            y += lane.lines
        for row in self.plan.rows if self.plan else ():
            self._numbers(row, y)
            y += 1
        if self._has_arrows:
            self._input_arrows(y)
            y += 1
        self._words(y)
        for row in self.plan.inputs if self.plan else ():
            y += 1
            self._numbers(row, y)
        self._equations(y + 2)
        legend = tuple(self._legend())
        return Drawing(tuple(self.canvas.rows()), tuple(self.canvas.nodes), legend, self.place)

    @property
    def _has_arrows(self) -> bool:
        """Whether a line leads from each word to its state."""
        return self.plan is not None or any(lane.boxed for lane in self.lanes)

    def _legend(self) -> Iterator[str]:
        """What stands for what, of what is drawn."""
        total = self.view.known.trace.layers[-1]["h"].shape[1]
        shown = len(self._units(self.view.network.depth - 1))
        several = f"{shown} of {total} units" if shown < total else "units"
        if self.plan is None:
            yield f"cells: {several}, + above 0, − below"
        elif shown < total:
            yield several
        if self.has_shares:
            yield "%: share of the last ∂L/∂h"

    # Lines

    def _answers(self, y: int) -> None:
        """What is said at each output in sight, and the mean loss at the end."""
        view = self.view
        self.canvas.put(1, y, "answer", Role.MUTED)
        for t in self.columns.timesteps:
            k = view.current.output_at(t)
            if k is not None:
                self._figure(self.columns.x(t), y, said_at(view, k), self.columns.inside, t)
        if view.known.answered and view.program.labels:
            loss = Figure(f"loss {view.known.trace.loss:.4f}", "loss", Role.MUTED)
            self._whole_figure(self.columns.right + 1, y, loss)

    def _lane(self, lane: Lane, y: int) -> None:
        name = self.view.program.algorithm.called(lane.state, lane.depth)
        middle = y + lane.middle
        whole = name if lane.state == "h" else f"{name} memory"
        if self.plan:
            self._name_units(name, lane, y)
        else:
            self.canvas.put(1, middle, whole if len(whole) < LABEL - 1 else name, Role.MUTED)
        self._start(lane, middle)
        for t in self.columns.timesteps:
            self._state(lane, t, middle)
        last = self.columns.last - 1
        if last + 1 < self.columns.count and is_known(self.view, lane.state, lane.depth, last):
            self.canvas.put(self._behind(last), middle, LEFT_OUT, Role.MUTED)
        self._gradient_line(lane, y + lane.lines - 1)
        top = lane.depth == self.view.network.depth - 1 and lane.state == "h"
        if top and self.view.experiment.answers_once:
            self._answer(middle)

    def _start(self, lane: Lane, y: int) -> None:
        if self.columns.first:
            self.canvas.put(LABEL, y, "…", Role.MUTED)
            return
        name = self.view.program.algorithm.called(lane.state, lane.depth)
        self.canvas.put(LABEL, y, "start", Role.MUTED)
        self.canvas.point(f"{name}[-1,{self._unit(lane)}]", LABEL, LABEL + 5, y)

    def _unit(self, lane: Lane) -> int:
        units = self.view.known.trace.layers[lane.depth][lane.state].shape[1]
        return min(self.unit, int(units) - 1)

    def _state(self, lane: Lane, t: int, y: int) -> None:
        """The arrow to it, its units, and the number of the chosen one."""
        view, x = self.view, self.columns.x(t)
        there = is_known(view, lane.state, lane.depth, t)
        if there and t == self.columns.first > 0:
            self.canvas.put(x - len(LEFT_OUT) - 1, y, LEFT_OUT, Role.MUTED)
        elif there:
            first = LABEL + 6 if t == 0 else self._behind(t - 1)
            named = lane.boxed and t == view.t and lane.state == "h"
            self._arrow(first, x - 1, y, self._matrices("HH", lane.depth, t) if named else "")
        self._box(lane, t, y, there)
        if self.plan:
            self._unit_lines(self.plan, lane, t, y - lane.middle + lane.boxed, there)
            return
        inside = x + 2 if lane.boxed else x
        if not there:
            self.canvas.put(inside, y, EMPTY, Role.EMPTY)
            return
        values = view.known.trace.layers[lane.depth][lane.state][t + 1]
        scale = StateTable(view, lane.depth, state=lane.state).scale
        name = view.program.algorithm.called(lane.state, lane.depth)
        ref = f"{name}[{t},{self._unit(lane)}]"
        end = inside
        for unit in self._units(lane.depth):
            number = float(values[unit])
            end = self.canvas.put(end, y, sign(number), Role.TEXT, number / scale)
        now = view.t == t and not self._is_back
        if self.columns.wide:
            text = value(float(values[self._unit(lane)]))
            end = self.canvas.put(end + 1, y, text, Role.CURRENT if now else Role.TEXT)
        self.canvas.point(ref, inside, end, y, t)
        if now:
            self.place = ref

    def _units(self, depth: int) -> range:
        """Those that are drawn."""
        return self.plan.units if self.plan else units_shown(self.view, depth, self.unit)

    def _matrices(self, letters: str, depth: int, t: int) -> str:
        """What an arrow multiplies by at a timestep."""
        net = self.view.network
        stack = net.encoder if t < self.view.current.encoder_length else net.layers
        return matrices(stack[depth], letters, self.spelled.of)

    def _name_units(self, name: str, lane: Lane, y: int) -> None:
        """Before its line the name of each unit."""
        assert self.plan is not None
        for place, unit in enumerate(self.plan.units):
            line = y + lane.boxed + place * self.plan.tall + (self.plan.tall - 1) // 2
            self.canvas.put(1, line, f"{name}[{unit}]", Role.MUTED)

    def _unit_lines(self, plan: Plan, lane: Lane, t: int, y: int, there: bool) -> None:
        """The units of a state below each other, each in its colour with its number."""
        view, edge = self.view, int(lane.boxed)
        x, width = self.columns.x(t) + edge, self.columns.inside - 2 * edge
        if not there:
            self.canvas.put(x + 1, y + len(plan.units) * plan.tall // 2, EMPTY, Role.EMPTY)
            return
        values = view.known.trace.layers[lane.depth][lane.state][t + 1]
        scale = StateTable(view, lane.depth, state=lane.state).scale
        name = view.program.algorithm.called(lane.state, lane.depth)
        for place, unit in enumerate(plan.units):
            number, first = float(values[unit]), y + place * plan.tall
            for line in range(plan.tall):
                text = value(number, width) if line == (plan.tall - 1) // 2 else ""
                told = _right(text, width)
                self.canvas.put(x, first + line, told, Role.TEXT, number / scale)
            ref = f"{name}[{t},{unit}]"
            self.canvas.point(ref, x, x + width, first, t, plan.tall)
            if unit == self._unit(lane) and view.t == t and not self._is_back:
                self.place = ref

    def _numbers(self, row: Row, y: int) -> None:
        """A line of numbers, each below its state."""
        self.canvas.put(1, y, cut(row.name, LABEL + START - 1), Role.MUTED)
        for t in self.columns.timesteps:
            edge = int(any(lane.boxed for lane in self.lanes))
            x, width = self.columns.x(t), self.columns.inside - 2 * edge
            one = row.at(t, width)
            told = one.text
            if one.heat is not None:
                x, told = x + edge, _right(told, width)
            end = self.canvas.put(x, y, told, one.role, one.heat, one.scale)
            self.canvas.point(one.ref, x, end, y, t)

    def _behind(self, t: int) -> int:
        """The cell in which an arrow from a state begins."""
        shown = self.columns
        boxed = any(lane.boxed for lane in self.lanes)
        units = len(self._units(self.view.network.depth - 1))
        return shown.x(t) + (shown.inside if shown.wide or boxed else units) + 1

    @property
    def _is_back(self) -> bool:
        return self.view.known.gradients_from < self.view.current.length

    def _box(self, lane: Lane, t: int, y: int, there: bool) -> None:
        if not lane.boxed:
            return
        x, inside = self.columns.x(t), self.columns.inside
        role = Role.ACCENT if t == self.view.t else Role.MUTED if there else Role.EMPTY
        line, first = "─" * (inside - 2), y - lane.middle
        self.canvas.put(x, first, f"╭{line}╮", role)
        for side in range(first + 1, first + 1 + lane.body):
            self.canvas.put(x, side, "│", role)
            self.canvas.put(x + inside - 1, side, "│", role)
        self.canvas.put(x, first + 1 + lane.body, f"╰{line}╯", role)

    def _arrow(self, first: int, last: int, y: int, label: str = "") -> None:
        """From a cell to the one before another, if there is room; with a label above it."""
        if last - first >= 1:
            self.canvas.put(first, y, "─" * (last - first - 1) + "►", Role.MUTED)
            room = last - first
            if label and (cell_width(label) <= room or room >= FEWEST_CUT):
                label = cut(label, room)
                start = first + (room - cell_width(label)) // 2
                self.canvas.put(start, y - 1, label, Role.ACCENT)

    def _gradient_line(self, lane: Lane, y: int) -> None:
        """‖∂L/∂s‖ at each timestep with what is left of it, and arrows back to it."""
        view, shown = self.view, self.columns
        name = view.program.algorithm.called(lane.state, lane.depth)
        self.canvas.put(1, y, f"∂L/∂{name}", Role.GRADIENT)
        for t in shown.timesteps:
            norm, share = (of(view, lane.depth, lane.state, t) for of in (norm_of, left_of))
            x = shown.x(t)
            if not norm.is_there:
                self.canvas.put(x, y, EMPTY, Role.EMPTY)
                continue
            now = self._is_back and view.t == t
            role = Role.CURRENT if now else Role.GRADIENT
            self.place = norm.ref if now and lane.state == "h" else self.place
            end = self._figure(x, y, norm._replace(role=role), shown.inside, t)
            room = x + shown.inside - end - 1
            if share.text and cell_width(share.text) <= room:
                self._figure(end + 1, y, share, room, t)
                self.has_shares = True
            if t + 1 < shown.last:
                following = shown.x(t + 1)
                gap = following - x - shown.inside - 1
                if gap >= 2:
                    self.canvas.put(x + shown.inside, y, "◄" + "─" * (gap - 1), Role.GRADIENT)
            elif shown.last < shown.count:
                self.canvas.put(x + shown.inside, y, LEFT_OUT, Role.GRADIENT)
            elif lane.state == "h":
                self._from_loss(lane, y)

    def _from_loss(self, lane: Lane, y: int) -> None:
        """The corner by which the loss comes in at the end."""
        top = lane.depth == self.view.network.depth - 1
        if top and self.view.experiment.answers_once and self.view.program.labels:
            self.canvas.put(self.columns.right - 1, y, "◄── loss", Role.GRADIENT)

    def _answer(self, y: int) -> None:
        """The one answer and its loss, behind the last state."""
        view, x = self.view, self.columns.right
        last, large = len(view.current.outputs) - 1, self.plan is not None
        said = said_at(view, last, sure=not large, apart=large)
        if not said.is_there:
            self.canvas.put(
                x, y, f"· correct: {wanted(view, 0)}" if wanted(view, 0) else "·", Role.EMPTY
            )
            return
        if self.columns.last < self.columns.count:
            end = x + len(LEFT_OUT) - 1
        else:
            self._arrow(min(self._behind(self.columns.count - 1), x - 1), x + 1, y)
            end = x + 1
        end = self._figure(end + 1, y, said, self.canvas.width - end - 1, None)
        loss = loss_at(view, 0)
        if loss.text:
            loss = loss._replace(text=f"loss {loss.text}", role=Role.MUTED)
        if self.plan:
            more = probability_at(view, last), loss
            for place, figure in enumerate(one for one in more if one.text):
                self._whole_figure(x + 3, y + 1 + place, figure)
        elif loss.text:
            self._whole_figure(end + 1, y, loss)

    def _input_arrows(self, y: int) -> None:
        """From each word that has been read into its box."""
        for t in self.columns.timesteps:
            if t < self.view.known.states:
                named = f" {self._matrices('HI', 0, t)}" if t == self.view.t else ""
                role = Role.ACCENT if t == self.view.t else Role.MUTED
                is_last = t + 1 == self.columns.last
                room = self.canvas.width if is_last else self.columns.pitch - 2
                self.canvas.put(self.columns.x(t) + 2, y, cut(f"▲{named}", room), role)

    def _words(self, y: int) -> None:
        view = self.view
        self.canvas.put(1, y, "input", Role.MUTED)
        for t in self.columns.timesteps:
            text = cut(read_text(view, t), self.columns.inside - (2 if self.plan else 0))
            role = (
                Role.CURRENT if t == view.t else Role.TOKEN if t < view.known.states else Role.MUTED
            )
            x = self.columns.x(t) + (2 if self._has_arrows else 0)
            if t == view.current.encoder_length and t > 0:
                self.canvas.put(self.columns.x(t) - 2, y, "│", Role.MUTED)
            self.canvas.point(f"x[{t},0]", x, self.canvas.put(x, y, text, role), y, t)
        if self.columns.last < self.columns.count:
            self.canvas.put(self.columns.right, y, "…", Role.MUTED)

    def _equations(self, y: int) -> None:
        """What is computed, where there are lines for all of it."""
        once = self.view.experiment.answers_once
        told = equations(self.view.network, once=once, counts=self.spelled.counts)
        if y + len(told) <= self.canvas.height:
            for place, text in enumerate(told):
                self.canvas.put(1, y + place, text)

    def _whole_figure(self, x: int, y: int, figure: Figure) -> None:
        """A number that is left away where there is no room for all of it."""
        if cell_width(figure.text) <= self.canvas.width - x:
            self._figure(x, y, figure, self.canvas.width - x, None)

    def _figure(self, x: int, y: int, figure: Figure, room: int, t: int | None) -> int:
        """A number with its address; the cell behind it."""
        text = cut(figure.text, max(0, room))
        end = self.canvas.put(x, y, text, figure.role)
        self.canvas.point(figure.ref, x, end, y, t)
        return end


def _right(number: str, width: int) -> str:
    """A number in so many cells at the right, one cell before the end where there is room."""
    return f"{number:>{width - 1}} " if width > VALUE else f"{number:>{width}}"
