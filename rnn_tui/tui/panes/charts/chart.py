"""The panes of the Train page: each draws what it is given, when it can be seen."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from rnn_tui.present.charts.charts import ChartRow, draw, x_at
from rnn_tui.present.charts.plot import Plot
from rnn_tui.present.charts.train_curves import Charted, Wish, chart
from rnn_tui.present.sentences.hints import with_keys
from rnn_tui.present.sentences.train_words import empty_text, fitting, legends, on_two_lines
from rnn_tui.present.tables.cells import Line
from rnn_tui.session.view import StepView
from rnn_tui.tui.bindings import KEYS
from rnn_tui.tui.panes.pane import Pane
from rnn_tui.tui.text import SPELLING, content
from rnn_tui.tui.widgets.picture import Picture, inked

SMALL_EVERY = 0.5  # seconds between two drawings of a small chart during a run
KEYS_HELP = (
    "\n\nLeft and right move a line at which all charts are read, with shift ten times as far; a "
    "click in the large chart puts it there, escape takes it away. Up and down, enter or a click "
    "choose the large chart."
)
EDGES = 8  # cells of a border that its title leaves free


class PlotPane(Pane, can_focus=True):
    """A pane with a picture, drawn when it can be seen and there is anything new."""

    wish: reactive[Wish] = reactive(Wish(), init=False)
    chosen: reactive[Charted] = reactive(Charted.LOSS, init=False)

    class Chosen(Message):
        """A chart was asked to be the large one."""

        def __init__(self, metric: Charted) -> None:
            super().__init__()
            self.metric = metric

    class Read(Message):
        """Values were asked for at a place on the x axis."""

        def __init__(self, x: float) -> None:
            super().__init__()
            self.x = x

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._made_from: tuple[object, ...] = ()  # the picture that stands

    def compose(self) -> ComposeResult:
        """The picture, or why there is none."""
        yield Picture()
        yield Static(classes="nothing")

    def watch_wish(self) -> None:
        """Draw in another way."""
        self._redraw()

    def watch_chosen(self) -> None:
        """Another chart is the large one."""
        self._redraw()

    def on_resize(self, event: events.Resize) -> None:
        """Draw for another size, or for the first time."""
        self._redraw()

    @property
    def is_of_run(self) -> bool:
        """Whether a run goes on, during which nothing is measured for a picture."""
        return False

    def respell(self) -> None:
        """Draw the picture anew, in another notation."""
        self._made_from = ()
        super().respell()

    def show(self, view: StepView) -> None:
        """Draw a view, unless its picture stands already or can't be seen."""
        width, height = self.content_size
        made_from = (*self.made_from(view), self.wish, self.chosen, width, height)
        if self.region.area and width and height and not _same(made_from, self._made_from):
            self._made_from = made_from
            self.query_one(Picture).show(self.draw(view, width, height))

    def made_from(self, view: StepView) -> tuple[object, ...]:
        """What of a view the picture is made from."""
        held_back = None if self.is_of_run else view.unseen_at_hand
        return view.history, view.time, view.evaluation, view.radius_at_hand, held_back

    def draw(self, view: StepView, width: int, height: int) -> Sequence[ChartRow]:
        """The picture of a view."""
        raise NotImplementedError


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Whether pictures made from these would be alike."""
    pairs = zip(one, other, strict=False)
    return len(one) == len(other) and all(a is b or a == b for a, b in pairs)


class ChartPane(PlotPane):
    """One chart of the training. Subclasses say of what."""

    METRIC: ClassVar[Charted]
    SCALE: ClassVar[str] = ""  # of its numbers, where they are no plain ones

    progress: reactive[Line | None] = reactive(None, init=False)

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._plot, self._title = Plot(()), self.TITLE
        self._more = Content()  # what of the legend has no room above
        self._drawn_at = 0.0

    def on_mount(self) -> None:
        """Be the large one, or a small one, from the start."""
        super().on_mount()
        self.watch_chosen()

    @classmethod
    def title_of(cls, view: StepView) -> str:
        """What it shows of this experiment."""
        return cls.TITLE

    @property
    def is_of_run(self) -> bool:
        """Whether a run goes on, during which nothing is measured for a picture."""
        return self.progress is not None

    @property
    def is_large(self) -> bool:
        """Whether this is the large one."""
        return self.chosen is self.METRIC

    def show(self, view: StepView) -> None:
        """Draw a view; during a run a small chart has its turn less often."""
        waits = self.progress is not None and not self.is_large
        if not waits or time.monotonic() - self._drawn_at > SMALL_EVERY:
            self._drawn_at = time.monotonic()
            super().show(view)

    def draw(self, view: StepView, width: int, height: int) -> Sequence[ChartRow]:
        """The chart, or why there is none."""
        self._plot = chart(view, self.METRIC, self.wish, running=self.is_of_run)
        self._title = self.title_of(view)
        self._write_legend()
        nothing = self.nothing(view)
        self.set_class(bool(nothing), "-empty")
        if not nothing:
            return self.rows(view, width, height)
        words = content(with_keys(nothing, KEYS))
        self.query_one(".nothing", Static).update(words, layout=False)
        return ()

    def nothing(self, view: StepView) -> str:
        """Why there is no picture, with `{verb}` where a key belongs; nothing where there is."""
        return "" if view.history.count else empty_text(view, self.is_large)

    def rows(self, view: StepView, width: int, height: int) -> Sequence[ChartRow]:
        """The lines of the picture."""
        return draw(self._plot, width, height)

    def _write_legend(self) -> None:
        title = SPELLING.of(self._title) + (" · log" if self._plot.log else self.SCALE)
        room = self.outer_size.width - EDGES
        for entries in legends(self._plot):
            above, below = on_two_lines(entries, room - len(title), room)
            if self.is_large:  # whose lower border has the keys
                above, below = fitting(entries, room - len(title)), ()
            if (*above, *below) == entries:
                break
        self.write_above(Content("  ").join([Content(title), *map(inked, above)]))
        self._more = Content("  ").join([inked(entry) for entry in below])
        self._write_keys()

    def watch_chosen(self) -> None:
        """Become the large one, or a small one."""
        self.set_class(self.is_large, "-large")
        self._write_keys()
        super().watch_chosen()

    def watch_progress(self) -> None:
        """A run's progress stands on the lower border of the large chart."""
        self._write_keys()
        if self.progress is None:
            self._redraw()

    def on_resize(self, event: events.Resize) -> None:
        """Another width has room for other keys."""
        self._write_keys()
        super().on_resize(event)

    def _write_keys(self) -> None:
        """The keys of the page on the lower border, as many as fit; of a small one its legend."""
        text = self._more.markup
        if self.is_large:
            text = (content(self.progress) if self.progress else self._keys()).markup
        if text != self.border_subtitle:
            self.border_subtitle = text

    def _keys(self) -> Content:
        keys = [(KEYS[verb], verb) for verb in ("log", "smooth", "recent", "pin", "chart")]
        room, shown = self.outer_size.width - EDGES, Content("")
        for key, does in [*keys, ("←→", "read")]:
            entry = Content.assemble(" · " if shown else "", (key, "bold $foreground"), f" {does}")
            if shown.cell_length + entry.cell_length <= room:
                shown += entry
        return shown

    def on_click(self, event: events.Click) -> None:
        """A click on a small chart makes it the large one; in the large one it reads values."""
        event.stop()
        if not self.is_large:
            self.post_message(self.Chosen(self.METRIC))
            return
        column = event.screen_offset.x - self.content_region.x
        x = x_at(self._plot, *self.content_size, column)
        if x is not None:
            self.post_message(self.Read(x))
