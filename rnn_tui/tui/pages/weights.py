"""The Weights page: every parameter as heat, and the eigenvalues of the recurrence."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.reactive import var
from textual.widget import Widget

from rnn_tui.equations.network import Network
from rnn_tui.present.sentences.moved import change_text
from rnn_tui.present.tables.weight_change import with_changes
from rnn_tui.present.tables.weight_room import (
    LEAST_PLANE,
    all_fit,
    lines_a_row,
    rows_shown,
    whole_rows,
)
from rnn_tui.present.tables.weight_rows import groups, rows_of_all
from rnn_tui.present.tables.weights import HINT, WEIGHTS, tables, ways
from rnn_tui.session.view import StepView
from rnn_tui.tui.pages.paced import PacedPage
from rnn_tui.tui.panes.charts.eigen import EigenPane
from rnn_tui.tui.panes.matrix import MatrixLine, MatrixPane
from rnn_tui.tui.table.matrix_view import MatrixView
from rnn_tui.tui.table.table import TableView

FRAME = 3  # lines around the rows of a table: its border and its header


class WeightsPage(PacedPage):
    """All arrays side by side where they fit, else one of them, over the eigenvalues.

    Beside it and around it stand those that have room, as pictures or as numbers.
    """

    NAME = "weights"

    way: var[int] = var(0, init=False)
    picture: var[bool] = var(True, init=False)
    chosen: var[str] = var("", init=False)
    drawn: var[StepView | None] = var(None, init=False)

    @property
    def _network(self) -> Network:
        return self.face.session.experiment.network

    @property
    def _names(self) -> tuple[str, ...]:
        return tuple(name for row in rows_of_all(self._network) for name in row)

    def focus_first(self) -> None:
        """Begin in the array that is chosen."""
        focused = self.screen.focused
        if focused is None or self not in focused.ancestors:
            self.query_one(f"#{self.chosen}-table").focus()

    def compose(self) -> ComposeResult:
        """The names, rows of tables, the plane."""
        yield MatrixLine(groups(self._network)).data_bind(WeightsPage.chosen)
        for names in rows_of_all(self._network):
            with Horizontal(classes="matrices"):
                for name in names:
                    pane = MatrixPane(name)
                    yield pane.data_bind(
                        WeightsPage.way, WeightsPage.picture, view=WeightsPage.drawn
                    )
        yield EigenPane(id="eigen").data_bind(view=WeightsPage.drawn)

    def on_mount(self) -> None:
        """Choose the first recurrent matrix."""
        axes = self._network.axes
        self.chosen = next((name for name in self._names if axes[name] == "HH"), self._names[0])

    # Drawing

    def draw(self) -> None:
        """The arrays of this moment, in the room that there is."""
        self.drawn = self.view
        self.share_room()

    def on_resize(self) -> None:
        """Another size may have room for all, or no longer."""
        self.share_room()

    def watch_chosen(self) -> None:
        """Show another array."""
        self.share_room()

    def share_room(self) -> None:
        """Give each table the room that it needs, as far as there is some."""
        around = self.parent
        assert isinstance(around, Widget)
        width, height = self.size or around.size  # it is first seen as it stays
        if self.drawn is None or not width or self.zoomed is not None:
            return
        found = tables(self.drawn, WEIGHTS[0])  # the same, whatever is shown of them
        plane = LEAST_PLANE if self.query_one(EigenPane).display else 0
        fit = all_fit(found, width, height, plane)
        changed = fit and all_fit(beside := with_changes(found), width, height, plane)
        found = beside if changed else found
        tall = lines_a_row(found, height) if fit else 1
        room = height - self.query_one(MatrixLine).fit(width)
        if fit:
            sides = whole_rows(found, width, tall)
        else:
            pictured = self.picture
            sides = rows_shown(found, self.chosen, width, room, pictured=pictured, plane=plane)
        self.set_class(not fit, "-one")
        rows = zip(self.query(".matrices"), rows_of_all(self._network), strict=True)
        for place, (row, names) in enumerate(rows):
            side = sides.get(place)
            lines = max(found[name].row_count for name in names) + FRAME
            row.styles.height = side.lines if side else min(lines, room - plane)
            row.set_class(side is not None or self.chosen in names, "-chosen")
            panes = list(row.query(MatrixPane))
            cells = side.cells if side else [0] * len(panes)
            for pane, own in zip(panes, cells, strict=True):
                pane.set_class(own > 0 or (not side and pane.array == self.chosen), "-chosen")
                pane.styles.width = own or "1fr"
                pane.changed = changed
                pane.query_one(MatrixView).enlarge(tall > 1)

    # Acts

    def hint(self, view: StepView) -> str:
        """What can be done with the numbers in front."""
        way = ways(view)[self.way]
        missing = tables(view, way)[self.chosen].missing
        if missing:
            return f"{way.about}: {missing}"
        told = change_text(view, way.measure)
        return f"{told} · {HINT}" if told else HINT

    def perform(self, verb: str) -> str:
        """Show other numbers, or another array."""
        if verb == "matrix":
            self._choose(1)
            return ""
        if verb == "picture":
            self.picture = not self.picture
            self.share_room()
            shown = "pictures: ↑↓←→ read a number" if self.picture else "numbers"
            return f"Arrays without room are shown as {shown}.  {{picture}} changes it"
        known = ways(self.face.session.view)
        return self.show_way(known[(self.way + 1) % len(known)].measure)

    def show_way(self, measure: str) -> str:
        """Show the numbers that are measured so; what they are, with `{verb}` for keys."""
        known = ways(self.face.session.view)
        self.way = next(place for place, one in enumerate(known) if one.measure == measure)
        way = known[self.way]
        missing = tables(self.view, way)[self.chosen].missing if self.view else ""
        told = change_text(self.view, way.measure) if self.view and not missing else ""
        after = f", {missing}" if missing else f": {told}" if told else ""
        return f"{way.about}{after}.  {{values}} more"

    @on(MatrixLine.Chosen)
    def _chosen(self, event: MatrixLine.Chosen) -> None:
        if event.name:
            self.chosen = event.name
        else:
            self._step(event.step)

    def _step(self, step: int) -> None:
        names = self._names
        self.chosen = names[(names.index(self.chosen) + step) % len(names)]

    def _choose(self, step: int) -> None:
        """Go to the next array, with the keys."""
        self._step(step)
        self.query_one(f"#{self.chosen}-table", TableView).focus()

    @on(TableView.CellHighlighted)
    def _follow(self, event: TableView.CellHighlighted) -> None:
        self.chosen = str(event.table_view.id).removesuffix("-table")
