"""Drawing tokens: the distribution, the temperature, and what is read in between."""

from __future__ import annotations

from itertools import islice

import numpy as np
import plain_vanilla
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import embedded, make_parameters, make_stream

from rnn_tui.arrays import Floats
from rnn_tui.engine.passes.sampling import next_token_probabilities, read, sample
from rnn_tui.equations.network import Network
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import Experiment

LEARNED = st.sampled_from([0, 2])
SEEDS = st.integers(0, 1000)


def made(
    learned: int = 0, seed: int = 0, scale: float = 0.7
) -> tuple[Experiment, Network, Parameters]:
    experiment = make_stream(learned=learned)
    return experiment, experiment.network, make_parameters(experiment.layout, seed, scale)


def softmax(y: Floats) -> Floats:
    e = np.exp(y - y.max())
    return np.asarray(e / e.sum())


@given(learned=LEARNED, seed=SEEDS, length=st.integers(1, 6))
def test_reading_is_the_cells_forward_pass(learned: int, seed: int, length: int) -> None:
    experiment, net, params = made(learned, seed)
    rng = np.random.default_rng(seed)
    ids, h = rng.integers(0, 4, length), rng.standard_normal(3)
    states = read(params, net, experiment.vocabulary, ids, h)
    assert states.shape == (length + 1, 3)
    np.testing.assert_array_equal(states[0], h)
    for t, x in enumerate(embedded(params, experiment.vocabulary, ids)):
        h = plain_vanilla.step(params, x, h)
        np.testing.assert_allclose(states[t + 1], h, rtol=1e-12, atol=1e-14)
    assert not read(params, net, experiment.vocabulary, ids)[0].any()


@given(learned=LEARNED, seed=SEEDS, temperature=st.floats(0.05, 20))
def test_the_temperature_divides_the_logits(learned: int, seed: int, temperature: float) -> None:
    _, net, params = made(learned, seed)
    h = np.random.default_rng(seed).standard_normal(3)
    y = params.W_hy @ h + params.b_y
    p = next_token_probabilities(params, net, h, temperature)
    np.testing.assert_allclose(p, softmax(y / temperature), rtol=1e-9)
    assert p.sum() == pytest.approx(1)
    hotter = next_token_probabilities(params, net, h, 2 * temperature)
    assert hotter.max() <= p.max() + 1e-12, "heat levels"


@given(learned=LEARNED, seed=SEEDS, draws=st.integers(0, 50))
def test_at_temperature_0_the_likeliest_is_taken(learned: int, seed: int, draws: int) -> None:
    experiment, net, params = made(learned, seed)
    prompt = np.array([draws % 4])
    h = read(params, net, experiment.vocabulary, prompt)[-1]
    for one in islice(
        sample(params, net, experiment.vocabulary, prompt, temperature=0, seed=draws), 12
    ):
        y = params.W_hy @ h + params.b_y
        assert one.token == y.argmax()
        np.testing.assert_array_equal(one.p, np.eye(4)[one.token])
        h = read(params, net, experiment.vocabulary, np.array([one.token]), h)[-1]
        np.testing.assert_array_equal(one.h, h)


def test_of_equal_logits_the_first_is_the_likeliest() -> None:
    experiment, net, params = made()
    equal = params.with_flat(np.zeros(params.layout.size))
    (one,) = islice(sample(equal, net, experiment.vocabulary, np.array([2]), temperature=0), 1)
    assert one.token == 0


@given(learned=LEARNED, seed=SEEDS, temperature=st.floats(0.1, 3))
def test_the_same_seed_draws_the_same(learned: int, seed: int, temperature: float) -> None:
    experiment, net, params = made(learned, seed)

    def draw() -> list[int]:
        drawn = sample(
            params, net, experiment.vocabulary, np.array([1]), temperature=temperature, seed=seed
        )
        return [one.token for one in islice(drawn, 30)]

    assert draw() == draw()


def test_other_seeds_draw_others() -> None:
    experiment, net, params = made()
    drawn = [
        sample(params, net, experiment.vocabulary, np.array([1]), seed=seed) for seed in range(5)
    ]
    assert len({tuple(one.token for one in islice(tokens, 30)) for tokens in drawn}) == 5


@pytest.mark.slow
@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_tokens_come_as_often_as_p_says(temperature: float) -> None:
    """Without weights on the state p never changes: χ² with 3 degrees of freedom."""
    experiment, net, params = made()
    still = params.with_flat(np.zeros(params.layout.size))
    for token, logit in enumerate((0.0, 1.0, -1.0, 0.5)):
        still = still.with_value("b_y", (token,), logit)
    count = 4000
    drawn = list(
        islice(
            sample(
                still, net, experiment.vocabulary, np.array([0]), temperature=temperature, seed=7
            ),
            count,
        )
    )
    expected = count * softmax(np.array([0.0, 1.0, -1.0, 0.5]) / temperature)
    seen = np.bincount([one.token for one in drawn], minlength=4)
    assert ((seen - expected) ** 2 / expected).sum() < 16.27, "one time in a thousand"


def test_tokens_come_as_often_as_a_changing_p_says() -> None:
    """Σ (seen − p) over the draws is a martingale: its variance is Σ p (1 − p)."""
    experiment, net, params = made(scale=1.5)
    drawn = list(islice(sample(params, net, experiment.vocabulary, np.array([0]), seed=3), 4000))
    p = np.array([one.p for one in drawn])
    assert p.std(axis=0).max() > 0.05, "p does change"
    seen = np.eye(4)[[one.token for one in drawn]]
    spread = np.sqrt((p * (1 - p)).sum(axis=0))
    assert (np.abs((seen - p).sum(axis=0)) < 4 * spread).all()


def test_a_token_without_probability_is_never_drawn() -> None:
    experiment, net, params = made()
    still = params.with_flat(np.zeros(params.layout.size))
    for token, logit in enumerate((-2000.0, 0.0, -2000.0, 0.0)):
        still = still.with_value("b_y", (token,), logit)
    drawn = islice(sample(still, net, experiment.vocabulary, np.array([0])), 500)
    assert {one.token for one in drawn} == {1, 3}


@pytest.mark.parametrize("temperature", [5e-324, 1e-300, 1e308])
def test_extreme_temperatures_are_numbers_still(temperature: float) -> None:
    experiment, net, params = made(seed=4)
    for one in islice(
        sample(params, net, experiment.vocabulary, np.array([0]), temperature=temperature), 20
    ):
        assert np.isfinite(one.p).all()
        assert one.p.sum() == pytest.approx(1)


def test_nothing_is_drawn_from_a_network_that_has_exploded() -> None:
    experiment, net, params = made()
    broken = params.with_value("b_y", (1,), np.inf)
    with pytest.raises(FloatingPointError, match="not finite"):
        next(sample(broken, net, experiment.vocabulary, np.array([0])))
