"""Why one number has its value, and the numbers that it was made of, down to where they begin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Region
from textual.widgets import Static

from rnn_tui.present.capitals import sentence_case
from rnn_tui.present.sentences.hints import why_not, with_keys
from rnn_tui.present.sentences.working import COMPUTING
from rnn_tui.present.tables.cells import Line, Role, Span
from rnn_tui.present.why.explanation import Explanation, TermTable, ending, explanation, what
from rnn_tui.session.moment import Refused
from rnn_tui.session.view import StepView
from rnn_tui.session.why.explain import explain
from rnn_tui.session.why.expressions import Number
from rnn_tui.session.why.refs import RefError, read
from rnn_tui.tui.bindings import KEYS
from rnn_tui.tui.dialogs.modal import Modal
from rnn_tui.tui.dialogs.typed.ask import AskScreen
from rnn_tui.tui.sizes import ROOMY
from rnn_tui.tui.table.table import TableView
from rnn_tui.tui.table.table_layout import TableLayout
from rnn_tui.tui.table.table_lines import spelled
from rnn_tui.tui.text import SPELLING, content, contents, warning
from rnn_tui.tui.toolkit.background import PATIENCE, Background

MOST_TRAIL = 5  # refs of the way here that are named
KEYS_OF_WHY = "⏎ explain · ⌫ up · s sort · g epoch · / ask · esc leave"
AROUND_TERMS = 5  # lines of the border, the gap, and what is said
LEAST_TERMS = 3
AROUND_LINES = 8  # columns of the border, the paddings, and what a dialog leaves to its screen
AROUND_TABLE = 5  # columns of the border, the padding and the bar to scroll down
LEAST_WIDTH = len(KEYS_OF_WHY) + 6  # of a dialog whose border says its keys


class Jump(NamedTuple):
    """Where the user wants to go from an explanation: to an update."""

    update: int


class WhyScreen(Modal[Jump]):
    """A number's derivation; enter goes into a number of it, backspace back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "dismiss(None)", "close"),
        Binding("backspace", "back", "back"),
        Binding("slash", "ask", "ask"),
        Binding("s", "sort", "sort"),
        Binding("g", "go", "go there"),
        Binding("y", "copy", "copy"),
    ]

    def __init__(
        self,
        view: StepView,
        first: Explanation,
        asked_in: Region | None = None,
        pages: Callable[[], tuple[int, int]] | None = None,
    ) -> None:
        """`first` is that of the number asked for.

        It stands beside the place where the number was `asked_in`, and not over the lessons, which
        leave a width and height of `pages` at the left and above, as far as there is room.
        """
        super().__init__()
        self.view = view
        self.asked_in = asked_in
        self._pages = pages or self._screenful
        self.way: list[Explanation] = [first]

    def compose(self) -> ComposeResult:
        """The arithmetic, the terms under it, and what is to be said."""
        with Vertical(classes="dialog large") as dialog:
            dialog.border_subtitle = KEYS_OF_WHY
            yield Static(id="why-lines")
            yield TableView(id="why-terms")
            yield Static(id="why-said")

    def begin(self) -> None:
        """Begin in the terms."""
        self._show()
        self._first()
        self.query_one(TableView).focus()

    @property
    def now(self) -> Explanation:
        """The explanation in front."""
        return self.way[-1]

    def _show(self) -> None:
        trail = [one.derivation.ref for one in self.way]
        more = "… › " if len(trail) > MOST_TRAIL else ""
        dialog = self.query_one(".dialog")
        way = SPELLING.of(" › ".join(trail[-MOST_TRAIL:]))
        dialog.border_title = f"Why {more}{way}"
        self.query_one("#why-lines", Static).update(contents(self.now.lines))
        table = self.query_one(TableView)
        table.table = self.now.table
        self._place()
        self._say(self._hint())

    def on_resize(self) -> None:
        """The terms take what the arithmetic leaves."""
        self._place()
        self.call_after_refresh(self._place)  # once the lessons have their place, too

    def _place(self) -> None:
        self._dock()
        self._fit()

    def _dock(self) -> None:
        """Stand at the side, or at the edge, that is farther from what is explained."""
        dialog, whole = self.query_one(".dialog"), self.app.size
        (width, height), is_above_lessons = self._room, self._pages()[1] < whole.height
        beside = whole.width - width, whole.height - height
        dialog.styles.margin = 0, beside[0], beside[1], 0
        dialog.styles.max_width = width if beside[0] else None
        dialog.styles.max_height = height if beside[1] else None
        asked = self.asked_in or Region(0, 0, width // 2, height // 2)
        x, y = asked.center
        docked = width >= ROOMY
        self.set_class(docked or any(beside), "-clear")
        is_left, is_above = x <= width / 2, y <= height / 2
        room = width - asked.right if is_left else asked.x
        if docked:
            wanted = max(room, LEAST_WIDTH, *(_width(shown.table) for shown in self.way))
            dialog.styles.width = min(wanted, width * 2 // 3)
            self.styles.align = "right" if is_left else "left", "middle"
        else:
            dialog.styles.width = None
            at_top = is_above_lessons or not is_above
            self.styles.align = "center", "top" if at_top else "bottom"

    @property
    def _room(self) -> tuple[int, int]:
        """The width and height to stand in: those of the pages, or of the screen."""
        width, height = self._pages()
        needed = self._lines(width - AROUND_LINES) + AROUND_TERMS + LEAST_TERMS
        is_enough = width >= LEAST_WIDTH and height >= needed
        return (width, height) if is_enough else self._screenful()

    def _screenful(self) -> tuple[int, int]:
        return self.app.size.width, self.app.size.height

    def _lines(self, width: int) -> int:
        """How many lines the arithmetic has at a width."""
        return sum(1 + (content(line).cell_length - 1) // width for line in self.now.lines)

    def _fit(self) -> None:
        width, height = self._room
        lines = self._lines(self.query_one("#why-lines").size.width or width - AROUND_LINES)
        room = height * 9 // 10 - lines - AROUND_TERMS
        rows = self.now.table.row_count + 1
        self.query_one(TableView).styles.height = max(LEAST_TERMS, min(rows, room))

    def _hint(self) -> Line:
        count = self.now.table.row_count
        order = "largest first" if self.now.table.by_size else "in their order"
        many = [f"{count} terms, {order}"] if count > 1 else []
        rounded = any("≈" in span.text for line in self.now.lines for span in line)
        said = [*many, *(["≈ is rounded to four digits"] if rounded else [])]
        return (Span(" · ".join(said), Role.MUTED),)

    @on(TableView.CellHighlighted)
    def _tell(self, event: TableView.CellHighlighted) -> None:
        if isinstance(event, TableView.CellSelected):
            return  # which is a kind of it, and has its own answer
        number = self._chosen
        words = number.label or self.now.derivation.formula
        self._say(what(self.view, number.ref) if number.ref else (Span(words),))

    def _say(self, line: Line) -> None:
        self.query_one("#why-said", Static).update(content(line))

    def _warn(self, text: str) -> None:
        self._say(warning(with_keys(text, KEYS)))

    # Going

    @on(TableView.CellSelected)
    def _into(self) -> None:
        number = self._chosen
        if not number.ref:
            self._warn(sentence_case(ending(number)))
            return
        self._go_into(number.ref)

    @property
    def _chosen(self) -> Number:
        """The number under the cursor."""
        table = self.query_one(TableView)
        return self.now.table.operand(table.cursor_row, table.cursor_column)

    def _go_into(self, ref: str) -> None:
        before = self.now

        def go(found: Explanation | str) -> None:
            if isinstance(found, str):
                self._warn(found)
            elif self.now is before:
                self.way.append(found)
                self._show()
                self._first()

        self._background.start(lambda _: explained(self.view, ref), go, patience=PATIENCE)
        if self._background.at_work:
            self._say((Span(COMPUTING, Role.MUTED),))

    def _first(self, of: str = "") -> None:
        """Begin on the largest term, which has most to do with the number, or where one was."""
        with self.prevent(TableView.CellHighlighted):
            self.query_one(TableView).go_to(*self.now.table.place_of(of))

    def action_back(self) -> None:
        """To the number that this one was asked from."""
        if len(self.way) == 1:
            self._warn("This is the first number you asked for. esc leaves")
            return
        left = self.way.pop()
        self._show()
        self._first(left.derivation.ref)

    def action_ask(self) -> None:
        """Ask for any other number."""

        def go(ref: str | None) -> None:
            if ref is not None:
                self._go_into(ref)

        self.app.push_screen(AskScreen(self.view), go)

    def action_sort(self) -> None:
        """The largest terms first, or all in their order."""
        other = not self.now.table.by_size
        self.way[-1] = explanation(self.view, self.now.derivation, other)
        self._show()

    def action_go(self) -> None:
        """Go to the update that the number under the cursor is of, or this one."""
        number, here = self._chosen, self.view.update
        refs = [read(ref).update for ref in (number.ref, self.now.derivation.ref) if ref]
        place = next((at for at in (number.since, *refs) if at is not None), here)
        if place == here:
            history = self.view.history
            self._warn(f"You are already at {history.unit} {here // history.updates:,}")
            return
        self.dismiss(Jump(place))

    def action_copy(self) -> None:
        """The arithmetic, as text."""
        text = "\n".join("".join(span.text for span in line) for line in self.now.lines)
        self.app.copy_to_clipboard(text)
        self._warn("Copied the lines above the terms")


def _width(table: TermTable) -> int:
    """Columns of a dialog that shows all of the terms; bars have what room there is beside."""
    return TableLayout.fit(spelled(table.columns), table.frozen_columns, 0).width + AROUND_TABLE


def open_why(
    owner: Modal[Any], aside: Background, view: StepView, ref: str, say: Callable[[str], object]
) -> None:
    """Show over a dialog how a number came about, or say why not."""

    def show(found: Explanation | str) -> None:
        if isinstance(found, str):
            say(found)
        else:
            owner.app.push_screen(WhyScreen(view, found))

    aside.start(lambda _: explained(view, ref), show, patience=PATIENCE)


def explained(view: StepView, ref: str) -> Explanation | str:
    """How a number came about, or why that can't be said."""
    try:
        return explanation(view, explain(view, ref))
    except (RefError, Refused) as error:
        return why_not(error)
