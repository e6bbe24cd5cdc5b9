"""All runs of a session side by side: look, pin, go to one."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from rnn_tui.present.tables.runs import RunsTable, memory_line
from rnn_tui.session.moment import Refused
from rnn_tui.session.runs.branches import Runs
from rnn_tui.session.session import Session
from rnn_tui.tui.dialogs.modal import Modal
from rnn_tui.tui.table.table import TableView
from rnn_tui.tui.text import content

EDGES = 8  # cells of the dialog around the table


class RunsScreen(Modal[int]):
    """Gives the number of the run to go to, nothing if it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("R", "dismiss(None)", "leave"),
        Binding("p", "pin", "pin"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.runs = session.runs_at_hand

    def compose(self) -> ComposeResult:
        """The table, the memory, and what is to be said."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Runs (each change starts one)"
            dialog.border_subtitle = "⏎ go to this run · p pin · esc leave"
            yield TableView(id="runs-table")
            yield Static("", id="memory")
            yield Static("", classes="problem", markup=False)

    def begin(self) -> None:
        """Begin on the run that is under the cursor; figures that take long come later."""
        self._list()
        if any(None in (row.radius, row.test_loss) for row in self.runs.rows):
            self._background.start(lambda _: self.session.runs, self._measured)
        table = self.query_one(TableView)
        table.focus()
        self.call_after_refresh(table.action_cursor, table.table.current_row or 0, 0)  # type: ignore[union-attr]

    def on_resize(self, event: events.Resize) -> None:
        """Another width has room for other columns."""
        self._list()

    def _measured(self, runs: Runs) -> None:
        pinned = {row.number for row in self.session.runs_at_hand.rows if row.pinned}
        rows = tuple(replace(row, pinned=row.number in pinned) for row in runs.rows)
        self.runs = replace(runs, rows=rows)
        self._list()

    def _list(self) -> None:
        runs = self.runs
        table = self.query_one(TableView)
        table.table = RunsTable(runs, self.size.width - EDGES)
        table.styles.height = len(runs.rows) + 1
        self.query_one("#memory", Static).update(content(memory_line(runs)))

    @property
    def _chosen(self) -> int:
        """The number of the run on which the table's cursor stands."""
        place = self.query_one(TableView).cursor_row
        rows = self.runs.rows
        return rows[min(max(0, place), len(rows) - 1)].number

    @on(TableView.CellSelected)
    def _go(self) -> None:
        number = self._chosen
        if number == self.session.moment.timeline.number:
            self.comment(f"you are on run {number} already")
        else:
            self.dismiss(number)

    def action_pin(self) -> None:
        """Keep a run drawn, or no longer."""
        timeline = self.session.moment.timeline.family.runs[self._chosen - 1]
        if timeline.seen == 0:
            self.comment("there is no curve to pin yet: this run has not trained")
            return
        try:
            self.session.pin(timeline.number)
        except Refused as refused:
            self.comment(refused.why)
            return
        self.comment("")
        self._measured(self.runs)
