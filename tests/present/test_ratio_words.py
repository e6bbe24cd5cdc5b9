"""What the ratio of an update to the weights says in words, and where a level has its name."""

import numpy as np

from rnn_tui.engine.spectrum.moving import USUAL
from rnn_tui.experiments import load
from rnn_tui.present.charts.paint import painted
from rnn_tui.present.charts.plot import Curve, Level, Plot
from rnn_tui.present.charts.scale import AxisScale
from rnn_tui.present.digits import left
from rnn_tui.present.sentences.ratio_words import ratio_sentences
from rnn_tui.session.session import Session


def told(*overrides: str) -> tuple[str, ...]:
    session = Session(load("sentiment", list(overrides)))
    assert ratio_sentences(session.view) == ()
    session.epochs(1)
    return ratio_sentences(session.view)


def test_it_is_said_whether_updates_are_large() -> None:
    session = Session(load("sentiment"))
    session.epochs(1)
    first, second = ratio_sentences(session.view)
    for text, ratio in zip((first, second), session.view.history.observed[-1].ratios, strict=True):
        assert left(10**ratio) in text
        high = ratio > USUAL + 1
        assert ("rather high" in text) == high
    assert second.startswith("W_hy moved by 8.7% of its length")


def test_small_and_no_updates_are_told_apart() -> None:
    assert all("is small" in text for text in told("training.learning_rate=1e-6"))
    frozen = told('training.freeze=["W_hh"]')
    assert frozen[0] == "W_hh did not move (0, whose logarithm is −∞)."


def test_a_level_is_named_on_its_line_or_not_at_all() -> None:
    """A name one row off would seem to be another height."""
    x = np.linspace(0, 40, 400)
    curves = Curve.of("", x, -3 + 7 * np.sin(9 * x)), Curve.of("", x, np.where(x > 20, -3.0, 4))
    found = []
    for curve in curves:
        plot = Plot((curve,), (Level("usual, −3", USUAL),), last=40.0)
        rows = painted(plot, AxisScale(-10, 4), 60, 15).lines()
        named = [y for y, row in enumerate(rows) if "usual" in "".join(text for text, _ in row)]
        assert set(named) <= {7}
        found.append(bool(named))
    assert found == [False, True]
