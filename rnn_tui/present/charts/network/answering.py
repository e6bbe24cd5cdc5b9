"""The answers in a picture, with their loss and where it comes in on the way back."""

from __future__ import annotations

from rnn_tui.present.charts.network.columns import Columns
from rnn_tui.present.charts.network.drawing import PictureCanvas
from rnn_tui.present.charts.network.figures import (
    Figure,
    loss_at,
    probability_at,
    said_at,
    wanted,
)
from rnn_tui.present.charts.network.lanes import LEFT_OUT
from rnn_tui.present.tables.cells import Role
from rnn_tui.session.view import StepView


def put_answers(canvas: PictureCanvas, view: StepView, columns: Columns, y: int) -> None:
    """What is said at each output in sight, and the mean loss at the end."""
    canvas.put(1, y, "answer", Role.MUTED)
    for t in columns.timesteps:
        k = view.current.output_at(t)
        if k is not None:
            canvas.put_figure(columns.x(t), y, said_at(view, k), columns.inside, t)
    if view.known.answered and view.program.labels:
        loss = Figure(f"loss {view.known.trace.loss:.4f}", "loss", Role.MUTED)
        canvas.put_whole_figure(columns.right + 1, y, loss)


def put_answer(
    canvas: PictureCanvas, view: StepView, columns: Columns, y: int, behind: int, *, large: bool
) -> None:
    """The one answer and its loss, after the cell `behind` the last state.

    In a `large` picture its probability and the loss have lines of their own below it.
    """
    x, last = columns.right, len(view.current.outputs) - 1
    said = said_at(view, last, sure=not large, apart=large)
    if not said.is_there:
        canvas.put(x, y, f"· correct: {wanted(view, 0)}" if wanted(view, 0) else "·", Role.EMPTY)
        return
    if columns.last < columns.count:
        end = x + len(LEFT_OUT) - 1
    else:
        canvas.put_arrow(min(behind, x - 1), x + 1, y)
        end = x + 1
    end = canvas.put_figure(end + 1, y, said, canvas.width - end - 1)
    loss = loss_at(view, 0)
    if loss.text:
        loss = loss._replace(text=f"loss {loss.text}", role=Role.MUTED)
    if large:
        more = probability_at(view, last), loss
        for place, figure in enumerate(one for one in more if one.text):
            canvas.put_whole_figure(x + 3, y + 1 + place, figure)
    elif loss.text:
        canvas.put_whole_figure(end + 1, y, loss)


def put_loss_corner(canvas: PictureCanvas, view: StepView, columns: Columns, y: int) -> None:
    """The corner by which the loss of the one answer comes in at the end."""
    if view.experiment.answers_once and view.program.labels:
        canvas.put(columns.right - 1, y, "◄── loss", Role.GRADIENT)
