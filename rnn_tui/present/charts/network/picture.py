"""The picture: lanes of states over the words, what BPTT sends back below each, and the answer.

Nothing that is not computed yet is drawn: its place is a dot, and the arrow to it is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rnn_tui.characters import cell_width, cut
from rnn_tui.present.charts.network.answering import put_answer, put_answers, put_loss_corner
from rnn_tui.present.charts.network.columns import (
    LABEL,
    Columns,
    columns,
    large_columns,
    units_shown,
)
from rnn_tui.present.charts.network.drawing import Drawing, PictureCanvas
from rnn_tui.present.charts.network.figures import (
    is_known,
    left_of,
    norm_of,
    sign,
    value,
)
from rnn_tui.present.charts.network.lanes import LEFT_OUT, LONG, Lane, lanes
from rnn_tui.present.charts.network.large import Plan, planned
from rnn_tui.present.charts.network.naming import matrices
from rnn_tui.present.charts.network.overview import heat_of_all
from rnn_tui.present.charts.network.unit_lines import UnitLines
from rnn_tui.present.digits import EMPTY
from rnn_tui.present.tables.cells import Role
from rnn_tui.present.tables.states import StateTable
from rnn_tui.present.tokens import read_text
from rnn_tui.session.program.composed import equations
from rnn_tui.session.view import StepView


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
        self.unit_lines = UnitLines(canvas, view, drawn, plan) if plan else None
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
            put_answers(self.canvas, self.view, self.columns, y)
            y += 1
        for lane in self.lanes:
            self._lane(lane, y)
            y += lane.lines
        if self.unit_lines:
            y = self.unit_lines.put_rows(y)
        if self._has_arrows:
            self._input_arrows(y)
            y += 1
        self._words(y)
        y += 1
        if self.unit_lines:
            y = self.unit_lines.put_inputs(y)
        self._equations(y + 1)
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

    def _lane(self, lane: Lane, y: int) -> None:
        name = self.view.program.algorithm.called(lane.state, lane.depth)
        middle = y + lane.middle
        whole = name if lane.state == "h" else f"{name} memory"
        if self.unit_lines:
            self.unit_lines.put_names(name, y)
        else:
            self.canvas.put(1, middle, whole if len(whole) < LABEL - 1 else name, Role.MUTED)
        self._start(lane, middle)
        for t in self.columns.timesteps:
            self._state(lane, t, middle)
        last = self.columns.last - 1
        if last + 1 < self.columns.count and is_known(self.view, lane.state, lane.depth, last):
            self.canvas.put(self._behind(last), middle, LEFT_OUT, Role.MUTED)
        self._gradient_line(lane, y + lane.lines - 1)
        if self._is_top(lane) and self.view.experiment.answers_once:
            behind = self._behind(self.columns.count - 1)
            put_answer(
                self.canvas, self.view, self.columns, middle, behind, large=self.plan is not None
            )

    def _is_top(self, lane: Lane) -> bool:
        """Whether it is that of the state which is answered from."""
        return lane.depth == self.view.network.depth - 1 and lane.state == "h"

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
            label = self._matrices("HH", lane.depth, t) if named else ""
            self.canvas.put_arrow(first, x - 1, y, label)
        self._box(lane, t, y, there)
        name = view.program.algorithm.called(lane.state, lane.depth)
        ref = f"{name}[{t},{self._unit(lane)}]"
        now = there and view.t == t and not self._is_back
        if now:
            self.place = ref
        if self.unit_lines:
            self.unit_lines.put_state(lane, t, y - lane.middle, there)
            return
        inside = x + 2 if lane.boxed else x
        if not there:
            self.canvas.put(inside, y, EMPTY, Role.EMPTY)
            return
        values = view.known.trace.layers[lane.depth][lane.state][t + 1]
        scale = StateTable(view, lane.depth, state=lane.state).scale
        end = inside
        for unit in self._units(lane.depth):
            number = float(values[unit])
            end = self.canvas.put(end, y, sign(number), Role.TEXT, number / scale)
        if self.columns.wide:
            text = value(float(values[self._unit(lane)]))
            end = self.canvas.put(end + 1, y, text, Role.CURRENT if now else Role.TEXT)
        self.canvas.point(ref, inside, end, y, t)

    def _units(self, depth: int) -> range:
        """Those that are drawn."""
        return self.plan.units if self.plan else units_shown(self.view, depth, self.unit)

    def _matrices(self, letters: str, depth: int, t: int) -> str:
        """What an arrow multiplies by at a timestep."""
        net = self.view.network
        stack = net.encoder if t < self.view.current.encoder_length else net.layers
        return matrices(stack[depth], letters, self.spelled.of)

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
            end = self.canvas.put_figure(x, y, norm._replace(role=role), shown.inside, t)
            room = x + shown.inside - end - 1
            if share.text and cell_width(share.text) <= room:
                self.canvas.put_figure(end + 1, y, share, room, t)
                self.has_shares = True
            if t + 1 < shown.last:
                following = shown.x(t + 1)
                gap = following - x - shown.inside - 1
                if gap >= 2:
                    self.canvas.put(x + shown.inside, y, "◄" + "─" * (gap - 1), Role.GRADIENT)
            elif shown.last < shown.count:
                self.canvas.put(x + shown.inside, y, LEFT_OUT, Role.GRADIENT)
            elif self._is_top(lane):
                put_loss_corner(self.canvas, view, shown, y)

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
