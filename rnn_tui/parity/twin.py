"""An experiment's network in torch, differentiated by autograd.

Torch's recurrent modules have two biases for each gate, which only ever appear as a sum; so each
has the gradient of the one here. That of the input plays it and the other stays 0: were both
trained, their sum would move twice as far. Its gradient is computed and compared all the same.
With `model.biases = "two"` there are two here as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnn_tui.arrays import Floats, frozen
from rnn_tui.engine.passes.batches import Batch, batches_of
from rnn_tui.engine.training.training import TrainingState
from rnn_tui.equations.network import Network
from rnn_tui.equations.parameters import Layout, Parameters
from rnn_tui.equations.torch_module import module_of
from rnn_tui.experiments import EMBEDDING, Example, Experiment
from rnn_tui.parity.presence import imported
from rnn_tui.parity.stacks import (
    Part,
    Stack,
    States,
    names_in_torch,
    stack_of,
    twice_biased,
)
from rnn_tui.parity.stepping import Stepper, array_of

WHOLE = slice(None)


def torch_names(net: Network, layout: Layout) -> dict[str, str]:
    """What torch calls each array, its own second biases among them."""
    names = names_in_torch(net.layers, layout, "rnn")
    if net.encoder:
        names |= names_in_torch(net.encoder, layout, "encoder")
    others = {"W_hy": "fc.weight", "b_y": "fc.bias", EMBEDDING: "embedding.weight"}
    others |= {name: f"{name}, a tensor" for name in net.firsts}
    return names | {name: torchs for name, torchs in others.items() if name in net.axes}


def second_biases(net: Network, layout: Layout) -> dict[str, str]:
    """The biases that torch alone has, each with the array of ours it is compared with."""
    encoding = twice_biased(net.encoder, layout) if net.encoder else {}
    return twice_biased(net.layers, layout) | encoding


def torch_numbers(net: Network, layout: Layout) -> int:
    """How many numbers torch's network has: H more for each bias of its own."""
    return layout.size + sum(layout.shapes[one][0] for one in second_biases(net, layout).values())


def module_name(net: Network, layout: Layout) -> str:
    """The class in torch.nn that computes the layers, "" where the cell's lines do."""
    made = module_of(net.layers, layout)
    return f"torch.nn.{made[0]}" if made else ""


