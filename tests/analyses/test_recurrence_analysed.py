"""Eigenvalues, Jacobian products and saturation, against what they are made of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from analyses.studies import study_of
from hypothesis import given, settings
from making import Case, cases, make_experiment, make_stream

from rnn_tui.analyses import (
    Snapshot,
    Study,
    Unfit,
    eigenvalues,
    jacobians,
    memory,
    moments,
    saturation,
)
from rnn_tui.analyses import snapshots as taken
from rnn_tui.engine.passes.sampling import read
from rnn_tui.engine.passes.trace import trace_example
from rnn_tui.engine.spectrum.flatness import is_flat
from rnn_tui.engine.training.initializers import initial_parameters
from rnn_tui.engine.training.training import Trainer
from rnn_tui.equations.activations import ACTIVATIONS
from rnn_tui.experiments import load


@pytest.mark.parametrize("count", [0, 1, 7, 30_000])
def test_moments(count: int) -> None:
    found = moments(count)
    assert found[0] == 0
    assert found[-1] == count
    assert list(found) == sorted(set(found))
    assert len(found) <= 41


def test_even_moments() -> None:
    assert moments(20, 7) == (0, 7, 14, 20)
    assert moments(14, 7) == (0, 7, 14)
    assert moments(0, 7) == (0,)


def test_snapshots_are_those_of_training() -> None:
    experiment = make_stream()
    trainer = Trainer(experiment)
    state = trainer.initial_state()
    for k in range(5):
        state = trainer.advance(state, k)[1]
    seen = [one for one in taken(trainer, (0, 2, 5)) if one is not None]
    assert [one.updates for one in seen] == [0, 2, 5]
    assert np.array_equal(seen[-1].params.flat, state.params.flat)


def test_the_path_begins_at_the_initialiser() -> None:
    experiment = make_stream()
    found = eigenvalues.path(study_of(experiment))
    wanted = np.linalg.eigvals(initial_parameters(experiment).W_hh)
    assert np.sort_complex(found.values[0]) == pytest.approx(np.sort_complex(wanted))
    assert found.radius == pytest.approx(np.abs(found.values).max(axis=1))
    assert found.outside.tolist() == [(np.abs(row) > 1 + 1e-9).sum() for row in found.values]
    assert not np.allclose(found.values[0], found.values[-1])


@given(cases())
@settings(max_examples=40, deadline=None)
def test_products_are_the_derivatives_of_states(case: Case) -> None:
    """∂h_T/∂h_k by central differences: the state k is moved and the rest read again."""
    example, net, params = case.examples[0], case.net, case.params
    T, H = example.length, params.layout.hidden_size
    h = trace_example(params, net, example).h
    x = params.E[example.ids] if example.inputs is None else example.inputs
    if net.layers[-1].activation.name == "relu" and (h[1:] < 1e-4).any():
        return  # near its kink a difference is no derivative

    def last(k: int, state: np.ndarray) -> np.ndarray:
        for t in range(k, T):
            (layer,) = net.stack(example.encodes(t))
            W_xh, W_hh, b_h = (params[f"{name}{layer.suffix}"] for name in ("W_xh", "W_hh", "b_h"))
            state = layer.activation.of(W_xh @ x[t] + W_hh @ state + b_h)
        return state

    right = trace_example(params, replace(net, fault=None), example)
    for back, product in enumerate(jacobians.products(right, T, T)):
        k = T - back
        steps = 1e-5 * np.eye(H)
        numeric = np.array([last(k, h[k] + e) - last(k, h[k] - e) for e in steps]).T / 2e-5
        assert product == pytest.approx(numeric, abs=1e-7, rel=1e-5)


def test_half_life_of_a_network_that_halves() -> None:
    """A linear recurrence ½ I: relu, all states positive."""
    weights = {
        "W_xh": np.ones((2, 4)), "W_hh": 0.5 * np.eye(2), "b_h": np.ones(2),
        "W_hy": np.zeros((2, 2)), "b_y": np.zeros(2),
    }  # fmt: skip
    model = {"hidden_size": 2, "activation": "relu", "init": "given", "weights": weights}
    found = jacobians.measure(study_of(make_experiment((6, 6), model), 0))
    assert found.half_life == pytest.approx(1.0)
    assert found.norms == pytest.approx(np.tile(0.5 ** np.arange(7.0), (2, 1)))
    assert found.radii == pytest.approx(found.norms)
    assert found.factors == pytest.approx(np.full((2, 6), 0.5))


@pytest.mark.parametrize(
    ("activation", "h", "wanted"),
    [
        ("tanh", [0.0, 0.949, 0.951, -0.96, -0.94], [0, 0, 1, 1, 0]),
        ("sigmoid", [0.5, 0.96, 0.99, 0.01, 0.04], [0, 0, 1, 1, 0]),
        ("relu", [0.0, 0.1, 40.0], [1, 0, 0]),
    ],
)
def test_what_is_saturated(activation: str, h: list[float], wanted: list[int]) -> None:
    assert is_flat(ACTIVATIONS[activation], np.array(h)).tolist() == wanted


@pytest.mark.parametrize(("cell", "layers"), [("lstm", 1), ("gru", 1), ("lstm", 2)])
def test_every_cell_is_analysed(cell: str, layers: int) -> None:
    """Against central differences of reading on, and what is squashed by hand."""
    experiment = load(
        "hello",
        [f"model.cell={cell}", f"model.layers={layers}", "data.text=hello hello hello hello"],
    )
    study = study_of(experiment, 3)
    (trace,), (states,) = study.traces(study.now), study.all_states(study.now)
    vocabulary, ids = experiment.vocabulary, study.examples[0].ids
    for back, product in enumerate(jacobians.products(trace, 6, 3)):
        steps = 1e-6 * np.eye(states.shape[1])
        ends = [
            [read(study.now, study.net, vocabulary, ids[6 - back : 6], states[6 - back] + e)[-1]
             for e in (step, -step)]
            for step in steps
        ]  # fmt: skip
        numeric = np.array([up - down for up, down in ends]).T / 2e-6
        assert product == pytest.approx(numeric, abs=1e-7)
    found = jacobians.measure(study)
    assert np.isfinite(found.norms).all()
    squashed = trace.c[1:] if cell == "lstm" else np.arctanh(trace.n)
    assert saturation.saturated(trace).tolist() == (np.abs(np.tanh(squashed)) > 0.95).tolist()
    measured = saturation.measure(study)
    assert measured.share.shape == (len(study.snapshots), 3)
    big = study.now.with_flat(100 * study.now.flat)
    full = saturation.measure(Study.of(experiment, [Snapshot(0, big)])).gates
    assert list(full) == (["i", "f", "o"] if cell == "lstm" else ["r", "z"])
    (last,) = study.traces(big)
    for name, share in full.items():
        gate = last.layers[-1][name]
        assert share["open"] == pytest.approx(np.mean(gate > 0.9750))
        assert share["closed"] == pytest.approx(np.mean(gate < 0.0250))
        assert share["open"] + share["closed"] > 0.2
    with pytest.raises(Unfit, match="it needs one recurrent matrix, and this has W_h"):
        eigenvalues.path(study)
    at = np.array([4, 6])
    moved = memory.ablated(study.now, study.net, vocabulary, ids, states, at, 2)
    assert moved.shape == (3,)
    assert (moved > 0).all()


def test_saturation_is_a_share_of_timesteps() -> None:
    study = study_of(make_experiment((4, 4), {"hidden_size": 2}), 3)
    found = saturation.measure(study)
    assert found.share.shape == (len(study.snapshots), 2)
    big = study.now.with_flat(100 * study.now.flat)
    full = saturation.measure(Study.of(study.experiment, [Snapshot(0, big)]))
    states = np.vstack([h[1:] for h in study.states(big)])
    assert full.share[0].tolist() == [float(np.mean(np.abs(states[:, u]) > 0.95)) for u in (0, 1)]
    assert full.mean[0] > 0.5


def test_weights_that_are_lost_are_refused() -> None:
    study = study_of(make_stream(), 0)
    lost = study.now.with_flat(np.full_like(study.now.flat, np.nan))
    with pytest.raises(Unfit, match="after update 9 are not finite"):
        Study.of(study.experiment, [Snapshot(9, lost)])
