"""A network of torch's opened, held beside it number by number, trained on, and given back."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui.cli import weights
from rnn_tui.engine.passes.trace import trace_example
from rnn_tui.engine.training.training import Trainer
from rnn_tui.experiments import Experiment, load
from rnn_tui.parity import TOLERANCE, compare, second_biases, summed

I, H, L = 4, 5, 2  # noqa: E741
TEXTS = (("a b c", 1), ("d a", 0), ("b b d c a", 0))
UPDATES = 10
OURS = """
task = "many-to-one"
[data]
kind = "labelled"
labels = ["no", "yes"]
vocabulary = ["a", "b", "c", "d"]
train = [
    { text = "a b c", label = "yes" }, { text = "d a", label = "no" },
    { text = "b b d c a", label = "no" },
]
[embedding]
kind = "one-hot"
[model]
weights_file = "SAVED"
output = "softmax"
biases = "two"
[training]
learning_rate = 0.3
momentum = 0.9
clip = "none"
"""


class Theirs:
    """A network as it is written in torch: a recurrent module of two layers, and a Linear."""

    def __init__(self, cell: str) -> None:
        self.torch = torch = import_module("torch")
        torch.manual_seed(3)

        class Network(torch.nn.Module):  # type: ignore[name-defined,misc]
            def __init__(self) -> None:
                super().__init__()
                self.body = getattr(torch.nn, cell)(I, H, num_layers=L)
                self.out = torch.nn.Linear(H, 2)

            def forward(self, x: Any) -> Any:
                return self.body(x)[0]

        self.net = Network().double()
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=0.3, momentum=0.9)

    def saved(self, path: Path) -> None:
        arrays = {name: one.detach().numpy() for name, one in self.net.state_dict().items()}
        if path.suffix == ".npz":
            np.savez(path, **arrays)
        else:
            import_module("safetensors.numpy").save_file(arrays, path)

    def states(self, place: int) -> Any:
        ids = ["abcd".index(token) for token in TEXTS[place][0].split()]
        return self.net(self.torch.eye(I, dtype=self.torch.float64)[ids])

    def loss(self) -> Any:
        """The mean over the texts, its gradient left in the parameters."""
        self.optimizer.zero_grad()
        cost = self.torch.nn.functional.cross_entropy
        losses = [
            cost(self.net.out(self.states(place)[-1]), self.torch.tensor(label))
            for place, (_, label) in enumerate(TEXTS)
        ]
        loss = sum(losses) / len(losses)
        loss.backward()
        return loss

    def arrays(self, of: str) -> dict[str, Any]:
        """Parameters or gradients by their names."""
        return {
            name: (one if of == "data" else one.grad).detach().numpy().copy()
            for name, one in self.net.named_parameters()
        }


def opened(folder: Path, theirs: Theirs) -> Experiment:
    suffix = ".safetensors" if find_spec("safetensors") else ".npz"
    theirs.saved(folder / f"saved{suffix}")
    path = folder / "ours.toml"
    path.write_text(OURS.replace("SAVED", f"saved{suffix}"), encoding="utf-8")
    return load(path)


@pytest.mark.torch
@pytest.mark.parametrize("cell", ["LSTM", "GRU", "RNN"])
def test_a_network_is_followed_update_by_update(cell: str, tmp_path: Path) -> None:
    """Both biases trained, as torch does: states, gradients and weights stay the same."""
    theirs = Theirs(cell)
    trainer = Trainer(opened(tmp_path, theirs))
    experiment = trainer.experiment
    assert (experiment.model.cell, experiment.layout.hidden_size) == (cell.lower(), H)
    assert experiment.network.depth == L
    state = trainer.initial_state()
    for k in range(UPDATES):
        for place, example in enumerate(experiment.train):
            h = trace_example(state.params, trainer.net, example).h[1:]
            np.testing.assert_allclose(h, theirs.states(place).detach().numpy(), atol=1e-10)
        loss, done = theirs.loss(), trainer.step(state, k)
        np.testing.assert_allclose(done.record.loss / len(TEXTS), loss.item(), atol=1e-10)
        gradient = state.params.with_flat(done.update.gradient)
        ours = weights.state_dict(dict(gradient.items()), experiment)
        for name, one in theirs.arrays("grad").items():
            np.testing.assert_allclose(ours[name], one, atol=1e-10, err_msg=name)
        theirs.optimizer.step()
        state = done.after
        ours = weights.state_dict(dict(state.params.items()), experiment)
        for name, one in theirs.arrays("data").items():
            np.testing.assert_allclose(ours[name], one, atol=1e-10, err_msg=name)


@pytest.mark.torch
@pytest.mark.parametrize("cell", ["LSTM", "GRU", "RNN"])
def test_what_is_given_back_has_equal_bits(cell: str, tmp_path: Path) -> None:
    theirs = Theirs(cell)
    experiment = opened(tmp_path, theirs)
    params = Trainer(experiment).initial_state().params
    weights.write(tmp_path / "back.npz", experiment, params, "torch")
    before = theirs.arrays("data")
    with np.load(tmp_path / "back.npz") as file:
        back = {name: theirs.torch.tensor(file[name]) for name in file.files}
    theirs.net.load_state_dict(back)
    assert {name: one.tobytes() for name, one in theirs.arrays("data").items()} == {
        name: one.tobytes() for name, one in before.items()
    }


@pytest.mark.torch
@pytest.mark.parametrize(
    "settings",
    [
        ["model.biases=two", "model.layers=2", "training.optimizer=adam"],
        ["model.cell=lstm", "model.initial_state=learned", "training.optimizer=rmsprop"],
        ["model.cell=lstm", "model.initial_state=given", "model.initial={h=[1,2,3],c=[0,1,0]}"],
        ["model.cell=gru", "model.hidden_size=[2,3]", "training.optimizer=adagrad"],
        ["model.cell=gru", "model.gru_reset=before", "model.biases=two"],
        ["model.cell=gru", "model.update_gate=replaces", "training.momentum=0.5"],
    ],
)
def test_parity_of_every_setting(settings: list[str]) -> None:
    (init,) = [[] if "hidden_size" in " ".join(settings) else ["model.hidden_size=3"]]
    experiment = load("sentiment", ["model.init=xavier", *init, *settings])
    total = summed(list(compare(Trainer(experiment), 6)))
    assert max(total.apart.values()) < TOLERANCE
    assert total.free is not None
    assert total.free < TOLERANCE
    named = {f"d{name}" for name in experiment.layout.shapes}
    added = {name for name in total.apart if name.startswith("db_h")} - named
    assert added == {f"d{name}" for name in second_biases(experiment.network, experiment.layout)}
