"""The picture: lanes of states over the words, what BPTT sends back below each, and the answer.

Nothing that is not computed yet is drawn: its place is a dot, and the arrow to it is missing.
"""

from __future__ import annotations

from collections.abc import Iterator

from rnn_tui.characters import cell_width, cut
from rnn_tui.present.charts.network.columns import LABEL, Columns, columns, units_shown
from rnn_tui.present.charts.network.drawing import Drawing, PictureCanvas
from rnn_tui.present.charts.network.figures import (
    Figure,
    is_known,
    left_of,
    loss_at,
    norm_of,
    said_at,
    sign,
    value,
    wanted,
)
from rnn_tui.present.charts.network.lanes import LONG, Lane, lanes
from rnn_tui.present.charts.network.overview import heat_of_all
from rnn_tui.present.digits import EMPTY
from rnn_tui.present.tables.cells import Role
from rnn_tui.present.tables.states import StateTable
from rnn_tui.present.tokens import read_text
from rnn_tui.session.view import StepView


def picture(view: StepView, width: int, height: int, unit: int, *, boxes: bool) -> Drawing:
    """The network of a moment in so many cells; `unit` is the one whose number is shown."""
    net = view.network
    around = view.t if view.t is not None else 0
    drawn = columns(view, width, around, net.depth - 1, boxes=boxes)
    return _Painter(view, drawn, PictureCanvas(width, height), unit, boxes).drawing()


