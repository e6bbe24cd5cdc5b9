"""An experiment's network in torch: nn.RNN, nn.Linear and nn.Embedding, differentiated by autograd.

Torch has two hidden biases where the engine has one: h_t = f(W_ih x_t + b_ih + W_hh h_t-1 + b_hh).
They only ever appear as a sum, so each has the gradient of b_h. Here b_ih plays b_h, and
b_hh stays 0: were both trained, their sum would move twice as far. Its gradient is
computed and compared all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnn_tui.arrays import Floats, frozen
from rnn_tui.engine.passes.batches import Batch, batches_of, by_output
from rnn_tui.engine.training.training import TrainingState
from rnn_tui.engine.update import learning_rate_at
from rnn_tui.equations.parameters import Layout, Parameters
from rnn_tui.experiments import EMBEDDING, Example, Experiment
from rnn_tui.experiments.weights.torch_names import CELL
from rnn_tui.parity.presence import imported

MODULES: Mapping[str, str] = {"": "rnn", "_enc": "encoder"}  # of each cell, by its suffix


def cells(layout: Layout) -> tuple[str, ...]:
    """The suffixes of the cells that a network has: "" and, of an encoder, "_enc"."""
    return tuple(suffix for suffix in MODULES if f"W_hh{suffix}" in layout.shapes)


def torch_names(layout: Layout) -> dict[str, str]:
    """What torch calls each array, its own second bias of each cell among them."""
    names = {
        f"{name}{suffix}": f"{MODULES[suffix]}.{torchs}"
        for suffix in cells(layout)
        for name, torchs in CELL.items()
    }
    if "W_hy" in layout.shapes:
        names |= {"W_hy": "fc.weight", "b_y": "fc.bias"}
    return names | ({EMBEDDING: "embedding.weight"} if EMBEDDING in layout.shapes else {})


def ours(name: str) -> str:
    """The array of ours that one in torch is compared with: b_h for its second bias."""
    return name.replace("b_hh", "b_h")


def torch_numbers(layout: Layout) -> int:
    """How many numbers torch's network has: one bias of H numbers more in each cell."""
    return layout.size + len(cells(layout)) * layout.hidden_size


@dataclass(frozen=True, eq=False)
class TwinUpdate:
    """One update by torch.

    Of each example, in the order given: `h` (T, H) the states, `p` (K, O) and `losses`
    (K,) at its outputs. `gradient` is that of the reduced loss by name, 0 where
    frozen, and of each `b_hh` beside it; `after` the state that the update leaves.
    """

    h: tuple[Floats, ...]
    p: tuple[Floats, ...]
    losses: tuple[Floats, ...]
    gradient: Mapping[str, Floats]
    after: TrainingState

    @property
    def loss(self) -> float:
        """The summed loss, in nats."""
        return float(sum(losses.sum() for losses in self.losses))


