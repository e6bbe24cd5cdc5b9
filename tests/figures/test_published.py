"""Published figures: the verdicts, and the data behind them."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_tui.experiments import Experiment
from rnn_tui.figures import Figure, Verdict, check_figures, read_figures
from rnn_tui.figures.measures import MEASURES
from rnn_tui.figures.published import files, judge


@pytest.mark.parametrize(
    ("published", "measured", "verdict"),
    [
        ("0.1399", 0.139949, Verdict.MATCH),
        ("0.1400", 0.139949, Verdict.LAST_DIGIT),
        ("0.1400", 0.139849, Verdict.MISMATCH),
        ("0.5", 0.45, Verdict.MATCH),
        ("29", 28.88, Verdict.MATCH),
        ("29", 27.4, Verdict.MISMATCH),
        ("-0.0660", -0.065973, Verdict.MATCH),
        ("1.0", float("nan"), Verdict.MISMATCH),
        ("1.0", float("inf"), Verdict.MISMATCH),
    ],
)
def test_a_verdict(published: str, measured: float, verdict: Verdict) -> None:
    figure = Figure("where", "what", (published,), "loss")
    assert judge(figure, np.array([measured])) is verdict


def test_the_worst_number_of_a_row_decides() -> None:
    figure = Figure("where", "what", ("0.1", "0.2"), "loss")
    assert judge(figure, np.array([0.1, 0.3])) is Verdict.LAST_DIGIT
    assert judge(figure, np.array([0.1])) is Verdict.MISMATCH


def test_an_erratum_must_not_match() -> None:
    figure = Figure("where", "what", ("0.9",), "loss", why="The listing contradicts itself.")
    assert judge(figure, np.array([0.5])) is Verdict.ERRATUM
    assert judge(figure, np.array([0.9])) is Verdict.MISMATCH


def test_nothing_published_of_sentiment_is_contradicted(sentiment: Experiment) -> None:
    results = list(check_figures(sentiment))
    verdicts = [result.verdict for result in results]
    assert len(results) >= 150
    assert Verdict.MISMATCH not in verdicts
    assert verdicts.count(Verdict.ERRATUM) == 15


def test_every_measure_is_used_and_no_figure_stands_twice() -> None:
    figures = [figure for path in files() for figure in read_figures(path.stem)]
    assert {figure.measure.split()[0] for figure in figures} == set(MEASURES)
    assert len(set(figures)) == len(figures)


def test_nothing_is_published_of_an_unknown_experiment() -> None:
    assert read_figures("none such") == ()
