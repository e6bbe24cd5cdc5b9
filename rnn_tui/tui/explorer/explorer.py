"""The one screen of the explorer: pages of panes under the user's keys."""

from __future__ import annotations

from collections.abc import Callable
from inspect import isawaitable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.reactive import var
from textual.screen import Screen
from textual.widget import Widget

from rnn_tui.present.tables.cells import Line
from rnn_tui.session.reports import Report
from rnn_tui.session.session import Session
from rnn_tui.session.view import StepView
from rnn_tui.tui.bindings import (
    ACT_OF_KEY,
    ACT_OF_VERB,
    LESSON,
    NAMED_BY_VERB,
    Act,
    bindings,
)
from rnn_tui.tui.explorer.acts import Controllers, acts
from rnn_tui.tui.explorer.layout import around
from rnn_tui.tui.learn.docking import Docking
from rnn_tui.tui.learn.learner import Learner
from rnn_tui.tui.pages.page import Page
from rnn_tui.tui.pages.step import StepPage
from rnn_tui.tui.pages.switcher import Pages
from rnn_tui.tui.panes.network import NetworkView
from rnn_tui.tui.panes.timeline import Scrubbed
from rnn_tui.tui.table.table import TableView
from rnn_tui.tui.toolkit.direct import of_unbound_keys
from rnn_tui.tui.toolkit.sparing import SparingScreen
from rnn_tui.tui.widgets.bars import HintLine, OpLine, StatusLine
from rnn_tui.tui.widgets.keys import BACK, HELPS, KeyLine

if TYPE_CHECKING:
    from rnn_tui.lessons.taking.playing import Play

T = TypeVar("T")


