"""One array of the parameters as a heat map, and the line that chooses between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from rnn_tui.present.tables.weight_change import ChangedTable
from rnn_tui.present.tables.weight_rows import Group
from rnn_tui.present.tables.weights import MatrixTable, ways
from rnn_tui.session.view import StepView
from rnn_tui.tui.panes.pane import Pane
from rnn_tui.tui.table.matrix_view import MatrixView
from rnn_tui.tui.text import BORDER_EDGES, MUTED, SPELLING

GAP = 2
MOST_LINES = 5  # of names; see the stylesheet
HELP = (
    "The parameters, a table for each matrix. Row = to, column = from: W_hh[1,0] in row h[1], "
    "column h[0] is how strongly unit 0 drives unit 1 at the next token. With one-hot inputs a "
    "column of W_xh is a token; a row of W_hy is an answer.\n\n"
    "Colour is the size relative to the largest number of all matrices, so that these can be "
    "compared: blue below zero, orange above; the sign says the same without colour. The arrows "
    "choose a cell, ⏎ shows how the number was computed, = changes it and starts a new run (u "
    "undoes it).\n\n"
    "Where there is room, the change since the start stands beside the weights, with a colour "
    "scale of its own.\n\n"
    "V shows the next of: weights, this example's gradient, the gradient g of the batch, what the "
    "optimizer stores (SGD: the velocity), and the change since the start. A dot means: not "
    "computed yet. M shows the next matrix where not all fit.\n\n"
    "A matrix that is too large for its pane is a picture: each square is a number, or of a very "
    "large one the largest number of a block, and above it stands the number under the cursor. H "
    "shows numbers instead."
)


class MatrixPane(Pane):
    """A heat map with what its rows and columns are."""

    TITLE = "Weights"
    SHOWS = ("weights",)
    HELP_TEXT = HELP

    way: reactive[int] = reactive(0, init=False)
    picture: reactive[bool] = reactive(True, init=False)
    changed: reactive[bool] = reactive(False, init=False)  # whether there is room for that, too

    def __init__(self, name: str) -> None:
        super().__init__(id=f"{name}-matrix")
        self.array = name

    def compose(self) -> ComposeResult:
        """One table."""
        yield MatrixView(id=f"{self.array}-table")

    def watch_picture(self, wanted: bool) -> None:
        """Squares of heat, or numbers."""
        self.query_one(MatrixView).turn(wanted)

    def watch_way(self) -> None:
        """Other numbers in the same cells."""
        self._redraw()

    def watch_changed(self) -> None:
        """The change since the start beside the weights, or not."""
        self._redraw()

    def show(self, view: StepView) -> None:
        """Draw a view."""
        kind = ChangedTable if self.changed and not self.way else MatrixTable
        table = kind(view, self.array, ways(view)[self.way])
        self.query_one(MatrixView).table = table
        self.border_title = SPELLING.of(table.title)
        self._write_summary()

    def on_resize(self) -> None:
        """There is room for more of what stands below, or for less."""
        self._write_summary()

    def _write_summary(self) -> None:
        table, width = self.query_one(MatrixView).table, self.outer_size.width
        if isinstance(table, MatrixTable) and width:
            self.write_below(table.summary(width - BORDER_EDGES))


class MatrixLine(Static, can_focus=True):
    """The names of the arrays, the one shown marked; a line for each part of the network."""

    class Chosen(Message):
        """The array `step` places on, or the one called `name`, is asked for."""

        def __init__(self, step: int = 0, name: str = "") -> None:
            super().__init__()
            self.step = step
            self.name = name

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "choose(-1)", show=False),
        Binding("right", "choose(1)", show=False),
    ]

    chosen: reactive[str] = reactive("", init=False)

    def __init__(self, groups: tuple[Group, ...]) -> None:
        super().__init__(id="matrix-line")
        self.groups = groups
        self._places: list[list[tuple[int, int, str]]] = []  # by line: from, to, name
        self._room = 0  # cells of a line

    def watch_chosen(self) -> None:
        """Mark another one."""
        self._write()

    def _write(self) -> None:
        lines: list[Content] = []
        self._places = []
        for title, names in self._lines(self._room):
            x, places = len(title), []
            parts = [Content.styled(title, MUTED)]
            for place, name in enumerate(names):
                style = "bold reverse" if name == self.chosen else ""
                parts += [Content(" " * (place > 0)), Content.styled(f" {name} ", style)]
                places.append((x, x + len(name) + GAP, name))
                x += len(name) + GAP + 1
            lines.append(Content("").join(parts))
            self._places.append(places)
        self.update(Content("\n").join(lines))

    def fit(self, width: int) -> int:
        """Have as many lines as a page of some width needs, before it is laid out; how many."""
        room = width - self.gutter.width
        if room != self._room:
            self._room = room
            self._write()
        return len(self._places)

    def _lines(self, width: int) -> Iterator[tuple[str, list[str]]]:
        """What stands on each line: all names where they fit, else group by group."""
        width = max(20, width)
        names = [name for group in self.groups for name in group.names]
        if sum(len(name) + GAP + 1 for name in names) <= width:
            yield "", names
            return
        head = max(len(group.title) for group in self.groups) + 1
        lines = [list(_broken(group, group.names, head, width)) for group in self.groups]
        place = next((n for n, group in enumerate(self.groups) if self.chosen in group.names), 0)
        if sum(map(len, lines)) > MOST_LINES:  # of the others the first array, to go there
            for n, group in enumerate(self.groups):
                if n != place:
                    lines[n] = list(_broken(group, group.names[:1], head, width))
        above = sum(map(len, lines[:place]))
        first = max(0, above + len(lines[place]) - MOST_LINES)
        yield from [line for group in lines for line in group][first : first + MOST_LINES]

    def action_choose(self, step: int) -> None:
        """Ask for the next, or the one before."""
        self.post_message(self.Chosen(step))

    def on_click(self, event: events.Click) -> None:
        """A click on a name chooses it."""
        x, y = event.x - self.gutter.left, event.y - self.gutter.top
        for first, stop, name in self._places[y] if 0 <= y < len(self._places) else ():
            if first <= x < stop:
                self.post_message(self.Chosen(name=name))


def _broken(
    group: Group, names: Sequence[str], head: int, width: int
) -> Iterator[tuple[str, list[str]]]:
    """Names of a group in lines that fit, the first with its title."""
    title, x = f"{group.title:<{head}}", head
    line: list[str] = []
    for name in names:
        if line and x + len(name) + GAP > width:
            yield title, line
            title, line, x = " " * head, [], head
        line.append(name)
        x += len(name) + GAP + 1
    yield title, line
