"""The whole gradient check, measured while one waits or leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from rnn_tui.engine.checks.gradient_check import ArrayCheck
from rnn_tui.parity import NoTorchError, is_installed
from rnn_tui.present.sentences import parity
from rnn_tui.present.sentences import proof as words
from rnn_tui.present.tables.cells import Line
from rnn_tui.session.checks.proof import by_torch, whole_check
from rnn_tui.session.view import StepView
from rnn_tui.tui.dialogs.modal import Modal
from rnn_tui.tui.text import contents
from rnn_tui.tui.toolkit.background import Job

EVERY = 25  # numbers between two reports


class Measured(NamedTuple):
    """How many numbers have been measured; at the end, the rows, and torch's word beside them."""

    done: int
    checks: tuple[ArrayCheck, ...] = ()
    beside: tuple[Line, ...] = ()


class ProofScreen(Modal[None]):
    """A row for each array of the gradient, and one for the batch."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,P,q", "dismiss(None)", "close"),
    ]

    def __init__(self, view: StepView) -> None:
        super().__init__()
        self.view = view

    def compose(self) -> ComposeResult:
        """What is measured, and the rows."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Gradient check"
            dialog.border_subtitle = "esc leave"
            with VerticalScroll():
                yield Static(words.about(self.view), classes="about", markup=False)
                yield Static(words.progress_text(self.view, 0), id="checks", markup=False)

    def begin(self) -> None:
        """Begin to measure."""
        self._background.start(self._measure, self._show, self._show)

    def _measure(self, job: Job[Measured]) -> Measured:
        done = 0

        def watch(places: Sequence[int]) -> Iterator[int]:
            nonlocal done
            for place in places:
                job.check()
                if done % EVERY == 0:
                    job.report(Measured(done))
                yield place
                done += 1

        checks = whole_check(self.view, watch)
        if not is_installed():
            return Measured(done, checks)
        job.report(Measured(done, checks, (parity.LOADING,)))
        return Measured(done, checks, (self._by_torch(),))

    def _by_torch(self) -> Line:
        try:
            return parity.row(by_torch(self.view))
        except NoTorchError as error:
            return parity.unavailable(str(error))

    def _show(self, measured: Measured) -> None:
        if measured.checks:
            checks = self.query_one("#checks", Static)
            room = checks.content_size.width
            lines = words.check_lines(self.view, measured.checks, measured.beside, room)
            checks.update(contents(lines))
        else:
            text = words.progress_text(self.view, measured.done)
            self.query_one("#checks", Static).update(text)