class ExplorerScreen(SparingScreen[None]):
    """Owns the session; the page in front draws its view, controllers do what keys ask for."""

    AUTO_FOCUS = ""  # a page says where it begins

    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]

    focused: var[Widget | None] = var(None)  # no cause to paint the whole screen, as it is usually
    view: var[StepView | None] = var(None, init=False)
    unit: var[int] = var(0, init=False)
    notice: var[Line | None] = var(None, init=False)
    happened: var[str] = var("", init=False)
    progress: var[Line | None] = var(None, init=False)
    offered: var[bool] = var(False, init=False)  # whether the tour is

    def __init__(
        self,
        session: Session,
        folder: Path | None = None,
        learner: Learner | None = None,
        play: Play | None = None,
    ) -> None:
        """The session is kept in a `folder`, nowhere if None; it may be that of a lesson."""
        super().__init__()
        self.session = session
        self.pages, self._op_line = Pages(), OpLine()
        self.controllers = Controllers.of(
            self, self, self.pages, self._op_line, folder, learner or Learner.of_user(), play
        )
        self.controllers.asking.asked = self.controllers.learning.step.look
        self._acts = acts(self.controllers)

    def compose(self) -> ComposeResult:
        """The pages between lines that say where one stands and what to do."""
        lines = {
            "status": StatusLine(StepPage.NAME).data_bind(ExplorerScreen.view),
            "op": self._op_line.data_bind(ExplorerScreen.view, ExplorerScreen.unit),
            "hint": HintLine().data_bind(ExplorerScreen.notice, ExplorerScreen.happened),
            "acts": KeyLine(self.controllers.moves.is_possible, self._is_wanted),
        }
        pages = self.pages.data_bind(
            ExplorerScreen.unit, ExplorerScreen.progress, ExplorerScreen.offered
        )
        learning = self.controllers.learning
        beside = [pages] if learning.play is None else [pages, learning.docking.make()]
        yield from around([Container(*beside, id="desk")], lines.__getitem__)

    @property
    def _docking(self) -> Docking:
        """What stands beside the pages."""
        return self.controllers.learning.docking

    def _is_wanted(self, act: Act) -> bool:
        """Whether an act is one of the footer now."""
        if act.verb == BACK:
            return self.page.zoomed is not None or self._docking.sizing.is_zoomed
        if act.verb in HELPS:
            return act.verb == next(filter(self._is_bound, HELPS))
        return self.controllers.moves.is_wanted(act)

    def _is_bound(self, verb: str) -> bool:
        """Whether the key of an act does it here and now."""
        pages = ACT_OF_VERB[verb].pages
        is_of_step = LESSON in pages and self.controllers.learning.step.offers(verb)
        return not pages or self.page.NAME in pages or is_of_step

    def on_mount(self) -> None:
        """Show the first moment."""
        self._docking.sizing.place()
        if self._docking.dock is not None:
            self._docking.focus()
        else:
            self.page.focus_first()
        self.show()
        self.watch(self.pages, "current", self._mark_page, init=False)
        self.watch(self, "focused", self.controllers.hinting.leave_pane, init=False)
        # A message takes its way through seven parents, and would come after the cursor's paint.
        self.watch(self.query_one("#hidden-table"), "cursor", self._choose_unit, init=False)

    def on_resize(self) -> None:
        """Another size of the terminal."""
        self._docking.sizing.place()

    def on_screen_resume(self) -> None:
        """What lay over it has gone: by now size and notation may be others."""
        self._docking.sizing.place()
        self.controllers.notating.spell()

    def on_unmount(self) -> None:
        """Leave nothing unwritten, and no process."""
        self.controllers.autosave.keep_now()
        self.controllers.runs.close()

    # Room

    @property
    def room(self) -> tuple[int, int]:
        """The width and height of a screen without a dock, with as much room for its pages."""
        return self._docking.sizing.room

    @property
    def uncovered(self) -> tuple[int, int]:
        """The width and height that the lessons leave free, at the left and above."""
        return self._docking.sizing.uncovered

    def share_out(self) -> None:
        """Give the pages and what stands beside them their room."""
        self._docking.sizing.place()
        if self.is_mounted:
            self.page.share_room()

    @property
    def page(self) -> Page:
        """The page in front."""
        return self.pages.front

    # Acts

    async def action_act(self, verb: str) -> None:
        """Do what a key stands for."""
        done = self.perform(verb)
        if isawaitable(done):
            await done
        if self.controllers.learning.play is not None:  # a lesson may ask to look at something
            self.call_after_refresh(self.controllers.learning.step.look)

    async def action_act_of_page(self, verb: str) -> None:
        """The same for a key that does something else on other pages."""
        await self.action_act(verb)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave a key of two meanings to the other one, unless this one's page is in front."""
        if action != "act_of_page":
            return True
        return self._is_bound(str(parameters[0]))

    def perform(self, verb: str) -> object:
        """Have the controller do it that it belongs to; what is to be awaited, if anything."""
        return self._acts[NAMED_BY_VERB.get(verb, verb)]()

    def action_explain(self, ref: str) -> None:
        """A number in a line of text was clicked."""
        self.controllers.asking.explain(ref)

    @of_unbound_keys
    def on_key(self, event: events.Key) -> None:
        """Say of a key that is none that it is none."""
        if event.key not in ACT_OF_KEY and event.key not in self.active_bindings:
            name = event.character if event.is_printable else event.key
            self.say(f"“{name}” is not a key here: {{help}} lists them all")

    # What controllers and pages ask for

    @property
    def reading_at(self) -> float | None:
        """Where the page in front reads values."""
        return self.page.reading

    def show(self) -> None:
        """Show the session's moment, as soon as it is there."""
        self.controllers.computing.show()

    def draw(self, view: StepView) -> None:
        """Hand a view to the panes, and say what to press next."""
        self.controllers.hinting.note(view)
        self.view = self.page.view = view
        self.offered = bool(self.controllers.learning.offer.hint())
        self.controllers.hinting.write(view)
        self.query_one(KeyLine).write()
        self.controllers.autosave.keep()
        self.controllers.learning.step.look()

    def add(self, text: str) -> None:
        """Put a sentence where the hint stands, beside what was done."""
        self.controllers.hinting.add(text)

    def tell(self, text: str) -> None:
        """Put a sentence where the hint stands, until the next move: it says what was done, too."""
        self.controllers.hinting.tell(text)

    def tell_here(self, text: str) -> None:
        """Put a sentence about the focused pane there, as long as the keys go to that."""
        self.controllers.hinting.tell_here(text)

    def say(self, text: str) -> None:
        """Put an explanation of why not there, so that it can't be overlooked."""
        self.controllers.hinting.say(text)

    def unsay(self) -> None:
        """Put the hint back in the place of why not, or of what was told of a pane."""
        self.controllers.hinting.unsay()

    def pause(self) -> None:
        """Stop a run where it was last shown."""
        self.controllers.runs.pause()

    def interrupt(self) -> None:
        """Pause a run, and say how to leave where there is none."""
        if self.controllers.runs.is_running:
            self.perform("run")
        else:
            self.say("Nothing is running: {quit} leaves")

    def act(
        self,
        act: Callable[[Report], T],
        then: Callable[[T], object],
        otherwise: Callable[[], object] | None = None,
        *,
        title: str = "",
        unit: str = "updates",
        asks: bool = False,
    ) -> None:
        """Act beside the screen, and hand what came of it to `then`, as in `Computing`."""
        self.controllers.computing.act(act, then, otherwise, title=title, unit=unit, asks=asks)

    def attempt(
        self, move: Callable[[], object], then: Callable[[], object] = lambda: None
    ) -> None:
        """Move the session and show where it went, `then` go on; or explain its refusal."""
        self.controllers.computing.attempt(move, then)

    def push(
        self,
        screen: Screen[T],
        then: Callable[[T], object] = lambda _: None,
        otherwise: Callable[[], object] = lambda: None,
    ) -> None:
        """Open a dialog; `then` takes what it gives, `otherwise` comes if it was left."""

        async def end(result: T | None) -> None:
            done = otherwise() if result is None else then(result)
            if isawaitable(done):
                await done

        self.unsay()  # it was about what is behind the dialog now
        self.app.push_screen(screen, end)

    def _mark_page(self, name: str | None) -> None:
        self.query_one(StatusLine).page = name or ""

    # What panes ask for

    @on(TableView.CellHighlighted, "#hidden-table")
    def _choose_unit(self) -> None:
        table = self.query_one("#hidden-table", TableView)
        self.unit = max(0, table.cursor_column - table.frozen_columns)

    @on(TableView.CellHighlighted, ".of-units")
    def _choose_unit_of(self, event: TableView.CellHighlighted) -> None:
        self.unit = event.table_view.table.unit_at(event.row, event.column)  # type: ignore[union-attr]

    @on(NetworkView.Selected)
    def _explain_node(self, event: NetworkView.Selected) -> None:
        self.controllers.asking.explain(event.ref)

    @on(TableView.CellSelected, "#examples")
    def _choose_example(self, event: TableView.CellSelected) -> None:
        self.pause()
        self.attempt(lambda: self.session.go_to_example(event.row))

    @on(TableView.CellSelected)
    def _explain_cell(self, event: TableView.CellSelected) -> None:
        self.controllers.asking.explain_cell(event.table_view, event.row, event.column)

    @on(Scrubbed)
    def _scrub(self, event: Scrubbed) -> None:
        if event.by:
            self.controllers.history.scrub_by(event.by)
        else:
            self.controllers.history.scrub_to(event.update)
