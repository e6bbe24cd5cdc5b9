"""Every optimizer: as torch.optim has it, to the bit in place, and within its own bound."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from making import make_layout, make_parameters

from rnn_tui.arrays import Floats
from rnn_tui.engine.training import advancing
from rnn_tui.engine.training.advancing import advance
from rnn_tui.engine.training.training import Trainer
from rnn_tui.engine.update import no_slots, run_update
from rnn_tui.equations import norms
from rnn_tui.equations.optimizers import OPTIMIZERS, Optimizer, Reach, optimizer_of
from rnn_tui.experiments import ExperimentError, TrainingConfig, load

LAYOUT = make_layout(3, 4, 2)
EACH = [(name, False) for name in OPTIMIZERS] + [
    (name, True) for name, one in OPTIMIZERS.items() if one.epsilon_inside
]


def settings_of(name: str, inside: bool = False, **given: Any) -> TrainingConfig:
    more = {"momentum": 0.7} if name == "sgd" else {"epsilon": optimizer_of(name, inside).epsilon}
    return TrainingConfig(
        optimizer=name, epsilon_inside=inside, learning_rate=0.03, **(more | given)
    )


def gradients(count: int, seed: int = 0) -> list[Floats]:
    """Some of them large, some nearly 0, as training has them."""
    rng = np.random.default_rng(seed)
    return [10.0 ** rng.uniform(-4, 1) * rng.standard_normal(LAYOUT.size) for _ in range(count)]


@pytest.mark.torch
@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize("clip", ["none", "value", "norm"])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_it_is_that_of_torch(name: str, clip: Any, decay: float) -> None:
    import torch

    settings = settings_of(name, clip=clip, clip_limit=0.8, weight_decay=decay, reduction="sum")
    optimizer, params = OPTIMIZERS[name], make_parameters(LAYOUT, 1)
    slots: Any = no_slots(optimizer, params.flat)
    theta = torch.tensor(params.flat, requires_grad=True)
    options = {"momentum": 0.7} if name == "sgd" else {}
    stepper = getattr(torch.optim, optimizer.torch_name)(
        [theta], lr=0.03, weight_decay=decay, **options
    )
    for k, gradient in enumerate(gradients(30), start=1):
        done = run_update(optimizer, params, slots, gradient, 1, settings, k)
        params, slots = done.params, done.slots
        theta.grad = torch.tensor(gradient)
        if clip == "value":
            torch.nn.utils.clip_grad_value_([theta], 0.8)
        elif clip == "norm":  # clip_grad_norm_ divides by the norm + 1e-6
            theta.grad *= min(1.0, 0.8 / float(torch.linalg.vector_norm(theta.grad)))
        stepper.step()
        np.testing.assert_allclose(params.flat, theta.detach().numpy(), rtol=1e-11, atol=1e-13)


def test_its_defaults_are_those_of_torch() -> None:
    own = {name: load("sentiment", [f"training.optimizer={name}"]).training for name in OPTIMIZERS}
    assert (own["adam"].betas, own["adam"].epsilon) == ((0.9, 0.999), 1e-8)
    assert (own["rmsprop"].alpha, own["rmsprop"].epsilon) == (0.99, 1e-8)
    assert own["adagrad"].epsilon == 1e-10
    inside = ["training.optimizer=adagrad", "training.epsilon_inside=true"]
    assert load("sentiment", inside).training.epsilon == 1e-8, "as min-char-rnn has it"


@pytest.mark.parametrize(("name", "inside"), EACH)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_in_place_it_is_the_same_to_the_bit(name: str, inside: bool, dtype: type) -> None:
    optimizer = optimizer_of(name, inside)
    freezes, clips, decays = ((), ("W_hh",)), ("none", "norm", "value"), (0.0, 0.1)
    for freeze, clip, decay in product(freezes, clips, decays):
        settings = settings_of(
            name, inside, freeze=freeze, clip=clip, clip_limit=0.8, weight_decay=decay,
            lr_decay=0.5, lr_decay_every=2,
        )  # fmt: skip
        params = make_parameters(LAYOUT, 1).in_type(dtype)
        slots: Any = no_slots(optimizer, params.flat)
        with patch.object(norms, "BLOCK", 13), patch.object(advancing, "BLOCK", 13):
            for k, gradient in enumerate(gradients(4), start=1):
                total: Floats = gradient.astype(dtype)
                slow = run_update(optimizer, params, slots, total, 3, settings, k)
                fast = advance(optimizer, params, slots, total, 3, settings, k)
                assert np.array_equal(fast.params.flat, slow.params.flat)
                assert fast.clipped == slow.clipped
                for slot in optimizer.slots:
                    assert np.array_equal(fast.slots[slot], slow.slots[slot])
                    assert fast.slots[slot].dtype == dtype
                params, slots = fast.params, fast.slots
        if freeze:
            assert np.array_equal(params.W_hh, make_parameters(LAYOUT, 1).in_type(dtype).W_hh)


@pytest.mark.parametrize(("name", "inside"), EACH)
@pytest.mark.parametrize("seed", range(3))
def test_it_knows_how_far_it_can_move_a_weight(name: str, inside: bool, seed: int) -> None:
    optimizer, settings = optimizer_of(name, inside), settings_of(name, inside, clip="none")
    assert optimizer.farthest is not None
    params = make_parameters(LAYOUT, 1)
    slots: Any = no_slots(optimizer, params.flat)
    bound = 0.0
    for k, gradient in enumerate(gradients(60, seed), start=1):
        step = gradient * (k % 7 != 3)  # nothing but what is kept moves a weight then
        done = run_update(optimizer, params, slots, step, 1, settings, k)
        bound = optimizer.farthest(settings, Reach(0.03, k, float(abs(step).max()), bound))
        moved = abs(done.params.flat - params.flat).max()
        assert moved <= bound * (1 + 1e-12)
        params, slots = done.params, done.slots


def test_the_bound_of_adam_is_near_what_happens() -> None:
    """One large gradient after many of nearly nothing moves a weight by 7 learning rates."""
    settings, params = settings_of("adam", clip="none"), make_parameters(LAYOUT, 1)
    optimizer = OPTIMIZERS["adam"]
    slots: Any = no_slots(optimizer, params.flat)
    for k in range(1, 2001):
        gradient = np.full(LAYOUT.size, 1.0 if k > 1999 else 1e-9)
        done = run_update(optimizer, params, slots, gradient, 1, settings, k)
        moved = float(abs(done.params.flat - params.flat).max()) / 0.03
        params, slots = done.params, done.slots
    assert optimizer.farthest is not None
    bound = optimizer.farthest(settings, Reach(0.03, 2000, 1.0, 0.0)) / 0.03
    assert 2 < moved < bound < 8


def test_the_vectors_of_an_optimizer_say_what_they_are() -> None:
    for one in OPTIMIZERS.values():
        assert {*one.slots} <= {*one.vectors}
        assert one.added in one.vectors
        assert all(one.body.line(vector).words for vector in one.vectors)
        symbols = [one.symbol(vector) for vector in one.vectors]
        assert len({*symbols}) == len(symbols)


REFUSED = [
    (["training.optimizer=adamw"], "optimizer", 'one of "sgd", "adagrad", "rmsprop", "adam"'),
    (["training.optimizer=adam", "training.momentum=0.9"], "momentum", 'optimizer = "sgd"'),
    (["training.betas=[0.9, 0.99]"], "betas", 'optimizer = "adam", found optimizer = "sgd"'),
    (["training.optimizer=rmsprop", "training.betas=[0.9, 0.99]"], "betas", '= "adam"'),
    (["training.optimizer=adam", "training.alpha=0.9"], "alpha", 'optimizer = "rmsprop"'),
    (["training.epsilon_inside=true"], "epsilon_inside", '"adagrad", "rmsprop" or "adam"'),
    (["training.optimizer=adam", "training.betas=[0.9, 1.0]"], "betas[1]", "below 1, found 1.0"),
    (["training.optimizer=adam", "training.betas=[1, 0.9]"], "betas[0]", "below 1, found 1"),
    (["training.optimizer=adam", "training.betas=0.9"], "betas", "two numbers"),
    (["training.optimizer=rmsprop", "training.alpha=1.0"], "alpha", "below 1"),
    (["training.optimizer=adam", "training.epsilon=0"], "epsilon", "above 0"),
    (["training.weight_decay=-1"], "weight_decay", "0 or more"),
    (["training.timestep_reduction=max"], "timestep_reduction", '"mean", "sum"'),
    (["training.batch=0"], "batch", "a whole number, 1 or more, found 0"),
    (["training.batch=-3"], "batch", "a whole number, 1 or more, found -3"),
    (["training.batch=2.5"], "batch", "found 2.5"),
    (["training.batch=true"], "batch", "found true"),
    (["training.batch=all"], "batch", '"full", "example" or a number of examples'),
]


@pytest.mark.parametrize(("overrides", "key", "words"), REFUSED)
def test_what_makes_no_sense_is_refused_with_its_key(
    overrides: list[str], key: str, words: str
) -> None:
    with pytest.raises(ExperimentError) as refused:
        load("sentiment", overrides)
    assert f"training.{key}:" in str(refused.value)
    assert words in str(refused.value)


def test_a_stream_has_no_batches_of_examples() -> None:
    with pytest.raises(ExperimentError, match=r'training.batch: expected .*"stream", found 16'):
        load("hello", ["training.batch=16"])


def test_another_optimizer_takes_away_what_it_does_not_have() -> None:
    """A file with momentum can be opened with Adam."""
    made = load("grammar", ["training.optimizer=adam"])
    assert made.training.momentum == 0
    trainer = Trainer(replace(made, training=replace(made.training, learning_rate=1e-3)))
    assert {*trainer.initial_state().slots} == {"mean", "square"}
    assert isinstance(trainer.net.optimizer, Optimizer)
