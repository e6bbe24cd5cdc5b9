"""The screen itself: what is large, what is copied, colours, help, and the way out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from textual.screen import Screen
from textual.widget import Widget

from rnn_tui.present.glossary import entry, glossary
from rnn_tui.present.sentences.shape import shapes
from rnn_tui.session.program.composed import equations
from rnn_tui.session.view import StepView
from rnn_tui.tui.explorer.face import Face, program_of
from rnn_tui.tui.explorer.running.autosave import Autosave
from rnn_tui.tui.learn.sizing import Sizing
from rnn_tui.tui.pages.switcher import Pages
from rnn_tui.tui.panes.pane import Pane
from rnn_tui.tui.table.table import TableView
from rnn_tui.tui.text import SPELLING
from rnn_tui.tui.widgets.keys import KeyLine

if TYPE_CHECKING:
    from rnn_tui.tui.dialogs.help import HelpScreen


class Viewing:
    """What changes nothing of the session."""

    def __init__(
        self, face: Face, screen: Screen[None], pages: Pages, autosave: Autosave, lessons: Sizing
    ) -> None:
        self._face = face
        self._screen = screen
        self._pages = pages
        self._autosave = autosave
        self._lessons = lessons

    def copy(self) -> None:
        """Copy the focused table."""
        view = self._screen.focused
        if not isinstance(view, TableView) or view.table is None:
            self._face.say("Focus a table first: tab goes from pane to pane")
            return
        self._screen.app.copy_to_clipboard(as_tsv(view))
        self._face.say(f"Copied {view.table.row_count} rows of the table, tab-separated")

    def zoom(self) -> None:
        """Let the focused pane fill the page, or shrink it back; so, too, the lessons beside it."""
        page, pane = self._pages.front, self._focused_pane
        if page.zoomed is not None or self._lessons.is_zoomed:
            self.unzoom()
            return
        if page in pane.ancestors:
            page.zoom(pane)
        else:
            self._lessons.zoom(True)
        tell_zoomed(self._face, self._screen, pane)

    def unzoom(self) -> None:
        """Shrink what fills the page back; without anything do nothing."""
        page = self._pages.front
        if self._lessons.zoom(False) or page.zoomed is not None:
            pane = page.zoomed
            page.zoom(None)
            if pane is not None and not pane.display:  # it has room only so
                page.query_one(page.FIRST).focus()
            self._face.unsay()
            self._screen.query_one(KeyLine).write()

    def choose_theme(self) -> None:
        """Textual's own choice of themes."""
        self._screen.app.search_themes()

    def help(self) -> None:
        """Help on the focused pane, and on the number under its cursor."""
        self._face.push(self.help_screen(), self._face.perform)

    def help_screen(self) -> HelpScreen:
        """The help on what has the focus now."""
        pane, screen = self._focused_pane, program_of(self._screen).help_screen
        view, page = self._face.session.view, self._pages.front.NAME
        told = "\n".join(network_told(view)) + "\n\n" if pane.TELLS_NETWORK else ""
        text, pointed = (
            SPELLING.of(one)
            for one in (told + pane.help_on(view.network), self._under_the_cursor())
        )
        symbols = {SPELLING.of(name): SPELLING.of(one) for name, one in glossary(view).items()}
        screen.turn_to(pane.TITLE, text, page, pointed, symbols)
        return screen

    def _under_the_cursor(self) -> str:
        """The glossary's entry of the number there; nothing where there is none."""
        table = self._screen.focused
        ref = table.ref if isinstance(table, TableView) else ""
        return entry(self._face.session.view, ref) if ref else ""

    def open_palette(self) -> None:
        """Everything, by name."""
        self._screen.app.action_command_palette()

    def suspend(self) -> None:
        """Back to the shell, which can bring the program to the front again."""
        self._face.pause()
        app = self._screen.app
        if app.is_headless or app.is_web or os.name == "nt":
            self._face.say("There is no shell to go back to here")
            return
        app.action_suspend_process()

    def quit(self) -> None:
        """Leave; a run ends with it."""
        self._autosave.settle()
        self._screen.app.exit()

    @property
    def _focused_pane(self) -> Pane:
        widget: Widget | None = self._screen.focused
        while widget is not None and not isinstance(widget, Pane):
            widget = widget.parent if isinstance(widget.parent, Widget) else None
        return widget or self._pages.front.query(Pane).first()


def tell_zoomed(face: Face, screen: Screen[None], pane: Pane) -> None:
    """Say that a pane fills the screen, and by which keys it leaves it."""
    name = str(pane.TITLE).split("  ")[0]
    face.tell_here(f"{name} fills the screen · {{zoom}} or {{unzoom}} back")
    screen.query_one(KeyLine).write()


def network_told(view: StepView) -> tuple[str, ...]:
    """What the network is, and the equations that it computes."""
    experiment = view.experiment
    once, counts = experiment.answers_once, SPELLING.counts
    return shapes(experiment)[0], *equations(view.network, once=once, counts=counts)


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