@dataclass(frozen=True, eq=False)
class TwinUpdate:
    """One update by torch.

    Of each example, in the order given: `states` (T, H) by depth and name, `answers` (K, O)
    and `losses` (K,) at its outputs. `gradient` is that of the reduced loss by name, 0 where
    frozen, torch's own biases among them; `after` the state that the update leaves.
    """

    states: tuple[States, ...]
    answers: tuple[Floats, ...]
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
        self._torch = torch = imported()
        self._experiment = experiment
        self._layout = layout = experiment.layout
        self._net = net = experiment.network
        self._head = net.head
        self._ours = second_biases(net, layout)
        self._stacks: dict[bool, Stack] = {False: stack_of(torch, net.layers, layout)}
        if net.encoder:
            self._stacks[True] = stack_of(torch, net.encoder, layout)
        self._parts: dict[str, Part] = {}
        for stack in self._stacks.values():
            self._parts |= stack.parts
        I, H, O, f64 = (  # noqa: E741
            net.input_size(layout), layout.hidden_size, net.output_size(layout), torch.float64,
        )  # fmt: skip
        if "W_hy" in layout.shapes:
            self._fc = torch.nn.Linear(H, O, dtype=f64)
            self._parts["W_hy"] = Part(self._fc.weight, WHOLE)
            self._parts["b_y"] = Part(self._fc.bias, WHOLE)
        else:
            self._fc = torch.nn.Identity()
        if EMBEDDING in layout.shapes:
            self._embedding = torch.nn.Embedding(layout.learned_tokens, I, dtype=f64)
            self._parts[EMBEDDING] = Part(self._embedding.weight, WHOLE)
        for name in net.firsts:
            first = torch.zeros(layout.shapes[name], dtype=f64, requires_grad=True)
            self._parts[name] = Part(first, WHOLE)
        self._stepper = Stepper(torch, experiment)

    def update(
        self,
        state: TrainingState,
        examples: Sequence[Example],
        starts: Sequence[Floats | None],
        k: int,
    ) -> TwinUpdate:
        """Update k = 0, 1, … from the state before it.

        Each example begins with its states (S,) among `starts`, None is zero.
        """
        self._load(state.params)
        states: list[States] = [{}] * len(examples)
        answers, losses = ([np.zeros(0)] * len(examples) for _ in range(2))
        total: Any = 0.0
        for batch in batches_of(examples):
            seen, said, cost = self._forward(batch, [starts[one] for one in batch.members])
            scale = len(batch.outputs) if self._net.averages else 1
            total = total + cost.sum() / scale
            arrays = {key: array_of(one) for key, one in seen.items()}
            for place, member in enumerate(batch.members):
                states[member] = {key: one[:, place] for key, one in arrays.items()}
                answers[member] = array_of(said)[:, place]
                losses[member] = array_of(cost[:, place])
        if self._experiment.training.reduction == "mean":
            total = total / len(examples)
        total.backward()
        gradient = self._gradient()
        named = [gradient[name].ravel() for name in self._layout.shapes]
        slots, params = self._stepper.after(state, np.concatenate(named), k)
        after = TrainingState(params, slots, self._last(states))
        return TwinUpdate(tuple(states), tuple(answers), tuple(losses), gradient, after)

    def _last(self, states: Sequence[States]) -> Floats | None:
        """The states (B, S) that the parts of a stream end with."""
        if self._experiment.stream is None:
            return None
        order = self._net.state_slices(self._layout)
        rows = [
            np.concatenate([one[depth, name][-1] for depth, name, _ in order]) for one in states
        ]
        return frozen(np.stack(rows))

    def _load(self, params: Parameters) -> None:
        with self._torch.no_grad():
            for name, part in self._parts.items():
                if name in self._layout.shapes:
                    part.value().copy_(self._torch.tensor(params[name]))
                part.tensor.grad = None

    def _forward(
        self, batch: Batch, starts: Sequence[Floats | None]
    ) -> tuple[dict[tuple[int, str], Any], Any, Any]:
        """States (T, B, H), answers (K, B, O) and losses (K, B) of a batch."""
        torch = self._torch
        if batch.inputs is None:
            x = self._embedding(torch.tensor(batch.ids))
        else:
            x = torch.tensor(batch.inputs)
        seen = self._states(batch, x, self._first(starts))
        top = seen[self._net.depth - 1, "h"]
        y = self._fc(top[list(batch.outputs)])
        wanted = torch.tensor(batch.targets)
        said, cost = self._head.torch_answer(torch, y.flatten(0, 1), wanted.flatten(0, 1))
        return seen, said.reshape(y.shape), cost.reshape(y.shape[:2])

    def _first(self, starts: Sequence[Floats | None]) -> States:
        """The states (B, H) that a batch begins with.

        What is carried are numbers, as no gradient leaves a chunk; a learned first state is not.
        """
        net, torch = self._net, self._torch
        learned = {place: self._parts[name].tensor for name, place in net.firsts.items()}
        usual = net.given_start
        if usual is None:
            usual = np.zeros(net.state_size(self._layout))
        found = {}
        for depth, state, part in net.state_slices(self._layout):
            blank = learned.get((depth, state), torch.tensor(usual[part]))
            rows = [blank if one is None else torch.tensor(one[part]) for one in starts]
            found[depth, state] = torch.stack(rows)
        return found

    def _states(self, batch: Batch, x: Any, first: States) -> dict[tuple[int, str], Any]:
        """Every state, of an encoder and of the decoder that goes on from its last ones."""
        read = batch.encoder_length if self._net.encoder else 0
        runs = []
        for encodes, part in ((True, x[:read]), (False, x[read:])):
            if len(part):
                runs.append(self._stacks[encodes].run(part, first))
                first = {key: one[-1] for key, one in runs[-1].items()}
        return {key: self._torch.cat([run[key] for run in runs]) for key in runs[0]}

    def _gradient(self) -> dict[str, Floats]:
        held = self._experiment.training.freeze
        found = {}
        for name, part in self._parts.items():
            gradient = part.gradient()
            frozen_here = gradient is None or self._ours.get(name, name) in held
            found[name] = np.zeros(part.value().shape) if frozen_here else array_of(gradient)
        return found
