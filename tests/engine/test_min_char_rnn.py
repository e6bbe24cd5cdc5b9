"""Karpathy's min-char-rnn by its own settings, against a program of its own with its algorithm.

Source: gist.github.com/karpathy/d4dee566867f8291f086 (BSD licence); written anew here.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnn_tui.arrays import Floats
from rnn_tui.engine.training.training import Trainer, TrainingState
from rnn_tui.equations.parameters import Parameters
from rnn_tui.experiments import load

TEXT = "the quick brown fox jumps over the lazy dog.\nshe sells sea shells by the sea shore.\n" * 8
HIDDEN, LENGTH, RATE = 100, 25, 0.1
TOML = f"""
task = "many-to-many"
[data]
kind = "stream"
text_file = "input.txt"
val_fraction = 0.0
[embedding]
kind = "one-hot"
[model]
hidden_size = {HIDDEN}
init = "normal"
init_scale = 0.01
[training]
steps = 60
sequence_length = {LENGTH}
optimizer = "adagrad"
epsilon_inside = true
learning_rate = {RATE}
clip = "value"
clip_limit = 5.0
"""


NAMES = ("W_xh", "W_hh", "W_hy", "b_h", "b_y")


class MinCharRNN:
    """Chunk by chunk: the loss summed in nats, then its update."""

    def __init__(self, text: str) -> None:
        place = {char: i for i, char in enumerate(sorted(set(text)))}
        self.data = [place[char] for char in text]
        self.n = self.p = 0

    def take(self, weights: Parameters, memory: Parameters, h: Floats) -> None:
        self.weights = {name: weights[name].copy() for name in NAMES}
        self.memory = {name: memory[name].copy() for name in NAMES}
        self.h = h.copy()

    def update(self) -> float:
        data = self.data
        if self.p + LENGTH + 1 >= len(data) or self.n == 0:
            self.h, self.p = np.zeros(HIDDEN), 0
        p = self.p
        read, named = data[p : p + LENGTH], data[p + 1 : p + LENGTH + 1]
        loss, gradients, self.h = loss_of(self.weights, read, named, self.h)
        for name in NAMES:
            self.memory[name] += gradients[name] * gradients[name]
            step = -RATE * gradients[name] / np.sqrt(self.memory[name] + 1e-8)
            self.weights[name] += step
        self.p, self.n = p + LENGTH, self.n + 1
        return loss


def loss_of(
    weights: dict[str, Floats], inputs: list[int], targets: list[int], before: Floats
) -> tuple[float, dict[str, Floats], Floats]:
    h, p, loss = {-1: before}, {}, 0.0
    for t, one in enumerate(inputs):
        pre = weights["W_xh"][:, one] + weights["W_hh"] @ h[t - 1] + weights["b_h"]
        h[t] = np.tanh(pre)
        e = np.exp(weights["W_hy"] @ h[t] + weights["b_y"])
        p[t] = e / e.sum()
        loss -= float(np.log(p[t][targets[t]]))
    gradients = {name: np.zeros_like(one) for name, one in weights.items()}
    from_later = np.zeros_like(before)
    for t in reversed(range(len(inputs))):
        dy = p[t].copy()
        dy[targets[t]] -= 1
        gradients["W_hy"] += np.outer(dy, h[t])
        gradients["b_y"] += dy
        raw = (1 - h[t] ** 2) * (weights["W_hy"].T @ dy + from_later)
        gradients["b_h"] += raw
        gradients["W_xh"][:, inputs[t]] += raw
        gradients["W_hh"] += np.outer(raw, h[t - 1])
        from_later = weights["W_hh"].T @ raw
    for gradient in gradients.values():
        np.clip(gradient, -5, 5, out=gradient)
    return loss, gradients, h[len(inputs) - 1]


def opened(folder: Path, text: str) -> Trainer:
    (folder / "input.txt").write_text(text, encoding="utf-8")
    (folder / "mine.toml").write_text(TOML, encoding="utf-8")
    return Trainer(load(folder / "mine.toml", ["model.seed=1"]))


def parts(state: TrainingState) -> tuple[Parameters, Parameters, Floats]:
    """Weights, memory and hidden state."""
    params = state.params
    carry = np.zeros(HIDDEN) if state.carry is None else state.carry[0]
    return params, params.with_flat(state.slots["memory"]), carry


def test_its_settings_make_its_updates(tmp_path: Path) -> None:
    """Each from the same weights: left alone, rounding grows tenfold an update at its rate."""
    trainer, theirs = opened(tmp_path, TEXT), MinCharRNN(TEXT)
    state = trainer.initial_state()
    assert 0.009 < state.params.W_hh.std() < 0.011
    losses = []
    for k in range(60):
        theirs.take(*parts(state))
        record, state = trainer.advance(state, k)
        assert abs(record.loss - theirs.update()) < 1e-9, k
        losses.append(record.loss)
        params, memory, carry = parts(state)
        for name in NAMES:
            np.testing.assert_allclose(params[name], theirs.weights[name], rtol=0, atol=1e-9)
            np.testing.assert_allclose(memory[name], theirs.memory[name], rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(carry, theirs.h, rtol=0, atol=1e-12)
    assert len(TEXT) < 60 * LENGTH, "the text begins again on the way"
    assert max(losses) > 2 * losses[-1] > losses[0], "it explodes at first, and learns"


@pytest.mark.parametrize(("text", "updates"), [("ab" * 200, 60), ("aabab" * 120, 40)])
def test_left_alone_it_has_its_losses(text: str, updates: int, tmp_path: Path) -> None:
    """Of texts that are so easy that rounding stays small."""
    trainer, theirs = opened(tmp_path, text), MinCharRNN(text)
    state = trainer.initial_state()
    theirs.take(*parts(state))
    for k in range(updates):
        record, state = trainer.advance(state, k)
        assert abs(record.loss - theirs.update()) < 1e-9, k
