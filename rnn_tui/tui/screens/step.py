"""The Step screen: one pass of the network, forward and back, under the user's keys."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.reactive import reactive
from textual.widget import Widget

from rnn_tui.experiments import Example, Experiment
from rnn_tui.present.cells import Line, Role, Span
from rnn_tui.present.hints import hint, refusal_hint, with_keys
from rnn_tui.present.reasons import gradient_reason, hidden_reason
from rnn_tui.session.moment import Refused
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView
from rnn_tui.tui.bindings import ACT_OF_KEY, KEYS, MOVES, Act, bindings
from rnn_tui.tui.screens.help import HelpScreen
from rnn_tui.tui.screens.open import OpenScreen
from rnn_tui.tui.screens.prompt import SentencePrompt
from rnn_tui.tui.screens.running import RunningScreen
from rnn_tui.tui.screens.why import WhyScreen
from rnn_tui.tui.widgets.bars import HintLine, OpLine, StatusLine
from rnn_tui.tui.widgets.gradient import GradientPane
from rnn_tui.tui.widgets.hidden import HiddenPane
from rnn_tui.tui.widgets.keys import KeyLine
from rnn_tui.tui.widgets.loss import LossPane
from rnn_tui.tui.widgets.pane import Pane
from rnn_tui.tui.widgets.program import ProgramPane
from rnn_tui.tui.widgets.table import TableView
from rnn_tui.tui.widgets.tokens import TokensPane
from rnn_tui.tui.widgets.why import WhyPane


class StepScreen(RunningScreen):
    """Owns the session; the panes draw its view, the keys move it."""

    HORIZONTAL_BREAKPOINTS = [(0, "-w40"), (78, "-w80"), (118, "-w120"), (156, "-w160")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-h10"), (20, "-h20"), (24, "-h24"), (34, "-h36"), (43, "-h45")]  # noqa: RUF012

    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]

    view: reactive[StepView | None] = reactive(None, init=False)
    unit: reactive[int] = reactive(0, init=False)
    notice: reactive[Line | None] = reactive(None, init=False)

    def compose(self) -> ComposeResult:
        """Panes over a hint, over the footer."""
        yield StatusLine().data_bind(StepScreen.view)
        with Horizontal(id="body"):
            with Vertical(id="main"):
                yield self._bound(TokensPane(id="tokens"))
                with Horizontal(id="middle"):
                    yield self._bound(HiddenPane(id="hidden"))
                    yield self._bound(GradientPane(id="gradient"))
                yield self._bound(WhyPane(id="why"))
            yield self._bound(ProgramPane(id="program"))
        yield self._bound(LossPane(id="loss")).data_bind(RunningScreen.progress)
        yield OpLine().data_bind(StepScreen.view, StepScreen.unit)
        yield HintLine().data_bind(StepScreen.notice)
        yield KeyLine(self._possible)

    def _bound(self, pane: Pane) -> Pane:
        return pane.data_bind(StepScreen.view, StepScreen.unit)

    def on_mount(self) -> None:
        """Show the first moment."""
        self.query_one("#hidden-table").focus()
        self.show()

    # Showing

    def show(self) -> None:
        """Hand the session's moment to the panes, and say what to press next."""
        self.view = self.session.view
        self.notice = with_keys(self.run_hint() or hint(self.view), KEYS)
        self.query_one(KeyLine).write()

    def say(self, text: str) -> None:
        """Put an explanation where the hint stands, until the next move."""
        first, *rest = with_keys(text, KEYS)
        self.notice = (Span(first.text, Role.WARN), *rest)

    def refuse(self, refused: Refused) -> None:
        """Say why not, and what instead."""
        self.say(refusal_hint(refused))

    # Moving

    def action_move(self, verb: str) -> None:
        """Perform a verb of the session; a run is paused first."""
        self.pause()
        try:
            if verb in Session.MOVES:
                self.session.do(verb)
            else:
                getattr(self.session, verb)()
        except Refused as refused:
            self.refuse(refused)
        else:
            self.show()

    def _possible(self, act: Act) -> bool:
        return act.verb not in MOVES or self.session.refusal(act.verb) is None

    def on_key(self, event: events.Key) -> None:
        """Say of a key that is none that it is none."""
        if event.is_printable and event.key not in ACT_OF_KEY:
            self.say(f"“{event.character}” is not a key here: {{help}} lists them all")

    # Asking

    @on(TableView.CellHighlighted, "#hidden-table")
    def _choose_unit(self, event: TableView.CellHighlighted) -> None:
        self.unit = max(0, event.column - event.table_view.frozen_columns)

    @on(TableView.CellSelected, "#hidden-table")
    def _why_state(self, event: TableView.CellSelected) -> None:
        unit = max(0, event.column - event.table_view.frozen_columns)
        self._explain(hidden_reason(self.session.view, event.row - 1, unit))

    @on(TableView.CellSelected, "#gradient-table")
    def _why_gradient(self, event: TableView.CellSelected) -> None:
        self._explain(gradient_reason(self.session.view, event.row, self.unit))

    @on(TableView.CellSelected, "#examples")
    def _choose_example(self, event: TableView.CellSelected) -> None:
        self.pause()
        try:
            self.session.go_to_example(event.row)
        except Refused as refused:
            self.refuse(refused)
        else:
            self.show()

    def _explain(self, reason: tuple[str, tuple[Line, ...]] | Refused) -> None:
        if isinstance(reason, Refused):
            self.refuse(reason)
        else:
            self.app.push_screen(WhyScreen(*reason))

    # Data

    def action_edit_input(self) -> None:
        """Ask for a sentence and put it on the bench."""
        self.pause()

        def read(example: Example | None) -> None:
            if example is not None:
                self.session.edit_input(example)
                self.show()

        view = self.session.view
        self.app.push_screen(SentencePrompt(view.experiment, view.current.text), read)

    def action_open(self) -> None:
        """Choose another experiment."""
        self.pause()

        def begin(experiment: Experiment | None) -> None:
            if experiment is not None:
                self.app.switch_screen(StepScreen(Session(experiment)))

        self.app.push_screen(OpenScreen(), begin)

    def action_copy(self) -> None:
        """Copy the focused table."""
        table = self.focused if isinstance(self.focused, TableView) else None
        if table is None or table.table is None:
            self.say("Focus a table first: tab goes from pane to pane")
            return
        rows = table.table.row_count
        self.app.copy_to_clipboard(as_tsv(table))
        self.say(f"Copied {rows} rows of the table, tab-separated")

    # Viewing

    def action_zoom(self) -> None:
        """Maximise the focused pane, or restore."""
        if self.maximized is not None:
            self.minimize()
            return
        pane = self._focused_pane()
        self.maximize(pane)

    def action_theme(self) -> None:
        """Textual's own choice of themes."""
        self.app.search_themes()

    def action_help(self) -> None:
        """Help on the focused pane."""
        pane = self._focused_pane()

        async def perform(action: str | None) -> None:
            if action is not None:
                await self.run_action(action)

        self.app.push_screen(HelpScreen(pane.TITLE, pane.HELP_TEXT), perform)

    def action_palette(self) -> None:
        """Everything, by name."""
        self.app.action_command_palette()

    def action_quit(self) -> None:
        """Leave; a run ends with it."""
        self.pause()
        self.app.exit()

    def _focused_pane(self) -> Pane:
        widget: Widget | None = self.focused
        while widget is not None and not isinstance(widget, Pane):
            widget = widget.parent if isinstance(widget.parent, Widget) else None
        return widget or self.query_one(HiddenPane)


def as_tsv(view: TableView) -> str:
    """A table with its headings, tab-separated."""
    table = view.table
    if table is None:
        return ""
    columns = range(len(table.columns))
    lines = ["\t".join(column.title for column in table.columns)]
    for row in range(table.row_count):
        cells = table.cells(row, 0, len(columns))
        lines.append("\t".join(cell.text.replace("−", "-") for cell in cells))
    return "\n".join(lines)
