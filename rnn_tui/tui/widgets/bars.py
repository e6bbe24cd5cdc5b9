"""The lines of text around the panes: where one stands, what just ran, what to press next."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import var
from textual.widgets import Static

from rnn_tui.characters import one_line
from rnn_tui.present.sentences.hints import said_and_hint
from rnn_tui.present.sentences.status import places, telling_line
from rnn_tui.present.tables.cells import Line
from rnn_tui.session.view import StepView
from rnn_tui.tui.header import header, named_before
from rnn_tui.tui.screen_acts import label
from rnn_tui.tui.text import content
from rnn_tui.tui.tips import Tips

ALL = 10_000  # cells, before there is a size


class StatusLine(Tips, Static):
    """The pages on the left; the experiment, epoch and example on the right."""

    view: var[StepView | None] = var(None, init=False)
    page: var[str] = var("", init=False)
    docked: var[bool] = var(False, init=False)

    def __init__(self, page: str) -> None:
        """`page` is the name of the page in front."""
        super().__init__()
        self.auto_links = False  # which would give all pages the one colour of links
        self.set_reactive(StatusLine.page, page)

    def watch_view(self) -> None:
        """Write the line for a new moment."""
        self._write()

    def watch_page(self) -> None:
        """Mark another page."""
        self._write()

    def watch_docked(self) -> None:
        """Mark the lessons, or no longer."""
        self._write()

    def on_resize(self) -> None:
        """The right side moves with the edge."""
        self._write()

    def _write(self) -> None:
        if self.view is None:
            return
        experiment = self.view.experiment
        stands = places(self.view)
        title, name = one_line(experiment.title), one_line(experiment.name)
        rights = (named_before(name, stands[0]), named_before(name, stands[2]), *stands)
        line = header(
            self.page, experiment.has_classes, rights, self.content_size.width,
            docked=self.docked, titled=(title, stands[0]),
        )  # fmt: skip
        self.update(line, layout=False)


class OpLine(Static):
    """The last op with its numbers put in, where there is no room for the Why pane."""

    view: var[StepView | None] = var(None, init=False)
    unit: var[int] = var(0, init=False)

    def watch_view(self) -> None:
        """Write the line for a new moment."""
        self._write()

    def watch_unit(self) -> None:
        """Write the line for another unit."""
        self._write()

    def on_resize(self) -> None:
        """The result stays at any width."""
        self._write()

    def respell(self) -> None:
        """Write the line in another notation."""
        self._write()

    def _write(self) -> None:
        if self.view is not None and (self.display or self.has_class("-elsewhere")):
            line = telling_line(self.view, self.unit, self.content_size.width)
            self.update(content(line), layout=False)


class HintLine(Tips, Static):
    """What the last key did, and the next useful key and why, or why the last key did nothing.

    On one line where the screen is low: what was done, and of the hint what there is room for.
    """

    notice: var[Line | None] = var(None, init=False)
    happened: var[str] = var("", init=False)

    def __init__(self) -> None:
        super().__init__()
        self.auto_links = False  # keys have their own look

    def watch_notice(self) -> None:
        """Write a hint or an explanation."""
        self._write()

    def watch_happened(self) -> None:
        """Write what the last key did."""
        self._write()

    def on_resize(self) -> None:
        """There is more or less room for the hint, and a second line or none."""
        self._write()

    def respell(self) -> None:
        """Write the line in another notation."""
        self._write()

    def _write(self) -> None:
        if self.notice is not None:
            room, lines = self.content_size
            said = said_and_hint(
                self.happened, self.notice, room or ALL, two=lines > 1, label=label
            )
            self.update(Content("\n").join(content(line) for line in said), layout=False)
