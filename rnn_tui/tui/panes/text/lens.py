"""One unit over a text, and all units by what they tell."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from rnn_tui.present.tables.cells import Span, width_of
from rnn_tui.present.text.text_lens import Lens, told
from rnn_tui.present.text.text_tables import RankingTable
from rnn_tui.tui.bindings import KEYS
from rnn_tui.tui.panes.pane import Pane
from rnn_tui.tui.panes.text.passage import PassageView
from rnn_tui.tui.table.ample import AmpleTable
from rnn_tui.tui.table.table import TableView
from rnn_tui.tui.text import BORDER_EDGES, content
from rnn_tui.tui.widgets.unit_strip import UnitStrip

FEWEST_BARS = 2  # rows above a line and below it, with which bars say enough
SEPARATOR = " · "


class UnitChosen(Message):
    """A unit was asked for: by its number, or so many places on in the ranking."""

    def __init__(self, *, unit: int | None = None, step: int = 0) -> None:
        super().__init__()
        self.unit = unit
        self.step = step


class UnitText(PassageView):
    """Text under the lens: the arrows to the side flip through the units."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "flip(-1)", show=False, tooltip="The unit before, in the order of units"),
        Binding("right", "flip(1)", show=False, tooltip="The next unit, in the order of units"),
    ]

    def action_flip(self, step: int) -> None:
        """Ask for the unit before or after in the ranking."""
        self.post_message(UnitChosen(step=step))


class LensPane(Pane):
    """The text coloured by the unit, and the cursor's line once more with bars on it."""

    TITLE = "One unit"
    HELP_TEXT = (
        "One hidden unit over a text: each token has the colour of the unit's activation after it "
        "was read, blue below zero and orange above. The line with the cursor is repeated below, "
        "with bars up for positive and down for negative.\n\n"
        "← → show the next unit, best first; shift+← → and ↑ ↓ move the cursor over the text. "
        "Units are sorted by their variance over the text, or by how well the activation alone "
        "detects vowels, spaces, word ends (the last letter before a space) or the token under "
        "the cursor. AUC is the chance that a random token of that kind has the higher activation "
        "(the lower one for a unit that is low there): 0.50 is chance, 1.00 perfect. The unit is "
        "the same on all pages.\n\n"
        "A state that can go beyond ±1 is coloured against the unit's largest."
    )
    HELP_GATES = "h looks at another state of the cell, such as an LSTM's c, if it has one."
    HELP_LAYERS = "L looks at another layer."

    lens: reactive[Lens | None] = reactive(None, init=False)

    def __init__(self, *, words: bool, every_line: bool) -> None:
        """`every_line` has bars of its own, instead of the cursor's line once more."""
        super().__init__(id="lens")
        self.words = words
        self.every_line = every_line

    def compose(self) -> ComposeResult:
        """The text over its strip."""
        yield UnitText(words=self.words, barred=self.every_line, id="lens-text")
        strip = UnitStrip(id="unit-strip")
        strip.display = not self.every_line
        yield strip

    def watch_lens(self, lens: Lens | None) -> None:
        """Draw another text, unit or moment."""
        if lens is not None:
            self.query_one(UnitText).draw(lens.passage, lens.shares, lens.place, lens.figures)
            self._write_title()
            self._share_room()

    def on_resize(self) -> None:
        """Another width has room for more words or fewer."""
        self._write_title()
        self.call_after_refresh(self._share_room)

    def _share_room(self) -> None:
        """Where all lines have room for bars of their own, the cursor's is not repeated below."""
        text = self.query_one(UnitText)
        lines = len(text.set_lines.lines)
        roomy = 0 < lines * (2 * FEWEST_BARS + 1) <= self.content_size.height
        text.bar(self.every_line or roomy)
        self.query_one(UnitStrip).display = not (self.every_line or roomy)

    def _write_title(self) -> None:
        if self.lens is not None:
            self.border_title = Content(self.lens.title(self.size.width - 6))

    @on(PassageView.Moved)
    def _follow(self, event: PassageView.Moved) -> None:
        """The strip shows the cursor's line, the border the value under the cursor."""
        lens, text = self.lens, event.passage_view
        if lens is None or not len(lens.passage):
            return
        self.query_one(UnitStrip).draw(text.stretch(text.line))
        value = lens.value(text.place)
        room = self.size.width - BORDER_EDGES - width_of(value)
        self.border_subtitle = content((*value, Span(fitting_keys(lens, room))))


def fitting_keys(lens: Lens, room: int) -> str:
    """What to press, the more the more room there is."""
    looked = lens.looked
    parts = ["← → unit", f"{KEYS['lens_text']} {lens.other}", f"{KEYS['lens_order']} order"]
    others = [f"{KEYS['state_view']} {looked.after}"] if looked.after else []
    others += [f"{KEYS['layer']} layer"] if looked.layers > 1 else []
    for part in others:
        if len(SEPARATOR.join(["", *parts, part])) <= room:
            parts.append(part)
    return SEPARATOR.join(["", *parts])


class UnitsPane(Pane):
    """All units by what they tell; choosing one puts it under the lens."""

    TITLE = "Units"
    HELP_TEXT = (
        "All hidden units, sorted over the validation text, best first; the marked one is under "
        "the lens. ⏎ or a click chooses another.\n\n"
        "AUC is the area under the ROC curve: the chance that a random token of the class has a "
        "higher activation than a random one outside it. ↑ says the unit is high there, ↓ low "
        "(the figure is 1 − AUC). The bar is the distance from 0.50, which is chance."
    )

    lens: reactive[Lens | None] = reactive(None, init=False)

    def __init__(self) -> None:
        super().__init__(id="units")

    def compose(self) -> ComposeResult:
        """One table."""
        yield AmpleTable(id="units-table")
        self.border_subtitle = "⏎ show this unit"

    def watch_lens(self, lens: Lens | None) -> None:
        """Draw another ranking, or mark another unit."""
        if lens is not None:
            self.query_one(TableView).table = RankingTable(lens.ranking, lens.unit)
            self.border_title = Content(f"Units{lens.of} by {told(lens.ranking)}")

    @on(TableView.CellSelected)
    def _choose(self, event: TableView.CellSelected) -> None:
        table = event.table_view.table
        if isinstance(table, RankingTable):
            self.post_message(UnitChosen(unit=table.ranking.units[event.row]))
