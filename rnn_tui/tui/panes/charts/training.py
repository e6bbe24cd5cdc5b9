"""The charts of a training."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_tui.experiments import Experiment
from rnn_tui.present.charts.charts import ChartRow, draw
from rnn_tui.present.charts.train_curves import Charted, metrics_of
from rnn_tui.present.sentences.answer_history import sentence_rows
from rnn_tui.present.sentences.ratio_words import ratio_sentences
from rnn_tui.session.view import StepView
from rnn_tui.tui.bindings import KEYS
from rnn_tui.tui.panes.charts.answers import FEWEST_ROWS, AnswersChart
from rnn_tui.tui.panes.charts.chart import KEYS_HELP, ChartPane


class LossChart(ChartPane):
    """The losses."""

    METRIC = Charted.LOSS
    TITLE = "Loss"
    HELP_TEXT = (
        "Mean loss per output, in nats, by epoch; by step where the data is one long text. That "
        "of an epoch is measured before its update, and the last point is the loss under the "
        "current weights; with several updates an epoch it is the mean over them.\n\n"
        "The dashed curve is the loss on held-back data: when it rises while the other falls, the "
        "network overfits. The floor is the entropy of the text's source: no model is better on "
        "average.\n\n"
        "Dotted curves are pinned runs, named by their changes. Where there are more points than "
        "columns, the line is their mean and the shade the range, so that no spike is lost. "
        "Dashed verticals are changes." + KEYS_HELP
    )


class AccuracyChart(ChartPane):
    """The share of outputs answered right."""

    METRIC = Charted.ACCURACY
    TITLE = "Accuracy"
    HELP_TEXT = (
        "Share of outputs that are right: solid on the training data, dashed on held-back data. "
        "The loss can fall while the accuracy stays, since it also measures confidence. Where "
        "answers are numbers, the mean absolute error takes its place." + KEYS_HELP
    )

    @classmethod
    def title_of(cls, view: StepView) -> str:
        """The mean absolute error, where answers are numbers."""
        return cls.TITLE if view.experiment.has_classes else "Mean absolute error"


class NormChart(ChartPane):
    """The gradient's norm and its limit."""

    METRIC = Charted.NORM
    TITLE = "Gradient norm"
    HELP_TEXT = (
        "‖g‖, the norm of the gradient before clipping; of an epoch with several updates, the "
        "largest. × marks clipping: by norm the gradient is scaled down to the limit and keeps "
        "its direction, by value each number is limited, which may turn it.\n\n"
        "A norm that shoots up is an exploding gradient; near 0 while the loss stays high, a "
        "vanishing one. The limit is drawn where the curve is near it." + KEYS_HELP
    )


class RadiusChart(ChartPane):
    """The spectral radius of W_hh."""

    METRIC = Charted.RADIUS
    TITLE = "Spectral radius"
    HELP_TEXT = (
        "ρ(W_hh), the largest |eigenvalue| of W_hh. Well below 1, memories and gradients fade "
        "over time; above 1 they can grow, as far as the slope of the activation allows. A cell "
        "with gates has several such matrices and no chart of this.\n\n"
        "The eigenvalues of many units take long: during a run they are computed less often, and "
        "the legend says how often." + KEYS_HELP
    )


class RateChart(ChartPane):
    """The learning rate."""

    METRIC = Charted.RATE
    TITLE = "Learning rate"
    HELP_TEXT = (
        "The learning rate of each update, after its decay: lr · lr_decay^⌊k / lr_decay_every⌋ at "
        "update k = 1, 2, … Too large and the loss jumps or diverges, too small and nothing "
        "happens." + KEYS_HELP
    )


class RatioChart(ChartPane):
    """How far updates move the weights."""

    METRIC = Charted.RATIO
    TITLE = "Update : weights"
    SCALE = " · log₁₀"
    HELP_TEXT = (
        "log₁₀(‖ΔW‖ / ‖W‖), how far an update moves a matrix against how long it is: of W_hh, or "
        "the first recurrent matrix, and dashed of the readout's. The last update of an epoch, or "
        "of 100 steps, is measured.\n\n"
        "About −3, a thousandth of the weights, is usual. Far above it steps overshoot: the "
        "learning rate is too high. Far below it nothing moves: it is too low, or the gradient is "
        "clipped or has vanished. −∞: the matrix did not move at all. Below the large chart that "
        "stands in words." + KEYS_HELP
    )

    def rows(self, view: StepView, width: int, height: int) -> Sequence[ChartRow]:
        """The chart, and below the large one what its newest values say."""
        said: Sequence[ChartRow] = ()
        if self.is_large:
            said = sentence_rows(ratio_sentences(view), width, height - FEWEST_ROWS, KEYS["zoom"])
        return (*draw(self._plot, width, height - len(said)), *said)


CHARTS: tuple[type[ChartPane], ...] = (
    LossChart, AccuracyChart, AnswersChart, NormChart, RadiusChart, RateChart, RatioChart,
)  # fmt: skip


def charts_of(experiment: Experiment) -> list[type[ChartPane]]:
    """The charts that an experiment has."""
    return [kind for kind in CHARTS if kind.METRIC in metrics_of(experiment)]
