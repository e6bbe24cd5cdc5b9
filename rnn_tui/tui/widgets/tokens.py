"""The sentence being read, and all examples with what the network says of them."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from rnn_tui.present.status import answer, sentence
from rnn_tui.present.tables import ExamplesTable
from rnn_tui.session.view import StepView
from rnn_tui.tui.text import content, update_text
from rnn_tui.tui.widgets.pane import Pane
from rnn_tui.tui.widgets.table import TableView


class TokensPane(Pane):
    """Input tokens with the current one marked, target and prediction, then every example."""

    TITLE = "Tokens"
    HELP_TEXT = (
        "The sentence as the network reads it. The marked token is the one under the cursor; "
        "those after it are still to come. On the right the target, and the prediction once "
        "the forward pass has reached it.\n\n"
        "Below, every example with the network's probability, its loss in nats and whether it is "
        "right, under the weights as they are now. The row of the sentence being read stays "
        "empty until it has been answered. Enter or a click reads another example."
    )

    def compose(self) -> ComposeResult:
        """The sentence line and the table of examples."""
        with Horizontal(id="sentence-line"):
            yield Static(id="sentence")
            yield Static(id="answer")
        yield TableView(id="examples")

    def on_resize(self) -> None:
        """Another width shows another part of a long sentence."""
        if self.view is not None:
            self.call_after_refresh(self._write_sentence, self.view)

    def _write_sentence(self, view: StepView) -> None:
        line = self.query_one("#sentence", Static)
        line.update(content(sentence(view, line.content_size.width)), layout=False)

    def show(self, view: StepView) -> None:
        """Draw a view."""
        update_text(self.query_one("#answer", Static), content(answer(view)))
        self.call_after_refresh(self._write_sentence, view)
        self.query_one(TableView).table = ExamplesTable(view)
