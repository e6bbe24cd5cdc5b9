"""The code that is running, and what each of its lines reads and makes."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.reactive import var
from textual.widgets import Static

from rnn_tui.present.tables.code import NEXT, RAN, CodeTable, about, standing, title
from rnn_tui.present.tables.line_values import LineValues
from rnn_tui.session.view import StepView
from rnn_tui.session.why.line_now import LineNow
from rnn_tui.tui.explorer.layout import TITLES
from rnn_tui.tui.panes.pane import Pane
from rnn_tui.tui.table.staying_rows import StayingRows
from rnn_tui.tui.table.table import TableView
from rnn_tui.tui.text import CODE_NAMES, SPELLING, contents

BESIDE = 100  # cells of a pane that is wide enough for code and numbers side by side
AROUND = 3  # rows that are to be seen at least: the line that ran last, one before, one after
MOST_WORDS = 3  # rows
LEAST_TIMESTEPS = 4  # that are to be seen under a matrix that is shown whole


class CodeView(TableView):
    """The lines: a click chooses one, a second click opens it."""

    def on_click(self, event: events.Click) -> None:
        """Of the chosen line the table's own click, which opens it."""
        place = self._cell_at(event.x, event.y)
        if place is not None and not (self.was_focused and place[0] == self.cursor_row):
            event.prevent_default()
            event.stop()
            self._move_to(*place)


class ProgramPane(Pane):
    """The lines that run in their order, and under them the numbers of the chosen one."""

    TITLE = TITLES["program"]
    SHOWS = ("program",)
    HELP_TEXT = (
        "The code that computes what you see: the very lines that run, forward, backward and in "
        "the update, numbered from the head of each function. ▸ ran last, ▹ is what n runs "
        "next. Where there is no room for Why beside it, j shows one or the other.\n\n"
        "The arrows, or a click, choose a line. Below stand its equation and what it computes, the "
        "variables that it reads with their shapes, lengths ‖·‖ and values now, what it makes (→), "
        "and that at every timestep of this pass; a dot is not computed yet. Of a gradient that "
        "adds up (+=) each timestep shows what it adds (+). A matrix too large for the pane shows "
        "the row of the unit that Why explains.\n\n"
        "Enter on a line goes to its values, enter on a value explains it; escape goes "
        "back to the code, which follows the algorithm again once you are on the marked line."
    )

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "code", "to the code", show=False, tooltip="From the values to the code"),
    ]

    blank: var[str] = var("", init=False)  # the line of the cell that a lesson asks for

    _drawn: tuple[StepView, int, int, int] | None = None  # for which moment, row, unit and room

    def compose(self) -> ComposeResult:
        """The code; beside it or below it what a line says, and its numbers."""
        yield CodeView(id="code")
        with Vertical(id="line"):
            yield Static(id="line-words")
            yield StayingRows(id="line-values")

    def on_mount(self) -> None:
        """Follow the cursor in the code."""
        self.watch(self.code, "cursor", self._show_line, init=False)

    @property
    def code(self) -> CodeView:
        """The table of lines."""
        return self.query_one("#code", CodeView)

    @property
    def values(self) -> StayingRows:
        """The table of what the chosen line reads and makes."""
        return self.query_one("#line-values", StayingRows)

    def watch_unit(self) -> None:
        """The rows of another unit."""
        self.redraw_after_paint()

    def show(self, view: StepView) -> None:
        """Draw a view."""
        width = self.content_size.width  # the code's own is not known yet where it has just changed
        room = width // 2 if self.has_class("-beside") else width
        table = CodeTable(view, room - 1, self.blank)  # beside a scrollbar
        self.code.table = table
        if table.current_row is not None and self.code.cursor_row == table.current_row:
            around = max(AROUND, self.code.page // 2)
            self.code.reveal(max(0, table.current_row - 1), around)
        self._show_line()

    def watch_blank(self) -> None:
        """Another line is to be written, or none."""
        self._drawn = None
        self._redraw()

    def respell(self) -> None:
        """Say whose names these are."""
        self._drawn = None
        super().respell()

    def on_resize(self, event: events.Resize) -> None:
        """Place the values beside the code where there is room, and fit the code."""
        self.set_class(event.size.width >= BESIDE, "-beside")
        self.redraw_after_paint()

    def _show_line(self) -> None:
        """Draw what the chosen line reads and makes, unless that is what stands there."""
        table, view = self.code.table, self.view
        if not isinstance(table, CodeTable) or view is None or not self.display:
            return
        place, height = self.code.cursor_row, self.values.size.height
        drawn = view, place, self.unit, height
        if drawn == self._drawn:
            return
        if self._drawn is None or self._drawn[1] != place:
            self.values.scroll_to(0, 0, animate=False, immediate=True, force=True)
        self._drawn = drawn
        line = LineNow(view, table.rows[place], self.unit)
        whole = LineValues(line)
        fits = whole.frozen_rows + min(LEAST_TIMESTEPS, len(line.times)) < height
        self.values.table = whole if fits else LineValues(line, whole=False)
        self._write_words(line)
        self.write_above(f"Program · {title(view, table.rows[place])}")
        own = "" if SPELLING.is_own else f"{CODE_NAMES} · "
        self.write_below(f"{own}{standing(line)} · {RAN} ran last · {NEXT} next")

    def _write_words(self, line: LineNow) -> None:
        """What the line computes, in as many rows as it takes."""
        words = self.query_one("#line-words", Static)
        text = contents(about(line, self.blank), as_code=True)
        words.update(text, layout=False)
        rows = text.get_height({}, max(1, words.content_size.width))
        if words.styles.height is None or words.styles.height.value != min(MOST_WORDS, rows):
            words.styles.height = min(MOST_WORDS, rows)

    # Going

    @on(TableView.CellSelected, "#code")
    def _open(self, event: TableView.CellSelected) -> None:
        """From a line to its values."""
        event.stop()
        values, table = self.values, self.values.table
        if isinstance(table, LineValues) and table.row_count:
            values.focus()
            values.go_to(max(0, table.frozen_rows - 1), values.cursor_column)

    def action_code(self) -> None:
        """From the values back to the line."""
        self.code.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """On the code, escape is the screen's."""
        return action != "code" or self.values.has_focus
