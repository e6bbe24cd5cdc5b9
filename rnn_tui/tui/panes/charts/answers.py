"""How examples are answered, epoch after epoch: a line an example, and what happened in words."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from rnn_tui.present.charts.answer_curves import lines_alone, of_when
from rnn_tui.present.charts.charts import ChartRow, draw, letter_at
from rnn_tui.present.charts.train_curves import Charted
from rnn_tui.present.sentences.answer_history import (
    answer_sentences,
    no_answers_text,
    sentence_rows,
)
from rnn_tui.session.runs.answer_history import is_followed, known_answers, questions_of
from rnn_tui.session.view import StepView
from rnn_tui.tui.bindings import KEYS
from rnn_tui.tui.panes.charts.chart import KEYS_HELP, ChartPane

FEWEST_ROWS = 9  # of the chart, before sentences have room
LOW = 11  # rows of a chart: with fewer it has its lines alone


class AnswersChart(ChartPane):
    """The probabilities of the right answers, or answers that are numbers beside their targets."""

    METRIC = Charted.ANSWERS
    TITLE = "Probability"
    SHOWS = ("probabilities",)
    HELP_TEXT = (
        "p(target), the probability that the network gives the correct answer, before each "
        "epoch's update: of an example with several outputs their mean. Of two labels an answer "
        "below 0.5 is wrong; from 0.9 up it counts as confident here. Accuracy precedes "
        "confidence: it reaches 100% while the probabilities still rise.\n\n"
        "Up to 8 examples have a line each, with their number on it and a colour of their own, the "
        "one being read in the main colour: a click on a line reads that example. Of more, the "
        "line is their mean, the shade holds the middle half, dots the least and the most. Of a "
        "text each token counts, with its timestep as number. Where answers are numbers, the "
        "output is solid and its target dashed.\n\n"
        "The examples are read again under the weights of each epoch, of a long run every second, "
        "fourth, … one. During a run that is done as far as it takes no time: the title and the "
        "first sentence say of which epoch the newest answers are." + KEYS_HELP
    )

    class Asked(Message):
        """An example was asked for by its line."""

        def __init__(self, example: int) -> None:
            super().__init__()
            self.example = example

    @classmethod
    def title_of(cls, view: StepView) -> str:
        """What is followed of this experiment."""
        if not is_followed(view):
            return cls.TITLE
        what = "p(target)" if view.network.head.has_probabilities else "Output"
        return f"{what}{of_when(view)}"

    def made_from(self, view: StepView) -> tuple[object, ...]:
        """The answers known by now, and the example whose line stands out."""
        return (*super().made_from(view), known_answers(view), view.example, self.is_of_run)

    def nothing(self, view: StepView) -> str:
        """Why there is no picture."""
        nothing = no_answers_text(view, self.is_large)
        return nothing if not is_followed(view) else super().nothing(view) or nothing

    def rows(self, view: StepView, width: int, height: int) -> Sequence[ChartRow]:
        """The chart, and below the large one what happened, as far as there is room."""
        said: Sequence[ChartRow] = ()
        if self.is_large:
            told = answer_sentences(view, running=self.is_of_run)
            said = sentence_rows(told, width, height - FEWEST_ROWS, KEYS["zoom"])
        self._chart_height = height - len(said)
        if self._chart_height < LOW:
            self._plot = lines_alone(self._plot)
            self._write_legend()
        return (*draw(self._plot, width, self._chart_height), *said)

    _chart_height = 0

    def on_click(self, event: events.Click) -> None:
        """A click on a line of the large chart asks for that example, too."""
        if (
            self.is_large
            and self.view is not None
            and not questions_of(self.view.experiment).by_output
        ):
            at = event.screen_offset - self.content_region.offset
            size = self.content_size.width, self._chart_height
            if letter := letter_at(self._plot, *size, at.x, at.y):
                self.post_message(self.Asked(int(letter) - 1))
        super().on_click(event)
