"""The network as a picture, in which each number can be chosen and asked."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip

from rnn_tui.characters import cell_width, cut, safe
from rnn_tui.present.charts.network.drawing import Drawing, Node, Piece
from rnn_tui.present.charts.network.picture import Spelled, picture
from rnn_tui.present.sentences.shape import shapes
from rnn_tui.present.tables.cells import Role
from rnn_tui.session.program.composed import equations
from rnn_tui.session.view import StepView
from rnn_tui.tui.explorer.layout import TITLES
from rnn_tui.tui.palette import heat
from rnn_tui.tui.panes.pane import ZOOMED, Pane
from rnn_tui.tui.sizes import boxed
from rnn_tui.tui.table.table_painter import CSS, PARTS, TableStyles
from rnn_tui.tui.text import SPELLING
from rnn_tui.tui.widgets.lines_view import LinesView

EDGES = 6  # cells of a border that its title leaves free


class NetworkView(LinesView[TableStyles]):
    """Draws a picture, and has a cursor of the user's own on its nodes."""

    COMPONENT_CLASSES: ClassVar[set[str]] = PARTS
    DEFAULT_CSS = CSS.replace("TableLines", "NetworkView")

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "why", show=False, tooltip="How this was computed"),
        Binding("left", "beside(-1)", show=False),
        Binding("right", "beside(1)", show=False),
        Binding("up", "above(-1)", show=False),
        Binding("down", "above(1)", show=False),
    ]

    class Selected(Message):
        """A number was asked about."""

        def __init__(self, ref: str) -> None:
            super().__init__()
            self.ref = ref

    drawing: var[Drawing | None] = var(None, init=False)
    chosen: var[str] = var("", init=False)  # the address of a node; the algorithm's place if none

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Show the cursor while the keys come here."""
        self.refresh()

    def watch_drawing(self) -> None:
        """Another moment."""
        self.refresh()

    def watch_chosen(self) -> None:
        """Another number."""
        self.refresh()

    @property
    def node(self) -> Node | None:
        """The number under the cursor."""
        drawn = self.drawing
        if drawn is None or not drawn.nodes:
            return None
        return drawn.node(self.chosen) or drawn.node(drawn.place) or drawn.nodes[0]

    # Choosing

    def action_beside(self, step: int) -> None:
        """The next number to the right or left."""
        if self.node is not None and self.drawing is not None:
            self._choose(self.drawing.beside(self.node, step))

    def action_above(self, step: int) -> None:
        """The nearest number of the next line that has any."""
        if self.node is not None and self.drawing is not None:
            self._choose(self.drawing.above(self.node, step))

    def _choose(self, node: Node | None) -> None:
        if node is not None:
            self.chosen = node.ref

    def action_select(self) -> None:
        """Ask about the number under the cursor."""
        if self.node is not None:
            self.post_message(self.Selected(self.node.ref))

    def on_click(self, event: events.Click) -> None:
        """The first click chooses a number, the second asks about it."""
        node = None if self.drawing is None else self.drawing.at(event.x, event.y)
        if node is None:
            return
        event.stop()
        if self.was_focused and node == self.node:
            self.action_select()
        self._choose(node)

    # Drawing

    def render_line(self, y: int) -> Strip:
        """One line of the picture."""
        width, style = self.size.width, self.rich_style
        if self.drawing is None or y >= len(self.drawing.rows):
            return Strip.blank(width, style)
        self._look = self._look or TableStyles.of(self)
        segments, end = list[Segment](), 0
        row = self.drawing.rows[y]
        for piece, following in zip(row, (*(one.x for one in row[1:]), width), strict=False):
            text = safe(piece.text if piece.role is Role.TOKEN else SPELLING.of(piece.text))
            text = cut(text, following - piece.x)  # a longer name moves nothing
            segments += [Segment(" " * max(0, piece.x - end), style)]
            segments += [Segment(text, self._style(piece, y, style))]
            end = piece.x + Segment(text).cell_length
        return Strip(segments).adjust_cell_length(width, style).simplify()

    def _style(self, piece: Piece, y: int, row: Style) -> Style:
        look, node = self._look, self.node
        assert look is not None
        is_plain = piece.heat is not None and not piece.text.strip()  # beside the number it is of
        chosen = self.has_focus and node is not None and node.covers(piece.x, y)
        if chosen and not is_plain:
            return look.on_number(piece.heat, piece.scale)
        if piece.heat is not None:
            shade = heat(piece.heat, look.background, look.foreground, look.ansi, piece.scale)
            return shade if shade.bgcolor else row + shade
        if piece.role is Role.CURRENT:
            return row + look.current
        return row + look.roles[piece.role]


class NetworkPane(Pane):
    """The states unrolled over time, what BPTT sends back along them, and the answer."""

    TITLE = TITLES["network"]
    HELP_TEXT = (
        "The network unrolled over time: one column a token, from the first memory on the left to "
        "the answer on the right. Each state has one cell a unit (+ above 0, − below, the colour "
        "its size) and the number of the chosen unit.\n\n"
        "Below the states stands what backpropagation brings: the norm of ∂L/∂h at each timestep, "
        "and the share of the last one that is left. A dot is not computed yet. Of a long text "
        "there is a window around the current token, and above it a heat of all timesteps; ┆ marks "
        "where less than 1% of the gradient is left.\n\n"
        "The arrows or a click choose a number, ⏎ or a second click explains it. z here, or Z "
        "from anywhere, gives it the screen: a line a unit, the gates of the chosen one, what each "
        "step back multiplies by, and what is read."
    )
    TELLS_NETWORK = True
    HELP_GATES = "The memory c of an LSTM is a lane above h; a GRU has h alone."
    HELP_LAYERS = "Each layer has lanes of its own."

    def compose(self) -> ComposeResult:
        """The picture."""
        yield NetworkView(id="network-view")

    def on_resize(self) -> None:
        """Draw for another size."""
        self._redraw()

    def watch_unit(self) -> None:
        """The numbers of another unit."""
        self.redraw_for_unit()

    def show(self, view: StepView) -> None:
        """Draw a view."""
        canvas = self.query_one(NetworkView)
        width, height = canvas.size
        if width and height:
            boxes = boxed(*self.room, view.current.length)
            canvas.drawing = picture(
                view, width, height, self.unit, boxes=boxes, large=self.has_class(ZOOMED),
                spelled=Spelled(SPELLING.of, SPELLING.counts),
            )  # fmt: skip
        self._write_shape(view)
        legend = canvas.drawing.legend if canvas.drawing else ()
        self.write_below(" · ".join((*legend, "⏎ why")))

    def _write_shape(self, view: StepView) -> None:
        """What the network is, beside the title, in as many words as there is room for."""
        told = shapes(view.experiment)
        computed = " ; ".join(
            equations(view.network, once=view.experiment.answers_once, counts=SPELLING.counts)
        )
        whole = (f"{told[0]} ─ {computed}", f"{told[1]} ─ {computed}", *told)
        titles = (SPELLING.of(f"{self.TITLE} ─ {text}") for text in whole)
        room = self.outer_size.width - EDGES
        self.write_above(next((one for one in titles if cell_width(one) <= room), self.TITLE))
