"""Settings of the bundled experiments, drawn at random: every choice that a file can make."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st
from making import FAULTS_OF_VANILLA

from rnn_tui.experiments import Experiment, load

PARAMETERS = ("W_xh", "W_hh", "b_h", "W_hy", "b_y")


@st.composite
def experiments(draw: st.DrawFn, faults: bool = False) -> Experiment:
    """A bundled experiment, small, under other settings; with a bug in half of the draws if so."""
    name = draw(st.sampled_from(["sentiment", "phrases", "hello", "grammar"]))
    chosen = {
        "model.activation": draw(st.sampled_from(["tanh", "relu", "sigmoid"])),
        **_optimizer(draw),
        "training.weight_decay": draw(st.sampled_from([0.0, 0.0, 0.03])),
        "training.timestep_reduction": draw(st.sampled_from(["sum", "mean"])),
        "training.clip": draw(st.sampled_from(["norm", "value", "none"])),
        "training.clip_limit": draw(st.sampled_from([0.05, 1.0])),
        "training.reduction": draw(st.sampled_from(["mean", "sum"])),
        "training.freeze": draw(st.lists(st.sampled_from(PARAMETERS), unique=True, max_size=2)),
        **draw(st.sampled_from([{}, {"training.lr_decay": 0.8, "training.lr_decay_every": 3}])),
        **(_labelled(draw, name) if name in ("sentiment", "phrases") else _stream(draw, name)),
    }
    if name != "sentiment":
        chosen |= _random(draw)
    if faults and draw(st.booleans()):
        chosen["training.fault"] = draw(st.sampled_from(sorted(FAULTS_OF_VANILLA)))
    return load(name, [f"{key}={json.dumps(value)}" for key, value in chosen.items()])


def _optimizer(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from(["sgd", "sgd", "adagrad", "rmsprop", "adam"]))
    if name == "sgd":
        return {"training.momentum": draw(st.sampled_from([0.0, 0.9]))}
    own = {"adam": {"training.betas": [0.8, 0.99]}, "rmsprop": {"training.alpha": 0.9}}
    return {
        "training.optimizer": name,
        "training.epsilon_inside": draw(st.booleans()),
        "training.learning_rate": 0.02,
        **draw(st.sampled_from([{}, own.get(name, {}), {"training.epsilon": 1e-3}])),
    }


def _labelled(draw: st.DrawFn, name: str) -> dict[str, Any]:
    return {
        "training.epochs": draw(st.integers(1, 2 if name == "phrases" else 8)),
        "training.batch": draw(st.sampled_from(["full", "example", 3])),
        "training.shuffle": draw(st.booleans()),
        "model.output": draw(st.sampled_from(["sigmoid", "softmax"]))
        if name == "phrases"
        else "sigmoid",
    }


def _stream(draw: st.DrawFn, name: str) -> dict[str, Any]:
    if name == "grammar":
        return {"training.steps": 12, "training.parallel": draw(st.sampled_from([1, 1, 3]))}
    text = draw(st.sampled_from(["hello", 'a "b" \\ c\n  é ' * 9]))
    return {"data.text": text, "training.steps": draw(st.sampled_from([4, 130]))}


def _random(draw: st.DrawFn) -> dict[str, Any]:
    learned = {"embedding.kind": "learned", "embedding.size": 3}
    return {
        "model.init": draw(st.sampled_from(["orthogonal", "xavier", "normal"])),
        "model.seed": draw(st.integers(0, 99)),
        "model.hidden_size": draw(st.sampled_from([1, 5])),
        **draw(st.sampled_from([{}, learned])),
    }
