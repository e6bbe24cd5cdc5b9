"""The gradient under the microscope: whole, cut and clipped, side by side."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import ClassVar, Literal, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from rnn_tui.present.capitals import sentence_case
from rnn_tui.present.charts.microscope_picture import picture
from rnn_tui.present.sentences import microscope as words
from rnn_tui.present.sentences.working import COMPUTING
from rnn_tui.session.checks.microscope import GradientComparison, Way, comparison, in_force
from rnn_tui.session.checks.microscope_limits import Limits, first_limits, moved
from rnn_tui.session.checks.microscope_subject import Subject, has_batch, subject
from rnn_tui.session.moment import Refused
from rnn_tui.session.view import StepView
from rnn_tui.tui.dialogs.modal import Modal
from rnn_tui.tui.text import contents
from rnn_tui.tui.toolkit.background import PATIENCE

WIDEST, EDGES = 136, 5  # cells of the dialog, and of its border with padding and a scrollbar
LEAST = 20  # cells of what is drawn; of a narrower terminal it goes over the edge
TALLEST = 32  # lines of the picture


class Look(NamedTuple):
    """A gradient, where it is cut and clipped, and what that makes of it."""

    subject: Subject
    limits: Limits
    compared: GradientComparison


def first_look(view: StepView, batch: bool | None = None, most: int | None = None) -> Look:
    """At the gradient of the example or of its batch, cut after `most` timesteps if it can be.

    Raises Refused where there is none.
    """
    if batch is None:
        batch = has_batch(view) and view.known.has("reduce")
    one = subject(view, batch)
    limits = first_limits(one)
    if most is not None:
        limits = limits._replace(k=min(most, one.reach))
    return Look(one, limits, comparison(one, limits))


class MicroscopeScreen(Modal[tuple[GradientComparison, Way]]):
    """Gives what was compared and the clipping that was chosen, nothing if it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("G,q", "dismiss(None)", "leave"),
        Binding("left", "move('k', -1)", show=False),
        Binding("right", "move('k', 1)", show=False),
        Binding("down", "move('norm', -1)", show=False),
        Binding("up", "move('norm', 1)", show=False),
        Binding("comma,minus", "move('value', -1)", show=False),
        Binding("full_stop,plus", "move('value', 1)", show=False),
        Binding("l", "toggle_batch", show=False),
        Binding("n", "choose('norm')", show=False),
        Binding("v", "choose('value')", show=False),
        Binding("pageup", "scroll_by(-1)", show=False),
        Binding("pagedown", "scroll_by(1)", show=False),
    ]

    def __init__(self, view: StepView, look: Look) -> None:
        super().__init__()
        self.view = view
        self.subject, self.limits, self.compared = look

    def compose(self) -> ComposeResult:
        """The picture, and what it says."""
        with Vertical(classes="dialog"), VerticalScroll(can_focus=False):
            yield Static("", id="picture", markup=False)
            yield Static("", id="refused", classes="problem", markup=False)
            yield Static("", id="reading", markup=False)

    def on_resize(self, event: events.Resize) -> None:
        """Draw for another size."""
        self._show()

    def _show(self, problem: str = "") -> None:
        dialog = self.query_one(".dialog")
        dialog.border_title = words.title(self.subject)
        self.write_keys(words.keys(self.subject, has_batch(self.view)))
        text = " ".join(words.reading(self.compared))
        width = max(LEAST, min(WIDEST, self.size.width) - EDGES)
        height = self.size.height - 2 - len(textwrap.wrap(text, width)) - bool(problem)
        shown = picture(self.compared, width, min(TALLEST, height))
        self.query_one("#picture", Static).update(contents(shown))
        self.query_one("#reading", Static).update(text)
        refused = self.query_one("#refused", Static)
        refused.display = bool(problem)
        refused.update(problem)

    def action_move(self, which: Literal["k", "norm", "value"], by: int) -> None:
        """The next limit, if there is one."""
        limits = moved(self.subject, self.limits, which, by)
        if limits == self.limits:
            self._show(words.NO_NEXT[which, by])
            return
        one = self.subject
        self._look(lambda: Look(one, limits, comparison(one, limits)))

    def action_toggle_batch(self) -> None:
        """From the example's gradient to the batch's and back."""
        if not has_batch(self.view):
            self._show(words.NO_BATCH)
            return
        batch, most = not self.subject.batch, self.limits.k
        self._look(lambda: first_look(self.view, batch, most))

    def _look(self, make: Callable[[], Look]) -> None:
        def show(look: Look) -> None:
            self.subject, self.limits, self.compared = look
            self._show()

        self._background.start(lambda _: make(), show, patience=PATIENCE)
        if self._background.at_work:
            self._show(COMPUTING)

    def action_choose(self, way: str) -> None:
        """Leave, to train on with a way of clipping."""
        try:
            in_force(self.compared, Way(way))
        except Refused as refused:
            self._show(f"{sentence_case(refused.why)}.")
        else:
            self.dismiss((self.compared, Way(way)))

    def action_scroll_by(self, by: int) -> None:
        """What does not fit."""
        self.query_one(VerticalScroll).scroll_relative(y=10 * by)
