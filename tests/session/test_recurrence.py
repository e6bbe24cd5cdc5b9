"""Metrics that cost: computed when shown or sampled, once for the same parameters."""

from __future__ import annotations

from dataclasses import replace

import pytest
from making import make_experiment, make_stream

from rnn_tui.engine.spectrum.spectrum import spectral_radius
from rnn_tui.engine.training.training import Trainer
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Experiment, load
from rnn_tui.session.checks import recurrence
from rnn_tui.session.checks.recurrence import CHEAP, OfRecurrence
from rnn_tui.session.computed_once import MOST_KEPT
from rnn_tui.session.runs import records
from rnn_tui.session.runs.records import radius_every, usual_every
from rnn_tui.session.runs.timeline import Timeline
from rnn_tui.session.session import Session


def of_units(units: int, length: int = 5) -> Experiment:
    experiment = make_stream(steps=50)
    training = replace(experiment.training, sequence_length=length)
    model = replace(experiment.model, hidden_size=units)
    return replace(experiment, model=model, training=training)


def test_the_same_parameters_are_computed_once() -> None:
    seen: list[int] = []

    def compute(params: Parameters) -> int:
        seen.append(id(params))
        return len(seen)

    kept = OfRecurrence(compute)
    trainer = Trainer(of_units(CHEAP + 1))
    states = [trainer.initial_state().params for _ in range(MOST_KEPT + 1)]
    assert not kept.is_at_hand(states[0])
    assert [kept(states[0]), kept(states[0])] == [1, 1]
    assert kept.is_at_hand(states[0])
    for one in states:
        kept(one)
    assert len(seen) == len(states)
    assert not kept.is_at_hand(states[0]), "the oldest one goes"
    small = Trainer(of_units(CHEAP)).initial_state().params
    assert kept.is_at_hand(small), "it takes no time"


def test_a_view_of_many_units_waits_for_no_eigenvalues(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh: OfRecurrence[float] = OfRecurrence(lambda params: spectral_radius(params.W_hh))
    monkeypatch.setattr(recurrence, "radius", fresh)
    monkeypatch.setattr(records, "radius", lambda params: 0.5)
    shown = Session(of_units(CHEAP + 1)).view
    before = shown.radius_at_hand
    assert before is None
    assert shown.radius == spectral_radius(shown.params.W_hh)
    assert shown.radius_at_hand == shown.radius
    few = Session(of_units(4)).view
    assert few.radius_at_hand == few.radius


@pytest.mark.parametrize("units", [3, 32, 33, 64, 512])
def test_a_radius_is_the_more_seldom_the_more_it_costs(units: int) -> None:
    trainer = Trainer(of_units(units))
    usual, found = usual_every(trainer), radius_every(trainer)
    assert found % usual == 0
    times = found // usual
    assert times & (times - 1) == 0, "a power of two"
    if units <= 32:
        assert times == 1
    else:
        tokens = trainer.experiment.train[0].length
        assert found >= 4 * units / tokens / 0.03 > found / 2


@pytest.mark.parametrize("sentences", [60, 2000, 8000])
def test_a_validation_text_is_read_the_more_seldom_the_longer_it_is(sentences: int) -> None:
    trainer = Trainer(load("grammar", [f"data.sentences={sentences}", "model.hidden_size=8"]))
    read, tokens = trainer.experiment.test[0].length, trainer.experiment.train[0].length
    every = usual_every(trainer)
    times = every // 100
    assert (every % 100, times & (times - 1)) == (0, 0), "100 by a power of two"
    assert read <= 0.5 * every * tokens
    assert every == 100 or read > 0.25 * every * tokens, "and no more seldom than needed"


def test_test_figures_stand_without_a_radius_between(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[Parameters] = []

    def radius(params: Parameters) -> float:
        measured.append(params)
        return 0.5

    monkeypatch.setattr(records, "radius", radius)
    trainer = Trainer(make_experiment())
    timeline = Timeline(trainer, trainer.initial_state())
    observations = timeline.observations
    observations.radius_every = 4 * observations.every
    timeline.state(8 * observations.every)
    made = observations.until(10**9)
    assert [one.radius for one in made] == [0.5, None, None, None] * 2 + [0.5]
    assert len(measured) == 3
