"""What is being read, what is wanted and what the network says."""

from __future__ import annotations

from types import MappingProxyType

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from rnn_tui.characters import cell_width, visible
from rnn_tui.present.answers import APART, shorter
from rnn_tui.present.charts.network.overview import Places, evenly, overview
from rnn_tui.present.sentences.progress import progress
from rnn_tui.present.sentences.proof import CHECKING, proof_line
from rnn_tui.present.sentences.status import answer, sentence
from rnn_tui.present.tables.cells import Span, width_of
from rnn_tui.present.tables.strip import likeliest, strip
from rnn_tui.present.tables.tables import ExamplesTable
from rnn_tui.session.checks.proof import is_proof_at_hand, proof
from rnn_tui.session.view import StepView
from rnn_tui.tui.explorer.layout import TITLES
from rnn_tui.tui.panes.charts.measuring import MeasuringPane
from rnn_tui.tui.panes.network import NetworkView
from rnn_tui.tui.table.table import TableView
from rnn_tui.tui.text import BORDER_EDGES, content, contents, update_text
from rnn_tui.tui.widgets.figures import Figures

LEAST_SENTENCE = 24  # cells that an answer leaves to the tokens, if these are that long


class TokensPane(MeasuringPane):
    """Input tokens with the current one marked, with their answers.

    One answer: target and prediction, then every example. An answer at every
    timestep: a strip of columns, and the likeliest next tokens.
    """

    TITLE = TITLES["tokens"]
    SHOWS = ("tokens",)
    HELP_TEXT = (
        "The tokens in the order of reading. The marked one is the current timestep.\n\n"
        "Where there is one answer, it stands on the right with its target. Below is every "
        "example with the predicted label, the probability, the loss in nats and whether it is "
        "right, under the current weights. The row of the example being read stays empty until it "
        "has an answer. Where the pass above has older weights or a patch, both say so. A text of "
        "your own is judged only if you give it a label. ⏎ or a click reads another example.\n\n"
        "Where every token has an answer, each column has the token read, the correct next one, "
        "the predicted one, and the probability of the correct one. Below are the likeliest next "
        "tokens at the cursor. Where answers are numbers, targets and errors stand in their "
        "place. A bar separates encoder and decoder; only the decoder has answers. ∅ means: "
        "nothing is read there; a dot: not computed yet.\n\n"
        "Of a long pass all timesteps stand below, where there is room: the state of the chosen "
        "unit (+ above 0, − below) or the token, and what is left of ∂L/∂h in percent. Where not "
        "all fit, the first line is a heat of all. ┆ marks where less than 1% is left. The arrows "
        "choose a number, ⏎ explains it.\n\n"
        "On the lower border stands the gradient check: the largest gradient of W_hh of the "
        "chosen unit, from backpropagation (analytic) and from two losses, (L(w+ε) − L(w−ε))/2ε "
        "(numeric). In the update it is that of the batch."
    )

    _places: Places = MappingProxyType({})  # of the columns of timesteps

    def compose(self) -> ComposeResult:
        """The sentence line with the table of examples, or the strip over the whole pass."""
        with Horizontal(id="sentence-line"):
            yield Static(id="sentence")
            yield Figures(id="answer")
        yield TableView(id="examples")
        yield Figures(id="strip")
        yield NetworkView(id="pass")

    def on_resize(self) -> None:
        """Another width shows another part of a long text."""
        if self.view is not None:
            if self.view.experiment.answers_once:
                self._write_answer(self.view)
            self.call_after_refresh(self._write, self.view)

    def watch_unit(self) -> None:
        """Another unit's gradients are checked."""
        if self.view is not None:
            self._write_check(self.view)
            if self._places:
                self._draw_pass(self.view)

    def _write_check(self, view: StepView) -> None:
        unit = self.unit
        if is_proof_at_hand(view, unit):
            self.write_below(content(proof_line(view, unit, self.size.width - BORDER_EDGES)))
            return
        self.write_below(content(CHECKING))
        self.measure(lambda: proof(view, unit))

    def _write_progress(self, view: StepView) -> None:
        """How far the update is, beside the title of the pane at the top of the page."""
        title = f"{self.TITLE} ─ "
        line = progress(view, self.size.width - BORDER_EDGES - len(title))
        self.write_above(content((Span(title), *line)))

    def _write(self, view: StepView) -> None:
        self._write_check(view)
        self._write_progress(view)
        if not view.experiment.answers_once:
            made = self.query_one("#strip", Figures)
            shown = strip(view, made.content_size.width)
            made.update(contents((*shown.lines, likeliest(view))), layout=False)
            self._places = shown.places
            self._draw_pass(view)
            return
        line = self.query_one("#sentence", Static)
        line.update(content(sentence(view, line.content_size.width)), layout=False)
        self._places = evenly(view, self.query_one(NetworkView).content_size.width)
        self._draw_pass(view)

    def _draw_pass(self, view: StepView) -> None:
        """All timesteps below the strip, where the pane has lines for them."""
        canvas = self.query_one(NetworkView)
        width = canvas.content_size.width
        canvas.drawing = overview(view, width, self.unit, self._places) if width else None

    def _write_answer(self, view: StepView) -> None:
        """The answer at the right of the sentence, in as many words as leave it room."""
        line = self.query_one("#sentence-line")
        room = line.content_size.width or self.size.width - BORDER_EDGES
        words = cell_width(view.experiment.vocabulary.join(list(map(visible, view.current.tokens))))
        left = room - min(words, LEAST_SENTENCE) - len(APART)
        fits = (one for one in shorter(answer(view)) if width_of(one) <= left)
        update_text(self.query_one("#answer", Figures), content(next(fits, ())))

    def show(self, view: StepView) -> None:
        """Draw a view."""
        everywhere = not view.experiment.answers_once
        self.set_class(everywhere, "-everywhere")
        if not everywhere:
            self._write_answer(view)
            self.query_one(TableView).table = ExamplesTable(view)
        self.call_after_refresh(self._write, view)
