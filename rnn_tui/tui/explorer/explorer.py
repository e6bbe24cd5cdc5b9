"""The one screen of the explorer: pages of panes under the user's keys."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.reactive import var
from textual.widget import Widget

from rnn_tui.experiments import Example
from rnn_tui.present.sentences.hints import refusal_hint, with_keys
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.session.breakpoints.breakpoints import scope_of
from rnn_tui.session.moment import Refused
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView
from rnn_tui.tui.bindings import ACT_OF_KEY, ACT_OF_VERB, KEYS, MOVES, Act, bindings
from rnn_tui.tui.dialogs import dialogs
from rnn_tui.tui.explorer.asking import AskingScreen
from rnn_tui.tui.explorer.changing import ChangingScreen
from rnn_tui.tui.explorer.commanding import CommandingScreen
from rnn_tui.tui.explorer.keeping import KeepingScreen
from rnn_tui.tui.explorer.lab import LabScreen
from rnn_tui.tui.explorer.patience import PatientScreen
from rnn_tui.tui.explorer.running import ANSWER
from rnn_tui.tui.explorer.time import TimeScreen
from rnn_tui.tui.pages.page import Page
from rnn_tui.tui.pages.step import StepPage
from rnn_tui.tui.pages.switcher import Pages
from rnn_tui.tui.panes.pane import Pane
from rnn_tui.tui.sizes import HEIGHTS, WIDTHS
from rnn_tui.tui.table.table import TableView
from rnn_tui.tui.widgets.bars import HintLine, OpLine, StatusLine
from rnn_tui.tui.widgets.keys import KeyLine

if TYPE_CHECKING:
    from rnn_tui.tui.app import Explorer


class ExplorerScreen(
    AskingScreen, LabScreen, TimeScreen, ChangingScreen, CommandingScreen, KeepingScreen,
    PatientScreen,
):  # fmt: skip
    """Owns the session; the page in front draws its view, the keys move it."""

    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS

    AUTO_FOCUS = ""  # a page says where it begins

    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]

    focused: var[Widget | None] = var(None)  # no cause to paint the whole screen, as it is usually
    view: var[StepView | None] = var(None, init=False)

    _is_prepared = False  # nothing is left to be made before it is asked for

    def compose(self) -> ComposeResult:
        """The status over a page, over a hint, over the footer."""
        yield StatusLine().data_bind(ExplorerScreen.view)
        yield Pages()
        yield OpLine().data_bind(ExplorerScreen.view, ExplorerScreen.unit)
        yield HintLine().data_bind(ExplorerScreen.notice)
        yield KeyLine(self._possible, self._in_footer)

    def on_mount(self) -> None:
        """Show the first moment."""
        self.page.focus_first()
        self.show()
        # A message takes its way through seven parents, and would come after the cursor's paint.
        self.watch(self.query_one("#hidden-table"), "cursor", self._choose_unit, init=False)

    # Pages

    @property
    def page(self) -> Page:
        """The page in front."""
        return self.query_one(Pages).front

    async def action_page(self, name: str) -> None:
        """Bring a page to the front; it is made now if there was no time for it before."""
        stack = self.query_one(Pages)
        if stack.current == name:
            self.say(f"This is the {name.capitalize()} screen already")
            return
        self.minimize()
        await stack.make(name)
        stack.current = name
        self.query_one(OpLine).set_class(name != StepPage.NAME, "-elsewhere")
        self.page.focus_first()
        self.page.progress = self.progress
        if self.page.view is None or self.progress is None:
            self.show()
        else:  # first as it was left, which costs a paint and no drawing
            self.set_timer(ANSWER, self._follow_run)

    def _follow_run(self) -> None:
        """Show how far a run is; one that has ended has been shown, and something said of it."""
        if self.progress is not None:
            self.show()

    async def prepare(self) -> None:
        """Make something that will be asked for for the first time: a page, or a dialog's code.

        A run and its keys come first.
        """
        if self._is_prepared or self.progress is not None:
            return
        if not await self.query_one(Pages).make_another():
            self._is_prepared = not dialogs.prepare()

    def action_on_page(self, verb: str) -> None:
        """Do an act of one page, or say which page it belongs to."""
        act = ACT_OF_VERB[verb]
        if act.page != self.page.NAME:
            self.say(
                f"{{{verb}}} is a key of the {act.page.capitalize()} screen: {{{act.page}_page}}"
            )
            return
        if explained := self.page.perform(verb):
            self.tell(explained)

    # Showing

    def draw(self, view: StepView) -> None:
        """Hand a view to the panes, and say what to press next."""
        self.view = self.page.view = view
        self.notice = with_keys(self.run_hint() or self.page.hint(view), KEYS)
        self.query_one(KeyLine).write()
        self.keep()

    def tell(self, text: str) -> None:
        """Put a sentence where the hint stands, until the next move."""
        self.notice = with_keys(text, KEYS)

    def say(self, text: str) -> None:
        """Put an explanation of why not there, so that it can't be overlooked."""
        first, *rest = with_keys(text, KEYS)
        self.notice = (Span(first.text, Role.WARN), *rest)

    def refuse(self, refused: Refused) -> None:
        """Say why not, and what instead."""
        self.say(refusal_hint(refused))

    def watch_unit(self, unit: int) -> None:
        """Another unit on every page."""
        for page in self.query(Page):
            page.unit = unit

    def watch_progress(self, progress: Line | None) -> None:
        """A run's progress on the page in front; that it ends, on every page."""
        for page in self.query(Page) if progress is None else (self.page,):
            page.progress = progress

    # Moving

    def action_move(self, verb: str) -> None:
        """Perform a verb of the session; a run is paused first."""
        self.pause()
        session = self.session
        if self.trained_by(verb) or self.moved_by(verb):
            return
        moves = verb in Session.MOVES
        self.attempt((lambda: session.do(verb)) if moves else getattr(session, verb))

    def _possible(self, act: Act) -> bool:
        return act.verb not in MOVES or self.session.refusal(act.verb) is None

    def _in_footer(self, act: Act) -> bool:
        """Where training is counted in steps, one step takes the place of an epoch."""
        if act.verb in ("update", "epoch"):
            return act.verb == ("update" if self.session.unit == "step" else "epoch")
        return act.footer

    def on_key(self, event: events.Key) -> None:
        """Say of a key that is none that it is none."""
        if event.key not in ACT_OF_KEY and event.key not in self.active_bindings:
            name = event.character if event.is_printable else event.key
            self.say(f"“{name}” is not a key here: {{help}} lists them all")

    # Asking

    @on(TableView.CellHighlighted, "#hidden-table")
    def _choose_unit(self) -> None:
        table = self.query_one("#hidden-table", TableView)
        self.unit = max(0, table.cursor_column - table.frozen_columns)

    @on(TableView.CellSelected, "#examples")
    def _choose_example(self, event: TableView.CellSelected) -> None:
        self.pause()
        self.attempt(lambda: self.session.go_to_example(event.row))

    # Data

    def action_edit_input(self) -> None:
        """Ask for a sentence and put it on the bench."""
        self.pause()

        def read(example: Example | None) -> None:
            if example is not None:
                self.session.edit_input(example)
                self.show()

        view = self.session.view
        self.app.push_screen(dialogs.SentencePrompt(view), read)

    def open_session(self, session: Session, notice: str = "") -> None:
        """Go on with another session; breakpoints that make sense there stay."""
        screen = ExplorerScreen(session)
        screen.breakpoints = self.breakpoints.within(scope_of(session.view))
        screen.kept_in, screen.lines = self.kept_in, self.lines
        self.app.switch_screen(screen)
        cast("Explorer", self.app).garbage.search_all_soon()
        if notice:
            self.app.call_later(screen.say, notice)

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

        screen = cast("Explorer", self.app).help_screen
        screen.turn_to(pane.TITLE, pane.HELP_TEXT)
        self.app.push_screen(screen, perform)

    def action_palette(self) -> None:
        """Everything, by name."""
        self.app.action_command_palette()

    def action_suspend(self) -> None:
        """Back to the shell, which can bring the program to the front again."""
        self.pause()
        if self.app.is_headless or self.app.is_web or os.name == "nt":
            self.say("There is no shell to go back to here")
            return
        self.app.action_suspend_process()

    def action_quit(self) -> None:
        """Leave; a run ends with it."""
        self.settle()
        self.app.exit()

    def _focused_pane(self) -> Pane:
        widget: Widget | None = self.focused
        while widget is not None and not isinstance(widget, Pane):
            widget = widget.parent if isinstance(widget.parent, Widget) else None
        return widget or self.page.query(Pane).first()


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