class Twin:
    """An experiment's updates by torch, in float64. Raises NoTorchError."""

    def __init__(self, experiment: Experiment) -> None:
        self._torch = imported()
        self._experiment = experiment
        self._layout = experiment.layout
        self._head = experiment.model.head
        nn, f64 = self._torch.nn, self._torch.float64
        I, H, O = (  # noqa: E741
            self._layout.input_size,
            self._layout.hidden_size,
            self._layout.output_size,
        )
        # For the sigmoid, which nn.RNN does not have, it only holds the weights.
        kind = "relu" if experiment.model.activation == "relu" else "tanh"
        self._cells = {
            suffix: nn.RNN(I, H, nonlinearity=kind, dtype=f64) for suffix in cells(self._layout)
        }
        linear = self._head.readout.is_linear
        self._fc = nn.Linear(H, O, dtype=f64) if linear else nn.Identity()
        self._tensors: dict[str, Any] = {
            f"{name}{suffix}": getattr(cell, torchs)
            for suffix, cell in self._cells.items()
            for name, torchs in CELL.items()
        }
        if linear:
            self._tensors |= {"W_hy": self._fc.weight, "b_y": self._fc.bias}
        if self._layout.learned_tokens:
            self._embedding = nn.Embedding(self._layout.learned_tokens, I, dtype=f64)
            self._tensors[EMBEDDING] = self._embedding.weight
        with self._torch.no_grad():
            for cell in self._cells.values():
                cell.bias_hh_l0.zero_()

    def update(
        self,
        state: TrainingState,
        examples: Sequence[Example],
        starts: Sequence[Floats | None],
        k: int,
    ) -> TwinUpdate:
        """Update k = 0, 1, … from the state before it.

        Each example begins with its state (H,) among `starts`, None is zero.
        """
        self._load(state.params)
        h, p, losses = ([np.zeros(0)] * len(examples) for _ in range(3))
        total: Any = 0.0
        for batch in batches_of(examples):
            states, said, cost = self._forward(batch, [starts[one] for one in batch.members])
            total = total + cost.sum()
            answers = _array(said)
            for place, member in enumerate(batch.members):
                h[member] = _array(states[:, place])
                p[member] = answers[:, place]
                losses[member] = _array(cost[:, place])
        if self._experiment.training.reduction == "mean":
            total = total / len(examples)
        total.backward()
        gradient = self._gradient()
        velocity, params = self._moved(state, gradient, k)
        carried = self._experiment.stream is not None
        last = frozen(np.stack([states[-1] for states in h])) if carried else None
        after = TrainingState(params, {"velocity": velocity}, last)
        return TwinUpdate(tuple(h), tuple(p), tuple(losses), gradient, after)

    def _load(self, params: Parameters) -> None:
        with self._torch.no_grad():
            for name, tensor in self._tensors.items():
                if name in self._layout.shapes:
                    tensor.copy_(self._torch.tensor(params[name]))
                tensor.grad = None

    def _forward(self, batch: Batch, starts: Sequence[Floats | None]) -> tuple[Any, Any, Any]:
        """States (T, B, H), probabilities (K, B, O) and losses (K, B) of a batch."""
        torch = self._torch
        if batch.inputs is None:
            x = self._embedding(torch.tensor(batch.ids))
        else:
            x = torch.tensor(batch.inputs)
        first = np.zeros((len(starts), self._layout.hidden_size))
        for place, start in enumerate(starts):
            if start is not None:
                first[place] = start
        h = torch.tensor(first)  # numbers: no gradient leaves the chunk
        states = self._states("", x, h) if len(self._cells) == 1 else self._both(batch, x, h)
        y = self._fc(states[list(batch.outputs)])
        wanted = torch.tensor(by_output(batch.targets))
        said, cost = self._head.torch_answer(torch, y.flatten(0, 1), wanted)
        return states, said.reshape(y.shape), cost.reshape(y.shape[:2])

    def _both(self, batch: Batch, x: Any, h: Any) -> Any:
        """Every state of an encoder and of the decoder that goes on from its last."""
        read, made = batch.encoder_length, []
        for cell, part in (("_enc", x[:read]), ("", x[read:])):
            if len(part):  # nn.RNN refuses a sequence of no timesteps
                made.append(self._states(cell, part, h))
                h = made[-1][-1]
        return self._torch.cat(made)

    def _states(self, cell: str, x: Any, h: Any) -> Any:
        """Every state (T, B, H) after inputs (T, B, I), by nn.RNN, or for the sigmoid by a loop."""
        rnn, linear = self._cells[cell], self._torch.nn.functional.linear
        if self._experiment.model.activation != "sigmoid":
            return rnn(x, h[None])[0]
        states = []
        for x_t in x:
            driven = linear(x_t, rnn.weight_ih_l0, rnn.bias_ih_l0)
            h = self._torch.sigmoid(driven + linear(h, rnn.weight_hh_l0, rnn.bias_hh_l0))
            states.append(h)
        return self._torch.stack(states)

    def _gradient(self) -> dict[str, Floats]:
        held = self._experiment.training.freeze
        return {
            name: np.zeros(tensor.shape)
            if tensor.grad is None or ours(name) in held
            else _array(tensor.grad)
            for name, tensor in self._tensors.items()
        }

    def _moved(
        self, state: TrainingState, gradient: Mapping[str, Floats], k: int
    ) -> tuple[Floats, Parameters]:
        """Velocity and parameters after the step, in torch's arithmetic but not by its tools.

        clip_grad_norm_ divides by ‖g‖ + 1e-6, which shows in the seventh digit, and
        optim.SGD multiplies the velocity by the learning rate of the moment, which is
        another method where that decays.
        """
        torch, settings = self._torch, self._experiment.training
        named = [gradient[name].ravel() for name in self._layout.shapes]
        step, limit = torch.tensor(np.concatenate(named)), settings.clip_limit
        norm = torch.linalg.vector_norm(step)
        if settings.clip == "norm" and norm > limit:
            step = step * (limit / norm)
        elif settings.clip == "value":
            step = step.clamp(-limit, limit)
        rate = learning_rate_at(settings, k + 1)
        velocity = settings.momentum * torch.tensor(state.velocity) - rate * step
        theta = torch.tensor(state.params.flat) + velocity
        return frozen(_array(velocity)), state.params.with_flat(_array(theta))


def _array(tensor: Any) -> Floats:
    """A copy: torch goes on using its own memory."""
    array: Floats = tensor.detach().numpy().copy()
    return array
