"""The rows of the Learn dock: choices, hints, ways on; by arrows and enter, by digits, by mouse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from rnn_tui.present.learning.card import Row
from rnn_tui.tui.text import contents


class Rows(OptionList):
    """Shows rows; says which was chosen. Pages up and down are those of the text above."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "scroll_text(-1)", show=False),
        Binding("pagedown", "scroll_text(1)", show=False),
    ]

    def __init__(
        self,
        choose: Callable[[Row], object],
        scroll: Callable[[int], object],
        ask: Callable[[], object],
    ) -> None:
        """`ask` says that a row is to be marked first."""
        super().__init__(markup=False)
        self._ask = ask
        self._choose = choose
        self._scroll = scroll
        self.rows: tuple[Row, ...] = ()
        self._broken_for = 0  # cells of a line

    def show(self, rows: Sequence[Row], first: int | None) -> None:
        """Show other rows. The one that was marked stays so, or else the `first` is."""
        marked, self._broken_for = self._marked, self._room
        self.rows = tuple(rows)
        self.set_options(Option(self._prompt(row), disabled=not row.is_open) for row in self.rows)
        now = [(row.does, row.given) for row in self.rows if row.is_open]
        if first is None and marked is not None and (marked.does, marked.given) in now:
            first = next(
                place
                for place, row in enumerate(self.rows)
                if (row.does, row.given) == (marked.does, marked.given)
            )
        self.highlighted = first

    def _prompt(self, row: Row, *, marked: bool = False) -> Content:
        """A row's text; on the ground of the mark without colours, which are made for others."""
        text = contents(row.lines(self._room))
        return Content(text.plain) if marked else text

    def on_mount(self) -> None:
        """Have the marked row in the colours of the mark."""
        self.watch(self, "highlighted", self._mark)

    def _mark(self, before: int | None, highlighted: int | None) -> None:
        for place in {before, highlighted} - {None}:
            if place is not None and place < self.option_count:
                text = self._prompt(self.rows[place], marked=place == highlighted)
                self.replace_option_prompt_at_index(place, text)

    @property
    def _room(self) -> int:
        """Cells of a line beside a scrollbar that may come."""
        return max(10, self.size.width - self.styles.scrollbar_size_vertical - 1)

    def on_resize(self) -> None:
        """Break the rows for another width."""
        if self.rows and self._room != self._broken_for:
            self.show(self.rows, self.highlighted)

    @property
    def lines_needed(self) -> int:
        """How many lines all rows have."""
        return sum(len(row.lines(self._room)) for row in self.rows)

    @property
    def _marked(self) -> Row | None:
        place = self.highlighted
        return self.rows[place] if place is not None and place < len(self.rows) else None

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter, or a click."""
        event.stop()
        self._choose(self.rows[event.option_index])

    def on_key(self, event: events.Key) -> None:
        """A digit marks the choice that has it; enter then takes it."""
        if event.key.isdecimal():
            for place, row in enumerate(self.rows):
                if row.digit == int(event.key):
                    event.stop()  # it turns to no page, even once the choice is struck out
                    event.prevent_default()
                    self.highlighted = place if row.is_open else self.highlighted

    def action_select(self) -> None:
        """Choose the row that is marked."""
        if self.highlighted is None:
            self._ask()
        super().action_select()

    def action_scroll_text(self, pages: int) -> None:
        """Move the text above."""
        self._scroll(pages)
