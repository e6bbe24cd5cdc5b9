"""Running text with a cursor, drawn line by line; each token may be coloured by a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from rnn_tui.arrays import Floats
from rnn_tui.characters import cell_width, visible
from rnn_tui.present.text.text_layout import NO_TEXT, Typeset, spread, typeset
from rnn_tui.session.text.writing import Passage
from rnn_tui.tui.table.heat_look import HeatLook
from rnn_tui.tui.widgets.lines_view import LinesView
from rnn_tui.tui.widgets.unit_strip import StripPieces, bars

FAR = 1_000_000
MOST_BARS = 12
LABEL_GAP = 3  # cells between the longest line and the labels
FEWEST_ROWS = 6  # of a line of text, with which there is room for numbers beside bars
FIGURE, WIDEST = 8, 32  # cells of a token with its number below it and a gap, and at the most


class PassageView(LinesView[HeatLook]):
    """Shows a passage, broken into lines that fit. The arrows move a cursor over its tokens.

    With `heats` (T,), numbers of −1 to 1, each token stands on the diverging scale. With
    `barred`, bars stand on every line and hang from it. Words that leave a line half empty are
    spread over it then, and their `figures` stand below them.
    """

    class Moved(Message):
        """The cursor stands on another token, or the text around it is another."""

        def __init__(self, passage_view: PassageView) -> None:
            super().__init__()
            self.passage_view = passage_view

        @property
        def control(self) -> PassageView:
            """The view, for `on` with a selector."""
            return self.passage_view

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,shift+left", "token(-1)", show=False),
        Binding("right,shift+right", "token(1)", show=False),
        Binding("up", "line(-1)", show=False),
        Binding("down", "line(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", f"token(-{FAR})", show=False),
        Binding("end", f"token({FAR})", show=False),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "passage--given", "passage--cursor", "passage--place", "passage--label",
    }  # fmt: skip
    DEFAULT_CSS = """
    PassageView {
        scrollbar-size: 1 1;
        background: $surface;
        color: $foreground;
        & > .passage--given { color: $text-accent; text-style: bold; }
        & > .passage--label { color: $muted; }
        & > .passage--cursor {
            background: $number-cursor-background;
            color: $number-cursor-foreground;
            text-style: bold;
        }
        & > .passage--place {
            background: $current;
            color: $foreground;
            text-style: bold underline;
        }
        &:nocolor > .passage--cursor { text-style: bold reverse; }
        &:nocolor > .passage--place { text-style: reverse; }
    }
    """

    passage: reactive[Passage | None] = reactive(None, init=False, layout=False)

    def __init__(self, *, words: bool, barred: bool = False, id: str) -> None:
        """`words` is whether tokens are words, with a blank between them."""
        super().__init__(id=id)
        self.words = words
        self.barred = barred
        self._bars = 0  # rows of bars above each line, and as many below
        self.place = 0
        self.set_lines: Typeset = NO_TEXT
        self._set_for: tuple[Passage, int, int] | None = None
        self._heats: Floats | None = None
        self._figures: Sequence[str] = ()
        self._has_figures = False  # whether they have a row

    @property
    def line(self) -> range:
        """The tokens of the line with the cursor."""
        lines = self.set_lines.lines
        return lines[self.set_lines.line_of(self.place)] if lines else range(0)

    def draw(
        self,
        passage: Passage,
        heats: Floats | None = None,
        place: int | None = None,
        figures: Sequence[str] = (),
    ) -> None:
        """Show a passage; the cursor stays, or goes to `place`."""
        self._heats, self._figures = heats, figures
        wanted = self.place if place is None else place
        self.place = max(0, min(wanted, len(passage) - 1))
        self.passage = passage
        self._set()
        self._reveal()
        self.refresh()
        self.post_message(self.Moved(self))

    def bar(self, barred: bool) -> None:
        """Have bars on every line, or none."""
        if barred != self.barred:
            self.barred, self._bars, self._set_for = barred, 0, None
            self._set()
            self._reveal()
            self.refresh()

    def on_resize(self) -> None:
        """Another width breaks the lines elsewhere."""
        before = self.set_lines
        self._set()
        self._reveal()
        if self.set_lines is not before:
            self.refresh()
        self.post_message(self.Moved(self))

    def _set(self) -> None:
        """Break the passage into lines, unless that has been done."""
        room, height = self.inside
        if self.passage is None or self._set_for == (self.passage, room, height):
            return
        if room <= 0:
            self.set_lines, self._set_for = NO_TEXT, None  # not those of the passage before
            return
        self._set_for = self.passage, room, height
        tokens, starts = self.passage.tokens, self.passage.starts
        made = typeset(tokens, self.words, starts, room, cell_width)
        labels = LABEL_GAP + max(map(cell_width, self.passage.labels), default=0)
        least = min(WIDEST, spread(made, starts, room - labels))
        lines = max(1, len(made.lines))
        is_wide = self.barred and least + made.gap >= FIGURE
        self._has_figures = is_wide and height // lines >= FEWEST_ROWS
        if self._has_figures or (is_wide and self.words):
            made = typeset(tokens, self.words, starts, room, cell_width, least)
        self.set_lines = made
        if self.barred:
            fitting = (height // lines - 1 - self._has_figures) // 2
            self._bars = max(1, min(MOST_BARS, fitting))
        rows = len(made.lines) * self._pitch
        self.extend_to(Size(room, rows))

    @property
    def _pitch(self) -> int:
        """Rows from a line to the next."""
        return 2 * self._bars + 1 + self._has_figures

    # Drawing

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Show whether the keys come to the cursor."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The tokens of one line, each in its style, or a row of its bars."""
        look = self._look = self._look or HeatLook.of(self)
        width = self.size.width
        number, row = divmod(y + self.scroll_offset.y, self._pitch)
        if self.passage is None or number >= len(self.set_lines.lines):
            return Strip.blank(width, look.base)
        line, up = self.set_lines.lines[number], self._bars - row
        if self._has_figures and up == -1:
            segments = self._numbers(look, line)
        elif up:
            below = up + self._has_figures
            segments = bars(look, self.stretch(line), up - 1 if up > 0 else below, self._bars)
        else:
            segments = self._text(look, line)
        return Strip(segments).adjust_cell_length(width, look.base).simplify()

    def _text(self, look: HeatLook, line: range) -> list[Segment]:
        given = self.passage.given if self.passage and self._heats is None else 0
        given_style = self.get_component_rich_style("passage--given") if given else look.base
        made = []
        for i in line:
            style = given_style if i < given else look.base
            if self._heats is not None:
                style = look.shade(float(self._heats[i]))
            if i == self.place:
                part = "passage--cursor" if self.has_focus else "passage--place"
                style = self.get_component_rich_style(part)
            made.append(Segment(self.set_lines.pieces[i], style))
            made.append(Segment(" " * self.set_lines.gap, look.base))
        if label := self._label(line):
            made.append(Segment(label, self.get_component_rich_style("passage--label")))
        return made

    def _numbers(self, look: HeatLook, line: range) -> list[Segment]:
        """The number of each token, below it."""
        made = self.set_lines
        texts = (self._figures[i] if i < len(self._figures) else "" for i in line)
        return [
            Segment(f"{text:<{made.widths[i] + made.gap}}", look.base)
            for i, text in zip(line, texts, strict=True)
        ]

    def stretch(self, line: range) -> StripPieces:
        """A line with the number of each of its tokens."""
        made, heats = self.set_lines, self._heats
        part = slice(line.start, line.stop)
        values = [] if heats is None else heats[part].tolist()
        chosen = self.place - line.start
        return StripPieces(made.pieces[part], made.widths[part], made.gap, values, chosen)

    def _label(self, line: range) -> str:
        """The label of what was read up to the end of a line; all of them stand in one column."""
        assert self.passage is not None
        ends = (*self.passage.starts[1:], len(self.passage))
        if not self.passage.labels or line.stop not in ends:
            return ""
        gap = max(self.set_lines.width_of(one) for one in self.set_lines.lines)
        label = visible(self.passage.labels[ends.index(line.stop)])
        return " " * (gap - self.set_lines.width_of(line) + LABEL_GAP) + label

    # The cursor

    def action_token(self, step: int) -> None:
        """So many tokens on or back, as far as there are any."""
        self._move_to(self.place + step)

    def action_line(self, step: int) -> None:
        """To the token that stands above or below."""
        line = self.set_lines.line_of(self.place)
        wanted = max(0, min(line + step, len(self.set_lines.lines) - 1))
        if self.set_lines.lines:
            there = self.set_lines.at(wanted, self.set_lines.start_of(self.place))
            self._move_to(self.place if there is None else there)

    def action_page(self, step: int) -> None:
        """A screenful up or down."""
        self.action_line(step * max(1, self.size.height // self._pitch - 1))

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor there."""
        y = (event.y + self.scroll_offset.y) // self._pitch
        there = self.set_lines.at(y, event.x - self.styles.padding.left)
        if there is not None:
            event.stop()
            self._move_to(there)

    def _move_to(self, place: int) -> None:
        place = max(0, min(place, len(self.passage or ()) - 1))
        if place != self.place:
            self.place = place
            self._reveal()
            self.refresh()
            self.post_message(self.Moved(self))

    def _reveal(self) -> None:
        """Scroll so that the cursor's line can be seen."""
        if self.inside.height:
            self.reveal(self.set_lines.line_of(self.place) * self._pitch, self._pitch, x=0)
