"""What all panes share: a border with a title, a help text, and the view they draw."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, Self, cast

from textual.containers import Container
from textual.content import Content
from textual.geometry import Region
from textual.reactive import var
from textual.widget import Widget

from rnn_tui.equations.gates import gates
from rnn_tui.equations.network import Network
from rnn_tui.session.view import StepView
from rnn_tui.tui.text import SPELLING
from rnn_tui.tui.tips import Tips
from rnn_tui.tui.toolkit.focus import Unchanged

if TYPE_CHECKING:
    from rnn_tui.tui.explorer.face import Face

ZOOMED = "-zoomed"  # the class of a pane that fills its page


class Pane(Tips, Unchanged, Container, can_focus=True):
    """A bordered part of the screen that draws the view it is given.

    It has the focus itself where nothing in it can have it, so that each has its help and zoom.

    Subclasses set `TITLE` and `HELP`, and redraw in `show`, which is not called while
    the screen is too small for the pane. A pane never computes and never asks another.
    """

    TITLE: ClassVar[str] = ""
    HELP_TEXT: ClassVar[str] = ""
    HELP_GATES: ClassVar[str] = ""  # a paragraph more, of cells that have gates
    HELP_LAYERS: ClassVar[str] = ""  # and of several layers
    TELLS_NETWORK: ClassVar[bool] = False  # whether its help begins with what the network computes
    SHOWS: ClassVar[tuple[str, ...]] = ()  # whatever its view: names that `show` takes

    view: var[StepView | None] = var(None, init=False)
    unit: var[int] = var(0, init=False)
    running: var[bool] = var(False, init=False)

    _behind = False  # whether a drawing was left out, as nobody would have seen it
    _comes = False  # whether a drawing is to follow the next paint
    _head: str | Content = ""  # what was last written above, nothing where that is the TITLE
    _above: object = None  # what stands on the border of it
    _below: object = None
    _edges: tuple[Region, ...] = ()  # of the border, where nothing else is to be painted

    auto_links = False  # what can be clicked on a border has its own look

    def on_mount(self) -> None:
        """Put the title on the border, and light it up while the focus is inside."""
        self.border_title = self.TITLE
        self.watch(self.screen, "focused", self._light)

    @classmethod
    def help_on(cls, network: Network) -> str:
        """What the pane shows of a network; nothing of what this one doesn't have."""
        gated = any(gates(layer.cell) for layer in network.layers)
        more = (cls.HELP_GATES if gated else "", cls.HELP_LAYERS if network.depth > 1 else "")
        return "\n\n".join(filter(None, (cls.HELP_TEXT, *more)))

    @property
    def shows(self) -> frozenset[str]:
        """What is looked at here now, by the names that the verb `show` takes."""
        return frozenset(self.SHOWS)

    @property
    def room(self) -> tuple[int, int]:
        """The width and height of a screen that has as much room for its panes as there is here."""
        return cast("Face", self.screen).room

    # The focus

    def allow_focus(self) -> bool:
        """Only where nothing that is seen in it can have the focus."""
        return next(self._focusable(), None) is None

    def _focusable(self) -> Iterator[Widget]:
        return (one for one in self.walk_children(Widget) if one.focusable and one.region.area)

    def on_mouse_down(self) -> None:
        """A click beside what can have the focus brings it there."""
        inside = next(self._focusable(), None)
        if inside is not None and not self.has_focus_within:
            inside.focus()

    # The border

    def _light(self) -> None:
        """What `:focus-within` would do, which styles all that is in the pane anew as well."""
        within = self.has_focus_within
        if within != self.has_class("-focused"):
            self.set_class(within, "-focused", update=False)
            width, height = self.outer_size
            sides = Region(0, 0, 1, height), Region(width - 1, 0, 1, height)
            with self._painting(*sides, self._outer_line(0), self._outer_line(height - 1)):
                self.app.stylesheet.update_nodes([self])
            self._draw_title()

    def write_above(self, text: str | Content) -> None:
        """Put a text on the upper border, as it is in the notation of the screen."""
        self._head = SPELLING.of(text) if isinstance(text, str) else text
        self._draw_title()

    def _draw_title(self) -> None:
        """What was last written there; where focus reverses it, without colours of its own.

        Reversed they would be patches of their background.
        """
        text = self._head
        colourless = self.app.no_color or self.app.native_ansi_color
        if isinstance(text, Content) and colourless and self.has_class("-focused"):
            text = Content(text.plain)
        if text and (wanted := _written(text)) != self._above:
            self._above = wanted
            with self._painting(self._outer_line(0)):
                self.border_title = text

    def write_below(self, text: str | Content) -> None:
        """Put a text on the lower border, as it is in the notation of the screen."""
        text = SPELLING.of(text) if isinstance(text, str) else text
        if (wanted := _written(text)) != self._below:
            self._below = wanted
            with self._painting(self._outer_line(self.outer_size.height - 1)):
                self.border_subtitle = text

    def _outer_line(self, y: int) -> Region:
        """A line counted from the corner of the border."""
        return Region(0, y, self.outer_size.width, 1)

    @contextmanager
    def _painting(self, *edges: Region) -> Iterator[None]:
        """Paint only these, counted from the corner of the border, whatever asks for a paint."""
        self._edges = tuple(edge.translate(-self.content_offset) for edge in edges)
        try:
            yield
        finally:
            self._edges = ()

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Paint anew: all of it, or the border where that alone is another."""
        return super().refresh(
            *(self._edges or regions), repaint=repaint, layout=layout, recompose=recompose
        )

    # The view

    def watch_view(self) -> None:
        """Redraw for a new moment; during a run pane by pane, so that keys come between."""
        if self.running:
            self.call_later(self._redraw)
        else:
            self._redraw()

    def watch_unit(self) -> None:
        """Another unit was chosen; most panes show all of them."""

    def redraw_for_unit(self) -> None:
        """Show the numbers of another unit; of a run they are new, and come behind the cursor."""
        if self.running:
            self.redraw_after_paint()
        else:
            self._redraw()

    def redraw_after_paint(self) -> None:
        """Redraw when what a key changed elsewhere has been painted."""
        if not self._comes:
            self._comes = self.call_after_refresh(self._redraw)

    def on_show(self) -> None:
        """Catch up, now that there is room for it."""
        if self._behind:
            self._redraw()

    def respell(self) -> None:
        """Draw again what is there, now that the screen has another notation."""
        self._above = self._below = None
        if self.border_title == self.TITLE or not self.border_title:
            self.border_title = SPELLING.of(self.TITLE)
        self._redraw()

    def _redraw(self) -> None:
        self._behind, self._comes = not self.display, False
        if self.view is not None and self.is_mounted and self.display:
            self.show(self.view)

    def show(self, view: StepView) -> None:
        """Draw a view."""
        raise NotImplementedError


def _written(text: str | Content) -> object:
    """A text with its styles, for comparing: Textual compares the letters only."""
    return (text.plain, text.spans) if isinstance(text, Content) else text
