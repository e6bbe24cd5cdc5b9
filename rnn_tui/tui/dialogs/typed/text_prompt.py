"""Ask for the text that the network is to go on from."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from rnn_tui.experiments import Answering, ExperimentError, Vocabulary
from rnn_tui.present.text.text_words import typed_prompt, vocabulary_text
from rnn_tui.tui.dialogs.modal import Modal


class TextPrompt(Modal[tuple[str, ...]]):
    """Gives the tokens of a prompt that the network can read; escape gives None."""

    def __init__(
        self, vocabulary: Vocabulary, text: str, answering: Answering | None = None
    ) -> None:
        super().__init__()
        self.vocabulary = vocabulary
        self.answering = answering
        self.text = text

    def compose(self) -> ComposeResult:
        """What is known, input, and a line for what is wrong with it."""
        known = vocabulary_text(self.vocabulary)
        shown = known if len(known) < 400 else known[:400] + " …"
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Continue this text" if self.answering is None else "Answer to"
            dialog.border_subtitle = "⏎ write · esc leave"
            yield Static(f"Known tokens: {shown}", classes="about", markup=False)
            yield Input(self.text, select_on_focus=True)
            yield Static("", classes="problem", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the tokens back if they are known."""
        tokens = typed_prompt(self.vocabulary, event.value)
        try:
            ids = self.vocabulary.ids(tokens)
            if self.answering is not None:
                self.answering.first(ids)
        except ExperimentError as error:
            self.comment(str(error))
        else:
            self.dismiss(tokens)
