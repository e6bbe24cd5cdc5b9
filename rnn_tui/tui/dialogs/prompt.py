"""Small questions: a number, or a sentence with its label."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from rnn_tui.characters import visible
from rnn_tui.experiments import Example, ExperimentError
from rnn_tui.experiments.load import encode
from rnn_tui.session.edits.typed import typed_example
from rnn_tui.session.view import StepView
from rnn_tui.tui.dialogs.modal import Modal
from rnn_tui.tui.widgets.choice import Choice

MOST_DIGITS = 16  # and a sign: Python refuses to read thousands
NUMBER = re.compile(rf"-?[0-9]{{1,{MOST_DIGITS}}}")
LEFT_EMPTY = "the answers wanted; left empty, those of the data or the network's own"


class NumberPrompt(Modal[int | None]):
    """Ask for a whole number; escape gives None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "cancel")]

    def __init__(
        self, question: str, about: str, default: int, refuse: Callable[[int], str]
    ) -> None:
        """`refuse` says in a sentence why a number won't do, or nothing."""
        super().__init__()
        self.question = question
        self.about = about
        self.default = default
        self.refuse = refuse

    def compose(self) -> ComposeResult:
        """Question, input, and a line for what is wrong with it."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self.question
            dialog.border_subtitle = "enter: do it · esc: leave"
            yield Static(self.about, classes="about")
            yield Input(
                str(self.default), restrict="-?[0-9]*", max_length=MOST_DIGITS, select_on_focus=True
            )
            yield Static("", classes="problem")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the number back if it will do."""
        text = event.value.strip()
        problem = "a whole number, such as 10, is needed"
        if NUMBER.fullmatch(text):
            problem = self.refuse(int(text))
            if not problem:
                self.dismiss(int(text))
                return
        self.query_one(".problem", Static).update(problem)


class SentencePrompt(Modal[Example | None]):
    """Ask for a text and the answers it should get, where it has any; escape gives None.

    One answer is chosen, at first that of the example at hand; more are typed, or left to the
    data and the network.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "cancel")]

    def __init__(self, view: StepView) -> None:
        super().__init__()
        self.view = view
        self.experiment = view.experiment
        self.text = view.current.text

    def compose(self) -> ComposeResult:
        """Input, labels, the words that are known."""
        known = self.experiment.vocabulary.tokens
        stream = self.experiment.stream is not None
        words = "  ".join(map(visible, known[:200])) + ("  …" if len(known) > 200 else "")
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Type a text" if stream else "Type a sentence"
            once = self.experiment.answers_once
            to_target = "" if stream else " · tab, ← →: target" if once else " · tab: answers"
            dialog.border_subtitle = f"enter: read it{to_target} · esc: leave"
            yield Static(f"Known: {words}", classes="about", markup=False)
            yield Input(self.text, select_on_focus=True)
            if not (stream or once):
                yield Input(placeholder=LEFT_EMPTY, id="wanted")
            if once:
                yield Choice(self.experiment.labels, self.view.current.targets[-1])
            yield Static("", classes="problem", markup=False)

    @on(Input.Submitted)
    @on(Choice.Submitted)
    def _submitted(self) -> None:
        """Give the example back if its words are known."""
        try:
            self.dismiss(self._example(self.query(Input).first().value))
        except ExperimentError as error:
            self.query_one(".problem", Static).update(str(error))

    def _example(self, text: str) -> Example:
        """The text with its answers. Raises ExperimentError."""
        if self.experiment.stream is None and not self.experiment.answers_once:
            return typed_example(self.view, text, self.query_one("#wanted", Input).value or None)
        choice = self.query(Choice)
        return encode(self.experiment, text, choice.first().chosen if choice else 0)
