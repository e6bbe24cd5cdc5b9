"""The lines of text around the panes: where one stands, what just ran, what to press next."""

from __future__ import annotations

from textual.reactive import var
from textual.widgets import Static

from rnn_tui.characters import cell_width, one_line
from rnn_tui.present.sentences.status import op_line, status_line
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.session.view import StepView
from rnn_tui.tui.text import content


class StatusLine(Static):
    """The experiment on the left; epoch, example, phase and timestep on the right."""

    view: var[StepView | None] = var(None, init=False)

    def watch_view(self, view: StepView | None) -> None:
        """Write the line for a new moment."""
        self._write()

    def on_resize(self) -> None:
        """The right side moves with the edge."""
        self._write()

    def _write(self) -> None:
        if self.view is None:
            return
        right = content(status_line(self.view))
        title, name = one_line(self.view.experiment.title), one_line(self.view.experiment.name)
        room = self.content_size.width - right.cell_length - len("rnn-tui  ") - 3
        if cell_width(title) > room:
            title = name if cell_width(name) <= room else ""
        left = content((Span("rnn-tui", Role.ACCENT), Span(f"  {title}", Role.MUTED)))
        gap = max(1, self.content_size.width - left.cell_length - right.cell_length)
        self.update(left + " " * gap + right, layout=False)


class OpLine(Static):
    """The last op with its numbers put in, where there is no room for the Why pane."""

    view: var[StepView | None] = var(None, init=False)
    unit: var[int] = var(0, init=False)

    def watch_view(self) -> None:
        """Write the line for a new moment."""
        self._write()

    def watch_unit(self) -> None:
        """Write the line for another unit."""
        self._write()

    def _write(self) -> None:
        if self.view is not None:
            self.update(content(op_line(self.view, self.unit)), layout=False)


class HintLine(Static):
    """The next useful key and why, or why the last key did nothing."""

    notice: var[Line | None] = var(None, init=False)

    def watch_notice(self, notice: Line | None) -> None:
        """Write a hint or an explanation."""
        if notice is not None:
            self.update(content(notice), layout=False)