class _Painter:
    """Puts one picture together, line by line from the top."""

    def __init__(
        self, view: StepView, drawn: Columns, canvas: PictureCanvas, unit: int, boxes: bool
    ) -> None:
        self.view, self.columns, self.canvas, self.unit, self.boxes = (
            view, drawn, canvas, unit, boxes,
        )  # fmt: skip
        self.place = ""
        self.lanes = lanes(view.network.layers[-1].cell.states, view.network.depth, boxes=boxes)

    def drawing(self) -> Drawing:
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
        if any(lane.boxed for lane in self.lanes):
            self._input_arrows(y)
            y += 1
        self._words(y)
        return Drawing(tuple(self.canvas.rows()), tuple(self.canvas.nodes), (), self.place)

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
            self._figure(self.columns.right + 1, y, loss, 16, None)

    def _lane(self, lane: Lane, y: int) -> None:
        name = self.view.program.algorithm.called(lane.state, lane.depth)
        middle = y + 1 if lane.boxed else y
        whole = name if lane.state == "h" else f"{name} memory"
        self.canvas.put(1, middle, whole if len(whole) < LABEL - 1 else name, Role.MUTED)
        self._start(lane, middle)
        for t in self.columns.timesteps:
            self._state(lane, t, middle)
        self._gradient_line(lane, y + lane.lines - 1)
        top = lane.depth == self.view.network.depth - 1 and lane.state == "h"
        if top and self.view.experiment.answers_once:
            self._answer(middle)

    def _start(self, lane: Lane, y: int) -> None:
        if self.columns.first:
            self.canvas.put(LABEL, y, "… ", Role.MUTED)
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
        first = (
            LABEL + 6
            if t == self.columns.first
            else self.columns.x(t - 1) + self.columns.inside + 1
        )
        if there:
            self._arrow(first, x - 1, y, "W_hh" if lane.boxed and t == view.t else "")
        self._box(lane, t, y, there)
        inside = x + 2 if lane.boxed else x
        if not there:
            self.canvas.put(inside, y, EMPTY, Role.EMPTY)
            return
        values = view.known.trace.layers[lane.depth][lane.state][t + 1]
        scale = StateTable(view, lane.depth, state=lane.state).scale
        name = view.program.algorithm.called(lane.state, lane.depth)
        ref = f"{name}[{t},{self._unit(lane)}]"
        end = inside
        for unit in units_shown(view, lane.depth, self.unit):
            number = float(values[unit])
            end = self.canvas.put(end, y, sign(number), Role.TEXT, number / scale)
        now = view.t == t and not self._is_back
        if self.columns.wide:
            text = value(float(values[self._unit(lane)]))
            end = self.canvas.put(end + 1, y, text, Role.CURRENT if now else Role.TEXT)
        self.canvas.point(ref, inside, end, y, t)
        if now:
            self.place = ref

    @property
    def _is_back(self) -> bool:
        return self.view.known.gradients_from < self.view.current.length

    def _box(self, lane: Lane, t: int, y: int, there: bool) -> None:
        if not lane.boxed:
            return
        x, inside = self.columns.x(t), self.columns.inside
        role = Role.ACCENT if t == self.view.t else Role.MUTED if there else Role.EMPTY
        line = "─" * (inside - 2)
        self.canvas.put(x, y - 1, f"╭{line}╮", role)
        self.canvas.put(x, y, "│", role)
        self.canvas.put(x + inside - 1, y, "│", role)
        self.canvas.put(x, y + 1, f"╰{line}╯", role)

    def _arrow(self, first: int, last: int, y: int, label: str = "") -> None:
        """From a cell to the one before another, if there is room; with a label above it."""
        if last - first >= 1:
            self.canvas.put(first, y, "─" * (last - first - 1) + "►", Role.MUTED)
            if label and last - first > len(label):
                self.canvas.put(first + (last - first - len(label)) // 2, y - 1, label, Role.ACCENT)

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
            if cell_width(share.text) <= room:
                self._figure(end + 1, y, share, room, t)
            if t + 1 < shown.last:
                following = shown.x(t + 1)
                gap = following - x - shown.inside - 1
                if gap >= 2:
                    self.canvas.put(x + shown.inside, y, "◄" + "─" * (gap - 1), Role.GRADIENT)
            elif shown.last == shown.count and lane.state == "h":
                self._from_loss(lane, y)

    def _from_loss(self, lane: Lane, y: int) -> None:
        """The corner by which the loss comes in at the end."""
        top = lane.depth == self.view.network.depth - 1
        if top and self.view.experiment.answers_once and self.view.program.labels:
            self.canvas.put(self.columns.right - 1, y, "◄── loss", Role.GRADIENT)

    def _answer(self, y: int) -> None:
        """The one answer and its loss, behind the last state."""
        view, x = self.view, self.columns.right
        said = said_at(view, -1 % len(view.current.outputs), sure=True)
        if not said.is_there:
            self.canvas.put(
                x, y, f"· correct: {wanted(view, 0)}" if wanted(view, 0) else "·", Role.EMPTY
            )
            return
        end = self.canvas.put(x - 1, y, "─►", Role.MUTED)
        end = self._figure(end + 1, y, said, self.canvas.width - end - 1, None)
        loss = loss_at(view, 0)
        if loss.text:
            self._figure(end + 1, y, loss._replace(text=f"loss {loss.text}", role=Role.MUTED),
                         self.canvas.width - end - 1, None)  # fmt: skip

    def _input_arrows(self, y: int) -> None:
        """From each word that has been read into its box."""
        for t in self.columns.timesteps:
            if t < self.view.known.states:
                label = "▲ W_xh" if t == self.view.t else "▲"
                role = Role.ACCENT if t == self.view.t else Role.MUTED
                self.canvas.put(self.columns.x(t) + 2, y, label, role)

    def _words(self, y: int) -> None:
        view = self.view
        self.canvas.put(1, y, "input", Role.MUTED)
        for t in self.columns.timesteps:
            text = cut(read_text(view, t), self.columns.inside)
            role = (
                Role.CURRENT if t == view.t else Role.TOKEN if t < view.known.states else Role.MUTED
            )
            x = self.columns.x(t) + (2 if any(lane.boxed for lane in self.lanes) else 0)
            if t == view.current.encoder_length and t > 0:
                self.canvas.put(self.columns.x(t) - 2, y, "│", Role.MUTED)
            self.canvas.point(f"x[{t},0]", x, self.canvas.put(x, y, text, role), y, t)
        if self.columns.last < self.columns.count:
            self.canvas.put(self.columns.right, y, "…", Role.MUTED)

    def _figure(self, x: int, y: int, figure: Figure, room: int, t: int | None) -> int:
        """A number with its address; the cell behind it."""
        text = cut(figure.text, max(0, room))
        end = self.canvas.put(x, y, text, figure.role)
        self.canvas.point(figure.ref, x, end, y, t)
        return end


def sentences(view: StepView) -> Iterator[str]:
    """What stands for what, for the pane's border."""
    yield "cells: units, + above 0, − below"
    if view.known.gradients_from < view.current.length:
        yield "%: share of the last ∂L/∂h"
