"""The whole gradient check, measured while one waits or leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Static
from textual.worker import get_current_worker

from rnn_tui.engine.checks.gradient_check import ArrayCheck
from rnn_tui.parity import NoTorchError, is_installed
from rnn_tui.present.sentences import parity
from rnn_tui.present.sentences import proof as words
from rnn_tui.present.tables.cells import Line
from rnn_tui.session.checks.proof import by_torch, whole_check
from rnn_tui.session.view import StepView
from rnn_tui.tui.dialogs.modal import Modal
from rnn_tui.tui.text import contents

EVERY = 25  # numbers between two reports


class Stopped(Exception):  # noqa: N818 - nothing has failed
    """Nobody waits for the result any more."""


class Measured(Message):
    """How many numbers have been measured; at the end, the rows, and torch's word beside them."""

    def __init__(
        self, done: int, checks: tuple[ArrayCheck, ...] = (), beside: tuple[Line, ...] = ()
    ) -> None:
        super().__init__()
        self.done = done
        self.checks = checks
        self.beside = beside


class ProofScreen(Modal[None]):
    """A row for each array of the gradient, and one for the batch."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,P,q", "dismiss(None)", "close"),
    ]

    def __init__(self, view: StepView) -> None:
        super().__init__()
        self.view = view

    def compose(self) -> ComposeResult:
        """What is measured, and the rows."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Gradient check"
            dialog.border_subtitle = "esc: leave"
            with VerticalScroll():
                yield Static(words.about(self.view), classes="about", markup=False)
                yield Static(words.progress_text(self.view, 0), id="checks", markup=False)

    def on_mount(self) -> None:
        """Begin to measure."""
        self._work()

    @work(thread=True, exclusive=True)
    def _work(self) -> None:
        worker, done = get_current_worker(), 0

        def watch(places: Sequence[int]) -> Iterator[int]:
            nonlocal done
            for place in places:
                if worker.is_cancelled:
                    raise Stopped
                if done % EVERY == 0:
                    self.post_message(Measured(done))
                yield place
                done += 1

        try:
            checks = whole_check(self.view, watch)
        except Stopped:
            return
        if not is_installed():
            self.post_message(Measured(done, checks))
            return
        self.post_message(Measured(done, checks, (parity.LOADING,)))
        row = self._by_torch()
        if not worker.is_cancelled:
            self.post_message(Measured(done, checks, (row,)))

    def _by_torch(self) -> Line:
        try:
            return parity.row(by_torch(self.view))
        except NoTorchError as error:
            return parity.unavailable(str(error))

    @on(Measured)
    def _show(self, message: Measured) -> None:
        if message.checks:
            shown = contents(words.check_lines(self.view, message.checks, message.beside))
            self.query_one("#checks", Static).update(shown)
        else:
            text = words.progress_text(self.view, message.done)
            self.query_one("#checks", Static).update(text)
