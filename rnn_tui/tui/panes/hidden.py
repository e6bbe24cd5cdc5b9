"""The states of a layer, and the gates that made them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from textual import on
from textual.app import ComposeResult
from textual.reactive import var

from rnn_tui.equations.gates import gates
from rnn_tui.present.sentences.states import (
    ONE_STATE,
    gate_in_words,
    layer_in_words,
    state_in_words,
)
from rnn_tui.present.tables.gate_heat import GateHeat
from rnn_tui.present.tables.patched import mark_line
from rnn_tui.present.tables.states import GateTable, OfLayer, StateTable
from rnn_tui.session.view import StepView
from rnn_tui.tui.bindings import KEYS
from rnn_tui.tui.explorer.layout import TITLES
from rnn_tui.tui.panes.pane import Pane
from rnn_tui.tui.table.table import TableView
from rnn_tui.tui.table.table_layout import TableLayout
from rnn_tui.tui.table.table_lines import spelled

if TYPE_CHECKING:
    from rnn_tui.tui.explorer.face import Face

OF_UNITS = "of-units"  # the class of tables whose cells are of units
HIDDEN, GATES, OVER_TIME = "hidden-table", "gates-table", "gates-over-time"
NAMES = {HIDDEN: "h", GATES: "gates", OVER_TIME: "gates over time"}


class HiddenPane(Pane):
    """A row a token, a column a unit; rows appear as the forward pass reaches them.

    A cell's other states and its gates stand beside h or below it where there is room, else
    they take turns.
    """

    TITLE = TITLES["hidden"]
    HELP_TEXT = (
        "Hidden state after each token, the network's memory. Row “start” is the empty memory "
        "before the first token. A dot means: not computed yet.\n\n"
        "Colour is size: blue below zero, orange above; the sign says the same without colour. "
        "The arrows choose a cell and the unit that Why explains; ⏎ shows how the number was "
        "computed.\n\n"
        "= replaces a value, to see what depends on it. The value is marked ✎, later ones that "
        "change ▲ or ▼, with the difference in the cell or in the line below. It holds for this "
        "pass only: training ignores it. Delete removes it."
    )
    TELLS_NETWORK = True
    HELP_GATES = (
        "An LSTM has a second state, c, and gates; a GRU has gates. h switches between them where "
        "they do not fit side by side. A gate is between 0 (▁ closed) and 1 (█ open): f keeps, i "
        "writes, o shows. The candidate g or n has a sign. Gates over time: a row a gate and unit, "
        "first those that keep the memory, a column a token, in tenths where there are many tokens."
    )
    HELP_LAYERS = "L shows another layer."

    shown: var[int] = var(0, init=False)
    depth: var[int] = var(-1, init=False)
    tables: tuple[TableView, ...] = ()  # those of the states, then those of the gates

    def compose(self) -> ComposeResult:
        """A table for each state, and one for the gates."""
        cell = cast("Face", self.screen).session.experiment.network.layers[-1].cell
        others = [_id_of(state) for state in cell.states[1:]]
        others += [GATES, OVER_TIME] if gates(cell) else []
        self.tables = (
            TableView(id=HIDDEN),
            *(TableView(id=other).add_class(OF_UNITS) for other in others),
        )
        yield from self.tables

    @property
    def front(self) -> TableView:
        """The one whose turn it is."""
        tables = self.tables
        return tables[self.shown % len(tables)]

    @property
    def shows(self) -> frozenset[str]:
        """The states, the gates, or both."""
        of_gates = (GATES, OVER_TIME)
        return frozenset(
            "gates" if one.id in of_gates else "hidden" for one in self.tables if one.display
        )

    def turn(self) -> str:
        """Show the next table, the cursor on the same token and unit; what it shows, in words."""
        before, tables = self.front, self.tables
        if len(tables) == 1:
            return f"{ONE_STATE}, and no gates"
        self.shown = (self.shown + 1) % len(tables)
        after = self.front
        self._redraw()
        if isinstance(before.table, OfLayer):
            self._go_to_unit(after, before.table.timestep_at(*before.cursor))
        if self.screen.focused in tables:
            after.focus()
        self._tell()
        return f"{self._title_of(after)}.  {{state_view}} more"

    def watch_unit(self) -> None:
        """Name another unit, and go to it in the other tables."""
        for view in self.tables:
            if view.table is not None and not view.has_focus:
                self._go_to_unit(view)
        self._tell()

    def watch_depth(self) -> None:
        """The states of another layer."""
        self._redraw()

    def show(self, view: StepView) -> None:
        """Draw a view."""
        for place, table in zip(self.tables, self._tables_of(view), strict=True):
            old, place.table = place.table, table
            if isinstance(old, GateHeat) and isinstance(table, GateHeat):
                _follow(place, old, table)
        if len(self.tables) > 1:
            self._arrange()
        self._tell()

    def _tables_of(self, view: StepView) -> Iterator[OfLayer | None]:
        for place in self.tables:
            if place.id == OVER_TIME:
                yield self._over_time(view) if place is self.front else None
                continue
            if place.id == GATES:
                yield GateTable(view, self.depth)
                continue
            state = "h" if place.id == HIDDEN else str(place.id).removesuffix("-states")
            table = StateTable(view, self.depth, state=state)
            if view.patches:
                wide = StateTable(view, self.depth, wide=True, state=state)
                table = wide if _width(wide) <= self.content_size.width else table
            yield table

    def _over_time(self, view: StepView) -> GateHeat:
        """The gates over time, their numbers left out where not all timesteps have room."""
        whole = GateHeat(view, self.depth)
        fits = _width(whole) <= self.content_size.width
        return whole if fits else GateHeat(view, self.depth, narrow=True)

    def _go_to_unit(self, view: TableView, t: int | None = None) -> None:
        """Move a cursor to the unit, if it is not there already; to a timestep, or where it is."""
        table = view.table
        assert isinstance(table, OfLayer)
        if t is not None or table.unit_at(*view.cursor) != self.unit:
            t = table.timestep_at(*view.cursor) if t is None else t
            view.go_to(*table.cell_of(t, self.unit))

    # Which of them there is room for

    def on_resize(self) -> None:
        """Another width may have room for more tables, how far patched values move, or keys."""
        if self.view is not None and (self.view.patches or len(self.tables) > 1):
            self._redraw()
        else:
            self._tell()

    def _arrange(self) -> None:
        """The table whose turn it is, and with it as many others as fit."""
        width, height = self.content_size
        beside = self._that_fit(width, lambda table: _width(table) + 1)
        below = self._that_fit(height, lambda table: table.row_count + 1)
        is_beside = len(beside) >= len(below)
        chosen = beside if is_beside else below
        self.set_class(is_beside, "-beside")
        for view in self.tables:
            view.display = view in chosen
            last = view is chosen[-1]
            if not isinstance(view.table, OfLayer):
                continue
            room = _width(view.table) + 1 if is_beside else view.table.row_count + 1
            view.styles.width = room if is_beside and not last else "1fr"
            view.styles.height = room if not is_beside and not last else "1fr"

    def _that_fit(self, room: int, size_of: object) -> list[TableView]:
        chosen, tables = [self.front], [view for view in self.tables if view.id != OVER_TIME]
        if self.front.id == OVER_TIME:
            return chosen  # it wants all the width
        for step in range(1, len(tables)):
            one = tables[(self.shown + step) % len(tables)]
            if sum(size_of(view.table) for view in (*chosen, one)) > room:  # type: ignore[operator]
                break
            chosen.append(one)
        return [view for view in tables if view in chosen]

    # What stands on the border

    def _title_of(self, view: TableView) -> str:
        assert self.view is not None
        if view.id == GATES:
            return "Gates  ▁ closed … █ open"
        if view.id == OVER_TIME:
            narrow = isinstance(view.table, GateHeat) and view.table.narrow
            return f"Gates over time  {'0 closed … 1' if narrow else '▁ closed … █'} open"
        assert isinstance(view.table, StateTable)
        return state_in_words(self.view, view.table.state, self.depth)

    def _write_title(self) -> None:
        assert self.view is not None
        shown = [view for view in self.tables if view.display]
        titles = [self.TITLE] if len(self.tables) == 1 else [*map(self._title_of, shown)]
        if self.view.network.depth > 1:
            titles.append(layer_in_words(self.view, self.depth))
        table = self.front.table
        if isinstance(table, GateHeat) and table.row_count > self.front.page:
            titles.append(f"{KEYS['zoom']} all {table.row_count} rows")
        self.write_above(" · ".join(titles))

    @on(TableView.CellHighlighted)
    def _tell(self) -> None:
        """Say what the patches do to the state under the cursor; without any, which keys help."""
        if self.view is None or self.front.table is None:
            return
        self._write_title()
        focused = self.screen.focused
        here = [view for view in self.tables if view.display and view is focused]
        view = here[0] if here else self.front
        row, column = view.cursor_row, view.cursor_column
        if isinstance(view.table, GateHeat):
            across, place = view.table.across, view.table.across_from(row, column)
            self._write_fitting(*gate_in_words(self.view, across, *place))
            return
        if isinstance(view.table, GateTable):
            self._write_fitting(*gate_in_words(self.view, view.table, row, column))
            return
        assert isinstance(view.table, StateTable)
        place = row - 1, view.table.unit(column)
        moved = mark_line(self.view, *place, view.table.state, self.depth)
        if moved:
            self.write_below(moved)
        else:
            self._write_fitting(f"unit {self.unit}")

    def _write_fitting(self, *texts: str) -> None:
        """The first of the texts that has room, with the keys as long as they have some."""
        room, keys = self.size.width - 6, self._keys()
        both = [f"{text} · {self._keys(more)}" for text in texts for more in (True, False)]
        fit = (text for text in (*both, *texts) if len(text) <= room)
        self.write_below(next(fit, texts[-1] or keys))

    def _keys(self, more: bool = True) -> str:
        """What to press; only what this pane alone does unless there is room for `more`."""
        keys = ["⏎ why"] if more or len(self.tables) == 1 else []
        if len(self.tables) == 1:
            keys.append("= change")
        else:
            after = self.tables[(self.shown + 1) % len(self.tables)]
            other = NAMES.get(str(after.id)) or str(after.id).removesuffix("-states")
            is_state = isinstance(after.table, StateTable)  # “h h” would be a riddle
            keys.append(f"{KEYS['state_view']} {'shows ' if is_state else ''}{other}")
        if self.view is not None and self.view.network.depth > 1:
            keys.append(f"{KEYS['layer']} layer")
        return " · ".join(keys)


def _id_of(state: str) -> str:
    return f"{state}-states"


def _follow(place: TableView, old: GateHeat, new: GateHeat) -> None:
    """Go along with the timestep that was read last, from where the cursor stood on it."""
    stood_on = old.here in (None, place.cursor_column) or not place.has_focus
    if new.here is not None and new.here != old.here and stood_on:
        place.go_to(place.cursor_row, new.here)


def _width(table: OfLayer) -> int:
    """How many terminal cells show all of a table."""
    return TableLayout.fit(spelled(table.columns), table.frozen_columns, 0).width
