"""Two contexts side by side: this example and another, word by word."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.widgets import Static

from rnn_tui.experiments import Example
from rnn_tui.present.contexts import sentences as words
from rnn_tui.present.contexts.answers import answers
from rnn_tui.present.contexts.candidates import CandidatesTable
from rnn_tui.present.contexts.tables import SideBySide, UnitsTable
from rnn_tui.present.sentences.hints import refusal_hint
from rnn_tui.present.sentences.states import ONE_LAYER, ONE_STATE
from rnn_tui.session.contexts.choosing import Candidate, candidates, example_at, typed
from rnn_tui.session.contexts.comparison import Contexts, Other, StateContexts, contexts
from rnn_tui.session.moment import Refused
from rnn_tui.session.passes import is_short
from rnn_tui.session.view import StepView
from rnn_tui.tui.dialogs.candidates import CandidatesScreen
from rnn_tui.tui.dialogs.modal import Modal
from rnn_tui.tui.dialogs.typed.prompt import SentencePrompt
from rnn_tui.tui.dialogs.why import open_why
from rnn_tui.tui.table.matrix_view import AROUND, MatrixView
from rnn_tui.tui.table.table import TableView
from rnn_tui.tui.table.table_layout import TableLayout
from rnn_tui.tui.table.table_lines import spelled
from rnn_tui.tui.text import contents
from rnn_tui.tui.widgets.figures import Figures

WIDEST, EDGES = 140, 4  # cells of the dialog, and of its border with its padding
LEAST = 20  # cells of the dialog's inside, however narrow the terminal
AROUND_TABLES = 3  # lines of the border, and of what is explained
LOW = 20  # lines of a terminal, below which the first sentence is all that is said
AIRY = 30  # lines of a terminal, from which on empty ones stand between the parts
HERE, THERE = "units-here", "units-there"


class ContextsScreen(Modal[Other]):
    """Gives the other example if one is to go to it, nothing if it is left.

    The cursor of the tables of all units chooses the unit and the row that the rest tells of.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c,q", "dismiss(None)", "leave"),
        Binding("h", "state", "state"),
        Binding("L", "layer", "layer"),
        Binding("o", "choose", "other example"),
        Binding("left_square_bracket", "next(-1)", "previous"),
        Binding("right_square_bracket", "next(1)", "next"),
        Binding("i", "type", "type a text"),
        Binding("g", "go", "go there"),
    ]

    def __init__(self, view: StepView, other: Other) -> None:
        super().__init__()
        self.view = view
        self.other = other
        self.found: StateContexts | None = None
        self.row = self.unit = 0
        self._candidates: tuple[Candidate, ...] | None = None

    def compose(self) -> ComposeResult:
        """What there is to say, both answers, a unit in both, and all units of each."""
        with Vertical(classes="dialog large") as dialog:
            dialog.border_title = words.TITLE
            yield Static(words.READING, id="story")
            yield Figures(id="answers")
            yield TableView(id="side")
            with Container(id="all-units"):
                yield MatrixView(id=HERE)
                yield MatrixView(id=THERE)
            yield Static("", classes="problem", markup=False)

    def begin(self) -> None:
        """Read the other example; the cursor of its units is where the story begins."""
        self.query_one(f"#{HERE}").focus()
        self._compare(self.other)

    # What is compared

    def _compare(self, other: Other) -> None:
        """Read both, beside the screen where that takes long."""
        self.other = other
        longest = max(self.view.current.length, other.example.length)
        if is_short(self.view.experiment, longest):
            self._tell(contexts(self.view, other))
        else:
            self._background.start(lambda _: contexts(self.view, other), self._tell)

    def _tell(self, whole: Contexts) -> None:
        before = self.found
        layer, state = (before.layer, before.state) if before else (-1, "h")
        self._look_at(whole.of(layer, state))

    def _look_at(self, found: StateContexts) -> None:
        """Show a state of a layer, from the word and the unit on that tell most."""
        self.found = found
        self.row = found.telling
        self.unit = found.most_moved(self.row)
        dialog = self.query_one(".dialog")
        dialog.border_title = words.title(found.whole)
        self.write_keys(words.keys(found))
        self._show()
        self._point()
        self.call_after_refresh(self._point)  # once the tables have their size

    def _show(self) -> None:
        """Draw the row and the unit that are chosen."""
        if self.found is None:
            return
        width = max(LEAST, min(WIDEST, self.size.width) - EDGES)
        story = words.story(self.found, self.row, self.unit)
        story = story if self.size.height >= LOW else story[:1]
        self.query_one("#story", Static).update(contents(story))
        lines = answers(self.found.whole, width)
        self.query_one("#answers", Static).update(contents(lines))
        self.query_one("#side", TableView).table = SideBySide(self.found, self.row, self.unit)
        said = sum(len(textwrap.wrap("".join(span.text for span in line), width)) for line in story)
        self._share_room(width, said + len(lines))

    def _share_room(self, width: int, said: int) -> None:
        """Give the tables the lines that the text leaves, and as many as they need at most."""
        assert self.found is not None
        airy = self.size.height >= AIRY
        self.query_one(".dialog").set_class(airy, "-airy")
        room = self.size.height - AROUND_TABLES - said - 3 * airy
        stacked = self._show_units(width // 2)
        rows = len(self.found.pairs) + 1
        units = 2 * (rows // 2 + 1) if stacked else rows + 1
        side = rows if rows + units <= room else max(min(rows, room - units), room // 2)
        self.query_one("#side").styles.height = max(2, min(rows, side))
        container = self.query_one("#all-units")
        container.set_class(stacked, "-stacked")
        container.styles.height = max(2, min(units, room - side))

    def _show_units(self, room: int) -> bool:
        """All units of each, as numbers if these fit, or else as pictures.

        These are one below the other if there is no room for them side by side: whether they are.
        """
        assert self.found is not None
        found, row, pictured = self.found, self.row, not self.app.no_color
        tables = [UnitsTable(found, row, side, pictured=pictured) for side in (False, True)]
        for short in (False, True):
            plain = [UnitsTable(found, row, side, short=short) for side in (False, True)]
            columns = ((spelled(one.columns), one.frozen_columns) for one in plain)
            if all(TableLayout.fit(*both, room).width <= room for both in columns):
                tables, pictured = plain, False
                break
        for name, table in zip((HERE, THERE), tables, strict=True):
            view = self.query_one(f"#{name}", MatrixView)
            view.table = table
            view.turn(pictured)
        return pictured and tables[0].shape[1] > room - AROUND

    def on_resize(self, event: events.Resize) -> None:
        """Draw for another size."""
        self._show()

    # The cursors

    def _point(self) -> None:
        """Have all cursors on the row, and those of the units on the unit."""
        for name in (HERE, THERE):
            view = self.query_one(f"#{name}", MatrixView)
            if view.table is not None:
                view.go_to(self.row, self.unit + view.table.frozen_columns)
        side = self.query_one("#side", TableView)
        side.go_to(self.row, max(side.cursor_column, side.frozen_columns))

    @on(TableView.CellHighlighted)
    def _follow(self, event: TableView.CellHighlighted) -> None:
        view, unit = event.table_view, self.unit
        if isinstance(view, MatrixView):
            unit = max(0, event.column - view.frozen_columns)
        if view.has_focus and (event.row, unit) != (self.row, self.unit):
            self.row, self.unit = event.row, unit
            self._show()
            self._point()

    @on(TableView.CellSelected)
    def _why(self, event: TableView.CellSelected) -> None:
        table = event.table_view.table
        assert isinstance(table, SideBySide | UnitsTable)
        ref = table.ref(event.row, event.column)
        if ref:
            self.action_explain(ref)
        elif self.other.typed:
            self.comment("A text typed here has no addresses. g: go there, and ask")
        else:
            self.comment("A difference: choose a state beside it for why")

    def action_explain(self, ref: str) -> None:
        """How a number came about: one that was chosen, or clicked."""
        self.comment("")
        open_why(self, self._aside, self.view, ref, self.comment)

    # Keys

    def action_state(self) -> None:
        """The next state of the cell."""
        if self.found is not None:
            states = self.view.network.layers[self.found.layer].cell.states
            if len(states) == 1:
                self.comment(ONE_STATE)
                return
            after = states[(states.index(self.found.state) + 1) % len(states)]
            self._look_at(self.found.whole.of(self.found.layer, after))

    def action_layer(self) -> None:
        """The next layer."""
        if self.found is not None:
            depth = self.view.network.depth
            if depth == 1:
                self.comment(ONE_LAYER)
                return
            layer = (self.found.layer + 1) % depth
            states = self.view.network.layers[layer].cell.states
            state = self.found.state if self.found.state in states else "h"
            self._look_at(self.found.whole.of(layer, state))

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The examples to choose from, searched when they are asked for."""
        if self._candidates is None:
            self._candidates = candidates(self.view)
        return self._candidates

    def action_next(self, by: int) -> None:
        """The next example of the list, or the one before it."""
        places = [one.place for one in self.candidates]
        if not places:
            self.comment("There is no other example. i: type a text")
            return
        here = places.index(self.other.place) if self._is_listed(places) else -max(0, by)
        self._go_on(lambda: example_at(self.view, places[(here + by) % len(places)]))

    def _is_listed(self, places: list[int]) -> bool:
        return not self.other.typed and self.other.place in places

    def action_choose(self) -> None:
        """Choose another example from a list."""
        if not self.candidates:
            self.comment("There is no other example. i: type a text")
            return
        chosen = None if self.other.typed else self.other.place
        table = CandidatesTable(self.view, self.candidates, chosen)

        def compare(place: int | None) -> None:
            if place is not None:
                self._go_on(lambda: example_at(self.view, place))

        self.app.push_screen(CandidatesScreen(table), compare)

    def action_type(self) -> None:
        """Compare with a text of the user's own."""

        def compare(example: Example | None) -> None:
            if example is not None:
                self._go_on(lambda: typed(self.view, example))

        self.app.push_screen(SentencePrompt(self.view), compare)

    def _go_on(self, other: Callable[[], Other]) -> None:
        try:
            self._compare(other())
            self.comment("")
        except Refused as refused:
            self.comment(refusal_hint(refused))

    def action_go(self) -> None:
        """Leave, and look at the other example."""
        self.dismiss(self.other)
