"""Small questions: a number, or a sentence with its label."""

from __future__ import annotations

import re
from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from rnn_tui.characters import visible
from rnn_tui.experiments import Example, ExperimentError
from rnn_tui.present.answers import NO_LABEL
from rnn_tui.present.capitals import sentence_case
from rnn_tui.session.edits.typed import typed_example
from rnn_tui.session.edits.typed_rows import about_rows, reads_rows, rows_in
from rnn_tui.session.view import StepView
from rnn_tui.tui.dialogs.modal import Modal
from rnn_tui.tui.widgets.choice import Choice

MOST_DIGITS = 16  # and a sign: Python refuses to read thousands
NUMBER = re.compile(rf"-?[0-9]{{1,{MOST_DIGITS}}}")
NUMBERS = "targets; empty: those of the data, or none"
LEFT_EMPTY = "labels; empty: those of the data, or none"


class NumberPrompt(Modal[int]):
    """Ask for a whole number; escape gives None."""

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
            dialog.border_subtitle = "⏎ do it · esc leave"
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
        self.comment(problem)


class SentencePrompt(Modal[Example]):
    """Ask for a text and the answers it should get, where it has any; escape gives None.

    One answer is chosen, or none, as it stands at first; more are typed, or left to the data
    and the network.
    """

    def __init__(self, view: StepView) -> None:
        super().__init__()
        self.view = view
        self.experiment = view.experiment
        self.text = rows_in(view.current) if reads_rows(view.experiment) else view.current.text

    def compose(self) -> ComposeResult:
        """Input, labels, the words that are known."""
        known = self.experiment.vocabulary.tokens
        stream = self._is_text
        words = "  ".join(map(visible, known[:200])) + ("  …" if len(known) > 200 else "")
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Type a text" if stream else "Type a sentence"
            once = self.experiment.answers_once and self.experiment.has_classes
            to_target = "" if stream else " · tab, ← → label" if once else " · tab answers"
            dialog.border_subtitle = f"⏎ read it{to_target} · esc leave"
            about = f"Known tokens: {words}"
            if reads_rows(self.experiment):
                dialog.border_title, about = "Type rows", sentence_case(about_rows(self.experiment))
            yield Static(about, classes="about", markup=False)
            yield Input(self.text, select_on_focus=True)
            if not (stream or once):
                has_classes = self.experiment.has_classes
                yield Input(placeholder=LEFT_EMPTY if has_classes else NUMBERS, id="wanted")
            if once:
                yield Choice((NO_LABEL, *self.experiment.labels), self._first_choice)
            yield Static("", classes="problem", markup=False)

    @property
    def _is_text(self) -> bool:
        """Whether each token answers those before it, so that no answers can be asked for."""
        return self.experiment.stream is not None and self.experiment.has_classes

    @property
    def _first_choice(self) -> int:
        """No label; or that of the typed text at hand, which is typed again."""
        current = self.view.current
        return 1 + current.targets[-1] if self.view.typed and current.labelled else 0

    @on(Input.Submitted)
    @on(Choice.Submitted)
    def _submitted(self) -> None:
        """Give the example back if its words are known."""
        try:
            self.dismiss(self._example(self.query(Input).first().value))
        except ExperimentError as error:
            self.comment(str(error))

    def _example(self, text: str) -> Example:
        """The text with its answers. Raises ExperimentError."""
        return typed_example(self.view, text, self._wanted)

    @property
    def _wanted(self) -> str | None:
        """The label that was chosen, or the answers that were typed."""
        if self._is_text:
            return None
        if not (self.experiment.answers_once and self.experiment.has_classes):
            return self.query_one("#wanted", Input).value or None
        chosen = self.query_one(Choice).chosen
        return self.experiment.labels[chosen - 1] if chosen else None
