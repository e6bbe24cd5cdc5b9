"""Training runs as figures see them, on short ones."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_tui.engine.training.epochs import run_epochs
from rnn_tui.engine.training.training import Trainer
from rnn_tui.experiments import Experiment, load
from rnn_tui.figures.figure import Figure
from rnn_tui.figures.jobs import FigureJob, jobs_of, value_of
from rnn_tui.figures.runs import FigureMoment, FigureRun


def figure(measure: str, **more: object) -> Figure:
    return Figure("where", "what", ("0",), measure, **more)  # type: ignore[arg-type]


def measured(experiment: Experiment, measure: str, **more: object) -> object:
    value = value_of(FigureMoment(FigureRun(experiment), figure(measure, **more)))
    return value if isinstance(value, str) else value.tolist()


def test_a_run_may_be_asked_in_any_order(sentiment: Experiment) -> None:
    in_order, backwards = FigureRun(sentiment), FigureRun(sentiment)
    for k in (3, 7):
        in_order.state(k)
    backwards.state(7)
    for k in (7, 3, 0):
        assert (in_order.state(k).params.flat == backwards.state(k).params.flat).all()
    assert in_order.records(0, 9) == backwards.records(0, 9)


def test_a_run_keeps_only_what_was_asked_for(sentiment: Experiment) -> None:
    done = []
    run = FigureRun(sentiment, lambda: done.append(1))
    run.state(200)
    assert len(done) == 200
    assert list(run._states) == [0, 200]


def test_an_epoch_of_several_updates_is_summed_up() -> None:
    phrases = load("phrases")
    (summary, _), (second, state) = run_epochs(Trainer(phrases), 2)
    assert measured(phrases, "epoch_loss") == [summary.loss]
    assert measured(phrases, "accuracy 1", epoch=1) == [second.accuracy]
    assert measured(phrases, "test_loss", epoch=1) == [second.test_loss]
    assert measured(phrases, "test_accuracy", epoch=1) == [second.test_accuracy]
    assert measured(phrases, "weight b_y", epoch=2) == state.params.b_y.tolist()


def test_steps_count_from_one() -> None:
    grammar = load("grammar", ("training.lr_decay_every=2", "training.lr_decay=0.5"))
    trainer = Trainer(grammar)
    state, records = trainer.initial_state(), []
    for k in range(3):
        _, record, state = trainer.step(state, k)
        records.append(record)
    assert measured(grammar, "update_loss", step=1) == [records[0].loss / 25]
    assert measured(grammar, "update_norm", step=3) == [records[2].grad_norm]
    assert measured(grammar, "least_norm", step=3) == [min(one.grad_norm for one in records)]
    assert measured(grammar, "learning_rate", step=1) == [0.01]
    assert measured(grammar, "learning_rate", step=2) == [0.005]
    assert measured(grammar, "count all", step=3) == [7256.0]
    radius = np.abs(np.linalg.eigvals(state.params.W_hh)).max()
    assert measured(grammar, "spectral_radius", step=3) == [pytest.approx(radius)]


def test_a_text_of_its_own_is_read() -> None:
    phrases = load("phrases")
    assert measured(phrases, "size timesteps", text="i am very good") == [4.0]
    assert measured(load("hello"), "read_text", text="lol") == "lo"


def test_what_is_written() -> None:
    hello = load("hello")
    untrained = measured(hello, "likeliest h 4")
    assert isinstance(untrained, str)
    assert untrained.startswith("h")
    assert len(untrained) == 5
    grammar = load("grammar")
    share = value_of(FigureMoment(FigureRun(grammar), figure("word_share 400")))
    assert isinstance(share, np.ndarray)
    assert 0 <= share[0] < 0.3
    assert measured(grammar, "word_share 400") == share.tolist()


def test_figures_share_the_runs_that_they_can(sentiment: Experiment) -> None:
    late, early = figure("loss", epoch=5), figure("loss", epoch=2)
    drawn = figure("spread W_hh", seeds=2, overrides=("training.clip=none",))
    also = figure("spread W_xh", seeds=1, overrides=("training.clip=none",))
    assert jobs_of(sentiment, [late, drawn, early, also]) == [
        FigureJob("sentiment", (), (early, late), 6),
        FigureJob("sentiment", ("training.clip=none", "model.seed=0"), (drawn, also), 1),
        FigureJob("sentiment", ("training.clip=none", "model.seed=1"), (drawn,), 1),
    ]
